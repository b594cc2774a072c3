/* Naive forecasts, and what gravity makes of GDP, by hand. */
#include <math.h>

#include "inference/gravity.h"
#include "inference/naive.h"
#include "small_configuration.h"

static const int four_years[] = {2001, 2002, 2003, 2005};
static const double four_values[] = {1, 3, 4, 9};

/* Changes of 2, 1 and (over two years) 5; 2 a year in the mean. Off it by 0, -1 and 1, this one over two years:
 * (0 + 1 + 1/2) / 2 is the variance of a year. */
static void last_value_stays_with_the_spread_of_a_random_walk(void **state)
{
    (void)state;
    const struct known known = {four_years, four_values, NULL, 4};
    const struct naive naive = naive_last(&known, 2008, 0);
    assert_same(naive.mean, 9);
    assert_close(naive.sd, sqrt(0.75) * sqrt(3));
}

static void growth_goes_on_from_first_to_last(void **state)
{
    (void)state;
    const struct known known = {four_years, four_values, NULL, 4};
    const struct naive naive = naive_growth(&known, 2008);
    assert_close(naive.mean, 9 + 3 * 2);
    assert_close(naive.sd, sqrt(0.75) * sqrt(3));
}

/* With two changes a spread would be known from one number. */
static void few_values_have_no_spread(void **state)
{
    (void)state;
    const struct known known = {four_years, four_values, NULL, 3};
    assert_same(naive_last(&known, 2004, 0).mean, 4);
    assert_true(isnan(naive_last(&known, 2004, 0).sd));
    assert_close(naive_growth(&known, 2004).mean, 5.5);
    assert_true(isnan(naive_growth(&known, 2004).sd));
}

static void one_value_does_not_grow_and_none_says_nothing(void **state)
{
    (void)state;
    const struct known one = {four_years, four_values, NULL, 1}, none = {four_years, four_values, NULL, 0};
    assert_same(naive_last(&one, 2004, 0).mean, 1);
    assert_true(isnan(naive_growth(&one, 2004).mean));
    assert_true(isnan(naive_last(&none, 2004, 0).mean));
    assert_true(isnan(naive_growth(&none, 2004).mean));
}

/* If all changes are explained, nothing is left to be unsure of. */
static void what_is_explained_leaves_no_spread(void **state)
{
    (void)state;
    const struct known known = {four_years, four_values, four_values, 4};
    const struct naive naive = naive_last(&known, 2006, 0.5);
    assert_close(naive.mean, 9.5);
    assert_same(naive.sd, 0);
}

static void what_cannot_be_explained_is_no_forecast(void **state)
{
    (void)state;
    const struct known known = {four_years, four_values, NULL, 4};
    assert_true(isnan(naive_last(&known, 2006, NAN).mean));
    assert_true(isnan(naive_last(&known, 2006, NAN).sd));
}

static struct driver make_driver(const char *name, size_t country, double *values)
{
    return (struct driver){registry_variable((size_t)registry_find_variable(name)), country, 2001, values, 2};
}

static void gravity_is_elasticities_times_logarithms(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    double values[][2] = {{100, 200}, {10, 30}, {1, 1.5}, {1, 0.5}};
    struct driver drivers[] = {make_driver("gdp", 1, values[0]), make_driver("gdp", 3, values[1]),
                               make_driver("price", 1, values[2]), make_driver("price", 3, values[3])};
    const size_t dyad = dyad_index(SMALL_STATES, 1, 3);
    small->configuration.drivers = drivers;
    small->configuration.n_drivers = 4;
    small->configuration.parameters[registry_find_parameter("trade.gdp")] = 0.7;
    small->configuration.parameters[registry_find_parameter("trade.price")] = 0.4;
    assert_close(gravity_explain(&small->configuration, dyad, 2002) -
                     gravity_explain(&small->configuration, dyad, 2001),
                 0.7 * log(2 * 3) + 0.4 * log(1.5 * 0.5));
    assert_true(isnan(gravity_explain(&small->configuration, dyad, 2003))); /* behind the end of the series */
    assert_true(isnan(gravity_explain(&small->configuration, dyad, 2000)));
    assert_true(isnan(gravity_explain(&small->configuration, dyad_index(SMALL_STATES, 1, 2), 2002)));
    small_free(small);
}

static void gravity_is_of_trade_alone(void **state)
{
    (void)state;
    assert_true(gravity_is_of(registry_variable((size_t)registry_find_variable("trade"))));
    assert_false(gravity_is_of(registry_variable((size_t)registry_find_variable("potential_trade"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_value_stays_with_the_spread_of_a_random_walk),
        cmocka_unit_test(growth_goes_on_from_first_to_last),
        cmocka_unit_test(few_values_have_no_spread),
        cmocka_unit_test(one_value_does_not_grow_and_none_says_nothing),
        cmocka_unit_test(what_is_explained_leaves_no_spread),
        cmocka_unit_test(what_cannot_be_explained_is_no_forecast),
        cmocka_unit_test(gravity_is_elasticities_times_logarithms),
        cmocka_unit_test(gravity_is_of_trade_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

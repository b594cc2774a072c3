/* When events begin, and what series say. */
#include "engine/draws.h"
#include "engine/schedule.h"
#include "small_configuration.h"

enum { N_REPLICATES = 8000 };

/* The years in which the small configuration's event begins in replicates 0 .. N_REPLICATES - 1. */
static void find_years(const struct small_configuration *small, double *year)
{
    lane_array begins;
    struct calendar calendar = {.events = &small->event, .n_events = 1, .begins = &begins};
    for (size_t first = 0; first < N_REPLICATES; first += LANES) {
        schedule_events(&calendar, &small->configuration, first);
        memcpy(&year[first], begins, sizeof begins);
    }
}

static double share_of(const double *year, double wanted)
{
    double n = 0;
    for (size_t k = 0; k < N_REPLICATES; k++)
        n += year[k] == wanted;
    return n / N_REPLICATES;
}

/* Five standard errors of a share of p. */
static void assert_share(const double *year, double wanted, double p)
{
    assert_true(fabs(share_of(year, wanted) - p) <= 5 * sqrt(p * (1 - p) / N_REPLICATES));
}

static void a_fixed_year_is_the_same_in_all_replicates(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    struct small_configuration *small = small_new();
    small_add_event(small, CRISIS, NULL, 0.5);
    find_years(small, year);
    assert_same(share_of(year, 2004), 1);
    small_free(small);
}

static void uniform_years_are_alike_from_the_first_to_the_last(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    struct small_configuration *small = small_new();
    struct event *event = small_add_event(small, CRISIS, NULL, 0.5);
    event->timing = UNIFORM_YEAR;
    event->first = 2003;
    event->last = 2006;
    find_years(small, year);
    for (double wanted = 2003; wanted <= 2006; wanted++)
        assert_share(year, wanted, 0.25);
    assert_same(share_of(year, 2002) + share_of(year, 2007), 0);
    small_free(small);
}

/* Rounded to whole years: with a standard deviation of 2 the mean year has the share of |z| < 1/4, 0.19741. */
static void normal_years_lie_around_their_mean(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    double sum = 0;
    struct small_configuration *small = small_new();
    struct event *event = small_add_event(small, CRISIS, NULL, 0.5);
    event->timing = NORMAL_YEAR;
    event->mean = 2005;
    event->standard_deviation = 2;
    find_years(small, year);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        assert_same(year[k], rint(year[k]));
        sum += year[k];
    }
    assert_true(fabs(sum / N_REPLICATES - 2005) <= 5 * sqrt(4 + 1.0 / 12) / sqrt(N_REPLICATES));
    assert_share(year, 2005, erf(0.25 / sqrt(2)));
    small_free(small);
}

static void chosen_years_have_their_probabilities_and_never_the_rest(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    struct small_configuration *small = small_new();
    struct event *event = small_add_event(small, CRISIS, NULL, 0.5);
    event->timing = CHOICE_YEAR;
    event->choice_year = (double[]){2002, 2009};
    event->choice_probability = (double[]){0.2, 0.5};
    event->n_choices = 2;
    find_years(small, year);
    assert_share(year, 2002, 0.2);
    assert_share(year, 2009, 0.5);
    assert_share(year, INFINITY, 0.3);
    small_free(small);
}

static void a_hazard_has_not_come_before_it_comes(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    struct small_configuration *small = small_new();
    small_add_event(small, CRISIS, NULL, 0.5)->timing = HAZARD;
    find_years(small, year);
    assert_same(share_of(year, INFINITY), 1);
    small_free(small);
}

/* The year of an event depends on its key and the replicate, not on what other events there are. */
static void the_year_of_an_event_does_not_depend_on_others(void **state)
{
    (void)state;
    static double alone[N_REPLICATES];
    struct small_configuration *small = small_new();
    struct event *event = small_add_event(small, CRISIS, NULL, 0.5), both[2];
    lane_array begins[2];
    event->timing = UNIFORM_YEAR;
    event->first = 1000;
    event->last = 3000;
    find_years(small, alone);
    both[1] = both[0] = *event;
    both[0].key = 78;
    struct calendar calendar = {.events = both, .n_events = 2, .begins = begins};
    schedule_events(&calendar, &small->configuration, LANES);
    EACH_LANE(l)
        assert_same(begins[1][l], alone[LANES + l]);
    assert_memory_not_equal(begins[0], begins[1], sizeof begins[0]);
    small_free(small);
}

static void without_noise_an_event_comes_in_the_middle_of_its_distribution(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    struct small_configuration *small = small_new();
    struct event *event = small_add_event(small, CRISIS, NULL, 0.5);
    small->configuration.is_noisy = false;
    event->timing = NORMAL_YEAR;
    event->mean = 2005;
    event->standard_deviation = 2;
    find_years(small, year);
    assert_same(share_of(year, 2005), 1);
    event->timing = UNIFORM_YEAR;
    event->first = 2002;
    event->last = 2004;
    find_years(small, year);
    assert_same(share_of(year, 2003), 1);
    small_free(small);
}

/* With a hazard of 0.3 a share 0.3 0.7^k begins after k years. */
static void a_hazard_strikes_each_year_with_its_chance(void **state)
{
    (void)state;
    static double year[N_REPLICATES];
    struct small_configuration *small = small_new();
    struct event *event = small_add_event(small, CRISIS, NULL, 0.5);
    struct fixture *f = fixture_blank(SMALL_STATES);
    event->timing = HAZARD;
    event->hazard = 0.3;
    event->first = 2003;
    event->last = 2012;
    for (size_t first = 0; first < N_REPLICATES; first += LANES) {
        lane_array begins, draw;
        struct calendar calendar = {.events = event, .n_events = 1, .begins = &begins, .hazard_draw = &draw};
        schedule_events(&calendar, &small->configuration, first);
        for (f->world.year = 2001; f->world.year <= 2012; f->world.year++) {
            schedule_hazards(&calendar, &small->configuration, first, (int)f->world.year);
            events_happen(&f->world, &calendar, &f->parameters, &f->parameters);
        }
        memcpy(&year[first], begins, sizeof begins);
    }
    assert_same(share_of(year, 2002), 0);
    for (int k = 0; k < 10; k++)
        assert_share(year, 2003 + k, 0.3 * pow(0.7, k));
    assert_share(year, INFINITY, pow(0.7, 10));
    fixture_free(f);
    small_free(small);
}

static void the_draws_of_a_hazard_are_those_of_its_key(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    lane_array begins, draw;
    struct calendar calendar = {.events = &small->event, .n_events = 1, .begins = &begins, .hazard_draw = &draw};
    small_add_event(small, CRISIS, NULL, 0.5)->timing = HAZARD;
    schedule_hazards(&calendar, &small->configuration, 16, 2006);
    EACH_LANE(l) {
        const struct draw_address address = {42, 16 + l, PURPOSE_EVENT_HAZARD, 2006, 77, 0};
        assert_same(draw[l], draws_uniform(&address));
    }
    small_free(small);
}

/* A world that is told what one series says of one state in `first` and the years after it. */
static struct chronicle chronicle_of(struct small_configuration *small, const char *stock, size_t state, int first,
                                     double *values, size_t n_values)
{
    const struct variable *variable = registry_variable((size_t)registry_find_variable(stock));
    struct driver driver = {variable, state, first, values, n_values};
    struct chronicle chronicle;
    struct error error = {0};
    small->configuration.drivers = &driver;
    small->configuration.n_drivers = 1;
    assert_int_equal(chronicle_make(&chronicle, &small->configuration, &error), OK);
    small->configuration.n_drivers = 0;
    return chronicle;
}

/* GDP of state 2 for 2003 to 2005, and what next year's series say in each year. */
static void a_series_tells_its_years_of_its_state_and_nothing_else(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct world world;
    double values[] = {30, 40, 50};
    struct chronicle chronicle = chronicle_of(small, "gdp", 2, 2003, values, 3);
    for (int next_year = 2001; next_year <= 2012; next_year++) {
        const bool is_told = next_year >= 2003 && next_year <= 2005;
        chronicle_tell(&chronicle, &world, next_year);
        assert_same(world.gdp_series[2].value, is_told ? values[next_year - 2003] : 0);
        assert_same(world.gdp_series[2].log, is_told ? lane_log(values[next_year - 2003]) : 0);
        assert_same(world.gdp_series[1].value, 0);
        assert_same(world.price_series[2].value, 0);
    }
    chronicle_free(&chronicle);
    small_free(small);
}

/* From before the first year to after the last. */
static void what_a_series_says_of_other_years_is_passed_by(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct world world;
    double values[20];
    for (size_t k = 0; k < COUNT(values); k++)
        values[k] = (double)(k + 1);
    struct chronicle chronicle = chronicle_of(small, "gdp", SMALL_STATES - 1, 1998, values, COUNT(values));
    for (int next_year = 2001; next_year <= 2012; next_year++) {
        chronicle_tell(&chronicle, &world, next_year);
        assert_same(world.gdp_series[SMALL_STATES - 1].value, next_year - 1997);
    }
    chronicle_free(&chronicle);
    small_free(small);
}

static void a_series_of_prices_is_one_of_prices(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct world world;
    double values[] = {1.5};
    struct chronicle chronicle = chronicle_of(small, "price", 0, 2004, values, 1);
    chronicle_tell(&chronicle, &world, 2004);
    assert_same(world.price_series[0].value, 1.5);
    assert_same(world.gdp_series[0].value, 0);
    chronicle_free(&chronicle);
    small_free(small);
}

static void only_an_effect_on_a_parameter_touches_parameters(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    assert_false(schedule_touches_parameters(&small->configuration));
    small_add_event(small, CRISIS, NULL, 0.5);
    assert_false(schedule_touches_parameters(&small->configuration));
    small->effect.parameter = 0;
    assert_true(schedule_touches_parameters(&small->configuration));
    small_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fixed_year_is_the_same_in_all_replicates),
        cmocka_unit_test(uniform_years_are_alike_from_the_first_to_the_last),
        cmocka_unit_test(normal_years_lie_around_their_mean),
        cmocka_unit_test(chosen_years_have_their_probabilities_and_never_the_rest),
        cmocka_unit_test(a_hazard_has_not_come_before_it_comes),
        cmocka_unit_test(the_year_of_an_event_does_not_depend_on_others),
        cmocka_unit_test(without_noise_an_event_comes_in_the_middle_of_its_distribution),
        cmocka_unit_test(a_hazard_strikes_each_year_with_its_chance),
        cmocka_unit_test(the_draws_of_a_hazard_are_those_of_its_key),
        cmocka_unit_test(a_series_tells_its_years_of_its_state_and_nothing_else),
        cmocka_unit_test(what_a_series_says_of_other_years_is_passed_by),
        cmocka_unit_test(a_series_of_prices_is_one_of_prices),
        cmocka_unit_test(only_an_effect_on_a_parameter_touches_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

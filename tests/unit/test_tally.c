/* Tally: what it tells of many numbers, against all of them sorted. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "fixture.h"
#include "output/tally.h"

enum { N_VALUES = 20000, N_SHARES = 7 };

static const double shares[N_SHARES] = {0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999};
static uint32_t counts[TALLY_CLASSES + 2];
static double values[N_VALUES];
static bool is_well[N_VALUES];

static void fill_normal(double mean, double sd)
{
    uint64_t random = 7;
    for (size_t k = 0; k < N_VALUES; k++) {
        values[k] = mean + sd * gsl_cdf_ugaussian_Pinv(random_share(&random));
        is_well[k] = true;
    }
}

struct told {
    double mean, sd, quantiles[N_SHARES];
};

/* Tally all values, in parts of `step`. */
static struct told tell(size_t step, const bool *well, bool is_whole)
{
    struct tally tally;
    struct told told;
    size_t n = 0;
    const struct sample_part pilot = {values, TALLY_PILOT, 0, well};
    tally_begin(&tally, &pilot, is_whole, counts);
    for (size_t first = 0; first < N_VALUES; first += step) {
        const size_t left = N_VALUES - first, n_part = left < step ? left : step;
        const struct sample_part part = {values + first, n_part, first, well ? well + first : NULL};
        tally_add(&tally, &part);
        for (size_t k = 0; k < n_part; k++)
            n += !well || well[first + k];
    }
    tally_tell(&tally, n, shares, N_SHARES, -9, &told.mean, &told.sd, told.quantiles);
    return told;
}

/* A class is 2 / TALLY_CLASSES of what the pilot spans. */
static double class_width(void)
{
    return 2 * (gsl_stats_max(values, 1, TALLY_PILOT) - gsl_stats_min(values, 1, TALLY_PILOT)) / TALLY_CLASSES;
}

static void mean_and_deviation_are_those_of_all_values(void **state)
{
    (void)state;
    fill_normal(1e6, 1); /* what a sum of squares without a shift would lose */
    const struct told told = tell(640, NULL, false);
    const double mean = gsl_stats_mean(values, 1, N_VALUES);
    assert_true(fabs(told.mean - mean) <= 1e-15 * mean * sqrt(N_VALUES));
    assert_true(fabs(told.sd - gsl_stats_sd_m(values, 1, N_VALUES, mean)) <= 1e-9);
}

static void quantiles_are_off_by_less_than_a_class(void **state)
{
    (void)state;
    fill_normal(3, 2);
    const struct told told = tell(640, NULL, false);
    const double width = class_width();
    gsl_sort(values, 1, N_VALUES);
    for (size_t k = 0; k < N_SHARES; k++)
        assert_true(fabs(told.quantiles[k] - gsl_stats_quantile_from_sorted_data(values, 1, N_VALUES, shares[k])) < width);
}

static void the_cut_into_parts_changes_no_bit(void **state)
{
    (void)state;
    fill_normal(3, 2);
    const struct told whole = tell(N_VALUES, NULL, false);
    static const size_t steps[] = {1, 7, 8, 37, 512, 640};
    for (size_t k = 0; k < COUNT(steps); k++) {
        const struct told parts = tell(steps[k], NULL, false);
        assert_memory_equal(&parts, &whole, sizeof parts);
    }
}

static void who_is_not_well_does_not_count(void **state)
{
    (void)state;
    fill_normal(3, 2);
    const struct told all = tell(640, is_well, false), same = tell(640, NULL, false);
    assert_memory_equal(&all, &same, sizeof all);
    double few[N_VALUES];
    size_t n = 0;
    for (size_t k = 0; k < N_VALUES; k++) {
        is_well[k] = k % 3 != 1;
        if (is_well[k])
            few[n++] = values[k];
        else
            values[k] = NAN;
    }
    const struct told told = tell(640, is_well, false);
    assert_true(fabs(told.mean - gsl_stats_mean(few, 1, n)) < 1e-12);
    assert_true(fabs(told.sd - gsl_stats_sd(few, 1, n)) < 1e-12);
    assert_true(fabs(told.quantiles[3] - gsl_stats_median(few, 1, n)) < 0.03); /* a class of 14 / 512 */
}

static void a_constant_is_told_to_the_bit(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_VALUES; k++)
        values[k] = 1339.4;
    const struct told told = tell(640, NULL, false);
    assert_same(told.mean, 1339.4);
    assert_same(told.sd, 0);
    for (size_t k = 0; k < N_SHARES; k++)
        assert_same(told.quantiles[k], 1339.4);
}

/* The pilot is 5; later a tenth is 7. */
static void what_the_pilot_has_not_seen_is_told(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_VALUES; k++)
        values[k] = k >= TALLY_PILOT && k % 10 == 0 ? 7 : 5;
    const struct told told = tell(640, NULL, false);
    assert_true(fabs(told.quantiles[3] - 5) < 1e-6);
    assert_true(told.quantiles[5] > 5 && told.quantiles[5] <= 7);
    assert_true(fabs(told.mean - gsl_stats_mean(values, 1, N_VALUES)) < 1e-12);
    assert_true(told.quantiles[6] <= 7 && told.quantiles[6] >= told.quantiles[5]);
}

static void whole_numbers_have_whole_quantiles(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (size_t k = 0; k < N_VALUES; k++)
        values[k] = floor(10 * random_share(&random));
    const struct told told = tell(640, NULL, true);
    gsl_sort(values, 1, N_VALUES);
    for (size_t k = 0; k < N_SHARES; k++)
        assert_same(told.quantiles[k], rint(gsl_stats_quantile_from_sorted_data(values, 1, N_VALUES, shares[k])));
}

static void of_nothing_nothing_is_told(void **state)
{
    (void)state;
    memset(is_well, 0, sizeof is_well);
    const struct told told = tell(640, is_well, false);
    assert_true(told.mean == -9 && told.sd == -9 && told.quantiles[0] == -9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_and_deviation_are_those_of_all_values),
        cmocka_unit_test(quantiles_are_off_by_less_than_a_class),
        cmocka_unit_test(the_cut_into_parts_changes_no_bit),
        cmocka_unit_test(who_is_not_well_does_not_count),
        cmocka_unit_test(a_constant_is_told_to_the_bit),
        cmocka_unit_test(what_the_pilot_has_not_seen_is_told),
        cmocka_unit_test(whole_numbers_have_whole_quantiles),
        cmocka_unit_test(of_nothing_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

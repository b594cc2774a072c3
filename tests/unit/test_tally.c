/* Sums and buckets instead of values: against the values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "output/tally.h"

enum { N = 20000, N_PILOT = 1000, N_BUCKETS = TALLY_MOST_BUCKETS };

static const double shares[] = {0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};
enum { N_SHARES = sizeof shares / sizeof *shares };

static double values[N];
static uint32_t counts[N_BUCKETS + 1], other_counts[N_BUCKETS + 1];

/* Numbers without a pattern, within 0 .. 1. */
static double share_of(uint64_t k)
{
    uint64_t z = (k + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A bell about 300 with a long tail to the right. */
static void make_values(size_t n)
{
    for (size_t k = 0; k < n; k++)
        values[k] = 200 + 100 * exp(share_of(4 * k) + share_of(4 * k + 1) + share_of(4 * k + 2) - 1.5);
}

static void add(struct tally *tally, const double *from, size_t n)
{
    for (size_t k = 0; k < n; k += LANES) {
        lane_array lanes;
        float staged[LANES];
        for (size_t l = 0; l < LANES; l++)
            lanes[l] = k + l < n ? from[k + l] : (double)NAN;
        tally_stage(&tally->of, &lanes, 1, staged);
        tally_add(tally, staged, LANES);
    }
}

/* Count values[n], with the range of the first of them. */
static struct tally tally_of(size_t n_pilot, size_t n, bool is_whole, uint32_t *memory)
{
    struct tally tally;
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < n_pilot; k++) {
        low = fmin(low, values[k]);
        high = fmax(high, values[k]);
    }
    tally_begin(&tally, low, high, is_whole, N_BUCKETS, memory);
    add(&tally, values, n);
    return tally;
}

/* The largest difference of a quantile to that of the values, in buckets; each must be within the error that is told.
 */
static double worst_quantile(const struct tally *tally, size_t n)
{
    static double sorted[N];
    double worst = 0;
    memcpy(sorted, values, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    for (size_t k = 0; k < N_SHARES; k++) {
        double quantile;
        const double told = tally_quantile(tally, shares[k], -9, &quantile);
        const double off = fabs(quantile - gsl_stats_quantile_from_sorted_data(sorted, 1, n, shares[k]));
        if (!(off <= told))
            fail_msg("the quantile at %g is off by %g, and %g was told", shares[k], off, told);
        worst = fmax(worst, off * tally->of.scale / (double)(1 << tally->shift));
    }
    return worst;
}

static void quantiles_are_within_a_bucket_of_those_of_the_values(void **state)
{
    (void)state;
    make_values(N);
    const struct tally tally = tally_of(N, N, false, counts);
    assert_true(tally.n == N);
    assert_true(worst_quantile(&tally, N) <= 1);
}

static void a_bucket_is_an_eight_hundredth_of_the_range_of_the_pilot(void **state)
{
    (void)state;
    struct tally tally;
    tally_begin(&tally, 10, 18, false, N_BUCKETS, counts);
    assert_true((double)(1 << tally.shift) / tally.of.scale < 8 / 800.0);
}

static void quantiles_beyond_the_range_are_off_by_no_more_than_is_told(void **state)
{
    (void)state;
    make_values(N);
    const struct tally tally = tally_of(10, N, false, counts);
    assert_true(tally.n == N);
    assert_true(tally.n_below + tally.n_above > 100);
    worst_quantile(&tally, N);
}

/* Half a quantum for each value at most, and the rounding of a float. */
static void mean_and_deviation_are_those_of_the_values(void **state)
{
    (void)state;
    make_values(N);
    for (size_t n_pilot = 10; n_pilot <= N; n_pilot *= 10) { /* with many values beyond the range, and with none */
        const struct tally tally = tally_of(n_pilot, N, false, counts);
        const double expected = gsl_stats_mean(values, 1, N), quantum = 1 / tally.of.scale;
        double mean, sd;
        tally_moments(&tally, -9, &mean, &sd);
        assert_true(fabs(mean - expected) < quantum);
        assert_true(fabs(sd - gsl_stats_sd_m(values, 1, N, expected)) < quantum);
    }
}

static void assert_alike(const struct tally *a, const struct tally *b)
{
    assert_true(a->n == b->n && a->n_below == b->n_below && a->n_above == b->n_above && a->n_beyond == b->n_beyond);
    assert_true(a->sum == b->sum && a->sum_of_squares == b->sum_of_squares);
    assert_memory_equal(&a->least, &b->least, sizeof a->least);
    assert_memory_equal(&a->greatest, &b->greatest, sizeof a->greatest);
    assert_memory_equal(a->counts, b->counts, N_BUCKETS * sizeof *a->counts);
}

static void the_order_of_values_changes_no_bit(void **state)
{
    (void)state;
    make_values(N);
    values[5] = -0.0;
    values[N - 1] = 1e300;
    const struct tally tally = tally_of(N_PILOT, N, false, counts);
    struct tally turned;
    tally_begin(&turned, 0, 1, false, N_BUCKETS, other_counts);
    turned.of = tally.of;
    for (size_t k = N; k-- > 0;)
        add(&turned, &values[k], 1);
    assert_alike(&tally, &turned);
}

static void merged_tallies_are_one_tally(void **state)
{
    (void)state;
    make_values(N);
    values[17] = -1e6;
    const struct tally all = tally_of(N_PILOT, N, false, counts);
    struct tally part = tally_of(N_PILOT, 7001, false, other_counts), rest = part;
    uint32_t rest_counts[N_BUCKETS + 1];
    tally_begin(&rest, 0, 1, false, N_BUCKETS, rest_counts);
    rest.of = part.of;
    add(&rest, values + 7001, N - 7001);
    tally_merge(&part, &rest);
    assert_alike(&all, &part);
}

static void a_constant_stays_what_it_is(void **state)
{
    (void)state;
    static const double constants[] = {0, 0.1, -10670.55, 1e-300, 1e12 / 3};
    for (size_t c = 0; c < sizeof constants / sizeof *constants; c++) {
        double mean, sd, median;
        for (size_t k = 0; k < N; k++)
            values[k] = constants[c];
        const struct tally tally = tally_of(N_PILOT, N, false, counts);
        tally_moments(&tally, -9, &mean, &sd);
        assert_true(tally_quantile(&tally, 0.5, -9, &median) == 0);
        assert_true(median == constants[c]);
        assert_true(mean == constants[c]);
        assert_true(sd == 0);
    }
}

static void what_was_constant_in_the_pilot_may_change(void **state)
{
    (void)state;
    for (size_t k = 0; k < N; k++)
        values[k] = k < N_PILOT ? 3 : k % 4 == 0 ? 1000 * share_of(k) : 3;
    const struct tally tally = tally_of(N_PILOT, N, false, counts);
    double mean, sd, median;
    tally_moments(&tally, -9, &mean, &sd);
    worst_quantile(&tally, N);
    assert_true(fabs(mean - gsl_stats_mean(values, 1, N)) < 1e-5);
    assert_true(tally_quantile(&tally, 0.5, -9, &median) < 0.01);
}

static void quantiles_of_whole_numbers_are_exact(void **state)
{
    (void)state;
    for (size_t k = 0; k < N; k++)
        values[k] = floor(3 * share_of(k) * share_of(k + N)) + (k == N - 1 ? 100 : 0);
    const struct tally tally = tally_of(N_PILOT, N - 1, true, counts);
    double mean, sd;
    assert_true(worst_quantile(&tally, N - 1) == 0);
    tally_moments(&tally, -9, &mean, &sd);
    assert_true(fabs(mean - gsl_stats_mean(values, 1, N - 1)) < 1e-15);
}

static void nan_is_no_value(void **state)
{
    (void)state;
    double mean, sd, median;
    const double some[] = {NAN, 1, NAN, 3, -NAN};
    struct tally tally;
    tally_begin(&tally, 1, 3, false, N_BUCKETS, counts);
    add(&tally, some, 5);
    tally_moments(&tally, -9, &mean, &sd);
    const double told = tally_quantile(&tally, 0.5, -9, &median);
    assert_true(tally.n == 2 && mean == 2 && fabs(median - 2) <= told);
}

static void statistics_of_nothing_are_missing(void **state)
{
    (void)state;
    double mean, sd, median;
    const double one = 7;
    struct tally tally;
    tally_begin(&tally, INFINITY, -INFINITY, false, N_BUCKETS, counts);
    tally_moments(&tally, -9, &mean, &sd);
    tally_quantile(&tally, 0.5, -9, &median);
    assert_true(mean == -9 && sd == -9 && median == -9);
    add(&tally, &one, 1);
    tally_moments(&tally, -9, &mean, &sd);
    tally_quantile(&tally, 0.5, -9, &median);
    assert_true(fabs(mean - 7) < 1e-6 && sd == -9 && fabs(median - 7) < 1e-6);
}

static void values_too_far_for_sums_have_quantiles(void **state)
{
    (void)state;
    double mean, sd, quantile;
    make_values(N);
    values[N - 1] = 1e280;
    const struct tally tally = tally_of(N_PILOT, N, false, counts);
    tally_moments(&tally, -9, &mean, &sd);
    assert_true(mean == -9 && sd == -9);
    const double told = tally_quantile(&tally, 0.5, -9, &quantile);
    assert_true(told < 1 && quantile > 250 && quantile < 350);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_within_a_bucket_of_those_of_the_values),
        cmocka_unit_test(a_bucket_is_an_eight_hundredth_of_the_range_of_the_pilot),
        cmocka_unit_test(quantiles_beyond_the_range_are_off_by_no_more_than_is_told),
        cmocka_unit_test(mean_and_deviation_are_those_of_the_values),
        cmocka_unit_test(the_order_of_values_changes_no_bit),
        cmocka_unit_test(merged_tallies_are_one_tally),
        cmocka_unit_test(a_constant_stays_what_it_is),
        cmocka_unit_test(what_was_constant_in_the_pilot_may_change),
        cmocka_unit_test(quantiles_of_whole_numbers_are_exact),
        cmocka_unit_test(nan_is_no_value),
        cmocka_unit_test(statistics_of_nothing_are_missing),
        cmocka_unit_test(values_too_far_for_sums_have_quantiles),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}

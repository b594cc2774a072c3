/* Resamples, by their definition. */
#include <math.h>

#include "fixture.h"
#include "inference/resample.h"

enum { N = 500, N_TIMES = 400, N_TERMS = 5 };

static struct resample resample_of(size_t n, size_t n_times, uint64_t seed)
{
    struct resample resample;
    assert_int_equal(resample_create(&resample, n, n_times, seed, NULL), OK);
    return resample;
}

static void each_resample_takes_as_many_as_there_are(void **state)
{
    (void)state;
    struct resample resample = resample_of(N, N_TIMES, 1);
    for (size_t b = 0; b < N_TIMES; b++) {
        size_t n = 0;
        for (size_t k = 0; k < N; k++)
            n += resample.counts[b * N + k];
        assert_int_equal(n, N);
    }
    resample_free(&resample);
}

/* How often an item is taken is binomial: over all resamples N_TIMES on average, with a variance near that. */
static void every_item_is_as_likely(void **state)
{
    (void)state;
    struct resample resample = resample_of(N, N_TIMES, 2);
    const double most_sigmas = 5;
    for (size_t k = 0; k < N; k++) {
        double n = 0;
        for (size_t b = 0; b < N_TIMES; b++)
            n += resample.counts[b * N + k];
        assert_true(fabs(n - N_TIMES) < most_sigmas * sqrt(N_TIMES));
    }
    resample_free(&resample);
}

static void resamples_differ_from_each_other_and_with_the_seed(void **state)
{
    (void)state;
    struct resample one = resample_of(N, 2, 1), same = resample_of(N, 2, 1), other = resample_of(N, 2, 2);
    assert_memory_equal(one.counts, same.counts, 2 * N);
    assert_memory_not_equal(one.counts, one.counts + N, N);
    assert_memory_not_equal(one.counts, other.counts, 2 * N);
    resample_free(&one);
    resample_free(&same);
    resample_free(&other);
}

/* Whatever else is resampled, those that come first are the same. */
static void more_resamples_begin_with_the_same_ones(void **state)
{
    (void)state;
    struct resample few = resample_of(N, 3, 1), many = resample_of(N, 9, 1);
    assert_memory_equal(few.counts, many.counts, 3 * N);
    resample_free(&few);
    resample_free(&many);
}

/* To the bit: the sums have the order of the items. */
static void sums_are_those_of_the_items_taken(void **state)
{
    (void)state;
    uint64_t random = 7;
    struct resample resample = resample_of(N, N_TIMES, 3);
    double *terms = calloc(N * N_TERMS, sizeof *terms), *sums = calloc(N_TIMES * N_TERMS, sizeof *sums);
    for (size_t k = 0; k < N * N_TERMS; k++)
        terms[k] = random_between(&random, -1, 1);
    resample_sum(&resample, terms, N_TERMS, sums);
    for (size_t b = 0; b < N_TIMES; b++)
        for (size_t t = 0; t < N_TERMS; t++) {
            double sum = 0;
            for (size_t k = 0; k < N; k++)
                if (resample.counts[b * N + k])
                    sum += resample.counts[b * N + k] * terms[k * N_TERMS + t];
            assert_same(sums[b * N_TERMS + t], sum);
        }
    free(terms);
    free(sums);
    resample_free(&resample);
}

static void an_interval_leaves_out_a_fortieth_at_each_end(void **state)
{
    (void)state;
    double values[41], low, high;
    for (size_t k = 0; k < COUNT(values); k++)
        values[k] = (double)(k * 7 % COUNT(values)); /* 0 .. 40 in disorder */
    resample_interval(values, COUNT(values), &low, &high);
    assert_close(low, 1);
    assert_close(high, 39);
}

static void what_is_not_finite_is_left_out_of_an_interval(void **state)
{
    (void)state;
    double values[] = {NAN, 3, INFINITY, 3, NAN}, none[] = {NAN, NAN}, low, high;
    resample_interval(values, COUNT(values), &low, &high);
    assert_same(low, 3);
    assert_same(high, 3);
    resample_interval(none, COUNT(none), &low, &high);
    assert_true(is_nan(low) && is_nan(high));
}

static void nothing_can_be_resampled(void **state)
{
    (void)state;
    struct resample resample = resample_of(0, 3, 1);
    double sums[3] = {1, 1, 1};
    resample_sum(&resample, NULL, 1, sums);
    assert_same(sums[2], 0.0);
    resample_free(&resample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_resample_takes_as_many_as_there_are),
        cmocka_unit_test(every_item_is_as_likely),
        cmocka_unit_test(resamples_differ_from_each_other_and_with_the_seed),
        cmocka_unit_test(more_resamples_begin_with_the_same_ones),
        cmocka_unit_test(sums_are_those_of_the_items_taken),
        cmocka_unit_test(an_interval_leaves_out_a_fortieth_at_each_end),
        cmocka_unit_test(what_is_not_finite_is_left_out_of_an_interval),
        cmocka_unit_test(nothing_can_be_resampled),
    };
    return cmocka_run_group_tests_name("resample", tests, NULL, NULL);
}

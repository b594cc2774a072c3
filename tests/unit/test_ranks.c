/* Exact quantiles in passes, against sorting. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inference/ranks.h"

enum { MOST = 5000, N_SHARES = 3 };

static const double shares[N_SHARES] = {0.05, 0.5, 0.95};

/* In pieces of `piece` values, with `n` that are values among n_given. */
static void find(const double *values, size_t n_given, size_t n, size_t piece, double *quantiles)
{
    static struct ranks ranks;
    ranks_begin(&ranks, n, shares, N_SHARES);
    for (int pass = 0; pass < RANKS_PASSES; pass++) {
        for (size_t first = 0; first < n_given; first += piece)
            ranks_add(&ranks, pass, values + first, first + piece > n_given ? n_given - first : piece);
        ranks_end_pass(&ranks);
    }
    for (size_t k = 0; k < N_SHARES; k++)
        quantiles[k] = ranks_quantile(&ranks, k);
}

static void assert_as_sorted(double *values, size_t n)
{
    double quantiles[N_SHARES];
    find(values, n, n, n, quantiles);
    gsl_sort(values, 1, n);
    for (size_t k = 0; k < N_SHARES; k++) {
        const double wanted = gsl_stats_quantile_from_sorted_data(values, 1, n, shares[k]);
        assert_true(quantiles[k] == wanted);
    }
}

/* Numbers of both signs and of many sizes. */
static double strange(unsigned *seed)
{
    const double size = pow(10, rand_r(seed) % 30 - 15);
    return ((double)rand_r(seed) / RAND_MAX - 0.5) * size;
}

static void quantiles_are_those_of_sorted_values(void **state)
{
    (void)state;
    static double values[MOST];
    unsigned seed = 1;
    for (size_t n = 1; n <= MOST; n = n < 50 ? n + 1 : 3 * n + 1) {
        for (size_t k = 0; k < n; k++)
            values[k] = strange(&seed);
        assert_as_sorted(values, n);
    }
}

static void many_ties_are_no_matter(void **state)
{
    (void)state;
    static double values[MOST];
    unsigned seed = 2;
    for (size_t k = 0; k < MOST; k++)
        values[k] = rand_r(&seed) % 5 - 2;
    assert_as_sorted(values, MOST);
}

static void zeros_stay_zero(void **state)
{
    (void)state;
    double values[20] = {0}, quantiles[N_SHARES];
    find(values, 20, 20, 20, quantiles);
    for (size_t k = 0; k < N_SHARES; k++)
        assert_true(quantiles[k] == 0 && !signbit(quantiles[k]));
}

static void what_is_missing_is_no_value(void **state)
{
    (void)state;
    double values[40], plain[20], quantiles[N_SHARES], wanted[N_SHARES];
    for (size_t k = 0; k < 20; k++) {
        plain[k] = values[2 * k] = sin((double)k);
        values[2 * k + 1] = NAN;
    }
    find(values, 40, 20, 40, quantiles);
    find(plain, 20, 20, 20, wanted);
    assert_memory_equal(quantiles, wanted, sizeof wanted);
}

static void pieces_give_the_same_bits(void **state)
{
    (void)state;
    static double values[MOST];
    double quantiles[N_SHARES], wanted[N_SHARES];
    unsigned seed = 3;
    for (size_t k = 0; k < MOST; k++)
        values[k] = strange(&seed);
    find(values, MOST, MOST, MOST, wanted);
    for (size_t piece = 1; piece < MOST; piece = 7 * piece + 3) {
        find(values, MOST, MOST, piece, quantiles);
        assert_memory_equal(quantiles, wanted, sizeof wanted);
    }
}

static void infinities_are_at_the_ends(void **state)
{
    (void)state;
    double values[] = {INFINITY, 1, 2, 3, -INFINITY}, quantiles[N_SHARES];
    find(values, 5, 5, 5, quantiles);
    assert_true(quantiles[1] == 2);
    assert_true(quantiles[2] == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_sorted_values),
        cmocka_unit_test(many_ties_are_no_matter),
        cmocka_unit_test(zeros_stay_zero),
        cmocka_unit_test(what_is_missing_is_no_value),
        cmocka_unit_test(pieces_give_the_same_bits),
        cmocka_unit_test(infinities_are_at_the_ends),
    };
    return cmocka_run_group_tests_name("ranks", tests, NULL, NULL);
}

/* Latin hypercubes: strata, and no more order than that. */
#include "designs.h"

static double *latin_points(uint64_t n, uint64_t seed, size_t n_factors)
{
    const struct design_choice choice = {.kind = &design_latin_hypercube, .n = n, .seed = seed};
    size_t n_points;
    double *values = points_of(&choice, unit_factors(), n_factors, &n_points);
    assert_int_equal(n_points, n);
    return values;
}

static void assert_strata(const double *values, size_t n, size_t n_factors)
{
    bool *is_taken = calloc(n, sizeof *is_taken);
    for (size_t k = 0; k < n; k++) {
        const size_t stratum = (size_t)(values[k * n_factors] * (double)n);
        assert_true(stratum < n);
        assert_false(is_taken[stratum]);
        is_taken[stratum] = true;
    }
    free(is_taken);
}

static void each_stratum_has_one_value_of_each_factor(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 7, 10, 49, 100, 1000, 4096};
    for (size_t s = 0; s < COUNT(sizes); s++)
        for (uint64_t seed = 0; seed < 5; seed++) {
            double *values = latin_points(sizes[s], seed, 6);
            for (size_t f = 0; f < 6; f++)
                assert_strata(values + f, sizes[s], 6);
            free(values);
        }
}

static void factors_are_correlated_by_chance_alone(void **state)
{
    (void)state;
    enum { N = 10000, N_FACTORS = 8 };
    for (uint64_t seed = 0; seed < 5; seed++) {
        double *values = latin_points(N, seed, N_FACTORS);
        for (size_t f = 0; f < N_FACTORS; f++)
            for (size_t other = 0; other < f; other++)
                assert_true(fabs(correlation_of(values + f, values + other, N_FACTORS, N)) < MOST_SIGMAS / sqrt(N));
        free(values);
    }
}

/* Correlations of two factors over many small designs: as wide as chance makes them, 1 / (n - 1) in the mean of their
 * squares. */
static void small_designs_differ_as_much_as_by_chance(void **state)
{
    (void)state;
    enum { N = 10, N_SEEDS = 10000 };
    double square = 0;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        double *values = latin_points(N, seed, 2);
        const double correlation = correlation_of(values, values + 1, 2, N);
        square += correlation * correlation / N_SEEDS;
        free(values);
    }
    assert_true(fabs(square * (N - 1) - 1) < MOST_SIGMAS * sqrt(2.0 / N_SEEDS));
}

static void a_point_has_any_stratum_equally_likely(void **state)
{
    (void)state;
    enum { N = 5, N_SEEDS = 50000 };
    double counts[N][N] = {0};
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        double *values = latin_points(N, seed, 1);
        for (size_t k = 0; k < N; k++)
            counts[k][(int)(N * values[k])]++;
        free(values);
    }
    for (size_t k = 0; k < N; k++)
        for (size_t stratum = 0; stratum < N; stratum++)
            assert_true(fabs(counts[k][stratum] - N_SEEDS / N) < MOST_SIGMAS * sqrt(N_SEEDS / N));
}

/* Mean 1/2 and variance 1/12 of the place within the stratum, whose square deviations have a variance of 1/180. */
static void a_value_lies_anywhere_in_its_stratum(void **state)
{
    (void)state;
    enum { N = 20000 };
    double *values = latin_points(N, 1, 1), mean = 0, square = 0;
    for (size_t k = 0; k < N; k++) {
        const double place = values[k] * N - floor(values[k] * N) - 0.5;
        mean += place / N;
        square += place * place / N;
    }
    assert_true(fabs(mean) < MOST_SIGMAS * sqrt(1 / 12.0 / N));
    assert_true(fabs(square - 1 / 12.0) < MOST_SIGMAS * sqrt(1 / 180.0 / N));
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stratum_has_one_value_of_each_factor),
        cmocka_unit_test(factors_are_correlated_by_chance_alone),
        cmocka_unit_test(small_designs_differ_as_much_as_by_chance),
        cmocka_unit_test(a_point_has_any_stratum_equally_likely),
        cmocka_unit_test(a_value_lies_anywhere_in_its_stratum),
    };
    return cmocka_run_group_tests_name("latin_hypercube", tests, NULL, NULL);
}

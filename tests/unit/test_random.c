/* Random designs: moments and independence. */
#include "designs.h"

enum { N = 100000, N_FACTORS = 5 };

static double *random_points(void)
{
    const struct design_choice choice = {.kind = &design_random, .n = N, .seed = 3};
    size_t n_points;
    double *values = points_of(&choice, unit_factors(), N_FACTORS, &n_points);
    assert_int_equal(n_points, N);
    return values;
}

/* Mean 1/2, variance 1/12; the mean of the squares of deviations has itself a variance of 1/180. */
static void values_have_the_moments_of_their_distribution(void **state)
{
    (void)state;
    double *values = random_points();
    for (size_t f = 0; f < N_FACTORS; f++) {
        double mean = 0, square = 0;
        for (size_t k = 0; k < N; k++) {
            mean += (values[k * N_FACTORS + f] - 0.5) / N;
            square += (values[k * N_FACTORS + f] - 0.5) * (values[k * N_FACTORS + f] - 0.5) / N;
        }
        assert_true(fabs(mean) < MOST_SIGMAS * sqrt(1 / 12.0 / N));
        assert_true(fabs(square - 1 / 12.0) < MOST_SIGMAS * sqrt(1 / 180.0 / N));
    }
    free(values);
}

static void values_fill_all_bins_alike(void **state)
{
    (void)state;
    enum { N_BINS = 100 };
    double *values = random_points(), counts[N_BINS] = {0};
    for (size_t k = 0; k < N; k++)
        counts[(int)(N_BINS * values[k * N_FACTORS])]++;
    for (size_t bin = 0; bin < N_BINS; bin++)
        assert_true(fabs(counts[bin] - N / N_BINS) < MOST_SIGMAS * sqrt(N / N_BINS));
    free(values);
}

static void factors_are_uncorrelated(void **state)
{
    (void)state;
    double *values = random_points();
    for (size_t f = 0; f < N_FACTORS; f++)
        for (size_t other = 0; other < f; other++)
            assert_true(fabs(correlation_of(values + f, values + other, N_FACTORS, N)) < MOST_SIGMAS / sqrt(N));
    free(values);
}

static void neighbouring_points_are_uncorrelated(void **state)
{
    (void)state;
    double *values = random_points();
    for (size_t f = 0; f < N_FACTORS; f++)
        for (size_t other = 0; other < N_FACTORS; other++)
            assert_true(fabs(correlation_of(values + f, values + N_FACTORS + other, N_FACTORS, N - 1)) <
                        MOST_SIGMAS / sqrt(N));
    free(values);
}

/* A factor that is added behind the others leaves them their values. */
static void a_value_depends_on_its_factor_and_its_point_alone(void **state)
{
    (void)state;
    const struct design_choice choice = {.kind = &design_random, .n = 20, .seed = 3};
    size_t n_points;
    double *few = points_of(&choice, unit_factors(), 2, &n_points);
    double *many = points_of(&choice, unit_factors(), MOST_TEST_FACTORS, &n_points);
    for (size_t k = 0; k < n_points; k++)
        for (size_t f = 0; f < 2; f++)
            assert_same(few[2 * k + f], many[MOST_TEST_FACTORS * k + f]);
    free(many);
    free(few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_the_moments_of_their_distribution),
        cmocka_unit_test(values_fill_all_bins_alike),
        cmocka_unit_test(factors_are_uncorrelated),
        cmocka_unit_test(neighbouring_points_are_uncorrelated),
        cmocka_unit_test(a_value_depends_on_its_factor_and_its_point_alone),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}

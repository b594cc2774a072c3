/* Sobol designs, against GSL's generator. */
#include <gsl/gsl_qrng.h>

#include "designs.h"

static void point_k_is_number_k_of_the_sequence_of_gsl(void **state)
{
    (void)state;
    enum { N = 500, N_FACTORS = 40 };
    const struct design_choice choice = {.kind = &design_sobol, .n = N};
    gsl_qrng *generator = gsl_qrng_alloc(gsl_qrng_sobol, N_FACTORS);
    double expected[N * N_FACTORS];
    for (size_t k = 0; k < N; k++)
        gsl_qrng_get(generator, expected + k * N_FACTORS);
    assert_points(&choice, unit_factors(), N_FACTORS, expected, N);
    gsl_qrng_free(generator);
}

static void numbers_of_the_sequence_are_shares_of_the_probability(void **state)
{
    (void)state;
    enum { N = 100 };
    const struct design_choice choice = {.kind = &design_sobol, .n = N};
    gsl_qrng *generator = gsl_qrng_alloc(gsl_qrng_sobol, N_ALL);
    double expected[N * N_ALL];
    for (size_t k = 0; k < N; k++) {
        gsl_qrng_get(generator, expected + k * N_ALL);
        for (size_t f = 0; f < N_ALL; f++)
            expected[k * N_ALL + f] = factor_value(&all_distributions[f], expected[k * N_ALL + f]);
    }
    assert_points(&choice, all_distributions, N_ALL, expected, N);
    gsl_qrng_free(generator);
}

static void more_factors_than_dimensions_are_refused(void **state)
{
    (void)state;
    const struct design_choice choice = {.kind = &design_sobol, .n = 10};
    assert_refused(&choice, unit_factors(), 41,
                   "`sobol` has 41 factors; it must have at most 40: vary fewer, or use `latin_hypercube` or `random`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(point_k_is_number_k_of_the_sequence_of_gsl),
        cmocka_unit_test(numbers_of_the_sequence_are_shares_of_the_probability),
        cmocka_unit_test(more_factors_than_dimensions_are_refused),
    };
    return cmocka_run_group_tests_name("sobol", tests, NULL, NULL);
}

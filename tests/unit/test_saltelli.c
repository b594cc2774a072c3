/* Saltelli designs: the structure of their blocks. */
#include <gsl/gsl_qrng.h>

#include "designs.h"

enum { N_BASE = 50, N_FACTORS = 7 };

static struct design_choice choice_of(bool is_second_order)
{
    return (struct design_choice){.kind = &design_saltelli, .n = N_BASE, .is_second_order = is_second_order};
}

/* A row of one matrix, with column i of another. */
static void add_row(double **row, const double *whole, const double *column, size_t i)
{
    for (size_t f = 0; f < N_FACTORS; f++)
        *(*row)++ = f == i ? column[f] : whole[f];
}

/* The design, written down from its definition, with numbers from GSL's own generator. */
static void assert_blocks(bool is_second_order)
{
    static double expected[N_BASE * (2 * N_FACTORS + 2) * N_FACTORS];
    const struct design_choice choice = choice_of(is_second_order);
    gsl_qrng *generator = gsl_qrng_alloc(gsl_qrng_sobol, 2 * N_FACTORS);
    double shares[2 * N_FACTORS], *row = expected;
    const double *a = shares, *b = shares + N_FACTORS;
    for (size_t j = 0; j < N_BASE; j++) {
        gsl_qrng_get(generator, shares);
        add_row(&row, a, a, 0);
        for (size_t i = 0; i < N_FACTORS; i++)
            add_row(&row, a, b, i);
        for (size_t i = 0; is_second_order && i < N_FACTORS; i++)
            add_row(&row, b, a, i);
        add_row(&row, b, b, 0);
    }
    assert_points(&choice, unit_factors(), N_FACTORS, expected, (size_t)(row - expected) / N_FACTORS);
    gsl_qrng_free(generator);
}

static void a_base_point_gives_a_then_ab_then_b(void **state)
{
    (void)state;
    assert_blocks(false);
}

static void with_second_order_ba_comes_between_ab_and_b(void **state)
{
    (void)state;
    assert_blocks(true);
}

static void a_base_point_gives_k_plus_2_points_or_twice_k_plus_1(void **state)
{
    (void)state;
    uint64_t n_points;
    struct design_choice choice = choice_of(false);
    assert_int_equal(choice.kind->count(&choice, unit_factors(), N_FACTORS, &n_points, NULL), OK);
    assert_int_equal(n_points, N_BASE * (N_FACTORS + 2));
    choice.is_second_order = true;
    assert_int_equal(choice.kind->count(&choice, unit_factors(), N_FACTORS, &n_points, NULL), OK);
    assert_int_equal(n_points, N_BASE * (2 * N_FACTORS + 2));
}

static void one_factor_has_all_blocks(void **state)
{
    (void)state;
    const struct design_choice choice = {.kind = &design_saltelli, .n = 2, .is_second_order = true};
    assert_points(&choice, unit_factors(), 1, (const double[]){0.5, 0.5, 0.5, 0.5, 0.75, 0.25, 0.75, 0.25}, 8);
}

static void twenty_factors_are_possible(void **state)
{
    (void)state;
    const struct design_choice choice = choice_of(true);
    assert_same_in_pieces(&choice, unit_factors(), 20);
}

static void more_than_twenty_factors_are_refused(void **state)
{
    (void)state;
    const struct design_choice choice = choice_of(false);
    assert_refused(&choice, unit_factors(), 21,
                   "`saltelli` has 21 factors; it must have at most 20: find those that matter with `morris` first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_base_point_gives_a_then_ab_then_b),
        cmocka_unit_test(with_second_order_ba_comes_between_ab_and_b),
        cmocka_unit_test(a_base_point_gives_k_plus_2_points_or_twice_k_plus_1),
        cmocka_unit_test(one_factor_has_all_blocks),
        cmocka_unit_test(twenty_factors_are_possible),
        cmocka_unit_test(more_than_twenty_factors_are_refused),
    };
    return cmocka_run_group_tests_name("saltelli", tests, NULL, NULL);
}

/* Designs: what holds for every kind. */
#include "designs.h"

/* A choice that goes with all_distributions, for every kind. */
static struct design_choice choice_of(const struct design_kind *kind, uint64_t n)
{
    static double rows[64 * N_ALL];
    for (size_t k = 0; k < COUNT(rows); k++)
        rows[k] = factor_value(&all_distributions[k % N_ALL], (double)(k * k % 101) / 101);
    return (
        struct design_choice){.kind = kind, .n = n, .n_levels = 4, .is_second_order = true, .seed = 5, .rows = rows};
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    static const char *const names[] = {"grid",  "list",     "one_at_a_time", "random", "latin_hypercube",
                                        "sobol", "saltelli", "morris"};
    for (size_t k = 0; k < COUNT(names); k++)
        assert_string_equal(design_kinds[k]->name, names[k]);
    assert_null(design_kinds[COUNT(names)]);
}

static void a_design_is_the_same_in_pieces(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++) {
        const struct design_choice choice = choice_of(design_kinds[k], 16);
        assert_same_in_pieces(&choice, all_distributions, N_ALL);
    }
}

static void more_points_of_an_extensible_kind_begin_with_the_same(void **state)
{
    (void)state;
    size_t n_extensible = 0;
    for (size_t k = 0; design_kinds[k]; k++)
        if (design_kinds[k]->is_extensible) {
            assert_extends(choice_of(design_kinds[k], 16), all_distributions, N_ALL);
            n_extensible++;
        }
    assert_int_equal(n_extensible, 4);
}

static void no_value_is_out_of_its_range(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++) {
        const struct design_choice choice = choice_of(design_kinds[k], 64);
        size_t n_points;
        double *values = points_of(&choice, all_distributions, N_ALL, &n_points);
        for (size_t v = 0; v < n_points * N_ALL; v++)
            assert_within(values[v], &all_distributions[v % N_ALL]);
        free(values);
    }
}

/* Only those that draw change with it. */
static void a_seed_matters_where_something_is_drawn(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++) {
        const struct design_kind *kind = design_kinds[k];
        struct design_choice choice = choice_of(kind, 16);
        size_t n_points;
        double *values = points_of(&choice, all_distributions, N_ALL, &n_points);
        choice.seed++;
        double *others = points_of(&choice, all_distributions, N_ALL, &n_points);
        const bool is_drawn = kind == &design_random || kind == &design_latin_hypercube || kind == &design_morris;
        assert_int_equal(memcmp(values, others, n_points * N_ALL * sizeof *values) != 0, is_drawn);
        free(others);
        free(values);
    }
}

static void a_design_without_factors_is_refused(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++) {
        const struct design_choice choice = choice_of(design_kinds[k], 16);
        char text[100];
        snprintf(text, sizeof text, "`%s` has no factor; it must have one or more", design_kinds[k]->name);
        assert_refused(&choice, NULL, 0, text);
    }
}

static void a_design_without_points_is_refused(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++) {
        const struct design_choice choice = choice_of(design_kinds[k], 0);
        char text[100];
        snprintf(text, sizeof text, "`%s` has no point; it must have one or more", design_kinds[k]->name);
        if (design_kinds[k] != &design_grid && design_kinds[k] != &design_one_at_a_time)
            assert_refused(&choice, all_distributions, N_ALL, text);
    }
}

static void more_points_than_are_possible_are_refused(void **state)
{
    (void)state;
    const struct {
        const struct design_kind *kind;
        const char *points, *remedy;
    } cases[] = {
        {&design_list, "2,000,000,000", "give fewer"},
        {&design_random, "2,000,000,000", "ask for fewer points"},
        {&design_latin_hypercube, "2,000,000,000", "ask for fewer points"},
        {&design_sobol, "2,000,000,000", "ask for fewer points"},
        {&design_saltelli, "32,000,000,000", "ask for fewer base points or vary fewer factors"},
        {&design_morris, "16,000,000,000", "ask for fewer trajectories or form groups"},
    };
    for (size_t k = 0; k < COUNT(cases); k++) {
        const struct design_choice choice = choice_of(cases[k].kind, 2000000000);
        char text[200];
        snprintf(text, sizeof text, "`%s` has %s points; at most 1,000,000,000 are possible: %s", cases[k].kind->name,
                 cases[k].points, cases[k].remedy);
        assert_refused(&choice, all_distributions, N_ALL, text);
    }
}

/* 2^60 base points of 16 each would be 0 as a whole number. */
static void no_number_of_points_overflows(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++)
        for (int bits = 30; bits < 64; bits++) {
            const struct design_choice choice = choice_of(design_kinds[k], UINT64_C(1) << bits);
            struct error error = {0};
            uint64_t n_points;
            if (design_kinds[k] == &design_grid || design_kinds[k] == &design_one_at_a_time)
                continue;
            assert_int_equal(choice.kind->count(&choice, all_distributions, N_ALL, &n_points, &error), BAD_INPUT);
            assert_non_null(strstr(error.text, " points; at most 1,000,000,000 are possible"));
            error_free(&error);
        }
}

static void a_design_that_is_refused_is_not_made(void **state)
{
    (void)state;
    for (size_t k = 0; design_kinds[k]; k++) {
        const struct design_choice choice = choice_of(design_kinds[k], 16);
        struct design *design = (struct design *)&design;
        struct error error = {0};
        assert_int_equal(design_create(&design, &choice, NULL, 0, &error), BAD_INPUT);
        assert_null(design);
        error_free(&error);
    }
}

static void nothing_can_be_given_back(void **state)
{
    (void)state;
    design_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
        cmocka_unit_test(a_design_is_the_same_in_pieces),
        cmocka_unit_test(more_points_of_an_extensible_kind_begin_with_the_same),
        cmocka_unit_test(no_value_is_out_of_its_range),
        cmocka_unit_test(a_seed_matters_where_something_is_drawn),
        cmocka_unit_test(a_design_without_factors_is_refused),
        cmocka_unit_test(a_design_without_points_is_refused),
        cmocka_unit_test(more_points_than_are_possible_are_refused),
        cmocka_unit_test(no_number_of_points_overflows),
        cmocka_unit_test(a_design_that_is_refused_is_not_made),
        cmocka_unit_test(nothing_can_be_given_back),
    };
    return cmocka_run_group_tests_name("design", tests, NULL, NULL);
}

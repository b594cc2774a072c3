/* Grids: every value with every other. */
#include "designs.h"

static const struct design_choice grid = {.kind = &design_grid};

static void the_last_factor_varies_fastest(void **state)
{
    (void)state;
    static const struct factor factors[] = {{.distribution = LEVELS, .n_levels = 2},
                                            {.distribution = UNIFORM, .low = 1, .high = 2, .n_levels = 3},
                                            {.distribution = WHOLE_NUMBER, .low = 4, .high = 5}};
    static const double expected[] = {0, 1, 4, 0, 1, 5, 0, 1.5, 4, 0, 1.5, 5, 0, 2, 4, 0, 2, 5,
                                      1, 1, 4, 1, 1, 5, 1, 1.5, 4, 1, 1.5, 5, 1, 2, 4, 1, 2, 5};
    assert_points(&grid, factors, 3, expected, 12);
}

static void whole_numbers_take_all_their_values(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = WHOLE_NUMBER, .low = -1, .high = 2};
    assert_points(&grid, &factor, 1, (const double[]){-1, 0, 1, 2}, 4);
}

static void whole_numbers_take_fewer_values_if_that_is_said(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = WHOLE_NUMBER, .low = 0, .high = 10, .n_levels = 3};
    assert_points(&grid, &factor, 1, (const double[]){0, 5, 10}, 3);
}

static void whole_numbers_take_no_more_values_than_there_are(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = WHOLE_NUMBER, .low = 0, .high = 1, .n_levels = 9};
    assert_points(&grid, &factor, 1, (const double[]){0, 1}, 2);
}

static void one_level_is_the_middle(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = UNIFORM, .low = 0, .high = 1, .n_levels = 1};
    assert_points(&grid, &factor, 1, (const double[]){0.5}, 1);
}

/* Also where another factor has more values than are possible. */
static void a_factor_without_levels_is_refused(void **state)
{
    (void)state;
    static const struct factor factors[] = {{.name = "a", .distribution = WHOLE_NUMBER, .high = 1e15},
                                            {.name = "states.CHN.will", .distribution = UNIFORM, .high = 1}};
    assert_refused(&grid, factors, 2,
                   "`states.CHN.will` has no `levels`; for a `grid` it must say how many values it takes, such as "
                   "`levels: 5`");
}

static void a_grid_with_too_many_points_is_refused(void **state)
{
    (void)state;
    struct factor factors[12];
    for (size_t f = 0; f < 12; f++)
        factors[f] = (struct factor){.distribution = UNIFORM, .high = 1, .n_levels = 10};
    assert_refused(&grid, factors, 12,
                   "`grid` has 10^12 points; at most 1,000,000,000 are possible: vary fewer factors or give fewer "
                   "levels");
}

/* 2^64 points are not 0. */
static void a_number_of_points_does_not_overflow(void **state)
{
    (void)state;
    struct factor factors[64];
    for (size_t f = 0; f < 64; f++)
        factors[f] = (struct factor){.distribution = LEVELS, .n_levels = 2};
    assert_refused(
        &grid, factors, 64,
        "`grid` has 1.8 x 10^19 points; at most 1,000,000,000 are possible: vary fewer factors or give fewer "
        "levels");
}

static void the_largest_grid_has_all_its_points(void **state)
{
    (void)state;
    struct factor factors[9];
    double last[9];
    for (size_t f = 0; f < 9; f++)
        factors[f] = (struct factor){.distribution = WHOLE_NUMBER, .high = 9};
    struct design *design = design_of(&grid, factors, 9);
    assert_int_equal(design->n_points, DESIGN_MOST_POINTS);
    design_fill(design, 123456789, 1, last);
    for (size_t f = 0; f < 9; f++)
        assert_same(last[f], (double)f + 1);
    design_free(design);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_factor_varies_fastest),
        cmocka_unit_test(whole_numbers_take_all_their_values),
        cmocka_unit_test(whole_numbers_take_fewer_values_if_that_is_said),
        cmocka_unit_test(whole_numbers_take_no_more_values_than_there_are),
        cmocka_unit_test(one_level_is_the_middle),
        cmocka_unit_test(a_factor_without_levels_is_refused),
        cmocka_unit_test(a_grid_with_too_many_points_is_refused),
        cmocka_unit_test(a_number_of_points_does_not_overflow),
        cmocka_unit_test(the_largest_grid_has_all_its_points),
    };
    return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}

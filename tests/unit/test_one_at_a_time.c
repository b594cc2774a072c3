/* One at a time: the centre, and what differs from it in one factor. */
#include "designs.h"

static const struct design_choice one_at_a_time = {.kind = &design_one_at_a_time};

static void the_centre_comes_first_and_then_the_ends_of_each_factor(void **state)
{
    (void)state;
    static const struct factor factors[] = {{.distribution = UNIFORM, .low = 1, .high = 2},
                                            {.distribution = LOG_UNIFORM, .low = 1, .high = 100},
                                            {.distribution = WHOLE_NUMBER, .low = 0, .high = 4}};
    static const double expected[] = {1.5, 10, 2, 1, 10, 2, 2, 10, 2, 1.5, 1, 2, 1.5, 100, 2, 1.5, 10, 0, 1.5, 10, 4};
    assert_points(&one_at_a_time, factors, 3, expected, 7);
}

static void a_factor_takes_as_many_steps_as_it_says(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = UNIFORM, .low = 0, .high = 3, .n_levels = 4};
    assert_points(&one_at_a_time, &factor, 1, (const double[]){1.5, 0, 1, 2, 3}, 5);
}

static void what_the_centre_has_is_not_repeated(void **state)
{
    (void)state;
    static const struct factor factors[] = {
        {.distribution = UNIFORM, .low = 0.1, .high = 0.5, .n_levels = 5},
        {.distribution = NORMAL, .low = 7, .high = 9, .mean = 8, .sd = 1, .n_levels = 3}};
    static const double expected[] = {0.3, 8, 0.1, 8, 0.2, 8, 0.4, 8, 0.5, 8, 0.3, 7, 0.3, 9};
    assert_points(&one_at_a_time, factors, 2, expected, 7);
}

static void the_centre_is_the_median_and_not_the_middle(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = BETA, .low = 0, .high = 16, .shapes = {0.5, 1}};
    assert_points(&one_at_a_time, &factor, 1, (const double[]){4, 0, 16}, 3);
}

static void levels_are_all_taken_once(void **state)
{
    (void)state;
    static const struct factor factors[] = {{.distribution = LEVELS, .n_levels = 2},
                                            {.distribution = LEVELS, .n_levels = 5}};
    static const double expected[] = {1, 2, 0, 2, 1, 0, 1, 1, 1, 3, 1, 4};
    assert_points(&one_at_a_time, factors, 2, expected, 6);
}

static void whole_numbers_take_no_more_values_than_there_are(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = WHOLE_NUMBER, .low = 5, .high = 8, .n_levels = 100};
    assert_points(&one_at_a_time, &factor, 1, (const double[]){7, 5, 6, 8}, 4);
}

static void a_factor_with_one_value_adds_no_point(void **state)
{
    (void)state;
    static const struct factor factors[] = {{.distribution = UNIFORM, .low = 2, .high = 2, .n_levels = 7},
                                            {.distribution = LEVELS, .n_levels = 1},
                                            {.distribution = WHOLE_NUMBER, .low = 3, .high = 3}};
    assert_points(&one_at_a_time, factors, 3, (const double[]){2, 0, 3}, 1);
}

static void too_many_points_are_refused(void **state)
{
    (void)state;
    static const struct factor factor = {.distribution = LEVELS, .n_levels = 2000000000};
    assert_refused(
        &one_at_a_time, &factor, 1,
        "`one_at_a_time` has 2,000,000,000 points; at most 1,000,000,000 are possible: vary fewer factors or "
        "give fewer levels");
}

/* Differences to the centre are in one factor, and no point is there twice. */
static void points_differ_from_the_centre_in_one_factor(void **state)
{
    (void)state;
    size_t n_points;
    double *values = points_of(&one_at_a_time, all_distributions, N_ALL, &n_points);
    for (size_t k = 1; k < n_points; k++) {
        size_t n_different = 0;
        for (size_t f = 0; f < N_ALL; f++)
            n_different += values[k * N_ALL + f] != values[f];
        assert_int_equal(n_different, 1);
        for (size_t other = 0; other < k; other++)
            assert_memory_not_equal(values + k * N_ALL, values + other * N_ALL, N_ALL * sizeof *values);
    }
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_centre_comes_first_and_then_the_ends_of_each_factor),
        cmocka_unit_test(a_factor_takes_as_many_steps_as_it_says),
        cmocka_unit_test(what_the_centre_has_is_not_repeated),
        cmocka_unit_test(the_centre_is_the_median_and_not_the_middle),
        cmocka_unit_test(levels_are_all_taken_once),
        cmocka_unit_test(whole_numbers_take_no_more_values_than_there_are),
        cmocka_unit_test(a_factor_with_one_value_adds_no_point),
        cmocka_unit_test(too_many_points_are_refused),
        cmocka_unit_test(points_differ_from_the_centre_in_one_factor),
    };
    return cmocka_run_group_tests_name("one_at_a_time", tests, NULL, NULL);
}

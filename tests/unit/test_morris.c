/* Morris designs, by their definition. */
#include "designs.h"

enum { N = 2000, N_FACTORS = 6, N_GROUPS = 4 };

/* Six factors in four groups: a, b, and two on their own. Their values are places on a grid of `n_levels`. */
static const char *const groups[N_FACTORS] = {"a", NULL, "b", "a", NULL, "b"};
static const size_t group_of[N_FACTORS] = {0, 1, 2, 0, 3, 2};

static struct factor factors[N_FACTORS];

static const struct factor *factors_on(size_t n_levels, bool is_grouped)
{
    for (size_t f = 0; f < N_FACTORS; f++)
        factors[f] = (struct factor){.distribution = UNIFORM,
                                     .high = (double)(n_levels - 1),
                                     .group = is_grouped ? groups[f] : NULL};
    return factors;
}

/* Places on the grid, as whole numbers: [trajectory][row][factor]. */
static int *places_of(size_t n_levels, bool is_grouped, size_t n_rows)
{
    const struct design_choice choice = {.kind = &design_morris, .n = N, .n_levels = n_levels, .seed = 4};
    size_t n_points;
    double *values = points_of(&choice, factors_on(n_levels, is_grouped), N_FACTORS, &n_points);
    assert_int_equal(n_points, N * n_rows);
    int *places = calloc(n_points * N_FACTORS, sizeof *places);
    for (size_t k = 0; k < n_points * N_FACTORS; k++) {
        places[k] = (int)rint(values[k]);
        assert_close(values[k], (double)places[k]);
        assert_in_range(places[k], 0, n_levels - 1);
    }
    free(values);
    return places;
}

/* Which group moves into a row: that of the factor which does. -1 if none. */
static int group_that_moves(const int *row)
{
    for (size_t f = 0; f < N_FACTORS; f++)
        if (row[f] != row[f - N_FACTORS])
            return (int)group_of[f];
    return -1;
}

static const size_t grids[] = {2, 4, 6, 8, 20};

static void all_values_lie_on_the_grid(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(grids); k++)
        free(places_of(grids[k], true, N_GROUPS + 1));
}

static void a_row_differs_by_delta_in_the_factors_of_one_group(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(grids); k++) {
        int *places = places_of(grids[k], true, N_GROUPS + 1);
        for (size_t row = 0; row < N * (N_GROUPS + 1); row++) {
            const int *at = places + row * N_FACTORS;
            if (row % (N_GROUPS + 1) == 0)
                continue;
            const int group = group_that_moves(at);
            for (size_t f = 0; f < N_FACTORS; f++)
                assert_int_equal(abs(at[f] - at[f - N_FACTORS]), (int)group_of[f] == group ? grids[k] / 2 : 0);
        }
        free(places);
    }
}

static void each_group_moves_once(void **state)
{
    (void)state;
    int *places = places_of(4, true, N_GROUPS + 1);
    for (size_t trajectory = 0; trajectory < N; trajectory++) {
        bool has_moved[N_GROUPS] = {false};
        for (size_t row = 1; row <= N_GROUPS; row++) {
            const int group = group_that_moves(places + (trajectory * (N_GROUPS + 1) + row) * N_FACTORS);
            assert_in_range(group, 0, N_GROUPS - 1);
            assert_false(has_moved[group]);
            has_moved[group] = true;
        }
    }
    free(places);
}

static void factors_without_a_group_move_on_their_own(void **state)
{
    (void)state;
    int *places = places_of(4, false, N_FACTORS + 1);
    for (size_t row = 0; row < N * (N_FACTORS + 1); row++) {
        size_t n_moved = 0;
        for (size_t f = 0; f < N_FACTORS && row % (N_FACTORS + 1) > 0; f++)
            n_moved += places[row * N_FACTORS + f] != places[(row - 1) * N_FACTORS + f];
        assert_int_equal(n_moved, row % (N_FACTORS + 1) > 0);
    }
    free(places);
}

/* Every place is as likely, of each factor. */
static void trajectories_begin_all_over_the_grid(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(grids); k++) {
        int *places = places_of(grids[k], true, N_GROUPS + 1);
        double counts[N_FACTORS][20] = {{0}};
        for (size_t trajectory = 0; trajectory < N; trajectory++)
            for (size_t f = 0; f < N_FACTORS; f++)
                counts[f][places[trajectory * (N_GROUPS + 1) * N_FACTORS + f]]++;
        const double expected = (double)N / (double)grids[k];
        for (size_t f = 0; f < N_FACTORS; f++)
            for (size_t place = 0; place < grids[k]; place++)
                assert_true(fabs(counts[f][place] - expected) < MOST_SIGMAS * sqrt(expected));
        free(places);
    }
}

/* Two factors of a group in the same direction, and in opposite ones: each half of the time, as two without a group. */
static void factors_go_up_and_down_independently(void **state)
{
    (void)state;
    int *places = places_of(4, true, N_GROUPS + 1);
    double n_up[N_FACTORS] = {0}, n_alike[N_FACTORS][N_FACTORS] = {{0}};
    for (size_t trajectory = 0; trajectory < N; trajectory++) {
        const int *start = places + trajectory * (N_GROUPS + 1) * N_FACTORS, *end = start + N_GROUPS * N_FACTORS;
        for (size_t f = 0; f < N_FACTORS; f++) {
            n_up[f] += end[f] > start[f];
            for (size_t other = 0; other < f; other++)
                n_alike[f][other] += (end[f] > start[f]) == (end[other] > start[other]);
        }
    }
    for (size_t f = 0; f < N_FACTORS; f++) {
        assert_true(fabs(n_up[f] - N / 2) < MOST_SIGMAS * sqrt(N / 4));
        for (size_t other = 0; other < f; other++)
            assert_true(fabs(n_alike[f][other] - N / 2) < MOST_SIGMAS * sqrt(N / 4));
    }
    free(places);
}

static void groups_move_in_every_order_equally_likely(void **state)
{
    (void)state;
    enum { N_ORDERS = 24 };
    int *places = places_of(4, true, N_GROUPS + 1);
    double counts[256] = {0};
    size_t n_orders = 0;
    for (size_t trajectory = 0; trajectory < N; trajectory++) {
        int order = 0;
        for (size_t row = 1; row <= N_GROUPS; row++)
            order = 4 * order + group_that_moves(places + (trajectory * (N_GROUPS + 1) + row) * N_FACTORS);
        n_orders += counts[order]++ == 0;
    }
    assert_int_equal(n_orders, N_ORDERS);
    for (size_t order = 0; order < COUNT(counts); order++)
        if (counts[order] > 0)
            assert_true(fabs(counts[order] - (double)N / N_ORDERS) < MOST_SIGMAS * sqrt((double)N / N_ORDERS));
    free(places);
}

/* With fewer levels than places, as many, or more. */
static void a_move_always_leads_to_another_level(void **state)
{
    (void)state;
    for (size_t n_levels = 2; n_levels < 60; n_levels++)
        for (size_t k = 0; k < COUNT(grids); k++) {
            const struct factor levels = {.distribution = LEVELS, .n_levels = n_levels};
            const struct design_choice choice = {.kind = &design_morris, .n = 100, .n_levels = grids[k], .seed = 4};
            size_t n_points;
            double *values = points_of(&choice, &levels, 1, &n_points);
            for (size_t point = 0; point < n_points; point += 2)
                assert_true(fabs(values[point] - values[point + 1]) >= (double)(n_levels / 2));
            free(values);
        }
}

static void places_fall_evenly_on_levels_that_divide_them(void **state)
{
    (void)state;
    for (size_t n_places = 2; n_places < 100; n_places += 2)
        for (size_t n_levels = 1; n_levels <= n_places; n_levels++) {
            const struct factor levels = {.distribution = LEVELS, .n_levels = n_levels};
            for (size_t place = 0; place < n_places && n_places % n_levels == 0; place++)
                assert_same(factor_value(&levels, (double)place / (double)(n_places - 1)),
                            (double)(place / (n_places / n_levels)));
        }
}

static void groups_of_any_size_are_counted(void **state)
{
    (void)state;
    const struct design_choice choice = {.kind = &design_morris, .n = 1, .n_levels = 4};
    uint64_t n_points;
    struct factor some[3] = {{.group = "a"}, {.group = "a"}, {.group = "a"}};
    assert_int_equal(choice.kind->count(&choice, some, 3, &n_points, NULL), OK);
    assert_int_equal(n_points, 2);
    some[1].group = NULL;
    assert_int_equal(choice.kind->count(&choice, some, 3, &n_points, NULL), OK);
    assert_int_equal(n_points, 3);
    some[2].group = "b";
    assert_int_equal(choice.kind->count(&choice, some, 3, &n_points, NULL), OK);
    assert_int_equal(n_points, 4);
}

static void an_odd_grid_is_refused(void **state)
{
    (void)state;
    struct design_choice choice = {.kind = &design_morris, .n = 1, .n_levels = 5};
    assert_refused(&choice, factors_on(4, true), N_FACTORS,
                   "`levels` of `morris` is 5; it must be an even number from 2 on, such as 4");
    choice.n_levels = 0;
    assert_refused(&choice, factors_on(4, true), N_FACTORS,
                   "`levels` of `morris` is 0; it must be an even number from 2 on, such as 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_values_lie_on_the_grid),
        cmocka_unit_test(a_row_differs_by_delta_in_the_factors_of_one_group),
        cmocka_unit_test(each_group_moves_once),
        cmocka_unit_test(factors_without_a_group_move_on_their_own),
        cmocka_unit_test(trajectories_begin_all_over_the_grid),
        cmocka_unit_test(factors_go_up_and_down_independently),
        cmocka_unit_test(groups_move_in_every_order_equally_likely),
        cmocka_unit_test(a_move_always_leads_to_another_level),
        cmocka_unit_test(places_fall_evenly_on_levels_that_divide_them),
        cmocka_unit_test(groups_of_any_size_are_counted),
        cmocka_unit_test(an_odd_grid_is_refused),
    };
    return cmocka_run_group_tests_name("morris", tests, NULL, NULL);
}

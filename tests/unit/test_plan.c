/* Plan: how an experiment is cut into parts, and what tells two experiments apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "made_up_run.h"
#include "sweep/plan.h"

static struct made_up_run run;
static struct factor factor = {.name = "agenda.stride", .distribution = UNIFORM, .low = 0.5, .high = 1.5};
static struct varied varied = {.unit = "1", .meaning = ""};
static struct design design;

/* An experiment of some points, of a kind of design. */
static struct experiment make(size_t n_scenarios, size_t n_points, size_t n_replicates, const struct design_kind *kind)
{
    made_up_begin(&run, n_scenarios, 3, 2001, 2004, n_replicates, "s");
    struct experiment experiment = made_up_experiment(&run);
    experiment.name = (char *)"trial";
    experiment.n_points = n_points;
    experiment.factors = &factor;
    experiment.varied = &varied;
    experiment.n_factors = 1;
    design = (struct design){.choice = {.kind = kind, .n = n_points, .seed = 1},
                             .factors = &factor,
                             .n_factors = 1,
                             .n_points = n_points};
    experiment.design = &design;
    return experiment;
}

static void assert_covered_once(const struct plan *plan)
{
    const struct experiment *experiment = plan->experiment;
    const size_t n = experiment->n_scenarios * experiment->n_points;
    int *count = calloc(n, sizeof *count);
    for (size_t part = 0; part < plan->n_parts; part++) {
        const struct tile tile = plan_tile(plan, part);
        assert_true(tile_cells(&tile) > 0);
        assert_int_equal(tile.n_replicates, experiment_common(experiment)->n_replicates);
        for (size_t cell = 0; cell < tile_cells(&tile); cell++)
            count[tile_scenario(&tile, cell) * experiment->n_points + tile_point(&tile, cell)]++;
    }
    for (size_t k = 0; k < n; k++)
        assert_int_equal(count[k], k % experiment->n_points >= plan->first_point);
    free(count);
}

static void every_cell_is_in_one_part(void **state)
{
    (void)state;
    static const size_t sizes[][4] = {{1, 1, 1, 1},   {1, 100, 10, 30}, {3, 17, 8, 100},
                                      {7, 5, 100, 1}, {5, 4, 10, 30},   {2, 1000, 1, 999999}};
    for (size_t k = 0; k < COUNT(sizes); k++) {
        const struct experiment experiment = make(sizes[k][0], sizes[k][1], sizes[k][2], &design_random);
        const struct plan plan = plan_make(&experiment, 0, sizes[k][3]);
        assert_covered_once(&plan);
        made_up_end(&run);
    }
}

static void points_that_are_there_are_in_no_part(void **state)
{
    (void)state;
    const struct experiment experiment = make(3, 17, 8, &design_random);
    const struct plan plan = plan_make(&experiment, 5, 100);
    assert_covered_once(&plan);
    made_up_end(&run);
}

static void a_part_has_about_as_many_runs_as_asked_for(void **state)
{
    (void)state;
    const struct experiment experiment = make(2, 1000, 10, &design_random);
    const struct plan plan = plan_make(&experiment, 0, 400);
    const struct tile tile = plan_tile(&plan, 3);
    assert_int_equal(plan_tile_runs(&tile), 400);
    assert_int_equal(plan_runs(&plan), 20000);
    made_up_end(&run);
}

static void a_small_experiment_has_one_part(void **state)
{
    (void)state;
    const struct experiment experiment = make(7, 3, 100, &design_random);
    assert_int_equal(plan_make(&experiment, 0, 0).n_parts, 1);
    made_up_end(&run);
}

static char *identity_of(const struct experiment *experiment)
{
    const struct plan plan = plan_make(experiment, 0, 50);
    return plan_identity(&plan);
}

static void what_is_varied_and_how_it_is_cut_are_part_of_the_identity(void **state)
{
    (void)state;
    const struct experiment experiment = make(2, 100, 10, &design_random);
    char *first = identity_of(&experiment), *same = identity_of(&experiment);
    factor.high = 1.25;
    char *other = identity_of(&experiment);
    factor.high = 1.5;
    const struct plan plan = plan_make(&experiment, 0, 100);
    char *cut = plan_identity(&plan);
    assert_string_equal(first, same);
    assert_string_not_equal(first, other);
    assert_string_not_equal(first, cut);
    assert_non_null(strstr(first, "  agenda.stride: {uniform: [0.5, 1.5]}\n"));
    assert_non_null(strstr(first, "design: {random: 100, seed: 1}\n"));
    free(first);
    free(same);
    free(other);
    free(cut);
    made_up_end(&run);
}

static char *key_with(const struct experiment *experiment, uint64_t n_points, double high)
{
    const double before = factor.high;
    design.choice.n = n_points;
    factor.high = high;
    char *key = plan_key(experiment);
    factor.high = before;
    return key;
}

static void the_key_knows_all_but_the_number_of_points(void **state)
{
    (void)state;
    const struct experiment experiment = make(2, 100, 10, &design_sobol);
    char *key = key_with(&experiment, 100, 1.5), *more = key_with(&experiment, 2000, 1.5);
    char *other = key_with(&experiment, 100, 1.25);
    assert_int_equal(strlen(key), 16);
    assert_string_equal(key, more);
    assert_string_not_equal(key, other);
    run.configurations[1].resolved = (char *)"name: another\n";
    char *scenario = key_with(&experiment, 100, 1.5);
    assert_string_not_equal(key, scenario);
    free(key);
    free(more);
    free(other);
    free(scenario);
    made_up_end(&run);
}

static void a_plain_run_has_a_key(void **state)
{
    (void)state;
    struct experiment experiment = make(2, 1, 10, &design_sobol);
    experiment.design = NULL;
    char *key = plan_key(&experiment);
    assert_int_equal(strlen(key), 16);
    free(key);
    made_up_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_in_one_part),
        cmocka_unit_test(points_that_are_there_are_in_no_part),
        cmocka_unit_test(a_part_has_about_as_many_runs_as_asked_for),
        cmocka_unit_test(a_small_experiment_has_one_part),
        cmocka_unit_test(what_is_varied_and_how_it_is_cut_are_part_of_the_identity),
        cmocka_unit_test(the_key_knows_all_but_the_number_of_points),
        cmocka_unit_test(a_plain_run_has_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

/* May the output of n points of the experiment's kind become it? */
static int extend(const struct experiment *experiment, uint64_t n, struct error *error)
{
    const size_t extent[] = {experiment->n_scenarios, n, experiment_common(experiment)->n_replicates};
    char *texts[] = {run.configurations[0].resolved};
    design.choice.n = n;
    char *head = plan_head(experiment);
    design.choice.n = experiment->n_points;
    const int code = plan_check_extension(experiment, "out.h5", head, texts, 1, extent, error);
    free(head);
    return code;
}

static void an_output_with_fewer_points_can_be_extended(void **state)
{
    (void)state;
    struct error error = {0};
    const struct experiment experiment = make(1, 100, 10, &design_sobol);
    assert_int_equal(extend(&experiment, 64, &error), OK);
    made_up_end(&run);
}

static void an_output_with_more_points_cannot_be_extended(void **state)
{
    (void)state;
    struct error error = {0};
    const struct experiment experiment = make(1, 100, 10, &design_sobol);
    assert_int_equal(extend(&experiment, 101, &error), BAD_INPUT);
    assert_string_equal(error.text, "out.h5 has 101 points already, and the experiment 100");
    error_free(&error);
    made_up_end(&run);
}

static void a_latin_hypercube_cannot_be_extended(void **state)
{
    (void)state;
    struct error error = {0};
    const struct experiment experiment = make(1, 100, 10, &design_latin_hypercube);
    assert_int_equal(extend(&experiment, 50, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "`design: latin_hypercube` cannot be extended"));
    error_free(&error);
    made_up_end(&run);
}

static void another_experiment_is_no_extension(void **state)
{
    (void)state;
    struct error error = {0};
    const struct experiment experiment = make(1, 100, 10, &design_sobol);
    const size_t extent[] = {1, 50, 10};
    char *texts[] = {run.configurations[0].resolved};
    char *head = plan_head(&experiment);
    factor.low = 0.25;
    assert_int_equal(plan_check_extension(&experiment, "out.h5", head, texts, 1, extent, &error), BAD_INPUT);
    factor.low = 0.5;
    assert_non_null(strstr(error.text, "out.h5 holds another experiment"));
    error_free(&error);
    free(head);
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
        cmocka_unit_test(an_output_with_fewer_points_can_be_extended),
        cmocka_unit_test(an_output_with_more_points_cannot_be_extended),
        cmocka_unit_test(a_latin_hypercube_cannot_be_extended),
        cmocka_unit_test(another_experiment_is_no_extension),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

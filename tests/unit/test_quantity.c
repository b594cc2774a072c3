/* Quantities: expressions against values worked out by hand. What is refused is in tests/bad_configs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/calibration.h"
#include "folder.h"

enum { RUNS = 3 };

/* Logarithms and exponentials are ours, within one unit of the last place. */
#define TOLERANCE 1e-14

static const char *const world = "years: [2001, 2010]\n"
                                 "states:\n"
                                 "  A: {status: member, vision: 0.5, will: 0.5, skills: 0.5, position: 0.6, gdp: 90}\n"
                                 "  B: {status: member, vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 50, "
                                 "tags: [small]}\n"
                                 "  C: {vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 20, tags: [poor]}\n"
                                 "  D: {vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 9, "
                                 "tags: [small, poor]}\n"
                                 "dyads:\n"
                                 "  A-B: {distance: 1000}\n"
                                 "  A-C: {distance: 2000}\n"
                                 "  A-D: {distance: 3000}\n"
                                 "  B-C: {distance: 3000}\n"
                                 "  B-D: {distance: 3000}\n"
                                 "  C-D: {distance: 3000}\n";
static const char *const frame = "scenarios: [world.yaml, calm.yaml]\n"
                                 "vary: {agenda.stride: {uniform: [0.5, 1.5]}}\n"
                                 "calibration:\n"
                                 "  targets:\n"
                                 "    run: {value: \"%s\", observed: 0, sd: 1}\n"
                                 "  patterns:\n"
                                 "    all: {value: \"%s\", at_least: 0}\n";

static int read_frame(struct experiment *experiment, const char *of_run, const char *of_all, struct error *error)
{
    char text[2000];
    snprintf(text, sizeof text, frame, of_run, of_all);
    write_file("world.yaml", world);
    write_file("calm.yaml", "base: world.yaml\n");
    write_file("trial.yaml", text);
    return experiment_read(experiment, "trial.yaml", NULL, 0, error);
}

/* The last digit of the year, tens of the element, hundreds of the scenario, thousands of the run. */
static double value_of(const struct quantity_cell *cell, size_t run)
{
    return cell->year % 10 + 10.0 * (double)cell->element + 100.0 * (double)cell->scenario + 1000.0 * (double)run;
}

static void compute(const char *of_run, const char *of_all, double *result)
{
    struct experiment experiment;
    struct error error = {0};
    if (read_frame(&experiment, of_run ? of_run : "cohesion[2005]", of_all ? of_all : "mean(cohesion[2005])", &error) !=
        OK)
        fail_msg("%s", error.text);
    const struct calibration *calibration = experiment.calibration;
    const struct quantity *quantity = of_run ? &calibration->targets[0].quantity : &calibration->patterns[0].quantity;
    double *values = calloc(calibration->cells.n * RUNS, sizeof *values),
           *room = calloc(quantity_room(quantity, RUNS), sizeof *room);
    for (size_t k = 0; k < calibration->cells.n; k++)
        for (size_t run = 0; run < RUNS; run++)
            values[k * RUNS + run] = value_of(&calibration->cells.list[k], run);
    assert_true(quantity->is_of_all_runs == !of_run);
    quantity_evaluate(quantity, values, RUNS, room, result);
    free(values);
    free(room);
    experiment_free(&experiment);
}

static void check_number(const char *expression, double found, double wanted)
{
    if (isnan(wanted) ? isnan(found) : found == wanted || fabs(found - wanted) <= TOLERANCE * fabs(wanted))
        return;
    fail_msg("%s is %.17g, not %.17g", expression, found, wanted);
}

/* The expression has these values in the three runs. */
static void check_runs(const char *expression, double first, double second, double third)
{
    double result[RUNS];
    compute(expression, NULL, result);
    check_number(expression, result[0], first);
    check_number(expression, result[1], second);
    check_number(expression, result[2], third);
}

static void check_all(const char *expression, double wanted)
{
    double result;
    compute(NULL, expression, &result);
    check_number(expression, result, wanted);
}

static void a_variable_is_a_number_of_each_run(void **state)
{
    (void)state;
    check_runs("cohesion[2005]", 5, 1005, 2005);
    check_runs("  cohesion [ 2010 ] ", 0, 1000, 2000);
}

static void a_state_and_an_area_choose_the_element(void **state)
{
    (void)state;
    check_runs("will[C, 2004]", 24, 1024, 2024);
    check_runs("will[2004, C]", 24, 1024, 2024);
    check_runs("depth[economy, 2004]", 14, 1014, 2014);
    check_runs("depth[2004, security]", 4, 1004, 2004);
    check_runs("position[B, economy, 2003]", 33, 1033, 2033); /* of B, the second state, the second of two areas */
}

static void a_dyad_is_the_same_in_both_orders(void **state)
{
    (void)state;
    check_runs("trade[B, C, 2002]", 32, 1032, 2032); /* AB AC AD BC */
    check_runs("trade[C, B, 2002]", 32, 1032, 2032);
    check_runs("trade[D, 2002, C]", 52, 1052, 2052);
    check_runs("trade[A, B, 2002]", 2, 1002, 2002);
}

static void a_tag_is_the_mean_of_the_states_that_have_it(void **state)
{
    (void)state;
    check_runs("will[small, 2004]", 24, 1024, 2024);              /* B 14, D 34 */
    check_runs("will[poor, 2004]", 29, 1029, 2029);               /* C 24, D 34 */
    check_runs("position[poor, security, 2001]", 51, 1051, 2051); /* C 41, D 61 */
    check_runs("max(will[poor, 2004..2006])", 31, 1031, 2031);
}

static void a_scenario_is_the_first_unless_it_is_named(void **state)
{
    (void)state;
    check_runs("cohesion[2005, calm]", 105, 1105, 2105);
    check_runs("cohesion[calm, 2005] - cohesion[2005, world]", 100, 100, 100);
}

static void years_become_one_number(void **state)
{
    (void)state;
    check_runs("min(cohesion[2003..2006])", 3, 1003, 2003);
    check_runs("max(cohesion[2003 .. 2006])", 6, 1006, 2006);
    check_runs("average(cohesion[2003..2006])", 4.5, 1004.5, 2004.5);
    check_runs("average(cohesion[2003..2003])", 3, 1003, 2003);
}

static void years_are_computed_with_one_by_one(void **state)
{
    (void)state;
    check_runs("max(cohesion[2003..2005] - cohesion[2002])", 3, 3, 3);
    check_runs("max(cohesion[2002] - cohesion[2003..2005])", -1, -1, -1);
    check_runs("max(cohesion[2003..2005] * cohesion[2001..2003])", 15, 1005.0 * 1003, 2005.0 * 2003); /* 3, 8, 15 */
    check_runs("average(-cohesion[2003..2005])", -4, -1004, -2004);
    check_runs("average(cohesion[2003..2006] > 1004)", 0, 0.5, 1);
    check_runs("max(min(cohesion[2003..2005], 4))", 4, 4, 4);
}

static void operators_bind_as_in_arithmetic(void **state)
{
    (void)state;
    check_runs("1 + 2 * cohesion[2003]", 7, 2007, 4007);
    check_runs("(1 + 2) * cohesion[2003]", 9, 3009, 6009);
    check_runs("cohesion[2003] - 2 - 1", 0, 1000, 2000);
    check_runs("12 / cohesion[2003] / 2", 2, 6 / 1003.0, 6 / 2003.0);
    check_runs("-cohesion[2003] + 1", -2, -1002, -2002);
    check_runs("2 - -cohesion[2003]", 5, 1005, 2005);
    check_runs("-(cohesion[2003] - 1) * 2", -4, -2004, -4004);
    check_runs("1.5e1 - .5 * cohesion[2004]", 13, -487, -987);
}

static void comparisons_are_one_or_zero(void **state)
{
    (void)state;
    check_runs("cohesion[2005] < 1005", 1, 0, 0);
    check_runs("cohesion[2005] <= 1005", 1, 1, 0);
    check_runs("cohesion[2005] > 1005", 0, 0, 1);
    check_runs("cohesion[2005] >= 1005", 0, 1, 1);
    check_runs("cohesion[2005] == 1005", 0, 1, 0);
    check_runs("cohesion[2005] + 1 < 2 * cohesion[2004]", 1, 1, 1);
}

static void functions_of_one_number(void **state)
{
    (void)state;
    check_runs("log(cohesion[2002])", log(2), log(1002), log(2002));
    check_runs("exp(cohesion[2002] / 1000)", exp(0.002), exp(1.002), exp(2.002));
    check_runs("sqrt(cohesion[2004])", 2, sqrt(1004), sqrt(2004));
    check_runs("abs(cohesion[2004] - 1005)", 1001, 1, 999);
}

static void the_least_and_the_greatest_of_several(void **state)
{
    (void)state;
    check_runs("min(cohesion[2004], 1000)", 4, 1000, 1000);
    check_runs("max(7, cohesion[2004])", 7, 1004, 2004);
    check_runs("max(7, 9, cohesion[2004], 2)", 9, 1004, 2004);
}

static void runs_become_one_number(void **state)
{
    (void)state;
    check_all("mean(cohesion[2005])", 1005);
    check_all("median(cohesion[2005] * cohesion[2005])", 1005.0 * 1005);
    check_all("sd(cohesion[2005])", 1000);
    check_all("share(cohesion[2005] > 1000)", 2 / 3.0);
    check_all("quantile(cohesion[2005], 0.25)", 505);
    check_all("quantile(cohesion[2005], 1)", 2005);
    check_all("mean(cohesion[2005]) - mean(cohesion[2003]) > 1", 1);
    check_all("2 * mean(max(cohesion[2005..2007]))", 2014);
    check_all("max(mean(cohesion[2005..2007]))", 1007);
}

static void a_run_is_compared_with_all(void **state)
{
    (void)state;
    check_runs("cohesion[2005] - mean(cohesion[2004])", -999, 1, 1001);
    check_all("share(cohesion[2005] > median(cohesion[2004]))", 2 / 3.0);
}

static void what_cannot_be_computed_is_no_number(void **state)
{
    (void)state;
    check_runs("log(cohesion[2005] - 1005)", (double)NAN, (double)NAN, log(1000));
    check_runs("sqrt(cohesion[2005] - 1005)", (double)NAN, 0, sqrt(1000));
    check_runs("(cohesion[2005] - 5) / (cohesion[2005] - 5)", (double)NAN, 1, 1);
}

static void no_number_stays_none(void **state)
{
    (void)state;
    check_runs("min(log(cohesion[2005] - 1006), 1)", (double)NAN, (double)NAN, 1);
    check_runs("max(1, log(cohesion[2005] - 1006))", (double)NAN, (double)NAN, log(999));
    check_runs("min(log(cohesion[2005..2007] - 1006))", (double)NAN, (double)NAN, log(999));
    check_runs("log(cohesion[2005] - 1006) < 1", (double)NAN, (double)NAN, 0);
    check_runs("1 < log(cohesion[2005] - 1006)", (double)NAN, (double)NAN, 1);
    check_all("mean(log(cohesion[2005] - 1006))", (double)NAN);
    check_all("share(log(cohesion[2005] - 1006) < 1)", (double)NAN);
    check_all("median(log(cohesion[2005] - 6))", (double)NAN);
}

static void cells_are_kept_once(void **state)
{
    (void)state;
    struct experiment experiment;
    struct error error = {0};
    assert_int_equal(read_frame(&experiment, "trade[A, B, 2005] / trade[B, A, 2005] + cohesion[2004]",
                                "mean(average(cohesion[2003..2004]) + cohesion[2004, calm])", &error),
                     OK);
    assert_int_equal(experiment.calibration->cells.n, 4);
    experiment_free(&experiment);
}

static void add_nested(char *text, size_t n, const char *open, const char *close)
{
    *text = '\0';
    for (size_t k = 0; k < n; k++)
        strcat(text, open);
    strcat(text, "cohesion[2005]");
    for (size_t k = 0; k < n; k++)
        strcat(text, close);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    struct experiment experiment;
    struct error error = {0};
    char text[1500];
    add_nested(text, 47, "(", ")");
    check_runs(text, 5, 1005, 2005);
    add_nested(text, 47, "max(1, ", ")");
    check_runs(text, 5, 1005, 2005);
    add_nested(text, 48, "(", ")");
    assert_int_equal(read_frame(&experiment, text, "mean(cohesion[2005])", &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "the expression is nested too deeply"));
    error_free(&error);
}

static void extremes_do_no_harm(void **state)
{
    (void)state;
    check_runs("exp(cohesion[2005])", exp(5), INFINITY, INFINITY);
    check_runs("1 / exp(cohesion[2005])", exp(-5), 0, 0);
    check_runs("log(exp(cohesion[2005]))", 5, INFINITY, INFINITY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_variable_is_a_number_of_each_run),
        TEST(a_state_and_an_area_choose_the_element),
        TEST(a_dyad_is_the_same_in_both_orders),
        TEST(a_tag_is_the_mean_of_the_states_that_have_it),
        TEST(a_scenario_is_the_first_unless_it_is_named),
        TEST(years_become_one_number),
        TEST(years_are_computed_with_one_by_one),
        TEST(operators_bind_as_in_arithmetic),
        TEST(comparisons_are_one_or_zero),
        TEST(functions_of_one_number),
        TEST(the_least_and_the_greatest_of_several),
        TEST(runs_become_one_number),
        TEST(a_run_is_compared_with_all),
        TEST(what_cannot_be_computed_is_no_number),
        TEST(no_number_stays_none),
        TEST(cells_are_kept_once),
        TEST(nesting_has_a_limit),
        TEST(extremes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Experiments: what a point changes in a scenario. What is refused is in tests/bad_configs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/experiment.h"
#include "config/numbers.h"
#include "folder.h"

static const char *const world = "years: [2001, 2010]\n"
                                 "replicates: 7\n"
                                 "states:\n"
                                 "  A: {status: member, vision: 0.5, will: 0.5, skills: 0.5, position: 0.6, gdp: 90}\n"
                                 "  B: {status: member, vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 50}\n"
                                 "  C: {vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 20}\n"
                                 "dyads:\n"
                                 "  A-B: {distance: 1000, trade: 500}\n"
                                 "  A-C: {distance: 2000}\n"
                                 "  B-C: {distance: 3000}\n"
                                 "events:\n"
                                 "  storm: {year: 2004, effects: [{crisis: 0.5}, {threat: {add: 0.1}, states: B}]}\n";
static const char *const calm = "base: world.yaml\n"
                                "title: Calm\n"
                                "events: {storm: {year: 2009}, other: {year: 2002, effects: [{crisis: 0.1}]}}\n";

static struct experiment read_experiment(const char *text)
{
    struct experiment experiment;
    struct error error = {0};
    write_file("world.yaml", world);
    write_file("calm.yaml", calm);
    write_file("trial.yaml", text);
    if (experiment_read(&experiment, "trial.yaml", NULL, 0, &error) != OK)
        fail_msg("%s", error.text);
    return experiment;
}

/* The scenario at the first point of a list. */
static const struct configuration *configure(const struct experiment *experiment, struct bench **bench, size_t scenario,
                                             size_t point)
{
    double values[16];
    struct error error = {0};
    assert_int_equal(bench_create(bench, experiment, &error), OK);
    design_fill(experiment->design, point, 1, values);
    return bench_configure(*bench, scenario, point, values);
}

static double parameter_of(const struct configuration *configuration, const char *name)
{
    for (size_t p = 0; p < registry_n_parameters(); p++)
        if (strcmp(registry_parameter(p)->name, name) == 0)
            return configuration->parameters[p];
    fail_msg("there is no %s", name);
    return 0;
}

static double start_of(const struct configuration *configuration, const char *variable, size_t element)
{
    return configuration->starts[registry_find_variable(variable)][element];
}

static void a_point_sets_parameters_and_starts(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e =
        read_experiment("scenarios: [world.yaml]\n"
                        "vary: {agenda.stride: {uniform: [0.5, 1.5]}, states.B.will: {uniform: [0, 1]}}\n"
                        "design: {list: [{agenda.stride: 0.75, states.B.will: 0.125}]}\n");
    const struct configuration *c = configure(&e, &bench, 0, 0);
    assert_true(parameter_of(c, "agenda.stride") == 0.75);
    assert_true(start_of(c, "will", 1) == 0.125);
    assert_true(start_of(c, "will", 0) == 0.5);
    bench_free(bench);
    experiment_free(&e);
}

static void a_number_for_both_areas_sets_both(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e = read_experiment("scenarios: [world.yaml]\n"
                                          "vary: {states.A.position: {uniform: [0, 1]}}\n"
                                          "design: {list: [{states.A.position: 0.25}]}\n");
    const struct configuration *c = configure(&e, &bench, 0, 0);
    assert_true(start_of(c, "position", SECURITY) == 0.25);
    assert_true(start_of(c, "position", ECONOMY) == 0.25);
    bench_free(bench);
    experiment_free(&e);
}

static void an_event_is_found_by_name_in_each_scenario(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e =
        read_experiment("scenarios: [world.yaml, calm.yaml]\n"
                        "vary: {events.storm.effects.crisis: {uniform: [0, 1]}, events.storm.year: "
                        "{whole: [2002, 2008]}}\n"
                        "design: {list: [{events.storm.effects.crisis: 0.875, events.storm.year: 2003}]}\n");
    for (size_t scenario = 0; scenario < 2; scenario++) {
        const struct configuration *c = configure(&e, &bench, scenario, 0);
        const struct event *storm = &c->events[0];
        assert_string_equal(storm->name, "storm");
        assert_true(storm->effects[0].operands[0].value[0] == 0.875);
        assert_true(storm->year == 2003);
        assert_true(c->n_events == 1 || c->events[1].effects[0].operands[0].value[0] == 0.1);
        bench_free(bench);
    }
    experiment_free(&e);
}

static void numbers_listed_are_set_without_variants(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e = read_experiment("scenarios: [world.yaml]\n"
                                          "vary: {membership.rule: [0.5, 0.75, 1], agenda.stride: [1, 2]}\n"
                                          "design: {list: [{membership.rule: 0.75, agenda.stride: 2}]}\n");
    assert_int_equal(e.n_variants, 1);
    const struct configuration *c = configure(&e, &bench, 0, 0);
    assert_true(parameter_of(c, "membership.rule") == 0.75);
    assert_true(parameter_of(c, "agenda.stride") == 2);
    bench_free(bench);
    experiment_free(&e);
}

static void words_make_variants_of_every_combination(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e =
        read_experiment("scenarios: [world.yaml]\n"
                        "vary: {mechanisms.learning: [on, off], states.C.status: [member, outsider, observer]}\n"
                        "design: {list: [{mechanisms.learning: off, states.C.status: observer}, "
                        "{mechanisms.learning: on, states.C.status: member}]}\n");
    assert_int_equal(e.n_variants, 6);
    const struct configuration *c = configure(&e, &bench, 0, 0);
    assert_false(c->is_on[MECHANISM_learning]);
    assert_true(start_of(c, "status", 2) == 1);
    bench_free(bench);
    c = configure(&e, &bench, 0, 1);
    assert_true(c->is_on[MECHANISM_learning]);
    assert_true(start_of(c, "status", 2) == 2);
    bench_free(bench);
    experiment_free(&e);
}

static void an_event_can_be_left_out_by_a_variant(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e = read_experiment("scenarios: [calm.yaml]\n"
                                          "vary: {events.storm.duration: [1, .inf], events.other: [~]}\n"
                                          "design: {list: [{events.storm.duration: .inf, events.other: ~}]}\n");
    const struct configuration *c = configure(&e, &bench, 0, 0);
    assert_int_equal(c->n_events, 1);
    bench_free(bench);
    experiment_free(&e);
}

static void an_event_can_be_switched_on_and_off(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e = read_experiment("scenarios: [world.yaml]\n"
                                          "vary: {events.storm: [on, off]}\n"
                                          "design: {list: [{events.storm: on}, {events.storm: off}]}\n");
    assert_int_equal(configure(&e, &bench, 0, 0)->n_events, 1);
    bench_free(bench);
    assert_int_equal(configure(&e, &bench, 0, 1)->n_events, 0);
    bench_free(bench);
    experiment_free(&e);
}

static void whole_scenarios_can_be_a_factor(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e =
        read_experiment("vary: {scenarios: [world.yaml, calm.yaml], agenda.stride: {uniform: [1, 2]}}\n"
                        "design: {list: [{scenarios: calm, agenda.stride: 1.5}]}\n");
    assert_int_equal(e.n_scenarios, 1);
    assert_string_equal(e.varied[0].words[1], "calm");
    const struct configuration *c = configure(&e, &bench, 0, 0);
    assert_int_equal(c->n_events, 2);
    assert_true(parameter_of(c, "agenda.stride") == 1.5);
    assert_string_equal(c->name, "trial");
    bench_free(bench);
    experiment_free(&e);
}

static void what_an_experiment_says_holds_in_all_scenarios(void **state)
{
    (void)state;
    struct experiment e = read_experiment("scenarios: [world.yaml, calm.yaml]\n"
                                          "years: [2001, 2009]\nreplicates: 5\nseed: 9\n"
                                          "set: {agenda.quorum: 0.25}\n"
                                          "vary: {agenda.stride: [1, 2]}\n");
    for (size_t k = 0; k < 2; k++) {
        const struct configuration *c = &e.configurations[k];
        assert_int_equal(c->last_year, 2009);
        assert_int_equal(c->n_replicates, 5);
        assert_int_equal(c->seed, 9);
        assert_true(parameter_of(c, "agenda.quorum") == 0.25);
    }
    experiment_free(&e);
}

static void without_record_statistics_of_the_organization_are_kept(void **state)
{
    (void)state;
    struct experiment e = read_experiment("scenarios: [world.yaml]\nvary: {agenda.stride: [1, 2]}\n");
    for (size_t k = 0; k < e.configurations->n_record; k++) {
        assert_false(e.configurations->record[k].has_trajectories);
        assert_true(e.configurations->record[k].variable->shape == SCALAR ||
                    e.configurations->record[k].variable->shape == BY_AREA);
    }
    assert_true(e.configurations->n_record > 0);
    experiment_free(&e);
}

static void set_reaches_the_design_and_the_scenarios(void **state)
{
    (void)state;
    struct experiment e;
    struct error error = {0};
    char *set[] = {(char *)"design.random=12", (char *)"agenda.quorum=0.125"};
    write_file("world.yaml", world);
    write_file("trial.yaml",
               "scenarios: [world.yaml]\nvary: {agenda.stride: {uniform: [1, 2]}}\ndesign: {random: 3}\n");
    assert_int_equal(experiment_read(&e, "trial.yaml", set, 2, &error), OK);
    assert_int_equal(e.n_points, 12);
    assert_true(parameter_of(e.configurations, "agenda.quorum") == 0.125);
    experiment_free(&e);
}

static void points_share_their_luck_unless_told_otherwise(void **state)
{
    (void)state;
    struct bench *bench;
    const char *text = "scenarios: [world.yaml]\nseed: 4\ncommon_random_numbers: %s\n"
                       "vary: {agenda.stride: [1, 2, 3]}\n";
    char own[200], common[200];
    snprintf(own, sizeof own, text, "off");
    snprintf(common, sizeof common, text, "on");
    struct experiment e = read_experiment(common);
    assert_int_equal(configure(&e, &bench, 0, 2)->seed, 4);
    bench_free(bench);
    experiment_free(&e);
    e = read_experiment(own);
    const uint64_t first = configure(&e, &bench, 0, 0)->seed;
    bench_free(bench);
    assert_true(first != configure(&e, &bench, 0, 2)->seed);
    assert_true(first != 4);
    bench_free(bench);
    experiment_free(&e);
}

static void a_point_alone_is_what_it_was_among_others(void **state)
{
    (void)state;
    struct error error = {0};
    struct experiment one, e = read_experiment("scenarios: [world.yaml, calm.yaml]\n"
                                               "vary: {agenda.stride: [1, 2, 3], mechanisms.learning: [on, off]}\n");
    assert_int_equal(experiment_of_point(&one, &e, 1, 5, &error), OK);
    assert_int_equal(one.n_points, 1);
    assert_string_equal(one.title, "Calm (point 5: agenda.stride 3, mechanisms.learning off)");
    assert_true(parameter_of(one.configurations, "agenda.stride") == 3);
    assert_false(one.configurations->is_on[MECHANISM_learning]);
    assert_non_null(strstr(one.configurations->resolved, "stride: 3"));
    experiment_free(&one);
    experiment_free(&e);
}

static void a_bench_does_not_touch_the_experiment(void **state)
{
    (void)state;
    struct bench *bench;
    struct experiment e = read_experiment("scenarios: [world.yaml]\nvary: {agenda.stride: [7, 8]}\n");
    const double before = parameter_of(e.configurations, "agenda.stride");
    assert_true(parameter_of(configure(&e, &bench, 0, 1), "agenda.stride") == 8);
    assert_true(parameter_of(e.configurations, "agenda.stride") == before);
    bench_free(bench);
    experiment_free(&e);
}

static void a_copy_has_the_same_numbers_elsewhere(void **state)
{
    (void)state;
    struct experiment e = read_experiment("scenarios: [calm.yaml]\n");
    struct configuration copy;
    struct arena arena = {0};
    const size_t n = numbers_count(e.configurations);
    double **ours = calloc(n, sizeof *ours), **theirs = calloc(n, sizeof *theirs);
    assert_true(numbers_copy(e.configurations, &copy, &arena));
    assert_int_equal(numbers_count(&copy), n);
    numbers_list(e.configurations, ours);
    numbers_list(&copy, theirs);
    for (size_t k = 0; k < n; k++) {
        assert_true(ours[k] != theirs[k]);
        assert_memory_equal(ours[k], theirs[k], sizeof(double));
    }
    free(ours);
    free(theirs);
    arena_free(&arena);
    experiment_free(&e);
}

static void a_scenario_is_no_experiment(void **state)
{
    (void)state;
    write_file("world.yaml", world);
    write_file("trial.yaml", "scenarios: [world.yaml]\n");
    assert_false(experiment_is_one("world.yaml"));
    assert_true(experiment_is_one("trial.yaml"));
    assert_false(experiment_is_one("nowhere.yaml"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_point_sets_parameters_and_starts),
        TEST(a_number_for_both_areas_sets_both),
        TEST(an_event_is_found_by_name_in_each_scenario),
        TEST(numbers_listed_are_set_without_variants),
        TEST(words_make_variants_of_every_combination),
        TEST(an_event_can_be_left_out_by_a_variant),
        TEST(an_event_can_be_switched_on_and_off),
        TEST(whole_scenarios_can_be_a_factor),
        TEST(what_an_experiment_says_holds_in_all_scenarios),
        TEST(without_record_statistics_of_the_organization_are_kept),
        TEST(set_reaches_the_design_and_the_scenarios),
        TEST(points_share_their_luck_unless_told_otherwise),
        TEST(a_point_alone_is_what_it_was_among_others),
        TEST(a_bench_does_not_touch_the_experiment),
        TEST(a_copy_has_the_same_numbers_elsewhere),
        TEST(a_scenario_is_no_experiment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The library as a program sees it: <entente.h> and nothing else of ours. Bits are compared in installed.py. */
#include <setjmp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "entente.h"

#define HISTORY SOURCE_DIR "/configs/scenarios/history.yaml"

static int load_history(void **state)
{
    struct entente_error error = {0};
    struct entente_simulation *simulation = NULL;
    int code = entente_load(HISTORY, &simulation, &error);
    if (code == ENTENTE_OK)
        code = entente_set(simulation, "replicates=9", &error);
    if (code == ENTENTE_OK)
        code = entente_set(simulation, "years=[2001, 2006]", &error);
    if (code != ENTENTE_OK)
        print_error("%s\n", error.text);
    entente_error_free(&error);
    *state = simulation;
    return code;
}

static int free_simulation(void **state)
{
    entente_simulation_free(*state);
    return 0;
}

static struct entente_results *run(struct entente_simulation *simulation)
{
    struct entente_error error = {0};
    struct entente_results *results = NULL;
    if (entente_run(simulation, 2, &results, &error) != ENTENTE_OK)
        fail_msg("%s", error.text);
    return results;
}

static struct entente_view view_of(const struct entente_results *results, const char *name)
{
    struct entente_error error = {0};
    struct entente_view view;
    if (entente_variable(results, name, &view, &error) != ENTENTE_OK)
        fail_msg("%s", error.text);
    return view;
}

static void must_set(struct entente_simulation *simulation, const char *setting)
{
    struct entente_error error = {0};
    if (entente_set(simulation, setting, &error) != ENTENTE_OK)
        fail_msg("%s", error.text);
}

static void the_header_is_of_the_version_that_is_built(void **state)
{
    char version[32];
    (void)state;
    snprintf(version, sizeof version, "%d.%d.%d", ENTENTE_VERSION_MAJOR, ENTENTE_VERSION_MINOR, ENTENTE_VERSION_PATCH);
    assert_string_equal(version, PROJECT_VERSION);
    assert_string_equal(ENTENTE_VERSION, PROJECT_VERSION);
    assert_string_equal(entente_version(), PROJECT_VERSION);
}

static void a_missing_file_is_told_with_the_nearest_name(void **state)
{
    struct entente_error error = {0};
    struct entente_simulation *simulation = (void *)&error;
    (void)state;
    assert_int_equal(entente_load(SOURCE_DIR "/configs/scenarios/histroy.yaml", &simulation, &error),
                     ENTENTE_BAD_INPUT);
    assert_null(simulation);
    assert_int_equal(error.code, ENTENTE_BAD_INPUT);
    assert_string_equal(error.text, SOURCE_DIR "/configs/scenarios/histroy.yaml: error: there is no such file; did you "
                                               "mean '" SOURCE_DIR "/configs/scenarios/history.yaml'?");
    entente_error_free(&error);
    assert_null(error.text);
    entente_error_free(&error);
}

static void an_experiment_is_told_apart(void **state)
{
    struct entente_error error = {0};
    struct entente_simulation *simulation = NULL;
    (void)state;
    assert_int_equal(entente_load(SOURCE_DIR "/experiments/rules/experiment.yaml", &simulation, &error),
                     ENTENTE_BAD_INPUT);
    assert_string_equal(error.text,
                        SOURCE_DIR "/experiments/rules/experiment.yaml is an experiment; entente_load takes "
                                   "one configuration, such as a scenario that it names");
    entente_error_free(&error);
}

static void nobody_has_to_listen(void **state)
{
    struct entente_simulation *simulation = NULL;
    assert_int_equal(entente_load("nowhere.yaml", &simulation, NULL), ENTENTE_BAD_INPUT);
    assert_int_equal(entente_set(*state, "states.CHN.wil=0.3", NULL), ENTENTE_BAD_INPUT);
    entente_simulation_free(NULL);
    entente_results_free(NULL);
    entente_error_free(NULL);
}

static void a_later_error_takes_the_place_of_an_earlier_one(void **state)
{
    struct entente_error error = {0};
    assert_int_equal(entente_set(*state, "states.CHN.will=2", &error), ENTENTE_BAD_INPUT);
    assert_int_equal(entente_set(*state, "will", &error), ENTENTE_BAD_INPUT);
    assert_string_equal(error.text, "entente_set:1:1: error: this has no `=`; it must be `key=value`\n"
                                    "  will\n  ^");
    entente_error_free(&error);
}

static void a_setting_that_does_not_hold_changes_nothing(void **state)
{
    struct entente_error error = {0};
    struct entente_results *results;
    assert_int_equal(entente_set(*state, "states.CHN.wil=0.3", &error), ENTENTE_BAD_INPUT);
    assert_non_null(strstr(error.text, "entente_set:1:12: error: `wil` is no key"));
    assert_non_null(strstr(error.text, "did you mean `will`?"));
    entente_error_free(&error);
    must_set(*state, "replicates=3");
    results = run(*state);
    assert_int_equal(view_of(results, "will").sizes[0], 3);
    entente_results_free(results);
}

static void a_number_arrives_with_all_its_bits(void **state)
{
    struct entente_error error = {0};
    const double third = 0.1 + 0.2; /* 0.30000000000000004 */
    size_t china = 0;
    assert_int_equal(entente_set_number(*state, "states.CHN.will", third, &error), ENTENTE_OK);
    assert_non_null(strstr(entente_resolved(*state), "0.30000000000000004"));
    struct entente_results *results = run(*state);
    assert_int_equal(entente_find(results, "state", "CHN", &china, &error), ENTENTE_OK);
    assert_memory_equal(&view_of(results, "will").values[china], &third, sizeof third);
    entente_results_free(results);
}

static void a_view_tells_its_shape(void **state)
{
    struct entente_results *results;
    must_set(*state, "record.trajectories=all");
    results = run(*state);
    const struct entente_view cohesion = view_of(results, "cohesion"), trade = view_of(results, "trade"),
                              position = view_of(results, "position");
    assert_int_equal(cohesion.n_dimensions, 2);
    assert_string_equal(cohesion.dimensions[0], "replicate");
    assert_string_equal(cohesion.dimensions[1], "year");
    assert_int_equal(cohesion.sizes[0], 9);
    assert_int_equal(cohesion.sizes[1], 6);
    assert_string_equal(cohesion.unit, "1");
    assert_int_equal(trade.n_dimensions, 4);
    assert_string_equal(trade.dimensions[3], "partner");
    assert_int_equal(trade.sizes[2], 11);
    assert_int_equal(trade.sizes[3], 11);
    assert_string_equal(trade.unit, "MUSD");
    assert_true(trade.values[0] != trade.values[0]); /* with itself: NaN */
    assert_string_equal(position.dimensions[3], "area");
    assert_int_equal(position.sizes[3], 2);
    entente_results_free(results);
}

static void results_outlive_the_simulation(void **state)
{
    struct entente_results *results = run(*state);
    must_set(*state, "states.CHN.name=Cathay");
    entente_simulation_free(*state);
    *state = NULL;
    assert_string_equal(entente_label(results, "state", 0), "CHN");
    assert_string_equal(entente_label(results, "year", 5), "2006");
    assert_string_equal(entente_label(results, "area", 1), "economy");
    assert_null(entente_label(results, "year", 6));
    assert_null(entente_label(results, "replicate", 0));
    assert_null(entente_label(results, "stat", 0));
    entente_results_free(results);
}

static void what_is_not_there_is_told(void **state)
{
    struct entente_error error = {0};
    struct entente_view view;
    size_t place;
    struct entente_results *results = run(*state);
    assert_int_equal(entente_variable(results, "cohesin", &view, &error), ENTENTE_BAD_INPUT);
    assert_string_equal(error.text, "there is no variable `cohesin`; did you mean `cohesion`?");
    assert_null(view.values);
    assert_int_equal(entente_variable(results, "payment", &view, &error), ENTENTE_BAD_INPUT);
    assert_string_equal(error.text, "`payment` was not kept; `record.trajectories` says what is, such as "
                                    "record.trajectories=[payment]");
    assert_int_equal(entente_find(results, "state", "CHM", &place, &error), ENTENTE_BAD_INPUT);
    assert_string_equal(error.text, "there is no state `CHM` in the results; did you mean `CHN`?");
    assert_int_equal(entente_find(results, "replicate", "1", &place, &error), ENTENTE_BAD_INPUT);
    entente_results_free(results);
    assert_int_equal(entente_run(*state, -1, &results, &error), ENTENTE_BAD_INPUT);
    assert_null(results);
    assert_string_equal(error.text, "-1 threads; there must be 0 to 4096 of them");
    entente_error_free(&error);
}

static void *run_beside(void *simulation) { return run(simulation); }

static void two_threads_may_run_one_simulation(void **state)
{
    pthread_t thread;
    void *beside = NULL;
    assert_int_equal(pthread_create(&thread, NULL, run_beside, *state), 0);
    struct entente_results *here = run(*state);
    assert_int_equal(pthread_join(thread, &beside), 0);
    const struct entente_view a = view_of(here, "will"), b = view_of(beside, "will");
    assert_memory_equal(a.values, b.values, 9 * 6 * 11 * sizeof(double));
    entente_results_free(here);
    entente_results_free(beside);
}

static void years_and_states_are_kept_as_the_record_says(void **state)
{
    must_set(*state, "record.years=[2002, 2005]");
    must_set(*state, "record.states=[RUS, CHN]");
    struct entente_results *all, *some = run(*state);
    must_set(*state, "record.years=~");
    must_set(*state, "record.states=~");
    all = run(*state);
    const struct entente_view kept = view_of(some, "will"), whole = view_of(all, "will");
    size_t russia[2], year[2];
    assert_int_equal(kept.sizes[1], 2);
    assert_int_equal(kept.sizes[2], 2);
    assert_int_equal(entente_find(some, "state", "RUS", &russia[0], NULL), ENTENTE_OK);
    assert_int_equal(entente_find(all, "state", "RUS", &russia[1], NULL), ENTENTE_OK);
    assert_int_equal(entente_find(some, "year", "2005", &year[0], NULL), ENTENTE_OK);
    assert_int_equal(entente_find(all, "year", "2005", &year[1], NULL), ENTENTE_OK);
    for (size_t k = 0; k < 9; k++)
        assert_memory_equal(&kept.values[(k * 2 + year[0]) * 2 + russia[0]],
                            &whole.values[(k * 6 + year[1]) * 11 + russia[1]], sizeof(double));
    entente_results_free(some);
    entente_results_free(all);
}

static void a_failed_replicate_is_missing_from_its_failing_year_on(void **state)
{
    struct entente_simulation *simulation = NULL;
    assert_int_equal(entente_load(SOURCE_DIR "/tests/cli/files/small.yaml", &simulation, NULL), ENTENTE_OK);
    entente_simulation_free(*state);
    *state = simulation;
    must_set(simulation, "trade.gdp=3");
    must_set(simulation, "events.boom={year: 2003, effects: [{gdp: {scale: 1e300}, states: [AAA]}]}");
    struct entente_results *results = run(simulation);
    const struct entente_view cohesion = view_of(results, "cohesion");
    assert_int_equal(entente_n_failed(results), 24);
    assert_string_equal(entente_failed_variable(results, 0), "trade");
    assert_int_equal(entente_failed_year(results, 0), 2004);
    for (int t = 0; t < 4; t++)
        assert_int_equal(cohesion.values[t] == cohesion.values[t], 2001 + t < 2004);
    assert_null(entente_failed_variable(results, 24));
    assert_int_equal(entente_failed_year(results, 24), 0);
    entente_results_free(results);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, load_history, free_simulation)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_is_of_the_version_that_is_built),
        cmocka_unit_test(a_missing_file_is_told_with_the_nearest_name),
        cmocka_unit_test(an_experiment_is_told_apart),
        TEST(nobody_has_to_listen),
        TEST(a_later_error_takes_the_place_of_an_earlier_one),
        TEST(a_setting_that_does_not_hold_changes_nothing),
        TEST(a_number_arrives_with_all_its_bits),
        TEST(a_view_tells_its_shape),
        TEST(results_outlive_the_simulation),
        TEST(what_is_not_there_is_told),
        TEST(two_threads_may_run_one_simulation),
        TEST(years_and_states_are_kept_as_the_record_says),
        TEST(a_failed_replicate_is_missing_from_its_failing_year_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

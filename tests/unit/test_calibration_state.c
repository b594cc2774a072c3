/* The state of a calibration: what is saved is what is loaded, and only by the calibration that it is of. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inference/calibration_state.h"
#include "trial_experiment.h"

static void fill(struct calibration_state *state)
{
    struct population *p = &state->population;
    state->n_fits = 1;
    state->fits[0].z[0] = 0.1;
    state->fits[0].z[1] = -1e-300;
    state->fits[0].misfit = 3.25;
    state->fits[0].n_trials = 29;
    state->fits[0].has_converged = true;
    for (size_t k = 0; k < p->n * p->n_factors; k++)
        p->z[k] = sin((double)k);
    for (size_t k = 0; k < p->n * p->n_replicates; k++)
        p->distances[k] = k % 7 ? cos((double)k) : INFINITY;
    for (size_t k = 0; k < p->n; k++)
        p->penalties[k] = k % 5 ? 1 / (double)(k + 3) : INFINITY;
    p->scale = 1 / 3.0;
    p->n_steps = UINT64_C(1) << 40;
    p->n_generations = 2;
    p->generations[0] = (struct generation){INFINITY, 1, 1, 0};
    p->generations[1] = (struct generation){1.7, 0.6, 0.25, 7};
    p->is_at_end = true;
}

static void what_is_saved_is_loaded(void **unused)
{
    (void)unused;
    struct experiment experiment;
    struct calibration_state state, other;
    struct error error = {0};
    bool is_there;
    trial_read(&experiment, trial_text, NULL, 0);
    assert_int_equal(calibration_state_create(&state, &experiment, &error), OK);
    assert_int_equal(calibration_state_create(&other, &experiment, &error), OK);
    fill(&state);
    assert_int_equal(calibration_state_save(&state, "begun", 17, &error), OK);
    assert_int_equal(calibration_state_load(&other, "begun", 17, &is_there, &error), OK);
    const struct population *p = &state.population, *q = &other.population;
    assert_true(is_there);
    assert_int_equal(other.n_fits, 1);
    assert_memory_equal(other.fits[0].z, state.fits[0].z, 2 * sizeof(double));
    assert_true(other.fits[0].misfit == 3.25 && other.fits[0].n_trials == 29 && other.fits[0].has_converged);
    assert_memory_equal(q->z, p->z, p->n * p->n_factors * sizeof(double));
    assert_memory_equal(q->distances, p->distances, p->n * p->n_replicates * sizeof(double));
    assert_memory_equal(q->penalties, p->penalties, p->n * sizeof(double));
    assert_true(q->scale == p->scale && q->n_steps == p->n_steps && q->is_at_end);
    assert_int_equal(q->n_generations, 2);
    assert_true(isinf(q->generations[0].tolerance) && q->generations[1].tolerance == 1.7);
    assert_true(q->generations[1].effective == 0.6 && q->generations[1].acceptance == 0.25);
    assert_int_equal(q->generations[1].n_moves, 7);
    calibration_state_free(&state);
    calibration_state_free(&other);
    experiment_free(&experiment);
}

static void a_state_of_nothing_yet_is_loaded(void **unused)
{
    (void)unused;
    struct experiment experiment;
    struct calibration_state state;
    struct error error = {0};
    bool is_there;
    trial_read(&experiment, trial_text, NULL, 0);
    assert_int_equal(calibration_state_create(&state, &experiment, &error), OK);
    assert_int_equal(calibration_state_load(&state, "begun", 17, &is_there, &error), OK);
    assert_false(is_there);
    assert_int_equal(calibration_state_save(&state, "begun", 17, &error), OK);
    assert_int_equal(calibration_state_load(&state, "begun", 17, &is_there, &error), OK);
    assert_true(is_there);
    assert_true(state.n_fits == 0 && state.population.n_generations == 0 && state.population.n_steps == 0);
    calibration_state_free(&state);
    experiment_free(&experiment);
}

static void that_of_another_is_refused(void **unused)
{
    (void)unused;
    struct experiment experiment;
    struct calibration_state state;
    struct error error = {0};
    bool is_there;
    trial_read(&experiment, trial_text, NULL, 0);
    assert_int_equal(calibration_state_create(&state, &experiment, &error), OK);
    assert_int_equal(calibration_state_save(&state, "begun", 17, &error), OK);
    assert_int_equal(calibration_state_load(&state, "begun", 18, &is_there, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "was begun by another calibration"));
    error_free(&error);
    write_file("begun", "no HDF5");
    assert_int_equal(calibration_state_load(&state, "begun", 17, &is_there, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "--force begins anew"));
    error_free(&error);
    calibration_state_free(&state);
    experiment_free(&experiment);
}

static uint64_t key_with(const char *set)
{
    struct experiment experiment;
    char *list[] = {(char *)set};
    trial_read(&experiment, trial_text, list, set ? 1 : 0);
    const uint64_t key = calibration_state_key(&experiment);
    experiment_free(&experiment);
    return key;
}

/* A key that missed one of them would go on with what is of no use. */
static void whatever_changes_results_changes_the_key(void **unused)
{
    (void)unused;
    static const char *const sets[] = {"seed=6",
                                       "agenda.stride=1.01",
                                       "states.A.will=0.51",
                                       "years=[2001, 2003]",
                                       "calibration.targets.ab.value=trade[A, B, 2003]",
                                       "calibration.targets.ab.observed=6.51",
                                       "calibration.targets.ab.sd=0.21",
                                       "calibration.targets.ab.weight=2",
                                       "calibration.patterns.low.value=mean(trade[A, B, 2003])",
                                       "calibration.patterns.low.at_least=0.1",
                                       "calibration.patterns.low.at_most=2e6",
                                       "calibration.patterns.low.sd=1.5",
                                       "calibration.replicates=17",
                                       "calibration.seed=6",
                                       "calibration.fit.starts=3",
                                       "calibration.fit.steps=31",
                                       "calibration.posterior.population=41",
                                       "calibration.posterior.generations=13",
                                       "calibration.posterior.tolerance=1.1"};
    enum { N = sizeof sets / sizeof *sets };
    uint64_t keys[N + 1];
    keys[N] = key_with(NULL);
    assert_true(keys[N] == key_with(NULL));
    for (size_t k = 0; k < N; k++) {
        keys[k] = key_with(sets[k]);
        for (size_t m = 0; m <= N; m++)
            if ((m < k || m == N) && keys[m] == keys[k])
                fail_msg("%s has the key of another", sets[k]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_saved_is_loaded),
        TEST(a_state_of_nothing_yet_is_loaded),
        TEST(that_of_another_is_refused),
        TEST(whatever_changes_results_changes_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "calibrate.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mix.h"
#include "base/page.h"
#include "base/text.h"
#include "calibration_file.h"
#include "calibration_lock.h"
#include "output/place.h"

/* Replicates with which the best fit is judged at the end. */
enum { LAST_REPLICATES = 1024 };

/* Luck that no search has seen: these numbers of seeds are beyond all steps. */
#define LUCK_OF_BEST UINT64_C(0xFFFFFFFF00000000)
#define LUCK_OF_DRAWS UINT64_C(0xFFFFFFFF00000001)

struct calibrating {
    const struct calibrate_request *request;
    const struct experiment *experiment;
    const struct calibration *calibration;
    struct calibration_results *results;
    struct judge *judge;
    char *begun; /* where the state is kept */
    struct calibration_lock lock;
    uint64_t key;
};

static bool is_stopped(const struct calibrating *work) { return work->request->stops && work->request->stops(); }

static int tell_stopped(const struct calibrating *work, struct error *error)
{
    return error_set(error, FAILED, "stopped; the same command goes on from %s", work->begun);
}

static int save(const struct calibrating *work, struct error *error)
{
    return calibration_state_save(&work->results->state, work->begun, work->key, error);
}

/* Searches from the next starts, one a thread. */
static int search_some(struct calibrating *work, struct error *error)
{
    struct calibration_state *state = &work->results->state;
    const size_t left = state->n_starts - state->n_fits, n_threads = (size_t)work->request->n_threads;
    const size_t n = left < n_threads ? left : n_threads;
    int code = OK;
#pragma omp parallel for num_threads((int)n) schedule(static, 1)
    for (size_t k = 0; k < n; k++) {
        struct error own = {0};
        const size_t start = state->n_fits + k;
        const int its_code = fit_search(&state->fits[start], work->judge, omp_get_thread_num(), work->experiment, start,
                                        work->request->stops, &own);
        if (its_code != OK) {
#pragma omp critical(calibrate_error)
            {
                code = its_code;
                error_append(error, &own);
            }
        }
    }
    state->n_fits += code == OK ? n : 0;
    return code == OK ? save(work, error) : code;
}

static int search(struct calibrating *work, struct error *error)
{
    struct calibration_state *state = &work->results->state;
    int code = OK;
    while (state->n_fits < state->n_starts && code == OK) {
        if (is_stopped(work))
            return tell_stopped(work, error);
        code = search_some(work, error);
        if (code != OK && is_stopped(work))
            return tell_stopped(work, error);
        if (code == OK && work->request->notes)
            fprintf(work->request->notes, "fit: %zu of %zu start%s done\n", state->n_fits, state->n_starts,
                    page_plural(state->n_starts));
    }
    return code;
}

static void tell_generation(const struct calibrating *work)
{
    const struct population *population = &work->results->state.population;
    const struct generation *last = &population->generations[population->n_generations - 1];
    char count[32];
    if (!work->request->notes || population->n_generations < 2)
        return;
    fprintf(work->request->notes,
            "posterior: generation %zu, tolerance %.3g, %.0f %% of moves made, %s trials so far\n",
            population->n_generations - 1, last->tolerance, 100 * last->acceptance,
            page_count(population->n_steps * population->n, count, sizeof count));
}

static int sample(struct calibrating *work, struct error *error)
{
    struct population *population = &work->results->state.population;
    int code = OK;
    while (population->n > 0 && !population->is_at_end && code == OK &&
           population->n_generations <= work->calibration->most_generations) {
        if (is_stopped(work))
            return tell_stopped(work, error);
        code = population_advance(population, work->judge, work->experiment, work->request->n_threads,
                                  work->request->stops, error);
        if (code != OK && is_stopped(work))
            return tell_stopped(work, error);
        if (code == OK)
            code = save(work, error);
        if (code == OK)
            tell_generation(work);
    }
    return code;
}

/* ---------------------------------------------------------------------------------------------- what came out of it */

static int take_memory(struct calibration_results *results, struct error *error)
{
    const struct calibration *calibration = results->experiment->calibration;
    const size_t d = results->experiment->n_factors, n = calibration->n_particles, n_targets = calibration->n_targets;
    results->best_values = calloc(d + 1, sizeof(double));
    results->at_best.first = calloc(n_targets + 1, sizeof(double));
    results->at_best.mean = calloc(n_targets + 1, sizeof(double));
    results->at_best.sd = calloc(n_targets + 1, sizeof(double));
    results->at_best.patterns = calloc(calibration->n_patterns + 1, sizeof(double));
    results->values = calloc(n * d + 1, sizeof(double));
    results->draws = calloc(n * n_targets + 1, sizeof(double));
    results->pattern_draws = calloc(n * calibration->n_patterns + 1, sizeof(double));
    const bool has_memory = results->best_values && results->at_best.first && results->at_best.mean &&
                            results->at_best.sd && results->at_best.patterns && results->values && results->draws &&
                            results->pattern_draws;
    return has_memory ? OK : error_memory(error);
}

void calibration_results_free(struct calibration_results *results)
{
    calibration_state_free(&results->state);
    free(results->best_values);
    free(results->at_best.first);
    free(results->at_best.mean);
    free(results->at_best.sd);
    free(results->at_best.patterns);
    free(results->values);
    free(results->draws);
    free(results->pattern_draws);
    *results = (struct calibration_results){0};
}

/* The fit with the least misfit, judged once more with many runs of other luck. */
static int judge_best(struct calibrating *work, struct error *error)
{
    struct calibration_results *results = work->results;
    const struct calibration_state *state = &results->state;
    const uint64_t seed = mix_seed(work->calibration->seed, LUCK_OF_BEST);
    struct judge *judge = NULL;
    results->best = state->n_starts;
    for (size_t k = 0; k < state->n_fits; k++)
        if (results->best == state->n_starts || state->fits[k].misfit < state->fits[results->best].misfit)
            results->best = k;
    if (results->best == state->n_starts)
        return OK;
    const double *z = state->fits[results->best].z;
    judge_place(work->experiment, z, results->best_values);
    int code = judge_create(&judge, work->experiment, LAST_REPLICATES, 1, error);
    if (code == OK)
        code = judge_misfit(judge, 0, z, seed, &results->best_misfit, error);
    if (code == OK)
        code = judge_predict(judge, 0, z, seed, &results->at_best, error);
    judge_free(judge);
    return code;
}

/* Runs of every particle with luck that it was not chosen for. */
static int judge_particles(struct calibrating *work, struct error *error)
{
    struct calibration_results *results = work->results;
    const struct population *population = &results->state.population;
    const size_t n_targets = work->calibration->n_targets, n_patterns = work->calibration->n_patterns;
    const uint64_t seed = mix_seed(work->calibration->seed, LUCK_OF_DRAWS);
    const long long n = (long long)population->n;
    const size_t n_threads = (size_t)work->request->n_threads;
    double *unused = calloc(2 * n_threads * n_targets + 1, sizeof *unused);
    int code = unused ? OK : error_memory(error);
#pragma omp parallel for num_threads((int)n_threads) schedule(dynamic)
    for (long long k = 0; k < (code == OK ? n : 0); k++) {
        struct error own = {0};
        const size_t i = (size_t)k, thread = (size_t)omp_get_thread_num();
        const double *z = population->z + i * population->n_factors;
        const struct prediction prediction = {results->draws + i * n_targets, unused + 2 * thread * n_targets,
                                              unused + (2 * thread + 1) * n_targets,
                                              results->pattern_draws + i * n_patterns};
        judge_place(work->experiment, z, results->values + i * population->n_factors);
        if (judge_predict(work->judge, (int)thread, z, mix_seed(seed, i), &prediction, &own) != OK) {
#pragma omp critical(calibrate_error)
            error_append(error, &own);
        }
    }
    free(unused);
    return code == OK && error->text ? error->code : code;
}

static char *name_begun(const char *output)
{
    struct text text = {0};
    text_add(&text, "%s.begun", output);
    return text_take(&text);
}

bool calibrate_has_begun(const char *output)
{
    char *begun = name_begun(output);
    const bool is_there = begun && access(begun, F_OK) == 0;
    free(begun);
    return is_there;
}

int calibrate_tidy(const struct experiment *experiment, const char *output, bool *is_complete, struct error *error)
{
    struct calibration_lock lock = {0};
    const uint64_t key = calibration_state_key(experiment);
    char *begun = name_begun(output);
    int code = begun && key ? OK : error_memory(error);
    *is_complete = code == OK && calibration_state_is_of(begun, key) && calibration_state_is_of(output, key);
    if (*is_complete) {
        code = calibration_lock_take(&lock, begun, error);
        if (code == OK) {
            unlink(begun);
            calibration_lock_remove_drafts(begun);
        }
        calibration_lock_give(&lock);
    }
    free(begun);
    return code;
}

bool calibrate_has_design(const struct calibration_results *results) { return results->state.population.n > 0; }

bool calibrate_has_overlay(const struct calibration_results *results)
{
    return results->best < results->state.n_starts && results->experiment->first_path;
}

/* What has been begun of this calibration, or nothing. To overwrite is to put away what another began: of this one
 * there is nothing to gain from beginning anew. */
static int load(struct calibrating *work, struct error *error)
{
    struct calibration_state *state = &work->results->state;
    bool is_there = false;
    int code = calibration_state_load(state, work->begun, work->key, &is_there, error);
    if (code == BAD_INPUT && work->request->may_overwrite) {
        error_free(error);
        unlink(work->begun);
        is_there = false;
        calibration_state_free(state);
        code = calibration_state_create(state, work->experiment, error);
    }
    if (code == OK && is_there && work->request->notes)
        fprintf(work->request->notes, "goes on from %s\n", work->begun);
    return code == OK && !is_there ? save(work, error) : code; /* what cannot be written is found before the work */
}

static void remove_drafts(const struct calibrating *work)
{
    const struct calibrate_request *request = work->request;
    const char *const list[] = {work->begun, request->output, request->design, request->overlay};
    for (size_t k = 0; k < COUNT(list); k++)
        if (list[k])
            calibration_lock_remove_drafts(list[k]);
}

static int begin(struct calibrating *work, struct error *error)
{
    const struct calibrate_request *request = work->request;
    int code = place_check(request->output, request->may_overwrite, error);
    if (code != OK)
        return code;
    work->begun = name_begun(request->output);
    work->key = calibration_state_key(work->experiment);
    code = work->begun && work->key ? calibration_lock_take(&work->lock, work->begun, error) : error_memory(error);
    if (code == OK) {
        remove_drafts(work);
        code = calibration_state_create(&work->results->state, work->experiment, error);
    }
    if (code == OK)
        code = take_memory(work->results, error);
    if (code == OK)
        code = judge_create(&work->judge, work->experiment, work->calibration->n_replicates, request->n_threads, error);
    return code == OK ? load(work, error) : code;
}

/* The main file is the last: if it is there, all is. */
static int write_all(const struct calibrating *work, struct error *error)
{
    const struct calibrate_request *request = work->request;
    const struct calibration_results *results = work->results;
    int code = OK;
    if (request->design && calibrate_has_design(results))
        code = calibration_file_write_design(request->design, results, error);
    if (code == OK && request->overlay && calibrate_has_overlay(results))
        code = calibration_file_write_overlay(request->overlay, results, error);
    return code == OK ? calibration_file_write(request, results, error) : code;
}

int calibrate_run(const struct calibrate_request *request, struct calibration_results *results, struct error *error)
{
    struct calibrating work = {.request = request,
                               .experiment = request->experiment,
                               .calibration = request->experiment->calibration,
                               .results = results};
    *results = (struct calibration_results){.experiment = request->experiment};
    int code = begin(&work, error);
    if (code == OK)
        code = search(&work, error);
    if (code == OK)
        code = sample(&work, error);
    if (code == OK)
        code = judge_best(&work, error);
    if (code == OK)
        code = judge_particles(&work, error);
    if (code == OK)
        code = write_all(&work, error);
    if (code == OK)
        unlink(work.begun);
    calibration_lock_give(&work.lock);
    judge_free(work.judge);
    free(work.begun);
    return code;
}

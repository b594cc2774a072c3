#include "calibration_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "base/text.h"
#include "base/version.h"
#include "config/emit.h"
#include "config/overlay.h"
#include "output/place.h"
#include "output/provenance.h"
#include "output/store.h"

const double calibration_shares[CALIBRATION_SHARES] = {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95};

enum axis { FACTOR, OTHER, TARGET, PATTERN, DRAW, START, GENERATION, SHARE, AXES };

/* The file while it is written. */
struct making {
    struct store *store;
    const struct calibration_results *results;
    size_t n[AXES];
    int axes[AXES];
};

static int add_names(struct making *making, enum axis axis, const char *name, const char *long_name,
                     const char *const *names, struct error *error)
{
    if (making->n[axis] == 0)
        return OK;
    const int code =
        store_add_dimension(making->store, name, STORE_TEXT, making->n[axis], names, &making->axes[axis], error);
    return code == OK ? store_attribute_text(making->store, making->axes[axis], "long_name", long_name, error) : code;
}

static int add_count(struct making *making, enum axis axis, const char *name, const char *long_name,
                     struct error *error)
{
    const size_t n = making->n[axis];
    int32_t *numbers = calloc(n + 1, sizeof *numbers);
    for (size_t k = 0; numbers && k < n; k++)
        numbers[k] = (int32_t)k;
    int code = numbers ? OK : error_memory(error);
    if (code == OK && n > 0)
        code = store_add_dimension(making->store, name, STORE_INT32, n, numbers, &making->axes[axis], error);
    if (code == OK && n > 0)
        code = store_attribute_text(making->store, making->axes[axis], "long_name", long_name, error);
    free(numbers);
    return code;
}

static int add_axes(struct making *making, struct error *error)
{
    const struct experiment *experiment = making->results->experiment;
    const struct calibration *calibration = experiment->calibration;
    const size_t n = making->n[FACTOR] + making->n[TARGET] + making->n[PATTERN];
    const char **names = calloc(n + 1, sizeof *names), **targets = names + making->n[FACTOR],
               **patterns = targets + making->n[TARGET];
    if (!names)
        return error_memory(error);
    for (size_t k = 0; k < making->n[FACTOR]; k++)
        names[k] = experiment->factors[k].name;
    for (size_t k = 0; k < making->n[TARGET]; k++)
        targets[k] = calibration->targets[k].name;
    for (size_t k = 0; k < making->n[PATTERN]; k++)
        patterns[k] = calibration->patterns[k].name;
    int code = add_names(making, FACTOR, "factor", "what is calibrated", names, error);
    if (code == OK)
        code = add_names(making, OTHER, "other_factor", "the other of two factors", names, error);
    if (code == OK)
        code = add_names(making, TARGET, "target", "what was observed", targets, error);
    if (code == OK)
        code = add_names(making, PATTERN, "pattern", "what must hold of all runs", patterns, error);
    if (code == OK)
        code = store_add_dimension(making->store, "quantile", STORE_DOUBLE, CALIBRATION_SHARES, calibration_shares,
                                   &making->axes[SHARE], error);
    if (code == OK)
        code = store_attribute_text(making->store, making->axes[SHARE], "long_name", "share of the probability below",
                                    error);
    if (code == OK)
        code = add_count(making, DRAW, "draw", "point of the posterior; all have the same weight", error);
    if (code == OK)
        code = add_count(making, START, "start", "start of a point fit; 0 is the middle of the prior", error);
    if (code == OK)
        code = add_count(making, GENERATION, "generation", "generation of the posterior; 0 is the prior", error);
    free(names);
    return code;
}

/* A variable of doubles over one axis or two; NONE as the second: over one. Nothing where an axis has no length. */
enum { NONE = AXES };
static int add_variable(struct making *making, const char *name, enum axis first, int second, const double *values,
                        const char *units, const char *long_name, struct error *error)
{
    const size_t n_second = second == NONE ? 1 : making->n[second];
    int handles[2] = {making->axes[first]}, handle;
    if (making->n[first] == 0 || n_second == 0)
        return OK;
    if (second != NONE)
        handles[1] = making->axes[second];
    int code =
        store_add_variable(making->store, name, STORE_DOUBLE, second == NONE ? 1 : 2, handles, NAN, &handle, error);
    if (code == OK)
        code = store_attribute_text(making->store, handle, "long_name", long_name, error);
    if (code == OK && units)
        code = store_attribute_text(making->store, handle, "units", units, error);
    return code == OK ? store_write_all(making->store, handle, values, error) : code;
}

/* Numbers of every target or pattern, picked out of an array of structures. */
#define PICK(numbers, n, array, member)                                                                                \
    for (size_t k_ = 0; k_ < (n); k_++)                                                                                \
    (numbers)[k_] = (array)[k_].member

static int write_targets(struct making *making, double *numbers, struct error *error)
{
    const struct calibration_results *results = making->results;
    const struct calibration *calibration = results->experiment->calibration;
    const size_t n = calibration->n_targets, n_patterns = calibration->n_patterns;
    const bool has_fit = results->best < results->state.n_starts;
    PICK(numbers, n, calibration->targets, observed);
    int code = add_variable(making, "target_observed", TARGET, NONE, numbers, NULL, "what was observed", error);
    PICK(numbers, n, calibration->targets, sd);
    if (code == OK)
        code = add_variable(making, "target_sd", TARGET, NONE, numbers, NULL,
                            "standard deviation of observation and model about each other, beside chance", error);
    PICK(numbers, n, calibration->targets, weight);
    if (code == OK)
        code = add_variable(making, "target_weight", TARGET, NONE, numbers, "1", "weight in the distance", error);
    PICK(numbers, n_patterns, calibration->patterns, low);
    if (code == OK)
        code = add_variable(making, "pattern_low", PATTERN, NONE, numbers, NULL, "least value that holds", error);
    PICK(numbers, n_patterns, calibration->patterns, high);
    if (code == OK)
        code = add_variable(making, "pattern_high", PATTERN, NONE, numbers, NULL, "greatest value that holds", error);
    if (code == OK && has_fit)
        code = add_variable(making, "best_mean", TARGET, NONE, results->at_best.mean, NULL,
                            "mean over runs at the best fit, with new luck", error);
    if (code == OK && has_fit)
        code = add_variable(making, "best_sd", TARGET, NONE, results->at_best.sd, NULL,
                            "standard deviation over runs at the best fit", error);
    if (code == OK && has_fit)
        code = add_variable(making, "best_pattern", PATTERN, NONE, results->at_best.patterns, NULL,
                            "value at the best fit, with new luck", error);
    if (code == OK)
        code = add_variable(making, "simulated", DRAW, TARGET, results->draws, NULL,
                            "one run at each point of the posterior, with luck that it was not chosen for", error);
    if (code == OK)
        code = add_variable(making, "pattern_value", DRAW, PATTERN, results->pattern_draws, NULL,
                            "value at each point of the posterior, likewise", error);
    return code;
}

static int write_fits(struct making *making, double *numbers, struct error *error)
{
    const struct calibration_results *results = making->results;
    const struct calibration_state *state = &results->state;
    const size_t d = making->n[FACTOR];
    for (size_t k = 0; k < state->n_fits; k++)
        judge_place(results->experiment, state->fits[k].z, numbers + k * d);
    int code = add_variable(making, "fit_value", START, FACTOR, numbers, NULL, "where the search ended", error);
    PICK(numbers, state->n_fits, state->fits, misfit);
    if (code == OK)
        code = add_variable(making, "fit_misfit", START, NONE, numbers, "1",
                            "minus log of prior and likelihood there, but for a constant", error);
    for (size_t k = 0; k < state->n_fits; k++)
        numbers[k] = (double)state->fits[k].n_trials;
    if (code == OK)
        code = add_variable(making, "fit_trials", START, NONE, numbers, "1", "points that the search tried", error);
    PICK(numbers, state->n_fits, state->fits, has_converged);
    if (code == OK)
        code = add_variable(making, "fit_converged", START, NONE, numbers, "1",
                            "1 if the simplex became small, 0 if its steps ran out", error);
    if (code == OK && results->best < state->n_starts)
        code = add_variable(making, "best_value", FACTOR, NONE, results->best_values, NULL, "the best fit", error);
    return code;
}

static int write_generations(struct making *making, double *numbers, struct error *error)
{
    const struct population *population = &making->results->state.population;
    const size_t n = population->n_generations;
    PICK(numbers, n, population->generations, tolerance);
    int code = add_variable(making, "generation_tolerance", GENERATION, NONE, numbers, "1",
                            "tolerance, in units of each sd", error);
    PICK(numbers, n, population->generations, effective);
    if (code == OK)
        code = add_variable(making, "generation_effective", GENERATION, NONE, numbers, "1",
                            "share of particles in play after weighting", error);
    PICK(numbers, n, population->generations, acceptance);
    if (code == OK)
        code =
            add_variable(making, "generation_acceptance", GENERATION, NONE, numbers, "1", "share of moves made", error);
    for (size_t k = 0; k < n; k++)
        numbers[k] = (double)population->generations[k].n_moves;
    return code == OK ? add_variable(making, "generation_moves", GENERATION, NONE, numbers, "1",
                                     "moves tried of each particle", error)
                      : code;
}

void calibration_quantiles(const double *draws, size_t n_draws, size_t n, size_t k, double *column,
                           double quantiles[CALIBRATION_SHARES])
{
    size_t n_numbers = 0;
    for (size_t i = 0; i < n_draws; i++)
        if (isfinite(draws[i * n + k]))
            column[n_numbers++] = draws[i * n + k];
    gsl_sort(column, 1, n_numbers);
    for (size_t q = 0; q < CALIBRATION_SHARES; q++)
        quantiles[q] = n_numbers > 0 ? gsl_stats_quantile_from_sorted_data(column, 1, n_numbers, calibration_shares[q])
                                     : (double)NAN;
}

/* Quantiles and correlations of the particles; those of the prior. */
static void find_quantiles(const struct making *making, double *prior, double *posterior, double *correlation,
                           double *column)
{
    const struct calibration_results *results = making->results;
    const size_t d = making->n[FACTOR], n = making->n[DRAW];
    for (size_t f = 0; f < d; f++) {
        calibration_quantiles(results->values, n, d, f, column, posterior + f * CALIBRATION_SHARES);
        for (size_t q = 0; q < CALIBRATION_SHARES; q++)
            prior[f * CALIBRATION_SHARES + q] = factor_value(&results->experiment->factors[f], calibration_shares[q]);
        for (size_t g = 0; g < d && n > 0; g++)
            correlation[f * d + g] =
                gsl_stats_correlation(results->state.population.z + f, d, results->state.population.z + g, d, n);
    }
}

static int write_posterior(struct making *making, double *numbers, struct error *error)
{
    const size_t d = making->n[FACTOR];
    double *prior = numbers, *posterior = prior + d * CALIBRATION_SHARES,
           *correlation = posterior + d * CALIBRATION_SHARES, *column = correlation + d * d;
    find_quantiles(making, prior, posterior, correlation, column);
    int code = add_variable(making, "prior_quantile", FACTOR, SHARE, prior, NULL, "quantiles of the prior", error);
    if (code != OK || making->n[DRAW] == 0)
        return code;
    code =
        add_variable(making, "posterior_quantile", FACTOR, SHARE, posterior, NULL, "quantiles of the posterior", error);
    if (code == OK)
        code =
            add_variable(making, "correlation", FACTOR, OTHER, correlation, "1",
                         "correlation of two factors in the posterior, each on the scale on which its prior is normal",
                         error);
    if (code == OK)
        code = add_variable(making, "value", DRAW, FACTOR, making->results->values, NULL, "points of the posterior",
                            error);
    return code;
}

static int write_provenance(struct store *store, const struct calibrate_request *request,
                            const struct calibration_results *results, struct error *error)
{
    const struct experiment *experiment = request->experiment;
    const struct calibration *calibration = experiment->calibration;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"replicates", (double)calibration->n_replicates},
                   {"best_misfit", results->best < results->state.n_starts ? results->best_misfit : NAN},
                   {"wanted_tolerance", calibration->tolerance},
                   {"first_year", experiment_common(experiment)->first_year},
                   {"last_year", experiment_common(experiment)->last_year},
                   {"trials", (double)(results->state.population.n_steps * results->state.population.n)}};
    int code = provenance_of_findings(store, experiment, "calibration", calibration->seed, request->argc, request->argv,
                                      error);
    if (code == OK)
        code = calibration_state_write_key(store, calibration_state_key(experiment), error);
    for (size_t k = 0; k < COUNT(numbers) && code == OK; k++)
        code = store_attribute_numbers(store, STORE_ROOT, numbers[k].name, STORE_DOUBLE, 1, &numbers[k].value, error);
    return code;
}

/* Room for all that is put together before it is written. */
static size_t find_room(const struct making *making)
{
    const size_t d = making->n[FACTOR],
                 others[] = {making->n[TARGET], making->n[PATTERN], making->n[GENERATION], making->n[START] * d,
                             2 * d * CALIBRATION_SHARES + d * d + making->n[DRAW]};
    size_t most = 1;
    for (size_t k = 0; k < COUNT(others); k++)
        most = others[k] > most ? others[k] : most;
    return most;
}

int calibration_file_write(const struct calibrate_request *request, const struct calibration_results *results,
                           struct error *error)
{
    const struct calibration *calibration = request->experiment->calibration;
    const size_t d = request->experiment->n_factors;
    struct making making = {.results = results,
                            .n = {[FACTOR] = d,
                                  [OTHER] = d,
                                  [TARGET] = calibration->n_targets,
                                  [PATTERN] = calibration->n_patterns,
                                  [DRAW] = results->state.population.n,
                                  [START] = results->state.n_fits,
                                  [GENERATION] = results->state.population.n_generations,
                                  [SHARE] = CALIBRATION_SHARES}};
    double *numbers = malloc(find_room(&making) * sizeof *numbers);
    int code =
        numbers ? store_create(&making.store, request->output, request->may_overwrite, error) : error_memory(error);
    if (code != OK) {
        free(numbers);
        return code;
    }
    code = write_provenance(making.store, request, results, error);
    if (code == OK)
        code = add_axes(&making, error);
    if (code == OK)
        code = write_targets(&making, numbers, error);
    if (code == OK)
        code = write_fits(&making, numbers, error);
    if (code == OK)
        code = write_generations(&making, numbers, error);
    if (code == OK)
        code = write_posterior(&making, numbers, error);
    free(numbers);
    if (code == OK)
        return store_commit(making.store, error);
    store_abort(making.store);
    return code;
}

bool calibration_file_is_one(const struct reader *reader)
{
    char *name = reader_attribute(reader, "calibration");
    free(name);
    return name != NULL;
}

/* A file of text, whole and durable or not at all. */
static int write_text(const char *path, struct text *text, struct error *error)
{
    if (text->is_exhausted)
        return error_memory(error);
    char *draft = place_temporary(path);
    if (!draft)
        return error_memory(error);
    FILE *file = fopen(draft, "w");
    const bool is_written = file && fwrite(text->bytes, 1, text->n, file) == text->n;
    const bool is_closed = file && fclose(file) == 0;
    int code =
        is_written && is_closed ? OK : error_set(error, FAILED, "%s cannot be written: %s", path, strerror(errno));
    if (code == OK)
        code = place_settle(draft, path, true, error);
    if (code != OK)
        unlink(draft);
    free(draft);
    return code;
}

int calibration_file_write_design(const char *path, const struct calibration_results *results, struct error *error)
{
    const struct experiment *experiment = results->experiment;
    const size_t d = experiment->n_factors;
    struct text text = {0};
    for (size_t f = 0; f < d; f++)
        text_add(&text, "%s%s", f > 0 ? "," : "", experiment->factors[f].name);
    text_add(&text, "\n");
    for (size_t i = 0; i < results->state.population.n; i++)
        for (size_t f = 0; f < d; f++) {
            text_add_number(&text, results->values[i * d + f]);
            text_add(&text, f + 1 < d ? "," : "\n");
        }
    const int code = write_text(path, &text, error);
    text_free(&text);
    return code;
}

/* What the experiment sets, and the best value of every factor, as key=value. */
static char **list_settings(const struct calibration_results *results, size_t *n)
{
    const struct experiment *experiment = results->experiment;
    char **settings = calloc(experiment->n_settings + experiment->n_factors + 1, sizeof *settings);
    *n = 0;
    for (size_t k = 0; settings && k < experiment->n_settings; k++)
        settings[(*n)++] = strdup(experiment->settings[k]);
    for (size_t f = 0; settings && f < experiment->n_factors; f++) {
        struct text text = {0};
        text_add(&text, "%s=", experiment->factors[f].name);
        text_add_number(&text, results->best_values[f]);
        settings[(*n)++] = text_take(&text);
    }
    for (size_t k = 0; settings && k < *n; k++)
        if (!settings[k]) {
            for (size_t m = 0; m < *n; m++)
                free(settings[m]);
            free(settings);
            return NULL;
        }
    return settings;
}

int calibration_file_write_overlay(const char *path, const struct calibration_results *results, struct error *error)
{
    const struct experiment *experiment = results->experiment;
    struct text text = {0};
    size_t n = 0;
    char *base = experiment->first_path ? overlay_relative_path(path, experiment->first_path) : NULL;
    char **settings = list_settings(results, &n);
    int code = base && settings ? OK : error_memory(error);
    if (code == OK) {
        text_add(&text,
                 "# The point that fits best in the calibration `%s`: misfit %.6g; entente %s %s.\n"
                 "# What the experiment's years, replicates, seed, noise and record say is not in it.\n"
                 "base: ",
                 experiment->name, results->best_misfit, version_number(), version_commit());
        emit_text(&text, base);
        text_add(&text, "\nname: %s_best\ntitle: ", experiment->configurations[0].name);
        emit_text(&text, experiment->configurations[0].title);
        text_add(&text, "\n");
        code = overlay_add(&text, settings, n, error);
    }
    if (code == OK)
        code = write_text(path, &text, error);
    for (size_t k = 0; settings && k < n; k++)
        free(settings[k]);
    free(settings);
    free(base);
    text_free(&text);
    return code;
}

#include "scoring.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "base/mix.h"
#include "base/page.h"
#include "base/progress.h"
#include "gravity.h"
#include "models/lanes.h"
#include "naive.h"
#include "score_file.h"
#include "trials.h"

const char *const scoring_names[FORECASTERS] = {"model", "last_value", "growth", "gravity"};

struct scoring {
    const struct scoring_request *request;
    const struct experiment *experiment;
    const struct score *score;
    struct scoring_results *results;
    struct quantity_cells cells; /* those of the score, of the scenario that is asked for */
    struct trials *trials;
    struct progress progress;
    size_t n_points, n_replicates;
    double *factors; /* [n_points][n_factors] */
    double *values;  /* [cell][n_points * n_replicates]; NaN of a run that failed */
    size_t *n_well;  /* [n_points] */
};

double scoring_on_scale(const struct judged *judged, double value)
{
    return !judged->is_log ? value : value > 0 ? lane_log(value) : (double)NAN;
}

double scoring_off_scale(const struct judged *judged, double value) { return judged->is_log ? lane_exp(value) : value; }

/* ------------------------------------------------------------------------------------------------------- the runs */

static int prepare(struct scoring *work, struct error *error)
{
    const struct experiment *experiment = work->experiment;
    const size_t n_cells = work->score->cells.n, n_factors = experiment->n_factors;
    work->cells.list = malloc((n_cells + 1) * sizeof *work->cells.list);
    work->factors = calloc(work->n_points, (n_factors + 1) * sizeof *work->factors);
    work->values = calloc(work->n_points * work->n_replicates, (n_cells + 1) * sizeof *work->values);
    work->n_well = calloc(work->n_points, sizeof *work->n_well);
    if (!work->cells.list || !work->factors || !work->values || !work->n_well)
        return error_memory(error);
    for (work->cells.n = 0; work->cells.n < n_cells; work->cells.n++) {
        work->cells.list[work->cells.n] = work->score->cells.list[work->cells.n];
        work->cells.list[work->cells.n].scenario = work->request->scenario;
    }
    if (experiment->design)
        design_fill(experiment->design, 0, work->n_points, work->factors);
    return trials_create(&work->trials, experiment, &work->cells, work->n_replicates, work->request->n_threads, error);
}

/* The luck of a point: that which `entente run` gives it if luck is not common to all. */
static uint64_t seed_of(const struct scoring *work, size_t point)
{
    const uint64_t seed = work->experiment->configurations[work->request->scenario].seed;
    return work->experiment->design ? mix_seed(seed, point) : seed;
}

static int run_point(struct scoring *work, int thread, size_t point, struct error *error)
{
    const size_t n_replicates = work->n_replicates, n_runs = work->n_points * n_replicates;
    struct trial trial = {0};
    if (work->request->stops && work->request->stops())
        return error_set(error, FAILED, "stopped; nothing is written");
    const int code = trials_run(work->trials, thread, work->factors + point * work->experiment->n_factors,
                                seed_of(work, point), &trial, error);
    for (size_t k = 0; k < work->cells.n && code == OK; k++)
        for (size_t r = 0; r < n_replicates; r++)
            work->values[k * n_runs + point * n_replicates + r] =
                r < trial.n_well ? trial.values[k * trial.n_well + r] : (double)NAN;
    work->n_well[point] = trial.n_well;
    progress_add(&work->progress, n_replicates);
    return code;
}

static int run_points(struct scoring *work, struct error *error)
{
    const long long n = (long long)work->n_points;
    int code = OK;
    FILE *out = work->request->progress;
    progress_start(&work->progress, out, out ? page_terminal_width(out) : 0, 1, work->n_points * work->n_replicates,
                   NULL);
    progress_begin_part(&work->progress, 0, work->experiment->configurations[work->request->scenario].name);
#pragma omp parallel for num_threads(work->request->n_threads) schedule(dynamic)
    for (long long k = 0; k < n; k++) {
        struct error own = {0};
        int its_code;
#pragma omp atomic read
        its_code = code;
        if (its_code == OK)
            its_code = run_point(work, omp_get_thread_num(), (size_t)k, &own);
        if (own.text) {
#pragma omp critical(scoring_error)
            {
#pragma omp atomic write
                code = its_code;
                error_append(error, &own);
            }
        }
    }
    progress_finish(&work->progress);
    for (size_t point = 0; point < work->n_points; point++)
        work->results->n_well += work->n_well[point];
    return code;
}

/* ------------------------------------------------------------------------------------------------- the forecasts */

/* That of the runs, from those that have a value on the scale; they are sorted in place. */
static int forecast_by_runs(struct scoring *work, size_t k, struct error *error)
{
    const struct held_out *value = &work->score->values[k];
    const struct judged *judged = &work->score->variables[value->variable];
    struct scoring_results *results = work->results;
    double *x = work->values + k * results->n_runs, sum = 0;
    size_t n = 0;
    for (size_t r = 0; r < results->n_runs; r++) {
        const double on_scale = scoring_on_scale(judged, x[r]);
        if (!isfinite(on_scale))
            continue;
        sum += x[r];
        x[n++] = on_scale;
    }
    if (n < SCORE_LEAST_RUNS)
        return error_set(error, FAILED, "%s: %zu of %zu runs have a value%s; there must be %d or more", value->name, n,
                         results->n_runs, judged->is_log ? " above 0" : "", SCORE_LEAST_RUNS);
    gsl_sort(x, 1, n);
    struct forecast *forecast = &results->forecasts[k * FORECASTERS + OF_MODEL];
    const double observed = scoring_on_scale(judged, value->observed);
    for (size_t q = 0; q < FORECAST_SHARES; q++)
        forecast->quantiles[q] = ensemble_quantile(x, n, forecast_shares[q]);
    forecast->crps = ensemble_crps(x, n, observed);
    forecast->has_spread = true;
    results->means[k] = sum / (double)n;
    results->pits[k] = ensemble_pit(x, n, observed);
    results->counts[k] = n;
    return OK;
}

/* The last value, and what gravity makes of the change of GDP and prices since. What is known from before the years in
 * which these are known is of no use to it. */
static int forecast_by_gravity(const struct scoring *work, const struct held_out *value, struct naive *naive,
                               struct error *error)
{
    const struct experiment *experiment = work->experiment;
    const struct configuration *configuration =
        experiment->hindsight ? experiment->hindsight : experiment_common(experiment);
    const struct known_series *series = &work->score->series[value->series];
    const double later = gravity_explain(configuration, series->element, value->year);
    double *explained = calloc(series->n + 1, sizeof *explained);
    size_t first = series->n;
    if (!explained)
        return error_memory(error);
    for (size_t k = 0; k < series->n; k++)
        explained[k] = gravity_explain(configuration, series->element, series->years[k]);
    while (first > 0 && isfinite(explained[first - 1]))
        first--;
    const struct known known = {series->years + first, series->values + first, explained + first, series->n - first};
    if (known.n > 0)
        *naive = naive_last(&known, value->year, later - explained[series->n - 1]);
    free(explained);
    return OK;
}

static int forecast_naively(struct scoring *work, size_t k, struct error *error)
{
    const struct held_out *value = &work->score->values[k];
    const struct judged *judged = &work->score->variables[value->variable];
    const struct known_series *series = &work->score->series[value->series];
    const struct known known = {.years = series->years, .values = series->values, .n = series->n};
    struct naive naive[FORECASTERS] = {
        [OF_LAST_VALUE] = naive_last(&known, value->year, 0),
        [OF_GROWTH] = naive_growth(&known, value->year),
        [OF_GRAVITY] = {NAN, NAN},
    };
    int code = OK;
    if (gravity_is_of(judged->variable) && judged->is_log)
        code = forecast_by_gravity(work, value, &naive[OF_GRAVITY], error);
    for (size_t f = OF_LAST_VALUE; f < FORECASTERS && code == OK; f++)
        work->results->forecasts[k * FORECASTERS + f] =
            forecast_normal(naive[f].mean, naive[f].sd, scoring_on_scale(judged, value->observed));
    return code;
}

/* ------------------------------------------------------------------------------------------------------ the scores */

/* All years, and each in which a value is held out. */
static void list_leads(struct scoring *work)
{
    struct scoring_results *results = work->results;
    const int last_year = experiment_common(work->experiment)->last_year;
    results->leads[results->n_leads++] = 0;
    for (int lead = 1; lead <= last_year - work->score->after; lead++)
        for (size_t k = 0; k < work->score->n_values; k++)
            if (work->score->values[k].year == work->score->after + lead) {
                results->leads[results->n_leads++] = lead;
                break;
            }
}

static void add_scores(struct scoring *work)
{
    struct scoring_results *results = work->results;
    const struct score *score = work->score;
    for (size_t k = 0; k < score->n_values; k++) {
        const struct held_out *value = &score->values[k];
        const struct forecast *forecasts = results->forecasts + k * FORECASTERS;
        const double observed = scoring_on_scale(&score->variables[value->variable], value->observed);
        for (size_t lead = 0; lead < results->n_leads; lead++) {
            const size_t at = (value->variable * results->n_leads + lead) * FORECASTERS;
            if (lead > 0 && results->leads[lead] != value->year - score->after)
                continue;
            for (size_t f = 0; f < FORECASTERS; f++) {
                scores_add(&results->scores[at + f], &forecasts[f], observed);
                if (forecast_is_there(&forecasts[f]))
                    scores_add(&results->beside[at + f], &forecasts[OF_MODEL], observed);
            }
        }
    }
}

static int take_results(struct scoring *work, struct error *error)
{
    struct scoring_results *results = work->results;
    const struct configuration *common = experiment_common(work->experiment);
    const size_t n = work->score->n_values, n_years = (size_t)(common->last_year - work->score->after);
    const size_t n_scores = work->score->n_variables * (n_years + 1) * FORECASTERS;
    results->n_runs = work->n_points * work->n_replicates;
    results->forecasts = calloc(n * FORECASTERS + 1, sizeof *results->forecasts);
    results->means = calloc(n + 1, sizeof *results->means);
    results->pits = calloc(n + 1, sizeof *results->pits);
    results->counts = calloc(n + 1, sizeof *results->counts);
    results->leads = calloc(n_years + 1, sizeof *results->leads);
    results->scores = calloc(n_scores + 1, sizeof *results->scores);
    results->beside = calloc(n_scores + 1, sizeof *results->beside);
    return results->forecasts && results->means && results->pits && results->counts && results->leads &&
                   results->scores && results->beside
               ? OK
               : error_memory(error);
}

static int judge(struct scoring *work, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < work->score->n_values && code == OK; k++) {
        code = forecast_by_runs(work, k, error);
        if (code == OK)
            code = forecast_naively(work, k, error);
    }
    if (code != OK)
        return code;
    list_leads(work);
    add_scores(work);
    return OK;
}

int scoring_run(const struct scoring_request *request, struct scoring_results *results, struct error *error)
{
    const struct experiment *experiment = request->experiment;
    struct scoring work = {.request = request,
                           .experiment = experiment,
                           .score = experiment->score,
                           .results = results,
                           .n_points = experiment->n_points,
                           .n_replicates = experiment_common(experiment)->n_replicates};
    *results = (struct scoring_results){.experiment = experiment};
    int code = take_results(&work, error);
    if (code == OK)
        code = prepare(&work, error);
    if (code == OK)
        code = run_points(&work, error);
    if (code == OK)
        code = judge(&work, error);
    if (code == OK)
        code = score_file_write(request, results, error);
    trials_free(work.trials);
    free(work.cells.list);
    free(work.factors);
    free(work.values);
    free(work.n_well);
    return code;
}

void scoring_free(struct scoring_results *results)
{
    free(results->forecasts);
    free(results->means);
    free(results->pits);
    free(results->counts);
    free(results->leads);
    free(results->scores);
    free(results->beside);
    *results = (struct scoring_results){0};
}

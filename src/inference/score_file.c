#include "score_file.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "models/registry.h"
#include "output/provenance.h"
#include "output/store.h"

enum axis { VALUE, JUDGED, LEAD, FORECAST, SHARE, LEVEL, BOUND, AXES, MOST_AXES = 5 };

/* The file while it is written. */
struct making {
    struct store *store;
    const struct scoring_results *results;
    const struct score *score;
    size_t n[AXES];
    int axes[AXES];
    double *numbers; /* room for a variable */
};

static int describe(const struct making *making, int handle, const char *long_name, const char *units,
                    struct error *error)
{
    int code = store_attribute_text(making->store, handle, "long_name", long_name, error);
    if (code == OK && units)
        code = store_attribute_text(making->store, handle, "units", units, error);
    return code;
}

static int add_axis(struct making *making, enum axis axis, const char *name, enum store_type type, const void *values,
                    const char *long_name, struct error *error)
{
    const int code =
        store_add_dimension(making->store, name, type, making->n[axis], values, &making->axes[axis], error);
    return code == OK ? describe(making, making->axes[axis], long_name, NULL, error) : code;
}

static int add_axes(struct making *making, struct error *error)
{
    static const char *const bounds[] = {"low", "high"};
    const struct score *score = making->score;
    const char **names = calloc(score->n_values + 1, sizeof *names);
    const char **variables = calloc(score->n_variables + 1, sizeof *variables);
    int code = names && variables ? OK : error_memory(error);
    for (size_t k = 0; code == OK && k < score->n_values; k++)
        names[k] = score->values[k].name;
    for (size_t k = 0; code == OK && k < score->n_variables; k++)
        variables[k] = score->variables[k].variable->name;
    if (code == OK)
        code = add_axis(making, VALUE, "value", STORE_TEXT, names, "value that was held out", error);
    if (code == OK)
        code = add_axis(making, JUDGED, "variable", STORE_TEXT, variables, "variable that is judged", error);
    if (code == OK)
        code = add_axis(making, LEAD, "lead", STORE_INT32, making->results->leads,
                        "years after the last that was known; 0: all of them together", error);
    if (code == OK)
        code = add_axis(making, FORECAST, "forecast", STORE_TEXT, scoring_names,
                        "who forecasts: the model; the last value that was known; that and the mean yearly change "
                        "continued; that and what gravity makes of GDP and prices as they were later",
                        error);
    if (code == OK)
        code =
            add_axis(making, SHARE, "quantile", STORE_DOUBLE, forecast_shares, "share of the probability below", error);
    if (code == OK)
        code =
            add_axis(making, LEVEL, "level", STORE_DOUBLE, forecast_levels, "probability of a central interval", error);
    if (code == OK)
        code = add_axis(making, BOUND, "bound", STORE_TEXT, bounds, "end of an interval", error);
    free(names);
    free(variables);
    return code;
}

/* A variable over some axes, its values in making->numbers. */
static int add_variable(const struct making *making, const char *name, size_t rank, const enum axis *axes,
                        const char *units, const char *long_name, struct error *error)
{
    int handles[MOST_AXES], handle;
    for (size_t k = 0; k < rank; k++)
        handles[k] = making->axes[axes[k]];
    int code = store_add_variable(making->store, name, STORE_DOUBLE, rank, handles, NAN, &handle, error);
    if (code == OK)
        code = describe(making, handle, long_name, units, error);
    return code == OK ? store_write_all(making->store, handle, making->numbers, error) : code;
}

/* ------------------------------------------------------------------------------------------------ value by value */

static const struct judged *judged_of(const struct making *making, size_t k)
{
    return &making->score->variables[making->score->values[k].variable];
}

static double number_of_value(const struct making *making, size_t k, int which)
{
    const struct held_out *value = &making->score->values[k];
    switch (which) {
    case 0: return (double)value->variable;
    case 1: return value->year;
    case 2: return value->observed;
    case 3: return making->results->means[k];
    case 4: return making->results->pits[k];
    default: return (double)making->results->counts[k];
    }
}

static int write_values(const struct making *making, struct error *error)
{
    static const enum axis axes[] = {VALUE, FORECAST, SHARE};
    static const struct {
        const char *name, *units, *long_name;
    } texts[] = {{"value_variable", "1", "which of the variables it is of, from 0"},
                 {"value_year", NULL, "year"},
                 {"observed", NULL, "what was observed, in the unit of the variable"},
                 {"mean", NULL, "mean of the model's runs"},
                 {"pit", "1", "share of the model's runs below what was observed; evenly spread if they are right"},
                 {"runs", "1", "runs of the model that have a value"}};
    const struct forecast *forecasts = making->results->forecasts;
    int code = OK;
    for (int which = 0; which < (int)COUNT(texts) && code == OK; which++) {
        for (size_t k = 0; k < making->n[VALUE]; k++)
            making->numbers[k] = number_of_value(making, k, which);
        code = add_variable(making, texts[which].name, 1, axes, texts[which].units, texts[which].long_name, error);
    }
    for (size_t k = 0; k < making->n[VALUE] * FORECASTERS; k++)
        for (size_t q = 0; q < FORECAST_SHARES; q++)
            making->numbers[k * FORECAST_SHARES + q] =
                scoring_off_scale(judged_of(making, k / FORECASTERS), forecasts[k].quantiles[q]);
    if (code == OK)
        code = add_variable(making, "predicted", 3, axes, NULL,
                            "quantiles of each forecast, in the unit of the variable; without spread the median alone",
                            error);
    for (size_t k = 0; k < making->n[VALUE] * FORECASTERS; k++)
        making->numbers[k] = forecasts[k].crps;
    return code == OK ? add_variable(making, "crps", 2, axes, NULL,
                                     "continuous ranked probability score, on the scale of the variable", error)
                      : code;
}

/* -------------------------------------------------------------------------------------------------------- scores */

static int write_scale(const struct making *making, struct error *error)
{
    static const enum axis axes[] = {JUDGED};
    for (size_t k = 0; k < making->n[JUDGED]; k++)
        making->numbers[k] = making->score->variables[k].is_log;
    return add_variable(making, "variable_is_log", 1, axes, "1",
                        "1 if logarithms are judged, 0 if the values themselves", error);
}

/* 1 - a / b: how much better than another forecast. */
static double skill(double own, double other) { return other > 0 ? 1 - own / other : (double)NAN; }

static double number_of_scores(const struct making *making, size_t k, int which)
{
    const struct scores *scores = &making->results->scores[k], *beside = &making->results->beside[k];
    switch (which) {
    case 0: return (double)scores->n;
    case 1: return (double)scores->n_with_spread;
    case 2: return scores_rmse(scores);
    case 3: return scores_bias(scores);
    case 4: return scores_crps(scores);
    case 5: return skill(scores_rmse(beside), scores_rmse(scores));
    default: return skill(scores_crps(beside), scores_crps(scores));
    }
}

static int write_coverage(const struct making *making, struct error *error)
{
    static const enum axis axes[] = {JUDGED, LEAD, FORECAST, LEVEL, BOUND};
    const size_t n = making->n[JUDGED] * making->n[LEAD] * FORECASTERS;
    const struct scores *scores = making->results->scores;
    for (size_t k = 0; k < n * FORECAST_LEVELS; k++)
        making->numbers[k] = scores_coverage(&scores[k / FORECAST_LEVELS], k % FORECAST_LEVELS);
    int code = add_variable(making, "coverage", 4, axes, "1",
                            "share of what was observed that is within the central interval", error);
    for (size_t k = 0; k < n * FORECAST_LEVELS; k++) {
        const struct scores *one = &scores[k / FORECAST_LEVELS];
        double *bounds = making->numbers + 2 * k;
        bounds[0] = bounds[1] = (double)NAN;
        if (one->n_with_spread > 0)
            wilson_interval(one->n_hits[k % FORECAST_LEVELS], one->n_with_spread, &bounds[0], &bounds[1]);
    }
    return code == OK ? add_variable(making, "coverage_interval", 5, axes, "1",
                                     "95 % interval of that (Wilson), as if values were independent of each other, "
                                     "which they are not",
                                     error)
                      : code;
}

static int write_scores(const struct making *making, struct error *error)
{
    static const enum axis axes[] = {JUDGED, LEAD, FORECAST};
    static const struct {
        const char *name, *units, *long_name;
    } texts[] = {
        {"values", "1", "values that there is a forecast of"},
        {"values_with_spread", "1", "those with intervals"},
        {"rmse", NULL, "root of the mean squared error of the median, on the scale of the variable"},
        {"bias", NULL, "mean error of the median, on the scale of the variable"},
        {"mean_crps", NULL, "mean continuous ranked probability score, on the scale of the variable"},
        {"skill_rmse", "1", "1 - the model's RMSE over this one's, of the values that it has a forecast of"},
        {"skill_crps", "1", "1 - the model's mean CRPS over this one's, likewise"},
    };
    const size_t n = making->n[JUDGED] * making->n[LEAD] * FORECASTERS;
    int code = OK;
    for (int which = 0; which < (int)COUNT(texts) && code == OK; which++) {
        for (size_t k = 0; k < n; k++)
            making->numbers[k] = number_of_scores(making, k, which);
        code = add_variable(making, texts[which].name, 3, axes, texts[which].units, texts[which].long_name, error);
    }
    return code == OK ? write_coverage(making, error) : code;
}

static int write_attributes(const struct making *making, const struct scoring_request *request, struct error *error)
{
    const struct experiment *experiment = request->experiment;
    const struct scoring_results *results = making->results;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"after", making->score->after},
                   {"points", (double)experiment->n_points},
                   {"replicates", (double)experiment_common(experiment)->n_replicates},
                   {"well", (double)results->n_well}};
    const struct {
        const char *name, *value;
    } texts[] = {{"scenario", experiment->configurations[request->scenario].name},
                 {"luck",
                  experiment->design ? "each point its own: that of `common_random_numbers: off`" : "that of the seed"},
                 {"estimator",
                  "CRPS of the model: the fair one of Ferro (2014), mean |x - y| - 1/2 mean |x - x'| over pairs of "
                  "different runs; of the naive forecasts: that of a normal distribution, without spread the "
                  "absolute error. Quantiles of the model: number share (n + 1) of n runs."}};
    int code =
        provenance_of_findings(making->store, experiment, "score", experiment->configurations[request->scenario].seed,
                               request->argc, request->argv, error);
    for (size_t k = 0; k < COUNT(texts) && code == OK; k++)
        code = store_attribute_text(making->store, STORE_ROOT, texts[k].name, texts[k].value, error);
    for (size_t k = 0; k < COUNT(numbers) && code == OK; k++)
        code = store_attribute_numbers(making->store, STORE_ROOT, numbers[k].name, STORE_DOUBLE, 1, &numbers[k].value,
                                       error);
    return code;
}

int score_file_write(const struct scoring_request *request, const struct scoring_results *results, struct error *error)
{
    const struct score *score = request->experiment->score;
    struct making making = {.results = results,
                            .score = score,
                            .n = {[VALUE] = score->n_values,
                                  [JUDGED] = score->n_variables,
                                  [LEAD] = results->n_leads,
                                  [FORECAST] = FORECASTERS,
                                  [SHARE] = FORECAST_SHARES,
                                  [LEVEL] = FORECAST_LEVELS,
                                  [BOUND] = 2}};
    const size_t of_values = score->n_values * FORECASTERS * FORECAST_SHARES,
                 of_scores = score->n_variables * results->n_leads * FORECASTERS * FORECAST_LEVELS * 2;
    making.numbers = malloc((of_values + of_scores) * sizeof *making.numbers);
    int code = making.numbers ? store_create(&making.store, request->output, request->may_overwrite, error)
                              : error_memory(error);
    if (code != OK) {
        free(making.numbers);
        return code;
    }
    code = write_attributes(&making, request, error);
    if (code == OK)
        code = add_axes(&making, error);
    if (code == OK)
        code = write_values(&making, error);
    if (code == OK)
        code = write_scale(&making, error);
    if (code == OK)
        code = write_scores(&making, error);
    free(making.numbers);
    if (code == OK)
        return store_commit(making.store, error);
    store_abort(making.store);
    return code;
}

bool score_file_is_one(const struct reader *reader)
{
    char *name = reader_attribute(reader, "score");
    free(name);
    return name != NULL;
}

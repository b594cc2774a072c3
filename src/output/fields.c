#include "fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known of a variable beside its table: the words for its values. */
static const struct {
    const char *variable, *meanings;
    size_t n;
} flags[] = {{"status", "outsider observer member", 3}};

static const struct {
    size_t n;
    enum dimension of[2];
} axes[N_SHAPES] = {
    [SCALAR] = {0, {0}},
    [BY_AREA] = {1, {AREA}},
    [BY_STATE] = {1, {STATE}},
    [BY_STATE_AREA] = {2, {STATE, AREA}},
    [BY_DYAD] = {2, {STATE, PARTNER}},
    [BY_PAIR] = {2, {STATE, PARTNER}},
};

/* The handles of `n` leading dimensions and of those of the shape; returns how many there are. */
static size_t dimensions_of(const struct fields *fields, size_t n, const enum dimension *leading, enum shape shape,
                            int *handles)
{
    for (size_t k = 0; k < n; k++)
        handles[k] = fields->dimensions[leading[k]];
    for (size_t k = 0; k < axes[shape].n; k++)
        handles[n + k] = fields->dimensions[axes[shape].of[k]];
    return n + axes[shape].n;
}

static int refuse_namesakes(const struct configuration *configurations, size_t n, struct error *error)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (strcmp(configurations[i].name, configurations[j].name) == 0)
                return error_set(
                    error, BAD_INPUT,
                    "two scenarios are called %s; give one of them another `name:`, since the output tells "
                    "scenarios apart by name",
                    configurations[i].name);
    return OK;
}

static int add_numbers(struct fields *fields, struct store *store, enum dimension dimension, const char *name,
                       const char *long_name, size_t n, int first, struct error *error)
{
    int32_t *values = malloc((n ? n : 1) * sizeof *values);
    if (!values)
        return error_memory(error);
    for (size_t k = 0; k < n; k++)
        values[k] = (int32_t)(first + (int)k);
    int *handle = &fields->dimensions[dimension];
    int code = store_add_dimension(store, name, STORE_INT32, n, values, handle, error);
    if (code == OK)
        code = store_attribute_text(store, *handle, "long_name", long_name, error);
    free(values);
    return code;
}

static int add_names(struct fields *fields, struct store *store, enum dimension dimension, const char *name,
                     const char *long_name, size_t n, const char *const *values, struct error *error)
{
    int *handle = &fields->dimensions[dimension];
    int code = store_add_dimension(store, name, STORE_TEXT, n, values, handle, error);
    if (code == OK)
        code = store_attribute_text(store, *handle, "long_name", long_name, error);
    return code;
}

/* A text along one dimension, such as the names of states. */
static int add_labels(struct fields *fields, struct store *store, enum dimension dimension, const char *name,
                      const char *long_name, const char *const *values, struct error *error)
{
    int handle;
    int code = store_add_variable(store, name, STORE_TEXT, 1, &fields->dimensions[dimension], 0, &handle, error);
    if (code == OK)
        code = store_write_all(store, handle, values, error);
    if (code == OK)
        code = store_attribute_text(store, handle, "long_name", long_name, error);
    return code;
}

static const char *text_or_empty(const char *text) { return text ? text : ""; }

static int add_scenarios(struct fields *fields, struct store *store, const struct configuration *configurations,
                         size_t n, struct error *error)
{
    const char **text = malloc(n * sizeof *text);
    if (!text)
        return error_memory(error);
    for (size_t k = 0; k < n; k++)
        text[k] = configurations[k].name;
    int code = add_names(fields, store, SCENARIO, "scenario", "scenario", n, text, error);
    for (size_t k = 0; k < n; k++)
        text[k] = text_or_empty(configurations[k].title);
    if (code == OK)
        code = add_labels(fields, store, SCENARIO, "scenario_title", "title of the scenario", text, error);
    for (size_t k = 0; k < n; k++)
        text[k] = text_or_empty(configurations[k].resolved);
    if (code == OK)
        code = add_labels(fields, store, SCENARIO, "configuration", "everything that was used, as one YAML document",
                          text, error);
    free(text);
    return code;
}

static int add_states(struct fields *fields, struct store *store, const struct configuration *configuration,
                      struct error *error)
{
    const size_t n = configuration->n_states;
    const char **text = malloc((n ? n : 1) * sizeof *text);
    if (!text)
        return error_memory(error);
    for (size_t i = 0; i < n; i++)
        text[i] = configuration->states[i].id;
    int code = add_names(fields, store, STATE, "state", "state", n, text, error);
    if (code == OK)
        code = add_names(fields, store, PARTNER, "partner", "the other state of a pair", n, text, error);
    for (size_t i = 0; i < n; i++)
        text[i] = text_or_empty(configuration->states[i].name);
    if (code == OK)
        code = add_labels(fields, store, STATE, "state_name", "name of the state", text, error);
    free(text);
    return code;
}

static bool has_statistics(const struct configuration *configuration)
{
    for (size_t k = 0; k < configuration->n_record; k++)
        if (configuration->record[k].has_statistics)
            return true;
    return false;
}

static int add_dimensions(struct fields *fields, struct store *store, const struct configuration *configurations,
                          size_t n, struct error *error)
{
    const struct configuration *first = configurations;
    const size_t n_years = (size_t)(first->last_year - first->first_year) + 1;
    int code = add_scenarios(fields, store, configurations, n, error);
    if (code == OK)
        code = add_numbers(fields, store, POINT, "point", "point of an experiment's design", 1, 0, error);
    if (code == OK)
        code = add_numbers(fields, store, REPLICATE, "replicate", "replicate", first->n_replicates, 0, error);
    if (code == OK)
        code = add_numbers(fields, store, YEAR, "year", "calendar year", n_years, first->first_year, error);
    if (code == OK)
        code = add_states(fields, store, first, error);
    if (code == OK)
        code = add_names(fields, store, AREA, "area", "area of cooperation", AREAS, configuration_areas, error);
    if (code != OK || !has_statistics(first))
        return code;
    int *handle = &fields->dimensions[QUANTILE];
    code = store_add_dimension(store, "quantile", STORE_DOUBLE, first->n_quantiles, first->quantiles, handle, error);
    if (code == OK)
        code = store_attribute_text(store, *handle, "long_name", "share of replicates at or below the value", error);
    return code;
}

/* The whole numbers of `type` that a flag can take, and the word for each. */
static int describe_flags(struct store *store, int handle, enum store_type type, size_t n, const char *meanings,
                          struct error *error)
{
    double values[16];
    for (size_t k = 0; k < n; k++)
        values[k] = (double)k;
    int code = store_attribute_numbers(store, handle, "flag_values", type, n, values, error);
    if (code == OK)
        code = store_attribute_text(store, handle, "flag_meanings", meanings, error);
    return code;
}

static int describe_known_flags(struct store *store, int handle, const struct variable *variable, struct error *error)
{
    for (size_t k = 0; k < COUNT(flags); k++)
        if (strcmp(flags[k].variable, variable->name) == 0)
            return describe_flags(store, handle, STORE_INT8, flags[k].n, flags[k].meanings, error);
    return OK;
}

/* Labels that belong to the values, so that readers attach them (CF: auxiliary coordinates). */
static int describe_coordinates(struct store *store, int handle, enum shape shape, struct error *error)
{
    const bool has_states = axes[shape].n > 0 && axes[shape].of[0] == STATE;
    return store_attribute_text(store, handle, "coordinates",
                                has_states ? "scenario_title state_name" : "scenario_title", error);
}

/* What the table says of a variable. `what` comes after the meaning: ", mean over replicates". */
static int describe_variable(struct store *store, int handle, const struct variable *variable, const char *what,
                             struct error *error)
{
    size_t length = strlen(variable->meaning);
    while (length > 0 && variable->meaning[length - 1] == '.')
        length--; /* a name, no sentence */
    char *long_name = malloc(length + strlen(what) + 1);
    if (!long_name)
        return error_memory(error);
    sprintf(long_name, "%.*s%s", (int)length, variable->meaning, what);
    int code = store_attribute_text(store, handle, "long_name", long_name, error);
    free(long_name);
    if (code == OK)
        code = store_attribute_text(store, handle, "units", variable->unit, error);
    if (code == OK && variable->source)
        code = store_attribute_text(store, handle, "default_source", variable->source, error);
    /* not CF's valid_range: netCDF4 for Python would hide what the model brings beyond the range of a start */
    const double range[2] = {variable->low, variable->high};
    if (code == OK && variable->low < variable->high)
        code = store_attribute_numbers(store, handle, "accepted_range", STORE_DOUBLE, 2, range, error);
    return code;
}

static bool is_small_whole(const struct variable *variable)
{
    return (variable->flags & WHOLE) && variable->low >= 0 && variable->high <= INT8_MAX;
}

static int add_series(struct fields *fields, struct store *store, const struct configuration *configuration,
                      const struct variable *variable, bool is_final, struct error *error)
{
    static const enum dimension leading[] = {SCENARIO, POINT, REPLICATE, YEAR};
    struct series *series = &fields->series[fields->n_series++];
    const bool is_whole = is_small_whole(variable);
    *series = (struct series){
        .variable = variable,
        .cells = &fields->cells[variable->shape],
        .type = is_whole                   ? STORE_INT8
                : configuration->is_double ? STORE_DOUBLE
                                           : STORE_FLOAT,
        .fill = is_whole ? -1 : STORE_FILL,
        .n_years = is_final ? 1 : (size_t)(configuration->last_year - configuration->first_year) + 1,
        .is_final = is_final,
    };
    int handles[STORE_RANK];
    const size_t rank = dimensions_of(fields, is_final ? 3 : 4, leading, variable->shape, handles);
    char name[256];
    snprintf(name, sizeof name, "%s%s", variable->name, is_final ? "_final" : "");
    int code = store_add_variable(store, name, series->type, rank, handles, series->fill, &series->dataset, error);
    if (code == OK)
        code = describe_variable(store, series->dataset, variable, is_final ? ", in the last year" : "", error);
    if (code == OK)
        code = describe_known_flags(store, series->dataset, variable, error);
    if (code == OK)
        code = describe_coordinates(store, series->dataset, variable->shape, error);
    return code;
}

/* One of the three datasets of a statistic. */
static int add_reduction(struct fields *fields, struct store *store, const struct configuration *configuration,
                         const struct variable *variable, const char *suffix, const char *what, const char *method,
                         int *handle, struct error *error)
{
    static const enum dimension leading[] = {SCENARIO, POINT, YEAR};
    int handles[STORE_RANK];
    size_t rank = dimensions_of(fields, COUNT(leading), leading, variable->shape, handles);
    if (!method)
        handles[rank++] = fields->dimensions[QUANTILE];
    char name[256];
    snprintf(name, sizeof name, "%s_%s", variable->name, suffix);
    const enum store_type type = configuration->is_double ? STORE_DOUBLE : STORE_FLOAT;
    int code = store_add_variable(store, name, type, rank, handles, STORE_FILL, handle, error);
    if (code == OK)
        code = describe_variable(store, *handle, variable, what, error);
    if (code == OK && method)
        code = store_attribute_text(store, *handle, "cell_methods", method, error);
    if (code == OK)
        code = describe_coordinates(store, *handle, variable->shape, error);
    return code;
}

static int add_statistic(struct fields *fields, struct store *store, const struct configuration *configuration,
                         const struct variable *variable, struct error *error)
{
    struct statistic *statistic = &fields->statistics[fields->n_statistics++];
    *statistic = (struct statistic){.variable = variable, .cells = &fields->cells[variable->shape]};
    if (fields->n_statistics > 1)
        statistic->first = statistic[-1].first + statistic[-1].cells->n_elements;
    int code = add_reduction(fields, store, configuration, variable, "mean", ", mean over replicates",
                             "replicate: mean", &statistic->mean, error);
    if (code == OK)
        code = add_reduction(fields, store, configuration, variable, "sd", ", standard deviation over replicates",
                             "replicate: standard_deviation", &statistic->sd, error);
    if (code == OK)
        code = add_reduction(fields, store, configuration, variable, "quantile", ", quantiles over replicates", NULL,
                             &statistic->quantile, error);
    return code;
}

static int add_recorded(struct fields *fields, struct store *store, const struct configuration *configuration,
                        struct error *error)
{
    const size_t n = configuration->n_record;
    fields->series = calloc(2 * n + 1, sizeof *fields->series);
    fields->statistics = calloc(n + 1, sizeof *fields->statistics);
    if (!fields->series || !fields->statistics)
        return error_memory(error);
    int code = OK;
    for (size_t k = 0; k < n && code == OK; k++) {
        const struct record_entry *entry = &configuration->record[k];
        if (entry->has_trajectories)
            code = add_series(fields, store, configuration, entry->variable, false, error);
        if (code == OK && entry->has_final)
            code = add_series(fields, store, configuration, entry->variable, true, error);
        if (code == OK && entry->has_statistics)
            code = add_statistic(fields, store, configuration, entry->variable, error);
    }
    return code;
}

static int add_run_status(struct fields *fields, struct store *store, struct error *error)
{
    const int *handles = fields->dimensions; /* scenario, point, replicate */
    int code = store_add_variable(store, "run_status", STORE_INT8, 3, handles, -1, &fields->run_status, error);
    if (code == OK)
        code = store_attribute_text(store, fields->run_status, "long_name", "how the replicate ended", error);
    if (code == OK)
        code = describe_flags(store, fields->run_status, STORE_INT8, 2, "ok failed", error);
    if (code == OK)
        code = store_add_variable(store, "failed_year", STORE_INT32, 3, handles, STORE_FILL_INT32, &fields->failed_year,
                                  error);
    if (code == OK)
        code = store_attribute_text(store, fields->failed_year, "long_name",
                                    "first year with a number that is not finite", error);
    if (code == OK)
        code = store_add_variable(store, "failed_variable", STORE_TEXT, 3, handles, 0, &fields->failed_variable, error);
    if (code == OK)
        code = store_attribute_text(store, fields->failed_variable, "long_name",
                                    "first variable that was not finite; empty if all is well", error);
    return code;
}

/* The sources of a variable's observations, each once. */
static char *sources_of(const struct configuration *configuration, const struct variable *variable)
{
    char *text = strdup("");
    for (size_t k = 0; k < configuration->n_observations && text; k++) {
        const struct observation *observation = &configuration->observations[k];
        if (observation->variable != variable || !observation->source || strstr(text, observation->source))
            continue;
        const size_t size = strlen(text) + strlen(observation->source) + 3;
        char *longer = malloc(size);
        if (longer)
            snprintf(longer, size, "%s%s%s", text, *text ? "; " : "", observation->source);
        free(text);
        text = longer;
    }
    return text;
}

static int add_observed_variable(struct fields *fields, struct store *store, const struct configuration *configuration,
                                 const struct variable *variable, struct error *error)
{
    static const enum dimension leading[] = {YEAR};
    const struct cells *cells = &fields->cells[variable->shape];
    const size_t n_years = (size_t)(configuration->last_year - configuration->first_year) + 1;
    double *values = malloc((n_years * cells->n_cells + 1) * sizeof *values);
    char *source = sources_of(configuration, variable), name[256];
    int code = OK, handle, handles[STORE_RANK];
    if (!values || !source) {
        code = error_memory(error);
        goto out;
    }
    for (size_t k = 0; k < n_years * cells->n_cells; k++)
        values[k] = NAN;
    for (size_t k = 0; k < configuration->n_observations; k++) {
        const struct observation *seen = &configuration->observations[k];
        if (seen->variable != variable || seen->year < configuration->first_year ||
            seen->year > configuration->last_year)
            continue;
        double *row = values + (size_t)(seen->year - configuration->first_year) * cells->n_cells;
        row[cells->is_plain ? seen->element : cells->cell[seen->element]] = seen->value;
        row[cells->is_plain ? seen->element : cells->mirror[seen->element]] = seen->value;
    }
    const size_t rank = dimensions_of(fields, 1, leading, variable->shape, handles);
    snprintf(name, sizeof name, "observed_%s", variable->name);
    code = store_add_variable(store, name, STORE_DOUBLE, rank, handles, NAN, &handle, error);
    if (code == OK)
        code = store_write_all(store, handle, values, error);
    if (code == OK)
        code = store_attribute_text(store, handle, "long_name", variable->meaning, error);
    if (code == OK)
        code = store_attribute_text(store, handle, "units", variable->unit, error);
    if (code == OK && *source)
        code = store_attribute_text(store, handle, "source", source, error);
out:
    free(values);
    free(source);
    return code;
}

/* Observations are the world's, not a scenario's: those of the first configuration that has any. */
static int add_observed(struct fields *fields, struct store *store, const struct configuration *configurations,
                        size_t n, struct error *error)
{
    size_t which = 0;
    while (which < n && configurations[which].n_observations == 0)
        which++;
    if (which == n)
        return OK;
    const struct configuration *configuration = &configurations[which];
    int code = OK;
    for (size_t k = 0; k < configuration->n_observations && code == OK; k++) {
        const struct variable *variable = configuration->observations[k].variable;
        bool is_new = true;
        for (size_t earlier = 0; earlier < k && is_new; earlier++)
            is_new = configuration->observations[earlier].variable != variable;
        if (is_new)
            code = add_observed_variable(fields, store, configuration, variable, error);
    }
    return code;
}

int fields_create(struct fields *fields, struct store *store, const struct configuration *configurations, size_t n,
                  struct error *error)
{
    int code = refuse_namesakes(configurations, n, error);
    for (int shape = 0; shape < N_SHAPES && code == OK; shape++)
        code = cells_init(&fields->cells[shape], (enum shape)shape, configurations->n_states, error);
    if (code == OK)
        code = add_dimensions(fields, store, configurations, n, error);
    if (code == OK)
        code = add_recorded(fields, store, configurations, error);
    if (code == OK)
        code = add_run_status(fields, store, error);
    if (code == OK)
        code = add_observed(fields, store, configurations, n, error);
    return code;
}

void fields_free(struct fields *fields)
{
    for (int shape = 0; shape < N_SHAPES; shape++)
        cells_free(&fields->cells[shape]);
    free(fields->series);
    free(fields->statistics);
    *fields = (struct fields){0};
}

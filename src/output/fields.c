#include "fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

/* Whole numbers along a dimension: those given, or first, first + 1, ... */
static int add_numbers(struct fields *fields, struct store *store, enum dimension dimension, const char *name,
                       const char *long_name, size_t n, const int *given, int first, struct error *error)
{
    int32_t *values = malloc((n ? n : 1) * sizeof *values);
    if (!values)
        return error_memory(error);
    for (size_t k = 0; k < n; k++)
        values[k] = given ? given[k] : first + (int)k;
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

/* The scenarios of a tile; the configurations come along with the whole alone. */
static int add_scenarios(struct fields *fields, struct store *store, const struct configuration *configurations,
                         size_t n, bool is_part, struct error *error)
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
    if (code == OK && !is_part)
        code = add_labels(fields, store, SCENARIO, "configuration", "everything that was used, as one YAML document",
                          text, error);
    free(text);
    return code;
}

static int add_states(struct fields *fields, struct store *store, const struct configuration *configuration,
                      struct error *error)
{
    const size_t n = configuration->n_kept_states;
    const char **text = malloc((n ? n : 1) * sizeof *text);
    if (!text)
        return error_memory(error);
    for (size_t i = 0; i < n; i++)
        text[i] = configuration->states[configuration->kept_states[i]].id;
    int code = add_names(fields, store, STATE, "state", "state", n, text, error);
    if (code == OK)
        code = add_names(fields, store, PARTNER, "partner", "the other state of a pair", n, text, error);
    for (size_t i = 0; i < n; i++)
        text[i] = text_or_empty(configuration->states[configuration->kept_states[i]].name);
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

static int add_dimensions(struct fields *fields, struct store *store, const struct experiment *experiment,
                          const struct tile *tile, bool is_part, struct error *error)
{
    const struct configuration *first = experiment_common(experiment);
    int code =
        add_scenarios(fields, store, experiment->configurations + tile->scenario, tile->n_scenarios, is_part, error);
    if (code == OK)
        code = add_numbers(fields, store, POINT, "point", "point of an experiment's design", tile->n_points, NULL,
                           (int)tile->point, error);
    if (code == OK)
        code = add_numbers(fields, store, REPLICATE, "replicate", "replicate", tile->n_replicates, NULL,
                           (int)tile->replicate, error);
    if (code == OK)
        code = add_numbers(fields, store, YEAR, "year", "calendar year", fields->n_years, fields->years, 0, error);
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

/* The coordinate of a factor along `point`: numbers, or the words of its levels. */
static int add_factor(struct fields *fields, struct store *store, const struct experiment *experiment, size_t f,
                      int *handle, struct error *error)
{
    const struct factor *factor = &experiment->factors[f];
    const struct varied *varied = &experiment->varied[f];
    const bool is_text = factor->distribution == LEVELS && !varied->numbers;
    int code = store_add_variable(store, factor->name, is_text ? STORE_TEXT : STORE_DOUBLE, 1,
                                  &fields->dimensions[POINT], NAN, handle, error);
    if (code == OK && *varied->meaning)
        code = store_attribute_text(store, *handle, "long_name", varied->meaning, error);
    if (code == OK && *varied->unit)
        code = store_attribute_text(store, *handle, "units", varied->unit, error);
    return code;
}

/* Some points of one factor, out of values[n][n_factors]. `column` has room for n numbers or texts. */
static int write_factor(struct store *store, const struct experiment *experiment, size_t f, int handle, size_t first,
                        size_t n, const double *values, void *column, struct error *error)
{
    const struct varied *varied = &experiment->varied[f];
    const bool has_levels = experiment->factors[f].distribution == LEVELS;
    for (size_t k = 0; k < n; k++) {
        const double value = values[k * experiment->n_factors + f];
        if (has_levels && !varied->numbers)
            ((char **)column)[k] = varied->words[(size_t)value];
        else
            ((double *)column)[k] = has_levels ? varied->numbers[(size_t)value] : value;
    }
    return store_write(store, handle, (size_t[STORE_RANK]){first}, (size_t[STORE_RANK]){n}, column, error);
}

static int write_factors(struct store *store, const struct experiment *experiment, const struct tile *tile,
                         const int *handles, struct error *error)
{
    enum { STEP = 4096 };
    int code = OK;
    double *values = malloc(STEP * experiment->n_factors * sizeof *values);
    void *column = malloc(STEP * (sizeof(double) + sizeof(char *)));
    if (!values || !column)
        code = error_memory(error);
    for (size_t first = 0; first < tile->n_points && code == OK; first += STEP) {
        const size_t left = tile->n_points - first, n = left < STEP ? left : STEP;
        design_fill(experiment->design, tile->point + first, n, values);
        for (size_t f = 0; f < experiment->n_factors && code == OK; f++)
            code = write_factor(store, experiment, f, handles[f], first, n, values, column, error);
    }
    free(values);
    free(column);
    return code;
}

/* The design. That its variables are coordinates is told for the file as a whole. */
static int add_factors(struct fields *fields, struct store *store, const struct experiment *experiment,
                       const struct tile *tile, struct error *error)
{
    const size_t n = experiment->n_factors;
    struct text names = {0};
    int code = OK, *handles = calloc(n + 1, sizeof *handles);
    if (!handles)
        return error_memory(error);
    for (size_t f = 0; f < n && code == OK; f++) {
        text_add(&names, "%s%s", f ? " " : "", experiment->factors[f].name);
        code = add_factor(fields, store, experiment, f, &handles[f], error);
    }
    if (code == OK && n > 0)
        code = names.is_exhausted ? error_memory(error)
                                  : store_attribute_text(store, STORE_ROOT, "coordinates", names.bytes, error);
    if (code == OK && n > 0)
        code = write_factors(store, experiment, tile, handles, error);
    text_free(&names);
    free(handles);
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

const char *fields_series_name(const struct series *series, char *name, size_t size)
{
    snprintf(name, size, "%s%s", series->variable->name, series->is_final ? "_final" : "");
    return name;
}

const char *fields_statistic_name(const struct statistic *statistic, int reduction, char *name, size_t size)
{
    static const char *const suffixes[FIELDS_REDUCTIONS] = {"mean", "sd", "quantile"};
    snprintf(name, size, "%s_%s", statistic->variable->name, suffixes[reduction]);
    return name;
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
        .n_years = is_final ? 1 : fields->n_years,
        .is_final = is_final,
    };
    int handles[STORE_RANK];
    const size_t rank = dimensions_of(fields, is_final ? 3 : 4, leading, variable->shape, handles);
    char name[256];
    fields_series_name(series, name, sizeof name);
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
static int add_reduction(struct fields *fields, struct store *store, const struct statistic *statistic, int reduction,
                         int *handle, struct error *error)
{
    static const enum dimension leading[] = {SCENARIO, POINT, YEAR};
    static const char *const what[] = {", mean over replicates", ", standard deviation over replicates",
                                       ", quantiles over replicates"};
    static const char *const methods[] = {"replicate: mean", "replicate: standard_deviation", NULL};
    const struct variable *variable = statistic->variable;
    int handles[STORE_RANK];
    size_t rank = dimensions_of(fields, COUNT(leading), leading, variable->shape, handles);
    if (!methods[reduction])
        handles[rank++] = fields->dimensions[QUANTILE];
    char name[256];
    fields_statistic_name(statistic, reduction, name, sizeof name);
    const enum store_type type = fields->is_double ? STORE_DOUBLE : STORE_FLOAT;
    int code = store_add_variable(store, name, type, rank, handles, STORE_FILL, handle, error);
    if (code == OK)
        code = describe_variable(store, *handle, variable, what[reduction], error);
    if (code == OK && methods[reduction])
        code = store_attribute_text(store, *handle, "cell_methods", methods[reduction], error);
    if (code == OK)
        code = describe_coordinates(store, *handle, variable->shape, error);
    return code;
}

static int add_statistic(struct fields *fields, struct store *store, const struct variable *variable,
                         struct error *error)
{
    struct statistic *statistic = &fields->statistics[fields->n_statistics++];
    *statistic = (struct statistic){.variable = variable, .cells = &fields->cells[variable->shape]};
    if (fields->n_statistics > 1)
        statistic->first = statistic[-1].first + statistic[-1].cells->n_elements;
    int *const handles[FIELDS_REDUCTIONS] = {&statistic->mean, &statistic->sd, &statistic->quantile};
    int code = OK;
    for (int r = 0; r < FIELDS_REDUCTIONS && code == OK; r++)
        code = add_reduction(fields, store, statistic, r, handles[r], error);
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
            code = add_statistic(fields, store, entry->variable, error);
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

/* The place of a year among those that are kept; fields->n_years if it is not. */
static size_t find_year(const struct fields *fields, int year)
{
    size_t t = 0;
    while (t < fields->n_years && fields->years[t] != year)
        t++;
    return t;
}

/* Put an observation into a year's row, if its state or dyad is kept. */
static void place_observation(const struct cells *cells, const struct observation *seen, double *row)
{
    if (cells->is_plain)
        row[seen->element] = seen->value;
    for (size_t e = 0; !cells->is_plain && e < cells->n_elements; e++)
        if ((cells->source ? cells->source[e] : e) == seen->element)
            row[cells->cell[e]] = row[cells->mirror[e]] = seen->value;
}

static int add_observed_variable(struct fields *fields, struct store *store, const struct configuration *configuration,
                                 const struct variable *variable, struct error *error)
{
    static const enum dimension leading[] = {YEAR};
    const struct cells *cells = &fields->cells[variable->shape];
    double *values = malloc((fields->n_years * cells->n_cells + 1) * sizeof *values);
    char *source = sources_of(configuration, variable), name[256];
    int code = OK, handle, handles[STORE_RANK];
    if (!values || !source) {
        code = error_memory(error);
        goto out;
    }
    for (size_t k = 0; k < fields->n_years * cells->n_cells; k++)
        values[k] = NAN;
    for (size_t k = 0; k < configuration->n_observations; k++) {
        const struct observation *seen = &configuration->observations[k];
        const size_t year = find_year(fields, seen->year);
        if (seen->variable == variable && year < fields->n_years)
            place_observation(cells, seen, values + year * cells->n_cells);
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

int fields_create(struct fields *fields, struct store *store, const struct experiment *experiment,
                  const struct tile *tile, bool is_part, struct error *error)
{
    const struct configuration *common = experiment_common(experiment);
    fields->is_double = common->is_double;
    fields->n_years = common->n_kept_years;
    fields->years = malloc((fields->n_years + 1) * sizeof *fields->years);
    if (!fields->years)
        return error_memory(error);
    memcpy(fields->years, common->kept_years, fields->n_years * sizeof *fields->years);
    int code = refuse_namesakes(experiment->configurations, experiment->n_scenarios, error);
    for (int shape = 0; shape < N_SHAPES && code == OK; shape++)
        code = cells_init(&fields->cells[shape], (enum shape)shape, common->n_states, common->kept_states,
                          common->n_kept_states, error);
    if (code == OK)
        code = add_dimensions(fields, store, experiment, tile, is_part, error);
    if (code == OK && !is_part)
        code = add_factors(fields, store, experiment, tile, error);
    if (code == OK)
        code = add_recorded(fields, store, common, error);
    if (code == OK)
        code = add_run_status(fields, store, error);
    if (code == OK && !is_part)
        code = add_observed(fields, store, experiment->configurations, experiment->n_scenarios, error);
    return code;
}

void fields_free(struct fields *fields)
{
    for (int shape = 0; shape < N_SHAPES; shape++)
        cells_free(&fields->cells[shape]);
    free(fields->years);
    free(fields->series);
    free(fields->statistics);
    *fields = (struct fields){0};
}

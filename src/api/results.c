/* Results in memory: the numbers of each variable as the recorder lays them out, all replicates at once. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/arena.h"
#include "engine/ensemble.h"
#include "handover.h"
#include "output/cells.h"
#include "output/rows.h"
#include "simulation.h"

enum { MOST_THREADS = 4096, LEADING = 2 /* replicate, year */ };

/* A variable that is kept. */
struct kept {
    const struct variable *variable;
    const struct cells *cells;
    double *values; /* [whole batches of replicates][year][cell] */
    struct entente_view view;
};

/* The places along a dimension and their names. */
struct axis {
    const char *name;
    const char *const *labels; /* [n]; NULL: they have none */
    size_t n;
};

enum dimension { REPLICATE, YEAR, STATE, PARTNER, AREA, N_DIMENSIONS };

struct entente_results {
    struct arena memory; /* of all but the values */
    struct axis axes[N_DIMENSIONS];
    struct cells cells[N_SHAPES];
    struct kept *kept;
    size_t n_kept;
    const int *years; /* that are kept, ascending */
    long *slots;      /* [years of a run]: the place of a year among those that are kept, or -1 */
    struct replicate_status *status;
};

static char *copy(struct arena *memory, const char *text) { return arena_copy(memory, text, strlen(text)); }

static int take_years(struct entente_results *results, const struct configuration *configuration)
{
    const size_t n_run = (size_t)(configuration->last_year - configuration->first_year) + 1;
    const size_t n = configuration->n_kept_years;
    int *years = arena_take(&results->memory, n + 1, sizeof *years);
    const char **labels = arena_take(&results->memory, n + 1, sizeof *labels);
    results->slots = arena_take(&results->memory, n_run, sizeof *results->slots);
    if (!years || !labels || !results->slots)
        return FAILED;
    for (size_t t = 0; t < n_run; t++)
        results->slots[t] = -1;
    for (size_t k = 0; k < n; k++) {
        char label[16];
        years[k] = configuration->kept_years[k];
        snprintf(label, sizeof label, "%d", years[k]);
        labels[k] = copy(&results->memory, label);
        results->slots[years[k] - configuration->first_year] = (long)k;
    }
    results->years = years;
    results->axes[YEAR] = (struct axis){"year", labels, n};
    return OK;
}

static int take_names(struct entente_results *results, const struct configuration *configuration)
{
    const size_t n = configuration->n_kept_states;
    const char **ids = arena_take(&results->memory, n + 1, sizeof *ids);
    if (!ids)
        return FAILED;
    for (size_t k = 0; k < n; k++)
        ids[k] = copy(&results->memory, configuration->states[configuration->kept_states[k]].id);
    results->axes[REPLICATE] = (struct axis){"replicate", NULL, configuration->n_replicates};
    results->axes[STATE] = (struct axis){"state", ids, n};
    results->axes[PARTNER] = (struct axis){"partner", ids, n};
    results->axes[AREA] = (struct axis){"area", configuration_areas, AREAS};
    return OK;
}

static struct entente_view view_of(const struct entente_results *results, const struct variable *variable,
                                   const double *values)
{
    static const enum dimension behind[N_SHAPES][2] = {[BY_AREA] = {AREA},
                                                       [BY_STATE] = {STATE},
                                                       [BY_STATE_AREA] = {STATE, AREA},
                                                       [BY_DYAD] = {STATE, PARTNER},
                                                       [BY_PAIR] = {STATE, PARTNER}};
    static const size_t n_behind[N_SHAPES] = {
        [BY_AREA] = 1, [BY_STATE] = 1, [BY_STATE_AREA] = 2, [BY_DYAD] = 2, [BY_PAIR] = 2};
    struct entente_view view = {.name = variable->name,
                                .unit = variable->unit,
                                .description = variable->meaning,
                                .values = values,
                                .n_dimensions = LEADING + n_behind[variable->shape]};
    for (size_t k = 0; k < view.n_dimensions; k++) {
        const struct axis *axis = &results->axes[k < LEADING ? k : behind[variable->shape][k - LEADING]];
        view.dimensions[k] = axis->name;
        view.sizes[k] = axis->n;
    }
    return view;
}

/* Room for the values of a variable. */
static int take_variable(struct entente_results *results, const struct variable *variable)
{
    const size_t n_rows = lanes_padded(results->axes[REPLICATE].n), n_years = results->axes[YEAR].n;
    const struct cells *cells = &results->cells[variable->shape];
    size_t n;
    if (__builtin_mul_overflow(n_rows, n_years * cells->n_cells, &n) || n > SIZE_MAX / sizeof(double))
        return FAILED;
    double *values = malloc((n > 0 ? n : 1) * sizeof *values);
    if (!values)
        return FAILED;
    results->kept[results->n_kept++] = (struct kept){variable, cells, values, view_of(results, variable, values)};
    return OK;
}

static int take_variables(struct entente_results *results, const struct configuration *configuration,
                          struct error *error)
{
    int code = OK;
    results->kept = arena_take(&results->memory, configuration->n_record + 1, sizeof *results->kept);
    results->status = calloc(configuration->n_replicates, sizeof *results->status);
    if (!results->kept || !results->status)
        return FAILED;
    for (size_t shape = 0; shape < N_SHAPES && code == OK; shape++)
        code = cells_init(&results->cells[shape], (enum shape)shape, configuration->n_states,
                          configuration->kept_states, configuration->n_kept_states, error);
    for (size_t k = 0; k < configuration->n_record && code == OK; k++)
        if (configuration->record[k].has_trajectories)
            code = take_variable(results, configuration->record[k].variable);
    return code;
}

static int take_results(struct entente_results **made, const struct configuration *configuration, struct error *error)
{
    struct entente_results *results = *made = calloc(1, sizeof *results);
    if (!results || take_names(results, configuration) != OK || take_years(results, configuration) != OK ||
        take_variables(results, configuration, error) != OK || results->memory.is_exhausted)
        return error_memory(error);
    return OK;
}

/* Keep a year of a batch of lanes. Each touches its own numbers alone. */
static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    const struct entente_results *results = context;
    const long slot = results->slots[year_index];
    (void)n_lanes, (void)status;
    for (size_t k = 0; k < results->n_kept && slot >= 0; k++) {
        const struct kept *kept = &results->kept[k];
        const lane_array *lanes = (const lane_array *)registry_variable_lanes(world, kept->variable);
        const size_t n_cells = kept->cells->n_cells, stride = results->axes[YEAR].n * n_cells;
        rows_of_doubles(lanes, kept->cells->element, n_cells, NAN,
                        kept->values + first_replicate * stride + (size_t)slot * n_cells, stride);
    }
}

/* From its failing year on, a replicate that failed is missing. */
static void empty_failed(struct entente_results *results, size_t replicate)
{
    const size_t n_years = results->axes[YEAR].n;
    const size_t n_well = replicate_well_years(&results->status[replicate], results->years, n_years);
    for (size_t k = 0; k < results->n_kept; k++) {
        const size_t n_cells = results->kept[k].cells->n_cells;
        double *values = results->kept[k].values + replicate * n_years * n_cells;
        for (size_t c = n_well * n_cells; c < n_years * n_cells; c++)
            values[c] = NAN;
    }
}

static int run(struct entente_results *results, const struct configuration *configuration, int n_threads,
               struct error *error)
{
    struct observer observer = {.observe = observe, .context = results};
    for (size_t k = 0; k < results->n_kept; k++)
        observer_look_at(&observer, results->kept[k].variable);
    const int code = ensemble_run(configuration, 0, configuration->n_replicates,
                                  n_threads > 0 ? n_threads : omp_get_max_threads(), &observer, results->status, error);
    for (size_t k = 0; k < configuration->n_replicates && code == OK; k++)
        if (results->status[k].variable)
            empty_failed(results, k);
    return code;
}

int entente_run(const struct entente_simulation *simulation, int n_threads, struct entente_results **results,
                struct entente_error *error)
{
    struct error inside = {0};
    struct entente_results *made = NULL;
    int code = OK;
    *results = NULL;
    if (n_threads < 0 || n_threads > MOST_THREADS)
        code = error_set(&inside, BAD_INPUT, "%d threads; there must be 0 to %d of them", n_threads, MOST_THREADS);
    if (code == OK)
        code = take_results(&made, &simulation->configuration, &inside);
    if (code == OK)
        code = run(made, &simulation->configuration, n_threads, &inside);
    if (code == OK)
        *results = made;
    else
        entente_results_free(made);
    return handover_error(&inside, error);
}

size_t entente_n_variables(const struct entente_results *results) { return results->n_kept; }

const char *entente_variable_name(const struct entente_results *results, size_t k)
{
    return k < results->n_kept ? results->kept[k].view.name : NULL;
}

/* Why there is no such variable. */
static int tell_no_variable(const char *name, struct error *error)
{
    const long found = registry_find_variable(name);
    if (found >= 0 && !(registry_variable((size_t)found)->flags & HIDDEN))
        return error_set(error, BAD_INPUT,
                         "`%s` was not kept; `record.trajectories` says what is, such as record.trajectories=[%s]",
                         name, name);
    struct nearest nearest = {.wanted = name};
    FOR_VARIABLES(variable)
        if (!(variable->flags & HIDDEN))
            nearest_try(&nearest, variable->name);
    return error_set(error, BAD_INPUT, "there is no variable `%s`%s", name, nearest_hint(&nearest));
}

int entente_variable(const struct entente_results *results, const char *name, struct entente_view *view,
                     struct entente_error *error)
{
    struct error inside = {0};
    *view = (struct entente_view){0};
    for (size_t k = 0; k < results->n_kept; k++)
        if (strcmp(results->kept[k].view.name, name) == 0) {
            *view = results->kept[k].view;
            return ENTENTE_OK;
        }
    tell_no_variable(name, &inside);
    return handover_error(&inside, error);
}

/* NULL if there is none of this name. */
static const struct axis *find_axis(const struct entente_results *results, const char *name)
{
    for (size_t k = 0; k < N_DIMENSIONS; k++)
        if (strcmp(results->axes[k].name, name) == 0)
            return &results->axes[k];
    return NULL;
}

const char *entente_label(const struct entente_results *results, const char *dimension, size_t k)
{
    const struct axis *axis = find_axis(results, dimension);
    return axis && axis->labels && k < axis->n ? axis->labels[k] : NULL;
}

int entente_find(const struct entente_results *results, const char *dimension, const char *label, size_t *place,
                 struct entente_error *error)
{
    struct error inside = {0};
    struct nearest nearest = {.wanted = label};
    const struct axis *axis = find_axis(results, dimension);
    for (size_t k = 0; axis && axis->labels && k < axis->n; k++) {
        if (strcmp(axis->labels[k], label) == 0) {
            *place = k;
            return ENTENTE_OK;
        }
        nearest_try(&nearest, axis->labels[k]);
    }
    if (axis && axis->labels)
        error_set(&inside, BAD_INPUT, "there is no %s `%s` in the results%s", dimension, label, nearest_hint(&nearest));
    else
        error_set(&inside, BAD_INPUT, "there is no dimension `%s` with names; these have: year, state, partner, area",
                  dimension);
    return handover_error(&inside, error);
}

size_t entente_n_failed(const struct entente_results *results)
{
    size_t n = 0;
    for (size_t k = 0; k < results->axes[REPLICATE].n; k++)
        n += results->status[k].variable != NULL;
    return n;
}

/* How a replicate ended; well, if there is none. */
static struct replicate_status status_of(const struct entente_results *results, size_t replicate)
{
    return replicate < results->axes[REPLICATE].n ? results->status[replicate] : (struct replicate_status){0};
}

const char *entente_failed_variable(const struct entente_results *results, size_t replicate)
{
    const struct replicate_status status = status_of(results, replicate);
    return status.variable ? status.variable->name : NULL;
}

int entente_failed_year(const struct entente_results *results, size_t replicate)
{
    const struct replicate_status status = status_of(results, replicate);
    return status.variable ? status.year : 0;
}

void entente_results_free(struct entente_results *results)
{
    if (!results)
        return;
    for (size_t k = 0; k < results->n_kept; k++)
        free(results->kept[k].values);
    for (size_t shape = 0; shape < N_SHAPES; shape++)
        cells_free(&results->cells[shape]);
    free(results->status);
    arena_free(&results->memory);
    free(results);
}

#include "portion.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static size_t value_bytes(const struct series *series)
{
    return series->type == STORE_DOUBLE ? sizeof(double) : series->type == STORE_FLOAT ? sizeof(float) : sizeof(int8_t);
}

/* Numbers a replicate has in a series. */
static size_t replicate_cells(const struct series *series) { return series->n_years * series->cells->n_cells; }

size_t portion_bytes(const struct fields *fields)
{
    size_t bytes = sizeof(int8_t) + sizeof(int32_t) + sizeof(char *);
    for (size_t k = 0; k < fields->n_series; k++)
        bytes += replicate_cells(&fields->series[k]) * value_bytes(&fields->series[k]);
    return bytes;
}

int portion_take(struct portion *portion, struct store *store, const struct fields *fields, const struct tile *file,
                 size_t capacity, struct error *error)
{
    assert(capacity % LANES == 0);
    *portion = (struct portion){.store = store, .fields = fields, .file = *file, .capacity = capacity};
    portion->values = calloc(fields->n_series + 1, sizeof *portion->values);
    portion->run_status = calloc(capacity, sizeof *portion->run_status);
    portion->failed_year = calloc(capacity, sizeof *portion->failed_year);
    portion->failed_variable = calloc(capacity, sizeof *portion->failed_variable);
    if (!portion->values || !portion->run_status || !portion->failed_year || !portion->failed_variable)
        return error_memory(error);
    for (size_t k = 0; k < fields->n_series; k++) {
        const struct series *series = &fields->series[k];
        portion->values[k] = malloc(capacity * replicate_cells(series) * value_bytes(series));
        if (!portion->values[k])
            return error_memory(error);
    }
    return OK;
}

void portion_free(struct portion *portion)
{
    for (size_t k = 0; portion->values && k < portion->fields->n_series; k++)
        free(portion->values[k]);
    free(portion->values);
    free(portion->run_status);
    free(portion->failed_year);
    free(portion->failed_variable);
    *portion = (struct portion){0};
}

void portion_begin(struct portion *portion, const struct tile *of)
{
    portion->of = *of;
    portion->stride = lanes_padded(of->n_replicates);
    portion->results = NULL;
    assert(tile_cells(of) * portion->stride <= portion->capacity);
}

static void observe_series(const struct series *series, const struct world *world, size_t year, size_t in_block,
                           void *values)
{
    const struct cells *cells = series->cells;
    const lane_array *lanes = (const lane_array *)registry_variable_lanes(world, series->variable);
    const size_t stride = replicate_cells(series);
    const size_t at = in_block * stride + year * cells->n_cells;
    if (series->type == STORE_FLOAT)
        rows_of_floats(lanes, cells->element, cells->n_cells, (float)series->fill, (float *)values + at, stride);
    else if (series->type == STORE_DOUBLE)
        rows_of_doubles(lanes, cells->element, cells->n_cells, series->fill, (double *)values + at, stride);
    else
        rows_of_bytes(lanes, cells->element, cells->n_cells, (int8_t)series->fill, (int8_t *)values + at, stride);
}

void portion_observe(struct portion *portion, const struct world *world, size_t cell, int year_index, bool is_last,
                     size_t first_replicate)
{
    const size_t row = cell * portion->stride + (first_replicate - portion->of.replicate);
    for (size_t k = 0; k < portion->fields->n_series; k++) {
        const struct series *series = &portion->fields->series[k];
        if (series->is_final ? is_last : year_index != PORTION_NO_YEAR)
            observe_series(series, world, series->is_final ? 0 : (size_t)year_index, row, portion->values[k]);
    }
}

/* Put the fill value of a series into cells. */
static void fill_cells(const struct series *series, void *values, size_t first, size_t n)
{
    if (series->type == STORE_DOUBLE)
        for (size_t k = first; k < first + n; k++)
            ((double *)values)[k] = series->fill;
    else if (series->type == STORE_FLOAT)
        for (size_t k = first; k < first + n; k++)
            ((float *)values)[k] = (float)series->fill;
    else
        memset((int8_t *)values + first, (int)series->fill, n);
}

/* Fill values from the failing year on. */
static void empty_failed(struct portion *portion, size_t in_block, size_t n_well)
{
    for (size_t k = 0; k < portion->fields->n_series; k++) {
        const struct series *series = &portion->fields->series[k];
        const size_t n_cells = replicate_cells(series);
        const size_t kept = series->is_final ? 0 : n_well * series->cells->n_cells;
        fill_cells(series, portion->values[k], in_block * n_cells + kept, n_cells - kept);
    }
}

void portion_end_cell(struct portion *portion, size_t cell, const struct replicate_status *status)
{
    const size_t first = cell * portion->stride;
    for (size_t k = 0; k < portion->of.n_replicates; k++) {
        const bool is_well = !status[k].variable;
        portion->run_status[first + k] = is_well ? 0 : 1;
        portion->failed_year[first + k] = is_well ? STORE_FILL_INT32 : status[k].year;
        portion->failed_variable[first + k] = is_well ? "" : status[k].variable->name;
        if (!is_well)
            empty_failed(portion, first + k,
                         replicate_well_years(&status[k], portion->fields->years, portion->fields->n_years));
    }
}

/* Write the part of a dataset over (scenario, point, replicate, ...). Replicates before the file's first are there
 * because draws are made for a batch; they are left out. */
static int write_part(const struct portion *portion, int dataset, const void *values, struct error *error)
{
    const struct tile *of = &portion->of, *file = &portion->file;
    const size_t skipped = of->replicate < file->replicate ? file->replicate - of->replicate : 0;
    const size_t start[STORE_RANK] = {of->scenario - file->scenario, of->point - file->point,
                                      of->replicate + skipped - file->replicate};
    const size_t from[STORE_RANK] = {0, 0, skipped};
    size_t count[STORE_RANK], held[STORE_RANK];
    store_extent(portion->store, dataset, count);
    count[0] = of->n_scenarios;
    count[1] = of->n_points;
    count[2] = of->n_replicates - skipped;
    memcpy(held, count, sizeof held);
    held[2] = portion->stride;
    return store_write_part(portion->store, dataset, start, count, held, from, values, error);
}

int portion_write(void *context, struct error *error)
{
    const struct portion *portion = context;
    const struct fields *fields = portion->fields;
    int code = write_part(portion, fields->run_status, portion->run_status, error);
    if (code == OK)
        code = write_part(portion, fields->failed_year, portion->failed_year, error);
    if (code == OK)
        code = write_part(portion, fields->failed_variable, portion->failed_variable, error);
    for (size_t k = 0; k < fields->n_series && code == OK; k++)
        code = write_part(portion, fields->series[k].dataset, portion->values[k], error);
    if (code == OK && portion->results)
        code = results_write(portion->results, portion->store, &portion->of, &portion->file, error);
    if (code == OK && fields->n_series > 0)
        store_push(portion->store);
    return code;
}

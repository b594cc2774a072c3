#include "results.h"

#include <stdlib.h>
#include <string.h>

/* Numbers that a cell has in a reduction of a statistic. */
static size_t count_of(const struct results *results, const struct statistic *statistic, int reduction)
{
    const size_t n = results->fields->n_years * statistic->cells->n_cells;
    return reduction == FIELDS_REDUCTIONS - 1 ? n * results->n_shares : n;
}

/* All three of them. */
static size_t count_all(const struct results *results, const struct statistic *statistic)
{
    return results->fields->n_years * statistic->cells->n_cells * (FIELDS_REDUCTIONS - 1 + results->n_shares);
}

static size_t value_bytes(const struct results *results)
{
    return results->fields->is_double ? sizeof(double) : sizeof(float);
}

int results_take(struct results *results, const struct fields *fields, size_t n_cells, const double *shares,
                 size_t n_shares, struct error *error)
{
    *results = (struct results){.fields = fields, .n_shares = n_shares, .shares = shares};
    results->values = calloc(fields->n_statistics * FIELDS_REDUCTIONS + 1, sizeof *results->values);
    if (!results->values)
        return error_memory(error);
    for (size_t k = 0; k < fields->n_statistics; k++)
        for (int r = 0; r < FIELDS_REDUCTIONS; r++) {
            const size_t n = count_of(results, &fields->statistics[k], r);
            results->values[k * FIELDS_REDUCTIONS + (size_t)r] = malloc((n_cells * n + 1) * value_bytes(results));
            if (!results->values[k * FIELDS_REDUCTIONS + (size_t)r])
                return error_memory(error);
        }
    return OK;
}

void results_free(struct results *results)
{
    for (size_t k = 0; results->values && k < results->fields->n_statistics * FIELDS_REDUCTIONS; k++)
        free(results->values[k]);
    free(results->values);
    *results = (struct results){0};
}

int results_scratch_take(struct results_scratch *scratch, const struct results *results, struct error *error)
{
    const struct fields *fields = results->fields;
    size_t most = 0;
    for (size_t k = 0; k < fields->n_statistics; k++) {
        const size_t n = count_all(results, &fields->statistics[k]);
        most = n > most ? n : most;
    }
    scratch->rows = malloc((most + 1) * sizeof *scratch->rows);
    scratch->largest_error = calloc(fields->n_statistics + 1, sizeof *scratch->largest_error);
    return scratch->rows && scratch->largest_error ? OK : error_memory(error);
}

void results_scratch_free(struct results_scratch *scratch)
{
    free(scratch->rows);
    free(scratch->largest_error);
    *scratch = (struct results_scratch){0};
}

/* The three reductions of one element in one year, at their cells of the year's rows. Returns the most by which a
 * quantile can be off. */
static double reduce_element(const struct results *results, const struct collector *collector,
                             const struct statistic *statistic, size_t year, size_t e, double *scratch,
                             double *const *rows)
{
    const struct cells *cells = statistic->cells;
    const size_t n_shares = results->n_shares;
    const size_t cell = year * cells->n_cells + (cells->is_plain ? e : cells->cell[e]);
    const size_t mirror = year * cells->n_cells + (cells->is_plain ? e : cells->mirror[e]);
    double *quantiles = rows[2] + cell * n_shares;
    const double error = collector_reduce(collector, year, statistic->first + e, scratch, results->shares, n_shares,
                                          STORE_FILL, &rows[0][cell], &rows[1][cell], quantiles);
    rows[0][mirror] = rows[0][cell];
    rows[1][mirror] = rows[1][cell];
    if (mirror != cell)
        memcpy(rows[2] + mirror * n_shares, quantiles, n_shares * sizeof *quantiles);
    return error;
}

/* Every element of every year, each on its own, so that the threads do not change a bit. */
static int reduce(const struct results *results, const struct collector *collector, const struct statistic *statistic,
                  double *const *rows, int n_threads, double *largest_error, struct error *error)
{
    const size_t n_elements = statistic->cells->n_elements, n = results->fields->n_years * n_elements;
    bool has_memory = true;
    double largest = *largest_error;
#pragma omp parallel num_threads(n_threads) reduction(&& : has_memory) reduction(max : largest)
    {
        double *scratch = malloc((collector_scratch(collector) + 1) * sizeof *scratch);
        has_memory = scratch != NULL;
#pragma omp for schedule(dynamic, 8)
        for (size_t k = 0; k < n; k++)
            if (scratch)
                largest = fmax(largest, reduce_element(results, collector, statistic, k / n_elements, k % n_elements,
                                                       scratch, rows));
        free(scratch);
    }
    *largest_error = largest;
    return has_memory ? OK : error_memory(error);
}

/* Doubles in the precision of the file. */
static void keep(const struct results *results, const double *from, size_t n, void *to, size_t at)
{
    if (results->fields->is_double)
        memcpy((double *)to + at, from, n * sizeof *from);
    else
        for (size_t k = 0; k < n; k++)
            ((float *)to)[at + k] = (float)from[k];
}

int results_reduce(const struct results *results, const struct collector *collector, size_t cell, int n_threads,
                   struct results_scratch *scratch, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < results->fields->n_statistics && code == OK; k++) {
        const struct statistic *statistic = &results->fields->statistics[k];
        const size_t n = count_of(results, statistic, 0);
        double *const rows[FIELDS_REDUCTIONS] = {scratch->rows, scratch->rows + n, scratch->rows + 2 * n};
        for (size_t m = 0; m < count_all(results, statistic); m++)
            scratch->rows[m] = STORE_FILL; /* stays on the diagonals of dyads */
        code = reduce(results, collector, statistic, rows, n_threads, &scratch->largest_error[k], error);
        for (int r = 0; r < FIELDS_REDUCTIONS && code == OK; r++) {
            const size_t n_numbers = count_of(results, statistic, r);
            keep(results, rows[r], n_numbers, results->values[k * FIELDS_REDUCTIONS + (size_t)r], cell * n_numbers);
        }
    }
    return code;
}

int results_write(const struct results *results, struct store *store, const struct tile *of, const struct tile *file,
                  struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < results->fields->n_statistics && code == OK; k++) {
        const struct statistic *statistic = &results->fields->statistics[k];
        const int datasets[FIELDS_REDUCTIONS] = {statistic->mean, statistic->sd, statistic->quantile};
        for (int r = 0; r < FIELDS_REDUCTIONS && code == OK; r++) {
            const size_t start[STORE_RANK] = {of->scenario - file->scenario, of->point - file->point};
            size_t count[STORE_RANK];
            store_extent(store, datasets[r], count);
            count[0] = of->n_scenarios;
            count[1] = of->n_points;
            code = store_write(store, datasets[r], start, count, results->values[k * FIELDS_REDUCTIONS + (size_t)r],
                               error);
        }
    }
    return code;
}

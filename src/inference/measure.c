#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/registry.h"

enum { LEADING = 4, LEADING_OF_STATISTICS = 3 }; /* dimensions to the year, with the replicate and without */

static void statistic_name(const struct measure *measure, const char *which, char *name, size_t size)
{
    snprintf(name, size, "%s_%s", measure->variable->name, which);
}

/* The measure that a variable is in this file; false if it is not there. */
static bool find_one(const struct reader *reader, const struct variable *variable, struct measure *measure)
{
    size_t extent[READER_RANK], leading = LEADING, rank = reader_extent(reader, variable->name, extent);
    *measure = (struct measure){.variable = variable, .extent = {1, 1}, .n_added = 1, .has_replicates = rank > 0};
    snprintf(measure->name, sizeof measure->name, "%s", variable->name);
    if (rank == 0) {
        char name[MEASURE_NAME];
        statistic_name(measure, "sd", name, sizeof name);
        leading = reader_has(reader, name) ? LEADING_OF_STATISTICS : LEADING;
        statistic_name(measure, "mean", name, sizeof name);
        rank = reader_extent(reader, name, extent);
    }
    if (rank < leading || rank > leading + MEASURE_RANK)
        return false;
    measure->n_years = extent[leading - 1];
    measure->rank = rank - leading;
    for (size_t k = 0; k < measure->rank; k++)
        measure->extent[k] = extent[leading + k];
    return measure->n_years > 0 && measure->extent[0] > 0 && measure->extent[1] > 0;
}

/* Shares and indices cannot be added up. */
static bool has_total(const struct measure *measure)
{
    return measure->has_replicates && measure->variable->shape == BY_DYAD && measure->rank == 2 &&
           strcmp(measure->variable->unit, "1") != 0 && !(measure->variable->flags & FIXED);
}

static struct measure total_of(const struct measure *measure)
{
    struct measure total = *measure;
    snprintf(total.name, sizeof total.name, "%s_total", measure->variable->name);
    total.is_total = true;
    total.rank = 1;
    total.n_added = measure->extent[1];
    total.extent[1] = 1;
    return total;
}

int measure_list(const struct reader *reader, struct measure **measures, size_t *n, struct error *error)
{
    *n = 0;
    *measures = calloc(2 * registry_n_variables() + 1, sizeof **measures);
    if (!*measures)
        return error_memory(error);
    for (size_t v = 0; v < registry_n_variables(); v++) {
        struct measure *measure = *measures + *n;
        if (!find_one(reader, registry_variable(v), measure))
            continue;
        ++*n;
        if (has_total(measure))
            (*measures)[(*n)++] = total_of(measure);
    }
    return OK;
}

static size_t no_more(size_t n, size_t most) { return n < most ? n : most > 0 ? most : 1; }

/* The elements of a box that begins at box->element, as many as fit. */
static void take_elements(struct box *box, const struct measure *measure, size_t most)
{
    box->n_elements[1] = no_more(measure->extent[1] - box->element[1], most);
    box->n_elements[0] = box->n_elements[1] == measure->extent[1]
                             ? no_more(measure->extent[0] - box->element[0], most / measure->extent[1])
                             : 1;
}

static void take_years(struct box *box, const struct measure *measure, size_t most)
{
    box->n_years = no_more(measure->n_years - box->year, most / box_elements(box));
}

void box_begin(struct box *box, const struct measure *measure, size_t most)
{
    *box = (struct box){0};
    take_elements(box, measure, most);
    take_years(box, measure, most);
}

bool box_next(struct box *box, const struct measure *measure, size_t most)
{
    box->year += box->n_years;
    if (box->year == measure->n_years) {
        box->year = 0;
        box->element[1] += box->n_elements[1];
        if (box->element[1] == measure->extent[1]) {
            box->element[1] = 0;
            box->element[0] += box->n_elements[0];
        }
        if (box->element[0] == measure->extent[0])
            return false;
        take_elements(box, measure, most);
    }
    take_years(box, measure, most);
    return true;
}

/* Where a box lies along the dimensions behind `leading`, which are the year and the elements. */
static void place_box(const struct measure *measure, const struct box *box, size_t year_at, size_t *start,
                      size_t *count)
{
    start[year_at] = box->year;
    count[year_at] = box->n_years;
    for (size_t k = 0; k < MEASURE_RANK; k++) {
        start[year_at + 1 + k] = box->element[k];
        count[year_at + 1 + k] = box->n_elements[k];
    }
    if (measure->is_total) {
        start[year_at + 2] = 0;
        count[year_at + 2] = measure->n_added;
    }
}

/* The sum of what is there; NaN if nothing is. One alone stays what it is. */
static double add_up(const double *values, size_t n)
{
    double sum = NAN;
    for (size_t k = 0; k < n; k++)
        if (!isnan(values[k]))
            sum = isnan(sum) ? values[k] : sum + values[k];
    return sum;
}

int measure_read(const struct measure *measure, const struct reader *reader, const struct runs *runs,
                 const struct box *box, double *rows, double *columns, int n_threads, struct error *error)
{
    size_t start[READER_RANK], count[READER_RANK];
    const size_t n_cells = box_cells(box), n_added = measure->n_added, n = runs->n;
    runs_place(runs, start, count);
    place_box(measure, box, LEADING - 1, start, count);
    const int code = reader_read(reader, measure->variable->name, start, count, rows, error);
    if (code != OK)
        return code;
#pragma omp parallel for num_threads(n_threads) schedule(static)
    for (size_t cell = 0; cell < n_cells; cell++)
        for (size_t r = 0; r < n; r++)
            columns[cell * n + r] = add_up(rows + (r * n_cells + cell) * n_added, n_added);
    return OK;
}

int measure_read_statistic(const struct measure *measure, const struct reader *reader, const char *which,
                           size_t scenario, size_t point, const struct box *box, double *values, struct error *error)
{
    size_t start[READER_RANK] = {scenario, point}, count[READER_RANK] = {1, 1};
    char name[MEASURE_NAME];
    statistic_name(measure, which, name, sizeof name);
    place_box(measure, box, LEADING_OF_STATISTICS - 1, start, count);
    return reader_read(reader, name, start, count, values, error);
}

/* Measures: what a file has recorded of each year, and can be compared.
 *
 * A measure is a variable of every replicate, one of which only means and standard deviations are there, or the total
 * of a dyadic variable over the partners of each state (NAME_total), where its unit is one that can be added up.
 */
#ifndef ENTENTE_MEASURE_H
#define ENTENTE_MEASURE_H

#include "models/table.h"
#include "output/reader.h"

enum { MEASURE_RANK = 2, MEASURE_NAME = 96 };

struct measure {
    const struct variable *variable;
    char name[MEASURE_NAME];
    bool is_total, has_replicates;
    size_t n_years, rank;        /* dimensions behind the year */
    size_t extent[MEASURE_RANK]; /* their lengths; 1 beyond the rank */
    size_t n_added;              /* numbers in the file for one of the measure: the partners of a total; else 1 */
};

/* All measures of a file, in the order of the tables; free *measures. */
int measure_list(const struct reader *reader, struct measure **measures, size_t *n, struct error *error);

/* Some years of some elements. */
struct box {
    size_t element[MEASURE_RANK], n_elements[MEASURE_RANK], year, n_years;
};

static inline size_t box_elements(const struct box *box) { return box->n_elements[0] * box->n_elements[1]; }

static inline size_t box_cells(const struct box *box) { return box_elements(box) * box->n_years; }

/* The first box of a measure with at most `most` cells; then the next, false behind the last. All years of some
 * elements come one after the other. */
void box_begin(struct box *box, const struct measure *measure, size_t most);
bool box_next(struct box *box, const struct measure *measure, size_t most);

/* Some runs of a scenario: n replicates of a point, or (over_points) the one replicate of n points, the first of which
 * is `first`. */
struct runs {
    size_t scenario, point, first, n;
    bool over_points;
};

/* Where runs lie along the dimensions scenario, point and replicate. */
static inline void runs_place(const struct runs *runs, size_t start[3], size_t count[3])
{
    start[0] = runs->scenario;
    start[1] = runs->over_points ? runs->first : runs->point;
    start[2] = runs->over_points ? 0 : runs->first;
    count[0] = 1;
    count[1] = runs->over_points ? runs->n : 1;
    count[2] = runs->over_points ? 1 : runs->n;
}

/* Runs of a box: columns[cell * n + r], the cells with the year first. `rows` has room for n * cells * n_added numbers.
 */
int measure_read(const struct measure *measure, const struct reader *reader, const struct runs *runs,
                 const struct box *box, double *rows, double *columns, int n_threads, struct error *error);

/* Means or standard deviations ("mean", "sd") of a box: values[cell]. */
int measure_read_statistic(const struct measure *measure, const struct reader *reader, const char *which,
                           size_t scenario, size_t point, const struct box *box, double *values, struct error *error);

#endif

/* Samples: a variable over replicates, read from an output file. */
#ifndef ENTENTE_SAMPLE_H
#define ENTENTE_SAMPLE_H

#include "reader.h"

/* The middle 90 % of replicates and their median. NaN where nothing is known. */
struct band {
    double low, median, high;
};

/* Are there values of every replicate and year? Or at least quantiles? */
bool sample_has_replicates(const struct reader *reader, const char *name);
bool sample_has_bands(const struct reader *reader, const char *name);

/* Values of some cells of a year in the first n replicates: columns[k * n + replicate] is of cells[k]. Memory: that,
 * and a few megabytes. */
int sample_read(const struct reader *reader, const char *name, size_t scenario, size_t year, const size_t *cells,
                size_t n_cells, size_t n, double *columns, struct error *error);

/* The band of values[n], which are sorted by this; NaN among them do not count. */
struct band sample_band(double *values, size_t n);

/* The bands of some cells of a year over the first n replicates, or over all from recorded quantiles. */
int sample_bands(const struct reader *reader, const char *name, size_t scenario, size_t year, const size_t *cells,
                 size_t n_cells, size_t n, struct band *bands, struct error *error);

#endif

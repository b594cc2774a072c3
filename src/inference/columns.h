/* Columns: outputs of an experiment, each at all points. A column is one cell of a variable in one year (the cohesion
 * of 2010, the influence of China in 2010). They are read in pieces, so that memory grows with the points alone. */
#ifndef ENTENTE_COLUMNS_H
#define ENTENTE_COLUMNS_H

#include "models/table.h"
#include "output/reader.h"

/* A variable whose statistics are in the file: years, and up to two dimensions of cells (1 where there is none). */
struct output {
    const struct variable *variable;
    size_t extent[3];
    size_t n_points;
};

/* Is NAME_mean (with NAME_sd) in the file? BAD_INPUT if it is, but not by scenario, point and year. */
int output_find(struct output *output, const struct reader *reader, const struct variable *variable, bool *is_there,
                struct error *error);

/* Some columns: years and cells from `start` on, `count` of them. Zero is before the first. */
struct piece {
    size_t start[3], count[3];
};

static inline size_t piece_columns(const struct piece *piece)
{
    return piece->count[0] * piece->count[1] * piece->count[2];
}

/* The next piece of at most `most` columns; false behind the last. */
bool piece_next(struct piece *piece, const struct output *output, size_t most);

/* The means of a piece in a scenario: y [column][point]; NaN where there is none. */
int columns_read(const struct reader *reader, const struct output *output, size_t scenario, const struct piece *piece,
                 double *y, struct error *error);

/* The mean of the squared standard deviations over those points of each column at which y is finite, into
 * variances [column]; NaN if there is none. */
int columns_read_variances(const struct reader *reader, const struct output *output, size_t scenario,
                           const struct piece *piece, const double *y, double *variances, struct error *error);

#endif

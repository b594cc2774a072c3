#include "columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS_AT_ONCE = 1 << 16, MOST_NAME = 256, BEFORE_CELLS = 3 /* scenario, point, year */ };

int output_find(struct output *output, const struct reader *reader, const struct variable *variable, bool *is_there,
                struct error *error)
{
    size_t extent[READER_RANK], points[READER_RANK];
    char mean[MOST_NAME], sd[MOST_NAME];
    snprintf(mean, sizeof mean, "%s_mean", variable->name);
    snprintf(sd, sizeof sd, "%s_sd", variable->name);
    *is_there = reader_has(reader, mean) && reader_has(reader, sd);
    if (!*is_there)
        return OK;
    const size_t rank = reader_extent(reader, mean, extent);
    if (rank < BEFORE_CELLS || rank > BEFORE_CELLS + 2 || reader_extent(reader, "point", points) != 1 ||
        extent[1] != points[0])
        return error_set(error, BAD_INPUT, "%s is not by scenario, point and year", mean);
    *output = (struct output){.variable = variable, .extent = {extent[2], 1, 1}, .n_points = extent[1]};
    for (size_t k = BEFORE_CELLS; k < rank; k++)
        output->extent[k - 2] = extent[k];
    return OK;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

bool piece_next(struct piece *piece, const struct output *output, size_t most)
{
    /* whole rows of cells where they fit, then whole years */
    const size_t *extent = output->extent;
    const size_t at_once[3] = {most >= extent[1] * extent[2] ? most / (extent[1] * extent[2]) : 1,
                               most >= extent[2] ? most / extent[2] : 1, most};
    size_t place = 3; /* the innermost dimension that can go on */
    if (piece->count[0] > 0)
        while (place > 0 && piece->start[place - 1] + piece->count[place - 1] == extent[place - 1])
            place--;
    if (place == 0 || extent[0] * extent[1] * extent[2] == 0)
        return false;
    if (piece->count[0] > 0)
        piece->start[place - 1] += piece->count[place - 1];
    for (size_t k = piece->count[0] > 0 ? place : 0; k < 3; k++)
        piece->start[k] = 0;
    for (size_t k = 0; k < 3; k++)
        piece->count[k] = least(at_once[k], extent[k] - piece->start[k]);
    return true;
}

/* The points from `first` on of NAME_`suffix`, [point][column]. */
static int read_points(const struct reader *reader, const struct output *output, const char *suffix, size_t scenario,
                       const struct piece *piece, size_t first, size_t n, double *values, struct error *error)
{
    char name[MOST_NAME];
    snprintf(name, sizeof name, "%s_%s", output->variable->name, suffix);
    const size_t start[READER_RANK] = {scenario, first, piece->start[0], piece->start[1], piece->start[2]};
    const size_t count[READER_RANK] = {1, n, piece->count[0], piece->count[1], piece->count[2]};
    return reader_read(reader, name, start, count, values, error);
}

static size_t points_at_once(const struct piece *piece)
{
    return piece_columns(piece) < NUMBERS_AT_ONCE ? NUMBERS_AT_ONCE / piece_columns(piece) : 1;
}

int columns_read(const struct reader *reader, const struct output *output, size_t scenario, const struct piece *piece,
                 double *y, struct error *error)
{
    const size_t n_points = output->n_points, n_columns = piece_columns(piece), step = points_at_once(piece);
    double *values = malloc(step * n_columns * sizeof *values);
    int code = values ? OK : error_memory(error);
    for (size_t first = 0; first < n_points && code == OK; first += step) {
        const size_t n = least(step, n_points - first);
        code = read_points(reader, output, "mean", scenario, piece, first, n, values, error);
        for (size_t c = 0; c < n_columns && code == OK; c++)
            for (size_t k = 0; k < n; k++)
                y[c * n_points + first + k] = values[k * n_columns + c];
    }
    free(values);
    return code;
}

int columns_read_variances(const struct reader *reader, const struct output *output, size_t scenario,
                           const struct piece *piece, const double *y, double *variances, struct error *error)
{
    const size_t n_points = output->n_points, n_columns = piece_columns(piece), step = points_at_once(piece);
    double *values = malloc(step * n_columns * sizeof *values), *n_seen = calloc(n_columns + 1, sizeof *n_seen);
    int code = values && n_seen ? OK : error_memory(error);
    memset(variances, 0, n_columns * sizeof *variances);
    for (size_t first = 0; first < n_points && code == OK; first += step) {
        const size_t n = least(step, n_points - first);
        code = read_points(reader, output, "sd", scenario, piece, first, n, values, error);
        for (size_t c = 0; c < n_columns && code == OK; c++)
            for (size_t k = 0; k < n; k++)
                if (isfinite(y[c * n_points + first + k])) {
                    variances[c] += values[k * n_columns + c] * values[k * n_columns + c];
                    n_seen[c]++;
                }
    }
    for (size_t c = 0; c < n_columns && code == OK; c++)
        variances[c] = n_seen[c] > 0 ? variances[c] / n_seen[c] : NAN;
    free(values);
    free(n_seen);
    return code;
}

#include "sample.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"

static const double shares[] = {0.05, 0.5, 0.95};
static const size_t piece_values = 1 << 20; /* numbers read at a time */
static const double share_tolerance = 1e-9; /* a quantile written as 0.05 in YAML may differ in its last bits */

enum { LEADING = 4 }; /* dimensions before the cells: scenario, point, replicate, year */

static void statistic_name(const char *name, char *buffer, size_t size) { snprintf(buffer, size, "%s_quantile", name); }

bool sample_has_replicates(const struct reader *reader, const char *name)
{
    size_t extent[READER_RANK];
    return reader_extent(reader, name, extent) >= LEADING;
}

bool sample_has_bands(const struct reader *reader, const char *name)
{
    char quantiles[256];
    statistic_name(name, quantiles, sizeof quantiles);
    return sample_has_replicates(reader, name) || reader_has(reader, quantiles);
}

static size_t product(const size_t *extent, size_t first, size_t rank)
{
    size_t n = 1;
    for (size_t k = first; k < rank; k++)
        n *= extent[k];
    return n;
}

int sample_read(const struct reader *reader, const char *name, size_t scenario, size_t year, const size_t *cells,
                size_t n_cells, size_t n, double *columns, struct error *error)
{
    size_t count[READER_RANK], start[READER_RANK] = {scenario, 0, 0, year};
    const size_t rank = reader_extent(reader, name, count), row = product(count, LEADING, rank);
    const size_t piece = row < piece_values ? piece_values / row : 1, most = piece < n ? piece : n;
    double *rows = malloc((most * row + 1) * sizeof *rows);
    if (!rows)
        return error_memory(error);
    int code = OK;
    count[0] = count[1] = count[3] = 1;
    for (size_t first = 0; first < n && code == OK; first += most) {
        start[2] = first;
        count[2] = n - first < most ? n - first : most;
        code = reader_read(reader, name, start, count, rows, error);
        for (size_t k = 0; k < n_cells && code == OK; k++)
            for (size_t r = 0; r < count[2]; r++)
                columns[k * n + first + r] = rows[r * row + cells[k]];
    }
    free(rows);
    return code;
}

struct band sample_band(double *values, size_t n)
{
    size_t n_well = 0;
    double mean, sd, quantiles[3];
    for (size_t k = 0; k < n; k++)
        if (!isnan(values[k]))
            values[n_well++] = values[k];
    statistics_reduce(values, n_well, shares, 3, NAN, &mean, &sd, quantiles);
    return (struct band){quantiles[0], quantiles[1], quantiles[2]};
}

static int bands_from_replicates(const struct reader *reader, const char *name, size_t scenario, size_t year,
                                 const size_t *cells, size_t n_cells, size_t n, struct band *bands, struct error *error)
{
    double *columns = malloc((n_cells * n + 1) * sizeof *columns);
    int code = columns ? OK : error_memory(error);
    if (code == OK)
        code = sample_read(reader, name, scenario, year, cells, n_cells, n, columns, error);
    for (size_t k = 0; k < n_cells && code == OK; k++)
        bands[k] = sample_band(columns + k * n, n);
    free(columns);
    return code;
}

/* Which of the recorded quantiles is that of `share`; `n` if none is. */
static size_t find_share(const double *recorded, size_t n, double share)
{
    size_t k = 0;
    while (k < n && fabs(recorded[k] - share) > share_tolerance)
        k++;
    return k;
}

static int bands_from_quantiles(const struct reader *reader, const char *name, size_t scenario, size_t year,
                                const size_t *cells, size_t n_cells, struct band *bands, struct error *error)
{
    char quantiles[256];
    statistic_name(name, quantiles, sizeof quantiles);
    size_t n_recorded, count[READER_RANK];
    const size_t start[READER_RANK] = {scenario, 0, year}, rank = reader_extent(reader, quantiles, count);
    double *recorded, *rows = NULL;
    int code = reader_all(reader, "quantile", &recorded, &n_recorded, error);
    if (code != OK)
        goto out;
    count[0] = count[1] = count[2] = 1;
    rows = malloc((product(count, 0, rank) + 1) * sizeof *rows);
    code = rows ? reader_read(reader, quantiles, start, count, rows, error) : error_memory(error);
    for (size_t k = 0; k < n_cells && code == OK; k++) {
        double values[3];
        for (size_t s = 0; s < 3; s++) {
            const size_t at = find_share(recorded, n_recorded, shares[s]);
            values[s] = at < n_recorded ? rows[cells[k] * n_recorded + at] : (double)NAN;
        }
        bands[k] = (struct band){values[0], values[1], values[2]};
    }
out:
    free(recorded);
    free(rows);
    return code;
}

int sample_bands(const struct reader *reader, const char *name, size_t scenario, size_t year, const size_t *cells,
                 size_t n_cells, size_t n, struct band *bands, struct error *error)
{
    if (sample_has_replicates(reader, name))
        return bands_from_replicates(reader, name, scenario, year, cells, n_cells, n, bands, error);
    return bands_from_quantiles(reader, name, scenario, year, cells, n_cells, bands, error);
}

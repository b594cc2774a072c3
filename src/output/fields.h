/* Fields: the datasets of an output file, with their dimensions and attributes. Inside the recorder. */
#ifndef ENTENTE_FIELDS_H
#define ENTENTE_FIELDS_H

#include "cells.h"
#include "config/configuration.h"
#include "store.h"
#include "tile.h"

/* A variable of every replicate: each year of it, or the last. */
struct series {
    const struct variable *variable;
    const struct cells *cells;
    enum store_type type;
    double fill;
    size_t n_years; /* 1 for the last year */
    bool is_final;
    int dataset;
};

/* A variable summed up over replicates. */
struct statistic {
    const struct variable *variable;
    const struct cells *cells;
    int mean, sd, quantile; /* datasets */
    size_t first;           /* its first element among those of all statistics */
};

enum dimension { SCENARIO, POINT, REPLICATE, YEAR, STATE, PARTNER, AREA, QUANTILE, N_DIMENSIONS };

/* A statistic has three datasets: mean, sd, quantile. */
enum { FIELDS_REDUCTIONS = 3 };

struct fields {
    bool is_double; /* reals are doubles in the file */
    int *years;     /* [n_years]: that are kept */
    size_t n_years;
    struct cells cells[N_SHAPES];
    int dimensions[N_DIMENSIONS]; /* handles */
    struct series *series;
    size_t n_series;
    struct statistic *statistics;
    size_t n_statistics;
    int run_status, failed_year, failed_variable;
};

/* Make every dataset of the output of a tile, and write those that do not come from the world. What is the same for all
 * tiles (configurations, design, observations) is left out of a part. */
int fields_create(struct fields *fields, struct store *store, const struct experiment *experiment,
                  const struct tile *tile, bool is_part, struct error *error);
/* What a dataset is called; in `name`, which is returned. */
const char *fields_series_name(const struct series *series, char *name, size_t size);
const char *fields_statistic_name(const struct statistic *statistic, int reduction, char *name, size_t size);

void fields_free(struct fields *fields);

#endif

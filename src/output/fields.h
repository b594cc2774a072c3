/* Fields: the datasets of an output file, with their dimensions and attributes. Inside the recorder. */
#ifndef ENTENTE_FIELDS_H
#define ENTENTE_FIELDS_H

#include "cells.h"
#include "config/configuration.h"
#include "store.h"

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
    double largest_error;   /* by which a quantile can be off */
};

enum dimension { SCENARIO, POINT, REPLICATE, YEAR, STATE, PARTNER, AREA, QUANTILE, N_DIMENSIONS };

struct fields {
    struct cells cells[N_SHAPES];
    int dimensions[N_DIMENSIONS]; /* handles */
    struct series *series;
    size_t n_series;
    struct statistic *statistics;
    size_t n_statistics;
    int run_status, failed_year, failed_variable;
};

/* Make every dataset of the output of n configurations, and write those that do not come from the world. */
int fields_create(struct fields *fields, struct store *store, const struct configuration *configurations, size_t n,
                  struct error *error);
void fields_free(struct fields *fields);

#endif

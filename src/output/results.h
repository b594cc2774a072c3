/* Results: the statistics of some cells, laid out as in the file. Inside the recorder. */
#ifndef ENTENTE_RESULTS_H
#define ENTENTE_RESULTS_H

#include "collector.h"
#include "fields.h"
#include "tile.h"

struct results {
    const struct fields *fields;
    size_t n_shares;
    const double *shares;
    void **values; /* [statistic * FIELDS_REDUCTIONS + reduction]: [cell][year][cells of the variable][share] */
};

/* What one thread needs to reduce one statistic after the other. */
struct results_scratch {
    double *rows, *largest_error; /* [statistic]: by which a quantile was off at most */
};

/* Take memory for n_cells. `shares` [n_shares] must outlive it. */
int results_take(struct results *results, const struct fields *fields, size_t n_cells, const double *shares,
                 size_t n_shares, struct error *error);
void results_free(struct results *results);

int results_scratch_take(struct results_scratch *scratch, const struct results *results, struct error *error);
void results_scratch_free(struct results_scratch *scratch);

/* Reduce what was collected of cell `cell`. The bits do not depend on the threads. */
int results_reduce(const struct results *results, const struct collector *collector, size_t cell, int n_threads,
                   struct results_scratch *scratch, struct error *error);

/* Write them: `of` says which cells they are, `file` what the file holds. */
int results_write(const struct results *results, struct store *store, const struct tile *of, const struct tile *file,
                  struct error *error);

#endif

/* Trials: an experiment's scenarios run at some values of its factors, and kept of them what quantities need. Nothing
 * is written; the scenarios of a trial share their luck, and a run that fails in one is left out in all. */
#ifndef ENTENTE_TRIALS_H
#define ENTENTE_TRIALS_H

#include "config/quantity.h"

struct trials;

/* Get ready for trials of n_replicates, by one of n_threads each. The experiment and the cells must outlive it. */
int trials_create(struct trials **trials, const struct experiment *experiment, const struct quantity_cells *cells,
                  size_t n_replicates, int n_threads, struct error *error);
void trials_free(struct trials *trials);

/* What the runs left that are well: values [cell][n_well], until the thread's next trial. */
struct trial {
    const double *values;
    size_t n_well;
};

/* One trial by thread `thread` (0 .. n_threads - 1), at factor values [n_factors], with luck that is `seed`'s. */
int trials_run(struct trials *trials, int thread, const double *factors, uint64_t seed, struct trial *trial,
               struct error *error);

#endif

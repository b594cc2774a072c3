/* Ensembles: replicates of one configuration, in batches of lanes, over threads. */
#ifndef ENTENTE_ENSEMBLE_H
#define ENTENTE_ENSEMBLE_H

#include "base/error.h"
#include "config/configuration.h"

/* How a replicate ended. `variable` is NULL for a replicate that is well, else the first that was not finite, in
 * `year`. */
struct replicate_status {
    const struct variable *variable;
    int year;
};

/* Of the ascending years [n], those before the one in which the replicate failed. */
size_t replicate_well_years(const struct replicate_status *status, const int *years, size_t n);

/* Who looks on. Called by worker threads, each year after step 5, for lanes 0 .. n_lanes - 1, which are the replicates
 * first_replicate ... `status[lane]` tells which of them have failed by then. */
struct observer {
    void (*observe)(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status);
    void *context;
    bool sees_details; /* also variables with flag DETAIL, which are not all computed otherwise */
    bool sees_trade;   /* also that of outsiders with each other, likewise */
};

/* It looks at this variable too. */
void observer_look_at(struct observer *observer, const struct variable *variable);

/* Run replicates first .. first + n - 1. `status` [n] is filled. The results do not depend on n_threads, nor on how
 * replicates are cut into calls. Returns 0 even if replicates failed; negative if nothing could be run (memory). */
int ensemble_run(const struct configuration *configuration, size_t first, size_t n, int n_threads,
                 const struct observer *observer, struct replicate_status *status, struct error *error);

#endif

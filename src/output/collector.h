/* Collector: from the world's lanes to statistics over the replicates of a scenario, in memory that does not grow with
 * them.
 *
 * Of each element of each variable and each year (a row) the first replicates are kept as they are. If that is all of
 * them, their statistics are exact. If not they are the pilot, from which each row gets its range; from then on values
 * are only counted (tally.h), a block at a time. How many are kept follows from the number of rows and of replicates
 * alone, and counts are whole numbers: the bits depend neither on threads nor on blocks nor on the lanes.
 */
#ifndef ENTENTE_COLLECTOR_H
#define ENTENTE_COLLECTOR_H

#include "engine/ensemble.h"
#include "fields.h"

struct collector;

/* For the statistics of `fields`, which must outlive it. FAILED if there is not enough memory. */
int collector_create(struct collector **collector, const struct fields *fields, size_t n_replicates, int n_threads,
                     struct error *error);
void collector_free(struct collector *collector);

/* Are all values of n_replicates kept, so that one block can have them all? */
bool collector_keeps_all(const struct fields *fields, size_t n_replicates);

/* Replicates that the block which begins with replicate `first` may have at most. */
size_t collector_room(const struct collector *collector, size_t first);

/* Begin a block of a scenario with replicate `first`, a multiple of LANES; 0 begins the scenario. */
void collector_begin_block(struct collector *collector, size_t first, size_t n);

/* Take a year (of those that are kept) of the replicates of some lanes, at the same time as other threads that of
 * others. */
void collector_observe(struct collector *collector, const struct world *world, size_t year_index,
                       size_t first_replicate, size_t n_lanes, const struct replicate_status *status);

void collector_end_block(struct collector *collector);

/* The statistics of all values of a row, as statistics_reduce and tally.h say; `fill` for what there is not. `scratch`
 * has room for collector_scratch numbers. Returns the most by which a quantile can be off. */
double collector_reduce(const struct collector *collector, size_t year_index, size_t element, double *scratch,
                        const double *shares, size_t n_shares, double fill, double *mean, double *sd,
                        double *quantiles);
size_t collector_scratch(const struct collector *collector);

#endif

/* Tally: statistics over replicates in one pass, in memory that does not grow with them.
 *
 * The first values (the pilot) fix a range of classes, twice as wide as what they span. Each value then is counted in its
 * class and added to sums. Counts are whole numbers, and sums run in the order of the replicates, so that nothing depends on
 * how replicates are cut into blocks, nor on threads. Mean and standard deviation are those of all values; a quantile lies
 * within its class, which is as wide as 1 / 512 of what the pilot spans. Values beyond the classes are counted too.
 */
#ifndef ENTENTE_TALLY_H
#define ENTENTE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TALLY_EXACT = 1024,   /* up to so many replicates values are kept and sorted (statistics.h); beyond, tallied */
    TALLY_PILOT = 512,    /* replicates that fix the classes */
    TALLY_CLASSES = 1024, /* and one below and one above them */
    TALLY_SUMS = 8        /* sums that take turns, so that one need not wait for the last */
};

struct tally {
    double low, classes_per_unit; /* where the classes begin, and how many fit in 1 */
    double shift;                 /* taken off before squaring, so that little is lost */
    double least, most;
    double sum[TALLY_SUMS], sum_of_squares[TALLY_SUMS];
    bool is_whole; /* of whole numbers: one to a class */
    uint32_t *counts; /* [TALLY_CLASSES + 2] */
};

/* Values of consecutive replicates, of which the first is `first`. `is_well` says which count; NULL: all do. */
struct sample_part {
    const double *values;
    size_t n, first;
    const bool *is_well;
};

/* Fix the classes. `counts` has room for TALLY_CLASSES + 2, and is cleared. The values are not counted by this. */
void tally_begin(struct tally *tally, const struct sample_part *pilot, bool is_whole, uint32_t *counts);

/* Count values. Parts must come in the order of their replicates. */
void tally_add(struct tally *tally, const struct sample_part *part);

/* Mean, sd with n - 1, and the quantiles at `shares`, of the n values that were counted. What cannot be had is `fill`. */
void tally_tell(const struct tally *tally, size_t n, const double *shares, size_t n_shares, double fill, double *mean,
                double *sd, double *quantiles);

#endif

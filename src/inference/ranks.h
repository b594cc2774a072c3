/* Ranks: exact quantiles of values that are too many to keep, found in several passes over them.
 *
 * The bits of a double, its sign turned round, are in the order of the numbers. Each pass counts the next byte of those
 * values that begin like the one sought, and so fixes that byte of it. After eight passes the value itself is known, in
 * whatever pieces the values came.
 */
#ifndef ENTENTE_RANKS_H
#define ENTENTE_RANKS_H

#include <stddef.h>
#include <stdint.h>

enum { RANKS_PASSES = 8, RANKS_MOST_SHARES = 3, RANKS_BYTES = 256 };

struct ranks {
    size_t n_shares;
    double rests[RANKS_MOST_SHARES];            /* how far a quantile is from the value below it to that above */
    uint64_t ranks[2 * RANKS_MOST_SHARES];      /* of the values sought, among those that begin like them */
    uint64_t beginnings[2 * RANKS_MOST_SHARES]; /* what is known of them: the bytes so far */
    uint32_t counts[2 * RANKS_MOST_SHARES][RANKS_BYTES];
};

/* Seek the quantiles at shares[n_shares], in ascending order, of n values, n < 2^32. */
void ranks_begin(struct ranks *ranks, size_t n, const double *shares, size_t n_shares);

/* Pass `pass` (0 .. RANKS_PASSES - 1): take values[n], which are some of all; what is NaN is no value. */
void ranks_add(struct ranks *ranks, int pass, const double *values, size_t n);

/* All values were taken in this pass. */
void ranks_end_pass(struct ranks *ranks);

/* After the last pass: the quantile at shares[k], interpolated between the values beside it. */
double ranks_quantile(const struct ranks *ranks, size_t k);

#endif

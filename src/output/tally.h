/* Tally: what is kept of a great many values instead of the values: their sums and how often they fall where.
 *
 * A range is laid around the first values, the pilot, and cut into 2^23 quanta. A value is staged in quanta from the
 * centre, as a float, and counted in whole quanta. All sums are sums of whole numbers and therefore exact: in whatever
 * order values come, and however tallies are merged, the bits are the same. Quantiles come from buckets of equal width
 * and are off by a bucket at most; where a value lies beyond the range, by the way from the range to the farthest
 * value. Mean and standard deviation know nothing of buckets.
 */
#ifndef ENTENTE_TALLY_H
#define ENTENTE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/lanes.h"

/* How values become quanta: (value - centre) * scale. */
struct tally_scale {
    double centre, scale;
};

struct tally {
    struct tally_scale of;
    bool is_whole;                /* the values are whole numbers */
    unsigned shift;               /* quanta of a bucket, as a power of two */
    float least, greatest;        /* of all values, in quanta */
    uint64_t n;                   /* values */
    uint64_t n_below, n_above;    /* of these, how many lie below and above the range */
    uint64_t n_beyond;            /* of these, how many lie too far for sums */
    __int128 sum, sum_of_squares; /* of whole quanta, without those beyond */
    uint32_t *counts;             /* [buckets + 1]: the last is for what lies elsewhere, and means nothing */
};

enum { TALLY_MOST_BUCKETS = 1024 };

/* Begin an empty tally of values about within low .. high, in `n_buckets` (a power of two, TALLY_MOST_BUCKETS at most;
 * `counts` has one more). low > high: nothing is known of the values. */
void tally_begin(struct tally *tally, double low, double high, bool is_whole, size_t n_buckets, uint32_t *counts);

/* Put n arrays of lanes into quanta: to[k][lane]. */
void tally_stage(const struct tally_scale *scales, const lane_array *lanes, size_t n, float *to);

/* Count staged values. NaN is no value. */
void tally_add(struct tally *tally, const float *staged, size_t n);

/* Add what another tally has counted that began alike. */
void tally_merge(struct tally *tally, const struct tally *other);

/* Mean and standard deviation with n - 1; `fill` for what cannot be had of so few values, or of values so far apart
 * that they are millions of ranges away from the range of the pilot. */
void tally_moments(const struct tally *tally, double fill, double *mean, double *sd);

/* The quantile at `share`, interpolated linearly between order statistics, each taken from its bucket; `fill` if there
 * is no value. Returns the most by which it can be off. */
double tally_quantile(const struct tally *tally, double share, double fill, double *quantile);

#endif

/* Pairs: two runs with the same luck, and what their differences say. Pure functions on arrays.
 *
 * Replicate r of a scenario and replicate r of another are a pair. What is the same in both, luck above all, cancels
 * in the difference, so that a mean of differences is known better than a difference of means.
 */
#ifndef ENTENTE_PAIRS_H
#define ENTENTE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

/* Mean and squares about it of values that come one after the other (Welford 1962). All zero: no values. */
struct moments {
    size_t n;
    double mean, squares;
};

/* Add values[n]; what is NaN is no value. The bits depend on the order alone, not on how it is cut. */
void moments_add(struct moments *moments, const double *values, size_t n);

/* With n - 1; NaN of fewer than two values. */
double moments_variance(const struct moments *moments);

/* Pairs so far. All zero: none. */
struct pairs {
    struct moments base, other, difference; /* difference: other - base */
    size_t n_above, n_below;                /* pairs whose difference is above zero, below it */
};

/* Add the pairs base[n], other[n]. Where either is NaN there is no pair. difference[n], which may be `other` itself,
 * becomes other - base, NaN where there is no pair. */
void pairs_add(struct pairs *pairs, const double *base, const double *other, size_t n, double *difference);

/* Quantiles of an effect: 5, 50 and 95 %. */
enum { CONTRAST_QUANTILES = 3 };
extern const double contrast_shares[CONTRAST_QUANTILES];

/* What is known of a difference in one year. NaN: not known. */
struct contrast {
    double difference, low, high;         /* the mean, and its 95 % interval */
    double sd;                            /* of the paired differences */
    double quantiles[CONTRAST_QUANTILES]; /* of the paired differences */
    double above, above_low, above_high;  /* share of pairs above zero, ties half; its 95 % interval */
    double saved;                         /* share of the variance of the difference that pairing saves */
    bool differs;                         /* does any pair differ? */
};

/* The quantile at 0.975 of Student's t for the mean of n values; NaN if n < 2. */
double contrast_t(size_t n);

/* The effect in pairs, without quantiles. `t` is contrast_t of their number. The interval of the share is Wilson's
 * (1927), which holds for few pairs and at the ends. */
struct contrast contrast_of_pairs(const struct pairs *pairs, double t);

/* The effect where luck is not the same: the difference of means with Welch's interval (1947). Whether a pair differs
 * is no question there. */
struct contrast contrast_apart(const struct moments *base, const struct moments *other);

/* The effect where luck is the same but the pairs are not known, only means and standard deviations. A standard
 * deviation of differences is at most the sum of the two, so that this interval is never narrower than that of the
 * pairs. `t` is contrast_t of the smaller number. */
struct contrast contrast_of_unknown_pairs(const struct moments *base, const struct moments *other, double t);

/* How many times as many runs it would take without pairs: 1 / (1 - saved). Infinite if pairing leaves no variance. */
double contrast_worth(double saved);

/* When an effect begins, is largest and is over, found year after year. */
struct course {
    long first, largest, recovery; /* years, as given; COURSE_NEVER */
    double most;                   /* absolute difference so far */
};
enum { COURSE_NEVER = -1 };

void course_begin(struct course *course);

/* Add the effect in a year. A later year is given a larger number. It is over in the first year after the largest
 * from which on the interval includes zero; without an interval, from which on the difference is zero. */
void course_add(struct course *course, long year, const struct contrast *effect);

#endif

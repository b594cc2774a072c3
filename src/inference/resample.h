/* Resample: what an estimate would have been had chance chosen other blocks (the bootstrap; Efron 1979).
 *
 * A resample takes as many of n items as there are, with replacement. What is estimated must be a function of sums over
 * items: the sums of a resample are those in which each item counts as often as it was taken. Which items are taken
 * depends on seed, resample and place alone, so that all outputs of an experiment meet the same resamples.
 */
#ifndef ENTENTE_RESAMPLE_H
#define ENTENTE_RESAMPLE_H

#include <stdint.h>

#include "base/error.h"

struct resample {
    size_t n, n_times;     /* items; resamples */
    unsigned char *counts; /* [n_times][n]: how often each is taken; a count above 255 has a probability of 10^-500 */
};

/* Draw the resamples. Needs n * n_times bytes; give back with resample_free. */
int resample_create(struct resample *resample, size_t n, size_t n_times, uint64_t seed, struct error *error);
void resample_free(struct resample *resample);

/* Draw resample b alone: how often each of n items is taken. */
void resample_draw(unsigned char *counts, size_t n, size_t b, uint64_t seed);

/* The sums of terms [n][n_terms] in each resample, into sums [n_times][n_terms]; those of the items in order. */
void resample_sum(const struct resample *resample, const double *terms, size_t n_terms, double *sums);

/* The bounds between which 95 % of values [n] lie: percentiles, interpolated; values that are not finite are left out,
 * and if none is left the bounds are NaN. The order of the values is lost. */
void resample_interval(double *values, size_t n, double *low, double *high);

/* The shares of probability at the two bounds. */
extern const double resample_bounds[2];

#endif

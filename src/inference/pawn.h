/* PAWN index: how far the whole distribution of an output moves with a factor, from any points that fill the space
 * (Pianosi & Wagener 2015; from given points: 2018).
 *
 *     D_s     = max_y |F_s(y) - F(y)|          distance of Kolmogorov and Smirnov, of slice s
 *     median  = median of D_s over slices
 *     max     = the largest of them
 *
 * F, F_s   distribution of the output at all points, and at those in slice s of the factor's range
 *
 * It asks nothing of the distribution: of a heavy tail, which makes variance a matter of few points, as little as of
 * one with two peaks. F_s and F differ by chance as well, so that both are above 0 of a factor that does nothing: as
 * far as they are of slices to which the points were dealt at random, the dummies. A slice with fewer than five points
 * does not count.
 *
 * Intervals are from resamples of the points, and wide rather than narrow. A resample adds chance to chance: it lies
 * above the estimate by about as much as the estimate above the truth. So its percentiles are reflected at the estimate
 * (the basic interval; Davison & Hinkley 1997). That is not enough where slices are as far away as others: chance then
 * picks the farthest of them, or the nearest for the median. So the lower bound is at most the estimate less the
 * highest of the dummies (which is 0 of what is not above them), the upper one at least the median, or the largest, of
 * the upper bounds of the slices. F and F_s are compared in resamples at 63 ranks evenly spread, and where they are
 * farthest apart in the points themselves.
 */
#ifndef ENTENTE_PAWN_H
#define ENTENTE_PAWN_H

#include <stdint.h>

#include "base/error.h"

enum {
    PAWN_SLICES = 10,         /* of a factor, unless it has levels */
    PAWN_POINTS_A_SLICE = 10, /* on average; with fewer, chance is all there is to see */
    PAWN_DUMMIES = 39,        /* an index above all of them is so by chance once in 40 times */
    PAWN_INDICES = 2          /* median, max */
};

struct pawn {
    size_t n_points, n_factors, n_times, stride;
    const uint16_t *slices; /* [n_factors][n_points] */
    const size_t *n_slices; /* [n_factors] */
    size_t *like;           /* [n_factors]: the first factor whose slices are as large, so that chance is the same */
    uint32_t *orders;       /* [PAWN_DUMMIES][n_points]: of whom a dummy has the slice */
    int16_t *surplus;       /* [n_points + 1][stride]: how many of the points before a resample takes too many */
};

/* Get ready: draw dummies and resamples, which takes 2 bytes a point and resample. `slices` and `n_slices` must outlive
 * it. Give back with pawn_free, after failure too. */
int pawn_create(struct pawn *pawn, const uint16_t *slices, const size_t *n_slices, size_t n_factors, size_t n_points,
                size_t n_times, uint64_t seed, int n_threads, struct error *error);
void pawn_free(struct pawn *pawn);

/* Where the index `which` of a factor stands: the medians of all factors come first. */
static inline size_t pawn_place(const struct pawn *pawn, size_t which, size_t f) { return which * pawn->n_factors + f; }

/* All that is told of the indices of an output y [n_points], whose points that are not finite are left out: numbers
 * [PAWN_INDICES * n_factors][FINDING_NUMBERS]; NaN where the output does not vary or no slice counts. */
int pawn_find(const struct pawn *pawn, const double *y, double *numbers, struct error *error);

/* The slice of each of n points, by their values of a factor: n_slices of equal probability, or with 0 one for each
 * value. Equal values are in one slice, and slices that no point is in are passed over. Returns in *n_found how many
 * there are. */
int pawn_cut(const double *values, size_t n, size_t n_slices, uint16_t *slices, size_t *n_found, struct error *error);

#endif

/* Elementary effects: what moving one factor, or one group of factors, does to an output, from the trajectories of a
 * Morris design (Morris 1991; Campolongo, Cariboni & Saltelli 2007).
 *
 *     d_g   = (y after - y before) / step          one in each trajectory
 *     mu    = mean(d_g)      mu* = mean(|d_g|)     sigma = standard deviation of d_g
 *
 * step   how far the factor moves, in shares of its probability: below 0 where it moves down
 *
 * mu* ranks; mu has the direction, and a sigma as large as mu* tells of interactions or of effects that are not
 * proportional. In a group of several factors some move up and some down: it has mu* alone.
 */
#ifndef ENTENTE_MORRIS_H
#define ENTENTE_MORRIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "blocks.h"
#include "resample.h"

enum { MORRIS_MU, MORRIS_MU_STAR, MORRIS_SIGMA, MORRIS_MEASURES };

/* How the groups move. A block has n_groups + 1 points. */
struct morris {
    size_t n_groups;
    const uint32_t *group; /* [trajectory][n_groups]: which moves from a point to the next */
    const double *step;    /* [trajectory][n_groups]: how far */
    const bool *has_sign;  /* [n_groups]: it is one factor */
};

/* The measures of the first n of the kept trajectories, [MORRIS_MEASURES][n_groups]; NaN where there is none (sigma of
 * one trajectory). */
int morris_estimate(const struct morris *morris, const struct blocks *blocks, size_t n, double *measures,
                    struct error *error);

/* The bounds of their 95 % intervals over resamples of the kept trajectories (resample->n of them). */
int morris_intervals(const struct morris *morris, const struct blocks *blocks, const struct resample *resample,
                     double *low, double *high, struct error *error);

#endif

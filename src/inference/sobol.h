/* Sobol indices: how much of an output's variance is due to each factor, from the points of a Saltelli design.
 *
 *     S_i  = mean(B (AB_i - A)) / V            alone                                     Saltelli et al. 2010
 *     T_i  = mean((A - AB_i)^2) / (2 V)        with all interactions it has a part in    Jansen 1999
 *     S_ij = (mean(BA_i AB_j) - mean(A B)) / V - S_i - S_j    of two together            Saltelli 2002
 *
 * A, B, AB_i, BA_i   the output at the points of a base point, less its mean over A and B
 * V                  variance of the output over A and B
 *
 * Left out: what averaging AB and BA would gain, and corrections for few base points. The indices are shares of the
 * variance between points; if the output is a mean over replicates, what chance leaves in it is a part of that
 * variance, counts in every T_i (chance differs between A and AB_i), and is told beside the indices.
 */
#ifndef ENTENTE_SOBOL_H
#define ENTENTE_SOBOL_H

#include <stdbool.h>

#include "base/error.h"
#include "blocks.h"
#include "resample.h"

enum { SOBOL_MOST_FACTORS = 20 }; /* of a Saltelli design */

struct sobol {
    size_t n_factors;
    bool is_second_order; /* the design has the blocks BA */
};

/* Points of a base point: A, AB_1 .. AB_k, (BA_1 .. BA_k), B. */
static inline size_t sobol_rows(const struct sobol *sobol)
{
    return (sobol->is_second_order ? 2 : 1) * sobol->n_factors + 2;
}

/* Where the indices stand: first order [k], total [k], then those of the pairs f < g. A factor makes no pair with
 * itself. */
static inline size_t sobol_total(const struct sobol *sobol, size_t f) { return sobol->n_factors + f; }
size_t sobol_pair(const struct sobol *sobol, size_t f, size_t g);
size_t sobol_count(const struct sobol *sobol);

/* The indices from the first n of the kept blocks; NaN where the output does not vary. */
void sobol_estimate(const struct sobol *sobol, const struct blocks *blocks, size_t n, double *indices);

/* The bounds of their 95 % intervals over resamples of the kept blocks (resample->n of them). */
int sobol_intervals(const struct sobol *sobol, const struct blocks *blocks, const struct resample *resample,
                    double *low, double *high, struct error *error);

#endif

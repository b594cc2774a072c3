/* Population: points that stand for the posterior, by sequential Monte Carlo with approximate Bayesian computation.
 *
 * A particle is a point with the distances of R runs of its own luck. At tolerance e it counts as
 *     L_e = (1 / R) sum over runs of exp(-distance / 2 e^2)   exp(-penalty / 2 e^2)
 * so that at e = 1 the posterior is that of observations which miss the run that made them by a normal error of `sd`
 * (Wilkinson 2013: approximate computation is exact for a model with such an error; the mean over runs is an unbiased
 * estimate, which is all that a particle needs: Andrieu & Roberts 2009). From the prior, e falls as fast as keeps a
 * part of the particles in play (Del Moral, Doucet & Jasra 2012); those that survive are moved by a random walk of
 * Metropolis, with new runs, as often as it takes for most to have moved (Drovandi & Pettitt 2011).
 */
#ifndef ENTENTE_POPULATION_H
#define ENTENTE_POPULATION_H

#include "judge.h"

/* What a generation came to. */
struct generation {
    double tolerance;
    double effective;  /* share of particles in play after weighting */
    double acceptance; /* share of moves that were made */
    size_t n_moves;    /* of each particle */
};

struct population {
    size_t n, n_factors, n_replicates;
    double *z;         /* [n][n_factors] */
    double *distances; /* [n][n_replicates] */
    double *penalties; /* [n] */
    double scale;      /* of steps, beside the optimal one for a normal distribution */
    uint64_t n_steps;  /* that all particles have made: the address of the next one's luck */
    struct generation *generations;
    size_t n_generations; /* 0: not begun; the first is the prior */
    bool is_at_end;       /* the tolerance that was asked for, or nothing moves any more */
};

int population_create(struct population *population, const struct experiment *experiment, struct error *error);
void population_free(struct population *population);

/* One generation more, by n_threads, on which no bit depends. `stops` (NULL: never) ends it between moves with FAILED.
 */
int population_advance(struct population *population, struct judge *judge, const struct experiment *experiment,
                       int n_threads, bool (*stops)(void), struct error *error);

#endif

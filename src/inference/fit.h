/* Fit: the point that agrees best with the observations, by the simplex of Nelder & Mead (1965; GSL's nmsimplex2) from
 * several starts. All points meet the same luck, so that the misfit is a smooth function of them. */
#ifndef ENTENTE_FIT_H
#define ENTENTE_FIT_H

#include "judge.h"

/* Where a search ended. */
struct fit {
    double *z; /* [n_factors] */
    double misfit;
    size_t n_trials;
    bool has_converged;
};

/* Search from start `k`: 0 is the middle of the prior, the others are points of a Sobol sequence, or draws. fit->z must
 * be there. By thread `thread`. `stops` (NULL: never), which several threads may ask at once, ends it with FAILED. */
int fit_search(struct fit *fit, struct judge *judge, int thread, const struct experiment *experiment, size_t k,
               bool (*stops)(void), struct error *error);

#endif

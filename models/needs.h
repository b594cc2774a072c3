#ifndef ENTENTE_NEEDS_H
#define ENTENTE_NEEDS_H

#include "world.h"

struct needs_parameters {
    struct {
        lane_array base_efficacy, half_dependence;
    } needs;
    struct {
        lane_array mobilisation, scale;
    } payments;
};

extern const struct mechanism needs;

/* Step 3: what states need, how much the organization can do about it, and what leaders pay. After trade_find_potential. */
void needs_assess(struct world *world, const struct needs_parameters *p);

#endif

#ifndef ENTENTE_LEADERSHIP_H
#define ENTENTE_LEADERSHIP_H

#include "world.h"

struct leadership_parameters {
    struct {
        lane_array complementarity, weight_vision, weight_will, weight_resources, weight_skills, concentration, tolerance;
    } leadership;
};

extern const struct mechanism leadership;

/* Step 2: resources of every state, as a share of the members' GDP. */
void leadership_share_resources(struct world *world);

/* Step 2: closeness of positions, exp(-|x_i - x_j|^2 / 2 kappa^2), of every dyad. */
void leadership_compare_positions(struct world *world, const struct leadership_parameters *p);

/* Step 2: leadership, influence, drive and appeal. */
void leadership_weigh(struct world *world, const struct leadership_parameters *p);

#endif

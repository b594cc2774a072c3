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

/* ln of the closeness of two states' positions in a lane, -|x_i - x_j|^2 / 2 kappa^2; `steepness` is -1 / 2 kappa^2. */
void leadership_find_steepness(const struct leadership_parameters *p, double *steepness);

static inline double leadership_log_closeness(const struct world *world, const double *steepness, size_t i, size_t j,
                                              size_t l)
{
    const by_area *x = world->now.position;
    return steepness[l] * (square(x[i][SECURITY][l] - x[j][SECURITY][l]) + square(x[i][ECONOMY][l] - x[j][ECONOMY][l]));
}

/* Step 2: leadership, influence, drive and appeal. */
void leadership_weigh(struct world *world, const struct leadership_parameters *p);

#endif

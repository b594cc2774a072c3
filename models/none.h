#ifndef ENTENTE_NONE_H
#define ENTENTE_NONE_H

#include "world.h"

/* One lane_array for each parameter, under the names that YAML has: none.rate. */
struct none_parameters {
    struct {
        lane_array rate;
    } none;
};

extern const struct mechanism none;

/* Step N: next year's so and so. */
void none_grow(struct world *world, const struct none_parameters *p);

#endif

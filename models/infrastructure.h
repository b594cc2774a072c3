#ifndef ENTENTE_INFRASTRUCTURE_H
#define ENTENTE_INFRASTRUCTURE_H

#include "world.h"

struct infrastructure_parameters {
    struct {
        lane_array building, decay;
    } infrastructure;
};

extern const struct mechanism infrastructure;

/* Step 13: next year's infrastructure of every dyad. */
void infrastructure_build(struct world *world, const struct infrastructure_parameters *p);

#endif

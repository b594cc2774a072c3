#ifndef ENTENTE_INFRASTRUCTURE_H
#define ENTENTE_INFRASTRUCTURE_H

#include "world.h"

struct infrastructure_parameters {
    struct {
        lane_array building, decay;
    } infrastructure;
};

extern const struct mechanism infrastructure;

/* Before the first year: dyads with infrastructure are followed, though nobody is a member yet. */
void infrastructure_begin(struct world *world);

/* Step 13: next year's infrastructure of every dyad. */
void infrastructure_build(struct world *world, const struct infrastructure_parameters *p);

#endif

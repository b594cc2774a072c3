#ifndef ENTENTE_INSTITUTIONS_H
#define ENTENTE_INSTITUTIONS_H

#include "world.h"

struct institutions_parameters {
    struct {
        lane_array building, decay;
    } institutions;
};

extern const struct mechanism institutions;

/* Step 7: next year's depth of institutions. */
void institutions_build(struct world *world, const struct institutions_parameters *p);

#endif

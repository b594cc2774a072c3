#ifndef ENTENTE_COHESION_H
#define ENTENTE_COHESION_H

#include "world.h"

extern const struct mechanism cohesion;

/* After step 5: how far the organization holds together. */
void cohesion_observe(struct world *world);

#endif

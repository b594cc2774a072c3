#ifndef ENTENTE_CRISIS_H
#define ENTENTE_CRISIS_H

#include "world.h"

extern const struct mechanism crisis;

/* Step 5: what the organization was asked for and could not give. */
void crisis_respond(struct world *world);

#endif

#ifndef ENTENTE_SECURITY_H
#define ENTENTE_SECURITY_H

#include "world.h"

struct security_parameters {
    struct {
        lane_array decay, rebuff;
    } alignment;
    struct {
        lane_array decay;
    } insecurity;
    struct {
        lane_array recovery, relief;
    } threat;
};

extern const struct mechanism security;

/* Before the first year: remember the starting alignment and threat, to which both return. */
void security_begin(struct world *world);

/* Step 10: next year's alignment, insecurity and threat. */
void security_change(struct world *world, const struct security_parameters *p);

#endif

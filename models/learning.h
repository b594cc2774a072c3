#ifndef ENTENTE_LEARNING_H
#define ENTENTE_LEARNING_H

#include "world.h"

struct learning_parameters {
    struct {
        lane_array vision, will, aspiration, skills;
    } learning;
};

extern const struct mechanism learning;

/* Step 12: next year's vision, will and skills of members. */
void learning_learn(struct world *world, const struct learning_parameters *p);

#endif

#ifndef ENTENTE_POSITIONS_H
#define ENTENTE_POSITIONS_H

#include "world.h"

struct positions_parameters {
    struct {
        lane_array influence, outside_pull, stubbornness, noise;
    } positions;
};

extern const struct mechanism positions;

/* Before the first year: remember the starting positions, which states hold on to. */
void positions_begin(struct world *world);

/* Step 11: next year's positions of members. */
void positions_move(struct world *world, const struct positions_parameters *p);

#endif

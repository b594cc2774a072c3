/* One year of the world. */
#ifndef ENTENTE_YEAR_H
#define ENTENTE_YEAR_H

#include "registry.h"

/* A world with what drives it. `base` are the parameters as configured, `parameters` those in force this year. */
struct course {
    struct world world;
    struct calendar calendar;
    const struct parameters *base;
    struct parameters *parameters;
    bool is_on[N_MECHANISMS];
};

/* Before the first year, after world_set_starts. */
void year_begin(struct course *course);

/* Step 1: what happens, and who is a member then. */
void year_open(struct course *course);

/* Steps 2 to 5 and cohesion: what this year is like. Everything that is recorded is as it is after this. */
void year_see(struct course *course);

/* After the series have told of next year, before the draws for steps 6 to 16: whom these are for. */
void year_look_ahead(struct course *course);

/* Steps 6 to 16: what next year will be like. */
void year_move(struct course *course);

#endif

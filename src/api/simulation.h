/* Simulation: inside of struct entente_simulation. */
#ifndef ENTENTE_SIMULATION_H
#define ENTENTE_SIMULATION_H

#include "config/configuration.h"

struct entente_simulation {
    char *path;
    struct overrides overrides; /* each of `set` is ours */
    struct configuration configuration;
};

#endif

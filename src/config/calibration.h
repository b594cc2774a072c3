/* Calibration: what an experiment's factors are judged by, and how they are searched. */
#ifndef ENTENTE_CALIBRATION_H
#define ENTENTE_CALIBRATION_H

#include "quantity.h"

/* A number that was observed, and what of a run is to be compared with it. */
struct target {
    const char *name;
    struct quantity quantity; /* one number a run */
    double observed;
    double sd;     /* how far off, as a standard deviation, the observation and the model may be beside chance */
    double weight; /* of its square in the distance */
};

/* What has to hold of all runs at a point: low <= quantity <= high. */
struct pattern {
    const char *name;
    struct quantity quantity; /* one number of all runs */
    double low, high;         /* infinite where there is no bound */
    double sd;                /* by how much it may miss, like that of a target */
};

struct calibration {
    struct quantity_cells cells;
    struct target *targets;
    size_t n_targets;
    struct pattern *patterns;
    size_t n_patterns;
    size_t n_replicates; /* of a trial */
    uint64_t seed;
    size_t n_starts, most_steps;          /* of the point fit; no starts: there is none */
    size_t n_particles, most_generations; /* of the posterior; no particles: there is none */
    double tolerance;                     /* at which it is complete, in units of each sd */
};

#endif

/* The functions of models/lanes.h and src/engine/normal.h in loops, compiled once for each level of the instruction
 * set. */
#ifndef ENTENTE_TEST_LOOPS_H
#define ENTENTE_TEST_LOOPS_H

#include "engine/normal.h"
#include "models/lanes.h"

enum { LOOP_LENGTH = 1024 };

struct loops {
    const char *level;
    void (*exp)(double *y, const double *x);
    void (*log)(double *y, const double *x);
    void (*normal_log)(float *y, const float *u);
    void (*normal_sine_cosine)(float *sine, float *cosine, const uint32_t *turn);
    void (*normal_radius)(float *y, const uint32_t *word);
};

extern const struct loops loops_baseline, loops_v3, loops_v4;

#endif

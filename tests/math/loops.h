/* The functions of models/lanes.h in loops, compiled once for each level of the instruction set. */
#ifndef ENTENTE_TEST_LOOPS_H
#define ENTENTE_TEST_LOOPS_H

#include "models/lanes.h"

enum { LOOP_LENGTH = 1024 };

struct loops {
    const char *level;
    void (*exp)(double *y, const double *x);
    void (*log)(double *y, const double *x);
    void (*sine)(double *y, const double *x);
    void (*cosine)(double *y, const double *x);
};

extern const struct loops loops_baseline, loops_v3, loops_v4;

#endif

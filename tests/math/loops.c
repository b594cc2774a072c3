#include "loops.h"

#define NAME_OF(level) loops_##level
#define NAME(level) NAME_OF(level)
#define TEXT_OF(level) #level
#define TEXT(level) TEXT_OF(level)

#define LOOP(function, value, result, argument)                                                                        \
    static void function(result *restrict y, const argument *restrict x)                                               \
    {                                                                                                                  \
        for (size_t k = 0; k < LOOP_LENGTH; k += LANES)                                                                \
            FOR_LANES(l)                                                                                               \
                y[k + l] = value(x[k + l]);                                                                            \
    }

LOOP(exp_loop, lane_exp, double, double)
LOOP(log_loop, lane_log, double, double)
LOOP(normal_log_loop, normal_log, float, float)
LOOP(normal_radius_loop, normal_radius, float, uint32_t)

static void normal_sine_cosine_loop(float *restrict sine, float *restrict cosine, const uint32_t *restrict turn)
{
    for (size_t k = 0; k < LOOP_LENGTH; k += LANES)
        FOR_LANES(l)
            normal_sine_cosine(turn[k + l], &sine[k + l], &cosine[k + l]);
}

const struct loops NAME(LEVEL) = {TEXT(LEVEL),       exp_loop, log_loop, normal_log_loop, normal_sine_cosine_loop,
                                  normal_radius_loop};

#include "loops.h"

#define NAME_OF(level) loops_##level
#define NAME(level) NAME_OF(level)
#define TEXT_OF(level) #level
#define TEXT(level) TEXT_OF(level)

#define LOOP(function, value)                                                                                          \
    static void function(double *restrict y, const double *restrict x)                                                 \
    {                                                                                                                  \
        for (size_t k = 0; k < LOOP_LENGTH; k += LANES)                                                                \
            FOR_LANES(l)                                                                                               \
                y[k + l] = value(x[k + l]);                                                                            \
    }

static inline double sine_of(double u)
{
    double sine, cosine;
    lane_sine_cosine_turn(u, &sine, &cosine);
    return sine;
}

static inline double cosine_of(double u)
{
    double sine, cosine;
    lane_sine_cosine_turn(u, &sine, &cosine);
    return cosine;
}

LOOP(exp_loop, lane_exp)
LOOP(log_loop, lane_log)
LOOP(sine_loop, sine_of)
LOOP(cosine_loop, cosine_of)

const struct loops NAME(LEVEL) = {TEXT(LEVEL), exp_loop, log_loop, sine_loop, cosine_loop};

/* Factor: something that an experiment varies, and the values it takes. */
#ifndef ENTENTE_FACTOR_H
#define ENTENTE_FACTOR_H

#include <stdbool.h>
#include <stddef.h>

enum distribution { UNIFORM, LOG_UNIFORM, NORMAL, BETA, TRIANGULAR, WHOLE_NUMBER, LEVELS };

/* Who reads a factor checks that it is sound: low <= high, both finite; 0 < low of LOG_UNIFORM; 0 < sd; 0 < shapes; the
 * peak within low .. high; both ends of WHOLE_NUMBER whole; a level or more of LEVELS. */
struct factor {
    const char *name; /* as in YAML: states.CHN.will */
    enum distribution distribution;
    double low, high;  /* no value is outside: a normal distribution is cut off there, a beta distribution spread */
    double mean, sd;   /* NORMAL, before it is cut off */
    double shapes[2];  /* BETA: alpha, beta */
    double peak;       /* TRIANGULAR */
    size_t n_levels;   /* LEVELS: how many there are, and a value is the number of its level, 0 .. n_levels - 1;
                          of others how many values a grid or one at a time takes, 0 if nothing is said */
    bool has_usual;    /* is something known of what it is if it is not varied? */
    double usual;      /* that; of LEVELS the number of the level */
    const char *group; /* factors that a screening moves together; NULL: on its own */
};

/* The value at a share of the probability: the quantile function. 0 <= share <= 1; the ends are `low` and `high`. All
 * values but those of UNIFORM, WHOLE_NUMBER and LEVELS are rounded to 12 significant digits, so that they do not depend
 * on a library's last bits. */
double factor_value(const struct factor *factor, double share);

/* Value k of n that are spread evenly over the range, in logarithms for LOG_UNIFORM, ends included (n = 1: the middle);
 * of LEVELS the level k. Rounded to 12 significant digits, so that 0.3 is 0.3. */
double factor_step(const struct factor *factor, size_t k, size_t n);

/* How many values there are: of LEVELS and WHOLE_NUMBER; infinity of the others. */
double factor_count(const struct factor *factor);

#endif

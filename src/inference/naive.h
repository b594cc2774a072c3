/* Naive forecasts: what anybody could have said of a series from what was known of it. */
#ifndef ENTENTE_NAIVE_H
#define ENTENTE_NAIVE_H

#include <stddef.h>

enum { NAIVE_LEAST_CHANGES = 3 /* of which a spread is told */ };

/* What was known of a series, by year. `explained` [n] is that part of each value whose changes are known also later,
 * such as what GDP makes of trade; NULL if nothing is explained. */
struct known {
    const int *years;
    const double *values, *explained;
    size_t n;
};

/* A forecast that is normal. NaN: no forecast, no spread. */
struct naive {
    double mean, sd;
};

/* The last value, and `later`: how much of its change to `year` is explained. With the spread of a random walk of what
 * the known changes leave unexplained: their standard deviation a year, times the root of the years since. Changes over
 * several years count as what they are, sums of so many. NaN of what is missing makes NaN. */
struct naive naive_last(const struct known *known, int year, double later);

/* Likewise with the mean yearly change from the first to the last value continued. */
struct naive naive_growth(const struct known *known, int year);

#endif

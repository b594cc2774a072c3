/* Statistics over replicates: mean, standard deviation, quantiles. */
#ifndef ENTENTE_STATISTICS_H
#define ENTENTE_STATISTICS_H

#include <stddef.h>

/* Summarize values[n] (n may be 0, no NaN), whose order is lost: mean, sd with n - 1, and the quantiles at `shares`,
 * interpolated linearly between order statistics. What cannot be had from so few values is `fill`. The sums run in
 * the order of the values. Takes time in proportion to n where values are spread out. */
void statistics_reduce(double *values, size_t n, const double *shares, size_t n_shares, double fill, double *mean,
                       double *sd, double *quantiles);

#endif

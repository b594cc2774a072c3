#include "statistics.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

void statistics_reduce(double *values, size_t n, const double *shares, size_t n_shares, double fill, double *mean,
                       double *sd, double *quantiles)
{
    /* before sorting, so that the sums run in the order of the replicates */
    *mean = n > 0 ? gsl_stats_mean(values, 1, n) : fill;
    *sd = n > 1 ? gsl_stats_sd_m(values, 1, n, *mean) : fill;
    gsl_sort(values, 1, n);
    for (size_t k = 0; k < n_shares; k++)
        quantiles[k] = n > 0 ? gsl_stats_quantile_from_sorted_data(values, 1, n, shares[k]) : fill;
}

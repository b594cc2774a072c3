#include "resample.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/draws.h"

enum { ITEMS_AT_ONCE = 64 }; /* their terms stay in the first cache while every resample takes them */

const double resample_bounds[2] = {0.025, 0.975};

int resample_create(struct resample *resample, size_t n, size_t n_times, uint64_t seed, struct error *error)
{
    *resample = (struct resample){.n = n, .n_times = n_times, .counts = calloc(n_times + 1, n + 1)};
    if (!resample->counts)
        return error_memory(error);
    for (size_t b = 0; b < n_times; b++)
        for (size_t k = 0; k < n; k++) {
            const double u = draws_uniform(
                &(struct draw_address){.seed = seed, .replicate = k, .purpose = PURPOSE_RESAMPLE, .a = (uint32_t)b});
            resample->counts[b * n + (size_t)(u * (double)n)]++;
        }
    return OK;
}

void resample_free(struct resample *resample)
{
    free(resample->counts);
    *resample = (struct resample){0};
}

/* Add the terms of items first .. end - 1 to the sums of one resample. */
static void add_items(const struct resample *resample, size_t b, size_t first, size_t end, const double *terms,
                      size_t n_terms, double *restrict sums)
{
    for (size_t k = first; k < end; k++) {
        const double count = resample->counts[b * resample->n + k];
        const double *restrict of_item = terms + k * n_terms;
        if (count == 0)
            continue;
        for (size_t t = 0; t < n_terms; t++)
            sums[t] += count * of_item[t];
    }
}

void resample_sum(const struct resample *resample, const double *terms, size_t n_terms, double *sums)
{
    const size_t n = resample->n;
    memset(sums, 0, resample->n_times * n_terms * sizeof *sums);
    for (size_t first = 0; first < n; first += ITEMS_AT_ONCE) {
        const size_t end = n - first < ITEMS_AT_ONCE ? n : first + ITEMS_AT_ONCE;
        for (size_t b = 0; b < resample->n_times; b++)
            add_items(resample, b, first, end, terms, n_terms, sums + b * n_terms);
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

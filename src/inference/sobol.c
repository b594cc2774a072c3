#include "sobol.h"

#include <math.h>
#include <stdlib.h>

/* Terms of a base point, whose sums give the indices: two for the variance, then one for each index. */
enum {
    SUM,
    SQUARES,
    TERMS_OF_VARIANCE,
    MOST_TERMS = TERMS_OF_VARIANCE + SOBOL_MOST_FACTORS * 2 + SOBOL_MOST_FACTORS * (SOBOL_MOST_FACTORS - 1) / 2
};

size_t sobol_pair(const struct sobol *sobol, size_t f, size_t g)
{
    const size_t n = sobol->n_factors;
    return f < g ? 2 * n + f * (2 * n - f - 1) / 2 + (g - f - 1) : sobol_pair(sobol, g, f);
}

size_t sobol_count(const struct sobol *sobol)
{
    const size_t n = sobol->n_factors;
    return 2 * n + (sobol->is_second_order ? n * (n - 1) / 2 : 0);
}

static size_t count_terms(const struct sobol *sobol) { return TERMS_OF_VARIANCE + sobol_count(sobol); }

/* Mean over A and B of the first n kept blocks; exact where they are all the same. */
static double find_centre(const struct blocks *blocks, size_t n)
{
    double sum = 0;
    const double origin = n > 0 ? blocks_row(blocks, 0)[0] : 0;
    for (size_t k = 0; k < n; k++)
        sum += (blocks_row(blocks, k)[0] - origin) + (blocks_row(blocks, k)[blocks->n_rows - 1] - origin);
    return origin + sum / (2 * (double)n);
}

static void find_terms(const struct sobol *sobol, const double *y, double centre, double *terms)
{
    const size_t n = sobol->n_factors;
    const double a = y[0] - centre, b = y[sobol_rows(sobol) - 1] - centre;
    const double *ab = y + 1, *ba = y + 1 + n;
    double *term = terms + TERMS_OF_VARIANCE;
    terms[SUM] = a + b;
    terms[SQUARES] = a * a + b * b;
    for (size_t f = 0; f < n; f++)
        *term++ = b * (ab[f] - centre - a);
    for (size_t f = 0; f < n; f++)
        *term++ = (a - (ab[f] - centre)) * (a - (ab[f] - centre)) / 2;
    for (size_t f = 0; f < n && sobol->is_second_order; f++)
        for (size_t g = f + 1; g < n; g++)
            *term++ = (ba[f] - centre) * (ab[g] - centre) - a * b;
}

/* Indices from sums over n base points. */
static void find_indices(const struct sobol *sobol, const double *sums, double n, double *indices)
{
    const double mean = sums[SUM] / (2 * n), variance = sums[SQUARES] / (2 * n) - mean * mean;
    for (size_t k = 0; k < sobol_count(sobol); k++)
        indices[k] = variance > 0 ? sums[TERMS_OF_VARIANCE + k] / n / variance : NAN;
    for (size_t f = 0; f < sobol->n_factors && sobol->is_second_order; f++)
        for (size_t g = f + 1; g < sobol->n_factors; g++)
            indices[sobol_pair(sobol, f, g)] -= indices[f] + indices[g];
}

void sobol_estimate(const struct sobol *sobol, const struct blocks *blocks, size_t n, double *indices)
{
    double sums[MOST_TERMS] = {0}, terms[MOST_TERMS];
    const double centre = find_centre(blocks, n);
    for (size_t k = 0; k < n; k++) {
        find_terms(sobol, blocks_row(blocks, k), centre, terms);
        for (size_t t = 0; t < count_terms(sobol); t++)
            sums[t] += terms[t];
    }
    find_indices(sobol, sums, (double)n, indices);
}

int sobol_intervals(const struct sobol *sobol, const struct blocks *blocks, const struct resample *resample,
                    double *low, double *high, struct error *error)
{
    const size_t n = blocks->n_kept, n_times = resample->n_times, n_terms = count_terms(sobol);
    const double centre = find_centre(blocks, n);
    if (blocks_variance(blocks) == 0) {
        for (size_t k = 0; k < sobol_count(sobol); k++)
            low[k] = high[k] = NAN;
        return OK;
    }
    double *terms = malloc((n + 1) * n_terms * sizeof *terms), *sums = malloc((n_times + 1) * n_terms * sizeof *sums);
    double *values = malloc((n_times + 1) * sizeof *values), indices[MOST_TERMS];
    int code = terms && sums && values ? OK : error_memory(error);
    for (size_t k = 0; k < n && code == OK; k++)
        find_terms(sobol, blocks_row(blocks, k), centre, terms + k * n_terms);
    if (code == OK)
        resample_sum(resample, terms, n_terms, sums);
    for (size_t b = 0; b < n_times && code == OK; b++) { /* indices in the place of their sums */
        find_indices(sobol, sums + b * n_terms, (double)n, indices);
        for (size_t k = 0; k < sobol_count(sobol); k++)
            sums[b * n_terms + k] = indices[k];
    }
    for (size_t k = 0; k < sobol_count(sobol) && code == OK; k++) {
        for (size_t b = 0; b < n_times; b++)
            values[b] = sums[b * n_terms + k];
        resample_interval(values, n_times, &low[k], &high[k]);
    }
    free(terms);
    free(sums);
    free(values);
    return code;
}

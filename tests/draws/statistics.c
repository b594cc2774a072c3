#include "statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 256, GRID = 16 };

/* E z^k: of the normal distribution 1, 0, 1, 0, 3, 0, 15, 0, 105; of the uniform one 3^(k/2) / (k + 1) for even k */
const struct distribution standard_normal = {{1, 0, 1, 0, 3, 0, 15, 0, 105}};
const struct distribution standard_uniform = {{1, 0, 1, 0, 9.0 / 5, 0, 27.0 / 7, 0, 81.0 / 9}};

static double either_side(double below, double above)
{
    const double p = 2 * (below < above ? below : above);
    return p < 1 ? p : 1;
}

static double p_of_sigmas(double sigmas)
{
    return either_side(gsl_cdf_ugaussian_P(sigmas), gsl_cdf_ugaussian_Q(sigmas));
}

static double p_of_count(size_t count, double expected)
{
    const double up_to = gsl_cdf_poisson_P((unsigned)count, expected);
    return either_side(up_to, count > 0 ? gsl_cdf_poisson_Q((unsigned)count - 1, expected) : 1);
}

/* Counts that should be alike. */
static double p_of_counts(const double *counts, size_t n_counts)
{
    double n = 0, chi_squared = 0;
    for (size_t k = 0; k < n_counts; k++)
        n += counts[k];
    const double expected = n / (double)n_counts, freedom = (double)n_counts - 1;
    for (size_t k = 0; k < n_counts; k++)
        chi_squared += (counts[k] - expected) * (counts[k] - expected) / expected;
    return either_side(gsl_cdf_chisq_P(chi_squared, freedom), gsl_cdf_chisq_Q(chi_squared, freedom));
}

static double power(double z, int k) { return k > 0 ? z * power(z, k - 1) : 1; }

double p_of_moment(const double *z, size_t n, int moment, const struct distribution *distribution)
{
    const double mean = distribution->moment[moment], variance = distribution->moment[2 * moment] - mean * mean;
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += power(z[k], moment) - mean;
    return p_of_sigmas(sum / sqrt(variance * (double)n));
}

static size_t bin_of(double u, size_t n_bins)
{
    const size_t bin = (size_t)(u * (double)n_bins);
    return bin < n_bins ? bin : n_bins - 1;
}

double p_of_bins(const double *u, size_t n)
{
    double counts[BINS] = {0};
    for (size_t k = 0; k < n; k++)
        counts[bin_of(u[k], BINS)]++;
    return p_of_counts(counts, BINS);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *sorted(const double *u, size_t n)
{
    double *copy = malloc(n * sizeof *copy);
    if (!copy)
        abort();
    memcpy(copy, u, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, compare);
    return copy;
}

/* Kolmogorov's limit: the distance times sqrt(n) exceeds x with the probability 2 sum of (-1)^(k-1) exp(-2 k^2 x^2). */
double p_of_distance(const double *u, size_t n)
{
    enum { TERMS = 100 };
    double *ascending = sorted(u, n), distance = 0, above = 0;
    for (size_t k = 0; k < n; k++) {
        const double before = ascending[k] - (double)k / (double)n, after = (double)(k + 1) / (double)n - ascending[k];
        distance = fmax(distance, fmax(before, after));
    }
    free(ascending);
    const double x = distance * sqrt((double)n);
    for (int k = 1; k <= TERMS; k++)
        above += (k % 2 ? 2 : -2) * exp(-2.0 * k * k * x * x);
    return either_side(1 - above, above);
}

double p_of_tail(const double *u, size_t n, double share, bool is_upper)
{
    size_t count = 0;
    for (size_t k = 0; k < n; k++)
        count += is_upper ? u[k] > 1 - share : u[k] < share;
    return p_of_count(count, share * (double)n);
}

double p_of_equals(const double *x, size_t n, double share)
{
    double *ascending = sorted(x, n);
    size_t pairs = 0, alike = 0; /* with how many before is a number equal? */
    for (size_t k = 1; k < n; k++) {
        alike = ascending[k] == ascending[k - 1] ? alike + 1 : 0;
        pairs += alike;
    }
    free(ascending);
    return p_of_count(pairs, (double)n * (double)(n - 1) / 2 * share);
}

int pairs_make(struct pairs *pairs)
{
    *pairs = (struct pairs){.cells = calloc(GRID * GRID, sizeof(double))};
    return pairs->cells ? 0 : -1;
}

void pairs_free(struct pairs *pairs) { free(pairs->cells); }

void pairs_add(struct pairs *pairs, double z, double other_z, double u, double other_u)
{
    pairs->n++;
    pairs->products += z * other_z;
    pairs->products_of_squares += (z * z - 1) * (other_z * other_z - 1);
    pairs->cells[bin_of(u, GRID) * GRID + bin_of(other_u, GRID)]++;
}

double p_of_products(const struct pairs *pairs) { return p_of_sigmas(pairs->products / sqrt((double)pairs->n)); }

double p_of_squares(const struct pairs *pairs, const struct distribution *a, const struct distribution *b)
{
    const double variance = (a->moment[4] - 1) * (b->moment[4] - 1);
    return p_of_sigmas(pairs->products_of_squares / sqrt(variance * (double)pairs->n));
}

double p_of_cells(const struct pairs *pairs) { return p_of_counts(pairs->cells, GRID * GRID); }

size_t order_of(double a, double b, double c)
{
    const size_t place_of_a = (size_t)(a > b) + (size_t)(a > c);
    return 2 * place_of_a + (size_t)(b > c);
}

double p_of_orders(const double counts[ORDERS]) { return p_of_counts(counts, ORDERS); }

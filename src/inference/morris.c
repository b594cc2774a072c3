#include "morris.h"

#include <math.h>
#include <stdlib.h>

/* Terms of a trajectory, for each group; deviations are from a centre near mu, so that squares lose no digits. */
enum { DEVIATION, SIZE, SQUARE, TERMS };

/* The effect of each group in the k-th of the kept trajectories. */
static void find_effects(const struct morris *morris, const struct blocks *blocks, size_t k, double *effects)
{
    const double *y = blocks_row(blocks, k);
    const size_t first = blocks->kept[k] * morris->n_groups;
    for (size_t turn = 0; turn < morris->n_groups; turn++)
        effects[morris->group[first + turn]] = (y[turn + 1] - y[turn]) / morris->step[first + turn];
}

static void find_centres(const struct morris *morris, const struct blocks *blocks, size_t n, double *effects,
                         double *centres)
{
    for (size_t g = 0; g < morris->n_groups; g++)
        centres[g] = 0;
    for (size_t k = 0; k < n; k++) {
        find_effects(morris, blocks, k, effects);
        for (size_t g = 0; g < morris->n_groups; g++)
            centres[g] += effects[g] / (double)n;
    }
}

static void find_terms(const struct morris *morris, const double *effects, const double *centres, double *terms)
{
    for (size_t g = 0; g < morris->n_groups; g++) {
        const double deviation = effects[g] - centres[g];
        terms[g * TERMS + DEVIATION] = deviation;
        terms[g * TERMS + SIZE] = fabs(effects[g]);
        terms[g * TERMS + SQUARE] = deviation * deviation;
    }
}

/* Measures from sums over n trajectories. */
static void find_measures(const struct morris *morris, const double *sums, const double *centres, double n,
                          double *measures)
{
    const size_t n_groups = morris->n_groups;
    for (size_t g = 0; g < n_groups; g++) {
        const double *sum = sums + g * TERMS, deviation = sum[DEVIATION] / n;
        const double squares = fmax(sum[SQUARE] - n * deviation * deviation, 0);
        measures[MORRIS_MU * n_groups + g] = morris->has_sign[g] ? centres[g] + deviation : NAN;
        measures[MORRIS_MU_STAR * n_groups + g] = sum[SIZE] / n;
        measures[MORRIS_SIGMA * n_groups + g] = morris->has_sign[g] && n > 1 ? sqrt(squares / (n - 1)) : NAN;
    }
}

/* The terms of the first n kept trajectories, [n][n_groups * TERMS], and the centres. */
static int make_terms(const struct morris *morris, const struct blocks *blocks, size_t n, double **terms,
                      double **centres, struct error *error)
{
    const size_t n_groups = morris->n_groups;
    double *effects = malloc((n_groups + 1) * sizeof *effects);
    *terms = malloc((n + 1) * n_groups * TERMS * sizeof **terms);
    *centres = malloc((n_groups + 1) * sizeof **centres);
    const int code = effects && *terms && *centres ? OK : error_memory(error);
    if (code == OK)
        find_centres(morris, blocks, n, effects, *centres);
    for (size_t k = 0; k < n && code == OK; k++) {
        find_effects(morris, blocks, k, effects);
        find_terms(morris, effects, *centres, *terms + k * n_groups * TERMS);
    }
    free(effects);
    return code;
}

int morris_estimate(const struct morris *morris, const struct blocks *blocks, size_t n, double *measures,
                    struct error *error)
{
    const size_t n_terms = morris->n_groups * TERMS;
    double *terms, *centres, *sums = calloc(n_terms + 1, sizeof *sums);
    int code = make_terms(morris, blocks, n, &terms, &centres, error);
    if (code == OK && !sums)
        code = error_memory(error);
    for (size_t k = 0; k < n && code == OK; k++)
        for (size_t t = 0; t < n_terms; t++)
            sums[t] += terms[k * n_terms + t];
    if (code == OK)
        find_measures(morris, sums, centres, (double)n, measures);
    free(terms);
    free(centres);
    free(sums);
    return code;
}

int morris_intervals(const struct morris *morris, const struct blocks *blocks, const struct resample *resample,
                     double *low, double *high, struct error *error)
{
    const size_t n = blocks->n_kept, n_times = resample->n_times, n_groups = morris->n_groups;
    const size_t n_terms = n_groups * TERMS, n_measures = n_groups * MORRIS_MEASURES;
    double *terms, *centres, *sums = malloc((n_times + 1) * n_terms * sizeof *sums);
    double *measures = malloc((n_times + 1) * n_measures * sizeof *measures);
    double *values = malloc((n_times + 1) * sizeof *values);
    int code = make_terms(morris, blocks, n, &terms, &centres, error);
    if (code == OK && (!sums || !measures || !values))
        code = error_memory(error);
    if (code == OK)
        resample_sum(resample, terms, n_terms, sums);
    for (size_t b = 0; b < n_times && code == OK; b++)
        find_measures(morris, sums + b * n_terms, centres, (double)n, measures + b * n_measures);
    for (size_t k = 0; k < n_measures && code == OK; k++) {
        for (size_t b = 0; b < n_times; b++)
            values[b] = measures[b * n_measures + k];
        resample_interval(values, n_times, &low[k], &high[k]);
    }
    free(terms);
    free(centres);
    free(sums);
    free(measures);
    free(values);
    return code;
}

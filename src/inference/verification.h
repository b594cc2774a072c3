/* Verification: how well a forecast agrees with what was observed. */
#ifndef ENTENTE_VERIFICATION_H
#define ENTENTE_VERIFICATION_H

#include <stdbool.h>
#include <stddef.h>

/* Shares of the probability at which forecasts are told, and the central intervals between the first and the last, the
 * second and the last but one, the third and the last but two. */
enum { FORECAST_SHARES = 7, FORECAST_MEDIAN = 3, FORECAST_LEVELS = 3 };
extern const double forecast_shares[FORECAST_SHARES];
extern const double forecast_levels[FORECAST_LEVELS]; /* 0.5, 0.8, 0.9 */

/* The bounds of a level among the shares. */
static inline size_t forecast_low(size_t level) { return FORECAST_MEDIAN - 1 - level; }
static inline size_t forecast_high(size_t level) { return FORECAST_MEDIAN + 1 + level; }

/* The quantile of n runs in ascending order, n > 0: number share (n + 1) of them, between two of them by a straight
 * line (Hyndman & Fan 1996, type 6). So one more run of the same is below it with just that probability, however few
 * they are, as long as 1 <= share (n + 1) <= n. */
double ensemble_quantile(const double *sorted, size_t n, double share);

/* The continuous ranked probability score of n > 1 runs in ascending order against what was observed, in its unit:
 *     mean |x_i - y| - 1/2 mean |x_i - x_j| over pairs i != j,
 * which does not depend on how many runs there are (the fair score: Ferro 2014; Gneiting & Raftery 2007). Time n. */
double ensemble_crps(const double *sorted, size_t n, double observed);

/* The share of the probability below what was observed, ties by half: evenly spread if the forecast is right. */
double ensemble_pit(const double *sorted, size_t n, double observed);

/* The score of a normal distribution (Gneiting & Raftery 2007, equation 5); with sd = 0 the absolute error. */
double normal_crps(double mean, double sd, double observed);

/* The interval of 95 % for a share of which n_hits of n were seen, as if these were independent (Wilson 1927). */
void wilson_interval(size_t n_hits, size_t n, double *low, double *high);

/* Scores of several values of one forecast. Zero-initialize, add each value, then read them. */
struct scores {
    size_t n, n_with_spread; /* values; those of them that have intervals */
    double squares, errors, crps;
    size_t n_hits[FORECAST_LEVELS];
};

/* A forecast of one value, on the scale on which it is judged. */
struct forecast {
    double quantiles[FORECAST_SHARES]; /* without spread the median alone, and NaN */
    double crps;
    bool has_spread;
};

/* The forecast that is normal; without spread if sd is NaN, none (all NaN) if mean is. */
struct forecast forecast_normal(double mean, double sd, double observed);

static inline bool forecast_is_there(const struct forecast *forecast)
{
    return forecast->quantiles[FORECAST_MEDIAN] == forecast->quantiles[FORECAST_MEDIAN];
}

void scores_add(struct scores *scores, const struct forecast *forecast, double observed);

/* NaN where nothing was added. */
double scores_rmse(const struct scores *scores);
double scores_bias(const struct scores *scores);
double scores_crps(const struct scores *scores);
double scores_coverage(const struct scores *scores, size_t level);

#endif

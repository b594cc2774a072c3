#include "verification.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "models/lanes.h"

const double forecast_shares[FORECAST_SHARES] = {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95};
const double forecast_levels[FORECAST_LEVELS] = {0.5, 0.8, 0.9};

/* 1 / sqrt(pi), and the 97.5 % quantile of the standard normal distribution. */
static const double root_of_pi_inverse = 0.56418958354775629;
static const double two_sided = 1.9599639845400545;

double ensemble_quantile(const double *sorted, size_t n, double share)
{
    const double place = share * (double)(n + 1);
    if (place <= 1)
        return sorted[0];
    if (place >= (double)n)
        return sorted[n - 1];
    const size_t below = (size_t)place;
    return sorted[below - 1] + (place - (double)below) * (sorted[below] - sorted[below - 1]);
}

/* In ascending order the sum of |x_i - x_j| over i < j is the sum of (2 k + 1 - n) x_k. The observed value is taken off
 * each, so that large numbers near to each other lose nothing. */
double ensemble_crps(const double *sorted, size_t n, double observed)
{
    double apart = 0, between = 0;
    for (size_t k = 0; k < n; k++) {
        const double x = sorted[k] - observed;
        apart += fabs(x);
        between += (2 * (double)k + 1 - (double)n) * x;
    }
    return apart / (double)n - between / ((double)n * (double)(n - 1));
}

double ensemble_pit(const double *sorted, size_t n, double observed)
{
    double below = 0;
    for (size_t k = 0; k < n; k++)
        below += sorted[k] < observed ? 1 : sorted[k] > observed ? 0 : 0.5;
    return (below + 0.5) / (double)(n + 1);
}

double normal_crps(double mean, double sd, double observed)
{
    if (!(sd > 0))
        return fabs(observed - mean);
    const double z = (observed - mean) / sd;
    return sd * (z * (2 * gsl_cdf_ugaussian_P(z) - 1) + 2 * gsl_ran_ugaussian_pdf(z) - root_of_pi_inverse);
}

void wilson_interval(size_t n_hits, size_t n, double *low, double *high)
{
    const double size = (double)n, share = (double)n_hits / size, squared = square(two_sided);
    const double middle = (share + squared / (2 * size)) / (1 + squared / size);
    const double half =
        two_sided * sqrt(share * (1 - share) / size + squared / (4 * size * size)) / (1 + squared / size);
    *low = n_hits == 0 ? 0 : middle - half;
    *high = n_hits == n ? 1 : middle + half;
}

struct forecast forecast_normal(double mean, double sd, double observed)
{
    const bool has_spread = isfinite(mean) && isfinite(sd);
    struct forecast forecast = {.has_spread = has_spread};
    for (size_t k = 0; k < FORECAST_SHARES; k++)
        forecast.quantiles[k] = has_spread ? mean + sd * gsl_cdf_ugaussian_Pinv(forecast_shares[k]) : (double)NAN;
    forecast.quantiles[FORECAST_MEDIAN] = mean;
    forecast.crps = isfinite(mean) ? normal_crps(mean, has_spread ? sd : 0, observed) : (double)NAN;
    return forecast;
}

void scores_add(struct scores *scores, const struct forecast *forecast, double observed)
{
    const double error = forecast->quantiles[FORECAST_MEDIAN] - observed;
    if (!forecast_is_there(forecast))
        return;
    scores->n++;
    scores->errors += error;
    scores->squares += square(error);
    scores->crps += forecast->crps;
    scores->n_with_spread += forecast->has_spread;
    for (size_t level = 0; level < FORECAST_LEVELS && forecast->has_spread; level++)
        scores->n_hits[level] += observed >= forecast->quantiles[forecast_low(level)] &&
                                 observed <= forecast->quantiles[forecast_high(level)];
}

double scores_rmse(const struct scores *scores)
{
    return scores->n > 0 ? sqrt(scores->squares / (double)scores->n) : (double)NAN;
}

double scores_bias(const struct scores *scores)
{
    return scores->n > 0 ? scores->errors / (double)scores->n : (double)NAN;
}

double scores_crps(const struct scores *scores)
{
    return scores->n > 0 ? scores->crps / (double)scores->n : (double)NAN;
}

double scores_coverage(const struct scores *scores, size_t level)
{
    return scores->n_with_spread > 0 ? (double)scores->n_hits[level] / (double)scores->n_with_spread : (double)NAN;
}

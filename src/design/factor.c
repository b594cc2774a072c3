#include "factor.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

/* Significant digits of a value. */
enum { DIGITS = 12 };

/* What is left of a range's numbers where they cancel to 0, as a part of the range. */
#define NEARLY_ZERO 1e-14

/* A share such as 1/49 is no double: what it lacks at most, as a part of 1. */
#define SHARE_ERROR 0x1p-50

static double keep_within(double x, double low, double high) { return fmin(fmax(x, low), high); }

/* Rounded, but not out of the range; 0 where the range has a 0 and the value would be it but for rounding. */
static double tidy(double x, double low, double high)
{
    char text[32];
    if (low < 0 && high > 0 && fabs(x) < NEARLY_ZERO * (high - low))
        return 0;
    snprintf(text, sizeof text, "%.*e", DIGITS - 1, x);
    return keep_within(strtod(text, NULL), low, high);
}

/* In which of n parts of equal probability a share lies. */
static double find_part(double share, double n) { return fmin(floor(share * n + SHARE_ERROR * n), n - 1); }

/* Of z exp(-z^2 / 2) within low .. high, 0 < low: as good as a normal distribution, to a part of 1 / low^2. */
static double tail_quantile(double share, double low, double high)
{
    const double probability = -expm1((low * low - high * high) / 2);
    return sqrt(low * low - 2 * log1p(-share * probability));
}

/* Of a standard normal distribution cut off at low and high. The smaller of the probabilities on either side has the
 * digits. Beyond 37 standard deviations the library's are 0. */
static double normal_quantile(double share, double low, double high)
{
    const double below = (1 - share) * gsl_cdf_ugaussian_P(low) + share * gsl_cdf_ugaussian_P(high);
    const double above = (1 - share) * gsl_cdf_ugaussian_Q(low) + share * gsl_cdf_ugaussian_Q(high);
    if (below <= 0)
        return -tail_quantile(1 - share, -high, -low);
    if (above <= 0)
        return tail_quantile(share, low, high);
    return below < above ? gsl_cdf_ugaussian_Pinv(below) : gsl_cdf_ugaussian_Qinv(above);
}

/* The value with the probabilities `below` and `above` of a beta distribution, if it is at most 1/2: Newton's method
 * between bounds, in logarithms, where tails are nearly straight lines. GSL's own inverse does not always converge
 * (alpha 300, beta 5), and ends the process if it does not. */
static double lower_beta_quantile(double below, double above, double alpha, double beta)
{
    enum { MOST_STEPS = 100 };
    const double precision = 1e-10; /* of the last step but one: the digits double with each */
    const bool is_lower = below <= above;
    double low = log(DBL_MIN), high = log(0.5), x = log(fmin(alpha / (alpha + beta), 0.5));
    for (int k = 0; k < MOST_STEPS; k++) {
        const double probability = (is_lower ? gsl_cdf_beta_P : gsl_cdf_beta_Q)(exp(x), alpha, beta);
        const double slope = exp(x) * gsl_ran_beta_pdf(exp(x), alpha, beta) / probability;
        const double rise = is_lower ? log(below / probability) : log(probability / above);
        const double next = x + rise / slope, last = x;
        if (rise > 0)
            low = x;
        else
            high = x;
        x = next > low && next < high ? next : (low + high) / 2;
        if (x == next && fabs(x - last) < precision)
            break;
    }
    return exp(x);
}

static double beta_quantile(double share, double alpha, double beta)
{
    return share > gsl_cdf_beta_P(0.5, alpha, beta) ? 1 - lower_beta_quantile(1 - share, share, beta, alpha)
                                                    : lower_beta_quantile(share, 1 - share, alpha, beta);
}

static double triangular_quantile(double share, double low, double peak, double high)
{
    return share * (high - low) < peak - low ? low + sqrt(share * (high - low) * (peak - low))
                                             : high - sqrt((1 - share) * (high - low) * (high - peak));
}

double factor_value(const struct factor *factor, double share)
{
    const double low = factor->low, high = factor->high, mean = factor->mean, sd = factor->sd;
    const double *shapes = factor->shapes;
    if (factor->distribution == LEVELS)
        return find_part(share, (double)factor->n_levels);
    if (share <= 0 || share >= 1)
        return share <= 0 ? low : high;
    double x = low;
    switch (factor->distribution) {
    case WHOLE_NUMBER: return low + find_part(share, factor_count(factor));
    case UNIFORM: return keep_within(low + share * (high - low), low, high);
    case LOG_UNIFORM: x = exp(log(low) + share * (log(high) - log(low))); break;
    case NORMAL: x = mean + sd * normal_quantile(share, (low - mean) / sd, (high - mean) / sd); break;
    case BETA: x = low + (high - low) * beta_quantile(share, shapes[0], shapes[1]); break;
    case TRIANGULAR: x = triangular_quantile(share, low, factor->peak, high); break;
    case LEVELS: break;
    }
    return tidy(x, low, high);
}

double factor_step(const struct factor *factor, size_t k, size_t n)
{
    const double low = factor->low, high = factor->high;
    const double at = n > 1 ? (double)k : 1, last = n > 1 ? (double)(n - 1) : 2;
    if (factor->distribution == LEVELS)
        return (double)k;
    if (at <= 0 || at >= last)
        return at <= 0 ? low : high;
    if (factor->distribution == WHOLE_NUMBER)
        return low + floor((high - low) * at / last + 0.5);
    if (factor->distribution == LOG_UNIFORM)
        return tidy(exp(log(low) + (log(high) - log(low)) * at / last), low, high);
    return tidy(low + (high - low) * at / last, low, high);
}

double factor_count(const struct factor *factor)
{
    return factor->distribution == LEVELS         ? (double)factor->n_levels
           : factor->distribution == WHOLE_NUMBER ? factor->high - factor->low + 1
                                                  : INFINITY;
}

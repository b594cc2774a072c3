#include "pairs.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static const double upper_tail = 0.975; /* of a two-sided interval of 95 % */

const double contrast_shares[CONTRAST_QUANTILES] = {0.05, 0.5, 0.95};

static void add_value(struct moments *moments, double value)
{
    const double from_mean = value - moments->mean;
    moments->n++;
    moments->mean += from_mean / (double)moments->n;
    moments->squares += from_mean * (value - moments->mean);
}

void moments_add(struct moments *moments, const double *values, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!isnan(values[k]))
            add_value(moments, values[k]);
}

double moments_variance(const struct moments *moments)
{
    return moments->n > 1 ? moments->squares / (double)(moments->n - 1) : (double)NAN;
}

void pairs_add(struct pairs *pairs, const double *base, const double *other, size_t n, double *difference)
{
    for (size_t k = 0; k < n; k++) {
        const double a = base[k], b = other[k], d = b - a;
        difference[k] = d;
        if (isnan(d))
            continue;
        add_value(&pairs->base, a);
        add_value(&pairs->other, b);
        add_value(&pairs->difference, d);
        pairs->n_above += d > 0;
        pairs->n_below += d < 0;
    }
}

double contrast_t(size_t n) { return n > 1 ? gsl_cdf_tdist_Pinv(upper_tail, (double)(n - 1)) : (double)NAN; }

static struct contrast nothing_known(void)
{
    return (struct contrast){NAN, NAN, NAN, NAN, {NAN, NAN, NAN}, NAN, NAN, NAN, NAN, false};
}

static void set_difference(struct contrast *effect, double difference, double half_width)
{
    effect->difference = difference;
    effect->low = difference - half_width;
    effect->high = difference + half_width;
}

/* Wilson's interval of a share. */
static void set_share(struct contrast *effect, double share, double n)
{
    const double z = gsl_cdf_ugaussian_Pinv(upper_tail), per_n = z * z / n;
    const double centre = (share + per_n / 2) / (1 + per_n);
    const double half = z / (1 + per_n) * sqrt(share * (1 - share) / n + per_n / n / 4);
    effect->above = share;
    effect->above_low = fmax(0, centre - half);
    effect->above_high = fmin(1, centre + half);
}

struct contrast contrast_of_pairs(const struct pairs *pairs, double t)
{
    struct contrast effect = nothing_known();
    const struct moments *difference = &pairs->difference;
    const double n = (double)difference->n, variance = moments_variance(difference);
    const double apart = moments_variance(&pairs->base) + moments_variance(&pairs->other);
    if (difference->n == 0)
        return effect;
    effect.differs = pairs->n_above + pairs->n_below > 0;
    effect.sd = sqrt(variance);
    set_difference(&effect, difference->mean, t * effect.sd / sqrt(n));
    set_share(&effect, ((double)pairs->n_above + (n - (double)(pairs->n_above + pairs->n_below)) / 2) / n, n);
    effect.saved = apart > 0 ? 1 - variance / apart : (double)NAN;
    return effect;
}

struct contrast contrast_apart(const struct moments *base, const struct moments *other)
{
    struct contrast effect = nothing_known();
    if (base->n == 0 || other->n == 0)
        return effect;
    const double a = moments_variance(base) / (double)base->n, b = moments_variance(other) / (double)other->n;
    const double freedom = (a + b) * (a + b) / (a * a / ((double)base->n - 1) + b * b / ((double)other->n - 1));
    const double t = isfinite(freedom) && freedom > 0 ? gsl_cdf_tdist_Pinv(upper_tail, freedom) : 0;
    set_difference(&effect, other->mean - base->mean, t * sqrt(a + b)); /* without variance it is exact */
    return effect;
}

struct contrast contrast_of_unknown_pairs(const struct moments *base, const struct moments *other, double t)
{
    struct contrast effect = nothing_known();
    if (base->n == 0 || other->n == 0)
        return effect;
    const double a = moments_variance(base), b = moments_variance(other);
    const double error = sqrt(a / (double)base->n) + sqrt(b / (double)other->n);
    set_difference(&effect, other->mean - base->mean, t * error);
    effect.differs = effect.difference != 0 || (a != b && !(isnan(a) && isnan(b)));
    return effect;
}

double contrast_worth(double saved)
{
    return saved < 1 ? 1 / (1 - saved) : saved >= 1 ? (double)INFINITY : (double)NAN;
}

void course_begin(struct course *course) { *course = (struct course){COURSE_NEVER, COURSE_NEVER, COURSE_NEVER, 0}; }

static bool includes_zero(const struct contrast *effect)
{
    if (isnan(effect->low) || isnan(effect->high))
        return effect->difference == 0;
    return effect->low <= 0 && effect->high >= 0;
}

void course_add(struct course *course, long year, const struct contrast *effect)
{
    if (isnan(effect->difference))
        return;
    if (effect->differs && course->first == COURSE_NEVER)
        course->first = year;
    if (fabs(effect->difference) > course->most) {
        course->most = fabs(effect->difference);
        course->largest = year;
        course->recovery = COURSE_NEVER;
    } else if (!includes_zero(effect))
        course->recovery = COURSE_NEVER;
    else if (course->recovery == COURSE_NEVER && course->largest != COURSE_NEVER)
        course->recovery = year;
}

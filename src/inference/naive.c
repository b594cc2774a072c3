#include "naive.h"

#include <math.h>

#include "models/lanes.h"

/* What is not explained of value k. */
static double rest_of(const struct known *known, size_t k)
{
    return known->values[k] - (known->explained ? known->explained[k] : 0);
}

/* The mean yearly change of what is not explained. */
static double find_drift(const struct known *known)
{
    const size_t last = known->n - 1;
    return known->n > 1 ? (rest_of(known, last) - rest_of(known, 0)) / (double)(known->years[last] - known->years[0])
                        : (double)NAN;
}

/* The standard deviation of a yearly change about the mean: a change over g years has g times the variance. */
static double find_spread(const struct known *known)
{
    const double drift = find_drift(known);
    const size_t n_changes = known->n - 1;
    double sum = 0;
    if (known->n == 0 || n_changes < NAIVE_LEAST_CHANGES)
        return (double)NAN;
    for (size_t k = 1; k < known->n; k++) {
        const double years = known->years[k] - known->years[k - 1];
        sum += square(rest_of(known, k) - rest_of(known, k - 1) - years * drift) / years;
    }
    return sqrt(sum / (double)(n_changes - 1));
}

static struct naive find_naive(const struct known *known, int year, double change)
{
    const size_t last = known->n - 1;
    const double mean = known->values[last] + change;
    return (struct naive){mean, isfinite(mean) ? find_spread(known) * sqrt(year - known->years[last]) : (double)NAN};
}

struct naive naive_last(const struct known *known, int year, double later)
{
    return known->n > 0 ? find_naive(known, year, later) : (struct naive){NAN, NAN};
}

struct naive naive_growth(const struct known *known, int year)
{
    if (known->n < 2)
        return (struct naive){NAN, NAN};
    return find_naive(known, year, find_drift(known) * (year - known->years[known->n - 1]));
}

#include "statistics.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    SUMS = 8,         /* side by side, each of every eighth value: they need not wait for each other */
    MOST_PARTS = 1024 /* into which values are divided to find order statistics */
};

/* The sum of the values' differences to `centre`, and of the squares of these. */
static double sum_about(const double *values, size_t n, double centre, double *sum_of_squares)
{
    double sums[SUMS] = {0}, squares[SUMS] = {0};
    size_t k = 0;
    for (; k + SUMS <= n; k += SUMS)
        for (size_t s = 0; s < SUMS; s++) {
            const double difference = values[k + s] - centre;
            sums[s] += difference;
            squares[s] += difference * difference;
        }
    for (size_t s = 0; k < n; k++, s++) {
        sums[s] += values[k] - centre;
        squares[s] += (values[k] - centre) * (values[k] - centre);
    }
    for (size_t s = 1; s < SUMS; s++) {
        sums[0] += sums[s];
        squares[0] += squares[s];
    }
    *sum_of_squares = squares[0];
    return sums[0];
}

static void find_moments(const double *values, size_t n, double fill, double *mean, double *sd)
{
    double squares;
    *mean = n > 0 ? sum_about(values, n, 0, &squares) / (double)n : fill;
    *sd = fill;
    if (n < 2)
        return;
    /* what is left about the first mean is its rounding */
    const double rest = sum_about(values, n, *mean, &squares);
    *mean += rest / (double)n;
    *sd = sqrt(fmax(0, squares - rest * (rest / (double)n)) / (double)(n - 1));
}

/* Values divided into parts of equal width. Those in parts that hold an order statistic are wanted, and alone sorted.
 */
struct division {
    double low, scale;
    size_t n_parts;
    uint32_t below[MOST_PARTS + 1]; /* values in the parts before; the last: all */
    uint32_t place[MOST_PARTS];     /* where the values of a wanted part begin among the wanted */
    bool is_wanted[MOST_PARTS];
};

static size_t part_of(const struct division *division, double x)
{
    return (size_t)((x - division->low) * division->scale);
}

/* False if the values cannot be divided: too few, all the same, or too far apart. */
static bool divide(struct division *division, const double *values, size_t n)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        low = values[k] < low ? values[k] : low;
        high = values[k] > high ? values[k] : high;
    }
    *division = (struct division){.low = low, .n_parts = n < MOST_PARTS ? n : MOST_PARTS};
    division->scale = ((double)division->n_parts - 0.5) / (high - low);
    if (n < 2 || !(high - low < INFINITY) || !(division->scale < INFINITY))
        return false;
    for (size_t k = 0; k < n; k++)
        division->below[part_of(division, values[k]) + 1]++;
    for (size_t part = 0; part < division->n_parts; part++)
        division->below[part + 1] += division->below[part];
    return true;
}

/* The part in which the value of a rank lies (0: the least). */
static size_t part_of_rank(const struct division *division, size_t rank)
{
    size_t low = 0, high = division->n_parts - 1;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (division->below[middle + 1] <= rank)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The rank below a quantile, and how far it is to the next. */
static size_t rank_below(size_t n, double share, double *rest)
{
    const double place = share * (double)(n - 1);
    *rest = place - floor(place);
    return (size_t)place;
}

/* Move the wanted values to the front; returns how many there are. */
static size_t gather_wanted(struct division *division, double *values, size_t n, const double *shares, size_t n_shares)
{
    for (size_t k = 0; k < n_shares; k++) {
        double rest;
        const size_t rank = rank_below(n, shares[k], &rest);
        division->is_wanted[part_of_rank(division, rank)] = true;
        division->is_wanted[part_of_rank(division, rest > 0 ? rank + 1 : rank)] = true;
    }
    uint32_t n_wanted = 0;
    for (size_t part = 0; part < division->n_parts; part++) {
        division->place[part] = n_wanted;
        n_wanted += division->is_wanted[part] ? division->below[part + 1] - division->below[part] : 0;
    }
    size_t at = 0;
    for (size_t k = 0; k < n; k++)
        if (division->is_wanted[part_of(division, values[k])])
            values[at++] = values[k];
    return at;
}

static double value_of_rank(const struct division *division, const double *wanted, size_t rank)
{
    const size_t part = part_of_rank(division, rank);
    return wanted[division->place[part] + rank - division->below[part]];
}

static void find_quantiles(double *values, size_t n, const double *shares, size_t n_shares, double *quantiles)
{
    struct division division;
    const bool is_divided = divide(&division, values, n);
    gsl_sort(values, 1, is_divided ? gather_wanted(&division, values, n, shares, n_shares) : n);
    for (size_t k = 0; k < n_shares; k++) {
        double rest;
        const size_t rank = rank_below(n, shares[k], &rest), next = rest > 0 ? rank + 1 : rank;
        const double low = is_divided ? value_of_rank(&division, values, rank) : values[rank];
        const double high = is_divided ? value_of_rank(&division, values, next) : values[next];
        quantiles[k] = rest > 0 ? (1 - rest) * low + rest * high : low;
    }
}

void statistics_reduce(double *values, size_t n, const double *shares, size_t n_shares, double fill, double *mean,
                       double *sd, double *quantiles)
{
    find_moments(values, n, fill, mean, sd);
    if (n > 0)
        find_quantiles(values, n, shares, n_shares, quantiles);
    for (size_t k = 0; k < n_shares && n == 0; k++)
        quantiles[k] = fill;
}

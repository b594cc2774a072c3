/* Statistical tests of numbers that should be independent, uniform or standard normal. Each gives the probability of a
 * result that is as unlikely, to either side, if they are. Distributions: GSL. */
#ifndef ENTENTE_TEST_STATISTICS_H
#define ENTENTE_TEST_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOMENTS = 4 };

/* What is known of the distribution of z: moments about 0 up to the eighth. */
struct distribution {
    double moment[2 * MOMENTS + 1];
};

extern const struct distribution standard_normal, standard_uniform; /* both of mean 0 and variance 1 */

double p_of_moment(const double *z, size_t n, int moment, const struct distribution *distribution);
/* u within 0 .. 1: counts in bins of equal share; the largest distance from the distribution (Kolmogorov & Smirnov) */
double p_of_bins(const double *u, size_t n);
double p_of_distance(const double *u, size_t n);
/* How many of them are below a small share, or above 1 less it? */
double p_of_tail(const double *u, size_t n, double share, bool is_upper);
/* How many pairs of them are equal, if this share of all pairs should be? */
double p_of_equals(const double *x, size_t n, double share);

/* Pairs of numbers that should be independent, one after the other. */
struct pairs {
    size_t n;
    double products, products_of_squares; /* sums of z z' and of (z^2 - 1)(z'^2 - 1) */
    double *cells;                        /* counts of (u, u') on a square grid */
};

int pairs_make(struct pairs *pairs);
void pairs_free(struct pairs *pairs);
void pairs_add(struct pairs *pairs, double z, double other_z, double u, double other_u);
double p_of_products(const struct pairs *pairs);
double p_of_squares(const struct pairs *pairs, const struct distribution *a, const struct distribution *b);
double p_of_cells(const struct pairs *pairs);

/* Counts of the six orders of three numbers that should be independent. */
enum { ORDERS = 6 };
size_t order_of(double a, double b, double c);
double p_of_orders(const double counts[ORDERS]);

#endif

/* Factors to make designs of, and the checks that every kind has to pass. */
#ifndef ENTENTE_TEST_DESIGNS_H
#define ENTENTE_TEST_DESIGNS_H

#include <math.h>

#include "design/design.h"
#include "fixture.h"

/* How far a mean or a count of draws may lie from what is expected, in standard deviations: beyond it less than once in
 * a million. The draws are always the same, so that a test which passes once always does. */
#define MOST_SIGMAS 5

enum { MOST_TEST_FACTORS = 64 };

/* Factors that are uniform within 0 .. 1, so that a value is its share. */
static inline const struct factor *unit_factors(void)
{
    static struct factor factors[MOST_TEST_FACTORS];
    for (size_t f = 0; f < MOST_TEST_FACTORS; f++)
        factors[f] = (struct factor){.name = "x", .distribution = UNIFORM, .high = 1};
    return factors;
}

/* One factor of each distribution. */
static const struct factor all_distributions[] = {
    {.name = "uniform", .distribution = UNIFORM, .low = -2, .high = 3, .n_levels = 3},
    {.name = "log", .distribution = LOG_UNIFORM, .low = 0.01, .high = 100, .n_levels = 3},
    {.name = "normal", .distribution = NORMAL, .low = 4, .high = 20, .mean = 10, .sd = 2, .n_levels = 2},
    {.name = "beta", .distribution = BETA, .low = -1, .high = 1, .shapes = {2, 5}, .n_levels = 2},
    {.name = "triangle", .distribution = TRIANGULAR, .low = 1, .high = 4, .peak = 2, .n_levels = 3},
    {.name = "whole", .distribution = WHOLE_NUMBER, .low = 3, .high = 6},
    {.name = "levels", .distribution = LEVELS, .high = 4, .n_levels = 5}};
enum { N_ALL = sizeof all_distributions / sizeof *all_distributions };

static inline void assert_within(double value, const struct factor *factor)
{
    assert_true(value >= factor->low && value <= factor->high);
}

static inline struct design *design_of(const struct design_choice *choice, const struct factor *factors, size_t n)
{
    struct design *design;
    struct error error = {0};
    if (design_create(&design, choice, factors, n, &error) != OK)
        fail_msg("%s", error.text);
    return design;
}

/* All points of a design, at once: [*n_points][n_factors], to be freed. */
static inline double *points_of(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                                size_t *n_points)
{
    struct design *design = design_of(choice, factors, n_factors);
    *n_points = (size_t)design->n_points;
    double *values = calloc(*n_points * n_factors, sizeof *values);
    design_fill(design, 0, *n_points, values);
    design_free(design);
    return values;
}

static inline void assert_points(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                                 const double *expected, size_t n_expected)
{
    size_t n_points;
    double *values = points_of(choice, factors, n_factors, &n_points);
    assert_int_equal(n_points, n_expected);
    for (size_t k = 0; k < n_points * n_factors; k++)
        assert_same(values[k], expected[k]);
    free(values);
}

/* However a design is asked for its points, they are the same. */
static inline void assert_same_in_pieces(const struct design_choice *choice, const struct factor *factors,
                                         size_t n_factors)
{
    size_t n_points;
    double *at_once = points_of(choice, factors, n_factors, &n_points);
    double *piece = calloc(n_points * n_factors, sizeof *piece);
    struct design *design = design_of(choice, factors, n_factors);
    for (size_t first = 0, n = 1; first < n_points; first += n, n = first % 5 + 1) { /* forward, a few at a time */
        n = n < n_points - first ? n : n_points - first;
        design_fill(design, first, n, piece);
        assert_memory_equal(piece, at_once + first * n_factors, n * n_factors * sizeof *piece);
    }
    for (size_t point = n_points; point-- > 0;) { /* backward */
        design_fill(design, point, 1, piece);
        assert_memory_equal(piece, at_once + point * n_factors, n_factors * sizeof *piece);
    }
    for (size_t k = 0; k < n_points; k++) { /* hither and thither */
        design_fill(design, k * 7919 % n_points, 1, piece);
        assert_memory_equal(piece, at_once + k * 7919 % n_points * n_factors, n_factors * sizeof *piece);
    }
    design_free(design);
    free(piece);
    free(at_once);
}

/* Twice as many points begin with the same ones. */
static inline void assert_extends(struct design_choice choice, const struct factor *factors, size_t n_factors)
{
    size_t n_points, n_more;
    double *values = points_of(&choice, factors, n_factors, &n_points);
    choice.n *= 2;
    double *more = points_of(&choice, factors, n_factors, &n_more);
    assert_int_equal(n_more, 2 * n_points);
    assert_memory_equal(values, more, n_points * n_factors * sizeof *values);
    free(more);
    free(values);
}

static inline void assert_refused(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                                  const char *text)
{
    struct error error = {0};
    uint64_t n_points;
    assert_int_equal(choice->kind->count(choice, factors, n_factors, &n_points, &error), BAD_INPUT);
    assert_string_equal(error.text, text);
    error_free(&error);
}

/* Correlation of two columns of a table. */
static inline double correlation_of(const double *a, const double *b, size_t stride, size_t n)
{
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
    for (size_t k = 0; k < n; k++) {
        mean_a += a[k * stride] / (double)n;
        mean_b += b[k * stride] / (double)n;
    }
    for (size_t k = 0; k < n; k++) {
        aa += (a[k * stride] - mean_a) * (a[k * stride] - mean_a);
        bb += (b[k * stride] - mean_b) * (b[k * stride] - mean_b);
        ab += (a[k * stride] - mean_a) * (b[k * stride] - mean_b);
    }
    return ab / sqrt(aa * bb);
}

#endif

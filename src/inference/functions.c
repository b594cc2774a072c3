#include "functions.h"

#include <math.h>
#include <string.h>

/* sin(x1) + a sin(x2)^2 + b x3^4 sin(x1), each x uniform within -pi .. pi */
enum { ISHIGAMI_FACTORS = 3 };
static const double ishigami_a = 7, ishigami_b = 0.1;

static double ishigami_value(const double *shares)
{
    const double x1 = M_PI * (2 * shares[0] - 1), x2 = M_PI * (2 * shares[1] - 1), x3 = M_PI * (2 * shares[2] - 1);
    return sin(x1) + ishigami_a * sin(x2) * sin(x2) + ishigami_b * pow(x3, 4) * sin(x1);
}

/* Parts of the variance: x1 alone, x2 alone, x1 with x3; there is no other. */
static double ishigami_one(void) { return pow(1 + ishigami_b * pow(M_PI, 4) / 5, 2) / 2; }
static double ishigami_two(void) { return ishigami_a * ishigami_a / 8; }
static double ishigami_both(void) { return 8 * ishigami_b * ishigami_b * pow(M_PI, 8) / 225; }
static double ishigami_variance(void) { return ishigami_one() + ishigami_two() + ishigami_both(); }

static double ishigami_first(size_t f)
{
    return (f == 0 ? ishigami_one() : f == 1 ? ishigami_two() : 0) / ishigami_variance();
}

static double ishigami_second(size_t f, size_t g) { return f + g == 2 ? ishigami_both() / ishigami_variance() : 0; }

static double ishigami_total(size_t f)
{
    return ishigami_first(f) + (f == 1 ? 0 : ishigami_both() / ishigami_variance());
}

static const double ishigami_pawn[ISHIGAMI_FACTORS][2] = {{0.2380, 0.2855}, {0.3913, 0.4840}, {0.0807, 0.1760}};

static const struct function ishigami = {.name = "ishigami",
                                         .formula = "sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, x within -pi .. pi",
                                         .n_factors = ISHIGAMI_FACTORS,
                                         .value = ishigami_value,
                                         .first = ishigami_first,
                                         .total = ishigami_total,
                                         .second = ishigami_second,
                                         .pawn = ishigami_pawn};

/* Product of (|4 x_i - 2| + a_i) / (1 + a_i): the smaller a_i, the more x_i matters */
enum { G_FACTORS = 8 };
static const double g_a[G_FACTORS] = {0, 1, 4.5, 9, 99, 99, 99, 99};

static double g_value(const double *shares)
{
    double product = 1;
    for (size_t f = 0; f < G_FACTORS; f++)
        product *= (fabs(4 * shares[f] - 2) + g_a[f]) / (1 + g_a[f]);
    return product;
}

/* Variance of one of the product's factors, whose mean is 1; of all but one (`but` = G_FACTORS: of all). */
static double g_part(size_t f) { return 1 / (3 * (1 + g_a[f]) * (1 + g_a[f])); }

static double g_product(size_t but)
{
    double product = 1;
    for (size_t f = 0; f < G_FACTORS; f++)
        product *= f == but ? 1 : 1 + g_part(f);
    return product;
}

static double g_variance(void) { return g_product(G_FACTORS) - 1; }
static double g_first(size_t f) { return g_part(f) / g_variance(); }
static double g_total(size_t f) { return g_part(f) * g_product(f) / g_variance(); }
static double g_second(size_t f, size_t g) { return g_part(f) * g_part(g) / g_variance(); }

static const double g_pawn[G_FACTORS][2] = {{0.3916, 0.6953}, {0.1480, 0.2980}, {0.0417, 0.0832}, {0.0224, 0.0447},
                                            {0.0023, 0.0045}, {0.0023, 0.0044}, {0.0022, 0.0045}, {0.0022, 0.0044}};

static const struct function g = {.name = "g",
                                  .formula = "product of (|4 x - 2| + a) / (1 + a), a = 0, 1, 4.5, 9, 99, 99, 99, 99",
                                  .n_factors = G_FACTORS,
                                  .value = g_value,
                                  .first = g_first,
                                  .total = g_total,
                                  .second = g_second,
                                  .pawn = g_pawn};

const struct function *const functions[] = {&ishigami, &g, NULL};

const struct function *functions_find(const char *name)
{
    for (size_t k = 0; functions[k]; k++)
        if (strcmp(functions[k]->name, name) == 0)
            return functions[k];
    return NULL;
}

/* Grid: every value of a factor with every value of all others. The last factor varies fastest. */
#include "kind.h"

#include <math.h>

/* How many values of a factor are taken; 0 if nothing is said. */
static double count_values(const struct factor *factor)
{
    const double all = factor_count(factor), wanted = (double)factor->n_levels;
    return wanted > 0 ? fmin(wanted, all) : isfinite(all) ? all : 0;
}

static int grid_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                      uint64_t *n_points, struct error *error)
{
    double n = 1;
    for (size_t f = 0; f < n_factors; f++) {
        n *= count_values(&factors[f]);
        if (n < 1)
            return error_set(error, BAD_INPUT,
                             "`%s` has no `levels`; for a `grid` it must say how many values it takes, such as "
                             "`levels: 5`",
                             factors[f].name);
    }
    return kind_count(choice->kind, n_factors, n, "vary fewer factors or give fewer levels", n_points, error);
}

static void grid_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    for (size_t k = 0; k < n; k++, values += design->n_factors) {
        uint64_t rest = first + k;
        for (size_t f = design->n_factors; f-- > 0;) {
            const uint64_t n_values = (uint64_t)count_values(&design->factors[f]);
            values[f] = factor_step(&design->factors[f], (size_t)(rest % n_values), (size_t)n_values);
            rest /= n_values;
        }
    }
}

const struct design_kind design_grid = {
    .name = "grid",
    .meaning = "Every value of each factor with every value of all others; needs no number.",
    .count = grid_count,
    .fill = grid_fill};

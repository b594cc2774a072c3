/* Random: every value drawn independently of all others. */
#include "kind.h"

static int random_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                        uint64_t *n_points, struct error *error)
{
    (void)factors;
    return kind_count_asked(choice, n_factors, n_points, error);
}

static void random_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    for (uint64_t point = first; point < first + n; point++)
        for (size_t f = 0; f < design->n_factors; f++)
            *values++ = factor_value(&design->factors[f], kind_draw(design, PURPOSE_DESIGN, point, f, 0));
}

const struct design_kind design_random = {.name = "random",
                                          .meaning = "So many points, drawn independently of each other.",
                                          .is_extensible = true,
                                          .count = random_count,
                                          .fill = random_fill};

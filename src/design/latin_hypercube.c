/* Latin hypercube (McKay, Beckman & Conover 1979): each factor has one value in each of n strata of equal probability.
 * The strata come in a random order of each factor's own, and a value lies anywhere in its stratum. */
#include "kind.h"

#include <stdlib.h>

static int latin_hypercube_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                                 uint64_t *n_points, struct error *error)
{
    (void)factors;
    return kind_count_asked(choice, n_factors, n_points, error);
}

/* The stratum of each point: [n_factors][n_points]. */
static int latin_hypercube_begin(struct design *design, struct error *error)
{
    const size_t n = (size_t)design->n_points;
    uint32_t *strata = design->state = calloc(design->n_factors, n * sizeof *strata);
    if (!strata)
        return error_memory(error);
    for (size_t f = 0; f < design->n_factors; f++)
        kind_shuffle(design, 0, f, strata + f * n, n);
    return OK;
}

static void latin_hypercube_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    const uint32_t *strata = design->state;
    for (uint64_t point = first; point < first + n; point++)
        for (size_t f = 0; f < design->n_factors; f++) {
            const double place = strata[f * design->n_points + point] + kind_draw(design, PURPOSE_DESIGN, point, f, 0);
            *values++ = factor_value(&design->factors[f], place / (double)design->n_points);
        }
}

static void latin_hypercube_end(struct design *design) { free(design->state); }

const struct design_kind design_latin_hypercube = {
    .name = "latin_hypercube",
    .meaning = "So many points, with one value of each factor in each stratum of equal probability.",
    .count = latin_hypercube_count,
    .begin = latin_hypercube_begin,
    .fill = latin_hypercube_fill,
    .end = latin_hypercube_end};

/* Sobol: the first n points of a sequence that fills the space of the factors evenly; number k of it is point k. */
#include "kind.h"
#include "sequence.h"

static int sobol_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                       uint64_t *n_points, struct error *error)
{
    (void)factors;
    if (n_factors > SEQUENCE_MOST_DIMENSIONS)
        return error_set(error, BAD_INPUT,
                         "`sobol` has %zu factors; it must have at most %d: vary fewer, or use `latin_hypercube` or "
                         "`random`",
                         n_factors, SEQUENCE_MOST_DIMENSIONS);
    return kind_count_asked(choice, n_factors, n_points, error);
}

static int sobol_begin(struct design *design, struct error *error)
{
    struct sequence *sequence;
    const int code = sequence_create(&sequence, design->n_factors, error);
    design->state = sequence;
    return code;
}

static void sobol_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    for (uint64_t point = first; point < first + n; point++) {
        const double *shares = sequence_get(design->state, point);
        for (size_t f = 0; f < design->n_factors; f++)
            *values++ = factor_value(&design->factors[f], shares[f]);
    }
}

static void sobol_end(struct design *design) { sequence_free(design->state); }

const struct design_kind design_sobol = {.name = "sobol",
                                         .meaning =
                                             "The first so many points of a sequence that fills the space evenly.",
                                         .is_extensible = true,
                                         .count = sobol_count,
                                         .begin = sobol_begin,
                                         .fill = sobol_fill,
                                         .end = sobol_end};

/* Saltelli: what Sobol indices are computed from (Saltelli 2002; Saltelli et al. 2010).
 *
 * A base point is a number of Sobol's sequence in twice as many dimensions as there are factors: its first half is a
 * row of matrix A, its second one of B. The points of a base point are, in this order: A; for each factor i, AB_i: A
 * with column i of B; with second order, for each factor i, BA_i: B with column i of A; B. SALib has the same order.
 */
#include "kind.h"
#include "sequence.h"

enum { MOST_FACTORS = SEQUENCE_MOST_DIMENSIONS / 2 };

/* Points of a base point. */
static size_t count_rows(const struct design_choice *choice, size_t n_factors)
{
    return choice->is_second_order ? 2 * n_factors + 2 : n_factors + 2;
}

static int saltelli_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                          uint64_t *n_points, struct error *error)
{
    (void)factors;
    if (n_factors > MOST_FACTORS)
        return error_set(error, BAD_INPUT,
                         "`saltelli` has %zu factors; it must have at most %d: find those that matter with `morris` "
                         "first",
                         n_factors, MOST_FACTORS);
    return kind_count(choice->kind, n_factors, (double)choice->n * (double)count_rows(choice, n_factors),
                      "ask for fewer base points or vary fewer factors", n_points, error);
}

static int saltelli_begin(struct design *design, struct error *error)
{
    struct sequence *sequence;
    const int code = sequence_create(&sequence, 2 * design->n_factors, error);
    design->state = sequence;
    return code;
}

/* Does row `row` of a base point take factor f from B? */
static bool is_from_b(size_t row, size_t n_rows, size_t f, size_t n_factors)
{
    if (row == 0 || row == n_rows - 1)
        return row > 0;
    return row <= n_factors ? row - 1 == f : row - 1 - n_factors != f;
}

static void saltelli_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    const size_t n_factors = design->n_factors, n_rows = count_rows(&design->choice, n_factors);
    for (uint64_t point = first; point < first + n; point++) {
        const double *shares = sequence_get(design->state, point / n_rows);
        for (size_t f = 0; f < n_factors; f++) {
            const bool is_b = is_from_b((size_t)(point % n_rows), n_rows, f, n_factors);
            *values++ = factor_value(&design->factors[f], shares[is_b ? n_factors + f : f]);
        }
    }
}

static void saltelli_end(struct design *design) { sequence_free(design->state); }

const struct design_kind design_saltelli = {.name = "saltelli",
                                            .meaning = "So many base points of what Sobol indices are computed from.",
                                            .is_extensible = true,
                                            .count = saltelli_count,
                                            .begin = saltelli_begin,
                                            .fill = saltelli_fill,
                                            .end = saltelli_end};

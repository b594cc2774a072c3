/* List: the points that are given, in their order. It counts as not extensible: nothing holds the first rows of a
 * longer list to those of the shorter one. */
#include "kind.h"

#include <string.h>

static int list_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                      uint64_t *n_points, struct error *error)
{
    (void)factors;
    return kind_count(choice->kind, n_factors, (double)choice->n, "give fewer", n_points, error);
}

static void list_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    memcpy(values, design->choice.rows + first * design->n_factors, n * design->n_factors * sizeof *values);
}

const struct design_kind design_list = {.name = "list",
                                        .meaning = "The points that are given, each with a value for every factor.",
                                        .count = list_count,
                                        .fill = list_fill};

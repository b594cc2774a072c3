#include "design.h"

#include <assert.h>
#include <stdlib.h>

const struct design_kind *const design_kinds[] = {&design_grid,
                                                  &design_list,
                                                  &design_one_at_a_time,
                                                  &design_random,
                                                  &design_latin_hypercube,
                                                  &design_sobol,
                                                  &design_saltelli,
                                                  &design_morris,
                                                  NULL};

int design_create(struct design **design, const struct design_choice *choice, const struct factor *factors,
                  size_t n_factors, struct error *error)
{
    struct design *made = *design = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    *made = (struct design){.choice = *choice, .factors = factors, .n_factors = n_factors};
    int code = choice->kind->count(choice, factors, n_factors, &made->n_points, error);
    if (code == OK && choice->kind->begin)
        code = choice->kind->begin(made, error);
    if (code != OK) {
        design_free(made);
        *design = NULL;
    }
    return code;
}

void design_free(struct design *design)
{
    if (design && design->choice.kind->end)
        design->choice.kind->end(design);
    free(design);
}

void design_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    assert(first <= design->n_points && n <= design->n_points - first);
    design->choice.kind->fill(design, first, n, values);
}

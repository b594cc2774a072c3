/* What the kinds of designs have in common. Inside design/. */
#ifndef ENTENTE_DESIGN_KIND_H
#define ENTENTE_DESIGN_KIND_H

#include "design.h"
#include "models/table.h"

/* Set *n_points to n; BAD_INPUT if there is nothing to vary, or no point, or too many. n is what it would be if doubles
 * had no end; `remedy` is what leads to fewer ("ask for fewer points"). */
int kind_count(const struct design_kind *kind, size_t n_factors, double n, const char *remedy, uint64_t *n_points,
               struct error *error);

/* count of a kind that has as many points as are asked for. */
int kind_count_asked(const struct design_choice *choice, size_t n_factors, uint64_t *n_points, struct error *error);

/* A uniform number within 0 .. 1, ends excluded: `replicate` is a point or a trajectory, `a` a factor, `b` what else.
 */
double kind_draw(const struct design *design, enum purpose purpose, uint64_t replicate, size_t a, size_t b);

/* A random order of 0 .. n - 1 (Fisher & Yates 1938), of its own for each `replicate` and `a`. Draws have 32 bits: they
 * favour no place by more than n / 2^32 of its probability. */
void kind_shuffle(const struct design *design, uint64_t replicate, size_t a, uint32_t *order, size_t n);

#endif

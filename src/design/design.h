/* Design: the points of an experiment, each a value for every factor.
 *
 * Each kind of design is one file with one `struct design_kind`. A point is a pure function of the choice, the factors
 * and its number, so that any part of a design can be had alone; where a kind can be extended, more points of the same
 * kind begin with the same ones.
 */
#ifndef ENTENTE_DESIGN_H
#define ENTENTE_DESIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "factor.h"

#define DESIGN_MOST_POINTS 1000000000 /* of an experiment */

struct design_kind;

/* What the experiment's `design:` says. */
struct design_choice {
    const struct design_kind *kind;
    uint64_t n;           /* points asked for; base points (saltelli), trajectories (morris), rows (list); unused by
                             grid and one_at_a_time, which are complete */
    size_t n_levels;      /* morris: levels of its grid, even (4 is usual) */
    bool is_second_order; /* saltelli: with the blocks for second-order indices */
    uint64_t seed;        /* of what is drawn */
    const double *rows;   /* list: [n][n_factors] values, which must outlive the design */
};

/* A design that is ready: its kind's own memory. */
struct design;

struct design_kind {
    const char *name;    /* as in YAML: latin_hypercube */
    const char *meaning; /* one sentence */
    bool is_extensible;
    /* How many points? BAD_INPUT, with what must be changed, if the choice does not go with the factors (more factors
     * than the kind has dimensions, a grid over a factor without levels, ...) or there would be more than
     * DESIGN_MOST_POINTS. Takes no time and no memory to speak of. */
    int (*count)(const struct design_choice *choice, const struct factor *factors, size_t n_factors, uint64_t *n_points,
                 struct error *error);
    /* Get ready; NULL: nothing to do. What it keeps goes to design->state. */
    int (*begin)(struct design *design, struct error *error);
    /* Points first .. first + n - 1 into values[n][n_factors]. */
    void (*fill)(struct design *design, uint64_t first, size_t n, double *values);
    void (*end)(struct design *design);
};

extern const struct design_kind design_grid, design_list, design_one_at_a_time, design_random, design_latin_hypercube,
    design_sobol, design_saltelli, design_morris;

/* All kinds, NULL behind the last. */
extern const struct design_kind *const design_kinds[];

struct design {
    struct design_choice choice;
    const struct factor *factors; /* must outlive it */
    size_t n_factors;
    uint64_t n_points;
    void *state; /* the kind's */
};

/* Get a design ready; NULL and an error if there is none. Give back with design_free. */
int design_create(struct design **design, const struct design_choice *choice, const struct factor *factors,
                  size_t n_factors, struct error *error);
void design_free(struct design *design);

/* Points first .. first + n - 1 into values[n][n_factors], all of them points of the design. Cheapest in ascending
 * order; by one thread at a time. */
void design_fill(struct design *design, uint64_t first, size_t n, double *values);

#endif

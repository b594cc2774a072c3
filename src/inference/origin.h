/* Origin: the design that an output file comes from, as the file tells it. */
#ifndef ENTENTE_ORIGIN_H
#define ENTENTE_ORIGIN_H

#include "config/arena.h"
#include "design/design.h"
#include "morris.h"
#include "output/reader.h"
#include "sobol.h"

struct origin {
    char *head; /* the file's attribute `experiment` */
    struct design_choice choice;
    struct factor *factors; /* their names and groups; all of them uniform within 0 .. 1, so that values are shares */
    size_t n_factors;
    size_t n_blocks, n_rows; /* base points or trajectories, and points of each */
    bool has_common_luck;
    bool *has_levels;     /* [n_factors] */
    bool has_pawn;        /* are there points enough for it? Not of morris */
    size_t n_slices;      /* of a factor without levels */
    struct sobol sobol;   /* of saltelli */
    struct morris morris; /* of morris */
    const char **groups;  /* its names [n_groups]: of a factor on its own the factor's */
    struct arena memory;
};

/* Read it, and make the design once more where its steps are needed. BAD_INPUT if the design is none that sensitivity
 * can use, if it has not the points for n_slices slices of a factor and nothing else can be told, or if the file does
 * not say. Give back with origin_free, after failure too. */
int origin_read(struct origin *origin, const struct reader *reader, const char *path, size_t n_slices,
                struct error *error);
void origin_free(struct origin *origin);

/* Of a choice of morris and factors that are there: how their groups move, into origin->morris. */
int origin_find_steps(struct origin *origin, struct error *error);

static inline bool origin_is_morris(const struct origin *origin) { return origin->choice.kind == &design_morris; }

static inline bool origin_is_saltelli(const struct origin *origin) { return origin->choice.kind == &design_saltelli; }

/* Points that are independent of each other: of a block of saltelli the first and the last, else all. */
static inline size_t origin_free_rows(const struct origin *origin) { return origin_is_saltelli(origin) ? 2 : 1; }

/* Indices of an output: the elementary effects, or the Sobol indices, then those of PAWN. */
size_t origin_indices(const struct origin *origin);

/* What indices are told for: factors, or groups of them. */
size_t origin_count(const struct origin *origin);
const char *const *origin_names(const struct origin *origin);

/* "base point", "trajectory" or, of other designs, "point", with the ending of the plural if n is not 1. */
const char *origin_block_word(const char *design, size_t n);

#endif

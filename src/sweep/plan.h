/* Plan: how an experiment is cut into parts, each a file of its own until all are there.
 *
 * How it is cut depends on the experiment alone, not on threads, shards or the machine: so whoever computes a part
 * computes the same one. A part has whole cells (a scenario at a point, all its replicates): all scenarios at some
 * points, or where these are too many, some scenarios at one point.
 */
#ifndef ENTENTE_PLAN_H
#define ENTENTE_PLAN_H

#include "output/tile.h"

struct plan {
    const struct experiment *experiment;
    size_t first_point;       /* those before it are there already */
    size_t scenarios, points; /* of a part */
    size_t n_parts;
    double bytes; /* of the output's numbers */
};

/* Cut the points from first_point on. `runs_a_part`: how many runs a part has about; 0 for what is usual, about a
 * second of a core. */
struct plan plan_make(const struct experiment *experiment, size_t first_point, size_t runs_a_part);

struct tile plan_tile(const struct plan *plan, size_t part);

/* Runs of a tile, of a part, of all. */
size_t plan_tile_runs(const struct tile *tile);
size_t plan_runs(const struct plan *plan);

/* What is computed, and how it is cut, as YAML: two outputs go together if theirs are the same. To be freed; NULL if
 * memory has run out. */
char *plan_identity(const struct plan *plan);

/* The part of it that says what is varied and how, and by which program, without the scenarios' configurations. */
char *plan_head(const struct experiment *experiment);

/* A key that two experiments share if they are the same but for the number of points. Likewise. */
char *plan_key(const struct experiment *experiment);

#endif

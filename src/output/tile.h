/* Tile: a rectangle of an experiment: some scenarios at some points, and of each such cell some replicates. */
#ifndef ENTENTE_TILE_H
#define ENTENTE_TILE_H

#include "config/experiment.h"

struct tile {
    size_t scenario, n_scenarios;
    size_t point, n_points;
    size_t replicate, n_replicates;
};

/* One run of an experiment. */
struct run_place {
    size_t scenario, point, replicate;
};

/* In the order of the output. */
static inline bool run_place_is_before(const struct run_place *a, const struct run_place *b)
{
    return a->scenario != b->scenario ? a->scenario < b->scenario
           : a->point != b->point     ? a->point < b->point
                                      : a->replicate < b->replicate;
}

/* How many runs failed, and the first of them. */
struct failures {
    size_t n;
    struct run_place first;
};

static inline void failures_note(struct failures *failures, size_t n, const struct run_place *first)
{
    if (n > 0 && (failures->n == 0 || run_place_is_before(first, &failures->first)))
        failures->first = *first;
    failures->n += n;
}

/* All of an experiment. */
static inline struct tile tile_whole(const struct experiment *experiment)
{
    return (struct tile){.n_scenarios = experiment->n_scenarios,
                         .n_points = experiment->n_points,
                         .n_replicates = experiment_common(experiment)->n_replicates};
}

static inline size_t tile_cells(const struct tile *tile) { return tile->n_scenarios * tile->n_points; }

/* The cells of a tile are numbered scenario by scenario, as they lie in a file. */
static inline size_t tile_scenario(const struct tile *tile, size_t cell)
{
    return tile->scenario + cell / tile->n_points;
}
static inline size_t tile_point(const struct tile *tile, size_t cell) { return tile->point + cell % tile->n_points; }

#endif

/* Parts of a comparison: what is read, computed and written. Inside compare. */
#ifndef ENTENTE_COMPARE_INSIDE_H
#define ENTENTE_COMPARE_INSIDE_H

#include "compare.h"
#include "measure.h"
#include "output/store.h"
#include "pairs.h"
#include "ranks.h"

/* A scenario at a point. */
struct side {
    size_t scenario, point;
};

struct comparison {
    const struct compare_request *request;
    struct reader *reader;
    char **scenarios, **states;
    double *years;
    size_t n_scenarios, n_states, n_years, n_points, n_replicates;
    size_t *compared, n_compared, against; /* scenarios */
    bool *has_same_luck;                   /* [n_compared] */
    size_t first_point, n_compared_points;
    struct measure *measures;
    size_t n_measures;
};

/* The sides of the comparison k at the point p (0: the first that is compared). */
static inline struct side compare_base(const struct comparison *comparison, size_t k, size_t p)
{
    if (comparison->request->has_points)
        return (struct side){comparison->compared[k], comparison->request->points[0]};
    return (struct side){comparison->against, comparison->first_point + p};
}

static inline struct side compare_other(const struct comparison *comparison, size_t k, size_t p)
{
    return (struct side){comparison->compared[k], comparison->first_point + p};
}

/* luck.c: do the two sides meet the same luck? */
bool luck_is_same(const struct comparison *comparison, struct side base, struct side other);

/* Do all points meet the same luck? */
bool luck_is_common(const struct comparison *comparison);

/* Runs that are well on either side, on both, and pairs that are lost because a run has failed. */
struct pair_count {
    size_t n_base, n_other, n_pairs, n_failed;
};

/* desk.c: where cells are computed, and the memory for it. */
struct desk;

int desk_create(struct desk **desk, const struct comparison *comparison, struct error *error);
void desk_free(struct desk *desk);

/* Take up two sides: count their runs. */
int desk_begin(struct desk *desk, struct side base, struct side other, bool has_same_luck, struct pair_count *count,
               struct error *error);

/* How many cells of a measure are computed at a time. */
size_t desk_cells(const struct desk *desk, const struct measure *measure);

/* The effects of a box, desk_cells at most; good until the next call. */
int desk_compute(struct desk *desk, const struct measure *measure, const struct box *box,
                 const struct contrast **effects, struct error *error);

/* ledger.c: the file that results. */
struct ledger;

int ledger_create(struct ledger **ledger, const struct comparison *comparison, struct error *error);

/* Write what belongs to comparison k at point p: its number of pairs; the effects of a box of a measure; the course of
 * its elements. */
int ledger_write_count(struct ledger *ledger, size_t k, size_t p, const struct pair_count *count, struct error *error);
int ledger_write_effects(struct ledger *ledger, size_t measure, size_t k, size_t p, const struct box *box,
                         const struct contrast *effects, struct error *error);
int ledger_write_courses(struct ledger *ledger, size_t measure, size_t k, size_t p, const struct box *box,
                         const struct course *courses, struct error *error);

/* Give the file its name, or give up. The ledger is gone afterwards. */
int ledger_commit(struct ledger *ledger, struct error *error);
void ledger_abort(struct ledger *ledger);

#endif

/* The world that mechanisms see: states, dyads and one organization, LANES replicates side by side.
 *
 * An array's last index is always the lane: world->now.vision[i][l], trade[d][l], now.ambition[area][l].
 * What each array means, its unit and range stand in the table of the mechanism that writes it.
 */
#ifndef ENTENTE_WORLD_H
#define ENTENTE_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "lanes.h"
#include "dyads.h"
#include "table.h"

enum status { OUTSIDER, OBSERVER, MEMBER };

typedef lane_array by_area[AREAS];

/* Carried from year to year. A mechanism reads `now` and writes `next`. */
struct stocks {
    lane_array *gdp, *price, *growth, *inflation;  /* [state] */
    lane_array *log_gdp, *log_price;               /* [state] */
    lane_array *vision, *will, *skills;            /* [state] */
    lane_array *threat, *insecurity, *alignment;   /* [state] */
    lane_array *expectation, *commitment;          /* [state] */
    lane_array *status, *tenure;                   /* [state] */
    lane_array *trade_inside;                      /* [state] */
    lane_array *ambition, *depth;                  /* [area] */
    by_area *position;                             /* [state][area] */
};

struct world {
    size_t n_states, n_dyads;
    double year;   /* the calendar year */
    bool is_noisy; /* false: every normal draw is 0, every uniform draw 1/2, and taking part is a share */
    bool tells_all;   /* true: details are computed even where no mechanism reads them */
    bool follows_all; /* true: the trade of all dyads is followed, even where no mechanism reads it */
    bool has_moved;        /* false: in the first year */
    bool has_counted;      /* true: now.trade_inside is that of this year's members and trade */
    /* [state] in any lane, so that others can be passed by: is it a member, one that could apply, a candidate, or one whose
     * dyads are followed, since it is or was a member, or began with infrastructure, or an event has touched dyads? */
    bool *is_member_somewhere, *is_outsider_somewhere, *is_candidate_somewhere, *is_followed;
    bool *grows_by_itself; /* [state] does no series tell next year's GDP? */
    struct dyads members, with_members, followed, linked; /* see below */
    struct stocks now, next;

    /* carried from year to year, advanced in place: nothing reads this year's once their mechanism has moved */
    lane_array *trade, *log_trade, *infrastructure; /* [dyad] */

    /* attributes */
    lane_array *vision_ceiling, *sovereignty, *fragility, *openness, *eligible; /* [state] */
    lane_array *long_run_growth, *long_run_inflation;                           /* [state] */
    lane_array *distance, *contiguous;                                          /* [dyad] */

    /* what the start fixes */
    lane_array *alignment_start, *threat_start;          /* [state] */
    by_area *position_start;                             /* [state][area] */
    lane_array *log_distance, *trade_gap, *trade_base;   /* [dyad] */

    /* computed anew each year */
    lane_array *crisis;                                           /* scalar */
    lane_array *is_member;                                        /* [state] */
    lane_array *n_members;                                        /* scalar */
    lane_array *resources, *leadership, *influence, *appeal;      /* [state] */
    lane_array *proposal;                                         /* [state] */
    lane_array *effective_leadership, *drive;                     /* scalar */
    by_area *need;                                                /* [state][area] */
    lane_array *dependence, *exposure, *payment;   /* [state] */
    lane_array *efficacy;                                         /* [area] */
    lane_array *trade_size, *trade_bond;                          /* [state] */
    lane_array *potential_trade;                                  /* [dyad] */
    lane_array *potential_inside, *missing_inside;                /* [state] */
    by_area *propensity, *attendance;                             /* [state][area] */
    lane_array *following, *cooperation, *success;                /* [area] */
    lane_array *shortfall;                                        /* scalar */
    lane_array *attitude, *attachment, *participation, *cohesion; /* scalar */
    lane_array *position_distance;                                /* [area] */
    lane_array *candidacy;                                        /* [state] */

    /* filled by the engine within the year: draws, and what series say of next year */
    by_area *summit_draw, *position_draw;                    /* [state][area] */
    lane_array *trade_draw;                                  /* [dyad] */
    lane_array *growth_draw, *application_draw, *exit_draw;  /* [state] */
    lane_array *approval_draw;                               /* [applicant * n_states + member] */
    const struct told *gdp_series, *price_series;            /* [state] */
};

/* Loops over all dyads: FOR_DYADS(n, i, j, d) visits each pair i < j once, d counting up. */
#define FOR_DYADS(n, i, j, d)                                                                                          \
    for (size_t i = 0, d = 0; i < (n); i++)                                                                            \
        for (size_t j = i + 1; j < (n); j++, d++)

/* The dyad of i < j stands at dyad_row(n, i) + j. */
static inline size_t dyad_row(size_t n_states, size_t i) { return i * (2 * n_states - i - 1) / 2 - i - 1; }

/* The place of the pair (i, j), i != j, in that order. */
static inline size_t dyad_index(size_t n_states, size_t i, size_t j)
{
    const size_t low = i < j ? i : j, high = i < j ? j : i;
    return dyad_row(n_states, low) + high;
}

/* Pairs that loops visit. A state counts that is so in some lane: what is passed by adds nothing to a sum, so that the bits
 * stay the same, whoever the other lanes are. */

/* Of two members. */
static inline const struct dyads *list_members(struct world *world)
{
    dyads_list(&world->members, BOTH, world->is_member_somewhere, world->n_states);
    return &world->members;
}

/* Of a member with anybody. */
static inline const struct dyads *list_with_members(struct world *world)
{
    dyads_list(&world->with_members, EITHER, world->is_member_somewhere, world->n_states);
    return &world->with_members;
}

/* Of a followed state with anybody; all if `follows_all`. */
static inline const struct dyads *list_followed(struct world *world)
{
    dyads_list(&world->followed, world->follows_all ? ALL : EITHER, world->is_followed, world->n_states);
    return &world->followed;
}

/* Of two followed states. */
static inline const struct dyads *list_linked(struct world *world)
{
    dyads_list(&world->linked, BOTH, world->is_followed, world->n_states);
    return &world->linked;
}

/* Are i and j each a member in some lane? */
static inline bool is_both_inside(const struct world *world, size_t i, size_t j)
{
    return world->is_member_somewhere[i] & world->is_member_somewhere[j];
}

/* The memory of a world begins at a multiple of this, a cache line, and is whole lines long. */
enum { WORLD_ALIGNMENT = 64 };

static inline size_t whole_lines(size_t bytes) { return (bytes + WORLD_ALIGNMENT - 1) / WORLD_ALIGNMENT * WORLD_ALIGNMENT; }

/* Memory that a world of n_states needs, in bytes; 0 if that is more than can be addressed. */
size_t world_bytes(size_t n_states);

/* Lay the arrays of an n_states world out in `memory` (world_bytes, aligned to WORLD_ALIGNMENT), all zero. */
void world_lay_out(struct world *world, size_t n_states, void *memory);

/* Arrays that lie one after the other, so that all can be looked at in one go, but for those of dyads: `now` of the stocks that
 * have a `next`; other stocks, and flows. The variable that comes first, and how many lane arrays they are together. */
enum span { SPAN_OF_STOCKS, SPAN_OF_FLOWS, SPANS };
const struct variable *world_span(enum span span, size_t n_states, size_t *n);

/* Put starting values in all lanes: starts[variable in the registry][element], NULL for a variable without a start. */
void world_set_starts(struct world *world, double *const *starts);

/* Save the stocks and attributes, and put them back, so that a run can start: all that a run needs and does not compute
 * anew. Rewinding does the same in a world that has them, and passes by what no run changes. `memory`: world_save_bytes. */
size_t world_save_bytes(size_t n_states);
void world_save(const struct world *world, void *memory);
void world_restore(struct world *world, const void *memory);
void world_rewind(struct world *world, const void *memory);

/* Carry the stocks of a mechanism that is switched off over into next year as they are. */
void world_hold(struct world *world, const struct mechanism *mechanism);

#endif

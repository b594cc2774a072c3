#ifndef ENTENTE_TRADE_H
#define ENTENTE_TRADE_H

#include "world.h"

struct trade_parameters {
    struct {
        lane_array constant, gdp, price, distance, contiguity, gap_kept, infrastructure, depth, commitment, adjustment,
            noise;
    } trade;
};

extern const struct mechanism trade;

/* Before the first year: the share of the first gap that stays, and trade where none was observed. */
void trade_begin(struct world *world, const struct trade_parameters *p);

/* What of ln potential trade neither a year nor a state changes. After an event has touched parameters or dyads. */
void trade_find_base(struct world *world, const struct trade_parameters *p);

/* Step 3: each state's trade with members. */
void trade_count_inside(struct world *world);

/* Step 3: each state's potential and missing trade with members, of members alone unless `tells_all`. */
void trade_find_potential(struct world *world, const struct trade_parameters *p);

/* Step 14: next year's trade, and that of each state with this year's members. Before step 13, since potential trade is that
 * of step 3. */
void trade_adjust(struct world *world, const struct trade_parameters *p);

/* From now on the trade of the state's dyads is known in US$ too: that of outsiders is carried as a logarithm alone. Before
 * anybody but `trade` reads or changes it. */
void trade_follow(struct world *world, size_t i);

/* After the trade of dyad d was changed from outside, in the lanes in which `where` is above 0. */
void trade_take_logarithm(struct world *world, size_t d, const double *where);

#endif

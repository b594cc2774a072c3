#ifndef ENTENTE_ECONOMY_H
#define ENTENTE_ECONOMY_H

#include "world.h"

struct economy_parameters {
    struct {
        lane_array noise, trade, persistence;
    } economy;
};

extern const struct mechanism economy;

/* Before the first year: growth and inflation start at their long-run values. */
void economy_begin(struct world *world);

/* After the GDP or the price level of state i was changed from outside, in the lanes in which `where` is above 0. */
void economy_take_logarithms(struct world *world, size_t i, const double *where);

/* Before step 6: whose GDP next year no series tells. */
void economy_look_ahead(struct world *world);

/* Step 15: next year's GDP and prices. */
void economy_grow(struct world *world, const struct economy_parameters *p);

#endif

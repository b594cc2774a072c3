/* Schedule: when a scenario's events begin, and what its series say, in each lane. */
#ifndef ENTENTE_SCHEDULE_H
#define ENTENTE_SCHEDULE_H

#include "config/configuration.h"
#include "models/year.h"

/* The first year of each event in each lane: infinity where it never comes, or (a hazard) has not come yet. */
void schedule_events(struct calendar *calendar, const struct configuration *configuration, size_t first_replicate);

/* This year's draws for events that have a hazard. */
void schedule_hazards(struct calendar *calendar, const struct configuration *configuration, size_t first_replicate,
                      int year);

/* What the series say of next year, NaN where they say nothing. */
void schedule_series(struct world *world, const struct configuration *configuration, int next_year);

/* Does any event touch a parameter? */
bool schedule_touches_parameters(const struct configuration *configuration);

#endif

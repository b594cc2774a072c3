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

/* What a scenario's series say of each of its years. */
struct chronicle {
    size_t n_stocks, n_states;
    int first_year;
    const struct variable **stocks; /* [n_stocks] that may follow a series */
    struct told *told;              /* [year][stock][state] */
};

int chronicle_make(struct chronicle *chronicle, const struct configuration *configuration, struct error *error);
void chronicle_free(struct chronicle *chronicle);

/* Tell the world what they say of a year from the first to the last. */
void chronicle_tell(const struct chronicle *chronicle, struct world *world, int year);

/* Does any event touch a parameter? */
bool schedule_touches_parameters(const struct configuration *configuration);

#endif

#include "engine/schedule.h"

#include "engine/draws.h"

/* The year of an event that has a distribution, at the share u of it. */
static double find_year(const struct event *event, double u)
{
    double sum = 0;
    switch (event->timing) {
    case FIXED_YEAR: return event->year;
    case UNIFORM_YEAR: return event->first + floor(u * (event->last - event->first + 1));
    case NORMAL_YEAR: return rint(event->mean + event->standard_deviation * draws_normal(u));
    case CHOICE_YEAR:
        for (size_t k = 0; k < event->n_choices; k++) {
            sum += event->choice_probability[k];
            if (u < sum)
                return event->choice_year[k];
        }
        return INFINITY;
    case HAZARD: return INFINITY;
    }
    return INFINITY;
}

static double draw_for_event(const struct configuration *configuration, const struct event *event, enum purpose purpose,
                             size_t replicate, int year)
{
    double pair[2] = {0.5, 0.5};
    if (configuration->is_noisy)
        draws_pair(pair, configuration->seed, (uint32_t)replicate, purpose, year, event->key, 0);
    return pair[0];
}

void schedule_events(struct calendar *calendar, const struct configuration *configuration, size_t first_replicate)
{
    for (size_t e = 0; e < calendar->n_events; e++)
        for (size_t l = 0; l < LANES; l++) {
            const struct event *event = &calendar->events[e];
            const double u = draw_for_event(configuration, event, PURPOSE_EVENT_YEAR, first_replicate + l, 0);
            calendar->begins[e][l] = find_year(event, u);
        }
}

void schedule_hazards(struct calendar *calendar, const struct configuration *configuration, size_t first_replicate,
                      int year)
{
    for (size_t e = 0; e < calendar->n_events; e++) {
        const struct event *event = &calendar->events[e];
        if (event->timing != HAZARD)
            continue;
        for (size_t l = 0; l < LANES; l++)
            calendar->hazard_draw[e][l] =
                draw_for_event(configuration, event, PURPOSE_EVENT_HAZARD, first_replicate + l, year);
    }
}

void schedule_series(struct world *world, const struct configuration *configuration, int next_year)
{
    FOR_VARIABLES(variable) {
        if (variable->kind != SERIES)
            continue;
        lane_array *array = registry_variable_lanes(world, variable);
        for (size_t i = 0; i < world->n_states; i++)
            FOR_LANES(l)
                array[i][l] = NAN;
    }
    for (size_t k = 0; k < configuration->n_drivers; k++) {
        const struct driver *driver = &configuration->drivers[k];
        const long place = (long)next_year - driver->first_year;
        if (place < 0 || (size_t)place >= driver->n_values)
            continue;
        lane_array *array = registry_series_lanes(world, driver->variable);
        FOR_LANES(l)
            array[driver->state][l] = driver->values[place];
    }
}

bool schedule_touches_parameters(const struct configuration *configuration)
{
    for (size_t e = 0; e < configuration->n_events; e++)
        for (size_t k = 0; k < configuration->events[e].n_effects; k++)
            if (configuration->events[e].effects[k].parameter >= 0)
                return true;
    return false;
}

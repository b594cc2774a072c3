#include "engine/schedule.h"

#include "engine/draws.h"

static struct draw_address address_of(const struct event *event, const struct configuration *configuration,
                                      enum purpose purpose, size_t replicate, int year)
{
    return (struct draw_address){configuration->seed, replicate, purpose, year, event->key, 0};
}

/* The year of an event in a replicate; without noise, that of the middle of its distribution. */
static double find_year(const struct event *event, const struct configuration *configuration, size_t replicate)
{
    const struct draw_address address = address_of(event, configuration, PURPOSE_EVENT_YEAR, replicate, 0);
    const bool is_drawn = configuration->is_noisy && event->timing != FIXED_YEAR;
    const double u = is_drawn && event->timing != NORMAL_YEAR ? draws_uniform(&address) : 0.5;
    const double z = is_drawn && event->timing == NORMAL_YEAR ? draws_normal(&address) : 0;
    double sum = 0;
    switch (event->timing) {
    case FIXED_YEAR: return event->year;
    case UNIFORM_YEAR: return event->first + floor(u * (event->last - event->first + 1));
    case NORMAL_YEAR: return rint(event->mean + event->standard_deviation * z);
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

void schedule_events(struct calendar *calendar, const struct configuration *configuration, size_t first_replicate)
{
    for (size_t e = 0; e < calendar->n_events; e++)
        for (size_t l = 0; l < LANES; l++)
            calendar->begins[e][l] = find_year(&calendar->events[e], configuration, first_replicate + l);
}

void schedule_hazards(struct calendar *calendar, const struct configuration *configuration, size_t first_replicate,
                      int year)
{
    for (size_t e = 0; e < calendar->n_events; e++) {
        const struct event *event = &calendar->events[e];
        if (event->timing != HAZARD)
            continue;
        for (size_t l = 0; l < LANES; l++) {
            const struct draw_address address =
                address_of(event, configuration, PURPOSE_EVENT_HAZARD, first_replicate + l, year);
            calendar->hazard_draw[e][l] = configuration->is_noisy ? draws_uniform(&address) : 0.5;
        }
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

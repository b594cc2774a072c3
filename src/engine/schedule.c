#include "engine/schedule.h"

#include <stdlib.h>

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

static struct told *told_of(const struct chronicle *chronicle, int year, size_t stock)
{
    const size_t row = (size_t)(year - chronicle->first_year) * chronicle->n_stocks + stock;
    return &chronicle->told[row * chronicle->n_states];
}

static void enter(struct chronicle *chronicle, const struct driver *driver, int last_year)
{
    size_t stock = 0;
    while (chronicle->stocks[stock] != driver->variable)
        stock++;
    for (size_t k = 0; k < driver->n_values; k++) {
        const long year = driver->first_year + (long)k;
        if (year >= chronicle->first_year && year <= last_year)
            told_of(chronicle, (int)year, stock)[driver->state] =
                (struct told){driver->values[k], lane_log(driver->values[k])};
    }
}

int chronicle_make(struct chronicle *chronicle, const struct configuration *configuration, struct error *error)
{
    const size_t n_years = (size_t)(configuration->last_year - configuration->first_year) + 1;
    *chronicle = (struct chronicle){.n_states = configuration->n_states, .first_year = configuration->first_year};
    chronicle->stocks = calloc(registry_n_variables(), sizeof *chronicle->stocks);
    if (!chronicle->stocks)
        return error_memory(error);
    FOR_VARIABLES(variable)
        if (variable->series)
            chronicle->stocks[chronicle->n_stocks++] = variable;
    chronicle->told = calloc(n_years * chronicle->n_stocks, configuration->n_states * sizeof *chronicle->told);
    if (!chronicle->told)
        return error_memory(error);
    for (size_t k = 0; k < configuration->n_drivers; k++)
        enter(chronicle, &configuration->drivers[k], configuration->last_year);
    return OK;
}

void chronicle_free(struct chronicle *chronicle)
{
    free(chronicle->stocks);
    free(chronicle->told);
}

void chronicle_tell(const struct chronicle *chronicle, struct world *world, int year)
{
    for (size_t k = 0; k < chronicle->n_stocks; k++)
        registry_tell(world, chronicle->stocks[k], told_of(chronicle, year, k));
}

bool schedule_touches_parameters(const struct configuration *configuration)
{
    for (size_t e = 0; e < configuration->n_events; e++)
        for (size_t k = 0; k < configuration->events[e].n_effects; k++)
            if (configuration->events[e].effects[k].parameter >= 0)
                return true;
    return false;
}

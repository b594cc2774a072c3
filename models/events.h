/* Step 1, events: what happens to the organization from outside, as a scenario tells it. */
#ifndef ENTENTE_EVENTS_H
#define ENTENTE_EVENTS_H

#include <stdint.h>

#include "world.h"

struct events_parameters {
    struct {
        lane_array uptake;
    } alignment;
};

enum operation { SET, ADD, SCALE, TOWARD_ONE, OFFER, CRISIS, UPHEAVAL };

/* Whom an operand touches: EVERYONE it names, or only those with a status in the year itself. */
enum group { EVERYONE, MEMBERS, OBSERVERS, OUTSIDERS };

/* A number for some of the states: value[i] where touches[i] and state i is of the group now. */
struct operand {
    enum group group;
    bool *touches;  /* [n_states]; NULL for the organization and for parameters */
    double *value;  /* [n_states], or one number */
};

struct effect {
    enum operation operation;
    const struct variable *variable; /* NULL for a parameter, an offer, a crisis, an upheaval */
    long parameter;                  /* index in the registry, -1 if none */
    bool touches_area[AREAS];        /* of a variable by area */
    bool acts_each_year;             /* else in the event's first year alone */
    struct operand *operands;        /* applied such that the last one that touches a state counts */
    size_t n_operands;
};

enum timing { FIXED_YEAR, UNIFORM_YEAR, NORMAL_YEAR, CHOICE_YEAR, HAZARD };

struct event {
    char *name, *title;
    uint32_t key; /* its address in the stream of draws: a hash of its name */
    enum timing timing;
    double year;                       /* FIXED_YEAR */
    double first, last;                /* UNIFORM_YEAR; HAZARD: no earlier, no later than */
    double mean, standard_deviation;   /* NORMAL_YEAR */
    double *choice_year, *choice_probability; /* CHOICE_YEAR */
    size_t n_choices;
    double hazard;                     /* chance a year */
    double duration;                   /* years, may be infinite */
    struct effect *effects;
    size_t n_effects;
};

struct parameters;
extern const struct mechanism events;

/* The events that can happen in a world, and when they begin in each lane. */
struct calendar {
    const struct event *events;
    size_t n_events;
    bool touches_parameters;
    lane_array *begins;      /* [event] first year, infinity while it has not begun */
    lane_array *hazard_draw; /* [event] uniform draws of this year */
};

/* Let this year's events act on the world and, for as long as they last, on the parameters.
 * `parameters` is rewritten from `base` if any event touches a parameter. */
void events_happen(struct world *world, const struct calendar *calendar, const struct parameters *base,
                   struct parameters *parameters);

#endif

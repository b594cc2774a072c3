#include "numbers.h"

#include <string.h>

/* Where the numbers are written down; only counted if `list` is NULL. */
struct walk {
    double **list;
    size_t n;
};

static void meet(struct walk *walk, double *numbers, size_t n)
{
    for (size_t k = 0; walk->list && k < n; k++)
        walk->list[walk->n + k] = &numbers[k];
    walk->n += n;
}

/* Of a state that an operand does not touch there is no number. */
static void meet_operand(struct walk *walk, const struct operand *operand, size_t n_states)
{
    if (!operand->touches)
        meet(walk, operand->value, 1);
    for (size_t i = 0; operand->touches && i < n_states; i++)
        if (operand->touches[i])
            meet(walk, &operand->value[i], 1);
}

static void meet_event(struct walk *walk, struct event *event, size_t n_states)
{
    meet(walk, &event->year, 1);
    meet(walk, &event->first, 1);
    meet(walk, &event->last, 1);
    meet(walk, &event->mean, 1);
    meet(walk, &event->standard_deviation, 1);
    meet(walk, &event->hazard, 1);
    meet(walk, &event->duration, 1);
    meet(walk, event->choice_year, event->n_choices);
    meet(walk, event->choice_probability, event->n_choices);
    for (size_t k = 0; k < event->n_effects; k++)
        for (size_t m = 0; m < event->effects[k].n_operands; m++)
            meet_operand(walk, &event->effects[k].operands[m], n_states);
}

static size_t start_count(const struct configuration *configuration, size_t variable)
{
    return variable_count(registry_variable(variable)->shape, configuration->n_states);
}

static size_t walk_all(const struct configuration *configuration, double **list)
{
    struct walk walk = {.list = list};
    meet(&walk, configuration->parameters, registry_n_parameters());
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (configuration->starts[v])
            meet(&walk, configuration->starts[v], start_count(configuration, v));
    for (size_t k = 0; k < configuration->n_events; k++)
        meet_event(&walk, &configuration->events[k], configuration->n_states);
    return walk.n;
}

size_t numbers_count(const struct configuration *configuration) { return walk_all(configuration, NULL); }

void numbers_list(const struct configuration *configuration, double **list) { walk_all(configuration, list); }

/* A copy of n things; of nothing, nothing. */
static void *copy_of(struct arena *arena, const void *things, size_t n, size_t size)
{
    void *copy = things ? arena_take(arena, n + 1, size) : NULL;
    if (copy)
        memcpy(copy, things, n * size);
    return copy;
}

static void copy_effects(struct event *event, size_t n_states, struct arena *arena)
{
    event->effects = copy_of(arena, event->effects, event->n_effects, sizeof *event->effects);
    for (size_t k = 0; event->effects && k < event->n_effects; k++) {
        struct effect *effect = &event->effects[k];
        effect->operands = copy_of(arena, effect->operands, effect->n_operands, sizeof *effect->operands);
        for (size_t m = 0; effect->operands && m < effect->n_operands; m++) {
            struct operand *operand = &effect->operands[m];
            operand->value = copy_of(arena, operand->value, operand->touches ? n_states : 1, sizeof *operand->value);
        }
    }
}

static void copy_events(struct configuration *copy, struct arena *arena)
{
    copy->events = copy_of(arena, copy->events, copy->n_events, sizeof *copy->events);
    for (size_t k = 0; copy->events && k < copy->n_events; k++) {
        struct event *event = &copy->events[k];
        event->choice_year = copy_of(arena, event->choice_year, event->n_choices, sizeof *event->choice_year);
        event->choice_probability =
            copy_of(arena, event->choice_probability, event->n_choices, sizeof *event->choice_probability);
        copy_effects(event, copy->n_states, arena);
    }
}

bool numbers_copy(const struct configuration *configuration, struct configuration *copy, struct arena *arena)
{
    const size_t n_variables = registry_n_variables();
    *copy = *configuration;
    copy->memory = NULL;
    copy->parameters = copy_of(arena, copy->parameters, registry_n_parameters(), sizeof *copy->parameters);
    copy->starts = copy_of(arena, copy->starts, n_variables, sizeof *copy->starts);
    for (size_t v = 0; copy->starts && v < n_variables; v++)
        copy->starts[v] = copy_of(arena, copy->starts[v], start_count(configuration, v), sizeof *copy->starts[v]);
    copy_events(copy, arena);
    return !arena->is_exhausted;
}

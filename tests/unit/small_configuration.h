/* A small configuration made in memory, without files: four members, an outsider, a power outside; 2001 to 2012. */
#ifndef ENTENTE_TEST_SMALL_CONFIGURATION_H
#define ENTENTE_TEST_SMALL_CONFIGURATION_H

#include "config/configuration.h"
#include "fixture.h"

enum { SMALL_STATES = 6 };

struct small_configuration {
    struct configuration configuration;
    struct state_entry states[SMALL_STATES];
    /* one event, which happens if small_add_event is called */
    struct event event;
    struct effect effect;
    struct operand operand;
    bool touches[SMALL_STATES];
    double value[SMALL_STATES];
};

static inline double *small_start(struct small_configuration *small, const char *name)
{
    return small->configuration.starts[registry_find_variable(name)];
}

/* Starts as a file would give them: defaults, and numbers in range for what has none. */
static inline void small_make_starts(struct small_configuration *small)
{
    static const double status[SMALL_STATES] = {MEMBER, MEMBER, MEMBER, MEMBER, OUTSIDER, OUTSIDER};
    uint64_t random = 2001;
    small->configuration.starts = calloc(registry_n_variables(), sizeof(double *));
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        const size_t count = variable_count(variable->shape, SMALL_STATES);
        if (variable->kind != STOCK && variable->kind != ATTRIBUTE)
            continue;
        double *start = small->configuration.starts[v] = calloc(count, sizeof *start);
        for (size_t k = 0; k < count; k++)
            start[k] = variable->flags & REQUIRED_IN_YAML ? random_value(variable, &random) : variable->start;
    }
    memcpy(small_start(small, "status"), status, sizeof status);
    small_start(small, "eligible")[SMALL_STATES - 1] = 0;
    for (size_t i = 0; i < SMALL_STATES; i++) {
        small_start(small, "threat")[i] = 0.3;
        small_start(small, "commitment")[i] = i < 4 ? 0.4 : 0;
        small_start(small, "alignment")[i] = i < 4 ? 0.2 : 0.5;
    }
}

static inline struct small_configuration *small_new(void)
{
    struct small_configuration *small = calloc(1, sizeof *small);
    struct configuration *configuration = &small->configuration;
    *configuration = (struct configuration){.first_year = 2001,
                                            .last_year = 2012,
                                            .seed = 42,
                                            .is_noisy = true,
                                            .states = small->states,
                                            .n_states = SMALL_STATES};
    for (size_t i = 0; i < SMALL_STATES; i++)
        small->states[i].key = (uint32_t)(1000 + 7 * i);
    for (size_t m = 0; m < N_MECHANISMS; m++)
        configuration->is_on[m] = true;
    configuration->parameters = calloc(registry_n_parameters(), sizeof(double));
    for (size_t p = 0; p < registry_n_parameters(); p++)
        configuration->parameters[p] = registry_parameter(p)->value;
    small_make_starts(small);
    return small;
}

static inline void small_free(struct small_configuration *small)
{
    for (size_t v = 0; v < registry_n_variables(); v++)
        free(small->configuration.starts[v]);
    free(small->configuration.starts);
    free(small->configuration.parameters);
    free(small);
}

/* An event in 2004 that does `operation` with `value` to a variable of all states, or (variable NULL) to what the
 * operation means. The caller may change its timing. */
static inline struct event *small_add_event(struct small_configuration *small, enum operation operation,
                                            const char *variable, double value)
{
    for (size_t i = 0; i < SMALL_STATES; i++) {
        small->touches[i] = true;
        small->value[i] = value;
    }
    small->operand = (struct operand){EVERYONE, small->touches, small->value};
    small->effect = (struct effect){.operation = operation,
                                    .parameter = -1,
                                    .touches_area = {true, true},
                                    .operands = &small->operand,
                                    .n_operands = 1};
    if (variable)
        small->effect.variable = registry_variable((size_t)registry_find_variable(variable));
    small->event = (struct event){
        .key = 77, .timing = FIXED_YEAR, .year = 2004, .duration = 1, .effects = &small->effect, .n_effects = 1};
    small->configuration.events = &small->event;
    small->configuration.n_events = 1;
    return &small->event;
}

#endif

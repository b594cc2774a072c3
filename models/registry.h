/* The list of mechanisms. A new one is a header below and a line in MECHANISMS (WITHOUT where it has no parameters). */
#ifndef ENTENTE_REGISTRY_H
#define ENTENTE_REGISTRY_H

#include "cohesion.h"
#include "commitment.h"
#include "crisis.h"
#include "economy.h"
#include "events.h"
#include "infrastructure.h"
#include "institutions.h"
#include "leadership.h"
#include "learning.h"
#include "membership.h"
#include "needs.h"
#include "positions.h"
#include "security.h"
#include "summit.h"
#include "table.h"
#include "trade.h"
#include "world.h"

#define MECHANISMS(WITH, WITHOUT)                                                                                      \
    WITH(events)                                                                                                       \
    WITH(leadership)                                                                                                   \
    WITH(needs)                                                                                                        \
    WITH(summit)                                                                                                       \
    WITHOUT(crisis)                                                                                                    \
    WITHOUT(cohesion)                                                                                                  \
    WITH(institutions)                                                                                                 \
    WITH(commitment)                                                                                                   \
    WITH(security)                                                                                                     \
    WITH(positions)                                                                                                    \
    WITH(learning)                                                                                                     \
    WITH(infrastructure)                                                                                               \
    WITH(trade)                                                                                                        \
    WITH(economy)                                                                                                      \
    WITH(membership)

/* Index of a mechanism: MECHANISM_events, ... */
enum mechanism_index {
#define INDEX(name) MECHANISM_##name,
    MECHANISMS(INDEX, INDEX) N_MECHANISMS
#undef INDEX
};

/* All parameters, a lane each: parameters->summit.temperature[l]. Made of lane_arrays alone. */
struct parameters {
#define FIELD(name) struct name##_parameters name;
#define NO_FIELD(name)
    MECHANISMS(FIELD, NO_FIELD)
#undef FIELD
#undef NO_FIELD
};

extern const struct mechanism *const registry[N_MECHANISMS];

/* Parameters of all mechanisms, numbered through in the order of the registry, and likewise variables. */
size_t registry_n_parameters(void);
const struct parameter *registry_parameter(size_t index);
size_t registry_n_variables(void);
const struct variable *registry_variable(size_t index);

/* Loop over all variables, in that order. */
#define FOR_VARIABLES(variable)                                                                                        \
    for (size_t m_ = 0; m_ < N_MECHANISMS; m_++)                                                                       \
        for (const struct variable *variable = registry[m_]->variables;                                                \
             variable < registry[m_]->variables + registry[m_]->n_variables; variable++)

/* The index of a name, or -1. */
long registry_find_parameter(const char *name);
long registry_find_variable(const char *name);

/* The lanes of parameter `index`. */
double *registry_parameter_lanes(struct parameters *parameters, size_t index);

/* The first of the `variable_count` lane arrays of a variable, as they are now. */
lane_array *registry_variable_lanes(const struct world *world, const struct variable *variable);

/* How many lane arrays a variable has among n_states states. */
size_t variable_count(enum shape shape, size_t n_states);

/* Marks of states, by their offset in struct world. */
const bool *registry_marks(const struct world *world, size_t offset);

/* Tell the world what the series of a stock says of each state. */
void registry_tell(struct world *world, const struct variable *variable, const struct told *told);

#endif

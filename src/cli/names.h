/* Names: what in the registry a name on the command line stands for. */
#ifndef ENTENTE_NAMES_H
#define ENTENTE_NAMES_H

#include <stdbool.h>

#include "base/error.h"
#include "models/registry.h"

/* A name can be several things: `trade` is a mechanism, a group of parameters and a variable. */
struct names_match {
    const struct mechanism *mechanism;
    const struct variable *variable;
    bool *has_parameter; /* [registry_n_parameters()], the caller's */
    size_t n_parameters;
    bool is_group; /* the parameters are those of a group */
};

/* Find `name`. It may be written as in a configuration (parameters.agenda.stride, states.CHN.vision,
 * position.security), and a parameter without its group (stride). BAD_INPUT if it is nothing, with the nearest name. */
int names_match(struct names_match *match, const char *name, struct error *error);

/* The mechanism in whose table the entry stands. */
const struct mechanism *names_parameter_owner(const struct parameter *parameter);
const struct mechanism *names_variable_owner(const struct variable *variable);

/* What there is one number for: "state, area". */
const char *names_shape(enum shape shape);

#endif

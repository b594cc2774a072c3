#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/configuration.h"

const struct mechanism *names_parameter_owner(const struct parameter *parameter)
{
    for (size_t m = 0; m < N_MECHANISMS; m++)
        for (size_t p = 0; p < registry[m]->n_parameters; p++)
            if (&registry[m]->parameters[p] == parameter)
                return registry[m];
    return NULL;
}

const struct mechanism *names_variable_owner(const struct variable *variable)
{
    for (size_t m = 0; m < N_MECHANISMS; m++)
        for (size_t v = 0; v < registry[m]->n_variables; v++)
            if (&registry[m]->variables[v] == variable)
                return registry[m];
    return NULL;
}

static bool is_in_group(const struct parameter *parameter, const char *group)
{
    const size_t n = strlen(group);
    return strncmp(parameter->name, group, n) == 0 && parameter->name[n] == '.';
}

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

static void find_match(struct names_match *match, const char *name)
{
    const long variable = registry_find_variable(name);
    match->mechanism = NULL;
    for (size_t m = 0; m < N_MECHANISMS; m++)
        if (strcmp(registry[m]->name, name) == 0)
            match->mechanism = registry[m];
    match->variable = variable < 0 ? NULL : registry_variable((size_t)variable);
    match->n_parameters = 0;
    match->is_group = false;
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        const struct parameter *parameter = registry_parameter(p);
        match->has_parameter[p] = strcmp(parameter->name, name) == 0 || is_in_group(parameter, name);
        match->n_parameters += match->has_parameter[p];
        match->is_group |= is_in_group(parameter, name);
    }
}

static bool is_found(const struct names_match *match)
{
    return match->mechanism || match->variable || match->n_parameters > 0;
}

/* The short form of a parameter, without its group. */
static void find_short_form(struct names_match *match, const char *name)
{
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        match->has_parameter[p] = strcmp(last_part(registry_parameter(p)->name), name) == 0;
        match->n_parameters += match->has_parameter[p];
    }
}

static int name_not_found(const char *name, struct error *error)
{
    struct nearest nearest = {.wanted = name};
    for (size_t p = 0; p < registry_n_parameters(); p++)
        nearest_try(&nearest, registry_parameter(p)->name);
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (!(registry_variable(v)->flags & HIDDEN))
            nearest_try(&nearest, registry_variable(v)->name);
    for (size_t m = 0; m < N_MECHANISMS; m++)
        nearest_try(&nearest, registry[m]->name);
    for (size_t p = 0; p < registry_n_parameters() && !nearest.best; p++)
        nearest_try(&nearest, last_part(registry_parameter(p)->name));
    const char *hint = nearest_hint(&nearest);
    return error_set(error, BAD_INPUT, "there is no mechanism, parameter or variable '%s'%s", name,
                     *hint ? hint : "; `entente describe` lists them");
}

int names_match(struct names_match *match, const char *name, struct error *error)
{
    static const char *const sections[] = {"parameters.", "mechanisms."};
    const char *dot;
    for (size_t k = 0; k < COUNT(sections); k++)
        if (strncmp(name, sections[k], strlen(sections[k])) == 0)
            name += strlen(sections[k]);
    find_match(match, name);
    dot = strrchr(name, '.');
    if (!is_found(match) && dot &&
        (strcmp(dot + 1, configuration_areas[SECURITY]) == 0 || strcmp(dot + 1, configuration_areas[ECONOMY]) == 0)) {
        struct text stem = {0};
        text_add(&stem, "%.*s", (int)(dot - name), name);
        if (!stem.is_exhausted)
            find_match(match, last_part(stem.bytes));
        text_free(&stem);
    }
    if (!is_found(match) && (strncmp(name, "states.", 7) == 0 || strncmp(name, "dyads.", 6) == 0))
        find_match(match, last_part(name));
    if (!is_found(match))
        find_short_form(match, name);
    return is_found(match) ? OK : name_not_found(name, error);
}

const char *names_shape(enum shape shape)
{
    static const char *const names[] = {
        [SCALAR] = "organization", [BY_AREA] = "organization, area",
        [BY_STATE] = "state",      [BY_STATE_AREA] = "state, area",
        [BY_DYAD] = "dyad",        [BY_PAIR] = "ordered pair",
    };
    return names[shape];
}

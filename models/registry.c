/* The list of mechanisms, and their tables numbered through. */
#include "registry.h"

const struct mechanism *const registry[N_MECHANISMS] = {
#define ENTRY(name) &name,
    MECHANISMS(ENTRY, ENTRY)
#undef ENTRY
};

/* Where each mechanism's parameters lie in struct parameters. */
static const size_t block_offset[N_MECHANISMS] = {
#define OFFSET(name) offsetof(struct parameters, name),
#define NO_OFFSET(name) 0,
    MECHANISMS(OFFSET, NO_OFFSET)
#undef OFFSET
#undef NO_OFFSET
};

size_t registry_n_parameters(void)
{
    size_t n = 0;
    for (size_t m = 0; m < N_MECHANISMS; m++) n += registry[m]->n_parameters;
    return n;
}

const struct parameter *registry_parameter(size_t index)
{
    size_t m = 0;
    while (index >= registry[m]->n_parameters) index -= registry[m++]->n_parameters;
    return &registry[m]->parameters[index];
}

double *registry_parameter_lanes(struct parameters *parameters, size_t index)
{
    size_t m = 0;
    while (index >= registry[m]->n_parameters) index -= registry[m++]->n_parameters;
    return (double *)(void *)((char *)parameters + block_offset[m] + registry[m]->parameters[index].offset);
}

size_t registry_n_variables(void)
{
    size_t n = 0;
    for (size_t m = 0; m < N_MECHANISMS; m++) n += registry[m]->n_variables;
    return n;
}

const struct variable *registry_variable(size_t index)
{
    size_t m = 0;
    while (index >= registry[m]->n_variables) index -= registry[m++]->n_variables;
    return &registry[m]->variables[index];
}

long registry_find_parameter(const char *name)
{
    for (size_t p = 0; p < registry_n_parameters(); p++)
        if (strcmp(registry_parameter(p)->name, name) == 0) return (long)p;
    return -1;
}

long registry_find_variable(const char *name)
{
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (strcmp(registry_variable(v)->name, name) == 0) return (long)v;
    return -1;
}

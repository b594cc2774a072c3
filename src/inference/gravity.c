#include "gravity.h"

#include <math.h>
#include <string.h>

#include "models/lanes.h"

bool gravity_is_of(const struct variable *variable)
{
    return strcmp(variable->name, "trade") == 0 && variable->shape == BY_DYAD;
}

static double value_of_driver(const struct configuration *configuration, const char *name, size_t state, int year)
{
    for (size_t k = 0; k < configuration->n_drivers; k++) {
        const struct driver *driver = &configuration->drivers[k];
        const long at = (long)year - driver->first_year;
        if (driver->state == state && strcmp(driver->variable->name, name) == 0 && at >= 0 &&
            (size_t)at < driver->n_values)
            return driver->values[at];
    }
    return (double)NAN;
}

/* The elasticity times ln of both states' values. */
static double term(const struct configuration *configuration, const char *parameter, const char *driver, size_t i,
                   size_t j, int year)
{
    const double a = value_of_driver(configuration, driver, i, year),
                 b = value_of_driver(configuration, driver, j, year);
    if (!(a > 0) || !(b > 0))
        return (double)NAN;
    return configuration->parameters[registry_find_parameter(parameter)] * (lane_log(a) + lane_log(b));
}

double gravity_explain(const struct configuration *configuration, size_t dyad, int year)
{
    const size_t n = configuration->n_states;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (dyad_index(n, i, j) == dyad)
                return term(configuration, "trade.gdp", "gdp", i, j, year) +
                       term(configuration, "trade.price", "price", i, j, year);
    return (double)NAN;
}

/* The series that variables of states follow exactly. */
#include <string.h>

#include "check.h"

static struct driver *add_driver(const struct check *check)
{
    struct configuration *configuration = check->configuration;
    struct driver *drivers =
        arena_grow(check->memory, configuration->drivers, configuration->n_drivers, sizeof *drivers);
    if (!drivers)
        return NULL;
    configuration->drivers = drivers;
    return &drivers[configuration->n_drivers++];
}

/* The last year in which series are followed. */
static void check_until(const struct check *check, const struct node *until)
{
    struct configuration *configuration = check->configuration;
    int year;
    if (!check_year(check, until, "until", "drivers", &year))
        return;
    if (check->has_years && year < configuration->first_year)
        TELL(check, until, "`until` of `drivers` is %d; it must be the first year simulated, %d, or later", year,
             configuration->first_year);
    else
        configuration->drivers_until = year;
}

/* How many of a series' n numbers are followed. The others are not kept, so that nothing can know them. */
static size_t count_followed(const struct check *check, int first_year, size_t n)
{
    const int until = check->configuration->drivers_until;
    const size_t most = until < first_year ? 0 : (size_t)(until - first_year) + 1;
    return n < most ? n : most;
}

/* Does a series of n numbers reach over the first year simulated? That it begins in time has been checked. */
static bool is_long_enough(const struct check *check, const struct pair *pair, const char *variable, int first_year,
                           size_t n)
{
    const int first = check->configuration->first_year;
    if (!check->has_years || first_year > first || n > (size_t)(first - first_year))
        return true;
    TELL(check, pair->key, "the series `%s` of `%s` ends in %zu; it must reach to the first year simulated, %d",
         variable, pair->key->text, (size_t)first_year + n - 1, first);
    return false;
}

static void check_series(const struct check *check, const struct variable *variable, const struct pair *pair,
                         int first_year, bool has_first_year)
{
    const struct node *list = pair->value;
    size_t state;
    const enum found found = check_find_state(check, pair->key, pair->key->text, pair->key->n, &state);
    if (found == UNKNOWN)
        check_tell_unknown_state(check, pair->key, pair->key->text, false);
    if (found != FOUND)
        return;
    double *start = &check->configuration->starts[registry_find_variable(variable->name)][state];
    if (isnan(*start))
        *start = 0; /* it is given, if not well */
    if (!check_is_list(check, list, pair->key->text, variable->name))
        return;
    double *values = arena_take(check->memory, list->n, sizeof *values);
    bool is_sound = values != NULL;
    for (size_t k = 0; values && k < list->n; k++) {
        if (node_is_null(list->items[k])) {
            TELL(check, list->items[k], "the series `%s` of `%s` has a gap here; it must have a number for each year",
                 variable->name, pair->key->text);
            is_sound = false;
        } else if (!check_number(check, list->items[k], check_range_of(variable), variable->name, pair->key->text,
                                 &values[k]))
            is_sound = false;
    }
    if (!is_sound || !has_first_year || !is_long_enough(check, pair, variable->name, first_year, list->n))
        return;
    struct driver *driver = add_driver(check);
    if (!driver)
        return;
    *driver = (struct driver){variable, state, first_year, values, count_followed(check, first_year, list->n)};
    if (check->has_years && first_year <= check->configuration->first_year)
        *start = values[check->configuration->first_year - first_year];
}

static void check_variable(const struct check *check, const struct variable *variable, const struct node *node)
{
    int first_year = 0;
    if (!check_is_mapping(check, node, variable->name, "drivers"))
        return;
    const struct node *first = node_get(node, "first_year");
    if (!first)
        TELL(check, node, "the series of `%s` have no `first_year`; it must be given", variable->name);
    const bool has_first = first && check_year(check, first, "first_year", variable->name, &first_year);
    if (has_first && check->has_years && first_year > check->configuration->first_year)
        TELL(check, first, "the series of `%s` begin in %d; they must reach back to the first year simulated, %d",
             variable->name, first_year, check->configuration->first_year);
    for (size_t k = 0; k < node->n; k++)
        if (strcmp(node->pairs[k].key->text, "first_year") != 0)
            check_series(check, variable, &node->pairs[k], first_year, has_first);
}

void check_drivers(struct check *check)
{
    const struct node *drivers = node_get(check->root, "drivers");
    const char **names = arena_take(check->arena, registry_n_variables() + 2, sizeof *names);
    size_t n = 0;
    check->configuration->drivers_until = LAST_YEAR_POSSIBLE;
    if (!names || !drivers || !check_is_mapping(check, drivers, "drivers", NULL))
        return;
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (registry_variable(v)->series)
            names[n++] = registry_variable(v)->name;
    size_t n_variables = n;
    for (const struct key *key = keys_of_drivers; key->name; key++)
        names[n_variables++] = key->name;
    check_keys(check, drivers, names, "`drivers`");
    if (node_get(drivers, "until"))
        check_until(check, node_get(drivers, "until"));
    for (size_t k = 0; k < n; k++) {
        const struct node *node = node_get(drivers, names[k]);
        if (node)
            check_variable(check, registry_variable((size_t)registry_find_variable(names[k])), node);
    }
}

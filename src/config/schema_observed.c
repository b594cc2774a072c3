/* What was measured, for the summary to compare with. */
#include <string.h>

#include "check.h"

bool check_is_comparable(const struct variable *variable)
{
    return check_is_recordable(variable) && (variable->shape == SCALAR || variable->shape == BY_AREA ||
                                             variable->shape == BY_STATE || variable->shape == BY_DYAD);
}

static void add_observation(const struct check *check, struct observation observation)
{
    struct configuration *configuration = check->configuration;
    struct observation *list =
        arena_grow(check->memory, configuration->observations, configuration->n_observations, sizeof *list);
    if (!list)
        return;
    configuration->observations = list;
    list[configuration->n_observations++] = observation;
}

/* The values of one element by year. Those outside the years simulated are left out: there is nothing to compare. */
static void check_values(const struct check *check, const struct node *node, const char *owner,
                         struct observation observation)
{
    if (!check_is_mapping(check, node, observation.variable->name, owner))
        return;
    for (size_t k = 0; k < node->n; k++) {
        const struct pair *pair = &node->pairs[k];
        const bool has_year = check_year(check, pair->key, "a year", observation.variable->name, &observation.year);
        const bool has_value = check_number(check, pair->value, (struct range){-INFINITY, INFINITY, false},
                                            observation.variable->name, owner, &observation.value);
        if (has_year && has_value && check->has_years && observation.year >= check->configuration->first_year &&
            observation.year <= check->configuration->last_year)
            add_observation(check, observation);
    }
}

static enum found find_area(const struct check *check, const struct node *key, size_t *area)
{
    for (size_t k = 0; k < AREAS; k++)
        if (strcmp(key->text, configuration_areas[k]) == 0) {
            *area = k;
            return FOUND;
        }
    TELL(check, key, "`%s` is no area; it must be `security` or `economy`", key->text);
    return UNKNOWN;
}

static enum found find_dyad(const struct check *check, const struct node *key, size_t *dyad)
{
    size_t i = 0, j = 0;
    const enum found found = check_find_dyad(check, key, &i, &j);
    if (found == FOUND)
        *dyad = dyad_index(check->configuration->n_states, i, j);
    return found;
}

static enum found find_state(const struct check *check, const struct node *key, size_t *state)
{
    const enum found found = check_find_state(check, key, key->text, key->n, state);
    if (found == UNKNOWN)
        check_tell_unknown_state(check, key, key->text, false);
    return found;
}

/* `given[e]` tells whether element e was there before. */
static void check_element(const struct check *check, const struct pair *pair, struct observation observation,
                          char *given)
{
    const enum shape shape = observation.variable->shape;
    const enum found found = shape == BY_DYAD   ? find_dyad(check, pair->key, &observation.element)
                             : shape == BY_AREA ? find_area(check, pair->key, &observation.element)
                                                : find_state(check, pair->key, &observation.element);
    if (found == FOUND && given[observation.element]++)
        TELL(check, pair->key, "the dyad `%s` is here a second time, in the other order; it must be here once",
             pair->key->text);
    else if (found == FOUND)
        check_values(check, pair->value, pair->key->text, observation);
}

/* The values by area, state or dyad. */
static void check_elements(const struct check *check, const struct node *values, struct observation observation)
{
    char *given =
        arena_take(check->arena, variable_count(observation.variable->shape, check->configuration->n_states), 1);
    for (size_t k = 0; given && k < values->n; k++)
        check_element(check, &values->pairs[k], observation, given);
}

static void check_variable(const struct check *check, const struct variable *variable, const struct node *node)
{
    struct observation observation = {.variable = variable};
    if (!check_is_mapping(check, node, variable->name, "observed"))
        return;
    const struct node *source = node_get(node, "source"), *values = node_get(node, "values");
    check_section(check, node, keys_of_observed, "what is observed");
    observation.source = check_keep(check, "");
    if (source)
        check_text(check, source, "source", variable->name, &observation.source);
    if (!values)
        TELL(check, node, "`%s` of `observed` has no `values`; they must be given", variable->name);
    else if (!check_is_mapping(check, values, "values", variable->name))
        return;
    else if (variable->shape == SCALAR)
        check_values(check, values, NULL, observation);
    else
        check_elements(check, values, observation);
}

void check_observed(struct check *check)
{
    const struct node *observed = node_get(check->root, "observed");
    const char **names = arena_take(check->arena, registry_n_variables() + 1, sizeof *names);
    size_t n = 0;
    if (!names || !observed || !check_is_mapping(check, observed, "observed", NULL))
        return;
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (check_is_comparable(registry_variable(v)))
            names[n++] = registry_variable(v)->name;
    for (size_t k = 0; k < observed->n; k++) {
        const struct pair *pair = &observed->pairs[k];
        const long found = registry_find_variable(pair->key->text);
        if (found >= 0 && check_is_comparable(registry_variable((size_t)found)))
            check_variable(check, registry_variable((size_t)found), pair->value);
        else
            check_tell_unknown(check, pair->key, names,
                               "variable of states, dyads or the organization that is recorded");
    }
}

/* Which of what was observed a section of an experiment takes: `trade: {scale: log, years: [2005], of: [CHN-RUS]}`. */
#include <string.h>

#include "base/text.h"
#include "schema_experiment.h"

static const char *state_id(const struct configuration *configuration, size_t i) { return configuration->states[i].id; }

static void add_dyad(struct text *text, const struct configuration *configuration, size_t element, char separator)
{
    const size_t n = configuration->n_states;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (dyad_index(n, i, j) == element)
                text_add(text, "%s%c%s", state_id(configuration, i), separator, state_id(configuration, j));
}

const char *check_element_name(const struct check *check, const struct configuration *common,
                               const struct variable *variable, size_t element, char separator)
{
    const size_t n = common->n_states;
    struct text text = {0};
    switch (variable->shape) {
    case SCALAR: break;
    case BY_AREA: text_add(&text, "%s", configuration_areas[element]); break;
    case BY_STATE: text_add(&text, "%s", state_id(common, element)); break;
    case BY_STATE_AREA:
        text_add(&text, "%s%c%s", state_id(common, element / AREAS), separator, configuration_areas[element % AREAS]);
        break;
    case BY_PAIR:
        text_add(&text, "%s%c%s", state_id(common, element / n), separator, state_id(common, element % n));
        break;
    case BY_DYAD: add_dyad(&text, common, element, separator); break;
    }
    const char *name = text.n > 0 ? arena_copy(check->memory, text.bytes, text.n) : "";
    text_free(&text);
    return name ? name : "";
}

/* Is the element, CHN-RUS, written so or as RUS-CHN? */
static bool is_named(const struct node *node, const char *element)
{
    const char *dash = node->kind == NODE_SCALAR ? strchr(node->text, '-') : NULL;
    if (node_is_text(node, element) || !dash)
        return node_is_text(node, element);
    const size_t n_first = (size_t)(dash - node->text), n_second = strlen(dash + 1);
    return strlen(element) == n_first + 1 + n_second && strncmp(element, dash + 1, n_second) == 0 &&
           element[n_second] == '-' && strncmp(element + n_second + 1, node->text, n_first) == 0;
}

static bool is_listed(const struct node *list, const char *element)
{
    for (size_t k = 0; list && list->kind == NODE_LIST && k < list->n; k++)
        if (is_named(list->items[k], element))
            return true;
    return !list;
}

static bool has_year(const struct node *list, int year)
{
    uint64_t value;
    for (size_t k = 0; list && list->kind == NODE_LIST && k < list->n; k++)
        if (node_is_count(list->items[k], &value) && value == (uint64_t)year)
            return true;
    return !list;
}

bool check_is_chosen(const struct check *check, const struct experiment *experiment, const struct chosen *chosen,
                     const struct observation *observation)
{
    return observation->variable == chosen->variable && has_year(chosen->years, observation->year) &&
           (!chosen->of || is_listed(chosen->of, check_element_name(check, experiment_common(experiment),
                                                                    chosen->variable, observation->element, '-')));
}

bool check_is_on_scale(const struct check *check, const struct chosen *chosen, const struct observation *observation)
{
    if (!chosen->is_log || observation->value > 0)
        return true;
    TELL(check, chosen->scale, "`%s` of %d is %g; on the scale `log` it must be above 0", chosen->variable->name,
         observation->year, observation->value);
    return false;
}

/* Every item of the list (of `years` or `of`) must have been observed. */
static void check_list(const struct check *check, const struct experiment *experiment, const struct chosen *chosen,
                       const struct observations *observations, const struct node *list)
{
    for (size_t k = 0; k < list->n; k++) {
        const struct node one = {.kind = NODE_LIST, .n = 1, .items = &list->items[k]};
        const struct chosen alone = {.variable = chosen->variable,
                                     .years = list == chosen->years ? &one : NULL,
                                     .of = list == chosen->of ? &one : NULL};
        bool is_there = false;
        for (size_t m = 0; m < observations->n && !is_there; m++)
            is_there = observations->list[m].year >= observations->first_year &&
                       observations->list[m].year <= observations->last_year &&
                       check_is_chosen(check, experiment, &alone, &observations->list[m]);
        if (!is_there)
            TELL(check, list->items[k], "no `%s` of %s is observed within %d .. %d; it must be %s",
                 chosen->variable->name, node_show(check->arena, list->items[k]), observations->first_year,
                 observations->last_year, observations->where);
    }
}

void check_chosen(const struct check *check, const struct experiment *experiment, const struct node *mapping,
                  const struct variable *variable, const struct observations *observations, struct chosen *chosen)
{
    *chosen = (struct chosen){.variable = variable,
                              .scale = node_get(mapping, "scale"),
                              .years = node_get(mapping, "years"),
                              .of = node_get(mapping, "of")};
    size_t word = 0;
    check_key_word(check, mapping, key_find(keys_of_judged, "scale"), variable->name, &word);
    chosen->is_log = word == 1;
    if (chosen->years && check_is_list(check, chosen->years, "years", variable->name))
        check_list(check, experiment, chosen, observations, chosen->years);
    if (chosen->of && check_is_list(check, chosen->of, "of", variable->name))
        check_list(check, experiment, chosen, observations, chosen->of);
}

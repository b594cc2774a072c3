/* The events of a configuration: when they happen. What they do is in schema_effects.c. */
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "check.h"

#define SUM_TOLERANCE 1e-9 /* of probabilities in decimal, each rounded to a double */

static bool check_event_year(const struct check *check, const struct node *node, const char *what, const char *name,
                             double *year)
{
    int value;
    if (!check_year(check, node, what, name, &value) || !check_is_simulated(check, node, value, what, name))
        return false;
    *year = value;
    return true;
}

static void check_uniform(const struct check *check, const struct node *node, const char *name, struct event *event)
{
    event->timing = UNIFORM_YEAR;
    if (node->kind != NODE_LIST || node->n != 2) {
        TELL(check, node, "`uniform` of `%s` must be a list of two years, `[first, last]`", name);
        return;
    }
    const bool has_first = check_event_year(check, node->items[0], "uniform", name, &event->first);
    const bool has_last = check_event_year(check, node->items[1], "uniform", name, &event->last);
    if (has_first && has_last && event->first > event->last)
        TELL(check, node, "the last year of `uniform` of `%s` is before the first; it must be the same or later", name);
}

static void check_normal(const struct check *check, const struct node *node, const char *name, struct event *event)
{
    event->timing = NORMAL_YEAR;
    if (node->kind != NODE_LIST || node->n != 2) {
        TELL(check, node, "`normal` of `%s` must be a list of two numbers, `[mean, standard deviation]`", name);
        return;
    }
    const struct configuration *configuration = check->configuration;
    struct range years = {FIRST_YEAR_POSSIBLE, LAST_YEAR_POSSIBLE, false};
    if (check->has_years)
        years = (struct range){configuration->first_year, configuration->last_year, false};
    check_number(check, node->items[0], years, "normal", name, &event->mean);
    check_number(check, node->items[1], (struct range){0, 1000, false}, "normal", name, &event->standard_deviation);
}

/* By year, so that a share of luck means the same whatever the order in the file: the smaller, the earlier. */
static void sort_choices(struct event *event)
{
    gsl_sort2(event->choice_year, 1, event->choice_probability, 1, event->n_choices);
}

static void check_choice(const struct check *check, const struct node *node, const char *name, struct event *event)
{
    double sum = 0;
    event->timing = CHOICE_YEAR;
    if (!check_is_mapping(check, node, "choice", name))
        return;
    if (node->n == 0 || node->n > LAST_YEAR_POSSIBLE) {
        TELL(check, node, "`choice` of `%s` has %zu years; it must have 1 .. %d", name, node->n, LAST_YEAR_POSSIBLE);
        return;
    }
    event->choice_year = arena_take(check->memory, node->n, sizeof *event->choice_year);
    event->choice_probability = arena_take(check->memory, node->n, sizeof *event->choice_probability);
    if (!event->choice_year || !event->choice_probability)
        return;
    event->n_choices = node->n;
    for (size_t k = 0; k < node->n; k++) {
        check_event_year(check, node->pairs[k].key, "choice", name, &event->choice_year[k]);
        check_number(check, node->pairs[k].value, (struct range){0, 1, false}, "choice", name,
                     &event->choice_probability[k]);
        sum += event->choice_probability[k];
    }
    sort_choices(event);
    if (sum > 1 + SUM_TOLERANCE)
        TELL(check, node, "the probabilities of `choice` of `%s` sum to %.6g; they must sum to at most 1", name, sum);
}

static void check_event_timing(const struct check *check, const struct node *node, const char *name,
                               struct event *event)
{
    static void (*const read[])(const struct check *, const struct node *, const char *,
                                struct event *) = {check_uniform, check_normal, check_choice};
    if (node->kind != NODE_MAPPING) {
        event->timing = FIXED_YEAR;
        check_event_year(check, node, "year", name, &event->year);
        return;
    }
    check_section(check, node, keys_of_event_year, "`year`");
    if (node->n != 1)
        TELL(check, node, "`year` of `%s` has %zu distributions; it must have one (`~` removes another of the base)",
             name, node->n);
    for (size_t k = 0; k < COUNT(read) && node->n == 1; k++)
        if (node_get(node, keys_of_event_year[k].name))
            read[k](check, node_get(node, keys_of_event_year[k].name), name, event);
}

static void check_hazard(const struct check *check, const struct node *node, const char *name, struct event *event)
{
    const struct node *from = node_get(node, "from"), *until = node_get(node, "until");
    event->timing = HAZARD;
    event->first = check->configuration->first_year;
    event->last = check->configuration->last_year;
    check_key_number(check, node, key_find(keys_of_event, "hazard"), name, &event->hazard);
    const bool has_first = !from || check_event_year(check, from, "from", name, &event->first);
    const bool has_last = !until || check_event_year(check, until, "until", name, &event->last);
    if (has_first && has_last && check->has_years && event->first > event->last)
        TELL(check, until ? until : from, "`until` of `%s` is before `from`; it must be the same year or later", name);
}

/* Whether it has a year or a hazard, one of the two. */
static void check_when(const struct check *check, const struct pair *pair, struct event *event)
{
    const struct node *year = node_get(pair->value, "year"), *hazard = node_get(pair->value, "hazard");
    const char *name = pair->key->text;
    if (year && hazard)
        TELL(check, hazard,
             "the event `%s` has a `year` and a `hazard`; it must have one of them (`~` removes the base's)", name);
    else if (year)
        check_event_timing(check, year, name, event);
    else if (hazard)
        check_hazard(check, pair->value, name, event);
    else
        TELL(check, pair->key, "the event `%s` has no `year` and no `hazard`; it must have one of them", name);
    for (size_t k = 0; k < 2 && !hazard; k++) {
        const char *const bound = k ? "until" : "from";
        if (node_get(pair->value, bound))
            TELL(check, node_find(pair->value, bound)->key, "the event `%s` has `%s` without a `hazard`; it needs one",
                 name, bound);
    }
}

static void check_duration(const struct check *check, const struct node *node, const char *name, struct event *event)
{
    const struct range range = key_find(keys_of_event, "duration")->range;
    double value;
    if (node_number(node, &value) == NUMBER_INFINITE && value > 0)
        event->duration = value;
    else
        check_number(check, node, range, "duration", name, &event->duration);
}

static void check_effects(struct check *check, const struct node *list, const char *name, struct event *event)
{
    if (!check_is_list(check, list, "effects", name))
        return;
    event->effects = arena_take(check->memory, list->n, sizeof *event->effects);
    for (size_t k = 0; event->effects && k < list->n; k++) {
        struct effect effect = {.parameter = -1};
        if (check_effect(check, list->items[k], event, &effect))
            event->effects[event->n_effects++] = effect;
    }
}

static void check_event(struct check *check, const struct node *all, const struct pair *pair, struct event *event)
{
    struct nearest nearest;
    const struct node *node = pair->value;
    check_identifier(check, pair->key, "the name of an event");
    event->name = event->title = check_keep(check, pair->key->text);
    event->key = text_hash(event->name);
    event->duration = key_find(keys_of_event, "duration")->usual;
    event->year = event->first = event->last = check->configuration->last_year;
    if (!check_is_mapping(check, node, event->name, "events"))
        return;
    const struct node *title = node_get(node, "title"), *duration = node_get(node, "duration");
    const struct node *effects = node_get(node, "effects");
    check_section(check, node, keys_of_event, "an event");
    if (title)
        check_text(check, title, "title", event->name, &event->title);
    check_when(check, pair, event);
    if (duration)
        check_duration(check, duration, event->name, event);
    if (effects)
        check_effects(check, effects, event->name, event);
    else
        TELL(check, pair->key, "the event `%s` has no `effects`; they must be given%s", event->name,
             check_hint_for_set(check, all, pair->key, &nearest));
}

/* Is it said above the scenario's own files, by --set or by an experiment? */
static bool is_of_set(const struct check *check, const struct node *node)
{
    return node->place.source->level > check->reading->main_source->level;
}

/* Whether the years end before the event because --years, --set or an experiment cut them short: then it is left out.
 */
static bool is_cut_off(const struct check *check, const struct node *event)
{
    const struct node *years = node_get(check->root, "years"), *year = node_get(event, "year");
    double value;
    return check->has_years && is_of_set(check, years->items[1]) && year && !is_of_set(check, year) &&
           node_number(year, &value) == NUMBER_GOOD && value > check->configuration->last_year;
}

void check_events(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const struct node *events = node_get(check->root, "events");
    if (!events || !check_is_mapping(check, events, "events", NULL))
        return;
    uint32_t *keys = arena_take(check->arena, events->n, sizeof *keys);
    configuration->events = arena_take(check->memory, events->n, sizeof *configuration->events);
    if (!keys || !configuration->events)
        return;
    for (size_t k = 0; k < events->n; k++) {
        keys[k] = text_hash(events->pairs[k].key->text);
        if (!is_cut_off(check, events->pairs[k].value))
            check_event(check, events, &events->pairs[k], &configuration->events[configuration->n_events++]);
    }
    check_collisions(check, events, keys, events->n, "events");
}

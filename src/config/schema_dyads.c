/* The dyads of a configuration: each pair of states, once. */
#include <string.h>
#include <strings.h>

#include "check.h"

#define MOST_NAMED 5 /* missing dyads that are named; the others are counted */

/* Who made it incomplete: the one of three that the highest source says, the first if they are even. */
static const struct node *latest(const struct node *a, const struct node *b, const struct node *c)
{
    const struct node *found = !a || b->place.source->level > a->place.source->level ? b : a;
    return c->place.source->level > found->place.source->level ? c : found;
}

/* Of the states that are in no dyad at all, though others are: most likely a mistyped identifier. */
static void tell_strays(const struct check *check, const struct node *const *entries, bool *is_stray)
{
    const size_t n = check->configuration->n_states;
    const struct pair *states = check->states->pairs;
    size_t n_entries = 0;
    for (size_t d = 0; d < variable_count(BY_DYAD, n); d++)
        n_entries += entries[d] != NULL;
    for (size_t i = 0; i < n && n_entries > 0; i++) {
        struct nearest nearest = {.wanted = states[i].key->text};
        is_stray[i] = true;
        for (size_t j = 0; j < n; j++) {
            if (j == i)
                continue;
            is_stray[i] = is_stray[i] && !entries[dyad_index(n, i, j)];
            if (strcasecmp(check->configuration->states[j].name, states[i].key->text) == 0)
                nearest.wanted = states[j].key->text; /* the name instead of the identifier */
            nearest_try(&nearest, states[j].key->text);
        }
        if (is_stray[i])
            TELL(check, states[i].key,
                 "the state `%s` has no entry in `dyads`; it must have one with each of the others%s",
                 states[i].key->text, nearest_hint(&nearest));
    }
}

/* Tell of pairs that have no entry. */
static void tell_missing(const struct check *check, const struct node *const *entries)
{
    const struct pair *given = node_find(check->root, "dyads");
    const struct node *dyads = given ? given->key : NULL;
    const size_t n = check->configuration->n_states;
    const struct pair *states = check->states->pairs;
    const struct node *place = NULL; /* of the last that is named, for those that are counted */
    bool *is_stray = arena_take(check->arena, n, sizeof *is_stray);
    size_t n_missing = 0;
    if (!is_stray)
        return;
    tell_strays(check, entries, is_stray);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (!is_stray[i] && !is_stray[j] && !entries[dyad_index(n, i, j)] && n_missing++ < MOST_NAMED)
                TELL(check, place = latest(dyads, states[i].key, states[j].key),
                     "the states `%s` and `%s` have no entry in `dyads`; each pair of states must have one",
                     states[i].key->text, states[j].key->text);
    if (n_missing > MOST_NAMED)
        TELL(check, place, "in all, %zu pairs of states have no entry in `dyads`; each pair must have one", n_missing);
}

/* What has no default must be given for each dyad. */
static void check_complete(const struct check *check, const struct settable *settable, const struct node *entry,
                           const char *name, size_t dyad)
{
    for (size_t k = settable->n_extra; k < settable->n; k++)
        if (isnan(check->configuration->starts[settable->variables[k]][dyad]))
            TELL(check, entry, "the dyad `%s` lacks `%s`; what has no default must be given", name, settable->keys[k]);
}

static void check_dyad(const struct check *check, const struct settable *settable, const struct pair *pair,
                       const struct node **entries)
{
    const char *name = pair->key->text;
    size_t i, j;
    if (check_find_dyad(check, pair->key, &i, &j) != FOUND)
        return;
    const size_t dyad = dyad_index(check->configuration->n_states, i, j);
    if (entries[dyad]) {
        TELL(check, pair->key, "the dyad `%s` is here a second time, first as `%s`; it must be here once", name,
             entries[dyad]->text);
        return;
    }
    entries[dyad] = pair->key;
    if (!check_is_mapping(check, pair->value, name, "dyads"))
        return;
    check_starts(check, settable, pair->value, dyad, "a dyad", name);
    check_complete(check, settable, pair->key, name, dyad);
}

void check_dyads(struct check *check)
{
    static const struct key extra[] = {{.name = NULL}};
    const struct node *dyads = node_get(check->root, "dyads");
    const size_t n_dyads = variable_count(BY_DYAD, check->configuration->n_states);
    const struct settable settable = check_list_settable(check, 1u << BY_DYAD, extra);
    const struct node **entries = arena_take(check->arena, n_dyads, sizeof *entries);
    if (!settable.keys || !entries || (dyads && !check_is_mapping(check, dyads, "dyads", NULL)))
        return;
    for (size_t k = 0; dyads && k < dyads->n; k++)
        check_dyad(check, &settable, &dyads->pairs[k], entries);
    tell_missing(check, entries);
}

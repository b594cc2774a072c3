/* The states of a configuration: who they are and how they start. */
#include <stdlib.h>
#include <string.h>

#include "check.h"

static bool is_tag_new(const struct check *check, const struct state_entry *state, const struct node *tag)
{
    for (size_t k = 0; k < state->n_tags; k++)
        if (strcmp(state->tags[k], tag->text) == 0) {
            TELL(check, tag, "the tag `%s` is here a second time; it must be here once", tag->text);
            return false;
        }
    if (!node_find(check->states, tag->text))
        return true;
    TELL(check, tag, "the tag `%s` is the identifier of a state; it must be another name", tag->text);
    return false;
}

static void check_tags(const struct check *check, struct state_entry *state, const struct node *tags)
{
    if (!check_is_list(check, tags, "tags", state->id))
        return;
    state->tags = arena_take(check->memory, tags->n, sizeof *state->tags);
    for (size_t k = 0; state->tags && k < tags->n; k++) {
        const struct node *tag = tags->items[k];
        if (tag->kind != NODE_SCALAR)
            TELL(check, tag, "a tag of `%s` is %s; it must be a name", state->id, node_show(check->arena, tag));
        else if (check_identifier(check, tag, "a tag") && is_tag_new(check, state, tag))
            state->tags[state->n_tags++] = check_keep(check, tag->text);
    }
}

static void check_state(const struct check *check, const struct settable *settable, size_t i)
{
    const struct pair *pair = &check->states->pairs[i];
    struct state_entry *state = &check->configuration->states[i];
    check_identifier(check, pair->key, "the identifier of a state");
    state->id = state->name = check_keep(check, pair->key->text);
    state->key = text_hash(state->id);
    if (!check_is_mapping(check, pair->value, state->id, NULL))
        return;
    const struct node *name = node_get(pair->value, "name"), *tags = node_get(pair->value, "tags");
    if (name)
        check_text(check, name, "name", state->id, &state->name);
    if (tags)
        check_tags(check, state, tags);
    check_starts(check, settable, pair->value, i, "a state", state->id);
}

/* Starts of all variables, at their defaults; NaN where there is none. */
static bool make_starts(struct check *check)
{
    struct configuration *configuration = check->configuration;
    configuration->starts = arena_take(check->memory, registry_n_variables(), sizeof *configuration->starts);
    for (size_t v = 0; configuration->starts && v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        const size_t count = variable_count(variable->shape, configuration->n_states);
        if (variable->kind != ATTRIBUTE && variable->kind != STOCK)
            continue;
        double *start = arena_take(check->memory, count, sizeof *start);
        for (size_t k = 0; start && k < count; k++)
            start[k] = variable->flags & REQUIRED_IN_YAML ? (double)NAN : variable->start;
        configuration->starts[v] = start;
    }
    return !check->memory->is_exhausted;
}

/* `is_sound`: what the states say of themselves is. */
static void check_members(const struct check *check, bool is_sound)
{
    const struct configuration *configuration = check->configuration;
    const long status = registry_find_variable("status"), eligible = registry_find_variable("eligible");
    size_t n_members = 0;
    if (status < 0 || eligible < 0 || !is_sound)
        return;
    for (size_t i = 0; i < configuration->n_states; i++) {
        const struct pair *pair = &check->states->pairs[i];
        const bool is_member = configuration->starts[status][i] == MEMBER;
        n_members += is_member;
        const struct node *said = node_get(pair->value, "eligible");
        if (is_member && configuration->starts[eligible][i] == 0)
            TELL(check, said ? said : pair->key, "`%s` is a member and not `eligible`; a member must be eligible",
                 pair->key->text);
    }
    if (n_members < 2)
        TELL(check, check->states, "%s of the states is a member; at least two must be: `status: member`",
             n_members ? "only one" : "none");
}

void check_states(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const struct node *states = node_get(check->root, "states");
    const struct settable settable = check_list_settable(check, 1u << BY_STATE | 1u << BY_STATE_AREA, keys_of_state);
    if (!states)
        TELL(check, check->root, "there are no `states`; they must be given");
    else if (check_is_mapping(check, states, "states", NULL) && states->n > MOST_STATES)
        TELL(check, states, "there are %zu states; there may be %d at most", states->n, MOST_STATES);
    if (!states || states->kind != NODE_MAPPING || states->n > MOST_STATES) {
        make_starts(check);
        return;
    }
    uint32_t *keys = arena_take(check->arena, states->n, sizeof *keys);
    configuration->n_states = states->n;
    configuration->states = arena_take(check->memory, states->n, sizeof *configuration->states);
    if (!settable.keys || !keys || !configuration->states || !make_starts(check))
        return;
    check->states = states;
    const size_t n_before = check->diagnostics->n_found;
    for (size_t i = 0; i < states->n; i++) {
        check_state(check, &settable, i);
        keys[i] = configuration->states[i].key;
    }
    check_collisions(check, states, keys, states->n, "states");
    check_members(check, check->diagnostics->n_found == n_before);
}

/* Tell, once a state, of the variables that have no start. */
static void tell_incomplete(const struct check *check, size_t i)
{
    const struct configuration *configuration = check->configuration;
    const struct node *key = check->states->pairs[i].key;
    struct text names = {0};
    struct nearest nearest;
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        const size_t per_state = variable->shape == BY_STATE ? 1 : variable->shape == BY_STATE_AREA ? AREAS : 0;
        bool is_missing = false;
        for (size_t k = 0; configuration->starts[v] && k < per_state; k++)
            is_missing = is_missing || isnan(configuration->starts[v][i * per_state + k]);
        if (is_missing)
            text_add(&names, "%s`%s`", names.n ? ", " : "", variable->name);
    }
    if (names.is_exhausted)
        check->arena->is_exhausted = true;
    else if (names.n)
        TELL(check, key, "the state `%s` lacks %s; what has no default must be given%s", key->text, names.bytes,
             check_hint_for_set(check, check->states, key, &nearest));
    text_free(&names);
}

void check_complete_states(struct check *check)
{
    for (size_t i = 0; i < check->configuration->n_states; i++)
        if (check->states->pairs[i].value->kind == NODE_MAPPING)
            tell_incomplete(check, i);
}

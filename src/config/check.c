#include "check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LISTED 24 /* names that a diagnostic lists */

const char *const check_status_words[] = {"outsider", "observer", "member", NULL};
const char *const check_groups[] = {
    [EVERYONE] = "all", [MEMBERS] = "members", [OBSERVERS] = "observers", [OUTSIDERS] = "outsiders", NULL};
const char *const check_operations[] = {
    [SET] = "set", [ADD] = "add", [SCALE] = "scale", [TOWARD_ONE] = "toward_one", NULL};

/* "`what` of `owner`", in the tree's memory. */
static const char *name_of(const struct check *check, const char *what, const char *owner)
{
    struct text text = {0};
    if (owner)
        text_add(&text, "`%s` of `%s`", what, owner);
    else
        text_add(&text, "`%s`", what);
    const char *name = text.is_exhausted ? NULL : arena_copy(check->arena, text.bytes, text.n);
    text_free(&text);
    return name ? name : "";
}

/* "a whole number within 0 .. 1" */
static const char *describe_range(const struct check *check, struct range range)
{
    struct text text = {0};
    text_add(&text, range.is_whole ? "a whole number" : "a number");
    if (isfinite(range.low) && isfinite(range.high)) {
        text_add(&text, " within ");
        text_add_number(&text, range.low);
        text_add(&text, " .. ");
        text_add_number(&text, range.high);
    } else if (isfinite(range.low) || isfinite(range.high)) {
        text_add(&text, isfinite(range.low) ? " of at least " : " of at most ");
        text_add_number(&text, isfinite(range.low) ? range.low : range.high);
    }
    const char *name = text.is_exhausted ? NULL : arena_copy(check->arena, text.bytes, text.n);
    text_free(&text);
    return name ? name : "";
}

static void tell_number(const struct check *check, const struct node *node, enum number number, struct range range,
                        const char *what, const char *owner)
{
    const char *name = name_of(check, what, owner), *must = describe_range(check, range);
    const char *shown = node_show(check->arena, node);
    switch (number) {
    case NUMBER_TOO_LARGE: TELL(check, node, "%s is too large: %s; it must be %s", name, shown, must); break;
    case NUMBER_INFINITE:
    case NUMBER_NAN: TELL(check, node, "%s is %s; it must be finite, %s", name, shown, must); break;
    case NUMBER_OTHER_BASE:
        TELL(check, node, "%s is %s; it must be %s, in plain decimal without leading zeros", name, shown, must);
        break;
    case NUMBER_QUOTED: TELL(check, node, "%s is a text in quotes; it must be %s, without quotes", name, must); break;
    default: TELL(check, node, "%s is %s; it must be %s", name, shown, must);
    }
}

bool check_number(const struct check *check, const struct node *node, struct range range, const char *what,
                  const char *owner, double *value)
{
    const enum number number = node_number(node, value);
    if (number == NUMBER_GOOD && *value >= range.low && *value <= range.high &&
        (!range.is_whole || *value == floor(*value)))
        return true;
    tell_number(check, node, number, range, what, owner);
    return false;
}

bool check_year(const struct check *check, const struct node *node, const char *what, const char *owner, int *year)
{
    const struct range range = {FIRST_YEAR_POSSIBLE, LAST_YEAR_POSSIBLE, true};
    uint64_t value;
    if (node_is_count(node, &value) && value >= FIRST_YEAR_POSSIBLE && value <= LAST_YEAR_POSSIBLE) {
        *year = (int)value;
        return true;
    }
    double number;
    tell_number(check, node, node_number(node, &number), range, what, owner);
    return false;
}

bool check_is_simulated(const struct check *check, const struct node *node, int year, const char *what,
                        const char *owner)
{
    const struct configuration *configuration = check->configuration;
    if (!check->has_years || (year >= configuration->first_year && year <= configuration->last_year))
        return true;
    TELL(check, node, "%s is %d; it must be within the `years` simulated, %d .. %d", name_of(check, what, owner), year,
         configuration->first_year, configuration->last_year);
    return false;
}

bool check_truth(const struct check *check, const struct node *node, const char *what, const char *owner, bool *value)
{
    if (node_is_truth(node, value))
        return true;
    TELL(check, node, "%s is %s; it must be `on` or `off`, `true` or `false`", name_of(check, what, owner),
         node_show(check->arena, node));
    return false;
}

bool check_text(const struct check *check, const struct node *node, const char *what, const char *owner, char **text)
{
    if (node->kind == NODE_SCALAR && !node_is_null(node)) {
        *text = check_keep(check, node->text);
        return true;
    }
    TELL(check, node, "%s is %s; it must be a text", name_of(check, what, owner), node_show(check->arena, node));
    return false;
}

bool check_is_mapping(const struct check *check, const struct node *node, const char *what, const char *owner)
{
    if (node->kind == NODE_MAPPING)
        return true;
    TELL(check, node, "%s is %s; it must be a mapping, `key: value`", name_of(check, what, owner),
         node_show(check->arena, node));
    return false;
}

bool check_is_list(const struct check *check, const struct node *node, const char *what, const char *owner)
{
    if (node->kind == NODE_LIST)
        return true;
    TELL(check, node, "%s is %s; it must be a list, `[...]` or lines that begin with `- `", name_of(check, what, owner),
         node_show(check->arena, node));
    return false;
}

static bool is_among(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

void check_tell_unknown(const struct check *check, const struct node *name, const char *const *names, const char *what)
{
    struct nearest nearest = {.wanted = name->text};
    struct text list = {0};
    size_t n = 0;
    for (; names[n]; n++)
        nearest_try(&nearest, names[n]);
    if (!nearest.best) {
        text_add(&list, "; it must be %s", n == 1 ? "" : "one of ");
        for (size_t k = 0; k < n && k < MOST_LISTED; k++)
            text_add(&list, "%s`%s`", k ? ", " : "", names[k]);
        if (n > MOST_LISTED)
            text_add(&list, " and %zu more; `entente describe` lists them", n - MOST_LISTED);
    }
    TELL(check, name, "%s is no %s%s", node_show(check->arena, name), what,
         nearest.best                  ? nearest_hint(&nearest)
         : list.is_exhausted || n == 0 ? ""
                                       : list.bytes);
    text_free(&list);
}

void check_known(const struct check *check, const struct node *mapping, const char *const *names, const char *what)
{
    for (size_t k = 0; k < mapping->n; k++)
        if (!is_among(names, mapping->pairs[k].key->text))
            check_tell_unknown(check, mapping->pairs[k].key, names, what);
}

void check_keys(const struct check *check, const struct node *mapping, const char *const *keys, const char *what)
{
    char key_of[64] = "key of ";
    strncat(key_of, what, sizeof key_of - sizeof "key of ");
    check_known(check, mapping, keys, key_of);
}

const char **check_list_names(const struct check *check, const struct key *keys, size_t n)
{
    const char **names = arena_take(check->arena, n + 2, sizeof *names);
    for (size_t k = 0; names && k < n; k++)
        names[k] = keys[k].name;
    return names;
}

void check_section(const struct check *check, const struct node *mapping, const struct key *keys, const char *what)
{
    const char **names = check_list_names(check, keys, key_count(keys));
    if (names)
        check_keys(check, mapping, names, what);
}

bool check_key_number(const struct check *check, const struct node *mapping, const struct key *key, const char *owner,
                      double *value)
{
    static const struct range any_number = {-INFINITY, INFINITY, false};
    const struct node *node = node_get(mapping, key->name);
    double number;
    if (!node ||
        !check_number(check, node, key->form == FORM_POSITIVE ? any_number : key->range, key->name, owner, &number))
        return false;
    const bool is_good = key->form != FORM_POSITIVE || number > 0;
    if (is_good)
        *value = number;
    else
        TELL(check, node, "%s is %s; it must be above 0", name_of(check, key->name, owner),
             node_show(check->arena, node));
    return is_good;
}

bool check_key_word(const struct check *check, const struct node *mapping, const struct key *key, const char *owner,
                    size_t *word)
{
    const struct node *node = node_get(mapping, key->name);
    struct text list = {0};
    for (size_t k = 0; node && key->words[k]; k++) {
        if (node_is_text(node, key->words[k])) {
            *word = k;
            text_free(&list);
            return true;
        }
        text_add(&list, "%s`%s`", k == 0 ? "" : key->words[k + 1] ? ", " : " or ", key->words[k]);
    }
    if (node && !list.is_exhausted)
        TELL(check, node, "%s is %s; it must be %s", name_of(check, key->name, owner), node_show(check->arena, node),
             list.bytes);
    text_free(&list);
    return false;
}

bool check_identifier(const struct check *check, const struct node *name, const char *what)
{
    enum { LONGEST = IDENTIFIER_LONGEST };
    const char *text = name->text;
    bool is_sound = isalpha((unsigned char)text[0]) && name->n <= LONGEST;
    for (size_t k = 0; k < name->n; k++)
        is_sound = is_sound && (isalnum((unsigned char)text[k]) || text[k] == '_');
    if (!is_sound)
        TELL(check, name, "%s cannot be %s; it must be a letter, then letters, digits and `_`, at most %d",
             node_show(check->arena, name), what, LONGEST);
    else if (is_among(check_groups, text))
        TELL(check, name, "`%s` cannot be %s, since events use it for a group of states; it must be another name", text,
             what);
    return is_sound && !is_among(check_groups, text);
}

enum found check_find_state(const struct check *check, const struct node *node, const char *id, size_t n, size_t *state)
{
    char name[64];
    if (n >= sizeof name)
        return UNKNOWN;
    memcpy(name, id, n);
    name[n] = '\0';
    if (merge_has_removed(check->reading->removed_states, node, name))
        return REMOVED;
    const struct pair *pair = node_find(check->states, name);
    if (pair)
        *state = (size_t)(pair - check->states->pairs);
    return pair ? FOUND : UNKNOWN;
}

const char *check_hint_for_set(const struct check *check, const struct node *mapping, const struct node *key,
                               struct nearest *nearest)
{
    *nearest = (struct nearest){.wanted = key->text};
    for (size_t k = 0; key->place.source->level > check->reading->main_source->level && k < mapping->n; k++)
        if (mapping->pairs[k].key != key)
            nearest_try(nearest, mapping->pairs[k].key->text);
    return nearest_hint(nearest);
}

void check_tell_unknown_state(const struct check *check, const struct node *node, const char *id, bool with_groups)
{
    const struct configuration *configuration = check->configuration;
    struct nearest nearest = {.wanted = id};
    for (size_t i = 0; check->states && i < check->states->n; i++)
        nearest_try(&nearest, check->states->pairs[i].key->text);
    for (size_t i = 0; with_groups && i < configuration->n_states; i++)
        for (size_t k = 0; k < configuration->states[i].n_tags; k++)
            nearest_try(&nearest, configuration->states[i].tags[k]);
    for (size_t k = 0; with_groups && check_groups[k]; k++)
        nearest_try(&nearest, check_groups[k]);
    TELL(check, node, "`%.40s` is no state%s; it must be one of those under `states`%s%s", id,
         with_groups ? ", tag or group" : "",
         with_groups ? ", a tag, or `members`, `observers`, `outsiders`, `all`" : "", nearest_hint(&nearest));
}

enum found check_find_dyad(const struct check *check, const struct node *key, size_t *i, size_t *j)
{
    const char *dash = strchr(key->text, '-');
    if (!dash) {
        TELL(check, key, "%s is no pair of states; it must be two identifiers with `-` between, like `CHN-RUS`",
             node_show(check->arena, key));
        return UNKNOWN;
    }
    const size_t n = (size_t)(dash - key->text);
    const enum found first = check_find_state(check, key, key->text, n, i);
    const enum found second = check_find_state(check, key, dash + 1, key->n - n - 1, j);
    if (first == UNKNOWN) {
        char *id = arena_copy(check->arena, key->text, n);
        check_tell_unknown_state(check, key, id ? id : "", false);
    }
    if (second == UNKNOWN)
        check_tell_unknown_state(check, key, dash + 1, false);
    if (first == UNKNOWN || second == UNKNOWN)
        return UNKNOWN;
    if (first == REMOVED || second == REMOVED)
        return REMOVED;
    if (*i != *j)
        return FOUND;
    TELL(check, key, "`%s` is a state and itself; it must be two states", key->text);
    return UNKNOWN;
}

struct range check_range_of(const struct variable *variable)
{
    return (struct range){variable->low, variable->high, (variable->flags & WHOLE) != 0};
}

int check_find_status(const char *word)
{
    for (int k = 0; check_status_words[k]; k++)
        if (strcmp(check_status_words[k], word) == 0)
            return k;
    return -1;
}

bool check_is_status(const struct variable *variable) { return strcmp(variable->name, "status") == 0; }

bool check_is_yes_or_no(const struct variable *variable)
{
    return (variable->flags & WHOLE) && variable->low >= 0 && variable->high <= 1;
}

bool check_is_settable(const struct variable *variable)
{
    return (variable->kind == ATTRIBUTE || variable->kind == STOCK) && !(variable->flags & HIDDEN);
}

bool check_is_recordable(const struct variable *variable)
{
    return (variable->kind == ATTRIBUTE || variable->kind == STOCK || variable->kind == FLOW) &&
           !(variable->flags & HIDDEN);
}

struct settable check_list_settable(const struct check *check, unsigned shapes, const struct key *extra)
{
    const size_t n_variables = registry_n_variables();
    struct settable settable = {.n_extra = 0};
    settable.n_extra = key_count(extra);
    settable.n = settable.n_extra;
    settable.keys = arena_take(check->arena, settable.n + n_variables + 1, sizeof *settable.keys);
    settable.variables = arena_take(check->arena, settable.n + n_variables, sizeof *settable.variables);
    if (!settable.keys || !settable.variables)
        return (struct settable){0};
    for (size_t k = 0; k < settable.n_extra; k++)
        settable.keys[k] = extra[k].name;
    for (size_t v = 0; v < n_variables; v++) {
        const struct variable *variable = registry_variable(v);
        if (!check_is_settable(variable) || !(shapes & 1u << variable->shape))
            continue;
        settable.variables[settable.n] = v;
        settable.keys[settable.n++] = variable->name;
    }
    return settable;
}

char *check_keep(const struct check *check, const char *text)
{
    static char nothing[] = "";
    char *copy = arena_copy(check->memory, text, strlen(text));
    return copy ? copy : nothing;
}

struct keyed {
    uint32_t key;
    size_t number;
};

static int compare_keys(const void *first, const void *second)
{
    const struct keyed *a = first, *b = second;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

void check_collisions(const struct check *check, const struct node *mapping, const uint32_t *keys, size_t n,
                      const char *what)
{
    struct keyed *sorted = arena_take(check->arena, n, sizeof *sorted);
    if (!sorted)
        return;
    for (size_t k = 0; k < n; k++)
        sorted[k] = (struct keyed){keys[k], k};
    qsort(sorted, n, sizeof *sorted, compare_keys);
    for (size_t k = 1; k < n; k++)
        if (sorted[k].key == sorted[k - 1].key)
            TELL(check, mapping->pairs[sorted[k].number].key,
                 "the %s `%s` and `%s` would share their draws by chance of their names; one must be renamed", what,
                 mapping->pairs[sorted[k - 1].number].key->text, mapping->pairs[sorted[k].number].key->text);
}

/* A start that is one number: a status word, yes or no, or a number. What is wrong is told. */
static double read_start(const struct check *check, const struct variable *variable, const struct node *node,
                         const char *what, const char *owner)
{
    const bool is_status = check_is_status(variable), is_yes_or_no = check_is_yes_or_no(variable);
    double value = 0;
    bool truth;
    if (is_status && node->kind == NODE_SCALAR && check_find_status(node->text) >= 0)
        return check_find_status(node->text);
    if (is_yes_or_no && node_is_truth(node, &truth))
        return truth;
    if (is_yes_or_no && (node_number(node, &value) != NUMBER_GOOD || (value != 0 && value != 1)))
        TELL(check, node, "%s is %s; it must be `true` or `false`, 1 or 0", name_of(check, what, owner),
             node_show(check->arena, node));
    else if (is_status)
        TELL(check, node, "%s is %s; it must be `member`, `observer` or `outsider`", name_of(check, what, owner),
             node_show(check->arena, node));
    else
        check_number(check, node, check_range_of(variable), what, owner, &value);
    return value;
}

/* Set a variable's start of one element: a number, or a mapping by area. */
static void read_element(const struct check *check, size_t variable, size_t element, const struct node *node,
                         const char *owner)
{
    const struct variable *entry = registry_variable(variable);
    const bool has_areas = entry->shape == BY_AREA || entry->shape == BY_STATE_AREA;
    double *start = check->configuration->starts[variable];
    if (!has_areas) {
        start[element] = read_start(check, entry, node, entry->name, owner);
        return;
    }
    if (node->kind != NODE_MAPPING) {
        start[element * AREAS] = read_start(check, entry, node, entry->name, owner);
        for (size_t k = 1; k < AREAS; k++)
            start[element * AREAS + k] = start[element * AREAS];
        return;
    }
    check_keys(check, node, configuration_areas, "a value by area");
    for (size_t k = 0; k < AREAS; k++) {
        const struct node *part = node_get(node, configuration_areas[k]);
        char what[80];
        snprintf(what, sizeof what, "%s.%s", entry->name, configuration_areas[k]);
        if (part)
            start[element * AREAS + k] = read_start(check, entry, part, what, owner);
    }
}

void check_starts(const struct check *check, const struct settable *settable, const struct node *mapping,
                  size_t element, const char *what, const char *owner)
{
    if (!settable->keys)
        return;
    check_keys(check, mapping, settable->keys, what);
    for (size_t k = settable->n_extra; k < settable->n; k++) {
        const struct node *node = node_get(mapping, settable->keys[k]);
        if (node)
            read_element(check, settable->variables[k], element, node, owner);
    }
}

bool check_has_tag(const struct state_entry *state, const char *tag)
{
    for (size_t k = 0; k < state->n_tags; k++)
        if (strcmp(state->tags[k], tag) == 0)
            return true;
    return false;
}

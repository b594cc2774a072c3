#include "merge.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configuration.h"
#include "parse.h"

static struct node *merge_mappings(struct reading *reading, const struct node *base, const struct node *over,
                                   bool are_states);

static bool is_mapping(const struct node *node) { return node && node->kind == NODE_MAPPING; }

/* The pair of a key; a dyad's key may name its states in the other order. */
static struct pair *find_same(const struct node *mapping, const char *key)
{
    char reversed[130];
    struct pair *pair = node_find(mapping, key);
    const char *dash = strchr(key, '-');
    if (pair || !dash || strlen(key) >= sizeof reversed)
        return pair;
    snprintf(reversed, sizeof reversed, "%s-%.*s", dash + 1, (int)(dash - key), key);
    return node_find(mapping, reversed);
}

void merge_begin(struct reading *reading, const struct key *top_keys, bool (*is_group)(const char *),
                 void (*try_groups)(struct nearest *))
{
    *reading = (struct reading){.top_keys = top_keys,
                                .is_group = is_group,
                                .try_groups = try_groups,
                                .name_of_set = "--set",
                                .level = LEVEL_OF_FILE};
    reading->diagnostics.arena = &reading->arena;
    reading->removed_states = node_new(&reading->arena, NODE_MAPPING, (struct place){0});
    reading->removed_tags = node_new(&reading->arena, NODE_MAPPING, (struct place){0});
}

/* `by`: the key whose null removed it. */
static void remember(struct reading *reading, struct node *removed, struct node *name, struct node *by)
{
    struct pair *earlier = node_find(removed, name->text);
    if (earlier)
        earlier->value = by;
    else
        node_put(&reading->arena, removed, name, by);
}

/* Note that a state is gone, and its tags with it. */
static void remove_state(struct reading *reading, const struct pair *state, struct node *by)
{
    const struct node *tags = node_get(state->value, "tags");
    remember(reading, reading->removed_states, state->key, by);
    for (size_t k = 0; tags && tags->kind == NODE_LIST && k < tags->n; k++)
        if (tags->items[k]->kind == NODE_SCALAR)
            remember(reading, reading->removed_tags, tags->items[k], by);
}

bool merge_has_removed(const struct node *removed, const struct node *node, const char *name)
{
    const struct node *by = node_get(removed, name);
    return by && by->place.source->level > node->place.source->level;
}

/* What was meant by a key that flow style made out of a value. */
static const char *hint_at_flow(const char *key)
{
    return strchr(key, ':')                           ? "; a space must follow the colon"
           : strspn(key, "0123456789") == strlen(key) ? "; a number has a point, not a comma"
                                                      : "";
}

/* A null where there is nothing that it could remove. */
static void tell_nothing_to_remove(struct reading *reading, const struct node *base, const struct pair *over)
{
    struct nearest nearest = {.wanted = over->key->text};
    for (size_t k = 0; is_mapping(base) && k < base->n; k++)
        nearest_try(&nearest, base->pairs[k].key->text);
    diagnostics_add(&reading->diagnostics, over->key->place,
                    "`%s` has no value, which removes what the base has, but there is no `%s` to remove%s%s",
                    over->key->text, over->key->text, nearest_hint(&nearest), hint_at_flow(over->key->text));
}

static bool is_area(const char *name)
{
    for (size_t k = 0; k < AREAS; k++)
        if (strcmp(configuration_areas[k], name) == 0)
            return true;
    return false;
}

/* Is the base's value one for all areas, of which `over` changes some? */
static bool serves_areas(const struct node *base, const struct node *over)
{
    if (!base || base->kind != NODE_SCALAR || over->n == 0)
        return false;
    for (size_t k = 0; k < over->n; k++)
        if (!is_area(over->pairs[k].key->text))
            return false;
    return true;
}

/* The mapping by area that says the same as one value. NULL if memory has run out. */
static struct node *split_by_area(struct reading *reading, struct node *value)
{
    struct node *mapping = node_new(&reading->arena, NODE_MAPPING, value->place);
    for (size_t k = 0; mapping && k < AREAS; k++) {
        const char *name = configuration_areas[k];
        struct node *key = node_scalar(&reading->arena, name, strlen(name), value->place);
        if (!key || !node_put(&reading->arena, mapping, key, value))
            return NULL;
    }
    return mapping;
}

static bool is_list_of_mappings(const struct node *node)
{
    bool is_one = node && node->kind == NODE_LIST && node->n > 0;
    for (size_t k = 0; is_one && k < node->n; k++)
        is_one = is_mapping(node->items[k]);
    return is_one;
}

/* Tell that no item of a list, or more than one, is meant by a key. */
static void tell_no_item(struct reading *reading, const struct node *list, const struct node *key, bool is_any)
{
    struct nearest nearest = {.wanted = key->text};
    for (size_t k = 0; k < list->n; k++)
        for (size_t m = 0; m < list->items[k]->n; m++)
            nearest_try(&nearest, list->items[k]->pairs[m].key->text);
    if (is_any)
        diagnostics_add(&reading->diagnostics, key->place,
                        "several items of the list have `%s`; it must be the number of one, 1 .. %zu", key->text,
                        list->n);
    else
        diagnostics_add(&reading->diagnostics, key->place,
                        "no item of the list has `%s`; it must be a key of one, or its number, 1 .. %zu%s", key->text,
                        list->n, nearest_hint(&nearest));
}

/* The item of a list of mappings that a key means: its number from 1, or a key that it alone has. The list's length if
 * there is none; that has been told. */
static size_t find_item(struct reading *reading, const struct node *list, const struct node *key, bool *is_number)
{
    uint64_t number;
    size_t found = list->n;
    *is_number = node_is_count(key, &number);
    if (*is_number && number >= 1 && number <= list->n)
        return (size_t)number - 1;
    bool is_any = false;
    for (size_t k = 0; k < list->n && !*is_number; k++)
        if (node_find(list->items[k], key->text)) {
            is_any = found < list->n;
            found = k;
        }
    if (found < list->n && !is_any)
        return found;
    tell_no_item(reading, list, key, is_any);
    return list->n;
}

/* A list with some of its mappings changed, by number or by a key: `effects: {crisis: 0.5}`. NULL if memory has run
 * out. */
static struct node *merge_items(struct reading *reading, const struct node *list, const struct node *over)
{
    struct node *merged = node_new(&reading->arena, NODE_LIST, list->place);
    struct node **items = arena_take(&reading->arena, list->n, sizeof *items);
    if (!merged || !items)
        return NULL;
    memcpy(items, list->items, list->n * sizeof *items);
    for (size_t k = 0; k < over->n; k++) {
        bool is_number;
        const size_t found = find_item(reading, list, over->pairs[k].key, &is_number);
        struct node *change = over->pairs[k].value;
        if (found == list->n)
            continue;
        if (!is_number) {
            change = node_new(&reading->arena, NODE_MAPPING, over->place);
            if (!change || !node_put(&reading->arena, change, over->pairs[k].key, over->pairs[k].value))
                return NULL;
        }
        items[found] = is_mapping(change) ? merge_mappings(reading, items[found], change, false) : change;
    }
    for (size_t k = 0; k < list->n; k++)
        if (!items[k] || !node_append(&reading->arena, merged, items[k]))
            return NULL;
    return merged;
}

/* Add `over`, merged with the base's pair (NULL if it has none), to the result. */
static bool add_merged(struct reading *reading, struct node *merged, const struct pair *base, const struct pair *over,
                       bool are_states, bool is_top)
{
    struct node *base_value = base ? base->value : NULL;
    struct node *value = over->value;
    if (node_is_null(value) && reading->keeps_nulls && !base)
        return node_put(&reading->arena, merged, over->key, value);
    if (node_is_null(value)) {
        if (are_states)
            remove_state(reading, base, over->key);
        if (is_top && strcmp(over->key->text, "states") == 0 && is_mapping(base_value))
            for (size_t k = 0; k < base_value->n; k++)
                remove_state(reading, &base_value->pairs[k], over->key);
        return true;
    }
    if (!is_mapping(value))
        return node_put(&reading->arena, merged, over->key, value);
    if (is_list_of_mappings(base_value)) {
        value = merge_items(reading, base_value, value);
        return value && node_put(&reading->arena, merged, base->key, value);
    }
    if (serves_areas(base_value, value))
        base_value = split_by_area(reading, base_value);
    const bool are_both = is_mapping(base_value);
    value =
        merge_mappings(reading, are_both ? base_value : NULL, value, is_top && strcmp(over->key->text, "states") == 0);
    return value && node_put(&reading->arena, merged, are_both ? base->key : over->key, value);
}

/* `are_states`: the mapping is that of all states. A NULL base has nothing. NULL if memory has run out. */
static struct node *merge_level(struct reading *reading, const struct node *base, const struct node *over,
                                bool are_states, bool is_top)
{
    struct node *merged = node_new(&reading->arena, NODE_MAPPING, over->place);
    const size_t n_base = base ? base->n : 0;
    if (!merged)
        return NULL;
    for (size_t k = 0; k < n_base; k++) {
        const struct pair *ours = &base->pairs[k], *theirs = find_same(over, ours->key->text);
        const bool is_kept = theirs ? add_merged(reading, merged, ours, theirs, are_states, is_top)
                                    : node_put(&reading->arena, merged, ours->key, ours->value);
        if (!is_kept)
            return NULL;
    }
    for (size_t k = 0; k < over->n; k++) {
        const struct pair *theirs = &over->pairs[k], *ours = find_same(base, theirs->key->text);
        if (ours && find_same(over, ours->key->text) == theirs)
            continue;
        if (node_is_null(theirs->value) && !reading->keeps_nulls)
            tell_nothing_to_remove(reading, base, theirs);
        else if (!add_merged(reading, merged, NULL, theirs, are_states, is_top))
            return NULL;
    }
    return merged;
}

static struct node *merge_mappings(struct reading *reading, const struct node *base, const struct node *over,
                                   bool are_states)
{
    return merge_level(reading, base, over, are_states, false);
}

struct node *merge_nodes(struct reading *reading, struct node *base, struct node *over)
{
    if (!is_mapping(over))
        return over;
    return merge_level(reading, is_mapping(base) ? base : NULL, over, false, true);
}

/* The mapping without some of its keys. */
static struct node *leave_out(struct reading *reading, const struct node *mapping, const char *const *keys,
                              size_t n_keys)
{
    struct node *rest = node_new(&reading->arena, NODE_MAPPING, mapping->place);
    for (size_t k = 0; rest && k < mapping->n; k++) {
        bool is_out = false;
        for (size_t m = 0; m < n_keys; m++)
            is_out = is_out || strcmp(mapping->pairs[k].key->text, keys[m]) == 0;
        if (!is_out && !node_put(&reading->arena, rest, mapping->pairs[k].key, mapping->pairs[k].value))
            return NULL;
    }
    return rest;
}

/* The files from the one asked for down to the one that builds on nothing. */
struct chain {
    const struct source *sources[MERGE_LONGEST_CHAIN];
    struct node *roots[MERGE_LONGEST_CHAIN];
    size_t n;
};

/* Are the folders of two files one? */
static bool have_same_folder(const char *path, const char *other)
{
    const char *paths[] = {path, other};
    struct stat status[2];
    for (size_t k = 0; k < 2; k++) {
        const char *slash = strrchr(paths[k], '/');
        struct text folder = {0};
        text_add(&folder, "%.*s", slash ? (int)(slash - paths[k]) + 1 : 1, slash ? paths[k] : ".");
        const bool is_there = !folder.is_exhausted && stat(folder.bytes, &status[k]) == 0;
        text_free(&folder);
        if (!is_there)
            return false;
    }
    return status[0].st_dev == status[1].st_dev && status[0].st_ino == status[1].st_ino;
}

/* Take `folder/../` out of a path. */
static void shorten_path(char *path)
{
    for (char *dots; (dots = strstr(path, "/../")) && dots != path;) {
        char *begin = dots;
        while (begin > path && begin[-1] != '/')
            begin--;
        if (strncmp(begin, "../", 3) == 0 || strncmp(begin, "./", 2) == 0)
            return;
        memmove(begin, dots + 4, strlen(dots + 4) + 1);
    }
}

/* The path of `base` as seen from the file that says it, short where that is the same file (a folder may be a link).
 * NULL if memory has run out. */
static const char *resolve_path(struct reading *reading, const char *from, const char *base)
{
    const char *slash = strrchr(from, '/');
    struct text path = {0};
    if (base[0] != '/' && slash)
        text_add_bytes(&path, from, (size_t)(slash - from) + 1);
    text_add(&path, "%s", base);
    char *whole = path.is_exhausted ? NULL : arena_copy(&reading->arena, path.bytes, path.n);
    char *brief = path.is_exhausted ? NULL : arena_copy(&reading->arena, path.bytes, path.n);
    text_free(&path);
    if (!whole || !brief) {
        reading->arena.is_exhausted = true;
        return NULL;
    }
    shorten_path(brief);
    return have_same_folder(whole, brief) ? brief : whole;
}

/* Say that a file comes back to one that it was reached from, naming all on the way. */
static void tell_cycle(struct reading *reading, const struct chain *chain, size_t first, struct place place)
{
    struct text names = {0};
    for (size_t k = first; k < chain->n; k++)
        text_add(&names, "%s builds on ", chain->sources[k]->name);
    text_add(&names, "%s", chain->sources[first]->name);
    if (names.is_exhausted)
        reading->arena.is_exhausted = true;
    else
        diagnostics_add(&reading->diagnostics, place,
                        "the files build on each other in a circle; one of them must build on nothing: %s",
                        names.bytes);
    text_free(&names);
}

/* The hint at a file of the same folder, "" if none has a name that is near. */
static const char *hint_at_file(const char *path, struct nearest *nearest)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    const size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    if (n >= sizeof folder)
        return "";
    memcpy(folder, n ? path : "./", n ? n : 2);
    folder[n ? n : 2] = '\0';
    DIR *listing = opendir(folder);
    nearest->wanted = slash ? slash + 1 : path;
    for (const struct dirent *entry; listing && (entry = readdir(listing));)
        if (entry->d_name[0] != '.')
            nearest_try_part(nearest, entry->d_name, strlen(entry->d_name));
    if (listing)
        closedir(listing);
    return nearest_hint(nearest);
}

/* Say why a file cannot be read: at the `base:` that names it, or of itself if it was asked for. */
static void tell_unreadable(struct reading *reading, const char *path, struct place place, const char *reason)
{
    struct source *nowhere = arena_take(&reading->arena, 1, sizeof *nowhere);
    if (!nowhere)
        return;
    *nowhere = (struct source){.name = path, .bytes = "", .level = reading->level};
    if (place.source) {
        struct nearest nearest = {.wanted = ""};
        struct stat status;
        diagnostics_add(&reading->diagnostics, place, "the file `%s` to build on %s%s", path, reason,
                        lstat(path, &status) == 0 ? "" : hint_at_file(path, &nearest));
    } else {
        diagnostics_add(&reading->diagnostics, (struct place){nowhere, 0, 0}, "it %s", reason);
    }
}

/* May the file be added to the chain? If not, that has been told. */
static bool fits_chain(struct reading *reading, const struct chain *chain, const struct source *source,
                       struct place place)
{
    for (size_t k = 0; k < chain->n; k++)
        if (strcmp(chain->sources[k]->real_path, source->real_path) == 0) {
            tell_cycle(reading, chain, k, place);
            return false;
        }
    if (chain->n < MERGE_LONGEST_CHAIN)
        return true;
    diagnostics_add(&reading->diagnostics, place, "more than %d files build on each other; it may be that many at most",
                    MERGE_LONGEST_CHAIN);
    return false;
}

/* The mapping that a file is. NULL if it is none (told), or memory has run out. */
static struct node *parse_file(struct reading *reading, const struct source *source)
{
    struct place place;
    const char *fault = source_find_unsound(&reading->arena, source, &place);
    if (fault) {
        diagnostics_add(&reading->diagnostics, place, "%s", fault);
        return NULL;
    }
    const size_t n_before = reading->diagnostics.n_found;
    struct node *root = parse_document(&reading->arena, &reading->diagnostics, source, 0, 1);
    if (reading->arena.is_exhausted || (!root && reading->diagnostics.n_found > n_before))
        return NULL;
    if (!root || node_is_null(root)) {
        diagnostics_add(&reading->diagnostics, (struct place){source, 0, 0},
                        "it is empty; a configuration has at least `states` or `base`");
        return NULL;
    }
    if (root->kind == NODE_MAPPING)
        return root;
    diagnostics_add(&reading->diagnostics, root->place, "the file is %s; a configuration is a mapping, `key: value`",
                    node_show(&reading->arena, root));
    return NULL;
}

/* Read one file into the chain. `place` is that of the `base:` which names it, of no source if it was asked for. */
static bool add_file(struct reading *reading, struct chain *chain, const char *path, struct place place)
{
    const char *reason;
    struct source *source = source_read(&reading->arena, path, &reason);
    if (!source) {
        if (reason)
            tell_unreadable(reading, path, place, reason);
        return false;
    }
    source->level = reading->level - (int)chain->n;
    source->order = reading->n_sources++;
    if (!reading->main_source)
        reading->main_source = source;
    struct node *root = fits_chain(reading, chain, source, place) ? parse_file(reading, source) : NULL;
    if (!root)
        return false;
    chain->sources[chain->n] = source;
    chain->roots[chain->n++] = root;
    return true;
}

struct node *merge_files(struct reading *reading, const char *path)
{
    static const char *const own[] = {"base", "name", "title", "description"}; /* not taken over by who builds on it */
    struct chain chain = {.n = 0};
    struct place place = {NULL, 0, 0};
    const char *next = arena_copy(&reading->arena, path, strlen(path));
    while (next) {
        if (!add_file(reading, &chain, next, place))
            return NULL;
        const struct node *base = node_get(chain.roots[chain.n - 1], "base");
        if (base && (base->kind != NODE_SCALAR || node_is_null(base) || base->n == 0)) {
            diagnostics_add(&reading->diagnostics, base->place, "`base` is %s; it must be the path of a file",
                            node_show(&reading->arena, base));
            return NULL;
        }
        place = base ? base->place : place;
        next = base ? resolve_path(reading, chain.sources[chain.n - 1]->name, base->text) : NULL;
    }
    struct node *root = NULL;
    for (size_t k = chain.n; k-- > 0;) {
        struct node *over = leave_out(reading, chain.roots[k], own, 1);
        if (root)
            root = leave_out(reading, root, own, sizeof own / sizeof own[0]);
        if (!over || (k + 1 < chain.n && !root))
            return NULL;
        root = merge_nodes(reading, root, over);
    }
    return reading->arena.is_exhausted ? NULL : root;
}

const char *merge_find_file(struct reading *reading, const struct node *node, const char *what)
{
    struct nearest nearest = {.wanted = ""};
    struct stat status;
    if (node->kind != NODE_SCALAR || node_is_null(node) || node->n == 0) {
        diagnostics_add(&reading->diagnostics, node->place, "%s is %s; it must be the path of a file", what,
                        node_show(&reading->arena, node));
        return NULL;
    }
    const char *path = resolve_path(reading, node->place.source->real_path ? node->place.source->name : "", node->text);
    if (!path || (stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, R_OK) == 0))
        return path;
    const bool is_there = stat(path, &status) == 0;
    diagnostics_add(&reading->diagnostics, node->place, "%s `%s` cannot be read: %s%s", what, path,
                    is_there ? S_ISREG(status.st_mode) ? strerror(EACCES) : "it is no regular file" : strerror(errno),
                    is_there ? "" : hint_at_file(path, &nearest));
    return NULL;
}

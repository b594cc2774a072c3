/* What `--set key=value` says, as a tree that is merged over the files'. */
#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "parse.h"

#define LEVEL_OF_SET 3001 /* above all files */
#define MOST_COMPONENTS 16

/* A dotted path, where it stands, its components and the columns where they begin. */
struct path {
    struct place place;
    const char *names[MOST_COMPONENTS];
    uint32_t columns[MOST_COMPONENTS];
    size_t n;
};

static bool is_top_key(const struct reading *reading, const char *name)
{
    for (const struct key *key = reading->top_keys; key->name; key++)
        if (strcmp(key->name, name) == 0)
            return true;
    return false;
}

/* Characters, not bytes, before byte n. */
static uint32_t count_characters(const char *text, size_t n)
{
    uint32_t count = 0;
    for (size_t k = 0; k < n; k++)
        count += ((unsigned char)text[k] & 0xC0) != 0x80;
    return count;
}

static struct place place_of(const struct path *path, uint32_t column)
{
    return (struct place){path->place.source, path->place.line, column};
}

/* Cut the first n bytes of the text at its dots. False if that cannot be (there is a diagnostic). */
static bool cut_path(struct reading *reading, const char *whole, size_t n, struct path *path)
{
    for (size_t begin = 0; begin <= n;) {
        const char *text = whole + begin;
        const char *dot = memchr(text, '.', n - begin);
        const size_t length = dot ? (size_t)(dot - text) : n - begin;
        const uint32_t column = path->place.column + count_characters(whole, begin);
        if (length == 0 || path->n == MOST_COMPONENTS) {
            diagnostics_add(&reading->diagnostics, place_of(path, column),
                            length ? "the key has too many parts; it must be like `states.CHN.will`"
                                   : "a part of the key is empty; it must be like `states.CHN.will`");
            return false;
        }
        path->columns[path->n] = column;
        path->names[path->n] = arena_copy(&reading->arena, text, length);
        if (!path->names[path->n++])
            return false;
        begin += length + 1;
    }
    return true;
}

/* Put `parameters` before a path that begins with a group of parameters. */
static bool complete_path(struct reading *reading, struct path *path)
{
    if (strcmp(path->names[0], "base") == 0) {
        diagnostics_add(&reading->diagnostics, path->place, "`base` cannot be set; a file must say what it builds on");
        return false;
    }
    if (is_top_key(reading, path->names[0]))
        return true;
    if (!reading->is_group(path->names[0]) || path->n == MOST_COMPONENTS) {
        struct nearest nearest = {.wanted = path->names[0]};
        for (const struct key *key = reading->top_keys; key->name; key++)
            nearest_try(&nearest, key->name);
        reading->try_groups(&nearest);
        diagnostics_add(&reading->diagnostics, path->place,
                        "`%s` is neither a key of a configuration nor a group of parameters%s", path->names[0],
                        nearest_hint(&nearest));
        return false;
    }
    memmove(path->names + 1, path->names, path->n * sizeof path->names[0]);
    memmove(path->columns + 1, path->columns, path->n * sizeof path->columns[0]);
    path->names[0] = "parameters";
    path->n++;
    return true;
}

static struct source *source_of_set(struct reading *reading, const char *text)
{
    struct source *source = arena_take(&reading->arena, 1, sizeof *source);
    const char *bytes = arena_copy(&reading->arena, text, strlen(text));
    if (!source || !bytes)
        return NULL;
    const int order = reading->n_sources++;
    *source = (struct source){
        .name = reading->name_of_set, .bytes = bytes, .n = strlen(text), .level = LEVEL_OF_SET + order, .order = order};
    return source;
}

/* The value wrapped in a mapping for each component of the path. */
static struct node *wrap(struct reading *reading, const struct path *path, struct node *value)
{
    for (size_t k = path->n; value && k-- > 0;) {
        const struct place place = place_of(path, path->columns[k]);
        struct node *mapping = node_new(&reading->arena, NODE_MAPPING, place);
        struct node *key = node_scalar(&reading->arena, path->names[k], strlen(path->names[k]), place);
        value = mapping && key && node_put(&reading->arena, mapping, key, value) ? mapping : NULL;
    }
    return value;
}

struct node *merge_set(struct reading *reading, struct node *root, const char *text)
{
    const struct source *source = source_of_set(reading, text);
    struct path path = {.place = {source, 1, 1}};
    struct place place;
    if (!source)
        return root;
    const char *equals = strchr(source->bytes, '=');
    const char *fault = source_find_unsound(&reading->arena, source, &place);
    if (fault) {
        diagnostics_add(&reading->diagnostics, place, "%s", fault);
        return root;
    }
    if (!equals) {
        diagnostics_add(&reading->diagnostics, (struct place){source, 1, 1}, "this has no `=`; it must be `key=value`");
        return root;
    }
    const size_t n_key = (size_t)(equals - source->bytes);
    if (!cut_path(reading, source->bytes, n_key, &path) || !complete_path(reading, &path))
        return root;
    const uint32_t column = count_characters(source->bytes, n_key) + 2;
    const size_t n_before = reading->diagnostics.n_found;
    struct node *value = parse_document(&reading->arena, &reading->diagnostics, source, n_key + 1, column);
    if (!value && reading->diagnostics.n_found == n_before)
        diagnostics_add(&reading->diagnostics, (struct place){source, 1, column},
                        "there is no value behind `=`; `~` removes a key");
    value = value ? wrap(reading, &path, value) : NULL;
    return value ? merge_nodes(reading, root, value) : root;
}

struct node *merge_setting(struct reading *reading, struct node *root, const struct setting *setting)
{
    struct path path = {.place = setting->key->place};
    if (!cut_path(reading, setting->key->text, setting->key->n, &path) || !complete_path(reading, &path))
        return root;
    struct node *value = wrap(reading, &path, setting->value);
    return value ? merge_nodes(reading, root, value) : root;
}

#include "overlay.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "merge.h"
#include "schema.h"

enum { STEP = 2 /* blanks that a level is indented by */ };

/* A mapping, a line a scalar. */
static void add_mapping(struct text *text, const struct node *mapping, size_t indent)
{
    for (size_t k = 0; k < mapping->n; k++) {
        const struct pair *pair = &mapping->pairs[k];
        text_add(text, "%*s%s:", (int)indent, "", pair->key->text);
        if (pair->value->kind == NODE_MAPPING && pair->value->n > 0) {
            text_add(text, "\n");
            add_mapping(text, pair->value, indent + STEP);
        } else {
            text_add(text, " ");
            emit_node(text, pair->value);
            text_add(text, "\n");
        }
    }
}

int overlay_add(struct text *text, char *const *settings, size_t n, struct error *error)
{
    struct reading reading;
    merge_begin(&reading, keys_of_configuration, schema_is_group, schema_try_groups);
    reading.keeps_nulls = true;
    struct node *root = node_new(&reading.arena, NODE_MAPPING, (struct place){0});
    for (size_t k = 0; k < n && root; k++)
        root = merge_set(&reading, root, settings[k]);
    const int code = diagnostics_report(&reading.diagnostics, error);
    if (code == OK && root)
        add_mapping(text, root, 0);
    const bool is_exhausted = reading.arena.is_exhausted || text->is_exhausted || !root;
    arena_free(&reading.arena);
    return code == OK && is_exhausted ? error_memory(error) : code;
}

/* Without links, also of a file that is not there yet: its folder is. */
static char *real_path(const char *path)
{
    char *real = realpath(path, NULL);
    if (real)
        return real;
    const char *slash = strrchr(path, '/');
    struct text folder = {0}, whole = {0};
    text_add(&folder, "%.*s", slash ? (int)(slash - path) + 1 : 2, slash ? path : "./");
    char *real_folder = folder.is_exhausted ? NULL : realpath(folder.bytes, NULL);
    text_free(&folder);
    if (real_folder)
        text_add(&whole, "%s/%s", strcmp(real_folder, "/") == 0 ? "" : real_folder, slash ? slash + 1 : path);
    free(real_folder);
    return whole.n > 0 ? text_take(&whole) : strdup(path);
}

char *overlay_relative_path(const char *from, const char *to)
{
    char *real_from = real_path(from), *real_to = real_path(to);
    struct text text = {0};
    size_t shared = 0;
    for (size_t k = 0; real_from && real_to && real_from[k] && real_from[k] == real_to[k]; k++)
        if (real_from[k] == '/')
            shared = k + 1;
    for (const char *rest = real_from ? real_from + shared : ""; (rest = strchr(rest, '/')); rest++)
        text_add(&text, "../");
    if (real_to)
        text_add(&text, "%s", real_to + shared);
    free(real_from);
    free(real_to);
    return text.n > 0 ? text_take(&text) : NULL;
}

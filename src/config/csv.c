#include "csv.h"

#include <string.h>

bool csv_open(const struct check *check, const struct node *node, const char *what, struct csv_reader *reader)
{
    const char *path = merge_find_file(check->reading, node, what);
    const char *reason = NULL;
    struct place place;
    struct source *source = path ? source_read(check->arena, path, &reason) : NULL;
    if (!source) {
        if (reason)
            TELL(check, node, "%s `%s` %s", what, path, reason);
        return false;
    }
    source->order = check->reading->n_sources++;
    source->level = check->reading->level;
    const char *fault = source_find_unsound(check->arena, source, &place);
    if (fault) {
        diagnostics_add(check->diagnostics, place, "%s", fault);
        return false;
    }
    *reader = (struct csv_reader){source, 0, 1, 1};
    if (csv_skip_empty_lines(reader))
        return true;
    TELL(check, node, "%s `%s` is empty; its first line must name its columns", what, path);
    return false;
}

bool csv_next_cell(const struct check *check, struct csv_reader *reader, struct node *node, bool *is_last)
{
    const char *bytes = reader->source->bytes + reader->at;
    size_t n = 0;
    const size_t left = reader->source->n - reader->at;
    while (n < left && bytes[n] != ',' && bytes[n] != '\n' && bytes[n] != '\r')
        n++;
    size_t first = 0, end = n;
    while (first < end && (bytes[first] == ' ' || bytes[first] == '\t'))
        first++;
    while (end > first && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t'))
        end--;
    const bool is_quoted = end - first >= 2 && bytes[first] == '"' && bytes[end - 1] == '"';
    const char *text = arena_copy(check->arena, bytes + first + is_quoted, end - first - 2 * (size_t)is_quoted);
    *node = (struct node){.place = {reader->source, reader->line, reader->column + (uint32_t)first},
                          .kind = NODE_SCALAR,
                          .is_plain = true,
                          .is_finished = true,
                          .n = end - first - 2 * (size_t)is_quoted,
                          .text = text ? text : ""};
    *is_last = n == left || bytes[n] != ',';
    reader->at += n;
    reader->column += (uint32_t)n + 1;
    if (*is_last) {
        reader->at += reader->at < reader->source->n && reader->source->bytes[reader->at] == '\r';
        reader->at += reader->at < reader->source->n && reader->source->bytes[reader->at] == '\n';
        reader->line++;
        reader->column = 1;
    } else {
        reader->at++;
    }
    return text != NULL;
}

bool csv_skip_empty_lines(struct csv_reader *reader)
{
    const struct source *source = reader->source;
    while (reader->at < source->n && strchr(" \t\r\n", source->bytes[reader->at])) {
        size_t end = reader->at;
        while (end < source->n && strchr(" \t\r", source->bytes[end]))
            end++;
        if (end < source->n && source->bytes[end] != '\n')
            return true;
        reader->at = end < source->n ? end + 1 : end;
        reader->line++;
    }
    return reader->at < source->n;
}

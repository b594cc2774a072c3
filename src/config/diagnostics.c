#include "diagnostics.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define LINE_WIDTH 100  /* characters of a source line that are shown */
#define BEFORE_CARET 60 /* of these, before the caret, where the line is cut */

void diagnostics_add(struct diagnostics *diagnostics, struct place place, const char *format, ...)
{
    if (diagnostics->n_found++ >= DIAGNOSTICS_KEPT)
        return;
    struct diagnostic *list =
        arena_grow(diagnostics->arena, diagnostics->list, diagnostics->n_kept, sizeof *diagnostics->list);
    struct text message = {0};
    va_list arguments;
    va_start(arguments, format);
    text_add_list(&message, format, arguments);
    va_end(arguments);
    const char *kept = message.is_exhausted ? NULL : arena_copy(diagnostics->arena, message.bytes, message.n);
    text_free(&message);
    if (!list || !kept) {
        diagnostics->arena->is_exhausted = true;
        return;
    }
    diagnostics->list = list;
    list[diagnostics->n_kept] = (struct diagnostic){place, kept, diagnostics->n_kept};
    diagnostics->n_kept++;
}

static int compare(const void *first, const void *second)
{
    const struct diagnostic *a = first, *b = second;
    if (a->place.source->order != b->place.source->order)
        return a->place.source->order < b->place.source->order ? -1 : 1;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* A node that several anchors share is checked several times, and wrong each time. */
static bool says_the_same(const struct diagnostic *a, const struct diagnostic *b)
{
    return a->place.source == b->place.source && a->place.line == b->place.line && a->place.column == b->place.column &&
           strcmp(a->message, b->message) == 0;
}

/* Add text such that it stays on one line and cannot steer a terminal. */
static void add_printable(struct text *out, const char *bytes, size_t n)
{
    for (size_t k = 0; k < n;) {
        uint32_t point = 0;
        const size_t length = utf8_character(bytes + k, n - k, &point);
        if (length == 0)
            text_add(out, "\xEF\xBF\xBD"); /* the replacement character */
        else if (point < 0x20 || point == 0x7F || (point >= 0x80 && point < 0xA0) || point == 0x2028 || point == 0x2029)
            text_add(out, " ");
        else
            text_add_bytes(out, bytes + k, length);
        k += length ? length : 1;
    }
}

/* The line, cut around the column if it is long, and a caret below the column. */
static void add_line(struct text *out, struct place place)
{
    size_t n;
    const char *line = source_line(place.source, place.line, &n);
    const size_t column = place.column;
    const size_t first = column > LINE_WIDTH ? column - BEFORE_CARET : 1; /* the first character that is shown */
    size_t begin = 0, end = n, number = 1, indent = 2 + (first > 1 ? 3 : 0);
    for (size_t k = 0; k < n; number++) {
        uint32_t point = 0;
        const size_t length = utf8_character(line + k, n - k, &point);
        if (number == first)
            begin = k;
        if (number >= first && number < column)
            indent += length ? utf8_columns(point) : 1;
        if (number == first + LINE_WIDTH) {
            end = k;
            break;
        }
        k += length ? length : 1;
    }
    if (n == 0)
        return;
    text_add(out, "\n  %s", first > 1 ? "..." : "");
    add_printable(out, line + begin, end - begin);
    text_add(out, "%s\n%*s^", end < n ? "..." : "", (int)indent, "");
}

static void add_diagnostic(struct text *out, const struct diagnostic *diagnostic)
{
    const struct place place = diagnostic->place;
    text_add(out, "%s", out->n ? "\n" : "");
    add_printable(out, place.source->name, strlen(place.source->name));
    if (place.line)
        text_add(out, ":%u:%u", place.line, place.column);
    text_add(out, ": error: ");
    add_printable(out, diagnostic->message, strlen(diagnostic->message));
    if (place.line)
        add_line(out, place);
}

int diagnostics_report(struct diagnostics *diagnostics, struct error *error)
{
    struct text out = {0};
    size_t n_told = 0, n_same = 0;
    if (diagnostics->arena->is_exhausted)
        return error_memory(error);
    if (diagnostics->n_found == 0)
        return OK;
    qsort(diagnostics->list, diagnostics->n_kept, sizeof *diagnostics->list, compare);
    for (size_t k = 0; k < diagnostics->n_kept; k++) {
        if (k && says_the_same(&diagnostics->list[k - 1], &diagnostics->list[k]))
            n_same++;
        else if (n_told++ < DIAGNOSTICS_TOLD)
            add_diagnostic(&out, &diagnostics->list[k]);
    }
    const size_t n_left = diagnostics->n_found - n_same;
    if (n_left > DIAGNOSTICS_TOLD)
        text_add(&out, "\nand %zu more error%s", n_left - DIAGNOSTICS_TOLD, n_left - DIAGNOSTICS_TOLD == 1 ? "" : "s");
    if (out.is_exhausted) {
        text_free(&out);
        return error_memory(error);
    }
    error_set(error, BAD_INPUT, "%s", out.bytes);
    text_free(&out);
    return BAD_INPUT;
}

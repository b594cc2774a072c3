#include "error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Stands for itself where there is no memory for a message. */
static char out_of_memory[] = "out of memory";

static void replace_text(struct error *error, char *text)
{
    if (error->text != out_of_memory)
        free(error->text);
    error->text = text;
}

int error_set(struct error *error, enum code code, const char *format, ...)
{
    if (!error)
        return code;
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_add_list(&text, format, arguments);
    va_end(arguments);
    char *taken = text_take(&text);
    replace_text(error, taken ? taken : out_of_memory);
    error->code = code;
    return code;
}

int error_context(struct error *error, const char *format, ...)
{
    if (!error)
        return FAILED;
    struct text text = {0};
    va_list arguments;
    va_start(arguments, format);
    text_add_list(&text, format, arguments);
    va_end(arguments);
    text_add(&text, ": %s", error->text ? error->text : "unknown error");
    char *taken = text_take(&text);
    if (taken)
        replace_text(error, taken);
    return error->code;
}

int error_memory(struct error *error)
{
    if (!error)
        return FAILED;
    replace_text(error, out_of_memory);
    error->code = FAILED;
    return FAILED;
}

void error_free(struct error *error)
{
    if (!error)
        return;
    replace_text(error, NULL);
    error->code = OK;
}

/* Do these n bytes, whole lines, stand among those of `text`? a.yaml:1:1 is not in sub/a.yaml:1:1. */
static bool has_lines(const char *text, const char *lines, size_t n)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (strncmp(line, lines, n) == 0 && (line[n] == '\0' || line[n] == '\n'))
            return true;
    return false;
}

/* Bytes of the message at the start of `text`: its line, and the indented ones behind it. */
static size_t message_length(const char *text)
{
    size_t n = strcspn(text, "\n");
    while (text[n] == '\n' && text[n + 1] == ' ')
        n += 1 + strcspn(text + n + 1, "\n");
    return n;
}

void error_append(struct error *all, struct error *one)
{
    struct text both = {0};
    text_add(&both, "%s", all->text ? all->text : "");
    for (const char *message = one->text ? one->text : ""; *message;) {
        const size_t n = message_length(message);
        if (!both.is_exhausted && !has_lines(both.bytes, message, n)) {
            text_add(&both, "%s", both.n > 0 && both.bytes[both.n - 1] != '\n' ? "\n" : "");
            text_add_bytes(&both, message, n);
        }
        message += n + (message[n] == '\n');
    }
    if (both.is_exhausted)
        error_memory(all);
    else
        error_set(all, one->code == FAILED || all->code == FAILED ? FAILED : one->code, "%s", both.bytes);
    text_free(&both);
    error_free(one);
}

#include "error.h"

#include <stdarg.h>
#include <stdlib.h>

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

#include "json.h"

static void add_quoted(struct text *out, const char *text)
{
    text_add(out, "\"");
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            text_add(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            text_add(out, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            text_add_bytes(out, text, 1);
    text_add(out, "\"");
}

static bool is_in_line(const struct json *json) { return json->line_from > 0 && json->depth >= json->line_from; }

static void begin_item(struct json *json, const char *name)
{
    if (json->has_items)
        text_add(json->out, is_in_line(json) ? ", " : ",");
    if (json->depth > 0 && !is_in_line(json))
        text_add(json->out, "\n%*s", (int)json->depth, "");
    if (name) {
        add_quoted(json->out, name);
        text_add(json->out, ": ");
    }
    json->has_items = true;
}

void json_begin(struct json *json, const char *name, char bracket)
{
    begin_item(json, name);
    text_add(json->out, "%c", bracket);
    json->depth++;
    json->has_items = false;
}

void json_begin_line(struct json *json, const char *name, char bracket)
{
    json_begin(json, name, bracket);
    if (json->line_from == 0)
        json->line_from = json->depth;
}

void json_end(struct json *json, char bracket)
{
    const bool is_line = is_in_line(json);
    if (json->line_from == json->depth)
        json->line_from = 0;
    json->depth--;
    if (json->has_items && !is_line)
        text_add(json->out, "\n%*s", (int)json->depth, "");
    text_add(json->out, "%c", bracket);
    json->has_items = true;
}

void json_text(struct json *json, const char *name, const char *text)
{
    begin_item(json, name);
    add_quoted(json->out, text);
}

void json_number(struct json *json, const char *name, double number)
{
    begin_item(json, name);
    text_add_number(json->out, number);
}

void json_texts(struct json *json, const char *name, const char *const *texts)
{
    json_begin_line(json, name, '[');
    for (; *texts; texts++)
        json_text(json, NULL, *texts);
    json_end(json, ']');
}

void json_literal(struct json *json, const char *name, const char *format, ...)
{
    va_list arguments;
    begin_item(json, name);
    const size_t begin = json->out->n;
    va_start(arguments, format);
    text_add_list(json->out, format, arguments);
    va_end(arguments);
    for (size_t k = begin; k < json->out->n; k++)
        if (json->out->bytes[k] == '\'')
            json->out->bytes[k] = '"';
}

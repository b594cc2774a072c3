/* JSON: written into a text, so that only the end needs a check for memory. */
#ifndef ENTENTE_JSON_H
#define ENTENTE_JSON_H

#include "text.h"

/* Begin with { out }. Names are of members of an object; NULL in a list and at the top. */
struct json {
    struct text *out;
    size_t depth;
    size_t line_from; /* from this depth on all stands in one line; 0: nothing does */
    bool has_items;
};

/* An object ('{') or a list ('['), each item in a line of its own, or all of them in one line. */
void json_begin(struct json *json, const char *name, char bracket);
void json_begin_line(struct json *json, const char *name, char bracket);
void json_end(struct json *json, char bracket); /* '}' or ']' */

void json_text(struct json *json, const char *name, const char *text);
void json_number(struct json *json, const char *name, double number);           /* finite */
void json_texts(struct json *json, const char *name, const char *const *texts); /* NULL behind the last */

/* JSON as it is written, with ' for ". */
void json_literal(struct json *json, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

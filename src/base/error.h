/* Errors: what went wrong, and a trace of what was being done, for the one place that prints (main). */
#ifndef ENTENTE_ERROR_H
#define ENTENTE_ERROR_H

#include <stddef.h>

enum code {
    OK = 0,
    FAILED = -1,   /* the run failed: exit code 1 */
    BAD_INPUT = -2 /* bad input or usage: exit code 2 */
};

/* A grown message, UTF-8, ending without a newline. Zero-initialize; give back with error_free. */
struct error {
    enum code code;
    char *text;
};

/* Set the message (replacing one that is there) and return `code`. */
int error_set(struct error *error, enum code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Put context before the message ("while reading x: ..."), keeping its code, and return that code. */
int error_context(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Out of memory, as an error. */
int error_memory(struct error *error);

/* Put the messages of `one`, which is gone afterwards, behind those of `all`, but for those that stand there already. A
 * message is a line and the indented ones behind it. */
void error_append(struct error *all, struct error *one);

void error_free(struct error *error);

#endif

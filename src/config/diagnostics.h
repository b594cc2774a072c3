/* Diagnostics: all that is wrong with a configuration, collected while reading and told together. */
#ifndef ENTENTE_DIAGNOSTICS_H
#define ENTENTE_DIAGNOSTICS_H

#include "base/error.h"
#include "base/text.h"
#include "source.h"

#define DIAGNOSTICS_KEPT 1000 /* of more only the number is known */
#define DIAGNOSTICS_TOLD 50

struct diagnostic {
    struct place place;
    const char *message;
    size_t number; /* in which it was found */
};

/* Zero-initialize but for the arena, which holds all messages. */
struct diagnostics {
    struct arena *arena;
    struct diagnostic *list;
    size_t n_kept, n_found;
};

/* What is wrong at a place, and what it must be: a sentence without its period. */
void diagnostics_add(struct diagnostics *diagnostics, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put all of them into `error`, sorted by place, and return its code: BAD_INPUT, or 0 if there are none. */
int diagnostics_report(struct diagnostics *diagnostics, struct error *error);

#endif

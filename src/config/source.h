/* Source: the text that a configuration is read from, a file or what follows `--set`, kept for diagnostics to show. */
#ifndef ENTENTE_SOURCE_H
#define ENTENTE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

#define SOURCE_LARGEST ((size_t)64 << 20) /* bytes of a file; 1,000 states with 500,000 dyads are half of it */

struct source {
    const char *name;      /* as diagnostics say it: the path, or "--set" */
    const char *real_path; /* of a file, without links; NULL of `--set` */
    const char *bytes;     /* NUL behind */
    size_t n;
    int level; /* who builds on whom: a source wins over all sources of lower level */
    int order; /* in which the sources are told of */
};

/* A place in a source. */
struct place {
    const struct source *source;
    uint32_t line, column; /* from 1, in characters; line 0: the source as a whole */
};

/* Read the file `path` whole. NULL if that cannot be done, with the reason in *reason (a part of a sentence, in
 * `arena`; NULL there if memory has run out). Only regular files of at most SOURCE_LARGEST bytes are opened. A byte
 * order mark is left out. */
struct source *source_read(struct arena *arena, const char *path, const char **reason);

/* The place of the first character that YAML does not allow, and what is wrong with it; NULL if the text is sound. */
const char *source_find_unsound(struct arena *arena, const struct source *source, struct place *place);

/* Line `number` (from 1) and its length in bytes, without its break. Empty beyond the last. */
const char *source_line(const struct source *source, uint32_t number, size_t *n);

#endif

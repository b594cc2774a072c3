/* Arena: memory that is taken piece by piece and given back at once. */
#ifndef ENTENTE_ARENA_H
#define ENTENTE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct chunk;

/* Zero-initialize; give back with arena_free. */
struct arena {
    struct chunk *chunks;
    bool is_exhausted; /* a request could not be met; stays true, so that long work needs one check, at its end */
};

/* Room for `count` things of `size` bytes, zeroed and aligned for anything. NULL when memory has run out. */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* A copy of n bytes with a NUL behind. NULL when memory has run out. */
char *arena_copy(struct arena *arena, const char *bytes, size_t n);

/* Room for one more thing at the end of a list that grows: `list` holds n things and is moved when n is a power of two.
 * Returns the list, or NULL when memory has run out (the old one is still there). */
void *arena_grow(struct arena *arena, void *list, size_t n, size_t size);

void arena_free(struct arena *arena);

#endif

#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT _Alignof(max_align_t)

/* With an address sanitizer each request has its own chunk, so that writing past its end is seen. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined __SANITIZE_ADDRESS__
#define __SANITIZE_ADDRESS__
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define CHUNK_BYTES 1
#else
#define CHUNK_BYTES ((size_t)64 << 10)
#endif

struct chunk {
    struct chunk *next;
    size_t used, capacity;
    _Alignas(max_align_t) unsigned char bytes[];
};

static struct chunk *add_chunk(struct arena *arena, size_t n)
{
    const size_t capacity = n > CHUNK_BYTES ? n : CHUNK_BYTES;
    struct chunk *chunk = capacity < SIZE_MAX - sizeof *chunk ? malloc(sizeof *chunk + capacity) : NULL;
    if (!chunk)
        return NULL;
    chunk->used = 0;
    chunk->capacity = capacity;
    if (n > CHUNK_BYTES && arena->chunks) { /* of its own: what is left of the first chunk stays in use */
        chunk->next = arena->chunks->next;
        arena->chunks->next = chunk;
    } else {
        chunk->next = arena->chunks;
        arena->chunks = chunk;
    }
    return chunk;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    struct chunk *chunk = NULL;
    size_t n = 0;
    if (size <= (SIZE_MAX - ALIGNMENT) / (count ? count : 1)) {
        n = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        chunk = arena->chunks;
        if (!chunk || chunk->capacity - chunk->used < n)
            chunk = add_chunk(arena, n);
    }
    if (!chunk) {
        arena->is_exhausted = true;
        return NULL;
    }
    void *room = chunk->bytes + chunk->used;
    chunk->used += n;
    return memset(room, 0, n);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t n)
{
    char *copy = arena_take(arena, n + 1, 1);
    if (copy && n)
        memcpy(copy, bytes, n);
    return copy;
}

void *arena_grow(struct arena *arena, void *list, size_t n, size_t size)
{
    if (n && (n & (n - 1)) != 0)
        return list;
    if (n > SIZE_MAX / 2 / size) {
        arena->is_exhausted = true;
        return NULL;
    }
    void *longer = arena_take(arena, n ? 2 * n : 1, size);
    if (longer && n)
        memcpy(longer, list, n * size);
    return longer;
}

void arena_free(struct arena *arena)
{
    for (struct chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *arena = (struct arena){0};
}

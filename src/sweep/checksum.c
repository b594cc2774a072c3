#include "checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { PIECE = 1 << 20 };

uint64_t checksum_bytes(const void *bytes, size_t n) { return XXH3_64bits(bytes, n); }

/* Add what is left of the file. Returns 0, or -1 with errno. */
static int add_bytes(XXH3_state_t *state, int file, void *buffer)
{
    for (;;) {
        const ssize_t n = read(file, buffer, PIECE);
        if (n == 0)
            return 0;
        if (n > 0)
            XXH3_64bits_update(state, buffer, (size_t)n);
        else if (errno != EINTR)
            return -1;
    }
}

int checksum_file(const char *path, uint64_t seed, uint64_t *checksum, struct error *error)
{
    int code = OK;
    XXH3_state_t state;
    void *buffer = malloc(PIECE);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (!buffer) {
        code = error_memory(error);
        goto out;
    }
    XXH3_INITSTATE(&state); /* resetting looks at what was there before */
    XXH3_64bits_reset_withSeed(&state, seed);
    if (file < 0 || add_bytes(&state, file, buffer) != 0)
        code = error_set(error, FAILED, "%s cannot be read: %s", path, strerror(errno));
    else
        *checksum = XXH3_64bits_digest(&state);
out:
    if (file >= 0)
        close(file);
    free(buffer);
    return code;
}

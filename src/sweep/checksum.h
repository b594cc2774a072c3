/* Checksum: whether a file's bytes are those that were written. */
#ifndef ENTENTE_CHECKSUM_H
#define ENTENTE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* XXH3, 64 bits (https://xxhash.com), of n bytes. */
uint64_t checksum_bytes(const void *bytes, size_t n);

/* The same of all bytes of a file, with a seed. FAILED if it cannot be read. */
int checksum_file(const char *path, uint64_t seed, uint64_t *checksum, struct error *error);

#endif

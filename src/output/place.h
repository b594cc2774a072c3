/* Place: a file is made under a temporary name and takes its own when it is complete. */
#ifndef ENTENTE_PLACE_H
#define ENTENTE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Can a file be made at `path`? BAD_INPUT if it exists and `may_overwrite` is false, if it is no regular file, or if
 * its folder is missing or cannot be written to. */
int place_check(const char *path, bool may_overwrite, struct error *error);

/* A name beside `path` that no other process uses, even a second run of the same job on another node:
 * PATH.tmp.<job or host>.<process>. NULL if out of memory; free it. */
char *place_temporary(const char *path);

/* Make the closed file `temporary` durable and name it `path`. With `may_overwrite` false a file that has appeared
 * there meanwhile is left alone, and this fails. On failure the temporary file stays. */
int place_settle(const char *temporary, const char *path, bool may_overwrite, struct error *error);

/* Is there room for a file of so many bytes at `path`? FAILED if the disk or the limit for files (ulimit -f) is
 * smaller. */
int place_check_room(const char *path, double bytes, struct error *error);

/* A size in words: 345 kB, 12.3 MB, 1.2 GB. In `buffer`, which is returned. */
const char *place_size(double bytes, char *buffer, size_t size);

#endif

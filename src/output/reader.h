/* Reader: an output file, read back piece by piece. */
#ifndef ENTENTE_READER_H
#define ENTENTE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { READER_RANK = 8 };

struct reader;

/* BAD_INPUT if there is no file at `path`, or not one of ours. */
int reader_open(struct reader **reader, const char *path, struct error *error);
void reader_close(struct reader *reader);

bool reader_has(const struct reader *reader, const char *name);

/* Is the variable text? */
bool reader_is_text(const struct reader *reader, const char *name);

/* The length of each dimension of a variable, into extent[READER_RANK]; returns how many there are, 0 if there is no
 * such variable. */
size_t reader_extent(const struct reader *reader, const char *name, size_t *extent);

/* Part of a variable of numbers, as doubles; what is missing is NaN. */
int reader_read(const struct reader *reader, const char *name, const size_t *start, const size_t *count, double *values,
                struct error *error);

/* Part of a variable of text: as many strings as `count` says, into one block with them (free it), NULL-terminated. */
int reader_read_text(const struct reader *reader, const char *name, const size_t *start, const size_t *count,
                     char ***values, struct error *error);

/* All of a variable over one dimension. */
int reader_all(const struct reader *reader, const char *name, double **values, size_t *n, struct error *error);
int reader_all_text(const struct reader *reader, const char *name, char ***values, size_t *n, struct error *error);

/* All of a variable of numbers, over as many dimensions as it has; an array of no numbers where the file has none. To
 * be freed, after failure too. */
int reader_whole(const struct reader *reader, const char *name, double **values, struct error *error);

/* A text attribute of the file, NULL if it has none (or out of memory); free it. */
char *reader_attribute(const struct reader *reader, const char *name);

/* An attribute of the file that is one number; NaN if it has none. */
double reader_attribute_number(const struct reader *reader, const char *name);

#endif

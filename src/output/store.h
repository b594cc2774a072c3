/* Store: an HDF5 file that netCDF-4 readers accept, with every call checked.
 *
 * The file is written beside its final name and gets that name when it is complete and durable, so that nobody ever
 * sees half a file. What makes it open in xarray, netCDF and h5py: dimension scales on every axis, creation order
 * tracked, text as variable-length UTF-8 strings and text attributes as scalar fixed-length ones.
 */
#ifndef ENTENTE_STORE_H
#define ENTENTE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a dataset holds, in the file and in memory: float, double, int8_t, int32_t, char *. */
enum store_type { STORE_FLOAT, STORE_DOUBLE, STORE_INT8, STORE_INT32, STORE_TEXT };

/* Most dimensions of a variable; the file itself, as an owner of attributes. */
enum { STORE_RANK = 8, STORE_ROOT = -1 };

/* Fill values of netCDF for `float` and `double`, and for int32. */
#define STORE_FILL 9.9692099683868690e+36
#define STORE_FILL_INT32 (-2147483647)

struct store;

/* Begin the file `path`. BAD_INPUT if it exists and `may_overwrite` is false, if it is no regular file, or if its
 * folder cannot be written to. */
int store_create(struct store **store, const char *path, bool may_overwrite, struct error *error);

/* The file will take its name without being made durable: whoever goes on with it sees to that. */
void store_settle_later(struct store *store);

/* Whether attributes are written and dimensions attached from now on; they are at first. A file that is to be merged
 * with others needs none, and half of its time goes there. */
void store_describe(struct store *store, bool describes);

/* A dimension of n values with its coordinate variable. `handle` is for store_add_variable and for attributes. */
int store_add_dimension(struct store *store, const char *name, enum store_type type, size_t n, const void *values,
                        int *handle, struct error *error);

/* A variable over dimensions. `fill` is its _FillValue; no text has one. Its place in the file is taken at once, and
 * what is never written is undefined. */
int store_add_variable(struct store *store, const char *name, enum store_type type, size_t rank, const int *dimensions,
                       double fill, int *handle, struct error *error);

int store_attribute_text(struct store *store, int owner, const char *name, const char *value, struct error *error);

/* One number or n, in the type given (STORE_DOUBLE, STORE_FLOAT, STORE_INT32, STORE_INT8). */
int store_attribute_numbers(struct store *store, int owner, const char *name, enum store_type type, size_t n,
                            const double *values, struct error *error);

/* Take the space of everything added from the file system, and `extra` bytes for text, so that a disk too small is
 * found before the work. Where the file system cannot reserve, nothing happens. */
int store_reserve(struct store *store, size_t extra, struct error *error);

/* The length of each of a variable's dimensions, into extent[STORE_RANK]; returns how many there are. */
size_t store_extent(const struct store *store, int handle, size_t *extent);

/* Write the part of a variable that begins at `start` and has `count` values along each dimension. `values` is
 * contiguous, the last dimension fastest. */
int store_write(struct store *store, int handle, const size_t *start, const size_t *count, const void *values,
                struct error *error);

/* Write the same from a larger array, which has `held` values along each dimension; the part begins at `from`. */
int store_write_part(struct store *store, int handle, const size_t *start, const size_t *count, const size_t *held,
                     const size_t *from, const void *values, struct error *error);

/* Let the disk begin with what has been written so far, so that store_commit need not wait for all of it. */
void store_push(const struct store *store);

/* Write all of a variable. */
int store_write_all(struct store *store, int handle, const void *values, struct error *error);

/* Make the file durable and give it its name. The store is gone afterwards, whether this succeeded or not. */
int store_commit(struct store *store, struct error *error);

/* Give up: no file is left. NULL is allowed. */
void store_abort(struct store *store);

/* Close the HDF5 library, for a clean end under a leak checker. */
void store_end(void);

#endif

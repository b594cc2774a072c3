/* Recorder: from the world's lanes to the output file.
 *
 * The file is HDF5 that netCDF-4 readers take. With the names of the tables, in the precision that is asked for:
 *   NAME (scenario, point, replicate, year [, state | state, area | area | state, partner])   trajectories
 *   NAME_final (the same without year)                                                       the last year
 *   NAME_mean, NAME_sd, NAME_quantile (scenario, point, year [, ...] [, quantile])           statistics over replicates
 *   observed_NAME (year [, ...])                                                             what was measured
 *   run_status, failed_year, failed_variable (scenario, point, replicate)                    how each run ended
 *   configuration, scenario_title (scenario), state_name (state)                             text
 * A dyad is a symmetric matrix (state, partner) with an empty diagonal. Whole numbers within 0 .. 127 (flag WHOLE) are
 * int8 and missing is -1; other missing values are netCDF's fill value. The bytes of the datasets depend neither on
 * threads nor on blocks.
 *
 * What is written is written by a thread of its own while the next block runs.
 *
 * Work is done in blocks: many cells (a scenario at a point) with all their replicates where these are few, so that
 * each thread computes a cell of its own; else some replicates of one cell, which all threads share.
 *
 * Memory: two blocks of at most 8 MB (more only where one batch for each thread needs more), 4 bytes * replicates
 * while it is opened, and for statistics what collector.h says, which does not grow with the replicates. An attribute
 * of NAME_quantile, `largest_error`, is the most by which a quantile in it can be off, in the variable's unit: 0 if all
 * replicates were kept.
 */
#ifndef ENTENTE_RECORDER_H
#define ENTENTE_RECORDER_H

#include "config/configuration.h"
#include "engine/ensemble.h"
#include "tile.h"

struct recorder;
struct writer;

/* What the file says of how it came to be, beside what the recorder knows itself (host, time, versions). */
struct run_description {
    int argc;
    char **argv;
    int n_threads;
    const char *experiment; /* its design, as YAML; NULL of a plain run */
    const char *key;        /* what tells it from others; NULL: nothing */
    struct writer *writer;  /* who writes, for several recorders one after the other; NULL: each has its own */
};

/* Prepare the output of a tile of an experiment, which must outlive it. `is_part`: of a file that is to be merged with
 * others, has no descriptions, and is made durable by the caller. Everything is written to a temporary file beside
 * `path`. Fails before any work is done: BAD_INPUT if `path` exists and `may_overwrite` is false, if its folder cannot
 * be written to, or if two scenarios have one name; FAILED if the disk has not the room. */
int recorder_open(struct recorder **recorder, const char *path, bool may_overwrite, const struct experiment *experiment,
                  const struct tile *tile, bool is_part, const struct run_description *run, struct error *error);

/* The next block to run: true, and which it is. Such that memory stays bounded, and whole batches for each thread. */
bool recorder_next(const struct recorder *recorder, struct tile *block);

/* Begin a block, in their order; its first replicate is a multiple of LANES. A block has many cells only if
 * recorder_next said so. */
void recorder_begin_block(struct recorder *recorder, const struct tile *block);

/* Who sees a cell of the block (numbered as in tile.h); `desk` is the number of the thread, 0 where all threads share
 * the cell. */
struct observer recorder_observe_cell(struct recorder *recorder, size_t desk, size_t cell);

/* The cell's replicates have run and ended as `status` says. From its failing year on, a failed replicate is missing,
 * and does not count in statistics. */
int recorder_end_cell(struct recorder *recorder, size_t desk, const struct replicate_status *status,
                      struct error *error);

/* Let the block be written. That it cannot be written may be told with a later one. */
int recorder_end_block(struct recorder *recorder, struct error *error);

/* Make the file durable and give it its name. Every replicate of every cell must have been written. The recorder is
 * gone afterwards, whether this succeeded or not. */
int recorder_commit(struct recorder *recorder, struct error *error);

/* Give up: no file is left. NULL is allowed. */
void recorder_abort(struct recorder *recorder);

#endif

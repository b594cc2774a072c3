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
 * Trajectories are written by a thread of their own while the next block runs.
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

struct recorder;

/* What the file says of how it came to be, beside what the recorder knows itself (host, time, versions). */
struct run_description {
    int argc;
    char **argv;
    int n_threads;
};

/* Prepare the output of `n` configurations that are alike (configuration_check_alike), one scenario each. They need not
 * outlive the call, except for the tables of variables. Everything is written to a temporary file beside `path`. Fails
 * before any work is done: BAD_INPUT if `path` exists and `may_overwrite` is false, if its folder cannot be written to,
 * or if two scenarios have one name; FAILED if the disk has not the room. */
int recorder_open(struct recorder **recorder, const char *path, bool may_overwrite,
                  const struct configuration *configurations, size_t n, const struct run_description *run,
                  struct error *error);

/* Replicates that the block which begins with replicate `first` of a scenario may have at most, such that memory stays
 * bounded: a multiple of LANES, or all that are left. */
size_t recorder_block_size(const struct recorder *recorder, size_t first);

/* Begin a block of replicates of a scenario, in order; `first_replicate` is a multiple of LANES.
 * `recorder_observer` is then what ensemble_run calls. */
void recorder_begin_block(struct recorder *recorder, size_t scenario, size_t first_replicate, size_t n_replicates);
struct observer recorder_observer(struct recorder *recorder);

/* Let the block be written, and with the last block of a scenario its statistics. From its failing year on, a failed
 * replicate is missing, and does not count in statistics. That a block cannot be written may be told with a later one.
 */
int recorder_end_block(struct recorder *recorder, const struct replicate_status *status, struct error *error);

/* Make the file durable and give it its name. Every replicate of every scenario must have been written. The recorder is
 * gone afterwards, whether this succeeded or not. */
int recorder_commit(struct recorder *recorder, struct error *error);

/* Give up: no file is left. NULL is allowed. */
void recorder_abort(struct recorder *recorder);

#endif

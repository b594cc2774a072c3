/* Recorder: from the world's lanes to the output file. */
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

/* Prepare the output of `n` configurations that are alike (configuration_check_alike), one scenario each.
 * Everything is written to a temporary file beside `path`. Fails (BAD_INPUT) before any work is done if `path` exists and
 * `may_overwrite` is false, or if its folder cannot be written to. */
int recorder_open(struct recorder **recorder, const char *path, bool may_overwrite,
                  const struct configuration *configurations, size_t n, const struct run_description *run,
                  struct error *error);

/* Replicates that one block may have, such that memory stays bounded; a multiple of LANES. */
size_t recorder_block_size(const struct recorder *recorder);

/* Make room for a block of replicates of a scenario; `recorder_observer` is then what ensemble_run calls. */
int recorder_begin_block(struct recorder *recorder, size_t scenario, size_t first_replicate, size_t n_replicates,
                         struct error *error);
struct observer recorder_observer(struct recorder *recorder);

/* Write the block. From its failing year on, a failed replicate is fill values. */
int recorder_end_block(struct recorder *recorder, const struct replicate_status *status, struct error *error);

/* Write what is left (statistics over replicates), make the file durable and give it its name. The recorder is gone
 * afterwards, whether this succeeded or not. */
int recorder_commit(struct recorder *recorder, struct error *error);

/* Give up: no file is left. NULL is allowed. */
void recorder_abort(struct recorder *recorder);

#endif

/* Runner: computes a tile of an experiment into a file. Inside the sweep. */
#ifndef ENTENTE_RUNNER_H
#define ENTENTE_RUNNER_H

#include "base/progress.h"
#include "output/recorder.h"
#include "sweep.h"

struct runner;

int runner_create(struct runner **runner, const struct sweep_request *request, struct progress *progress,
                  struct error *error);
void runner_free(struct runner *runner);

/* Compute a tile into `path`. Ends early, with FAILED and no file, if the request says so between blocks. */
int runner_run(struct runner *runner, const char *path, bool may_overwrite, const struct tile *tile, bool is_part,
               struct error *error);

/* Who writes what is computed; other work can be handed to it while the next tile is computed. */
struct writer *runner_writer(const struct runner *runner);

/* Runs that failed so far, and the first of them in the order of the output. */
const struct sweep_outcome *runner_outcome(const struct runner *runner);

#endif

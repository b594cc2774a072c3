/* Assembly: one output file out of parts that hold a tile each. Nothing is computed; numbers keep their bits. */
#ifndef ENTENTE_ASSEMBLY_H
#define ENTENTE_ASSEMBLY_H

#include "recorder.h"
#include "tile.h"

struct assembly;

/* Begin the output of all of an experiment, beside `path`, as recorder_open does. */
int assembly_open(struct assembly **assembly, const char *path, bool may_overwrite, const struct experiment *experiment,
                  const struct run_description *run, struct error *error);

/* Copy what a file says of a tile; that is all the file holds. FAILED if it holds something else. Every tile must come
 * once. Memory: a few megabytes. */
int assembly_add(struct assembly *assembly, const char *path, const struct tile *tile, struct error *error);

/* The runs that were added and had failed. */
struct failures assembly_failures(const struct assembly *assembly);

/* Make the file durable and give it its name. The assembly is gone afterwards, whether this succeeded or not. */
int assembly_commit(struct assembly *assembly, struct error *error);

/* Give up: no file is left. NULL is allowed. */
void assembly_abort(struct assembly *assembly);

#endif

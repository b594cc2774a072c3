/* Slurm: what a job's environment says about its share of the work. */
#ifndef ENTENTE_SLURM_H
#define ENTENTE_SLURM_H

#include <stddef.h>

#include "base/error.h"

/* Which shard (from 1) of how many is this process to compute? The task of an array job, the task of an srun step, or
 * both: each task of an array splits its shard among those of its step. *whence becomes the variables that say so, such
 * as "SLURM_ARRAY_TASK_ID=3", valid until the next call. If nothing does, 1 of 1 and NULL. BAD_INPUT if the numbers of
 * an array are not evenly spaced, so that a task cannot know how many there are before it. */
int slurm_find_shard(size_t *shard, size_t *n_shards, const char **whence, struct error *error);

/* How many processors a task has, 0 if that is unknown. */
int slurm_find_threads(void);

#endif

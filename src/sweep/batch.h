/* Batch: an output as a Slurm job, whose tasks compute a shard each, and one after it that merges. */
#ifndef ENTENTE_BATCH_H
#define ENTENTE_BATCH_H

#include <stddef.h>

#include "base/error.h"

enum { BATCH_MOST_SHARDS = 1000 }; /* the last number of an array job where MaxArraySize is the usual 1001 */

/* An output that is computed by the tasks of an array job. Texts that are NULL are left to Slurm. */
struct batch_job {
    const char *program; /* this program, from the root */
    const char *folder;  /* where it works: names of files are as they are seen from there */
    const char *output;
    const char *logs;                 /* the folder of the tasks' logs, from the root */
    const char *const *run_arguments; /* what `entente run` is told, beside the output and the shard */
    size_t n_run_arguments;
    size_t n_shards, n_at_once, n_cpus; /* n_at_once 0: as many as Slurm gives */
    const char *partition, *time, *memory, *account;
    const char *const *more; /* options of sbatch, with or without their dashes */
    size_t n_more;
};

/* The time limit `text` in seconds, 0 if it is none (UNLIMITED). BAD_INPUT if sbatch would not understand it. */
int batch_read_time(const char *text, double *seconds, struct error *error);

/* BAD_INPUT if the job has something that cannot stand in a script: a line break; a backslash where the logs are. */
int batch_check(const struct batch_job *job, struct error *error);

/* The scripts of the array job and of the one after it, which merges what a time limit left unmerged. To be freed; NULL
 * if memory has run out. */
char *batch_array_script(const struct batch_job *job);
char *batch_merge_script(const struct batch_job *job);

/* A shell script that submits both, for somebody to read, change and run. Likewise. */
char *batch_submission(const struct batch_job *job);

/* Hand a script to sbatch, to be run when the job `after` has gone well (NULL: at once). The job's number goes to `id`.
 * BAD_INPUT if there is no sbatch, FAILED if it refuses. */
int batch_submit(const char *script, const char *after, char *id, size_t size, struct error *error);

#endif

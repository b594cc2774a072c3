/* Job: how an experiment is to be run: by how many threads, which shard of it, cut into which parts. */
#ifndef ENTENTE_JOB_H
#define ENTENTE_JOB_H

#include "options.h"
#include "sweep/sweep.h"

/* clang-format off */
#define JOB_OPTIONS                                                                                                    \
    {"threads", 't', false, "N",                                                                                       \
     "how many threads; 0, the default: as OMP_NUM_THREADS says, else as many as Slurm gives, else all processors"},   \
    {"shard", 0, false, "K/N",                                                                                         \
     "compute shard K of N alone, 1/N to N/N; the last of them merges (default: what a Slurm array or step says)"},    \
    {"part-runs", 0, false, "N", "how many runs a part has about (default: a second of a processor)"}
/* clang-format on */

enum { MOST_THREADS = 4096 };

/* How many threads: as many as are wanted; 0: OMP_NUM_THREADS, what Slurm gives, all processors. */
int job_find_threads(uint64_t n_wanted);

/* BAD_INPUT if the experiment (NULL: none) has factors but no points to run: all that there is to do with it is to
 * calibrate. */
int job_check_design(const struct experiment *experiment, struct error *error);

/* Fill what the options say of a request, beside its output, for all of its parts. Its experiment must be there, if it
 * has one. */
int job_read(struct sweep_request *request, const struct options *options, struct error *error);

/* Which parts: those of --shard, or of the task that this process is in Slurm, which is told. */
int job_read_shard(struct sweep_request *request, const struct options *options, struct error *error);

/* A slip such as `-o history.yaml` must not replace what the command reads: BAD_INPUT if the output, of the option
 * `name`, is one of the operands, which are what `operands` says ("one of the configurations to run"), or no file. */
int job_check_name(const char *output, const char *name, const char *operands, const struct options *options,
                   struct error *error);

/* Nor must --force replace what entente did not write: likewise, and BAD_INPUT if it is to be written over though it is
 * neither HDF5 nor empty. */
int job_check_output(const char *output, const char *name, const char *operands, const struct options *options,
                     struct error *error);

/* Say how many runs failed, which is the first, and why: FAILED; OK if none did. `path` is the output, `is_one_run` if
 * that holds the one run alone. */
int job_report_failures(const struct experiment *experiment, const struct sweep_outcome *outcome, const char *path,
                        bool is_one_run, struct error *error);

#endif

#define _GNU_SOURCE /* get_current_dir_name */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "output/place.h"
#include "scenarios.h"
#include "sweep/batch.h"
#include "sweep/journal.h"
#include "sweep/plan.h"
#include "job.h"

/* First the options of submit itself; those behind are passed on to `run`. */
static const struct option options_table[] = {
    {"shards", 0, false, "N", "into how many tasks the work is split, if it is as much; at most 1000"},
    {"output", 'o', false, "FILE", "where the results go (default: as for run)"},
    {"partition", 0, false, "NAME", "the partition of the cluster"},
    {"account", 0, false, "NAME", "the account that is charged"},
    {"time", 0, false, "LIMIT",
     "of a task, such as 30 (minutes) or 2:00:00; a task that needs longer goes on in another turn"},
    {"cpus", 0, false, "N", "processors, and threads, of a task (default: 1)"},
    {"memory", 0, false, "SIZE", "of a task, such as 2G"},
    {"at-once", 0, false, "N", "at most so many tasks at the same time"},
    {"sbatch", 0, true, "OPTION", "one more option for sbatch; may be given often (--sbatch qos=long)"},
    {"print", 0, false, NULL, "print a script that submits both jobs; submit nothing"},
    SCENARIO_OPTIONS,
    {"part-runs", 0, false, "N", "how many runs a part has about (default: half a second of a processor)"},
};
enum { N_OWN_OPTIONS = 10 };

/* A job with what it points to. */
struct submission {
    struct batch_job job;
    char *program, *folder, *output, *logs;
    char **run_arguments;
    const char **more;
};

static void submission_free(struct submission *submission)
{
    for (size_t k = 0; k < submission->job.n_run_arguments; k++)
        free(submission->run_arguments[k]);
    free(submission->run_arguments);
    free(submission->more);
    free(submission->program);
    free(submission->folder);
    free(submission->output);
    free(submission->logs);
}

static int read_numbers(struct batch_job *job, const struct options *options, struct error *error)
{
    enum { MOST_CPUS = 4096 };
    uint64_t n_shards = 0, n_at_once = 0, n_cpus = 1;
    if (!options_has(options, "shards"))
        return error_set(error, BAD_INPUT, "submit needs --shards N: into how many tasks the work is split");
    int code = options_whole_number(options, "shards", 1, UINT64_MAX, &n_shards, error);
    if (code == OK && n_shards > BATCH_MOST_SHARDS)
        code = error_set(
            error, BAD_INPUT,
            "--shards: %s are too many; Slurm as it is set up usually numbers the tasks of an array up to %d: "
            "give each more processors with --cpus",
            options_text(options, "shards"), BATCH_MOST_SHARDS);
    if (code == OK)
        code = options_whole_number(options, "at-once", 1, BATCH_MOST_SHARDS, &n_at_once, error);
    if (code == OK)
        code = options_whole_number(options, "cpus", 1, MOST_CPUS, &n_cpus, error);
    job->n_shards = n_shards;
    job->n_at_once = n_at_once;
    job->n_cpus = n_cpus;
    return code;
}

/* As many tasks as have something to do. And can what has been begun be gone on with? */
static int check_work(struct submission *submission, const struct options *options, const struct experiment *experiment,
                      struct error *error)
{
    size_t *n_shards = &submission->job.n_shards;
    uint64_t runs_a_part = 0;
    struct journal *journal = NULL;
    int code = options_whole_number(options, "part-runs", 1, UINT64_MAX / 2, &runs_a_part, error);
    if (code != OK)
        return code;
    const struct plan plan = plan_make(experiment, 0, runs_a_part);
    if (*n_shards > plan.n_parts) {
        fprintf(stderr, "%zu task%s instead of %zu: it is so little that it is not cut into more parts\n", plan.n_parts,
                plan.n_parts == 1 ? "" : "s", *n_shards);
        *n_shards = plan.n_parts;
    }
    if (!journal_is_there(submission->output))
        return OK;
    char *identity = plan_identity(&plan);
    code = identity ? journal_open(&journal, submission->output, identity, false, NULL, error) : error_memory(error);
    journal_close(journal);
    free(identity);
    return code;
}

static void read_texts(struct submission *submission, const struct options *options)
{
    struct batch_job *job = &submission->job;
    job->partition = options_text(options, "partition");
    job->account = options_text(options, "account");
    job->time = options_text(options, "time");
    job->memory = options_text(options, "memory");
    for (size_t k = 0; k < options->n_given; k++)
        if (strcmp(options->given[k].option->name, "sbatch") == 0)
            submission->more[job->n_more++] = options->given[k].value;
}

/* The options that are those of `run`, and the files, which may begin with a dash. */
static int collect_run_arguments(struct submission *submission, const struct options *options, struct error *error)
{
    struct batch_job *job = &submission->job;
    struct text word = {0};
    for (size_t k = 0; k < options->n_given; k++) {
        const struct given_option *given = &options->given[k];
        if (given->option - options_table < N_OWN_OPTIONS)
            continue;
        text_add(&word, "--%s%s%s", given->option->name, given->value ? "=" : "", given->value ? given->value : "");
        submission->run_arguments[job->n_run_arguments++] = text_take(&word);
    }
    text_add(&word, "--");
    submission->run_arguments[job->n_run_arguments++] = text_take(&word);
    for (size_t k = 0; k < options->n_operands; k++)
        submission->run_arguments[job->n_run_arguments++] = strdup(options->operands[k]);
    for (size_t k = 0; k < job->n_run_arguments; k++)
        if (!submission->run_arguments[k])
            return error_memory(error);
    return OK;
}

/* The folder of the logs, beside the output, from the root. */
static char *logs_folder(const char *output)
{
    struct text path = {0};
    char *copy = strdup(output), *folder = copy ? realpath(dirname(copy), NULL) : NULL;
    if (folder)
        text_add(&path, "%s/logs", strcmp(folder, "/") == 0 ? "" : folder);
    free(copy);
    free(folder);
    return path.n ? text_take(&path) : NULL;
}

static int find_places(struct submission *submission, const struct options *options,
                       const struct experiment *experiment, struct error *error)
{
    const char *given = options_text(options, "output");
    struct text output = {0};
    if (given)
        text_add(&output, "%s", given);
    else
        text_add(&output, "%s.h5", experiment->name);
    submission->output = text_take(&output);
    if (!submission->output)
        return error_memory(error);
    if (access(submission->output, F_OK) == 0)
        return error_set(error, BAD_INPUT, "%s exists already; remove it, or give another name with --output",
                         submission->output);
    const int code = place_check(submission->output, false, error);
    if (code != OK)
        return code;
    submission->logs = logs_folder(submission->output);
    submission->folder = get_current_dir_name();
    submission->program = realpath("/proc/self/exe", NULL);
    return submission->logs && submission->folder && submission->program
               ? OK
               : error_set(error, FAILED, "where this is cannot be found out: %s", strerror(errno));
}

static int prepare(struct submission *submission, const struct options *options, const struct experiment *experiment,
                   struct error *error)
{
    struct batch_job *job = &submission->job;
    submission->run_arguments = calloc(options->n_given + options->n_operands + 1, sizeof *submission->run_arguments);
    submission->more = calloc(options->n_given + 1, sizeof *submission->more);
    if (!submission->run_arguments || !submission->more)
        return error_memory(error);
    read_texts(submission, options);
    int code = read_numbers(job, options, error);
    if (code == OK)
        code = collect_run_arguments(submission, options, error);
    if (code == OK)
        code = find_places(submission, options, experiment, error);
    if (code == OK)
        code = check_work(submission, options, experiment, error);
    job->program = submission->program;
    job->folder = submission->folder;
    job->output = submission->output;
    job->logs = submission->logs;
    job->run_arguments = (const char *const *)submission->run_arguments;
    job->more = submission->more;
    return code == OK ? batch_check(job, error) : code;
}

/* What to do with two jobs: commands to be copied, so names are quoted. */
static int tell(const struct batch_job *job, const char *array_id, const char *merge_id, struct error *error)
{
    struct text output = {0};
    text_add_word(&output, job->output);
    if (output.is_exhausted)
        return error_memory(error);
    printf("Job %s computes %s in %zu tasks; job %s sees to it that their parts are merged.\n"
           "How far they are:  entente status %s\n"
           "Whether they run:  squeue --jobs=%s,%s\n"
           "What they print:   %s\n",
           array_id, job->output, job->n_shards, merge_id, output.bytes, array_id, merge_id, job->logs);
    text_free(&output);
    return OK;
}

static int submit(const struct batch_job *job, struct error *error)
{
    char array_id[32], merge_id[32];
    char *array = batch_array_script(job), *merge = batch_merge_script(job);
    int code = array && merge ? OK : error_memory(error);
    if (code == OK && mkdir(job->logs, 0777) != 0 && errno != EEXIST)
        code = error_set(error, FAILED, "the folder %s for logs cannot be made: %s", job->logs, strerror(errno));
    if (code == OK)
        code = batch_submit(array, NULL, array_id, sizeof array_id, error);
    if (code == OK && batch_submit(merge, array_id, merge_id, sizeof merge_id, error))
        code =
            error_context(error, "job %s computes %s, but the job that would see to its being merged is not submitted",
                          array_id, job->output);
    free(array);
    free(merge);
    return code == OK ? tell(job, array_id, merge_id, error) : code;
}

static int print(const struct batch_job *job, struct error *error)
{
    char *text = batch_submission(job);
    if (!text)
        return error_memory(error);
    printf("%s", text);
    free(text);
    return OK;
}

static int run(const struct options *options, struct error *error)
{
    struct experiment experiment = {0};
    struct submission submission = {0};
    int code = scenarios_read_experiment(&experiment, options, NULL, error);
    if (code == OK)
        code = job_check_design(&experiment, error);
    if (code == OK)
        code = prepare(&submission, options, &experiment, error);
    if (code == OK)
        code = options_has(options, "print") ? print(&submission.job, error) : submit(&submission.job, error);
    submission_free(&submission);
    experiment_free(&experiment);
    return code;
}

const struct command command_submit = {
    .name = "submit",
    .summary = "run on a cluster with Slurm",
    .usage = "FILE... --shards N [options]",
    .description =
        "Checks the files and submits two jobs: an array of N tasks, each of which computes a shard of what `entente "
        "run` "
        "would compute, and a job after it that merges, should the last task not have come to it. What is finished is "
        "never computed again: a task that is near its time limit, or loses its place, is queued again and goes on; "
        "after a failure the same command submits what is missing. The tasks' logs go to the folder logs beside the "
        "output. experiments/CLUSTER.md tells more, and how other schedulers are used.",
    .operand = "a configuration or an experiment",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples =
        "entente submit experiments/leadership/experiment.yaml --set design.sobol=65536 --shards 20 --time 1:00:00\n"
        "entente submit experiments/screening/experiment.yaml -n 10000 --shards 8 --cpus 4 --sbatch qos=long\n"
        "entente submit experiments/screening/experiment.yaml -n 10000 --shards 8 --print > submit.sh\n",
    .run = run,
};

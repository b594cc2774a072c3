#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/page.h"
#include "base/progress.h"
#include "base/text.h"
#include "command.h"
#include "engine/ensemble.h"
#include "interrupt.h"
#include "output/recorder.h"
#include "output/summary.h"
#include "scenarios.h"

enum { MOST_THREADS = 4096 };

static const struct option options_table[] = {
    {"output", 'o', false, "FILE",
     "where the results go (default: NAME.h5 for one scenario, scenarios.h5 for several)"},
    SCENARIO_OPTIONS,
    {"threads", 't', false, "N", "how many threads; 0, the default: as OMP_NUM_THREADS says, else all processors"},
    {"quiet", 'q', false, NULL, "no progress and no summary; errors alone"},
    {"force", 'f', false, NULL, "overwrite the output file if it exists"},
};

/* What is run, and what became of it. */
struct job {
    const struct configuration *configurations;
    size_t n_configurations;
    int n_threads;
    struct recorder *recorder;
    struct progress progress;
    struct observer recording; /* of the block that runs */

    size_t n_failed;
    size_t first_failed_scenario, first_failed_replicate; /* the first in the order of the output */
    struct replicate_status first_failed;
};

/* Pass on what the recorder is to see, and count the replicates that have reached their last year. */
static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    struct job *job = context;
    const size_t last_index = (size_t)(job->configurations->last_year - job->configurations->first_year);
    job->recording.observe(job->recording.context, world, year_index, first_replicate, n_lanes, status);
    if (year_index == last_index)
        progress_add(&job->progress, n_lanes);
}

static void note_failures(struct job *job, size_t scenario, size_t first_replicate, size_t n,
                          const struct replicate_status *status)
{
    for (size_t k = 0; k < n; k++) {
        if (!status[k].variable)
            continue;
        if (job->n_failed++)
            continue;
        job->first_failed_scenario = scenario;
        job->first_failed_replicate = first_replicate + k;
        job->first_failed = status[k];
    }
}

static int run_block(struct job *job, size_t scenario, size_t first, size_t n, struct replicate_status *status,
                     struct error *error)
{
    const struct configuration *configuration = &job->configurations[scenario];
    if (interrupt_stops())
        return error_set(error, FAILED, "interrupted after %zu of %zu runs of scenario '%s'; no file is written", first,
                         configuration->n_replicates, configuration->name);
    recorder_begin_block(job->recorder, scenario, first, n);
    job->recording = recorder_observer(job->recorder);
    struct observer observer = job->recording;
    observer.observe = observe;
    observer.context = job;
    const int result = ensemble_run(configuration, first, n, job->n_threads, &observer, status, error);
    if (result)
        return result;
    note_failures(job, scenario, first, n, status);
    return recorder_end_block(job->recorder, status, error);
}

/* All scenarios, all replicates, block after block. */
static int run_blocks(struct job *job, struct error *error)
{
    int result = OK;
    struct replicate_status *status = NULL;
    for (size_t scenario = 0; scenario < job->n_configurations && !result; scenario++) {
        const size_t n_replicates = job->configurations[scenario].n_replicates;
        progress_begin_part(&job->progress, scenario, job->configurations[scenario].name);
        for (size_t first = 0, n; first < n_replicates && !result; first += n) {
            n = recorder_block_size(job->recorder, first);
            struct replicate_status *larger = realloc(status, n * sizeof *status);
            if (larger)
                status = larger;
            result = larger ? run_block(job, scenario, first, n, status, error) : error_memory(error);
        }
    }
    free(status);
    return result;
}

/* Scenarios that can stand side by side in one file: alike, under different names. */
static int check_together(const struct configuration *configurations, char *const *paths, size_t n, struct error *error)
{
    for (size_t k = 1; k < n; k++) {
        if (configuration_check_alike(&configurations[0], &configurations[k], error))
            return error_context(error, "%s and %s cannot go into one output", paths[0], paths[k]);
        for (size_t m = 0; m < k; m++)
            if (strcmp(configurations[m].name, configurations[k].name) == 0)
                return error_set(error, BAD_INPUT, "%s and %s are both named '%s'; give one of them another `name`",
                                 paths[m], paths[k], configurations[k].name);
    }
    return OK;
}

/* A slip such as `-o history.yaml` must not replace what the run was made from, nor a second run the
 * first one's file. */
static int check_output(const char *output, const struct options *options, struct error *error)
{
    struct stat a, b;
    if (strcmp(output, "-") == 0)
        return error_set(error, BAD_INPUT, "--output: the output is a file, not a stream; name it");
    if (stat(output, &a))
        return OK;
    if (S_ISDIR(a.st_mode))
        return error_set(error, BAD_INPUT, "--output: '%s' is a folder; name a file in it", output);
    for (size_t k = 0; k < options->n_operands; k++)
        if (stat(options->operands[k], &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
            return error_set(error, BAD_INPUT, "--output: '%s' is one of the configurations to run", output);
    if (!options_has(options, "force"))
        return error_set(error, BAD_INPUT, "%s exists already; --force writes over it, --output FILE elsewhere",
                         output);
    return OK;
}

static char *output_path(const struct options *options, const struct configuration *configurations)
{
    const char *given = options_text(options, "output");
    struct text path = {0};
    if (given)
        text_add(&path, "%s", given);
    else if (options->n_operands == 1)
        text_add(&path, "%s.h5", configurations->name);
    else
        text_add(&path, "scenarios.h5");
    return text_take(&path);
}

static int report_failures(const struct job *job, const char *path, struct error *error)
{
    const struct configuration *scenario = &job->configurations[job->first_failed_scenario];
    if (job->n_failed == 0)
        return OK;
    return error_set(
        error, FAILED,
        "%zu of %zu runs failed; the first is replicate %zu of scenario '%s', whose `%s` is not finite in %d. "
        "%s is written, with missing values from a run's failing year on",
        job->n_failed, job->n_configurations * scenario->n_replicates, job->first_failed_replicate, scenario->name,
        job->first_failed.variable->name, job->first_failed.year, path);
}

/* Run what is read and checked into the file at `path`. */
static int run_job(struct job *job, const char *path, const struct options *options, struct error *error)
{
    const struct run_description description = {options->argc, options->argv, job->n_threads};
    const bool is_quiet = options_has(options, "quiet");
    interrupt_watch();
    int result = recorder_open(&job->recorder, path, options_has(options, "force"), job->configurations,
                               job->n_configurations, &description, error);
    if (result)
        return result;
    progress_start(&job->progress, is_quiet ? NULL : stderr, page_terminal_width(stderr), job->n_configurations,
                   job->configurations->n_replicates, NULL);
    result = run_blocks(job, error);
    progress_finish(&job->progress);
    if (result)
        recorder_abort(job->recorder);
    else
        result = recorder_commit(job->recorder, error);
    job->recorder = NULL;
    if (!result && !is_quiet)
        result = summary_print(stdout, path, error);
    return result ? result : report_failures(job, path, error);
}

static int run(const struct options *options, struct error *error)
{
    struct configuration *configurations = NULL;
    char *path = NULL;
    const size_t n = options->n_operands;
    uint64_t n_threads = 0;
    int result = options_whole_number(options, "threads", 0, MOST_THREADS, &n_threads, error);
    if (!result)
        result = scenarios_read(&configurations, options, error);
    if (!result)
        result = check_together(configurations, options->operands, n, error);
    if (result)
        goto out;
    path = output_path(options, configurations);
    if (!path) {
        result = error_memory(error);
        goto out;
    }
    result = check_output(path, options, error);
    if (result)
        goto out;
    struct job job = {.configurations = configurations,
                      .n_configurations = n,
                      .n_threads = n_threads ? (int)n_threads : omp_get_max_threads()};
    result = run_job(&job, path, options, error);
out:
    free(path);
    scenarios_free(configurations, n);
    return result;
}

const struct command command_run = {
    .name = "run",
    .summary = "run scenarios and print a summary",
    .usage = "FILE... [options]",
    .description = "Runs each scenario's replicates and writes one HDF5 file. Several scenarios meet the same luck: "
                   "replicate 7 of each has the same draws, so that their difference is the effect. They must have the "
                   "same states and years and as many replicates, which --years and --replicates can give them. A file "
                   "is there only once it is complete: Ctrl-C stops after the block of replicates that runs and leaves "
                   "none. If runs fail, the file is written without their years from the failing one on, and the exit "
                   "code is 1.",
    .operand = "a configuration file",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente run configs/scenarios/history.yaml\n"
                "entente run configs/scenarios/*.yaml -n 1000 -o sco.h5\n"
                "entente run configs/scenarios/history.yaml --set agenda.stride=2 --years 2001:2010\n"
                "entente run configs/scenarios/history.yaml --set events.nine_eleven=~ -o calm.h5\n",
    .run = run,
};

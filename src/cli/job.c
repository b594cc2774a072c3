#include "job.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "interrupt.h"
#include "output/reader.h"
#include "sweep/slurm.h"

enum { MOST_SHARDS = 1000000 };

/* K/N */
static int read_shard(const char *text, struct shard *shard, struct error *error)
{
    char *slash, *end;
    const unsigned long long number = strtoull(text, &slash, 10), n = *slash == '/' ? strtoull(slash + 1, &end, 10) : 0;
    const bool has_digits = text[strspn(text, "0123456789/")] == '\0';
    if (!has_digits || *slash != '/' || *end || n < 1 || n > MOST_SHARDS || number < 1 || number > n)
        return error_set(error, BAD_INPUT, "--shard: '%s' is not K/N, such as 3/8 for the third of eight", text);
    *shard = (struct shard){(size_t)number - 1, (size_t)n};
    return OK;
}

int job_read_shard(struct sweep_request *request, const struct options *options, struct error *error)
{
    const char *text = options_text(options, "shard"), *whence = NULL;
    size_t number, n;
    if (text) {
        request->is_one_of_several = true;
        return read_shard(text, &request->shard, error);
    }
    const int code = slurm_find_shard(&number, &n, &whence, error);
    if (code != OK)
        return code;
    request->is_one_of_several = whence != NULL;
    request->shard = (struct shard){number - 1, n};
    if (whence && request->notes)
        fprintf(request->notes, "computes shard %zu of %zu (%s)\n", number, n, whence);
    return OK;
}

int job_find_threads(uint64_t n_wanted)
{
    const char *variable = getenv("OMP_NUM_THREADS");
    const int n_of_slurm = variable && *variable ? 0 : slurm_find_threads();
    return n_wanted > 0 ? (int)n_wanted : n_of_slurm > 0 ? n_of_slurm : omp_get_max_threads();
}

int job_check_design(const struct experiment *experiment, struct error *error)
{
    if (!experiment || experiment->n_factors == 0 || experiment->design)
        return OK;
    return error_set(error, BAD_INPUT,
                     "the experiment `%s` has no `design`, the points to run; `entente calibrate` needs none",
                     experiment->name);
}

int job_read(struct sweep_request *request, const struct options *options, struct error *error)
{
    const bool is_quiet = options_has(options, "quiet");
    uint64_t n_threads = 0, runs_a_part = 0;
    int code = options_whole_number(options, "threads", 0, MOST_THREADS, &n_threads, error);
    if (code == OK)
        code = options_whole_number(options, "part-runs", 1, UINT64_MAX / 2, &runs_a_part, error);
    request->may_overwrite = options_has(options, "force");
    request->extends = options_has(options, "extend");
    request->runs_a_part = (size_t)runs_a_part;
    request->run = (struct run_description){.argc = options->argc,
                                            .argv = options->argv,
                                            .n_threads = job_find_threads(n_threads)};
    request->progress = request->notes = is_quiet ? NULL : stderr;
    request->stops = interrupt_stops;
    request->shard = (struct shard){0, 1};
    return code == OK ? job_check_design(request->experiment, error) : code;
}

/* Is it HDF5, or empty? */
static bool is_output(const char *path, off_t size)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n";
    char start[sizeof signature - 1] = "";
    FILE *file = fopen(path, "rb");
    const bool is_hdf5 =
        file && fread(start, 1, sizeof start, file) == sizeof start && memcmp(start, signature, sizeof start) == 0;
    if (file)
        fclose(file);
    return is_hdf5 || size == 0;
}

int job_check_name(const char *output, const char *name, const char *operands, const struct options *options,
                   struct error *error)
{
    struct stat a, b;
    if (strcmp(output, "-") == 0)
        return error_set(error, BAD_INPUT, "--%s: the output is a file, not a stream; name it", name);
    if (stat(output, &a))
        return OK;
    if (S_ISDIR(a.st_mode))
        return error_set(error, BAD_INPUT, "--%s: '%s' is a folder; name a file in it", name, output);
    for (size_t k = 0; k < options->n_operands; k++)
        if (stat(options->operands[k], &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
            return error_set(error, BAD_INPUT, "--%s: '%s' is %s", name, output, operands);
    return OK;
}

int job_check_output(const char *output, const char *name, const char *operands, const struct options *options,
                     struct error *error)
{
    struct stat status;
    const int code = job_check_name(output, name, operands, options, error);
    if (code == OK && options_has(options, "force") && stat(output, &status) == 0 && !is_output(output, status.st_size))
        return error_set(error, BAD_INPUT, "--force: '%s' is no output of entente; it is not written over", output);
    return code;
}

/* SCENARIO:POINT:REPLICATE, or what of it is needed. */
static void name_run(struct text *name, const struct experiment *experiment, const struct run_place *run)
{
    if (experiment->n_scenarios > 1)
        text_add(name, "%s:", experiment->configurations[run->scenario].name);
    if (experiment->n_points > 1 || experiment->n_scenarios > 1)
        text_add(name, "%zu:", run->point);
    text_add(name, "%zu", run->replicate);
}

/* What the file says of the first run that failed: `trade` is not finite in 2001. */
static int read_failure(const struct sweep_outcome *outcome, const char *path, bool is_one_run, struct text *what,
                        struct error *error)
{
    const struct run_place *run = &outcome->failures.first;
    const size_t in_all[] = {run->scenario, run->point, run->replicate}, alone[] = {0, 0, 0}, count[] = {1, 1, 1},
                 *start = is_one_run ? alone : in_all;
    struct reader *reader;
    double year;
    char **variable = NULL;
    int code = reader_open(&reader, path, error);
    if (code != OK)
        return code;
    code = reader_read(reader, "failed_year", start, count, &year, error);
    if (code == OK)
        code = reader_read_text(reader, "failed_variable", start, count, &variable, error);
    if (code == OK)
        text_add(what, "`%s` is not finite in %.0f", variable[0], year);
    free(variable);
    reader_close(reader);
    return code;
}

int job_report_failures(const struct experiment *experiment, const struct sweep_outcome *outcome, const char *path,
                        bool is_one_run, struct error *error)
{
    struct text name = {0}, what = {0};
    int code = OK;
    if (outcome->failures.n == 0)
        return OK;
    name_run(&name, experiment, &outcome->failures.first);
    if (outcome->is_complete)
        code = read_failure(outcome, path, is_one_run, &what, error);
    if (code == OK && is_one_run)
        code = error_set(error, FAILED, "the run fails: its %s. %s has its years before that", what.bytes, path);
    else if (code == OK && outcome->is_complete)
        code =
            error_set(error, FAILED,
                      "%zu of %zu runs failed; the first is replicate %zu of scenario '%s'%s, whose %s. %s is written, "
                      "with missing values from a run's failing year on; --only %s runs this one alone",
                      outcome->failures.n, outcome->n_runs, outcome->failures.first.replicate,
                      experiment->configurations[outcome->failures.first.scenario].name,
                      experiment->n_points > 1 ? " at its point" : "", what.bytes, path, name.bytes);
    else if (code == OK)
        code = error_set(error, FAILED, "%zu of %zu runs of this shard failed; --only %s runs the first of them alone",
                         outcome->failures.n, outcome->n_runs, name.bytes);
    text_free(&name);
    text_free(&what);
    return code;
}

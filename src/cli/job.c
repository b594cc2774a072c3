#include "job.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
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
    return code;
}

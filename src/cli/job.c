#include "job.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"

enum { MOST_THREADS = 4096, MOST_SHARDS = 1000000 };

/* K/N */
static int read_shard(const struct options *options, struct shard *shard, struct error *error)
{
    const char *text = options_text(options, "shard");
    *shard = (struct shard){0, 1};
    if (!text)
        return OK;
    char *slash, *end;
    const unsigned long long number = strtoull(text, &slash, 10), n = *slash == '/' ? strtoull(slash + 1, &end, 10) : 0;
    const bool has_digits = text[strspn(text, "0123456789/")] == '\0';
    if (!has_digits || *slash != '/' || *end || n < 1 || n > MOST_SHARDS || number < 1 || number > n)
        return error_set(error, BAD_INPUT, "--shard: '%s' is not K/N, such as 3/8 for the third of eight", text);
    *shard = (struct shard){(size_t)number - 1, (size_t)n};
    return OK;
}

int job_read(struct sweep_request *request, const struct options *options, struct error *error)
{
    const bool is_quiet = options_has(options, "quiet");
    uint64_t n_threads = 0, runs_a_part = 0;
    int code = options_whole_number(options, "threads", 0, MOST_THREADS, &n_threads, error);
    if (code == OK)
        code = options_whole_number(options, "part-runs", 1, UINT64_MAX / 2, &runs_a_part, error);
    if (code == OK)
        code = read_shard(options, &request->shard, error);
    request->may_overwrite = options_has(options, "force");
    request->extends = options_has(options, "extend");
    request->runs_a_part = (size_t)runs_a_part;
    request->run = (struct run_description){
        .argc = options->argc, .argv = options->argv, .n_threads = n_threads ? (int)n_threads : omp_get_max_threads()};
    request->progress = request->notes = is_quiet ? NULL : stderr;
    request->stops = interrupt_stops;
    return code;
}

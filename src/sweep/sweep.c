#include "sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/page.h"
#include "base/text.h"
#include "holding.h"
#include "output/assembly.h"
#include "output/place.h"
#include "output/writer.h"
#include "runner.h"

/* A part that is computed and takes its place. */
struct settling {
    struct journal *journal;
    size_t part;
    char *draft;
    bool *is_there;
    size_t n_runs, n_failed; /* by this process so far */
};

/* A sweep while it runs. */
struct sweep {
    struct sweep_request own; /* what was asked for, with what the file is to say of it */
    const struct sweep_request *request;
    char *head, *key;
    struct plan plan;
    struct journal *journal;
    char *identity;
    bool *is_there; /* [n_parts] */
    struct progress progress;
    struct runner *runner;
    struct settling settling;
    struct sweep_outcome *outcome;
};

static void note(const struct sweep *sweep, const char *format, size_t a, size_t b)
{
    char first[32], second[32];
    if (sweep->request->notes)
        fprintf(sweep->request->notes, format, page_count(a, first, sizeof first),
                page_count(b, second, sizeof second));
}

static void note_text(const struct sweep *sweep, const char *text)
{
    if (sweep->request->notes)
        fprintf(sweep->request->notes, "%s\n", text);
}

static bool is_mine(const struct sweep *sweep, size_t part)
{
    return part % sweep->request->shard.n == sweep->request->shard.number;
}

static bool is_sharded(const struct sweep_request *request)
{
    return request->is_one_of_several || request->shard.n > 1;
}

/* Plain runs that are written at once have a line of progress a scenario, others one in all. */
static void start_progress(struct sweep *sweep, size_t n_runs, bool is_direct)
{
    const struct sweep_request *request = sweep->request;
    const struct experiment *experiment = request->experiment;
    const size_t width = request->progress ? page_terminal_width(request->progress) : 0;
    sweep->own.tells_scenarios = is_direct && !experiment->design;
    if (sweep->own.tells_scenarios)
        progress_start(&sweep->progress, request->progress, width, experiment->n_scenarios,
                       experiment_common(experiment)->n_replicates, NULL);
    else
        progress_start(&sweep->progress, request->progress, width, 1, n_runs > 0 ? n_runs : 1, NULL);
    progress_begin_part(&sweep->progress, 0, experiment->name);
}

static void take_outcome(struct sweep *sweep)
{
    const struct sweep_outcome *seen = runner_outcome(sweep->runner);
    *sweep->outcome = *seen;
}

static int run_direct(struct sweep *sweep, const struct tile *tile, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    start_progress(sweep, plan_tile_runs(tile), true);
    int code = runner_create(&sweep->runner, request, &sweep->progress, error);
    if (code == OK)
        code = runner_run(sweep->runner, request->output, request->may_overwrite, tile, false, error);
    progress_finish(&sweep->progress);
    if (sweep->runner)
        take_outcome(sweep);
    if (sweep->outcome->was_stopped)
        return error_set(error, FAILED, "interrupted after %zu of %zu runs; no file is written", sweep->outcome->n_runs,
                         plan_tile_runs(tile));
    if (code != OK)
        return code;
    sweep->outcome->is_complete = true;
    return OK;
}

/* For the writer, while the next part is computed: reading, syncing and renaming take longer than computing little. */
static int settle(void *context, struct error *error)
{
    const struct settling *settling = context;
    const int code = journal_settle(settling->journal, settling->part, settling->draft, error);
    if (code == OK) {
        settling->is_there[settling->part] = true;
        journal_tell(settling->journal, settling->n_runs, settling->n_failed);
    }
    return code;
}

/* Let the part take its place. The one before has: its successor's blocks went through the same writer. */
static int hand_part(struct sweep *sweep, size_t part, char *draft, struct error *error)
{
    const struct sweep_outcome *seen = runner_outcome(sweep->runner);
    const int code = writer_wait(runner_writer(sweep->runner), error);
    free(sweep->settling.draft);
    sweep->settling = (struct settling){sweep->journal, part, draft, sweep->is_there, seen->n_runs, seen->failures.n};
    if (code != OK)
        unlink(draft);
    return code ? code : writer_hand(runner_writer(sweep->runner), settle, &sweep->settling, error);
}

static int run_part(struct sweep *sweep, size_t part, struct error *error)
{
    const struct tile tile = plan_tile(&sweep->plan, part);
    char *draft = journal_draft_path(sweep->journal, part);
    if (!draft)
        return error_memory(error);
    const int code = runner_run(sweep->runner, draft, true, &tile, true, error);
    if (code == OK)
        return hand_part(sweep, part, draft, error);
    free(draft);
    return code;
}

static size_t count_parts(const struct sweep *sweep, bool of_mine, bool that_are_there)
{
    size_t n = 0;
    for (size_t k = 0; k < sweep->plan.n_parts; k++)
        n += (!of_mine || is_mine(sweep, k)) && (!that_are_there || sweep->is_there[k]);
    return n;
}

static size_t count_runs_left(const struct sweep *sweep)
{
    size_t n = 0;
    for (size_t k = 0; k < sweep->plan.n_parts; k++)
        if (is_mine(sweep, k) && !sweep->is_there[k]) {
            const struct tile tile = plan_tile(&sweep->plan, k);
            n += plan_tile_runs(&tile);
        }
    return n;
}

static int tell_interrupted(const struct sweep *sweep, struct error *error)
{
    return error_set(error, FAILED,
                     "interrupted: %zu of %zu parts are there, in %s.parts; the same command goes on from there",
                     count_parts(sweep, true, true), count_parts(sweep, true, false), sweep->request->output);
}

/* All parts of the shard that are not there. */
static int run_parts(struct sweep *sweep, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    bool was_stopped = false;
    int code = runner_create(&sweep->runner, request, &sweep->progress, error);
    for (size_t k = 0; k < sweep->plan.n_parts && code == OK && !was_stopped; k++) {
        if (!is_mine(sweep, k) || sweep->is_there[k])
            continue;
        was_stopped = request->stops && request->stops();
        if (!was_stopped)
            code = run_part(sweep, k, error);
    }
    was_stopped = was_stopped || (sweep->runner && runner_outcome(sweep->runner)->was_stopped);
    struct error last = {0};
    if (sweep->runner && writer_wait(runner_writer(sweep->runner), &last) != OK && (code == OK || was_stopped)) {
        error_free(error);
        *error = last;
        return error->code;
    }
    error_free(&last);
    return was_stopped ? tell_interrupted(sweep, error) : code;
}

/* Copy the parts into the output, and what it has already. */
static int assemble(struct sweep *sweep, char *const *paths, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    const bool extends = sweep->plan.first_point > 0;
    struct assembly *assembly;
    int code = assembly_open(&assembly, request->output, request->may_overwrite || extends, request->experiment,
                             &request->run, error);
    if (code != OK)
        return code;
    if (extends) {
        struct tile first = tile_whole(request->experiment);
        first.n_points = sweep->plan.first_point;
        code = assembly_add(assembly, request->output, &first, error);
    }
    for (size_t k = 0; k < sweep->plan.n_parts && code == OK; k++) {
        const struct tile tile = plan_tile(&sweep->plan, k);
        code = assembly_add(assembly, paths[k], &tile, error);
    }
    const struct failures failures = assembly_failures(assembly);
    if (code == OK)
        code = assembly_commit(assembly, error);
    else
        assembly_abort(assembly);
    const struct tile whole = tile_whole(request->experiment);
    *sweep->outcome =
        (struct sweep_outcome){.is_complete = code == OK, .n_runs = plan_tile_runs(&whole), .failures = failures};
    return code;
}

static bool is_file(const char *path) { return access(path, F_OK) == 0; }

/* Is the output there, with all points of this experiment? */
static bool is_complete(const struct sweep *sweep)
{
    const struct sweep_request *request = sweep->request;
    size_t n_points = 0;
    struct error error = {0};
    const bool is_this = is_file(request->output) && holding_find(request->experiment, request->output, sweep->head,
                                                                  sweep->key, &n_points, &error) == OK;
    error_free(&error);
    return is_this && n_points == request->experiment->n_points;
}

/* With the lock held: collect, copy, remove. */
static int merge_locked(struct sweep *sweep, struct error *error)
{
    const size_t n = sweep->plan.n_parts;
    if (!sweep->request->may_overwrite && is_complete(sweep)) { /* cut short when only removing was left */
        sweep->outcome->is_complete = sweep->outcome->was_there = true;
        return journal_remove(sweep->journal, error);
    }
    char **paths = calloc(n + 1, sizeof *paths);
    if (!paths)
        return error_memory(error);
    int code = journal_collect(sweep->journal, n, paths, error);
    if (code == OK)
        code = assemble(sweep, paths, error);
    if (code == OK)
        code = journal_remove(sweep->journal, error);
    for (size_t k = 0; k < n; k++)
        free(paths[k]);
    free(paths);
    return code;
}

static int merge(struct sweep *sweep, struct error *error)
{
    if (!journal_lock(sweep->journal, error)) {
        if (!is_sharded(sweep->request))
            return error->code;
        note_text(sweep, error->text); /* another shard has finished at the same time, and merges */
        error_free(error);
        return OK;
    }
    /* somebody who finished at the same time may have merged while this one waited */
    if (!journal_is_there(sweep->request->output)) {
        journal_unlock(sweep->journal);
        sweep->outcome->is_complete = true;
        return OK;
    }
    const int code = merge_locked(sweep, error);
    journal_unlock(sweep->journal);
    return code;
}

static void tell_start(const struct sweep *sweep)
{
    const size_t n_there = count_parts(sweep, true, true), n_mine = count_parts(sweep, true, false);
    if (n_there > 0)
        note(sweep, "goes on: %s of %s parts are there\n", n_there, n_mine);
}

/* Has something else been begun beside the output? */
static bool is_another(const struct sweep *sweep)
{
    struct journal *journal = NULL;
    struct error error = {0};
    const bool is_open = journal_is_there(sweep->request->output) &&
                         journal_open_existing(&journal, sweep->request->output, NULL, &error) == OK;
    const bool is_another = !is_open || strcmp(journal_identity(journal), sweep->identity) != 0;
    journal_close(journal);
    error_free(&error);
    return is_another;
}

static int begin_parts(struct sweep *sweep, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    const size_t n = sweep->plan.n_parts;
    sweep->identity = plan_identity(&sweep->plan);
    sweep->is_there = calloc(n + 1, sizeof *sweep->is_there);
    if (!sweep->identity || !sweep->is_there)
        return error_memory(error);
    /* --force does not begin anew what it has begun itself */
    const bool starts_anew = request->may_overwrite && is_another(sweep);
    int code = journal_open(&sweep->journal, request->output, sweep->identity, starts_anew, request->notes, error);
    if (code == OK)
        code = journal_keep_command(sweep->journal, request->run.argc, request->run.argv, error);
    if (code == OK)
        code = journal_join(sweep->journal, request->shard, error);
    if (code == OK)
        code = journal_find_parts(sweep->journal, n, sweep->is_there, error);
    if (code == OK && count_runs_left(sweep) > 0)
        code = place_check_room(request->output, sweep->plan.bytes, error);
    return code;
}

static int run_in_parts(struct sweep *sweep, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    const size_t n = sweep->plan.n_parts;
    int code = begin_parts(sweep, error);
    if (code != OK)
        return code;
    tell_start(sweep);
    start_progress(sweep, count_runs_left(sweep), false);
    code = run_parts(sweep, error);
    progress_finish(&sweep->progress);
    if (code != OK)
        return code;
    take_outcome(sweep);
    code = journal_find_parts(sweep->journal, n, sweep->is_there, error);
    if (code == OK && count_parts(sweep, false, true) == n)
        return merge(sweep, error);
    /* another shard may have merged meanwhile */
    sweep->outcome->is_complete = code == OK && !journal_is_there(request->output) && is_file(request->output);
    return code;
}

static int begin_sweep(struct sweep *sweep, const struct sweep_request *request, struct sweep_outcome *outcome,
                       struct error *error)
{
    *outcome = (struct sweep_outcome){0};
    *sweep = (struct sweep){.own = *request, .outcome = outcome};
    sweep->request = &sweep->own;
    sweep->head = plan_head(request->experiment);
    sweep->key = plan_key(request->experiment);
    sweep->own.run.experiment = request->experiment->design ? sweep->head : NULL;
    sweep->own.run.key = sweep->key;
    return sweep->head && sweep->key ? OK : error_memory(error);
}

static void free_sweep(struct sweep *sweep)
{
    runner_free(sweep->runner);
    free(sweep->settling.draft);
    journal_close(sweep->journal);
    free(sweep->identity);
    free(sweep->is_there);
    free(sweep->head);
    free(sweep->key);
}

/* All points are in the output: what was left beside it goes. */
static int end_complete(struct sweep *sweep, struct error *error)
{
    const char *output = sweep->request->output;
    sweep->outcome->is_complete = sweep->outcome->was_there = true;
    if (!journal_is_there(output))
        return OK;
    int code = journal_open_existing(&sweep->journal, output, sweep->request->notes, error);
    if (code == OK && !journal_lock(sweep->journal, error))
        code = error->code;
    if (code == OK)
        code = journal_remove(sweep->journal, error);
    return code;
}

/* What of the experiment is there already: *first_point points. */
static int look_at_output(const struct sweep *sweep, size_t *first_point, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    *first_point = 0;
    if (request->may_overwrite || !is_file(request->output))
        return OK;
    int code = holding_find(request->experiment, request->output, sweep->head, sweep->key, first_point, error);
    if (code == OK && *first_point < request->experiment->n_points && !request->extends)
        code = error_set(error, BAD_INPUT, "%s has %zu of the %zu points; --extend adds the others", request->output,
                         *first_point, request->experiment->n_points);
    return code;
}

static int compute(struct sweep *sweep, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    const struct tile tile = plan_tile(&sweep->plan, 0);
    const bool is_direct = sweep->plan.n_parts == 1 && sweep->plan.first_point == 0 && !is_sharded(request) &&
                           !journal_is_there(request->output);
    return is_direct ? run_direct(sweep, &tile, error) : run_in_parts(sweep, error);
}

static int merge_alone(struct sweep *sweep, struct error *error)
{
    const struct sweep_request *request = sweep->request;
    sweep->identity = plan_identity(&sweep->plan);
    if (!sweep->identity)
        return error_memory(error);
    const int code = journal_open(&sweep->journal, request->output, sweep->identity, false, request->notes, error);
    return code == OK ? merge(sweep, error) : code;
}

/* Do what is left to do for the output to be complete. */
static int complete(const struct sweep_request *request, int (*work)(struct sweep *, struct error *),
                    struct sweep_outcome *outcome, struct error *error)
{
    struct sweep sweep;
    size_t first_point = 0;
    int code = begin_sweep(&sweep, request, outcome, error);
    if (code == OK)
        code = look_at_output(&sweep, &first_point, error);
    if (code == OK && first_point == request->experiment->n_points) {
        code = end_complete(&sweep, error);
    } else if (code == OK) {
        sweep.plan = plan_make(request->experiment, first_point, request->runs_a_part);
        code = work(&sweep, error);
    }
    free_sweep(&sweep);
    return code;
}

int sweep_run(const struct sweep_request *request, struct sweep_outcome *outcome, struct error *error)
{
    return complete(request, compute, outcome, error);
}

int sweep_merge(const struct sweep_request *request, struct sweep_outcome *outcome, struct error *error)
{
    return complete(request, merge_alone, outcome, error);
}

int sweep_run_only(const struct sweep_request *request, size_t scenario, size_t point, size_t replicate,
                   struct sweep_outcome *outcome, struct error *error)
{
    struct experiment one;
    struct sweep sweep;
    const struct tile tile = {0, 1, point, 1, replicate, 1};
    int code = experiment_of_point(&one, request->experiment, scenario, point, error);
    if (code != OK)
        return code;
    code = begin_sweep(&sweep, request, outcome, error);
    sweep.own.experiment = &one;
    sweep.own.run.key = NULL; /* it is no part of the whole */
    if (code == OK)
        code = run_direct(&sweep, &tile, error);
    free_sweep(&sweep);
    experiment_free(&one);
    return code;
}

/* Run a tile into a file that is not kept, and tell the seconds. */
static int time_tile(const struct sweep_request *request, const char *path, const struct tile *tile, double *seconds,
                     struct error *error)
{
    struct runner *runner;
    int code = runner_create(&runner, request, NULL, error);
    if (code != OK)
        return code;
    const double start = clock_seconds();
    code = runner_run(runner, path, true, tile, true, error);
    *seconds = clock_seconds() - start;
    unlink(path);
    runner_free(runner);
    return code;
}

/* The part of a tile that has about n runs: fewer points, or fewer replicates of one. */
static struct tile cut_tile(const struct tile *whole, double n)
{
    struct tile tile = *whole;
    const double share = n / (double)plan_tile_runs(whole);
    const double points = share * (double)whole->n_points, replicates = share * (double)whole->n_replicates;
    if (whole->n_points > 1)
        tile.n_points = points < 1 ? 1 : points < (double)whole->n_points ? (size_t)points : whole->n_points;
    else if (tile_cells(whole) == 1)
        tile.n_replicates = replicates < LANES                         ? LANES
                            : replicates < (double)whole->n_replicates ? (size_t)replicates
                                                                       : whole->n_replicates;
    if (tile.n_replicates > whole->n_replicates)
        tile.n_replicates = whole->n_replicates;
    return tile;
}

int sweep_probe(const struct sweep_request *request, double *seconds_a_run, struct error *error)
{
    enum { FIRST_RUNS = 2000 };
    static const double wanted_seconds = 0.5, first_share = 0.2;
    const struct plan plan = plan_make(request->experiment, 0, request->runs_a_part);
    const struct tile whole = plan_tile(&plan, 0);
    struct tile tile = cut_tile(&whole, FIRST_RUNS);
    const char *folder = getenv("TMPDIR");
    struct text path = {0};
    double seconds = 0, spent = 0;
    text_add(&path, "%s/entente-probe-%ld.h5", folder && *folder ? folder : "/tmp", (long)getpid());
    int code = path.is_exhausted ? error_memory(error) : OK;
    /* a first time to warm up, and to see how many runs fill the time; then these */
    for (int turn = 0; turn < 2 && code == OK; turn++) {
        code = time_tile(request, path.bytes, &tile, &seconds, error);
        spent += seconds;
        *seconds_a_run = seconds / (double)plan_tile_runs(&tile);
        if (spent > wanted_seconds * (1 - first_share))
            break;
        tile = cut_tile(&whole, (wanted_seconds - spent) / *seconds_a_run);
    }
    text_free(&path);
    return code;
}

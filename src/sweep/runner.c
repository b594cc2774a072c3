#include "runner.h"

#include <omp.h>
#include <stdlib.h>

#include "engine/ensemble.h"
#include "output/hdf5_error.h"
#include "output/writer.h"

/* What one thread runs cells with. */
struct hand {
    struct bench *bench;
    struct observer recording; /* of the cell that runs */
    struct progress *progress;
    size_t last_year_index;
    struct replicate_status *status;
    size_t n_status;
    struct sweep_outcome seen;
    struct error error;
};

struct runner {
    const struct sweep_request *request;
    struct progress *progress;
    struct hand *hands;
    int n_hands;
    double *values; /* [points of a block][n_factors] */
    size_t n_values;
    struct writer *writer;
    struct tile file; /* what is computed */
    struct sweep_outcome seen;
};

int runner_create(struct runner **result, const struct sweep_request *request, struct progress *progress,
                  struct error *error)
{
    const struct configuration *common = experiment_common(request->experiment);
    struct runner *runner = *result = calloc(1, sizeof *runner);
    if (!runner)
        return error_memory(error);
    runner->request = request;
    runner->progress = progress;
    runner->hands = calloc((size_t)request->run.n_threads, sizeof *runner->hands);
    int code = runner->hands ? writer_start(&runner->writer, hdf5_error_quiet, error) : error_memory(error);
    for (int k = 0; k < request->run.n_threads && code == OK; k++) {
        struct hand *hand = &runner->hands[runner->n_hands++];
        hand->progress = progress;
        hand->last_year_index = (size_t)(common->last_year - common->first_year);
        code = bench_create(&hand->bench, request->experiment, error);
    }
    if (code == OK)
        return OK;
    runner_free(runner);
    *result = NULL;
    return code;
}

void runner_free(struct runner *runner)
{
    if (!runner)
        return;
    for (int k = 0; k < runner->n_hands; k++) {
        bench_free(runner->hands[k].bench);
        free(runner->hands[k].status);
        error_free(&runner->hands[k].error);
    }
    writer_stop(runner->writer);
    free(runner->hands);
    free(runner->values);
    free(runner);
}

/* Pass on what the recorder is to see, and count the replicates that have reached their last year. */
static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    struct hand *hand = context;
    hand->recording.observe(hand->recording.context, world, year_index, first_replicate, n_lanes, status);
    if (year_index == hand->last_year_index && hand->progress)
        progress_add(hand->progress, n_lanes);
}

/* Replicates before the file's first ran because draws are made for a batch. */
static void note_cell(struct hand *hand, const struct tile *file, const struct tile *block, size_t scenario,
                      size_t point)
{
    const size_t skipped = block->replicate < file->replicate ? file->replicate - block->replicate : 0;
    hand->seen.n_runs += block->n_replicates - skipped;
    for (size_t k = skipped; k < block->n_replicates; k++)
        failures_note(&hand->seen.failures, hand->status[k].variable != NULL,
                      &(struct run_place){scenario, point, block->replicate + k});
}

static int take_status(struct hand *hand, size_t n, struct error *error)
{
    if (n <= hand->n_status)
        return OK;
    struct replicate_status *larger = realloc(hand->status, n * sizeof *larger);
    if (!larger)
        return error_memory(error);
    hand->status = larger;
    hand->n_status = n;
    return OK;
}

/* Run a cell of the block, or the block's replicates of it. */
static int run_cell(const struct runner *runner, struct recorder *recorder, const struct tile *block, size_t cell,
                    int number, int n_threads, struct error *error)
{
    struct hand *hand = &runner->hands[number];
    const size_t scenario = tile_scenario(block, cell), point = tile_point(block, cell);
    const double *values = runner->values + (point - block->point) * runner->request->experiment->n_factors;
    const struct configuration *configuration = bench_configure(hand->bench, scenario, point, values);
    int code = configuration ? take_status(hand, block->n_replicates, error) : error_memory(error);
    if (code != OK)
        return code;
    hand->recording = recorder_observe_cell(recorder, (size_t)number, cell);
    struct observer observer = hand->recording;
    observer.observe = observe;
    observer.context = hand;
    code =
        ensemble_run(configuration, block->replicate, block->n_replicates, n_threads, &observer, hand->status, error);
    if (code != OK)
        return code;
    note_cell(hand, &runner->file, block, scenario, point);
    return recorder_end_cell(recorder, (size_t)number, hand->status, error);
}

/* Each thread a cell of its own. */
static int run_cells(struct runner *runner, struct recorder *recorder, const struct tile *block, struct error *error)
{
    const size_t n = tile_cells(block);
    int code = OK;
#pragma omp parallel for num_threads(runner->n_hands) schedule(dynamic)
    for (size_t cell = 0; cell < n; cell++) {
        struct hand *hand = &runner->hands[omp_get_thread_num()];
        if (!hand->error.text)
            run_cell(runner, recorder, block, cell, omp_get_thread_num(), 1, &hand->error);
    }
    for (int k = 0; k < runner->n_hands && code == OK; k++)
        if (runner->hands[k].error.text) {
            *error = runner->hands[k].error;
            runner->hands[k].error = (struct error){0};
            code = error->code;
        }
    return code;
}

/* The values of the factors at the block's points. */
static int find_values(struct runner *runner, const struct tile *block, struct error *error)
{
    const struct experiment *experiment = runner->request->experiment;
    const size_t n = block->n_points * experiment->n_factors;
    if (!experiment->design || n == 0)
        return OK;
    if (n > runner->n_values) {
        double *larger = realloc(runner->values, n * sizeof *larger);
        if (!larger)
            return error_memory(error);
        runner->values = larger;
        runner->n_values = n;
    }
    design_fill(experiment->design, block->point, block->n_points, runner->values);
    return OK;
}

static int run_block(struct runner *runner, struct recorder *recorder, const struct tile *block, struct error *error)
{
    int code = find_values(runner, block, error);
    if (code != OK)
        return code;
    if (runner->progress && runner->request->tells_scenarios)
        progress_begin_part(runner->progress, block->scenario,
                            runner->request->experiment->configurations[block->scenario].name);
    recorder_begin_block(recorder, block);
    code = tile_cells(block) > 1 ? run_cells(runner, recorder, block, error)
                                 : run_cell(runner, recorder, block, 0, 0, runner->n_hands, error);
    return code == OK ? recorder_end_block(recorder, error) : code;
}

static void gather(struct runner *runner)
{
    for (int k = 0; k < runner->n_hands; k++) {
        struct sweep_outcome *seen = &runner->hands[k].seen;
        runner->seen.n_runs += seen->n_runs;
        failures_note(&runner->seen.failures, seen->failures.n, &seen->failures.first);
        *seen = (struct sweep_outcome){0};
    }
}

int runner_run(struct runner *runner, const char *path, bool may_overwrite, const struct tile *tile, bool is_part,
               struct error *error)
{
    const struct sweep_request *request = runner->request;
    struct recorder *recorder;
    struct tile block;
    struct run_description run = request->run;
    runner->file = *tile;
    run.writer = runner->writer;
    int code = recorder_open(&recorder, path, may_overwrite, request->experiment, tile, is_part, &run, error);
    if (code != OK)
        return code;
    while (code == OK && recorder_next(recorder, &block)) {
        runner->seen.was_stopped = request->stops && request->stops();
        code = runner->seen.was_stopped ? error_set(error, FAILED, "interrupted")
                                        : run_block(runner, recorder, &block, error);
    }
    if (code == OK)
        code = recorder_commit(recorder, error);
    else
        recorder_abort(recorder);
    gather(runner);
    return code;
}

struct writer *runner_writer(const struct runner *runner) { return runner->writer; }

const struct sweep_outcome *runner_outcome(const struct runner *runner) { return &runner->seen; }

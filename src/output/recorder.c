#include "recorder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "fields.h"
#include "hdf5_error.h"
#include "portion.h"
#include "provenance.h"
#include "results.h"
#include "store.h"
#include "writer.h"

enum {
    PORTIONS = 2,               /* one is filled while the other is written */
    PORTION_BYTES = 8 << 20,    /* of each: few enough to stay in a cache that threads share */
    BLOCK_REPLICATES = 1 << 13, /* where little is recorded, so that a run can still be stopped and its progress seen */
    CELL_BYTES = 4 << 20,       /* of what is collected of a cell that one thread computes alone */
    CELLS_A_THREAD = 4,         /* in a block of cells at least, so that no thread waits long for the last */
    TEXT_BYTES_PER_REPLICATE = 32
};

/* Where a thread collects what it sees of a cell. */
struct desk {
    struct recorder *recorder;
    struct collector *collector;
    struct results_scratch scratch;
    size_t cell;
};

struct recorder {
    struct store *store;
    struct fields fields;
    struct tile file;
    size_t n_years, block_size; /* of a run; replicates of a block of one cell */
    int *slots;                 /* [n_years]: the place of a year among those that are kept, or PORTION_NO_YEAR */
    size_t n_block_cells;       /* cells of a block, 0 where a block is of one cell */
    double *quantiles;
    size_t n_quantiles;
    int n_threads;

    struct writer *writer;
    bool owns_writer, is_part;
    struct portion portions[PORTIONS];
    struct results results[PORTIONS]; /* blocks of one cell share the first */
    size_t filling;                   /* the portion of the block that runs */
    struct tile next;                 /* the cell and the replicates that come next */
    struct desk *desks;
    size_t n_desks;
};

static size_t choose_block_size(const struct recorder *recorder)
{
    const size_t round = LANES * (size_t)recorder->n_threads; /* every thread has as many batches as the others */
    const size_t fitting = PORTION_BYTES / portion_bytes(&recorder->fields),
                 wanted = fitting < BLOCK_REPLICATES ? fitting : BLOCK_REPLICATES;
    return wanted < round ? round : wanted / round * round;
}

/* Numbers that statistics are made of, a replicate. */
static size_t count_collected(const struct recorder *recorder)
{
    size_t n = 0;
    for (size_t k = 0; k < recorder->fields.n_statistics; k++)
        n += recorder->fields.statistics[k].cells->n_elements;
    return n * recorder->fields.n_years;
}

/* Bytes of a cell in a block of many. */
static size_t count_cell_bytes(const struct recorder *recorder)
{
    size_t n_results = 0;
    for (size_t k = 0; k < recorder->fields.n_statistics; k++)
        n_results +=
            recorder->fields.statistics[k].cells->n_cells * recorder->fields.n_years * (2 + recorder->n_quantiles);
    return lanes_padded(recorder->file.n_replicates) * portion_bytes(&recorder->fields) + n_results * sizeof(double);
}

/* Many cells in a block, a cell a thread? Points come before scenarios, and a block is a rectangle: all scenarios at
 * some points, or some scenarios at one. */
static size_t choose_block_cells(const struct recorder *recorder)
{
    const size_t n = recorder->file.n_replicates, n_scenarios = recorder->file.n_scenarios;
    const size_t n_cells = tile_cells(&recorder->file), fitting = PORTION_BYTES / count_cell_bytes(recorder);
    const size_t collected = lanes_padded(n) * count_collected(recorder) * sizeof(double);
    const size_t least = CELLS_A_THREAD * (size_t)recorder->n_threads;
    if (n > BLOCK_REPLICATES || !collector_keeps_all(&recorder->fields, n) || collected > CELL_BYTES ||
        fitting < least || n_cells < least)
        return 0;
    const size_t most = (size_t)BLOCK_REPLICATES * CELLS_A_THREAD / lanes_padded(n) + least,
                 wanted = fitting < most ? fitting : most;
    if (wanted < n_scenarios)
        return wanted;
    return wanted / n_scenarios * n_scenarios;
}

static int take_desks(struct recorder *recorder, struct error *error)
{
    const bool is_by_cell = recorder->n_block_cells > 0;
    const size_t n = is_by_cell ? (size_t)recorder->n_threads : 1;
    int code = OK;
    recorder->desks = calloc(n, sizeof *recorder->desks);
    if (!recorder->desks)
        return error_memory(error);
    recorder->n_desks = n;
    for (size_t k = 0; k < n && code == OK; k++) {
        struct desk *desk = &recorder->desks[k];
        desk->recorder = recorder;
        code = collector_create(&desk->collector, &recorder->fields,
                                recorder->file.replicate + recorder->file.n_replicates,
                                is_by_cell ? 1 : recorder->n_threads, error);
        if (code == OK)
            code = results_scratch_take(&desk->scratch, &recorder->results[0], error);
    }
    return code;
}

static int take_blocks(struct recorder *recorder, struct error *error)
{
    const size_t n_replicates = lanes_padded(recorder->file.n_replicates + recorder->file.replicate % LANES);
    const size_t n_cells = recorder->n_block_cells;
    const size_t most = recorder->block_size < n_replicates ? recorder->block_size : n_replicates;
    int code = OK;
    for (size_t k = 0; k < PORTIONS && code == OK; k++)
        code = portion_take(&recorder->portions[k], recorder->store, &recorder->fields, &recorder->file,
                            n_cells ? n_cells * n_replicates : lanes_padded(most), error);
    for (size_t k = 0; k < (n_cells ? PORTIONS : 1) && code == OK; k++)
        code = results_take(&recorder->results[k], &recorder->fields, n_cells ? n_cells : 1, recorder->quantiles,
                            recorder->n_quantiles, error);
    return code;
}

/* Where the years of a run are kept. */
static int find_slots(struct recorder *recorder, const struct configuration *configuration, struct error *error)
{
    const struct fields *fields = &recorder->fields;
    recorder->slots = malloc(recorder->n_years * sizeof *recorder->slots);
    if (!recorder->slots)
        return error_memory(error);
    for (size_t t = 0, k = 0; t < recorder->n_years; t++) {
        const bool is_kept = k < fields->n_years && fields->years[k] == configuration->first_year + (int)t;
        recorder->slots[t] = is_kept ? (int)k++ : PORTION_NO_YEAR;
    }
    return OK;
}

static int init(struct recorder *recorder, const struct experiment *experiment, bool is_part,
                const struct run_description *run, struct error *error)
{
    const struct configuration *common = experiment_common(experiment);
    recorder->n_years = (size_t)(common->last_year - common->first_year) + 1;
    recorder->n_threads = run->n_threads > 0 ? run->n_threads : 1;
    recorder->n_quantiles = common->n_quantiles;
    recorder->quantiles = calloc(recorder->n_quantiles + 1, sizeof *recorder->quantiles);
    if (!recorder->quantiles)
        return error_memory(error);
    if (recorder->n_quantiles > 0)
        memcpy(recorder->quantiles, common->quantiles, recorder->n_quantiles * sizeof *recorder->quantiles);
    recorder->is_part = is_part;
    store_describe(recorder->store, !is_part);
    if (is_part)
        store_settle_later(recorder->store);
    int code = fields_create(&recorder->fields, recorder->store, experiment, &recorder->file, is_part, error);
    if (code == OK)
        code = find_slots(recorder, common, error);
    if (code == OK && !is_part)
        code = provenance_begin(recorder->store, experiment, run, error);
    if (code == OK)
        code =
            store_reserve(recorder->store,
                          tile_cells(&recorder->file) * recorder->file.n_replicates * TEXT_BYTES_PER_REPLICATE, error);
    recorder->block_size = choose_block_size(recorder);
    recorder->n_block_cells = choose_block_cells(recorder);
    if (code == OK)
        code = take_blocks(recorder, error);
    if (code == OK)
        code = take_desks(recorder, error);
    store_describe(recorder->store, true);
    recorder->writer = run->writer;
    recorder->owns_writer = !run->writer;
    if (code == OK && recorder->owns_writer)
        code = writer_start(&recorder->writer, hdf5_error_quiet, error);
    return code;
}

/* Nobody writes any more. */
static void end_writing(struct recorder *recorder)
{
    if (recorder->owns_writer)
        writer_stop(recorder->writer);
    else if (recorder->writer)
        writer_wait(recorder->writer, NULL);
    recorder->writer = NULL;
}

static void free_recorder(struct recorder *recorder)
{
    end_writing(recorder);
    for (size_t k = 0; k < PORTIONS; k++) {
        portion_free(&recorder->portions[k]);
        results_free(&recorder->results[k]);
    }
    for (size_t k = 0; k < recorder->n_desks; k++) {
        collector_free(recorder->desks[k].collector);
        results_scratch_free(&recorder->desks[k].scratch);
    }
    free(recorder->desks);
    fields_free(&recorder->fields);
    free(recorder->slots);
    free(recorder->quantiles);
    free(recorder);
}

int recorder_open(struct recorder **result, const char *path, bool may_overwrite, const struct experiment *experiment,
                  const struct tile *tile, bool is_part, const struct run_description *run, struct error *error)
{
    *result = NULL;
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder)
        return error_memory(error);
    recorder->file = *tile;
    recorder->next = *tile;
    recorder->next.replicate = tile->replicate / LANES * LANES;
    int code = store_create(&recorder->store, path, may_overwrite, error);
    if (code == OK)
        code = init(recorder, experiment, is_part, run, error);
    if (code == OK)
        *result = recorder;
    else
        recorder_abort(recorder);
    return code;
}

/* The replicates of one cell that come next. */
static void find_replicates(const struct recorder *recorder, struct tile *block)
{
    const size_t first = block->replicate, left = recorder->file.replicate + recorder->file.n_replicates - first;
    const size_t room = collector_room(recorder->desks->collector, first);
    const size_t n = recorder->block_size < room ? recorder->block_size : room;
    block->n_scenarios = block->n_points = 1;
    block->n_replicates = n < left ? n : left;
}

bool recorder_next(const struct recorder *recorder, struct tile *block)
{
    const struct tile *file = &recorder->file;
    const size_t n = recorder->n_block_cells, n_points = file->point + file->n_points - recorder->next.point,
                 n_scenarios = file->scenario + file->n_scenarios - recorder->next.scenario;
    *block = recorder->next;
    if (n_points == 0)
        return false;
    if (n == 0) {
        find_replicates(recorder, block);
        return true;
    }
    const bool has_all = n >= file->n_scenarios;
    const size_t fitting = has_all ? n / file->n_scenarios : 1;
    block->n_scenarios = has_all || n_scenarios < n ? n_scenarios : n;
    block->n_points = n_points < fitting ? n_points : fitting;
    block->n_replicates = file->n_replicates;
    return true;
}

/* What comes after a block: more replicates, the next scenario, the next point. */
static void advance(struct recorder *recorder, const struct tile *block)
{
    const struct tile *file = &recorder->file;
    struct tile *next = &recorder->next;
    next->replicate = block->replicate + block->n_replicates;
    if (next->replicate < file->replicate + file->n_replicates)
        return;
    next->replicate = file->replicate / LANES * LANES;
    next->scenario = block->scenario + block->n_scenarios;
    if (next->scenario < file->scenario + file->n_scenarios)
        return;
    next->scenario = file->scenario;
    next->point = block->point + block->n_points;
}

static bool is_last_of_cell(const struct recorder *recorder, const struct tile *block)
{
    return block->replicate + block->n_replicates == recorder->file.replicate + recorder->file.n_replicates;
}

void recorder_begin_block(struct recorder *recorder, const struct tile *block)
{
    assert(block->point == recorder->next.point && block->scenario == recorder->next.scenario &&
           block->replicate == recorder->next.replicate);
    portion_begin(&recorder->portions[recorder->filling], block);
}

/* Keep a year of the replicates; each touches its own numbers alone, so that batches can do this at the same time. */
static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    struct desk *desk = context;
    struct recorder *recorder = desk->recorder;
    const int slot = recorder->slots[year_index];
    portion_observe(&recorder->portions[recorder->filling], world, desk->cell, slot,
                    year_index + 1 == recorder->n_years, first_replicate);
    if (slot != PORTION_NO_YEAR)
        collector_observe(desk->collector, world, (size_t)slot, first_replicate, n_lanes, status);
}

struct observer recorder_observe_cell(struct recorder *recorder, size_t number, size_t cell)
{
    struct desk *desk = &recorder->desks[number];
    const struct tile *block = &recorder->portions[recorder->filling].of;
    struct observer observer = {.observe = observe, .context = desk};
    desk->cell = cell;
    collector_begin_block(desk->collector, block->replicate, block->n_replicates);
    for (size_t k = 0; k < recorder->fields.n_series; k++)
        observer_look_at(&observer, recorder->fields.series[k].variable);
    for (size_t k = 0; k < recorder->fields.n_statistics; k++)
        observer_look_at(&observer, recorder->fields.statistics[k].variable);
    return observer;
}

int recorder_end_cell(struct recorder *recorder, size_t number, const struct replicate_status *status,
                      struct error *error)
{
    struct desk *desk = &recorder->desks[number];
    struct portion *portion = &recorder->portions[recorder->filling];
    const bool is_by_cell = recorder->n_block_cells > 0;
    struct results *results = &recorder->results[is_by_cell ? recorder->filling : 0];
    portion_end_cell(portion, desk->cell, status);
    collector_end_block(desk->collector);
    if (recorder->fields.n_statistics == 0 || !is_last_of_cell(recorder, &portion->of))
        return OK;
    int code = is_by_cell ? OK : writer_wait(recorder->writer, error); /* it may still write those of the cell before */
    if (code == OK)
        code = results_reduce(results, desk->collector, desk->cell, is_by_cell ? 1 : recorder->n_threads,
                              &desk->scratch, error);
    return code;
}

int recorder_end_block(struct recorder *recorder, struct error *error)
{
    struct portion *portion = &recorder->portions[recorder->filling];
    if (recorder->fields.n_statistics > 0 && is_last_of_cell(recorder, &portion->of))
        portion->results = &recorder->results[recorder->n_block_cells > 0 ? recorder->filling : 0];
    const int code = writer_hand(recorder->writer, portion_write, portion, error);
    recorder->filling = (recorder->filling + 1) % PORTIONS;
    advance(recorder, &portion->of);
    return code;
}

/* Say how far quantiles can be off. */
static int describe_errors(struct recorder *recorder, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < recorder->fields.n_statistics && code == OK; k++) {
        double largest = 0;
        for (size_t d = 0; d < recorder->n_desks; d++)
            largest = fmax(largest, recorder->desks[d].scratch.largest_error[k]);
        code = store_attribute_numbers(recorder->store, recorder->fields.statistics[k].quantile, "largest_error",
                                       STORE_DOUBLE, 1, &largest, error);
    }
    return code;
}

int recorder_commit(struct recorder *recorder, struct error *error)
{
    /* what is not written is undefined in the file */
    assert(recorder->next.point == recorder->file.point + recorder->file.n_points);
    int code = writer_wait(recorder->writer, error);
    if (code == OK)
        code = describe_errors(recorder, error);
    if (code == OK && !recorder->is_part) /* computed again, a part has the same bytes */
        code = provenance_end(recorder->store, error);
    if (code == OK)
        code = store_commit(recorder->store, error);
    else
        store_abort(recorder->store);
    free_recorder(recorder);
    return code;
}

void recorder_abort(struct recorder *recorder)
{
    if (!recorder)
        return;
    end_writing(recorder);
    store_abort(recorder->store);
    free_recorder(recorder);
}

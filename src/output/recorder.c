#include "recorder.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "fields.h"
#include "hdf5_error.h"
#include "portion.h"
#include "provenance.h"
#include "store.h"
#include "writer.h"

enum {
    PORTIONS = 2,               /* one is filled while the other is written */
    PORTION_BYTES = 8 << 20,    /* of each: few enough to stay in a cache that threads share */
    BLOCK_REPLICATES = 1 << 13, /* where little is recorded, so that a run can still be stopped and its progress seen */
    TEXT_BYTES_PER_REPLICATE = 32
};

struct recorder {
    struct store *store;
    struct fields fields;
    size_t n_scenarios, n_replicates, n_years, block_size;
    int first_year;
    double *quantiles;
    size_t n_quantiles;
    bool is_double;
    int n_threads;

    struct writer *writer;
    struct portion portions[PORTIONS];
    size_t filling; /* the portion of the block that runs */
    size_t scenario;
    size_t n_recorded; /* replicates of the scenario that are done */
    size_t n_done;     /* scenarios that are */
    struct collector *collector;
};

static size_t choose_block_size(const struct recorder *recorder)
{
    const size_t round = LANES * (size_t)recorder->n_threads; /* every thread has as many batches as the others */
    const size_t fitting = PORTION_BYTES / portion_bytes(&recorder->fields),
                 wanted = fitting < BLOCK_REPLICATES ? fitting : BLOCK_REPLICATES;
    return wanted < round ? round : wanted / round * round;
}

static int init(struct recorder *recorder, const struct configuration *configurations, size_t n,
                const struct run_description *run, struct error *error)
{
    recorder->n_scenarios = n;
    recorder->n_replicates = configurations->n_replicates;
    recorder->first_year = configurations->first_year;
    recorder->n_years = (size_t)(configurations->last_year - configurations->first_year) + 1;
    recorder->is_double = configurations->is_double;
    recorder->n_threads = run->n_threads > 0 ? run->n_threads : 1;
    recorder->n_quantiles = configurations->n_quantiles;
    recorder->quantiles = calloc(recorder->n_quantiles + 1, sizeof *recorder->quantiles);
    if (!recorder->quantiles)
        return error_memory(error);
    if (recorder->n_quantiles > 0)
        memcpy(recorder->quantiles, configurations->quantiles, recorder->n_quantiles * sizeof *recorder->quantiles);
    int code = fields_create(&recorder->fields, recorder->store, configurations, n, error);
    if (code == OK)
        code = provenance_begin(recorder->store, configurations, n, run, error);
    if (code == OK)
        code = store_reserve(recorder->store, n * recorder->n_replicates * TEXT_BYTES_PER_REPLICATE, error);
    if (code == OK)
        code = collector_create(&recorder->collector, &recorder->fields, recorder->first_year, recorder->n_years,
                                recorder->n_replicates, recorder->n_threads, error);
    recorder->block_size = choose_block_size(recorder);
    const size_t most = recorder->block_size < recorder->n_replicates ? recorder->block_size : recorder->n_replicates;
    for (size_t k = 0; k < PORTIONS && code == OK; k++)
        code = portion_take(&recorder->portions[k], recorder->store, &recorder->fields, recorder->first_year,
                            recorder->n_years, (most + LANES - 1) / LANES * LANES, error);
    if (code == OK)
        code = writer_start(&recorder->writer, hdf5_error_quiet, error);
    return code;
}

static void free_recorder(struct recorder *recorder)
{
    writer_stop(recorder->writer);
    for (size_t k = 0; k < PORTIONS; k++)
        portion_free(&recorder->portions[k]);
    collector_free(recorder->collector);
    fields_free(&recorder->fields);
    free(recorder->quantiles);
    free(recorder);
}

int recorder_open(struct recorder **result, const char *path, bool may_overwrite,
                  const struct configuration *configurations, size_t n, const struct run_description *run,
                  struct error *error)
{
    *result = NULL;
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (!recorder)
        return error_memory(error);
    int code = store_create(&recorder->store, path, may_overwrite, error);
    if (code == OK)
        code = init(recorder, configurations, n, run, error);
    if (code == OK)
        *result = recorder;
    else
        recorder_abort(recorder);
    return code;
}

size_t recorder_block_size(const struct recorder *recorder, size_t first)
{
    const size_t left = recorder->n_replicates - first, room = collector_room(recorder->collector, first);
    const size_t n = recorder->block_size < room ? recorder->block_size : room;
    return n < left ? n : left;
}

void recorder_begin_block(struct recorder *recorder, size_t scenario, size_t first_replicate, size_t n_replicates)
{
    assert(scenario < recorder->n_scenarios && first_replicate + n_replicates <= recorder->n_replicates);
    assert(scenario == recorder->scenario || recorder->n_recorded == 0);
    recorder->scenario = scenario;
    portion_begin(&recorder->portions[recorder->filling], scenario, first_replicate, n_replicates);
    collector_begin_block(recorder->collector, first_replicate, n_replicates);
}

/* Keep a year of the replicates; each touches its own numbers alone, so that batches can do this at the same time. */
static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    struct recorder *recorder = context;
    portion_observe(&recorder->portions[recorder->filling], world, year_index, first_replicate);
    collector_observe(recorder->collector, world, year_index, first_replicate, n_lanes, status);
}

/* Is anything recorded that no mechanism may read, so that it has to be asked for? */
static void see_variable(struct observer *observer, const struct variable *variable)
{
    observer->sees_details |= (variable->flags & DETAIL) != 0;
    observer->sees_trade |= variable->shape == BY_DYAD;
}

struct observer recorder_observer(struct recorder *recorder)
{
    struct observer observer = {.observe = observe, .context = recorder};
    for (size_t k = 0; k < recorder->fields.n_series; k++)
        see_variable(&observer, recorder->fields.series[k].variable);
    for (size_t k = 0; k < recorder->fields.n_statistics; k++)
        see_variable(&observer, recorder->fields.statistics[k].variable);
    return observer;
}

/* The three reductions of one element in one year, at their cells of the year's rows. */
struct reduction {
    double *mean, *sd, *quantiles;
};

/* Returns the most by which a quantile can be off. */
static double reduce_element(const struct recorder *recorder, const struct statistic *statistic, size_t year, size_t e,
                             double *scratch, const struct reduction *rows)
{
    const struct cells *cells = statistic->cells;
    const size_t n_shares = recorder->n_quantiles;
    const size_t cell = year * cells->n_cells + (cells->is_plain ? e : cells->cell[e]);
    const size_t mirror = year * cells->n_cells + (cells->is_plain ? e : cells->mirror[e]);
    double *quantiles = rows->quantiles + cell * n_shares;
    const double error = collector_reduce(recorder->collector, year, statistic->first + e, scratch, recorder->quantiles,
                                          n_shares, STORE_FILL, &rows->mean[cell], &rows->sd[cell], quantiles);
    rows->mean[mirror] = rows->mean[cell];
    rows->sd[mirror] = rows->sd[cell];
    if (mirror != cell)
        memcpy(rows->quantiles + mirror * n_shares, quantiles, n_shares * sizeof *quantiles);
    return error;
}

/* Every element of every year, each on its own, so that the threads do not change a bit. */
static int reduce(const struct recorder *recorder, struct statistic *statistic, const struct reduction *rows,
                  struct error *error)
{
    const size_t n_elements = statistic->cells->n_elements, n = recorder->n_years * n_elements;
    bool has_memory = true;
    double largest = statistic->largest_error;
#pragma omp parallel num_threads(recorder->n_threads) reduction(&& : has_memory) reduction(max : largest)
    {
        double *scratch = malloc((collector_scratch(recorder->collector) + 1) * sizeof *scratch);
        has_memory = scratch != NULL;
#pragma omp for schedule(dynamic, 8)
        for (size_t k = 0; k < n; k++)
            if (scratch)
                largest =
                    fmax(largest, reduce_element(recorder, statistic, k / n_elements, k % n_elements, scratch, rows));
        free(scratch);
    }
    statistic->largest_error = largest;
    return has_memory ? OK : error_memory(error);
}

/* Write doubles in the precision of the file to the scenario's part of a dataset. */
static int write_reals(struct recorder *recorder, int dataset, const double *values, size_t n, struct error *error)
{
    const size_t start[STORE_RANK] = {recorder->scenario};
    size_t count[STORE_RANK];
    store_extent(recorder->store, dataset, count);
    count[0] = 1;
    if (recorder->is_double)
        return store_write(recorder->store, dataset, start, count, values, error);
    float *single = malloc((n + 1) * sizeof *single);
    if (!single)
        return error_memory(error);
    for (size_t k = 0; k < n; k++)
        single[k] = (float)values[k];
    const int code = store_write(recorder->store, dataset, start, count, single, error);
    free(single);
    return code;
}

static int write_statistic(struct recorder *recorder, struct statistic *statistic, struct error *error)
{
    const size_t n = recorder->n_years * statistic->cells->n_cells, n_shares = recorder->n_quantiles;
    const size_t n_all = n * (2 + n_shares);
    double *all = malloc((n_all + 1) * sizeof *all);
    if (!all)
        return error_memory(error);
    for (size_t k = 0; k < n_all; k++)
        all[k] = STORE_FILL; /* stays on the diagonals of dyads */
    const struct reduction rows = {all, all + n, all + 2 * n};
    int code = reduce(recorder, statistic, &rows, error);
    if (code == OK)
        code = write_reals(recorder, statistic->mean, rows.mean, n, error);
    if (code == OK)
        code = write_reals(recorder, statistic->sd, rows.sd, n, error);
    if (code == OK)
        code = write_reals(recorder, statistic->quantile, rows.quantiles, n * n_shares, error);
    free(all);
    return code;
}

int recorder_end_block(struct recorder *recorder, const struct replicate_status *status, struct error *error)
{
    struct portion *portion = &recorder->portions[recorder->filling];
    portion_end(portion, status);
    int code = writer_hand(recorder->writer, portion_write, portion, error);
    recorder->filling = (recorder->filling + 1) % PORTIONS;
    collector_end_block(recorder->collector);
    recorder->n_recorded += portion->n;
    if (recorder->n_recorded < recorder->n_replicates || code != OK)
        return code;
    code = writer_wait(recorder->writer, error); /* HDF5 is for one thread at a time */
    for (size_t k = 0; k < recorder->fields.n_statistics && code == OK; k++)
        code = write_statistic(recorder, &recorder->fields.statistics[k], error);
    recorder->n_recorded = 0;
    recorder->n_done++;
    return code;
}

/* Say how far quantiles can be off. */
static int describe_errors(struct recorder *recorder, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < recorder->fields.n_statistics && code == OK; k++) {
        const struct statistic *statistic = &recorder->fields.statistics[k];
        code = store_attribute_numbers(recorder->store, statistic->quantile, "largest_error", STORE_DOUBLE, 1,
                                       &statistic->largest_error, error);
    }
    return code;
}

int recorder_commit(struct recorder *recorder, struct error *error)
{
    assert(recorder->n_done == recorder->n_scenarios); /* what is not written is undefined in the file */
    int code = writer_wait(recorder->writer, error);
    if (code == OK)
        code = describe_errors(recorder, error);
    if (code == OK)
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
    writer_stop(recorder->writer);
    recorder->writer = NULL;
    store_abort(recorder->store);
    free_recorder(recorder);
}

#include "recorder.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "collector.h"
#include "fields.h"
#include "provenance.h"
#include "store.h"

enum {
    BLOCK_BYTES = 32 << 20,     /* of all blocks together */
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

    size_t scenario, first, n; /* the block that runs */
    size_t capacity;           /* replicates that the blocks of `fields` have room for */
    size_t n_recorded;         /* replicates of the scenario that are done */
    size_t n_done;             /* scenarios that are */
    struct collector *collector;
};

static size_t value_bytes(const struct series *series)
{
    return series->type == STORE_DOUBLE ? sizeof(double) : series->type == STORE_FLOAT ? sizeof(float) : sizeof(int8_t);
}

/* Numbers a replicate has in a series. */
static size_t replicate_cells(const struct series *series) { return series->n_years * series->cells->n_cells; }

static size_t choose_block_size(const struct recorder *recorder)
{
    size_t bytes = 1;
    for (size_t k = 0; k < recorder->fields.n_series; k++)
        bytes += replicate_cells(&recorder->fields.series[k]) * value_bytes(&recorder->fields.series[k]);
    const size_t round = LANES * (size_t)recorder->n_threads; /* every thread has as many batches as the others */
    const size_t fitting = BLOCK_BYTES / bytes, wanted = fitting < BLOCK_REPLICATES ? fitting : BLOCK_REPLICATES;
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
    return code;
}

static void free_recorder(struct recorder *recorder)
{
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

/* Fill cells with the fill value of the series. */
static void fill_cells(const struct series *series, size_t first, size_t n)
{
    if (series->type == STORE_DOUBLE)
        for (size_t k = first; k < first + n; k++)
            ((double *)series->block)[k] = series->fill;
    else if (series->type == STORE_FLOAT)
        for (size_t k = first; k < first + n; k++)
            ((float *)series->block)[k] = (float)series->fill;
    else
        memset((int8_t *)series->block + first, (int)series->fill, n);
}

static int take_blocks(struct recorder *recorder, size_t n, struct error *error)
{
    if (n <= recorder->capacity)
        return OK;
    recorder->capacity = 0;
    for (size_t k = 0; k < recorder->fields.n_series; k++) {
        struct series *series = &recorder->fields.series[k];
        const size_t n_cells = n * replicate_cells(series);
        free(series->block);
        series->block = malloc(n_cells * value_bytes(series) + 1);
        if (!series->block)
            return error_memory(error);
        fill_cells(series, 0, n_cells); /* the diagonals of dyads are never written to again */
    }
    recorder->capacity = n;
    return OK;
}

int recorder_begin_block(struct recorder *recorder, size_t scenario, size_t first_replicate, size_t n_replicates,
                         struct error *error)
{
    assert(scenario < recorder->n_scenarios && first_replicate + n_replicates <= recorder->n_replicates);
    assert(scenario == recorder->scenario || recorder->n_recorded == 0);
    recorder->scenario = scenario;
    recorder->first = first_replicate;
    recorder->n = n_replicates;
    collector_begin_block(recorder->collector, first_replicate, n_replicates);
    const size_t usual = recorder->block_size < recorder->n_replicates ? recorder->block_size : recorder->n_replicates;
    return take_blocks(recorder, n_replicates > usual ? n_replicates : usual, error);
}

static int8_t to_int8(double x) { return x >= 0 && x <= INT8_MAX ? (int8_t)(x + 0.5) : -1; }

/* put_float(cells, lanes, row, stride, n_lanes) and so on: neighbouring lanes become rows `stride` numbers apart. */
#define DEFINE_PUT(type, convert)                                                                                      \
    static void put_##type(const struct cells *cells, const lane_array *lanes, type *row, size_t stride,               \
                           size_t n_lanes)                                                                             \
    {                                                                                                                  \
        for (size_t l = 0; l < n_lanes; l++, row += stride)                                                            \
            if (cells->is_plain)                                                                                       \
                for (size_t k = 0; k < cells->n_elements; k++)                                                         \
                    row[k] = convert(lanes[k][l]);                                                                     \
            else                                                                                                       \
                for (size_t k = 0; k < cells->n_elements; k++)                                                         \
                    row[cells->cell[k]] = row[cells->mirror[k]] = convert(lanes[k][l]);                                \
    }
DEFINE_PUT(float, (float))
DEFINE_PUT(double, )
DEFINE_PUT(int8_t, to_int8)

static void observe_series(const struct series *series, const struct world *world, size_t year, size_t replicate,
                           size_t n_lanes)
{
    const struct cells *cells = series->cells;
    const lane_array *lanes = (const lane_array *)registry_variable_lanes(world, series->variable);
    const size_t stride = replicate_cells(series);
    const size_t at = replicate * stride + (series->is_final ? 0 : year * cells->n_cells);
    if (series->type == STORE_FLOAT)
        put_float(cells, lanes, (float *)series->block + at, stride, n_lanes);
    else if (series->type == STORE_DOUBLE)
        put_double(cells, lanes, (double *)series->block + at, stride, n_lanes);
    else
        put_int8_t(cells, lanes, (int8_t *)series->block + at, stride, n_lanes);
}

/* Keep a year of the replicates; each touches its own numbers alone, so that batches can do this at the same time. */
static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    const struct recorder *recorder = context;
    const size_t in_block = first_replicate - recorder->first;
    for (size_t k = 0; k < recorder->fields.n_series; k++) {
        const struct series *series = &recorder->fields.series[k];
        if (!series->is_final || year_index + 1 == recorder->n_years)
            observe_series(series, world, year_index, in_block, n_lanes);
    }
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

/* Years of a replicate before it fails. */
static size_t well_years(const struct recorder *recorder, const struct replicate_status *status)
{
    if (!status->variable)
        return recorder->n_years;
    const int years = status->year - recorder->first_year;
    return years < 0 ? 0 : (size_t)years < recorder->n_years ? (size_t)years : recorder->n_years;
}

/* Fill values from the failing year on. */
static void empty_failed(struct recorder *recorder, size_t in_block, size_t n_well)
{
    for (size_t k = 0; k < recorder->fields.n_series; k++) {
        const struct series *series = &recorder->fields.series[k];
        const size_t n_cells = replicate_cells(series);
        const size_t kept = series->is_final ? 0 : n_well * series->cells->n_cells;
        fill_cells(series, in_block * n_cells + kept, n_cells - kept);
    }
}

/* Write the block of a dataset over (scenario, point, replicate, ...). */
static int write_block(struct recorder *recorder, int dataset, const void *values, struct error *error)
{
    const size_t start[STORE_RANK] = {recorder->scenario, 0, recorder->first};
    size_t count[STORE_RANK];
    store_extent(recorder->store, dataset, count);
    count[0] = 1;
    count[2] = recorder->n;
    return store_write(recorder->store, dataset, start, count, values, error);
}

static int write_status(struct recorder *recorder, const struct replicate_status *status, struct error *error)
{
    const struct fields *fields = &recorder->fields;
    const size_t n = recorder->n;
    int8_t *ended = malloc(n + 1);
    int32_t *year = malloc((n + 1) * sizeof *year);
    const char **name = malloc((n + 1) * sizeof *name);
    int code = ended && year && name ? OK : error_memory(error);
    for (size_t k = 0; k < n && code == OK; k++) {
        const bool is_well = !status[k].variable;
        ended[k] = is_well ? 0 : 1;
        year[k] = is_well ? STORE_FILL_INT32 : status[k].year;
        name[k] = is_well ? "" : status[k].variable->name;
    }
    if (code == OK)
        code = write_block(recorder, fields->run_status, ended, error);
    if (code == OK)
        code = write_block(recorder, fields->failed_year, year, error);
    if (code == OK)
        code = write_block(recorder, fields->failed_variable, name, error);
    free(ended);
    free(year);
    free(name);
    return code;
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
    for (size_t k = 0; k < recorder->n; k++)
        if (status[k].variable)
            empty_failed(recorder, k, well_years(recorder, &status[k]));
    collector_end_block(recorder->collector);
    int code = write_status(recorder, status, error);
    for (size_t k = 0; k < recorder->fields.n_series && code == OK; k++)
        code = write_block(recorder, recorder->fields.series[k].dataset, recorder->fields.series[k].block, error);
    recorder->n_recorded += recorder->n;
    if (recorder->n_recorded < recorder->n_replicates)
        return code;
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
    int code = describe_errors(recorder, error);
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
    store_abort(recorder->store);
    free_recorder(recorder);
}

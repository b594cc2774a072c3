#include "collector.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "statistics.h"
#include "tally.h"

enum {
    MOST_KEPT = 4096,       /* replicates of which the quantiles are exact, and of a pilot */
    LEAST_KEPT = 256,       /* the same where there are so many rows that the memory below would not do */
    KEPT_BYTES = 64 << 20,  /* of replicates that are all kept */
    PILOT_BYTES = 24 << 20, /* of a pilot */
    BLOCK_BYTES = 8 << 20,  /* of a block's values, of those that are counted: they stay in a cache */
    COUNT_BYTES = 64 << 20, /* of the buckets; if these were more, there are fewer of them */
    LEAST_BUCKETS = 256,
    PADDING = 16,  /* counts beyond the buckets of a row, so that each begins a cache line */
    STEP = 16,     /* kept replicates are a multiple of this, whatever the lanes */
    GROUP = 16,    /* rows that are counted together: their values lie side by side */
    PORTION = 512, /* replicates of a group that are counted together */
    ALIGNMENT = 64
};

struct collector {
    const struct fields *fields;
    int n_threads;
    size_t n_years, n_replicates;
    size_t n_a_year, n_rows; /* elements of all variables, and these times the years */
    bool is_exact;
    size_t n_kept, n_buckets;
    size_t block; /* replicates of a block of those that are counted */
    size_t first, n;

    /* [batch][row][lane]: doubles of what is kept, from the first replicate on, and then floats of a block's replicates
     */
    void *staging;
    /* [row], if there is more than is kept */
    struct tally *tallies;
    struct tally_scale *scales;
    uint32_t *counts;
};

static size_t bounded(size_t n, size_t least, size_t most) { return n < least ? least : n > most ? most : n; }

static size_t round_up(size_t n, size_t step) { return (n + step - 1) / step * step; }

static size_t count_stride(const struct collector *collector) { return collector->n_buckets + PADDING; }

/* Elements of all variables. */
static size_t count_a_year(const struct fields *fields)
{
    size_t n = 0;
    for (size_t k = 0; k < fields->n_statistics; k++)
        n += fields->statistics[k].cells->n_elements;
    return n;
}

/* The most replicates of which all values are kept. */
static size_t most_kept(size_t n_rows)
{
    return bounded(KEPT_BYTES / ((n_rows > 0 ? n_rows : 1) * sizeof(double)), LEAST_KEPT, MOST_KEPT) / STEP * STEP;
}

bool collector_keeps_all(const struct fields *fields, size_t n_replicates)
{
    const size_t n_rows = fields->n_years * count_a_year(fields);
    return n_rows == 0 || n_replicates <= most_kept(n_rows);
}

static void choose_sizes(struct collector *collector)
{
    const size_t n_rows = collector->n_rows > 0 ? collector->n_rows : 1, row = n_rows * sizeof(double);
    const size_t most = most_kept(n_rows);
    const size_t pilot = bounded(PILOT_BYTES / row, LEAST_KEPT, MOST_KEPT) / STEP * STEP;
    collector->is_exact = collector->n_replicates <= most;
    collector->n_kept = collector->is_exact ? collector->n_replicates : pilot;
    const size_t round = LANES * (size_t)collector->n_threads; /* every thread has as many batches as the others */
    collector->block = round_up(bounded(BLOCK_BYTES / (n_rows * sizeof(float)), STEP, MOST_KEPT), round);
    collector->n_buckets = TALLY_MOST_BUCKETS;
    while (collector->n_buckets > LEAST_BUCKETS &&
           n_rows * collector->n_buckets > (size_t)COUNT_BYTES / sizeof *collector->counts)
        collector->n_buckets /= 2;
}

static void *take(size_t n, size_t size, size_t *total)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    *total += bytes;
    return aligned_alloc(ALIGNMENT, round_up(bytes > 0 ? bytes : 1, ALIGNMENT));
}

static int take_memory(struct collector *collector, struct error *error)
{
    const size_t n_rows = collector->n_rows, n_kept = round_up(collector->n_kept, LANES);
    const size_t staged = collector->is_exact ? 0 : collector->block * sizeof(float);
    const size_t of_a_row = bounded(n_kept * sizeof(double), staged, SIZE_MAX);
    size_t bytes = 0;
    char size[32];
    collector->staging = take(n_rows, of_a_row, &bytes);
    bool has_memory = collector->staging != NULL;
    if (!collector->is_exact) {
        collector->tallies = take(n_rows, sizeof *collector->tallies, &bytes);
        collector->scales = take(n_rows, sizeof *collector->scales, &bytes);
        collector->counts = take(n_rows, count_stride(collector) * sizeof *collector->counts, &bytes);
        has_memory = has_memory && collector->tallies && collector->scales && collector->counts;
    }
    if (has_memory)
        return OK;
    return error_set(error, FAILED,
                     "statistics need %s of memory or more, which is not to be had: record fewer variables under "
                     "`statistics`",
                     place_size((double)bytes, size, sizeof size));
}

int collector_create(struct collector **result, const struct fields *fields, size_t n_replicates, int n_threads,
                     struct error *error)
{
    struct collector *collector = *result = calloc(1, sizeof *collector);
    if (!collector)
        return error_memory(error);
    *collector = (struct collector){.fields = fields,
                                    .n_threads = n_threads,
                                    .n_years = fields->n_years,
                                    .n_replicates = n_replicates};
    collector->n_a_year = count_a_year(fields);
    collector->n_rows = fields->n_years * collector->n_a_year;
    choose_sizes(collector);
    const int code = take_memory(collector, error);
    if (code == OK)
        return OK;
    collector_free(collector);
    *result = NULL;
    return code;
}

void collector_free(struct collector *collector)
{
    if (!collector)
        return;
    free(collector->staging);
    free(collector->tallies);
    free(collector->scales);
    free(collector->counts);
    free(collector);
}

size_t collector_scratch(const struct collector *collector) { return collector->n_kept + LANES; }

static bool is_kept(const struct collector *collector, size_t replicate) { return replicate < collector->n_kept; }

size_t collector_room(const struct collector *collector, size_t first)
{
    if (collector->n_rows == 0)
        return SIZE_MAX;
    return is_kept(collector, first) ? collector->n_kept - first : collector->block;
}

void collector_begin_block(struct collector *collector, size_t first, size_t n)
{
    assert(first % LANES == 0 && n <= collector_room(collector, first));
    collector->first = first;
    collector->n = n;
}

/* The lanes that hold no value: beyond the last replicate, and failed by now. */
static bool find_missing(const struct replicate_status *status, size_t n_lanes, int year, bool *is_missing)
{
    bool is_any = false;
    for (size_t l = 0; l < LANES; l++)
        is_any |= is_missing[l] = l >= n_lanes || (status[l].variable && status[l].year <= year);
    return is_any;
}

/* Lane arrays side by side, or those at `source`. */
static void keep(const lane_array *lanes, const size_t *source, size_t n, double *to)
{
    if (!source)
        memcpy(to, lanes, n * sizeof *lanes);
    for (size_t k = 0; source && k < n; k++)
        memcpy(to + k * LANES, lanes + source[k], sizeof *lanes);
}

static void stage(const struct tally_scale *scales, const lane_array *lanes, const size_t *source, size_t n, float *to)
{
    if (!source)
        tally_stage(scales, lanes, n, to);
    for (size_t k = 0; source && k < n; k++)
        tally_stage(scales + k, lanes + source[k], 1, to + k * LANES);
}

void collector_observe(struct collector *collector, const struct world *world, size_t year_index,
                       size_t first_replicate, size_t n_lanes, const struct replicate_status *status)
{
    const bool keeps = is_kept(collector, collector->first);
    const size_t batch = (keeps ? first_replicate : first_replicate - collector->first) / LANES;
    const size_t row = year_index * collector->n_a_year, at = (batch * collector->n_rows + row) * LANES;
    double *kept = (double *)collector->staging + at;
    float *staged = (float *)collector->staging + at;
    for (size_t k = 0, first = 0; k < collector->fields->n_statistics; k++) {
        const struct statistic *statistic = &collector->fields->statistics[k];
        const lane_array *lanes = (const lane_array *)registry_variable_lanes(world, statistic->variable);
        const size_t n = statistic->cells->n_elements, *source = statistic->cells->source;
        if (keeps)
            keep(lanes, source, n, kept + first * LANES);
        else
            stage(collector->scales + row + first, lanes, source, n, staged + first * LANES);
        first += n;
    }
    bool is_missing[LANES];
    if (!find_missing(status, n_lanes, collector->fields->years[year_index], is_missing))
        return;
    for (size_t k = 0; k < collector->n_a_year * LANES; k++)
        if (is_missing[k % LANES] && keeps)
            kept[k] = NAN;
        else if (is_missing[k % LANES])
            staged[k] = NAN;
}

/* The lanes of a kept batch in a row. */
static const lane_array *kept_lanes(const struct collector *collector, size_t batch, size_t row)
{
    return (const lane_array *)collector->staging + batch * collector->n_rows + row;
}

static bool is_whole(const struct collector *collector, size_t row)
{
    const struct statistic *statistic = collector->fields->statistics;
    size_t element = row % collector->n_a_year;
    for (; element >= statistic->cells->n_elements; statistic++)
        element -= statistic->cells->n_elements;
    return statistic->variable->flags & WHOLE;
}

/* Lay the range of a row around the pilot, and count that. `staged` has room for it. */
static void begin_row(struct collector *collector, size_t row, float *staged)
{
    const size_t n_batches = lanes_batches(collector->n_kept);
    struct tally *tally = &collector->tallies[row];
    double low = INFINITY, high = -INFINITY;
    for (size_t b = 0; b < n_batches; b++)
        for (size_t l = 0; l < LANES; l++) {
            const double x = kept_lanes(collector, b, row)[0][l];
            low = x < low ? x : low;
            high = x > high ? x : high;
        }
    tally_begin(tally, low, high, is_whole(collector, row), collector->n_buckets,
                collector->counts + row * count_stride(collector));
    collector->scales[row] = tally->of;
    for (size_t b = 0; b < n_batches; b++)
        tally_stage(&tally->of, kept_lanes(collector, b, row), 1, staged + b * LANES);
    tally_add(tally, staged, n_batches * LANES);
}

static void end_pilot(struct collector *collector)
{
#pragma omp parallel num_threads(collector->n_threads)
    {
        float staged[MOST_KEPT];
#pragma omp for schedule(static)
        for (size_t row = 0; row < collector->n_rows; row++)
            begin_row(collector, row, staged);
    }
}

/* Count batches first .. first + n - 1 of a block in some rows that are side by side. */
static void count_group(struct collector *collector, size_t row, size_t n_rows, size_t first, size_t n)
{
    float values[GROUP][PORTION];
    for (size_t b = 0; b < n; b++) {
        const float *staged = (const float *)collector->staging + ((first + b) * collector->n_rows + row) * LANES;
        for (size_t k = 0; k < n_rows; k++)
            memcpy(&values[k][b * LANES], staged + k * LANES, LANES * sizeof *staged);
    }
    for (size_t k = 0; k < n_rows; k++)
        tally_add(&collector->tallies[row + k], values[k], n * LANES);
}

/* Every row on its own. */
static void count_block(struct collector *collector)
{
    const size_t n_rows = collector->n_rows, n_batches = lanes_batches(collector->n), most = PORTION / LANES;
#pragma omp parallel for num_threads(collector->n_threads) schedule(static)
    for (size_t row = 0; row < n_rows; row += GROUP)
        for (size_t first = 0; first < n_batches; first += most)
            count_group(collector, row, n_rows - row < GROUP ? n_rows - row : GROUP, first,
                        n_batches - first < most ? n_batches - first : most);
}

void collector_end_block(struct collector *collector)
{
    if (!is_kept(collector, collector->first))
        count_block(collector);
    else if (!collector->is_exact && collector->first + collector->n == collector->n_kept)
        end_pilot(collector);
}

double collector_reduce(const struct collector *collector, size_t year_index, size_t element, double *scratch,
                        const double *shares, size_t n_shares, double fill, double *mean, double *sd, double *quantiles)
{
    const size_t row = year_index * collector->n_a_year + element;
    double error = 0;
    if (!collector->is_exact) {
        tally_moments(&collector->tallies[row], fill, mean, sd);
        for (size_t k = 0; k < n_shares; k++)
            error = fmax(error, tally_quantile(&collector->tallies[row], shares[k], fill, &quantiles[k]));
        return error;
    }
    size_t n = 0;
    for (size_t b = 0; b * LANES < collector->n_kept; b++) {
        const double *lanes = *kept_lanes(collector, b, row);
        for (size_t l = 0; l < LANES; l++) {
            scratch[n] = lanes[l];
            n += isnan(lanes[l]) ? 0 : 1;
        }
    }
    statistics_reduce(scratch, n, shares, n_shares, fill, mean, sd, quantiles);
    return error;
}

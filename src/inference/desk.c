/* The computing of a comparison, box by box, in as many passes over the replicates as it takes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare_inside.h"

enum {
    ROOM = 1 << 21,    /* numbers of a side */
    MOST_CELLS = 4096, /* each with counts of 6 kB for quantiles */
    LEAST_CELLS = 64,  /* fewer are not worth the reading, even of all replicates at once */
    LEAST_REPLICATES = 256
};

struct desk {
    const struct comparison *comparison;
    struct side base, other;
    bool has_same_luck;
    struct pair_count count;
    double t; /* contrast_t of all pairs */
    size_t room, most_cells;
    double *rows, *of_base, *of_other;  /* [room], [room], [room] */
    double *base_status, *other_status; /* [room]: 0 where a run is well */
    struct pairs *pairs;                /* [most_cells], and so the others */
    struct ranks *ranks;
    struct contrast *effects;
};

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* The most numbers that one cell of one replicate is made of. */
static size_t widest(const struct comparison *comparison)
{
    size_t most = 1;
    for (size_t k = 0; k < comparison->n_measures; k++)
        most = larger(most, comparison->measures[k].n_added);
    return most;
}

int desk_create(struct desk **result, const struct comparison *comparison, struct error *error)
{
    struct desk *desk = calloc(1, sizeof *desk);
    *result = desk;
    if (!desk)
        return error_memory(error);
    desk->comparison = comparison;
    desk->room = larger(comparison->request->room ? comparison->request->room : ROOM, widest(comparison));
    desk->most_cells = smaller(desk->room, MOST_CELLS);
    desk->rows = malloc(desk->room * sizeof *desk->rows);
    desk->of_base = malloc(desk->room * sizeof *desk->of_base);
    desk->of_other = malloc(desk->room * sizeof *desk->of_other);
    desk->base_status = malloc(desk->room * sizeof *desk->base_status);
    desk->other_status = malloc(desk->room * sizeof *desk->other_status);
    desk->pairs = malloc(desk->most_cells * sizeof *desk->pairs);
    desk->ranks = malloc(desk->most_cells * sizeof *desk->ranks);
    desk->effects = malloc(desk->most_cells * sizeof *desk->effects);
    if (desk->rows && desk->of_base && desk->of_other && desk->base_status && desk->other_status && desk->pairs &&
        desk->ranks && desk->effects)
        return OK;
    desk_free(desk);
    *result = NULL;
    return error_memory(error);
}

void desk_free(struct desk *desk)
{
    if (!desk)
        return;
    free(desk->rows);
    free(desk->of_base);
    free(desk->of_other);
    free(desk->base_status);
    free(desk->other_status);
    free(desk->pairs);
    free(desk->ranks);
    free(desk->effects);
    free(desk);
}

/* Runs of a side: replicates, or points where these are pooled. */
static struct runs runs_of(const struct desk *desk, struct side side, size_t first, size_t n)
{
    return (struct runs){side.scenario, side.point, first, n, desk->comparison->request->is_pooled};
}

static int read_status(const struct desk *desk, struct side side, size_t first, size_t n, double *status,
                       struct error *error)
{
    const struct runs runs = runs_of(desk, side, first, n);
    size_t start[READER_RANK], count[READER_RANK];
    runs_place(&runs, start, count);
    return reader_read(desk->comparison->reader, "run_status", start, count, status, error);
}

static int read_both_status(struct desk *desk, size_t first, size_t n, struct error *error)
{
    const int code = read_status(desk, desk->base, first, n, desk->base_status, error);
    return code == OK ? read_status(desk, desk->other, first, n, desk->other_status, error) : code;
}

int desk_begin(struct desk *desk, struct side base, struct side other, bool has_same_luck, struct pair_count *count,
               struct error *error)
{
    const size_t n_replicates = desk->comparison->n_replicates;
    int code = OK;
    desk->base = base;
    desk->other = other;
    desk->has_same_luck = has_same_luck;
    *count = (struct pair_count){0};
    for (size_t first = 0; first < n_replicates && code == OK; first += desk->room) {
        const size_t n = smaller(desk->room, n_replicates - first);
        code = read_both_status(desk, first, n, error);
        for (size_t r = 0; r < n && code == OK; r++) {
            const bool is_well = desk->base_status[r] == 0, other_is_well = desk->other_status[r] == 0;
            count->n_base += is_well;
            count->n_other += other_is_well;
            count->n_pairs += is_well && other_is_well;
            count->n_failed += !is_well || !other_is_well;
        }
    }
    desk->count = *count;
    desk->t = contrast_t(count->n_pairs);
    return code;
}

size_t desk_cells(const struct desk *desk, const struct measure *measure)
{
    const size_t n_replicates = measure->has_replicates ? desk->comparison->n_replicates : 1;
    const size_t with_all = desk->room / measure->n_added / n_replicates;
    const size_t with_some = larger(1, desk->room / measure->n_added / LEAST_REPLICATES);
    return smaller(with_all >= LEAST_CELLS ? with_all : with_some, desk->most_cells);
}

/* Take the runs that have failed out of a cell's values. */
static void drop(double *column, const double *status, size_t n)
{
    for (size_t r = 0; r < n; r++)
        column[r] = status[r] == 0 ? column[r] : (double)NAN;
}

/* Read a block of replicates of both sides. */
static int read_block(struct desk *desk, const struct measure *measure, const struct box *box, size_t first, size_t n,
                      struct error *error)
{
    const struct reader *reader = desk->comparison->reader;
    const int n_threads = desk->comparison->request->n_threads;
    const struct runs of_base = runs_of(desk, desk->base, first, n), of_other = runs_of(desk, desk->other, first, n);
    int code = read_both_status(desk, first, n, error);
    if (code == OK)
        code = measure_read(measure, reader, &of_base, box, desk->rows, desk->of_base, n_threads, error);
    if (code == OK)
        code = measure_read(measure, reader, &of_other, box, desk->rows, desk->of_other, n_threads, error);
    return code;
}

static void subtract(const double *base, double *other, size_t n)
{
    for (size_t r = 0; r < n; r++)
        other[r] -= base[r];
}

/* Count a block in; what was of the other side becomes the differences. */
static void add_block(struct desk *desk, size_t n_cells, size_t n, bool is_first)
{
#pragma omp parallel for num_threads(desk->comparison->request->n_threads) schedule(static)
    for (size_t cell = 0; cell < n_cells; cell++) {
        double *base = desk->of_base + cell * n, *other = desk->of_other + cell * n;
        struct pairs *pairs = &desk->pairs[cell];
        drop(base, desk->base_status, n);
        drop(other, desk->other_status, n);
        if (!desk->has_same_luck) {
            moments_add(&pairs->base, base, n);
            moments_add(&pairs->other, other, n);
        } else if (is_first)
            pairs_add(pairs, base, other, n, other);
        else
            subtract(base, other, n);
    }
}

static void rank_block(struct desk *desk, size_t n_cells, size_t n, int pass)
{
#pragma omp parallel for num_threads(desk->comparison->request->n_threads) schedule(static)
    for (size_t cell = 0; cell < n_cells; cell++)
        ranks_add(&desk->ranks[cell], pass, desk->of_other + cell * n, n);
}

/* All replicates once: pass -1 for moments, 0 and on for quantiles. What is held already is not read again. */
static int pass_over(struct desk *desk, const struct measure *measure, const struct box *box, int pass,
                     struct error *error)
{
    const size_t n_replicates = desk->comparison->n_replicates, n_cells = box_cells(box);
    const size_t most = larger(1, desk->room / measure->n_added / n_cells);
    const bool is_held = most >= n_replicates && pass >= 0;
    int code = OK;
    for (size_t first = 0; first < n_replicates && code == OK; first += most) {
        const size_t n = smaller(most, n_replicates - first);
        code = is_held ? OK : read_block(desk, measure, box, first, n, error);
        if (code == OK && !is_held)
            add_block(desk, n_cells, n, pass < 0);
        if (code == OK && pass >= 0)
            rank_block(desk, n_cells, n, pass);
    }
    return code;
}

static void begin_ranks(struct desk *desk, size_t n_cells)
{
    for (size_t cell = 0; cell < n_cells; cell++)
        ranks_begin(&desk->ranks[cell], desk->pairs[cell].difference.n, contrast_shares, CONTRAST_QUANTILES);
}

static void end_pass(struct desk *desk, size_t n_cells)
{
    for (size_t cell = 0; cell < n_cells; cell++)
        ranks_end_pass(&desk->ranks[cell]);
}

static struct contrast contrast_of_cell(const struct desk *desk, size_t cell)
{
    const struct pairs *pairs = &desk->pairs[cell];
    if (!desk->has_same_luck)
        return contrast_apart(&pairs->base, &pairs->other);
    const size_t n = pairs->difference.n;
    struct contrast effect = contrast_of_pairs(pairs, n == desk->count.n_pairs ? desk->t : contrast_t(n));
    for (size_t k = 0; k < CONTRAST_QUANTILES && n > 0; k++)
        effect.quantiles[k] = ranks_quantile(&desk->ranks[cell], k);
    return effect;
}

static int compute_from_replicates(struct desk *desk, const struct measure *measure, const struct box *box,
                                   struct error *error)
{
    const size_t n_cells = box_cells(box);
    memset(desk->pairs, 0, n_cells * sizeof *desk->pairs);
    int code = pass_over(desk, measure, box, -1, error);
    if (code == OK && desk->has_same_luck)
        begin_ranks(desk, n_cells);
    for (int pass = 0; pass < RANKS_PASSES && code == OK && desk->has_same_luck; pass++) {
        code = pass_over(desk, measure, box, pass, error);
        end_pass(desk, n_cells);
    }
    for (size_t cell = 0; cell < n_cells && code == OK; cell++)
        desk->effects[cell] = contrast_of_cell(desk, cell);
    return code;
}

/* Moments of a side's cells, from what the file says of them. */
static int read_moments(struct desk *desk, const struct measure *measure, const struct box *box, bool is_other,
                        struct error *error)
{
    const struct reader *reader = desk->comparison->reader;
    const struct side side = is_other ? desk->other : desk->base;
    const size_t n = is_other ? desk->count.n_other : desk->count.n_base;
    double *means = desk->of_base, *sds = desk->of_other;
    int code = measure_read_statistic(measure, reader, "mean", side.scenario, side.point, box, means, error);
    if (code == OK)
        code = measure_read_statistic(measure, reader, "sd", side.scenario, side.point, box, sds, error);
    for (size_t cell = 0; cell < box_cells(box) && code == OK; cell++) {
        const size_t n_known = isnan(means[cell]) ? 0 : n;
        struct moments *moments = is_other ? &desk->pairs[cell].other : &desk->pairs[cell].base;
        *moments =
            (struct moments){n_known, means[cell], n_known > 1 ? sds[cell] * sds[cell] * (double)(n_known - 1) : 0};
    }
    return code;
}

static int compute_from_statistics(struct desk *desk, const struct measure *measure, const struct box *box,
                                   struct error *error)
{
    const double t = contrast_t(smaller(desk->count.n_base, desk->count.n_other));
    int code = read_moments(desk, measure, box, false, error);
    if (code == OK)
        code = read_moments(desk, measure, box, true, error);
    for (size_t cell = 0; cell < box_cells(box) && code == OK; cell++) {
        const struct pairs *pairs = &desk->pairs[cell];
        desk->effects[cell] = desk->has_same_luck ? contrast_of_unknown_pairs(&pairs->base, &pairs->other, t)
                                                  : contrast_apart(&pairs->base, &pairs->other);
    }
    return code;
}

int desk_compute(struct desk *desk, const struct measure *measure, const struct box *box,
                 const struct contrast **effects, struct error *error)
{
    *effects = desk->effects;
    return measure->has_replicates ? compute_from_replicates(desk, measure, box, error)
                                   : compute_from_statistics(desk, measure, box, error);
}

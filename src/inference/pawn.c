#include "pawn.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/draws.h"
#include "findings.h"
#include "resample.h"

enum {
    TILE = 32 /* resamples at a time: a row of them is a line of the cache */,
    EDGES = 64,
    LEAST_POINTS = 5 /* of a slice */
};

/* Points in the order of an output. */
struct ranked {
    size_t n;
    uint32_t *point, *below, *upto; /* [n]: how many are smaller, how many no larger */
};

struct value {
    double y;
    uint32_t point;
};

struct slice {
    size_t n, n_seen;
    double weight, share;          /* 1 / n; n_seen / n */
    double distance, sum, squares; /* the sums are over resamples, of what these have more */
    size_t at; /* how many of all points are no larger than the value where the distance is reached */
};

/* What a column takes beside its points. */
struct room {
    struct value *values;
    struct ranked all, part;
    struct slice *slices; /* [most slices] */
    double *distances;    /* [most slices] */
    uint16_t *dealt;      /* [n_points]: slices of a dummy */
    size_t *edges, *seen; /* [most edges]; [most edges][most slices] */
    bool *is_edge;        /* [n_points + 1] */
    float *shares;        /* [most edges][TILE] */
    float *apart;         /* [most slices][TILE] */
    double *found;        /* [PAWN_INDICES][n_times] */
};

static int compare_values(const void *first, const void *second)
{
    const struct value *a = first, *b = second;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    return (a->point > b->point) - (a->point < b->point);
}

int pawn_cut(const double *values, size_t n, size_t n_slices, uint16_t *slices, size_t *n_found, struct error *error)
{
    struct value *sorted = malloc((n + 1) * sizeof *sorted);
    size_t last = 0;
    *n_found = 0;
    if (!sorted)
        return error_memory(error);
    for (size_t k = 0; k < n; k++)
        sorted[k] = (struct value){values[k], (uint32_t)k};
    qsort(sorted, n, sizeof *sorted, compare_values);
    size_t n_values = n > 0;
    for (size_t k = 1; k < n; k++)
        n_values += sorted[k].y != sorted[k - 1].y;
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && sorted[end].y == sorted[first].y;)
            end++;
        /* where the middle of those that are equal lies */
        const size_t place = n_values <= n_slices || n_slices == 0 ? first : (first + end) * n_slices / (2 * n);
        *n_found += first == 0 || place != last;
        last = place;
        for (size_t k = first; k < end; k++)
            slices[sorted[k].point] = (uint16_t)(*n_found - 1);
    }
    free(sorted);
    return *n_found <= UINT16_MAX ? OK : error_set(error, BAD_INPUT, "a factor has more than %d levels", UINT16_MAX);
}

static void count_points(const struct pawn *pawn, size_t f, size_t *sizes)
{
    memset(sizes, 0, pawn->n_slices[f] * sizeof *sizes);
    for (size_t k = 0; k < pawn->n_points; k++)
        sizes[pawn->slices[f * pawn->n_points + k]]++;
    gsl_sort_ulong(sizes, 1, pawn->n_slices[f]);
}

/* Sizes within this share of each other are alike: chance goes with their root. */
static const double alike = 0.02;

static bool are_alike(const size_t *a, const size_t *b, size_t n)
{
    for (size_t s = 0; s < n; s++)
        if (fabs((double)a[s] - (double)b[s]) > alike * (double)a[s])
            return false;
    return true;
}

static int find_like(struct pawn *pawn, size_t most_slices, struct error *error)
{
    size_t *sizes = malloc(pawn->n_factors * most_slices * sizeof *sizes);
    if (!sizes)
        return error_memory(error);
    for (size_t f = 0; f < pawn->n_factors; f++) {
        size_t other = 0;
        count_points(pawn, f, sizes + f * most_slices);
        while (other < f && !(pawn->n_slices[other] == pawn->n_slices[f] &&
                              are_alike(sizes + other * most_slices, sizes + f * most_slices, pawn->n_slices[f])))
            other++;
        pawn->like[f] = other < f ? pawn->like[other] : f;
    }
    free(sizes);
    return OK;
}

/* A random order (Fisher & Yates 1938). */
static void deal(uint32_t *order, size_t n, size_t dummy, uint64_t seed)
{
    for (size_t k = 0; k < n; k++) {
        const double u = draws_uniform(
            &(struct draw_address){.seed = seed, .replicate = k, .purpose = PURPOSE_DUMMY, .a = (uint32_t)dummy});
        const size_t other = (size_t)(u * (double)(k + 1));
        order[k] = order[other];
        order[other] = (uint32_t)k;
    }
}

/* The resamples first .. first + TILE - 1; `counts` has room for one of them. */
static void add_surplus(struct pawn *pawn, size_t first, unsigned char *counts, uint64_t seed)
{
    const size_t n = pawn->n_points;
    for (size_t b = first; b < first + TILE; b++) {
        int16_t *surplus = pawn->surplus + b;
        resample_draw(counts, n, b, seed);
        surplus[0] = 0;
        for (size_t k = 0; k < n; k++)
            surplus[(k + 1) * pawn->stride] = (int16_t)(surplus[k * pawn->stride] + counts[k] - 1);
    }
}

static size_t most_slices(const struct pawn *pawn)
{
    size_t most = 1;
    for (size_t f = 0; f < pawn->n_factors; f++)
        most = pawn->n_slices[f] > most ? pawn->n_slices[f] : most;
    return most;
}

int pawn_create(struct pawn *pawn, const uint16_t *slices, const size_t *n_slices, size_t n_factors, size_t n_points,
                size_t n_times, uint64_t seed, int n_threads, struct error *error)
{
    const size_t n_tiles = (n_times + TILE - 1) / TILE;
    bool has_failed = false;
    *pawn = (struct pawn){.n_points = n_points,
                          .n_factors = n_factors,
                          .n_times = n_times,
                          .stride = n_tiles * TILE,
                          .slices = slices,
                          .n_slices = n_slices};
    pawn->like = malloc(n_factors * sizeof *pawn->like);
    pawn->orders = malloc(PAWN_DUMMIES * n_points * sizeof *pawn->orders);
    pawn->surplus = aligned_alloc(TILE * sizeof *pawn->surplus, (n_points + 1) * pawn->stride * sizeof *pawn->surplus);
    if (!pawn->like || !pawn->orders || !pawn->surplus)
        return error_memory(error);
    int code = find_like(pawn, most_slices(pawn), error);
#pragma omp parallel for num_threads(n_threads) schedule(dynamic)
    for (size_t d = 0; d < PAWN_DUMMIES; d++)
        deal(pawn->orders + d * n_points, n_points, d, seed);
#pragma omp parallel for num_threads(n_threads) schedule(dynamic) reduction(|| : has_failed)
    for (size_t tile = 0; tile < n_tiles; tile++) {
        unsigned char *counts = malloc(n_points + 1);
        if (counts)
            add_surplus(pawn, tile * TILE, counts, seed);
        has_failed = !counts || has_failed;
        free(counts);
    }
    return has_failed ? error_memory(error) : code;
}

void pawn_free(struct pawn *pawn)
{
    free(pawn->like);
    free(pawn->orders);
    free(pawn->surplus);
    *pawn = (struct pawn){0};
}

static bool take_ranked(struct ranked *ranked, size_t n)
{
    ranked->point = malloc(n * sizeof *ranked->point);
    ranked->below = malloc(n * sizeof *ranked->below);
    ranked->upto = malloc(n * sizeof *ranked->upto);
    return ranked->point && ranked->below && ranked->upto;
}

static void free_ranked(struct ranked *ranked)
{
    free(ranked->point);
    free(ranked->below);
    free(ranked->upto);
}

static int take_room(struct room *room, const struct pawn *pawn, struct error *error)
{
    const size_t n = pawn->n_points + 1, n_slices = most_slices(pawn), n_edges = EDGES + n_slices;
    *room = (struct room){.values = malloc(n * sizeof *room->values),
                          .slices = malloc(n_slices * sizeof *room->slices),
                          .distances = malloc(n_slices * sizeof *room->distances),
                          .dealt = malloc(n * sizeof *room->dealt),
                          .edges = malloc(n_edges * sizeof *room->edges),
                          .seen = malloc(n_edges * n_slices * sizeof *room->seen),
                          .is_edge = malloc(n * sizeof *room->is_edge),
                          .shares = malloc(n_edges * TILE * sizeof *room->shares),
                          .apart = malloc(n_slices * TILE * sizeof *room->apart),
                          .found = malloc(PAWN_INDICES * pawn->stride * sizeof *room->found)};
    const bool has_ranked = take_ranked(&room->all, n) && take_ranked(&room->part, n);
    return has_ranked && room->values && room->slices && room->distances && room->dealt && room->edges && room->seen &&
                   room->is_edge && room->shares && room->apart && room->found
               ? OK
               : error_memory(error);
}

static void free_room(struct room *room)
{
    free_ranked(&room->all);
    free_ranked(&room->part);
    free(room->values);
    free(room->slices);
    free(room->distances);
    free(room->dealt);
    free(room->edges);
    free(room->seen);
    free(room->is_edge);
    free(room->shares);
    free(room->apart);
    free(room->found);
}

/* Sort the points that have a number; returns the number of them. */
static size_t sort_values(const double *y, size_t n_points, struct value *values)
{
    size_t n = 0;
    for (size_t k = 0; k < n_points; k++)
        if (isfinite(y[k]))
            values[n++] = (struct value){y[k], (uint32_t)k};
    qsort(values, n, sizeof *values, compare_values);
    return n;
}

/* Those of n sorted values that stand before point `end`. */
static void rank_values(const struct value *values, size_t n, size_t end, struct ranked *ranked)
{
    size_t first = 0; /* of those that are equal */
    double y = NAN;
    ranked->n = 0;
    for (size_t k = 0; k < n; k++) {
        if (values[k].point >= end)
            continue;
        if (values[k].y != y) {
            for (size_t e = first; e < ranked->n; e++)
                ranked->upto[e] = (uint32_t)ranked->n;
            first = ranked->n;
            y = values[k].y;
        }
        ranked->below[ranked->n] = (uint32_t)first;
        ranked->point[ranked->n++] = values[k].point;
    }
    for (size_t e = first; e < ranked->n; e++)
        ranked->upto[e] = (uint32_t)ranked->n;
}

/* The distance of each slice. F_s is farthest below F just before a point of the slice, farthest above at one; among
 * equal values the first and the last tell, and the others less. */
static void find_distances(const struct ranked *ranked, const uint16_t *slice_of, size_t n_slices, struct slice *slices)
{
    const double weight = ranked->n > 0 ? 1 / (double)ranked->n : 0;
    memset(slices, 0, n_slices * sizeof *slices);
    for (size_t k = 0; k < ranked->n; k++)
        slices[slice_of[ranked->point[k]]].n++;
    for (size_t s = 0; s < n_slices; s++)
        slices[s].weight = slices[s].n > 0 ? 1 / (double)slices[s].n : 0;
    for (size_t k = 0; k < ranked->n; k++) {
        struct slice *slice = &slices[slice_of[ranked->point[k]]];
        const double below = (double)ranked->below[k] * weight - slice->share;
        slice->share = (double)++slice->n_seen * slice->weight;
        const double above = slice->share - (double)ranked->upto[k] * weight;
        if (below > slice->distance) {
            slice->distance = below;
            slice->at = ranked->below[k];
        }
        if (above > slice->distance) {
            slice->distance = above;
            slice->at = ranked->upto[k];
        }
    }
}

/* Median and largest of distances that are finite, into indices[PAWN_INDICES]; their order is lost. */
static void summarize(double *distances, size_t n_slices, double *indices)
{
    size_t n = 0;
    for (size_t s = 0; s < n_slices; s++) {
        const double distance = distances[s];
        size_t at = n;
        if (!isfinite(distance))
            continue;
        for (; at > 0 && distances[at - 1] > distance; at--)
            distances[at] = distances[at - 1];
        distances[at] = distance;
        n++;
    }
    indices[0] = n > 0 ? (distances[(n - 1) / 2] + distances[n / 2]) / 2 : NAN;
    indices[1] = n > 0 ? distances[n - 1] : NAN;
}

static bool counts(const struct slice *slice) { return slice->n >= LEAST_POINTS; }

static void find_indices(const struct ranked *ranked, const uint16_t *slice_of, size_t n_slices, struct room *room,
                         double *indices)
{
    find_distances(ranked, slice_of, n_slices, room->slices);
    for (size_t s = 0; s < n_slices; s++)
        room->distances[s] = counts(&room->slices[s]) ? room->slices[s].distance : NAN;
    summarize(room->distances, n_slices, indices);
}

/* Where F and F_s are compared in resamples: after find_distances of all points. Returns how many places. */
static size_t find_edges(const struct ranked *ranked, size_t n_slices, struct room *room)
{
    size_t n = 0;
    memset(room->is_edge, 0, (ranked->n + 1) * sizeof *room->is_edge);
    for (size_t e = 1; e < EDGES; e++)
        room->is_edge[ranked->upto[e * ranked->n / EDGES]] = true;
    for (size_t s = 0; s < n_slices; s++)
        room->is_edge[room->slices[s].at] = true;
    for (size_t k = 1; k < ranked->n; k++)
        if (room->is_edge[k])
            room->edges[n++] = k;
    return n;
}

/* How many points each slice has up to each edge. */
static void count_seen(const struct ranked *ranked, const uint16_t *slice_of, size_t n_slices, size_t n_edges,
                       struct room *room)
{
    size_t e = 0;
    for (size_t s = 0; s < n_slices; s++)
        room->slices[s].n_seen = 0;
    for (size_t k = 0; k < ranked->n && e < n_edges; k++) {
        room->slices[slice_of[ranked->point[k]]].n_seen++;
        if (room->edges[e] != k + 1)
            continue;
        for (size_t s = 0; s < n_slices; s++)
            room->seen[e * n_slices + s] = room->slices[s].n_seen;
        e++;
    }
}

/* The share of all points up to an edge, in the resamples of a tile. */
static void find_shares(const int16_t *surplus, size_t stride, const struct room *room, size_t n_slices, size_t n,
                        size_t e, float *shares)
{
    const int16_t *whole = surplus + n * stride;
    int32_t sums[TILE];
    for (size_t b = 0; b < TILE; b++)
        sums[b] = (int32_t)room->edges[e];
    for (size_t s = 0, first = 0; s < n_slices; first += room->slices[s++].n) {
        const int16_t *from = surplus + first * stride, *to = from + room->seen[e * n_slices + s] * stride;
        for (size_t b = 0; b < TILE; b++)
            sums[b] += to[b] - from[b];
    }
    for (size_t b = 0; b < TILE; b++)
        shares[b] = (float)sums[b] / (float)((int32_t)n + whole[b]);
}

/* The distance of slice s, which begins at place `first`, in the resamples of a tile. NaN if it has no point there. */
static void find_apart(const int16_t *surplus, size_t stride, const struct room *room, size_t n_slices, size_t n_edges,
                       size_t s, size_t first, float *apart)
{
    const int32_t n = (int32_t)room->slices[s].n;
    const int16_t *from = surplus + first * stride, *end = from + (size_t)n * stride;
    float weights[TILE];
    for (size_t b = 0; b < TILE; b++) {
        weights[b] = 1 / (float)(n + end[b] - from[b]);
        apart[b] = 0;
    }
    for (size_t e = 0; e < n_edges; e++) {
        const size_t n_seen = room->seen[e * n_slices + s];
        const int16_t *to = from + n_seen * stride;
        const float *shares = room->shares + e * TILE;
        for (size_t b = 0; b < TILE; b++) {
            const float distance = fabsf((float)((int32_t)n_seen + to[b] - from[b]) * weights[b] - shares[b]);
            apart[b] = distance > apart[b] ? distance : apart[b];
        }
    }
    for (size_t b = 0; b < TILE; b++)
        apart[b] = n + end[b] - from[b] > 0 ? apart[b] : NAN;
}

static void add_deviations(struct slice *slices, const double *distances, size_t n_slices)
{
    for (size_t s = 0; s < n_slices; s++) {
        const double deviation = isfinite(distances[s]) ? distances[s] - slices[s].distance : 0;
        slices[s].sum += deviation;
        slices[s].squares += deviation * deviation;
    }
}

/* The upper bounds of the slices, summarized. */
static void find_ceilings(size_t n_times, size_t n_slices, struct room *room, double *ceilings)
{
    const double n = (double)n_times, width = gsl_cdf_ugaussian_Pinv(resample_bounds[1]);
    for (size_t s = 0; s < n_slices; s++) {
        const struct slice *slice = &room->slices[s];
        const double mean = slice->sum / n, variance = fmax(slice->squares / n - mean * mean, 0);
        room->distances[s] = counts(slice) ? slice->distance + width * sqrt(variance) : NAN;
    }
    summarize(room->distances, n_slices, ceilings);
}

/* What resamples make of a factor, into found[PAWN_INDICES][n_times]; after count_seen. The points stand by slice and,
 * in it, by output: a resample takes of each stretch of them what it takes of as many places in a row, since it favours
 * no place. */
static void find_resampled(const struct pawn *pawn, size_t n, size_t n_slices, size_t n_edges, struct room *room)
{
    for (size_t tile = 0; tile < pawn->stride; tile += TILE) {
        const int16_t *surplus = pawn->surplus + tile;
        for (size_t e = 0; e < n_edges; e++)
            find_shares(surplus, pawn->stride, room, n_slices, n, e, room->shares + e * TILE);
        for (size_t s = 0, first = 0; s < n_slices; first += room->slices[s++].n)
            if (counts(&room->slices[s]))
                find_apart(surplus, pawn->stride, room, n_slices, n_edges, s, first, room->apart + s * TILE);
        for (size_t b = 0; b < TILE && tile + b < pawn->n_times; b++) {
            double indices[PAWN_INDICES];
            for (size_t s = 0; s < n_slices; s++)
                room->distances[s] = counts(&room->slices[s]) ? (double)room->apart[s * TILE + b] : NAN;
            add_deviations(room->slices, room->distances, n_slices);
            summarize(room->distances, n_slices, indices);
            for (size_t which = 0; which < PAWN_INDICES; which++)
                room->found[which * pawn->n_times + tile + b] = indices[which];
        }
    }
}

/* The interval of an index, from what resamples make of it. */
static void find_interval(double *values, size_t n, double ceiling, double *numbers)
{
    const double estimate = numbers[FINDING_ESTIMATE], floor = estimate - numbers[FINDING_HIGHEST];
    double low, high;
    resample_interval(values, n, &low, &high);
    numbers[FINDING_LOW] = fmax(fmin(2 * estimate - high, floor), 0);
    numbers[FINDING_HIGH] = fmin(fmax(2 * estimate - low, ceiling), 1);
}

/* Estimates from the points in room->all or a part of them, into one number of each index. */
static void find_estimates(const struct pawn *pawn, const struct ranked *ranked, int number, struct room *room,
                           double *numbers)
{
    double indices[PAWN_INDICES];
    for (size_t f = 0; f < pawn->n_factors; f++) {
        find_indices(ranked, pawn->slices + f * pawn->n_points, pawn->n_slices[f], room, indices);
        for (size_t which = 0; which < PAWN_INDICES; which++)
            numbers[pawn_place(pawn, which, f) * FINDING_NUMBERS + (size_t)number] = indices[which];
    }
}

static void find_intervals(const struct pawn *pawn, struct room *room, double *numbers)
{
    for (size_t f = 0; f < pawn->n_factors; f++) {
        const uint16_t *slice_of = pawn->slices + f * pawn->n_points;
        const size_t n_slices = pawn->n_slices[f];
        double ceilings[PAWN_INDICES];
        find_distances(&room->all, slice_of, n_slices, room->slices);
        const size_t n_edges = find_edges(&room->all, n_slices, room);
        count_seen(&room->all, slice_of, n_slices, n_edges, room);
        find_resampled(pawn, room->all.n, n_slices, n_edges, room);
        find_ceilings(pawn->n_times, n_slices, room, ceilings);
        for (size_t which = 0; which < PAWN_INDICES; which++) {
            double *of_index = numbers + pawn_place(pawn, which, f) * FINDING_NUMBERS;
            if (isfinite(of_index[FINDING_ESTIMATE]))
                find_interval(room->found + which * pawn->n_times, pawn->n_times, ceilings[which], of_index);
        }
    }
}

/* What a factor that does nothing would have: the mean over dummies, and the highest. */
static void find_dummies(const struct pawn *pawn, size_t f, struct room *room, double *numbers)
{
    const uint16_t *slice_of = pawn->slices + f * pawn->n_points;
    double sum[PAWN_INDICES] = {0}, highest[PAWN_INDICES] = {0}, indices[PAWN_INDICES];
    for (size_t d = 0; d < PAWN_DUMMIES; d++) {
        for (size_t k = 0; k < pawn->n_points; k++)
            room->dealt[k] = slice_of[pawn->orders[d * pawn->n_points + k]];
        find_indices(&room->all, room->dealt, pawn->n_slices[f], room, indices);
        for (size_t which = 0; which < PAWN_INDICES; which++) {
            sum[which] += indices[which];
            highest[which] = indices[which] > highest[which] ? indices[which] : highest[which];
        }
    }
    for (size_t which = 0; which < PAWN_INDICES; which++) {
        double *of_index = numbers + pawn_place(pawn, which, f) * FINDING_NUMBERS;
        of_index[FINDING_DUMMY] = sum[which] / PAWN_DUMMIES;
        of_index[FINDING_HIGHEST] = isnan(sum[which]) ? NAN : highest[which];
    }
}

static void copy_dummies(const struct pawn *pawn, size_t from, size_t to, double *numbers)
{
    for (size_t which = 0; which < PAWN_INDICES; which++) {
        const double *source = numbers + pawn_place(pawn, which, from) * FINDING_NUMBERS;
        double *target = numbers + pawn_place(pawn, which, to) * FINDING_NUMBERS;
        target[FINDING_DUMMY] = source[FINDING_DUMMY];
        target[FINDING_HIGHEST] = source[FINDING_HIGHEST];
    }
}

/* Where the first n of the points that have a number end. */
static size_t find_end(const double *y, size_t n_points, size_t n)
{
    size_t end = 0;
    for (; end < n_points && n > 0; end++)
        n -= isfinite(y[end]) ? 1 : 0;
    return end;
}

int pawn_find(const struct pawn *pawn, const double *y, double *numbers, struct error *error)
{
    const int parts[] = {FINDING_QUARTER, FINDING_HALF};
    struct room room;
    const int code = take_room(&room, pawn, error);
    const size_t n = code == OK ? sort_values(y, pawn->n_points, room.values) : 0;
    for (size_t k = 0; k < PAWN_INDICES * pawn->n_factors * FINDING_NUMBERS; k++)
        numbers[k] = NAN;
    if (n > 0 && room.values[0].y < room.values[n - 1].y) {
        rank_values(room.values, n, pawn->n_points, &room.all);
        find_estimates(pawn, &room.all, FINDING_ESTIMATE, &room, numbers);
        for (size_t f = 0; f < pawn->n_factors; f++)
            if (pawn->like[f] == f)
                find_dummies(pawn, f, &room, numbers);
            else
                copy_dummies(pawn, pawn->like[f], f, numbers);
        find_intervals(pawn, &room, numbers);
        for (size_t part = 0; part < COUNT(parts); part++) {
            rank_values(room.values, n, find_end(y, pawn->n_points, n / (part == 0 ? 4 : 2)), &room.part);
            find_estimates(pawn, &room.part, parts[part], &room, numbers);
        }
    }
    free_room(&room);
    return code;
}

#include "tally.h"

#include <math.h>
#include <string.h>

#include "models/lanes.h"

/* A pilot that is all one number gets classes as narrow as this share of it. */
static const double narrow = 0x1p-30;

void tally_begin(struct tally *tally, const struct sample_part *pilot, bool is_whole, uint32_t *counts)
{
    double least = INFINITY, most = -INFINITY, sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < pilot->n; k++) {
        if (pilot->is_well && !pilot->is_well[k])
            continue;
        const double x = pilot->values[k];
        least = fmin(least, x);
        most = fmax(most, x);
        sum += x;
        n++;
    }
    if (n == 0)
        least = most = sum = 0;
    const double span = most - least, width = span > 0 ? 2 * span : fmax(fabs(least), 1) * narrow;
    *tally = (struct tally){
        .low = is_whole ? floor(least) - TALLY_CLASSES / 2 - 0.5 : least - (width - span) / 2,
        .classes_per_unit = is_whole ? 1 : TALLY_CLASSES / width,
        .shift = n > 0 ? sum / (double)n : 0,
        .least = INFINITY,
        .most = -INFINITY,
        .is_whole = is_whole,
        .counts = counts,
    };
    memset(counts, 0, (TALLY_CLASSES + 2) * sizeof *counts);
}

/* 0 below the classes, TALLY_CLASSES + 1 above them. */
static inline int32_t find_class(double x, double low, double classes_per_unit)
{
    return (int32_t)clip((x - low) * classes_per_unit + 1, 0, TALLY_CLASSES + 1);
}

static void add_one(struct tally *tally, double x, size_t replicate)
{
    const double d = x - tally->shift;
    tally->sum[replicate % TALLY_SUMS] += d;
    tally->sum_of_squares[replicate % TALLY_SUMS] += d * d;
    tally->least = lane_min(tally->least, x);
    tally->most = lane_max(tally->most, x);
    tally->counts[find_class(x, tally->low, tally->classes_per_unit)]++;
}

/* n times TALLY_SUMS values, of which the first belongs to the first sum. */
static void add_turns(struct tally *tally, const double *values, size_t n)
{
    const double low = tally->low, scale = tally->classes_per_unit, shift = tally->shift;
    double sum[TALLY_SUMS], squares[TALLY_SUMS], least[TALLY_SUMS], most[TALLY_SUMS];
    uint32_t *counts = tally->counts;
    for (size_t k = 0; k < TALLY_SUMS; k++) {
        sum[k] = tally->sum[k];
        squares[k] = tally->sum_of_squares[k];
        least[k] = tally->least;
        most[k] = tally->most;
    }
    for (size_t turn = 0; turn < n; turn++, values += TALLY_SUMS) {
        int32_t class[TALLY_SUMS];
#pragma omp simd
        for (size_t k = 0; k < TALLY_SUMS; k++) {
            const double x = values[k], d = x - shift;
            sum[k] += d;
            squares[k] += d * d;
            least[k] = x < least[k] ? x : least[k];
            most[k] = x > most[k] ? x : most[k];
            class[k] = find_class(x, low, scale);
        }
        for (size_t k = 0; k < TALLY_SUMS; k++)
            counts[class[k]]++;
    }
    for (size_t k = 0; k < TALLY_SUMS; k++) {
        tally->sum[k] = sum[k];
        tally->sum_of_squares[k] = squares[k];
        tally->least = lane_min(tally->least, least[k]);
        tally->most = lane_max(tally->most, most[k]);
    }
}

void tally_add(struct tally *tally, const struct sample_part *part)
{
    size_t k = 0;
    while (k < part->n) {
        const bool is_turn = (part->first + k) % TALLY_SUMS == 0 && !part->is_well;
        const size_t n_turns = is_turn ? (part->n - k) / TALLY_SUMS : 0;
        if (n_turns > 0) {
            add_turns(tally, part->values + k, n_turns);
            k += n_turns * TALLY_SUMS;
        } else {
            if (!part->is_well || part->is_well[k])
                add_one(tally, part->values[k], part->first + k);
            k++;
        }
    }
}

/* Where class c begins, the one below the classes at the least value. */
static double class_begins(const struct tally *tally, size_t c)
{
    return c == 0 ? tally->least : tally->low + ((double)c - 1) / tally->classes_per_unit;
}

static double class_ends(const struct tally *tally, size_t c)
{
    return c == TALLY_CLASSES + 1 ? tally->most : class_begins(tally, c + 1);
}

/* The value below which `share` of the n values lie. Within a class they count as spread evenly. */
static double find_quantile(const struct tally *tally, size_t n, double share)
{
    const double rank = share * (double)(n - 1) + 0.5; /* the first of the sorted values lies at 0.5 */
    double below = 0;
    size_t c = 0;
    while (c < TALLY_CLASSES + 1 && below + tally->counts[c] < rank)
        below += tally->counts[c++];
    const double part = tally->counts[c] > 0 ? (rank - below) / tally->counts[c] : 0;
    const double x = class_begins(tally, c) + part * (class_ends(tally, c) - class_begins(tally, c));
    return clip(tally->is_whole ? rint(class_begins(tally, c) + 0.5) : x, tally->least, tally->most);
}

void tally_tell(const struct tally *tally, size_t n, const double *shares, size_t n_shares, double fill, double *mean,
                double *sd, double *quantiles)
{
    double sum = 0, sum_of_squares = 0;
    for (size_t k = 0; k < TALLY_SUMS; k++) {
        sum += tally->sum[k];
        sum_of_squares += tally->sum_of_squares[k];
    }
    const double count = (double)n, variance = (sum_of_squares - sum * sum / count) / (count - 1);
    *mean = n > 0 ? clip(tally->shift + sum / count, tally->least, tally->most) : fill;
    *sd = n > 1 ? sqrt(fmax(variance, 0)) : fill;
    for (size_t k = 0; k < n_shares; k++)
        quantiles[k] = n > 0 ? find_quantile(tally, n, shares[k]) : fill;
}

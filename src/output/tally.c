#include "tally.h"

#include <assert.h>
#include <string.h>

enum {
    QUANTA_BITS = 22,              /* of half the range: a float holds whole quanta and halves */
    HALF_RANGE = 1 << QUANTA_BITS, /* in quanta */
    PORTION = 512                  /* values counted at a time, so that their buckets stay in the nearest cache */
};

#define MARGIN 1.25           /* the range is so much wider than that of the pilot */
#define FARTHEST 0x1p45       /* quanta: 2^26 squares of such are a sum that 128 bits hold */
#define SMALLEST_RANGE 1e-290 /* so that the scale is a number */
#define WIDEST_WHOLE 256      /* half a range of whole numbers in which each has a bucket of its own in 512 or more */
#define ROUNDER 0x1.8p23f /* adding it to a float of up to 2^22 rounds that to an integer, kept in the lowest bits */
#define ROUNDER_BITS 0x4b400000

static size_t n_buckets(const struct tally *tally) { return (size_t)(2 * HALF_RANGE) >> tally->shift; }

static double power_of_two_from(double x)
{
    double power = 1;
    while (power < x)
        power *= 2;
    return power;
}

void tally_begin(struct tally *tally, double low, double high, bool is_whole, size_t buckets, uint32_t *counts)
{
    const bool is_known = low <= high;
    double centre = is_known ? 0.5 * low + 0.5 * high : 0, half = is_known ? 0.5 * high - 0.5 * low : 0;
    if (half == 0) /* nobody knows how far from a constant the next value lies */
        half = centre != 0 ? 0.5 * fabs(centre) : 1;
    if (is_whole && half < WIDEST_WHOLE) { /* whole numbers are whole quanta */
        centre = floor(centre);
        half = power_of_two_from(half + 1);
    } else {
        half = fmax(MARGIN * half, SMALLEST_RANGE);
    }
    *tally = (struct tally){.of = {centre, HALF_RANGE / half},
                            .is_whole = is_whole,
                            .shift = QUANTA_BITS + 1,
                            .least = INFINITY,
                            .greatest = -INFINITY,
                            .counts = counts};
    while (n_buckets(tally) < buckets)
        tally->shift--;
    assert(n_buckets(tally) == buckets && buckets <= TALLY_MOST_BUCKETS);
    memset(counts, 0, (buckets + 1) * sizeof *counts);
}

void tally_stage(const struct tally_scale *scales, const lane_array *lanes, size_t n, float *to)
{
    for (size_t k = 0; k < n; k++) {
        const double centre = scales[k].centre, scale = scales[k].scale;
        float *staged = to + k * LANES;
        FOR_LANES(l)
            staged[l] =
                (float)((lanes[k][l] - centre) * scale) + 0.0f; /* + 0: there is one zero, whoever comes first */
    }
}

/* What a portion of values comes to. */
struct portion {
    int64_t sum, sum_of_squares;
    int32_t n_inside;
    int32_t least, greatest; /* of all values, as keys */
};

/* The bits of a float, such that they are in the order of the floats, and back: compilers take the least of whole
 * numbers in vectors, of floats not. */
static inline int32_t key_of(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((bits >> 31) & INT32_MAX);
}

static inline float float_of(int32_t key)
{
    const int32_t bits = key ^ ((key >> 31) & INT32_MAX);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The bucket of each value, `elsewhere` for those outside the range, and the sums of those inside. */
static struct portion sort_out(const float *staged, size_t n, unsigned shift, uint32_t elsewhere, uint16_t *buckets)
{
    int64_t sum = 0, sum_of_squares = 0;
    int32_t n_inside = 0, least = INT32_MAX, greatest = INT32_MIN;
    int32_t quanta[PORTION];
#pragma omp simd reduction(+ : n_inside) reduction(min : least) reduction(max : greatest)
    for (size_t k = 0; k < n; k++) {
        const float x = staged[k];
        const int32_t is_inside = (x >= -HALF_RANGE) & (x < HALF_RANGE - 0.5f), key = key_of(x);
        const float rounded = (is_inside ? x : 0) + ROUNDER;
        int32_t bits;
        memcpy(&bits, &rounded, sizeof bits);
        quanta[k] = bits - ROUNDER_BITS;
        n_inside += is_inside;
        const int32_t low = x == x ? key : INT32_MAX, high = x == x ? key : INT32_MIN;
        least = low < least ? low : least;
        greatest = high > greatest ? high : greatest;
        const uint32_t bucket = (uint32_t)(quanta[k] + HALF_RANGE) >> shift;
        buckets[k] = (uint16_t)(is_inside ? bucket : elsewhere);
    }
#pragma omp simd reduction(+ : sum, sum_of_squares)
    for (size_t k = 0; k < n; k++) {
        sum += quanta[k];
        sum_of_squares += (int64_t)quanta[k] * quanta[k];
    }
    return (struct portion){sum, sum_of_squares, n_inside, least, greatest};
}

static void count_outside(struct tally *tally, float x)
{
    if (isnan(x))
        return;
    tally->n++;
    tally->n_below += x < 0;
    tally->n_above += x > 0;
    if (fabs((double)x) < FARTHEST) {
        const int64_t quanta = (int64_t)rint((double)x);
        tally->sum += quanta;
        tally->sum_of_squares += (__int128)quanta * quanta;
    } else {
        tally->n_beyond++;
    }
}

static void widen(struct tally *tally, float least, float greatest)
{
    tally->least = least < tally->least ? least : tally->least;
    tally->greatest = greatest > tally->greatest ? greatest : tally->greatest;
}

static void add_portion(struct tally *tally, const float *staged, size_t n)
{
    uint16_t buckets[PORTION];
    const uint32_t elsewhere = (uint32_t)n_buckets(tally);
    const struct portion portion = sort_out(staged, n, tally->shift, elsewhere, buckets);
    tally->sum += portion.sum;
    tally->sum_of_squares += portion.sum_of_squares;
    tally->n += (uint64_t)portion.n_inside;
    if (portion.least <= portion.greatest)
        widen(tally, float_of(portion.least), float_of(portion.greatest));
    const bool is_all_inside = (size_t)portion.n_inside == n;
    if (is_all_inside && portion.least == portion.greatest) { /* constants are common, and their counting is slow */
        tally->counts[buckets[0]] += (uint32_t)n;
        return;
    }
    for (size_t k = 0; k < n; k++)
        tally->counts[buckets[k]]++;
    for (size_t k = 0; k < n && !is_all_inside; k++)
        if (buckets[k] == elsewhere)
            count_outside(tally, staged[k]);
}

void tally_add(struct tally *tally, const float *staged, size_t n)
{
    for (size_t k = 0; k < n; k += PORTION)
        add_portion(tally, staged + k, n - k < PORTION ? n - k : PORTION);
}

void tally_merge(struct tally *tally, const struct tally *other)
{
    assert(tally->of.centre == other->of.centre && tally->of.scale == other->of.scale && tally->shift == other->shift);
    tally->n += other->n;
    tally->n_below += other->n_below;
    tally->n_above += other->n_above;
    tally->n_beyond += other->n_beyond;
    tally->sum += other->sum;
    tally->sum_of_squares += other->sum_of_squares;
    widen(tally, other->least, other->greatest);
    for (size_t b = 0; b < n_buckets(tally); b++)
        tally->counts[b] += other->counts[b];
}

void tally_moments(const struct tally *tally, double fill, double *mean, double *sd)
{
    *mean = *sd = fill;
    if (tally->n == 0 || tally->n_beyond > 0)
        return;
    /* whole numbers as long as they cancel: about the whole part of the mean, then about the mean */
    const __int128 n = (__int128)tally->n, whole = tally->sum / n, rest = tally->sum - whole * n;
    const __int128 squares = tally->sum_of_squares - 2 * whole * tally->sum + n * whole * whole;
    const double part = (double)rest / (double)n;
    *mean = tally->of.centre + ((double)whole + part) / tally->of.scale;
    if (tally->n > 1)
        *sd = sqrt(fmax(0, (double)squares - (double)rest * part) / (double)(n - 1)) / tally->of.scale;
}

/* Where a number of values lie, in quanta, and the number itself. */
struct stretch {
    double low, high;
    uint64_t first, n; /* the values of ranks first .. first + n - 1 */
};

/* The stretch in which the value of this rank lies (0: the least). */
static struct stretch find_stretch(const struct tally *tally, uint64_t rank)
{
    const double half = HALF_RANGE, width = (double)(UINT64_C(1) << tally->shift);
    if (rank < tally->n_below)
        return (struct stretch){tally->least, fmin(-half, tally->greatest), 0, tally->n_below};
    if (rank >= tally->n - tally->n_above)
        return (struct stretch){fmax(half - 0.5, tally->least), tally->greatest, tally->n - tally->n_above,
                                tally->n_above};
    uint64_t first = tally->n_below;
    size_t b = 0;
    while (first + tally->counts[b] <= rank)
        first += tally->counts[b++];
    /* quanta were rounded to the nearest whole one */
    const double low = -half - 0.5 + (double)b * width;
    return (struct stretch){fmax(low, tally->least), fmin(low + width, tally->greatest), first, tally->counts[b]};
}

/* The value of this rank, as if the values of its stretch stood there at equal distances, and by how much it can be
 * off. */
static double order_statistic(const struct tally *tally, uint64_t rank, double *value)
{
    const struct stretch stretch = find_stretch(tally, rank);
    const double width = stretch.high - stretch.low;
    const double share = ((double)(rank - stretch.first) + 0.5) / (double)stretch.n;
    const double quanta = width > 0 ? stretch.low + share * width : stretch.low;
    *value = tally->of.centre + quanta / tally->of.scale;
    if (!tally->is_whole || width / tally->of.scale > 1)
        return width / tally->of.scale;
    *value = rint(*value);
    return 0;
}

double tally_quantile(const struct tally *tally, double share, double fill, double *quantile)
{
    *quantile = fill;
    if (tally->n == 0)
        return 0;
    const double place = share * (double)(tally->n - 1), rank = floor(place), rest = place - rank;
    double low, high;
    const double error_low = order_statistic(tally, (uint64_t)rank, &low);
    if (rest == 0) {
        *quantile = low;
        return error_low;
    }
    const double error_high = order_statistic(tally, (uint64_t)rank + 1, &high);
    *quantile = (1 - rest) * low + rest * high;
    return fmax(error_low, error_high);
}

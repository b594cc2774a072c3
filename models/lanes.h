/* Lanes: replicates of the same run computed side by side, and the arithmetic that is the same in every lane.
 *
 * The lane is always the last index and the inner loop. A loop over lanes has no branch on lane data (`?:` instead), so
 * that the compiler turns it into vector instructions. The functions below use only + - * / and sqrt on doubles, which
 * IEEE 754 rounds in one way: with -ffp-contract=off their bits do not depend on compiler, instruction set or C library.
 */
#ifndef ENTENTE_LANES_H
#define ENTENTE_LANES_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef LANES
#define LANES 8 /* replicates in a batch: 8 doubles are one cache line */
#endif

/* Clang unrolls so short a loop before it thinks of vectors, and then finds none, unless it is told not to. */
#ifdef __clang__
#define SIDE_BY_SIDE _Pragma("clang loop vectorize(assume_safety) unroll(disable)")
#else
#define SIDE_BY_SIDE _Pragma("omp simd")
#endif
#define FOR_SIDE_BY_SIDE(l, n) SIDE_BY_SIDE for (size_t l = 0; l < (n); l++)
#define FOR_LANES(l) FOR_SIDE_BY_SIDE(l, LANES)

typedef double lane_array[LANES];

/* Batches that n replicates take, and replicates in them with those that fill the last one. */
static inline size_t lanes_batches(size_t n) { return (n + LANES - 1) / LANES; }
static inline size_t lanes_padded(size_t n) { return lanes_batches(n) * LANES; }

static inline void lanes_copy(double *to, const double *from) { memcpy(to, from, sizeof(lane_array)); }
static inline void lanes_clear(double *lanes) { memset(lanes, 0, sizeof(lane_array)); }

static inline double lane_min(double a, double b) { return a < b ? a : b; }
static inline double lane_max(double a, double b) { return a > b ? a : b; }
/* Bounds that stand in memory (state.c): of numbers that the compiler knows it makes a comparison and two blends, of others
 * the one instruction that there is for it. */
extern const struct lane_bounds {
    double zero, one, minus_one, exp_low, exp_high;
} lane_bounds;

/* Written so that NaN stays NaN, to be seen, and that one instruction does for each comparison. */
static inline double at_least(double low, double x) { return low > x ? low : x; }
static inline double at_most(double high, double x) { return high < x ? high : x; }
static inline double clip(double x, double low, double high) { return at_most(high, at_least(low, x)); }
static inline double positive_part(double x) { return at_least(lane_bounds.zero, x); }
static inline double unit_interval(double x) { return clip(x, lane_bounds.zero, lane_bounds.one); }
static inline double square(double x) { return x * x; }

/* a / b, and 0 where b is 0: the mean over nobody. */
static inline double ratio_or_zero(double a, double b) { return b > 0 ? a / (b > 0 ? b : 1) : 0; }

static inline uint64_t lane_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Is any of the lanes, each of which is 1 or 0, 1? */
static inline bool lanes_any(const double *lanes)
{
    uint64_t any = 0;
    for (size_t l = 0; l < LANES; l++) any |= lane_bits(lanes[l]);
    return any != 0;
}

static inline double lane_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ln 2 in two parts, the first with 32 trailing zero bits, so that small integers times it are exact (FDLIBM). */
#define LANE_LN2_HIGH 6.93147180369123816490e-01
#define LANE_LN2_LOW 1.90821492927058770002e-10
#define LANE_LOG2_E 1.44269504088896338700e+00
#define LANE_ROUNDER 0x1.8p52 /* adding it to a small number rounds that to an integer, kept in the lowest bits */

/* The polynomials below are the best ones with coefficients that are doubles, by Sollya 8.0 (tools/polynomials.sollya). They
 * are added up in pairs of terms, so that a step need not wait for the one before. */

/* e to the power x, below 1 ulp. Above 709.783, where it exceeds all doubles, infinity; below -708.05 zero (no subnormal
 * results). NaN gives NaN.
 * x = k ln 2 + r with |r| <= ln 2 / 2, r = high - low, and e^r = 1 + r + r^2 p(r), p off by 4e-18 e^r / r^2. The power of two
 * has k + 1022 as its exponent: 0 at the lower bound, which makes it zero; one less than needed at the upper bound, so that
 * the product overflows and not the power. */
static inline double lane_exp(double x)
{
    const double bounded = clip(x, lane_bounds.exp_low, lane_bounds.exp_high), rounder = LANE_ROUNDER + 1022;
    const double rounded = bounded * LANE_LOG2_E + rounder, k = rounded - rounder;
    const double high = bounded - k * LANE_LN2_HIGH, low = k * LANE_LN2_LOW, r = high - low, r2 = r * r, r4 = r2 * r2;
    const double p = ((0x1.000000000000ap-1 + r * 0x1.55555555554f4p-3) +
                      r2 * (0x1.55555555505dbp-5 + r * 0x1.111111112954bp-7)) +
                     r4 * (((0x1.6c16c184be6b4p-10 + r * 0x1.a01a01212a0e1p-13) +
                            r2 * (0x1.a019987fee923p-16 + r * 0x1.71df3ad30cf0cp-19)) +
                           r4 * (0x1.28aed824c81c8p-22 + r * 0x1.ad5c2374e1cfap-26));
    const double y = 1 + (high + (r2 * p - low));
    return 2 * y * lane_from_bits(lane_bits(rounded) << 52);
}

/* Natural logarithm of x, below 1 ulp. 0 and subnormal numbers give minus infinity; negative numbers and NaN give NaN: an x
 * that has no 2^k m gives a k that is not finite, which the sum hands on.
 * With x = 2^k m, log m = 2 artanh s = f - f^2 / 2 + s (f^2 / 2 + z q(z)), f = m - 1, s = f / (m + 1), z = s^2, so that only
 * the small terms are rounded (FDLIBM); z q off by 3e-18. */
static inline double lane_log(double x)
{
    const uint64_t root_half = UINT64_C(0x3fe6a09e667f3bcd), fraction = (UINT64_C(1) << 52) - 1;
    const uint64_t shifted = lane_bits(x) - root_half + (UINT64_C(1024) << 52); /* k + 1024 above what m is beyond the root */
    const double exponent = lane_from_bits(lane_bits(0x1p52) | shifted >> 52) - (0x1p52 + 1024);
    const double infinite_if_small = x < 0x1p-1022 ? -(double)INFINITY : exponent;
    const double nan_if_negative = infinite_if_small + (x < 0 ? (double)INFINITY : 0);
    const double k = x <= 0x1.fffffffffffffp1023 ? nan_if_negative : x;
    const double m = lane_from_bits((shifted & fraction) + root_half); /* within sqrt(1/2) .. sqrt(2) */
    const double f = m - 1, s = f / (m + 1), z = s * s, zz = z * z, half_square = 0.5 * f * f;
    const double r = z * ((0x1.5555555555592p-1 + z * 0x1.999999997ffcep-2) +
                          zz * ((0x1.24924941d19c6p-2 + z * 0x1.c71c52240e69fp-3) +
                                zz * ((0x1.7466394984e53p-3 + z * 0x1.39a24e224aba4p-3) + zz * 0x1.2eff879e2e5d9p-3)));
    return k * LANE_LN2_HIGH - ((half_square - (s * (half_square + r) + k * LANE_LN2_LOW)) - f);
}

/* e to the power of n lane arrays; `to` may be `from`. A loop of its own has more of them under way in the processor than one
 * that goes on with the results. */
static inline void lanes_exp(lane_array *to, const lane_array *from, size_t n)
{
    for (size_t k = 0; k < n; k++) FOR_LANES(l) to[k][l] = lane_exp(from[k][l]);
}

/* x to the power y for x > 0, as exp(y ln x). */
static inline double lane_power(double x, double y) { return lane_exp(y * lane_log(x)); }

/* 1 / (1 + exp(-z)) */
static inline double logistic(double z) { return 1 / (1 + lane_exp(-z)); }

/* The step of aspiration learning (Bush & Mosteller 1955): x moves by the share s of what is left to `top`, or by the
 * share -s of itself down; s is clipped to -1 .. 1. */
static inline double bush_mosteller(double x, double s, double top)
{
    const double step = clip(s, lane_bounds.minus_one, lane_bounds.one);
    return step < 0 ? x + step * x : x + step * positive_part(top - x);
}

#endif

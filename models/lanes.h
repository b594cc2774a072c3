/* Lanes: replicates of the same run computed side by side, and the arithmetic that is the same in every lane.
 *
 * The lane is always the last index and the inner loop. A loop over lanes has no branch on lane data (`?:` instead), so
 * that the compiler turns it into vector instructions. The functions below use only + - * / and sqrt on doubles, which
 * IEEE 754 rounds in one way: with -ffp-contract=off their bits do not depend on compiler, instruction set or C library.
 */
#ifndef ENTENTE_LANES_H
#define ENTENTE_LANES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef LANES
#define LANES 8 /* replicates in a batch: 8 doubles are one cache line */
#endif

#define FOR_LANES(l) _Pragma("omp simd") for (size_t l = 0; l < LANES; l++)

typedef double lane_array[LANES];

static inline void lanes_copy(double *to, const double *from) { memcpy(to, from, sizeof(lane_array)); }
static inline void lanes_clear(double *lanes) { memset(lanes, 0, sizeof(lane_array)); }

static inline double lane_min(double a, double b) { return a < b ? a : b; }
static inline double lane_max(double a, double b) { return a > b ? a : b; }
/* Written so that NaN stays NaN, to be seen, and that one instruction does for each comparison. */
static inline double positive_part(double x) { return 0 > x ? 0 : x; }
static inline double at_least(double low, double x) { return low > x ? low : x; }
static inline double at_most(double high, double x) { return high < x ? high : x; }
static inline double clip(double x, double low, double high) { return at_most(high, at_least(low, x)); }
static inline double unit_interval(double x) { return clip(x, 0, 1); }
static inline double square(double x) { return x * x; }

/* a / b, and 0 where b is 0: the mean over nobody. */
static inline double ratio_or_zero(double a, double b) { return b > 0 ? a / (b > 0 ? b : 1) : 0; }

static inline uint64_t lane_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double lane_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ln 2 in two parts, the first with 32 trailing zero bits, and the polynomials of the two functions below: FDLIBM
 * (Sun Microsystems 1993, e_exp.c and e_log.c), whose errors are below 1 ulp. */
#define LANE_LN2_HIGH 6.93147180369123816490e-01
#define LANE_LN2_LOW 1.90821492927058770002e-10
#define LANE_LOG2_E 1.44269504088896338700e+00
#define LANE_ROUNDER 0x1.8p52 /* adding it to a small number rounds that to an integer, kept in the lowest bits */

/* e to the power x, below 1 ulp. Above 709.78 infinity, below -708 zero (no subnormal results). NaN gives NaN. */
static inline double lane_exp(double x)
{
    const double bounded = clip(x, -708.0, 709.78);
    const double rounded = bounded * LANE_LOG2_E + LANE_ROUNDER;
    const uint64_t k = lane_bits(rounded) - lane_bits(LANE_ROUNDER);
    const double n = rounded - LANE_ROUNDER;
    const double high = bounded - n * LANE_LN2_HIGH, low = n * LANE_LN2_LOW;
    const double r = high - low, t = r * r;
    const double c = r - t * (1.66666666666666019037e-01 +
                              t * (-2.77777777770155933842e-03 +
                                   t * (6.61375632143793436117e-05 +
                                        t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
    const double y = 1 - ((low - (r * c) / (2 - c)) - high);
    /* 2^k in two factors, since 2^1024 is not a number: 2 first, else y 2^(k-1) may be subnormal, and lose a bit */
    const double scaled = y * 2 * lane_from_bits((k + 1022) << 52);
    return x > 709.78 ? (double)INFINITY : x < -708.0 ? 0.0 : scaled;
}

/* Natural logarithm of x, below 1 ulp. 0 and subnormal numbers give minus infinity; negative numbers and NaN give NaN. */
static inline double lane_log(double x)
{
    const uint64_t bits = lane_bits(x), root_half = UINT64_C(0x3fe6a09e667f3bcd); /* sqrt(1/2) */
    const uint64_t biased = (bits - root_half + (UINT64_C(1024) << 52)) >> 52;    /* exponent + 1024 */
    const double k = lane_from_bits(lane_bits(0x1p52) + biased) - (0x1p52 + 1024);
    const double m = lane_from_bits(bits - ((biased - 1024) << 52)); /* x / 2^k, within sqrt(1/2) .. sqrt(2) */
    const double f = m - 1, s = f / (2 + f), z = s * s, half_square = 0.5 * f * f;
    const double r = z * (6.666666666666735130e-01 +
                          z * (3.999999999940941908e-01 +
                               z * (2.857142874366239149e-01 +
                                    z * (2.222219843214978396e-01 +
                                         z * (1.818357216161805012e-01 +
                                              z * (1.531383769920937332e-01 + z * 1.479819860511658591e-01))))));
    const double y = k * LANE_LN2_HIGH - ((half_square - (s * (half_square + r) + k * LANE_LN2_LOW)) - f);
    return x >= 0x1p-1022 ? (x <= 0x1.fffffffffffffp1023 ? y : x) : x >= 0 ? -(double)INFINITY : (double)NAN;
}

/* Sine and cosine of 2 pi u for 0 <= u <= 1: each within 2^-52 of the mathematical value. The nearest quarter turn is taken
 * off exactly; what is left, at most half a quarter, goes to two polynomials, which odd quarters swap, and of which two
 * quarters in four turn the sign. The polynomials are the best ones with coefficients that are doubles, by Sollya:
 *   fpminimax(sin(pi/2*x), [|1,3,5,7,9,11,13|], [|D...|], [1b-40;1/2], relative, floating);       off by 2e-18
 *   fpminimax(cos(pi/2*x), [|2,4,6,8,10,12|], [|D...|], [1b-8;1/2], absolute, floating, 1);       off by 5e-17 */
static inline void lane_sine_cosine_turn(double u, double *sine, double *cosine)
{
    const double turned = 4 * u + LANE_ROUNDER, x = 4 * u - (turned - LANE_ROUNDER), z = x * x, zz = z * z;
    const double s = x * 0x1.921fb54442d18p0 +
                     x * z * ((-0x1.4abbce625be09p-1 + z * 0x1.466bc67754fffp-4) +
                              zz * ((-0x1.32d2ccdfe9424p-8 + z * 0x1.50782d5f14823p-13) +
                                    zz * (-0x1.e2fe76fdff88ap-19 + z * 0x1.e357ef99c0be5p-25)));
    const double c = 1 + z * ((-0x1.3bd3cc9be45a5p0 + z * 0x1.03c1f081b14ebp-2) +
                              zz * ((-0x1.55d3c7dcb8c78p-6 + z * 0x1.e1f4fbfe8f1dp-11) +
                                    zz * (-0x1.a6ca01aa0f52p-16 + z * 0x1.f3ef9a4d76725p-22)));
    const uint64_t quarter = lane_bits(turned), change = (lane_bits(s) ^ lane_bits(c)) & (0 - (quarter & 1));
    *sine = lane_from_bits(lane_bits(s) ^ change ^ (quarter & 2) << 62);
    *cosine = lane_from_bits(lane_bits(c) ^ change ^ ((quarter + 1) & 2) << 62);
}

/* x to the power y for x > 0, as exp(y ln x). */
static inline double lane_power(double x, double y) { return lane_exp(y * lane_log(x)); }

/* 1 / (1 + exp(-z)) */
static inline double logistic(double z) { return 1 / (1 + lane_exp(-z)); }

/* The step of aspiration learning (Bush & Mosteller 1955): x moves by the share s of what is left to `top`, or by the
 * share -s of itself down; s is clipped to -1 .. 1. */
static inline double bush_mosteller(double x, double s, double top)
{
    const double step = clip(s, -1, 1);
    return step < 0 ? x + step * x : x + step * positive_part(top - x);
}

#endif

/* Random words into standard normal numbers (Box & Muller 1958), a pair at a time.
 *
 * In single precision, as Random123 itself makes them of words of 32 bits. Of the words' 2^-32 a float keeps 2^-24: a
 * number is off by 2e-7 as a rule, by more than 1e-6 once in ten thousand. Only + - * / and sqrt of floats, which IEEE
 * 754 rounds in one way, and their bits: the same on every processor.
 */
#ifndef ENTENTE_NORMAL_H
#define ENTENTE_NORMAL_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t normal_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float normal_from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The polynomials below are the best ones with floats as coefficients, by Sollya 8.0 (tools/polynomials.sollya). */

/* Natural logarithm of 2^-32 <= u <= 1, within 0.83 ulp. With u = 2^k m, log m = 2 artanh s = f - f^2 / 2 + s (f^2 / 2
 * + z q(z)), f = m - 1, s = f / (m + 1), z = s^2, so that only the small terms are rounded (FDLIBM); z q off by 1.7e-9.
 */
static inline float normal_log(float u)
{
    const uint32_t root_half = UINT32_C(0x3f3504f3), fraction = (UINT32_C(1) << 23) - 1;
    const uint32_t shifted =
        normal_bits(u) - root_half + (UINT32_C(128) << 23); /* k + 128 above what m is beyond the root */
    const float k = (float)((int32_t)(shifted >> 23) - 128), m = normal_from_bits((shifted & fraction) + root_half);
    const float f = m - 1, s = f / (m + 1), z = s * s, half_square = 0.5f * f * f;
    const float r = z * (0x1.55557ap-1f + z * (0x1.995edep-2f + z * 0x1.31df4ep-2f));
    const float ln2_high = 0x1.62e3p-1f,
                ln2_low = 0x1.2fefa2p-17f; /* the first has zeros enough that k times it is exact */
    return k * ln2_high - ((half_square - (s * (half_square + r) + k * ln2_low)) - f);
}

/* Sine and cosine of a turn in 2^32 parts, each within 1.24 times 2^-23 of the mathematical value: the turn as a float
 * is off by up to pi / 4 of that, and of a turn that a float tells they are within 0.68 times 2^-23. The nearest
 * quarter turn is taken off exactly; what is left, at most half a quarter, goes to two polynomials, which odd quarters
 * swap, and of which two quarters in four turn the sign. The polynomials are off by 6e-9 and 5e-10. */
static inline void normal_sine_cosine(uint32_t turn, float *sine, float *cosine)
{
    const float rounder = 0x1.8p23f, quarters = (float)(int32_t)turn * 0x1p-30f, turned = quarters + rounder;
    const float x = quarters - (turned - rounder), z = x * x;
    const float s = x * 0x1.921fb6p0f + x * z * (-0x1.4abbecp-1f + z * (0x1.466b2p-4f + z * -0x1.2f5992p-8f));
    const float c = 1 + z * ((-0x1.3bd3ccp0f + z * 0x1.03c1b6p-2f) + z * z * (-0x1.55b684p-6f + z * 0x1.d61e28p-11f));
    const uint32_t quarter = normal_bits(turned), change = (normal_bits(s) ^ normal_bits(c)) & (0 - (quarter & 1));
    *sine = normal_from_bits(normal_bits(s) ^ change ^ (quarter & 2) << 30);
    *cosine = normal_from_bits(normal_bits(c) ^ change ^ ((quarter + 1) & 2) << 30);
}

/* How far from 0 a pair lies: the more, the fewer words are below this one. Of 31 bits, the smallest share is 2^-32 and
 * the largest radius sqrt(64 ln 2) = 6.66; the highest 128 words, a share of 1 as a float, have the radius 0. */
static inline float normal_radius(uint32_t word)
{
    const float share = ((float)(int32_t)(word >> 1) + 0.5f) * 0x1p-31f;
    return sqrtf(-2 * normal_log(share));
}

#endif

/* Philox 4x32-10 (Salmon, Moraes, Dror & Shaw 2011), many blocks side by side: the generator of Random123, whose known
 * answers are among the tests. A block turns a counter of four words and a key of two into four random words. */
#ifndef ENTENTE_PHILOX_H
#define ENTENTE_PHILOX_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

/* Words of 32 bits, each in a place of 64 with anything above it: as many as fit a register of the processor. */
#if defined(__AVX512F__)
enum { PHILOX_LANES = 8 };
#elif defined(__AVX2__)
enum { PHILOX_LANES = 4 };
#else
enum { PHILOX_LANES = 2 };
#endif
typedef uint64_t philox_words __attribute__((vector_size(PHILOX_LANES * sizeof(uint64_t))));

enum { PHILOX_ROUNDS = 10, PHILOX_WORDS = 4 };

/* The multipliers and the steps of the key. */
#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9)
#define PHILOX_W1 UINT32_C(0xBB67AE85)

static inline philox_words philox_broadcast(uint64_t x) { return x - (philox_words){0}; }

/* from, from + 1, ... */
static inline philox_words philox_count(uint64_t from)
{
    static const uint64_t steps[] = {0, 1, 2, 3, 4, 5, 6, 7};
    philox_words words;
    memcpy(&words, steps, sizeof words);
    return words + philox_broadcast(from);
}

/* Words of 32 bits side by side in memory. */
static inline philox_words philox_widen(const uint32_t *words)
{
    typedef uint32_t packed __attribute__((vector_size(PHILOX_LANES * sizeof(uint32_t))));
    packed narrow;
    memcpy(&narrow, words, sizeof narrow);
    return __builtin_convertvector(narrow, philox_words);
}

/* Two words of each block, side by side in memory as `first[0], second[0], first[1], ...` */
static inline void philox_put_pairs(uint32_t *to, philox_words first, philox_words second)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const philox_words low = first, high = second;
#else
    const philox_words low = second, high = first;
#endif
    const philox_words pairs = (low & philox_broadcast(UINT32_MAX)) | high << 32;
    memcpy(to, &pairs, sizeof pairs);
}

/* The products of the low words, 64 bits each. Compilers make three multiplications of it where one instruction does.
 */
static inline philox_words philox_multiply(philox_words a, uint32_t factor)
{
    const philox_words b = philox_broadcast(factor);
#if defined(__AVX512F__)
    return (philox_words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (philox_words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
    return (philox_words)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & UINT32_MAX) * b;
#endif
}

/* PHILOX_LANES blocks: the counters in, the random words out; what stands above their 32 bits has no meaning. */
static inline void philox_turn(philox_words word[PHILOX_WORDS], uint64_t key)
{
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < PHILOX_ROUNDS; round++, k0 += PHILOX_W0, k1 += PHILOX_W1) {
        const philox_words p0 = philox_multiply(word[0], PHILOX_M0), p1 = philox_multiply(word[2], PHILOX_M1);
        word[0] = (p1 >> 32) ^ word[1] ^ philox_broadcast(k0);
        word[1] = p1;
        word[2] = (p0 >> 32) ^ word[3] ^ philox_broadcast(k1);
        word[3] = p0;
    }
}

#endif

/* Mix: seeds made of a seed. */
#ifndef ENTENTE_MIX_H
#define ENTENTE_MIX_H

#include <stdint.h>

/* SplitMix64 (Steele, Lea & Flood 2014): the seed number `k` of those that `seed` gives, which share no luck. */
static inline uint64_t mix_seed(uint64_t seed, uint64_t k)
{
    uint64_t z = seed + (k + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif

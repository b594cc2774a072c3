#include "ranks.h"

#include <math.h>
#include <string.h>

enum { BITS = 8, ALL_BITS = 64 };

static const uint64_t sign = UINT64_C(1) << (ALL_BITS - 1);

/* A whole number that is in the order of the doubles. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & sign ? ~bits : bits | sign;
}

static double value_of(uint64_t key)
{
    const uint64_t bits = key & sign ? key & ~sign : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void ranks_begin(struct ranks *ranks, size_t n, const double *shares, size_t n_shares)
{
    memset(ranks, 0, sizeof *ranks);
    ranks->n_shares = n_shares;
    for (size_t k = 0; k < n_shares; k++) {
        const double place = shares[k] * (double)(n > 0 ? n - 1 : 0);
        ranks->rests[k] = place - floor(place);
        ranks->ranks[2 * k] = (uint64_t)place;
        ranks->ranks[2 * k + 1] = (uint64_t)place + (ranks->rests[k] > 0);
    }
}

/* Does sought value k begin like the one before? Then they count the same. */
static int is_shared(const struct ranks *ranks, size_t k)
{
    return k > 0 && ranks->beginnings[k] == ranks->beginnings[k - 1];
}

void ranks_add(struct ranks *ranks, int pass, const double *values, size_t n)
{
    size_t counted[2 * RANKS_MOST_SHARES], n_counted = 0;
    const int shift = ALL_BITS - BITS * (pass + 1);
    for (size_t k = 0; k < 2 * ranks->n_shares; k++)
        if (!is_shared(ranks, k))
            counted[n_counted++] = k;
    for (size_t v = 0; v < n; v++) {
        if (isnan(values[v]))
            continue;
        const uint64_t key = key_of(values[v]) >> shift;
        for (size_t c = 0; c < n_counted; c++) /* those sought begin differently */
            if (key >> BITS == ranks->beginnings[counted[c]])
                ranks->counts[counted[c]][key % RANKS_BYTES]++;
    }
}

void ranks_end_pass(struct ranks *ranks)
{
    for (size_t k = 1; k < 2 * ranks->n_shares; k++)
        if (is_shared(ranks, k))
            memcpy(ranks->counts[k], ranks->counts[k - 1], sizeof ranks->counts[k]);
    for (size_t k = 0; k < 2 * ranks->n_shares; k++) {
        uint64_t byte = 0;
        while (byte + 1 < RANKS_BYTES && ranks->ranks[k] >= ranks->counts[k][byte])
            ranks->ranks[k] -= ranks->counts[k][byte++];
        ranks->beginnings[k] = ranks->beginnings[k] << BITS | byte;
    }
    memset(ranks->counts, 0, sizeof ranks->counts);
}

double ranks_quantile(const struct ranks *ranks, size_t k)
{
    const double low = value_of(ranks->beginnings[2 * k]), high = value_of(ranks->beginnings[2 * k + 1]);
    const double rest = ranks->rests[k];
    return rest > 0 ? (1 - rest) * low + rest * high : low;
}

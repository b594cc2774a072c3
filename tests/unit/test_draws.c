/* Draws: the generator, the addresses, the distributions. */
#include <gsl/gsl_cdf.h>
#include <Random123/philox.h>

#include "engine/draws.h"
#include "engine/normal.h"
#include "fixture.h"

enum { N_DRAWS = 1000000 };

/* How far a mean or a correlation of draws may lie from what is expected, in standard errors: beyond it less than once
 * in a million. The draws are always the same, so that a test which passes once always does. */
#define MOST_SIGMAS 5

/* Random123's kat_vectors for philox4x32 with 10 rounds: counter, key, result. The counter's first word is the
 * replicate's share of four, its second the purpose above the year. */
static const struct {
    uint32_t counter[4], key[2], word[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

/* A word is a uniform number: the share of words below it, and half of one more. */
static double uniform_of(uint32_t word) { return ldexp((double)word + 0.5, -32); }

/* Where word k of the block at a counter stands in the stream. */
static struct draw_address address_of(const uint32_t *counter, const uint32_t *key, uint32_t k)
{
    return (struct draw_address){.seed = (uint64_t)key[1] << 32 | key[0],
                                 .replicate = 4 * (uint64_t)counter[0] + k,
                                 .purpose = (enum purpose)(counter[1] >> 16),
                                 .year = (int)(counter[1] & 0xffff),
                                 .a = counter[2],
                                 .b = counter[3]};
}

static void draws_are_those_of_philox_4x32_10(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT(known); n++)
        for (uint32_t k = 0; k < 4; k++) {
            const struct draw_address address = address_of(known[n].counter, known[n].key, k);
            assert_same(draws_uniform(&address), uniform_of(known[n].word[k]));
        }
}

/* At any address, against the generator's own implementation. */
static void draws_are_those_of_random123(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int n = 0; n < 10000; n++) {
        philox4x32_ctr_t counter;
        philox4x32_key_t key;
        for (size_t k = 0; k < 4; k++)
            counter.v[k] = (uint32_t)random_between(&random, 0, 0x1p32);
        for (size_t k = 0; k < 2; k++)
            key.v[k] = (uint32_t)random_between(&random, 0, 0x1p32);
        const philox4x32_ctr_t block = philox4x32(counter, key);
        for (uint32_t k = 0; k < 4; k++) {
            const struct draw_address address = address_of(counter.v, key.v, k);
            assert_same(draws_uniform(&address), uniform_of(block.v[k]));
        }
    }
}

/* The generator run backwards: the counter at which it gives these words, with a key of 0. */
static void find_counter(const uint32_t *word, uint32_t *counter)
{
    const uint32_t m0 = 0xD2511F53, m1 = 0xCD9E8D57;
    uint32_t inverse0 = 1, inverse1 = 1, w[4];
    for (int k = 0; k < 5; k++) { /* Newton: each step doubles the bits that are right */
        inverse0 *= 2 - m0 * inverse0;
        inverse1 *= 2 - m1 * inverse1;
    }
    memcpy(w, word, sizeof w);
    for (uint32_t round = 10; round-- > 0;) {
        const uint32_t w0 = w[3] * inverse0, w2 = w[1] * inverse1;
        const uint32_t high0 = (uint32_t)((uint64_t)m0 * w0 >> 32), high1 = (uint32_t)((uint64_t)m1 * w2 >> 32);
        const uint32_t w1 = w[0] ^ high1 ^ round * 0x9E3779B9, w3 = w[2] ^ high0 ^ round * 0xBB67AE85;
        w[0] = w0, w[1] = w1, w[2] = w2, w[3] = w3;
    }
    memcpy(counter, w, sizeof w);
}

/* The normal number of replicate k of 4 where the generator gives these words. */
static double normal_of(const uint32_t *word, uint32_t k)
{
    uint32_t counter[4];
    find_counter(word, counter);
    const struct draw_address address = address_of(counter, (const uint32_t[]){0, 0}, k);
    assert_same(draws_uniform(&address), uniform_of(word[k]));
    return draws_normal(&address);
}

/* What came of these addresses on the day this was written. If it changes, so do all results: the changelog says so,
 * and from version 1 on that is a new major version. */
static void the_stream_is_what_it_always_was(void **state)
{
    (void)state;
    const struct draw_address trade = {42, 7, PURPOSE_TRADE, 2005, 123456789, 987654321};
    const struct draw_address summit = {UINT64_MAX, UINT32_MAX, PURPOSE_SUMMIT, -1, 0, UINT32_MAX};
    assert_same(draws_uniform(&trade), 0x1.c7044ee3p-1);
    assert_same(draws_normal(&trade), -0x1.55972ap-1);
    assert_same(draws_uniform(&summit), 0x1.989cb686p-2);
    assert_same(draws_normal(&summit), 0x1.54b758p-1);
}

static double draw(uint64_t seed, uint64_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    return draws_uniform(&(struct draw_address){seed, replicate, purpose, year, a, b});
}

static double draw_normal(uint64_t seed, uint64_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    return draws_normal(&(struct draw_address){seed, replicate, purpose, year, a, b});
}

static void a_draw_depends_on_its_address_alone(void **state)
{
    (void)state;
    const double before = draw(1, 2, PURPOSE_SUMMIT, 2005, 3, 4);
    for (uint32_t k = 0; k < 1000; k++)
        draw(k, k, PURPOSE_TRADE, (int)k, k, k);
    assert_same(draw(1, 2, PURPOSE_SUMMIT, 2005, 3, 4), before);
}

typedef double drawing(uint64_t seed, uint64_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b);

/* The second of a pair of replicates as the first: either has its own number. */
static void assert_parts_matter(drawing *f, uint64_t replicate)
{
    const double before = f(1, replicate, PURPOSE_SUMMIT, 2005, 3, 4);
    for (uint64_t other = 0; other < 8; other++)
        assert_int_equal(before == f(1, other, PURPOSE_SUMMIT, 2005, 3, 4), other == replicate);
    assert_true(before != f(5, replicate, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(before != f(1 + (UINT64_C(1) << 32), replicate, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(before != f(1, replicate, PURPOSE_TRADE, 2005, 3, 4));
    assert_true(before != f(1, replicate, PURPOSE_SUMMIT, 2006, 3, 4));
    assert_true(before != f(1, replicate, PURPOSE_SUMMIT, 2005, 5, 4));
    assert_true(before != f(1, replicate, PURPOSE_SUMMIT, 2005, 3, 5));
}

static void each_part_of_an_address_matters(void **state)
{
    (void)state;
    for (uint64_t replicate = 0; replicate < 4; replicate++) {
        assert_parts_matter(draw, replicate);
        assert_parts_matter(draw_normal, replicate);
    }
}

static int compare_bits(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Draws at a million addresses; returns how many. */
static size_t draw_many(double *draws)
{
    size_t n = 0;
    for (uint64_t replicate = 0; replicate < 50; replicate++)
        for (int purpose = 1; purpose <= 10; purpose++)
            for (int year = 2001; year <= 2020; year++)
                for (uint32_t a = 0; a < 10; a++)
                    for (uint32_t b = 0; b < 10; b++)
                        draws[n++] = draw(1, replicate, (enum purpose)purpose, year, a, b);
    return n;
}

/* Of a million draws of 32 bits, as many are alike as chance makes: n^2 / 2 of 2^32 pairs are 116, with a standard
 * deviation of the square root of that. If two addresses shared their draws, thousands would be. */
static void no_more_draws_are_alike_than_by_chance(void **state)
{
    (void)state;
    double *draws = malloc(N_DRAWS * sizeof *draws), n_alike = 0;
    assert_int_equal(draw_many(draws), N_DRAWS);
    qsort(draws, N_DRAWS, sizeof *draws, compare_bits);
    for (size_t k = 1; k < N_DRAWS; k++)
        n_alike += draws[k] == draws[k - 1];
    const double expected = (double)N_DRAWS * N_DRAWS / 2 * 0x1p-32;
    assert_true(fabs(n_alike - expected) < MOST_SIGMAS * sqrt(expected));
    free(draws);
}

/* Draws of two neighbouring replicates as one number of 2^64, of which its 52 highest bits are kept: among half a
 * million one expects 0.00003 pairs that are alike. */
static void no_two_addresses_share_a_pair_of_draws(void **state)
{
    (void)state;
    double *draws = malloc(N_DRAWS * sizeof *draws);
    const size_t n = draw_many(draws) / 2, n_addresses = N_DRAWS / 50;
    for (size_t replicate = 0; replicate < 50; replicate += 2) /* the first loop */
        for (size_t k = 0; k < n_addresses; k++)
            draws[replicate / 2 * n_addresses + k] =
                draws[replicate * n_addresses + k] + 0x1p-20 * draws[(replicate + 1) * n_addresses + k];
    qsort(draws, n, sizeof *draws, compare_bits);
    for (size_t k = 1; k < n; k++)
        assert_true(draws[k] > draws[k - 1]);
    free(draws);
}

static void uniform_draws_lie_within_0_and_1(void **state)
{
    (void)state;
    assert_true(uniform_of(0) > 0);
    assert_true(uniform_of(UINT32_MAX) < 1);
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double u = draw(3, k, PURPOSE_EXIT, 2005, 0, 0);
        assert_true(u > 0 && u < 1);
    }
}

/* Is the sample mean of n values within MOST_SIGMAS standard errors of what is expected? */
static void assert_mean(double sum, double n, double expected, double standard_deviation)
{
    const double sigmas = (sum / n - expected) / (standard_deviation / sqrt(n));
    if (fabs(sigmas) > MOST_SIGMAS)
        print_error("%g standard errors off\n", sigmas);
    assert_true(fabs(sigmas) <= MOST_SIGMAS);
}

/* E u^k = 1 / (k + 1), of variance 1 / (2k + 1) - 1 / (k + 1)^2 */
static void uniform_draws_have_the_moments_of_the_uniform_distribution(void **state)
{
    (void)state;
    double sum[4] = {0};
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double u = draw(4, k, PURPOSE_SUMMIT, 2005, 1, 0);
        for (int m = 0; m < 4; m++)
            sum[m] += pow(u, m + 1);
    }
    for (int m = 0; m < 4; m++) {
        const double k = m + 1, mean = 1 / (k + 1);
        assert_mean(sum[m], N_DRAWS, mean, sqrt(1 / (2 * k + 1) - mean * mean));
    }
}

/* z, z², z³, z⁴ have the means 0, 1, 0, 3 and the variances 1, 2, 15, 96. */
static void normal_draws_have_the_moments_of_the_normal_distribution(void **state)
{
    (void)state;
    static const double mean[] = {0, 1, 0, 3}, variance[] = {1, 2, 15, 96};
    double sum[4] = {0};
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double z = draw_normal(5, k, PURPOSE_TRADE, 2005, 1, 0);
        for (int m = 0; m < 4; m++)
            sum[m] += pow(z, m + 1);
    }
    for (int m = 0; m < 4; m++)
        assert_mean(sum[m], N_DRAWS, mean[m], sqrt(variance[m]));
}

/* 256 bins of equal share: chi² has the mean 255 and the variance 510. */
static void uniform_draws_fill_all_bins_alike(void **state)
{
    (void)state;
    double count[256] = {0}, chi_squared = 0;
    for (uint32_t k = 0; k < N_DRAWS; k++)
        count[(int)(256 * draw(6, k, PURPOSE_EXIT, 2005, 1, 0))] += 1;
    for (int b = 0; b < 256; b++)
        chi_squared += square(count[b] - N_DRAWS / 256.0) / (N_DRAWS / 256.0);
    assert_true(fabs(chi_squared - 255) < MOST_SIGMAS * sqrt(510));
}

/* Two draws that are neighbours in one part of their address: (u - 1/2)(v - 1/2) has mean 0 and variance 1/144. */
typedef void neighbours(double *u, double *v, uint32_t k);

static void assert_uncorrelated(neighbours *draw_two)
{
    double sum = 0;
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        double u, v;
        draw_two(&u, &v, k);
        sum += (u - 0.5) * (v - 0.5);
    }
    assert_mean(sum, N_DRAWS, 0, 1.0 / 12);
}

static void replicates(double *u, double *v, uint32_t k)
{
    *u = draw(7, 2 * k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = draw(7, 2 * k + 1, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void years(double *u, double *v, uint32_t k)
{
    *u = draw(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = draw(7, k, PURPOSE_SUMMIT, 2006, 1, 0);
}

static void states(double *u, double *v, uint32_t k)
{
    *u = draw(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = draw(7, k, PURPOSE_SUMMIT, 2005, 2, 0);
}

static void purposes(double *u, double *v, uint32_t k)
{
    *u = draw(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = draw(7, k, PURPOSE_POSITION, 2005, 1, 0);
}

static void seeds(double *u, double *v, uint32_t k)
{
    *u = draw(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = draw(8, k, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void areas(double *u, double *v, uint32_t k)
{
    *u = draw(7, k, PURPOSE_SUMMIT, 2005, 1, SECURITY);
    *v = draw(7, k, PURPOSE_SUMMIT, 2005, 1, ECONOMY);
}

/* Of one block, but not of one pair; of two blocks. */
static void pairs(double *u, double *v, uint32_t k)
{
    *u = draw(7, 2 * k + 1, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = draw(7, 2 * k + 2, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void draws_of_neighbouring_replicates_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(replicates);
}

static void draws_of_neighbouring_pairs_of_replicates_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(pairs);
}

/* Two normal numbers made together are as if each were made alone: z w, (z^2 - 1)(w^2 - 1), z (w^2 - 1), (z^2 - 1) w
 * have the mean 0 and the variances 1, 4, 2, 2. */
static void normal_draws_of_a_pair_of_replicates_are_independent(void **state)
{
    (void)state;
    static const double variance[] = {1, 4, 2, 2};
    double sum[4] = {0};
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double z = draw_normal(7, 2 * k, PURPOSE_TRADE, 2005, 1, 0);
        const double w = draw_normal(7, 2 * k + 1, PURPOSE_TRADE, 2005, 1, 0);
        sum[0] += z * w;
        sum[1] += (z * z - 1) * (w * w - 1);
        sum[2] += z * (w * w - 1);
        sum[3] += (z * z - 1) * w;
    }
    for (int m = 0; m < 4; m++)
        assert_mean(sum[m], N_DRAWS, 0, sqrt(variance[m]));
}

static void draws_of_neighbouring_years_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(years);
}

static void draws_of_two_states_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(states);
}

static void draws_for_two_purposes_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(purposes);
}

static void draws_of_neighbouring_seeds_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(seeds);
}

static void draws_of_the_two_areas_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(areas);
}

/* Box & Muller 1958 by the C library, of two words: of two neighbouring replicates the even one has the cosine. The
 * share is that of 31 bits. Errors, in units of 2^-24:
 * - The share is rounded to a float, near 1 by half a unit, which moves the square of the radius by one: by 1 / radius,
 *   and where the radius is 0 by 2^12.
 * - The logarithm, its root and the product are off by up to a unit or so of themselves, sine and cosine by 2.48 (most
 * of it from the turn, rounded to a float): together 3.24 times the radius is the most that 60 million pairs showed. */
static void assert_box_muller(double z, uint32_t even, uint32_t odd, bool is_odd)
{
    const long double pi = 3.141592653589793238462643383279502884L,
                      share = ldexpl((long double)(even >> 1) + 0.5L, -31);
    const long double radius = sqrtl(-2 * logl(share)), angle = 2 * pi * ldexpl((long double)odd, -32);
    const long double expected = radius * (is_odd ? sinl(angle) : cosl(angle));
    assert_true(fabsl((long double)z - expected) <= 0x1p-24L * (3.5L * radius + 1 / fmaxl(radius, 0x1p-12L)));
}

static void normal_draws_agree_with_the_c_library_and_random123(void **state)
{
    (void)state;
    const philox4x32_key_t key = {{9, 0}};
    for (uint32_t n = 0; n < 100000; n++) {
        const philox4x32_ctr_t counter = {{n, (uint32_t)PURPOSE_TRADE << 16 | 2005, 12, 34}};
        const philox4x32_ctr_t block = philox4x32(counter, key);
        for (uint32_t k = 0; k < 4; k++) {
            const double z = draw_normal(9, 4 * (uint64_t)n + k, PURPOSE_TRADE, 2005, 12, 34);
            assert_box_muller(z, block.v[k & 2], block.v[(k & 2) + 1], k % 2 == 1);
        }
    }
}

/* Words at and beside the ends, the middle and the eighths of a turn. */
static const uint32_t corner[] = {0,          1,          2,          1000,       0x1fffffff, 0x20000000, 0x3fffffff,
                                  0x40000000, 0x5fffffff, 0x60000000, 0x7fffffff, 0x80000000, 0x9fffffff, 0xa0000000,
                                  0xbfffffff, 0xc0000000, 0xdfffffff, 0xe0000000, 0xfffffc00, 0xfffffffe, 0xffffffff};

static void normal_draws_agree_with_the_c_library_in_the_tails(void **state)
{
    (void)state;
    for (size_t r = 0; r < COUNT(corner); r++)
        for (size_t a = 0; a < COUNT(corner); a++) {
            const uint32_t word[] = {corner[r], corner[a], corner[a], corner[r]};
            for (uint32_t k = 0; k < 4; k++)
                assert_box_muller(normal_of(word, k), word[k & 2], word[(k & 2) + 1], k % 2 == 1);
        }
}

/* sqrt(2 ln 2^32) = 6.6604, to the float: at the lowest words and at no turn, half a turn and the quarters. */
static void the_largest_normal_draw_is_known(void **state)
{
    (void)state;
    const double most = (double)(float)sqrt(64 * log(2));
    assert_true(most < 6.7);
    assert_same(normal_of((const uint32_t[]){0, 0, 0, 0x80000000}, 0), most);
    assert_same(normal_of((const uint32_t[]){1, 0, 1, 0x80000000}, 2), -most);
    assert_same(normal_of((const uint32_t[]){0, 0x40000000, 0, 0xc0000000}, 1), most);
    assert_same(normal_of((const uint32_t[]){1, 0x40000000, 1, 0xc0000000}, 3), -most);
}

/* The highest 128 words are a share that floats round to 1: of 2^25 pairs of draws, one is 0 and 0. */
static void the_smallest_radius_is_zero(void **state)
{
    (void)state;
    assert_true(normal_radius(UINT32_MAX) == 0);
    assert_true(normal_radius(UINT32_MAX - 127) == 0);
    assert_true(normal_radius(UINT32_MAX - 128) > 0);
}

/* Finite, and no number beyond what it may be: NaN is not either. */
static void assert_word_is_sound(uint32_t word)
{
    float sine, cosine;
    normal_sine_cosine(word, &sine, &cosine);
    assert_true(normal_radius(word) >= 0 && normal_radius(word) < 6.7f);
    assert_true(fabsf(sine) <= 1 && fabsf(cosine) <= 1);
    assert_true(fabsf(sine * sine + cosine * cosine - 1) < 0x1p-22f);
}

/* Of words at the ends, the eighths of a turn and the powers of two, and of thousands to either side. */
static void no_word_gives_a_normal_draw_that_is_not_finite(void **state)
{
    (void)state;
    for (uint32_t beside = 0; beside < 10000; beside++) {
        for (size_t k = 0; k < COUNT(corner); k++) {
            assert_word_is_sound(corner[k] + beside);
            assert_word_is_sound(corner[k] - beside);
        }
        for (int k = 0; k < 32; k++) {
            assert_word_is_sound((UINT32_C(1) << k) + beside);
            assert_word_is_sound((UINT32_C(1) << k) - beside);
        }
    }
}

/* Each thousandth word, and all of those where floats become coarser. */
static void the_radius_never_grows_with_the_word(void **state)
{
    (void)state;
    float before = INFINITY;
    for (uint64_t word = 0; word <= UINT32_MAX; word += 1021) {
        const float radius = normal_radius((uint32_t)word);
        assert_true(radius <= before);
        before = radius;
    }
    for (int k = 1; k <= 32; k++)
        for (uint32_t beside = 0; beside < 1000; beside++) {
            const uint32_t word = (uint32_t)((UINT64_C(1) << k) - 1) - beside;
            assert_true(word == 0 || normal_radius(word) <= normal_radius(word - 1));
        }
}

/* How many lie beyond 3, 4 and 4.5 standard deviations, on either side. */
static void as_many_normal_draws_lie_in_the_tails_as_should(void **state)
{
    (void)state;
    static const double beyond[] = {3, 4, 4.5};
    enum { N_MANY = 4 * N_DRAWS };
    double above[3] = {0}, below[3] = {0};
    for (uint32_t n = 0; n < N_MANY; n++) {
        const double z = draw_normal(10, n, PURPOSE_POSITION, 2005, 1, 0);
        for (size_t k = 0; k < COUNT(beyond); k++) {
            above[k] += z > beyond[k];
            below[k] += z < -beyond[k];
        }
    }
    for (size_t k = 0; k < COUNT(beyond); k++) {
        const double share = gsl_cdf_ugaussian_Q(beyond[k]);
        assert_mean(above[k], N_MANY, share, sqrt(share));
        assert_mean(below[k], N_MANY, share, sqrt(share));
    }
}

typedef uint32_t other_turn(uint32_t turn);

static uint32_t other_way(uint32_t turn) { return 0 - turn; }
static uint32_t half_a_turn_on(uint32_t turn) { return turn + 0x80000000; }

/* What becomes of the cosines and sines when turns, of which these bits are kept, are others: to the bit. */
static void assert_signs_change(other_turn *other, uint32_t kept, double of_cosine, double of_sine)
{
    uint64_t random = 4;
    for (int n = 0; n < 1000; n++) {
        uint32_t word[4], turned[4];
        for (size_t k = 0; k < 4; k++) {
            word[k] = (uint32_t)random_between(&random, 0, 0x1p32) & (k % 2 ? kept : UINT32_MAX);
            turned[k] = k % 2 ? other(word[k]) : word[k];
        }
        for (uint32_t k = 0; k < 4; k++)
            assert_same(normal_of(turned, k), (k % 2 ? of_sine : of_cosine) * normal_of(word, k));
    }
}

/* A turn the other way has the same cosine and the opposite sine: words are signed shares of a turn. */
static void normal_draws_of_opposite_turns_are_symmetric(void **state)
{
    (void)state;
    assert_signs_change(other_way, UINT32_MAX, 1, -1);
}

/* Half a turn on both have the other sign, where floats tell both turns: 24 bits and a sign. Elsewhere a turn is
 * rounded one way and the one half a turn on another. */
static void normal_draws_of_half_a_turn_on_are_symmetric(void **state)
{
    (void)state;
    assert_signs_change(half_a_turn_on, ~UINT32_C(0x7f), -1, -1);
}

static uint64_t hash_float(uint64_t hash, double z)
{
    assert_same((double)(float)z, z);
    return hash * 31 + normal_bits((float)z);
}

/* As on the day this was written, whatever the compiler: in the middle and at the ends. */
static void normal_draws_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    uint64_t hash = 0;
    for (uint32_t n = 0; n < 200000; n++)
        hash = hash_float(hash, draw_normal(11, n, PURPOSE_ECONOMY, 2005, 5, 0));
    for (size_t r = 0; r < COUNT(corner); r++)
        for (size_t a = 0; a < COUNT(corner); a++)
            for (uint32_t k = 0; k < 4; k++)
                hash = hash_float(hash, normal_of((const uint32_t[]){corner[r], corner[a], corner[a], corner[r]}, k));
    assert_int_equal(hash, UINT64_C(0xb3ab1da20a4968ad));
}

static const uint32_t keys[N_STATES] = {900, 20, 31, 7000, 5, 66, 4000000000};

static struct draws *draws_of(const struct world *world, uint64_t seed, const uint32_t *state_keys)
{
    void *memory = aligned_alloc(WORLD_ALIGNMENT, (draws_bytes(world->n_states) + 63) / 64 * 64);
    return draws_lay_out(memory, world, seed, state_keys);
}

static void fill(struct fixture *f, uint64_t seed, size_t first, int year, const uint32_t *state_keys)
{
    struct draws *draws = draws_of(&f->world, seed, state_keys);
    draws_fill(draws, &f->world, FOR_STEPS_2_TO_5, first, year);
    draws_fill(draws, &f->world, FOR_STEPS_6_TO_16, first, year);
    free(draws);
}

/* All ask for all draws. */
static void ask_all(struct world *world)
{
    for (size_t i = 0; i < world->n_states; i++) {
        world->is_member_somewhere[i] = world->is_outsider_somewhere[i] = true;
        world->is_candidate_somewhere[i] = world->grows_by_itself[i] = true;
    }
}

static struct fixture *filled(uint64_t seed, size_t first, int year, const uint32_t *state_keys)
{
    struct fixture *f = fixture_blank(N_STATES);
    ask_all(&f->world);
    fill(f, seed, first, year, state_keys);
    return f;
}

static bool is_draw(const struct variable *variable)
{
    return variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL;
}

/* Whom an element is about: a state, and its area; two states, of a dyad the lower key first; of a pair who is asked
 * first. */
static void find_keys(enum shape shape, size_t e, uint32_t *a, uint32_t *b)
{
    *a = shape == BY_STATE_AREA ? keys[e / AREAS] : shape == BY_STATE ? keys[e] : keys[e % N_STATES];
    *b = shape == BY_STATE_AREA ? (uint32_t)(e % AREAS) : shape == BY_STATE ? 0 : keys[e / N_STATES];
    if (shape != BY_DYAD)
        return;
    FOR_DYADS(N_STATES, i, j, d)
        if (d == e) {
            *a = keys[i] < keys[j] ? keys[i] : keys[j];
            *b = keys[i] < keys[j] ? keys[j] : keys[i];
        }
}

static void assert_draws_of_replicates(const struct array *array, size_t first)
{
    for (size_t e = 0; e < array->count; e++)
        EACH_LANE(l) {
            struct draw_address address = {.seed = 9,
                                           .replicate = first + l,
                                           .purpose = array->variable->purpose,
                                           .year = 2005};
            find_keys(array->variable->shape, e, &address.a, &address.b);
            assert_same(array->lanes[e][l],
                        array->variable->kind == DRAW_NORMAL ? draws_normal(&address) : draws_uniform(&address));
        }
}

/* Whichever replicate is the first, also one in the middle of a block. */
static void a_lane_has_the_draws_of_its_replicate(void **state)
{
    (void)state;
    for (size_t first = 96; first <= 104; first++) {
        struct fixture *f = filled(9, first, 2005, keys);
        struct array arrays[MOST_ARRAYS];
        const size_t n = list_arrays(&f->world, arrays);
        for (size_t k = 0; k < n; k++)
            if (is_draw(arrays[k].variable))
                assert_draws_of_replicates(&arrays[k], first);
        fixture_free(f);
    }
}

static void a_replicate_has_its_draws_in_any_lane(void **state)
{
    (void)state;
    for (size_t shift = 1; shift < LANES; shift++) {
        struct fixture *f = filled(9, 0, 2005, keys), *shifted = filled(9, shift, 2005, keys);
        for (size_t d = 0; d < f->world.n_dyads; d++)
            for (size_t l = shift; l < LANES; l++)
                assert_same(shifted->world.trade_draw[d][l - shift], f->world.trade_draw[d][l]);
        fixture_free(shifted);
        fixture_free(f);
    }
}

/* The same states listed in reverse have the same draws: of each state, of each dyad from either end, of each pair. */
static void draws_belong_to_states_and_not_to_their_places(void **state)
{
    (void)state;
    uint32_t reversed[N_STATES];
    for (size_t i = 0; i < N_STATES; i++)
        reversed[i] = keys[N_STATES - 1 - i];
    struct fixture *f = filled(9, 0, 2005, keys), *other = filled(9, 0, 2005, reversed);
    for (size_t i = 0; i < N_STATES; i++) {
        const size_t i_there = N_STATES - 1 - i;
        assert_same(other->world.growth_draw[i_there][0], f->world.growth_draw[i][0]);
        for (size_t j = 0; j < N_STATES; j++) {
            const size_t j_there = N_STATES - 1 - j;
            assert_same(other->world.approval_draw[i_there * N_STATES + j_there][0],
                        f->world.approval_draw[i * N_STATES + j][0]);
            if (i != j)
                assert_same(other->world.trade_draw[dyad_index(N_STATES, i_there, j_there)][0],
                            f->world.trade_draw[dyad_index(N_STATES, i, j)][0]);
        }
    }
    fixture_free(other);
    fixture_free(f);
}

static void approval_of_each_other_takes_two_draws(void **state)
{
    (void)state;
    struct fixture *f = filled(9, 0, 2005, keys);
    assert_true(f->world.approval_draw[0 * N_STATES + 1][0] != f->world.approval_draw[1 * N_STATES + 0][0]);
    fixture_free(f);
}

/* First those for steps 2 to 5, then the others. */
static void filling_writes_all_draws_and_nothing_else(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(1), *before = NULL;
    struct array arrays[MOST_ARRAYS], were[MOST_ARRAYS];
    ask_all(&f->world);
    struct draws *draws = draws_of(&f->world, 9, keys);
    for (enum draw_time time = FOR_STEPS_2_TO_5; time <= FOR_STEPS_6_TO_16; time++) {
        before = fixture_copy(f);
        draws_fill(draws, &f->world, time, 0, 2005);
        const size_t n = list_arrays(&f->world, arrays);
        list_arrays(&before->world, were);
        for (size_t k = 0; k < n; k++)
            for (size_t e = 0; e < arrays[k].count; e++) {
                const bool is_written = is_draw(arrays[k].variable) && arrays[k].variable->time == time;
                if (!is_written)
                    assert_lanes_same(&were[k], &arrays[k], e, LANES);
                EACH_LANE(l)
                    if (is_written)
                        assert_true(were[k].lanes[e][l] != arrays[k].lanes[e][l]);
            }
        fixture_free(before);
    }
    free(draws);
    fixture_free(f);
}

/* A world in which nobody asks for a draw; all draws are 7. */
static struct fixture *nobody_asks(void)
{
    struct fixture *f = fixture_blank(N_STATES);
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; is_draw(arrays[k].variable) && e < arrays[k].count; e++)
            put(arrays[k].lanes[e], 7);
    return f;
}

/* Members vote, on candidates. Where nobody asks, draws keep what they had. */
static void approvals_are_drawn_for_members_and_candidates_alone(void **state)
{
    (void)state;
    struct fixture *f = nobody_asks();
    f->world.is_member_somewhere[1] = f->world.is_candidate_somewhere[3] = true;
    fill(f, 9, 0, 2005, keys);
    for (size_t i = 0; i < N_STATES; i++)
        for (size_t j = 0; j < N_STATES; j++)
            assert_true((f->world.approval_draw[j * N_STATES + i][0] != 7) == (i == 1 && j == 3));
    fixture_free(f);
}

static void exits_and_positions_are_drawn_for_members_alone(void **state)
{
    (void)state;
    struct fixture *f = nobody_asks();
    f->world.is_member_somewhere[2] = f->world.is_candidate_somewhere[3] = true;
    fill(f, 9, 0, 2005, keys);
    for (size_t i = 0; i < N_STATES; i++) {
        assert_int_equal(f->world.exit_draw[i][0] != 7, i == 2);
        for (size_t k = 0; k < AREAS; k++)
            assert_int_equal(f->world.position_draw[i][k][0] != 7, i == 2);
    }
    fixture_free(f);
}

static void taking_part_is_drawn_for_members_and_applying_for_those_who_could(void **state)
{
    (void)state;
    struct fixture *f = nobody_asks();
    f->world.is_member_somewhere[2] = f->world.is_outsider_somewhere[3] = true;
    fill(f, 9, 0, 2005, keys);
    for (size_t i = 0; i < N_STATES; i++) {
        assert_int_equal(f->world.application_draw[i][0] != 7, i == 3);
        for (size_t k = 0; k < AREAS; k++)
            assert_int_equal(f->world.summit_draw[i][k][0] != 7, i == 2);
    }
    fixture_free(f);
}

static void growth_is_drawn_for_states_of_which_no_series_tells(void **state)
{
    (void)state;
    struct fixture *f = nobody_asks();
    f->world.grows_by_itself[4] = true;
    fill(f, 9, 0, 2005, keys);
    for (size_t i = 0; i < N_STATES; i++)
        assert_int_equal(f->world.growth_draw[i][0] != 7, i == 4);
    fixture_free(f);
}

/* Whom an earlier year asked makes no difference to a later one. */
static void a_year_asks_anew(void **state)
{
    (void)state;
    struct fixture *f = nobody_asks(), *once = nobody_asks();
    struct draws *draws = draws_of(&f->world, 9, keys);
    for (size_t i = 0; i < 4; i++)
        f->world.is_member_somewhere[i] = true;
    draws_fill(draws, &f->world, FOR_STEPS_6_TO_16, 0, 2004);
    for (size_t i = 0; i < 4; i++)
        put(f->world.exit_draw[i], 7);
    f->world.is_member_somewhere[0] = f->world.is_member_somewhere[1] = false;
    once->world.is_member_somewhere[2] = once->world.is_member_somewhere[3] = true;
    draws_fill(draws, &f->world, FOR_STEPS_6_TO_16, 0, 2005);
    fill(once, 9, 0, 2005, keys);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l)
            assert_same(f->world.exit_draw[i][l], once->world.exit_draw[i][l]);
    free(draws);
    fixture_free(once);
    fixture_free(f);
}

static void neutral_draws_are_a_half_and_zero(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(1);
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays);
    draws_fill_neutral(&f->world);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; is_draw(arrays[k].variable) && e < arrays[k].count; e++)
            EACH_LANE(l)
                assert_same(arrays[k].lanes[e][l], arrays[k].variable->kind == DRAW_UNIFORM ? 0.5 : 0);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_those_of_philox_4x32_10),
        cmocka_unit_test(draws_are_those_of_random123),
        cmocka_unit_test(the_stream_is_what_it_always_was),
        cmocka_unit_test(a_draw_depends_on_its_address_alone),
        cmocka_unit_test(each_part_of_an_address_matters),
        cmocka_unit_test(no_more_draws_are_alike_than_by_chance),
        cmocka_unit_test(no_two_addresses_share_a_pair_of_draws),
        cmocka_unit_test(uniform_draws_lie_within_0_and_1),
        cmocka_unit_test(uniform_draws_have_the_moments_of_the_uniform_distribution),
        cmocka_unit_test(normal_draws_have_the_moments_of_the_normal_distribution),
        cmocka_unit_test(uniform_draws_fill_all_bins_alike),
        cmocka_unit_test(draws_of_neighbouring_replicates_are_uncorrelated),
        cmocka_unit_test(draws_of_neighbouring_pairs_of_replicates_are_uncorrelated),
        cmocka_unit_test(normal_draws_of_a_pair_of_replicates_are_independent),
        cmocka_unit_test(draws_of_neighbouring_years_are_uncorrelated),
        cmocka_unit_test(draws_of_two_states_are_uncorrelated),
        cmocka_unit_test(draws_for_two_purposes_are_uncorrelated),
        cmocka_unit_test(draws_of_neighbouring_seeds_are_uncorrelated),
        cmocka_unit_test(draws_of_the_two_areas_are_uncorrelated),
        cmocka_unit_test(normal_draws_agree_with_the_c_library_and_random123),
        cmocka_unit_test(normal_draws_agree_with_the_c_library_in_the_tails),
        cmocka_unit_test(the_largest_normal_draw_is_known),
        cmocka_unit_test(the_smallest_radius_is_zero),
        cmocka_unit_test(no_word_gives_a_normal_draw_that_is_not_finite),
        cmocka_unit_test(the_radius_never_grows_with_the_word),
        cmocka_unit_test(as_many_normal_draws_lie_in_the_tails_as_should),
        cmocka_unit_test(normal_draws_of_opposite_turns_are_symmetric),
        cmocka_unit_test(normal_draws_of_half_a_turn_on_are_symmetric),
        cmocka_unit_test(normal_draws_have_the_same_bits_everywhere),
        cmocka_unit_test(a_lane_has_the_draws_of_its_replicate),
        cmocka_unit_test(a_replicate_has_its_draws_in_any_lane),
        cmocka_unit_test(draws_belong_to_states_and_not_to_their_places),
        cmocka_unit_test(approval_of_each_other_takes_two_draws),
        cmocka_unit_test(filling_writes_all_draws_and_nothing_else),
        cmocka_unit_test(approvals_are_drawn_for_members_and_candidates_alone),
        cmocka_unit_test(exits_and_positions_are_drawn_for_members_alone),
        cmocka_unit_test(taking_part_is_drawn_for_members_and_applying_for_those_who_could),
        cmocka_unit_test(growth_is_drawn_for_states_of_which_no_series_tells),
        cmocka_unit_test(a_year_asks_anew),
        cmocka_unit_test(neutral_draws_are_a_half_and_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

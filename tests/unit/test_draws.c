/* Draws: the generator, the addresses, the distributions. */
#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>

#include "engine/draws.h"
#include "fixture.h"

enum { N_DRAWS = 1000000 };

/* How far a mean or a correlation of draws may lie from what is expected, in standard errors: beyond it less than once
 * in a million. The draws are always the same, so that a test which passes once always does. */
#define MOST_SIGMAS 5

/* Random123's kat_vectors for philox4x32 with 10 rounds: counter, key, result. A counter's first word is the replicate over
 * four, its second the purpose above the year; each word of a result is a uniform number of one replicate. */
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

static double uniform_of(uint32_t word) { return ldexp((double)word + 0.5, -32); }

static struct draw_address at(uint64_t seed, uint64_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    return (struct draw_address){seed, replicate, purpose, year, a, b};
}

static double uniform(uint64_t seed, uint64_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    const struct draw_address address = at(seed, replicate, purpose, year, a, b);
    return draws_uniform(&address);
}

static double normal(uint64_t seed, uint64_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    const struct draw_address address = at(seed, replicate, purpose, year, a, b);
    return draws_normal(&address);
}

static void draws_are_those_of_philox_4x32_10(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(known); k++) {
        const uint32_t *c = known[k].counter;
        const uint64_t seed = (uint64_t)known[k].key[1] << 32 | known[k].key[0];
        for (uint32_t word = 0; word < 4; word++)
            assert_same(uniform(seed, UINT64_C(4) * c[0] + word, (enum purpose)(c[1] >> 16), (int)(c[1] & 0xffff), c[2], c[3]),
                        uniform_of(known[k].word[word]));
    }
}

/* What came of these addresses on the day this was written. If it changes, so do all results: that is a new major
 * version. */
static void the_stream_is_what_it_always_was(void **state)
{
    (void)state;
    assert_same(uniform(42, 7, PURPOSE_TRADE, 2005, 123456789, 987654321), 0x1.c7044ee3p-1);
    assert_same(normal(42, 7, PURPOSE_TRADE, 2005, 123456789, 987654321), -0x1.55972b1846859p-1);
    assert_same(uniform(UINT64_MAX, UINT32_MAX, PURPOSE_SUMMIT, -1, 0, UINT32_MAX), 0x1.989cb686p-2);
    assert_same(normal(UINT64_MAX, UINT32_MAX, PURPOSE_SUMMIT, -1, 0, UINT32_MAX), 0x1.54b756389c32p-1);
}

static void a_draw_depends_on_its_address_alone(void **state)
{
    (void)state;
    const double before = uniform(1, 2, PURPOSE_SUMMIT, 2005, 3, 4);
    for (uint32_t k = 0; k < 1000; k++)
        uniform(k, k, PURPOSE_TRADE, (int)k, k, k);
    assert_same(uniform(1, 2, PURPOSE_SUMMIT, 2005, 3, 4), before);
}

static void each_part_of_an_address_matters(void **state)
{
    (void)state;
    const double draw = uniform(1, 2, PURPOSE_SUMMIT, 2005, 3, 4);
    assert_true(draw != uniform(5, 2, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != uniform(1 + (UINT64_C(1) << 32), 2, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != uniform(1, 3, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != uniform(1, 6, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != uniform(1, 2, PURPOSE_TRADE, 2005, 3, 4));
    assert_true(draw != uniform(1, 2, PURPOSE_SUMMIT, 2006, 3, 4));
    assert_true(draw != uniform(1, 2, PURPOSE_SUMMIT, 2005, 5, 4));
    assert_true(draw != uniform(1, 2, PURPOSE_SUMMIT, 2005, 3, 5));
}

static int compare_bits(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of two million numbers among 2^32 one expects 465.7 pairs that are alike (n^2 / 2 / 2^32), with a standard deviation of 21.6. */
static void no_more_addresses_share_a_draw_than_by_chance(void **state)
{
    (void)state;
    const double pairs = 2.0 * N_DRAWS * (2.0 * N_DRAWS - 1) / 2 * 0x1p-32;
    double *draws = malloc(2 * N_DRAWS * sizeof *draws), n_alike = 0;
    size_t n = 0;
    for (uint32_t replicate = 0; replicate < 100; replicate++)
        for (int purpose = 1; purpose <= 10; purpose++)
            for (int year = 2001; year <= 2020; year++)
                for (uint32_t a = 0; a < 10; a++)
                    for (uint32_t b = 0; b < 10; b++)
                        draws[n++] = uniform(1, replicate, (enum purpose)purpose, year, a, b);
    assert_int_equal(n, 2 * N_DRAWS);
    qsort(draws, n, sizeof *draws, compare_bits);
    for (size_t k = 1; k < n; k++)
        n_alike += draws[k] == draws[k - 1];
    assert_true(fabs(n_alike - pairs) <= MOST_SIGMAS * sqrt(pairs));
    free(draws);
}

static void uniform_draws_lie_within_0_and_1(void **state)
{
    (void)state;
    assert_true(uniform_of(0) > 0);
    assert_true(uniform_of(UINT32_MAX) < 1);
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double u = uniform(3, k, PURPOSE_EXIT, 2005, 0, 0);
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
        const double u = uniform(4, k, PURPOSE_SUMMIT, 2005, 1, 0);
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
        const double z = normal(5, k, PURPOSE_TRADE, 2005, 1, 0);
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
        count[(int)(256 * uniform(6, k, PURPOSE_EXIT, 2005, 1, 0))] += 1;
    for (int b = 0; b < 256; b++)
        chi_squared += square(count[b] - N_DRAWS / 256.0) / (N_DRAWS / 256.0);
    assert_true(fabs(chi_squared - 255) < MOST_SIGMAS * sqrt(510));
}

/* Two draws that are neighbours in one part of their address: (u - 1/2)(v - 1/2) has mean 0 and variance 1/144. */
typedef void neighbours(double *u, double *v, uint32_t k);

static void assert_uncorrelated(neighbours *draw)
{
    double sum = 0;
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        double u, v;
        draw(&u, &v, k);
        sum += (u - 0.5) * (v - 0.5);
    }
    assert_mean(sum, N_DRAWS, 0, 1.0 / 12);
}

static void replicates(double *u, double *v, uint32_t k)
{
    *u = uniform(7, 2 * k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = uniform(7, 2 * k + 1, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void years(double *u, double *v, uint32_t k)
{
    *u = uniform(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = uniform(7, k, PURPOSE_SUMMIT, 2006, 1, 0);
}

static void states(double *u, double *v, uint32_t k)
{
    *u = uniform(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = uniform(7, k, PURPOSE_SUMMIT, 2005, 2, 0);
}

static void purposes(double *u, double *v, uint32_t k)
{
    *u = uniform(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = uniform(7, k, PURPOSE_POSITION, 2005, 1, 0);
}

static void seeds(double *u, double *v, uint32_t k)
{
    *u = uniform(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = uniform(8, k, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void areas(double *u, double *v, uint32_t k)
{
    *u = uniform(7, k, PURPOSE_SUMMIT, 2005, 1, SECURITY);
    *v = uniform(7, k, PURPOSE_SUMMIT, 2005, 1, ECONOMY);
}

static void draws_of_neighbouring_replicates_are_uncorrelated(void **state)
{
    (void)state;
    assert_uncorrelated(replicates);
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

/* The two normal numbers of neighbouring replicates are made of the same two words. */
static void normal_draws_of_a_pair_of_replicates_are_uncorrelated(void **state)
{
    (void)state;
    double product = 0, of_squares = 0;
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double z = normal(8, 2 * k, PURPOSE_TRADE, 2005, 1, 2), other = normal(8, 2 * k + 1, PURPOSE_TRADE, 2005, 1, 2);
        product += z * other;
        of_squares += (z * z - 1) * (other * other - 1);
    }
    assert_mean(product, N_DRAWS, 0, 1);
    assert_mean(of_squares, N_DRAWS, 0, 2); /* z^2 has the variance 2 */
}

/* Box & Muller 1958 with the C library's functions, on Random123's own words. What a cosine near 0 has lost in the angle,
 * which the C library sees rounded, counts as absolute. */
static void normal_draws_agree_with_the_definition(void **state)
{
    (void)state;
    const double two_pi = 6.283185307179586477;
    for (uint32_t k = 0; k < 100000; k++) {
        const philox4x32_ctr_t counter = {{k, (uint32_t)PURPOSE_TRADE << 16 | 2005, 7, 9}};
        const philox4x32_key_t key = {{5, 0}};
        const philox4x32_ctr_t word = philox4x32(counter, key);
        for (uint32_t pair = 0; pair < 4; pair += 2) {
            const double radius = sqrt(-2 * log(uniform_of(word.v[pair]))), angle = two_pi * uniform_of(word.v[pair + 1]);
            const double even = normal(5, 4 * k + pair, PURPOSE_TRADE, 2005, 7, 9);
            const double odd = normal(5, 4 * k + pair + 1, PURPOSE_TRADE, 2005, 7, 9);
            assert_true(fabs(even - radius * cos(angle)) <= 4e-15 * radius);
            assert_true(fabs(odd - radius * sin(angle)) <= 4e-15 * radius);
        }
    }
}

/* Beyond 4 sigmas lie 6.334e-5 of all numbers: of two million, 127 with a standard deviation of 11. */
static void normal_draws_reach_the_tails_as_often_as_they_should(void **state)
{
    (void)state;
    const double share = 2 * gsl_cdf_ugaussian_Q(4), n = 2 * N_DRAWS;
    double n_beyond = 0, largest = 0;
    for (uint32_t k = 0; k < 2 * N_DRAWS; k++) {
        const double z = fabs(normal(10, k, PURPOSE_ECONOMY, 2010, 3, 0));
        n_beyond += z > 4;
        largest = fmax(largest, z);
    }
    assert_true(fabs(n_beyond - n * share) <= MOST_SIGMAS * sqrt(n * share));
    assert_true(largest < sqrt(-2 * log(uniform_of(0))));
}

/* As on the day this was written, whatever the compiler. */
static void normal_draws_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    uint64_t sum = 0;
    for (uint32_t k = 0; k < 100000; k++)
        sum = sum * 31 + lane_bits(normal(11, k, PURPOSE_TRADE, 2005, 7, 9));
    assert_int_equal(sum, UINT64_C(0x956d7053bdd0e345));
}

static const uint32_t keys[N_STATES] = {900, 20, 31, 7000, 5, 66, 4000000000};

static void fill(struct fixture *f, uint64_t seed, size_t first, int year, const uint32_t *state_keys, bool is_asked)
{
    void *memory = aligned_alloc(WORLD_ALIGNMENT, draws_bytes(f->world.n_states));
    struct draws *draws = draws_lay_out(memory, &f->world, seed, state_keys);
    draws_fill(draws, &f->world, first, year);
    if (is_asked)
        draws_fill_asked(draws, &f->world, first, year);
    free(memory);
}

/* All states ask, and are asked about; no series tells their GDP. */
static struct fixture *filled(uint64_t seed, size_t first, int year, const uint32_t *state_keys)
{
    struct fixture *f = fixture_blank(N_STATES);
    for (size_t i = 0; i < N_STATES; i++)
        f->world.is_member_somewhere[i] = f->world.is_candidate_somewhere[i] = true;
    fill(f, seed, first, year, state_keys, true);
    return f;
}

static void a_lane_has_the_draws_of_its_replicate(void **state)
{
    (void)state;
    for (size_t first = 100; first < 104; first++) { /* a batch that begins anywhere in a block */
        struct fixture *f = filled(9, first, 2005, keys);
        EACH_LANE(l) {
            assert_same(f->world.summit_draw[3][SECURITY][l], uniform(9, first + l, PURPOSE_SUMMIT, 2005, keys[3], SECURITY));
            assert_same(f->world.summit_draw[3][ECONOMY][l], uniform(9, first + l, PURPOSE_SUMMIT, 2005, keys[3], ECONOMY));
            assert_same(f->world.growth_draw[3][l], normal(9, first + l, PURPOSE_ECONOMY, 2005, keys[3], 0));
        }
        fixture_free(f);
    }
}

static void a_replicate_has_its_draws_in_any_lane(void **state)
{
    (void)state;
    struct fixture *f = filled(9, 0, 2005, keys), *shifted = filled(9, 3, 2005, keys);
    for (size_t d = 0; d < f->world.n_dyads; d++)
        for (size_t l = 3; l < LANES; l++)
            assert_same(shifted->world.trade_draw[d][l - 3], f->world.trade_draw[d][l]);
    fixture_free(shifted);
    fixture_free(f);
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
            assert_same(other->world.approval_draw[j_there * N_STATES + i_there][0],
                        f->world.approval_draw[j * N_STATES + i][0]);
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
    assert_same(f->world.approval_draw[1 * N_STATES + 0][0], uniform(9, 0, PURPOSE_APPROVAL, 2005, keys[0], keys[1]));
    fixture_free(f);
}

static bool is_draw(const struct variable *variable)
{
    return variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL;
}

/* First the draws that are made for all, then those that all states ask for. */
static void filling_writes_all_draws_and_nothing_else(void **state)
{
    (void)state;
    for (int is_asked = 0; is_asked < 2; is_asked++) {
        struct fixture *f = fixture_random(1);
        for (size_t i = 0; i < N_STATES; i++) {
            put(f->world.gdp_series[i], NAN);
            f->world.is_member_somewhere[i] = f->world.is_candidate_somewhere[i] = true;
        }
        struct fixture *before = fixture_copy(f);
        struct array arrays[MOST_ARRAYS], were[MOST_ARRAYS];
        fill(f, 9, 0, 2005, keys, is_asked);
        const size_t n = list_arrays(&f->world, arrays);
        list_arrays(&before->world, were);
        for (size_t k = 0; k < n; k++)
            for (size_t e = 0; e < arrays[k].count; e++) {
                const bool is_filled = is_draw(arrays[k].variable) && (is_asked || !arrays[k].variable->asks);
                if (!is_filled)
                    assert_lanes_same(&were[k], &arrays[k], e, LANES);
                EACH_LANE(l)
                    if (is_filled)
                        assert_true(were[k].lanes[e][l] != arrays[k].lanes[e][l]);
            }
        fixture_free(before);
        fixture_free(f);
    }
}

/* Members vote, on candidates; members move and may leave; GDP that a series tells has no luck. */
static void draws_are_made_for_those_who_ask_alone(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    draws_fill_neutral(&f->world);
    f->world.is_member_somewhere[1] = f->world.is_candidate_somewhere[3] = true;
    for (size_t i = 0; i < N_STATES; i++)
        put(f->world.gdp_series[i], i == 5 ? NAN : 7);
    fill(f, 9, 0, 2005, keys, true);
    for (size_t i = 0; i < N_STATES; i++) {
        assert_true((f->world.exit_draw[i][0] != 0.5) == (i == 1));
        assert_true((f->world.growth_draw[i][0] != 0) == (i == 5));
        for (size_t k = 0; k < AREAS; k++)
            assert_true((f->world.position_draw[i][k][0] != 0) == (i == 1));
        for (size_t j = 0; j < N_STATES; j++)
            assert_true((f->world.approval_draw[j * N_STATES + i][0] != 0.5) == (i == 1 && j == 3));
    }
    fixture_free(f);
}

/* A tile of blocks is not enough: the last one is filled in part. */
static void many_states_have_the_draws_that_few_have(void **state)
{
    (void)state;
    enum { MANY = 40 };
    uint32_t many_keys[MANY];
    for (uint32_t i = 0; i < MANY; i++)
        many_keys[i] = 17 * i + 1;
    struct fixture *f = fixture_blank(MANY);
    fill(f, 9, 8, 2005, many_keys, false);
    FOR_DYADS(MANY, i, j, d)
        EACH_LANE(l)
            assert_same(f->world.trade_draw[d][l], normal(9, 8 + l, PURPOSE_TRADE, 2005, many_keys[i], many_keys[j]));
    fixture_free(f);
}

static void neutral_draws_are_a_half_and_zero(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(1);
    draws_fill_neutral(&f->world);
    EACH_LANE(l) {
        assert_same(f->world.summit_draw[N_STATES - 1][ECONOMY][l], 0.5);
        assert_same(f->world.approval_draw[N_STATES * N_STATES - 1][l], 0.5);
        assert_same(f->world.trade_draw[f->world.n_dyads - 1][l], 0);
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_those_of_philox_4x32_10),
        cmocka_unit_test(the_stream_is_what_it_always_was),
        cmocka_unit_test(a_draw_depends_on_its_address_alone),
        cmocka_unit_test(each_part_of_an_address_matters),
        cmocka_unit_test(no_more_addresses_share_a_draw_than_by_chance),
        cmocka_unit_test(uniform_draws_lie_within_0_and_1),
        cmocka_unit_test(uniform_draws_have_the_moments_of_the_uniform_distribution),
        cmocka_unit_test(normal_draws_have_the_moments_of_the_normal_distribution),
        cmocka_unit_test(uniform_draws_fill_all_bins_alike),
        cmocka_unit_test(draws_of_neighbouring_replicates_are_uncorrelated),
        cmocka_unit_test(draws_of_neighbouring_years_are_uncorrelated),
        cmocka_unit_test(draws_of_two_states_are_uncorrelated),
        cmocka_unit_test(draws_for_two_purposes_are_uncorrelated),
        cmocka_unit_test(draws_of_neighbouring_seeds_are_uncorrelated),
        cmocka_unit_test(draws_of_the_two_areas_are_uncorrelated),
        cmocka_unit_test(normal_draws_of_a_pair_of_replicates_are_uncorrelated),
        cmocka_unit_test(normal_draws_agree_with_the_definition),
        cmocka_unit_test(normal_draws_reach_the_tails_as_often_as_they_should),
        cmocka_unit_test(normal_draws_have_the_same_bits_everywhere),
        cmocka_unit_test(a_lane_has_the_draws_of_its_replicate),
        cmocka_unit_test(a_replicate_has_its_draws_in_any_lane),
        cmocka_unit_test(draws_belong_to_states_and_not_to_their_places),
        cmocka_unit_test(approval_of_each_other_takes_two_draws),
        cmocka_unit_test(filling_writes_all_draws_and_nothing_else),
        cmocka_unit_test(neutral_draws_are_a_half_and_zero),
        cmocka_unit_test(draws_are_made_for_those_who_ask_alone),
        cmocka_unit_test(many_states_have_the_draws_that_few_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Draws: the generator, the addresses, the distributions. */
#include <gsl/gsl_cdf.h>

#include "engine/draws.h"
#include "fixture.h"

enum { N_DRAWS = 1000000 };

/* How far a mean or a correlation of draws may lie from what is expected, in standard errors: beyond it less than once
 * in a million. The draws are always the same, so that a test which passes once always does. */
#define MOST_SIGMAS 5

/* Random123's kat_vectors for philox4x32 with 10 rounds: counter, key, result. The counter's second word is the purpose
 * above the year; a uniform number has the first 52 bits of two words, and a half. */
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

static double uniform_of(uint32_t high, uint32_t low)
{
    return ldexp((double)(((uint64_t)high << 32 | low) >> 12) + 0.5, -52);
}

static void draws_are_those_of_philox_4x32_10(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT(known); k++) {
        const uint32_t *c = known[k].counter, *word = known[k].word;
        const uint64_t seed = (uint64_t)known[k].key[1] << 32 | known[k].key[0];
        double pair[2];
        draws_pair(pair, seed, c[0], (enum purpose)(c[1] >> 16), (int)(c[1] & 0xffff), c[2], c[3]);
        assert_same(pair[0], uniform_of(word[0], word[1]));
        assert_same(pair[1], uniform_of(word[2], word[3]));
    }
}

/* What came of these addresses on the day this was written. If it changes, so do all results: that is a new major
 * version. */
static void the_stream_is_what_it_always_was(void **state)
{
    (void)state;
    double pair[2];
    draws_pair(pair, 42, 7, PURPOSE_TRADE, 2005, 123456789, 987654321);
    assert_same(pair[0], 0x1.183a15cdd6c84p-3);
    assert_same(pair[1], 0x1.9ce12cad7175cp-3);
    draws_pair(pair, UINT64_MAX, UINT32_MAX, PURPOSE_SUMMIT, -1, 0, UINT32_MAX);
    assert_same(pair[0], 0x1.bc2233695a416p-2);
    assert_same(draws_normal(pair[1]), 0x1.452ba8d9e55d5p-4);
}

static double first_of(uint64_t seed, uint32_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    double pair[2];
    draws_pair(pair, seed, replicate, purpose, year, a, b);
    return pair[0];
}

static void a_draw_depends_on_its_address_alone(void **state)
{
    (void)state;
    const double before = first_of(1, 2, PURPOSE_SUMMIT, 2005, 3, 4);
    for (uint32_t k = 0; k < 1000; k++)
        first_of(k, k, PURPOSE_TRADE, (int)k, k, k);
    assert_same(first_of(1, 2, PURPOSE_SUMMIT, 2005, 3, 4), before);
}

static void each_part_of_an_address_matters(void **state)
{
    (void)state;
    const double draw = first_of(1, 2, PURPOSE_SUMMIT, 2005, 3, 4);
    assert_true(draw != first_of(5, 2, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != first_of(1 + (UINT64_C(1) << 32), 2, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != first_of(1, 5, PURPOSE_SUMMIT, 2005, 3, 4));
    assert_true(draw != first_of(1, 2, PURPOSE_TRADE, 2005, 3, 4));
    assert_true(draw != first_of(1, 2, PURPOSE_SUMMIT, 2006, 3, 4));
    assert_true(draw != first_of(1, 2, PURPOSE_SUMMIT, 2005, 5, 4));
    assert_true(draw != first_of(1, 2, PURPOSE_SUMMIT, 2005, 3, 5));
}

static int compare_bits(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Among two million of 2^52 numbers one expects 0.0005 pairs that are alike. */
static void no_two_addresses_share_a_draw(void **state)
{
    (void)state;
    double *draws = malloc(2 * N_DRAWS * sizeof *draws);
    size_t n = 0;
    for (uint32_t replicate = 0; replicate < 50; replicate++)
        for (int purpose = 1; purpose <= 10; purpose++)
            for (int year = 2001; year <= 2020; year++)
                for (uint32_t a = 0; a < 10; a++)
                    for (uint32_t b = 0; b < 10; b++, n += 2)
                        draws_pair(&draws[n], 1, replicate, (enum purpose)purpose, year, a, b);
    assert_int_equal(n, 2 * N_DRAWS);
    qsort(draws, n, sizeof *draws, compare_bits);
    for (size_t k = 1; k < n; k++)
        assert_true(draws[k] > draws[k - 1]);
    free(draws);
}

static void uniform_draws_lie_within_0_and_1(void **state)
{
    (void)state;
    assert_true(uniform_of(0, 0) > 0);
    assert_true(uniform_of(UINT32_MAX, UINT32_MAX) < 1);
    for (uint32_t k = 0; k < N_DRAWS; k++) {
        const double u = first_of(3, k, PURPOSE_EXIT, 2005, 0, 0);
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
        const double u = first_of(4, k, PURPOSE_SUMMIT, 2005, 1, 0);
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
        const double z = draws_normal(first_of(5, k, PURPOSE_TRADE, 2005, 1, 0));
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
        count[(int)(256 * first_of(6, k, PURPOSE_EXIT, 2005, 1, 0))] += 1;
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
    *u = first_of(7, 2 * k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = first_of(7, 2 * k + 1, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void years(double *u, double *v, uint32_t k)
{
    *u = first_of(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = first_of(7, k, PURPOSE_SUMMIT, 2006, 1, 0);
}

static void states(double *u, double *v, uint32_t k)
{
    *u = first_of(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = first_of(7, k, PURPOSE_SUMMIT, 2005, 2, 0);
}

static void purposes(double *u, double *v, uint32_t k)
{
    *u = first_of(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = first_of(7, k, PURPOSE_POSITION, 2005, 1, 0);
}

static void seeds(double *u, double *v, uint32_t k)
{
    *u = first_of(7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *v = first_of(8, k, PURPOSE_SUMMIT, 2005, 1, 0);
}

static void areas(double *u, double *v, uint32_t k)
{
    double pair[2];
    draws_pair(pair, 7, k, PURPOSE_SUMMIT, 2005, 1, 0);
    *u = pair[0];
    *v = pair[1];
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

/* Two rational approximations, each some units of the last place off: 1e-14 of the value. */
static void normal_draws_agree_with_gsl(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int k = 0; k < 200000; k++) {
        const double u = random_share(&random), expected = gsl_cdf_ugaussian_Pinv(u);
        assert_true(fabs(draws_normal(u) - expected) <= 1e-14 * fabs(expected));
    }
}

static void normal_draws_agree_with_gsl_in_the_tails(void **state)
{
    (void)state;
    for (int exponent = -2; exponent >= -53; exponent--) {
        const double u = ldexp(0.75, exponent), low = gsl_cdf_ugaussian_Pinv(u), high = gsl_cdf_ugaussian_Pinv(1 - u);
        assert_true(fabs(draws_normal(u) - low) <= 1e-14 * fabs(low));
        assert_true(fabs(draws_normal(1 - u) - high) <= 1e-14 * fabs(high));
    }
}

static void normal_draws_are_symmetric(void **state)
{
    (void)state;
    assert_same(draws_normal(0.5), 0);
    for (double u = 1.0 / 1024; u < 0.5; u += 1.0 / 1024)
        assert_same(draws_normal(u), -draws_normal(1 - u));
}

/* As on the day this was written: centre, near tails and far tails, whatever the compiler. */
static void normal_draws_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    uint64_t random = 2, sum = 0;
    for (int k = 0; k < 100000; k++) {
        const double u = random_share(&random);
        sum = sum * 31 + lane_bits(draws_normal(u));
        sum = sum * 31 + lane_bits(draws_normal(lane_exp(-36 * u)));
    }
    assert_int_equal(sum, UINT64_C(0xec4a030d8e9dbc8d));
}

static const uint32_t keys[N_STATES] = {900, 20, 31, 7000, 5, 66, 4000000000};

static struct fixture *filled(uint64_t seed, size_t first, int year, const uint32_t *state_keys)
{
    struct fixture *f = fixture_blank(N_STATES);
    for (size_t i = 0; i < N_STATES; i++)
        f->world.is_member_somewhere[i] = f->world.is_candidate_somewhere[i] = true;
    draws_fill(&f->world, seed, first, year, state_keys);
    draws_fill_asked(&f->world, seed, first, year, state_keys);
    return f;
}

static void a_lane_has_the_draws_of_its_replicate(void **state)
{
    (void)state;
    struct fixture *f = filled(9, 100, 2005, keys);
    EACH_LANE(l) {
        double pair[2];
        draws_pair(pair, 9, (uint32_t)(100 + l), PURPOSE_SUMMIT, 2005, keys[3], 0);
        assert_same(f->world.summit_draw[3][SECURITY][l], pair[0]);
        assert_same(f->world.summit_draw[3][ECONOMY][l], pair[1]);
        draws_pair(pair, 9, (uint32_t)(100 + l), PURPOSE_ECONOMY, 2005, keys[3], 0);
        assert_same(f->world.growth_draw[3][l], draws_normal(pair[0]));
    }
    fixture_free(f);
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

static void filling_writes_all_draws_and_nothing_else(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(1), *before = fixture_copy(f);
    struct array arrays[MOST_ARRAYS], were[MOST_ARRAYS];
    draws_fill(&f->world, 9, 0, 2005, keys);
    const size_t n = list_arrays(&f->world, arrays);
    list_arrays(&before->world, were);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; e < arrays[k].count; e++) {
            const bool is_draw = arrays[k].variable->kind == DRAW_UNIFORM || arrays[k].variable->kind == DRAW_NORMAL;
            if (!is_draw)
                assert_lanes_same(&were[k], &arrays[k], e, LANES);
            EACH_LANE(l)
                if (is_draw)
                    assert_true(were[k].lanes[e][l] != arrays[k].lanes[e][l]);
        }
    fixture_free(before);
    fixture_free(f);
}

/* Members vote, on candidates. */
static void approvals_are_drawn_for_members_and_candidates_alone(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    f->world.is_member_somewhere[1] = f->world.is_candidate_somewhere[3] = true;
    draws_fill(&f->world, 9, 0, 2005, keys);
    assert_same(f->world.approval_draw[1 * N_STATES + 3][0], 0.5);
    draws_fill_asked(&f->world, 9, 0, 2005, keys);
    for (size_t i = 0; i < N_STATES; i++)
        for (size_t j = 0; j < N_STATES; j++)
            assert_true((f->world.approval_draw[i * N_STATES + j][0] != 0.5) == (i == 1 && j == 3));
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
        cmocka_unit_test(no_two_addresses_share_a_draw),
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
        cmocka_unit_test(normal_draws_agree_with_gsl),
        cmocka_unit_test(normal_draws_agree_with_gsl_in_the_tails),
        cmocka_unit_test(normal_draws_are_symmetric),
        cmocka_unit_test(normal_draws_have_the_same_bits_everywhere),
        cmocka_unit_test(a_lane_has_the_draws_of_its_replicate),
        cmocka_unit_test(a_replicate_has_its_draws_in_any_lane),
        cmocka_unit_test(draws_belong_to_states_and_not_to_their_places),
        cmocka_unit_test(approval_of_each_other_takes_two_draws),
        cmocka_unit_test(filling_writes_all_draws_and_nothing_else),
        cmocka_unit_test(neutral_draws_are_a_half_and_zero),
        cmocka_unit_test(approvals_are_drawn_for_members_and_candidates_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Factors: values at shares of the probability, against closed forms and GSL's distributions. */
#include <float.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_erf.h>

#include "designs.h"

/* Of a value rounded to 12 significant digits. */
#define ROUNDING 5.1e-12

#define assert_rounded(actual, expected) check_close(actual, expected, ROUNDING, #actual, __FILE__, __LINE__)

enum { N_SHARES = 1000 };

/* Shares within 0 .. 1, ends excluded, close to the ends too. */
static double share_of(size_t k)
{
    return k < 30 ? ldexp(1, -(int)k - 3) : k < 60 ? 1 - ldexp(1, 27 - (int)k) : ((double)k - 59) / (N_SHARES - 59);
}

static void the_ends_are_low_and_high(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_ALL; f++) {
        assert_same(factor_value(&all_distributions[f], 0), all_distributions[f].low);
        assert_same(factor_value(&all_distributions[f], 1), all_distributions[f].high);
    }
}

static void values_ascend_with_the_share(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_ALL; f++)
        for (int k = 0; k < N_SHARES; k++)
            assert_true(factor_value(&all_distributions[f], k / (double)N_SHARES) <=
                        factor_value(&all_distributions[f], (k + 1) / (double)N_SHARES));
}

static void a_range_of_one_value_has_that_value(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_ALL; f++) {
        struct factor factor = all_distributions[f];
        factor.low = factor.high = factor.peak = 5;
        factor.n_levels = 1;
        for (size_t k = 0; k < N_SHARES; k++)
            assert_same(factor_value(&factor, share_of(k)), factor.distribution == LEVELS ? 0 : 5);
    }
}

/* Where the range is narrower than what is rounded away. */
static void rounding_leads_no_value_out_of_the_range(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_ALL; f++) {
        struct factor factor = all_distributions[f];
        if (factor.distribution == WHOLE_NUMBER || factor.distribution == LEVELS)
            continue;
        factor.low = 0.12345678901234567;
        factor.high = factor.low + 3e-13;
        factor.mean = factor.peak = factor.low + 1e-13;
        for (size_t k = 0; k < N_SHARES; k++) {
            assert_within(factor_value(&factor, share_of(k)), &factor);
            assert_within(factor_step(&factor, k, N_SHARES), &factor);
        }
    }
}

static void values_have_12_significant_digits(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_ALL; f++)
        for (size_t k = 0; k < N_SHARES && all_distributions[f].distribution != UNIFORM; k++) {
            char text[32];
            const double value = factor_value(&all_distributions[f], share_of(k));
            snprintf(text, sizeof text, "%.12g", value);
            assert_same(strtod(text, NULL), value);
        }
}

static void a_uniform_value_lies_at_its_share_of_the_range(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = UNIFORM, .low = -2, .high = 6};
    for (size_t k = 0; k < N_SHARES; k++)
        assert_same(factor_value(&factor, share_of(k)), -2 + 8 * share_of(k));
}

static void the_logarithm_of_a_log_uniform_value_is_uniform(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = LOG_UNIFORM, .low = 0.01, .high = 100};
    for (size_t k = 0; k < N_SHARES; k++)
        assert_rounded(factor_value(&factor, share_of(k)), 0.01 * pow(10000, share_of(k)));
}

static void a_normal_distribution_that_is_hardly_cut_off_is_that_of_gsl(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = NORMAL, .low = -297, .high = 303, .mean = 3, .sd = 10};
    for (size_t k = 0; k < N_SHARES; k++)
        assert_rounded(factor_value(&factor, share_of(k)), 3 + gsl_cdf_gaussian_Pinv(share_of(k), 10));
}

/* From the value back to the share: within what rounding the value to 12 digits can change, and the last digits of
 * probabilities. Where most lies above the range, those above have the digits. */
static void assert_normal_share(double low, double high, double share)
{
    const struct factor factor = {.distribution = NORMAL, .low = low, .high = high, .sd = 1};
    const double x = factor_value(&factor, share), width = fabs(x) * ROUNDING;
    double (*above)(double, double) = low > 0 ? gsl_cdf_gaussian_Q : gsl_cdf_gaussian_P;
    const double a = above(low, 1), end = above(high, 1), whole = end - a;
    const double error = fabs(above(x + width, 1) - above(x - width, 1)) + 10 * DBL_EPSILON * fmax(a, end);
    if (fabs(above(x, 1) - a - share * whole) > error)
        fail_msg("within %g .. %g the value at %.17g is %.17g", low, high, share, x);
}

static void a_normal_value_has_its_share_of_what_is_not_cut_off_below(void **state)
{
    (void)state;
    static const double ranges[][2] = {{-1, 2},   {-3, -0.5},  {0.25, 0.75},   {-8, 0},      {5, 9},
                                       {-9, -5},  {-33, -30},  {30, 33},       {-36.5, -36}, {36, 36.5},
                                       {20, 200}, {-200, -20}, {-0.001, 0.002}};
    for (size_t r = 0; r < COUNT(ranges); r++)
        for (size_t k = 0; k < N_SHARES; k++)
            assert_normal_share(ranges[r][0], ranges[r][1], share_of(k));
}

/* Logarithms of probabilities reach farther than probabilities. */
static void a_normal_distribution_is_known_to_a_thousandth_where_the_library_has_0(void **state)
{
    (void)state;
    const double low = 40, high = 40.05;
    const struct factor factor = {.distribution = NORMAL, .low = low, .high = high, .sd = 1};
    const struct factor mirrored = {.distribution = NORMAL, .low = -high, .high = -low, .sd = 1};
    for (size_t k = 0; k < N_SHARES; k++) {
        const double x = factor_value(&factor, share_of(k)), from = gsl_sf_log_erfc(low / M_SQRT2);
        const double share = expm1(gsl_sf_log_erfc(x / M_SQRT2) - from) / expm1(gsl_sf_log_erfc(high / M_SQRT2) - from);
        assert_true(fabs(share - share_of(k)) < 1e-3);
        assert_rounded(factor_value(&mirrored, 1 - share_of(k)), -x);
    }
}

static void the_median_of_a_symmetric_range_is_the_mean(void **state)
{
    (void)state;
    for (int k = 1; k < 100; k++) {
        const struct factor factor = {
            .distribution = NORMAL, .low = 7 - 0.1 * k, .high = 7 + 0.1 * k, .mean = 7, .sd = 2};
        assert_same(factor_value(&factor, 0.5), 7);
    }
}

/* And not 1e-17. */
static void a_median_of_0_is_0(void **state)
{
    (void)state;
    for (int k = 1; k < 100; k++) {
        const struct factor normal = {.distribution = NORMAL, .low = -0.07 * k, .high = 0.07 * k, .sd = 0.3};
        const struct factor beta = {.distribution = BETA, .low = -0.07 * k, .high = 0.07 * k, .shapes = {3, 3}};
        assert_same(factor_value(&normal, 0.5), 0);
        assert_same(factor_value(&beta, 0.5), 0);
    }
}

static void a_small_value_of_a_range_from_0_on_is_not_0(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = LOG_UNIFORM, .low = 1e-30, .high = 1};
    assert_rounded(factor_value(&factor, 0.1) * 1e27, 1);
}

/* F(x) = x^a for shapes a, 1, and its mirror image; sin^2 for 1/2, 1/2. */
static void beta_values_are_those_of_closed_forms(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SHARES; k++) {
        const double share = share_of(k);
        const struct factor power = {.distribution = BETA, .high = 1, .shapes = {3.5, 1}};
        const struct factor mirrored = {.distribution = BETA, .high = 1, .shapes = {1, 3.5}};
        const struct factor arcsine = {.distribution = BETA, .high = 1, .shapes = {0.5, 0.5}};
        assert_rounded(factor_value(&power, share), pow(share, 1 / 3.5));
        assert_rounded(factor_value(&mirrored, share), -expm1(log1p(-share) / 3.5));
        assert_rounded(factor_value(&arcsine, share), gsl_pow_2(sin(M_PI / 2 * share)));
    }
}

/* The probability at a value is its share: below it where it is rounded down, above where up. */
static void a_beta_value_has_its_share_below(void **state)
{
    (void)state;
    static const double shapes[] = {0.1, 0.5, 1, 2, 7, 50, 300, 1000, 1e5};
    for (size_t a = 0; a < COUNT(shapes); a++)
        for (size_t b = 0; b < COUNT(shapes); b++)
            for (size_t k = 0; k < N_SHARES; k += 7) {
                const struct factor factor = {.distribution = BETA, .high = 1, .shapes = {shapes[a], shapes[b]}};
                const double x = factor_value(&factor, share_of(k)), noise = 1e-10;
                const double low = gsl_cdf_beta_P(fmax(x - ROUNDING * x - DBL_EPSILON, 0), shapes[a], shapes[b]);
                const double high = gsl_cdf_beta_P(fmin(x + ROUNDING * x + DBL_EPSILON, 1), shapes[a], shapes[b]);
                if (!(low <= share_of(k) + noise && high >= share_of(k) - noise))
                    fail_msg("of shapes %g, %g the value at %.17g is %.17g", shapes[a], shapes[b], share_of(k), x);
            }
}

static void a_beta_distribution_is_spread_over_the_range(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = BETA, .low = 10, .high = 30, .shapes = {2, 5}};
    for (size_t k = 60; k < N_SHARES - 1; k++)
        assert_rounded(factor_value(&factor, share_of(k)), 10 + 20 * gsl_cdf_beta_Pinv(share_of(k), 2, 5));
}

static void assert_triangular_share(double low, double peak, double high, double share)
{
    const struct factor factor = {.distribution = TRIANGULAR, .low = low, .high = high, .peak = peak};
    const double x = factor_value(&factor, share), rise = (high - low) * (peak - low),
                 fall = (high - low) * (high - peak);
    const double below = x < peak ? gsl_pow_2(x - low) / rise : 1 - gsl_pow_2(high - x) / fall;
    assert_true(fabs(below - share) < 1e-11);
}

static void a_triangular_value_has_its_share_below(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_SHARES - 1; k++) {
        assert_triangular_share(1, 2, 4, share_of(k));
        assert_triangular_share(1, 1, 4, share_of(k));
        assert_triangular_share(1, 4, 4, share_of(k));
    }
}

static void whole_numbers_are_equally_likely(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = WHOLE_NUMBER, .low = -3, .high = 6};
    for (int k = 0; k < 1000; k++)
        assert_same(factor_value(&factor, (k + 0.5) / 1000), -3 + k / 100);
}

/* A share such as 1/49 is no double: 49 times it is less than 1. */
static void a_level_begins_at_its_share(void **state)
{
    (void)state;
    for (size_t n = 1; n < 200; n++) {
        const struct factor factor = {.distribution = LEVELS, .n_levels = n};
        for (size_t k = 0; k < n; k++) {
            assert_same(factor_value(&factor, (double)k / (double)n), (double)k);
            assert_same(factor_value(&factor, ((double)k + 1 - 1e-9) / (double)n), (double)k);
        }
    }
}

static void steps_are_even_and_end_at_low_and_high(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = NORMAL, .low = 0.1, .high = 0.8, .mean = 0.5, .sd = 1};
    static const double expected[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    for (size_t k = 0; k < COUNT(expected); k++)
        assert_same(factor_step(&factor, k, COUNT(expected)), expected[k]);
}

static void steps_of_a_log_uniform_factor_are_even_in_logarithms(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = LOG_UNIFORM, .low = 0.01, .high = 100};
    static const double expected[] = {0.01, 0.1, 1, 10, 100};
    for (size_t k = 0; k < COUNT(expected); k++)
        assert_same(factor_step(&factor, k, COUNT(expected)), expected[k]);
}

static void a_step_at_0_is_0(void **state)
{
    (void)state;
    for (int k = 1; k < 100; k++) {
        const struct factor factor = {.distribution = UNIFORM, .low = -0.07 * k, .high = 0.07 * k};
        for (size_t n = 1; n < 50; n += 2)
            assert_same(factor_step(&factor, n / 2, n), 0);
    }
}

static void one_step_alone_is_the_middle(void **state)
{
    (void)state;
    const struct factor uniform = {.distribution = UNIFORM, .low = 1, .high = 4};
    const struct factor log_uniform = {.distribution = LOG_UNIFORM, .low = 1, .high = 16};
    const struct factor whole = {.distribution = WHOLE_NUMBER, .low = 1, .high = 5};
    assert_same(factor_step(&uniform, 0, 1), 2.5);
    assert_same(factor_step(&log_uniform, 0, 1), 4);
    assert_same(factor_step(&whole, 0, 1), 3);
}

static void steps_of_whole_numbers_are_those_nearest_to_even_ones(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = WHOLE_NUMBER, .low = 0, .high = 10};
    static const double expected[] = {0, 3, 7, 10};
    for (size_t k = 0; k < COUNT(expected); k++)
        assert_same(factor_step(&factor, k, COUNT(expected)), expected[k]);
}

static void steps_of_whole_numbers_are_whole_and_differ(void **state)
{
    (void)state;
    for (size_t n_values = 1; n_values < 60; n_values++) {
        const struct factor factor = {.distribution = WHOLE_NUMBER, .low = -7, .high = (double)n_values - 8};
        for (size_t n = 1; n <= n_values; n++)
            for (size_t k = 0; k < n; k++) {
                const double step = factor_step(&factor, k, n);
                assert_same(step, rint(step));
                assert_true(k == 0 || step > factor_step(&factor, k - 1, n));
            }
    }
}

static void a_step_of_levels_is_the_level(void **state)
{
    (void)state;
    const struct factor factor = {.distribution = LEVELS, .n_levels = 9};
    for (size_t k = 0; k < 9; k++)
        assert_same(factor_step(&factor, k, 9), (double)k);
}

static void levels_and_whole_numbers_alone_can_be_counted(void **state)
{
    (void)state;
    for (size_t f = 0; f < N_ALL; f++) {
        const enum distribution distribution = all_distributions[f].distribution;
        assert_same(factor_count(&all_distributions[f]), distribution == WHOLE_NUMBER ? 4
                                                         : distribution == LEVELS     ? 5
                                                                                      : (double)INFINITY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ends_are_low_and_high),
        cmocka_unit_test(values_ascend_with_the_share),
        cmocka_unit_test(a_range_of_one_value_has_that_value),
        cmocka_unit_test(rounding_leads_no_value_out_of_the_range),
        cmocka_unit_test(values_have_12_significant_digits),
        cmocka_unit_test(a_uniform_value_lies_at_its_share_of_the_range),
        cmocka_unit_test(the_logarithm_of_a_log_uniform_value_is_uniform),
        cmocka_unit_test(a_normal_distribution_that_is_hardly_cut_off_is_that_of_gsl),
        cmocka_unit_test(a_normal_value_has_its_share_of_what_is_not_cut_off_below),
        cmocka_unit_test(a_normal_distribution_is_known_to_a_thousandth_where_the_library_has_0),
        cmocka_unit_test(the_median_of_a_symmetric_range_is_the_mean),
        cmocka_unit_test(a_median_of_0_is_0),
        cmocka_unit_test(a_small_value_of_a_range_from_0_on_is_not_0),
        cmocka_unit_test(beta_values_are_those_of_closed_forms),
        cmocka_unit_test(a_beta_value_has_its_share_below),
        cmocka_unit_test(a_beta_distribution_is_spread_over_the_range),
        cmocka_unit_test(a_triangular_value_has_its_share_below),
        cmocka_unit_test(whole_numbers_are_equally_likely),
        cmocka_unit_test(a_level_begins_at_its_share),
        cmocka_unit_test(steps_are_even_and_end_at_low_and_high),
        cmocka_unit_test(steps_of_a_log_uniform_factor_are_even_in_logarithms),
        cmocka_unit_test(a_step_at_0_is_0),
        cmocka_unit_test(one_step_alone_is_the_middle),
        cmocka_unit_test(steps_of_whole_numbers_are_those_nearest_to_even_ones),
        cmocka_unit_test(steps_of_whole_numbers_are_whole_and_differ),
        cmocka_unit_test(a_step_of_levels_is_the_level),
        cmocka_unit_test(levels_and_whole_numbers_alone_can_be_counted),
    };
    return cmocka_run_group_tests_name("factor", tests, NULL, NULL);
}

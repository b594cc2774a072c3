/* Arithmetic in lanes. How far exp and log are from mathematics is what tests/math/ measures. */
#include <float.h>

#include "fixture.h"

/* How far a is from the mathematical value, in units of a double's last place there. */
static double error_in_ulp(double a, long double exact)
{
    const double at = fabs((double)exact);
    return (double)(fabsl((long double)a - exact) / (long double)(nextafter(at, INFINITY) - at));
}

static double any_size(uint64_t *state)
{
    const double exponent = floor(random_between(state, -1022, 1024));
    return ldexp(random_between(state, 1, 2), (int)exponent);
}

static void exp_of_the_edges_is_what_its_head_says(void **state)
{
    (void)state;
    assert_same(lane_exp(0), 1);
    assert_same(lane_exp(-0.0), 1);
    assert_same(lane_exp(4.9e-324), 1);
    assert_same(lane_exp(INFINITY), INFINITY);
    assert_same(lane_exp(-INFINITY), 0);
    assert_same(lane_exp(709.79), INFINITY);
    assert_true(lane_exp(709.78) < INFINITY);
    assert_same(lane_exp(-708.1), 0);
    assert_true(lane_exp(-708) >= DBL_MIN);
    assert_same(lane_exp(DBL_MAX), INFINITY);
    assert_same(lane_exp(-DBL_MAX), 0);
    assert_true(is_nan(lane_exp(NAN)));
}

static void exp_never_falls(void **state)
{
    (void)state;
    for (double x = -30; x < 30; x += 1e-4)
        assert_true(lane_exp(nextafter(x, INFINITY)) >= lane_exp(x));
}

static void log_of_the_edges_is_what_its_head_says(void **state)
{
    (void)state;
    assert_same(lane_log(1), 0);
    assert_same(lane_log(0), -INFINITY);
    assert_same(lane_log(-0.0), -INFINITY);
    assert_same(lane_log(4.9e-324), -INFINITY);
    assert_same(lane_log(nextafter(DBL_MIN, 0)), -INFINITY);
    assert_true(error_in_ulp(lane_log(DBL_MIN), logl(DBL_MIN)) < 1);
    assert_true(error_in_ulp(lane_log(DBL_MAX), logl(DBL_MAX)) < 1);
    assert_same(lane_log(INFINITY), INFINITY);
    assert_true(is_nan(lane_log(-1)));
    assert_true(is_nan(lane_log(-INFINITY)));
    assert_true(is_nan(lane_log(NAN)));
}

/* The bits that these functions had on the day they were written, so that no compiler changes them unnoticed. */
static void functions_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    uint64_t random = 7, exp_sum = 0, log_sum = 0;
    for (int k = 0; k < 100000; k++) {
        exp_sum = exp_sum * 31 + lane_bits(lane_exp(random_between(&random, -700, 700)));
        exp_sum = exp_sum * 31 + lane_bits(lane_exp(random_between(&random, -1, 1)));
        log_sum = log_sum * 31 + lane_bits(lane_log(any_size(&random)));
        log_sum = log_sum * 31 + lane_bits(lane_log(random_between(&random, 0.5, 2)));
    }
    assert_int_equal(exp_sum, UINT64_C(0x5d6982534f1d23f6));
    assert_int_equal(log_sum, UINT64_C(0xeedd40e730c0d592));
}

/* y ln x is rounded before the exponential: an error of its last place, times up to 23 here, is what one sees. */
static void power_agrees_with_powl(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int k = 0; k < 100000; k++) {
        const double x = random_between(&random, 1e-3, 10), y = random_between(&random, -10, 10);
        assert_true(error_in_ulp(lane_power(x, y), powl((long double)x, (long double)y)) < 64);
    }
}

static void logistic_agrees_with_its_equation(void **state)
{
    (void)state;
    for (double z = -700; z <= 700; z += 0.37)
        assert_close(logistic(z), (double)(1 / (1 + expl((long double)-z))));
}

static void logistic_of_zero_is_a_half(void **state)
{
    (void)state;
    assert_same(logistic(0), 0.5);
}

static void logistic_stays_within_0_and_1(void **state)
{
    (void)state;
    assert_same(logistic(INFINITY), 1);
    assert_same(logistic(-INFINITY), 0);
    assert_same(logistic(1e300), 1);
    assert_same(logistic(-1e300), 0);
    assert_true(is_nan(logistic(NAN)));
}

static void bush_mosteller_goes_a_share_of_the_way(void **state)
{
    (void)state;
    assert_close(bush_mosteller(0.2, 0.25, 1), 0.4);   /* up: 0.2 + 0.25 * 0.8 */
    assert_close(bush_mosteller(0.2, 0.25, 0.6), 0.3); /* up to a ceiling: 0.2 + 0.25 * 0.4 */
    assert_close(bush_mosteller(0.2, -0.25, 1), 0.15); /* down: 0.2 - 0.25 * 0.2 */
}

static void bush_mosteller_clips_its_step(void **state)
{
    (void)state;
    assert_close(bush_mosteller(0.2, 7, 0.6), 0.6);
    assert_same(bush_mosteller(0.2, -7, 1), 0);
}

static void bush_mosteller_does_not_rise_above_its_ceiling(void **state)
{
    (void)state;
    assert_same(bush_mosteller(0.8, 0.5, 0.6), 0.8); /* already above: stays */
    assert_same(bush_mosteller(0.6, 0.5, 0.6), 0.6);
}

static void bush_mosteller_hands_nan_on(void **state)
{
    (void)state;
    assert_true(is_nan(bush_mosteller(NAN, 0.5, 1)));
    assert_true(is_nan(bush_mosteller(0.5, NAN, 1)));
}

static void ratio_or_zero_is_the_ratio_or_zero(void **state)
{
    (void)state;
    assert_same(ratio_or_zero(3, 4), 0.75);
    assert_same(ratio_or_zero(3, 0), 0);
    assert_same(ratio_or_zero(0, 0), 0);
    assert_same(ratio_or_zero(-3, 4), -0.75);
}

static void clip_keeps_within_its_ends(void **state)
{
    (void)state;
    assert_same(unit_interval(-0.1), 0);
    assert_same(unit_interval(1.1), 1);
    assert_same(unit_interval(0.3), 0.3);
    assert_same(clip(5, 2, 3), 3);
}

static void clip_and_positive_part_hand_nan_on(void **state)
{
    (void)state;
    assert_true(is_nan(unit_interval(NAN)));
    assert_true(is_nan(positive_part(NAN)));
    assert_same(positive_part(-2), 0);
    assert_same(positive_part(2), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_of_the_edges_is_what_its_head_says),
        cmocka_unit_test(exp_never_falls),
        cmocka_unit_test(log_of_the_edges_is_what_its_head_says),
        cmocka_unit_test(functions_have_the_same_bits_everywhere),
        cmocka_unit_test(power_agrees_with_powl),
        cmocka_unit_test(logistic_agrees_with_its_equation),
        cmocka_unit_test(logistic_of_zero_is_a_half),
        cmocka_unit_test(logistic_stays_within_0_and_1),
        cmocka_unit_test(bush_mosteller_goes_a_share_of_the_way),
        cmocka_unit_test(bush_mosteller_clips_its_step),
        cmocka_unit_test(bush_mosteller_does_not_rise_above_its_ceiling),
        cmocka_unit_test(bush_mosteller_hands_nan_on),
        cmocka_unit_test(ratio_or_zero_is_the_ratio_or_zero),
        cmocka_unit_test(clip_keeps_within_its_ends),
        cmocka_unit_test(clip_and_positive_part_hand_nan_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Statistics of pairs, by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inference/pairs.h"

/* Of differences 1, 2, 3, 6: mean 3, squares 4 + 1 + 0 + 9 = 14, variance 14/3. Base 0, 1, 2, 3: variance 5/3; other 1,
 * 3, 5, 9: mean 4.5, squares 12.25 + 2.25 + .25 + 20.25 = 35, variance 35/3. Pairing saves 1 - 14/40. */
static const double base[] = {0, 1, 2, 3}, other[] = {1, 3, 5, 9};
enum { N = 4 };

/* Student's t with 3 degrees at .975, from a table; its last digit is what tolerances come from. */
static const double t_of_four = 3.182446, near = 1e-5;

static void assert_near(double found, double wanted, double tolerance)
{
    if (!(fabs(found - wanted) <= tolerance))
        fail_msg("%.17g is not %.17g", found, wanted);
}

static struct pairs take(const double *a, const double *b, size_t n)
{
    double difference[16];
    struct pairs pairs = {0};
    pairs_add(&pairs, a, b, n, difference);
    return pairs;
}

static struct contrast contrast_of(const double *a, const double *b, size_t n)
{
    const struct pairs pairs = take(a, b, n);
    return contrast_of_pairs(&pairs, contrast_t(pairs.difference.n));
}

static void the_difference_is_the_mean_of_differences(void **state)
{
    (void)state;
    assert_true(contrast_of(base, other, N).difference == 3);
}

static void the_standard_deviation_is_that_of_differences(void **state)
{
    (void)state;
    assert_near(contrast_of(base, other, N).sd, sqrt(14.0 / 3), 1e-15);
}

static void the_interval_is_that_of_student(void **state)
{
    (void)state;
    const struct contrast contrast = contrast_of(base, other, N);
    const double half = t_of_four * sqrt(14.0 / 3) / 2;
    assert_near(contrast.low, 3 - half, near);
    assert_near(contrast.high, 3 + half, near);
}

static void pairing_saves_variance(void **state)
{
    (void)state;
    assert_near(contrast_of(base, other, N).saved, 1 - 14.0 / 40, 1e-15);
}

static void what_is_saved_is_told_in_runs(void **state)
{
    (void)state;
    assert_true(contrast_worth(0.75) == 4);
    assert_true(contrast_worth(0) == 1);
    assert_true(isinf(contrast_worth(1)));
    assert_true(isnan(contrast_worth(NAN)));
}

static void ties_count_half(void **state)
{
    (void)state;
    const double a[] = {1, 1, 1, 1}, b[] = {1, 2, 2, 0};
    assert_true(contrast_of(a, b, N).above == 0.625);
}

/* Three of four: (.75 + z²/8) / (1 + z²/4) with z² = 3.841459 is .627474, and half of the width .326834. */
static void the_interval_of_the_share_is_wilsons(void **state)
{
    (void)state;
    const double a[] = {0, 0, 0, 0}, b[] = {1, 1, 1, -1};
    const struct contrast contrast = contrast_of(a, b, N);
    const double z2 = 3.841459, centre = (0.75 + z2 / 8) / (1 + z2 / 4);
    const double half = sqrt(z2) / (1 + z2 / 4) * sqrt(0.1875 / 4 + z2 / 64);
    assert_near(contrast.above_low, centre - half, near);
    assert_near(contrast.above_high, centre + half, near);
}

static void the_interval_of_a_share_of_one_is_no_point(void **state)
{
    (void)state;
    const struct contrast contrast = contrast_of(base, other, N);
    assert_true(contrast.above == 1);
    assert_near(contrast.above_low, 4 / (4 + 3.841459), near);
    assert_near(contrast.above_high, 1, 1e-15);
}

static void the_same_gives_exactly_zero_and_half(void **state)
{
    (void)state;
    const double values[] = {0.1, 0.7, 1e300, -3};
    const struct contrast contrast = contrast_of(values, values, N);
    assert_true(contrast.difference == 0 && contrast.low == 0 && contrast.high == 0 && contrast.sd == 0);
    assert_true(contrast.above == 0.5);
    assert_false(contrast.differs);
}

static void a_shift_is_known_exactly(void **state)
{
    (void)state;
    const double b[] = {0.25, 1.25, 2.25, 3.25};
    const struct contrast contrast = contrast_of(base, b, N);
    assert_true(contrast.difference == 0.25 && contrast.low == 0.25 && contrast.high == 0.25);
    assert_true(contrast.saved == 1 && contrast.above == 1);
}

static void what_is_missing_on_a_side_is_no_pair(void **state)
{
    (void)state;
    const double a[] = {0, NAN, 1, 7, 2, 3, NAN}, b[] = {1, 5, 3, NAN, 5, 9, NAN};
    const struct pairs with = take(a, b, 7), without = take(base, other, N);
    assert_memory_equal(&with, &without, sizeof with);
}

static void one_pair_has_no_interval(void **state)
{
    (void)state;
    const struct contrast contrast = contrast_of(base + 1, other + 1, 1);
    assert_true(contrast.difference == 2 && contrast.above == 1);
    assert_true(isnan(contrast.low) && isnan(contrast.high) && isnan(contrast.sd) && isnan(contrast.saved));
}

static void no_pair_tells_nothing(void **state)
{
    (void)state;
    const struct contrast contrast = contrast_of(base, other, 0);
    assert_true(isnan(contrast.difference) && isnan(contrast.above) && isnan(contrast.sd));
}

static void pairs_in_pieces_are_the_same_bits(void **state)
{
    (void)state;
    double a[100], b[100], difference[100];
    struct pairs whole = {0}, pieces = {0};
    for (int k = 0; k < 100; k++) {
        a[k] = sin(k);
        b[k] = k % 7 ? cos(k * k) : NAN;
    }
    pairs_add(&whole, a, b, 100, difference);
    for (size_t first = 0; first < 100; first += 33)
        pairs_add(&pieces, a + first, b + first, first + 33 > 100 ? 100 - first : 33, difference + first);
    assert_memory_equal(&whole, &pieces, sizeof whole);
}

static struct moments moments_of(const double *values, size_t n)
{
    struct moments moments = {0};
    moments_add(&moments, values, n);
    return moments;
}

/* Welch's interval of 0, 1, 2, 3 and 1, 3, 5, 9: variances of the means 5/12 and 35/12, 4.0 degrees of freedom, hence
 * (40/12)² / ((25/144 + 1225/144) / 3) = 3.84; t(3.84) lies between t(3) = 3.182 and t(4) = 2.776. */
static void apart_the_interval_is_welchs(void **state)
{
    (void)state;
    const struct moments a = moments_of(base, N), b = moments_of(other, N);
    const struct contrast contrast = contrast_apart(&a, &b);
    const double t = (contrast.high - contrast.difference) / sqrt(40.0 / 12);
    assert_true(contrast.difference == 3);
    assert_true(t > 2.776 && t < 2.9);
    assert_true(isnan(contrast.above) && isnan(contrast.saved) && isnan(contrast.sd));
}

static void apart_and_without_variance_it_is_exact(void **state)
{
    (void)state;
    const double a[] = {1, 1}, b[] = {4, 4};
    const struct moments of_a = moments_of(a, 2), of_b = moments_of(b, 2);
    const struct contrast contrast = contrast_apart(&of_a, &of_b);
    assert_true(contrast.low == 3 && contrast.high == 3);
}

/* The sum of the standard deviations over the root of n. */
static void of_unknown_pairs_the_interval_is_the_widest(void **state)
{
    (void)state;
    const struct moments a = moments_of(base, N), b = moments_of(other, N);
    const struct contrast contrast = contrast_of_unknown_pairs(&a, &b, contrast_t(N));
    assert_near(contrast.high - 3, t_of_four * (sqrt(5.0 / 3) + sqrt(35.0 / 3)) / 2, near);
    assert_true(isnan(contrast.above) && isnan(contrast.saved) && isnan(contrast.sd));
}

/* Reversed, the other side could not be paired worse: as wide as unknown pairs, when one is a multiple of the other. */
static void the_widest_interval_is_that_of_opposite_pairs(void **state)
{
    (void)state;
    const double opposite[] = {9, 6, 3, 0};
    const struct moments a = moments_of(base, N), b = moments_of(opposite, N);
    const struct contrast unknown = contrast_of_unknown_pairs(&a, &b, contrast_t(N));
    const struct contrast paired = contrast_of(base, opposite, N);
    assert_near(unknown.low, paired.low, 1e-14);
    assert_near(unknown.high, paired.high, 1e-14);
}

static struct course course_of(const double (*years)[3], size_t n)
{
    struct course course;
    course_begin(&course);
    for (size_t t = 0; t < n; t++) {
        const struct contrast contrast = {.difference = years[t][0],
                                          .low = years[t][1],
                                          .high = years[t][2],
                                          .differs = years[t][0] != 0};
        course_add(&course, (long)t, &contrast);
    }
    return course;
}

static void a_course_has_a_start_a_peak_and_an_end(void **state)
{
    (void)state;
    const double years[][3] = {{0, 0, 0},     {1, 0.5, 1.5}, {-3, -4, -2}, {1, -1, 3},
                               {1, 0.5, 1.5}, {0.1, 0, 1},   {0, -1, 1}};
    const struct course course = course_of(years, 7);
    assert_int_equal(course.first, 1);
    assert_int_equal(course.largest, 2);
    assert_int_equal(course.recovery, 5); /* not 3, since it is there again in 4 */
}

static void what_lasts_to_the_end_is_never_over(void **state)
{
    (void)state;
    const double years[][3] = {{1, 0.5, 1.5}, {0.5, -1, 2}, {0.5, 0.1, 0.9}};
    assert_int_equal(course_of(years, 3).recovery, COURSE_NEVER);
    assert_int_equal(course_of(years, 1).recovery, COURSE_NEVER);
}

static void a_later_peak_begins_the_wait_anew(void **state)
{
    (void)state;
    const double years[][3] = {{1, 0.5, 1.5}, {0.5, -1, 2}, {2, -1, 5}, {0, 0, 0}};
    assert_int_equal(course_of(years, 4).largest, 2);
    assert_int_equal(course_of(years, 4).recovery, 3);
}

static void without_a_difference_nothing_begins(void **state)
{
    (void)state;
    const double years[][3] = {{0, 0, 0}, {NAN, NAN, NAN}, {0, 0, 0}};
    const struct course course = course_of(years, 3);
    assert_true(course.first == COURSE_NEVER && course.largest == COURSE_NEVER && course.recovery == COURSE_NEVER);
}

static void without_an_interval_it_is_over_when_it_is_zero(void **state)
{
    (void)state;
    const double years[][3] = {{1, NAN, NAN}, {0.1, NAN, NAN}, {0, NAN, NAN}};
    assert_int_equal(course_of(years, 3).recovery, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_is_the_mean_of_differences),
        cmocka_unit_test(the_standard_deviation_is_that_of_differences),
        cmocka_unit_test(the_interval_is_that_of_student),
        cmocka_unit_test(pairing_saves_variance),
        cmocka_unit_test(what_is_saved_is_told_in_runs),
        cmocka_unit_test(ties_count_half),
        cmocka_unit_test(the_interval_of_the_share_is_wilsons),
        cmocka_unit_test(the_interval_of_a_share_of_one_is_no_point),
        cmocka_unit_test(the_same_gives_exactly_zero_and_half),
        cmocka_unit_test(a_shift_is_known_exactly),
        cmocka_unit_test(what_is_missing_on_a_side_is_no_pair),
        cmocka_unit_test(one_pair_has_no_interval),
        cmocka_unit_test(no_pair_tells_nothing),
        cmocka_unit_test(pairs_in_pieces_are_the_same_bits),
        cmocka_unit_test(apart_the_interval_is_welchs),
        cmocka_unit_test(apart_and_without_variance_it_is_exact),
        cmocka_unit_test(of_unknown_pairs_the_interval_is_the_widest),
        cmocka_unit_test(the_widest_interval_is_that_of_opposite_pairs),
        cmocka_unit_test(a_course_has_a_start_a_peak_and_an_end),
        cmocka_unit_test(what_lasts_to_the_end_is_never_over),
        cmocka_unit_test(a_later_peak_begins_the_wait_anew),
        cmocka_unit_test(without_a_difference_nothing_begins),
        cmocka_unit_test(without_an_interval_it_is_over_when_it_is_zero),
    };
    return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}

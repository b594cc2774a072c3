/* Numbers as tables tell them: short enough for their columns. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inference/findings_table.h"

enum { WIDEST = 8 /* a column has nine */ };

static void assert_shown(double number, bool is_share, const char *expected)
{
    const struct page page = {.minus = "-"};
    char text[48];
    assert_string_equal(findings_number(&page, number, is_share, text, sizeof text), expected);
}

static void an_exponent_has_no_zeros(void **state)
{
    (void)state;
    assert_shown(6.95e-5, false, "6.95e-5");
    assert_shown(-6.95e-5, false, "-6.95e-5");
    assert_shown(-21732, false, "-2.17e4");
    assert_shown(1e6, false, "1e6");
}

static void a_long_exponent_takes_a_digit_from_the_number(void **state)
{
    (void)state;
    assert_shown(-6.95e-12, false, "-7e-12");
    assert_shown(-6.81e-12, false, "-6.8e-12");
    assert_shown(9.999e9, false, "1e10");
    assert_shown(9.97e-12, false, "1e-11");
    assert_shown((double)INFINITY, false, "");
}

static void what_needs_no_exponent_has_none(void **state)
{
    (void)state;
    assert_shown(-0.00608, false, "-0.00608");
    assert_shown(0.0009999, false, "0.001");
    assert_shown(-0.0004, false, "-4e-4");
    assert_shown(0, false, "0");
    assert_shown(-0.416, true, "-.42");
    assert_shown(0.9999, true, "1.00");
}

/* Else it would run into its neighbour. */
static void a_number_leaves_a_blank_in_its_column(void **state)
{
    (void)state;
    const struct page page = {.minus = "-"};
    char text[48];
    for (double number = 1.2345e-99; number < 1e99; number *= 9.87)
        assert_true(strlen(findings_number(&page, -number, false, text, sizeof text)) <= WIDEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exponent_has_no_zeros),
        cmocka_unit_test(a_long_exponent_takes_a_digit_from_the_number),
        cmocka_unit_test(what_needs_no_exponent_has_none),
        cmocka_unit_test(a_number_leaves_a_blank_in_its_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the kinds of designs have in common: numbers of points, draws, random orders. */
#include "design/kind.h"
#include "designs.h"

static void assert_number_told(double n, const char *number)
{
    struct error error = {0};
    char text[200];
    uint64_t n_points;
    snprintf(text, sizeof text, "`grid` has %s points; at most 1,000,000,000 are possible: stay at home", number);
    assert_int_equal(kind_count(&design_grid, 1, n, "stay at home", &n_points, &error), BAD_INPUT);
    assert_string_equal(error.text, text);
    error_free(&error);
}

static void too_many_points_are_refused_with_their_number(void **state)
{
    (void)state;
    assert_number_told(1000000001, "1,000,000,001");
    assert_number_told(999999999999, "999,999,999,999");
    assert_number_told(1e12, "10^12");
    assert_number_told(2.44140625e14, "2.4 x 10^14");
    assert_number_told(9.94e20, "9.9 x 10^20");
    assert_number_told(9.96e20, "10^21");
    assert_number_told(1e300, "10^300");
    assert_number_told(1.5e300, "over 10^300");
    assert_number_told(INFINITY, "over 10^300");
}

static void as_many_points_are_possible_as_are_told(void **state)
{
    (void)state;
    uint64_t n_points = 0;
    assert_int_equal(kind_count(&design_grid, 1, DESIGN_MOST_POINTS, "", &n_points, NULL), OK);
    assert_int_equal(n_points, DESIGN_MOST_POINTS);
}

static struct design seeded(uint64_t seed) { return (struct design){.choice.seed = seed}; }

static void each_part_of_a_draw_matters(void **state)
{
    (void)state;
    const struct design design = seeded(1), other = seeded(2);
    const double draw = kind_draw(&design, PURPOSE_DESIGN, 3, 4, 5);
    assert_same(kind_draw(&design, PURPOSE_DESIGN, 3, 4, 5), draw);
    assert_true(kind_draw(&other, PURPOSE_DESIGN, 3, 4, 5) != draw);
    assert_true(kind_draw(&design, PURPOSE_DESIGN_ORDER, 3, 4, 5) != draw);
    assert_true(kind_draw(&design, PURPOSE_DESIGN, 6, 4, 5) != draw);
    assert_true(kind_draw(&design, PURPOSE_DESIGN, 3, 6, 5) != draw);
    assert_true(kind_draw(&design, PURPOSE_DESIGN, 3, 4, 6) != draw);
}

static void an_order_has_each_number_once(void **state)
{
    (void)state;
    const struct design design = seeded(1);
    uint32_t order[500];
    for (size_t n = 1; n <= COUNT(order); n++) {
        bool is_there[COUNT(order)] = {false};
        kind_shuffle(&design, n, 0, order, n);
        for (size_t k = 0; k < n; k++) {
            assert_true(order[k] < n);
            assert_false(is_there[order[k]]);
            is_there[order[k]] = true;
        }
    }
}

static void all_orders_are_equally_likely(void **state)
{
    (void)state;
    enum { N = 240000, N_ORDERS = 24 };
    const struct design design = seeded(1);
    double counts[256] = {0};
    size_t n_orders = 0;
    for (uint64_t k = 0; k < N; k++) {
        uint32_t order[4];
        kind_shuffle(&design, k, 7, order, 4);
        counts[order[0] | order[1] << 2 | order[2] << 4 | order[3] << 6]++;
    }
    for (size_t k = 0; k < COUNT(counts); k++) {
        n_orders += counts[k] > 0;
        if (counts[k] > 0)
            assert_true(fabs(counts[k] - N / N_ORDERS) < MOST_SIGMAS * sqrt(N / N_ORDERS));
    }
    assert_int_equal(n_orders, N_ORDERS);
}

static void orders_differ_by_number_and_by_factor(void **state)
{
    (void)state;
    const struct design design = seeded(1);
    uint32_t order[100], other[100];
    kind_shuffle(&design, 0, 0, order, 100);
    kind_shuffle(&design, 1, 0, other, 100);
    assert_memory_not_equal(order, other, sizeof order);
    kind_shuffle(&design, 0, 1, other, 100);
    assert_memory_not_equal(order, other, sizeof order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_many_points_are_refused_with_their_number),
        cmocka_unit_test(as_many_points_are_possible_as_are_told),
        cmocka_unit_test(each_part_of_a_draw_matters),
        cmocka_unit_test(an_order_has_each_number_once),
        cmocka_unit_test(all_orders_are_equally_likely),
        cmocka_unit_test(orders_differ_by_number_and_by_factor),
    };
    return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}

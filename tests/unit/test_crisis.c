/* Step 5, crisis response. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p)
{
    (void)p;
    crisis_respond(world);
}

static double shortfall(double crisis, double depth, double cooperation)
{
    struct fixture *f = fixture_blank(1);
    put(f->world.crisis[0], crisis);
    put(f->world.now.depth[SECURITY], depth);
    put(f->world.cooperation[SECURITY], cooperation);
    crisis_respond(&f->world);
    const double z = f->world.shortfall[0][LANES - 1];
    fixture_free(f);
    return z;
}

/* 0.8 - sqrt(0.25 0.16) = 0.8 - 0.2 */
static void a_crisis_worked_by_hand(void **state)
{
    (void)state;
    assert_close(shortfall(0.8, 0.25, 0.16), 0.6);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    const double response = sqrt(before->now.depth[SECURITY][l] * before->cooperation[SECURITY][l]);
    (void)p;
    assert_close(after->shortfall[0][l], fmax(before->crisis[0][l] - response, 0));
}

static void it_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void without_a_crisis_there_is_no_shortfall(void **state)
{
    (void)state;
    assert_same(shortfall(0, 0, 0), 0);
    assert_same(shortfall(0, 0.5, 0.5), 0);
}

static void without_institutions_all_of_a_crisis_is_shortfall(void **state)
{
    (void)state;
    assert_same(shortfall(0.8, 0, 1), 0.8);
    assert_same(shortfall(0.8, 1, 0), 0.8);
}

static void the_deeper_the_institutions_the_smaller_the_shortfall(void **state)
{
    (void)state;
    for (double depth = 0; depth < 0.9; depth += 0.1)
        assert_true(shortfall(1, depth + 0.1, 0.5) < shortfall(1, depth, 0.5));
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(run);
}

static void it_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(run, "shortfall", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crisis_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equation),
        cmocka_unit_test(without_a_crisis_there_is_no_shortfall),
        cmocka_unit_test(without_institutions_all_of_a_crisis_is_shortfall),
        cmocka_unit_test(the_deeper_the_institutions_the_smaller_the_shortfall),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

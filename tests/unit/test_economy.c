/* Step 15, economy. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { economy_grow(world, &p->economy); }

static void begin(struct world *world, const struct parameters *p)
{
    (void)p;
    economy_begin(world);
}

/* g = 0.02 + 0.5 (0.10 - 0.02) = 0.06; ln Y grows by 0.06 + 0.05 0.5 0.4 + 0.01 1 = 0.08
 * p = 0.02 + 0.5 (0.04 - 0.02) = 0.03 */
static void growth_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct world *world = &f->world;
    put(f->parameters.economy.economy.persistence, 0.5);
    put(f->parameters.economy.economy.noise, 0.01);
    put(world->now.gdp[0], 100);
    put(world->now.growth[0], 0.10);
    put(world->now.inflation[0], 0.04);
    put(world->long_run_growth[0], 0.02);
    put(world->long_run_inflation[0], 0.02);
    put(world->dependence[0], 0.5);
    put(world->now.trade_inside[0], 200);
    put(world->next.trade_inside[0], 200 * exp(0.4));
    put(world->growth_draw[0], 1);
    run(world, &f->parameters);
    assert_close(world->next.growth[0][0], 0.06);
    assert_close(world->next.gdp[0][0], 100 * exp(0.08));
    assert_close(world->next.inflation[0][0], 0.03);
    assert_close(world->next.price[0][0], exp(0.03));
    fixture_free(f);
}

static void compare_untold(const struct world *before, const struct world *after, const struct parameters *p, size_t i,
                           size_t l)
{
    const struct economy_parameters *q = &p->economy;
    const double persistence = q->economy.persistence[l];
    const double g =
        before->long_run_growth[i][l] + persistence * (before->now.growth[i][l] - before->long_run_growth[i][l]);
    const double inflation = before->long_run_inflation[i][l] +
                             persistence * (before->now.inflation[i][l] - before->long_run_inflation[i][l]);
    const double trade_growth = log(before->next.trade_inside[i][l] / before->now.trade_inside[i][l]);
    const double from_trade = q->economy.trade[l] * before->dependence[i][l] * trade_growth;
    const double noise = q->economy.noise[l] * before->growth_draw[i][l];
    if (!(before->gdp_series[i].value > 0)) {
        assert_close(after->next.growth[i][l], g);
        assert_close(after->next.gdp[i][l], before->now.gdp[i][l] * exp(g + from_trade + noise));
    }
    if (!(before->price_series[i].value > 0)) {
        assert_close(after->next.inflation[i][l], inflation);
        assert_close(after->next.price[i][l], before->now.price[i][l] * exp(inflation));
    }
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t i = 0; i < before->n_states; i++) {
        compare_untold(before, after, p, i, l);
        if (before->gdp_series[i].value > 0) {
            assert_same(after->next.gdp[i][l], before->gdp_series[i].value);
            assert_close(after->next.growth[i][l], log(before->gdp_series[i].value / before->now.gdp[i][l]));
        }
        assert_close(after->next.log_gdp[i][l], log(after->next.gdp[i][l]));
        assert_close(after->next.log_price[i][l], log(after->next.price[i][l]));
        if (before->price_series[i].value > 0) {
            assert_same(after->next.price[i][l], before->price_series[i].value);
            assert_close(after->next.inflation[i][l], log(before->price_series[i].value / before->now.price[i][l]));
        }
    }
}

static void it_agrees_with_the_equations_and_follows_series_to_the_bit(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void who_traded_with_no_member_does_not_grow_by_trade(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.dependence[0], 1);
    put(f->world.next.trade_inside[0], 100);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.gdp[0][0], 1);
    fixture_free(f);
}

static void growth_begins_at_its_long_run(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(12);
    begin(&f->world, &f->parameters);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l) {
            assert_same(f->world.now.growth[i][l], f->world.long_run_growth[i][l]);
            assert_same(f->world.now.inflation[i][l], f->world.long_run_inflation[i][l]);
        }
    fixture_free(f);
}

/* 0.3 above the long run, with persistence 0.8: 0.3 0.8^20 = 0.003 after twenty years */
static void growth_returns_to_its_long_run(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.long_run_growth[0], 0.03);
    put(f->world.now.growth[0], 0.33);
    for (int k = 0; k < 20; k++) {
        run(&f->world, &f->parameters);
        put(f->world.now.growth[0], f->world.next.growth[0][0]);
    }
    assert_close(f->world.now.growth[0][0], 0.03 + 0.3 * pow(0.8, 20));
    fixture_free(f);
}

static void a_series_of_gdp_says_nothing_of_prices(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    f->gdp_series[0] = tell(7);
    run(&f->world, &f->parameters);
    assert_same(f->world.next.gdp[0][0], 7);
    assert_same(f->world.next.price[0][0], 1);
    fixture_free(f);
}

static void those_without_a_series_of_gdp_grow_by_themselves(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    f->gdp_series[1] = tell(7);
    f->price_series[2] = tell(7);
    economy_look_ahead(&f->world);
    assert_true(f->world.grows_by_itself[0]);
    assert_false(f->world.grows_by_itself[1]);
    assert_true(f->world.grows_by_itself[2]);
    fixture_free(f);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(run);
}

static void it_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(run, "gdp price log_gdp log_price growth inflation", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equations_and_follows_series_to_the_bit),
        cmocka_unit_test(who_traded_with_no_member_does_not_grow_by_trade),
        cmocka_unit_test(growth_begins_at_its_long_run),
        cmocka_unit_test(growth_returns_to_its_long_run),
        cmocka_unit_test(a_series_of_gdp_says_nothing_of_prices),
        cmocka_unit_test(those_without_a_series_of_gdp_grow_by_themselves),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

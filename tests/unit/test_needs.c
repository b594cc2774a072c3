/* Step 3, needs. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { needs_assess(world, &p->needs); }

/* 1 - (1 - 0.5)(1 - 0.2) = 0.6 */
static void need_for_security_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.threat[0], 0.5);
    put(f->world.now.insecurity[0], 0.2);
    run(&f->world, &f->parameters);
    assert_close(f->world.need[0][SECURITY][0], 0.6);
    fixture_free(f);
}

/* Potential trade of 400 million with members, of which 300 are at half of it: g = 1 - exp(-300 ln 2 / 400) = 1 -
 * 2^(-3/4). */
static void need_for_the_economy_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.potential_inside[0], 400);
    put(f->world.missing_inside[0], 300 * log(2));
    run(&f->world, &f->parameters);
    assert_close(f->world.need[0][ECONOMY][0], 1 - pow(2, -0.75));
    fixture_free(f);
}

/* 350 million over a nominal GDP of 1 billion at price 3.5: r = 0.1, dep = 0.1 / (0.1 + 0.1) */
static void dependence_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.price[0], 3.5);
    put(f->world.now.trade_inside[0], 350);
    run(&f->world, &f->parameters);
    assert_close(f->world.exposure[0][0], 0.1);
    assert_close(f->world.dependence[0][0], 0.5);
    fixture_free(f);
}

/* 0.35 + 0.65 0.2 = 0.48 */
static void efficacy_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.depth[SECURITY], 0.2);
    run(&f->world, &f->parameters);
    assert_close(f->world.efficacy[SECURITY][0], 0.48);
    assert_close(f->world.efficacy[ECONOMY][0], 0.35);
    fixture_free(f);
}

/* A rich member (R = 0.8) with all influence and will 1/2 spends 0.01 1/2 100 = 0.5. The poor one, of GDP 20, receives
 * 0.8 of it: 0.4, as much as scale 0.02 times 20; so its payment weighs 1 - 1/e. */
static void payment_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    struct world *world = &f->world;
    put(f->parameters.needs.payments.mobilisation, 0.01);
    put(f->parameters.needs.payments.scale, 0.02);
    put_member(world, 0);
    put_member(world, 1);
    put(world->influence[0], 1);
    put(world->now.will[0], 0.5);
    put(world->now.gdp[0], 100);
    put(world->now.gdp[1], 20);
    put(world->resources[0], 0.8);
    put(world->resources[1], 0.2);
    run(world, &f->parameters);
    assert_close(world->payment[1][0], 1 - exp(-1));
    assert_same(world->payment[2][0], 0);
    fixture_free(f);
}

static void compare_economy(const struct world *before, const struct world *after, const struct parameters *p, size_t j,
                            size_t l)
{
    const double gap = before->missing_inside[j][l] / before->potential_inside[j][l];
    const double exposure = before->now.trade_inside[j][l] / 1000 / (before->now.gdp[j][l] * before->now.price[j][l]);
    assert_close(after->need[j][ECONOMY][l], 1 - exp(-gap));
    assert_close(after->exposure[j][l], exposure);
    assert_close(after->dependence[j][l], exposure / (exposure + p->needs.needs.half_dependence[l]));
}

static void compare_payments(const struct world *before, const struct world *after, const struct parameters *p,
                             size_t l)
{
    double fund = 0, weights = 0;
    for (size_t i = 0; i < before->n_states; i++) {
        if (before->now.status[i][l] != MEMBER)
            continue;
        fund += p->needs.payments.mobilisation[l] * before->influence[i][l] * before->now.will[i][l] *
                before->now.gdp[i][l];
        weights += 1 - before->resources[i][l];
    }
    for (size_t j = 0; j < before->n_states; j++) {
        const double received = fund * (1 - before->resources[j][l]) / weights;
        const double payment = 1 - exp(-received / (p->needs.payments.scale[l] * before->now.gdp[j][l]));
        assert_close(after->payment[j][l], before->now.status[j][l] == MEMBER ? payment : 0);
    }
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    const double base = p->needs.needs.base_efficacy[l];
    for (size_t j = 0; j < before->n_states; j++) {
        const double threat = before->now.threat[j][l], insecurity = before->now.insecurity[j][l];
        assert_close(after->need[j][SECURITY][l], 1 - (1 - threat) * (1 - insecurity));
        compare_economy(before, after, p, j, l);
    }
    compare_payments(before, after, p, l);
    for (size_t k = 0; k < AREAS; k++)
        assert_close(after->efficacy[k][l], base + (1 - base) * before->now.depth[k][l]);
}

static void it_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void threat_and_insecurity_count_alike(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put(f->world.now.threat[0], 0.3);
    put(f->world.now.insecurity[0], 0.7);
    put(f->world.now.threat[1], 0.7);
    put(f->world.now.insecurity[1], 0.3);
    run(&f->world, &f->parameters);
    assert_close(f->world.need[0][SECURITY][0], f->world.need[1][SECURITY][0]);
    fixture_free(f);
}

static void trade_at_its_potential_leaves_no_need(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put_member(&f->world, 1);
    put(f->world.potential_inside[0], 300);
    run(&f->world, &f->parameters);
    assert_same(f->world.need[0][ECONOMY][0], 0);
    fixture_free(f);
}

static void who_has_no_partner_needs_nothing_and_depends_on_nobody(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put_member(&f->world, 0);
    run(&f->world, &f->parameters);
    assert_same(f->world.need[0][ECONOMY][0], 0);
    assert_same(f->world.dependence[0][0], 0);
    fixture_free(f);
}

static void the_poor_are_paid_more_than_the_rich(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(7);
    const struct world *world = &f->world;
    run(&f->world, &f->parameters);
    EACH_LANE(l) {
        const bool is_first_poorer = world->now.gdp[0][l] < world->now.gdp[1][l];
        assert_int_equal(world->payment[0][l] > world->payment[1][l], is_first_poorer);
    }
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
    check_writes(run, "need exposure dependence efficacy payment", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(need_for_security_worked_by_hand),
        cmocka_unit_test(need_for_the_economy_worked_by_hand),
        cmocka_unit_test(dependence_worked_by_hand),
        cmocka_unit_test(efficacy_worked_by_hand),
        cmocka_unit_test(payment_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equations),
        cmocka_unit_test(threat_and_insecurity_count_alike),
        cmocka_unit_test(trade_at_its_potential_leaves_no_need),
        cmocka_unit_test(who_has_no_partner_needs_nothing_and_depends_on_nobody),
        cmocka_unit_test(the_poor_are_paid_more_than_the_rich),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Steps 3 and 14, trade. */
#include "fixture.h"

static void find_potential(struct world *world, const struct parameters *p)
{
    trade_find_base(world, &p->trade);
    trade_find_potential(world, &p->trade);
}

static void adjust(struct world *world, const struct parameters *p) { trade_adjust(world, &p->trade); }

/* Steps 3 and 14 of a year. */
static void find_potential_and_adjust(struct world *world, const struct parameters *p)
{
    find_potential(world, p);
    trade_count_inside(world);
    adjust(world, p);
}

static void begin(struct world *world, const struct parameters *p) { trade_begin(world, &p->trade); }

static void count_inside(struct world *world, const struct parameters *p)
{
    (void)p;
    trade_count_inside(world);
}

/* Two states with GDP e² and e³, e⁴ km apart, contiguous, open by 0.1 and 0.2: with constant 1 and distance 0.5,
 * ln T* = 1 + ln 1000 + 0.7 5 - 0.5 4 + 0.42 + 0.3 = ln 1000 + 3.22 */
static struct fixture *one_dyad(void)
{
    struct fixture *f = fixture_blank(2);
    put(f->parameters.trade.trade.constant, 1);
    put(f->parameters.trade.trade.distance, 0.5);
    put_gdp(&f->world, 0, exp(2));
    put_gdp(&f->world, 1, exp(3));
    put(f->world.distance[0], exp(4));
    put(f->world.contiguous[0], 1);
    put(f->world.openness[0], 0.1);
    put(f->world.openness[1], 0.2);
    return f;
}

static void trade_that_was_not_observed_begins_at_its_potential(void **state)
{
    (void)state;
    struct fixture *f = one_dyad();
    begin(&f->world, &f->parameters);
    find_potential(&f->world, &f->parameters);
    assert_close(f->world.trade[0][0], 1000 * exp(3.22));
    assert_close(f->world.potential_trade[0][0], 1000 * exp(3.22));
    assert_same(f->world.trade_gap[0][0], 0);
    fixture_free(f);
}

/* Observed e times its potential, with gap_kept 0.42: the gap is 1, and theta 0.42. */
static void the_share_of_the_first_gap_that_stays_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = one_dyad();
    put(f->world.trade[0], 1000 * exp(4.22));
    begin(&f->world, &f->parameters);
    find_potential(&f->world, &f->parameters);
    assert_close(f->world.trade_gap[0][0], 0.42);
    assert_close(f->world.potential_trade[0][0], 1000 * exp(3.64));
    fixture_free(f);
}

static void observed_trade_begins_as_observed_to_the_bit(void **state)
{
    (void)state;
    struct fixture *f = one_dyad();
    put(f->world.trade[0], 1234.5);
    begin(&f->world, &f->parameters);
    assert_same(f->world.trade[0][0], 1234.5);
    fixture_free(f);
}

/* ln T* = 1 + 0.5 + 0.5 + 0.2 + 1.2 0.5 + 1.2 = 4, of which 0.2 is infrastructure's, the rest base, sizes, institutions
 * and commitment; ln T = 2 + 0.35 (4 - 2) + 0.1 2 = 2.9. State 2, no member, trades at ln T* = 1 + 0.5 = 1.5. */
static void adjustment_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    struct world *world = &f->world;
    put(f->parameters.trade.trade.noise, 0.1);
    put(f->parameters.trade.trade.depth, 1.2);
    put(f->parameters.trade.trade.commitment, 1.2);
    for (size_t i = 0; i < 2; i++) {
        put_member(world, i);
        put(world->trade_size[i], 0.5);
        put(world->trade_bond[i], 1);
    }
    for (size_t d = 0; d < 3; d++)
        put(world->trade_base[d], 1);
    put(world->now.depth[ECONOMY], 0.5);
    put(world->infrastructure[0], 1);
    put(world->log_trade[0], 2);
    put(world->trade_draw[0], 2);
    adjust(world, &f->parameters);
    assert_close(world->log_trade[0][0], 2.9);
    assert_close(world->trade[0][0], exp(2.9));
    assert_close(world->trade[1][0], exp(0.35 * 1.5));
    assert_close(world->next.trade_inside[0][0], exp(2.9));
    assert_close(world->next.trade_inside[2][0], 2 * exp(0.35 * 1.5));
    fixture_free(f);
}

static double expected_log_potential(const struct world *w, const struct trade_parameters *p, size_t i, size_t j,
                                     size_t l)
{
    const size_t d = dyad_index(w->n_states, i, j);
    const bool are_members = w->now.status[i][l] == MEMBER && w->now.status[j][l] == MEMBER;
    const double together = p->trade.depth[l] * w->now.depth[ECONOMY][l] +
                            p->trade.commitment[l] * sqrt(w->now.commitment[i][l] * w->now.commitment[j][l]);
    return p->trade.constant[l] + log(1000) + p->trade.gdp[l] * log(w->now.gdp[i][l] * w->now.gdp[j][l]) +
           p->trade.price[l] * log(w->now.price[i][l] * w->now.price[j][l]) -
           p->trade.distance[l] * log(w->distance[d][l]) + p->trade.contiguity[l] * w->contiguous[d][l] +
           w->openness[i][l] + w->openness[j][l] + w->trade_gap[d][l] +
           p->trade.infrastructure[l] * w->infrastructure[d][l] + (are_members ? together : 0);
}

/* State i's sums over partners that are members, from the dyads' own values. */
static void compare_sums(const struct world *before, const struct world *after, size_t i, size_t l)
{
    double potential = 0, missing = 0;
    for (size_t j = 0; j < before->n_states; j++) {
        if (j == i || before->now.status[j][l] != MEMBER)
            continue;
        const size_t d = dyad_index(before->n_states, i, j);
        const double ratio = after->potential_trade[d][l] / before->trade[d][l];
        potential += after->potential_trade[d][l];
        missing += after->potential_trade[d][l] * fmax(log(ratio), 0);
    }
    assert_close(after->potential_inside[i][l], potential);
    assert_close(after->missing_inside[i][l], missing);
}

static void compare_potential(const struct world *before, const struct world *after, const struct parameters *p,
                              size_t l)
{
    FOR_DYADS(before->n_states, i, j, d) {
        const double expected = expected_log_potential(before, &p->trade, i, j, l);
        assert_close(after->potential_trade[d][l], exp(expected));
    }
    for (size_t i = 0; i < before->n_states; i++)
        compare_sums(before, after, i, l);
}

/* Where the members are one and the same in all lanes, dyads without any are passed by. */
static void dyads_without_members_are_passed_by_and_change_no_sum(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(5), *all = NULL;
    for (size_t i = 2; i < N_STATES; i++)
        EACH_LANE(l)
            f->world.is_member[i][l] = 0;
    settle_somewhere(&f->world);
    all = fixture_copy(f);
    for (size_t i = 0; i < N_STATES; i++)
        all->world.is_member_somewhere[i] = true;
    find_potential_and_adjust(&f->world, &f->parameters);
    find_potential_and_adjust(&all->world, &all->parameters);
    EACH_LANE(l)
        assert_true(is_lane_same(f, all, l));
    fixture_free(all);
    fixture_free(f);
}

static void compare_begin(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    FOR_DYADS(before->n_states, i, j, d) {
        const double base = expected_log_potential(before, &p->trade, i, j, l) - before->trade_gap[d][l];
        assert_close(after->log_trade[d][l], log(before->trade[d][l]));
        const double gap = p->trade.trade.gap_kept[l] * (log(before->trade[d][l]) - base);
        assert_close(base + after->trade_gap[d][l], base + gap); /* the gap may be a tiny difference of large numbers */
    }
}

/* Trade of state i with members. */
static double trade_with_members(const struct world *w, size_t i, size_t l)
{
    double sum = 0;
    for (size_t j = 0; j < w->n_states; j++)
        if (j != i && w->now.status[j][l] == MEMBER)
            sum += w->trade[dyad_index(w->n_states, i, j)][l];
    return sum;
}

static void compare_adjusted(const struct world *before, const struct world *after, const struct parameters *p,
                             size_t l)
{
    const struct trade_parameters *q = &p->trade;
    FOR_DYADS(before->n_states, i, j, d) {
        const double log_trade = log(before->trade[d][l]), potential = expected_log_potential(before, q, i, j, l);
        const double expected =
            log_trade + q->trade.adjustment[l] * (potential - log_trade) + q->trade.noise[l] * before->trade_draw[d][l];
        assert_close(after->log_trade[d][l], expected);
        assert_close(after->trade[d][l], exp(expected));
    }
    for (size_t i = 0; i < before->n_states; i++)
        assert_close(after->next.trade_inside[i][l], trade_with_members(after, i, l));
}

static void compare_inside(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    (void)p;
    for (size_t i = 0; i < before->n_states; i++)
        assert_close(after->now.trade_inside[i][l], trade_with_members(before, i, l));
}

static void potential_trade_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(find_potential, compare_potential);
}

static void the_start_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(begin, compare_begin);
}

static void adjustment_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(find_potential_and_adjust, compare_adjusted);
}

static void trade_inside_agrees_with_its_definition(void **state)
{
    (void)state;
    check_worlds(count_inside, compare_inside);
}

static void potential_trade_is_the_same_from_both_ends(void **state)
{
    (void)state;
    struct fixture *f = one_dyad(), *turned = one_dyad();
    put_gdp(&turned->world, 0, exp(3));
    put_gdp(&turned->world, 1, exp(2));
    put(turned->world.openness[0], 0.2);
    put(turned->world.openness[1], 0.1);
    find_potential(&f->world, &f->parameters);
    find_potential(&turned->world, &turned->parameters);
    assert_close(turned->world.potential_trade[0][0], f->world.potential_trade[0][0]);
    fixture_free(turned);
    fixture_free(f);
}

static void trade_with_oneself_is_zero(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put_member(&f->world, 0);
    put(f->world.trade[0], 100);
    count_inside(&f->world, &f->parameters);
    assert_same(f->world.now.trade_inside[0][0], 0);
    assert_same(f->world.now.trade_inside[1][0], 100);
    fixture_free(f);
}

static void institutions_make_trade_between_members_alone(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3), *deep = fixture_blank(3);
    struct fixture *both[] = {f, deep};
    put(deep->world.now.depth[ECONOMY], 1);
    for (size_t k = 0; k < 2; k++) {
        put_member(&both[k]->world, 0);
        put_member(&both[k]->world, 1);
        find_potential(&both[k]->world, &both[k]->parameters);
    }
    assert_close(deep->world.potential_trade[0][0], f->world.potential_trade[0][0] * exp(0.12));
    assert_same(deep->world.potential_trade[1][0], f->world.potential_trade[1][0]);
    fixture_free(deep);
    fixture_free(f);
}

static void with_the_whole_gap_kept_trade_at_the_start_is_at_rest(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(13);
    put(f->parameters.trade.trade.gap_kept, 1);
    put(f->parameters.trade.trade.noise, 0);
    struct fixture *before = fixture_copy(f);
    begin(&f->world, &f->parameters);
    find_potential(&f->world, &f->parameters);
    adjust(&f->world, &f->parameters);
    for (size_t d = 0; d < f->world.n_dyads; d++)
        EACH_LANE(l)
            assert_close(f->world.trade[d][l], before->world.trade[d][l]);
    fixture_free(before);
    fixture_free(f);
}

static void trade_that_an_event_sets_to_zero_counts_as_a_dollar(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    lane_array everywhere;
    put(everywhere, 1);
    trade_take_logarithm(&f->world, 0, everywhere);
    assert_close(f->world.log_trade[0][0], log(1e-6));
    fixture_free(f);
}

/* States 1 and 2 are outsiders: nobody reads their trade in US$, so that its logarithm alone moves. */
static struct fixture *with_two_outsiders(void)
{
    struct fixture *f = fixture_blank(3);
    put_member(&f->world, 0);
    f->world.tells_all = f->world.follows_all = false;
    for (size_t d = 0; d < 3; d++) {
        put(f->world.trade[d], 100);
        put(f->world.log_trade[d], log(100));
        put(f->world.trade_base[d], log(200));
    }
    put(f->parameters.trade.trade.adjustment, 1);
    trade_count_inside(&f->world);
    adjust(&f->world, &f->parameters);
    return f;
}

static void trade_of_outsiders_moves_as_a_logarithm_alone(void **state)
{
    (void)state;
    struct fixture *f = with_two_outsiders();
    assert_close(f->world.trade[dyad_index(3, 0, 1)][0], 200);
    assert_close(f->world.log_trade[dyad_index(3, 1, 2)][0], log(200));
    assert_same(f->world.trade[dyad_index(3, 1, 2)][0], 100);
    fixture_free(f);
}

static void trade_of_outsiders_that_is_told_is_kept_up(void **state)
{
    (void)state;
    struct fixture *f = with_two_outsiders();
    f->world.tells_all = f->world.follows_all = true;
    adjust(&f->world, &f->parameters);
    assert_close(f->world.trade[dyad_index(3, 1, 2)][0], 200);
    fixture_free(f);
}

static void trade_of_an_outsider_that_becomes_a_member_is_caught_up(void **state)
{
    (void)state;
    struct fixture *f = with_two_outsiders();
    put_member(&f->world, 2);
    f->world.has_counted = false;
    trade_count_inside(&f->world);
    assert_close(f->world.trade[dyad_index(3, 1, 2)][0], 200);
    assert_close(f->world.now.trade_inside[1][0], 400);
    fixture_free(f);
}

/* To begin with, trade is what the configuration says, to the bit, and not what its logarithm makes of it. */
static void trade_at_the_start_needs_no_catching_up(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    f->world.tells_all = f->world.follows_all = false;
    put(f->world.trade[0], 1234.5);
    put(f->world.log_trade[0], 7);
    trade_follow(&f->world, 0);
    assert_same(f->world.trade[0][0], 1234.5);
    fixture_free(f);
}

/* After a year trade with members is counted already; it is counted anew where members or trade are others now. */
static void trade_with_members_is_counted_once(void **state)
{
    (void)state;
    struct fixture *f = with_two_outsiders();
    put(f->world.now.trade_inside[1], 55);
    trade_count_inside(&f->world);
    assert_same(f->world.now.trade_inside[1][0], 55);
    f->world.has_counted = false;
    trade_count_inside(&f->world);
    assert_close(f->world.now.trade_inside[1][0], 200);
    fixture_free(f);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(begin);
    check_lanes_apart(find_potential);
    check_lanes_apart(count_inside);
    check_lanes_apart(adjust);
}

static void each_part_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(begin, "log_distance trade_gap trade_base trade_size trade_bond log_trade", "trade");
    check_writes(find_potential, "trade_base trade_size trade_bond potential_trade potential_inside missing_inside",
                 "");
    check_writes(count_inside, "now.trade_inside", "");
    check_writes(adjust, "trade_inside", "trade log_trade");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trade_that_was_not_observed_begins_at_its_potential),
        cmocka_unit_test(the_share_of_the_first_gap_that_stays_worked_by_hand),
        cmocka_unit_test(observed_trade_begins_as_observed_to_the_bit),
        cmocka_unit_test(adjustment_worked_by_hand),
        cmocka_unit_test(potential_trade_agrees_with_the_equation),
        cmocka_unit_test(dyads_without_members_are_passed_by_and_change_no_sum),
        cmocka_unit_test(the_start_agrees_with_the_equations),
        cmocka_unit_test(adjustment_agrees_with_the_equation),
        cmocka_unit_test(trade_inside_agrees_with_its_definition),
        cmocka_unit_test(potential_trade_is_the_same_from_both_ends),
        cmocka_unit_test(trade_with_oneself_is_zero),
        cmocka_unit_test(institutions_make_trade_between_members_alone),
        cmocka_unit_test(with_the_whole_gap_kept_trade_at_the_start_is_at_rest),
        cmocka_unit_test(trade_that_an_event_sets_to_zero_counts_as_a_dollar),
        cmocka_unit_test(trade_of_outsiders_moves_as_a_logarithm_alone),
        cmocka_unit_test(trade_of_outsiders_that_is_told_is_kept_up),
        cmocka_unit_test(trade_of_an_outsider_that_becomes_a_member_is_caught_up),
        cmocka_unit_test(trade_at_the_start_needs_no_catching_up),
        cmocka_unit_test(trade_with_members_is_counted_once),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(each_part_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Steps 8 and 9, expectation and commitment. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { commitment_form(world, &p->commitment); }

/* Member 0 and outsider 1, alike in all else: needs 0.6 and 0.4, cooperation and efficacy as below. */
static struct fixture *two_states(void)
{
    struct fixture *f = fixture_blank(2);
    struct world *world = &f->world;
    put_member(world, 0);
    put(world->cooperation[SECURITY], 0.5);
    put(world->cooperation[ECONOMY], 0.6);
    for (size_t k = 0; k < AREAS; k++)
        put(world->efficacy[k], 0.5);
    for (size_t i = 0; i < 2; i++) {
        put(world->need[i][SECURITY], 0.6);
        put(world->need[i][ECONOMY], 0.4);
        put(world->payment[i], 0.23);
        put(world->now.expectation[i], 0.3);
        put(world->now.commitment[i], 0.3);
        put(world->now.insecurity[i], 0.1);
        put(world->dependence[i], 0.4);
        put(world->attendance[i][ECONOMY], 1);
    }
    return f;
}

/* beta = sqrt((0.6 0.5 0.5 + 0.4 0.6 0.5 + 0.23) / (0.6 + 0.4 + 1)) = sqrt(0.5 / 2) = 0.5
 * e = 0.3 + 0.1 (0.5 - 0.3) - 0.1 0.5 0.3 = 0.3 + 0.02 - 0.015 */
static void expectation_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = two_states();
    put(f->world.shortfall[0], 0.5);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.expectation[0][0], 0.305);
    fixture_free(f);
}

/* log odds -2 + 3 0.3 + 1.5 0.4 + 4 0.1 + 0.2 (0 + 1)/2 - 0.3 0 = 0, so c* = 1/2; c = 0.3 + 0.5 (0.5 - 0.3) */
static void commitment_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = two_states();
    put(f->parameters.commitment.commitment.base, -2);
    put(f->parameters.commitment.commitment.adjustment, 0.5);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.commitment[0][0], 0.4);
    fixture_free(f);
}

static double expected_expectation(const struct world *w, const struct commitment_parameters *p, size_t j, size_t l)
{
    const double s = w->need[j][SECURITY][l], g = w->need[j][ECONOMY][l], e = w->now.expectation[j][l];
    const double met = s * w->cooperation[SECURITY][l] * w->efficacy[SECURITY][l] +
                       g * w->cooperation[ECONOMY][l] * w->efficacy[ECONOMY][l] + w->payment[j][l];
    const double benefit = sqrt(met / (s + g + 1));
    return e + p->expectation.adjustment[l] * (benefit - e) - p->expectation.disappointment[l] * w->shortfall[0][l] * e;
}

static double expected_commitment(const struct world *w, const struct commitment_parameters *p, size_t j, size_t l)
{
    const double c = w->now.commitment[j][l];
    const double taking_part = (w->attendance[j][SECURITY][l] + w->attendance[j][ECONOMY][l]) / 2;
    const double log_odds =
        p->commitment.base[l] + p->commitment.expectation[l] * w->now.expectation[j][l] +
        p->commitment.dependence[l] * w->dependence[j][l] + p->commitment.insecurity[l] * w->now.insecurity[j][l] -
        p->commitment.alignment[l] * w->now.alignment[j][l] + p->commitment.participation[l] * taking_part;
    return c + p->commitment.adjustment[l] * (1 / (1 + exp(-log_odds)) - c);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t j = 0; j < before->n_states; j++) {
        const bool is_member = before->now.status[j][l] == MEMBER;
        const double e = is_member ? expected_expectation(before, &p->commitment, j, l) : before->now.expectation[j][l];
        const double c = is_member ? expected_commitment(before, &p->commitment, j, l) : before->now.commitment[j][l];
        assert_close(after->next.expectation[j][l], e);
        assert_close(after->next.commitment[j][l], c);
    }
}

static void it_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void outsiders_keep_theirs_to_the_bit(void **state)
{
    (void)state;
    struct fixture *f = two_states();
    run(&f->world, &f->parameters);
    assert_same(f->world.next.expectation[1][0], 0.3);
    assert_same(f->world.next.commitment[1][0], 0.3);
    fixture_free(f);
}

static void a_shortfall_disappoints(void **state)
{
    (void)state;
    struct fixture *f = two_states();
    EACH_LANE(l)
        f->world.shortfall[0][l] = (double)l / LANES;
    run(&f->world, &f->parameters);
    for (size_t l = 1; l < LANES; l++)
        assert_true(f->world.next.expectation[0][l] < f->world.next.expectation[0][l - 1]);
    fixture_free(f);
}

static void fear_commits(void **state)
{
    (void)state;
    struct fixture *f = two_states();
    EACH_LANE(l)
        f->world.now.insecurity[0][l] = (double)l / LANES;
    run(&f->world, &f->parameters);
    for (size_t l = 1; l < LANES; l++)
        assert_true(f->world.next.commitment[0][l] > f->world.next.commitment[0][l - 1]);
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
    check_writes(run, "expectation commitment", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expectation_worked_by_hand),   cmocka_unit_test(commitment_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equations), cmocka_unit_test(outsiders_keep_theirs_to_the_bit),
        cmocka_unit_test(a_shortfall_disappoints),      cmocka_unit_test(fear_commits),
        cmocka_unit_test(each_lane_is_apart),           cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

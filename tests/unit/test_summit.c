/* Steps 4 and 6, the summit. */
#include "fixture.h"

static void meet(struct world *world, const struct parameters *p) { summit_meet(world, &p->summit); }
static void set_agenda(struct world *world, const struct parameters *p) { summit_set_agenda(world, &p->summit); }

static void meet_without_noise(struct world *world, const struct parameters *p)
{
    world->is_noisy = false;
    summit_meet(world, &p->summit);
    world->is_noisy = true;
}

static struct fixture *one_member(void)
{
    struct fixture *f = fixture_blank(1);
    struct world *world = &f->world;
    put_member(world, 0);
    put(world->resources[0], 1);
    put(world->appeal[0], 0.5);
    put(world->payment[0], 0.2);
    put(world->now.expectation[0], 0.5);
    put(world->sovereignty[0], 0.5);
    put(world->now.alignment[0], 0.2);
    put(f->parameters.summit.summit.temperature, 0.18);
    for (size_t k = 0; k < AREAS; k++) {
        put(world->need[0][k], 0.5);
        put(world->efficacy[k], 0.5);
        put(world->now.ambition[k], 0.2);
    }
    return f;
}

/* U = 0.49 + 1.6 0.5 0.5 + 0.24 0.5 + 0.5 0.2 + 0.66 0.5 - 4 0.5 0.2 - 2.5 o 0.2
 *   = 0.49 + 0.4 + 0.12 + 0.1 + 0.33 - 0.4 - 0.5 o = 1.04 - 0.5 o: 0.54 in security, 0.84 in the economy (o = 0.4);
 * U / 0.18 = 3 and 4.6667 */
static void propensity_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = one_member();
    meet(&f->world, &f->parameters);
    assert_close(f->world.propensity[0][SECURITY][0], 1 / (1 + exp(-3)));
    assert_close(f->world.propensity[0][ECONOMY][0], 1 / (1 + exp(-14.0 / 3)));
    fixture_free(f);
}

static void a_member_takes_part_if_its_draw_is_below_its_propensity(void **state)
{
    (void)state;
    struct fixture *f = one_member();
    const double p = 1 / (1 + exp(-3)); /* see above */
    put(f->world.summit_draw[0][SECURITY], p + 1e-9);
    f->world.summit_draw[0][SECURITY][1] = p - 1e-9;
    meet(&f->world, &f->parameters);
    assert_same(f->world.attendance[0][SECURITY][0], 0);
    assert_same(f->world.attendance[0][SECURITY][1], 1);
    fixture_free(f);
}

/* Weights 1/2 1/2 + 1/2 0.7 = 0.6 and 0.4; the first alone takes part: f = 0.6, Q = 0.2 0.6, success
 * (0.6 - 0.4) / 0.6 */
static void following_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    put_member(&f->world, 0);
    put_member(&f->world, 1);
    put(f->world.resources[0], 0.7);
    put(f->world.resources[1], 0.3);
    put(f->world.resources[2], 0.5);
    put(f->world.now.ambition[SECURITY], 0.2);
    put(f->world.summit_draw[1][SECURITY], 1 - 1e-9);
    meet(&f->world, &f->parameters);
    assert_close(f->world.following[SECURITY][0], 0.6);
    assert_close(f->world.cooperation[SECURITY][0], 0.12);
    assert_close(f->world.success[SECURITY][0], 1.0 / 3);
    fixture_free(f);
}

static double ambition_after(double success, double shortfall)
{
    struct fixture *f = fixture_blank(1);
    put(f->parameters.summit.agenda.stride, 1.2);
    put(f->world.drive[0], 0.5);
    put(f->world.success[SECURITY], success);
    put(f->world.shortfall[0], shortfall);
    put(f->world.now.ambition[SECURITY], 0.2);
    set_agenda(&f->world, &f->parameters);
    const double ambition = f->world.next.ambition[SECURITY][0];
    fixture_free(f);
    return ambition;
}

/* step 1.2 0.5 1/3 - 0.5 0.1 = 0.15: 0.2 + 0.15 0.8 = 0.32; and -1.2 0.5 1/4 - 0.5 0.1 = -0.2: 0.2 - 0.2 0.2 = 0.16 */
static void ambition_worked_by_hand(void **state)
{
    (void)state;
    assert_close(ambition_after(1.0 / 3, 0.1), 0.32);
    assert_close(ambition_after(-0.25, 0.1), 0.16);
}

static double expected_propensity(const struct world *w, const struct summit_parameters *p, size_t j, size_t k,
                                  size_t l)
{
    if (w->now.status[j][l] != MEMBER)
        return 0;
    const double outside = k == SECURITY ? p->summit.outside_security[l] : p->summit.outside_economy[l];
    const double utility = p->summit.base[l] + p->summit.need[l] * w->need[j][k][l] * w->efficacy[k][l] +
                           p->summit.appeal[l] * w->appeal[j][l] + p->summit.payment[l] * w->payment[j][l] +
                           p->summit.expectation[l] * w->now.expectation[j][l] -
                           p->summit.sovereignty[l] * w->sovereignty[j][l] * w->now.ambition[k][l] -
                           p->summit.outside[l] * outside * w->now.alignment[j][l];
    return 1 / (1 + exp(-utility / p->summit.temperature[l]));
}

static void compare_area(const struct world *before, const struct world *after, const struct summit_parameters *p,
                         size_t k, size_t l, bool is_noisy)
{
    double n = 0, following = 0;
    for (size_t j = 0; j < before->n_states; j++)
        n += before->now.status[j][l] == MEMBER;
    for (size_t j = 0; j < before->n_states; j++) {
        const double propensity = expected_propensity(before, p, j, k, l);
        const double attendance = is_noisy ? before->summit_draw[j][k][l] < propensity : propensity;
        const double equality = p->summit.equality[l];
        following += (equality / n + (1 - equality) * before->resources[j][l]) * attendance;
        assert_close(after->propensity[j][k][l], propensity);
        assert_close(after->attendance[j][k][l], attendance);
    }
    const double quorum = p->agenda.quorum[l];
    assert_close(after->following[k][l], following);
    assert_close(after->cooperation[k][l], before->now.ambition[k][l] * following);
    assert_close(after->success[k][l], (following - quorum) / (1 - quorum));
}

static void compare_noisy(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t k = 0; k < AREAS; k++)
        compare_area(before, after, &p->summit, k, l, true);
}

static void compare_quiet(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t k = 0; k < AREAS; k++)
        compare_area(before, after, &p->summit, k, l, false);
}

static void compare_agenda(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t k = 0; k < AREAS; k++) {
        const double setback =
            k == SECURITY ? p->summit.agenda.setback_security[l] : p->summit.agenda.setback_economy[l];
        const double step = p->summit.agenda.stride[l] * before->drive[0][l] * before->success[k][l] -
                            setback * before->shortfall[0][l];
        const double q = before->now.ambition[k][l], share = fmin(fmax(step, -1), 1);
        assert_close(after->next.ambition[k][l], share < 0 ? q + share * q : q + share * (1 - q));
    }
}

static void the_summit_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(meet, compare_noisy);
}

static void without_noise_attendance_is_propensity(void **state)
{
    (void)state;
    check_worlds(meet_without_noise, compare_quiet);
}

static void the_agenda_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(set_agenda, compare_agenda);
}

static void if_all_follow_following_is_one(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(8);
    put(f->parameters.summit.summit.base, 1000);
    meet(&f->world, &f->parameters);
    for (size_t k = 0; k < AREAS; k++)
        EACH_LANE(l) {
            assert_close(f->world.following[k][l], 1);
            assert_close(f->world.success[k][l], 1);
        }
    fixture_free(f);
}

static void without_members_nothing_is_followed(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put(f->world.now.ambition[ECONOMY], 0.5);
    meet(&f->world, &f->parameters);
    assert_same(f->world.following[ECONOMY][0], 0);
    assert_same(f->world.cooperation[ECONOMY][0], 0);
    fixture_free(f);
}

static void alignment_outside_holds_back(void **state)
{
    (void)state;
    struct fixture *f = one_member();
    EACH_LANE(l)
        f->world.now.alignment[0][l] = (double)l / LANES;
    meet(&f->world, &f->parameters);
    for (size_t l = 1; l < LANES; l++)
        assert_true(f->world.propensity[0][SECURITY][l] < f->world.propensity[0][SECURITY][l - 1]);
    fixture_free(f);
}

static void ambition_stays_within_0_and_1(void **state)
{
    (void)state;
    assert_close(ambition_after(100, 0), 1);
    assert_same(ambition_after(-100, 1), 0);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(meet);
    check_lanes_apart(meet_without_noise);
    check_lanes_apart(set_agenda);
}

static void each_part_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(meet, "propensity attendance following cooperation success", "");
    check_writes(set_agenda, "ambition", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(propensity_worked_by_hand),
        cmocka_unit_test(a_member_takes_part_if_its_draw_is_below_its_propensity),
        cmocka_unit_test(following_worked_by_hand),
        cmocka_unit_test(ambition_worked_by_hand),
        cmocka_unit_test(the_summit_agrees_with_the_equations),
        cmocka_unit_test(without_noise_attendance_is_propensity),
        cmocka_unit_test(the_agenda_agrees_with_the_equation),
        cmocka_unit_test(if_all_follow_following_is_one),
        cmocka_unit_test(without_members_nothing_is_followed),
        cmocka_unit_test(alignment_outside_holds_back),
        cmocka_unit_test(ambition_stays_within_0_and_1),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(each_part_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

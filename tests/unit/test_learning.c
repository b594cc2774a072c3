/* Step 12, learning of leadership. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { learning_learn(world, &p->learning); }

static struct fixture *one_member(void)
{
    struct fixture *f = fixture_blank(2);
    for (size_t i = 0; i < 2; i++) {
        put(f->world.now.vision[i], 0.5);
        put(f->world.vision_ceiling[i], 0.7);
        put(f->world.now.will[i], 0.4);
        put(f->world.now.skills[i], 0.2);
    }
    put_member(&f->world, 0);
    put(f->parameters.learning.learning.vision, 1.5);
    put(f->parameters.learning.learning.will, 0.4);
    return f;
}

static double vision_after(double success, double shortfall)
{
    struct fixture *f = one_member();
    put(f->world.success[SECURITY], success + 0.1);
    put(f->world.success[ECONOMY], success - 0.1);
    put(f->world.shortfall[0], shortfall);
    run(&f->world, &f->parameters);
    const double vision = f->world.next.vision[0][0];
    fixture_free(f);
    return vision;
}

/* 1.5 0.4 (0.5 - 0.25) = 0.15: 0.5 + 0.15 (0.7 - 0.5) = 0.53; and 1.5 0.4 (0 - 0.5) = -0.3: 0.5 - 0.3 0.5 = 0.35 */
static void vision_worked_by_hand(void **state)
{
    (void)state;
    assert_close(vision_after(0.5, 0.25), 0.53);
    assert_close(vision_after(0, 0.5), 0.35);
}

/* 0.4 (0.58 - 0.33) = 0.1: 0.4 + 0.1 (1 - 0.4) = 0.46 */
static void will_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = one_member();
    put(f->world.now.expectation[0], 0.58);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.will[0][0], 0.46);
    fixture_free(f);
}

/* 0.05 (1 + 0)/2 = 0.025: 0.2 + 0.025 (1 - 0.2) = 0.22 */
static void skills_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = one_member();
    put(f->world.attendance[0][SECURITY], 1);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.skills[0][0], 0.22);
    fixture_free(f);
}

static double learn(double x, double step, double top)
{
    const double s = fmin(fmax(step, -1), 1);
    return s < 0 ? x + s * x : x + s * fmax(top - x, 0);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    const struct learning_parameters *q = &p->learning;
    const double success = (before->success[SECURITY][l] + before->success[ECONOMY][l]) / 2 - before->shortfall[0][l];
    for (size_t i = 0; i < before->n_states; i++) {
        const bool learns = before->now.status[i][l] == MEMBER;
        const double v = before->now.vision[i][l], w = before->now.will[i][l], s = before->now.skills[i][l];
        const double practice = (before->attendance[i][SECURITY][l] + before->attendance[i][ECONOMY][l]) / 2;
        const double new_v = learn(v, q->learning.vision[l] * w * success, before->vision_ceiling[i][l]);
        const double new_w =
            learn(w, q->learning.will[l] * (before->now.expectation[i][l] - q->learning.aspiration[l]), 1);
        assert_close(after->next.vision[i][l], learns ? new_v : v);
        assert_close(after->next.will[i][l], learns ? new_w : w);
        assert_close(after->next.skills[i][l], learns ? s + q->learning.skills[l] * practice * (1 - s) : s);
    }
}

static void it_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void vision_does_not_outgrow_its_ceiling(void **state)
{
    (void)state;
    assert_close(vision_after(1000, 0), 0.7);
}

static void the_more_success_the_wider_the_vision(void **state)
{
    (void)state;
    for (double success = -1; success < 1; success += 0.1)
        assert_true(vision_after(success + 0.1, 0) > vision_after(success, 0));
}

static void outsiders_learn_nothing(void **state)
{
    (void)state;
    struct fixture *f = one_member();
    for (size_t k = 0; k < AREAS; k++)
        put(f->world.success[k], 1);
    run(&f->world, &f->parameters);
    assert_same(f->world.next.vision[1][0], 0.5);
    assert_same(f->world.next.will[1][0], 0.4);
    assert_same(f->world.next.skills[1][0], 0.2);
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
    check_writes(run, "vision will skills", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vision_worked_by_hand),
        cmocka_unit_test(will_worked_by_hand),
        cmocka_unit_test(skills_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equations),
        cmocka_unit_test(vision_does_not_outgrow_its_ceiling),
        cmocka_unit_test(the_more_success_the_wider_the_vision),
        cmocka_unit_test(outsiders_learn_nothing),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

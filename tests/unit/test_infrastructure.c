/* Step 13, infrastructure. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++)
        world->is_followed[i] = true;
    infrastructure_build(world, &p->infrastructure);
}

/* Next year's infrastructure between states 0 and 1, with building 1. */
static double built_after(double built, double cooperation, double attendance_0, double attendance_1)
{
    struct fixture *f = fixture_blank(2);
    put(f->parameters.infrastructure.infrastructure.building, 1);
    put(f->world.infrastructure[0], built);
    put(f->world.cooperation[ECONOMY], cooperation);
    put(f->world.attendance[0][ECONOMY], attendance_0);
    put(f->world.attendance[1][ECONOMY], attendance_1);
    run(&f->world, &f->parameters);
    const double after = f->world.infrastructure[0][0];
    fixture_free(f);
    return after;
}

/* 0.2 + 1 0.5 1 0.8 (1 - 0.2) - 0.03 0.2 = 0.2 + 0.32 - 0.006 */
static void a_year_worked_by_hand(void **state)
{
    (void)state;
    assert_close(built_after(0.2, 0.5, 1, 0.8), 0.514);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    const struct infrastructure_parameters *q = &p->infrastructure;
    for (size_t i = 0; i < before->n_states; i++)
        for (size_t j = i + 1; j < before->n_states; j++) {
            const size_t d = dyad_index(before->n_states, i, j);
            const double there = before->infrastructure[d][l];
            const double added = q->infrastructure.building[l] * before->cooperation[ECONOMY][l] *
                                 before->attendance[i][ECONOMY][l] * before->attendance[j][ECONOMY][l] * (1 - there);
            const double sum = there + added - q->infrastructure.decay[l] * there;
            assert_close(after->infrastructure[d][l], fmin(fmax(sum, 0), 1));
        }
}

static void it_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void both_ends_must_take_part(void **state)
{
    (void)state;
    assert_same(built_after(0, 1, 1, 0), 0);
    assert_same(built_after(0, 1, 0, 1), 0);
    assert_true(built_after(0, 1, 1, 1) > 0);
}

static void it_makes_no_difference_which_end_takes_part_more(void **state)
{
    (void)state;
    assert_close(built_after(0.1, 0.3, 0.2, 0.9), built_after(0.1, 0.3, 0.9, 0.2));
}

/* Who is followed is or was a member, or began with infrastructure: elsewhere nothing is built, nor was. */
static void who_is_not_followed_is_passed_by(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(4);
    f->world.infrastructure[dyad_index(4, 1, 3)][2] = 0.5;
    infrastructure_begin(&f->world);
    assert_false(f->world.is_followed[0] || f->world.is_followed[2]);
    assert_true(f->world.is_followed[1] && f->world.is_followed[3]);
    infrastructure_build(&f->world, &f->parameters.infrastructure);
    assert_close(f->world.infrastructure[dyad_index(4, 1, 3)][2], 0.5 * (1 - 0.03));
    assert_same(f->world.infrastructure[dyad_index(4, 0, 2)][2], 0);
    fixture_free(f);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(run);
}

static void it_changes_infrastructure_and_nothing_else(void **state)
{
    (void)state;
    check_writes(run, "", "infrastructure");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equation),
        cmocka_unit_test(both_ends_must_take_part),
        cmocka_unit_test(it_makes_no_difference_which_end_takes_part_more),
        cmocka_unit_test(who_is_not_followed_is_passed_by),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_changes_infrastructure_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

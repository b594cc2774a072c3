/* Step 7, institutions. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { institutions_build(world, &p->institutions); }

/* Next year's depth, with building 1.5 and decay 0.1. */
static double depth_after(double depth, double cooperation, double leadership)
{
    struct fixture *f = fixture_blank(1);
    put(f->parameters.institutions.institutions.building, 1.5);
    put(f->parameters.institutions.institutions.decay, 0.1);
    put(f->world.now.depth[ECONOMY], depth);
    put(f->world.cooperation[ECONOMY], cooperation);
    put(f->world.effective_leadership[0], leadership);
    run(&f->world, &f->parameters);
    const double after = f->world.next.depth[ECONOMY][0];
    fixture_free(f);
    return after;
}

/* 0.2 + 1.5 0.5 0.4 (1 - 0.2) - 0.1 0.2 = 0.2 + 0.24 - 0.02 */
static void a_year_worked_by_hand(void **state)
{
    (void)state;
    assert_close(depth_after(0.2, 0.5, 0.4), 0.42);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t k = 0; k < AREAS; k++) {
        const double depth = before->now.depth[k][l];
        const double built = p->institutions.institutions.building[l] * before->cooperation[k][l] *
                             before->effective_leadership[0][l] * (1 - depth);
        const double sum = depth + built - p->institutions.institutions.decay[l] * depth;
        assert_close(after->next.depth[k][l], fmin(fmax(sum, 0), 1));
    }
}

static void it_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void without_leadership_institutions_decay(void **state)
{
    (void)state;
    assert_close(depth_after(0.5, 1, 0), 0.45);
    assert_close(depth_after(0.5, 0, 1), 0.45);
}

static void more_leadership_builds_more(void **state)
{
    (void)state;
    for (double leadership = 0; leadership < 0.9; leadership += 0.1)
        assert_true(depth_after(0.2, 0.3, leadership + 0.1) > depth_after(0.2, 0.3, leadership));
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(run);
}

static void it_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(run, "depth", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equation),
        cmocka_unit_test(without_leadership_institutions_decay),
        cmocka_unit_test(more_leadership_builds_more),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

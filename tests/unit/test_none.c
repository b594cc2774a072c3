/* The template of a mechanism, and the template of its test: what every mechanism has to pass.
 *
 * A copy leaves out the next line, since its mechanism is in the library, and hands `run` the parameters it is given:
 * name_grow(world, &p->name). */
#include "models/none.c"

#include "fixture.h"

static struct none_parameters its_parameters;

static void run(struct world *world, const struct parameters *p)
{
    (void)p;
    put(its_parameters.none.rate, none.parameters[0].value);
    none_grow(world, &its_parameters);
}

/* 0.5 + 0.1 (1 - 0.5) = 0.55 */
static void a_year_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.skills[0], 0.5);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.skills[0][0], 0.55);
    fixture_free(f);
}

/* Written from the equation: one lane, plain C, nothing shared with the mechanism. */
static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    (void)p;
    for (size_t i = 0; i < before->n_states; i++)
        assert_close(after->next.skills[i][l], before->now.skills[i][l] + 0.1 * (1 - before->now.skills[i][l]));
}

static void it_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

/* A property: a symmetry, a limit, a direction. */
static void what_is_full_stays_full(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.skills[0], 1);
    run(&f->world, &f->parameters);
    assert_same(f->world.next.skills[0][0], 1);
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
    check_writes(run, "skills", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equation),
        cmocka_unit_test(what_is_full_stays_full),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

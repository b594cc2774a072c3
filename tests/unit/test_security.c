/* Step 10, security: alignment, insecurity, threat. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { security_change(world, &p->security); }

static void begin(struct world *world, const struct parameters *p)
{
    (void)p;
    security_begin(world);
}

/* a = 0.4 - 0.1 (0.4 - 0.2) - 2 0.1 0.4 = 0.4 - 0.02 - 0.08;   u = (1 - 0.27) 0.1 */
static void alignment_and_insecurity_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.alignment[0], 0.4);
    put(f->world.alignment_start[0], 0.2);
    put(f->world.now.insecurity[0], 0.1);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.alignment[0][0], 0.3);
    assert_close(f->world.next.insecurity[0][0], 0.073);
    fixture_free(f);
}

/* h = 0.5 + 0.15 (0.3 - 0.5) - 0.8 0.5 0.5 0.5 = 0.5 - 0.03 - 0.1; without relief for the outsider */
static void threat_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put_member(&f->world, 0);
    put(f->parameters.security.threat.relief, 0.8);
    put(f->world.cooperation[SECURITY], 0.5);
    put(f->world.efficacy[SECURITY], 0.5);
    for (size_t i = 0; i < 2; i++) {
        put(f->world.now.threat[i], 0.5);
        put(f->world.threat_start[i], 0.3);
    }
    run(&f->world, &f->parameters);
    assert_close(f->world.next.threat[0][0], 0.37);
    assert_close(f->world.next.threat[1][0], 0.47);
    fixture_free(f);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    const struct security_parameters *q = &p->security;
    for (size_t i = 0; i < before->n_states; i++) {
        const double a = before->now.alignment[i][l], u = before->now.insecurity[i][l], h = before->now.threat[i][l];
        const double relief =
            q->threat.relief[l] * before->cooperation[SECURITY][l] * before->efficacy[SECURITY][l] * h;
        const double new_a =
            a - q->alignment.decay[l] * (a - before->alignment_start[i][l]) - q->alignment.rebuff[l] * u * a;
        const double new_h = h + q->threat.recovery[l] * (before->threat_start[i][l] - h) -
                             (before->now.status[i][l] == MEMBER ? relief : 0);
        assert_close(after->next.alignment[i][l], before->eligible[i][l] > 0 ? fmin(fmax(new_a, 0), 1) : a);
        assert_close(after->next.insecurity[i][l], (1 - q->insecurity.decay[l]) * u);
        assert_close(after->next.threat[i][l], fmin(fmax(new_h, 0), 1));
    }
}

static void it_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void the_start_is_remembered_to_the_bit(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(9);
    begin(&f->world, &f->parameters);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l) {
            assert_same(f->world.alignment_start[i][l], f->world.now.alignment[i][l]);
            assert_same(f->world.threat_start[i][l], f->world.now.threat[i][l]);
        }
    fixture_free(f);
}

static void without_fear_and_relief_the_start_is_at_rest(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.alignment[0], 0.3);
    put(f->world.now.threat[0], 0.4);
    begin(&f->world, &f->parameters);
    run(&f->world, &f->parameters);
    assert_same(f->world.next.alignment[0][0], 0.3);
    assert_same(f->world.next.threat[0][0], 0.4);
    fixture_free(f);
}

static void fear_turns_from_the_power_outside(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put(f->world.now.alignment[0], 0.5);
    EACH_LANE(l)
        f->world.now.insecurity[0][l] = 0.4 * (double)l / LANES;
    begin(&f->world, &f->parameters);
    run(&f->world, &f->parameters);
    for (size_t l = 1; l < LANES; l++)
        assert_true(f->world.next.alignment[0][l] < f->world.next.alignment[0][l - 1]);
    fixture_free(f);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(run);
}

static void each_part_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(begin, "alignment_start threat_start", "");
    check_writes(run, "alignment insecurity threat", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alignment_and_insecurity_worked_by_hand),
        cmocka_unit_test(threat_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equations),
        cmocka_unit_test(the_start_is_remembered_to_the_bit),
        cmocka_unit_test(without_fear_and_relief_the_start_is_at_rest),
        cmocka_unit_test(fear_turns_from_the_power_outside),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(each_part_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

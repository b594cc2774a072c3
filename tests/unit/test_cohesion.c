/* Cohesion, observed after step 5. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p)
{
    (void)p;
    cohesion_observe(world);
}

/* positions (0.3, 0.5), (0.58, 0.54): distance sqrt(0.28² + 0.04²) = sqrt(0.08) = 0.2 sqrt 2, so A = 1 - 0.2 = 0.8;
 * attachment (0.4 + 0.6) / 2 = 0.5; participation (0.5 + 0.6 + 0.5 + 0.56) / 4 = 0.54;
 * C = (0.8 0.5 0.54)^(1/3) = 0.6; apart by 0.28 on security and 0.04 on the economy */
static void two_members_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    struct world *world = &f->world;
    const double position[2][AREAS] = {{0.3, 0.5}, {0.58, 0.54}}, propensity[2][AREAS] = {{0.5, 0.6}, {0.5, 0.56}};
    for (size_t i = 0; i < 2; i++) {
        put_member(world, i);
        put(world->now.commitment[i], i == 0 ? 0.4 : 0.6);
        for (size_t k = 0; k < AREAS; k++) {
            put(world->now.position[i][k], position[i][k]);
            put(world->propensity[i][k], propensity[i][k]);
        }
    }
    put(world->now.commitment[2], 1); /* an outsider's, which does not count */
    cohesion_observe(world);
    assert_close(world->attitude[0][0], 0.8);
    assert_close(world->attachment[0][0], 0.5);
    assert_close(world->participation[0][0], 0.54);
    assert_close(world->cohesion[0][0], 0.6);
    assert_close(world->position_distance[SECURITY][0], 0.28);
    assert_close(world->position_distance[ECONOMY][0], 0.04);
    fixture_free(f);
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    double distance = 0, apart[AREAS] = {0}, commitment = 0, propensity = 0, n_pairs = 0, n = 0;
    (void)p;
    for (size_t i = 0; i < before->n_states; i++) {
        if (before->now.status[i][l] != MEMBER)
            continue;
        n += 1;
        commitment += before->now.commitment[i][l];
        propensity += (before->propensity[i][SECURITY][l] + before->propensity[i][ECONOMY][l]) / 2;
        for (size_t j = 0; j < i; j++) {
            if (before->now.status[j][l] != MEMBER)
                continue;
            distance += hypot(before->now.position[i][SECURITY][l] - before->now.position[j][SECURITY][l],
                              before->now.position[i][ECONOMY][l] - before->now.position[j][ECONOMY][l]);
            for (size_t k = 0; k < AREAS; k++)
                apart[k] += fabs(before->now.position[j][k][l] - before->now.position[i][k][l]);
            n_pairs += 1;
        }
    }
    const double attitude = 1 - distance / n_pairs / sqrt(2);
    for (size_t k = 0; k < AREAS; k++)
        assert_close(after->position_distance[k][l], apart[k] / n_pairs);
    assert_close(after->attitude[0][l], attitude);
    assert_close(after->attachment[0][l], commitment / n);
    assert_close(after->participation[0][l], propensity / n);
    assert_close(after->cohesion[0][l], cbrt(attitude * commitment / n * propensity / n));
}

static void it_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void cohesion_lies_between_its_parts(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(3);
    const struct world *world = &f->world;
    cohesion_observe(&f->world);
    EACH_LANE(l) {
        const double a = world->attitude[0][l], b = world->attachment[0][l], c = world->participation[0][l];
        assert_true(world->cohesion[0][l] >= fmin(a, fmin(b, c)) && world->cohesion[0][l] <= fmax(a, fmax(b, c)));
    }
    fixture_free(f);
}

/* Both issues at once: what is seen on security is what would be seen on the economy. */
static void distance_knows_no_order_of_issues(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(4), *swapped = fixture_copy(f);
    for (size_t i = 0; i < N_STATES; i++)
        for (size_t k = 0; k < AREAS; k++)
            memcpy(swapped->world.now.position[i][k], f->world.now.position[i][AREAS - 1 - k], sizeof(lane_array));
    cohesion_observe(&f->world);
    cohesion_observe(&swapped->world);
    for (size_t k = 0; k < AREAS; k++)
        EACH_LANE(l)
            assert_same(swapped->world.position_distance[k][l], f->world.position_distance[AREAS - 1 - k][l]);
    fixture_free(swapped);
    fixture_free(f);
}

static void distance_is_the_same_seen_from_the_other_end(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(4), *mirrored = fixture_copy(f);
    for (size_t i = 0; i < N_STATES; i++)
        for (size_t k = 0; k < AREAS; k++)
            EACH_LANE(l)
                mirrored->world.now.position[i][k][l] = 1 - f->world.now.position[i][k][l];
    cohesion_observe(&f->world);
    cohesion_observe(&mirrored->world);
    for (size_t k = 0; k < AREAS; k++)
        EACH_LANE(l)
            assert_close(mirrored->world.position_distance[k][l], f->world.position_distance[k][l]);
    fixture_free(mirrored);
    fixture_free(f);
}

static void distance_that_nobody_asks_for_is_not_worked_out(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(5);
    f->world.tells_all = false;
    put(f->world.position_distance[SECURITY], 7);
    cohesion_observe(&f->world);
    assert_same(f->world.position_distance[SECURITY][0], 7);
    fixture_free(f);
}

static void with_one_member_attitude_is_one_and_distance_zero(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    put_member(&f->world, 1);
    for (size_t k = 0; k < AREAS; k++) {
        put(f->world.now.position[0][k], 1); /* an outsider's, which does not count */
        put(f->world.position_distance[k], 7);
    }
    cohesion_observe(&f->world);
    assert_same(f->world.attitude[0][0], 1);
    for (size_t k = 0; k < AREAS; k++)
        assert_same(f->world.position_distance[k][0], 0);
    fixture_free(f);
}

static void with_no_member_cohesion_is_zero(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    cohesion_observe(&f->world);
    assert_same(f->world.cohesion[0][0], 0);
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
    check_writes(run, "attitude attachment participation cohesion position_distance", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_members_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equation),
        cmocka_unit_test(cohesion_lies_between_its_parts),
        cmocka_unit_test(distance_knows_no_order_of_issues),
        cmocka_unit_test(distance_is_the_same_seen_from_the_other_end),
        cmocka_unit_test(distance_that_nobody_asks_for_is_not_worked_out),
        cmocka_unit_test(with_one_member_attitude_is_one_and_distance_zero),
        cmocka_unit_test(with_no_member_cohesion_is_zero),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(it_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

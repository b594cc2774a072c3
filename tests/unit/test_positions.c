/* Step 11, positions. */
#include "fixture.h"

static void run(struct world *world, const struct parameters *p) { positions_move(world, &p->positions); }

static void begin(struct world *world, const struct parameters *p)
{
    (void)p;
    positions_begin(world);
}

/* Member 0 at 0.5; member 1, its only partner and leader, at 0.9; a power outside at 0.1. */
static struct fixture *between_two_poles(void)
{
    struct fixture *f = fixture_blank(3);
    struct world *world = &f->world;
    const double position[] = {0.5, 0.9, 0.1};
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < AREAS; k++) {
            put(world->now.position[i][k], position[i]);
            put(world->position_start[i][k], position[i]);
        }
    put_member(world, 0);
    put_member(world, 1);
    put(world->eligible[2], 0);
    put(world->trade[0], 100);
    put(world->now.trade_inside[0], 100);
    put(world->now.trade_inside[1], 100);
    put(world->influence[1], 1);
    put(world->now.commitment[0], 0.5);
    put(world->now.alignment[0], 0.25);
    put(f->parameters.positions.positions.influence, 0.25);
    return f;
}

/* x~ = (0.9 + 0.9) / 2; 0.25 0.5 (0.9 - 0.5) + 0.3 0.25 (0.1 - 0.5) + 0.1 (0.6 - 0.5) + 0.01 2
 * = 0.05 - 0.03 + 0.01 + 0.02 = 0.05 */
static void a_move_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = between_two_poles();
    put(f->world.position_start[0][SECURITY], 0.6);
    put(f->world.position_draw[0][SECURITY], 2);
    run(&f->world, &f->parameters);
    assert_close(f->world.next.position[0][SECURITY][0], 0.55);
    fixture_free(f);
}

/* Mean of the other members, weighted with trade; x itself if there is no trade. */
static double partners_stand(const struct world *w, size_t j, size_t k, size_t l)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < w->n_states; i++) {
        if (i == j || w->now.status[i][l] != MEMBER)
            continue;
        const double trade = w->trade[dyad_index(w->n_states, i, j)][l];
        sum += trade * w->now.position[i][k][l];
        weight += trade;
    }
    return weight > 0 ? sum / weight : w->now.position[j][k][l];
}

static double expected_position(const struct world *w, const struct positions_parameters *p, size_t j, size_t k,
                                size_t l)
{
    double leaders = 0, outside = 0, power = 0;
    for (size_t i = 0; i < w->n_states; i++) {
        const double gdp = w->eligible[i][l] == 0 ? w->now.gdp[i][l] : 0;
        leaders += w->influence[i][l] * w->now.position[i][k][l];
        outside += gdp * w->now.position[i][k][l];
        power += gdp;
    }
    const double x = w->now.position[j][k][l], pull = (partners_stand(w, j, k, l) + leaders) / 2;
    return x + p->positions.influence[l] * w->now.commitment[j][l] * (pull - x) +
           p->positions.outside_pull[l] * w->now.alignment[j][l] * (outside / power - x) +
           p->positions.stubbornness[l] * (w->position_start[j][k][l] - x) +
           p->positions.noise[l] * w->position_draw[j][k][l];
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t j = 0; j < before->n_states; j++)
        for (size_t k = 0; k < AREAS; k++) {
            const double moved = fmin(fmax(expected_position(before, &p->positions, j, k, l), 0), 1);
            const bool is_member = before->now.status[j][l] == MEMBER;
            assert_close(after->next.position[j][k][l], is_member ? moved : before->now.position[j][k][l]);
        }
}

static void it_agrees_with_the_equation(void **state)
{
    (void)state;
    check_worlds(run, compare);
}

static void the_start_is_remembered_to_the_bit(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(10);
    begin(&f->world, &f->parameters);
    for (size_t i = 0; i < N_STATES; i++)
        for (size_t k = 0; k < AREAS; k++)
            EACH_LANE(l)
                assert_same(f->world.position_start[i][k][l], f->world.now.position[i][k][l]);
    fixture_free(f);
}

static void who_agrees_with_all_stays(void **state)
{
    (void)state;
    struct fixture *f = between_two_poles();
    for (size_t i = 0; i < 3; i++) {
        put(f->world.now.position[i][ECONOMY], 0.25);
        put(f->world.position_start[i][ECONOMY], 0.25);
    }
    run(&f->world, &f->parameters);
    for (size_t i = 0; i < 3; i++)
        assert_same(f->world.next.position[i][ECONOMY][0], 0.25);
    fixture_free(f);
}

static void without_partners_leaders_and_powers_outside_a_member_stays(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put_member(&f->world, 0);
    put(f->world.now.position[0][SECURITY], 0.7);
    put(f->world.position_start[0][SECURITY], 0.7);
    put(f->world.now.commitment[0], 1);
    put(f->world.now.alignment[0], 1);
    run(&f->world, &f->parameters);
    assert_same(f->world.next.position[0][SECURITY][0], 0.7);
    fixture_free(f);
}

static void commitment_brings_nearer_to_partners(void **state)
{
    (void)state;
    struct fixture *f = between_two_poles();
    EACH_LANE(l)
        f->world.now.commitment[0][l] = (double)l / LANES;
    run(&f->world, &f->parameters);
    for (size_t l = 1; l < LANES; l++)
        assert_true(f->world.next.position[0][SECURITY][l] > f->world.next.position[0][SECURITY][l - 1]);
    fixture_free(f);
}

static void the_two_issues_do_not_mix(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(11), *other = fixture_copy(f);
    for (size_t i = 0; i < N_STATES; i++)
        put(other->world.now.position[i][SECURITY], 0.5);
    run(&f->world, &f->parameters);
    run(&other->world, &other->parameters);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l)
            assert_same(other->world.next.position[i][ECONOMY][l], f->world.next.position[i][ECONOMY][l]);
    fixture_free(other);
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
    check_writes(begin, "position_start", "");
    check_writes(run, "position", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equation),
        cmocka_unit_test(the_start_is_remembered_to_the_bit),
        cmocka_unit_test(who_agrees_with_all_stays),
        cmocka_unit_test(without_partners_leaders_and_powers_outside_a_member_stays),
        cmocka_unit_test(commitment_brings_nearer_to_partners),
        cmocka_unit_test(the_two_issues_do_not_mix),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(each_part_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

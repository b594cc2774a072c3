/* Step 2, leadership. */
#include "fixture.h"

static void share_resources(struct world *world, const struct parameters *p)
{
    (void)p;
    leadership_share_resources(world);
}

static void weigh(struct world *world, const struct parameters *p) { leadership_weigh(world, &p->leadership); }

static void run_all(struct world *world, const struct parameters *p)
{
    share_resources(world, p);
    weigh(world, p);
}

static void put_attributes(struct world *world, size_t i, double vision, double will, double resources, double skills)
{
    put(world->now.vision[i], vision);
    put(world->now.will[i], will);
    put(world->resources[i], resources);
    put(world->now.skills[i], skills);
}

/* Two members, all of whose attributes are 3/4 and 1/4, as is their GDP; an outsider as strong as the first.
 * With equal weights L is 3/4 and 1/4; with gamma = 2 influence is as 9/16 to 1/16: 0.9 and 0.1. */
static struct fixture *strong_and_weak(void)
{
    struct fixture *f = fixture_blank(3);
    for (size_t i = 0; i < 3; i++) {
        const double strength = i == 1 ? 0.25 : 0.75;
        put_attributes(&f->world, i, strength, strength, strength, strength);
        put(f->world.now.gdp[i], 400 * strength);
        if (i < 2)
            put_member(&f->world, i);
    }
    return f;
}

static void shares_of_resources_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = strong_and_weak();
    leadership_share_resources(&f->world);
    assert_close(f->world.resources[0][0], 0.75);
    assert_close(f->world.resources[1][0], 0.25);
    assert_close(f->world.resources[2][0], 300.0 / 700); /* as if it were a member too */
    fixture_free(f);
}

/* rho = -1: the harmonic mean, 4 / (1/0.5 + 1/0.5 + 1/1 + 1/(1/3)) = 4 / (2 + 2 + 1 + 3) = 1/2 */
static void leadership_of_unequal_attributes_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    put_member(&f->world, 0);
    put_attributes(&f->world, 0, 0.5, 0.5, 1, 1.0 / 3);
    weigh(&f->world, &f->parameters);
    assert_close(f->world.leadership[0][0], 0.5);
    assert_close(f->world.influence[0][0], 1);
    fixture_free(f);
}

static void influence_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = strong_and_weak();
    weigh(&f->world, &f->parameters);
    assert_close(f->world.influence[0][0], 0.9);
    assert_close(f->world.influence[1][0], 0.1);
    assert_same(f->world.influence[2][0], 0);
    fixture_free(f);
}

/* Lambda = 0.9 0.75 + 0.1 0.25 = 0.7; Delta likewise, since sqrt(V W) = V */
static void effective_leadership_and_drive_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = strong_and_weak();
    weigh(&f->world, &f->parameters);
    assert_close(f->world.effective_leadership[0][0], 0.7);
    assert_close(f->world.drive[0][0], 0.7);
    fixture_free(f);
}

static double closeness(const struct fixture *f, size_t i, size_t j)
{
    lane_array steepness;
    leadership_find_steepness(&f->parameters.leadership, steepness);
    return exp(leadership_log_closeness(&f->world, steepness, i, j, 0));
}

/* Both issues count: at 3 and 4 times kappa / 5 they are kappa apart, and exp(-1/2) close. */
static void closeness_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    const double tolerance = f->parameters.leadership.leadership.tolerance[0];
    put(f->world.now.position[0][SECURITY], tolerance * 3 / 5);
    put(f->world.now.position[1][ECONOMY], tolerance * 4 / 5);
    assert_close(closeness(f, 0, 1), exp(-0.5));
    assert_same(closeness(f, 1, 0), closeness(f, 0, 1));
    assert_same(closeness(f, 1, 1), 1);
    fixture_free(f);
}

/* The two are kappa sqrt(2 ln 2) apart, so that similarity is 1/2.
 * phi_0 = 0.9 0.75 + 0.1 0.25 / 2 = 0.6875, phi_1 = 0.1 0.25 + 0.9 0.75 / 2 = 0.3625 */
static void appeal_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = strong_and_weak();
    put(f->world.now.position[1][ECONOMY], f->parameters.leadership.leadership.tolerance[0] * sqrt(2 * log(2)));
    weigh(&f->world, &f->parameters);
    assert_close(closeness(f, 0, 1), 0.5);
    assert_close(f->world.appeal[0][0], 0.6875);
    assert_close(f->world.appeal[1][0], 0.3625);
    fixture_free(f);
}

static double expected_leadership(const struct world *w, const struct leadership_parameters *p, size_t i, size_t l,
                                  double resources)
{
    const double rho = p->leadership.complementarity[l];
    const double a = p->leadership.weight_vision[l], b = p->leadership.weight_will[l];
    const double c = p->leadership.weight_resources[l], d = p->leadership.weight_skills[l];
    const double sum = a * pow(fmax(w->now.vision[i][l], 1e-3), rho) + b * pow(fmax(w->now.will[i][l], 1e-3), rho) +
                       c * pow(fmax(resources, 1e-3), rho) + d * pow(fmax(w->now.skills[i][l], 1e-3), rho);
    return pow(sum / (a + b + c + d), 1 / rho);
}

static double expected_resources(const struct world *w, size_t i, size_t l)
{
    double total = 0;
    for (size_t j = 0; j < w->n_states; j++)
        if (j == i || w->now.status[j][l] == MEMBER)
            total += w->now.gdp[j][l];
    return w->now.gdp[i][l] / total;
}

static double expected_appeal(const struct world *w, const double *influence, double tolerance, size_t j, size_t l)
{
    double appeal = 0;
    for (size_t i = 0; i < w->n_states; i++) {
        const double distance = hypot(w->now.position[i][SECURITY][l] - w->now.position[j][SECURITY][l],
                                      w->now.position[i][ECONOMY][l] - w->now.position[j][ECONOMY][l]);
        appeal += influence[i] * w->now.vision[i][l] * exp(-distance * distance / (2 * tolerance * tolerance));
    }
    return appeal;
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    const struct leadership_parameters *q = &p->leadership;
    double leadership[N_STATES], influence[N_STATES], total = 0, effective = 0, drive = 0;
    for (size_t i = 0; i < N_STATES; i++) {
        leadership[i] = expected_leadership(before, q, i, l, expected_resources(before, i, l));
        influence[i] = before->now.status[i][l] == MEMBER ? pow(leadership[i], q->leadership.concentration[l]) : 0;
        total += influence[i];
    }
    for (size_t i = 0; i < N_STATES; i++) {
        influence[i] /= total;
        effective += influence[i] * leadership[i];
        drive += influence[i] * sqrt(before->now.vision[i][l] * before->now.will[i][l]);
    }
    for (size_t i = 0; i < N_STATES; i++) {
        assert_close(after->resources[i][l], expected_resources(before, i, l));
        assert_close(after->leadership[i][l], leadership[i]);
        assert_close(after->influence[i][l], influence[i]);
        assert_close(after->appeal[i][l], expected_appeal(before, influence, q->leadership.tolerance[l], i, l));
    }
    assert_close(after->effective_leadership[0][l], effective);
    assert_close(after->drive[0][l], drive);
}

static void it_agrees_with_the_equations(void **state)
{
    (void)state;
    check_worlds(run_all, compare);
}

static void influence_adds_to_one(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(5);
    run_all(&f->world, &f->parameters);
    EACH_LANE(l) {
        double sum = 0;
        for (size_t i = 0; i < N_STATES; i++)
            sum += f->world.influence[i][l];
        assert_close(sum, 1);
    }
    fixture_free(f);
}

static double leadership_with(double rho, double vision, double will, double resources, double skills)
{
    struct fixture *f = fixture_blank(1);
    put_member(&f->world, 0);
    put_attributes(&f->world, 0, vision, will, resources, skills);
    put(f->parameters.leadership.leadership.complementarity, rho);
    weigh(&f->world, &f->parameters);
    const double leadership = f->world.leadership[0][0];
    fixture_free(f);
    return leadership;
}

static void leadership_does_not_change_when_attributes_change_places(void **state)
{
    (void)state;
    assert_close(leadership_with(-1.3, 0.2, 0.3, 0.4, 0.9), leadership_with(-1.3, 0.9, 0.4, 0.2, 0.3));
}

static void leadership_lies_between_the_weakest_and_the_strongest_attribute(void **state)
{
    (void)state;
    for (double rho = -10; rho <= 1; rho += 0.25) {
        const double leadership = leadership_with(rho, 0.2, 0.3, 0.4, 0.9);
        assert_true(leadership > 0.2 && leadership < 0.9);
    }
}

static void the_lower_the_exponent_the_more_the_weakest_attribute_counts(void **state)
{
    (void)state;
    for (double rho = -10; rho < 1; rho += 0.25)
        assert_true(leadership_with(rho, 0.2, 0.3, 0.4, 0.9) < leadership_with(rho + 0.25, 0.2, 0.3, 0.4, 0.9));
}

/* (0.1 0.2 0.5 0.01)^(1/4) = 0.0001^(1/4) = 0.1, and no jump there: 1e-8 away L differs by some 1e-9 of itself */
static void at_exponent_zero_leadership_is_the_product(void **state)
{
    (void)state;
    const double product = leadership_with(0, 0.1, 0.2, 0.5, 0.01);
    assert_close(product, 0.1);
    check_close(leadership_with(1e-8, 0.1, 0.2, 0.5, 0.01), product, 1e-7, "L just above 0", __FILE__, __LINE__);
    check_close(leadership_with(-1e-8, 0.1, 0.2, 0.5, 0.01), product, 1e-7, "L just below 0", __FILE__, __LINE__);
}

static void an_attribute_of_zero_counts_as_a_thousandth(void **state)
{
    (void)state;
    assert_same(leadership_with(-1, 0, 0.5, 0.5, 0.5), leadership_with(-1, 1e-3, 0.5, 0.5, 0.5));
    assert_true(leadership_with(-10, 0, 0, 0, 0) > 0);
}

static void only_the_ratio_of_weights_matters(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(6), *doubled = fixture_copy(f);
    struct leadership_parameters *p = &doubled->parameters.leadership;
    EACH_LANE(l) {
        p->leadership.weight_vision[l] *= 2;
        p->leadership.weight_will[l] *= 2;
        p->leadership.weight_resources[l] *= 2;
        p->leadership.weight_skills[l] *= 2;
    }
    weigh(&f->world, &f->parameters);
    weigh(&doubled->world, &doubled->parameters);
    EACH_LANE(l)
        assert_close(doubled->world.leadership[3][l], f->world.leadership[3][l]);
    fixture_free(doubled);
    fixture_free(f);
}

static void without_members_nobody_has_influence(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    run_all(&f->world, &f->parameters);
    for (size_t i = 0; i < 2; i++)
        assert_same(f->world.influence[i][0], 0);
    assert_same(f->world.drive[0][0], 0);
    fixture_free(f);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(run_all);
}

static void each_part_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(share_resources, "resources", "");
    check_writes(weigh, "leadership influence proposal appeal effective_leadership drive", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_of_resources_worked_by_hand),
        cmocka_unit_test(leadership_of_unequal_attributes_worked_by_hand),
        cmocka_unit_test(influence_worked_by_hand),
        cmocka_unit_test(effective_leadership_and_drive_worked_by_hand),
        cmocka_unit_test(closeness_worked_by_hand),
        cmocka_unit_test(appeal_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_equations),
        cmocka_unit_test(influence_adds_to_one),
        cmocka_unit_test(leadership_does_not_change_when_attributes_change_places),
        cmocka_unit_test(leadership_lies_between_the_weakest_and_the_strongest_attribute),
        cmocka_unit_test(the_lower_the_exponent_the_more_the_weakest_attribute_counts),
        cmocka_unit_test(at_exponent_zero_leadership_is_the_product),
        cmocka_unit_test(an_attribute_of_zero_counts_as_a_thousandth),
        cmocka_unit_test(only_the_ratio_of_weights_matters),
        cmocka_unit_test(without_members_nobody_has_influence),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(each_part_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

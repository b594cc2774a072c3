/* Step 16, membership. */
#include "fixture.h"

/* Who stands for a vote, and step 16. */
static void vote(struct world *world, const struct parameters *p)
{
    membership_find_candidates(world, &p->membership);
    membership_vote(world, &p->membership, &p->leadership);
}

static void count(struct world *world, const struct parameters *p)
{
    (void)p;
    membership_count(world);
}

/* Members 0 and 1, and a candidate 2, an outsider. All draws are low: whoever may do something does it. */
static struct fixture *two_members_and_a_candidate(void)
{
    struct fixture *f = fixture_blank(3);
    put_member(&f->world, 0);
    put_member(&f->world, 1);
    for (size_t i = 0; i < 3; i++) {
        put(f->world.now.commitment[i], 1);
        put(f->world.application_draw[i], 1e-9);
        put(f->world.exit_draw[i], 1e-9);
        for (size_t j = 0; j < 3; j++)
            put(f->world.approval_draw[i * 3 + j], 1e-9);
    }
    return f;
}

static double status_after(struct fixture *f, size_t i)
{
    vote(&f->world, &f->parameters);
    const double status = f->world.next.status[i][0];
    fixture_free(f);
    return status;
}

/* (-2.4 + 1 min(1, 0.05/0.1) + 2.5 0.4 + 2 0.5 - 0.8 0.5 + 1 0.3) / 0.35 = (-2.4 + 0.5 + 1 + 1 - 0.4 + 0.3) / 0.35 = 0,
 * so that the candidate applies if its draw is below 1/2 */
static void an_application_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->world.exposure[2], 0.05);
    put(f->world.now.depth[SECURITY], 0.3);
    put(f->world.now.depth[ECONOMY], 0.5);
    put(f->world.cohesion[0], 0.5);
    put(f->world.now.alignment[2], 0.5);
    put(f->world.appeal[2], 0.3);
    put(f->world.application_draw[2], 0.5 - 1e-9);
    f->world.application_draw[2][1] = 0.5 + 1e-9;
    vote(&f->world, &f->parameters);
    assert_same(f->world.next.status[2][0], OBSERVER);
    assert_same(f->world.next.status[2][1], OUTSIDER);
    fixture_free(f);
}

/* Put states i and n so far apart that the closeness of their positions is c: |x_i - x_n| = kappa sqrt(-2 ln c) */
static void put_closeness(struct fixture *f, size_t i, size_t n, double c)
{
    const double tolerance = f->parameters.leadership.leadership.tolerance[0];
    const double *x = f->world.now.position[n][SECURITY];
    put(f->world.now.position[i][SECURITY], x[0] + tolerance * sqrt(-2 * log(c)));
}

/* (1 + 1 0.2 - 0.5 0.8) / 0.35 = 0.8 / 0.35 = 2.2857; logistic 0.90769 */
static void an_approval_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    const double p = 1 / (1 + exp(-0.8 / 0.35));
    put_closeness(f, 1, 2, 0.2);
    put(f->world.now.alignment[2], 0.8);
    put(f->world.approval_draw[2 * 3 + 1], p - 1e-9);
    f->world.approval_draw[2 * 3 + 1][1] = p + 1e-9;
    vote(&f->world, &f->parameters);
    assert_same(f->world.next.status[2][0], OBSERVER);
    assert_same(f->world.next.status[2][1], OUTSIDER);
    fixture_free(f);
}

static double probability(double utility, double temperature) { return 1 / (1 + exp(-utility / temperature)); }

static bool applies(const struct world *w, const struct membership_parameters *p, size_t n, size_t l)
{
    const double utility = p->membership.base[l] +
                           p->membership.trade[l] * fmin(1, w->exposure[n][l] / p->membership.trade_saturation[l]) +
                           p->membership.depth[l] * (w->now.depth[SECURITY][l] + w->now.depth[ECONOMY][l]) / 2 +
                           p->membership.cohesion[l] * w->cohesion[0][l] -
                           p->membership.alignment[l] * w->now.alignment[n][l] +
                           p->membership.appeal[l] * w->appeal[n][l];
    return w->application_draw[n][l] < probability(utility, p->membership.temperature[l]);
}

static double closeness(const struct world *w, double tolerance, size_t i, size_t n, size_t l)
{
    const double distance = hypot(w->now.position[i][SECURITY][l] - w->now.position[n][SECURITY][l],
                                  w->now.position[i][ECONOMY][l] - w->now.position[n][ECONOMY][l]);
    return exp(-distance * distance / (2 * tolerance * tolerance));
}

static bool is_voted_in(const struct world *w, const struct parameters *parameters, size_t n, size_t l)
{
    const struct membership_parameters *p = &parameters->membership;
    const double tolerance = parameters->leadership.leadership.tolerance[l];
    double n_members = 0, n_approvals = 0;
    for (size_t i = 0; i < w->n_states; i++) {
        if (w->now.status[i][l] != MEMBER)
            continue;
        const double utility = p->membership.approval[l] +
                               p->membership.approval_similarity[l] * closeness(w, tolerance, i, n, l) -
                               p->membership.approval_alignment[l] * w->now.alignment[n][l];
        n_members += 1;
        n_approvals += w->approval_draw[n * w->n_states + i][l] < probability(utility, p->membership.temperature[l]);
    }
    return n_approvals >= p->membership.rule[l] * n_members - 1e-6;
}

static double expected_status(const struct world *w, const struct parameters *parameters, size_t n, size_t l)
{
    const struct membership_parameters *p = &parameters->membership;
    const double status = w->now.status[n][l],
                 reluctance = 1 - w->now.commitment[n][l] / p->membership.exit_commitment[l];
    if (status == MEMBER)
        return w->exit_draw[n][l] < p->membership.exit[l] * fmax(reluctance, 0) ? OUTSIDER : MEMBER;
    if (w->eligible[n][l] == 0 || !is_voted_in(w, parameters, n, l))
        return status;
    if (status == OUTSIDER)
        return applies(w, p, n, l) ? OBSERVER : OUTSIDER;
    const bool has_waited =
        w->now.tenure[n][l] >= p->membership.observer_years[l] && w->year >= p->membership.moratorium[l];
    return has_waited ? MEMBER : OBSERVER;
}

static void compare(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t n = 0; n < before->n_states; n++) {
        const double status = expected_status(before, p, n, l);
        const bool stays = status == before->now.status[n][l];
        assert_same(after->next.status[n][l], status);
        assert_same(after->next.tenure[n][l], stays ? before->now.tenure[n][l] + 1 : 0);
    }
}

/* With the random worlds as they are few are voted in: a majority decides here, and members may leave. */
static void vote_by_majority(struct world *world, const struct parameters *p)
{
    struct parameters easy = *p;
    put(easy.membership.membership.rule, 0.5);
    put(easy.membership.membership.exit, 0.5);
    put(easy.membership.membership.exit_commitment, 1);
    vote(world, &easy);
}

static void compare_by_majority(const struct world *before, const struct world *after, const struct parameters *p,
                                size_t l)
{
    struct parameters easy = *p;
    put(easy.membership.membership.rule, 0.5);
    put(easy.membership.membership.exit, 0.5);
    put(easy.membership.membership.exit_commitment, 1);
    compare(before, after, &easy, l);
}

static void it_agrees_with_the_rules(void **state)
{
    (void)state;
    check_worlds(vote, compare);
    check_worlds(vote_by_majority, compare_by_majority);
}

static void members_are_those_with_the_status(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    put(f->world.now.status[0], MEMBER);
    put(f->world.now.status[1], OBSERVER);
    membership_count(&f->world);
    assert_same(f->world.is_member[0][0], 1);
    assert_same(f->world.is_member[1][0], 0);
    assert_same(f->world.is_member[2][0], 0);
    assert_same(f->world.n_members[0][0], 1);
    fixture_free(f);
}

/* Outsiders that are eligible, in any lane. */
static void who_could_apply_is_known_after_counting(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(4);
    put(f->world.now.status[0], MEMBER);
    put(f->world.now.status[1], OBSERVER);
    f->world.now.status[1][LANES - 1] = OUTSIDER;
    put(f->world.eligible[2], 0);
    membership_count(&f->world);
    assert_false(f->world.is_outsider_somewhere[0]);
    assert_true(f->world.is_outsider_somewhere[1]);
    assert_false(f->world.is_outsider_somewhere[2]);
    assert_true(f->world.is_outsider_somewhere[3]);
    fixture_free(f);
}

static bool has_counted_after(double status, size_t lane)
{
    struct fixture *f = fixture_blank(2);
    put(f->world.now.status[0], MEMBER);
    membership_count(&f->world);
    f->world.has_counted = true;
    f->world.now.status[1][lane] = status;
    membership_count(&f->world);
    const bool has_counted = f->world.has_counted;
    fixture_free(f);
    return has_counted;
}

static void new_members_of_any_lane_make_trade_with_members_another(void **state)
{
    (void)state;
    assert_true(has_counted_after(OUTSIDER, 0));
    assert_true(has_counted_after(OBSERVER, 0));
    EACH_LANE(l)
        assert_false(has_counted_after(MEMBER, l));
}

static void who_is_willing_and_approved_becomes_an_observer(void **state)
{
    (void)state;
    assert_same(status_after(two_members_and_a_candidate(), 2), OBSERVER);
}

static void one_vote_against_breaks_consensus(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->world.approval_draw[2 * 3 + 0], 1 - 1e-9);
    assert_same(status_after(f, 2), OUTSIDER);
}

static void half_the_votes_reach_a_rule_of_a_half(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->parameters.membership.membership.rule, 0.5);
    put(f->world.approval_draw[2 * 3 + 0], 1 - 1e-9);
    assert_same(status_after(f, 2), OBSERVER);
}

/* The one member is against; two outsiders, who would be for it, are not asked. */
static void the_votes_of_non_members_do_not_count(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(4);
    put_member(&f->world, 0);
    put(f->world.now.commitment[0], 1);
    put(f->world.application_draw[3], 1e-9);
    put(f->world.approval_draw[3 * 4 + 0], 1 - 1e-9);
    for (size_t i = 1; i < 3; i++)
        put(f->world.approval_draw[3 * 4 + i], 1e-9);
    assert_same(status_after(f, 3), OUTSIDER);
}

static void a_power_outside_never_joins(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->world.eligible[2], 0);
    assert_same(status_after(f, 2), OUTSIDER);
}

static void without_members_nobody_is_voted_in(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    put(f->parameters.membership.membership.rule, 0);
    assert_same(status_after(f, 0), OUTSIDER);
}

static double observer_after(double year, double tenure)
{
    struct fixture *f = two_members_and_a_candidate();
    f->world.year = year;
    put(f->world.now.status[2], OBSERVER);
    put(f->world.now.tenure[2], tenure);
    put(f->parameters.membership.membership.moratorium, 2010);
    return status_after(f, 2);
}

static void an_observer_is_admitted_after_its_years(void **state)
{
    (void)state;
    assert_same(observer_after(2020, 3), OBSERVER);
    assert_same(observer_after(2020, 4), MEMBER);
}

static void no_member_is_admitted_before_the_moratorium_ends(void **state)
{
    (void)state;
    assert_same(observer_after(2009, 8), OBSERVER);
    assert_same(observer_after(2010, 8), MEMBER);
}

/* 0.8 (1 - 0.05/0.2) = 0.6 */
static void an_exit_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->parameters.membership.membership.exit, 0.8);
    put(f->world.now.commitment[1], 0.05);
    put(f->world.exit_draw[1], 0.6 - 1e-9);
    f->world.exit_draw[1][1] = 0.6 + 1e-9;
    vote(&f->world, &f->parameters);
    assert_same(f->world.next.status[1][0], OUTSIDER);
    assert_same(f->world.next.status[1][1], MEMBER);
    fixture_free(f);
}

static void by_default_no_member_leaves(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->world.now.commitment[1], 0);
    assert_same(status_after(f, 1), MEMBER);
}

static void tenure_counts_the_years_of_a_status(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    for (size_t i = 0; i < 3; i++)
        put(f->world.now.tenure[i], 5);
    vote(&f->world, &f->parameters);
    assert_same(f->world.next.tenure[0][0], 6); /* a member still */
    assert_same(f->world.next.tenure[2][0], 0); /* an observer now */
    fixture_free(f);
}

/* What the engine is asked for: draws of members about candidates, of any lane. */
static void only_who_stands_in_some_lane_is_a_candidate(void **state)
{
    (void)state;
    struct fixture *f = two_members_and_a_candidate();
    put(f->world.now.alignment[2], -1e3);
    put(f->world.application_draw[2], 1);
    membership_find_candidates(&f->world, &f->parameters.membership);
    assert_false(f->world.is_candidate_somewhere[2]);
    f->world.application_draw[2][1] = 1e-9;
    put(f->world.exposure[2], 1);
    put(f->parameters.membership.membership.base, 1);
    membership_find_candidates(&f->world, &f->parameters.membership);
    assert_true(f->world.is_candidate_somewhere[2]);
    assert_same(f->world.candidacy[2][0], 0);
    assert_same(f->world.candidacy[2][1], 1);
    assert_false(f->world.is_candidate_somewhere[0]);
    fixture_free(f);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(vote);
    check_lanes_apart(vote_by_majority);
    check_lanes_apart(count);
}

static void each_part_writes_all_of_its_outputs_and_nothing_else(void **state)
{
    (void)state;
    check_writes(count, "is_member n_members", "");
    check_writes(vote, "candidacy status tenure", "closeness");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_could_apply_is_known_after_counting),
        cmocka_unit_test(an_application_worked_by_hand),
        cmocka_unit_test(an_approval_worked_by_hand),
        cmocka_unit_test(it_agrees_with_the_rules),
        cmocka_unit_test(members_are_those_with_the_status),
        cmocka_unit_test(new_members_of_any_lane_make_trade_with_members_another),
        cmocka_unit_test(who_is_willing_and_approved_becomes_an_observer),
        cmocka_unit_test(one_vote_against_breaks_consensus),
        cmocka_unit_test(half_the_votes_reach_a_rule_of_a_half),
        cmocka_unit_test(the_votes_of_non_members_do_not_count),
        cmocka_unit_test(a_power_outside_never_joins),
        cmocka_unit_test(without_members_nobody_is_voted_in),
        cmocka_unit_test(an_observer_is_admitted_after_its_years),
        cmocka_unit_test(no_member_is_admitted_before_the_moratorium_ends),
        cmocka_unit_test(an_exit_worked_by_hand),
        cmocka_unit_test(by_default_no_member_leaves),
        cmocka_unit_test(tenure_counts_the_years_of_a_status),
        cmocka_unit_test(only_who_stands_in_some_lane_is_a_candidate),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(each_part_writes_all_of_its_outputs_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

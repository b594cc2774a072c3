/* Step 16, membership: outsiders apply, members decide, observers are admitted, the uncommitted leave.
 *
 *   apply:    probability logistic((m0 + m_T min(1, r_n / trade_saturation) + m_D mean D + m_C C - m_a a_n + m_x phi_n)
 *                                  / temperature)                                                     eligible outsiders
 *   approve:  probability logistic((o0 + o_x exp(-|x_i - x_n|^2 / 2 kappa^2) - o_a a_n) / temperature)   each member i
 *   observer next year, if it applies and the share of members that approve reaches `rule` (1: consensus)
 *   member next year, if an observer for observer_years, by the same vote in the year `moratorium` or later
 *   leave:    probability exit (1 - c_j / exit_commitment)^+                                                    members
 *
 *   r exposure, D depth, C cohesion, a alignment, phi appeal, c commitment, 1     x position, kappa leadership.tolerance
 *   tenure: full years since the present status began
 *
 * Source: the article (Mongolia, India, Pakistan, Iran observers by 2005; no new member); forms: assumption.
 * Left out: expulsion, suspension, dialogue partners.
 */
#include "membership.h"

#define OWNER membership_parameters
static const struct parameter parameters[] = {
    PARAMETER(membership.base, "1", -2.4, -20, 20, "Readiness to apply without any reason for or against.",
              "assumption; prototype"),
    PARAMETER(membership.trade, "1", 1, 0, 20, "Weight of trade with members in an application.", "assumption; prototype"),
    PARAMETER(membership.depth, "1", 2.5, 0, 20, "Weight of the organization's depth in an application.",
              "assumption; prototype"),
    PARAMETER(membership.cohesion, "1", 2, 0, 20, "Weight of cohesion in an application.", "assumption; prototype"),
    PARAMETER(membership.alignment, "1", 0.8, 0, 20, "How much alignment outside holds back an application.",
              "assumption; prototype"),
    PARAMETER(membership.appeal, "1", 1, 0, 20, "Weight of the proposed order's appeal in an application.",
              "assumption; prototype"),
    PARAMETER(membership.temperature, "1", 0.35, 0.001, 10, "Randomness of applications and approvals.",
              "assumption; prototype"),
    PARAMETER(membership.approval, "1", 1, -20, 20, "A member's readiness to approve without any reason for or against.",
              "assumption; prototype"),
    PARAMETER(membership.approval_similarity, "1", 1, 0, 20, "Weight of closeness of positions in an approval.",
              "assumption; prototype"),
    PARAMETER(membership.approval_alignment, "1", 0.5, 0, 20,
              "How much the applicant's alignment outside holds back an approval.", "assumption; prototype"),
    INTEGER_PARAMETER(membership.observer_years, "year", 4, 0, 1000, "Full years as an observer before admission.",
                      "assumption; prototype"),
    INTEGER_PARAMETER(membership.moratorium, "year", -10000, -10000, 10000, "First year in which new members are voted in.",
                      "assumption: none"),
    PARAMETER(membership.rule, "1", 1, 0, 1, "Share of members that must approve; 1 is consensus.",
              "assumption: consensus"),
    PARAMETER(membership.exit, "year-1", 0, 0, 1, "Probability that a member without any commitment leaves.",
              "assumption: nobody leaves"),
    PARAMETER(membership.exit_commitment, "1", 0.2, 1e-6, 1, "Commitment from which on a member does not leave.",
              "assumption"),
    PARAMETER(membership.trade_saturation, "1", 0.1, 1e-6, 10,
              "Exposure to members' trade above which more of it makes no difference to an application.", "assumption"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(status, "1", BY_STATE, OUTSIDER, OUTSIDER, MEMBER, WHOLE, "0 outsider, 1 observer, 2 member.",
                "definition"),
    STOCK_ENTRY(tenure, "year", BY_STATE, 0, 0, INFINITY, HIDDEN, "Full years since the status began.", NULL),
    ATTRIBUTE_ENTRY(eligible, "1", BY_STATE, 1, 0, 1, WHOLE | FIXED, "Whether the state could join; 0: a power outside.",
                    "definition"),
    FLOW_ENTRY(is_member, "1", BY_STATE, 0, 1, HIDDEN, "Whether the state is a member."),
    FLOW_ENTRY(n_members, "1", SCALAR, 0, INFINITY, 0, "Number of members."),
    DRAW_ENTRY(application_draw, DRAW_UNIFORM, BY_STATE, PURPOSE_APPLICATION, FOR_STEPS_2_TO_5, WHO(is_outsider_somewhere),
               FOR_ALL, "Does an outsider apply."),
    DRAW_ENTRY(exit_draw, DRAW_UNIFORM, BY_STATE, PURPOSE_EXIT, FOR_STEPS_6_TO_16, WHO(is_member_somewhere), FOR_ALL,
               "Does a member leave."),
    FLOW_ENTRY(candidacy, "1", BY_STATE, 0, 1, HIDDEN, "Whether members vote on the state this year."),
    DRAW_ENTRY(approval_draw, DRAW_UNIFORM, BY_PAIR, PURPOSE_APPROVAL, FOR_STEPS_6_TO_16, WHO(is_member_somewhere),
               WHO(is_candidate_somewhere), "Does a member approve an applicant."),
};

const struct mechanism membership = {
    .name = "membership",
    .meaning = "Outsiders apply, members decide, observers are admitted in time, the uncommitted leave.",
    .off = "Nobody joins and nobody leaves.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* A share of members counts as reaching the rule within this, since 6 * (1/6) need not be 1 in doubles. */
static const double rule_slack = 1e-9;

void membership_count(struct world *world)
{
    lane_array n_members = {0};
    for (size_t i = 0; i < world->n_states; i++) {
        const double *status = world->now.status[i], *eligible = world->eligible[i];
        double *is_member = world->is_member[i];
        lane_array is_outsider, is_changed;
        FOR_LANES(l) {
            const double is_in = status[l] == MEMBER ? 1.0 : 0.0, was_in = is_member[l];
            is_outsider[l] = status[l] == OUTSIDER ? eligible[l] : 0.0;
            is_changed[l] = square(is_in - was_in);
            is_member[l] = is_in;
            n_members[l] += is_in;
        }
        world->is_member_somewhere[i] = lanes_any(is_member);
        world->is_outsider_somewhere[i] = lanes_any(is_outsider);
        world->has_counted &= !lanes_any(is_changed);
    }
    lanes_copy(world->n_members[0], n_members);
}

static void find_candidacy(struct world *world, const struct membership_parameters *p, size_t n)
{
    FOR_LANES(l) {
        const double depth = (world->now.depth[SECURITY][l] + world->now.depth[ECONOMY][l]) / AREAS;
        const double utility = p->membership.base[l] +
                               p->membership.trade[l] *
                                   lane_min(1, world->exposure[n][l] / p->membership.trade_saturation[l]) +
                               p->membership.depth[l] * depth + p->membership.cohesion[l] * world->cohesion[0][l] -
                               p->membership.alignment[l] * world->now.alignment[n][l] +
                               p->membership.appeal[l] * world->appeal[n][l];
        const double chance = logistic(utility / p->membership.temperature[l]);
        const double applies = world->application_draw[n][l] < chance ? world->eligible[n][l] : 0;
        const double has_served = world->now.tenure[n][l] >= p->membership.observer_years[l] ? world->eligible[n][l] : 0;
        const double has_waited = world->year >= p->membership.moratorium[l] ? has_served : 0;
        const double status = world->now.status[n][l];
        world->candidacy[n][l] = status == OUTSIDER ? applies : status == OBSERVER ? has_waited : 0;
    }
}

void membership_find_candidates(struct world *world, const struct membership_parameters *p)
{
    for (size_t n = 0; n < world->n_states; n++) {
        lane_array could_join;
        FOR_LANES(l) could_join[l] = (1 - world->is_member[n][l]) * world->eligible[n][l];
        if (lanes_any(could_join))
            find_candidacy(world, p, n);
        else
            lanes_clear(world->candidacy[n]);
        world->is_candidate_somewhere[n] = lanes_any(world->candidacy[n]);
    }
}

/* A vote on candidate n. Whatever its position, a member approves whose draw is below `low`, and does not above `high`: its
 * chance grows with closeness, which lies within 0 .. 1, since approval_similarity is never below 0. */
struct ballot {
    lane_array reputation, sharpness, low, high, approvals;
    const double *steepness;
    size_t n;
};

/* Where the chance is worked out from a position the last digits may be others than where it bounds that: so much is left. */
static const double bound_slack = 1e-9;

static void open_ballot(struct ballot *ballot, const struct world *world, const struct membership_parameters *p,
                        const double *steepness, size_t n)
{
    *ballot = (struct ballot){.steepness = steepness, .n = n};
    FOR_LANES(l) {
        const double reputation = p->membership.approval[l] - p->membership.approval_alignment[l] * world->now.alignment[n][l];
        const double sharpness = -1 / p->membership.temperature[l];
        ballot->reputation[l] = reputation;
        ballot->sharpness[l] = sharpness;
        ballot->low[l] = (1 - bound_slack) * logistic(-sharpness * reputation);
        ballot->high[l] = (1 + bound_slack) * logistic(-sharpness * (reputation + p->membership.approval_similarity[l]));
    }
}

/* Does member i approve, in a lane? Not inlined: it is rare, and there would be one for each lane. */
__attribute__((noinline)) static bool approves(const struct world *world, const struct membership_parameters *p,
                                               const struct ballot *ballot, size_t i, size_t l)
{
    const double closeness = lane_exp(leadership_log_closeness(world, ballot->steepness, ballot->n, i, l));
    const double liking = ballot->reputation[l] + p->membership.approval_similarity[l] * closeness;
    return world->approval_draw[ballot->n * world->n_states + i][l] * (1 + lane_exp(ballot->sharpness[l] * liking)) < 1;
}

/* Add up whether member i approves. Few draws lie between the bounds, so that few positions are looked at. */
static void ask(const struct world *world, const struct membership_parameters *p, struct ballot *ballot, size_t i)
{
    const double *draw = world->approval_draw[ballot->n * world->n_states + i], *is_member = world->is_member[i];
    const double *candidacy = world->candidacy[ballot->n];
    lane_array is_open;
    FOR_LANES(l) {
        ballot->approvals[l] += draw[l] < ballot->low[l] ? is_member[l] : 0;
        is_open[l] = draw[l] < ballot->low[l] || draw[l] > ballot->high[l] ? 0 : is_member[l] * candidacy[l];
    }
    if (!lanes_any(is_open)) return;
    for (size_t l = 0; l < LANES; l++)
        if (is_open[l] > 0 && approves(world, p, ballot, i, l)) ballot->approvals[l] += 1;
}

/* Share of members that approve candidate n, where it is one. */
static void count_approvals(struct world *world, const struct membership_parameters *p, const double *steepness, size_t n,
                            double *share)
{
    struct ballot ballot;
    open_ballot(&ballot, world, p, steepness, n);
    for (size_t i = 0; i < world->n_states; i++)
        if (world->is_member_somewhere[i] && i != n) ask(world, p, &ballot, i);
    FOR_LANES(l) share[l] = ratio_or_zero(ballot.approvals[l], world->n_members[0][l]);
}

void membership_vote(struct world *world, const struct membership_parameters *p, const struct leadership_parameters *q)
{
    lane_array steepness;
    leadership_find_steepness(q, steepness);
    for (size_t n = 0; n < world->n_states; n++) {
        lane_array share = {0};
        if (world->is_candidate_somewhere[n]) count_approvals(world, p, steepness, n, share);
        FOR_LANES(l) {
            const double status = world->now.status[n][l], tenure = world->now.tenure[n][l];
            const double candidacy = world->candidacy[n][l];
            const double reluctance = positive_part(1 - world->now.commitment[n][l] / p->membership.exit_commitment[l]);
            const double stays = world->exit_draw[n][l] < p->membership.exit[l] * reluctance ? OUTSIDER : MEMBER;
            const double votes_pass = share[l] >= p->membership.rule[l] - rule_slack ? candidacy : 0;
            const double rises = world->n_members[0][l] > 0 ? votes_pass : 0;
            const double next = status == MEMBER ? stays : status + rises;
            world->next.status[n][l] = next;
            world->next.tenure[n][l] = next == status ? tenure + 1 : 0;
        }
    }
}

/* Steps 4 and 6, the summit: members judge for themselves what to take part in, and the agenda feels for the next stone.
 *
 *   U_jk = b0 + b_need need_jk eta_k + b_appeal phi_j + b_pay pay_j + b_expect e_j - b_sov sigma_j q_k - b_out o_k a_j
 *   p_jk = logistic(U_jk / tau),   pi_jk = 1 with probability p_jk, else 0        (noise off: pi = p)
 *   f_k = sum of omega_j pi_jk over M,   omega_j = equality / n + (1 - equality) R_j,   Q_k = q_k f_k
 *   success_k = (f_k - quorum) / (1 - quorum)
 *   q_k <- bm(q_k, stride Delta success_k - setback_k z)
 *
 *   p propensity, pi attendance, 1     f following, Q cooperation, q ambition, by area, 1     tau temperature, 1
 *   phi appeal, pay payment, e expectation, sigma sovereignty, a alignment, R resources, Delta drive, z shortfall, 1
 *   o_k: how much an alignment outside holds back in area k, 1      bm: bush_mosteller in lanes.h
 *
 * Source: McKelvey & Palfrey 1995 (quantal response); Bush & Mosteller 1955 (aspiration learning); the article ("crossing
 * the river by feeling for stones"). Left out: members do not bargain with each other, nor link one area to the other.
 */
#include "summit.h"

#define OWNER summit_parameters
static const struct parameter parameters[] = {
    PARAMETER(summit.temperature, "1", 0.15, 0.001, 10, "Randomness of choice: the lower, the more a member does what pays.",
              "assumption; prototype"),
    PARAMETER(summit.base, "1", 0.49, -10, 10, "Readiness to take part without any reason for or against.",
              "assumption; prototype"),
    PARAMETER(summit.need, "1", 1.6, 0, 10, "Weight of need, times efficacy, in the choice to take part.",
              "assumption; prototype"),
    PARAMETER(summit.appeal, "1", 0.24, 0, 10, "Weight of the proposed order's appeal in the choice to take part.",
              "assumption; prototype"),
    PARAMETER(summit.payment, "1", 0.5, 0, 10, "Weight of side payments in the choice to take part.",
              "assumption; prototype"),
    PARAMETER(summit.expectation, "1", 0.66, 0, 10, "Weight of expectation in the choice to take part.",
              "assumption; prototype"),
    PARAMETER(summit.sovereignty, "1", 4.0, 0, 20, "How much sovereignty holds back from an ambitious agenda.",
              "assumption; prototype"),
    PARAMETER(summit.outside, "1", 2.5, 0, 10, "How much alignment with the power outside holds back.",
              "assumption; prototype"),
    PARAMETER(summit.outside_security, "1", 1, 0, 1, "Share of that in security.", "definition"),
    PARAMETER(summit.outside_economy, "1", 0.4, 0, 1, "Share of that in the economy.", "assumption; prototype"),
    PARAMETER(summit.equality, "1", 0.5, 0, 1,
              "Weight of one state, one voice in following; the rest goes by resources.", "assumption"),
    PARAMETER(agenda.stride, "1", 1.14, 0, 20, "How far ambition moves with success, given the leaders' drive.",
              "assumption; prototype"),
    PARAMETER(agenda.quorum, "1", 0.4, 0, 0.99, "Following above which an agenda counts as a success.",
              "assumption; prototype"),
    PARAMETER(agenda.setback_security, "1", 0.5, 0, 10, "How far a shortfall sets ambition in security back.",
              "assumption; prototype"),
    PARAMETER(agenda.setback_economy, "1", 0.15, 0, 10, "How far a shortfall sets ambition in the economy back.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(ambition, "1", BY_AREA, 0.15, 0, 1, 0, "How much the organization sets out to do.", "assumption; prototype"),
    ATTRIBUTE_ENTRY(sovereignty, "1", BY_STATE, 0.5, 0, 1, 0, "Weight that a state puts on non-interference.",
                    "expert coding"),
    FLOW_ENTRY(propensity, "1", BY_STATE_AREA, 0, 1, DETAIL, "Probability that a member takes part; 0 for others."),
    FLOW_ENTRY(attendance, "1", BY_STATE_AREA, 0, 1, DETAIL, "Whether a member takes part; its probability with noise off."),
    FLOW_ENTRY(following, "1", BY_AREA, 0, 1, 0, "Weighted share of members that take part."),
    FLOW_ENTRY(cooperation, "1", BY_AREA, 0, 1, 0, "What is done together: ambition times following."),
    FLOW_ENTRY(success, "1", BY_AREA, -INFINITY, 1, HIDDEN, "Following above the quorum, 1 if all follow."),
    DRAW_ENTRY(summit_draw, DRAW_UNIFORM, BY_STATE_AREA, PURPOSE_SUMMIT, FOR_STEPS_2_TO_5, WHO(is_member_somewhere), FOR_ALL,
               "Does a member take part in an area."),
};

const struct mechanism summit = {
    .name = "summit",
    .meaning = "Members choose what to take part in; what is followed widens the agenda, what fails narrows it.",
    .off = "Nobody takes part in anything and the agenda stays as it is.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* The part of the utility that is the same in both areas. */
static inline double find_attraction(const struct world *world, const struct summit_parameters *p, size_t i, size_t l)
{
    return p->summit.base[l] + p->summit.appeal[l] * world->appeal[i][l] + p->summit.payment[l] * world->payment[i][l] +
           p->summit.expectation[l] * world->now.expectation[i][l];
}

static void choose(struct world *world, const struct summit_parameters *p, enum area k, const double *outside_share)
{
    const double luck = world->is_noisy ? 1 : 0; /* a factor, not a branch, within the loop over lanes */
    lane_array need, sovereignty, outside, steepness;
    FOR_LANES(l) {
        need[l] = p->summit.need[l] * world->efficacy[k][l];
        sovereignty[l] = p->summit.sovereignty[l] * world->now.ambition[k][l];
        outside[l] = p->summit.outside[l] * outside_share[l];
        steepness[l] = 1 / p->summit.temperature[l];
    }
    for (size_t i = 0; i < world->n_states; i++) {
        if (!world->is_member_somewhere[i]) {
            lanes_clear(world->propensity[i][k]);
            lanes_clear(world->attendance[i][k]);
            continue;
        }
        FOR_LANES(l) {
            const double utility = find_attraction(world, p, i, l) + need[l] * world->need[i][k][l] -
                                   sovereignty[l] * world->sovereignty[i][l] - outside[l] * world->now.alignment[i][l];
            const double propensity = world->is_member[i][l] * logistic(steepness[l] * utility);
            const double choice = world->summit_draw[i][k][l] < propensity ? 1 : 0;
            world->propensity[i][k][l] = propensity;
            world->attendance[i][k][l] = luck * choice + (1 - luck) * propensity;
        }
    }
}

static void count_following(struct world *world, const struct summit_parameters *p, enum area k)
{
    lane_array following = {0}, voice, by_resources;
    FOR_LANES(l) {
        voice[l] = p->summit.equality[l] * ratio_or_zero(1, world->n_members[0][l]);
        by_resources[l] = 1 - p->summit.equality[l];
    }
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) following[l] += (voice[l] + by_resources[l] * world->resources[i][l]) * world->attendance[i][k][l];
    FOR_LANES(l) {
        world->following[k][l] = following[l];
        world->cooperation[k][l] = world->now.ambition[k][l] * following[l];
        world->success[k][l] = (following[l] - p->agenda.quorum[l]) / (1 - p->agenda.quorum[l]);
    }
}

void summit_meet(struct world *world, const struct summit_parameters *p)
{
    choose(world, p, SECURITY, p->summit.outside_security);
    choose(world, p, ECONOMY, p->summit.outside_economy);
    count_following(world, p, SECURITY);
    count_following(world, p, ECONOMY);
}

void summit_set_agenda(struct world *world, const struct summit_parameters *p)
{
    const double *setback[AREAS] = {[SECURITY] = p->agenda.setback_security, [ECONOMY] = p->agenda.setback_economy};
    for (size_t k = 0; k < AREAS; k++)
        FOR_LANES(l) {
            const double step = p->agenda.stride[l] * world->drive[0][l] * world->success[k][l] -
                                setback[k][l] * world->shortfall[0][l];
            world->next.ambition[k][l] = unit_interval(bush_mosteller(world->now.ambition[k][l], step, 1));
        }
}

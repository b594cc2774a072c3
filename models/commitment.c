/* Steps 8 and 9, expectation and commitment: members learn what the organization is good for, and come to identify with it.
 *
 *   beta_j = sqrt((s_j Q_s eta_s + g_j Q_e eta_e + pay_j) / (s_j + g_j + 1))
 *   e_j <- e_j + adjustment_e (beta_j - e_j) - disappointment z e_j                                        members
 *   c*_j = logistic(k0 + k_e e_j + k_dep dep_j + k_u u_j - k_a a_j + k_p mean over areas of pi_jk)
 *   c_j <- c_j + adjustment_c (c*_j - c_j)                                                                 members
 *
 *   beta benefit, 1     s, g need by area, 1     Q cooperation, eta efficacy by area, 1     pay payment, 1
 *   e expectation, c commitment, 1     z shortfall, 1     dep dependence, u insecurity, a alignment, pi attendance, 1
 *
 * Source: the article (expectations rose with each success; fear for their rule made governments identify with the
 * organization); forms: assumption. Left out: publics; commitment to single policies.
 */
#include "commitment.h"

#define OWNER commitment_parameters
static const struct parameter parameters[] = {
    PARAMETER(expectation.adjustment, "year-1", 0.10, 0, 1, "Share of the gap between benefit and expectation closed a year.",
              "assumption; prototype"),
    PARAMETER(expectation.disappointment, "1", 0.10, 0, 1, "Share of expectation lost by a full shortfall.",
              "assumption; prototype"),
    PARAMETER(commitment.adjustment, "year-1", 0.57, 0, 1, "Share of the gap to the fitting commitment closed a year.",
              "assumption; prototype"),
    PARAMETER(commitment.base, "1", -1.94, -20, 20, "Log odds of commitment without any reason for or against.",
              "assumption; prototype"),
    PARAMETER(commitment.expectation, "1", 3.0, 0, 20, "Effect of expectation on the log odds of commitment.",
              "assumption; prototype"),
    PARAMETER(commitment.dependence, "1", 1.5, 0, 20, "Effect of dependence on the log odds of commitment.",
              "assumption; prototype"),
    PARAMETER(commitment.insecurity, "1", 4.0, 0, 20, "Effect of insecurity on the log odds of commitment.",
              "assumption; prototype"),
    PARAMETER(commitment.alignment, "1", 0.3, 0, 20, "How much alignment outside lowers the log odds of commitment.",
              "assumption; prototype"),
    PARAMETER(commitment.participation, "1", 0.2, 0, 20, "Effect of taking part on the log odds of commitment.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(expectation, "1", BY_STATE, 0.48, 0, 1, 0,
                "Share of its needs that a state expects the organization to meet.", "assumption; prototype"),
    STOCK_ENTRY(commitment, "1", BY_STATE, 0, 0, 1, 0, "How far a state identifies with the organization.",
                "expert coding"),
};

const struct mechanism commitment = {
    .name = "commitment",
    .meaning = "Members learn from benefits what to expect, and commit to what they expect, depend on or fear for.",
    .off = "Expectation and commitment stay as they are.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* What a member receives, of what it needs. */
static inline double find_benefit(const struct world *world, size_t i, size_t l)
{
    const double s = world->need[i][SECURITY][l], g = world->need[i][ECONOMY][l];
    const double met = s * world->cooperation[SECURITY][l] * world->efficacy[SECURITY][l] +
                       g * world->cooperation[ECONOMY][l] * world->efficacy[ECONOMY][l] + world->payment[i][l];
    return sqrt(met / (s + g + 1));
}

/* The commitment that a member's expectation, dependence and fear lead to. */
static inline double find_fitting(const struct world *world, const struct commitment_parameters *p, size_t i, size_t l)
{
    const double attendance = (world->attendance[i][SECURITY][l] + world->attendance[i][ECONOMY][l]) / AREAS;
    return logistic(p->commitment.base[l] + p->commitment.expectation[l] * world->now.expectation[i][l] +
                    p->commitment.dependence[l] * world->dependence[i][l] +
                    p->commitment.insecurity[l] * world->now.insecurity[i][l] -
                    p->commitment.alignment[l] * world->now.alignment[i][l] +
                    p->commitment.participation[l] * attendance);
}

void commitment_form(struct world *world, const struct commitment_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++) {
        if (!world->is_member_somewhere[i]) {
            lanes_copy(world->next.expectation[i], world->now.expectation[i]);
            lanes_copy(world->next.commitment[i], world->now.commitment[i]);
            continue;
        }
        FOR_LANES(l) {
            const double is_member = world->is_member[i][l];
            const double e = world->now.expectation[i][l], c = world->now.commitment[i][l];
            const double expected = p->expectation.adjustment[l] * (find_benefit(world, i, l) - e) -
                                    p->expectation.disappointment[l] * world->shortfall[0][l] * e;
            const double committed = p->commitment.adjustment[l] * (find_fitting(world, p, i, l) - c);
            world->next.expectation[i][l] = unit_interval(e + is_member * expected);
            world->next.commitment[i][l] = unit_interval(c + is_member * committed);
        }
    }
}

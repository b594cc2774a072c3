/* Step 3, needs: what each state could use an organization for, and what the leaders pay for its support.
 *
 *   s_j = 1 - (1 - h_j)(1 - u_j)                                                           security
 *   g_j = 1 - exp(-sum of T*_jk (ln T*_jk - ln T_jk)^+ / sum of T*_jk)     over k in M     economy
 *   r_j = sum of T_jk over k in M / 1000 / (Y_j P_j),   dep_j = r_j / (r_j + half_dependence)
 *   eta_k = eta_0 + (1 - eta_0) D_k
 *   received_j = (1 - R_j) / sum of (1 - R) over M * sum of mobilisation l_i W_i Y_i over M
 *   pay_j = 1 - exp(-received_j / (scale Y_j))                                             members
 *
 *   h threat, u insecurity, 1      s, g need by area, 1      T trade, T* potential_trade, million US$
 *   Y gdp, billion US$; P price    r exposure, 1; dep dependence, 1     D depth, eta efficacy by area, 1
 *   R resources, l influence, W will, 1     pay payment, 1
 *
 * Source: Olson & Zeckhauser 1966 (the large pay for the small); trade gap after Head & Mayer 2014; forms: assumption.
 * Left out: payments cost the payer nothing in growth.
 */
#include "needs.h"

#define OWNER needs_parameters
static const struct parameter parameters[] = {
    PARAMETER(needs.base_efficacy, "1", 0.35, 0, 1, "What cooperation achieves without any institutions.",
              "assumption; prototype"),
    PARAMETER(needs.half_dependence, "1", 0.1, 1e-6, 10,
              "Trade with members over nominal GDP at which a state counts as half dependent.", "assumption"),
    PARAMETER(payments.mobilisation, "1", 0.002, 0, 1,
              "Share of its GDP that a state with all influence and full will spends on side payments.",
              "assumption; prototype"),
    PARAMETER(payments.scale, "1", 0.028, 1e-6, 10,
              "Payment received, over GDP, at which two thirds of the effect of payments is reached.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    FLOW_ENTRY(need, "1", BY_STATE_AREA, 0, 1, DETAIL, "What a state could use the organization for."),
    FLOW_ENTRY(exposure, "1", BY_STATE, 0, INFINITY, DETAIL, "Trade with members over nominal GDP."),
    FLOW_ENTRY(dependence, "1", BY_STATE, 0, 1, 0, "Dependence on trade with members."),
    FLOW_ENTRY(efficacy, "1", BY_AREA, 0, 1, DETAIL, "What cooperation achieves, given the institutions."),
    FLOW_ENTRY(payment, "1", BY_STATE, 0, 1, DETAIL, "Weight of the side payments that a member receives."),
};

const struct mechanism needs = {
    .name = "needs",
    .meaning = "Threats and untapped trade make states need the organization; leaders pay for support.",
    .off = "Nobody needs anything, depends on anybody or is paid; cooperation achieves nothing.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* Trade is in millions, GDP in billions of US$. */
static const double millions_in_a_billion = 1000;

static void assess_security(struct world *world)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l)
            world->need[i][SECURITY][l] = 1 - (1 - world->now.threat[i][l]) * (1 - world->now.insecurity[i][l]);
}

static void assess_economy(struct world *world, const struct needs_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double gap = world->missing_inside[i][l], potential = world->potential_inside[i][l];
            const double nominal_gdp = world->now.gdp[i][l] * world->now.price[i][l];
            const double exposure = world->now.trade_inside[i][l] / (millions_in_a_billion * nominal_gdp);
            world->need[i][ECONOMY][l] = 1 - lane_exp(-ratio_or_zero(gap, potential));
            world->exposure[i][l] = exposure;
            world->dependence[i][l] = exposure / (exposure + p->needs.half_dependence[l]);
        }
}

static void pay_members(struct world *world, const struct needs_parameters *p)
{
    lane_array fund = {0}, weights = {0};
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            fund[l] += p->payments.mobilisation[l] * world->influence[i][l] * world->now.will[i][l] * world->now.gdp[i][l];
            weights[l] += world->is_member[i][l] * (1 - world->resources[i][l]);
        }
    FOR_LANES(l) fund[l] = ratio_or_zero(fund[l], weights[l]) / p->payments.scale[l];
    for (size_t i = 0; i < world->n_states; i++) {
        if (!world->is_member_somewhere[i]) {
            lanes_clear(world->payment[i]);
            continue;
        }
        FOR_LANES(l) {
            const double weight = world->is_member[i][l] * (1 - world->resources[i][l]);
            world->payment[i][l] = 1 - lane_exp(-(weight * fund[l]) / world->now.gdp[i][l]);
        }
    }
}

void needs_assess(struct world *world, const struct needs_parameters *p)
{
    assess_security(world);
    assess_economy(world, p);
    for (size_t k = 0; k < AREAS; k++)
        FOR_LANES(l) world->efficacy[k][l] = p->needs.base_efficacy[l] +
                                             (1 - p->needs.base_efficacy[l]) * world->now.depth[k][l];
    pay_members(world, p);
}

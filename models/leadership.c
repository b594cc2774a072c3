/* Step 2, leadership: what a state can move others with, and what its leaders' order looks like to the others.
 *
 *   R_i = Y_i / sum of Y over M and i
 *   L_i = (w_V V^rho + w_W W^rho + w_R R^rho + w_S S^rho)^(1/rho)     V, W, R, S not below 1e-3, w over their sum
 *   l_i = L_i^gamma / sum of L^gamma over M                           0 for others
 *   Lambda = sum of l_i L_i,   Delta = sum of l_i sqrt(V_i W_i)       over M
 *   phi_j = sum over i of l_i V_i exp(-|x_i - x_j|^2 / 2 kappa^2)     for every state j
 *
 *   V vision, W will, R resources, S skills, 1    Y gdp, billion US$   L leadership, 1      l influence, 1
 *   x position, 1      Lambda effective_leadership, 1      Delta drive, 1      phi appeal, 1      M members
 *   rho complementarity: below 0 the weakest of the four holds leadership back; at 0 the product (Cobb-Douglas)
 *
 * Source: the article (leadership takes vision, will, resources and skills); Young 1991; the CES form is an assumption.
 * Left out: leaders compete only through their shares of influence, not by proposals of their own.
 */
#include "leadership.h"

#define OWNER leadership_parameters
static const struct parameter parameters[] = {
    PARAMETER(leadership.complementarity, "1", -1, -10, 1,
              "Exponent of the CES mean of the four attributes: the lower, the more the weakest holds leadership back.",
              "assumption; prototype"),
    PARAMETER(leadership.weight_vision, "1", 0.25, 0, 1, "Weight of vision in leadership, relative to the other three.",
              "assumption: equal weights"),
    PARAMETER(leadership.weight_will, "1", 0.25, 0, 1, "Weight of will in leadership, relative to the other three.",
              "assumption: equal weights"),
    PARAMETER(leadership.weight_resources, "1", 0.25, 0, 1,
              "Weight of resources in leadership, relative to the other three.", "assumption: equal weights"),
    PARAMETER(leadership.weight_skills, "1", 0.25, 0, 1, "Weight of skills in leadership, relative to the other three.",
              "assumption: equal weights"),
    PARAMETER(leadership.concentration, "1", 2, 0, 10,
              "Exponent that turns leadership into shares of influence: the higher, the more the strongest leads alone.",
              "assumption; prototype"),
    PARAMETER(leadership.tolerance, "1", 0.35, 0.01, 10,
              "Distance between positions at which a proposed order loses two fifths of its appeal.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    FLOW_ENTRY(resources, "1", BY_STATE, 0, 1, 0, "Share in the members' GDP (of an outsider: as if it were a member)."),
    FLOW_ENTRY(leadership, "1", BY_STATE, 0, 1, 0, "Leadership capacity, from vision, will, resources and skills."),
    FLOW_ENTRY(influence, "1", BY_STATE, 0, 1, 0, "Share in the organization's leadership; 0 for non-members."),
    FLOW_ENTRY(proposal, "1", BY_STATE, 0, 1, HIDDEN, "Influence times vision: the weight of the order that the state proposes."),
    FLOW_ENTRY(appeal, "1", BY_STATE, 0, 1, 0, "Appeal of the leaders' proposed order to the state."),
    FLOW_ENTRY(effective_leadership, "1", SCALAR, 0, 1, 0, "Leadership of those who lead, weighted by influence."),
    FLOW_ENTRY(drive, "1", SCALAR, 0, 1, 0, "What the leaders want: vision and will, weighted by influence."),
};

const struct mechanism leadership = {
    .name = "leadership",
    .meaning = "Vision, will, resources and skills make leadership; leadership makes influence; influence proposes an order.",
    .off = "Nobody leads: leadership, influence, drive and appeal are 0.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

enum { ATTRIBUTES = 4 }; /* vision, will, resources, skills */

/* Below this an attribute counts as this much in L, so that a power of it exists. */
static const double attribute_floor = 1e-3;
/* Nearer to 0 than this, rho counts as 0. */
static const double smallest_exponent = 1e-9;

void leadership_share_resources(struct world *world)
{
    lane_array total = {0};
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) total[l] += world->is_member[i][l] * world->now.gdp[i][l];
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double gdp = world->now.gdp[i][l];
            world->resources[i][l] = gdp / (total[l] + (1 - world->is_member[i][l]) * gdp);
        }
}

void leadership_find_steepness(const struct leadership_parameters *p, double *steepness)
{
    FOR_LANES(l) steepness[l] = -1 / (2 * square(p->leadership.tolerance[l]));
}

/* The exponents of a year's lanes, and which forms of a power they ask for. */
struct exponents {
    lane_array value;
    bool any_inverse, any_square, any_other; /* -1, 2, any other */
};

static void find_exponents(struct exponents *exponents, const double *value)
{
    *exponents = (struct exponents){0};
    for (size_t l = 0; l < LANES; l++) {
        const bool is_inverse = value[l] == -1, is_square = value[l] == 2;
        exponents->value[l] = value[l];
        exponents->any_inverse |= is_inverse;
        exponents->any_square |= is_square;
        exponents->any_other |= !is_inverse & !is_square;
    }
}

/* x to the power of each lane's exponent. A form is computed if some lane asks for it, and each lane takes its own: the
 * usual exponents cost no logarithm, and a lane's bits do not depend on the others. */
static inline void raise(double *result, const double *x, const struct exponents *exponents)
{
    const double *y = exponents->value;
    if (exponents->any_other) FOR_LANES(l) result[l] = lane_power(x[l], y[l]);
    if (exponents->any_inverse) FOR_LANES(l) result[l] = y[l] == -1 ? 1 / x[l] : result[l];
    if (exponents->any_square) FOR_LANES(l) result[l] = y[l] == 2 ? x[l] * x[l] : result[l];
}

/* What a year's parameters make of all states alike. */
struct weighing {
    lane_array share[ATTRIBUTES]; /* weights over their sum */
    struct exponents rho, inverse_rho, gamma;
    lane_array is_product; /* rho is 0: the weighted geometric mean */
    bool any_product;
    bool is_usual; /* in all lanes rho is -1, the weighted harmonic mean, and gamma 2 */
};

static void prepare(struct weighing *w, const struct leadership_parameters *p)
{
    const double *weight[ATTRIBUTES] = {p->leadership.weight_vision, p->leadership.weight_will,
                                        p->leadership.weight_resources, p->leadership.weight_skills};
    lane_array total = {0}, rho, inverse_rho;
    for (size_t k = 0; k < ATTRIBUTES; k++) FOR_LANES(l) total[l] += weight[k][l];
    for (size_t k = 0; k < ATTRIBUTES; k++) FOR_LANES(l) w->share[k][l] = weight[k][l] / total[l];
    FOR_LANES(l) {
        const double exponent = p->leadership.complementarity[l];
        w->is_product[l] = exponent > -smallest_exponent && exponent < smallest_exponent ? 1 : 0;
        rho[l] = w->is_product[l] > 0 ? -1 : exponent;
        inverse_rho[l] = 1 / rho[l];
    }
    w->any_product = false;
    for (size_t l = 0; l < LANES; l++) w->any_product |= w->is_product[l] > 0;
    find_exponents(&w->rho, rho);
    find_exponents(&w->inverse_rho, inverse_rho);
    find_exponents(&w->gamma, p->leadership.concentration);
    w->is_usual = !w->any_product && !w->rho.any_other && !w->rho.any_square && !w->gamma.any_other && !w->gamma.any_inverse;
}

/* A state's leadership, and that to the power of gamma. */
static void find_leadership(const struct weighing *w, const struct world *world, size_t i, double *leadership, double *power)
{
    lane_array sum = {0}, sum_of_logs = {0}, attribute[ATTRIBUTES];
    lanes_copy(attribute[0], world->now.vision[i]);
    lanes_copy(attribute[1], world->now.will[i]);
    lanes_copy(attribute[2], world->resources[i]);
    lanes_copy(attribute[3], world->now.skills[i]);
    for (size_t k = 0; k < ATTRIBUTES; k++) {
        FOR_LANES(l) attribute[k][l] = lane_max(attribute[k][l], attribute_floor);
        raise(power, attribute[k], &w->rho);
        FOR_LANES(l) sum[l] += w->share[k][l] * power[l];
    }
    raise(leadership, sum, &w->inverse_rho);
    if (w->any_product) {
        for (size_t k = 0; k < ATTRIBUTES; k++)
            FOR_LANES(l) sum_of_logs[l] += w->share[k][l] * lane_log(attribute[k][l]);
        FOR_LANES(l) leadership[l] = w->is_product[l] > 0 ? lane_exp(sum_of_logs[l]) : leadership[l];
    }
    raise(power, leadership, &w->gamma);
}

/* The same to the bit with the usual exponents, in one go. */
static void find_usual_leadership(const struct weighing *w, const struct world *world, size_t i, double *leadership,
                                  double *power)
{
    const double *vision = world->now.vision[i], *will = world->now.will[i], *resources = world->resources[i];
    const double *skills = world->now.skills[i];
    FOR_LANES(l) {
        const double harmonic = 1 / (w->share[0][l] * (1 / lane_max(vision[l], attribute_floor)) +
                                     w->share[1][l] * (1 / lane_max(will[l], attribute_floor)) +
                                     w->share[2][l] * (1 / lane_max(resources[l], attribute_floor)) +
                                     w->share[3][l] * (1 / lane_max(skills[l], attribute_floor)));
        leadership[l] = harmonic;
        power[l] = harmonic * harmonic;
    }
}

static void weigh_states(struct world *world, const struct leadership_parameters *p)
{
    struct weighing weighing;
    lane_array total = {0}, power = {0};
    prepare(&weighing, p);
    for (size_t i = 0; i < world->n_states; i++) {
        if (weighing.is_usual)
            find_usual_leadership(&weighing, world, i, world->leadership[i], power);
        else
            find_leadership(&weighing, world, i, world->leadership[i], power);
        FOR_LANES(l) {
            const double influence = world->is_member[i][l] * power[l];
            world->influence[i][l] = influence;
            total[l] += influence;
        }
    }
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) world->influence[i][l] = ratio_or_zero(world->influence[i][l], total[l]);
}

static void weigh_organization(struct world *world)
{
    lane_array effective = {0}, drive = {0};
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            effective[l] += world->influence[i][l] * world->leadership[i][l];
            drive[l] += world->influence[i][l] * sqrt(world->now.vision[i][l] * world->now.will[i][l]);
        }
    FOR_LANES(l) {
        world->effective_leadership[0][l] = effective[l];
        world->drive[0][l] = drive[l];
    }
}

/* What each proposes appeals to others, where either is a member, as far as they are close. */
static void weigh_others(struct world *world, const double *steepness)
{
    const struct dyads *dyads = list_with_members(world);
    const lane_array *proposal = world->proposal;
    lane_array closeness[DYADS_AT_A_TIME], *appeal = world->appeal;
    for (size_t first = 0; first < dyads->n; first += DYADS_AT_A_TIME) {
        const struct dyad *dyad = &dyads->list[first];
        const size_t n = dyads_in_turn(dyads, first);
        for (size_t k = 0; k < n; k++)
            FOR_LANES(l) closeness[k][l] = leadership_log_closeness(world, steepness, dyad[k].i, dyad[k].j, l);
        lanes_exp(closeness, closeness, n);
        for (size_t k = 0; k < n; k++)
            FOR_LANES(l) {
                appeal[dyad[k].i][l] += proposal[dyad[k].j][l] * closeness[k][l];
                appeal[dyad[k].j][l] += proposal[dyad[k].i][l] * closeness[k][l];
            }
    }
}

/* A leader's order appeals to itself in full. What each proposes, l V, is kept in `proposal`. */
static void weigh_appeal(struct world *world, const struct leadership_parameters *p)
{
    lane_array *proposal = world->proposal, *appeal = world->appeal, steepness;
    leadership_find_steepness(p, steepness);
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            proposal[i][l] = world->influence[i][l] * world->now.vision[i][l];
            appeal[i][l] = proposal[i][l];
        }
    weigh_others(world, steepness);
}

void leadership_weigh(struct world *world, const struct leadership_parameters *p)
{
    weigh_states(world, p);
    weigh_organization(world);
    weigh_appeal(world, p);
}

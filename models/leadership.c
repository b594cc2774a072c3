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
    FLOW_ENTRY(appeal, "1", BY_STATE, 0, 1, 0, "Appeal of the leaders' proposed order to the state."),
    FLOW_ENTRY(effective_leadership, "1", SCALAR, 0, 1, 0, "Leadership of those who lead, weighted by influence."),
    FLOW_ENTRY(drive, "1", SCALAR, 0, 1, 0, "What the leaders want: vision and will, weighted by influence."),
    FLOW_ENTRY(similarity, "1", BY_DYAD, 0, 1, HIDDEN, "Closeness of two states' positions."),
};

const struct mechanism leadership = {
    .name = "leadership",
    .meaning = "Vision, will, resources and skills make leadership; leadership makes influence; influence proposes an order.",
    .off = "Nobody leads: leadership, influence, drive and appeal are 0.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

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

void leadership_compare_positions(struct world *world, const struct leadership_parameters *p)
{
    const by_area *x = world->now.position;
    FOR_DYADS(world->n_states, i, j, d)
        FOR_LANES(l) {
            const double distance = square(x[i][SECURITY][l] - x[j][SECURITY][l]) +
                                    square(x[i][ECONOMY][l] - x[j][ECONOMY][l]);
            world->similarity[d][l] = lane_exp(-distance / (2 * square(p->leadership.tolerance[l])));
        }
}

static inline double log_attribute(double attribute) { return lane_log(lane_max(attribute, attribute_floor)); }

/* ln L of each lane of a state */
static void find_log_leadership(const struct world *world, const struct leadership_parameters *p, size_t i, double *log_l)
{
    FOR_LANES(l) {
        const double w_v = p->leadership.weight_vision[l], w_w = p->leadership.weight_will[l];
        const double w_r = p->leadership.weight_resources[l], w_s = p->leadership.weight_skills[l];
        const double log_v = log_attribute(world->now.vision[i][l]), log_w = log_attribute(world->now.will[i][l]);
        const double log_r = log_attribute(world->resources[i][l]), log_s = log_attribute(world->now.skills[i][l]);
        const double total = w_v + w_w + w_r + w_s;
        const double mean_log = (w_v * log_v + w_w * log_w + w_r * log_r + w_s * log_s) / total;
        const double rho = p->leadership.complementarity[l], size = rho < 0 ? -rho : rho;
        const double exponent = size < smallest_exponent ? 1 : rho;
        const double sum = (w_v * lane_exp(exponent * log_v) + w_w * lane_exp(exponent * log_w) +
                            w_r * lane_exp(exponent * log_r) + w_s * lane_exp(exponent * log_s)) / total;
        log_l[l] = size < smallest_exponent ? mean_log : lane_log(sum) / exponent;
    }
}

static void weigh_states(struct world *world, const struct leadership_parameters *p)
{
    lane_array total = {0}, log_l;
    for (size_t i = 0; i < world->n_states; i++) {
        find_log_leadership(world, p, i, log_l);
        FOR_LANES(l) {
            world->leadership[i][l] = lane_exp(log_l[l]);
            world->influence[i][l] = world->is_member[i][l] * lane_exp(p->leadership.concentration[l] * log_l[l]);
            total[l] += world->influence[i][l];
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

static void weigh_appeal(struct world *world)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) world->appeal[i][l] = world->influence[i][l] * world->now.vision[i][l];
    FOR_DYADS(world->n_states, i, j, d)
        FOR_LANES(l) {
            world->appeal[i][l] += world->influence[j][l] * world->now.vision[j][l] * world->similarity[d][l];
            world->appeal[j][l] += world->influence[i][l] * world->now.vision[i][l] * world->similarity[d][l];
        }
}

void leadership_weigh(struct world *world, const struct leadership_parameters *p)
{
    weigh_states(world, p);
    weigh_organization(world);
    weigh_appeal(world);
}

/* Step 11, positions: members move towards those they deal with, towards the power outside, and back to where they stood.
 *
 *   x_j <- x_j + influence c_j (x~_j - x_j) + outside_pull a_j (x_o - x_j) + stubbornness (x_j0 - x_j) + noise eps
 *   x~_j = 1/2 (mean of the other members' x, weighted with trade) + 1/2 sum of l_i x_i over M
 *   x_o = mean x of the powers outside, weighted with GDP
 *
 *   x position by issue, 1     x_0 its start     c commitment, a alignment, l influence, 1     eps standard normal
 *
 * Where a weight is nowhere above 0 (no trade, no leader, no power outside) the state is pulled to where it stands.
 * Source: Friedkin & Johnsen 1990, with a pull from outside (assumption). Left out: non-members keep their positions.
 */
#include "positions.h"

#define OWNER positions_parameters
static const struct parameter parameters[] = {
    PARAMETER(positions.influence, "year-1", 0.23, 0, 1,
              "Share of the distance to its partners and leaders that a fully committed member goes.",
              "assumption; prototype"),
    PARAMETER(positions.outside_pull, "year-1", 0.3, 0, 1,
              "Share of the distance to the power outside that a fully aligned member goes.", "assumption; prototype"),
    PARAMETER(positions.stubbornness, "year-1", 0.10, 0, 1, "Share of the distance back to its start that a member goes.",
              "assumption; prototype"),
    PARAMETER(positions.noise, "1", 0.01, 0, 1, "Standard deviation of the yearly change that nothing explains.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(position, "1", BY_STATE_AREA, NAN, 0, 1, REQUIRED_IN_YAML,
                "Policy position: security order (1 far from the United States in UN votes), economic order (1 open).",
                "configuration"),
    ATTRIBUTE_ENTRY(position_start, "1", BY_STATE_AREA, 0, 0, 1, HIDDEN | FIXED, "Position at the start.", NULL),
    DRAW_ENTRY(position_draw, DRAW_NORMAL, BY_STATE_AREA, PURPOSE_POSITION, FOR_STEPS_6_TO_16, WHO(is_member_somewhere),
               FOR_ALL, "Noise in a position."),
};

const struct mechanism positions = {
    .name = "positions",
    .meaning = "Members move towards partners, leaders and the power outside, and hold on to where they stood.",
    .off = "Positions stay as they are.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

void positions_begin(struct world *world)
{
    memcpy(world->position_start, world->now.position, world->n_states * sizeof(by_area));
}

/* Where the leaders and the powers outside stand on an issue, and the weight of each: 0 where there are none. */
struct poles {
    lane_array leaders, leaders_weight, outside, outside_weight;
};

static void find_poles(const struct world *world, size_t k, struct poles *poles)
{
    memset(poles, 0, sizeof *poles);
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double x = world->now.position[i][k][l];
            const double power = (1 - world->eligible[i][l]) * world->now.gdp[i][l];
            poles->leaders[l] += world->influence[i][l] * x;
            poles->leaders_weight[l] += world->influence[i][l];
            poles->outside[l] += power * x;
            poles->outside_weight[l] += power;
        }
    FOR_LANES(l) poles->outside[l] = ratio_or_zero(poles->outside[l], poles->outside_weight[l]);
}

/* Leave in `next` the sum of the other members' positions, weighted with trade; for members alone it is used. */
static void add_partners(struct world *world)
{
    const struct dyads *dyads = list_members(world);
    const by_area *now = world->now.position;
    const lane_array *is_member = world->is_member, *trade = world->trade;
    by_area *sum = world->next.position;
    memset(sum, 0, world->n_states * sizeof *sum);
    for (size_t k = 0; k < dyads->n; k++) {
        const struct dyad dyad = dyads->list[k];
        FOR_LANES(l) {
            const double to_i = is_member[dyad.j][l] * trade[dyad.d][l], to_j = is_member[dyad.i][l] * trade[dyad.d][l];
            sum[dyad.i][SECURITY][l] += to_i * now[dyad.j][SECURITY][l];
            sum[dyad.i][ECONOMY][l] += to_i * now[dyad.j][ECONOMY][l];
            sum[dyad.j][SECURITY][l] += to_j * now[dyad.i][SECURITY][l];
            sum[dyad.j][ECONOMY][l] += to_j * now[dyad.i][ECONOMY][l];
        }
    }
}

static void move(struct world *world, const struct positions_parameters *p, const struct poles *poles, size_t i, size_t k)
{
    FOR_LANES(l) {
        const double x = world->now.position[i][k][l], inside = world->now.trade_inside[i][l];
        const double partners = inside > 0 ? ratio_or_zero(world->next.position[i][k][l], inside) : x;
        const double leaders = poles->leaders_weight[l] > 0 ? poles->leaders[l] : x;
        const double outside = poles->outside_weight[l] > 0 ? poles->outside[l] : x;
        const double change = p->positions.influence[l] * world->now.commitment[i][l] * ((partners + leaders) / 2 - x) +
                              p->positions.outside_pull[l] * world->now.alignment[i][l] * (outside - x) +
                              p->positions.stubbornness[l] * (world->position_start[i][k][l] - x) +
                              p->positions.noise[l] * world->position_draw[i][k][l];
        world->next.position[i][k][l] = unit_interval(x + world->is_member[i][l] * change);
    }
}

void positions_move(struct world *world, const struct positions_parameters *p)
{
    struct poles poles;
    add_partners(world);
    for (size_t k = 0; k < AREAS; k++) {
        find_poles(world, k, &poles);
        for (size_t i = 0; i < world->n_states; i++)
            if (world->is_member_somewhere[i])
                move(world, p, &poles, i, k);
            else
                lanes_copy(world->next.position[i][k], world->now.position[i][k]);
    }
}

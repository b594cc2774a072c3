/* Steps 3 and 14, trade: gravity with slow adjustment.
 *
 *   ln T*_ij = k + ln 1000 + alpha_Y ln(Y_i Y_j) + alpha_P ln(P_i P_j) - delta ln d_ij + contiguity contig_ij + o_i + o_j
 *              + theta_ij + beta_I I_ij + [both members](beta_D D_economy + beta_c sqrt(c_i c_j))
 *   theta_ij = gap_kept (ln T_ij - ln T*_ij without theta), from the starting values, before any event
 *   ln T_ij <- ln T_ij + lambda (ln T*_ij - ln T_ij) + noise eps_ij
 *
 *   T trade, T* potential_trade, million US$ of the year     Y gdp, billion US$ at the first year's prices     P price, 1
 *   d distance, km     contig contiguous, 0 or 1     o openness, log points     theta trade_gap, log points
 *   I infrastructure, D depth, c commitment, 1     eps standard normal     lambda adjustment, year-1
 *   gap_kept: 0 = all dyads share one potential; 1 = a fixed effect a dyad
 *
 * A dyad without an observed start begins at its potential, with theta = 0.
 * Source: Head & Mayer 2014, Anderson & van Wincoop 2003, Santos Silva & Tenreyro 2006. The
 * elasticities of GDP and distance stay at estimated values, whatever the patterns say; sco.yaml sets constant and noise.
 * Left out: multilateral resistance, tariffs, third markets, direction of trade.
 */
#include "trade.h"

#define OWNER trade_parameters
static const struct parameter parameters[] = {
    PARAMETER(trade.constant, "1", 1.66, -50, 50, "Constant of the gravity equation.", "prototype: fitted to the starts of 2001"),
    PARAMETER(trade.gdp, "1", 0.7, 0, 3, "Elasticity of trade with respect to each partner's real GDP.",
              "panel estimates for this project, long run 0.61 exporter, 0.77 importer (COW 4.0, 1996-2014)"),
    PARAMETER(trade.price, "1", 0.4, 0, 3, "Elasticity of trade with respect to each partner's price level.",
              "assumption; prototype"),
    PARAMETER(trade.distance, "1", 0.83, 0, 5, "Elasticity of trade with respect to distance, sign reversed.",
              "PPML estimate for this project 0.831 (0.036); Santos Silva & Tenreyro 2006: 0.75-0.78"),
    PARAMETER(trade.contiguity, "1", 0.42, -5, 5, "What a common border adds to ln trade.",
              "PPML estimate for this project 0.415 (0.063)"),
    FIXED_PARAMETER(trade.gap_kept, "1", 0.42, 0, 1, "Share of a dyad's first gap to its potential that stays.",
              "assumption; prototype"),
    PARAMETER(trade.infrastructure, "1", 0.2, -5, 5, "What full infrastructure adds to ln potential trade.",
              "assumption; prototype"),
    PARAMETER(trade.depth, "1", 0.12, -5, 5, "What full economic institutions add to ln trade between members.",
              "panel estimate for this project of joint SCO membership 0.117 (0.162), not significant"),
    PARAMETER(trade.commitment, "1", 0, -5, 5, "What full commitment adds to ln trade between members.",
              "assumption: none"),
    PARAMETER(trade.adjustment, "year-1", 0.35, 0, 1, "Share of the gap to potential trade closed a year.",
              "panel estimates for this project 0.36-0.42 (1 - lag 0.639, 0.577)"),
    PARAMETER(trade.noise, "1", 0.12, 0, 5, "Standard deviation of the yearly change of ln trade that nothing explains.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_IN_PLACE(trade, "MUSD", BY_DYAD, 0, 0, INFINITY, 0,
                   "Total trade of a dyad, million US$ of the year; a start of 0 stands for potential trade.",
                   "assumption: potential trade"),
    ATTRIBUTE_ENTRY(log_trade, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN, "ln trade.", NULL),
    FLOW_ENTRY(potential_trade, "MUSD", BY_DYAD, 0, INFINITY, DETAIL, "Trade that the dyad would have without slow adjustment."),
    FLOW_ENTRY(log_potential, "1", BY_DYAD, -INFINITY, INFINITY, HIDDEN, "ln potential trade."),
    FLOW_ENTRY(trade_inside, "MUSD", BY_STATE, 0, INFINITY, HIDDEN, "Trade with members."),
    FLOW_ENTRY(trade_growth, "1", BY_STATE, -INFINITY, INFINITY, HIDDEN,
               "Growth in logs of trade with this year's members, from this year to the next."),
    ATTRIBUTE_ENTRY(distance, "km", BY_DYAD, NAN, 1, 40000, REQUIRED_IN_YAML | FIXED, "Distance between the two capitals.",
                    "configuration"),
    ATTRIBUTE_ENTRY(log_distance, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN, "ln distance.", NULL),
    ATTRIBUTE_ENTRY(contiguous, "1", BY_DYAD, 0, 0, 1, WHOLE, "Whether the two share a border.", "definition"),
    ATTRIBUTE_ENTRY(trade_gap, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN, "The part of the first gap that stays.", NULL),
    DRAW_ENTRY(trade_draw, DRAW_NORMAL, BY_DYAD, PURPOSE_TRADE, "Noise in a dyad's trade."),
};

const struct mechanism trade = {
    .name = "trade",
    .meaning = "Trade moves towards what size, distance, openness, infrastructure and common institutions allow.",
    .off = "Trade stays as it is, and no potential beyond it is known.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* Units: the gravity constant speaks of billions, trade of millions. */
static const double log_thousand = 6.907755278982137;
/* One US$: trade that falls below it, by an event, counts as this. */
static const double smallest_trade = 1e-6;

/* ln T* in each lane. A state's part in it (the sizes and its openness) is kept in trade_growth, which step 14 writes anew. */
static void find_log_potential(struct world *world, const struct trade_parameters *p)
{
    lane_array *size = world->trade_growth;
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) size[i][l] = p->trade.gdp[l] * lane_log(world->now.gdp[i][l]) +
                                  p->trade.price[l] * lane_log(world->now.price[i][l]) + world->openness[i][l];
    FOR_DYADS(world->n_states, i, j, d)
        FOR_LANES(l) {
            const double both = world->is_member[i][l] * world->is_member[j][l];
            const double commitment = sqrt(world->now.commitment[i][l] * world->now.commitment[j][l]);
            world->log_potential[d][l] =
                p->trade.constant[l] + log_thousand + size[i][l] + size[j][l] -
                p->trade.distance[l] * world->log_distance[d][l] + p->trade.contiguity[l] * world->contiguous[d][l] +
                world->trade_gap[d][l] + p->trade.infrastructure[l] * world->infrastructure[d][l] +
                both * (p->trade.depth[l] * world->now.depth[ECONOMY][l] + p->trade.commitment[l] * commitment);
        }
}

void trade_take_logarithm(struct world *world, size_t d)
{
    FOR_LANES(l) world->log_trade[d][l] = lane_log(lane_max(world->trade[d][l], smallest_trade));
}

void trade_begin(struct world *world, const struct trade_parameters *p)
{
    for (size_t d = 0; d < world->n_dyads; d++) {
        trade_take_logarithm(world, d);
        FOR_LANES(l) {
            world->log_distance[d][l] = lane_log(world->distance[d][l]);
            world->trade_gap[d][l] = 0;
        }
    }
    find_log_potential(world, p);
    for (size_t d = 0; d < world->n_dyads; d++)
        FOR_LANES(l) {
            const bool is_observed = world->trade[d][l] > 0;
            const double potential = world->log_potential[d][l];
            const double log_trade = is_observed ? world->log_trade[d][l] : potential;
            world->trade_gap[d][l] = p->trade.gap_kept[l] * (log_trade - potential);
            world->log_trade[d][l] = log_trade;
            world->trade[d][l] = is_observed ? world->trade[d][l] : lane_exp(log_trade);
        }
    memset(world->trade_growth, 0, world->n_states * sizeof(lane_array));
}

void trade_find_potential(struct world *world, const struct trade_parameters *p)
{
    find_log_potential(world, p);
    for (size_t d = 0; d < world->n_dyads; d++)
        FOR_LANES(l) world->potential_trade[d][l] = lane_exp(world->log_potential[d][l]);
}

static void add_inside(const struct world *world, lane_array *sum)
{
    for (size_t i = 0; i < world->n_states; i++) memset(sum[i], 0, sizeof(lane_array));
    FOR_DYADS(world->n_states, i, j, d)
        FOR_LANES(l) {
            sum[i][l] += world->is_member[j][l] * world->trade[d][l];
            sum[j][l] += world->is_member[i][l] * world->trade[d][l];
        }
}

void trade_count_inside(struct world *world) { add_inside(world, world->trade_inside); }

void trade_adjust(struct world *world, const struct trade_parameters *p)
{
    for (size_t d = 0; d < world->n_dyads; d++)
        FOR_LANES(l) {
            const double log_trade = world->log_trade[d][l] +
                                     p->trade.adjustment[l] * (world->log_potential[d][l] - world->log_trade[d][l]) +
                                     p->trade.noise[l] * world->trade_draw[d][l];
            world->log_trade[d][l] = log_trade;
            world->trade[d][l] = lane_exp(log_trade);
        }
    add_inside(world, world->trade_growth);
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double before = world->trade_inside[i][l], after = world->trade_growth[i][l];
            world->trade_growth[i][l] = before > 0 ? lane_log(after / (before > 0 ? before : 1)) : 0;
        }
}

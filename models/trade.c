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
    ATTRIBUTE_ENTRY(trade_base, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN, "The part of ln potential trade that no year changes.",
                    NULL),
    FLOW_ENTRY(trade_size, "1", BY_STATE, -INFINITY, INFINITY, HIDDEN, "A state's part in ln potential trade."),
    FLOW_ENTRY(trade_bond, "1", BY_STATE, 0, 1, HIDDEN, "Root of a member's commitment; 0 for others."),
    FLOW_ENTRY(potential_inside, "MUSD", BY_STATE, 0, INFINITY, HIDDEN, "Potential trade with members."),
    FLOW_ENTRY(missing_inside, "MUSD", BY_STATE, 0, INFINITY, HIDDEN,
               "Potential trade with members, each times the gap in logs by which trade is below it."),
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
/* Of potential trade no more than e to this counts in sums, so that infinity never meets a 0 for a non-member. */
static const double most_log = 700;

void trade_take_logarithm(struct world *world, size_t d)
{
    FOR_LANES(l) world->log_trade[d][l] = lane_log(lane_max(world->trade[d][l], smallest_trade));
}

void trade_find_base(struct world *world, const struct trade_parameters *p)
{
    for (size_t d = 0; d < world->n_dyads; d++)
        FOR_LANES(l) world->trade_base[d][l] =
            p->trade.constant[l] + log_thousand - p->trade.distance[l] * world->log_distance[d][l] +
            p->trade.contiguity[l] * world->contiguous[d][l] + world->trade_gap[d][l];
}

/* A state's part in ln T*, and in what commitment adds to it. */
static void find_sizes(struct world *world, const struct trade_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            world->trade_size[i][l] = p->trade.gdp[l] * world->now.log_gdp[i][l] +
                                      p->trade.price[l] * world->now.log_price[i][l] + world->openness[i][l];
            world->trade_bond[i][l] = world->is_member[i][l] * sqrt(world->now.commitment[i][l]);
        }
}

/* ln T* of a dyad. `depth` is what economic institutions add between members. */
static inline void find_log_potential(struct world *world, const struct trade_parameters *p, const double *depth, size_t i,
                                      size_t j, size_t d)
{
    FOR_LANES(l) world->log_potential[d][l] =
        world->trade_base[d][l] + (world->trade_size[i][l] + world->trade_size[j][l]) +
        p->trade.infrastructure[l] * world->infrastructure[d][l] +
        (world->is_member[i][l] * world->is_member[j][l] * depth[l] +
         p->trade.commitment[l] * (world->trade_bond[i][l] * world->trade_bond[j][l]));
}

static void find_depth(const struct world *world, const struct trade_parameters *p, double *depth)
{
    FOR_LANES(l) depth[l] = p->trade.depth[l] * world->now.depth[ECONOMY][l];
}

/* Where no trade was observed it begins at its potential. */
static void begin_dyad(struct world *world, const struct trade_parameters *p, size_t d)
{
    FOR_LANES(l) {
        const bool is_observed = world->trade[d][l] > 0;
        const double potential = world->log_potential[d][l];
        const double log_trade = is_observed ? world->log_trade[d][l] : potential;
        world->trade_gap[d][l] = p->trade.gap_kept[l] * (log_trade - potential);
        world->log_trade[d][l] = log_trade;
        world->trade[d][l] = is_observed ? world->trade[d][l] : lane_exp(log_trade);
    }
}

void trade_begin(struct world *world, const struct trade_parameters *p)
{
    lane_array depth;
    for (size_t d = 0; d < world->n_dyads; d++) {
        trade_take_logarithm(world, d);
        FOR_LANES(l) {
            world->log_distance[d][l] = lane_log(world->distance[d][l]);
            world->trade_gap[d][l] = 0;
        }
    }
    find_depth(world, p, depth);
    find_sizes(world, p);
    trade_find_base(world, p);
    FOR_DYADS(world->n_states, i, j, d) {
        find_log_potential(world, p, depth, i, j, d);
        begin_dyad(world, p, d);
    }
    trade_find_base(world, p);
}

static void clear(lane_array *sum, size_t n_states) { memset(sum, 0, n_states * sizeof *sum); }

/* What the dyad adds to the sums over partners that are members. */
static inline void add_partners(struct world *world, size_t i, size_t j, size_t d)
{
    FOR_LANES(l) {
        const double i_counts = world->is_member[i][l], j_counts = world->is_member[j][l];
        const double trade = world->trade[d][l], potential = lane_exp(at_most(most_log, world->log_potential[d][l]));
        const double missing = potential * positive_part(world->log_potential[d][l] - world->log_trade[d][l]);
        world->trade_inside[i][l] += j_counts * trade;
        world->trade_inside[j][l] += i_counts * trade;
        world->potential_inside[i][l] += j_counts * potential;
        world->potential_inside[j][l] += i_counts * potential;
        world->missing_inside[i][l] += j_counts * missing;
        world->missing_inside[j][l] += i_counts * missing;
    }
}

void trade_find_potential(struct world *world, const struct trade_parameters *p)
{
    lane_array depth;
    find_depth(world, p, depth);
    find_sizes(world, p);
    clear(world->trade_inside, world->n_states);
    clear(world->potential_inside, world->n_states);
    clear(world->missing_inside, world->n_states);
    clear(world->trade_growth, world->n_states); /* not known yet */
    FOR_DYADS(world->n_states, i, j, d) {
        find_log_potential(world, p, depth, i, j, d);
        if (is_either_inside(world, i, j)) add_partners(world, i, j, d);
    }
    for (size_t d = 0; d < world->n_dyads && world->tells_all; d++)
        FOR_LANES(l) world->potential_trade[d][l] = lane_exp(world->log_potential[d][l]);
}

static inline void add_trade(struct world *world, lane_array *sum, size_t i, size_t j, size_t d)
{
    FOR_LANES(l) {
        sum[i][l] += world->is_member[j][l] * world->trade[d][l];
        sum[j][l] += world->is_member[i][l] * world->trade[d][l];
    }
}

void trade_count_inside(struct world *world)
{
    clear(world->trade_inside, world->n_states);
    FOR_DYADS(world->n_states, i, j, d) add_trade(world, world->trade_inside, i, j, d);
}

void trade_adjust(struct world *world, const struct trade_parameters *p)
{
    clear(world->trade_growth, world->n_states);
    FOR_DYADS(world->n_states, i, j, d) {
        FOR_LANES(l) {
            const double log_trade = world->log_trade[d][l] +
                                     p->trade.adjustment[l] * (world->log_potential[d][l] - world->log_trade[d][l]) +
                                     p->trade.noise[l] * world->trade_draw[d][l];
            world->log_trade[d][l] = log_trade;
            world->trade[d][l] = lane_exp(log_trade);
        }
        if (is_either_inside(world, i, j)) add_trade(world, world->trade_growth, i, j, d);
    }
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double before = world->trade_inside[i][l], after = world->trade_growth[i][l];
            world->trade_growth[i][l] = before > 0 ? lane_log(after / (before > 0 ? before : 1)) : 0;
        }
}

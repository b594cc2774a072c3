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
 * elasticities of GDP and distance stay at estimated values, whatever the patterns say; sco.yaml has calibrated values of
 * constant, gap_kept, noise, depth and infrastructure.
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
    STOCK_IN_PLACE(log_trade, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN, "ln trade.", NULL),
    FLOW_ENTRY(potential_trade, "MUSD", BY_DYAD, 0, INFINITY, DETAIL, "Trade that the dyad would have without slow adjustment."),
    STOCK_ENTRY(trade_inside, "MUSD", BY_STATE, 0, 0, INFINITY, HIDDEN, "Trade with members.", NULL),
    ATTRIBUTE_ENTRY(distance, "km", BY_DYAD, NAN, 1, 40000, REQUIRED_IN_YAML | FIXED, "Distance between the two capitals.",
                    "configuration"),
    ATTRIBUTE_ENTRY(log_distance, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN | FIXED, "ln distance.", NULL),
    ATTRIBUTE_ENTRY(contiguous, "1", BY_DYAD, 0, 0, 1, WHOLE, "Whether the two share a border.", "definition"),
    ATTRIBUTE_ENTRY(trade_gap, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN | FIXED, "The part of the first gap that stays.", NULL),
    ATTRIBUTE_ENTRY(trade_base, "1", BY_DYAD, 0, -INFINITY, INFINITY, HIDDEN, "The part of ln potential trade that no year changes.",
                    NULL),
    FLOW_ENTRY(trade_size, "1", BY_STATE, -INFINITY, INFINITY, HIDDEN, "A state's part in ln potential trade."),
    FLOW_ENTRY(trade_bond, "1", BY_STATE, 0, 1, HIDDEN, "Root of a member's commitment; 0 for others."),
    FLOW_ENTRY(potential_inside, "MUSD", BY_STATE, 0, INFINITY, HIDDEN, "Potential trade with members."),
    FLOW_ENTRY(missing_inside, "MUSD", BY_STATE, 0, INFINITY, HIDDEN,
               "Potential trade with members, each times the gap in logs by which trade is below it."),
    DRAW_ENTRY(trade_draw, DRAW_NORMAL, BY_DYAD, PURPOSE_TRADE, FOR_STEPS_6_TO_16, FOR_ALL, FOR_ALL,
               "Noise in a dyad's trade."),
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

void trade_take_logarithm(struct world *world, size_t d, const double *where)
{
    FOR_LANES(l) {
        const double log_trade = lane_log(lane_max(world->trade[d][l], smallest_trade)), before = world->log_trade[d][l];
        world->log_trade[d][l] = where[l] > 0 ? log_trade : before;
    }
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

/* What economic institutions add to ln T* between members. */
static void find_depth(const struct world *world, const struct trade_parameters *p, double *depth)
{
    FOR_LANES(l) depth[l] = p->trade.depth[l] * world->now.depth[ECONOMY][l];
}

/* ln T* of a dyad, in a lane. Where no lane has both as members, what they share as such is 0 and passed by. */
static inline double find_log_potential(const struct world *world, const struct trade_parameters *p, const double *depth,
                                        bool is_inside, size_t i, size_t j, size_t d, size_t l)
{
    const double apart = world->trade_base[d][l] + (world->trade_size[i][l] + world->trade_size[j][l]) +
                         p->trade.infrastructure[l] * world->infrastructure[d][l];
    return !is_inside ? apart
                      : apart + (world->is_member[i][l] * world->is_member[j][l] * depth[l] +
                                 p->trade.commitment[l] * (world->trade_bond[i][l] * world->trade_bond[j][l]));
}

/* Where no trade was observed it begins at its potential. */
static void begin_dyad(struct world *world, const struct trade_parameters *p, const double *depth, size_t i, size_t j,
                       size_t d)
{
    FOR_LANES(l) {
        const bool is_observed = world->trade[d][l] > 0;
        const double potential = find_log_potential(world, p, depth, true, i, j, d, l);
        const double log_trade = is_observed ? world->log_trade[d][l] : potential;
        world->trade_gap[d][l] = p->trade.gap_kept[l] * (log_trade - potential);
        world->log_trade[d][l] = log_trade;
        world->trade[d][l] = is_observed ? world->trade[d][l] : lane_exp(log_trade);
    }
}

void trade_begin(struct world *world, const struct trade_parameters *p)
{
    lane_array depth, everywhere;
    FOR_LANES(l) everywhere[l] = 1;
    for (size_t d = 0; d < world->n_dyads; d++) {
        trade_take_logarithm(world, d, everywhere);
        FOR_LANES(l) {
            world->log_distance[d][l] = lane_log(world->distance[d][l]);
            world->trade_gap[d][l] = 0;
        }
    }
    find_depth(world, p, depth);
    find_sizes(world, p);
    trade_find_base(world, p);
    FOR_DYADS(world->n_states, i, j, d) begin_dyad(world, p, depth, i, j, d);
    trade_find_base(world, p);
}

static void clear(lane_array *sum, size_t n_states) { memset(sum, 0, n_states * sizeof *sum); }

/* Is the dyad's trade kept up in US$ too, beside its logarithm? Where it is not, nobody reads it. */
static inline bool is_followed(const struct world *world, size_t i, size_t j)
{
    return world->follows_all | world->is_followed[i] | world->is_followed[j];
}

void trade_follow(struct world *world, size_t i)
{
    const size_t n = world->n_states;
    if (world->is_followed[i]) return;
    for (size_t j = 0; j < n; j++) {
        if (j == i || is_followed(world, i, j) || !world->has_moved) continue;
        const size_t d = dyad_index(n, i, j);
        FOR_LANES(l) world->trade[d][l] = lane_exp(world->log_trade[d][l]);
    }
    world->is_followed[i] = true;
}

/* Add the trade of dyads to the sums over partners that are members. */
static void add_trade(const struct world *world, lane_array *sum, const struct dyad *dyad, size_t n)
{
    const lane_array *is_member = world->is_member, *trade = world->trade;
    for (size_t k = 0; k < n; k++)
        FOR_LANES(l) {
            sum[dyad[k].i][l] += is_member[dyad[k].j][l] * trade[dyad[k].d][l];
            sum[dyad[k].j][l] += is_member[dyad[k].i][l] * trade[dyad[k].d][l];
        }
}

void trade_count_inside(struct world *world)
{
    for (size_t i = 0; i < world->n_states; i++)
        if (world->is_member_somewhere[i]) trade_follow(world, i);
    if (world->has_counted) return;
    const struct dyads *dyads = list_with_members(world);
    clear(world->now.trade_inside, world->n_states);
    add_trade(world, world->now.trade_inside, dyads->list, dyads->n);
}

/* What dyads, as many as are taken at a time, add to the sums of potential and of missing trade with members. */
static void add_potential(struct world *world, const struct trade_parameters *p, const double *depth, const struct dyad *dyad,
                          size_t n)
{
    const lane_array *is_member = world->is_member, *log_trade = world->log_trade;
    lane_array *potential_sum = world->potential_inside, *missing_sum = world->missing_inside;
    lane_array log_potential[DYADS_AT_A_TIME], potential[DYADS_AT_A_TIME];
    for (size_t k = 0; k < n; k++)
        FOR_LANES(l) {
            log_potential[k][l] = find_log_potential(world, p, depth, true, dyad[k].i, dyad[k].j, dyad[k].d, l);
            potential[k][l] = at_most(most_log, log_potential[k][l]);
        }
    lanes_exp(potential, potential, n);
    for (size_t k = 0; k < n; k++) {
        const size_t i = dyad[k].i, j = dyad[k].j;
        FOR_LANES(l) {
            const double missing = potential[k][l] * positive_part(log_potential[k][l] - log_trade[dyad[k].d][l]);
            potential_sum[i][l] += is_member[j][l] * potential[k][l];
            missing_sum[i][l] += is_member[j][l] * missing;
            potential_sum[j][l] += is_member[i][l] * potential[k][l];
            missing_sum[j][l] += is_member[i][l] * missing;
        }
    }
}

/* What no mechanism reads: potential trade of every dyad. */
static void tell_potential(struct world *world, const struct trade_parameters *p, const double *depth)
{
    FOR_DYADS(world->n_states, i, j, d)
        FOR_LANES(l) world->potential_trade[d][l] = lane_exp(find_log_potential(world, p, depth, true, i, j, d, l));
}

void trade_find_potential(struct world *world, const struct trade_parameters *p)
{
    lane_array depth;
    find_depth(world, p, depth);
    find_sizes(world, p);
    clear(world->potential_inside, world->n_states);
    clear(world->missing_inside, world->n_states);
    const struct dyads *dyads = world->tells_all ? list_with_members(world) : list_members(world);
    for (size_t first = 0; first < dyads->n; first += DYADS_AT_A_TIME)
        add_potential(world, p, depth, &dyads->list[first], dyads_in_turn(dyads, first));
    if (world->tells_all) tell_potential(world, p, depth);
}

/* ln T of next year, of the dyads of i with states after it. */
static void adjust_row(struct world *world, const struct trade_parameters *p, const double *depth, size_t i)
{
    const size_t row = dyad_row(world->n_states, i);
    for (size_t j = i + 1; j < world->n_states; j++) {
        const size_t d = row + j;
        lane_array log_potential;
        if (is_both_inside(world, i, j))
            FOR_LANES(l) log_potential[l] = find_log_potential(world, p, depth, true, i, j, d, l);
        else
            FOR_LANES(l) log_potential[l] = find_log_potential(world, p, depth, false, i, j, d, l);
        FOR_LANES(l) {
            const double log_trade = world->log_trade[d][l];
            world->log_trade[d][l] = log_trade + p->trade.adjustment[l] * (log_potential[l] - log_trade) +
                                     p->trade.noise[l] * world->trade_draw[d][l];
        }
    }
}

/* T of next year where it is followed, and what it adds to next year's sums. */
static void raise(struct world *world, const struct dyad *dyad, size_t n)
{
    lane_array *trade = world->trade, *log_trade = world->log_trade;
    for (size_t k = 0; k < n; k++)
        FOR_LANES(l) trade[dyad[k].d][l] = lane_exp(log_trade[dyad[k].d][l]);
    add_trade(world, world->next.trade_inside, dyad, n);
}

void trade_adjust(struct world *world, const struct trade_parameters *p)
{
    const struct dyads *followed = list_followed(world);
    size_t first = 0;
    lane_array depth;
    find_depth(world, p, depth);
    clear(world->next.trade_inside, world->n_states);
    for (size_t i = 0; i < world->n_states; i++) { /* some rows, and as long as they are in the cache, what follows from them */
        const size_t n = followed->row_end[i] - first;
        adjust_row(world, p, depth, i);
        if (n < DYADS_AT_A_TIME && i + 1 < world->n_states) continue;
        raise(world, &followed->list[first], n);
        first += n;
    }
    world->has_moved = world->has_counted = true;
}

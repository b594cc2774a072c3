/* Step 15, economy: GDP and prices follow their series, and grow by themselves where there is none.
 *
 *   where a series tells next year's value, that, and g = ln(next / now), p likewise; else
 *   g <- g_long + persistence (g - g_long),   p <- p_long + persistence (p - p_long)
 *   ln Y <- ln Y + g + trade dep dln(sum of T) + noise eps
 *   ln P <- ln P + p
 *
 *   Y gdp, billion US$ at the first year's prices; P price, first year = 1     g growth, p inflation, year-1
 *   dep dependence, 1     dln(sum of T): with this year's members, to what step 14 has just set
 *
 * Source: series from the configuration; persistence and the effect of trade: assumption. Left out: capital, labour, debt.
 */
#include "economy.h"

#define OWNER economy_parameters
static const struct parameter parameters[] = {
    PARAMETER(economy.noise, "1", 0.015, 0, 1, "Standard deviation of yearly growth that nothing explains.",
              "assumption; prototype"),
    PARAMETER(economy.trade, "1", 0.05, -5, 5, "Elasticity of GDP with respect to trade with members, at full dependence.",
              "assumption; prototype"),
    PARAMETER(economy.persistence, "1", 0.8, 0, 1, "Share of growth's distance from its long run that lasts another year.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    DRIVEN_STOCK_ENTRY(gdp, "GUSD", BY_STATE, NAN, 1e-6, INFINITY, REQUIRED_IN_YAML,
                         "Real GDP, billion US$ at the first year's prices.", "configuration"),
    DRIVEN_STOCK_ENTRY(price, "1", BY_STATE, 1, 1e-6, INFINITY, 0, "US$ price level, first year = 1.", "definition"),
    STOCK_ENTRY(growth, "year-1", BY_STATE, 0, -INFINITY, INFINITY, HIDDEN, "Growth of real GDP in logs.", NULL),
    STOCK_ENTRY(log_gdp, "1", BY_STATE, 0, -INFINITY, INFINITY, HIDDEN, "ln GDP.", NULL),
    STOCK_ENTRY(log_price, "1", BY_STATE, 0, -INFINITY, INFINITY, HIDDEN, "ln price level.", NULL),
    STOCK_ENTRY(inflation, "year-1", BY_STATE, 0, -INFINITY, INFINITY, HIDDEN, "Growth of the price level in logs.", NULL),
    ATTRIBUTE_ENTRY(long_run_growth, "year-1", BY_STATE, 0.03, -1, 1, 0, "Growth of real GDP in the long run, in logs.",
                    "assumption"),
    ATTRIBUTE_ENTRY(long_run_inflation, "year-1", BY_STATE, 0.02, -1, 1, 0,
                    "Growth of the US$ price level in the long run, in logs.", "assumption"),
    DRAW_ENTRY(growth_draw, DRAW_NORMAL, BY_STATE, PURPOSE_ECONOMY, FOR_STEPS_6_TO_16, WHO(grows_by_itself), FOR_ALL,
               "Noise in a state's growth."),
};

const struct mechanism economy = {
    .name = "economy",
    .meaning = "GDP and prices follow their series, or grow with trade and by themselves.",
    .off = "GDP and prices stay as they are, and no series is followed.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

static void take_logarithm(double *logarithm, const double *number, const double *where)
{
    FOR_LANES(l) {
        const double taken = lane_log(number[l]), before = logarithm[l];
        logarithm[l] = where[l] > 0 ? taken : before;
    }
}

void economy_take_logarithms(struct world *world, size_t i, const double *where)
{
    take_logarithm(world->now.log_gdp[i], world->now.gdp[i], where);
    take_logarithm(world->now.log_price[i], world->now.price[i], where);
}

void economy_begin(struct world *world)
{
    const size_t bytes = world->n_states * sizeof(lane_array);
    lane_array everywhere;
    FOR_LANES(l) everywhere[l] = 1;
    memcpy(world->now.growth, world->long_run_growth, bytes);
    memcpy(world->now.inflation, world->long_run_inflation, bytes);
    for (size_t i = 0; i < world->n_states; i++) economy_take_logarithms(world, i, everywhere);
}

static bool is_told(const struct told *told) { return told->value > 0; }

void economy_look_ahead(struct world *world)
{
    for (size_t i = 0; i < world->n_states; i++) world->grows_by_itself[i] = !is_told(&world->gdp_series[i]);
}

/* A number that grows: this year's and next year's value, its logarithm, and the part of its growth that lasts. */
struct growing {
    const double *now, *now_log;
    double *next, *next_log, *next_lasting;
};

/* By `change`, of which `lasting` lasts. */
static inline void grow(const struct growing *g, const double *lasting, const double *change)
{
    FOR_LANES(l) {
        g->next_lasting[l] = lasting[l];
        g->next_log[l] = g->now_log[l] + change[l];
        g->next[l] = g->now[l] * lane_exp(change[l]);
    }
}

static inline void follow(const struct growing *g, const struct told *told)
{
    FOR_LANES(l) {
        g->next_lasting[l] = told->log - g->now_log[l];
        g->next_log[l] = told->log;
        g->next[l] = told->value;
    }
}

static void grow_gdp(struct world *world, const struct economy_parameters *p, size_t i)
{
    const struct growing gdp = {world->now.gdp[i], world->now.log_gdp[i], world->next.gdp[i], world->next.log_gdp[i],
                                world->next.growth[i]};
    const double *usual = world->long_run_growth[i];
    lane_array lasting, change;
    if (is_told(&world->gdp_series[i])) {
        follow(&gdp, &world->gdp_series[i]);
        return;
    }
    FOR_LANES(l) {
        const double before = world->now.trade_inside[i][l], after = world->next.trade_inside[i][l];
        const double trade_growth = before > 0 ? lane_log(after / (before > 0 ? before : 1)) : 0;
        lasting[l] = usual[l] + p->economy.persistence[l] * (world->now.growth[i][l] - usual[l]);
        change[l] = lasting[l] + p->economy.noise[l] * world->growth_draw[i][l] +
                    p->economy.trade[l] * world->dependence[i][l] * trade_growth;
    }
    grow(&gdp, lasting, change);
}

static void grow_price(struct world *world, const struct economy_parameters *p, size_t i)
{
    const struct growing price = {world->now.price[i], world->now.log_price[i], world->next.price[i],
                                  world->next.log_price[i], world->next.inflation[i]};
    const double *usual = world->long_run_inflation[i];
    lane_array lasting;
    if (is_told(&world->price_series[i])) {
        follow(&price, &world->price_series[i]);
        return;
    }
    FOR_LANES(l) lasting[l] = usual[l] + p->economy.persistence[l] * (world->now.inflation[i][l] - usual[l]);
    grow(&price, lasting, lasting);
}

void economy_grow(struct world *world, const struct economy_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++) {
        grow_gdp(world, p, i);
        grow_price(world, p, i);
    }
}

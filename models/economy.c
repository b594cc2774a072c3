/* Step 15, economy: GDP and prices follow their series, and grow by themselves where there is none.
 *
 *   where a series tells next year's value, that, and g = ln(next / now), p likewise; else
 *   g <- g_long + persistence (g - g_long),   p <- p_long + persistence (p - p_long)
 *   ln Y <- ln Y + g + trade dep dln(sum of T) + noise eps
 *   ln P <- ln P + p
 *
 *   Y gdp, billion US$ at the first year's prices; P price, first year = 1     g growth, p inflation, year-1
 *   dep dependence, 1     dln(sum of T): trade_growth, with this year's members, as step 14 has just set it
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
    STOCK_ENTRY(inflation, "year-1", BY_STATE, 0, -INFINITY, INFINITY, HIDDEN, "Growth of the price level in logs.", NULL),
    ATTRIBUTE_ENTRY(long_run_growth, "year-1", BY_STATE, 0.03, -1, 1, 0, "Growth of real GDP in the long run, in logs.",
                    "assumption"),
    ATTRIBUTE_ENTRY(long_run_inflation, "year-1", BY_STATE, 0.02, -1, 1, 0,
                    "Growth of the US$ price level in the long run, in logs.", "assumption"),
    DRAW_ENTRY(growth_draw, DRAW_NORMAL, BY_STATE, PURPOSE_ECONOMY, "Noise in a state's growth."),
    SERIES_ENTRY(gdp_series, "GUSD", BY_STATE, "Next year's GDP where a series tells it."),
    SERIES_ENTRY(price_series, "1", BY_STATE, "Next year's price level where a series tells it."),
};

const struct mechanism economy = {
    .name = "economy",
    .meaning = "GDP and prices follow their series, or grow with trade and by themselves.",
    .off = "GDP and prices stay as they are, and no series is followed.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

void economy_begin(struct world *world)
{
    const size_t bytes = world->n_states * sizeof(lane_array);
    memcpy(world->now.growth, world->long_run_growth, bytes);
    memcpy(world->now.inflation, world->long_run_inflation, bytes);
}

/* How many of a stock's lanes are told by its series: all, some or none. Where none or all are, what the others would do is
 * not computed; each lane's bits stay the same. */
static size_t count_told(const double *told)
{
    size_t n = 0;
    for (size_t l = 0; l < LANES; l++) n += told[l] > 0; /* NaN is not */
    return n;
}

static void grow(struct world *world, const struct economy_parameters *p, size_t i)
{
    const double *told = world->gdp_series[i], *gdp = world->now.gdp[i], *usual = world->long_run_growth[i];
    const size_t n_told = count_told(told);
    double *next = world->next.gdp[i], *next_growth = world->next.growth[i];
    if (n_told < LANES)
        FOR_LANES(l) {
            const double growth = usual[l] + p->economy.persistence[l] * (world->now.growth[i][l] - usual[l]);
            next_growth[l] = growth;
            next[l] = gdp[l] * lane_exp(growth + p->economy.noise[l] * world->growth_draw[i][l] +
                                        p->economy.trade[l] * world->dependence[i][l] * world->trade_growth[i][l]);
        }
    if (n_told > 0)
        FOR_LANES(l) {
            next_growth[l] = told[l] > 0 ? lane_log(told[l] / gdp[l]) : next_growth[l];
            next[l] = told[l] > 0 ? told[l] : next[l];
        }
}

static void inflate(struct world *world, const struct economy_parameters *p, size_t i)
{
    const double *told = world->price_series[i], *price = world->now.price[i], *usual = world->long_run_inflation[i];
    const size_t n_told = count_told(told);
    double *next = world->next.price[i], *next_inflation = world->next.inflation[i];
    if (n_told < LANES)
        FOR_LANES(l) {
            const double inflation = usual[l] + p->economy.persistence[l] * (world->now.inflation[i][l] - usual[l]);
            next_inflation[l] = inflation;
            next[l] = price[l] * lane_exp(inflation);
        }
    if (n_told > 0)
        FOR_LANES(l) {
            next_inflation[l] = told[l] > 0 ? lane_log(told[l] / price[l]) : next_inflation[l];
            next[l] = told[l] > 0 ? told[l] : next[l];
        }
}

void economy_grow(struct world *world, const struct economy_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++) {
        grow(world, p, i);
        inflate(world, p, i);
    }
}

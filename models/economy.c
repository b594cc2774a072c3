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

void economy_grow(struct world *world, const struct economy_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double long_growth = world->long_run_growth[i][l], long_inflation = world->long_run_inflation[i][l];
            const double growth = long_growth + p->economy.persistence[l] * (world->now.growth[i][l] - long_growth);
            const double inflation =
                long_inflation + p->economy.persistence[l] * (world->now.inflation[i][l] - long_inflation);
            const double gdp = world->now.gdp[i][l], price = world->now.price[i][l];
            const double told_gdp = world->gdp_series[i][l], told_price = world->price_series[i][l];
            const bool is_gdp_told = told_gdp > 0, is_price_told = told_price > 0; /* NaN is not */
            const double grown = gdp * lane_exp(growth + p->economy.noise[l] * world->growth_draw[i][l] +
                                                p->economy.trade[l] * world->dependence[i][l] * world->trade_growth[i][l]);
            world->next.gdp[i][l] = is_gdp_told ? told_gdp : grown;
            world->next.growth[i][l] = is_gdp_told ? lane_log(told_gdp / gdp) : growth;
            world->next.price[i][l] = is_price_told ? told_price : price * lane_exp(inflation);
            world->next.inflation[i][l] = is_price_told ? lane_log(told_price / price) : inflation;
        }
}

/* A plain scalar twin of the model, to measure the batched core against: one replicate at a time, plain arrays of
 * doubles, the equations as models/ODD.md writes them, trade in levels, powers by pow(). Written for reading, not for
 * speed, and without any code of models/ but the tables. It meets the same luck as the core, so that the two agree to
 * rounding. It knows no switches of mechanisms. */
#ifndef ENTENTE_BENCH_SCALAR_H
#define ENTENTE_BENCH_SCALAR_H

#include "config/configuration.h"

/* Parameters that the model has, as (group, name). */
#define SCALAR_PARAMETERS(X)                                                                                           \
    X(alignment, uptake) X(alignment, decay) X(alignment, rebuff) X(insecurity, decay) X(threat, recovery)             \
    X(threat, relief) X(leadership, complementarity) X(leadership, weight_vision) X(leadership, weight_will)           \
    X(leadership, weight_resources) X(leadership, weight_skills) X(leadership, concentration)                          \
    X(leadership, tolerance) X(needs, base_efficacy) X(needs, half_dependence) X(payments, mobilisation)               \
    X(payments, scale) X(summit, temperature) X(summit, base) X(summit, need) X(summit, appeal) X(summit, payment)     \
    X(summit, expectation) X(summit, sovereignty) X(summit, outside) X(summit, outside_security)                       \
    X(summit, outside_economy) X(summit, equality) X(agenda, stride) X(agenda, quorum) X(agenda, setback_security)     \
    X(agenda, setback_economy) X(institutions, building) X(institutions, decay) X(expectation, adjustment)             \
    X(expectation, disappointment) X(commitment, adjustment) X(commitment, base) X(commitment, expectation)            \
    X(commitment, dependence) X(commitment, insecurity) X(commitment, alignment) X(commitment, participation)          \
    X(positions, influence) X(positions, outside_pull) X(positions, stubbornness) X(positions, noise)                  \
    X(learning, vision) X(learning, will) X(learning, aspiration) X(learning, skills) X(infrastructure, building)      \
    X(infrastructure, decay) X(trade, constant) X(trade, gdp) X(trade, price) X(trade, distance) X(trade, contiguity)  \
    X(trade, gap_kept) X(trade, infrastructure) X(trade, depth) X(trade, commitment) X(trade, adjustment)              \
    X(trade, noise) X(economy, noise) X(economy, trade) X(economy, persistence) X(membership, base)                    \
    X(membership, trade) X(membership, depth) X(membership, cohesion) X(membership, alignment) X(membership, appeal)   \
    X(membership, temperature) X(membership, approval) X(membership, approval_similarity)                              \
    X(membership, approval_alignment) X(membership, observer_years) X(membership, moratorium) X(membership, rule)      \
    X(membership, exit) X(membership, exit_commitment) X(membership, trade_saturation)

struct scalar_parameters {
#define FIELD(group, name) double group##_##name;
    SCALAR_PARAMETERS(FIELD)
#undef FIELD
};

/* Carried from year to year: a year reads `now` and writes `next`. [n], by area [2], position [2n] as i * 2 + k. */
#define SCALAR_STOCKS(X)                                                                                               \
    X(gdp) X(price) X(growth) X(inflation) X(vision) X(will) X(skills) X(threat) X(insecurity) X(alignment)            \
    X(expectation) X(commitment) X(status) X(tenure) X(ambition) X(depth) X(position)

/* By dyad: T[i * n + j], and the same number at [j * n + i]. */
#define SCALAR_DYADS(X) X(trade) X(infrastructure) X(distance) X(contiguous) X(gap) X(potential_trade) X(closeness)           \
    X(ln_trade) X(ln_potential) X(ln_distance) /* of the hoisted twin alone */

/* The rest by state, or by state and area. */
#define SCALAR_OTHERS(X)                                                                                               \
    X(vision_ceiling) X(sovereignty) X(fragility) X(openness) X(eligible) X(long_run_growth) X(long_run_inflation)     \
    X(alignment_start) X(threat_start) X(position_start) X(resources) X(leadership) X(influence) X(appeal) X(need)     \
    X(dependence) X(exposure) X(payment) X(trade_inside) X(propensity) X(attendance)                           \
    X(size) /* of the hoisted twin alone */

#define FIELD(name) double *name;
struct scalar_stocks {
    SCALAR_STOCKS(FIELD)
};

struct scalar_world {
    const struct configuration *configuration;
    size_t n;
    int year;
    uint32_t replicate;
    bool is_new; /* no replicate has been run yet */
    struct scalar_parameters base, p;
    size_t *parameter_place; /* [registry] its index in struct scalar_parameters */
    double *told[2];         /* series of gdp, price: [year][n], NaN where they say nothing */
    double *begins;          /* [event] */
    struct scalar_stocks now, next;
    SCALAR_DYADS(FIELD)
    SCALAR_OTHERS(FIELD)
    double crisis, n_members, effective_leadership, drive, shortfall;
    double efficacy[AREAS], following[AREAS], cooperation[AREAS], success[AREAS];
    double attitude, attachment, participation, cohesion;
};
#undef FIELD

/* Make a world; NULL if memory has run out or a mechanism is switched off. */
struct scalar_world *scalar_make(const struct configuration *configuration);
void scalar_free(struct scalar_world *world);

/* Run one replicate. `observe`, if not NULL, looks on each year after step 5. Returns the last year's cohesion. */
double scalar_run(struct scalar_world *world, size_t replicate,
                  void (*observe)(void *context, const struct scalar_world *world), void *context);

#endif

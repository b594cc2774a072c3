/* Step 1, events: what happens to the organization from outside.
 *
 *   toward one      z <- z + v (1 - z)                   any variable within 0 .. 1
 *   offer           a <- a + uptake v (1 - a)            by a power outside: alignment
 *   crisis          kappa <- kappa + v (1 - kappa)       kappa is 0 at the start of each year
 *   upheaval        u <- u + v fragility (1 - u)         insecurity
 *
 *   z  a variable     v  the operand, 1     a  alignment, 1     u  insecurity, 1     kappa  crisis, 1
 *
 * Source: the article (11 September, colour revolutions as shocks; members dealing with the United States one by one);
 * the forms are an assumption. Left out: events that the organization itself brings about.
 */
#include "registry.h"

#define OWNER events_parameters
static const struct parameter parameters[] = {
    PARAMETER(alignment.uptake, "1", 0.9, 0, 1, "Share of an outside offer that a state takes up as alignment.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    ATTRIBUTE_ENTRY(openness, "1", BY_STATE, 0, -10, 10, 0,
                    "A state's own opening to trade, in log points; 0 at the start.",
                    "definition"),
    FLOW_ENTRY(crisis, "1", SCALAR, 0, 1, 0, "What the organization is asked to answer this year."),
};

const struct mechanism events = {
    .name = "events",
    .meaning = "What happens to states and to the organization from outside, as the scenario tells it.",
    .off = "Nothing happens: the scenario's events are ignored.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* 1 in each lane in which the year is one of the first `length` of the event. Returns whether there is any. */
static bool find_active_lanes(double length, const double *begins, double year, double *is_active)
{
    double any = 0;
    for (size_t l = 0; l < LANES; l++) {
        is_active[l] = year >= begins[l] && year < begins[l] + length;
        any += is_active[l];
    }
    return any > 0;
}

static double apply_operation(enum operation operation, double z, double v)
{
    switch (operation) {
    case SET: return v;
    case ADD: return z + v;
    case SCALE: return z * v;
    default: return z + v * (1 - z);
    }
}

/* The operand for state i in each lane, and where the effect touches it (is_touched, cleared where it does not). */
static void find_operand(const struct effect *effect, const struct world *world, size_t i, const double *is_active,
                         double *value, double *is_touched)
{
    static const enum status status_of[] = {[MEMBERS] = MEMBER, [OBSERVERS] = OBSERVER, [OUTSIDERS] = OUTSIDER};
    memset(is_touched, 0, sizeof(lane_array));
    memset(value, 0, sizeof(lane_array));
    for (size_t k = 0; k < effect->n_operands; k++) {
        const struct operand *operand = &effect->operands[k];
        if (!operand->touches[i]) continue;
        for (size_t l = 0; l < LANES; l++) {
            const bool is_in = operand->group == EVERYONE || world->now.status[i][l] == (double)status_of[operand->group];
            value[l] = is_in ? operand->value[i] : value[l];
            is_touched[l] = is_in ? is_active[l] : is_touched[l];
        }
    }
}

static void apply_to_lanes(enum operation operation, double *z, const double *value, const double *is_touched, double low,
                           double high)
{
    for (size_t l = 0; l < LANES; l++)
        z[l] = is_touched[l] > 0 ? clip(apply_operation(operation, z[l], value[l]), low, high) : z[l];
}

static void apply_to_states(const struct effect *effect, struct world *world, const double *is_active,
                            const struct events_parameters *p)
{
    const struct variable *variable = effect->variable;
    lane_array *array = variable ? registry_variable_lanes(world, variable) : NULL;
    lane_array value, is_touched;
    for (size_t i = 0; i < world->n_states; i++) {
        find_operand(effect, world, i, is_active, value, is_touched);
        if (effect->operation == OFFER) {
            FOR_LANES(l) value[l] *= p->alignment.uptake[l];
            apply_to_lanes(TOWARD_ONE, world->now.alignment[i], value, is_touched, 0, 1);
        } else if (effect->operation == UPHEAVAL) {
            FOR_LANES(l) value[l] *= world->fragility[i][l];
            apply_to_lanes(TOWARD_ONE, world->now.insecurity[i], value, is_touched, 0, 1);
        } else if (variable->shape == BY_STATE) {
            apply_to_lanes(effect->operation, array[i], value, is_touched, variable->low, variable->high);
            if (array == world->now.gdp || array == world->now.price) economy_take_logarithms(world, i, is_touched);
            if (array == world->now.status) /* a new status, a new tenure */
                apply_to_lanes(SCALE, world->now.tenure[i], (lane_array){0}, is_touched, 0, INFINITY);
        } else {
            for (size_t k = 0; k < AREAS; k++)
                if (effect->touches_area[k])
                    apply_to_lanes(effect->operation, array[i * AREAS + k], value, is_touched, variable->low,
                                   variable->high);
        }
    }
}

/* A dyad is touched where both its states are, by the mean of their operands. */
static void apply_to_dyads(const struct effect *effect, struct world *world, const double *is_active)
{
    const struct variable *variable = effect->variable;
    lane_array *array = registry_variable_lanes(world, variable);
    lane_array value_i, value_j, touched_i, touched_j;
    for (size_t i = 0; i < world->n_states; i++) trade_follow(world, i);
    FOR_DYADS(world->n_states, i, j, d) {
        find_operand(effect, world, i, is_active, value_i, touched_i);
        find_operand(effect, world, j, is_active, value_j, touched_j);
        FOR_LANES(l) {
            value_i[l] = (value_i[l] + value_j[l]) / 2;
            touched_i[l] *= touched_j[l];
        }
        apply_to_lanes(effect->operation, array[d], value_i, touched_i, variable->low, variable->high);
        if (array == world->trade) trade_take_logarithm(world, d, touched_i);
    }
    world->has_counted &= array != world->trade;
}

static void apply_to_organization(const struct effect *effect, struct world *world, const double *is_active)
{
    const struct variable *variable = effect->variable;
    lane_array value;
    FOR_LANES(l) value[l] = effect->operands[0].value[0];
    if (effect->operation == CRISIS) {
        apply_to_lanes(TOWARD_ONE, world->crisis[0], value, is_active, 0, 1);
        return;
    }
    lane_array *array = registry_variable_lanes(world, variable);
    for (size_t k = 0; k < variable_count(variable->shape, world->n_states); k++)
        if (variable->shape == SCALAR || effect->touches_area[k])
            apply_to_lanes(effect->operation, array[k], value, is_active, variable->low, variable->high);
}

static void apply_to_parameter(const struct effect *effect, const struct event *event, const double *begins, double year,
                               struct parameters *p)
{
    const struct parameter *parameter = registry_parameter((size_t)effect->parameter);
    lane_array value, is_active;
    find_active_lanes(event->duration, begins, year, is_active);
    FOR_LANES(l) value[l] = effect->operands[0].value[0];
    apply_to_lanes(effect->operation, registry_parameter_lanes(p, (size_t)effect->parameter), value, is_active,
                   parameter->low, parameter->high);
}

static enum shape effect_shape(const struct effect *effect)
{
    return effect->variable ? effect->variable->shape : effect->operation == CRISIS ? SCALAR : BY_STATE;
}

static void apply_to_world(const struct effect *effect, struct world *world, const double *is_active,
                           const struct events_parameters *p)
{
    const enum shape shape = effect_shape(effect);
    if (shape == BY_DYAD)
        apply_to_dyads(effect, world, is_active);
    else if (shape == SCALAR || shape == BY_AREA)
        apply_to_organization(effect, world, is_active);
    else
        apply_to_states(effect, world, is_active, p);
}

/* Does the event act in the year, in any lane? Of one whose year is not fixed only its lanes tell. */
static bool may_act(const struct event *event, double year)
{
    return event->timing != FIXED_YEAR || (year >= event->year && year < event->year + event->duration);
}

/* An event with a hazard begins in the first year in which its draw falls below it. */
static void begin_by_hazard(const struct event *event, double year, const double *draw, double *begins)
{
    if (event->timing != HAZARD || year < event->first || year > event->last) return;
    for (size_t l = 0; l < LANES; l++)
        begins[l] = begins[l] > year && draw[l] < event->hazard ? year : begins[l];
}

void events_happen(struct world *world, const struct calendar *calendar, const struct parameters *base,
                   struct parameters *p)
{
    bool has_new_base = calendar->touches_parameters;
    memset(world->crisis[0], 0, sizeof(lane_array));
    if (calendar->touches_parameters) *p = *base;
    for (size_t e = 0; e < calendar->n_events; e++) {
        const struct event *event = &calendar->events[e];
        if (!may_act(event, world->year)) continue;
        begin_by_hazard(event, world->year, calendar->hazard_draw[e], calendar->begins[e]);
        for (size_t k = 0; k < event->n_effects; k++) {
            const struct effect *effect = &event->effects[k];
            const double length = effect->acts_each_year ? event->duration : 1;
            lane_array is_active;
            if (effect->parameter >= 0)
                apply_to_parameter(effect, event, calendar->begins[e], world->year, p);
            else if (find_active_lanes(length, calendar->begins[e], world->year, is_active)) {
                apply_to_world(effect, world, is_active, &p->events);
                has_new_base |= effect_shape(effect) == BY_DYAD;
            }
        }
    }
    if (has_new_base) trade_find_base(world, &p->trade);
}

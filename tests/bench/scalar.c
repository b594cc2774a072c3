#include "scalar.h"

#include <Random123/philox.h>
#include <stdlib.h>

static const double millions_in_a_billion = 1000, attribute_floor = 1e-3, rule_slack = 1e-9, smallest_trade = 1e-6;

/* 1 compiles the hoisted twin: trade kept in logarithms, ln of GDP and prices once a state, ln of distance once. */
#ifndef IS_HOISTED
#define IS_HOISTED 0
#endif
static const double log_thousand = 6.907755278982137;

/* ------------------------------------------------------------------------------------------------ small mathematics */

static double logistic_of(double z) { return 1 / (1 + exp(-z)); }
static double clip_unit(double x) { return fmin(fmax(x, 0), 1); }

static double learn(double x, double s, double top)
{
    s = fmin(fmax(s, -1), 1);
    return s < 0 ? x + s * x : x + s * fmax(top - x, 0);
}

/* ------------------------------------------------------------------------------------------------------------ draws */

/* The block of draws that serves four replicates, of which this is one. */
static philox4x32_ctr_t draw_block(const struct scalar_world *w, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    const uint64_t seed = w->configuration->seed;
    const philox4x32_ctr_t counter = {{w->replicate / 4, (uint32_t)purpose << 16 | ((uint32_t)year & 0xFFFF), a, b}};
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    return philox4x32(counter, key);
}

static double share(uint32_t word) { return ((double)word + 0.5) * 0x1p-32; }

static double draw_uniform(const struct scalar_world *w, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    return w->configuration->is_noisy ? share(draw_block(w, purpose, year, a, b).v[w->replicate % 4]) : 0.5;
}

/* Box & Muller 1958, in floats as the core: of two neighbouring replicates the even one has the cosine. The share is that of
 * 31 bits, the angle that of a signed word. */
static double draw_normal(const struct scalar_world *w, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    if (!w->configuration->is_noisy)
        return 0;
    const philox4x32_ctr_t block = draw_block(w, purpose, year, a, b);
    const uint32_t even = block.v[w->replicate % 4 & ~1u], odd = block.v[w->replicate % 4 | 1];
    const float below = ((float)(int32_t)(even >> 1) + 0.5f) * 0x1p-31f, turn = (float)(int32_t)odd * 0x1p-32f;
    const float radius = sqrtf(-2 * logf(below)), angle = 2 * (float)M_PI * turn;
    return (double)(radius * (w->replicate % 2 ? sinf(angle) : cosf(angle)));
}

static uint32_t key_of(const struct scalar_world *w, size_t i) { return w->configuration->states[i].key; }

/* -------------------------------------------------------------------------------------------------------- the start */

struct scalar_world *scalar_make(const struct configuration *c)
{
    const size_t n = c->n_states, n_years = (size_t)(c->last_year - c->first_year) + 1;
    for (size_t m = 0; m < N_MECHANISMS; m++)
        if (!c->is_on[m])
            return NULL;
    struct scalar_world *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->configuration = c;
    w->n = n;
    w->is_new = true;
#define TAKE(name, count)                                                                                              \
    if (!(name = calloc((count), sizeof *name)))                                                                       \
        goto out_of_memory;
#define TAKE_STOCK(name) TAKE(w->now.name, 2 * n) TAKE(w->next.name, 2 * n)
#define TAKE_DYADS(name) TAKE(w->name, n * n)
#define TAKE_OTHER(name) TAKE(w->name, 2 * n)
    SCALAR_STOCKS(TAKE_STOCK)
    SCALAR_DYADS(TAKE_DYADS)
    SCALAR_OTHERS(TAKE_OTHER)
    TAKE(w->begins, c->n_events + 1)
    TAKE(w->parameter_place, registry_n_parameters())
    TAKE(w->told[0], n_years * n)
    TAKE(w->told[1], n_years * n)
#define READ(group, name)                                                                                              \
    w->base.group##_##name = c->parameters[registry_find_parameter(#group "." #name)];                                 \
    w->parameter_place[registry_find_parameter(#group "." #name)] =                                                    \
        offsetof(struct scalar_parameters, group##_##name) / sizeof(double);
    SCALAR_PARAMETERS(READ)
    for (size_t k = 0; k < n_years * n; k++)
        w->told[0][k] = w->told[1][k] = NAN;
    for (size_t k = 0; k < c->n_drivers; k++)
        for (size_t v = 0; v < c->drivers[k].n_values; v++) {
            const long t = c->drivers[k].first_year + (long)v - c->first_year;
            if (t >= 0 && t < (long)n_years)
                w->told[c->drivers[k].variable->name[0] == 'p'][(size_t)t * n + c->drivers[k].state] =
                    c->drivers[k].values[v];
        }
    return w;
out_of_memory:
    scalar_free(w);
    return NULL;
}

void scalar_free(struct scalar_world *w)
{
    if (!w)
        return;
#define FREE_STOCK(name) free(w->now.name), free(w->next.name);
#define FREE(name) free(w->name);
    SCALAR_STOCKS(FREE_STOCK)
    SCALAR_DYADS(FREE)
    SCALAR_OTHERS(FREE)
    free(w->begins);
    free(w->parameter_place);
    free(w->told[0]);
    free(w->told[1]);
    free(w);
}

/* An array of the twin by the name that it has in the tables; NULL if it has none. */
static double *find_array(const struct scalar_world *w, const char *name)
{
#define NAMED_STOCK(field)                                                                                             \
    if (strcmp(name, #field) == 0)                                                                                     \
        return w->now.field;
#define NAMED(field)                                                                                                   \
    if (strcmp(name, #field) == 0)                                                                                     \
        return w->field;
    SCALAR_STOCKS(NAMED_STOCK)
    SCALAR_DYADS(NAMED)
    SCALAR_OTHERS(NAMED)
    return NULL;
}

static void set_starts(struct scalar_world *w)
{
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        const double *start = w->configuration->starts[v];
        double *array = find_array(w, variable->name);
        if (!start || !array)
            continue;
        if (variable->shape == BY_DYAD) {
            FOR_DYADS(w->n, i, j, d)
                array[i * w->n + j] = array[j * w->n + i] = start[d];
        } else {
            memcpy(array, start, variable_count(variable->shape, w->n) * sizeof *array);
        }
    }
}

static bool is_member(const struct scalar_world *w, size_t i) { return w->now.status[i] == MEMBER; }

/* A state's part in ln T*. The obvious twin has no use for it. */
static void find_sizes(struct scalar_world *w)
{
    for (size_t i = 0; i < w->n && IS_HOISTED; i++)
        w->size[i] = w->p.trade_gdp * log(w->now.gdp[i]) + w->p.trade_price * log(w->now.price[i]);
}

/* T*, million US$; in the hoisted twin its logarithm is kept. */
static double find_potential(const struct scalar_world *w, size_t i, size_t j)
{
    const struct scalar_parameters *p = &w->p;
    const struct scalar_stocks *now = &w->now;
    const size_t ij = i * w->n + j;
    double shift = p->trade_contiguity * w->contiguous[ij] + w->openness[i] + w->openness[j] + w->gap[ij] +
                   p->trade_infrastructure * w->infrastructure[ij];
    if (is_member(w, i) && is_member(w, j))
        shift += p->trade_depth * now->depth[ECONOMY] +
                 p->trade_commitment * sqrt(now->commitment[i] * now->commitment[j]);
    if (IS_HOISTED) {
        w->ln_potential[ij] =
            p->trade_constant + log_thousand + shift + w->size[i] + w->size[j] - p->trade_distance * w->ln_distance[ij];
        return exp(w->ln_potential[ij]);
    }
    return millions_in_a_billion * exp(p->trade_constant + shift) * pow(now->gdp[i] * now->gdp[j], p->trade_gdp) *
           pow(now->price[i] * now->price[j], p->trade_price) / pow(w->distance[ij], p->trade_distance);
}

static double event_year(const struct scalar_world *w, const struct event *event)
{
    double sum = 0, u = 0.5;
    if (event->timing == UNIFORM_YEAR || event->timing == CHOICE_YEAR)
        u = draw_uniform(w, PURPOSE_EVENT_YEAR, 0, event->key, 0);
    switch (event->timing) {
    case FIXED_YEAR: return event->year;
    case UNIFORM_YEAR: return event->first + floor(u * (event->last - event->first + 1));
    case NORMAL_YEAR: return rint(event->mean + event->standard_deviation *
                                         draw_normal(w, PURPOSE_EVENT_YEAR, 0, event->key, 0));
    case CHOICE_YEAR:
        for (size_t k = 0; k < event->n_choices; k++)
            if (u < (sum += event->choice_probability[k]))
                return event->choice_year[k];
        return INFINITY;
    case HAZARD: return INFINITY;
    }
    return INFINITY;
}

static void begin(struct scalar_world *w)
{
    const size_t n = w->n;
    set_starts(w);
    w->p = w->base;
    w->year = w->configuration->first_year;
    for (size_t e = 0; e < w->configuration->n_events; e++)
        w->begins[e] = event_year(w, &w->configuration->events[e]);
    memcpy(w->alignment_start, w->now.alignment, n * sizeof(double));
    memcpy(w->threat_start, w->now.threat, n * sizeof(double));
    memcpy(w->position_start, w->now.position, AREAS * n * sizeof(double));
    memcpy(w->now.growth, w->long_run_growth, n * sizeof(double));
    memcpy(w->now.inflation, w->long_run_inflation, n * sizeof(double));
    memset(w->gap, 0, n * n * sizeof(double));
    for (size_t ij = 0; ij < n * n && IS_HOISTED && w->is_new; ij++)
        w->ln_distance[ij] = log(w->distance[ij]);
    w->is_new = false;
    find_sizes(w);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const size_t ij = i * n + j, ji = j * n + i;
            const double common = find_potential(w, i, j);
            if (w->trade[ij] > 0)
                w->gap[ij] = w->gap[ji] = w->p.trade_gap_kept * log(w->trade[ij] / common);
            else
                w->trade[ij] = w->trade[ji] = common;
            if (IS_HOISTED)
                w->ln_trade[ij] = w->ln_trade[ji] = log(w->trade[ij]);
        }
}

/* --------------------------------------------------------------------------------------------------------- 1 events */

static double operate(enum operation operation, double z, double v)
{
    switch (operation) {
    case SET: return v;
    case ADD: return z + v;
    case SCALE: return z * v;
    default: return z + v * (1 - z);
    }
}

/* Does the effect touch state i, and with what number? */
static bool touches(const struct scalar_world *w, const struct effect *effect, size_t i, double *value)
{
    bool any = false;
    for (size_t k = 0; k < effect->n_operands; k++) {
        const struct operand *operand = &effect->operands[k];
        const bool is_in = operand->group == EVERYONE || (operand->group == MEMBERS && is_member(w, i)) ||
                           (operand->group == OBSERVERS && w->now.status[i] == OBSERVER) ||
                           (operand->group == OUTSIDERS && w->now.status[i] == OUTSIDER);
        if (is_in && operand->touches[i]) {
            *value = operand->value[i];
            any = true;
        }
    }
    return any;
}

static double put(const struct effect *effect, double z, double v)
{
    return fmin(fmax(operate(effect->operation, z, v), effect->variable->low), effect->variable->high);
}

static void touch_states(struct scalar_world *w, const struct effect *effect)
{
    double v = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (!touches(w, effect, i, &v))
            continue;
        if (effect->operation == OFFER) {
            w->now.alignment[i] += w->p.alignment_uptake * v * (1 - w->now.alignment[i]);
        } else if (effect->operation == UPHEAVAL) {
            w->now.insecurity[i] += v * w->fragility[i] * (1 - w->now.insecurity[i]);
        } else if (effect->variable->shape == BY_STATE) {
            double *array = find_array(w, effect->variable->name);
            array[i] = put(effect, array[i], v);
            if (array == w->now.status)
                w->now.tenure[i] = 0;
        } else {
            double *array = find_array(w, effect->variable->name);
            for (size_t k = 0; k < AREAS; k++)
                if (effect->touches_area[k])
                    array[i * AREAS + k] = put(effect, array[i * AREAS + k], v);
        }
    }
}

static void touch_dyads(struct scalar_world *w, const struct effect *effect)
{
    double *array = find_array(w, effect->variable->name), v = 0, u = 0;
    for (size_t i = 0; i < w->n; i++)
        for (size_t j = i + 1; j < w->n; j++)
            if (touches(w, effect, i, &v) && touches(w, effect, j, &u)) {
                double z = put(effect, array[i * w->n + j], (v + u) / 2);
                if (array == w->trade)
                    z = fmax(z, smallest_trade);
                array[i * w->n + j] = array[j * w->n + i] = z;
                if (array == w->trade && IS_HOISTED)
                    w->ln_trade[i * w->n + j] = w->ln_trade[j * w->n + i] = log(z);
            }
}

static void happen(struct scalar_world *w, const struct effect *effect)
{
    const double value = effect->operands[0].value[0];
    if (effect->operation == CRISIS) {
        w->crisis += value * (1 - w->crisis);
    } else if (effect->variable && effect->variable->shape == BY_DYAD) {
        touch_dyads(w, effect);
    } else if (effect->variable && effect->variable->shape == BY_AREA) {
        double *array = find_array(w, effect->variable->name);
        for (size_t k = 0; k < AREAS; k++)
            if (effect->touches_area[k])
                array[k] = put(effect, array[k], value);
    } else {
        touch_states(w, effect);
    }
}

static void see_events(struct scalar_world *w)
{
    const struct configuration *c = w->configuration;
    w->crisis = 0;
    w->p = w->base;
    for (size_t e = 0; e < c->n_events; e++) {
        const struct event *event = &c->events[e];
        if (event->timing == HAZARD && w->year >= event->first && w->year <= event->last && w->begins[e] > w->year &&
            draw_uniform(w, PURPOSE_EVENT_HAZARD, w->year, event->key, 0) < event->hazard)
            w->begins[e] = w->year;
        for (size_t k = 0; k < event->n_effects; k++) {
            const struct effect *effect = &event->effects[k];
            const bool lasts = effect->acts_each_year || effect->parameter >= 0;
            if (w->year < w->begins[e] || w->year >= w->begins[e] + (lasts ? event->duration : 1))
                continue;
            if (effect->parameter >= 0) {
                const struct parameter *parameter = registry_parameter((size_t)effect->parameter);
                double *z = (double *)&w->p + w->parameter_place[effect->parameter];
                *z = fmin(fmax(operate(effect->operation, *z, effect->operands[0].value[0]), parameter->low),
                          parameter->high);
            } else {
                happen(w, effect);
            }
        }
    }
}

/* ----------------------------------------------------------------------------------------------------- 2 leadership */

static double lead(const struct scalar_world *w, size_t i)
{
    const struct scalar_parameters *p = &w->p;
    const double v = fmax(w->now.vision[i], attribute_floor), will = fmax(w->now.will[i], attribute_floor);
    const double r = fmax(w->resources[i], attribute_floor), s = fmax(w->now.skills[i], attribute_floor);
    const double w_v = p->leadership_weight_vision, w_w = p->leadership_weight_will;
    const double w_r = p->leadership_weight_resources, w_s = p->leadership_weight_skills;
    const double total = w_v + w_w + w_r + w_s, rho = p->leadership_complementarity;
    if (fabs(rho) < 1e-9)
        return exp((w_v * log(v) + w_w * log(will) + w_r * log(r) + w_s * log(s)) / total);
    return pow((w_v * pow(v, rho) + w_w * pow(will, rho) + w_r * pow(r, rho) + w_s * pow(s, rho)) / total, 1 / rho);
}

static void see_leadership(struct scalar_world *w)
{
    const size_t n = w->n;
    const double *x = w->now.position, kappa = w->p.leadership_tolerance;
    double gdp = 0, total = 0;
    w->n_members = w->effective_leadership = w->drive = 0;
    for (size_t i = 0; i < n; i++)
        if (is_member(w, i)) {
            w->n_members++;
            gdp += w->now.gdp[i];
        }
    for (size_t i = 0; i < n; i++) {
        w->resources[i] = w->now.gdp[i] / (is_member(w, i) ? gdp : gdp + w->now.gdp[i]);
        w->leadership[i] = lead(w, i);
        w->influence[i] = is_member(w, i) ? pow(w->leadership[i], w->p.leadership_concentration) : 0;
        total += w->influence[i];
    }
    for (size_t i = 0; i < n; i++) {
        w->influence[i] = total > 0 ? w->influence[i] / total : 0;
        w->effective_leadership += w->influence[i] * w->leadership[i];
        w->drive += w->influence[i] * sqrt(w->now.vision[i] * w->now.will[i]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++) {
            const double d_s = x[2 * i + SECURITY] - x[2 * j + SECURITY], d_e = x[2 * i + ECONOMY] - x[2 * j + ECONOMY];
            w->closeness[i * n + j] = w->closeness[j * n + i] = exp(-(d_s * d_s + d_e * d_e) / (2 * kappa * kappa));
        }
    for (size_t j = 0; j < n; j++) {
        w->appeal[j] = 0;
        for (size_t i = 0; i < n; i++)
            w->appeal[j] += w->influence[i] * w->now.vision[i] * w->closeness[j * n + i];
    }
}

/* ---------------------------------------------------------------------------------------------------------- 3 needs */

static void see_needs(struct scalar_world *w)
{
    const size_t n = w->n;
    const struct scalar_parameters *p = &w->p;
    double fund = 0, claims = 0;
    find_sizes(w);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            w->potential_trade[i * n + j] = w->potential_trade[j * n + i] = find_potential(w, i, j);
            w->ln_potential[j * n + i] = w->ln_potential[i * n + j];
        }
    for (size_t j = 0; j < n; j++) {
        double potential = 0, missing = 0, inside = 0;
        for (size_t k = 0; k < n; k++)
            if (k != j && is_member(w, k)) {
                const double t = w->trade[j * n + k], t_star = w->potential_trade[j * n + k];
                potential += t_star;
                if (t_star > t)
                    missing += t_star * (IS_HOISTED ? w->ln_potential[j * n + k] - w->ln_trade[j * n + k]
                                                    : log(t_star / t));
                inside += t;
            }
        w->need[2 * j + SECURITY] = 1 - (1 - w->now.threat[j]) * (1 - w->now.insecurity[j]);
        w->need[2 * j + ECONOMY] = potential > 0 ? 1 - exp(-missing / potential) : 0;
        w->trade_inside[j] = inside;
        w->exposure[j] = inside / millions_in_a_billion / (w->now.gdp[j] * w->now.price[j]);
        w->dependence[j] = w->exposure[j] / (w->exposure[j] + p->needs_half_dependence);
    }
    for (size_t k = 0; k < AREAS; k++)
        w->efficacy[k] = p->needs_base_efficacy + (1 - p->needs_base_efficacy) * w->now.depth[k];
    for (size_t i = 0; i < n; i++)
        if (is_member(w, i)) {
            fund += p->payments_mobilisation * w->influence[i] * w->now.will[i] * w->now.gdp[i];
            claims += 1 - w->resources[i];
        }
    for (size_t j = 0; j < n; j++) {
        const double received = is_member(w, j) && claims > 0 ? (1 - w->resources[j]) / claims * fund : 0;
        w->payment[j] = 1 - exp(-received / (p->payments_scale * w->now.gdp[j]));
    }
}

/* ------------------------------------------------------------------------------------ 4 the summit, 5 crisis, cohesion */

static void see_summit(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    const double outside[AREAS] = {p->summit_outside_security, p->summit_outside_economy};
    for (size_t k = 0; k < AREAS; k++)
        w->following[k] = 0;
    for (size_t j = 0; j < w->n; j++) {
        w->propensity[2 * j] = w->propensity[2 * j + 1] = w->attendance[2 * j] = w->attendance[2 * j + 1] = 0;
        if (!is_member(w, j))
            continue;
        for (size_t k = 0; k < AREAS; k++) {
            const double utility = p->summit_base + p->summit_need * w->need[2 * j + k] * w->efficacy[k] +
                                   p->summit_appeal * w->appeal[j] + p->summit_payment * w->payment[j] +
                                   p->summit_expectation * w->now.expectation[j] -
                                   p->summit_sovereignty * w->sovereignty[j] * w->now.ambition[k] -
                                   p->summit_outside * outside[k] * w->now.alignment[j];
            const double propensity = logistic_of(utility / p->summit_temperature);
            w->propensity[2 * j + k] = propensity;
            w->attendance[2 * j + k] = propensity;
            if (w->configuration->is_noisy)
                w->attendance[2 * j + k] =
                    draw_uniform(w, PURPOSE_SUMMIT, w->year, key_of(w, j), (uint32_t)k) < propensity ? 1 : 0;
            w->following[k] += (p->summit_equality / w->n_members + (1 - p->summit_equality) * w->resources[j]) *
                               w->attendance[2 * j + k];
        }
    }
    for (size_t k = 0; k < AREAS; k++) {
        w->cooperation[k] = w->now.ambition[k] * w->following[k];
        w->success[k] = (w->following[k] - p->agenda_quorum) / (1 - p->agenda_quorum);
    }
    w->shortfall = fmax(w->crisis - sqrt(w->now.depth[SECURITY] * w->cooperation[SECURITY]), 0);
}

static void see_cohesion(struct scalar_world *w)
{
    const double *x = w->now.position;
    double distance = 0, pairs = 0;
    w->attachment = w->participation = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (!is_member(w, i))
            continue;
        w->attachment += w->now.commitment[i] / w->n_members;
        w->participation += (w->propensity[2 * i] + w->propensity[2 * i + 1]) / AREAS / w->n_members;
        for (size_t j = i + 1; j < w->n; j++)
            if (is_member(w, j)) {
                const double d_s = x[2 * i] - x[2 * j], d_e = x[2 * i + 1] - x[2 * j + 1];
                distance += sqrt((d_s * d_s + d_e * d_e) / 2);
                pairs++;
            }
    }
    w->attitude = 1 - (pairs > 0 ? distance / pairs : 0);
    w->cohesion = cbrt(w->attitude * w->attachment * w->participation);
}

/* ------------------------------------------------------------------------------------------------- 6-16 next year's */

static void move_organization(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    const double setback[AREAS] = {p->agenda_setback_security, p->agenda_setback_economy};
    for (size_t k = 0; k < AREAS; k++) {
        const double depth = w->now.depth[k];
        w->next.ambition[k] = clip_unit(learn(
            w->now.ambition[k], p->agenda_stride * w->drive * w->success[k] - setback[k] * w->shortfall, 1));
        w->next.depth[k] = clip_unit(depth +
                                     p->institutions_building * w->cooperation[k] * w->effective_leadership * (1 - depth) -
                                     p->institutions_decay * depth);
    }
}

static void move_commitment(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    for (size_t j = 0; j < w->n; j++) {
        const double e = w->now.expectation[j], c = w->now.commitment[j];
        w->next.expectation[j] = e;
        w->next.commitment[j] = c;
        if (!is_member(w, j))
            continue;
        const double s = w->need[2 * j + SECURITY], g = w->need[2 * j + ECONOMY];
        const double met = s * w->cooperation[SECURITY] * w->efficacy[SECURITY] +
                           g * w->cooperation[ECONOMY] * w->efficacy[ECONOMY] + w->payment[j];
        const double benefit = sqrt(met / (s + g + 1));
        const double fitting = logistic_of(p->commitment_base + p->commitment_expectation * e +
                                           p->commitment_dependence * w->dependence[j] +
                                           p->commitment_insecurity * w->now.insecurity[j] -
                                           p->commitment_alignment * w->now.alignment[j] +
                                           p->commitment_participation *
                                               (w->attendance[2 * j] + w->attendance[2 * j + 1]) / AREAS);
        w->next.expectation[j] = clip_unit(e + p->expectation_adjustment * (benefit - e) -
                                           p->expectation_disappointment * w->shortfall * e);
        w->next.commitment[j] = clip_unit(c + p->commitment_adjustment * (fitting - c));
    }
}

static void move_security(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    for (size_t i = 0; i < w->n; i++) {
        const double a = w->now.alignment[i], u = w->now.insecurity[i], h = w->now.threat[i];
        const double relief =
            is_member(w, i) ? p->threat_relief * w->cooperation[SECURITY] * w->efficacy[SECURITY] : 0;
        w->next.alignment[i] = a;
        if (w->eligible[i] > 0)
            w->next.alignment[i] =
                clip_unit(a - p->alignment_decay * (a - w->alignment_start[i]) - p->alignment_rebuff * u * a);
        w->next.insecurity[i] = clip_unit((1 - p->insecurity_decay) * u);
        w->next.threat[i] = clip_unit(h + p->threat_recovery * (w->threat_start[i] - h) - relief * h);
    }
}

static void move_positions(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    const size_t n = w->n;
    const double *now = w->now.position;
    double leaders[AREAS] = {0}, outside[AREAS] = {0}, influence = 0, power = 0;
    for (size_t i = 0; i < n; i++) {
        influence += w->influence[i];
        power += w->eligible[i] > 0 ? 0 : w->now.gdp[i];
        for (size_t k = 0; k < AREAS; k++) {
            leaders[k] += w->influence[i] * now[2 * i + k];
            outside[k] += w->eligible[i] > 0 ? 0 : w->now.gdp[i] * now[2 * i + k];
        }
    }
    for (size_t j = 0; j < n; j++) {
        memcpy(&w->next.position[2 * j], &now[2 * j], AREAS * sizeof(double));
        if (!is_member(w, j))
            continue;
        for (size_t k = 0; k < AREAS; k++) {
            const double x = now[2 * j + k];
            double sum = 0, weight = 0;
            for (size_t i = 0; i < n; i++)
                if (i != j && is_member(w, i)) {
                    sum += w->trade[j * n + i] * now[2 * i + k];
                    weight += w->trade[j * n + i];
                }
            const double partners = weight > 0 ? sum / weight : x;
            const double inside = (partners + (influence > 0 ? leaders[k] : x)) / 2;
            const double pull = power > 0 ? outside[k] / power : x;
            w->next.position[2 * j + k] = clip_unit(
                x + p->positions_influence * w->now.commitment[j] * (inside - x) +
                p->positions_outside_pull * w->now.alignment[j] * (pull - x) +
                p->positions_stubbornness * (w->position_start[2 * j + k] - x) +
                p->positions_noise * draw_normal(w, PURPOSE_POSITION, w->year, key_of(w, j), (uint32_t)k));
        }
    }
}

static void move_attributes(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    const double success = (w->success[SECURITY] + w->success[ECONOMY]) / AREAS - w->shortfall;
    for (size_t j = 0; j < w->n; j++) {
        const double v = w->now.vision[j], will = w->now.will[j], s = w->now.skills[j];
        w->next.vision[j] = v;
        w->next.will[j] = will;
        w->next.skills[j] = s;
        if (!is_member(w, j))
            continue;
        const double attendance = (w->attendance[2 * j] + w->attendance[2 * j + 1]) / AREAS;
        w->next.vision[j] = clip_unit(learn(v, p->learning_vision * will * success, w->vision_ceiling[j]));
        w->next.will[j] =
            clip_unit(learn(will, p->learning_will * (w->now.expectation[j] - p->learning_aspiration), 1));
        w->next.skills[j] = clip_unit(s + p->learning_skills * attendance * (1 - s));
    }
}

static void move_dyads(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    const size_t n = w->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const size_t ij = i * n + j, ji = j * n + i;
            const double built = w->infrastructure[ij], t = w->trade[ij];
            const uint32_t a = key_of(w, i), b = key_of(w, j);
            const double z = draw_normal(w, PURPOSE_TRADE, w->year, a < b ? a : b, a < b ? b : a);
            w->infrastructure[ij] = w->infrastructure[ji] =
                clip_unit(built +
                          p->infrastructure_building * w->cooperation[ECONOMY] * w->attendance[2 * i + ECONOMY] *
                              w->attendance[2 * j + ECONOMY] * (1 - built) -
                          p->infrastructure_decay * built);
            const double luck = p->trade_noise * z;
            if (IS_HOISTED) {
                w->ln_trade[ij] += p->trade_adjustment * (w->ln_potential[ij] - w->ln_trade[ij]) + luck;
                w->ln_trade[ji] = w->ln_trade[ij];
                w->trade[ij] = w->trade[ji] = exp(w->ln_trade[ij]);
            } else {
                w->trade[ij] = w->trade[ji] = t * pow(w->potential_trade[ij] / t, p->trade_adjustment) * exp(luck);
            }
        }
}

static void move_economy(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    const size_t n = w->n, t = (size_t)(w->year + 1 - w->configuration->first_year);
    for (size_t i = 0; i < n; i++) {
        const double gdp = w->now.gdp[i], price = w->now.price[i];
        const double told_gdp = w->told[0][t * n + i], told_price = w->told[1][t * n + i];
        if (told_gdp > 0) {
            w->next.gdp[i] = told_gdp;
            w->next.growth[i] = log(told_gdp / gdp);
        } else {
            const double z = draw_normal(w, PURPOSE_ECONOMY, w->year, key_of(w, i), 0), before = w->trade_inside[i];
            double after = 0;
            for (size_t k = 0; k < n; k++)
                if (k != i && is_member(w, k))
                    after += w->trade[i * n + k];
            const double trade_growth = before > 0 ? log(after / before) : 0;
            const double growth =
                w->long_run_growth[i] + p->economy_persistence * (w->now.growth[i] - w->long_run_growth[i]);
            w->next.growth[i] = growth;
            w->next.gdp[i] = gdp * exp(growth + p->economy_trade * w->dependence[i] * trade_growth +
                                       p->economy_noise * z);
        }
        if (told_price > 0) {
            w->next.price[i] = told_price;
            w->next.inflation[i] = log(told_price / price);
        } else {
            w->next.inflation[i] =
                w->long_run_inflation[i] + p->economy_persistence * (w->now.inflation[i] - w->long_run_inflation[i]);
            w->next.price[i] = price * exp(w->next.inflation[i]);
        }
    }
}

static bool is_voted_in(const struct scalar_world *w, size_t candidate)
{
    const struct scalar_parameters *p = &w->p;
    double approvals = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (!is_member(w, i))
            continue;
        const double liking = p->membership_approval +
                              p->membership_approval_similarity * w->closeness[i * w->n + candidate] -
                              p->membership_approval_alignment * w->now.alignment[candidate];
        if (draw_uniform(w, PURPOSE_APPROVAL, w->year, key_of(w, i), key_of(w, candidate)) <
            logistic_of(liking / p->membership_temperature))
            approvals++;
    }
    return w->n_members > 0 && approvals / w->n_members >= p->membership_rule - rule_slack;
}

static bool applies(const struct scalar_world *w, size_t i)
{
    const struct scalar_parameters *p = &w->p;
    const double wish = p->membership_base +
                        p->membership_trade * fmin(1, w->exposure[i] / p->membership_trade_saturation) +
                        p->membership_depth * (w->now.depth[SECURITY] + w->now.depth[ECONOMY]) / AREAS +
                        p->membership_cohesion * w->cohesion - p->membership_alignment * w->now.alignment[i] +
                        p->membership_appeal * w->appeal[i];
    return draw_uniform(w, PURPOSE_APPLICATION, w->year, key_of(w, i), 0) < logistic_of(wish / p->membership_temperature);
}

static void move_membership(struct scalar_world *w)
{
    const struct scalar_parameters *p = &w->p;
    for (size_t i = 0; i < w->n; i++) {
        const double status = w->now.status[i];
        double next = status;
        if (status == MEMBER) {
            const double reluctance = fmax(1 - w->now.commitment[i] / p->membership_exit_commitment, 0);
            if (draw_uniform(w, PURPOSE_EXIT, w->year, key_of(w, i), 0) < p->membership_exit * reluctance)
                next = OUTSIDER;
        } else if (w->eligible[i] > 0) {
            const bool is_candidate = status == OUTSIDER ? applies(w, i)
                                                         : w->now.tenure[i] >= p->membership_observer_years &&
                                                               w->year >= p->membership_moratorium;
            if (is_candidate && is_voted_in(w, i))
                next = status + 1;
        }
        w->next.status[i] = next;
        w->next.tenure[i] = next == status ? w->now.tenure[i] + 1 : 0;
    }
}

/* --------------------------------------------------------------------------------------------------------- the year */

double scalar_run(struct scalar_world *w, size_t replicate,
                  void (*observe)(void *context, const struct scalar_world *world), void *context)
{
    w->replicate = (uint32_t)replicate;
    begin(w);
    for (;; w->year++) {
        see_events(w);
        see_leadership(w);
        see_needs(w);
        see_summit(w);
        see_cohesion(w);
        if (observe)
            observe(context, w);
        if (w->year == w->configuration->last_year)
            return w->cohesion;
        move_organization(w);
        move_commitment(w);
        move_security(w);
        move_positions(w);
        move_attributes(w);
        move_dyads(w);
        move_economy(w);
        move_membership(w);
        const struct scalar_stocks now = w->now;
        w->now = w->next;
        w->next = now;
    }
}

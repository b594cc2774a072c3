/* What the events of a configuration do: to states, to dyads, to the organization, to parameters. */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* One effect while it is read. */
struct target {
    const char *name;         /* as it is written */
    const struct node *value; /* what stands behind the name */
    bool has_states;          /* touches states or dyads: may have `states` */
    bool is_dyadic;
    struct range range; /* of the operand */
};

/* Tell that an event cannot touch this, and what it could touch. */
static void tell_unknown_target(const struct check *check, const struct node *key)
{
    struct nearest nearest = {.wanted = key->text};
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (check_is_settable(registry_variable(v)))
            nearest_try(&nearest, registry_variable(v)->name);
    for (size_t p = 0; p < registry_n_parameters(); p++)
        nearest_try(&nearest, registry_parameter(p)->name);
    for (const struct key *impulse = keys_of_impulse; impulse->name; impulse++)
        nearest_try(&nearest, impulse->name);
    TELL(check, key,
         "%s is nothing that an event can touch; it must be a variable, a parameter, `offer`, `crisis` or `upheaval`%s",
         node_show(check->arena, key), nearest_hint(&nearest));
}

static const char read_once[] = "is read once, before the first year";

/* Why no event may change a variable; NULL if one may. */
const char *check_find_obstacle(const struct variable *variable)
{
    if (variable->flags & FIXED)
        return read_once;
    if (variable->kind == FLOW)
        return "is computed anew each year";
    if (!check_is_settable(variable) || variable->shape == BY_PAIR)
        return "is internal";
    return NULL;
}

/* The variable `name` or `name.area`. False if it is none (told). */
static bool find_variable(const struct check *check, const struct node *key, struct effect *effect)
{
    char name[64];
    const size_t n = strcspn(key->text, ".");
    snprintf(name, sizeof name, "%.*s", (int)n, key->text);
    const long found = registry_find_variable(name);
    if (found < 0) {
        tell_unknown_target(check, key);
        return false;
    }
    const struct variable *variable = registry_variable((size_t)found);
    const bool has_areas = variable->shape == BY_AREA || variable->shape == BY_STATE_AREA;
    const char *area = key->text[n] ? key->text + n + 1 : NULL;
    bool is_area = false;
    for (size_t k = 0; k < AREAS; k++) {
        effect->touches_area[k] = !area || strcmp(area, configuration_areas[k]) == 0;
        is_area = is_area || effect->touches_area[k];
    }
    if (area && !has_areas)
        TELL(check, key, "`%s` has no areas; it must be without `.%s`", name, area);
    else if (!is_area)
        TELL(check, key, "`%s` is no area; it must be `security` or `economy`", area);
    effect->variable = variable;
    return is_area && (!area || has_areas);
}

/* What enum operation the keys of impulses are. */
static const enum operation impulses[] = {OFFER, CRISIS, UPHEAVAL};

/* Find out what a key names. False if it is nothing an event can touch (told). */
static bool find_target(const struct check *check, const struct pair *pair, struct effect *effect,
                        struct target *target)
{
    const char *name = pair->key->text;
    *target = (struct target){.name = name, .value = pair->value};
    for (size_t k = 0; keys_of_impulse[k].name; k++)
        if (strcmp(name, keys_of_impulse[k].name) == 0) {
            effect->operation = impulses[k];
            target->range = keys_of_impulse[k].range;
            target->has_states = effect->operation != CRISIS;
            return true;
        }
    effect->parameter = registry_find_parameter(name);
    if (effect->parameter < 0 && !find_variable(check, pair->key, effect))
        return false;
    const bool is_fixed = effect->parameter >= 0 && registry_parameter((size_t)effect->parameter)->is_fixed;
    const char *obstacle = is_fixed ? read_once : effect->variable ? check_find_obstacle(effect->variable) : NULL;
    if (obstacle) {
        TELL(check, pair->key, "`%s` %s; an event must touch something else", name, obstacle);
        return false;
    }
    const enum shape shape = effect->variable ? effect->variable->shape : SCALAR;
    target->is_dyadic = shape == BY_DYAD;
    target->has_states = shape == BY_STATE || shape == BY_STATE_AREA || shape == BY_DYAD;
    return true;
}

bool check_operand_range(const struct parameter *parameter, const struct variable *variable, enum operation operation,
                         struct range *range)
{
    const bool is_whole = parameter ? parameter->type == INTEGER : (variable->flags & WHOLE) != 0;
    switch (operation) {
    case SET:
        *range = parameter ? (struct range){parameter->low, parameter->high, is_whole} : check_range_of(variable);
        return true;
    case TOWARD_ONE: *range = (struct range){0, 1, false}; return !parameter && variable->high == 1 && !is_whole;
    default:
        *range = (struct range){-INFINITY, INFINITY, is_whole};
        return !is_whole || (parameter && operation == ADD);
    }
}

/* The range of the operand, given what is done with it. */
static bool find_operand_range(const struct check *check, const struct node *key, const struct effect *effect,
                               struct target *target)
{
    const struct parameter *parameter = effect->parameter >= 0 ? registry_parameter((size_t)effect->parameter) : NULL;
    const struct variable *variable = effect->variable;
    if (check_operand_range(parameter, variable, effect->operation, &target->range))
        return true;
    if (effect->operation == TOWARD_ONE && (parameter || variable->high != 1))
        TELL(check, key,
             "`%s` cannot go `toward_one`, which is for variables up to 1; it must be `set`, `add` or `scale`",
             target->name);
    else
        TELL(check, key, "`%s` has whole values; it must be `set`%s", target->name, parameter ? " or `add`" : "");
    return false;
}

/* Of a variable or a parameter: `{operation: operand}`. False if it is not (told). */
static bool find_operation(const struct check *check, struct effect *effect, struct target *target)
{
    const struct node *node = target->value;
    if (node->kind != NODE_MAPPING || node->n != 1) {
        TELL(check, node, "`%s` must have one operation: `{set: ...}`, `{add: ...}`, `{scale: ...}`%s", target->name,
             effect->parameter >= 0 ? "" : " or `{toward_one: ...}`");
        return false;
    }
    for (int k = 0; check_operations[k]; k++)
        if (strcmp(node->pairs[0].key->text, check_operations[k]) == 0) {
            effect->operation = (enum operation)k;
            target->value = node->pairs[0].value;
            return find_operand_range(check, node->pairs[0].key, effect, target);
        }
    check_tell_unknown(check, node->pairs[0].key, check_operations, "operation");
    return false;
}

static bool read_value(const struct check *check, const struct effect *effect, const struct target *target,
                       const struct node *node, double *value)
{
    const bool is_status = effect->variable && check_is_status(effect->variable);
    if (is_status && node->kind == NODE_SCALAR && check_find_status(node->text) >= 0) {
        *value = check_find_status(node->text);
        return true;
    }
    if (is_status) {
        TELL(check, node, "`status` is %s; it must be `member`, `observer` or `outsider`",
             node_show(check->arena, node));
        return false;
    }
    return check_number(check, node, target->range, target->name, NULL, value);
}

/* A new operand at the end that touches nobody yet, or the last one if that is for everyone as well. */
static struct operand *add_operand(const struct check *check, struct effect *effect, enum group group)
{
    const size_t n = effect->n_operands, n_states = check->configuration->n_states;
    if (n && group == EVERYONE && effect->operands[n - 1].group == EVERYONE)
        return &effect->operands[n - 1];
    struct operand *operands = arena_grow(check->memory, effect->operands, n, sizeof *operands);
    if (!operands)
        return NULL;
    effect->operands = operands;
    operands[n] = (struct operand){.group = group};
    operands[n].touches = arena_take(check->memory, n_states, sizeof *operands->touches);
    operands[n].value = arena_take(check->memory, n_states, sizeof *operands->value);
    if (!operands[n].touches || !operands[n].value)
        return NULL;
    effect->n_operands++;
    return &operands[n];
}

/* Let an operand touch state i. What an earlier one says of it has no effect then. */
static void touch(struct effect *effect, struct operand *operand, size_t i, double value)
{
    if (operand->group == EVERYONE)
        for (struct operand *earlier = effect->operands; earlier < operand; earlier++)
            earlier->touches[i] = false;
    operand->touches[i] = true;
    operand->value[i] = value;
}

static int find_group(const char *name)
{
    for (int k = 0; check_groups[k]; k++)
        if (strcmp(check_groups[k], name) == 0)
            return k;
    return -1;
}

/* Let the effect touch whoever `name` is: a state, a tag, a group. */
static void touch_named(const struct check *check, struct effect *effect, const struct node *name, double value)
{
    const struct configuration *configuration = check->configuration;
    if (name->kind != NODE_SCALAR) {
        TELL(check, name, "this is %s; it must be a state, a tag or a group", node_show(check->arena, name));
        return;
    }
    const int group = find_group(name->text);
    size_t state = 0, n_tagged = 0;
    const enum found found = group >= 0 ? FOUND : check_find_state(check, name, name->text, name->n, &state);
    for (size_t i = 0; found == UNKNOWN && i < configuration->n_states; i++)
        n_tagged += check_has_tag(&configuration->states[i], name->text);
    if (found == UNKNOWN && n_tagged == 0 && !merge_has_removed(check->reading->removed_tags, name, name->text))
        check_tell_unknown_state(check, name, name->text, true);
    if (found == REMOVED || (found == UNKNOWN && n_tagged == 0))
        return;
    struct operand *operand = add_operand(check, effect, group >= 0 ? (enum group)group : EVERYONE);
    for (size_t i = 0; operand && i < configuration->n_states; i++)
        if (group >= 0 || (found == FOUND ? i == state : check_has_tag(&configuration->states[i], name->text)))
            touch(effect, operand, i, value);
}

/* Whom a plain number touches. */
static void touch_listed(const struct check *check, struct effect *effect, const struct node *states, double value)
{
    if (states && states->kind == NODE_LIST) {
        if (states->n == 0)
            TELL(check, states, "`states` is empty; it must name a state, a tag or a group");
        for (size_t k = 0; k < states->n; k++)
            touch_named(check, effect, states->items[k], value);
    } else if (states) {
        touch_named(check, effect, states, value);
    } else {
        struct operand *operand = add_operand(check, effect, EVERYONE);
        for (size_t i = 0; operand && i < check->configuration->n_states; i++)
            touch(effect, operand, i, value);
    }
}

/* Leave out operands that touch nobody. */
static void drop_idle_operands(const struct check *check, struct effect *effect)
{
    size_t n = 0;
    for (size_t k = 0; k < effect->n_operands; k++) {
        bool is_idle = true;
        for (size_t i = 0; i < check->configuration->n_states; i++)
            is_idle = is_idle && !effect->operands[k].touches[i];
        if (!is_idle)
            effect->operands[n++] = effect->operands[k];
    }
    effect->n_operands = n;
}

static void read_operands(const struct check *check, struct effect *effect, const struct target *target,
                          const struct node *states)
{
    double value = 0;
    if (target->value->kind != NODE_MAPPING) {
        if (read_value(check, effect, target, target->value, &value))
            touch_listed(check, effect, states, value);
    } else if (target->is_dyadic) {
        TELL(check, target->value, "`%s` is of dyads; its operand must be one number, with `states` for whose dyads",
             target->name);
    } else {
        if (states)
            TELL(check, states, "`states` stands beside a mapping; it must stand beside a plain number");
        for (size_t k = 0; k < target->value->n; k++)
            if (read_value(check, effect, target, target->value->pairs[k].value, &value))
                touch_named(check, effect, target->value->pairs[k].key, value);
    }
    drop_idle_operands(check, effect);
}

/* One number for the organization or a parameter. */
static void read_single(const struct check *check, struct effect *effect, const struct target *target,
                        const struct node *states)
{
    effect->operands = arena_take(check->memory, 1, sizeof *effect->operands);
    double *value = arena_take(check->memory, 1, sizeof *value);
    if (states)
        TELL(check, states, "`states` stands beside `%s`, which is of the organization; it must be left out",
             target->name);
    if (!effect->operands || !value || !read_value(check, effect, target, target->value, value))
        return;
    effect->operands[0] = (struct operand){.group = EVERYONE, .value = value};
    effect->n_operands = 1;
}

static double earliest_year(const struct check *check, const struct event *event)
{
    double earliest = event->n_choices ? event->choice_year[0] : check->configuration->first_year;
    switch (event->timing) {
    case FIXED_YEAR: return event->year;
    case UNIFORM_YEAR:
    case HAZARD: return event->first;
    default:
        for (size_t k = 0; k < event->n_choices; k++)
            earliest = event->choice_year[k] < earliest ? event->choice_year[k] : earliest;
        return earliest;
    }
}

/* Does the operand touch state i, or would it if the state kept the status it starts with? */
static bool may_touch(const struct check *check, const struct operand *operand, size_t i)
{
    static const enum status status_of[] = {[MEMBERS] = MEMBER, [OBSERVERS] = OBSERVER, [OUTSIDERS] = OUTSIDER};
    const long status = registry_find_variable("status");
    return operand->touches[i] && (operand->group == EVERYONE || status < 0 ||
                                   check->configuration->starts[status][i] == (double)status_of[operand->group]);
}

/* What an event does to a variable that follows a series is overwritten by the series the year after. */
static void check_not_driven(const struct check *check, const struct node *key, const struct event *event,
                             const struct effect *effect)
{
    const struct configuration *configuration = check->configuration;
    for (size_t d = 0; d < configuration->n_drivers; d++) {
        const struct driver *driver = &configuration->drivers[d];
        if (driver->variable != effect->variable ||
            driver->first_year + (double)driver->n_values - 1 <= earliest_year(check, event))
            continue;
        for (size_t k = 0; k < effect->n_operands; k++)
            if (may_touch(check, &effect->operands[k], driver->state)) {
                const char *id = configuration->states[driver->state].id;
                TELL(check, key,
                     "`%s` of `%s` follows a series, which overwrites the event's effect a year later; the "
                     "series must be removed: `drivers: {%s: {%s: ~}}`",
                     effect->variable->name, id, effect->variable->name, id);
                break;
            }
    }
}

static void read_when(const struct check *check, const struct node *node, const struct target *target,
                      struct effect *effect)
{
    const struct node *when = node_get(node, "when");
    size_t word;
    effect->acts_each_year = effect->operation == OFFER || effect->parameter >= 0;
    if (!when)
        return;
    if (effect->parameter >= 0)
        TELL(check, when,
             "`when` stands beside the parameter `%s`, which holds in each year of the event; it must be left "
             "out",
             target->name);
    else if (check_key_word(check, node, key_find(keys_of_effect, "when"), NULL, &word))
        effect->acts_each_year = word == 1;
}

/* The pair that says what is touched: the one that is neither `states` nor `when`. NULL if there is not one (told). */
static const struct pair *find_target_pair(const struct check *check, const struct node *node)
{
    const struct pair *found = NULL;
    for (size_t k = 0; k < node->n; k++) {
        const struct pair *pair = &node->pairs[k];
        bool is_beside = false;
        for (const struct key *key = keys_of_effect; key->name; key++)
            is_beside = is_beside || strcmp(pair->key->text, key->name) == 0;
        if (is_beside)
            continue;
        if (found) {
            TELL(check, pair->key, "an effect has `%s` and `%s`; it must touch one thing: another needs its own `- `",
                 found->key->text, pair->key->text);
            return NULL;
        }
        found = pair;
    }
    if (!found)
        TELL(check, node, "an effect touches nothing; it must have a key for what it touches, like `threat`");
    return found;
}

bool check_effect(struct check *check, const struct node *node, const struct event *event, struct effect *effect)
{
    struct target target;
    if (node->kind != NODE_MAPPING) {
        TELL(check, node, "an effect of `%s` is %s; it must be a mapping, like `crisis: 0.8`", event->name,
             node_show(check->arena, node));
        return false;
    }
    const struct pair *pair = find_target_pair(check, node);
    if (!pair || !find_target(check, pair, effect, &target))
        return false;
    if ((effect->variable || effect->parameter >= 0) && !find_operation(check, effect, &target))
        return false;
    read_when(check, node, &target, effect);
    if (target.has_states)
        read_operands(check, effect, &target, node_get(node, "states"));
    else
        read_single(check, effect, &target, node_get(node, "states"));
    if (effect->variable && effect->variable->series)
        check_not_driven(check, pair->key, event, effect);
    return effect->n_operands > 0;
}

/* The JSON Schema of events: when they happen, and what they do. */
#include <string.h>

#include "json_schema_inside.h"

/* -------------------------------------------------------------------------------------------------------- when */

static void add_event_normal(struct json *json)
{
    json_literal(json, "type", "'array'");
    json_literal(
        json, "items",
        "[{'type': 'number', 'minimum': %d, 'maximum': %d}, {'type': 'number', 'minimum': 0, 'maximum': 1000}]",
        FIRST_YEAR_POSSIBLE, LAST_YEAR_POSSIBLE);
    json_literal(json, "minItems", "2, 'maxItems': 2");
}

static void add_event_choice(struct json *json)
{
    json_literal(json, "type", "'object'");
    json_literal(json, "propertyNames", "{'pattern': '^[1-9][0-9]{0,3}$'}");
    json_literal(json, "additionalProperties", "{'type': ['number', 'null'], 'minimum': 0, 'maximum': 1}");
    json_number(json, "minProperties", 1);
}

/* The names of a table, NULL behind the last, in names[most]. */
static const char *const *list_names(const struct key *keys, const char **names, size_t most)
{
    size_t n = 0;
    for (; keys[n].name && n + 1 < most; n++)
        names[n] = keys[n].name;
    names[n] = NULL;
    return names;
}

static void add_event_year(struct json *json)
{
    const char *names[8];
    json_begin(json, "anyOf", '[');
    part_refer(json, NULL, "year");
    json_begin(json, NULL, '{');
    json_begin(json, "properties", '{');
    part_keys(json, keys_of_event_year);
    json_end(json, '}');
    part_close(json);
    part_at_most_one(json, list_names(keys_of_event_year, names, COUNT(names)));
    json_end(json, '}');
    json_end(json, ']');
}

static void add_duration(struct json *json)
{
    json_begin(json, "anyOf", '[');
    json_begin_line(json, NULL, '{');
    part_range(json, key_find(keys_of_event, "duration")->range, false);
    json_end(json, '}');
    json_literal(json, NULL, "{'type': 'number', 'exclusiveMinimum': 1.7976931348623157e308}");
    json_literal(json, NULL,
                 "{'type': 'string', 'pattern': '^[+]?([.]?[iI][nN][fF]|[iI][nN][fF][iI][nN][iI][tT][yY])$'}");
    json_end(json, ']');
}

static void add_event(struct json *json)
{
    static const char *const timings[] = {"year", "hazard", NULL};
    json_begin(json, "properties", '{');
    part_keys(json, keys_of_event);
    json_end(json, '}');
    part_close(json);
    part_at_most_one(json, timings);
}

static void add_events(struct json *json) { part_mapping(json, "identifier", "event"); }

/* ---------------------------------------------------------------------------------------------------- what they do */

static void add_who(struct json *json)
{
    json_begin(json, "anyOf", '[');
    part_refer(json, NULL, "someone");
    part_refer(json, NULL, "states_listed");
    json_end(json, ']');
}

/* What an event can touch: a variable or one area of it, a parameter, or none of them. */
struct touchable {
    const char *name;
    const struct variable *variable;
    const struct parameter *parameter;
    const struct key *impulse;
    bool is_of_states; /* may have `states` beside it */
};

typedef void visit_touchable(struct json *json, const struct touchable *touchable);

static void visit_others(struct json *json, visit_touchable *visit)
{
    for (const struct key *key = keys_of_impulse; key->name; key++)
        visit(json,
              &(struct touchable){.name = key->name, .impulse = key, .is_of_states = strcmp(key->name, "crisis") != 0});
}

static void visit_variable(struct json *json, visit_touchable *visit, const struct variable *variable)
{
    struct touchable touchable = {.name = variable->name, .variable = variable};
    touchable.is_of_states =
        variable->shape == BY_STATE || variable->shape == BY_STATE_AREA || variable->shape == BY_DYAD;
    visit(json, &touchable);
    for (size_t k = 0; k < AREAS && (variable->shape == BY_AREA || variable->shape == BY_STATE_AREA); k++) {
        struct text name = {0};
        text_add(&name, "%s.%s", variable->name, configuration_areas[k]);
        touchable.name = name.is_exhausted ? "" : name.bytes;
        visit(json, &touchable);
        text_free(&name);
    }
}

static void visit_all(struct json *json, visit_touchable *visit)
{
    visit_others(json, visit);
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (!check_find_obstacle(registry_variable(v)))
            visit_variable(json, visit, registry_variable(v));
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        const struct parameter *parameter = registry_parameter(p);
        if (!parameter->is_fixed)
            visit(json, &(struct touchable){.name = parameter->name, .parameter = parameter});
    }
}

/* Members: one number, or, of states, a mapping from states, tags and groups to numbers. */
static void add_numbers(struct json *json, const struct touchable *touchable, struct range range)
{
    const bool is_dyadic = touchable->variable && touchable->variable->shape == BY_DYAD;
    if (!touchable->is_of_states || is_dyadic) {
        part_range(json, range, true);
        return;
    }
    json_literal(json, "type", "['%s', 'object', 'null']", range.is_whole ? "integer" : "number");
    if (isfinite(range.low))
        json_number(json, "minimum", range.low);
    if (isfinite(range.high))
        json_number(json, "maximum", range.high);
    part_refer(json, "propertyNames", "someone");
    json_begin_line(json, "additionalProperties", '{');
    part_range(json, range, true);
    json_end(json, '}');
}

static void add_statuses(struct json *json)
{
    json_begin(json, "anyOf", '[');
    part_refer(json, NULL, "status");
    json_literal(json, NULL, "{'type': 'object', 'additionalProperties': {'$ref': '#/definitions/status'}}");
    json_end(json, ']');
}

static void add_status(struct json *json)
{
    json_begin_line(json, "enum", '[');
    for (const char *const *word = check_status_words; *word; word++)
        json_text(json, NULL, *word);
    json_literal(json, NULL, "null");
    json_end(json, ']');
}

static void add_operations(struct json *json, const struct touchable *touchable)
{
    json_literal(json, "type", "['object', 'null']");
    json_literal(json, "allOf", "[{'$ref': '#/definitions/operation'}]");
    json_begin(json, "properties", '{');
    for (size_t k = 0; check_operations[k]; k++) {
        struct range range;
        if (!check_operand_range(touchable->parameter, touchable->variable, (enum operation)k, &range))
            continue;
        json_begin_line(json, check_operations[k], '{');
        if (touchable->variable && check_is_status(touchable->variable))
            add_statuses(json);
        else
            add_numbers(json, touchable, range);
        json_end(json, '}');
    }
    json_end(json, '}');
    json_literal(json, "additionalProperties", "false");
}

static void add_touchable(struct json *json, const struct touchable *touchable)
{
    json_begin(json, touchable->name, '{');
    if (touchable->variable)
        part_meaning(json, touchable->variable);
    else
        json_text(json, "description",
                  touchable->parameter ? touchable->parameter->meaning : touchable->impulse->meaning);
    if (touchable->variable || touchable->parameter)
        add_operations(json, touchable);
    else
        add_numbers(json, touchable, touchable->impulse->range);
    json_end(json, '}');
}

/* All that an effect may say, of which a change says a part. */
static void add_touched(struct json *json)
{
    json_begin(json, "properties", '{');
    part_keys(json, keys_of_effect);
    visit_all(json, add_touchable);
    json_end(json, '}');
}

static void add_operation(struct json *json)
{
    json_number(json, "minProperties", 1);
    part_at_most_one(json, check_operations);
}

static void list_any(struct json *json, const struct touchable *touchable) { json_text(json, NULL, touchable->name); }

static void list_of_states(struct json *json, const struct touchable *touchable)
{
    if (touchable->is_of_states)
        json_text(json, NULL, touchable->name);
}

static void list_no_parameter(struct json *json, const struct touchable *touchable)
{
    if (!touchable->parameter)
        json_text(json, NULL, touchable->name);
}

/* The names that `list` chooses, and what stands beside them. */
static void add_names(struct json *json, const char *member, visit_touchable *list)
{
    json_begin_line(json, member, '{');
    json_begin(json, "enum", '[');
    for (const struct key *key = keys_of_effect; key->name; key++)
        json_text(json, NULL, key->name);
    visit_all(json, list);
    json_end(json, ']');
    json_end(json, '}');
}

/* With `states` it is of states, and of all of them alike: one number. */
static void add_rule_of_states(struct json *json)
{
    json_begin(json, NULL, '{');
    json_literal(json, "if", "{'required': ['states']}");
    json_begin(json, "then", '{');
    add_names(json, "propertyNames", list_of_states);
    json_literal(json, "properties", "{'offer': {'type': 'number'}, 'upheaval': {'type': 'number'}, 'states': {}}");
    json_literal(json, "additionalProperties", "{'additionalProperties': {'type': ['number', 'string']}}");
    json_end(json, '}');
    json_end(json, '}');
}

static void add_rule_of_when(struct json *json)
{
    json_begin(json, NULL, '{');
    json_literal(json, "if", "{'required': ['when']}");
    json_begin(json, "then", '{');
    add_names(json, "propertyNames", list_no_parameter);
    json_end(json, '}');
    json_end(json, '}');
}

/* It touches one thing: what is there beside `states` and `when`. */
static void add_rule_of_one(struct json *json)
{
    json_literal(json, NULL,
                 "{'if': {'required': ['states', 'when']}, 'then': {'minProperties': 3, 'maxProperties': 3}, "
                 "'else': {'if': {'anyOf': [{'required': ['states']}, {'required': ['when']}]}, "
                 "'then': {'minProperties': 2, 'maxProperties': 2}, "
                 "'else': {'minProperties': 1, 'maxProperties': 1}}}");
}

static void add_effect(struct json *json)
{
    json_literal(json, "type", "'object'");
    part_refer(json, "propertyNames", "effect_key");
    json_begin(json, "allOf", '[');
    part_refer(json, NULL, "touched");
    part_refer(json, NULL, "complete");
    add_rule_of_states(json);
    add_rule_of_when(json);
    add_rule_of_one(json);
    json_end(json, ']');
}

static void add_effect_key(struct json *json)
{
    json_begin_line(json, "enum", '[');
    for (const struct key *key = keys_of_effect; key->name; key++)
        json_text(json, NULL, key->name);
    visit_all(json, list_any);
    json_end(json, ']');
}

/* What changes the items of a base's list: by number, or by what they touch. */
static void add_effect_changes(struct json *json)
{
    json_literal(json, "type", "'object'");
    json_literal(json, "allOf", "[{'$ref': '#/definitions/touched'}]");
    json_literal(json, "propertyNames",
                 "{'anyOf': [{'$ref': '#/definitions/effect_key'}, {'pattern': '^[1-9][0-9]*$'}]}");
    json_literal(json, "patternProperties",
                 "{'^[1-9][0-9]*$': {'type': 'object', 'allOf': [{'$ref': '#/definitions/touched'}], "
                 "'propertyNames': {'$ref': '#/definitions/effect_key'}}}");
}

static void add_effects(struct json *json)
{
    json_begin(json, "anyOf", '[');
    json_literal(json, NULL, "{'type': 'array', 'items': {'$ref': '#/definitions/effect'}}");
    part_refer(json, NULL, "effect_changes");
    json_end(json, ']');
}

const struct part schema_event_parts[] = {{"event_normal", add_event_normal},
                                          {"event_choice", add_event_choice},
                                          {"event_year", add_event_year},
                                          {"duration", add_duration},
                                          {"event", add_event},
                                          {"events", add_events},
                                          {"who", add_who},
                                          {"status", add_status},
                                          {"operation", add_operation},
                                          {"touched", add_touched},
                                          {"effect_key", add_effect_key},
                                          {"effect", add_effect},
                                          {"effect_changes", add_effect_changes},
                                          {"effects", add_effects}};
const size_t schema_n_event_parts = COUNT(schema_event_parts);

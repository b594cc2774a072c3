/* The JSON Schema of what a configuration says beside its events. */
#include <string.h>

#include "json_schema_inside.h"

static void add_number(struct text *text, const char *label, double number)
{
    text_add(text, "%s", label);
    text_add_number(text, number);
}

/* "Will to pursue the vision at a cost. [1; 0.35 if nothing is said; configuration]" */
static void add_description(struct json *json, const char *meaning, const char *unit, double usual, const char *source)
{
    struct text text = {0};
    text_add(&text, "%s\nUnit: %s.", meaning, unit);
    if (!isnan(usual))
        add_number(&text, " Usual: ", usual);
    if (source)
        text_add(&text, "%s Source: %s.", isnan(usual) ? "" : ".", source);
    json_text(json, "description", text.is_exhausted ? meaning : text.bytes);
    text_free(&text);
}

void part_parameter(struct json *json, const struct parameter *parameter)
{
    add_description(json, parameter->meaning, parameter->unit, parameter->value, parameter->source);
    json_number(json, "default", parameter->value);
    part_range(json, (struct range){parameter->low, parameter->high, parameter->type == INTEGER}, true);
}

static double usual_start(const struct variable *variable)
{
    const bool has_one = check_is_settable(variable) && !(variable->flags & REQUIRED_IN_YAML);
    return has_one ? variable->start : (double)NAN;
}

void part_meaning(struct json *json, const struct variable *variable)
{
    add_description(json, variable->meaning, variable->unit, usual_start(variable), variable->source);
}

static bool has_areas(const struct variable *variable)
{
    return variable->shape == BY_AREA || variable->shape == BY_STATE_AREA;
}

/* Of one element: a word, yes or no, or a number. */
static void add_single_start(struct json *json, const struct variable *variable)
{
    if (check_is_status(variable)) {
        json_begin_line(json, "enum", '[');
        for (const char *const *word = check_status_words; *word; word++)
            json_text(json, NULL, *word);
        json_literal(json, NULL, "null");
        json_end(json, ']');
    } else if (check_is_yes_or_no(variable))
        json_literal(json, "anyOf", "[{'$ref': '#/definitions/truth'}, {'enum': [0, 1, null]}]");
    else
        part_range(json, check_range_of(variable), true);
}

void part_start(struct json *json, const struct variable *variable)
{
    part_meaning(json, variable);
    if (!has_areas(variable)) {
        add_single_start(json, variable);
        return;
    }
    json_begin(json, "anyOf", '[');
    json_begin_line(json, NULL, '{');
    add_single_start(json, variable);
    json_end(json, '}');
    json_begin(json, NULL, '{');
    json_begin(json, "properties", '{');
    for (size_t k = 0; k < AREAS; k++) {
        json_begin_line(json, configuration_areas[k], '{');
        add_single_start(json, variable);
        json_end(json, '}');
    }
    json_end(json, '}');
    part_close(json);
    json_end(json, '}');
    json_end(json, ']');
}

/* An object with these keys, and the variables of these shapes (1 << shape) that have a start. */
static void add_starts(struct json *json, unsigned shapes, const struct key *keys)
{
    json_begin(json, "properties", '{');
    if (keys)
        part_keys(json, keys);
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (!check_is_settable(variable) || !(shapes & 1u << variable->shape))
            continue;
        json_begin(json, variable->name, '{');
        part_start(json, variable);
        json_end(json, '}');
    }
    json_end(json, '}');
    part_close(json);
}

static void add_organization(struct json *json)
{
    add_starts(json, 1u << SCALAR | 1u << BY_AREA, keys_of_organization);
}

static void add_state(struct json *json) { add_starts(json, 1u << BY_STATE | 1u << BY_STATE_AREA, keys_of_state); }

static void add_dyad(struct json *json) { add_starts(json, 1u << BY_DYAD, NULL); }

static void add_tags(struct json *json)
{
    json_literal(json, "type", "'array'");
    json_literal(json, "items", "{'type': ['string', 'boolean'], 'allOf': [{'$ref': '#/definitions/identifier'}]}");
    json_literal(json, "uniqueItems", "true");
}

/* A mapping from names of a kind to what a definition says, or null. */
static void add_states(struct json *json)
{
    part_mapping(json, "identifier", "state");
    json_number(json, "maxProperties", MOST_STATES);
}

static void add_dyads(struct json *json) { part_mapping(json, "dyad_name", "dyad"); }

static void add_drivers(struct json *json)
{
    json_begin(json, "properties", '{');
    part_keys(json, keys_of_drivers);
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (!variable->series)
            continue;
        json_begin(json, variable->name, '{');
        part_meaning(json, variable);
        json_literal(json, "type", "['object', 'null']");
        json_begin(json, "properties", '{');
        part_keys(json, keys_of_series);
        json_end(json, '}');
        json_begin(json, "additionalProperties", '{');
        json_literal(json, "type", "['array', 'null']");
        json_begin_line(json, "items", '{');
        part_range(json, check_range_of(variable), false);
        json_end(json, '}');
        json_end(json, '}');
        json_end(json, '}');
    }
    json_end(json, '}');
    part_close(json);
}

/* Bytes of the group's name in "group.name". */
static size_t group_length(const char *parameter) { return strcspn(parameter, "."); }

static bool is_first_of_group(size_t p)
{
    const char *name = registry_parameter(p)->name;
    for (size_t q = 0; q < p; q++)
        if (strncmp(registry_parameter(q)->name, name, group_length(name) + 1) == 0)
            return false;
    return true;
}

static void add_group(struct json *json, size_t first)
{
    const char *name = registry_parameter(first)->name;
    const size_t length = group_length(name);
    struct text group = {0};
    text_add(&group, "%.*s", (int)length, name);
    json_begin(json, group.is_exhausted ? "" : group.bytes, '{');
    json_begin(json, "properties", '{');
    for (size_t p = first; p < registry_n_parameters(); p++) {
        if (strncmp(registry_parameter(p)->name, name, length + 1) != 0)
            continue;
        json_begin(json, registry_parameter(p)->name + length + 1, '{');
        part_parameter(json, registry_parameter(p));
        json_end(json, '}');
    }
    json_end(json, '}');
    json_literal(json, "additionalProperties", "false");
    json_literal(json, "type", "['object', 'null']");
    json_end(json, '}');
    text_free(&group);
}

static void add_parameters(struct json *json)
{
    json_begin(json, "properties", '{');
    for (size_t p = 0; p < registry_n_parameters(); p++)
        if (is_first_of_group(p))
            add_group(json, p);
    json_end(json, '}');
    part_close(json);
}

static void add_mechanisms(struct json *json)
{
    json_begin(json, "properties", '{');
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        struct text meaning = {0};
        text_add(&meaning, "%s\nOff: %s", registry[m]->meaning, registry[m]->off);
        json_begin(json, registry[m]->name, '{');
        json_text(json, "description", meaning.is_exhausted ? "" : meaning.bytes);
        part_refer_or_null(json, "truth");
        json_end(json, '}');
        text_free(&meaning);
    }
    json_end(json, '}');
    part_close(json);
}

static void add_recorded(struct json *json)
{
    json_begin(json, "anyOf", '[');
    json_literal(json, NULL, "{'enum': ['main', 'organization', 'all', 'none']}");
    json_begin(json, NULL, '{');
    json_begin(json, "items", '{');
    json_begin_line(json, "enum", '[');
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (check_is_recordable(registry_variable(v)))
            json_text(json, NULL, registry_variable(v)->name);
    json_end(json, ']');
    json_end(json, '}');
    json_literal(json, "type", "'array'");
    json_literal(json, "uniqueItems", "true");
    json_end(json, '}');
    json_end(json, ']');
}

static void add_quantiles(struct json *json)
{
    json_literal(json, "type", "'array'");
    json_begin_line(json, "items", '{');
    part_range(json, (struct range){0, 1, false}, false);
    json_end(json, '}');
    json_literal(json, "uniqueItems", "true");
}

/* ------------------------------------------------------------------------------------------------------- observed */

static void add_values_by_year(struct json *json)
{
    json_literal(json, "type", "'object'");
    json_literal(json, "propertyNames", "{'pattern': '^[1-9][0-9]{0,3}$'}");
    json_literal(json, "additionalProperties", "{'type': ['number', 'null']}");
}

static void add_values_by_area(struct json *json)
{
    json_begin(json, "properties", '{');
    for (size_t k = 0; k < AREAS; k++)
        json_literal(json, configuration_areas[k],
                     "{'anyOf': [{'$ref': '#/definitions/values_by_year'}, {'type': 'null'}]}");
    json_end(json, '}');
    part_close(json);
}

static void add_values_by_state(struct json *json) { part_mapping(json, NULL, "values_by_year"); }

static void add_values_by_dyad(struct json *json) { part_mapping(json, "dyad_name", "values_by_year"); }

static void add_observed_variable(struct json *json, const struct variable *variable)
{
    static const char *const parts[] = {[SCALAR] = "values_by_year",
                                        [BY_AREA] = "values_by_area",
                                        [BY_STATE] = "values_by_state",
                                        [BY_DYAD] = "values_by_dyad"};
    part_meaning(json, variable);
    json_literal(json, "type", "['object', 'null']");
    json_begin(json, "properties", '{');
    for (size_t k = 0; keys_of_observed[k].name; k++) {
        struct key key = keys_of_observed[k];
        if (key.form == FORM_PART)
            key.part = parts[variable->shape];
        part_key(json, &key);
    }
    json_end(json, '}');
    json_literal(json, "additionalProperties", "false");
}

static void add_observed(struct json *json)
{
    json_begin(json, "properties", '{');
    for (size_t v = 0; v < registry_n_variables(); v++) {
        if (!check_is_comparable(registry_variable(v)))
            continue;
        json_begin(json, registry_variable(v)->name, '{');
        add_observed_variable(json, registry_variable(v));
        json_end(json, '}');
    }
    json_end(json, '}');
    part_close(json);
}

/* ------------------------------------------------------------------------------------------------------- whole files
 */

/* `name`: each of its items must have the variables of these shapes that have neither a default nor a series. */
static void add_needed_starts(struct json *json, const char *name, unsigned shapes)
{
    json_begin(json, name, '{');
    json_begin(json, "additionalProperties", '{');
    json_begin_line(json, "required", '[');
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (check_is_settable(variable) && shapes & 1u << variable->shape && variable->flags & REQUIRED_IN_YAML &&
            !variable->series)
            json_text(json, NULL, variable->name);
    }
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, '}');
}

static void add_needed_items(struct json *json, const char *name, const struct key *keys)
{
    json_begin(json, name, '{');
    json_begin(json, "additionalProperties", '{');
    part_needed(json, keys);
    if (keys == keys_of_event) {
        json_literal(json, "anyOf", "[{'required': ['year']}, {'required': ['hazard']}]");
        json_literal(json, "dependencies", "{'from': ['hazard'], 'until': ['hazard']}");
        json_literal(json, "properties", "{'year': {'minProperties': 1}}");
    }
    json_end(json, '}');
    json_end(json, '}');
}

void part_whole_configuration(struct json *json)
{
    json_literal(json, "allOf", "[{'$ref': '#/definitions/complete'}]");
    part_needed(json, keys_of_configuration);
    json_begin(json, "properties", '{');
    add_needed_starts(json, "states", 1u << BY_STATE | 1u << BY_STATE_AREA);
    add_needed_starts(json, "dyads", 1u << BY_DYAD);
    add_needed_items(json, "events", keys_of_event);
    add_needed_items(json, "drivers", keys_of_series);
    add_needed_items(json, "observed", keys_of_observed);
    json_end(json, '}');
}

const struct part schema_configuration_parts[] = {{"tags", add_tags},
                                                  {"organization", add_organization},
                                                  {"state", add_state},
                                                  {"states", add_states},
                                                  {"dyad", add_dyad},
                                                  {"dyads", add_dyads},
                                                  {"drivers", add_drivers},
                                                  {"parameters", add_parameters},
                                                  {"mechanisms", add_mechanisms},
                                                  {"recorded", add_recorded},
                                                  {"quantiles", add_quantiles},
                                                  {"values_by_year", add_values_by_year},
                                                  {"values_by_area", add_values_by_area},
                                                  {"values_by_state", add_values_by_state},
                                                  {"values_by_dyad", add_values_by_dyad},
                                                  {"observed", add_observed}};
const size_t schema_n_configuration_parts = COUNT(schema_configuration_parts);

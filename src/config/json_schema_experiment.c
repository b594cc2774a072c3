/* The JSON Schema of what an experiment says. */
#include <string.h>

#include "design/design.h"
#include "json_schema_inside.h"
#include "schema_experiment.h"

static const struct range any_number = {-INFINITY, INFINITY, false};

/* ----------------------------------------------------------------------------------------------- distributions */

/* A list of n numbers of which each is what the rules [n] say. */
static void add_tuple(struct json *json, size_t n, const char *const *rules)
{
    json_literal(json, "type", "'array'");
    json_begin(json, "items", '[');
    for (size_t k = 0; k < n; k++)
        json_literal(json, NULL, "{%s}", rules[k]);
    json_end(json, ']');
    json_literal(json, "additionalItems", "false");
    json_number(json, "minItems", (double)n);
}

#define NUMBER_RULE "'type': 'number'"
#define POSITIVE_RULE "'type': 'number', 'exclusiveMinimum': 0"
#define WHOLE_RULE "'type': 'integer'"

static void add_ends(struct json *json) { add_tuple(json, 2, (const char *const[]){NUMBER_RULE, NUMBER_RULE}); }

static void add_ends_above_zero(struct json *json)
{
    add_tuple(json, 2, (const char *const[]){POSITIVE_RULE, POSITIVE_RULE});
}

static void add_normal(struct json *json) { add_tuple(json, 2, (const char *const[]){NUMBER_RULE, POSITIVE_RULE}); }

static void add_shapes(struct json *json) { add_tuple(json, 2, (const char *const[]){POSITIVE_RULE, POSITIVE_RULE}); }

static void add_corners(struct json *json)
{
    add_tuple(json, 3, (const char *const[]){NUMBER_RULE, NUMBER_RULE, NUMBER_RULE});
}

static void add_whole_ends(struct json *json) { add_tuple(json, 2, (const char *const[]){WHOLE_RULE, WHOLE_RULE}); }

static void add_levels(struct json *json)
{
    json_literal(json, "type", "'array'");
    json_literal(json, "items", "{'type': ['number', 'string', 'boolean', 'null']}");
    json_number(json, "minItems", 1);
    json_number(json, "maxItems", FACTOR_MOST_LEVELS);
    json_literal(json, "uniqueItems", "true");
}

/* ----------------------------------------------------------------------------------------------------- factors */

static void add_factor(struct json *json)
{
    const char *names[LEVELS + 2] = {NULL};
    for (size_t k = 0; k <= LEVELS; k++)
        names[k] = keys_of_factor[k].name;
    json_begin(json, "anyOf", '[');
    part_refer(json, NULL, "levels");
    json_begin(json, NULL, '{');
    json_begin(json, "properties", '{');
    part_keys(json, keys_of_factor);
    json_end(json, '}');
    part_close(json);
    part_at_most_one(json, names);
    json_end(json, '}');
    json_literal(json, NULL, "{'type': 'null'}");
    json_end(json, ']');
}

/* What is common to all files of a factor in a file that builds on no other. */
static void add_whole_factor(struct json *json)
{
    json_begin(json, "if", '{');
    json_literal(json, "type", "'object'");
    json_end(json, '}');
    json_begin(json, "then", '{');
    json_begin(json, "anyOf", '[');
    for (size_t k = 0; k <= LEVELS; k++)
        json_literal(json, NULL, "{'required': ['%s']}", keys_of_factor[k].name);
    json_end(json, ']');
    json_literal(json, "dependencies",
                 "{'within': {'anyOf': [{'required': ['%s']}, {'required': ['%s']}]}, "
                 "'levels': {'not': {'required': ['%s']}}}",
                 keys_of_factor[NORMAL].name, keys_of_factor[BETA].name, keys_of_factor[LEVELS].name);
    json_end(json, '}');
}

/* ------------------------------------------------------------------------------ paths: what can be set or varied */

/* A key of `set` or `vary`, or a pattern of such keys. */
struct path {
    const char *name;
    const struct parameter *parameter;
    const struct variable *variable; /* whose start it is */
    const struct key *key;
    const char *part;   /* if it is none of them: what it is; NULL: anything */
    const char *varied; /* and the rule for its factor; NULL: none */
};

typedef void visit_path(struct json *json, const struct path *path);

static void visit_names(struct json *json, visit_path *visit)
{
    for (const struct key *key = keys_of_configuration; key->name; key++)
        visit(json, &(struct path){.name = key->name, .key = key});
    for (size_t p = 0; p < registry_n_parameters(); p++)
        visit(json, &(struct path){.name = registry_parameter(p)->name, .parameter = registry_parameter(p)});
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        struct text name = {0};
        text_add(&name, "mechanisms.%s", registry[m]->name);
        visit(json,
              &(struct path){.name = name.is_exhausted ? "" : name.bytes, .part = "truth", .varied = "varied_truth"});
        text_free(&name);
    }
}

static bool has_areas(const struct variable *variable)
{
    return variable->shape == BY_AREA || variable->shape == BY_STATE_AREA;
}

/* states.ID.will and the like; with an area only what has areas. */
static void visit_start(struct json *json, visit_path *visit, const struct variable *variable)
{
    static const char *const owners[] = {[SCALAR] = "organization",
                                         [BY_AREA] = "organization",
                                         [BY_STATE] = "states[.]" IDENTIFIER_PATTERN,
                                         [BY_STATE_AREA] = "states[.]" IDENTIFIER_PATTERN,
                                         [BY_DYAD] = "dyads[.]" IDENTIFIER_PATTERN "-" IDENTIFIER_PATTERN};
    struct text name = {0};
    text_add(&name, "^%s[.]%s", owners[variable->shape], variable->name);
    for (size_t k = 0; has_areas(variable) && configuration_areas[k]; k++)
        text_add(&name, "%s%s", k ? "|" : "([.](", configuration_areas[k]);
    text_add(&name, has_areas(variable) ? "))?$" : "$");
    visit(json, &(struct path){.name = name.is_exhausted ? "" : name.bytes, .variable = variable});
    text_free(&name);
}

static void add_alternatives(struct text *pattern, const struct key *keys)
{
    for (size_t k = 0; keys[k].name; k++)
        text_add(pattern, "%s%s", pattern->bytes[pattern->n - 1] == '(' ? "" : "|", keys[k].name);
}

/* `begin`, then one of the keys, and whatever is below them. */
static void visit_below(struct json *json, visit_path *visit, const char *begin, const struct key *keys,
                        bool (*has)(const struct variable *))
{
    struct text name = {0};
    text_add(&name, "%s(", begin);
    if (!name.is_exhausted)
        add_alternatives(&name, keys);
    for (size_t v = 0; v < registry_n_variables() && has && !name.is_exhausted; v++)
        if (has(registry_variable(v)))
            text_add(&name, "|%s", registry_variable(v)->name);
    text_add(&name, ")([.].+)?$");
    visit(json, &(struct path){.name = name.is_exhausted ? "" : name.bytes});
    text_free(&name);
}

static bool may_follow_series(const struct variable *variable) { return variable->series != 0; }

static void visit_patterns(struct json *json, visit_path *visit)
{
    static const struct key nothing[] = {{.name = NULL}};
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (check_is_settable(registry_variable(v)))
            visit_start(json, visit, registry_variable(v));
    visit_below(json, visit, "^organization[.]", keys_of_organization, NULL);
    visit_below(json, visit, "^states[.]" IDENTIFIER_PATTERN "[.]", keys_of_state, NULL);
    visit(json, &(struct path){.name = "^(states[.]" IDENTIFIER_PATTERN "|dyads[.]" IDENTIFIER_PATTERN
                                       "-" IDENTIFIER_PATTERN "|events[.]" IDENTIFIER_PATTERN ")$"});
    visit_below(json, visit, "^events[.]" IDENTIFIER_PATTERN "[.]", keys_of_event, NULL);
    visit(json, &(struct path){.name = "^events[.]" IDENTIFIER_PATTERN "[.](year|from|until|duration)$",
                               .varied = "varied_year"});
    visit_below(json, visit, "^drivers[.]", keys_of_drivers, may_follow_series);
    visit_below(json, visit, "^observed[.]", nothing, check_is_comparable);
    visit_below(json, visit, "^record[.]", keys_of_record, NULL);
    visit(json, &(struct path){.name = "^parameters[.][a-z]"});
}

/* The part of the configuration's schema that says the same. */
static void add_set_value(struct json *json, const struct path *path)
{
    static const char *const owners[] = {[SCALAR] = "organization",
                                         [BY_AREA] = "organization",
                                         [BY_STATE] = "state",
                                         [BY_STATE_AREA] = "state",
                                         [BY_DYAD] = "dyad"};
    const char *parameter = path->parameter ? path->parameter->name : "";
    const size_t length = strcspn(parameter, ".");
    if (path->key)
        part_key(json, path->key);
    else if (path->parameter)
        json_literal(json, path->name, "{'$ref': '#/definitions/parameters/properties/%.*s/properties/%s'}",
                     (int)length, parameter, parameter + length + 1);
    else if (path->variable)
        json_literal(json, path->name, "{'$ref': '#/definitions/%s/properties/%s'}", owners[path->variable->shape],
                     path->variable->name);
    else if (path->part)
        json_literal(json, path->name, "{'anyOf': [{'$ref': '#/definitions/%s'}, {'type': 'null'}]}", path->part);
    else
        json_literal(json, path->name, "{}");
}

/* Members: an object with what stands behind each path; `files`: the definition of its `scenarios`, NULL where there
 * are none. */
static void add_by_path(struct json *json, const char *files, visit_path *visit)
{
    json_literal(json, "type", "'object'");
    json_begin(json, "properties", '{');
    if (files)
        part_refer(json, "scenarios", files);
    visit_names(json, visit);
    json_end(json, '}');
    json_begin(json, "patternProperties", '{');
    visit_patterns(json, visit);
    json_end(json, '}');
    json_literal(json, "additionalProperties", "false");
}

static void add_set(struct json *json) { add_by_path(json, NULL, add_set_value); }

/* The ranges of what is varied as numbers: parameters, then variables. Of variables that are words, all numbers. */
static struct range range_of(size_t k)
{
    const size_t n = registry_n_parameters();
    if (k < n) {
        const struct parameter *parameter = registry_parameter(k);
        return (struct range){parameter->low, parameter->high, parameter->type == INTEGER};
    }
    const struct variable *variable = registry_variable(k - n);
    const bool is_number = check_is_settable(variable) && !check_is_status(variable) && !check_is_yes_or_no(variable);
    return is_number ? check_range_of(variable) : any_number;
}

static void add_range_name(struct text *text, struct range range)
{
    text_add(text, range.is_whole ? "whole_numbers_" : "numbers_");
    text_add_number(text, range.low);
    text_add(text, "_to_");
    text_add_number(text, range.high);
}

static void add_factor_reference(struct json *json, struct range range)
{
    struct text name = {0};
    add_range_name(&name, range);
    json_literal(json, "allOf", "[{'$ref': '#/definitions/factor'}, {'$ref': '#/definitions/%s'}]",
                 name.is_exhausted ? "" : name.bytes);
    text_free(&name);
}

static void add_varied(struct json *json, const struct path *path)
{
    const struct parameter *parameter = path->parameter;
    const struct variable *variable = path->variable;
    json_begin(json, path->name, '{');
    if (parameter || variable || path->key)
        json_text(json, "description",
                  parameter  ? parameter->meaning
                  : variable ? variable->meaning
                             : path->key->meaning);
    if (parameter)
        add_factor_reference(json, (struct range){parameter->low, parameter->high, parameter->type == INTEGER});
    else if (variable && !check_is_status(variable) && !check_is_yes_or_no(variable))
        add_factor_reference(json, check_range_of(variable));
    else {
        const char *rule = path->key ? "varied_by_values" : path->varied;
        json_literal(json, "allOf",
                     rule ? "[{'$ref': '#/definitions/factor'}, {'$ref': '#/definitions/%s'}]"
                          : "[{'$ref': '#/definitions/factor'}]",
                     rule);
    }
    json_end(json, '}');
}

/* What is no number has values, or, over a base, changes how they are used. */
static void add_varied_by_values(struct json *json)
{
    json_begin(json, "properties", '{');
    for (size_t k = 0; k < LEVELS; k++)
        json_literal(json, keys_of_factor[k].name, "{'type': 'null'}");
    json_end(json, '}');
}

static void add_varied_truth(struct json *json)
{
    add_varied_by_values(json);
    json_literal(json, "items", "{'anyOf': [{'$ref': '#/definitions/truth'}, {'type': 'null'}]}");
}

/* Years come from a list, or from a distribution of whole numbers. */
static void add_varied_year(struct json *json)
{
    json_begin(json, "properties", '{');
    for (size_t k = 0; k < LEVELS; k++)
        if (k != WHOLE_NUMBER)
            json_literal(json, keys_of_factor[k].name, "{'type': 'null'}");
    json_end(json, '}');
}

static void add_vary(struct json *json) { add_by_path(json, "varied_files", add_varied); }

/* Members: the numbers of a factor are within the range. A distribution that gives others than whole numbers is not for
 * what must be whole. */
static void add_numbers_within(struct json *json, struct range range)
{
    json_literal(json, "if", "{'type': 'array'}");
    json_begin(json, "then", '{');
    json_begin_line(json, "items", '{');
    part_range(json, range, true);
    json_end(json, '}');
    json_end(json, '}');
    json_begin(json, "else", '{');
    json_begin(json, "properties", '{');
    for (const struct key *key = keys_of_factor; key->name; key++) {
        const bool is_inside = strcmp(key->name, "normal") != 0 && strcmp(key->name, "beta") != 0;
        if (key->form != FORM_PART)
            continue;
        const bool is_for_it = !range.is_whole || strcmp(key->name, "whole") == 0 || strcmp(key->name, "values") == 0;
        json_begin_line(json, key->name, '{');
        if (!is_for_it)
            json_literal(json, "type", "'null'");
        else if (is_inside) {
            json_begin(json, "items", '{');
            part_range(json, range, true);
            json_end(json, '}');
        }
        json_end(json, '}');
    }
    json_end(json, '}');
    json_end(json, '}');
}

/* A definition for each range that there is, once. */
void part_ranges(struct json *json)
{
    const size_t n = registry_n_parameters() + registry_n_variables();
    for (size_t k = 0; k < n; k++) {
        const struct range range = range_of(k);
        bool is_new = true;
        for (size_t m = 0; m < k; m++)
            is_new = is_new && !(range_of(m).low == range.low && range_of(m).high == range.high &&
                                 range_of(m).is_whole == range.is_whole);
        struct text name = {0};
        add_range_name(&name, range);
        if (is_new && !name.is_exhausted) {
            json_begin(json, name.bytes, '{');
            add_numbers_within(json, range);
            json_end(json, '}');
        }
        text_free(&name);
    }
}

/* ------------------------------------------------------------------------------------- scenarios and the design */

static void add_files(struct json *json)
{
    json_literal(json, "type", "'array'");
    part_refer(json, "items", "file");
    json_number(json, "minItems", 1);
    json_literal(json, "uniqueItems", "true");
}

static void add_varied_files(struct json *json)
{
    json_begin(json, "anyOf", '[');
    part_refer(json, NULL, "files");
    json_literal(json, NULL,
                 "{'type': 'object', 'properties': {'%s': {'$ref': '#/definitions/files'}, 'group': "
                 "{'$ref': '#/definitions/text'}}, 'required': ['%s'], 'additionalProperties': false}",
                 keys_of_factor[LEVELS].name, keys_of_factor[LEVELS].name);
    json_literal(json, NULL, "{'type': 'null'}");
    json_end(json, ']');
}

static void add_kinds(struct json *json)
{
    for (size_t k = 0; design_kinds[k]; k++) {
        if (check_is_complete(design_kinds[k]))
            continue;
        json_begin(json, design_kinds[k]->name, '{');
        json_text(json, "description", design_kinds[k]->meaning);
        if (design_kinds[k] == &design_list)
            part_refer_or_null(json, "points");
        else
            part_range(json, (struct range){1, DESIGN_MOST_POINTS, true}, true);
        json_end(json, '}');
    }
}

static void add_design(struct json *json)
{
    const char *names[32];
    size_t n = 0;
    json_begin(json, "anyOf", '[');
    json_begin(json, NULL, '{');
    json_begin_line(json, "enum", '[');
    for (size_t k = 0; design_kinds[k]; k++)
        if (check_is_complete(design_kinds[k]))
            json_text(json, NULL, design_kinds[k]->name);
        else if (n + 2 < COUNT(names))
            names[n++] = design_kinds[k]->name;
    json_end(json, ']');
    json_end(json, '}');
    names[n++] = keys_of_design[0].name;
    names[n] = NULL;
    json_begin(json, NULL, '{');
    json_begin(json, "properties", '{');
    add_kinds(json);
    part_keys(json, keys_of_design);
    json_end(json, '}');
    part_close(json);
    part_at_most_one(json, names);
    json_end(json, '}');
    json_end(json, ']');
}

static void add_points(struct json *json)
{
    json_literal(json, "type", "'array'");
    json_literal(json, "items",
                 "{'type': 'object', 'minProperties': 1, 'additionalProperties': "
                 "{'type': ['number', 'string', 'boolean', 'null']}}");
    json_number(json, "minItems", 1);
}

/* ---------------------------------------------------------------------------------------- calibration and score */

static void add_expression(struct json *json) { json_literal(json, "type", "['string', 'number']"); }

static void add_elements(struct json *json)
{
    json_literal(json, "type", "'array', 'items': {'type': ['string', 'boolean']}, 'minItems': 1");
}

static void add_object(struct json *json, const struct key *keys)
{
    json_begin(json, "properties", '{');
    part_keys(json, keys);
    json_end(json, '}');
    part_close(json);
}

static void add_target(struct json *json) { add_object(json, keys_of_target); }

static void add_pattern(struct json *json) { add_object(json, keys_of_pattern); }

static void add_judged_variable(struct json *json) { add_object(json, keys_of_judged); }

/* Members of `properties`: these variables, each with its meaning and a definition. */
static void add_variables(struct json *json, bool (*has)(const struct variable *), const char *definition)
{
    json_begin(json, "properties", '{');
    for (size_t v = 0; v < registry_n_variables(); v++) {
        if (!has(registry_variable(v)))
            continue;
        json_begin(json, registry_variable(v)->name, '{');
        part_meaning(json, registry_variable(v));
        part_refer_or_null(json, definition);
        json_end(json, '}');
    }
    json_end(json, '}');
}

static void add_targets(struct json *json)
{
    add_variables(json, check_is_comparable, "target");
    json_literal(json, "additionalProperties", "{'anyOf': [{'$ref': '#/definitions/target'}, {'type': 'null'}]}");
    json_literal(json, "type", "'object', 'minProperties': 1");
}

static void add_patterns(struct json *json) { part_mapping(json, NULL, "pattern"); }

static void add_judged(struct json *json)
{
    add_variables(json, check_is_recordable, "judged_variable");
    part_close(json);
    json_number(json, "minProperties", 1);
}

/* ----------------------------------------------------------------------------------------------------- whole files */

/* A target is of a variable that is observed, or has a `value` of its own. */
static void add_whole_targets(struct json *json)
{
    static const char rule[] = "{'if': {'required': ['value']}, 'then': {'required': ['observed'], 'not': {'anyOf': "
                               "[{'required': ['scale']}, {'required': ['years']}, {'required': ['of']}]}}, "
                               "'else': {'not': {'required': ['observed']}}}";
    json_begin(json, "targets", '{');
    json_begin(json, "allOf", '[');
    json_begin(json, NULL, '{');
    json_begin(json, "additionalProperties", '{');
    part_needed(json, keys_of_target);
    json_literal(json, "allOf", "[%s]", rule);
    json_end(json, '}');
    json_end(json, '}');
    json_end(json, ']');
    json_begin(json, "properties", '{');
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (check_is_comparable(registry_variable(v)))
            json_literal(json, registry_variable(v)->name, "{}");
    json_end(json, '}');
    json_literal(json, "additionalProperties", "{'required': ['value']}");
    json_end(json, '}');
}

static void add_whole_calibration(struct json *json)
{
    json_begin(json, "calibration", '{');
    part_needed(json, keys_of_calibration);
    json_begin(json, "properties", '{');
    add_whole_targets(json);
    json_begin(json, "patterns", '{');
    json_begin(json, "additionalProperties", '{');
    part_needed(json, keys_of_pattern);
    json_literal(json, "anyOf", "[{'required': ['at_least']}, {'required': ['at_most']}]");
    json_end(json, '}');
    json_end(json, '}');
    json_end(json, '}');
    json_literal(json, "not", /* nothing would be searched */
                 "{'required': ['fit', 'posterior'], 'properties': {"
                 "'fit': {'required': ['starts'], 'properties': {'starts': {'const': 0}}}, "
                 "'posterior': {'required': ['population'], 'properties': {'population': {'const': 0}}}}}");
    json_end(json, '}');
}

static void add_whole_design(struct json *json)
{
    json_begin(json, "design", '{');
    json_literal(json, "if", "{'type': 'object'}");
    json_begin(json, "then", '{');
    json_begin(json, "anyOf", '[');
    for (size_t k = 0; design_kinds[k]; k++)
        if (!check_is_complete(design_kinds[k]))
            json_literal(json, NULL, "{'required': ['%s']}", design_kinds[k]->name);
    json_literal(json, NULL, "{'required': ['%s']}", keys_of_design[0].name);
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, '}');
}

/* What depends on another section: a design and a calibration are of what is varied, a calibration of distributions,
 * and a score of points. Scenarios stand in one place. */
static void add_rules(struct json *json)
{
    json_literal(json, "oneOf",
                 "[{'required': ['scenarios']}, {'required': ['vary'], 'properties': {'vary': {'required': "
                 "['scenarios']}}}]");
    json_literal(json, "dependencies",
                 "{'design': {'required': ['vary'], 'properties': {'vary': {'minProperties': 1}}}, "
                 "'calibration': {'required': ['vary'], 'properties': {'vary': {'minProperties': 1, "
                 "'additionalProperties': {'type': 'object', 'not': {'required': ['%s']}}}}}, "
                 "'score': {'dependencies': {'vary': ['design']}}}",
                 keys_of_factor[LEVELS].name);
    json_begin(json, "if", '{'); /* a grid, which is usual, of all but whole numbers and values */
    json_literal(json, "required", "['vary']");
    json_literal(json, "properties", "{'design': {'const': '%s'}}", design_grid.name);
    json_literal(json, "anyOf", "[{'required': ['design']}, {'not': {'required': ['calibration']}}]");
    json_end(json, '}');
    json_literal(json, "then",
                 "{'properties': {'vary': {'additionalProperties': {'if': {'type': 'object'}, 'then': {'anyOf': "
                 "[{'required': ['levels']}, {'required': ['%s']}, {'required': ['%s']}]}}}}}",
                 keys_of_factor[WHOLE_NUMBER].name, keys_of_factor[LEVELS].name);
}

void part_whole_experiment(struct json *json)
{
    json_begin(json, "allOf", '[');
    json_begin(json, NULL, '{');
    json_begin(json, "properties", '{');
    for (const struct key *key = keys_of_experiment; key->name; key++)
        if (strcmp(key->name, "set") != 0 && strcmp(key->name, "vary") != 0) /* there null is a value */
            part_refer(json, key->name, "complete");
    json_end(json, '}');
    json_end(json, '}');
    json_end(json, ']');
    add_rules(json);
    json_begin(json, "properties", '{');
    json_begin(json, "vary", '{');
    part_refer(json, "additionalProperties", "whole_factor");
    json_end(json, '}');
    add_whole_design(json);
    add_whole_calibration(json);
    json_begin(json, "score", '{');
    part_needed(json, keys_of_score);
    json_end(json, '}');
    json_end(json, '}');
}

const struct part schema_experiment_parts[] = {{"ends", add_ends},
                                               {"ends_above_zero", add_ends_above_zero},
                                               {"normal", add_normal},
                                               {"shapes", add_shapes},
                                               {"corners", add_corners},
                                               {"whole_ends", add_whole_ends},
                                               {"levels", add_levels},
                                               {"factor", add_factor},
                                               {"whole_factor", add_whole_factor},
                                               {"set", add_set},
                                               {"vary", add_vary},
                                               {"varied_by_values", add_varied_by_values},
                                               {"varied_truth", add_varied_truth},
                                               {"varied_year", add_varied_year},
                                               {"files", add_files},
                                               {"varied_files", add_varied_files},
                                               {"design", add_design},
                                               {"points", add_points},
                                               {"expression", add_expression},
                                               {"elements", add_elements},
                                               {"target", add_target},
                                               {"targets", add_targets},
                                               {"pattern", add_pattern},
                                               {"patterns", add_patterns},
                                               {"judged_variable", add_judged_variable},
                                               {"judged", add_judged}};
const size_t schema_n_experiment_parts = COUNT(schema_experiment_parts);

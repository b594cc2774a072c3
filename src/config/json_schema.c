#include "json_schema.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json_schema_inside.h"

#define OR_NULL "'null'"

void part_refer(struct json *json, const char *name, const char *definition)
{
    json_literal(json, name, "{'$ref': '#/definitions/%s'}", definition);
}

void part_mapping(struct json *json, const char *names, const char *definition)
{
    json_literal(json, "type", "'object'");
    if (names)
        part_refer(json, "propertyNames", names);
    json_literal(json, "additionalProperties", "{'anyOf': [{'$ref': '#/definitions/%s'}, {'type': 'null'}]}",
                 definition);
}

void part_add_all(struct json *json, const struct part *parts, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        json_begin(json, parts[k].name, '{');
        parts[k].add(json);
        json_end(json, '}');
    }
}

void part_range(struct json *json, struct range range, bool may_be_null)
{
    json_literal(json, "type", may_be_null ? "['%s', 'null']" : "'%s'", range.is_whole ? "integer" : "number");
    if (isfinite(range.low))
        json_number(json, "minimum", range.low);
    if (isfinite(range.high))
        json_number(json, "maximum", range.high);
}

/* ------------------------------------------------------------------------------------------------------- the keys */

static void add_words(struct json *json, const char *const *words)
{
    json_begin_line(json, "enum", '[');
    for (; *words; words++)
        json_text(json, NULL, *words);
    json_literal(json, NULL, "null");
    json_end(json, ']');
}

void part_refer_or_null(struct json *json, const char *definition)
{
    json_literal(json, "anyOf", "[{'$ref': '#/definitions/%s'}, {'type': 'null'}]", definition);
}

static void add_section(struct json *json, const struct key *keys)
{
    json_literal(json, "type", "['object', " OR_NULL "]");
    json_begin(json, "properties", '{');
    part_keys(json, keys);
    json_end(json, '}');
    json_literal(json, "additionalProperties", "false");
}

/* What stands behind a key; null is allowed everywhere, since it removes what a base has. */
static void add_form(struct json *json, const struct key *key)
{
    static const char *const definitions[] = {
        [FORM_TEXT] = "text", [FORM_LINE] = "line",   [FORM_NAME] = "name",  [FORM_FILE] = "file",
        [FORM_YEAR] = "year", [FORM_COUNT] = "count", [FORM_TRUTH] = "truth"};
    switch (key->form) {
    case FORM_NUMBER: part_range(json, key->range, true); break;
    case FORM_POSITIVE: json_literal(json, "type", "['number', " OR_NULL "], 'exclusiveMinimum': 0"); break;
    case FORM_WORD: add_words(json, key->words); break;
    case FORM_SECTION: add_section(json, key->keys); break;
    case FORM_PART: part_refer_or_null(json, key->part); break;
    default: part_refer_or_null(json, definitions[key->form]);
    }
}

void part_key(struct json *json, const struct key *key)
{
    json_begin(json, key->name, '{');
    json_text(json, "description", key->meaning);
    if (key->usual > 0)
        json_number(json, "default", key->usual);
    add_form(json, key);
    json_end(json, '}');
}

void part_keys(struct json *json, const struct key *keys)
{
    for (; keys->name; keys++)
        part_key(json, keys);
}

void part_close(struct json *json)
{
    json_literal(json, "additionalProperties", "false");
    json_literal(json, "type", "'object'");
}

void part_needed(struct json *json, const struct key *keys)
{
    json_begin_line(json, "required", '[');
    for (; keys->name; keys++)
        if (keys->is_needed)
            json_text(json, NULL, keys->name);
    json_end(json, ']');
}

void part_at_most_one(struct json *json, const char *const *names)
{
    json_begin(json, "oneOf", '[');
    for (size_t k = 0; names[k]; k++)
        json_literal(json, NULL, "{'required': ['%s'], 'properties': {'%s': {'not': {'type': 'null'}}}}", names[k],
                     names[k]);
    json_begin_line(json, NULL, '{');
    json_begin(json, "properties", '{');
    for (size_t k = 0; names[k]; k++)
        json_literal(json, names[k], "{'type': 'null'}");
    json_end(json, '}');
    json_end(json, '}');
    json_end(json, ']');
}

/* ---------------------------------------------------------------------------- what is the same in both kinds of files
 */

static void add_name(struct json *json)
{
    json_literal(json, "type", "['string', 'number', 'boolean']");
    json_literal(json, "pattern", "'^[A-Za-z0-9_.-]+$'");
    json_number(json, "maxLength", NAME_LONGEST);
}

/* A text is whatever is no null; 2001 is one, too. */
static void add_text(struct json *json) { json_literal(json, "type", "['string', 'number', 'boolean']"); }

static void add_line(struct json *json)
{
    add_text(json);
    json_literal(json, "pattern", "'^[^\\\\n\\\\r\\\\u0000]*$'");
}

static void add_file(struct json *json)
{
    json_literal(json, "type", "'string'");
    json_number(json, "minLength", 1);
}

static void add_year(struct json *json)
{
    part_range(json, (struct range){FIRST_YEAR_POSSIBLE, LAST_YEAR_POSSIBLE, true}, false);
}

static void add_count(struct json *json)
{
    json_literal(json, "type", "'integer'");
    json_number(json, "minimum", 0);
    json_literal(json, "maximum", "%" PRIu64, UINT64_MAX);
}

/* For editors, which suggest them, first the words that are usual; then all, which YAML 1.2 takes as texts. */
static void add_truth(struct json *json)
{
    struct text pattern = {0};
    for (const char *const *word = node_truth_words; *word; word++) {
        text_add(&pattern, "%s", word == node_truth_words ? "" : "|");
        for (const char *c = *word; *c; c++)
            text_add(&pattern, "[%c%c]", toupper((unsigned char)*c), *c);
    }
    json_begin(json, "anyOf", '[');
    json_literal(json, NULL, "{'enum': ['on', 'off', true, false]}");
    json_literal(json, NULL, "{'type': 'string', 'pattern': '^(%s)$'}", pattern.is_exhausted ? "" : pattern.bytes);
    json_end(json, ']');
    text_free(&pattern);
}

static void add_two_years(struct json *json)
{
    json_literal(json, "type", "'array'");
    part_refer(json, "items", "year");
    json_literal(json, "minItems", "2, 'maxItems': 2");
}

static void add_years_listed(struct json *json)
{
    json_literal(json, "type", "'array'");
    part_refer(json, "items", "year");
    json_literal(json, "minItems", "1, 'uniqueItems': true");
}

static void add_identifier(struct json *json)
{
    json_literal(json, "pattern", "'^" IDENTIFIER_PATTERN "$'");
    json_number(json, "maxLength", IDENTIFIER_LONGEST);
    json_begin(json, "not", '{');
    json_texts(json, "enum", check_groups);
    json_end(json, '}');
}

/* A state or a tag. NO is a truth value in YAML 1.1. */
static void add_someone(struct json *json)
{
    json_literal(json, "type", "['string', 'boolean']");
    json_literal(json, "pattern", "'^" IDENTIFIER_PATTERN "$'");
}

static void add_states_listed(struct json *json)
{
    json_literal(json, "type", "'array'");
    part_refer(json, "items", "someone");
    json_number(json, "minItems", 1);
}

/* The two identifiers of a dyad, which differ. */
static void add_dyad_name(struct json *json)
{
    json_literal(json, "pattern", "'^" IDENTIFIER_PATTERN "-" IDENTIFIER_PATTERN "$'");
    json_literal(json, "not", "{'pattern': '^(.*)-\\\\1$'}");
}

/* Nothing in it is null: what a file without `base` is, in which there is nothing to remove. */
static void add_complete(struct json *json)
{
    json_literal(json, "not", "{'type': 'null'}");
    part_refer(json, "items", "complete");
    part_refer(json, "additionalProperties", "complete");
}

const struct part schema_common_parts[] = {{"text", add_text},
                                           {"line", add_line},
                                           {"name", add_name},
                                           {"file", add_file},
                                           {"year", add_year},
                                           {"count", add_count},
                                           {"truth", add_truth},
                                           {"two_years", add_two_years},
                                           {"years_listed", add_years_listed},
                                           {"identifier", add_identifier},
                                           {"someone", add_someone},
                                           {"states_listed", add_states_listed},
                                           {"dyad_name", add_dyad_name},
                                           {"complete", add_complete}};
const size_t schema_n_common_parts = COUNT(schema_common_parts);

/* ------------------------------------------------------------------------------------------------------- the whole */

static void add_head(struct json *json, enum json_schema_kind kind)
{
    json_text(json, "$schema", "http://json-schema.org/draft-07/schema#");
    json_text(json, "$comment", "made by `entente describe --format json-schema`");
    json_text(json, "title", kind == SCHEMA_OF_EXPERIMENT ? "An experiment of entente" : "A configuration of entente");
    json_literal(json, "type", "'object'");
    json_begin(json, "properties", '{');
    part_key(json, &key_base);
    part_keys(json, kind == SCHEMA_OF_EXPERIMENT ? keys_of_experiment : keys_of_configuration);
    json_end(json, '}');
    json_literal(json, "additionalProperties", "false");
}

void json_schema_add(struct text *out, enum json_schema_kind kind)
{
    struct json json = {.out = out};
    json_begin(&json, NULL, '{');
    add_head(&json, kind);
    json_literal(&json, "if", "{'required': ['base']}");
    json_begin(&json, "else", '{');
    if (kind == SCHEMA_OF_EXPERIMENT)
        part_whole_experiment(&json);
    else
        part_whole_configuration(&json);
    json_end(&json, '}');
    json_begin(&json, "definitions", '{');
    part_add_all(&json, schema_common_parts, schema_n_common_parts);
    part_add_all(&json, schema_configuration_parts, schema_n_configuration_parts);
    part_add_all(&json, schema_event_parts, schema_n_event_parts);
    if (kind == SCHEMA_OF_EXPERIMENT) {
        part_add_all(&json, schema_experiment_parts, schema_n_experiment_parts);
        part_ranges(&json);
    }
    json_end(&json, '}');
    json_end(&json, '}');
    text_add(out, "\n");
}

/* What the parts of the JSON Schema share. Inside json_schema*.c. */
#ifndef ENTENTE_JSON_SCHEMA_INSIDE_H
#define ENTENTE_JSON_SCHEMA_INSIDE_H

#include "base/json.h"
#include "check.h"

#define IDENTIFIER_PATTERN "[A-Za-z][A-Za-z0-9_]*"

/* A definition of the schema, which other parts refer to by name. */
struct part {
    const char *name;
    void (*add)(struct json *json); /* its members */
};

/* The definitions of these parts [n]. */
void part_add_all(struct json *json, const struct part *parts, size_t n);

/* Member `name`: a reference to a definition. */
void part_refer(struct json *json, const char *name, const char *definition);

/* Member of an object that is open: it refers to a definition, or is null. */
void part_refer_or_null(struct json *json, const char *definition);

/* Members: an object whose names follow a definition (NULL: any) and whose values follow another, or are null. */
void part_mapping(struct json *json, const char *names, const char *definition);

/* Members of an object that is open: what a number within the range is; or null, where a file that builds on another
 * may remove it. */
void part_range(struct json *json, struct range range, bool may_be_null);

/* Members: what the start of a variable is, as in `states`, what it means, and what is usual. */
void part_start(struct json *json, const struct variable *variable);
void part_parameter(struct json *json, const struct parameter *parameter);

/* Its meaning alone. */
void part_meaning(struct json *json, const struct variable *variable);

/* Members of `properties`: the keys of a table. */
void part_keys(struct json *json, const struct key *keys);
void part_key(struct json *json, const struct key *key);

/* The rest of an object whose `properties` are done: no others, nor null for it. */
void part_close(struct json *json);

/* Members: at most one of the keys has a value, or exactly one. */
void part_at_most_one(struct json *json, const char *const *names);

/* Member: of the keys, those that must be there. */
void part_needed(struct json *json, const struct key *keys);

extern const struct part schema_common_parts[], schema_configuration_parts[], schema_event_parts[],
    schema_experiment_parts[];
extern const size_t schema_n_common_parts, schema_n_configuration_parts, schema_n_event_parts,
    schema_n_experiment_parts;

/* Definitions: a factor's numbers are within a range, for each range that there is. */
void part_ranges(struct json *json);

/* Members of an object that is open: what a whole file has, one that builds on no other. */
void part_whole_configuration(struct json *json);
void part_whole_experiment(struct json *json);

#endif

#include "emit.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "check.h"

#define LINE_WIDTH 110 /* characters after which a flow list goes on in the next line */

/* Would YAML read this back as the same text without quotes? Said narrowly. */
static bool is_plain_text(const char *text)
{
    static const char *const taken[] = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", NULL};
    const size_t n = strlen(text);
    if (!isalpha((unsigned char)text[0]) || text[n - 1] == ' ')
        return false;
    for (size_t k = 0; taken[k]; k++)
        if (strcasecmp(text, taken[k]) == 0)
            return false;
    for (size_t k = 0; k < n; k++)
        if (!isalnum((unsigned char)text[k]) && !strchr("_-. ()/", text[k]))
            return false;
    return true;
}

/* Must it be escaped, since YAML does not allow it or takes it as a line break? */
static bool is_special(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029 || point == 0xFEFF ||
           point == 0xFFFE || point == 0xFFFF;
}

void emit_text(struct text *out, const char *text)
{
    if (is_plain_text(text)) {
        text_add(out, "%s", text);
        return;
    }
    const size_t n = strlen(text);
    text_add(out, "\"");
    for (size_t k = 0, length; k < n; k += length) {
        uint32_t point = 0xFFFD;
        length = utf8_character(text + k, n - k, &point);
        if (length == 0)
            length = 1; /* cannot be: the text was read as UTF-8 */
        else if (point == '"' || point == '\\')
            text_add(out, "\\%c", (char)point);
        else if (point == '\n')
            text_add(out, "\\n");
        else if (is_special(point))
            text_add(out, "\\u%04X", point);
        else
            text_add_bytes(out, text + k, length);
    }
    text_add(out, "\"");
}

void emit_node(struct text *out, const struct node *node)
{
    if (node->kind == NODE_SCALAR && node->is_plain)
        text_add(out, "%s", node->text);
    else if (node->kind == NODE_SCALAR)
        emit_text(out, node->text);
    for (size_t k = 0; node->kind == NODE_LIST && k < node->n; k++) {
        text_add(out, k == 0 ? "[" : ", ");
        emit_node(out, node->items[k]);
    }
    for (size_t k = 0; node->kind == NODE_MAPPING && k < node->n; k++) {
        text_add(out, "%s%s: ", k == 0 ? "{" : ", ", node->pairs[k].key->text);
        emit_node(out, node->pairs[k].value);
    }
    if (node->kind != NODE_SCALAR)
        text_add(out, "%s%s",
                 node->n > 0               ? ""
                 : node->kind == NODE_LIST ? "["
                                           : "{",
                 node->kind == NODE_LIST ? "]" : "}");
}

/* A text of several lines as a block, others as above. Ends the line. */
static void emit_lines(struct text *out, const char *text)
{
    const size_t n = strlen(text);
    bool is_block = n > 1 && strchr(text, '\n') && text[0] != ' ' && text[0] != '\n' &&
                    !(n > 1 && text[n - 1] == '\n' && text[n - 2] == '\n');
    for (size_t k = 0; k < n; k++)
        is_block = is_block && ((unsigned char)text[k] >= 0x20 || text[k] == '\n') && (unsigned char)text[k] < 0x7F;
    if (!is_block) {
        emit_text(out, text);
        text_add(out, "\n");
        return;
    }
    text_add(out, text[n - 1] == '\n' ? "|\n" : "|-\n");
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        text_add(out, length ? "  %.*s\n" : "%.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void emit_numbers(struct text *out, const double *values, size_t n)
{
    size_t begin = out->n; /* of the line */
    text_add(out, "[");
    for (size_t k = 0; k < n; k++) {
        if (out->n - begin > LINE_WIDTH) {
            text_add(out, ",\n      ");
            begin = out->n;
        } else if (k)
            text_add(out, ", ");
        text_add_number(out, values[k]);
    }
    text_add(out, "]");
}

static const char *truth(bool value) { return value ? "on" : "off"; }

static void emit_head(struct text *out, const struct configuration *configuration)
{
    text_add(out, "name: ");
    emit_text(out, configuration->name);
    text_add(out, "\ntitle: ");
    emit_text(out, configuration->title);
    if (configuration->description[0]) {
        text_add(out, "\ndescription: ");
        emit_lines(out, configuration->description);
    } else
        text_add(out, "\n");
    text_add(out, "years: [%d, %d]\nreplicates: %zu\nseed: %" PRIu64 "\nnoise: %s\n", configuration->first_year,
             configuration->last_year, configuration->n_replicates, configuration->seed,
             truth(configuration->is_noisy));
}

/* The start of one element of a variable, as YAML would have it. */
static void emit_start(struct text *out, const struct variable *variable, const double *start, size_t element)
{
    const bool has_areas = variable->shape == BY_AREA || variable->shape == BY_STATE_AREA;
    if (strcmp(variable->name, "status") == 0)
        text_add(out, "%s", check_status_words[(int)start[element]]);
    else if (has_areas) {
        text_add(out, "{security: ");
        text_add_number(out, start[element * AREAS + SECURITY]);
        text_add(out, ", economy: ");
        text_add_number(out, start[element * AREAS + ECONOMY]);
        text_add(out, "}");
    } else
        text_add_number(out, start[element]);
}

static bool is_set_by(const struct variable *variable, unsigned shapes)
{
    return check_is_settable(variable) && (shapes & 1u << variable->shape);
}

/* All that a mapping sets of one element: a line each behind `indent`, or separated by `, ` if that is NULL. */
static void emit_starts(struct text *out, const struct configuration *configuration, unsigned shapes, size_t element,
                        const char *indent)
{
    size_t n = 0;
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (!is_set_by(variable, shapes))
            continue;
        text_add(out, "%s%s: ", indent ? indent : n++ ? ", " : "", variable->name);
        emit_start(out, variable, configuration->starts[v], element);
        if (indent)
            text_add(out, "\n");
    }
}

static void emit_states(struct text *out, const struct configuration *configuration)
{
    text_add(out, "organization:\n  name: ");
    emit_text(out, configuration->organization);
    text_add(out, "\n");
    emit_starts(out, configuration, 1u << SCALAR | 1u << BY_AREA, 0, "  ");
    text_add(out, "states:\n");
    for (size_t i = 0; i < configuration->n_states; i++) {
        const struct state_entry *state = &configuration->states[i];
        text_add(out, "  %s:\n    name: ", state->id);
        emit_text(out, state->name);
        text_add(out, "\n    tags: [");
        for (size_t k = 0; k < state->n_tags; k++)
            text_add(out, "%s%s", k ? ", " : "", state->tags[k]);
        text_add(out, "]\n");
        emit_starts(out, configuration, 1u << BY_STATE | 1u << BY_STATE_AREA, i, "    ");
    }
}

/* The values of the dyads' variables are looked up once, since there may be a million dyads. */
static void emit_dyads(struct text *out, const struct configuration *configuration)
{
    const size_t n = configuration->n_states;
    size_t variables[64], n_variables = 0;
    for (size_t v = 0; v < registry_n_variables() && n_variables < COUNT(variables); v++)
        if (is_set_by(registry_variable(v), 1u << BY_DYAD))
            variables[n_variables++] = v;
    text_add(out, n > 1 ? "dyads:\n" : "dyads: {}\n");
    for (size_t i = 0, dyad = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++, dyad++) {
            text_add(out, "  %s-%s: {", configuration->states[i].id, configuration->states[j].id);
            for (size_t k = 0; k < n_variables; k++) {
                const struct variable *variable = registry_variable(variables[k]);
                text_add(out, "%s%s: ", k ? ", " : "", variable->name);
                emit_start(out, variable, configuration->starts[variables[k]], dyad);
            }
            text_add(out, "}\n");
        }
}

/* Drivers of a variable stand together. */
static void emit_drivers(struct text *out, const struct configuration *configuration)
{
    const struct variable *variable = NULL;
    const bool has_end = configuration->drivers_until < LAST_YEAR_POSSIBLE;
    text_add(out, configuration->n_drivers || has_end ? "drivers:\n" : "drivers: {}\n");
    if (has_end)
        text_add(out, "  until: %d\n", configuration->drivers_until);
    for (size_t k = 0; k < configuration->n_drivers; k++) {
        const struct driver *driver = &configuration->drivers[k];
        if (driver->variable != variable)
            text_add(out, "  %s:\n    first_year: %d\n", driver->variable->name, driver->first_year);
        variable = driver->variable;
        text_add(out, "    %s: ", configuration->states[driver->state].id);
        emit_numbers(out, driver->values, driver->n_values);
        text_add(out, "\n");
    }
}

static void emit_parameters(struct text *out, const struct configuration *configuration)
{
    const size_t n = registry_n_parameters();
    text_add(out, "parameters:\n");
    for (size_t p = 0; p < n; p++) {
        const char *name = registry_parameter(p)->name;
        const size_t length = strcspn(name, ".");
        bool is_done = false; /* with an earlier one of its group */
        for (size_t q = 0; q < p; q++)
            is_done = is_done || strncmp(registry_parameter(q)->name, name, length + 1) == 0;
        if (is_done)
            continue;
        text_add(out, "  %.*s:\n", (int)length, name);
        for (size_t q = p; q < n; q++) {
            if (strncmp(registry_parameter(q)->name, name, length + 1) != 0)
                continue;
            text_add(out, "    %s: ", registry_parameter(q)->name + length + 1);
            text_add_number(out, configuration->parameters[q]);
            text_add(out, "\n");
        }
    }
    text_add(out, "mechanisms:\n");
    for (size_t m = 0; m < N_MECHANISMS; m++)
        text_add(out, "  %s: %s\n", registry[m]->name, truth(configuration->is_on[m]));
}

static void emit_dyad_key(struct text *out, const struct configuration *configuration, size_t dyad)
{
    const size_t n = configuration->n_states;
    size_t i = 0;
    while (i + 2 < n && dyad_index(n, i + 1, i + 2) <= dyad)
        i++;
    const size_t j = i + 1 + dyad - dyad_index(n, i, i + 1);
    text_add(out, "      %s-%s: {", configuration->states[i].id, configuration->states[j].id);
}

/* Observations of a variable stand together, and those of an element. */
static void emit_observed(struct text *out, const struct configuration *configuration)
{
    const struct observation *before = NULL;
    text_add(out, configuration->n_observations ? "observed:\n" : "observed: {}\n");
    for (size_t k = 0; k < configuration->n_observations; k++) {
        const struct observation *observation = &configuration->observations[k];
        const bool is_same_variable = before && before->variable == observation->variable;
        const bool is_same = is_same_variable && before->element == observation->element;
        const enum shape shape = observation->variable->shape;
        if (before && !is_same)
            text_add(out, "}\n");
        if (!is_same_variable) {
            text_add(out, "  %s:\n    source: ", observation->variable->name);
            emit_text(out, observation->source);
            text_add(out, shape == SCALAR ? "\n    values: {" : "\n    values:\n");
        }
        if (!is_same && shape == BY_AREA)
            text_add(out, "      %s: {", configuration_areas[observation->element]);
        if (!is_same && shape == BY_STATE)
            text_add(out, "      %s: {", configuration->states[observation->element].id);
        if (!is_same && shape == BY_DYAD)
            emit_dyad_key(out, configuration, observation->element);
        text_add(out, "%s%d: ", is_same ? ", " : "", observation->year);
        text_add_number(out, observation->value);
        before = observation;
    }
    if (before)
        text_add(out, "}\n");
}

static void emit_record(struct text *out, const struct configuration *configuration)
{
    static const char *const names[] = {"trajectories", "statistics", "final"};
    text_add(out, "record:\n");
    for (size_t which = 0; which < COUNT(names); which++) {
        size_t n = 0;
        text_add(out, "  %s: [", names[which]);
        for (size_t k = 0; k < configuration->n_record; k++) {
            const struct record_entry *entry = &configuration->record[k];
            const bool flags[] = {entry->has_trajectories, entry->has_statistics, entry->has_final};
            if (flags[which])
                text_add(out, "%s%s", n == 0 ? "" : n % 8 ? ", " : ",\n    ", entry->variable->name);
            n += flags[which];
        }
        text_add(out, "]\n");
    }
    text_add(out, "  quantiles: ");
    emit_numbers(out, configuration->quantiles, configuration->n_quantiles);
    text_add(out, "\n  precision: %s\n", configuration->is_double ? "double" : "single");
    if (configuration->n_kept_years < (size_t)(configuration->last_year - configuration->first_year) + 1) {
        text_add(out, "  years: [");
        for (size_t k = 0; k < configuration->n_kept_years; k++)
            text_add(out, "%s%d", k ? ", " : "", configuration->kept_years[k]);
        text_add(out, "]\n");
    }
    if (configuration->n_kept_states < configuration->n_states) {
        text_add(out, "  states: [");
        for (size_t k = 0; k < configuration->n_kept_states; k++)
            text_add(out, "%s%s", k ? ", " : "", configuration->states[configuration->kept_states[k]].id);
        text_add(out, "]\n");
    }
}

void emit_configuration(struct text *out, const struct configuration *configuration)
{
    emit_head(out, configuration);
    emit_states(out, configuration);
    emit_dyads(out, configuration);
    emit_drivers(out, configuration);
    emit_parameters(out, configuration);
    emit_events(out, configuration);
    emit_observed(out, configuration);
    emit_record(out, configuration);
}

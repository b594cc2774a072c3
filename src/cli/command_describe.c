#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"
#include "command.h"
#include "config/configuration.h"
#include "config/json_schema.h"
#include "listing.h"
#include "names.h"

static const struct option options_table[] = {
    {"format", 0, false, "FORMAT",
     "text, for the terminal (default), markdown, for models/ODD.md, or json-schema, for editors"},
};

static const char *const kind_names[] = {
    [ATTRIBUTE] = "attribute",       [STOCK] = "state variable",    [FLOW] = "flow",
    [DRAW_UNIFORM] = "uniform draw", [DRAW_NORMAL] = "normal draw",
};

/* ------------------------------------------------------------------------------------------------------- cells */

static void add_text(struct listing *listing, struct text *text)
{
    char *cell = text_take(text);
    if (cell)
        listing_add(listing, cell);
    else
        listing->is_exhausted = true;
    free(cell);
}

static void add_range(struct text *text, double low, double high)
{
    if (isinf(low) && isinf(high))
        text_add(text, "any");
    else if (isinf(high)) {
        text_add(text, ">= ");
        text_add_number(text, low);
    } else if (isinf(low)) {
        text_add(text, "<= ");
        text_add_number(text, high);
    } else {
        text_add_number(text, low);
        text_add(text, "..");
        text_add_number(text, high);
    }
}

static bool has_start(const struct variable *variable)
{
    return variable->kind == ATTRIBUTE || variable->kind == STOCK;
}

static void add_start(struct text *text, const struct variable *variable)
{
    if (!has_start(variable))
        return;
    if (variable->flags & REQUIRED_IN_YAML || isnan(variable->start))
        text_add(text, "must be given");
    else
        text_add_number(text, variable->start);
}

static void list_parameter(struct listing *listing, const struct parameter *parameter)
{
    struct text text = {0};
    listing_add(listing, parameter->name);
    text_add_number(&text, parameter->value);
    add_text(listing, &text);
    add_range(&text, parameter->low, parameter->high);
    add_text(listing, &text);
    listing_add(listing, parameter->unit);
    listing_add(listing, parameter->meaning);
    listing_add(listing, parameter->source);
}

static void list_variable(struct listing *listing, const struct variable *variable)
{
    struct text text = {0};
    listing_add(listing, variable->name);
    listing_add(listing, kind_names[variable->kind]);
    listing_add(listing, names_shape(variable->shape));
    add_start(&text, variable);
    add_text(listing, &text);
    add_range(&text, variable->low, variable->high);
    add_text(listing, &text);
    listing_add(listing, variable->unit);
    listing_add(listing, variable->meaning);
    listing_add(listing, variable->source);
}

static struct listing parameter_listing(void)
{
    return (struct listing){.n_columns = 6,
                            .n_beside = 4,
                            .is_code = {true},
                            .headings = {"parameter", "default", "range", "unit", "meaning", "source"},
                            .is_right = {[1] = true}};
}

static struct listing variable_listing(void)
{
    return (struct listing){.n_columns = 8,
                            .n_beside = 6,
                            .is_code = {true},
                            .headings = {"variable", "kind", "of", "start", "range", "unit", "meaning", "source"},
                            .is_right = {[3] = true}};
}

/* ------------------------------------------------------------------------------------------------------- text */

static int print_listing(struct listing *listing, struct error *error)
{
    const bool is_exhausted = listing->is_exhausted;
    if (!is_exhausted && listing_rows(listing) > 0) {
        printf("\n");
        listing_print(listing);
    }
    listing_free(listing);
    return is_exhausted ? error_memory(error) : OK;
}

static int print_mechanism(const struct mechanism *mechanism, struct error *error)
{
    const struct page page = page_open_terminal();
    struct listing parameters = parameter_listing(), variables = variable_listing();
    struct text head = {0};
    for (size_t p = 0; p < mechanism->n_parameters; p++)
        list_parameter(&parameters, &mechanism->parameters[p]);
    for (size_t v = 0; v < mechanism->n_variables; v++)
        if (!(mechanism->variables[v].flags & HIDDEN))
            list_variable(&variables, &mechanism->variables[v]);
    text_add(&head, "mechanism %s: %s", mechanism->name, mechanism->meaning);
    if (!head.is_exhausted)
        page_paragraph(&page, 0, head.bytes);
    text_free(&head);
    text_add(&head, "Switched off (mechanisms.%s=off): %s", mechanism->name, mechanism->off);
    if (!head.is_exhausted)
        page_paragraph(&page, 0, head.bytes);
    text_free(&head);
    const int result = print_listing(&parameters, error);
    return print_listing(&variables, error) || result ? FAILED : OK;
}

static void print_field(const char *label, const char *text)
{
    enum { FIELD_COLUMN = 12 };
    const struct page page = page_open_terminal();
    char head[FIELD_COLUMN + 16];
    snprintf(head, sizeof head, "  %s", label);
    if (text && *text)
        page_hanging(&page, head, FIELD_COLUMN, text);
}

/* Print and empty a text. */
static void print_text_field(const char *label, struct text *text)
{
    print_field(label, text->is_exhausted ? "(out of memory)" : text->bytes);
    text_free(text);
}

static void print_parameter(const struct parameter *parameter, const char *mechanism)
{
    struct text text = {0};
    printf("parameter %s of mechanism %s\n", parameter->name, mechanism);
    print_field("meaning", parameter->meaning);
    text_add_number(&text, parameter->value);
    print_text_field("default", &text);
    add_range(&text, parameter->low, parameter->high);
    text_add(&text, "%s", parameter->type == INTEGER ? ", whole numbers" : "");
    print_text_field("range", &text);
    print_field("unit", parameter->unit);
    print_field("source", parameter->source);
    text_add(&text, "--set %s=VALUE", parameter->name);
    print_text_field("set by", &text);
}

/* How the start of a variable is written on the command line. */
static void add_setting(struct text *text, const struct variable *variable)
{
    static const char *const owners[] = {"organization", "organization", "states.ID", "states.ID", "dyads.ID-ID", ""};
    const bool has_areas = variable->shape == BY_AREA || variable->shape == BY_STATE_AREA;
    text_add(text, "--set %s.%s=VALUE", owners[variable->shape], variable->name);
    if (has_areas)
        text_add(text, ", or %s.%s.%s=VALUE for one area", owners[variable->shape], variable->name,
                 configuration_areas[0]);
}

static void print_variable(const struct variable *variable, const char *mechanism)
{
    struct text text = {0};
    const bool is_hidden = variable->flags & HIDDEN;
    printf("%s %s of mechanism %s\n", kind_names[variable->kind], variable->name, mechanism);
    print_field("meaning", variable->meaning);
    print_field("one for", variable->shape == SCALAR ? "the organization" : names_shape(variable->shape));
    add_start(&text, variable);
    print_text_field("start", &text);
    add_range(&text, variable->low, variable->high);
    text_add(&text, "%s", variable->flags & WHOLE ? ", whole numbers" : "");
    print_text_field("range", &text);
    print_field("unit", variable->unit);
    print_field("source", variable->source);
    if (has_start(variable) && !is_hidden) {
        add_setting(&text, variable);
        print_text_field("set by", &text);
    }
    if (variable->series)
        print_field("", "A series under `drivers` can drive it.");
    if (variable->flags & FIXED)
        print_field("", "No event changes it: it is read before the first year.");
    if (is_hidden)
        print_field("", "Internal: neither set in a configuration nor recorded.");
}

/* ------------------------------------------------------------------------------------------------------- names */

static bool is_shown_with(const struct mechanism *mechanism, const struct parameter *parameter)
{
    return mechanism && names_parameter_owner(parameter) == mechanism;
}

static int print_match(const struct names_match *match, const char *name, struct error *error)
{
    struct listing group = parameter_listing();
    bool has_printed = match->mechanism != NULL;
    int result = match->mechanism ? print_mechanism(match->mechanism, error) : OK;
    if (match->variable) {
        printf("%s", has_printed ? "\n" : "");
        print_variable(match->variable, names_variable_owner(match->variable)->name);
        has_printed = true;
    }
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        const struct parameter *parameter = registry_parameter(p);
        if (!match->has_parameter[p] || is_shown_with(match->mechanism, parameter))
            continue;
        if (match->is_group)
            list_parameter(&group, parameter);
        else {
            printf("%s", has_printed ? "\n" : "");
            print_parameter(parameter, names_parameter_owner(parameter)->name);
            has_printed = true;
        }
    }
    if (listing_rows(&group))
        printf("%sparameters %s\n", has_printed ? "\n" : "", name);
    if (print_listing(&group, error))
        result = FAILED;
    return result;
}

static int print_names(char *const *names, size_t n, struct error *error)
{
    struct names_match match = {.has_parameter = calloc(registry_n_parameters() + 1, sizeof(bool))};
    int result = match.has_parameter ? OK : error_memory(error);
    for (size_t k = 0; k < n && !result; k++) {
        if (k > 0)
            printf("\n");
        result = names_match(&match, names[k], error);
        if (!result)
            result = print_match(&match, names[k], error);
    }
    free(match.has_parameter);
    return result;
}

static int print_all(struct error *error)
{
    int result = OK;
    for (size_t m = 0; m < N_MECHANISMS && !result; m++) {
        if (m > 0)
            printf("\n");
        result = print_mechanism(registry[m], error);
    }
    return result;
}

/* ------------------------------------------------------------------------------------------------------- Markdown */

/* Put a column before the others. */
static void precede(struct listing *listing, const char *heading)
{
    memmove(listing->headings + 1, listing->headings, listing->n_columns * sizeof *listing->headings);
    memmove(listing->is_right + 1, listing->is_right, listing->n_columns * sizeof *listing->is_right);
    memmove(listing->is_code + 1, listing->is_code, listing->n_columns * sizeof *listing->is_code);
    listing->headings[0] = heading;
    listing->is_right[0] = listing->is_code[0] = false;
    listing->n_columns++;
}

/* The mechanism, with a link to its file beside ODD.md. */
static void add_link(struct listing *listing, const struct mechanism *mechanism)
{
    struct text text = {0};
    text_add(&text, "[%s](%s.c)", mechanism->name, mechanism->name);
    add_text(listing, &text);
}

static int print_markdown_listing(struct listing *listing, const char *marker, struct error *error)
{
    if (listing->is_exhausted)
        return error_memory(error);
    if (listing_rows(listing) == 0)
        return OK;
    if (marker)
        printf("<!-- generated: %s -->\n", marker);
    listing_print_markdown(listing);
    if (marker)
        printf("<!-- end generated -->\n");
    return OK;
}

/* What of the registry is listed. */
struct choice {
    bool *has_parameter, *has_variable; /* [registry_n_parameters()], [registry_n_variables()] */
};

/* All that the names stand for; without names, everything. */
static int choose(struct choice *choice, char *const *names, size_t n, struct error *error)
{
    struct names_match match = {.has_parameter = calloc(registry_n_parameters() + 1, sizeof(bool))};
    int result = match.has_parameter ? OK : error_memory(error);
    for (size_t p = 0; p < registry_n_parameters(); p++)
        choice->has_parameter[p] = n == 0;
    for (size_t v = 0; v < registry_n_variables(); v++)
        choice->has_variable[v] = n == 0;
    for (size_t k = 0; k < n && !result; k++) {
        result = names_match(&match, names[k], error);
        for (size_t p = 0; p < registry_n_parameters() && !result; p++)
            choice->has_parameter[p] |= match.has_parameter[p] || is_shown_with(match.mechanism, registry_parameter(p));
        for (size_t v = 0; v < registry_n_variables() && !result; v++) {
            const struct variable *variable = registry_variable(v);
            const bool is_owned = match.mechanism && names_variable_owner(variable) == match.mechanism;
            choice->has_variable[v] |= variable == match.variable || is_owned;
        }
    }
    free(match.has_parameter);
    return result;
}

static void list_choice(struct listing *parameters, struct listing *variables, const struct choice *choice)
{
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        if (!choice->has_parameter[p])
            continue;
        add_link(parameters, names_parameter_owner(registry_parameter(p)));
        list_parameter(parameters, registry_parameter(p));
    }
    for (size_t v = 0; v < registry_n_variables(); v++) {
        if (!choice->has_variable[v] || registry_variable(v)->flags & HIDDEN)
            continue;
        add_link(variables, names_variable_owner(registry_variable(v)));
        list_variable(variables, registry_variable(v));
    }
}

/* The tables of what the names stand for; without names those of everything, between the markers of ODD.md. */
static int print_markdown(char *const *names, size_t n, struct error *error)
{
    struct listing parameters = parameter_listing(), variables = variable_listing();
    struct choice choice = {calloc(registry_n_parameters() + 1, sizeof(bool)),
                            calloc(registry_n_variables() + 1, sizeof(bool))};
    int result = choice.has_parameter && choice.has_variable ? OK : error_memory(error);
    if (!result)
        result = choose(&choice, names, n, error);
    if (result)
        goto out;
    precede(&parameters, "mechanism");
    precede(&variables, "mechanism");
    list_choice(&parameters, &variables, &choice);
    result = print_markdown_listing(&parameters, n ? NULL : "parameters", error);
    if (!result && listing_rows(&parameters) && listing_rows(&variables))
        printf("\n");
    if (!result)
        result = print_markdown_listing(&variables, n ? NULL : "variables", error);
out:
    listing_free(&parameters);
    listing_free(&variables);
    free(choice.has_parameter);
    free(choice.has_variable);
    return result;
}

/* ------------------------------------------------------------------------------------------------- JSON Schema */

static int print_json_schema(char *const *names, size_t n, struct error *error)
{
    struct text text = {0};
    enum json_schema_kind kind = SCHEMA_OF_CONFIGURATION;
    if (n > 1 || (n == 1 && strcmp(names[0], "configuration") != 0 && strcmp(names[0], "experiment") != 0))
        return error_set(error, BAD_INPUT,
                         "json-schema is of one kind of files: `configuration` (default) or "
                         "`experiment`");
    if (n == 1 && strcmp(names[0], "experiment") == 0)
        kind = SCHEMA_OF_EXPERIMENT;
    json_schema_add(&text, kind);
    const bool is_exhausted = text.is_exhausted;
    if (!is_exhausted)
        fputs(text.bytes, stdout);
    text_free(&text);
    return is_exhausted ? error_memory(error) : OK;
}

static int run(const struct options *options, struct error *error)
{
    static const char *const formats[] = {"text", "markdown", "json-schema"};
    size_t format = 0;
    const int result = options_choice(options, "format", formats, COUNT(formats), &format, error);
    if (result)
        return result;
    if (format == 1)
        return print_markdown(options->operands, options->n_operands, error);
    if (format == 2)
        return print_json_schema(options->operands, options->n_operands, error);
    return options->n_operands ? print_names(options->operands, options->n_operands, error) : print_all(error);
}

const struct command command_describe = {
    .name = "describe",
    .summary = "explain mechanisms, parameters and variables",
    .usage = "[NAME...] [options]",
    .description =
        "NAME is a mechanism (trade), a parameter (agenda.stride), a group of parameters (agenda) or a variable "
        "(cohesion). Without a name, everything is listed, mechanism after mechanism. With --format json-schema, NAME "
        "is configuration (default) or experiment: what such a YAML file may say, for editors that complete and check.",
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente describe trade\n"
                "entente describe agenda.stride cohesion\n"
                "entente describe | less\n"
                "entente describe --format markdown > tables.md\n"
                "entente describe --format json-schema experiment > experiment.schema.json\n",
    .run = run,
};

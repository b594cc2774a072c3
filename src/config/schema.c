#include "schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

/* Bytes of the group's name in "group.name". */
static size_t group_length(const char *parameter) { return strcspn(parameter, "."); }

bool schema_is_group(const char *name)
{
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        const char *parameter = registry_parameter(p)->name;
        if (group_length(parameter) == strlen(name) && strncmp(parameter, name, strlen(name)) == 0)
            return true;
    }
    return false;
}

/* The groups' names, each once, NULL behind the last. */
static const char *const *list_groups(struct arena *arena)
{
    const char **names = arena_take(arena, registry_n_parameters() + 1, sizeof *names);
    size_t n = 0;
    for (size_t p = 0; names && p < registry_n_parameters(); p++) {
        const char *parameter = registry_parameter(p)->name;
        bool is_there = false;
        for (size_t k = 0; k < n; k++)
            is_there = is_there || (strlen(names[k]) == group_length(parameter) &&
                                    strncmp(names[k], parameter, group_length(parameter)) == 0);
        if (is_there)
            continue;
        names[n] = arena_copy(arena, parameter, group_length(parameter));
        if (!names[n++])
            return NULL;
    }
    return names;
}

void schema_try_groups(struct nearest *nearest)
{
    for (size_t p = 0; p < registry_n_parameters(); p++)
        nearest_try_part(nearest, registry_parameter(p)->name, group_length(registry_parameter(p)->name));
}

static void check_group(struct check *check, const char *group, const struct node *node)
{
    const char **names = arena_take(check->arena, registry_n_parameters() + 1, sizeof *names);
    char what[96];
    size_t n = 0;
    snprintf(what, sizeof what, "parameter of `%s`", group);
    if (!names || !check_is_mapping(check, node, group, NULL))
        return;
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        const struct parameter *parameter = registry_parameter(p);
        const size_t length = group_length(parameter->name);
        if (length != strlen(group) || strncmp(parameter->name, group, length) != 0)
            continue;
        const struct node *value = node_get(node, parameter->name + length + 1);
        const struct range range = {parameter->low, parameter->high, parameter->type == INTEGER};
        names[n++] = parameter->name + length + 1;
        if (value)
            check_number(check, value, range, parameter->name, NULL, &check->configuration->parameters[p]);
    }
    check_known(check, node, names, what);
}

void check_parameters(struct check *check)
{
    const struct node *node = node_get(check->root, "parameters");
    const char *const *groups = list_groups(check->arena);
    double *parameters = arena_take(check->memory, registry_n_parameters(), sizeof *parameters);
    check->configuration->parameters = parameters;
    if (!groups || !parameters)
        return;
    for (size_t p = 0; p < registry_n_parameters(); p++)
        parameters[p] = registry_parameter(p)->value;
    if (!node || !check_is_mapping(check, node, "parameters", NULL))
        return;
    for (size_t k = 0; k < node->n; k++) {
        const struct pair *pair = &node->pairs[k];
        if (schema_is_group(pair->key->text))
            check_group(check, pair->key->text, pair->value);
        else
            check_tell_unknown(check, pair->key, groups, "group of parameters");
    }
}

void check_mechanisms(struct check *check)
{
    const struct node *node = node_get(check->root, "mechanisms");
    const char *names[N_MECHANISMS + 1] = {NULL};
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        check->configuration->is_on[m] = true;
        names[m] = registry[m]->name;
    }
    if (!node || !check_is_mapping(check, node, "mechanisms", NULL))
        return;
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        const struct node *value = node_get(node, names[m]);
        if (value)
            check_truth(check, value, names[m], "mechanisms", &check->configuration->is_on[m]);
    }
    check_known(check, node, names, "mechanism");
}

void check_organization(struct check *check)
{
    const struct node *node = node_get(check->root, "organization");
    check->configuration->organization = check_keep(check, "the organization");
    if (!node || !check_is_mapping(check, node, "organization", NULL))
        return;
    const struct node *name = node_get(node, "name");
    const struct settable settable = check_list_settable(check, 1u << SCALAR | 1u << BY_AREA, keys_of_organization);
    if (name)
        check_text(check, name, "name", "organization", &check->configuration->organization);
    check_starts(check, &settable, node, 0, "the organization", "organization");
}

static bool is_name(const char *text, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!isalnum((unsigned char)text[k]) && !strchr("_-.", text[k]))
            return false;
    return n > 0;
}

/* The file's name without folders and ending; what a name cannot have becomes `_`. */
static char *name_of_file(const struct check *check)
{
    const char *path = check->reading->main_source->name, *slash = strrchr(path, '/');
    char *name = check_keep(check, slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0))
        *dot = '\0';
    for (char *c = name; *c; c++)
        if (!is_name(c, 1))
            *c = '_';
    return name;
}

char *check_name(const struct check *check)
{
    enum { LONGEST = NAME_LONGEST };
    const struct node *node = node_get(check->root, "name");
    char *name = name_of_file(check);
    if (node && check_text(check, node, "name", NULL, &name) && (!is_name(node->text, node->n) || node->n > LONGEST))
        TELL(check, node, "`name` is %s; it must have letters, digits, `_`, `-` and `.` alone, at most %d",
             node_show(check->arena, node), LONGEST);
    return name;
}

static void check_names(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const struct node *title = node_get(check->root, "title");
    const struct node *description = node_get(check->root, "description");
    configuration->name = check_name(check);
    configuration->title = configuration->name;
    configuration->description = check_keep(check, "");
    if (title)
        check_text(check, title, "title", NULL, &configuration->title);
    if (title && title->kind == NODE_SCALAR && strpbrk(title->text, "\n\r"))
        TELL(check, title, "`title` has several lines; it must be one line");
    if (description)
        check_text(check, description, "description", NULL, &configuration->description);
}

static void check_years(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const struct node *years = node_get(check->root, "years");
    if (!years) {
        TELL(check, check->root, "there are no `years`; they must be given: `years: [first, last]`");
        return;
    }
    if (years->kind != NODE_LIST || years->n != 2) {
        TELL(check, years, "`years` is %s; it must be a list of two, `[first, last]`",
             years->kind == NODE_LIST ? "a list of another length" : node_show(check->arena, years));
        return;
    }
    const bool has_first = check_year(check, years->items[0], "first", "years", &configuration->first_year);
    const bool has_last = check_year(check, years->items[1], "last", "years", &configuration->last_year);
    check->has_years = has_first && has_last && configuration->first_year <= configuration->last_year;
    if (has_first && has_last && !check->has_years)
        TELL(check, years, "the last of the `years`, %d, is before the first, %d; it must be the same or later",
             configuration->last_year, configuration->first_year);
}

static void check_run(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const struct node *seed = node_get(check->root, "seed"), *noise = node_get(check->root, "noise");
    const struct key *of_replicates = key_find(keys_of_configuration, "replicates");
    double n_replicates = of_replicates->usual;
    configuration->seed = (uint64_t)key_find(keys_of_configuration, "seed")->usual;
    configuration->is_noisy = true;
    if (node_get(check->root, "replicates") &&
        !check_key_number(check, check->root, of_replicates, NULL, &n_replicates))
        n_replicates = 1;
    configuration->n_replicates = (size_t)n_replicates;
    if (seed && !node_is_count(seed, &configuration->seed))
        TELL(check, seed, "`seed` is %s; it must be a whole number within 0 .. 18446744073709551615, in digits alone",
             node_show(check->arena, seed));
    if (noise)
        check_truth(check, noise, "noise", NULL, &configuration->is_noisy);
    if (!configuration->is_noisy)
        configuration->n_replicates = 1; /* all would be alike */
}

/* Where the states are not known, at least what must be a mapping. */
static void check_kinds(const struct check *check)
{
    static const char *const keys[] = {"dyads", "drivers", "events", "observed"};
    for (size_t k = 0; k < COUNT(keys); k++)
        if (node_get(check->root, keys[k]))
            check_is_mapping(check, node_get(check->root, keys[k]), keys[k], NULL);
}

void schema_check(struct reading *reading, const struct node *root, struct arena *memory,
                  struct configuration *configuration)
{
    struct check check = {.reading = reading,
                          .diagnostics = &reading->diagnostics,
                          .arena = &reading->arena,
                          .memory = memory,
                          .configuration = configuration,
                          .root = root};
    check_section(&check, root, keys_of_configuration, "a configuration");
    check_names(&check);
    check_years(&check);
    check_run(&check);
    check_parameters(&check);
    check_mechanisms(&check);
    check_record(&check);
    check_states(&check);
    if (memory->is_exhausted || reading->arena.is_exhausted)
        return;
    check_organization(&check);
    if (!check.states) {
        check_kinds(&check);
        return;
    }
    check_dyads(&check);
    check_drivers(&check);
    check_complete_states(&check);
    check_events(&check);
    check_observed(&check);
    check_kept_states(&check);
}

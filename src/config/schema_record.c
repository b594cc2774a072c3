/* What goes into the output. */
#include <string.h>

#include "check.h"

/* The flag of a variable's record that a key is for: 0 trajectories, 1 statistics, 2 final. */
static bool *find_flag(struct record_entry *entry, size_t which)
{
    return which == 0 ? &entry->has_trajectories : which == 1 ? &entry->has_statistics : &entry->has_final;
}

/* `all`: what changes in the run. `main`: that without the details. */
static void choose_all(struct record_entry *entries, size_t which, unsigned left_out)
{
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        *find_flag(&entries[v], which) =
            check_is_recordable(variable) && variable->kind != ATTRIBUTE && !(variable->flags & left_out);
    }
}

/* `organization`: what of `main` concerns it as a whole. */
static void choose_organization(struct record_entry *entries, size_t which)
{
    choose_all(entries, which, DETAIL);
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (registry_variable(v)->shape != SCALAR && registry_variable(v)->shape != BY_AREA)
            *find_flag(&entries[v], which) = false;
}

static void choose_listed(const struct check *check, struct record_entry *entries, size_t which,
                          const struct node *list)
{
    const char **names = arena_take(check->arena, registry_n_variables() + 1, sizeof *names);
    size_t n = 0;
    for (size_t v = 0; names && v < registry_n_variables(); v++)
        if (check_is_recordable(registry_variable(v)))
            names[n++] = registry_variable(v)->name;
    for (size_t k = 0; names && k < list->n; k++) {
        const struct node *item = list->items[k];
        const long found = item->kind == NODE_SCALAR ? registry_find_variable(item->text) : -1;
        if (item->kind != NODE_SCALAR)
            TELL(check, item, "this is %s; it must be the name of a variable", node_show(check->arena, item));
        else if (found < 0 || !check_is_recordable(registry_variable((size_t)found)))
            check_tell_unknown(check, item, names, "variable that is recorded");
        else if (*find_flag(&entries[found], which))
            TELL(check, item, "`%s` is here a second time; it must be here once", item->text);
        else
            *find_flag(&entries[found], which) = true;
    }
}

static void check_choice(const struct check *check, struct record_entry *entries, size_t which, const struct node *node)
{
    if (node->kind == NODE_LIST)
        choose_listed(check, entries, which, node);
    else if (node_is_text(node, "all"))
        choose_all(entries, which, 0);
    else if (node_is_text(node, "main"))
        choose_all(entries, which, DETAIL);
    else if (node_is_text(node, "organization"))
        choose_organization(entries, which);
    else if (!node_is_text(node, "none"))
        TELL(check, node, "`%s` is %s; it must be `main`, `organization`, `all`, `none` or a list of variables",
             keys_of_record[which].name, node_show(check->arena, node));
}

static void check_quantiles(const struct check *check, const struct node *node)
{
    static const double usual[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    struct configuration *configuration = check->configuration;
    if (node && !check_is_list(check, node, "quantiles", "record"))
        return;
    configuration->n_quantiles = node ? node->n : COUNT(usual);
    configuration->quantiles = arena_take(check->memory, configuration->n_quantiles, sizeof(double));
    if (!configuration->quantiles)
        return;
    if (!node)
        memcpy(configuration->quantiles, usual, sizeof usual);
    for (size_t k = 0; node && k < node->n; k++) {
        double *quantile = &configuration->quantiles[k];
        if (check_number(check, node->items[k], (struct range){0, 1, false}, "quantiles", "record", quantile) && k &&
            *quantile <= quantile[-1])
            TELL(check, node->items[k], "the quantile %g is not above the one before, %g; they must grow", *quantile,
                 quantile[-1]);
    }
}

static void check_precision(const struct check *check, const struct node *record)
{
    size_t word = 0;
    check_key_word(check, record, key_find(keys_of_record, "precision"), NULL, &word);
    check->configuration->is_double = word == 1;
}

/* Note one of the years to keep. */
static void keep_year(const struct check *check, const struct node *node, bool *is_kept)
{
    const struct configuration *configuration = check->configuration;
    int year;
    if (!check_year(check, node, "years", "record", &year) ||
        !check_is_simulated(check, node, year, "years", "record") || !check->has_years)
        return;
    if (is_kept[year - configuration->first_year])
        TELL(check, node, "%d is here a second time; it must be here once", year);
    is_kept[year - configuration->first_year] = true;
}

/* The years that are kept: those listed, or all. */
static void check_kept_years(const struct check *check, const struct node *node)
{
    struct configuration *configuration = check->configuration;
    const size_t n = check->has_years ? (size_t)(configuration->last_year - configuration->first_year) + 1 : 0;
    bool *is_kept = arena_take(check->arena, n + 1, sizeof *is_kept);
    configuration->kept_years = arena_take(check->memory, n + 1, sizeof *configuration->kept_years);
    if (!is_kept || !configuration->kept_years)
        return;
    memset(is_kept, node ? 0 : 1, n);
    if (node && check_is_list(check, node, "years", "record") && node->n == 0)
        TELL(check, node, "`years` of `record` is empty; it must have a year or more");
    for (size_t k = 0; node && node->kind == NODE_LIST && k < node->n; k++)
        keep_year(check, node->items[k], is_kept);
    for (size_t t = 0; t < n; t++)
        if (is_kept[t])
            configuration->kept_years[configuration->n_kept_years++] = configuration->first_year + (int)t;
}

/* The states that are kept: those listed, by identifier or tag, or all. Called when they are known. */
void check_kept_states(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const size_t n = configuration->n_states;
    const struct node *node = node_get(node_get(check->root, "record"), "states");
    bool *is_kept = arena_take(check->arena, n + 1, sizeof *is_kept);
    configuration->kept_states = arena_take(check->memory, n + 1, sizeof *configuration->kept_states);
    if (!is_kept || !configuration->kept_states)
        return;
    memset(is_kept, node ? 0 : 1, n);
    if (node && check_is_list(check, node, "states", "record") && node->n == 0)
        TELL(check, node, "`states` of `record` is empty; it must have a state or more");
    for (size_t k = 0; node && node->kind == NODE_LIST && k < node->n; k++) {
        const struct node *item = node->items[k];
        bool is_any = false;
        for (size_t i = 0; item->kind == NODE_SCALAR && i < n; i++) {
            bool is_meant = strcmp(configuration->states[i].id, item->text) == 0;
            for (size_t m = 0; m < configuration->states[i].n_tags; m++)
                is_meant = is_meant || strcmp(configuration->states[i].tags[m], item->text) == 0;
            is_kept[i] = is_kept[i] || is_meant;
            is_any = is_any || is_meant;
        }
        if (item->kind != NODE_SCALAR)
            TELL(check, item, "this is %s; it must be a state or a tag", node_show(check->arena, item));
        else if (!is_any)
            check_tell_unknown_state(check, item, item->text, true);
    }
    for (size_t i = 0; i < n; i++)
        if (is_kept[i])
            configuration->kept_states[configuration->n_kept_states++] = i;
}

void check_record(struct check *check)
{
    struct configuration *configuration = check->configuration;
    const size_t n_variables = registry_n_variables();
    const struct node *record = node_get(check->root, "record");
    struct record_entry *entries = arena_take(check->memory, n_variables, sizeof *entries);
    if (!entries || (record && !check_is_mapping(check, record, "record", NULL)))
        return;
    if (record)
        check_section(check, record, keys_of_record, "`record`");
    if (!node_get(record, "trajectories"))
        choose_all(entries, 0, DETAIL);
    for (size_t which = 0; which < 3; which++)
        if (node_get(record, keys_of_record[which].name))
            check_choice(check, entries, which, node_get(record, keys_of_record[which].name));
    check_quantiles(check, node_get(record, "quantiles"));
    check_precision(check, record);
    check_kept_years(check, node_get(record, "years"));
    configuration->record = entries;
    for (size_t v = 0; v < n_variables; v++) {
        entries[v].variable = registry_variable(v);
        if (entries[v].has_trajectories || entries[v].has_statistics || entries[v].has_final)
            entries[configuration->n_record++] = entries[v];
    }
}

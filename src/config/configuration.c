#include "configuration.h"

#include <string.h>

#include "emit.h"
#include "schema.h"

const char *const configuration_areas[] = {[SECURITY] = "security", [ECONOMY] = "economy", [AREAS] = NULL};

/* Move what memory, and text, the configuration needs into its own hands. */
static int complete(struct configuration *configuration, bool is_trial, struct arena *memory, struct error *error)
{
    struct text resolved = {0};
    int code = OK;
    if (!is_trial)
        emit_configuration(&resolved, configuration);
    char *text = resolved.is_exhausted || is_trial ? NULL : arena_copy(memory, resolved.bytes, resolved.n);
    configuration->memory = arena_take(memory, 1, sizeof *configuration->memory);
    if ((!text && !is_trial) || !configuration->memory) {
        code = error_memory(error);
        goto out;
    }
    configuration->resolved = text;
    *configuration->memory = *memory;
    *memory = (struct arena){0};
out:
    text_free(&resolved);
    return code;
}

static struct node * override(struct reading *reading, struct node *root, const struct overrides *overrides)
{
    if (overrides->name_of_set)
        reading->name_of_set = overrides->name_of_set;
    for (size_t k = 0; root && k < overrides->n_first; k++)
        root = merge_setting(reading, root, &overrides->first[k]);
    for (size_t k = 0; root && k < overrides->n_set; k++)
        root = merge_set(reading, root, overrides->set[k]);
    for (size_t k = 0; root && k < overrides->n_last; k++)
        root = merge_setting(reading, root, &overrides->last[k]);
    return root;
}

int configuration_read(struct configuration *configuration, const char *path, const struct overrides *overrides,
                       struct error *error)
{
    struct reading reading;
    struct arena memory = {0};
    int code;
    *configuration = (struct configuration){0};
    merge_begin(&reading, keys_of_configuration, schema_is_group, schema_try_groups);
    struct node *root = reading.arena.is_exhausted ? NULL : merge_files(&reading, path);
    if (root && overrides)
        root = override(&reading, root, overrides);
    if (root)
        schema_check(&reading, root, &memory, configuration);
    code = memory.is_exhausted ? error_memory(error) : diagnostics_report(&reading.diagnostics, error);
    if (code == OK)
        code = complete(configuration, overrides && overrides->is_trial, &memory, error);
    if (code != OK)
        *configuration = (struct configuration){0};
    arena_free(&memory);
    arena_free(&reading.arena);
    return code;
}

void configuration_free(struct configuration *configuration)
{
    if (!configuration)
        return;
    if (configuration->memory) {
        struct arena memory = *configuration->memory;
        arena_free(&memory);
    }
    *configuration = (struct configuration){0};
}

static int check_states_alike(const struct configuration *a, const struct configuration *b, struct error *error)
{
    if (a->n_states != b->n_states)
        return error_set(error, BAD_INPUT, "`%s` has %zu states and `%s` has %zu; both must have the same", a->name,
                         a->n_states, b->name, b->n_states);
    for (size_t i = 0; i < a->n_states; i++)
        if (strcmp(a->states[i].id, b->states[i].id) != 0)
            return error_set(
                error, BAD_INPUT,
                "state %zu of `%s` is `%s` and of `%s` is `%s`; both must have the same states in the same "
                "order",
                i + 1, a->name, a->states[i].id, b->name, b->states[i].id);
    return OK;
}

static int check_record_alike(const struct configuration *a, const struct configuration *b, struct error *error)
{
    bool is_alike = a->n_record == b->n_record && a->n_quantiles == b->n_quantiles && a->is_double == b->is_double;
    for (size_t k = 0; is_alike && k < a->n_record; k++) {
        const struct record_entry *x = &a->record[k], *y = &b->record[k];
        is_alike = x->variable == y->variable && x->has_trajectories == y->has_trajectories &&
                   x->has_statistics == y->has_statistics && x->has_final == y->has_final;
    }
    for (size_t k = 0; is_alike && k < a->n_quantiles; k++)
        is_alike = a->quantiles[k] == b->quantiles[k];
    is_alike = is_alike && a->n_kept_years == b->n_kept_years && a->n_kept_states == b->n_kept_states;
    for (size_t k = 0; is_alike && k < a->n_kept_years; k++)
        is_alike = a->kept_years[k] == b->kept_years[k];
    for (size_t k = 0; is_alike && k < a->n_kept_states; k++)
        is_alike = a->kept_states[k] == b->kept_states[k];
    return is_alike ? OK
                    : error_set(error, BAD_INPUT, "`%s` and `%s` differ in `record`; both must record the same",
                                a->name, b->name);
}

int configuration_check_alike(const struct configuration *a, const struct configuration *b, struct error *error)
{
    int code = check_states_alike(a, b, error);
    if (code == OK && (a->first_year != b->first_year || a->last_year != b->last_year))
        code = error_set(error, BAD_INPUT, "`%s` simulates the years %d .. %d and `%s` %d .. %d; both must be the same",
                         a->name, a->first_year, a->last_year, b->name, b->first_year, b->last_year);
    if (code == OK && a->n_replicates != b->n_replicates)
        code = error_set(error, BAD_INPUT, "`%s` has %zu replicates and `%s` %zu; both must have the same number",
                         a->name, a->n_replicates, b->name, b->n_replicates);
    return code == OK ? check_record_alike(a, b, error) : code;
}

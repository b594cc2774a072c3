#include "experiment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mix.h"
#include "emit.h"
#include "numbers.h"
#include "schema.h"
#include "schema_experiment.h"

enum { MOST_VARIANTS = 4096 };

/* Those of its keys that every scenario takes over. */
static const char *const handed_on[] = {"years", "replicates", "seed", "noise", "record", NULL};

/* Keys of the experiment that --set may change. */
static const char *const own_keys[] = {"design", "scenarios", "common_random_numbers", "calibration", "score", NULL};

/* An experiment while it is read. */
struct making {
    struct reading reading;
    struct check check;
    struct experiment *experiment;
    char **set; /* what --set says of the scenarios */
    size_t n_set;
    struct setting *common; /* what the experiment says of them */
    size_t n_common;
    const char **paths; /* of the scenarios */
    struct factor_source *sources;
    struct node *nothing; /* null */
    struct design_choice choice;
    bool has_design_seed;
    bool do_scenarios_hold; /* as they are */
    struct error *error;
    int code;
};

static bool is_one_of(const char *const *names, const char *text, size_t n)
{
    for (; *names; names++)
        if (strlen(*names) == n && strncmp(*names, text, n) == 0)
            return true;
    return false;
}

static bool never_a_group(const char *name)
{
    (void)name;
    return false;
}

static void no_groups(struct nearest *nearest) { (void)nearest; }

bool experiment_is_one(const char *path)
{
    struct reading reading;
    merge_begin(&reading, keys_of_experiment, never_a_group, no_groups);
    const struct node *root = reading.arena.is_exhausted ? NULL : merge_files(&reading, path);
    const bool is_one = node_get(root, "vary") || node_get(root, "design") || node_get(root, "scenarios") ||
                        node_get(root, "calibration") || node_get(root, "score");
    arena_free(&reading.arena);
    return is_one;
}

/* Keep an error, with those that were found before. */
static void keep_error(struct making *making, int code, struct error *one)
{
    error_append(making->error, one);
    making->code = making->code == FAILED || code == FAILED ? FAILED : BAD_INPUT;
}

/* The tree of the file, with what --set says of the experiment itself; the rest is for the scenarios. */
static struct node *read_tree(struct making *making, const char *path, char **set, size_t n_set)
{
    struct node *root = merge_files(&making->reading, path);
    making->set = arena_take(&making->reading.arena, n_set + 1, sizeof *making->set);
    for (size_t k = 0; root && making->set && k < n_set; k++)
        if (is_one_of(own_keys, set[k], strcspn(set[k], ".=")))
            root = merge_set(&making->reading, root, set[k]);
        else
            making->set[making->n_set++] = set[k];
    return making->set ? root : NULL;
}

static void add_setting(struct making *making, const struct node *key, struct node *value)
{
    making->common[making->n_common++] = (struct setting){key, value};
}

static struct node *text_node(struct making *making, const char *text)
{
    struct node *node = node_scalar(&making->reading.arena, text, strlen(text), making->check.root->place);
    if (node)
        node->is_plain = true;
    return node;
}

/* If nothing else is said, an experiment keeps statistics of the organization: trajectories of all points are a great
 * deal. */
static void add_usual_record(struct making *making)
{
    static const char *const words[] = {"trajectories", "none", "statistics", "organization"};
    const struct node *said = node_get(making->check.root, "record");
    struct arena *arena = &making->reading.arena;
    struct node *record = node_new(arena, NODE_MAPPING, making->check.root->place);
    struct node *key = text_node(making, "record");
    for (size_t k = 0; record && k < COUNT(words); k += 2) {
        struct node *name = text_node(making, words[k]), *value = text_node(making, words[k + 1]);
        if (node_get(said, words[0]) && k > 0) /* who asks for trajectories says what else is wanted */
            break;
        if (!name || !value || !node_put(arena, record, name, value))
            return;
    }
    if (record && key)
        add_setting(making, key, record);
}

/* What the experiment says of all scenarios. */
static void collect_common(struct making *making)
{
    const struct node *root = making->check.root, *set = node_get(root, "set");
    const size_t n = (set && set->kind == NODE_MAPPING ? set->n : 0) + COUNT(handed_on) + 1;
    making->common = arena_take(&making->reading.arena, n, sizeof *making->common);
    if (!making->common)
        return;
    if (node_get(root, "vary"))
        add_usual_record(making);
    for (size_t k = 0; handed_on[k]; k++) {
        const struct pair *pair = node_find(root, handed_on[k]);
        if (pair)
            add_setting(making, pair->key, pair->value);
    }
    if (set && check_is_mapping(&making->check, set, "set", NULL))
        for (size_t k = 0; k < set->n; k++)
            add_setting(making, set->pairs[k].key, set->pairs[k].value);
}

/* What `set` says, as text, and what --set says. */
static void keep_settings(struct making *making)
{
    const struct node *set = node_get(making->check.root, "set");
    struct experiment *experiment = making->experiment;
    const size_t n = set && set->kind == NODE_MAPPING ? set->n : 0;
    experiment->settings = arena_take(making->check.memory, n + making->n_set + 1, sizeof *experiment->settings);
    for (size_t k = 0; experiment->settings && k < n; k++) {
        struct text text = {0};
        text_add(&text, "%s=", set->pairs[k].key->text);
        emit_node(&text, set->pairs[k].value);
        experiment->settings[k] = text.is_exhausted ? NULL : arena_copy(making->check.memory, text.bytes, text.n);
        experiment->n_settings += experiment->settings[k] != NULL;
        text_free(&text);
    }
    for (size_t k = 0; experiment->settings && k < making->n_set; k++) {
        char *kept = arena_copy(making->check.memory, making->set[k], strlen(making->set[k]));
        experiment->settings[experiment->n_settings] = kept;
        experiment->n_settings += kept != NULL;
    }
}

/* The file of a scenario, which must not be an experiment itself; NULL: that has been told. */
static const char *find_scenario(struct making *making, const struct node *node)
{
    const char *path = merge_find_file(&making->reading, node, "the scenario");
    if (!path || !experiment_is_one(path))
        return path;
    TELL(&making->check, node, "`%s` is an experiment; a scenario is a configuration", path);
    return NULL;
}

/* The files under `scenarios`, or the one scenario whose files are a factor. */
static void find_scenarios(struct making *making)
{
    const struct node *list = node_get(making->check.root, "scenarios");
    const struct node *vary = node_get(making->check.root, "vary");
    struct experiment *experiment = making->experiment;
    const struct pair *varied = node_find(vary, "scenarios");
    if (varied && list)
        TELL(&making->check, list, "`scenarios` stand here and under `vary`; they must stand in one place");
    if (!varied && !list)
        TELL(&making->check, making->check.root,
             "there are no `scenarios`; they must be given: `scenarios: [history.yaml]`");
    if (varied || !list || !check_is_list(&making->check, list, "scenarios", NULL)) {
        experiment->n_scenarios = 1;
        making->paths = arena_take(&making->reading.arena, 1, sizeof *making->paths);
        return;
    }
    making->paths = arena_take(&making->reading.arena, list->n + 1, sizeof *making->paths);
    experiment->n_scenarios = making->paths ? list->n : 0;
    if (list->n == 0)
        TELL(&making->check, list, "`scenarios` is empty; it must have one or more");
    for (size_t k = 0; k < experiment->n_scenarios; k++)
        making->paths[k] = find_scenario(making, list->items[k]);
    if (experiment->n_scenarios > 0 && making->paths[0])
        experiment->first_path = check_keep(&making->check, making->paths[0]);
}

/* The files that are levels of a factor. */
static void find_varied_scenarios(struct making *making)
{
    for (size_t f = 0; f < making->experiment->n_factors; f++)
        for (size_t k = 0; making->sources[f].is_scenarios && making->sources[f].levels &&
                           k < making->experiment->factors[f].n_levels;
             k++)
            find_scenario(making, making->sources[f].levels[k]);
}

/* A file that is called as all of them are has the name of its folder. */
static char *name_of(const struct check *check)
{
    char *name = check_name(check);
    const char *path = check->reading->main_source->real_path, *end = strrchr(path, '/'), *begin = end;
    if (node_get(check->root, "name") || strcmp(name, "experiment") != 0 || end == path)
        return name;
    while (begin > path && begin[-1] != '/')
        begin--;
    char *folder = arena_copy(check->memory, begin, (size_t)(end - begin));
    return folder ? folder : name;
}

static void check_texts(struct making *making)
{
    struct experiment *experiment = making->experiment;
    const struct check *check = &making->check;
    const struct node *title = node_get(check->root, "title"), *description = node_get(check->root, "description");
    const struct node *common = node_get(check->root, "common_random_numbers");
    experiment->name = name_of(check);
    experiment->title = experiment->name;
    experiment->description = check_keep(check, "");
    experiment->has_common_luck = true;
    if (title)
        check_text(check, title, "title", NULL, &experiment->title);
    if (description)
        check_text(check, description, "description", NULL, &experiment->description);
    if (common)
        check_truth(check, common, "common_random_numbers", NULL, &experiment->has_common_luck);
}

/* events.NAME, which happens (on) or does not (off, ~) */
static bool is_whole_event(const struct node *key)
{
    const char *dot = strncmp(key->text, "events.", 7) == 0 ? strchr(key->text, '.') : NULL;
    return dot && !strchr(dot + 1, '.');
}

/* Add what a level sets to settings[n]; returns how many there are then. An event that is `on` stays as it is. */
static size_t add_level(const struct making *making, const struct node *key, struct node *level,
                        struct setting *settings, size_t n)
{
    bool truth;
    const bool is_switch = is_whole_event(key) && node_is_truth(level, &truth);
    if (!is_switch || !truth)
        settings[n++] = (struct setting){key, is_switch ? making->nothing : level};
    return n;
}

/* The level of a factor in a variant; the first while variants are not yet counted. */
static size_t level_in(const struct experiment *experiment, size_t f, size_t variant)
{
    if (experiment->varied[f].stride == 0)
        return 0;
    return variant / experiment->varied[f].stride % experiment->factors[f].n_levels;
}

/* What a variant changes in a scenario, in settings[n_factors]; returns how many. *path is of the scenario's file. */
static size_t settings_of(struct making *making, size_t variant, size_t scenario, struct setting *settings,
                          const char **path)
{
    const struct experiment *experiment = making->experiment;
    size_t n = 0;
    *path = making->paths[scenario];
    for (size_t f = 0; f < experiment->n_factors; f++) {
        const struct factor_source *source = &making->sources[f];
        if (!experiment->varied[f].is_variant || (experiment->varied[f].stride == 0 && !source->is_scenarios))
            continue;
        struct node *level = source->levels[level_in(experiment, f, variant)];
        if (source->is_scenarios)
            *path = merge_find_file(&making->reading, level, "the scenario");
        else
            n = add_level(making, source->key, level, settings, n);
    }
    return n;
}

/* Read a scenario in a variant; `more` is set last if it has a key. */
static int read_one(struct making *making, size_t variant, size_t scenario, struct setting more,
                    struct configuration *configuration, struct error *error)
{
    struct setting *settings = arena_take(&making->reading.arena, making->experiment->n_factors + 1, sizeof *settings);
    const char *path;
    if (!settings)
        return error_memory(error);
    size_t n = settings_of(making, variant, scenario, settings, &path);
    if (more.key)
        n = add_level(making, more.key, more.value, settings, n);
    const struct overrides overrides = {.first = making->common,
                                        .n_first = making->n_common,
                                        .set = making->set,
                                        .n_set = making->n_set,
                                        .last = settings,
                                        .n_last = n,
                                        .is_trial = more.key != NULL};
    return path ? configuration_read(configuration, path, &overrides, error) : error_memory(error);
}

/* The numbers of a configuration, one after the other. NULL if memory has run out. */
static double *numbers_of(const struct configuration *configuration, struct arena *arena, size_t *n)
{
    *n = numbers_count(configuration);
    double **list = arena_take(arena, *n + 1, sizeof *list), *values = arena_take(arena, *n + 1, sizeof *values);
    if (!list || !values)
        return NULL;
    numbers_list(configuration, list);
    for (size_t k = 0; k < *n; k++)
        values[k] = *list[k];
    return values;
}

/* Two values of a factor, and what the scenario's numbers are with them. */
struct probe {
    double value;
    const double *numbers;
    size_t n;
};

/* Try a value: what it must be is said by the configuration's own checks. False if it is not. */
static bool try_value(struct making *making, size_t variant, size_t scenario, size_t f, struct node *node,
                      struct arena *arena, struct probe *probe)
{
    struct configuration configuration;
    struct error error = {0};
    const struct setting more = {making->sources[f].key, node};
    const int code = read_one(making, variant, scenario, more, &configuration, &error);
    if (code != OK) {
        if (making->do_scenarios_hold &&
            !strstr(error.text, node->place.source->name)) /* what is told is told of another file */
            TELL(&making->check, node,
                 "with %s for `%s` the scenario does not hold:", node_show(&making->reading.arena, node),
                 making->experiment->factors[f].name);
        keep_error(making, code, &error);
        return false;
    }
    node_number(node, &probe->value);
    probe->numbers = numbers_of(&configuration, arena, &probe->n);
    configuration_free(&configuration);
    return probe->numbers != NULL;
}

/* The numbers that are the factor's value in both. False if others differ, or none does. */
static bool find_slots(const struct probe *low, const struct probe *high, struct arena *memory, struct slots *slots)
{
    *slots = (struct slots){0};
    if (low->n != high->n)
        return false;
    for (size_t k = 0; k < low->n; k++) {
        if (low->numbers[k] == high->numbers[k])
            continue;
        if (low->numbers[k] != low->value || high->numbers[k] != high->value)
            return false;
        size_t *grown = arena_grow(memory, slots->list, slots->n, sizeof *grown);
        if (!grown)
            return false;
        slots->list = grown;
        slots->list[slots->n++] = k;
    }
    return slots->n > 0;
}

/* The nodes of a numeric factor's least and greatest value. */
static void find_ends(const struct making *making, size_t f, struct node **low, struct node **high)
{
    const struct factor_source *source = &making->sources[f];
    const struct varied *varied = &making->experiment->varied[f];
    *low = source->low;
    *high = source->high;
    size_t least = 0, greatest = 0;
    for (size_t k = 0; varied->numbers && k < making->experiment->factors[f].n_levels; k++) {
        least = varied->numbers[k] < varied->numbers[least] ? k : least;
        greatest = varied->numbers[k] > varied->numbers[greatest] ? k : greatest;
    }
    if (varied->numbers) {
        *low = source->levels[least];
        *high = source->levels[greatest];
    }
}

/* Which numbers does the factor set? False if that is not all it does; *is_bad if it cannot have its values at all. */
static bool probe_factor(struct making *making, size_t variant, size_t scenario, size_t f, struct slots *slots,
                         bool *is_bad)
{
    struct arena arena = {0};
    struct probe low = {0}, high = {0};
    struct node *low_node, *high_node;
    find_ends(making, f, &low_node, &high_node);
    *is_bad = !try_value(making, variant, scenario, f, low_node, &arena, &low);
    *is_bad = !try_value(making, variant, scenario, f, high_node, &arena, &high) || *is_bad;
    const bool is_found = !*is_bad && find_slots(&low, &high, making->check.memory, slots);
    arena_free(&arena);
    return is_found;
}

/* May the factor have a value between its ends, or each of its levels? */
static void try_between(struct making *making, size_t f)
{
    static const double not_whole =
        0.3819660112501051; /* of the way: by the golden ratio, no fraction of whole numbers */
    const struct factor *factor = &making->experiment->factors[f];
    const double *numbers = making->experiment->varied[f].numbers;
    struct arena arena = {0};
    struct probe probe;
    bool has_broken = false; /* of numbers between the ends, one that is not whole stands for all */
    if (factor->distribution == LEVELS) {
        for (size_t k = 0; k < factor->n_levels; k++) {
            const bool is_broken = numbers && numbers[k] != floor(numbers[k]);
            if (!numbers || (is_broken && !has_broken))
                try_value(making, 0, 0, f, making->sources[f].levels[k], &arena, &probe);
            has_broken = has_broken || is_broken;
        }
    } else if (factor->distribution != WHOLE_NUMBER) {
        struct text text = {0};
        text_add_number(&text, factor->low + (factor->high - factor->low) * not_whole);
        struct node *node =
            text.is_exhausted
                ? NULL
                : node_scalar(&arena, text.bytes, text.n,
                              node_find(node_get(making->check.root, "vary"), factor->name)->value->place);
        text_free(&text);
        if (node) {
            node->is_plain = true;
            try_value(making, 0, 0, f, node, &arena, &probe);
        }
    }
    arena_free(&arena);
}

/* Whether a factor sets numbers or makes variants; and that it can have its values. */
static void judge_factor(struct making *making, size_t f)
{
    struct varied *varied = &making->experiment->varied[f];
    const struct factor *factor = &making->experiment->factors[f];
    const bool has_levels = factor->distribution == LEVELS;
    bool is_bad = false;
    varied->is_variant = making->sources[f].is_scenarios || (has_levels && (!varied->numbers || factor->n_levels == 1));
    if (varied->is_variant && !making->sources[f].is_scenarios)
        try_between(making, f);
    if (varied->is_variant)
        return;
    struct slots slots;
    const bool is_found = probe_factor(making, 0, 0, f, &slots, &is_bad);
    if (is_bad)
        return;
    try_between(making, f);
    varied->is_variant = !is_found && has_levels;
    if (!is_found && !has_levels)
        TELL(&making->check, making->sources[f].key,
             "`%s` cannot be varied by degrees; it must be a number of a parameter, a state, a dyad, the organization "
             "or an event, or have `values`",
             factor->name);
}

/* Number the variants. */
static void count_variants(struct making *making)
{
    struct experiment *experiment = making->experiment;
    size_t n = 1;
    for (size_t f = 0; f < experiment->n_factors; f++) {
        if (!experiment->varied[f].is_variant)
            continue;
        experiment->varied[f].stride = n;
        n *= experiment->factors[f].n_levels;
        if (n * experiment->n_scenarios > MOST_VARIANTS) {
            TELL(
                &making->check, making->sources[f].key,
                "the values that change more than numbers (words, `on` and `off`, files) make more than %d variants of "
                "the scenarios; there must be fewer",
                MOST_VARIANTS);
            return;
        }
    }
    experiment->n_variants = n;
}

static void read_variants(struct making *making)
{
    struct experiment *experiment = making->experiment;
    const size_t n = experiment->n_variants * experiment->n_scenarios;
    experiment->configurations = calloc(n, sizeof *experiment->configurations);
    if (!experiment->configurations) {
        making->code = error_memory(making->error);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        struct error error = {0};
        const int code = read_one(making, k / experiment->n_scenarios, k % experiment->n_scenarios, (struct setting){0},
                                  &experiment->configurations[k], &error);
        if (code != OK)
            keep_error(making, code, &error);
    }
}

/* Parameters and starts are numbered alike in all variants; only numbers of events are not. */
static bool are_everywhere(const struct experiment *experiment, const struct slots *slots)
{
    struct configuration first = experiment->configurations[0];
    first.n_events = 0;
    return slots->n > 0 && slots->list[slots->n - 1] < numbers_count(&first);
}

static void find_all_slots(struct making *making)
{
    struct experiment *experiment = making->experiment;
    const size_t n = experiment->n_variants * experiment->n_scenarios;
    for (size_t f = 0; f < experiment->n_factors && making->code == OK; f++) {
        struct varied *varied = &experiment->varied[f];
        if (varied->is_variant)
            continue;
        varied->slots = arena_take(making->check.memory, n, sizeof *varied->slots);
        for (size_t k = 0; varied->slots && k < n && making->code == OK; k++) {
            bool is_bad;
            if (k > 0 && are_everywhere(experiment, &varied->slots[0]))
                varied->slots[k] = varied->slots[0];
            else if (!probe_factor(making, k / experiment->n_scenarios, k % experiment->n_scenarios, f,
                                   &varied->slots[k], &is_bad) &&
                     !is_bad)
                TELL(&making->check, making->sources[f].key, "`%s` is no number of the scenario `%s`",
                     experiment->factors[f].name, experiment->configurations[k].name);
        }
    }
}

/* A scenario whose file varies is called as the experiment. */
static void name_scenario(struct making *making)
{
    const struct experiment *experiment = making->experiment;
    for (size_t k = 0; making->paths[0] == NULL && k < experiment->n_variants; k++) {
        experiment->configurations[k].name = experiment->name;
        experiment->configurations[k].title = experiment->title;
    }
}

static bool share_a_number(const struct slots *a, const struct slots *b)
{
    for (size_t k = 0, m = 0; k < a->n && m < b->n;) /* both ascend */
        if (a->list[k] == b->list[m])
            return true;
        else if (a->list[k] < b->list[m])
            k++;
        else
            m++;
    return false;
}

/* The first scenario's own value of what is varied: a number; of words, the first that is listed. */
static void find_usual(struct making *making)
{
    struct experiment *experiment = making->experiment;
    const size_t n = numbers_count(experiment->configurations);
    double **numbers = calloc(n + 1, sizeof *numbers);
    if (numbers)
        numbers_list(experiment->configurations, numbers);
    for (size_t f = 0; numbers && f < experiment->n_factors; f++) {
        struct factor *factor = &experiment->factors[f];
        const struct varied *varied = &experiment->varied[f];
        const double own = varied->is_variant ? NAN : *numbers[varied->slots[0].list[0]];
        factor->has_usual = varied->is_variant || !varied->numbers;
        factor->usual = varied->is_variant ? 0 : own;
        for (size_t k = 0; !varied->is_variant && varied->numbers && k < factor->n_levels; k++)
            if (varied->numbers[k] == own) {
                factor->has_usual = true;
                factor->usual = (double)k;
            }
    }
    free(numbers);
}

/* Two factors that set one number: the later would win, and the earlier mean nothing. */
static void check_apart(struct making *making)
{
    const struct experiment *experiment = making->experiment;
    for (size_t f = 0; f < experiment->n_factors; f++)
        for (size_t g = 0; g < f; g++)
            if (!experiment->varied[f].is_variant && !experiment->varied[g].is_variant &&
                share_a_number(&experiment->varied[f].slots[0], &experiment->varied[g].slots[0]))
                TELL(&making->check, making->sources[f].key, "`%s` and `%s` are the same number; it can be varied once",
                     experiment->factors[g].name, experiment->factors[f].name);
}

/* In one output all must be alike, and every scenario has a name of its own. */
static void check_alike(struct making *making)
{
    struct experiment *experiment = making->experiment;
    const struct configuration *all = experiment->configurations;
    struct error error = {0};
    for (size_t k = 1; k < experiment->n_variants * experiment->n_scenarios; k++)
        if (configuration_check_alike(&all[0], &all[k], &error)) {
            keep_error(making, BAD_INPUT, &error);
            return;
        }
    for (size_t k = 0; k < experiment->n_scenarios; k++)
        for (size_t m = 0; m < k; m++)
            if (strcmp(all[m].name, all[k].name) == 0)
                TELL(&making->check, node_get(making->check.root, "scenarios")->items[k],
                     "the scenario `%s` is there a second time; each must have another `name`", all[k].name);
}

/* What was told of the experiment's own file. */
static void report(struct making *making)
{
    struct error error = {0};
    const int code = making->check.memory->is_exhausted || making->reading.arena.is_exhausted
                         ? error_memory(&error)
                         : diagnostics_report(&making->reading.diagnostics, &error);
    if (code != OK)
        keep_error(making, code, &error);
    making->reading.diagnostics.n_kept = making->reading.diagnostics.n_found = 0;
}

/* The path without `parameters.`, which may be left out. */
static const char *short_path(const char *path) { return strncmp(path, "parameters.", 11) == 0 ? path + 11 : path; }

/* What is varied would be set to no effect. */
static void check_set(struct making *making)
{
    for (size_t k = 0; k < making->n_set; k++)
        for (size_t f = 0; f < making->experiment->n_factors; f++) {
            const char *set = short_path(making->set[k]), *name = short_path(making->experiment->factors[f].name);
            const size_t n = strcspn(set, "=");
            if (strlen(name) == n && strncmp(set, name, n) == 0)
                TELL(&making->check, making->sources[f].key, "`%s` is varied here; --set cannot set it", name);
        }
}

static void check_file(struct making *making)
{
    const struct check *check = &making->check;
    check_section(check, check->root, keys_of_experiment, "an experiment");
    check_texts(making);
    collect_common(making);
    keep_settings(making);
    find_scenarios(making);
    check_vary(check, making->experiment, &making->sources);
    find_varied_scenarios(making);
    check_set(making);
    const bool has_design =
        node_get(check->root, "design") || (node_get(check->root, "vary") && !node_get(check->root, "calibration"));
    if (making->reading.diagnostics.n_found == 0 && has_design)
        check_design(check, making->experiment, making->sources, &making->choice, &making->has_design_seed);
}

/* Each scenario as it is, before anything is varied. */
static void check_scenarios(struct making *making)
{
    for (size_t k = 0; k < making->experiment->n_scenarios; k++) {
        struct configuration configuration;
        struct error error = {0};
        const struct overrides overrides = {.first = making->common,
                                            .n_first = making->n_common,
                                            .set = making->set,
                                            .n_set = making->n_set};
        const int code =
            making->paths[k] ? configuration_read(&configuration, making->paths[k], &overrides, &error) : OK;
        if (code != OK)
            keep_error(making, code, &error);
        else if (making->paths[k])
            configuration_free(&configuration);
    }
}

/* A naive forecast knows what GDP came to, also where `drivers: {until: …}` keeps it from the scenario. */
static void read_hindsight(struct making *making)
{
    struct experiment *experiment = making->experiment;
    struct error error = {0};
    struct node *key = text_node(making, "drivers.until");
    if (experiment_common(experiment)->drivers_until >= LAST_YEAR_POSSIBLE)
        return;
    experiment->hindsight = calloc(1, sizeof *experiment->hindsight);
    const int code = key && experiment->hindsight
                         ? read_one(making, 0, 0, (struct setting){key, making->nothing}, experiment->hindsight, &error)
                         : error_memory(&error);
    if (code != OK)
        keep_error(making, code, &error);
}

static void make(struct making *making)
{
    struct experiment *experiment = making->experiment;
    check_file(making);
    report(making);
    if (making->code == OK) {
        check_scenarios(making);
        making->do_scenarios_hold = making->code == OK;
        for (size_t f = 0; f < experiment->n_factors; f++)
            judge_factor(making, f);
    }
    report(making);
    if (making->code == OK)
        count_variants(making);
    report(making);
    if (making->code == OK)
        read_variants(making);
    if (making->code == OK)
        name_scenario(making);
    if (making->code == OK)
        check_alike(making);
    if (making->code == OK)
        find_all_slots(making);
    if (making->code == OK)
        check_apart(making);
    if (making->code == OK)
        find_usual(making);
    if (making->code == OK)
        experiment->calibration = check_calibration(&making->check, experiment);
    if (making->code == OK)
        experiment->score = check_score(&making->check, experiment);
    if (making->code == OK && experiment->score)
        read_hindsight(making);
    report(making);
    if (making->code != OK)
        return;
    experiment->n_points = 1;
    if (!making->has_design_seed)
        making->choice.seed = experiment->configurations->seed;
    if (making->choice.kind)
        making->code = design_create(&experiment->design, &making->choice, experiment->factors, experiment->n_factors,
                                     making->error);
    if (making->code == OK && experiment->design)
        experiment->n_points = (size_t)experiment->design->n_points;
    if (making->code == OK && experiment->score)
        check_score_runs(&making->check, experiment);
    report(making);
}

int experiment_read(struct experiment *experiment, const char *path, char **set, size_t n_set, struct error *error)
{
    struct arena memory = {0};
    struct making making = {.experiment = experiment, .error = error};
    *experiment = (struct experiment){0};
    merge_begin(&making.reading, keys_of_experiment, never_a_group, no_groups);
    making.reading.level = LEVEL_OF_EXPERIMENT;
    making.reading.keeps_nulls = true;
    making.reading.n_sources = ORDER_OF_EXPERIMENT;
    making.check = (struct check){.reading = &making.reading,
                                  .diagnostics = &making.reading.diagnostics,
                                  .arena = &making.reading.arena,
                                  .memory = &memory};
    making.nothing = node_scalar(&making.reading.arena, "~", 1, (struct place){0});
    making.check.root = read_tree(&making, path, set, n_set);
    if (making.check.root)
        make(&making);
    else
        report(&making);
    experiment->memory = malloc(sizeof *experiment->memory);
    if (experiment->memory)
        *experiment->memory = memory;
    else
        making.code = error_memory(error);
    arena_free(&making.reading.arena);
    if (making.code != OK)
        experiment_free(experiment);
    return making.code;
}

int experiment_of(struct experiment *experiment, struct configuration *configurations, size_t n, char *const *paths,
                  struct error *error)
{
    const struct configuration *first = configurations;
    *experiment = (struct experiment){.name = n == 1 ? first->name : "scenarios",
                                      .title = n == 1 ? first->title : "",
                                      .description = "",
                                      .n_scenarios = n,
                                      .n_variants = 1,
                                      .configurations = configurations,
                                      .n_points = 1,
                                      .has_common_luck = true};
    for (size_t k = 1; k < n; k++) {
        if (configuration_check_alike(first, &configurations[k], error))
            return error_context(error, "%s and %s cannot go into one output", paths[0], paths[k]);
        for (size_t m = 0; m < k; m++)
            if (strcmp(configurations[m].name, configurations[k].name) == 0)
                return error_set(error, BAD_INPUT, "%s and %s are both named '%s'; give one of them another `name`",
                                 paths[m], paths[k], configurations[k].name);
    }
    return OK;
}

/* Let all years and states be kept. */
static void keep_everything(struct configuration *copy, struct arena *memory)
{
    const size_t n_years = (size_t)(copy->last_year - copy->first_year) + 1;
    copy->kept_years = arena_take(memory, n_years, sizeof *copy->kept_years);
    copy->kept_states = arena_take(memory, copy->n_states, sizeof *copy->kept_states);
    copy->n_kept_years = copy->kept_years ? n_years : 0;
    copy->n_kept_states = copy->kept_states ? copy->n_states : 0;
    for (size_t t = 0; t < copy->n_kept_years; t++)
        copy->kept_years[t] = copy->first_year + (int)t;
    for (size_t i = 0; i < copy->n_kept_states; i++)
        copy->kept_states[i] = i;
}

/* Without 11 September (point 3: agenda.stride 0.75, mechanisms.learning off) */
static char *title_of_point(const struct configuration *configuration, const struct experiment *whole, size_t point,
                            const double *values, struct arena *memory)
{
    struct text text = {0};
    text_add(&text, "%s", configuration->title);
    if (whole->n_factors > 0)
        text_add(&text, " (point %zu: ", point);
    for (size_t f = 0; f < whole->n_factors; f++) {
        text_add(&text, "%s%s ", f > 0 ? ", " : "", whole->factors[f].name);
        if (whole->factors[f].distribution == LEVELS)
            text_add(&text, "%s", whole->varied[f].words[(size_t)values[f]]);
        else
            text_add_number(&text, values[f]);
    }
    if (whole->n_factors > 0)
        text_add(&text, ")");
    char *title = text.is_exhausted ? NULL : arena_copy(memory, text.bytes, text.n);
    text_free(&text);
    return title;
}

/* A copy of a configuration with its own numbers and text, which keeps all years and states; *copy is empty on failure.
 */
static int copy_configuration(const struct configuration *configuration, const struct experiment *whole, size_t point,
                              const double *values, struct configuration *copy, struct error *error)
{
    struct text resolved = {0};
    struct arena memory = {0};
    const bool is_copied = numbers_copy(configuration, copy, &memory);
    keep_everything(copy, &memory);
    copy->title = title_of_point(configuration, whole, point, values, &memory);
    if (is_copied && copy->title)
        emit_configuration(&resolved, copy);
    copy->resolved = resolved.is_exhausted || !copy->title ? NULL : arena_copy(&memory, resolved.bytes, resolved.n);
    copy->memory = arena_take(&memory, 1, sizeof *copy->memory);
    text_free(&resolved);
    if (!memory.is_exhausted && copy->resolved) {
        *copy->memory = memory;
        return OK;
    }
    arena_free(&memory);
    *copy = (struct configuration){0};
    return error_memory(error);
}

int experiment_of_point(struct experiment *experiment, const struct experiment *whole, size_t scenario, size_t point,
                        struct error *error)
{
    double *values = calloc(whole->n_factors + 1, sizeof *values);
    struct bench *bench = NULL;
    int code = values ? bench_create(&bench, whole, error) : error_memory(error);
    *experiment = (struct experiment){.description = "", .n_scenarios = 1, .n_variants = 1, .has_common_luck = true};
    if (code == OK && whole->design)
        design_fill(whole->design, point, 1, values);
    const struct configuration *configuration = code == OK ? bench_configure(bench, scenario, point, values) : NULL;
    experiment->configurations = calloc(1, sizeof *experiment->configurations);
    if (code == OK && configuration && experiment->configurations)
        code = copy_configuration(configuration, whole, point, values, experiment->configurations, error);
    else if (code == OK)
        code = error_memory(error);
    experiment->n_points = 1;
    experiment->name = experiment->configurations ? experiment->configurations->name : NULL;
    experiment->title = experiment->configurations ? experiment->configurations->title : NULL;
    bench_free(bench);
    free(values);
    if (code != OK)
        experiment_free(experiment);
    return code;
}

void experiment_free(struct experiment *experiment)
{
    for (size_t k = 0; experiment->configurations && k < experiment->n_variants * experiment->n_scenarios; k++)
        configuration_free(&experiment->configurations[k]);
    if (experiment->hindsight)
        configuration_free(experiment->hindsight);
    free(experiment->hindsight);
    free(experiment->configurations);
    design_free(experiment->design);
    if (experiment->memory)
        arena_free(experiment->memory);
    free(experiment->memory);
    *experiment = (struct experiment){0};
}

/* A configuration whose numbers are a thread's own. */
struct own {
    struct configuration configuration;
    double **numbers; /* NULL: not yet copied */
};

struct bench {
    const struct experiment *experiment;
    struct arena arena;
    struct own *own; /* [n_variants * n_scenarios] */
};

int bench_create(struct bench **result, const struct experiment *experiment, struct error *error)
{
    struct bench *bench = *result = calloc(1, sizeof *bench);
    if (!bench)
        return error_memory(error);
    bench->experiment = experiment;
    bench->own = calloc(experiment->n_variants * experiment->n_scenarios, sizeof *bench->own);
    if (bench->own)
        return OK;
    bench_free(bench);
    *result = NULL;
    return error_memory(error);
}

void bench_free(struct bench *bench)
{
    if (!bench)
        return;
    arena_free(&bench->arena);
    free(bench->own);
    free(bench);
}

const struct configuration *bench_configure(struct bench *bench, size_t scenario, size_t point, const double *values)
{
    const struct experiment *experiment = bench->experiment;
    size_t variant = 0;
    for (size_t f = 0; f < experiment->n_factors; f++)
        if (experiment->varied[f].is_variant)
            variant += experiment->varied[f].stride * (size_t)values[f];
    const size_t which = variant * experiment->n_scenarios + scenario;
    const struct configuration *original = &experiment->configurations[which];
    struct own *own = &bench->own[which];
    if (!own->numbers) {
        own->numbers = arena_take(&bench->arena, numbers_count(original) + 1, sizeof *own->numbers);
        if (!own->numbers || !numbers_copy(original, &own->configuration, &bench->arena))
            return NULL;
        numbers_list(&own->configuration, own->numbers);
    }
    for (size_t f = 0; f < experiment->n_factors; f++) {
        const struct varied *varied = &experiment->varied[f];
        if (varied->is_variant)
            continue;
        const double value = varied->numbers ? varied->numbers[(size_t)values[f]] : values[f];
        for (size_t k = 0; k < varied->slots[which].n; k++)
            *own->numbers[varied->slots[which].list[k]] = value;
    }
    if (!experiment->has_common_luck && experiment->design)
        own->configuration.seed = mix_seed(original->seed, point);
    return &own->configuration;
}

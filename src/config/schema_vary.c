/* The factors of an experiment: what is varied, and how. */
#include <math.h>
#include <string.h>

#include "schema_experiment.h"

static const struct range any_number = {-INFINITY, INFINITY, false};

const char *check_choose(const struct node *mapping, const char *const *keys, size_t *n)
{
    const char *found = NULL;
    int level = 0;
    *n = 0;
    for (size_t k = 0; keys[k]; k++) {
        const struct pair *pair = node_find(mapping, keys[k]);
        const int its_level = pair ? pair->value->place.source->level : 0;
        if (!pair || (found && its_level < level))
            continue;
        *n = found && its_level == level ? *n + 1 : 1;
        found = keys[k];
        level = its_level;
    }
    return found;
}

/* A list of n numbers; told if it is none. */
static bool check_numbers(const struct check *check, const struct node *node, size_t n, const char *what,
                          const char *owner, const char *form, double *numbers)
{
    bool is_sound = node->kind == NODE_LIST && node->n == n;
    if (!is_sound)
        TELL(check, node, "`%s` of `%s` must be a list of %zu numbers, `%s`", what, owner, n, form);
    for (size_t k = 0; is_sound && k < n; k++)
        is_sound = check_number(check, node->items[k], any_number, what, owner, &numbers[k]);
    return is_sound;
}

/* A number that the file does not have, where `at` stands. */
static struct node *number_node(const struct check *check, const struct node *at, double number)
{
    struct text text = {0};
    text_add_number(&text, number);
    struct node *node = text.is_exhausted ? NULL : node_scalar(check->arena, text.bytes, text.n, at->place);
    text_free(&text);
    if (node)
        node->is_plain = true;
    return node;
}

static void check_order(const struct check *check, const struct node *node, const char *name, double low, double high)
{
    if (!(low < high))
        TELL(check, node, "the range of `%s` ends at %g and begins at %g; it must begin below its end", name, high,
             low);
}

/* Two ends: uniform, log_uniform, whole. */
static void check_ends(const struct check *check, const struct node *node, struct factor *factor,
                       struct factor_source *source)
{
    const char *what = keys_of_factor[factor->distribution].name;
    double ends[2];
    if (!check_numbers(check, node, 2, what, factor->name, "[low, high]", ends))
        return;
    factor->low = ends[0];
    factor->high = ends[1];
    source->low = node->items[0];
    source->high = node->items[1];
    check_order(check, node, factor->name, ends[0], ends[1]);
    if (factor->distribution == LOG_UNIFORM && ends[0] <= 0)
        TELL(check, node->items[0], "`log_uniform` of `%s` begins at %g; it must begin above 0", factor->name, ends[0]);
    if (factor->distribution == WHOLE_NUMBER && (ends[0] != floor(ends[0]) || ends[1] != floor(ends[1])))
        TELL(check, node, "`whole` of `%s` must be two whole numbers, `[first, last]`", factor->name);
}

static void check_triangular(const struct check *check, const struct node *node, struct factor *factor,
                             struct factor_source *source)
{
    double corners[3];
    if (!check_numbers(check, node, 3, "triangular", factor->name, "[low, peak, high]", corners))
        return;
    factor->low = corners[0];
    factor->peak = corners[1];
    factor->high = corners[2];
    source->low = node->items[0];
    source->high = node->items[2];
    check_order(check, node, factor->name, corners[0], corners[2]);
    if (corners[1] < corners[0] || corners[1] > corners[2])
        TELL(check, node->items[1], "the peak of `%s`, %g, is outside its range; it must be within %g .. %g",
             factor->name, corners[1], corners[0], corners[2]);
}

/* `within: [low, high]`, or what is usual. */
static void check_within(const struct check *check, const struct node *node, const struct node *within, double low,
                         double high, struct factor *factor, struct factor_source *source)
{
    double ends[2] = {low, high};
    if (within && !check_numbers(check, within, 2, "within", factor->name, "[low, high]", ends))
        return;
    factor->low = ends[0];
    factor->high = ends[1];
    source->low = within ? within->items[0] : number_node(check, node, low);
    source->high = within ? within->items[1] : number_node(check, node, high);
    check_order(check, within ? within : node, factor->name, ends[0], ends[1]);
}

static void check_normal(const struct check *check, const struct node *node, const struct node *within,
                         struct factor *factor, struct factor_source *source)
{
    enum { USUAL_WIDTH = 4 }; /* standard deviations */
    double numbers[2];
    if (!check_numbers(check, node, 2, "normal", factor->name, "[mean, standard deviation]", numbers))
        return;
    factor->mean = numbers[0];
    factor->sd = numbers[1];
    if (factor->sd <= 0) {
        TELL(check, node->items[1], "the standard deviation of `%s` is %g; it must be above 0", factor->name,
             factor->sd);
        return;
    }
    check_within(check, node, within, factor->mean - USUAL_WIDTH * factor->sd, factor->mean + USUAL_WIDTH * factor->sd,
                 factor, source);
}

static void check_beta(const struct check *check, const struct node *node, const struct node *within,
                       struct factor *factor, struct factor_source *source)
{
    if (!check_numbers(check, node, 2, "beta", factor->name, "[alpha, beta]", factor->shapes))
        return;
    if (factor->shapes[0] <= 0 || factor->shapes[1] <= 0)
        TELL(check, node, "the shapes of `%s` must be above 0", factor->name);
    check_within(check, node, within, 0, 1, factor, source);
}

/* The word that stands for a level in the output; for a scenario the name of its file. */
static char *word_of(const struct check *check, const struct node *node, bool is_scenario)
{
    const char *slash = is_scenario ? strrchr(node->text, '/') : NULL;
    char *word = check_keep(check, node_is_null(node) ? "~" : slash ? slash + 1 : node->text);
    char *ending = is_scenario ? strstr(word, ".yaml") : NULL;
    if (ending && ending != word && ending[5] == '\0')
        *ending = '\0';
    return word;
}

static bool is_earlier(const struct node *list, char *const *words, size_t k)
{
    double a, b;
    const bool is_number = node_number(list->items[k], &a) == NUMBER_GOOD;
    for (size_t m = 0; m < k; m++)
        if (strcmp(words[m], words[k]) == 0 || (is_number && node_number(list->items[m], &b) == NUMBER_GOOD && a == b))
            return true;
    return false;
}

static void check_levels(const struct check *check, const struct node *node, struct factor *factor,
                         struct varied *varied, struct factor_source *source)
{
    factor->distribution = LEVELS;
    if (!check_is_list(check, node, factor->name, "vary"))
        return;
    if (node->n == 0 || node->n > FACTOR_MOST_LEVELS) {
        TELL(check, node, "`%s` has %zu values; it must have 1 .. %d", factor->name, node->n, FACTOR_MOST_LEVELS);
        return;
    }
    varied->words = arena_take(check->memory, node->n, sizeof *varied->words);
    double *numbers = arena_take(check->memory, node->n, sizeof *numbers);
    if (!varied->words || !numbers)
        return;
    bool are_numbers = true;
    for (size_t k = 0; k < node->n; k++) {
        const struct node *item = node->items[k];
        if (item->kind != NODE_SCALAR) {
            TELL(check, item, "a value of `%s` is %s; it must be a number, a word, `on`, `off` or `~`", factor->name,
                 node_show(check->arena, item));
            return;
        }
        are_numbers = node_number(item, &numbers[k]) == NUMBER_GOOD && are_numbers;
        varied->words[k] = word_of(check, item, source->is_scenarios);
        if (is_earlier(node, varied->words, k))
            TELL(check, item, "`%s` has the value %s a second time; it must have it once", factor->name,
                 node_show(check->arena, item));
    }
    varied->numbers = are_numbers ? numbers : NULL;
    source->levels = node->items;
    factor->n_levels = node->n;
    factor->high = (double)node->n - 1;
}

static void check_distribution(const struct check *check, const struct node *node, const char *key,
                               struct factor *factor, struct varied *varied, struct factor_source *source)
{
    const struct node *value = node_get(node, key), *within = node_get(node, "within");
    const bool may_have_within = factor->distribution == NORMAL || factor->distribution == BETA;
    if (within && !may_have_within)
        TELL(check, node_find(node, "within")->key, "`within` of `%s` goes with `normal` and `beta` alone",
             factor->name);
    switch (factor->distribution) {
    case UNIFORM:
    case LOG_UNIFORM:
    case WHOLE_NUMBER: check_ends(check, value, factor, source); break;
    case TRIANGULAR: check_triangular(check, value, factor, source); break;
    case NORMAL: check_normal(check, value, within, factor, source); break;
    case BETA: check_beta(check, value, within, factor, source); break;
    case LEVELS: check_levels(check, value, factor, varied, source); break;
    }
}

/* `levels` and `group`. */
static void check_extras(const struct check *check, const struct node *node, struct factor *factor)
{
    const struct node *levels = node_get(node, "levels"), *group = node_get(node, "group");
    double n;
    char *name;
    if (levels && factor->distribution == LEVELS)
        TELL(check, node_find(node, "levels")->key, "`%s` has `values`, so that it needs no `levels`", factor->name);
    else if (levels &&
             check_number(check, levels, key_find(keys_of_factor, "levels")->range, "levels", factor->name, &n))
        factor->n_levels = (size_t)n;
    if (group && check_text(check, group, "group", factor->name, &name))
        factor->group = name;
}

static void check_factor(const struct check *check, const struct pair *pair, struct factor *factor,
                         struct varied *varied, struct factor_source *source)
{
    const struct node *node = pair->value;
    size_t n_found = 0;
    source->key = pair->key;
    source->is_scenarios = strcmp(pair->key->text, "scenarios") == 0;
    factor->name = check_keep(check, pair->key->text);
    varied->unit = varied->meaning = "";
    if (node->kind == NODE_LIST) {
        check_levels(check, node, factor, varied, source);
        return;
    }
    if (source->is_scenarios && !node_get(node, "values")) {
        TELL(check, node, "`scenarios` under `vary` must be a list of files");
        return;
    }
    if (node->kind != NODE_MAPPING) {
        TELL(check, node, "`%s` is %s; it must be a list of values, or a distribution such as `{uniform: [0, 1]}`",
             factor->name, node_show(check->arena, node));
        return;
    }
    check_section(check, node, keys_of_factor, "a factor");
    const char **names = check_list_names(check, keys_of_factor, LEVELS + 1);
    const char *key = names ? check_choose(node, names, &n_found) : NULL;
    for (size_t k = 0; key && names[k]; k++)
        if (key == names[k]) {
            factor->distribution = (enum distribution)k;
            check_distribution(check, node, key, factor, varied, source);
        }
    if (n_found != 1)
        TELL(check, node, "`%s` has %zu distributions; it must have one, such as `uniform: [0, 1]`", factor->name,
             n_found);
    check_extras(check, node, factor);
}

/* What the tables say of a parameter or a variable that the factor's name ends with. */
static void describe(const struct factor *factor, struct varied *varied)
{
    const char *name = strncmp(factor->name, "parameters.", 11) == 0 ? factor->name + 11 : factor->name;
    const char *last = strrchr(name, '.');
    for (size_t p = 0; p < registry_n_parameters(); p++)
        if (strcmp(registry_parameter(p)->name, name) == 0) {
            varied->unit = registry_parameter(p)->unit;
            varied->meaning = registry_parameter(p)->meaning;
            return;
        }
    const long variable = last && strncmp(name, "events.", 7) != 0 ? registry_find_variable(last + 1) : -1;
    if (variable >= 0) {
        varied->unit = registry_variable((size_t)variable)->unit;
        varied->meaning = registry_variable((size_t)variable)->meaning;
    }
}

void check_vary(const struct check *check, struct experiment *experiment, struct factor_source **sources)
{
    const struct node *vary = node_get(check->root, "vary");
    if (!vary || !check_is_mapping(check, vary, "vary", NULL))
        return;
    struct factor *factors = arena_take(check->memory, vary->n, sizeof *factors);
    struct varied *varied = arena_take(check->memory, vary->n, sizeof *varied);
    *sources = arena_take(check->arena, vary->n, sizeof **sources);
    if (!factors || !varied || !*sources)
        return;
    experiment->factors = factors;
    experiment->varied = varied;
    experiment->n_factors = vary->n;
    for (size_t f = 0; f < vary->n; f++) {
        check_factor(check, &vary->pairs[f], &factors[f], &varied[f], &(*sources)[f]);
        describe(&factors[f], &varied[f]);
    }
}

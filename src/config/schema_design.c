/* The design of an experiment: at which points it is run. */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "schema_experiment.h"

/* A value of a factor as a design has it; told if the factor cannot have it. */
static bool read_value(const struct check *check, const struct experiment *experiment,
                       const struct factor_source *sources, size_t f, const struct node *node, double *value)
{
    const struct factor *factor = &experiment->factors[f];
    const struct varied *varied = &experiment->varied[f];
    double number;
    if (factor->distribution != LEVELS) {
        const struct range range = {factor->low, factor->high, factor->distribution == WHOLE_NUMBER};
        return check_number(check, node, range, factor->name, "design", value);
    }
    const bool is_number = node_number(node, &number) == NUMBER_GOOD;
    for (size_t k = 0; node->kind == NODE_SCALAR && k < factor->n_levels; k++) {
        const bool is_same = is_number && varied->numbers ? number == varied->numbers[k]
                             : node_is_null(node)         ? node_is_null(sources[f].levels[k])
                                                          : strcmp(node->text, varied->words[k]) == 0;
        if (is_same) {
            *value = (double)k;
            return true;
        }
    }
    TELL(check, node, "%s is no value of `%s`; it must be one of those under `vary`", node_show(check->arena, node),
         factor->name);
    return false;
}

static long find_factor(const struct experiment *experiment, const char *name)
{
    for (size_t f = 0; f < experiment->n_factors; f++)
        if (strcmp(experiment->factors[f].name, name) == 0)
            return (long)f;
    return -1;
}

static void tell_no_factor(const struct check *check, const struct experiment *experiment, const struct node *name)
{
    struct nearest nearest = {.wanted = name->text};
    for (size_t f = 0; f < experiment->n_factors; f++)
        nearest_try(&nearest, experiment->factors[f].name);
    TELL(check, name, "%s is no factor; it must be one of those under `vary`%s", node_show(check->arena, name),
         nearest_hint(&nearest));
}

/* Rows of values, which grow. */
struct rows {
    double *values;
    size_t n, capacity;
};

/* Room for one more row; NULL if memory has run out. */
static double *add_row(const struct check *check, struct rows *rows, size_t n_factors)
{
    double *grown = arena_grow(check->memory, rows->values, rows->n, n_factors * sizeof *grown);
    if (!grown)
        return NULL;
    rows->values = grown;
    return grown + n_factors * rows->n++;
}

static bool read_point(const struct check *check, const struct experiment *experiment,
                       const struct factor_source *sources, const struct node *point, double *row)
{
    bool is_sound = check_is_mapping(check, point, "list", "design");
    for (size_t k = 0; is_sound && k < point->n; k++)
        if (find_factor(experiment, point->pairs[k].key->text) < 0) {
            tell_no_factor(check, experiment, point->pairs[k].key);
            return false;
        }
    for (size_t f = 0; is_sound && f < experiment->n_factors; f++) {
        const struct node *value = node_get(point, experiment->factors[f].name);
        if (!value)
            TELL(check, point, "the point has no `%s`; it must have a value for every factor",
                 experiment->factors[f].name);
        is_sound = value && read_value(check, experiment, sources, f, value, &row[f]);
    }
    return is_sound;
}

static bool check_list(const struct check *check, const struct experiment *experiment,
                       const struct factor_source *sources, const struct node *list, struct design_choice *choice)
{
    struct rows rows = {0};
    bool is_sound = check_is_list(check, list, "list", "design");
    const size_t n = is_sound ? list->n : 0;
    if (is_sound && n == 0) {
        TELL(check, list, "`list` of `design` is empty; it must have a point or more");
        return false;
    }
    for (size_t k = 0; k < n; k++) {
        double *row = add_row(check, &rows, experiment->n_factors);
        is_sound = row && read_point(check, experiment, sources, list->items[k], row) && is_sound;
    }
    choice->rows = rows.values;
    choice->n = rows.n;
    return is_sound;
}

/* The first line: which factor each column is of. Every factor must be there once. */
static size_t *read_header(const struct check *check, const struct experiment *experiment, struct csv_reader *reader)
{
    const size_t n = experiment->n_factors;
    size_t *columns = arena_take(check->arena, n, sizeof *columns), n_columns = 0;
    bool *is_there = arena_take(check->arena, n, sizeof *is_there);
    bool is_last = false;
    struct node node = {0};
    while (columns && is_there && !is_last) {
        if (!csv_next_cell(check, reader, &node, &is_last))
            return NULL;
        const long factor = find_factor(experiment, node.text);
        if (factor < 0) {
            tell_no_factor(check, experiment, &node);
            return NULL;
        }
        if (is_there[factor]) {
            TELL(check, &node, "the column `%s` is there a second time; it must be there once", node.text);
            return NULL;
        }
        is_there[factor] = true;
        columns[n_columns++] = (size_t)factor;
    }
    for (size_t f = 0; columns && is_there && f < n; f++)
        if (!is_there[f]) {
            TELL(check, &node, "there is no column `%s`; there must be one for every factor",
                 experiment->factors[f].name);
            return NULL;
        }
    return columns;
}

static bool read_line(const struct check *check, const struct experiment *experiment,
                      const struct factor_source *sources, struct csv_reader *reader, const size_t *columns,
                      double *row)
{
    const size_t n = experiment->n_factors;
    bool is_last = false;
    struct node node;
    for (size_t k = 0; k < n; k++) {
        if (is_last) {
            TELL(check, &node, "the line ends after %zu; it must have %zu values with commas between", k, n);
            return false;
        }
        if (!csv_next_cell(check, reader, &node, &is_last) ||
            !read_value(check, experiment, sources, columns[k], &node, &row[columns[k]]))
            return false;
    }
    if (!is_last)
        TELL(check, &node, "the line has more than %zu values; it must have as many", n);
    return is_last;
}

static bool check_csv(const struct check *check, const struct experiment *experiment,
                      const struct factor_source *sources, const struct node *node, struct design_choice *choice)
{
    struct csv_reader reader;
    if (!csv_open(check, node, "the design", &reader))
        return false;
    const size_t *columns = read_header(check, experiment, &reader);
    struct rows rows = {0};
    bool is_sound = columns != NULL;
    while (is_sound && csv_skip_empty_lines(&reader)) {
        double *row = add_row(check, &rows, experiment->n_factors);
        is_sound = row && read_line(check, experiment, sources, &reader, columns, row);
    }
    if (is_sound && rows.n == 0) {
        TELL(check, node, "the design %s has no points; it must have one or more", reader.source->name);
        return false;
    }
    choice->kind = &design_list;
    choice->rows = rows.values;
    choice->n = rows.n;
    return is_sound;
}

/* The names of all kinds, of which `csv` is one; NULL behind the last. There is room for all other keys. */
static const char **list_kinds(const struct check *check)
{
    size_t n = 0, k = 0;
    while (design_kinds[n])
        n++;
    const char **keys = arena_take(check->arena, n + key_count(keys_of_design) + 1, sizeof *keys);
    for (; keys && k < n; k++)
        keys[k] = design_kinds[k]->name;
    if (keys)
        keys[k] = keys_of_design[0].name;
    return keys;
}

/* These and what goes with some of them. */
static const char *const *list_keys(const struct check *check)
{
    const char **keys = list_kinds(check);
    size_t k = 0;
    while (keys && keys[k])
        k++;
    for (const struct key *key = keys_of_design + 1; keys && key->name; key++)
        keys[k++] = key->name;
    return keys;
}

static const struct design_kind *find_kind(const char *name)
{
    for (size_t k = 0; design_kinds[k]; k++)
        if (strcmp(design_kinds[k]->name, name) == 0)
            return design_kinds[k];
    return NULL;
}

bool check_is_complete(const struct design_kind *kind) { return kind == &design_grid || kind == &design_one_at_a_time; }

static bool check_options(const struct check *check, const struct node *design, struct design_choice *choice)
{
    const struct node *seed = node_get(design, "seed"), *second_order = node_get(design, "second_order");
    const struct key *of_levels = key_find(keys_of_design, "levels");
    double n_levels;
    bool is_sound = true;
    choice->n_levels = (size_t)of_levels->usual;
    if (seed && !node_is_count(seed, &choice->seed)) {
        TELL(check, seed, "`seed` of `design` is %s; it must be a whole number, in digits alone",
             node_show(check->arena, seed));
        is_sound = false;
    }
    if (check_key_number(check, design, of_levels, "design", &n_levels))
        choice->n_levels = (size_t)n_levels;
    else if (node_get(design, "levels"))
        is_sound = false;
    if (second_order)
        is_sound &= check_truth(check, second_order, "second_order", "design", &choice->is_second_order);
    return is_sound;
}

/* `kind: n`, or the points of a list. */
static bool check_kind(const struct check *check, const struct experiment *experiment,
                       const struct factor_source *sources, const struct pair *pair, struct design_choice *choice)
{
    double n;
    if (strcmp(pair->key->text, "csv") == 0)
        return check_csv(check, experiment, sources, pair->value, choice);
    choice->kind = find_kind(pair->key->text);
    if (choice->kind == &design_list)
        return check_list(check, experiment, sources, pair->value, choice);
    if (check_is_complete(choice->kind)) {
        TELL(check, pair->value, "`%s` is complete as it is; it must be `design: %s`", pair->key->text,
             pair->key->text);
        return false;
    }
    if (!check_number(check, pair->value, (struct range){1, DESIGN_MOST_POINTS, true}, pair->key->text, "design", &n))
        return false;
    choice->n = (uint64_t)n;
    return true;
}

static bool check_mapping(const struct check *check, const struct experiment *experiment,
                          const struct factor_source *sources, const struct node *design, struct design_choice *choice)
{
    const char *const *keys = list_keys(check);
    const char **kinds = list_kinds(check);
    size_t n_found = 0;
    if (!keys || !kinds)
        return false;
    check_keys(check, design, keys, "`design`");
    const char *kind = check_choose(design, kinds, &n_found);
    if (n_found != 1) {
        TELL(check, design, "`design` has %zu kinds; it must have one, such as `sobol: 1024`", n_found);
        return false;
    }
    const bool is_sound = check_options(check, design, choice);
    return check_kind(check, experiment, sources, node_find(design, kind), choice) && is_sound;
}

/* Do the kind and the factors go together? */
static void check_count(const struct check *check, const struct experiment *experiment,
                        const struct design_choice *choice, const struct node *place)
{
    uint64_t n_points;
    struct error error = {0};
    if (choice->kind->count(choice, experiment->factors, experiment->n_factors, &n_points, &error) != OK)
        TELL(check, place, "%s", error.text ? error.text : "memory has run out");
    error_free(&error);
}

void check_design(const struct check *check, const struct experiment *experiment, const struct factor_source *sources,
                  struct design_choice *choice, bool *has_seed)
{
    const struct node *design = node_get(check->root, "design");
    *choice = (struct design_choice){.kind = &design_grid};
    *has_seed = node_get(design, "seed") != NULL;
    if (experiment->n_factors == 0) {
        TELL(check, design, "there is nothing under `vary`; a design is for what is varied");
        return;
    }
    if (design && design->kind == NODE_MAPPING) {
        if (check_mapping(check, experiment, sources, design, choice))
            check_count(check, experiment, choice, design);
        return;
    }
    if (design)
        choice->kind = design->kind == NODE_SCALAR ? find_kind(design->text) : NULL;
    if (!choice->kind || !check_is_complete(choice->kind))
        TELL(check, design, "`design` is %s; it must be `grid`, `one_at_a_time`, or a mapping such as `{sobol: 1024}`",
             node_show(check->arena, design));
    else
        check_count(check, experiment, choice, design ? design : node_get(check->root, "vary"));
}

/* The section `score` of an experiment: which of what was observed is held out, and what is known before. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "csv.h"
#include "models/lanes.h"
#include "schema_experiment.h"

enum column { VARIABLE, STATE, PARTNER, AREA, YEAR, VALUE, COLUMNS };
static const char *const column_names[] = {"variable", "state", "partner", "area", "year", "value", NULL};
static const bool is_column_needed[COLUMNS] = {[VARIABLE] = true, [YEAR] = true, [VALUE] = true};

struct scoring {
    const struct check *check;
    const struct experiment *experiment;
    struct score *score;
    struct observation *all; /* of the table and of the first scenario, by element and year */
    size_t n_all;
    bool has_gaps; /* not all of the table could be read, so that nobody can say what is missing */
};

/* ------------------------------------------------------------------------------------------------------ the table */

/* The cells of a line. */
struct line {
    struct node cells[COLUMNS];
};

static bool is_given(const struct node *cell) { return cell->n > 0; }

/* The first line: which column is where. */
static bool read_header(const struct scoring *scoring, struct csv_reader *reader, enum column columns[COLUMNS],
                        size_t *n_columns)
{
    const struct check *check = scoring->check;
    bool is_there[COLUMNS] = {false}, is_last = false;
    struct node node;
    for (*n_columns = 0; !is_last; ++*n_columns) {
        int k = 0;
        if (!csv_next_cell(check, reader, &node, &is_last))
            return false;
        while (k < COLUMNS && !node_is_text(&node, column_names[k]))
            k++;
        if (k == COLUMNS) {
            check_tell_unknown(check, &node, column_names, "column of what was observed");
            return false;
        }
        if (is_there[k]) {
            TELL(check, &node, "the column `%s` is there a second time; it must be there once", node.text);
            return false;
        }
        is_there[k] = true;
        columns[*n_columns] = (enum column)k;
    }
    for (int k = 0; k < COLUMNS; k++)
        if (is_column_needed[k] && !is_there[k]) {
            TELL(check, &node, "there is no column `%s`; there must be `variable`, `year` and `value`",
                 column_names[k]);
            return false;
        }
    return true;
}

/* Cells that the table has no column for are empty. */
static bool read_line(const struct scoring *scoring, struct csv_reader *reader, const enum column *columns, size_t n,
                      struct line *line)
{
    bool is_last = false;
    struct node node = {0};
    *line = (struct line){0};
    for (size_t k = 0; k < n; k++) {
        if (is_last) {
            TELL(scoring->check, &node, "the line ends after %zu; it must have %zu values with commas between", k, n);
            return false;
        }
        if (!csv_next_cell(scoring->check, reader, &node, &is_last))
            return false;
        line->cells[columns[k]] = node;
    }
    if (!is_last)
        TELL(scoring->check, &node, "the line has more than %zu values; it must have as many", n);
    for (int k = 0; k < COLUMNS; k++)
        if (!line->cells[k].text)
            line->cells[k] = (struct node){.place = line->cells[VARIABLE].place, .kind = NODE_SCALAR, .text = ""};
    return is_last;
}

static bool find_state(const struct scoring *scoring, const struct node *cell, size_t *state)
{
    const struct configuration *common = experiment_common(scoring->experiment);
    struct nearest nearest = {.wanted = cell->text};
    for (*state = 0; *state < common->n_states; ++*state) {
        if (strcmp(common->states[*state].id, cell->text) == 0)
            return true;
        nearest_try(&nearest, common->states[*state].id);
    }
    TELL(scoring->check, cell, "`%s` is no state of the first scenario%s", cell->text, nearest_hint(&nearest));
    return false;
}

static bool find_area(const struct scoring *scoring, const struct node *cell, size_t *area)
{
    for (*area = 0; *area < AREAS; ++*area)
        if (strcmp(configuration_areas[*area], cell->text) == 0)
            return true;
    check_tell_unknown(scoring->check, cell, configuration_areas, "area");
    return false;
}

/* Does the line say of whom its variable is, and no more? */
static bool has_owner(const struct scoring *scoring, const struct variable *variable, const struct line *line)
{
    static const bool needs[][COLUMNS] = {[SCALAR] = {false},
                                          [BY_AREA] = {[AREA] = true},
                                          [BY_STATE] = {[STATE] = true},
                                          [BY_STATE_AREA] = {[STATE] = true, [AREA] = true},
                                          [BY_DYAD] = {[STATE] = true, [PARTNER] = true},
                                          [BY_PAIR] = {[STATE] = true, [PARTNER] = true}};
    static const char *const owners[] = {
        [SCALAR] = "the organization",          [BY_AREA] = "an area",    [BY_STATE] = "a state",
        [BY_STATE_AREA] = "a state in an area", [BY_DYAD] = "two states", [BY_PAIR] = "two states"};
    for (int k = STATE; k <= AREA; k++) {
        const bool is_needed = needs[variable->shape][k];
        if (is_given(&line->cells[k]) != is_needed) {
            TELL(scoring->check, &line->cells[k], "`%s` is of %s; its `%s` must %s", variable->name,
                 owners[variable->shape], column_names[k], is_needed ? "be given" : "be empty");
            return false;
        }
    }
    return true;
}

static bool find_element(const struct scoring *scoring, const struct variable *variable, const struct line *line,
                         size_t *element)
{
    const size_t n = experiment_common(scoring->experiment)->n_states;
    size_t i = 0, j = 0, area = 0;
    if (!has_owner(scoring, variable, line))
        return false;
    if ((is_given(&line->cells[STATE]) && !find_state(scoring, &line->cells[STATE], &i)) ||
        (is_given(&line->cells[PARTNER]) && !find_state(scoring, &line->cells[PARTNER], &j)) ||
        (is_given(&line->cells[AREA]) && !find_area(scoring, &line->cells[AREA], &area)))
        return false;
    if (is_given(&line->cells[PARTNER]) && i == j) {
        TELL(scoring->check, &line->cells[PARTNER], "`%s` is the state itself; it must be another",
             line->cells[PARTNER].text);
        return false;
    }
    switch (variable->shape) {
    case SCALAR: *element = 0; break;
    case BY_AREA: *element = area; break;
    case BY_STATE: *element = i; break;
    case BY_STATE_AREA: *element = i * AREAS + area; break;
    case BY_DYAD: *element = i < j ? dyad_index(n, i, j) : dyad_index(n, j, i); break;
    case BY_PAIR: *element = i * n + j; break;
    }
    return true;
}

/* Names of all variables that are recorded, NULL behind the last. */
static const char *const *list_variables(const struct check *check)
{
    const char **names = arena_take(check->arena, registry_n_variables() + 1, sizeof *names);
    for (size_t v = 0, n = 0; names && v < registry_n_variables(); v++)
        if (check_is_recordable(registry_variable(v)))
            names[n++] = registry_variable(v)->name;
    return names;
}

static const struct variable *find_variable(const struct check *check, const struct node *name)
{
    const long found = registry_find_variable(name->text);
    if (found >= 0 && check_is_recordable(registry_variable((size_t)found)))
        return registry_variable((size_t)found);
    const char *const *names = list_variables(check);
    if (names)
        check_tell_unknown(check, name, names, "variable that is recorded");
    return NULL;
}

/* Is the same among the first n? */
static bool is_there(const struct scoring *scoring, size_t n, const struct observation *observation)
{
    for (size_t k = 0; k < n; k++)
        if (scoring->all[k].variable == observation->variable && scoring->all[k].element == observation->element &&
            scoring->all[k].year == observation->year)
            return true;
    return false;
}

static void add_observation(struct scoring *scoring, const struct observation *observation)
{
    struct observation *grown = arena_grow(scoring->check->arena, scoring->all, scoring->n_all, sizeof *grown);
    if (!grown)
        return;
    scoring->all = grown;
    grown[scoring->n_all++] = *observation;
}

static bool read_observation(const struct scoring *scoring, const struct line *line, struct observation *observation)
{
    const struct check *check = scoring->check;
    const int last_year = experiment_common(scoring->experiment)->last_year;
    const struct node *year = &line->cells[YEAR];
    *observation = (struct observation){.variable = find_variable(check, &line->cells[VARIABLE])};
    if (!observation->variable || !find_element(scoring, observation->variable, line, &observation->element) ||
        !check_year(check, year, "year", observation->variable->name, &observation->year) ||
        !check_number(check, &line->cells[VALUE], (struct range){-INFINITY, INFINITY, false}, "value",
                      observation->variable->name, &observation->value))
        return false;
    if (observation->year <= last_year)
        return true;
    TELL(check, year, "%d is no year that is simulated; it must be %d or before", observation->year, last_year);
    return false;
}

/* False if not all of it could be read. */
static bool read_table(struct scoring *scoring, const struct node *node)
{
    enum column columns[COLUMNS];
    size_t n_columns;
    struct csv_reader reader;
    struct line line;
    bool is_sound = true;
    if (!csv_open(scoring->check, node, "the table", &reader) || !read_header(scoring, &reader, columns, &n_columns))
        return false;
    while (csv_skip_empty_lines(&reader)) {
        struct observation observation;
        if (!read_line(scoring, &reader, columns, n_columns, &line))
            return false;
        if (!read_observation(scoring, &line, &observation))
            is_sound = false;
        else if (is_there(scoring, scoring->n_all, &observation))
            TELL(scoring->check, &line.cells[VARIABLE], "the same is in the table before; it must be there once");
        else
            add_observation(scoring, &observation);
    }
    return is_sound;
}

static int compare_observations(const void *a, const void *b)
{
    const struct observation *x = a, *y = b;
    if (x->element != y->element)
        return x->element < y->element ? -1 : 1;
    return (x->year > y->year) - (x->year < y->year);
}

/* What the table says, by element and year; of the rest, what the first scenario says. */
static void collect_observations(struct scoring *scoring, const struct node *score)
{
    const struct configuration *common = experiment_common(scoring->experiment);
    const struct node *table = node_get(score, "observed");
    scoring->has_gaps = table && !read_table(scoring, table);
    const size_t n_of_table = scoring->n_all;
    for (size_t k = 0; k < common->n_observations; k++)
        if (!is_there(scoring, n_of_table, &common->observations[k]))
            add_observation(scoring, &common->observations[k]);
    if (scoring->n_all > 0)
        qsort(scoring->all, scoring->n_all, sizeof *scoring->all, compare_observations);
}

/* ------------------------------------------------------------------------------------------- what of it is judged */

/* The series of an element, which is made if it is not there yet; n_series if memory has run out. */
static size_t find_series(struct scoring *scoring, size_t variable, size_t element)
{
    struct score *score = scoring->score;
    for (size_t k = 0; k < score->n_series; k++)
        if (score->series[k].variable == variable && score->series[k].element == element)
            return k;
    struct known_series *grown = arena_grow(scoring->check->memory, score->series, score->n_series, sizeof *grown);
    if (!grown)
        return score->n_series;
    score->series = grown;
    grown[score->n_series] = (struct known_series){.variable = variable, .element = element};
    return score->n_series++;
}

static void add_held_out(struct scoring *scoring, const struct observation *observation)
{
    const struct check *check = scoring->check;
    struct score *score = scoring->score;
    const size_t variable = score->n_variables - 1;
    const char *element = check_element_name(check, experiment_common(scoring->experiment), observation->variable,
                                             observation->element, '-');
    struct text name = {0};
    text_add(&name, "%s %s%s%d", observation->variable->name, element, *element ? " " : "", observation->year);
    struct held_out *grown = arena_grow(check->memory, score->values, score->n_values, sizeof *grown);
    if (grown && !name.is_exhausted) {
        score->values = grown;
        grown[score->n_values++] = (struct held_out){.name = check_keep(check, name.bytes),
                                                     .variable = variable,
                                                     .series = find_series(scoring, variable, observation->element),
                                                     .year = observation->year,
                                                     .observed = observation->value};
    }
    text_free(&name);
}

static void add_known(const struct scoring *scoring, struct known_series *series, const struct observation *observation)
{
    struct arena *memory = scoring->check->memory;
    int *years = arena_grow(memory, series->years, series->n, sizeof *years);
    double *values = arena_grow(memory, series->values, series->n, sizeof *values);
    if (!years || !values)
        return;
    series->years = years;
    series->values = values;
    years[series->n] = observation->year;
    values[series->n++] =
        scoring->score->variables[series->variable].is_log ? lane_log(observation->value) : observation->value;
}

/* What is known of those elements of the last variable of which a value is held out. */
static void add_all_known(const struct scoring *scoring, const struct chosen *chosen)
{
    const size_t variable = scoring->score->n_variables - 1;
    for (size_t k = 0; k < scoring->n_all; k++) {
        const struct observation *observation = &scoring->all[k];
        for (size_t m = 0; m < scoring->score->n_series; m++) {
            struct known_series *series = &scoring->score->series[m];
            if (series->variable == variable && observation->variable == chosen->variable &&
                observation->element == series->element && observation->year <= scoring->score->after &&
                check_is_on_scale(scoring->check, chosen, observation))
                add_known(scoring, series, observation);
        }
    }
}

static bool add_judged(const struct scoring *scoring, const struct chosen *chosen)
{
    struct score *score = scoring->score;
    struct judged *grown = arena_grow(scoring->check->memory, score->variables, score->n_variables, sizeof *grown);
    if (!grown)
        return false;
    score->variables = grown;
    grown[score->n_variables++] = (struct judged){chosen->variable, chosen->is_log};
    return true;
}

static void check_judged(struct scoring *scoring, const struct pair *pair)
{
    const struct check *check = scoring->check;
    const struct configuration *common = experiment_common(scoring->experiment);
    struct score *score = scoring->score;
    const struct observations later = {scoring->all, scoring->n_all, score->after + 1, common->last_year,
                                       "under `observed` of the first scenario, or in the table"};
    const struct variable *variable = find_variable(check, pair->key);
    const size_t n_before = score->n_values;
    struct chosen chosen;
    if (!variable || !check_is_mapping(check, pair->value, pair->key->text, "variables"))
        return;
    check_section(check, pair->value, keys_of_judged, "what is judged");
    if (scoring->has_gaps)
        return;
    check_chosen(check, scoring->experiment, pair->value, variable, &later, &chosen);
    if (!add_judged(scoring, &chosen))
        return;
    bool is_any = chosen.years || chosen.of;
    for (size_t k = 0; k < scoring->n_all; k++) {
        const struct observation *observation = &scoring->all[k];
        if (observation->year <= score->after || !check_is_chosen(check, scoring->experiment, &chosen, observation))
            continue;
        is_any = true;
        if (check_is_on_scale(check, &chosen, observation))
            add_held_out(scoring, observation);
    }
    if (score->n_values == n_before && !is_any)
        TELL(check, pair->key, "no `%s` after %d is observed; it must be %s", variable->name, score->after,
             later.where);
    else if (score->n_values > n_before)
        add_all_known(scoring, &chosen);
}

static bool check_after(const struct scoring *scoring, const struct node *node)
{
    const struct configuration *common = experiment_common(scoring->experiment);
    const struct check *check = scoring->check;
    const struct node *after = node_get(node, "after");
    int *year = &scoring->score->after;
    if (!after)
        TELL(check, node, "`score` has no `after`; it must have the last year that the forecast may know");
    if (!after || !check_year(check, after, "after", "score", year))
        return false;
    if (*year >= common->first_year && *year < common->last_year)
        return true;
    TELL(check, after, "`after` of `score` is %d; it must be within %d .. %d, so that a year that is simulated follows",
         *year, common->first_year, common->last_year - 1);
    return false;
}

static bool add_cells(const struct scoring *scoring)
{
    struct score *score = scoring->score;
    struct quantity_cell *cells = arena_take(scoring->check->memory, score->n_values + 1, sizeof *cells);
    for (size_t k = 0; cells && k < score->n_values; k++) {
        const struct held_out *value = &score->values[k];
        cells[k] = (struct quantity_cell){.variable = score->variables[value->variable].variable,
                                          .element = score->series[value->series].element,
                                          .year = value->year};
    }
    score->cells = (struct quantity_cells){cells, cells ? score->n_values : 0};
    return cells != NULL;
}

struct score *check_score(const struct check *check, const struct experiment *experiment)
{
    const struct node *node = node_get(check->root, "score");
    if (!node || !check_is_mapping(check, node, "score", NULL))
        return NULL;
    struct score *score = arena_take(check->memory, 1, sizeof *score);
    if (!score)
        return NULL;
    struct scoring scoring = {.check = check, .experiment = experiment, .score = score};
    const struct node *variables = node_get(node, "variables");
    check_section(check, node, keys_of_score, "`score`");
    if (!variables)
        TELL(check, node, "`score` has no `variables`; it must have one or more, such as `trade: {scale: log}`");
    const bool is_sound = check_after(&scoring, node);
    collect_observations(&scoring, node);
    if (variables && check_is_mapping(check, variables, "variables", "score")) {
        if (variables->n == 0)
            TELL(check, variables, "`variables` of `score` is empty; it must have one or more");
        for (size_t k = 0; k < variables->n && is_sound; k++)
            check_judged(&scoring, &variables->pairs[k]);
    }
    return add_cells(&scoring) ? score : NULL;
}

void check_score_runs(const struct check *check, const struct experiment *experiment)
{
    const size_t n_replicates = experiment_common(experiment)->n_replicates, n_points = experiment->n_points;
    const struct node *node = node_get(check->root, "score");
    if (experiment->n_factors > 0 && !experiment->design)
        TELL(check, node,
             "there are factors, but no `design`; the forecast must have points, such as those of a "
             "posterior: `design: {csv: NAME.posterior.csv}`");
    else if (n_points * n_replicates < SCORE_LEAST_RUNS)
        TELL(check, node, "the forecast has %zu run%s (%zu point%s, %zu replicate%s each); it must have %d or more",
             n_points * n_replicates, n_points * n_replicates == 1 ? "" : "s", n_points, n_points == 1 ? "" : "s",
             n_replicates, n_replicates == 1 ? "" : "s", SCORE_LEAST_RUNS);
}

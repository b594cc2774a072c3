/* Quantity: reading the expression. */
#include "quantity.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "check.h"
#include "quantity_steps.h"

enum { MOST_DEEP = 48, MOST_DIGITS = 4 /* of a year */ };

/* Functions of one value, or of `share` and `quantile`, and those of two or more, of which one stands for its years. */
static const struct function {
    const char *name;
    enum quantity_operation operation, of_two; /* of_two: NUMBER if it takes one value alone */
} functions[] = {
    {"log", QUANTITY_LOG, QUANTITY_NUMBER},         {"exp", QUANTITY_EXP, QUANTITY_NUMBER},
    {"sqrt", QUANTITY_SQRT, QUANTITY_NUMBER},       {"abs", QUANTITY_ABS, QUANTITY_NUMBER},
    {"min", QUANTITY_LEAST, QUANTITY_SMALLER},      {"max", QUANTITY_GREATEST, QUANTITY_LARGER},
    {"average", QUANTITY_AVERAGE, QUANTITY_NUMBER}, {"mean", QUANTITY_MEAN, QUANTITY_NUMBER},
    {"median", QUANTITY_MEDIAN, QUANTITY_NUMBER},   {"sd", QUANTITY_SD, QUANTITY_NUMBER},
    {"share", QUANTITY_MEAN, QUANTITY_NUMBER},      {"quantile", QUANTITY_QUANTILE, QUANTITY_NUMBER},
};

/* What a part of an expression is. */
struct part {
    size_t n_items;
    bool is_by_run, is_truth;
    bool is_constant;
    double constant;
};

struct parser {
    const struct check *check;
    const struct experiment *experiment;
    const struct node *node;
    const char *text;
    size_t at;
    size_t n_waiting, n_nested;
    struct quantity_cells *cells;
    struct quantity *quantity;
    bool is_bad; /* something has been told */
};

/* The place of byte `at` of the expression: its own where the file has the expression on one line as it is, else that
 * of the whole. */
static struct place find_place(const struct parser *parser, size_t at)
{
    struct place place = parser->node->place;
    size_t n, begin = 0;
    const char *line = source_line(place.source, place.line, &n);
    for (uint32_t column = 1; column < place.column && begin < n; column++) {
        uint32_t point;
        const size_t length = utf8_character(line + begin, n - begin, &point);
        begin += length ? length : 1;
    }
    const bool is_quoted = begin < n && (line[begin] == '"' || line[begin] == '\'');
    begin += is_quoted;
    if (at > n - begin || memcmp(line + begin, parser->text, at) != 0)
        return place;
    place.column += is_quoted;
    for (size_t k = 0; k < at; k++)
        place.column += ((unsigned char)parser->text[k] & 0xC0) != 0x80; /* not within a character */
    return place;
}

/* Tell what is wrong with what begins at byte `at` of the expression. */
static void tell(struct parser *parser, size_t at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void tell(struct parser *parser, size_t at, const char *format, ...)
{
    struct text text = {0};
    va_list arguments;
    if (parser->is_bad)
        return;
    parser->is_bad = true;
    va_start(arguments, format);
    text_add_list(&text, format, arguments);
    va_end(arguments);
    diagnostics_add(parser->check->diagnostics, find_place(parser, at), "%s",
                    text.is_exhausted ? "this is no expression" : text.bytes);
    text_free(&text);
}

static void skip_blanks(struct parser *parser)
{
    while (isspace((unsigned char)parser->text[parser->at]))
        parser->at++;
}

/* Take a sign if it is next. */
static bool take(struct parser *parser, const char *sign)
{
    const size_t n = strlen(sign);
    skip_blanks(parser);
    if (strncmp(parser->text + parser->at, sign, n) != 0)
        return false;
    parser->at += n;
    return true;
}

static bool must_take(struct parser *parser, const char *sign, const char *where)
{
    if (take(parser, sign))
        return true;
    const char *rest = parser->text + parser->at;
    if (*rest)
        tell(parser, parser->at, "here is `%.12s`; %s there must be `%s`", rest, where, sign);
    else
        tell(parser, parser->at, "the expression ends; %s there must be `%s`", where, sign);
    return false;
}

static bool is_of_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '-'; }

/* A word of letters, digits, _ and (in brackets) -; NULL if there is none. */
static const char *take_word(struct parser *parser, bool may_have_dash, size_t *at)
{
    skip_blanks(parser);
    const char *begin = parser->text + parser->at;
    size_t n = 0;
    while (is_of_word(begin[n]) && (may_have_dash || begin[n] != '-'))
        n++;
    *at = parser->at;
    parser->at += n;
    return n > 0 ? arena_copy(parser->check->arena, begin, n) : NULL;
}

static struct quantity_step *add_step(struct parser *parser, enum quantity_operation operation)
{
    struct quantity *quantity = parser->quantity;
    struct quantity_step *steps = arena_grow(parser->check->memory, quantity->steps, quantity->n_steps, sizeof *steps);
    if (!steps) {
        parser->is_bad = true;
        return NULL;
    }
    quantity->steps = steps;
    steps[quantity->n_steps] = (struct quantity_step){.operation = operation};
    return &steps[quantity->n_steps++];
}

/* One more value waits, of n_items. */
static void count_value(struct parser *parser, size_t n_items)
{
    struct quantity *quantity = parser->quantity;
    parser->n_waiting++;
    quantity->n_deep = parser->n_waiting > quantity->n_deep ? parser->n_waiting : quantity->n_deep;
    quantity->n_wide = n_items > quantity->n_wide ? n_items : quantity->n_wide;
    if (parser->n_waiting > MOST_DEEP)
        tell(parser, parser->at, "the expression is nested too deeply");
}

/* ------------------------------------------------------------------------------------------- a variable [whose, when]
 */

/* What stands in the brackets. */
struct whose {
    size_t states[2], n_states;
    const char *tag;
    int area; /* -1: none */
    size_t scenario;
    bool has_scenario;         /* else it is the first */
    int first_year, last_year; /* 0: none */
};

static bool find_state(const struct parser *parser, const char *word, size_t *state)
{
    const struct configuration *common = experiment_common(parser->experiment);
    for (*state = 0; *state < common->n_states; ++*state)
        if (strcmp(common->states[*state].id, word) == 0)
            return true;
    return false;
}

static bool is_tag(const struct parser *parser, const char *word)
{
    const struct configuration *common = experiment_common(parser->experiment);
    for (size_t i = 0; i < common->n_states; i++)
        if (check_has_tag(&common->states[i], word))
            return true;
    return false;
}

static bool find_scenario(const struct parser *parser, const char *word, size_t *scenario)
{
    for (*scenario = 0; *scenario < parser->experiment->n_scenarios; ++*scenario)
        if (strcmp(parser->experiment->configurations[*scenario].name, word) == 0)
            return true;
    return false;
}

static int find_area(const char *word)
{
    for (int k = 0; configuration_areas[k]; k++)
        if (strcmp(configuration_areas[k], word) == 0)
            return k;
    return -1;
}

static void tell_unknown_word(struct parser *parser, size_t at, const char *word)
{
    const struct configuration *common = experiment_common(parser->experiment);
    struct nearest nearest = {.wanted = word};
    for (size_t i = 0; i < common->n_states; i++) {
        nearest_try(&nearest, common->states[i].id);
        for (size_t k = 0; k < common->states[i].n_tags; k++)
            nearest_try(&nearest, common->states[i].tags[k]);
    }
    for (size_t k = 0; k < parser->experiment->n_scenarios; k++)
        nearest_try(&nearest, parser->experiment->configurations[k].name);
    for (size_t k = 0; configuration_areas[k]; k++)
        nearest_try(&nearest, configuration_areas[k]);
    tell(parser, at, "`%.40s` is no state, tag, area or scenario of the experiment%s", word,
         strchr(word, '-') && !nearest.best ? "; of a pair of states there must be a comma between them"
                                            : nearest_hint(&nearest));
}

static bool is_year(const char *word)
{
    return word && *word && strlen(word) <= MOST_DIGITS && strspn(word, "0123456789") == strlen(word);
}

static void read_years(struct parser *parser, const char *word, size_t at, struct whose *whose)
{
    const struct configuration *common = experiment_common(parser->experiment);
    size_t last_at = at;
    const char *last = word;
    if (take(parser, ".."))
        last = take_word(parser, true, &last_at);
    if (!is_year(word) || !is_year(last)) {
        tell(parser, is_year(word) ? last_at : at, "this is no year; it must be one, such as `2005`, or `2001..2005`");
        return;
    }
    if (whose->first_year)
        tell(parser, at, "this is a second year; of several there must be the first and the last, `2001..2005`");
    whose->first_year = (int)strtol(word, NULL, 10);
    whose->last_year = (int)strtol(last, NULL, 10);
    const bool is_first_outside = whose->first_year < common->first_year || whose->first_year > common->last_year;
    if (is_first_outside || whose->last_year < common->first_year || whose->last_year > common->last_year)
        tell(parser, is_first_outside ? at : last_at,
             "the year is outside the `years` simulated; it must be within %d .. %d", common->first_year,
             common->last_year);
    else if (whose->first_year > whose->last_year)
        tell(parser, at, "the years end before they begin; they must be first and last, `2001..2005`");
}

static void read_selector(struct parser *parser, struct whose *whose)
{
    size_t at, state, scenario;
    const char *word = take_word(parser, true, &at);
    if (!word) {
        tell(parser, at, "here is nothing; there must be a year, a state, a tag, an area or a scenario");
        return;
    }
    if (isdigit((unsigned char)*word)) {
        read_years(parser, word, at, whose);
    } else if (find_area(word) >= 0) {
        if (whose->area >= 0)
            tell(parser, at, "`%s` is a second area; there must be one", word);
        whose->area = find_area(word);
    } else if (find_state(parser, word, &state)) {
        if (whose->n_states == 2)
            tell(parser, at, "`%s` is a third state; there must be one or two", word);
        else
            whose->states[whose->n_states++] = state;
    } else if (is_tag(parser, word)) {
        if (whose->tag)
            tell(parser, at, "`%s` is a second tag; there must be one", word);
        whose->tag = word;
    } else if (find_scenario(parser, word, &scenario)) {
        if (whose->has_scenario)
            tell(parser, at, "`%s` is a second scenario; there must be one", word);
        whose->has_scenario = true;
        whose->scenario = scenario;
    } else
        tell_unknown_word(parser, at, word);
}

/* Does what stands in the brackets say which element of the variable is meant? */
static void check_whose(struct parser *parser, const struct variable *variable, const struct whose *whose, size_t at)
{
    static const size_t n_states[] = {
        [SCALAR] = 0, [BY_AREA] = 0, [BY_STATE] = 1, [BY_STATE_AREA] = 1, [BY_DYAD] = 2, [BY_PAIR] = 2};
    const bool has_area = variable->shape == BY_AREA || variable->shape == BY_STATE_AREA;
    const size_t n = n_states[variable->shape], n_given = whose->n_states + (whose->tag != NULL);
    const char *name = variable->name;
    if (!whose->first_year)
        tell(parser, at, "`%s` has no year; it must have one, as in `%s[2005]`", name, name);
    else if (n == 0 && n_given > 0)
        tell(parser, at, "`%s` is of the organization; it must have no state", name);
    else if (n == 1 && n_given != 1)
        tell(parser, at, "`%s` is of a state; it must have one state or tag, as in `%s[CHN, 2005]`", name, name);
    else if (n == 2 && (whose->n_states != 2 || whose->tag || whose->states[0] == whose->states[1]))
        tell(parser, at, "`%s` is of a pair of states; it must have two, as in `%s[CHN, RUS, 2005]`", name, name);
    else if (has_area && whose->area < 0)
        tell(parser, at, "`%s` is of an area; it must have one, `security` or `economy`", name);
    else if (!has_area && whose->area >= 0)
        tell(parser, at, "`%s` is not of an area; it must have none", name);
}

static size_t find_cell(struct parser *parser, const struct quantity_cell *wanted)
{
    struct quantity_cells *cells = parser->cells;
    for (size_t k = 0; k < cells->n; k++) {
        const struct quantity_cell *cell = &cells->list[k];
        if (cell->scenario == wanted->scenario && cell->variable == wanted->variable &&
            cell->element == wanted->element && cell->year == wanted->year)
            return k;
    }
    struct quantity_cell *grown = arena_grow(parser->check->memory, cells->list, cells->n, sizeof *grown);
    if (!grown) {
        parser->is_bad = true;
        return 0;
    }
    cells->list = grown;
    grown[cells->n] = *wanted;
    return cells->n++;
}

/* The element of a state, pair of states or area. */
static size_t element_of(const struct parser *parser, const struct variable *variable, const struct whose *whose,
                         size_t state)
{
    const size_t n_states = experiment_common(parser->experiment)->n_states;
    const size_t i = whose->states[0], j = whose->states[1], area = (size_t)whose->area;
    switch (variable->shape) {
    case SCALAR: return 0;
    case BY_AREA: return area;
    case BY_STATE: return state;
    case BY_STATE_AREA: return state * AREAS + area;
    case BY_PAIR: return i * n_states + j;
    case BY_DYAD: return i < j ? dyad_index(n_states, i, j) : dyad_index(n_states, j, i);
    }
    return 0;
}

/* The states that are meant, into list[n_states]: one, or those with the tag. Where there is none, one stands for it.
 */
static size_t list_states(const struct parser *parser, const struct whose *whose, size_t *list)
{
    const struct configuration *common = experiment_common(parser->experiment);
    size_t n = 0;
    list[0] = whose->states[0];
    for (size_t i = 0; whose->tag && i < common->n_states; i++)
        if (check_has_tag(&common->states[i], whose->tag))
            list[n++] = i;
    return whose->tag ? n : 1;
}

static struct part add_cells(struct parser *parser, const struct variable *variable, const struct whose *whose)
{
    const size_t n_years = (size_t)(whose->last_year - whose->first_year) + 1;
    struct arena *arena = parser->check->arena;
    size_t *states = arena_take(arena, experiment_common(parser->experiment)->n_states + 1, sizeof *states);
    const size_t n_of_each = states ? list_states(parser, whose, states) : 0;
    size_t *cells = arena_take(parser->check->memory, n_years * n_of_each + 1, sizeof *cells);
    struct quantity_step *step = add_step(parser, QUANTITY_CELLS);
    if (!states || !cells || !step) {
        parser->is_bad = true;
        return (struct part){0};
    }
    *step = (struct quantity_step){QUANTITY_CELLS, 0, cells, n_years, n_of_each};
    for (size_t item = 0; item < n_years; item++)
        for (size_t k = 0; k < n_of_each; k++) {
            const struct quantity_cell cell = {whose->scenario, variable,
                                               element_of(parser, variable, whose, states[k]),
                                               whose->first_year + (int)item};
            cells[item * n_of_each + k] = find_cell(parser, &cell);
        }
    count_value(parser, n_years);
    return (struct part){.n_items = n_years, .is_by_run = true};
}

static struct part read_variable(struct parser *parser, const char *name, size_t at)
{
    const long found = registry_find_variable(name);
    struct whose whose = {.area = -1};
    if (found < 0 || !check_is_recordable(registry_variable((size_t)found))) {
        struct nearest nearest = {.wanted = name};
        for (size_t v = 0; v < registry_n_variables(); v++)
            if (check_is_recordable(registry_variable(v)))
                nearest_try(&nearest, registry_variable(v)->name);
        for (size_t k = 0; k < COUNT(functions); k++)
            nearest_try(&nearest, functions[k].name);
        tell(parser, at, "`%.40s` is no variable that is recorded, and no function%s", name, nearest_hint(&nearest));
        return (struct part){0};
    }
    if (take(parser, "[")) {
        do
            read_selector(parser, &whose);
        while (!parser->is_bad && take(parser, ","));
        must_take(parser, "]", "after what stands in brackets");
    }
    check_whose(parser, registry_variable((size_t)found), &whose, at);
    return parser->is_bad ? (struct part){0} : add_cells(parser, registry_variable((size_t)found), &whose);
}

/* --------------------------------------------------------------------------------------------------------- arithmetic
 */

static struct part read_comparison(struct parser *parser);

static struct part add_number(struct parser *parser, double number)
{
    struct quantity_step *step = add_step(parser, QUANTITY_NUMBER);
    if (step)
        step->number = number;
    count_value(parser, 1);
    return (struct part){.n_items = 1, .is_constant = true, .constant = number};
}

/* Two values become one. */
static struct part join(struct parser *parser, enum quantity_operation operation, struct part a, struct part b,
                        size_t at)
{
    const bool is_truth = operation >= QUANTITY_LESS && operation <= QUANTITY_EQUAL;
    if (parser->is_bad)
        return (struct part){0};
    if (a.n_items != b.n_items && a.n_items != 1 && b.n_items != 1)
        tell(parser, at, "one side has %zu years and the other %zu; they must have as many", a.n_items, b.n_items);
    add_step(parser, operation);
    parser->n_waiting--;
    return (struct part){.n_items = a.n_items > b.n_items ? a.n_items : b.n_items,
                         .is_by_run = a.is_by_run || b.is_by_run,
                         .is_truth = is_truth};
}

/* Numbers of a run become one of all. */
static struct part reduce(struct parser *parser, const struct function *function, struct part a, size_t at)
{
    double number = 0;
    if (function->operation == QUANTITY_QUANTILE && must_take(parser, ",", "after the first value of `quantile`")) {
        skip_blanks(parser);
        const char *begin = parser->text + parser->at;
        char *end;
        number = strtod(begin, &end);
        if (end == begin || !(number >= 0 && number <= 1))
            tell(parser, parser->at, "the share of `quantile` must be a number within 0 .. 1");
        parser->at += (size_t)(end - begin);
    }
    if (!parser->is_bad && !a.is_by_run)
        tell(parser, at, "`%s` is over runs, but this is one number for all of them", function->name);
    if (!parser->is_bad && strcmp(function->name, "share") == 0 && !a.is_truth)
        tell(parser, at,
             "`share` is of what holds or not; there must be a comparison, as in `share(cohesion[2005] > 0.5)`");
    struct quantity_step *step = add_step(parser, function->operation);
    if (step)
        step->number = number;
    return (struct part){.n_items = a.n_items};
}

static struct part read_function(struct parser *parser, const struct function *function, size_t at)
{
    struct part part = read_comparison(parser);
    size_t n = 1;
    while (!parser->is_bad && function->of_two != QUANTITY_NUMBER && take(parser, ",")) {
        const size_t next_at = parser->at;
        part = join(parser, function->of_two, part, read_comparison(parser), next_at);
        n++;
    }
    if (parser->is_bad)
        return part;
    if (quantity_is_of_runs(function->operation))
        part = reduce(parser, function, part, at);
    else if (!quantity_is_of_items(function->operation) || n == 1)
        add_step(parser, function->operation);
    if (quantity_is_of_items(function->operation) && n == 1)
        part.n_items = 1;
    part.is_truth = part.is_constant = false;
    must_take(parser, ")", "at its end");
    return part;
}

static struct part read_name(struct parser *parser)
{
    size_t at;
    const char *name = take_word(parser, false, &at);
    if (!name) {
        const char *rest = parser->text + at;
        tell(parser, at,
             *rest ? "here is `%.12s`; there must be a variable, a function or a number"
                   : "the expression ends; there must be a variable, a function or a number%s",
             rest);
        return (struct part){0};
    }
    for (size_t k = 0; k < COUNT(functions); k++)
        if (strcmp(functions[k].name, name) == 0) {
            if (!must_take(parser, "(", "after a function"))
                return (struct part){0};
            return read_function(parser, &functions[k], at);
        }
    return read_variable(parser, name, at);
}

static struct part read_factor(struct parser *parser)
{
    struct part part;
    skip_blanks(parser);
    const char *begin = parser->text + parser->at;
    if (++parser->n_nested > MOST_DEEP) {
        tell(parser, parser->at, "the expression is nested too deeply");
        return (struct part){0};
    }
    if (take(parser, "-")) {
        part = read_factor(parser);
        add_step(parser, QUANTITY_NEGATE);
        part.is_truth = part.is_constant = false;
    } else if (take(parser, "(")) {
        part = read_comparison(parser);
        if (!parser->is_bad)
            must_take(parser, ")", "at the end of what stands in parentheses");
    } else if (isdigit((unsigned char)*begin) || *begin == '.') {
        char *end;
        const double number = strtod(begin, &end);
        parser->at += (size_t)(end - begin);
        part = add_number(parser, number);
    } else
        part = read_name(parser);
    parser->n_nested--;
    return part;
}

static struct part read_product(struct parser *parser)
{
    struct part part = read_factor(parser);
    while (!parser->is_bad) {
        const size_t at = parser->at;
        const bool is_product = take(parser, "*");
        if (!is_product && !take(parser, "/"))
            break;
        part = join(parser, is_product ? QUANTITY_MULTIPLY : QUANTITY_DIVIDE, part, read_factor(parser), at);
    }
    return part;
}

static struct part read_sum(struct parser *parser)
{
    struct part part = read_product(parser);
    while (!parser->is_bad) {
        const size_t at = parser->at;
        const bool is_sum = take(parser, "+");
        if (!is_sum && !take(parser, "-"))
            break;
        part = join(parser, is_sum ? QUANTITY_ADD : QUANTITY_SUBTRACT, part, read_product(parser), at);
    }
    return part;
}

static struct part read_comparison(struct parser *parser)
{
    static const struct {
        const char *sign;
        enum quantity_operation operation;
    } signs[] = {{"<=", QUANTITY_AT_MOST},
                 {">=", QUANTITY_AT_LEAST},
                 {"==", QUANTITY_EQUAL},
                 {"<", QUANTITY_LESS},
                 {">", QUANTITY_MORE}};
    struct part part = read_sum(parser);
    for (size_t k = 0; k < COUNT(signs) && !parser->is_bad; k++) {
        const size_t at = parser->at;
        if (take(parser, signs[k].sign))
            return join(parser, signs[k].operation, part, read_sum(parser), at);
    }
    return part;
}

bool quantity_read(const struct check *check, const struct experiment *experiment, const struct node *node,
                   struct quantity_cells *cells, struct quantity *quantity)
{
    *quantity = (struct quantity){.text = node->kind == NODE_SCALAR ? check_keep(check, node->text) : ""};
    struct parser parser = {.check = check,
                            .experiment = experiment,
                            .node = node,
                            .text = quantity->text,
                            .cells = cells,
                            .quantity = quantity};
    if (node->kind != NODE_SCALAR || node_is_null(node)) {
        TELL(check, node, "this is %s; it must be an expression, such as `log(trade[CHN, RUS, 2005])`",
             node_show(check->arena, node));
        return false;
    }
    const struct part part = read_comparison(&parser);
    skip_blanks(&parser);
    if (!parser.is_bad && parser.text[parser.at])
        tell(&parser, parser.at, "here is `%.12s`; the expression must end before it, or there must be an operator",
             parser.text + parser.at);
    if (!parser.is_bad && part.n_items > 1)
        tell(&parser, 0,
             "this is %zu numbers, one for each year; it must be one: take `min`, `max` or `average` of them",
             part.n_items);
    quantity->is_of_all_runs = !part.is_by_run;
    return !parser.is_bad;
}

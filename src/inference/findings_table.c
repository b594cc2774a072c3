#include "findings_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "findings.h"
#include "models/registry.h"

enum { INDENT = 2, MOST_NAME = 34, COLUMN = 9, RANGE = 17, MOST_ROWS = 20, MOST_CELLS = 4, MOST_PAIRS = 5, CELLS = 2 };

struct table {
    const struct page *page;
    const struct reader *reader;
    const struct variable *variable;
    char *design;
    size_t key;          /* the measure that is told first and sorts */
    size_t other, third; /* those beside it: the third of morris has no interval either */
    bool is_morris, has_pairs;
    char **scenarios, **factors, **names[CELLS]; /* of the cells, one list for each of their dimensions */
    double *years;
    size_t n_scenarios, n_factors, n_years, n_names[CELLS], n_axes;
};

/* Which table is meant. */
struct choice {
    size_t scenario, year, cell[CELLS];
};

/* A factor, or two, with what is known of it. */
struct row {
    const char *name, *other;
    double estimate[FINDINGS_MEASURES], low, high, quarter, half;
    double low_other, high_other; /* of the other measure, if it is shown with an interval */
    double dummy, highest;        /* of the key one, if it is PAWN's */
};

bool findings_are_in(const struct reader *reader)
{
    char *design = reader_attribute(reader, "sensitivity");
    free(design);
    return design != NULL;
}

/* The power of ten of a number, rounded to so many digits behind the first; writes it as 6.90e-05. */
static long write_power(double number, int n_decimals, char *digits, size_t size)
{
    snprintf(digits, size, "%.*e", n_decimals, number);
    return strtol(strchr(digits, 'e') + 1, NULL, 10);
}

/* Three significant digits of a number >= 0. What is below a thousandth has an exponent, all of them without zeros:
 * 6.9e-5; and two digits before one of two digits, so that with a sign it takes no more columns. */
static void write_digits(double number, char *digits, size_t size)
{
    snprintf(digits, size, "%.3g", number);
    if (!isfinite(number) || number <= 0)
        return;
    char text[32];
    long exponent = write_power(number, 2, text, sizeof text);
    if (exponent >= -3 && !strchr(digits, 'e'))
        return;
    if (labs(exponent) > 9)
        exponent = write_power(number, 1, text, sizeof text);
    char *end = strchr(text, 'e');
    while (end[-1] == '0')
        end--;
    end -= end[-1] == '.';
    snprintf(digits, size, "%.*se%ld", (int)(end - text), text, exponent);
}

const char *findings_number(const struct page *page, double number, bool is_share, char *buffer, size_t size)
{
    char digits[32];
    if (is_share)
        snprintf(digits, sizeof digits, "%.2f", fabs(number));
    else
        write_digits(fabs(number), digits, sizeof digits);
    const bool is_below = number < 0 && strtod(digits, NULL) > 0;
    snprintf(buffer, size, "%s%s", is_below ? page->minus : "", is_share && *digits == '0' ? digits + 1 : digits);
    if (!isfinite(number))
        *buffer = '\0';
    return buffer;
}

/* Numbers of NAME_`measure``suffix` at the cell chosen: of all factors (of pairs: and all others), `n_last` each. */
static int read_measure(const struct table *table, const struct choice *choice, size_t m, const char *suffix,
                        size_t n_last, double *values, struct error *error)
{
    const bool is_of_pairs = m == MEASURE_SECOND;
    char name[256];
    snprintf(name, sizeof name, "%s_%s%s", table->variable->name, findings_measures[m].name, suffix);
    size_t start[READER_RANK] = {choice->scenario}, count[READER_RANK] = {1}, rank = 1;
    count[rank++] = table->n_factors;
    if (is_of_pairs)
        count[rank++] = table->n_factors;
    start[rank] = choice->year;
    count[rank++] = 1;
    for (size_t k = 0; k < table->n_axes; k++) {
        start[rank] = choice->cell[k];
        count[rank++] = 1;
    }
    count[rank] = n_last;
    return reader_read(table->reader, name, start, count, values, error);
}

/* One number of NAME_`suffix`, which belongs to no factor. */
static int read_one(const struct table *table, const struct choice *choice, const char *suffix, double *value,
                    struct error *error)
{
    const size_t start[READER_RANK] = {choice->scenario, choice->year, choice->cell[0], choice->cell[1]};
    const size_t count[READER_RANK] = {1, 1, 1, 1};
    char name[256];
    snprintf(name, sizeof name, "%s_%s", table->variable->name, suffix);
    return reader_read(table->reader, name, start, count, value, error);
}

static int compare_rows(const void *first, const void *second, size_t key)
{
    const double a = ((const struct row *)first)->estimate[key], b = ((const struct row *)second)->estimate[key];
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

/* The greatest first; those that are equal as they were. */
static void sort_rows(struct row *rows, size_t n, size_t key)
{
    for (size_t k = 1; k < n; k++)
        for (size_t at = k; at > 0 && compare_rows(&rows[at - 1], &rows[at], key) > 0; at--) {
            const struct row row = rows[at];
            rows[at] = rows[at - 1];
            rows[at - 1] = row;
        }
}

static bool is_pawn(const struct table *table) { return table->key == MEASURE_PAWN_MEDIAN; }

/* The mean and the highest over factors that do nothing. */
static int read_dummies(const struct table *table, const struct choice *choice, struct row *rows, double *values,
                        struct error *error)
{
    int code = read_measure(table, choice, table->key, "_dummy", 1, values, error);
    for (size_t f = 0; f < table->n_factors && code == OK; f++)
        rows[f].dummy = values[f];
    if (code == OK)
        code = read_measure(table, choice, table->key, "_dummy_highest", 1, values, error);
    for (size_t f = 0; f < table->n_factors && code == OK; f++)
        rows[f].highest = values[f];
    return code;
}

static int read_rows(const struct table *table, const struct choice *choice, struct row *rows, struct error *error)
{
    const size_t n = table->n_factors;
    double *values = malloc(3 * (n + 1) * sizeof *values);
    int code = values ? OK : error_memory(error);
    for (size_t f = 0; f < n && code == OK; f++)
        rows[f] = (struct row){.name = table->factors[f]};
    const size_t shown[] = {table->key, table->other, table->third};
    for (size_t k = 0; k < 3 && code == OK; k++) {
        code = read_measure(table, choice, shown[k], "", 1, values, error);
        for (size_t f = 0; f < n && code == OK; f++)
            rows[f].estimate[shown[k]] = values[f];
    }
    if (code == OK)
        code = read_measure(table, choice, table->key, "_interval", 2, values, error);
    for (size_t f = 0; f < n && code == OK; f++) {
        rows[f].low = values[2 * f];
        rows[f].high = values[2 * f + 1];
    }
    if (code == OK && !table->is_morris)
        code = read_measure(table, choice, table->other, "_interval", 2, values, error);
    for (size_t f = 0; f < n && code == OK && !table->is_morris; f++) {
        rows[f].low_other = values[2 * f];
        rows[f].high_other = values[2 * f + 1];
    }
    if (code == OK && is_pawn(table))
        code = read_dummies(table, choice, rows, values, error);
    if (code == OK)
        code = read_measure(table, choice, table->key, "_growing", 3, values, error);
    for (size_t f = 0; f < n && code == OK; f++) {
        rows[f].quarter = values[3 * f];
        rows[f].half = values[3 * f + 1];
    }
    free(values);
    return code;
}

static void print_number(const struct table *table, double number)
{
    char text[64];
    page_right(table->page, COLUMN, findings_number(table->page, number, !table->is_morris, text, sizeof text));
}

static void print_range(const struct table *table, double low, double high)
{
    char from[32], to[32], text[96] = "";
    if (isfinite(low) && isfinite(high))
        snprintf(text, sizeof text, "%s%s%s", findings_number(table->page, low, !table->is_morris, from, sizeof from),
                 low < 0 || high < 0 ? " to " : table->page->dash,
                 findings_number(table->page, high, !table->is_morris, to, sizeof to));
    page_right(table->page, RANGE, text);
}

/* Does the estimate say little? The interval is wider than it, or, of PAWN, chance gives as much. */
static bool is_vague(const struct row *row, size_t key)
{
    if (key == MEASURE_PAWN_MEDIAN)
        return row->estimate[key] <= row->highest;
    return row->high - row->low > fabs(row->estimate[key]);
}

static void print_row(const struct table *table, const struct row *row, size_t width)
{
    const struct page *page = table->page;
    fprintf(page->out, "%*s", INDENT, "");
    page_left(page, width + 2, row->name);
    print_number(table, row->estimate[table->key]);
    print_range(table, row->low, row->high);
    fprintf(page->out, "%s", is_vague(row, table->key) ? "?" : " ");
    print_number(table, row->estimate[table->other]);
    if (table->is_morris)
        print_number(table, row->estimate[table->third]);
    else
        print_range(table, row->low_other, row->high_other);
    if (is_pawn(table))
        print_number(table, row->dummy);
    print_number(table, row->quarter);
    print_number(table, row->half);
    putc('\n', page->out);
}

static void print_head(const struct table *table, size_t width)
{
    const struct page *page = table->page;
    fprintf(page->out, "%*s", (int)(INDENT + width + 2), "");
    page_right(page, COLUMN, is_pawn(table) ? "median" : table->is_morris ? "mu*" : "total");
    page_right(page, RANGE, "95 %");
    putc(' ', page->out);
    page_right(page, COLUMN, is_pawn(table) ? "largest" : table->is_morris ? "mu" : "first");
    page_right(page, table->is_morris ? COLUMN : RANGE, table->is_morris ? "sigma" : "95 %");
    if (is_pawn(table))
        page_right(page, COLUMN, "dummy");
    page_right(page, COLUMN, "from 1/4");
    page_right(page, COLUMN, "from 1/2");
    putc('\n', page->out);
}

static size_t longest_name(const struct table *table)
{
    size_t longest = 0;
    for (size_t f = 0; f < table->n_factors; f++) {
        const size_t columns = page_columns(table->page, table->factors[f]);
        longest = columns > longest ? columns : longest;
    }
    return longest < MOST_NAME ? longest : MOST_NAME;
}

static void print_rows(const struct table *table, const struct row *rows)
{
    const size_t n = table->n_factors, n_shown = n < MOST_ROWS ? n : MOST_ROWS, width = longest_name(table);
    bool has_vague = false;
    char text[32];
    print_head(table, width);
    for (size_t k = 0; k < n_shown; k++) {
        print_row(table, &rows[k], width);
        has_vague = has_vague || is_vague(&rows[k], table->key);
    }
    if (n > n_shown)
        fprintf(table->page->out, "%*sand %zu more, none of them above %s\n", INDENT, "", n - n_shown,
                findings_number(table->page, rows[n_shown].estimate[table->key], !table->is_morris, text, sizeof text));
    if (has_vague)
        page_paragraph(table->page, INDENT,
                       is_pawn(table) ? "? A factor that does nothing (dummy) reaches as much by chance."
                       : table->is_morris
                           ? "? The interval is wider than the effect: it takes more trajectories to tell."
                           : "? The interval is wider than the effect: it takes more base points to tell.");
}

/* The pairs that matter most, of second order. */
static int print_pairs(const struct table *table, const struct choice *choice, struct error *error)
{
    const size_t n = table->n_factors, m = MEASURE_SECOND;
    size_t n_pairs = 0;
    char number[32];
    double *values = malloc(3 * (n * n + 1) * sizeof *values);
    struct row *rows = calloc(n * n + 1, sizeof *rows);
    int code = values && rows ? OK : error_memory(error);
    if (code == OK)
        code = read_measure(table, choice, m, "", 1, values, error);
    if (code == OK)
        code = read_measure(table, choice, m, "_interval", 2, values + n * n, error);
    for (size_t f = 0; f < n && code == OK; f++)
        for (size_t g = f + 1; g < n; g++) {
            struct row *row = &rows[n_pairs++];
            *row = (struct row){.name = table->factors[f], .other = table->factors[g]};
            row->estimate[m] = values[f * n + g];
            row->low = values[n * n + 2 * (f * n + g)];
            row->high = values[n * n + 2 * (f * n + g) + 1];
        }
    sort_rows(rows, n_pairs, m);
    if (code == OK && n_pairs > 0)
        page_paragraph(table->page, INDENT, "Two together, beyond what each does alone (the strongest pairs):");
    for (size_t k = 0; k < n_pairs && k < MOST_PAIRS && code == OK; k++) {
        fprintf(table->page->out, "%*s", INDENT, "");
        page_right(table->page, COLUMN, findings_number(table->page, rows[k].estimate[m], true, number, sizeof number));
        print_range(table, rows[k].low, rows[k].high);
        fprintf(table->page->out, "%s %s with %s\n", is_vague(&rows[k], m) ? "?" : " ", rows[k].name, rows[k].other);
    }
    free(values);
    free(rows);
    return code;
}

/* The share of the variance that is chance: above 1 by the luck of the estimate, or, as a bound, where draws are
 * common. */
static void add_chance(struct text *text, const struct page *page, double share, bool is_common, double n_replicates)
{
    const double most_told = 0.995; /* two digits of more are 100 % */
    text_add(text, "Chance is %s", is_common ? "at most " : "");
    if (share < most_told)
        text_add(text, "%.2g%s", 100 * share, page->percent);
    else
        text_add(text, "all");
    text_add(text, " of the variance between points, each the mean of %.0f replicates%s.", n_replicates,
             is_common ? ", which have the same draws at all points" : "");
}

/* What chance has to do with it, and what was left out. */
static int print_notes(const struct table *table, const struct choice *choice, struct error *error)
{
    const struct page *page = table->page;
    const double n_blocks = reader_attribute_number(table->reader, "blocks");
    const double n_replicates = reader_attribute_number(table->reader, "replicates");
    char *luck = reader_attribute(table->reader, "common_random_numbers");
    const bool is_common = luck && strcmp(luck, "on") == 0;
    struct text text = {0};
    double chance, n_kept;
    int code = read_one(table, choice, "chance", &chance, error);
    if (code == OK)
        code = read_one(table, choice, "kept", &n_kept, error);
    if (code == OK && isfinite(chance))
        add_chance(&text, page, chance, is_common, n_replicates);
    else if (code == OK)
        text_add(&text, "How much of it is chance cannot be told from %s.",
                 n_replicates < 2 ? "one replicate" : "values that do not vary");
    if (code == OK)
        text_add(&text, " %.0f of %.0f %s count%s", n_kept, n_blocks,
                 origin_block_word(table->design, (size_t)n_blocks),
                 n_kept < n_blocks ? "; the others are left out, since a run failed or a value is missing." : ".");
    if (code == OK)
        page_paragraph(page, INDENT, text.bytes ? text.bytes : "");
    text_free(&text);
    free(luck);
    return code;
}

static void print_heading(const struct table *table, const struct choice *choice)
{
    struct text of = {0};
    const char *unit = table->variable->unit;
    const bool has_unit = table->is_morris && strcmp(unit, "1") != 0;
    for (size_t k = 0; k < table->n_axes; k++)
        text_add(&of, "%s%s", k > 0 ? ", " : " of ", table->names[k][choice->cell[k]]);
    page_heading(table->page, "What drives %s%s in %d (%s): %s%s%s", table->variable->name, of.bytes ? of.bytes : "",
                 (int)table->years[choice->year], table->scenarios[choice->scenario],
                 is_pawn(table)     ? "how far the distribution moves over slices of a factor's range (PAWN)"
                 : table->is_morris ? "elementary effects of moving a factor over its whole range"
                                    : "shares of the variance between points",
                 has_unit ? ", in " : "", has_unit ? unit : "");
    text_free(&of);
}

static bool has_measure(const struct table *table, size_t m)
{
    char name[256];
    snprintf(name, sizeof name, "%s_%s", table->variable->name, findings_measures[m].name);
    return reader_has(table->reader, name);
}

/* PAWN beside the Sobol indices, or why there is none. */
static int print_pawn(const struct table *table, const struct choice *choice, struct row *rows, struct error *error)
{
    struct table beside = *table;
    struct text text = {0};
    const double n_points = 2 * reader_attribute_number(table->reader, "blocks");
    const double n_slices = reader_attribute_number(table->reader, "slices");
    if (has_measure(table, MEASURE_PAWN_MEDIAN)) {
        beside.key = MEASURE_PAWN_MEDIAN;
        beside.other = beside.third = MEASURE_PAWN_MAX;
        const int code = read_rows(&beside, choice, rows, error);
        if (code == OK) {
            page_paragraph(table->page, INDENT,
                           "How far the distribution moves over slices of a factor's range (PAWN), from the first and "
                           "the last point of each base point:");
            sort_rows(rows, table->n_factors, beside.key);
            print_rows(&beside, rows);
        }
        return code;
    }
    if (!isfinite(n_slices)) /* of a file from before there was PAWN */
        return OK;
    text_add(&text, "No PAWN index: %.0f independent points are too few for %.0f slices.", n_points, n_slices);
    page_paragraph(table->page, INDENT, text.bytes ? text.bytes : "");
    text_free(&text);
    return OK;
}

static int print_table(const struct table *table, const struct choice *choice, struct error *error)
{
    struct row *rows = calloc(table->n_factors + 1, sizeof *rows);
    int code = rows ? read_rows(table, choice, rows, error) : error_memory(error);
    if (code == OK) {
        print_heading(table, choice);
        sort_rows(rows, table->n_factors, table->key);
        print_rows(table, rows);
    }
    if (code == OK && table->has_pairs)
        code = print_pairs(table, choice, error);
    if (code == OK && table->key == MEASURE_TOTAL)
        code = print_pawn(table, choice, rows, error);
    if (code == OK)
        code = print_notes(table, choice, error);
    free(rows);
    return code;
}

static int open_names(struct table *table, struct error *error)
{
    static const struct {
        size_t n;
        const char *names[CELLS];
    } axes[] = {[SCALAR] = {0, {NULL}},
                [BY_AREA] = {1, {"area"}},
                [BY_STATE] = {1, {"state"}},
                [BY_STATE_AREA] = {2, {"state", "area"}},
                [BY_DYAD] = {2, {"state", "partner"}},
                [BY_PAIR] = {2, {"state", "partner"}}};
    int code = OK;
    table->n_axes = axes[table->variable->shape].n;
    for (size_t k = 0; k < table->n_axes && code == OK; k++)
        code = reader_all_text(table->reader, axes[table->variable->shape].names[k], &table->names[k],
                               &table->n_names[k], error);
    return code;
}

static bool has_output(const struct table *table, const struct variable *variable)
{
    char name[256];
    snprintf(name, sizeof name, "%s_%s", variable->name, findings_measures[table->key].name);
    return reader_has(table->reader, name);
}

/* The variable that is meant, NULL if it is not there. `name` NULL: cohesion, or the first that is there. */
static const struct variable *find_variable(const struct table *table, const char *name)
{
    const long wanted = registry_find_variable(name ? name : "cohesion");
    if (wanted >= 0 && has_output(table, registry_variable((size_t)wanted)))
        return registry_variable((size_t)wanted);
    for (size_t v = 0; v < registry_n_variables() && !name; v++)
        if (has_output(table, registry_variable(v)))
            return registry_variable(v);
    return NULL;
}

/* The outputs of the file, for a mistaken name. */
static int unknown_output(const struct table *table, const char *wanted, struct error *error)
{
    struct nearest nearest = {.wanted = wanted};
    for (size_t v = 0; v < registry_n_variables(); v++)
        if (has_output(table, registry_variable(v)))
            nearest_try(&nearest, registry_variable(v)->name);
    return error_set(error, BAD_INPUT,
                     "there is nothing on '%s'; it must be an output whose statistics were recorded%s", wanted,
                     nearest_hint(&nearest));
}

static int open_table(struct table *table, const char *output, struct error *error)
{
    table->design = reader_attribute(table->reader, "sensitivity");
    if (!table->design)
        return error_memory(error);
    table->is_morris = strcmp(table->design, design_morris.name) == 0;
    const bool is_saltelli = strcmp(table->design, design_saltelli.name) == 0;
    table->key = table->is_morris ? MEASURE_MU_STAR : is_saltelli ? MEASURE_TOTAL : MEASURE_PAWN_MEDIAN;
    table->other = table->is_morris ? MEASURE_MU : is_saltelli ? MEASURE_FIRST : MEASURE_PAWN_MAX;
    table->third = table->is_morris ? MEASURE_SIGMA : table->other;
    table->variable = find_variable(table, output);
    if (!table->variable)
        return unknown_output(table, output ? output : "cohesion", error);
    table->has_pairs = reader_has(table->reader, "other_factor");
    int code = reader_all_text(table->reader, "scenario", &table->scenarios, &table->n_scenarios, error);
    if (code == OK)
        code = reader_all_text(table->reader, "factor", &table->factors, &table->n_factors, error);
    if (code == OK)
        code = reader_all(table->reader, "year", &table->years, &table->n_years, error);
    return code == OK ? open_names(table, error) : code;
}

static void close_table(struct table *table)
{
    free(table->design);
    free(table->scenarios);
    free(table->factors);
    free(table->years);
    for (size_t k = 0; k < CELLS; k++)
        free(table->names[k]);
}

/* The place of a name of n bytes among those of an axis. */
static bool find_name(char *const *names, size_t n_names, const char *name, size_t n, size_t *place)
{
    for (*place = 0; *place < n_names; ++*place)
        if (strlen(names[*place]) == n && strncmp(names[*place], name, n) == 0)
            return true;
    return false;
}

/* The cell that `of` names: as many names as there are axes, with commas between. */
static int find_cell(const struct table *table, const char *of, size_t *cell, struct error *error)
{
    static const char *const examples[] = {
        [SCALAR] = "",         [BY_AREA] = "security", [BY_STATE] = "CHN", [BY_STATE_AREA] = "CHN,security",
        [BY_DYAD] = "CHN,RUS", [BY_PAIR] = "CHN,RUS"};
    const char *name = of;
    bool is_found = table->n_axes > 0;
    for (size_t k = 0; k < table->n_axes && is_found; k++) {
        const size_t n = strcspn(name, ",");
        is_found = find_name(table->names[k], table->n_names[k], name, n, &cell[k]) &&
                   (name[n] == ',') == (k + 1 < table->n_axes);
        name += n + (name[n] == ',');
    }
    if (is_found)
        return OK;
    if (table->n_axes == 0)
        return error_set(error, BAD_INPUT, "--of: %s is one number a year; it has no parts", table->variable->name);
    return error_set(error, BAD_INPUT, "--of: '%s' is no part of %s; it must be one such as %s", of,
                     table->variable->name, examples[table->variable->shape]);
}

static int find_year(const struct table *table, int year, size_t *place, struct error *error)
{
    for (*place = 0; *place < table->n_years; ++*place)
        if ((int)table->years[*place] == year)
            return OK;
    return error_set(error, BAD_INPUT, "--year: %d is not in the file, whose years are %d to %d", year,
                     table->n_years ? (int)table->years[0] : 0,
                     table->n_years ? (int)table->years[table->n_years - 1] : 0);
}

/* The cell that is named, or the first few. */
static int print_cells(const struct table *table, struct choice choice, const char *of, struct error *error)
{
    size_t n = 1, k = 0;
    int code = of ? find_cell(table, of, choice.cell, error) : OK;
    if (code == OK && of)
        return print_table(table, &choice, error);
    for (size_t axis = 0; axis < table->n_axes; axis++)
        n *= table->n_names[axis];
    for (; k < n && k < MOST_CELLS && code == OK; k++) {
        const size_t n_inner = table->n_axes == CELLS ? table->n_names[1] : 1;
        choice.cell[0] = k / n_inner;
        choice.cell[1] = k % n_inner;
        code = print_table(table, &choice, error);
    }
    if (code == OK && k < n)
        fprintf(table->page->out, "\nand %zu more; --of names one\n", n - k);
    return code;
}

int findings_print(const struct page *page, const struct reader *reader, const struct table_request *request,
                   struct error *error)
{
    struct table table = {.page = page, .reader = reader};
    const size_t n_years = request->n_years > 0 ? request->n_years : 1;
    int code = open_table(&table, request->output, error);
    for (size_t s = 0; s < table.n_scenarios; s++)
        for (size_t t = 0; t < n_years && code == OK; t++) {
            struct choice choice = {.scenario = s, .year = table.n_years - 1};
            if (request->n_years > 0)
                code = find_year(&table, request->years[t], &choice.year, error);
            if (code == OK)
                code = print_cells(&table, choice, request->of, error);
        }
    close_table(&table);
    return code;
}

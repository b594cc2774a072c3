/* What an experiment's points have to do with cohesion. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/table.h"
#include "summary_sections.h"

enum {
    INDENT = 2,
    MOST_NAME = 44,
    COLUMN = 9,
    MOST_SCENARIOS = 4,
    RANGE = 20,
    MOST_ROWS = 20,
    LEAST_POINTS = 10,
    MOST_POINTS = 1 << 20,
    MOST_LEVELS = 8
};

static const double shares[] = {0, 0.05, 0.5, 0.95, 1};
static const char *const share_names[] = {"least", "5 %", "median", "95 %", "greatest"};
enum { N_SHARES = sizeof shares / sizeof *shares };

/* Points where nothing is known are left out of these, in which value k belongs to point points[k]. */
struct column {
    double *values;
    size_t *points;
    size_t n;
};

/* Mean cohesion over replicates in the last year, at each point. */
static int read_column(const struct summary *summary, size_t scenario, struct column *column, struct error *error)
{
    const size_t n = summary->n_points < MOST_POINTS ? summary->n_points : MOST_POINTS;
    const size_t start[] = {scenario, 0, summary->n_years - 1}, count[] = {1, n, 1};
    column->n = 0;
    column->values = malloc((n + 1) * sizeof *column->values);
    column->points = malloc((n + 1) * sizeof *column->points);
    if (!column->values || !column->points)
        return error_memory(error);
    const int code = reader_read(summary->reader, "cohesion_mean", start, count, column->values, error);
    for (size_t k = 0; k < n && code == OK; k++) {
        if (!isfinite(column->values[k]))
            continue;
        column->values[column->n] = column->values[k];
        column->points[column->n++] = k;
    }
    return code;
}

static void free_column(struct column *column)
{
    free(column->values);
    free(column->points);
}

static void print_spread(const struct summary *summary, const char *name, const struct column *column, size_t width)
{
    const struct page *page = &summary->page;
    char text[32];
    double *sorted = malloc((column->n + 1) * sizeof *sorted);
    fprintf(page->out, "%*s", INDENT, "");
    page_left(page, width + 2, name);
    if (sorted && column->n > 0) {
        memcpy(sorted, column->values, column->n * sizeof *sorted);
        gsl_sort(sorted, 1, column->n);
        for (size_t k = 0; k < N_SHARES; k++)
            page_right(page, COLUMN,
                       page_share(gsl_stats_quantile_from_sorted_data(sorted, 1, column->n, shares[k]), text,
                                  sizeof text));
    }
    putc('\n', page->out);
    free(sorted);
}

/* A factor's values at all points. */
struct factor_column {
    const char *name;
    double *values; /* NULL if they are words */
    char **words;
};

static int read_factor(const struct summary *summary, const char *name, struct factor_column *factor,
                       struct error *error)
{
    size_t n;
    *factor = (struct factor_column){.name = name};
    if (reader_is_text(summary->reader, name))
        return reader_all_text(summary->reader, name, &factor->words, &n, error);
    return reader_all(summary->reader, name, &factor->values, &n, error);
}

static void free_factor(struct factor_column *factor)
{
    free(factor->values);
    free(factor->words);
}

/* Spearman's rank correlation of a factor with cohesion. */
static double correlate(const struct factor_column *factor, const struct column *column)
{
    const size_t n = column->n;
    double *x = malloc((n + 1) * sizeof *x), *work = malloc((2 * n + 1) * sizeof *work), correlation = NAN;
    for (size_t k = 0; x && k < n; k++)
        x[k] = factor->values[column->points[k]];
    if (x && work && n > 2)
        correlation = gsl_stats_spearman(x, 1, column->values, 1, n, work);
    free(x);
    free(work);
    return correlation;
}

/* What is said of a factor whose values are numbers. */
struct row {
    const char *name;
    double low, high, correlations[MOST_SCENARIOS], strength;
};

static struct row make_row(const struct factor_column *factor, size_t n, const struct column *columns, size_t n_columns)
{
    struct row row = {.name = factor->name, .low = INFINITY, .high = -INFINITY};
    for (size_t k = 0; k < n; k++) {
        row.low = fmin(row.low, factor->values[k]);
        row.high = fmax(row.high, factor->values[k]);
    }
    for (size_t s = 0; s < n_columns; s++) {
        row.correlations[s] = correlate(factor, &columns[s]);
        row.strength = fmax(row.strength, fabs(row.correlations[s]));
    }
    return row;
}

static void print_row(const struct summary *summary, const struct row *row, size_t n_columns, size_t width)
{
    const struct page *page = &summary->page;
    char text[64];
    fprintf(page->out, "%*s", INDENT, "");
    page_left(page, width + 2, row->name);
    snprintf(text, sizeof text, "%.4g%s%.4g", row->low, page->dash, row->high);
    page_right(page, RANGE, text);
    for (size_t s = 0; s < n_columns; s++)
        page_right(page, COLUMN + 4, page_difference(page, row->correlations[s], text, sizeof text));
    putc('\n', page->out);
}

/* The strongest first. */
static int compare_rows(const void *first, const void *second)
{
    const struct row *a = first, *b = second;
    return (a->strength < b->strength) - (a->strength > b->strength);
}

/* In the order of the experiment; of many the strongest. */
static void print_rows(const struct summary *summary, struct row *rows, size_t n, size_t n_columns, size_t width)
{
    const struct page *page = &summary->page;
    const size_t n_shown = n < MOST_ROWS ? n : MOST_ROWS;
    if (n > n_shown)
        qsort(rows, n, sizeof *rows, compare_rows);
    for (size_t k = 0; k < n_shown; k++)
        print_row(summary, &rows[k], n_columns, width);
    if (n > n_shown)
        fprintf(page->out, "%*sand %zu more, none of them above %.2f\n", INDENT, "", n - n_shown,
                rows[n_shown].strength);
}

/* The words of a factor, each once. */
static size_t list_words(const struct factor_column *factor, size_t n, const char **words, size_t most)
{
    size_t n_words = 0;
    for (size_t k = 0; k < n && n_words < most; k++) {
        bool is_new = true;
        for (size_t m = 0; m < n_words && is_new; m++)
            is_new = strcmp(words[m], factor->words[k]) != 0;
        if (is_new)
            words[n_words++] = factor->words[k];
    }
    return n_words;
}

static double mean_where(const struct factor_column *factor, const char *word, const struct column *column)
{
    double sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < column->n; k++)
        if (strcmp(factor->words[column->points[k]], word) == 0) {
            sum += column->values[k];
            n++;
        }
    return n > 0 ? sum / (double)n : NAN;
}

/* Of words there is no order: the mean of each. */
static void print_word_factor(const struct summary *summary, const struct factor_column *factor,
                              const struct column *columns, size_t n_columns, size_t width)
{
    const struct page *page = &summary->page;
    const char *words[MOST_LEVELS];
    const size_t n = list_words(factor, summary->n_points, words, MOST_LEVELS);
    char text[32];
    for (size_t k = 0; k < n; k++) {
        fprintf(page->out, "%*s", INDENT, "");
        page_left(page, width + 2, k == 0 ? factor->name : "");
        page_right(page, RANGE, words[k]);
        for (size_t s = 0; s < n_columns; s++)
            page_right(page, COLUMN + 4, page_share(mean_where(factor, words[k], &columns[s]), text, sizeof text));
        putc('\n', page->out);
    }
}

/* Cut `names`, words with blanks between, into words: names[k] points into it. Returns how many. */
static size_t cut_names(char *text, const char **names)
{
    size_t n = 0;
    for (char *name = strtok(text, " "); name; name = strtok(NULL, " "))
        names[n++] = name;
    return n;
}

static size_t longest_name(const struct page *page, const char *const *names, size_t n)
{
    size_t longest = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t columns = page_columns(page, names[k]);
        longest = columns > longest ? columns : longest;
    }
    return longest < MOST_NAME ? longest : MOST_NAME;
}

static void print_factor_head(const struct summary *summary, size_t n_columns, size_t width)
{
    const struct page *page = &summary->page;
    char text[32];
    fprintf(page->out, "%*s", (int)(INDENT + width + 2), "");
    page_right(page, RANGE, "values");
    for (size_t s = 0; s < n_columns; s++) {
        snprintf(text, sizeof text, "[%zu]", s + 1);
        page_right(page, COLUMN + 4, summary->n_scenarios > 1 ? text : "");
    }
    putc('\n', page->out);
}

/* Numbers first, then what has words. */
static int print_all(const struct summary *summary, const char *const *names, size_t n, const struct column *columns,
                     size_t n_columns, size_t width, struct error *error)
{
    struct row *rows = calloc(n + 1, sizeof *rows);
    size_t n_rows = 0;
    int code = rows ? OK : error_memory(error);
    for (int has_words = 0; has_words <= 1; has_words++) {
        for (size_t k = 0; k < n && code == OK; k++) {
            struct factor_column factor;
            if (reader_is_text(summary->reader, names[k]) != (has_words == 1))
                continue;
            code = read_factor(summary, names[k], &factor, error);
            if (code == OK && !has_words)
                rows[n_rows++] = make_row(&factor, summary->n_points, columns, n_columns);
            else if (code == OK)
                print_word_factor(summary, &factor, columns, n_columns, width);
            free_factor(&factor);
        }
        if (code == OK && !has_words)
            print_rows(summary, rows, n_rows, n_columns, width);
    }
    free(rows);
    return code;
}

/* What a correlation over the points of a kind of design means. */
enum reading { BY_CHANCE, BY_DESIGN, MEANINGLESS };

static enum reading reading_of(const struct summary *summary)
{
    static const char *const by_chance[] = {"{random:", "{latin_hypercube:", "{sobol:"};
    static const char *const meaningless[] = {"{morris:", "{saltelli:", "{one_at_a_time:"};
    char *experiment = reader_attribute(summary->reader, "experiment");
    enum reading reading = BY_DESIGN;
    for (size_t k = 0; experiment && k < COUNT(by_chance); k++) {
        reading = strstr(experiment, by_chance[k]) ? BY_CHANCE : reading;
        reading = strstr(experiment, meaningless[k]) ? MEANINGLESS : reading;
    }
    free(experiment);
    return reading;
}

/* Is it a design from which indices can be computed? */
static bool has_indices(const struct summary *summary)
{
    char *experiment = reader_attribute(summary->reader, "experiment");
    const bool is_one = experiment && (strstr(experiment, "{morris:") || strstr(experiment, "{saltelli:"));
    free(experiment);
    return is_one;
}

static void print_factors_heading(const struct summary *summary, enum reading reading)
{
    const struct page *page = &summary->page;
    if (reading == BY_CHANCE)
        page_heading(
            page,
            "What goes with it: the rank correlation of each factor with that mean (within %s%.2f by chance alone), "
            "and of words the mean itself",
            page->plus_minus, 2 / sqrt((double)(summary->n_points - 1)));
    else
        page_heading(
            page,
            "What goes with it: the rank correlation of each factor with that mean, and of words the mean itself");
}

static int print_factors(const struct summary *summary, char *text, const struct column *columns, size_t n_columns,
                         struct error *error)
{
    const struct page *page = &summary->page;
    const char **names = malloc((strlen(text) + 1) * sizeof *names);
    if (!names)
        return error_memory(error);
    const size_t n = cut_names(text, names), width = longest_name(page, names, n);
    print_factors_heading(summary, reading_of(summary));
    print_factor_head(summary, n_columns, width);
    const int code = print_all(summary, names, n, columns, n_columns, width, error);
    free(names);
    return code;
}

static void print_spreads(const struct summary *summary, const struct column *columns, size_t n_columns)
{
    const struct page *page = &summary->page;
    const size_t width = summary_name_width(summary, MOST_NAME);
    page_heading(page, "Cohesion in %d over the points, each the mean of its replicates",
                 summary_year(summary, summary->n_years - 1));
    fprintf(page->out, "%*s", (int)(INDENT + width + 2), "");
    for (size_t k = 0; k < N_SHARES; k++)
        page_right(page, COLUMN, share_names[k]);
    putc('\n', page->out);
    for (size_t s = 0; s < n_columns; s++)
        print_spread(summary, summary->scenarios[s], &columns[s], width);
}

int summary_design(const struct summary *summary, struct error *error)
{
    const size_t n = summary->n_scenarios < MOST_SCENARIOS ? summary->n_scenarios : MOST_SCENARIOS;
    struct column columns[MOST_SCENARIOS] = {{0}};
    char *names = reader_attribute(summary->reader, "coordinates");
    int code = OK;
    if (!reader_has(summary->reader, "cohesion_mean")) {
        page_heading(&summary->page, "Statistics of cohesion are not in this file (`record` leaves them out).");
        free(names);
        return OK;
    }
    for (size_t s = 0; s < n && code == OK; s++)
        code = read_column(summary, s, &columns[s], error);
    if (code == OK)
        print_spreads(summary, columns, n);
    if (code == OK && names && reading_of(summary) != MEANINGLESS && summary->n_points >= LEAST_POINTS &&
        summary->n_points <= MOST_POINTS)
        code = print_factors(summary, names, columns, n, error);
    if (code == OK && has_indices(summary))
        page_heading(&summary->page, "`entente sensitivity %s` tells which factors matter, and how much.",
                     summary->path);
    for (size_t s = 0; s < n; s++)
        free_column(&columns[s]);
    free(names);
    return code;
}

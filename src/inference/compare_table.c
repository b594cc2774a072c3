#include "compare_table.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"
#include "models/registry.h"
#include "output/reader.h"
#include "pairs.h"

enum {
    INDENT = 2,
    MOST_NAME = 24,
    MOST_COLUMNS = 12,
    LEAST_COLUMN = 8,
    DATE = 7,
    WORTH = 8,
    LEADING = 3, /* dimensions before the elements: scenario, point, year */
    MOST_POINTS = 1 << 20,
    NAME = 128
};

/* What is told if nothing is asked for: of the organization, and of the first state. */
static const char *const usual[] = {"cohesion", "depth", "trade_total"};

/* The rows of a table that come from the file. */
struct table {
    struct page page;
    const char *path;
    struct reader *reader;
    char **scenarios, **states, **state_names, **areas, **lucks;
    double *years;
    size_t n_scenarios, n_states, n_areas, n_years, n_points;
};

/* An output, and which of its elements. */
struct shown {
    const struct variable *variable;
    char name[NAME], label[NAME];
    bool is_total;
    size_t rank, element[2];
    bool has_replicates, has_pairs;
};

/* A row: what is told of each year, and of all. */
struct row {
    double *difference, *half, *above, *saved; /* [n_years] */
    double first, largest, recovery;           /* years; NaN */
};

static int load(struct table *table, struct error *error)
{
    size_t n, extent[READER_RANK];
    int code = reader_all_text(table->reader, "scenario", &table->scenarios, &table->n_scenarios, error);
    if (code == OK)
        code = reader_all_text(table->reader, "luck", &table->lucks, &n, error);
    if (code == OK)
        code = reader_all_text(table->reader, "state", &table->states, &table->n_states, error);
    if (code == OK)
        code = reader_all_text(table->reader, "state_name", &table->state_names, &n, error);
    if (code == OK)
        code = reader_all_text(table->reader, "area", &table->areas, &table->n_areas, error);
    if (code == OK)
        code = reader_all(table->reader, "year", &table->years, &table->n_years, error);
    if (code == OK && reader_extent(table->reader, "pairs", extent) == 2)
        table->n_points = extent[1];
    return code;
}

static void unload(struct table *table)
{
    reader_close(table->reader);
    free(table->scenarios);
    free(table->states);
    free(table->state_names);
    free(table->areas);
    free(table->lucks);
    free(table->years);
}

static void set_name(const struct shown *shown, const char *suffix, char *name, size_t size)
{
    snprintf(name, size, "%s_%s", shown->name, suffix);
}

/* Does any scenario meet the luck of the one that it is compared with? */
static bool has_same_luck(const struct table *table)
{
    for (size_t s = 0; s < table->n_scenarios; s++)
        if (strcmp(table->lucks[s], "same luck") == 0)
            return true;
    return false;
}

/* Are there pairs of anything? */
static bool has_pairs(const struct table *table)
{
    bool has_any = false;
    for (size_t v = 0; v < registry_n_variables() && !has_any; v++) {
        char name[NAME];
        snprintf(name, sizeof name, "%s_share_above", registry_variable(v)->name);
        has_any = reader_has(table->reader, name);
    }
    return has_any && has_same_luck(table);
}

/* Is there a variable of this name, or one whose total has it? */
static bool find_variable(struct shown *shown)
{
    static const char total[] = "_total";
    long v = registry_find_variable(shown->name);
    const size_t length = strlen(shown->name), n = strlen(total);
    if (v < 0 && length > n && strcmp(shown->name + length - n, total) == 0) {
        char name[NAME];
        snprintf(name, sizeof name, "%.*s", (int)(length - n), shown->name);
        v = registry_find_variable(name);
        shown->is_total = true;
    }
    shown->variable = v < 0 ? NULL : registry_variable((size_t)v);
    return v >= 0;
}

static int find_name(const struct table *table, char *const *names, size_t n, const char *what, const char *wanted,
                     size_t *found, struct error *error)
{
    struct nearest nearest = {.wanted = wanted};
    for (*found = 0; *found < n; ++*found) {
        if (strcmp(names[*found], wanted) == 0)
            return OK;
        nearest_try(&nearest, names[*found]);
    }
    return error_set(error, BAD_INPUT, "--output: there is no %s '%s' in %s%s", what, wanted, table->path,
                     nearest_hint(&nearest));
}

static bool is_by_area(const struct shown *shown, size_t dimension)
{
    const enum shape shape = shown->variable->shape;
    return shape == BY_AREA || (shape == BY_STATE_AREA && dimension == 1);
}

/* The elements that stand behind the name; of those left out the first, of a partner the first other. */
static int find_elements(const struct table *table, struct shown *shown, char *rest, struct error *error)
{
    int code = OK;
    for (size_t d = 0; d < shown->rank && code == OK; d++) {
        char *word = rest ? strsep(&rest, ":") : NULL;
        shown->element[d] = d == 1 && !is_by_area(shown, d) && shown->element[0] == 0 && table->n_states > 1;
        if (word && is_by_area(shown, d))
            code = find_name(table, table->areas, table->n_areas, "area", word, &shown->element[d], error);
        else if (word)
            code = find_name(table, table->states, table->n_states, d == 0 ? "state" : "partner", word,
                             &shown->element[d], error);
    }
    if (code == OK && rest)
        code = error_set(error, BAD_INPUT, "--output: %s has %zu dimension%s beside the year; '%s' is one too many",
                         shown->name, shown->rank, shown->rank == 1 ? "" : "s", rest);
    return code;
}

static const char *state_name(const struct table *table, size_t state)
{
    const char *name = table->state_names[state];
    bool is_shown = *name != '\0';
    for (const char *c = name; *c && table->page.is_ascii; c++)
        is_shown = is_shown && (unsigned char)*c < 0x80;
    return is_shown ? name : table->states[state];
}

static void make_label(const struct table *table, struct shown *shown)
{
    size_t n = (size_t)snprintf(shown->label, sizeof shown->label, "%s", shown->name);
    for (size_t d = 0; d < shown->rank && n < sizeof shown->label; d++) {
        const bool is_area = is_by_area(shown, d);
        const char *element = is_area ? table->areas[shown->element[d]] : state_name(table, shown->element[d]);
        n += (size_t)snprintf(shown->label + n, sizeof shown->label - n, "%s%s",
                              is_area  ? ", "
                              : d == 0 ? " of "
                                       : table->page.dash,
                              element);
    }
}

/* Cut `output` (which this changes) and find it. */
static int find_shown(const struct table *table, char *output, struct shown *shown, struct error *error)
{
    size_t extent[READER_RANK];
    char name[NAME + 32];
    char *rest = output;
    *shown = (struct shown){0};
    snprintf(shown->name, sizeof shown->name, "%s", strsep(&rest, ":"));
    set_name(shown, "difference", name, sizeof name);
    const size_t rank = reader_extent(table->reader, name, extent);
    if (!find_variable(shown) || rank < LEADING)
        return error_set(error, BAD_INPUT, "--output: there is no output '%s' of each year in what was compared",
                         shown->name);
    shown->rank = rank - LEADING;
    set_name(shown, "share_above", name, sizeof name);
    shown->has_replicates = reader_has(table->reader, name);
    shown->has_pairs = shown->has_replicates && has_same_luck(table);
    const int code = find_elements(table, shown, rest, error);
    if (code == OK)
        make_label(table, shown);
    return code;
}

/* Read [n_points or n_years] of a set: from `point` and `year` on. */
static int read_set(const struct table *table, const struct shown *shown, const char *suffix, size_t scenario,
                    size_t point, size_t n_points, size_t year, size_t n_years, size_t last, double *values,
                    struct error *error)
{
    char name[NAME + 32];
    size_t start[READER_RANK] = {scenario, point, year}, count[READER_RANK] = {1, n_points, n_years, 1, 1, 1, 1, 1};
    set_name(shown, suffix, name, sizeof name);
    for (size_t d = 0; d < shown->rank; d++)
        start[LEADING + d] = shown->element[d];
    start[LEADING + shown->rank] = last;
    return reader_read(table->reader, name, start, count, values, error);
}

static int read_date(const struct table *table, const struct shown *shown, const char *suffix, size_t scenario,
                     double *year, struct error *error)
{
    char name[NAME + 32];
    size_t start[READER_RANK] = {scenario, 0}, count[READER_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};
    set_name(shown, suffix, name, sizeof name);
    for (size_t d = 0; d < shown->rank; d++)
        start[LEADING - 1 + d] = shown->element[d];
    return reader_read(table->reader, name, start, count, year, error);
}

static int read_row(const struct table *table, const struct shown *shown, size_t scenario, struct row *row,
                    struct error *error)
{
    const size_t n = table->n_years;
    int code = read_set(table, shown, "difference", scenario, 0, 1, 0, n, 0, row->difference, error);
    if (code == OK)
        code = read_set(table, shown, "difference_interval", scenario, 0, 1, 0, n, 1, row->half, error);
    for (size_t t = 0; t < n; t++) {
        row->half[t] -= row->difference[t];
        row->above[t] = row->saved[t] = NAN;
    }
    if (code == OK && shown->has_pairs)
        code = read_set(table, shown, "share_above", scenario, 0, 1, 0, n, 0, row->above, error);
    if (code == OK && shown->has_pairs)
        code = read_set(table, shown, "variance_saved", scenario, 0, 1, 0, n, 0, row->saved, error);
    if (code == OK)
        code = read_date(table, shown, "first_year", scenario, &row->first, error);
    if (code == OK)
        code = read_date(table, shown, "largest_year", scenario, &row->largest, error);
    if (code == OK)
        code = read_date(table, shown, "recovery_year", scenario, &row->recovery, error);
    return code;
}

static int take_row(struct row *row, size_t n_years, struct error *error)
{
    row->difference = malloc((4 * n_years + 1) * sizeof *row->difference);
    if (!row->difference)
        return error_memory(error);
    row->half = row->difference + n_years;
    row->above = row->half + n_years;
    row->saved = row->above + n_years;
    return OK;
}

/* Decimals that tell numbers of a size apart. */
static int decimals_for(double most) { return most >= 1000 ? 0 : most >= 10 ? 1 : most >= 0.02 ? 3 : 5; }

/* A number with so many decimals: +1,234, −.012; 0 if it is zero to the bit. */
static const char *print_number(const struct page *page, double number, int decimals, const char *plus, char *buffer,
                                size_t size)
{
    char digits[40], count[40];
    const char *sign = number < 0 ? page->minus : plus;
    *buffer = '\0';
    if (!isfinite(number))
        return buffer;
    if (number == 0)
        snprintf(buffer, size, "0");
    else if (decimals == 0 && fabs(number) < 1e15)
        snprintf(buffer, size, "%s%s", sign, page_count((size_t)(fabs(number) + 0.5), count, sizeof count));
    else {
        snprintf(digits, sizeof digits, "%.*f", decimals, fabs(number));
        snprintf(buffer, size, "%s%s", sign, *digits == '0' && digits[1] == '.' ? digits + 1 : digits);
    }
    return buffer;
}

struct layout {
    size_t name, column, n_columns, columns[MOST_COLUMNS];
    int decimals;
};

static size_t name_width(const struct table *table)
{
    size_t width = 0;
    for (size_t s = 0; s < table->n_scenarios; s++) {
        const size_t columns = page_columns(&table->page, table->scenarios[s]);
        width = columns > width ? columns : width;
    }
    return width < MOST_NAME ? width : MOST_NAME;
}

/* `most` is the largest number in the table, `beside` what stands beside the years. */
static struct layout lay_out(const struct table *table, double most, size_t beside)
{
    struct layout layout = {.name = name_width(table), .decimals = decimals_for(most)};
    char text[64];
    const size_t widest =
        page_columns(&table->page, print_number(&table->page, -most, layout.decimals, "+", text, sizeof text)) + 2;
    layout.column = widest > LEAST_COLUMN ? widest : LEAST_COLUMN;
    const size_t taken = INDENT + layout.name + beside, width = table->page.width;
    const size_t room = width > taken + layout.column ? (width - taken) / layout.column : 1;
    layout.n_columns = page_choose(table->n_years, room < MOST_COLUMNS ? room : MOST_COLUMNS, layout.columns);
    return layout;
}

static void print_years(const struct table *table, const struct layout *layout)
{
    char text[32];
    fprintf(table->page.out, "%*s", (int)(INDENT + layout->name), "");
    for (size_t c = 0; c < layout->n_columns; c++) {
        snprintf(text, sizeof text, "%d", (int)table->years[layout->columns[c]]);
        page_right(&table->page, layout->column, text);
    }
}

static void print_year(const struct page *page, double year, const char *otherwise)
{
    char text[32];
    snprintf(text, sizeof text, "%d", isfinite(year) ? (int)year : 0);
    page_right(page, DATE, isfinite(year) ? text : otherwise);
}

/* How many times as many runs there would have to be without pairs, where the difference is largest. */
static void print_worth(const struct table *table, const struct row *row)
{
    char text[32] = "";
    for (size_t t = 0; t < table->n_years; t++)
        if (table->years[t] == row->largest) {
            const double worth = contrast_worth(row->saved[t]);
            const int decimals = worth < 9.95 ? 1 : 0;
            if (isfinite(worth) && worth < 1e6)
                snprintf(text, sizeof text, "%s%.*f", table->page.times, decimals, worth);
        }
    page_right(&table->page, *text ? WORTH : 0, text);
}

/* A line of a row below the first: begins at the years. Nothing if there is nothing. */
static void print_below(const struct table *table, const struct layout *layout, const double *values, bool is_share)
{
    const struct page *page = &table->page;
    char text[64], number[64];
    bool has_any = false;
    for (size_t c = 0; c < layout->n_columns; c++)
        has_any = has_any || isfinite(values[layout->columns[c]]);
    if (!has_any)
        return;
    fprintf(page->out, "%*s", (int)(INDENT + layout->name), "");
    for (size_t c = 0; c < layout->n_columns; c++) {
        const double value = values[layout->columns[c]];
        if (is_share)
            snprintf(text, sizeof text, "%.0f%s", 100 * value, page->percent);
        else
            snprintf(text, sizeof text, "%s%s", page->plus_minus,
                     print_number(page, value, layout->decimals, "", number, sizeof number));
        page_right(page, layout->column, isfinite(value) ? text : "");
    }
    putc('\n', page->out);
}

static void print_row(const struct table *table, const struct shown *shown, const struct layout *layout,
                      const char *name, const struct row *row)
{
    const struct page *page = &table->page;
    char text[64];
    bool has_any = false;
    for (size_t t = 0; t < table->n_years; t++)
        has_any = has_any || isfinite(row->difference[t]);
    fprintf(page->out, "%*s", INDENT, "");
    page_left(page, layout->name, name);
    if (!has_any || (isnan(row->first) && isnan(row->largest))) {
        fprintf(page->out, "  %s\n", has_any ? "the same in every year" : "no pairs");
        return;
    }
    for (size_t c = 0; c < layout->n_columns; c++)
        page_right(page, layout->column,
                   print_number(page, row->difference[layout->columns[c]], layout->decimals, "+", text, sizeof text));
    print_year(page, row->first, "");
    print_year(page, row->largest, "");
    print_year(page, row->recovery, page->dash);
    if (shown->has_pairs)
        print_worth(table, row);
    putc('\n', page->out);
    print_below(table, layout, row->half, false);
    print_below(table, layout, row->above, true);
}

static void print_heading(const struct table *table, const struct shown *shown, const char *what)
{
    const bool has_unit = strcmp(shown->variable->unit, "1") != 0;
    page_heading(&table->page, "%s%s%s: %s%s", shown->label, has_unit ? ", in " : "",
                 has_unit ? shown->variable->unit : "", what,
                 shown->has_replicates || !has_same_luck(table)
                     ? ""
                     : " (the file has no replicates of it: an interval that holds however they pair, too wide rather "
                       "than too narrow)");
}

static double largest_of(const double *values, size_t n, double most)
{
    for (size_t k = 0; k < n; k++)
        most = fabs(values[k]) > most ? fabs(values[k]) : most;
    return most;
}

static int print_output(const struct table *table, const struct shown *shown, struct error *error)
{
    struct row *rows = calloc(table->n_scenarios + 1, sizeof *rows);
    double most = 0;
    int code = rows ? OK : error_memory(error);
    for (size_t s = 0; s < table->n_scenarios && code == OK; s++) {
        code = take_row(&rows[s], table->n_years, error);
        if (code == OK)
            code = read_row(table, shown, s, &rows[s], error);
        if (code == OK)
            most = largest_of(rows[s].difference, table->n_years, most);
    }
    if (code == OK) {
        const struct layout layout = lay_out(table, most, 3 * DATE + (shown->has_pairs ? WORTH : 0));
        print_heading(table, shown,
                      shown->has_pairs ? "mean difference, its 95\t% interval, pairs above 0"
                                       : "difference of means, its 95\t% interval");
        print_years(table, &layout);
        page_right(&table->page, DATE, "from");
        page_right(&table->page, DATE, "most");
        page_right(&table->page, DATE, "over");
        if (shown->has_pairs)
            page_right(&table->page, WORTH, "runs");
        putc('\n', table->page.out);
        for (size_t s = 0; s < table->n_scenarios; s++)
            print_row(table, shown, &layout, table->scenarios[s], &rows[s]);
    }
    for (size_t s = 0; rows && s < table->n_scenarios; s++)
        free(rows[s].difference);
    free(rows);
    return code;
}

/* A scenario in one year over the points. */
struct spread {
    double low, median, high, share; /* 90 % of the points; share whose interval is without zero */
};

static int read_spread(const struct table *table, const struct shown *shown, size_t scenario, size_t year, size_t n,
                       double *room, struct spread *spread, struct error *error)
{
    double *differences = room, *lows = room + n, *highs = lows + n;
    size_t n_known = 0, n_clear = 0;
    int code = read_set(table, shown, "difference", scenario, 0, n, year, 1, 0, differences, error);
    if (code == OK)
        code = read_set(table, shown, "difference_interval", scenario, 0, n, year, 1, 0, lows, error);
    if (code == OK)
        code = read_set(table, shown, "difference_interval", scenario, 0, n, year, 1, 1, highs, error);
    for (size_t p = 0; p < n && code == OK; p++) {
        n_clear += lows[p] > 0 || highs[p] < 0;
        if (isfinite(differences[p]))
            differences[n_known++] = differences[p];
    }
    *spread = (struct spread){NAN, NAN, NAN, NAN};
    if (code != OK || n_known == 0)
        return code;
    gsl_sort(differences, 1, n_known);
    spread->low = gsl_stats_quantile_from_sorted_data(differences, 1, n_known, contrast_shares[0]);
    spread->median = gsl_stats_quantile_from_sorted_data(differences, 1, n_known, contrast_shares[1]);
    spread->high = gsl_stats_quantile_from_sorted_data(differences, 1, n_known, contrast_shares[2]);
    spread->share = (double)n_clear / (double)n_known;
    return OK;
}

static void print_spread(const struct table *table, const struct layout *layout, const char *name,
                         const struct spread *spreads)
{
    const struct page *page = &table->page;
    enum { MEDIAN, LOW, HIGH, CLEAR, N_LINES };
    char text[64];
    for (int line = MEDIAN; line < N_LINES; line++) {
        fprintf(page->out, "%*s", INDENT, "");
        page_left(page, layout->name, line == MEDIAN ? name : "");
        for (size_t c = 0; c < layout->n_columns; c++) {
            const struct spread *spread = &spreads[layout->columns[c]];
            const double value = line == MEDIAN ? spread->median : line == LOW ? spread->low : spread->high;
            if (line == CLEAR)
                snprintf(text, sizeof text, "%.0f%s", 100 * spread->share, page->percent);
            else
                print_number(page, value, layout->decimals, "+", text, sizeof text);
            page_right(page, layout->column, isfinite(spread->median) ? text : "");
        }
        putc('\n', page->out);
    }
}

static int print_output_over_points(const struct table *table, const struct shown *shown, struct error *error)
{
    const size_t n = table->n_points < MOST_POINTS ? table->n_points : MOST_POINTS, n_years = table->n_years;
    struct spread *spreads = calloc(table->n_scenarios * n_years + 1, sizeof *spreads);
    double *room = malloc((3 * n + 1) * sizeof *room), most = 0;
    int code = spreads && room ? OK : error_memory(error);
    for (size_t k = 0; k < table->n_scenarios * n_years && code == OK; k++) {
        code = read_spread(table, shown, k / n_years, k % n_years, n, room, &spreads[k], error);
        const double ends[] = {spreads[k].low, spreads[k].high};
        most = largest_of(ends, 2, most);
    }
    if (code == OK) {
        const struct layout layout = lay_out(table, most, 0);
        print_heading(table, shown,
                      "the median point's difference, below it 5 and 95\t% of the points, and the points "
                      "whose interval is without zero");
        print_years(table, &layout);
        putc('\n', table->page.out);
        for (size_t s = 0; s < table->n_scenarios; s++)
            print_spread(table, &layout, table->scenarios[s], spreads + s * n_years);
    }
    free(spreads);
    free(room);
    return code;
}

static void print_title(const struct table *table, size_t n)
{
    char *against = reader_attribute(table->reader, "against"),
         *point = reader_attribute(table->reader, "against_point"),
         *pairs = reader_attribute(table->reader, "pairs_are");
    const bool is_pooled = pairs && strcmp(pairs, "points") == 0;
    struct text title = {0};
    char count[32];
    const char *plural = n == 1 ? "" : "s", *where = table->n_points > 1 ? " at each point" : "";
    text_add(&title, "Difference to %s%s, ", point ? "point " : "", point ? point : against ? against : "?");
    page_count(n, count, sizeof count);
    if (is_pooled && has_pairs(table))
        text_add(&title, "one pair at each of %s points", count);
    else if (has_pairs(table))
        text_add(&title, "the same replicate of both: %s pair%s%s", count, plural, where);
    else
        text_add(&title, "%s replicate%s of each%s, which cannot be paired", count, plural, where);
    page_paragraph(&table->page, 0, title.is_exhausted ? "" : title.bytes);
    text_free(&title);
    free(against);
    free(point);
    free(pairs);
}

/* What is missing or not paired in a scenario, n_failed at its points. */
static void print_notes(const struct table *table, size_t scenario, const double *n_failed)
{
    double lost = 0;
    char text[32];
    for (size_t p = 0; p < table->n_points; p++)
        lost += n_failed[p];
    if (lost > 0)
        fprintf(table->page.out, "%*s%s: %s of them left out, since a run failed\n", INDENT, "",
                table->scenarios[scenario], page_count((size_t)lost, text, sizeof text));
    if (strcmp(table->lucks[scenario], "same luck") != 0)
        fprintf(table->page.out, "%*s%s: other seeds or noise, so that replicates are no pairs; differences of means\n",
                INDENT, "", table->scenarios[scenario]);
}

static int print_counts(const struct table *table, struct error *error)
{
    const size_t start[] = {0, 0}, count[] = {table->n_scenarios, table->n_points};
    const size_t n = table->n_scenarios * table->n_points;
    double *pairs = malloc((2 * n + 1) * sizeof *pairs), *failed = pairs ? pairs + n : NULL;
    int code = pairs ? reader_read(table->reader, "pairs", start, count, pairs, error) : error_memory(error);
    if (code == OK)
        code = reader_read(table->reader, "pairs_failed", start, count, failed, error);
    if (code == OK) {
        print_title(table, (size_t)(pairs[0] + failed[0]));
        for (size_t s = 0; s < table->n_scenarios; s++)
            print_notes(table, s, failed + s * table->n_points);
    }
    free(pairs);
    return code;
}

static int print_one(const struct table *table, const char *output, struct error *error)
{
    struct shown shown;
    char *copy = strdup(output);
    int code = copy ? find_shown(table, copy, &shown, error) : error_memory(error);
    if (code == OK)
        code =
            table->n_points > 1 ? print_output_over_points(table, &shown, error) : print_output(table, &shown, error);
    free(copy);
    return code;
}

static bool is_there(const struct table *table, const char *output)
{
    char name[NAME];
    snprintf(name, sizeof name, "%s_difference", output);
    return reader_has(table->reader, name);
}

static void print_legend(const struct table *table)
{
    putc('\n', table->page.out);
    page_paragraph(&table->page, 0,
                   "from: the first year with a difference; most: the year of the largest; over: the first after it "
                   "from which the interval includes zero to the end; runs: how many times as many it would have taken "
                   "without pairs, in the year of the largest.");
}

bool compare_file_is_one(const struct reader *reader)
{
    char *compared = reader_attribute(reader, "compared_file");
    free(compared);
    return compared != NULL;
}

int compare_print(FILE *out, const char *path, const char *const *outputs, size_t n_outputs, struct error *error)
{
    struct table table = {.page = page_open(out), .path = path};
    int code = reader_open(&table.reader, path, error);
    if (code == OK)
        code = load(&table, error);
    if (code == OK)
        code = print_counts(&table, error);
    for (size_t k = 0; k < n_outputs && code == OK; k++)
        code = print_one(&table, outputs[k], error);
    for (size_t k = 0; k < sizeof usual / sizeof *usual && n_outputs == 0 && code == OK; k++)
        if (is_there(&table, usual[k]))
            code = print_one(&table, usual[k], error);
    if (code == OK && table.n_points == 1)
        print_legend(&table);
    unload(&table);
    return code;
}

/* Trade: how much it grew, against what was observed. */
#include <math.h>
#include <stdlib.h>

#include "summary_sections.h"

enum { MOST_DYADS = 16, INDENT = 2, DYAD = 11, SPAN = 11, GROWTH = 9, RANGE = 13, VERDICT = 13, OTHER = 7 };

/* A dyad that was observed at least twice. */
struct seen {
    size_t i, j, first, last; /* states; years */
    double value, growth;     /* observed: the last value, and it over the first */
};

static int by_size(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return x->i != y->i ? (x->i < y->i ? -1 : 1) : (x->j < y->j ? -1 : 1);
}

/* The dyads observed, the largest first. `seen` has room for all. */
static size_t find_seen(const struct summary *summary, const double *observed, struct seen *seen)
{
    const size_t n = summary->n_states;
    size_t n_seen = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            size_t first = summary->n_years, last = 0;
            for (size_t t = 0; t < summary->n_years; t++)
                if (isfinite(observed[(t * n + i) * n + j])) {
                    first = first < t ? first : t;
                    last = t;
                }
            if (first >= last)
                continue;
            const double from = observed[(first * n + i) * n + j], to = observed[(last * n + i) * n + j];
            if (from > 0)
                seen[n_seen++] = (struct seen){i, j, first, last, to, to / from};
        }
    qsort(seen, n_seen, sizeof *seen, by_size);
    return n_seen;
}

static int read_observed(const struct summary *summary, double **observed, struct error *error)
{
    size_t count[READER_RANK];
    const size_t start[READER_RANK] = {0};
    const size_t rank = reader_extent(summary->reader, "observed_trade", count);
    *observed = NULL;
    if (rank != 3 || count[0] != summary->n_years || count[1] != summary->n_states || count[2] != summary->n_states)
        return OK;
    *observed = malloc((count[0] * count[1] * count[2] + 1) * sizeof **observed);
    if (!*observed)
        return error_memory(error);
    return reader_read(summary->reader, "observed_trade", start, count, *observed, error);
}

/* Growth from replicates: that of each, then the band. */
static int growth_of_replicates(const struct summary *summary, size_t scenario, const struct seen *seen,
                                struct band *band, struct error *error)
{
    const size_t n = summary->n_looked_at, cell = seen->i * summary->n_states + seen->j;
    double *from = malloc((2 * n + 1) * sizeof *from), *to = from ? from + n : NULL;
    int code = from ? OK : error_memory(error);
    if (code == OK)
        code = sample_read(summary->reader, "trade", scenario, seen->first, &cell, 1, n, from, error);
    if (code == OK)
        code = sample_read(summary->reader, "trade", scenario, seen->last, &cell, 1, n, to, error);
    for (size_t r = 0; r < n && code == OK; r++)
        to[r] /= from[r];
    if (code == OK)
        *band = sample_band(to, n);
    free(from);
    return code;
}

/* Growth from quantiles alone: of the quantiles, over the first median. */
static int growth_of_quantiles(const struct summary *summary, size_t scenario, const struct seen *seen,
                               struct band *band, struct error *error)
{
    const size_t cell = seen->i * summary->n_states + seen->j;
    struct band from, to;
    int code = sample_bands(summary->reader, "trade", scenario, seen->first, &cell, 1, 0, &from, error);
    if (code == OK)
        code = sample_bands(summary->reader, "trade", scenario, seen->last, &cell, 1, 0, &to, error);
    if (code == OK)
        *band = (struct band){to.low / from.median, to.median / from.median, to.high / from.median};
    return code;
}

static int growth_of(const struct summary *summary, size_t scenario, const struct seen *seen, struct band *band,
                     struct error *error)
{
    return sample_has_replicates(summary->reader, "trade") ? growth_of_replicates(summary, scenario, seen, band, error)
                                                           : growth_of_quantiles(summary, scenario, seen, band, error);
}

static void print_growth(const struct page *page, size_t width, double growth)
{
    char text[32];
    snprintf(text, sizeof text, "%s%.*f", page->times, growth < 10 ? 2 : growth < 100 ? 1 : 0, growth);
    page_right(page, width, isfinite(growth) ? text : "");
}

/* Scenarios beside the first whose medians fit on the page. */
static size_t count_others(const struct summary *summary, size_t span)
{
    const size_t taken = INDENT + DYAD + span + 2 * GROWTH + RANGE + VERDICT;
    const size_t room = (summary->page.width - taken) / OTHER, wanted = summary->n_scenarios - 1;
    return wanted < room ? wanted : room;
}

/* Columns for the years of each dyad; 0 if they are the same for all and stand in the heading. */
static size_t span_width(const struct seen *seen, size_t n)
{
    for (size_t k = 1; k < n; k++)
        if (seen[k].first != seen[0].first || seen[k].last != seen[0].last)
            return SPAN;
    return 0;
}

static void print_head(const struct summary *summary, const struct seen *seen, size_t span)
{
    const struct page *page = &summary->page;
    char text[32] = "";
    if (!span)
        snprintf(text, sizeof text, " from %d to %d", summary_year(summary, seen->first),
                 summary_year(summary, seen->last));
    page_heading(page, "Trade: how much it grew%s, observed and in %s%s", text, summary->scenarios[0],
                 sample_has_replicates(summary->reader, "trade") ? "" : " (from quantiles)");
    fprintf(page->out, "%*s", (int)(INDENT + DYAD + span), "");
    page_right(page, GROWTH, "observed");
    page_right(page, GROWTH, summary->n_replicates > 1 ? "median" : "here");
    if (summary->n_replicates > 1) {
        snprintf(text, sizeof text, "middle 90%s", page->percent);
        page_right(page, RANGE, text);
        page_right(page, VERDICT, "observed is");
    }
    for (size_t k = 0; k < count_others(summary, span); k++) {
        snprintf(text, sizeof text, "[%zu]", k + 2);
        page_right(page, OTHER, text);
    }
    putc('\n', page->out);
}

/* The range of growth, and where the observed growth lies. */
static void print_range(const struct page *page, const struct band *band, double observed)
{
    char text[64];
    const int digits = band->high < 10 ? 2 : band->high < 100 ? 1 : 0;
    const bool is_known = isfinite(band->low) && isfinite(band->high);
    snprintf(text, sizeof text, "%.*f%s%.*f", digits, band->low, page->dash, digits, band->high);
    page_right(page, RANGE, is_known ? text : "");
    page_right(page, VERDICT,
               !is_known               ? ""
               : observed < band->low  ? "below"
               : observed > band->high ? "above"
                                       : "within");
}

static int print_dyad(const struct summary *summary, const struct seen *seen, size_t span, struct error *error)
{
    const struct page *page = &summary->page;
    char text[64];
    struct band band;
    int code = growth_of(summary, 0, seen, &band, error);
    if (code != OK)
        return code;
    fprintf(page->out, "%*s", INDENT, "");
    snprintf(text, sizeof text, "%s%s%s", summary->states[seen->i], page->dash, summary->states[seen->j]);
    page_left(page, DYAD, text);
    snprintf(text, sizeof text, "%d%s%d", summary_year(summary, seen->first), page->dash,
             summary_year(summary, seen->last));
    page_left(page, span, span ? text : "");
    print_growth(page, GROWTH, seen->growth);
    print_growth(page, GROWTH, band.median);
    if (summary->n_replicates > 1)
        print_range(page, &band, seen->growth);
    for (size_t k = 0; k < count_others(summary, span) && code == OK; k++) {
        code = growth_of(summary, k + 1, seen, &band, error);
        print_growth(page, OTHER, code == OK ? band.median : (double)NAN);
    }
    putc('\n', page->out);
    return code;
}

int summary_trade(const struct summary *summary, struct error *error)
{
    const struct page *page = &summary->page;
    double *observed = NULL;
    struct seen *seen = NULL;
    int code = read_observed(summary, &observed, error);
    if (code != OK || !observed)
        goto out;
    if (!sample_has_bands(summary->reader, "trade")) {
        page_heading(page,
                     "Trade was observed, but is not in this file (`record` of the configuration leaves it out).");
        goto out;
    }
    seen = malloc((summary->n_states * summary->n_states + 1) * sizeof *seen);
    if (!seen) {
        code = error_memory(error);
        goto out;
    }
    const size_t n_seen = find_seen(summary, observed, seen);
    const size_t span = span_width(seen, n_seen);
    if (n_seen > 0)
        print_head(summary, seen, span);
    for (size_t k = 0; k < n_seen && k < MOST_DYADS && code == OK; k++)
        code = print_dyad(summary, &seen[k], span, error);
    if (n_seen > MOST_DYADS)
        fprintf(page->out, "%*sand %zu smaller ones.\n", INDENT, "", n_seen - MOST_DYADS);
out:
    free(observed);
    free(seen);
    return code;
}

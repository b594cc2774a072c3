/* Leadership: what the leading states bring, and what becomes of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "summary_sections.h"

enum { MOST_LEADERS = 3, MOST_OTHERS = 12, MOST_NAME = 18, INDENT = 2, COLUMN = 13, N_ATTRIBUTES = 6 };

static const char *const attributes[N_ATTRIBUTES] = {"vision", "will",       "resources",
                                                     "skills", "leadership", "influence"};

static const double least_influence = 0.005; /* whoever has less leads nobody, at two decimals */

/* Medians of every state in one year. */
static int read_medians(const struct summary *summary, const char *name, size_t year, double *medians,
                        struct error *error)
{
    const size_t n = summary->n_states;
    size_t *cells = calloc(n + 1, sizeof *cells);
    struct band *bands = malloc((n + 1) * sizeof *bands);
    int code = cells && bands ? OK : error_memory(error);
    for (size_t i = 0; i < n && code == OK; i++)
        cells[i] = i;
    if (code == OK)
        code = sample_bands(summary->reader, name, 0, year, cells, n, summary->n_looked_at, bands, error);
    for (size_t i = 0; i < n && code == OK; i++)
        medians[i] = bands[i].median;
    free(cells);
    free(bands);
    return code;
}

/* States by influence, the greatest first: the mean of its medians over the years. */
static int rank_states(const struct summary *summary, size_t *order, double *influence, struct error *error)
{
    const size_t n = summary->n_states;
    double *medians = malloc((n + 1) * sizeof *medians);
    if (!medians)
        return error_memory(error);
    int code = OK;
    memset(influence, 0, n * sizeof *influence);
    for (size_t t = 0; t < summary->n_years && code == OK; t++) {
        code = read_medians(summary, "influence", t, medians, error);
        for (size_t i = 0; i < n && code == OK; i++)
            influence[i] += isfinite(medians[i]) ? medians[i] / (double)summary->n_years : 0;
    }
    free(medians);
    for (size_t i = 0; i < n; i++) {
        size_t k = i;
        for (; k > 0 && influence[order[k - 1]] < influence[i]; k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    return code;
}

/* Medians in the first and the last year: first[attribute * n_states + state], last likewise; NaN if not recorded. */
static int read_attributes(const struct summary *summary, double *first, double *last, struct error *error)
{
    const size_t n = summary->n_states;
    int code = OK;
    for (size_t a = 0; a < N_ATTRIBUTES; a++) {
        for (size_t i = 0; i < n; i++)
            first[a * n + i] = last[a * n + i] = NAN;
        if (!sample_has_bands(summary->reader, attributes[a]) || code != OK)
            continue;
        code = read_medians(summary, attributes[a], 0, first + a * n, error);
        if (code == OK)
            code = read_medians(summary, attributes[a], summary->n_years - 1, last + a * n, error);
    }
    return code;
}

static void print_change(const struct page *page, double first, double last)
{
    char text[96], a[32], b[32];
    snprintf(text, sizeof text, "%s %s %s", page_share(first, a, sizeof a), page->arrow, page_share(last, b, sizeof b));
    page_right(page, COLUMN, isfinite(first) && isfinite(last) ? text : "");
}

static void print_leaders(const struct summary *summary, const size_t *order, size_t n_leaders, const double *first,
                          const double *last)
{
    const struct page *page = &summary->page;
    size_t width = 0;
    for (size_t k = 0; k < n_leaders; k++) {
        const size_t n = page_columns(page, summary_state_name(summary, order[k]));
        width = n > width ? n : width;
    }
    width = width < MOST_NAME ? width : MOST_NAME;
    fprintf(page->out, "%*s", (int)(INDENT + width), "");
    for (size_t a = 0; a < N_ATTRIBUTES; a++)
        page_right(page, COLUMN, attributes[a]);
    putc('\n', page->out);
    for (size_t k = 0; k < n_leaders; k++) {
        fprintf(page->out, "%*s", INDENT, "");
        page_left(page, width, summary_state_name(summary, order[k]));
        for (size_t a = 0; a < N_ATTRIBUTES; a++)
            print_change(page, first[a * summary->n_states + order[k]], last[a * summary->n_states + order[k]]);
        putc('\n', page->out);
    }
}

/* The leadership of the others who have any influence, in a sentence. */
static int print_others(const struct summary *summary, const size_t *order, size_t n_leaders, const double *influence,
                        const double *first, const double *last, struct error *error)
{
    enum { LEADERSHIP = 4 };
    const struct page *page = &summary->page;
    struct text text = {0};
    char a[32], b[32];
    size_t n_named = 0;
    for (size_t k = n_leaders; k < summary->n_states && n_named < MOST_OTHERS; k++) {
        const size_t i = order[k], at = LEADERSHIP * summary->n_states + i;
        if (influence[i] < least_influence || !isfinite(first[at]) || !isfinite(last[at]))
            continue;
        text_add(&text, "%s%s\t%s\t%s\t%s", n_named++ ? ", " : "", summary_state_name(summary, i),
                 page_share(first[at], a, sizeof a), page->arrow, page_share(last[at], b, sizeof b));
    }
    char *words = text_take(&text);
    if (!words)
        return error_memory(error);
    if (*words) {
        fprintf(page->out, "%*sLeadership of others: ", INDENT, "");
        page_words(page, INDENT + 22, words);
    }
    free(words);
    return OK;
}

int summary_leadership(const struct summary *summary, struct error *error)
{
    const struct page *page = &summary->page;
    const size_t n = summary->n_states;
    if (!sample_has_bands(summary->reader, "influence")) {
        page_heading(page, "Leadership: influence is not in this file (`record` of the configuration leaves it out).");
        return OK;
    }
    size_t *order = malloc((n + 1) * sizeof *order), n_leaders = 0;
    double *influence = malloc((n + 1) * sizeof *influence);
    double *first = malloc((2 * N_ATTRIBUTES * n + 1) * sizeof *first), *last = first ? first + N_ATTRIBUTES * n : NULL;
    int code = order && influence && first ? OK : error_memory(error);
    if (code == OK)
        code = rank_states(summary, order, influence, error);
    if (code == OK)
        code = read_attributes(summary, first, last, error);
    if (code != OK)
        goto out;
    while (n_leaders < n && n_leaders < MOST_LEADERS && influence[order[n_leaders]] >= least_influence)
        n_leaders++;
    page_heading(page, "Leadership in %s: %s %d and %d%s", summary->scenarios[0],
                 summary->n_replicates > 1 ? "medians in" : "in", summary_year(summary, 0),
                 summary_year(summary, summary->n_years - 1), n_leaders ? "" : ": nobody has influence");
    if (n_leaders > 0)
        print_leaders(summary, order, n_leaders, first, last);
    code = print_others(summary, order, n_leaders, influence, first, last, error);
out:
    free(order);
    free(influence);
    free(first);
    return code;
}

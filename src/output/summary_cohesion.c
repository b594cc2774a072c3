/* Cohesion by year, scenario by scenario. */
#include <math.h>
#include <stdlib.h>

#include "summary_sections.h"

enum { COLUMN = 8, MOST_COLUMNS = 8, MOST_BARS = 30, MOST_NAME = 30, INDENT = 2 };

static int read_bands(const struct summary *summary, struct band *bands, struct error *error)
{
    const size_t cell = 0;
    int code = OK;
    for (size_t s = 0; s < summary->n_scenarios; s++)
        for (size_t t = 0; t < summary->n_years && code == OK; t++)
            code = sample_bands(summary->reader, "cohesion", s, t, &cell, 1, summary->n_looked_at,
                                &bands[s * summary->n_years + t], error);
    return code;
}

struct scale {
    double low, high;
};

/* One scale for all scenarios, so that the bars compare. */
static struct scale scale_of(const struct band *bands, size_t n)
{
    struct scale scale = {INFINITY, -INFINITY};
    for (size_t k = 0; k < n; k++) {
        scale.low = fmin(scale.low, bands[k].median);
        scale.high = fmax(scale.high, bands[k].median);
    }
    return scale;
}

struct layout {
    size_t name, step, n_bars, n_columns, columns[MOST_COLUMNS];
};

static struct layout lay_out(const struct summary *summary)
{
    struct layout layout = {.name = summary_name_width(summary, MOST_NAME)};
    layout.step = (summary->n_years + MOST_BARS - 1) / MOST_BARS;
    layout.n_bars = (summary->n_years + layout.step - 1) / layout.step;
    const size_t taken = INDENT + layout.name + 2 + layout.n_bars;
    const size_t room = summary->page.width > taken ? (summary->page.width - taken) / COLUMN : 1;
    layout.n_columns = page_choose(summary->n_years, room < MOST_COLUMNS ? room : MOST_COLUMNS, layout.columns);
    return layout;
}

static void print_head(const struct summary *summary, const struct layout *layout)
{
    const struct page *page = &summary->page;
    const int first = summary_year(summary, 0), last = summary_year(summary, summary->n_years - 1);
    char years[32] = "", year[16];
    if (layout->n_bars >= 10)
        snprintf(years, sizeof years, "%d%*d", first, (int)layout->n_bars - 4, last);
    fprintf(page->out, "%*s", (int)(INDENT + layout->name + 2), "");
    page_left(page, layout->n_bars, years);
    for (size_t k = 0; k < layout->n_columns; k++) {
        snprintf(year, sizeof year, "%d", summary_year(summary, layout->columns[k]));
        page_right(page, COLUMN, year);
    }
    putc('\n', page->out);
}

static void print_scenario(const struct summary *summary, const struct layout *layout, const char *name,
                           const struct band *bands, struct scale scale)
{
    const struct page *page = &summary->page;
    double bars[MOST_BARS];
    char text[64], low[32], high[32];
    bool has_range = false;
    for (size_t k = 0; k < layout->n_bars; k++)
        bars[k] = bands[k * layout->step].median;
    fprintf(page->out, "%*s", INDENT, "");
    page_left(page, layout->name + 2, name);
    page_bars(page, bars, layout->n_bars, scale.low, scale.high);
    for (size_t k = 0; k < layout->n_columns; k++) {
        const struct band *band = &bands[layout->columns[k]];
        page_right(page, COLUMN, page_share(band->median, low, sizeof low));
        has_range = has_range || band->high > band->low;
    }
    putc('\n', page->out);
    if (!has_range)
        return;
    fprintf(page->out, "%*s", (int)(INDENT + layout->name + 2 + layout->n_bars), "");
    for (size_t k = 0; k < layout->n_columns; k++) {
        const struct band *band = &bands[layout->columns[k]];
        snprintf(text, sizeof text, "%s%s%s", page_share(band->low, low, sizeof low), page->dash,
                 page_share(band->high, high, sizeof high));
        page_right(page, COLUMN, isfinite(band->low) && isfinite(band->high) ? text : "");
    }
    putc('\n', page->out);
}

int summary_cohesion(const struct summary *summary, struct error *error)
{
    const struct page *page = &summary->page;
    if (!sample_has_bands(summary->reader, "cohesion")) {
        page_heading(page, "Cohesion is not in this file (`record` of the configuration leaves it out).");
        return OK;
    }
    const size_t n = summary->n_scenarios * summary->n_years;
    struct band *bands = malloc(n * sizeof *bands);
    if (!bands)
        return error_memory(error);
    const int code = read_bands(summary, bands, error);
    if (code == OK) {
        const struct scale scale = scale_of(bands, n);
        const struct layout layout = lay_out(summary);
        char low[32], high[32];
        if (summary->n_replicates > 1)
            page_heading(page, "Cohesion: the median replicate, and below it the range of the middle 90%s",
                         page->percent);
        else
            page_heading(page, "Cohesion");
        print_head(summary, &layout);
        for (size_t s = 0; s < summary->n_scenarios; s++)
            print_scenario(summary, &layout, summary->scenarios[s], bands + s * summary->n_years, scale);
        if (isfinite(scale.low) && isfinite(scale.high) && scale.high > scale.low)
            fprintf(page->out, "%*sThe bars go from %s to %s.\n", INDENT, "", page_share(scale.low, low, sizeof low),
                    page_share(scale.high, high, sizeof high));
    }
    free(bands);
    return code;
}

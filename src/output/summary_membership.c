/* Membership: who comes closer to the organization, and who leaves it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "summary_sections.h"

enum { MOST_NAME = 24, INDENT = 2, COLUMN = 26 };

enum change { BECOMES_OBSERVER, BECOMES_MEMBER, LEAVES, N_CHANGES };

static const char *const headings[N_CHANGES] = {"becomes observer", "becomes member", "leaves"};

static const double least_share = 0.01; /* of the replicates; rarer changes are not told */

/* As recorded: outsider 0, observer 1, member 2. */
static bool is_change(enum change change, double before, double after)
{
    switch (change) {
    case BECOMES_OBSERVER: return before < 0.5 && after > 0.5 && after < 1.5;
    case BECOMES_MEMBER: return before < 1.5 && after > 1.5;
    case LEAVES: return before > 1.5 && after < 1.5;
    case N_CHANGES: break;
    }
    return false;
}

struct changes {
    size_t *count; /* [state][change][year]: replicates whose first such change is in that year */
    uint8_t *seen; /* [state][replicate]: bits of changes that have been */
};

static void count_changes(const struct summary *summary, struct changes *changes, size_t year, const double *before,
                          const double *after)
{
    const size_t n = summary->n_looked_at;
    for (size_t i = 0; i < summary->n_states; i++)
        for (size_t r = 0; r < n; r++)
            for (unsigned c = 0; c < N_CHANGES; c++) {
                uint8_t *seen = &changes->seen[i * n + r];
                if ((*seen >> c & 1) || !is_change((enum change)c, before[i * n + r], after[i * n + r]))
                    continue;
                *seen = (uint8_t)(*seen | 1u << c);
                changes->count[(i * N_CHANGES + c) * summary->n_years + year]++;
            }
}

static int find_changes(const struct summary *summary, struct changes *changes, struct error *error)
{
    const size_t n = summary->n_states, n_looked_at = summary->n_looked_at;
    double *before = malloc((2 * n * n_looked_at + 1) * sizeof *before);
    size_t *cells = malloc((n + 1) * sizeof *cells);
    int code = before && cells ? OK : error_memory(error);
    double *after = before ? before + n * n_looked_at : NULL;
    for (size_t i = 0; i < n && code == OK; i++)
        cells[i] = i;
    for (size_t t = 0; t < summary->n_years && code == OK; t++) {
        code = sample_read(summary->reader, "status", 0, t, cells, n, n_looked_at, after, error);
        if (code == OK && t > 0)
            count_changes(summary, changes, t, before, after);
        if (code == OK)
            memcpy(before, after, n * n_looked_at * sizeof *before);
    }
    free(before);
    free(cells);
    return code;
}

/* The year by which `share` of the changes have been. */
static int year_of_share(const struct summary *summary, const size_t *count, size_t total, double share)
{
    size_t sum = 0, t = 0;
    for (; t + 1 < summary->n_years; t++) {
        sum += count[t];
        if ((double)sum >= share * (double)total)
            break;
    }
    return summary_year(summary, t);
}

static size_t total_of(const struct summary *summary, const struct changes *changes, size_t state, size_t change)
{
    size_t total = 0;
    for (size_t t = 0; t < summary->n_years; t++)
        total += changes->count[(state * N_CHANGES + change) * summary->n_years + t];
    return total;
}

static bool is_told(const struct summary *summary, const struct changes *changes, size_t state)
{
    for (size_t c = 0; c < N_CHANGES; c++)
        if ((double)total_of(summary, changes, state, c) >= least_share * (double)summary->n_looked_at)
            return true;
    return false;
}

/* "98 % 2005 (2004–2008)": how many do, the median year, the middle 90 % of years. */
static void print_change(const struct summary *summary, const struct changes *changes, size_t state, size_t change)
{
    const struct page *page = &summary->page;
    const size_t *count = &changes->count[(state * N_CHANGES + change) * summary->n_years];
    const size_t total = total_of(summary, changes, state, change);
    const double share = (double)total / (double)summary->n_looked_at;
    char text[96] = "";
    if (share >= least_share) {
        const int low = year_of_share(summary, count, total, 0.05), high = year_of_share(summary, count, total, 0.95);
        const int median = year_of_share(summary, count, total, 0.5);
        const int n = summary->n_looked_at > 1
                          ? snprintf(text, sizeof text, "%.0f%s  %d", 100 * share, page->percent, median)
                          : snprintf(text, sizeof text, "%d", median);
        if (low < high)
            snprintf(text + n, sizeof text - (size_t)n, " (%d%s%d)", low, page->dash, high);
        else if (summary->n_looked_at > 1)
            snprintf(text + n, sizeof text - (size_t)n, "%12s", "");
    }
    page_right(page, COLUMN, text);
}

static void print_changes(const struct summary *summary, const struct changes *changes)
{
    const struct page *page = &summary->page;
    size_t width = 0;
    for (size_t i = 0; i < summary->n_states; i++) {
        const size_t n = page_columns(page, summary_state_name(summary, i));
        width = n > width && is_told(summary, changes, i) ? n : width;
    }
    width = width < MOST_NAME ? width : MOST_NAME;
    bool has_any = false;
    for (size_t i = 0; i < summary->n_states; i++) {
        if (!is_told(summary, changes, i))
            continue;
        if (!has_any) {
            if (summary->n_looked_at > 1)
                page_heading(page, "Membership in %s: share of replicates, median year and the middle 90%s of years",
                             summary->scenarios[0], page->percent);
            else
                page_heading(page, "Membership in %s", summary->scenarios[0]);
            fprintf(page->out, "%*s", (int)(INDENT + width), "");
            for (size_t c = 0; c < N_CHANGES; c++)
                page_right(page, COLUMN, headings[c]);
            putc('\n', page->out);
        }
        has_any = true;
        fprintf(page->out, "%*s", INDENT, "");
        page_left(page, width, summary_state_name(summary, i));
        for (size_t c = 0; c < N_CHANGES; c++)
            print_change(summary, changes, i, c);
        putc('\n', page->out);
    }
    if (!has_any)
        page_heading(page, "Membership in %s: no state's status changes in 1%s of the replicates or more.",
                     summary->scenarios[0], page->percent);
}

int summary_membership(const struct summary *summary, struct error *error)
{
    if (!sample_has_replicates(summary->reader, "status")) {
        page_heading(&summary->page, "Membership: the file has not every replicate's status (`record` leaves it out).");
        return OK;
    }
    struct changes changes = {
        .count = calloc(summary->n_states * N_CHANGES * summary->n_years + 1, sizeof *changes.count),
        .seen = calloc(summary->n_states * summary->n_looked_at + 1, 1),
    };
    int code = changes.count && changes.seen ? find_changes(summary, &changes, error) : error_memory(error);
    if (code == OK)
        print_changes(summary, &changes);
    free(changes.count);
    free(changes.seen);
    return code;
}

/* What a scenario does to cohesion, against the first scenario, replicate by replicate. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "summary_sections.h"

enum { MOST_NAME = 30, INDENT = 2, UNTIL = 12, EFFECT = 15, SHARE = 9, YEAR = 9 };

static const double upper_tail = 0.975; /* of a two-sided interval of 95 % */

/* The paired difference in one year. */
struct effect {
    double mean, half_width; /* of the 95 % interval of the mean; NaN with a single pair */
    double share_above;
    size_t n;
    bool is_identical; /* to the bit, as recorded */
};

/* All years of a scenario: columns[year * n + replicate]. */
static int read_all(const struct summary *summary, size_t scenario, double *columns, struct error *error)
{
    const size_t cell = 0, n = summary->n_looked_at;
    int code = OK;
    for (size_t t = 0; t < summary->n_years && code == OK; t++)
        code = sample_read(summary->reader, "cohesion", scenario, t, &cell, 1, n, columns + t * n, error);
    return code;
}

static struct effect compare(const double *base, const double *other, double *difference, size_t n)
{
    struct effect effect = {.mean = NAN, .half_width = NAN, .share_above = NAN, .is_identical = true};
    size_t n_above = 0;
    for (size_t k = 0; k < n; k++) {
        if (isnan(base[k]) || isnan(other[k])) {
            effect.is_identical = effect.is_identical && isnan(base[k]) && isnan(other[k]);
            continue;
        }
        const double d = other[k] - base[k];
        difference[effect.n++] = d;
        n_above += d > 0;
        effect.is_identical = effect.is_identical && d == 0;
    }
    if (effect.n == 0)
        return effect;
    effect.mean = gsl_stats_mean(difference, 1, effect.n);
    effect.share_above = (double)n_above / (double)effect.n;
    if (effect.n > 1)
        effect.half_width = gsl_cdf_tdist_Pinv(upper_tail, (double)(effect.n - 1)) *
                            gsl_stats_sd_m(difference, 1, effect.n, effect.mean) / sqrt((double)effect.n);
    return effect;
}

static void print_effect(const struct page *page, const struct effect *effect)
{
    char text[96], share[32] = "", mean[32], half[32];
    snprintf(text, sizeof text, "%s",
             isnan(effect->mean) ? "no pairs" : page_difference(page, effect->mean, mean, sizeof mean));
    const double three = 0.0005, four = 0.00005; /* decimals: what is smaller rounds to 0 */
    if (effect->half_width >= four) {
        snprintf(half, sizeof half, "%.*f", effect->half_width < three ? 4 : 3, effect->half_width);
        snprintf(text, sizeof text, "%s %s %s", mean, page->plus_minus, *half == '0' ? half + 1 : half);
    }
    page_right(page, EFFECT, text);
    if (effect->n > 1)
        snprintf(share, sizeof share, "%.0f%s", 100 * effect->share_above, page->percent);
    page_right(page, SHARE, share);
}

static void print_scenario(const struct summary *summary, size_t name_width, const char *name,
                           const struct effect *effects)
{
    const struct page *page = &summary->page;
    size_t first = 0, greatest = 0;
    char text[32];
    while (first < summary->n_years && effects[first].is_identical)
        first++;
    for (size_t t = 0; t < summary->n_years; t++)
        if (fabs(effects[t].mean) > fabs(effects[greatest].mean) || isnan(effects[greatest].mean))
            greatest = t;
    fprintf(page->out, "%*s", INDENT, "");
    page_left(page, name_width, name);
    if (first == summary->n_years) {
        fputs("  the same in every year\n", page->out);
        return;
    }
    snprintf(text, sizeof text, "%d", first > 0 ? summary_year(summary, first - 1) : 0);
    page_right(page, UNTIL, first > 0 ? text : page->dash);
    print_effect(page, &effects[summary->n_years - 1]);
    snprintf(text, sizeof text, "%d", summary_year(summary, greatest));
    page_right(page, YEAR, text);
    print_effect(page, &effects[greatest]);
    putc('\n', page->out);
}

static void print_head(const struct summary *summary, size_t name_width)
{
    const struct page *page = &summary->page;
    char year[32];
    const bool has_pairs = summary->n_looked_at > 1;
    if (has_pairs)
        page_heading(page, "Effect on cohesion against %s: mean paired difference, its 95%s interval, pairs above 0",
                     summary->scenarios[0], page->percent);
    else
        page_heading(page, "Effect on cohesion against %s", summary->scenarios[0]);
    snprintf(year, sizeof year, "in %d", summary_year(summary, summary->n_years - 1));
    fprintf(page->out, "%*s", (int)(INDENT + name_width), "");
    page_right(page, UNTIL, "same until");
    page_right(page, EFFECT, year);
    page_right(page, SHARE, has_pairs ? "above 0" : "");
    page_right(page, YEAR, "most in");
    page_right(page, EFFECT, "difference");
    page_right(page, SHARE, has_pairs ? "above 0" : "");
    putc('\n', page->out);
}

static int print_all(const struct summary *summary, struct error *error)
{
    const size_t n = summary->n_looked_at, n_years = summary->n_years;
    const size_t width = summary_name_width(summary, MOST_NAME);
    double *base = malloc((2 * n_years + 1) * n * sizeof *base);
    struct effect *effects = malloc(n_years * sizeof *effects);
    if (!base || !effects) {
        free(base);
        free(effects);
        return error_memory(error);
    }
    double *other = base + n_years * n, *difference = other + n_years * n;
    int code = read_all(summary, 0, base, error);
    print_head(summary, width);
    for (size_t s = 1; s < summary->n_scenarios && code == OK; s++) {
        code = read_all(summary, s, other, error);
        if (code != OK)
            break;
        for (size_t t = 0; t < n_years; t++)
            effects[t] = compare(base + t * n, other + t * n, difference, n);
        print_scenario(summary, width, summary->scenarios[s], effects);
    }
    free(base);
    free(effects);
    return code;
}

int summary_effects(const struct summary *summary, struct error *error)
{
    const struct page *page = &summary->page;
    if (summary->n_scenarios < 2 || !sample_has_bands(summary->reader, "cohesion"))
        return OK;
    if (!sample_has_replicates(summary->reader, "cohesion"))
        page_heading(page, "Effects against %s need every replicate's cohesion; the file has its statistics alone.",
                     summary->scenarios[0]);
    else if (!summary->is_paired)
        page_heading(page,
                     "The scenarios have different seeds or noise, so that replicates cannot be compared in pairs.");
    else
        return print_all(summary, error);
    return OK;
}

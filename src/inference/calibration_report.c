#include "calibration_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "base/text.h"
#include "calibration_file.h"
#include "findings_table.h"

/* With names of up to 18 characters, what is said of each is within 80 columns. */
enum {
    INDENT = 2,
    NAME = 34,
    COLUMN = 9,
    SHORT = 8,
    RANGE = 16,
    BOUNDS = 18,
    SHARE = 18,
    MOST_NAMES = 40,
    MOST_MISFITS = 5,
    MOST_PAIRS = 6
};

/* A posterior whose middle 80 % has this part of the prior's width, or less, is told as identified, or narrowed. */
#define IDENTIFIED 0.5
#define NARROWED 0.8

/* With fewer points that differ than this part of them, a posterior is too few to tell widths by. */
#define LEAST_DISTINCT 0.5

/* Correlations that are told, from this on. */
#define CORRELATED 0.5

struct report {
    const struct page *page;
    const struct reader *reader;
    char **factors, **targets, **patterns;
    size_t n_factors, n_targets, n_patterns, n_draws, n_starts;
    size_t n_distinct; /* draws that differ from all others, each counted once: those that never move are resampled */
};

static size_t length_of(const struct reader *reader, const char *name)
{
    size_t extent[READER_RANK] = {0};
    return reader_extent(reader, name, extent) > 0 ? extent[0] : 0;
}

static int read_names(const struct reader *reader, const char *name, char ***names, size_t *n, struct error *error)
{
    *n = 0;
    return reader_has(reader, name) ? reader_all_text(reader, name, names, n, error) : OK;
}

static int read_all(const struct report *report, const char *name, double **values, struct error *error)
{
    return reader_whole(report->reader, name, values, error);
}

static void print_number(const struct report *report, size_t width, double number)
{
    char text[48];
    page_right(report->page, width, findings_number(report->page, number, false, text, sizeof text));
}

/* 0.1–0.6 */
static void print_range(const struct report *report, double low, double high)
{
    char a[48], b[48];
    struct text text = {0};
    findings_number(report->page, low, false, a, sizeof a);
    findings_number(report->page, high, false, b, sizeof b);
    text_add(&text, "%s%s%s", a, report->page->dash, b);
    page_right(report->page, RANGE, text.is_exhausted || !isfinite(low) ? "" : text.bytes);
    text_free(&text);
}

static size_t name_width(char *const *names, size_t n, const struct page *page)
{
    size_t width = 8;
    for (size_t k = 0; k < n; k++)
        width = page_columns(page, names[k]) > width ? page_columns(page, names[k]) : width;
    return (width > NAME ? NAME : width) + INDENT;
}

static void print_name(const struct report *report, size_t width, const char *name)
{
    fprintf(report->page->out, "%*s", INDENT, "");
    page_left(report->page, width, name);
}

/* Draws, in the order of their first factor. */
static size_t count_distinct(const struct report *report, const double *values, size_t *order)
{
    const size_t d = report->n_factors, n = report->n_draws;
    size_t n_distinct = n > 0;
    gsl_sort_index(order, values, d, n);
    for (size_t k = 1; k < n; k++)
        n_distinct += memcmp(values + order[k] * d, values + order[k - 1] * d, d * sizeof *values) != 0;
    return n_distinct;
}

static int find_distinct(struct report *report, struct error *error)
{
    size_t *order = malloc((report->n_draws + 1) * sizeof *order);
    double *values = NULL;
    int code = order ? OK : error_memory(error);
    if (code == OK && report->n_draws > 0)
        code = read_all(report, "value", &values, error);
    if (code == OK && report->n_draws > 0)
        report->n_distinct = count_distinct(report, values, order);
    free(order);
    free(values);
    return code;
}

static bool tells_widths(const struct report *report)
{
    return (double)report->n_distinct >= LEAST_DISTINCT * (double)report->n_draws;
}

static int print_targets(const struct report *report, struct error *error)
{
    const size_t width = name_width(report->targets, report->n_targets, report->page);
    double *observed = NULL, *sd = NULL, *mean = NULL, *chance = NULL, *draws = NULL,
           *column = malloc((report->n_draws + 1) * sizeof *column), quantiles[CALIBRATION_SHARES];
    const bool has_best = report->n_starts > 0;
    int code = column ? read_all(report, "target_observed", &observed, error) : error_memory(error);
    if (code == OK)
        code = read_all(report, "target_sd", &sd, error);
    if (code == OK)
        code = read_all(report, "best_mean", &mean, error);
    if (code == OK)
        code = read_all(report, "best_sd", &chance, error);
    if (code == OK)
        code = read_all(report, "simulated", &draws, error);
    if (code == OK) {
        page_heading(report->page, "What was observed, and what comes out%s",
                     report->n_draws > 0 ? " (of the posterior the middle 80 %)" : "");
        print_name(report, width, "");
        page_right(report->page, COLUMN, "observed");
        page_right(report->page, SHORT, "sd");
        if (has_best) {
            page_right(report->page, COLUMN, "best fit");
            page_right(report->page, SHORT, "chance");
        }
        if (report->n_draws > 0)
            page_right(report->page, RANGE, "posterior");
        fprintf(report->page->out, "\n");
    }
    for (size_t k = 0; k < report->n_targets && code == OK; k++) {
        calibration_quantiles(draws, report->n_draws, report->n_targets, k, column, quantiles);
        const double low = quantiles[CALIBRATION_LOW], high = quantiles[CALIBRATION_HIGH];
        print_name(report, width, report->targets[k]);
        print_number(report, COLUMN, observed[k]);
        print_number(report, SHORT, sd[k]);
        if (has_best) {
            print_number(report, COLUMN, mean[k]);
            print_number(report, SHORT, chance[k]);
        }
        if (report->n_draws > 0)
            print_range(report, low, high);
        fprintf(report->page->out, "%s\n", observed[k] < low || observed[k] > high ? "  outside" : "");
    }
    free(observed);
    free(sd);
    free(mean);
    free(chance);
    free(draws);
    free(column);
    return code;
}

/* at least 0.5, within 0.4–0.9 */
static void print_bounds(const struct report *report, double low, double high)
{
    char a[48], b[48];
    struct text text = {0};
    findings_number(report->page, low, false, a, sizeof a);
    findings_number(report->page, high, false, b, sizeof b);
    if (isfinite(low) && isfinite(high))
        text_add(&text, "within %s%s%s", a, report->page->dash, b);
    else
        text_add(&text, "%s %s", isfinite(low) ? "at least" : "at most", isfinite(low) ? a : b);
    page_right(report->page, BOUNDS, text.is_exhausted ? "" : text.bytes);
    text_free(&text);
}

static int print_patterns(const struct report *report, struct error *error)
{
    const size_t width = name_width(report->patterns, report->n_patterns, report->page);
    double *low = NULL, *high = NULL, *best = NULL, *draws = NULL;
    int code = read_all(report, "pattern_low", &low, error);
    if (code == OK)
        code = read_all(report, "pattern_high", &high, error);
    if (code == OK)
        code = read_all(report, "best_pattern", &best, error);
    if (code == OK)
        code = read_all(report, "pattern_value", &draws, error);
    if (code == OK && report->n_patterns > 0) {
        page_heading(report->page, "Patterns");
        print_name(report, width, "");
        page_right(report->page, BOUNDS, "must be");
        if (report->n_starts > 0)
            page_right(report->page, COLUMN, "best fit");
        if (report->n_draws > 0)
            page_right(report->page, SHARE, "of posterior hold");
        fprintf(report->page->out, "\n");
    }
    for (size_t k = 0; k < report->n_patterns && code == OK; k++) {
        size_t n_hold = 0;
        char share[32] = "";
        for (size_t i = 0; i < report->n_draws; i++) {
            const double value = draws[i * report->n_patterns + k];
            n_hold += value >= low[k] && value <= high[k];
        }
        if (report->n_draws > 0)
            snprintf(share, sizeof share, "%.0f%s", 100 * (double)n_hold / (double)report->n_draws,
                     report->page->percent);
        const bool is_missed = report->n_starts > 0 && !(best[k] >= low[k] && best[k] <= high[k]);
        print_name(report, width, report->patterns[k]);
        print_bounds(report, low[k], high[k]);
        if (report->n_starts > 0)
            print_number(report, COLUMN, best[k]);
        if (report->n_draws > 0)
            page_right(report->page, SHARE, share);
        fprintf(report->page->out, "%s\n", is_missed ? "  does not hold" : "");
    }
    free(low);
    free(high);
    free(best);
    free(draws);
    return code;
}

static const char *judge_width(double width)
{
    return !isfinite(width)      ? ""
           : width <= IDENTIFIED ? "  identified"
           : width <= NARROWED   ? "  narrowed"
                                 : "  not told";
}

static int print_factors(const struct report *report, struct error *error)
{
    const size_t width = name_width(report->factors, report->n_factors, report->page);
    double *best = NULL, *prior = NULL, *posterior = NULL;
    int code = read_all(report, "best_value", &best, error);
    if (code == OK)
        code = read_all(report, "prior_quantile", &prior, error);
    if (code == OK)
        code = read_all(report, "posterior_quantile", &posterior, error);
    if (code == OK) {
        page_heading(report->page, "What that tells of each factor (the middle 80 %%)");
        print_name(report, width, "");
        page_right(report->page, COLUMN, report->n_starts > 0 ? "best fit" : "median");
        page_right(report->page, RANGE, "prior");
        if (report->n_draws > 0) {
            page_right(report->page, RANGE, "posterior");
            page_right(report->page, SHORT, "width");
        }
        fprintf(report->page->out, "\n");
    }
    for (size_t f = 0; f < report->n_factors && code == OK; f++) {
        const double *a = prior + f * CALIBRATION_SHARES, *b = posterior + f * CALIBRATION_SHARES;
        char share[32];
        print_name(report, width, report->factors[f]);
        print_number(report, COLUMN, report->n_starts > 0 ? best[f] : b[CALIBRATION_MEDIAN]);
        print_range(report, a[CALIBRATION_LOW], a[CALIBRATION_HIGH]);
        if (report->n_draws > 0) {
            const double ratio =
                (b[CALIBRATION_HIGH] - b[CALIBRATION_LOW]) / (a[CALIBRATION_HIGH] - a[CALIBRATION_LOW]);
            print_range(report, b[CALIBRATION_LOW], b[CALIBRATION_HIGH]);
            page_right(report->page, SHORT, page_share(ratio, share, sizeof share));
            fprintf(report->page->out, "%s", tells_widths(report) ? judge_width(ratio) : "  ?");
        }
        fprintf(report->page->out, "\n");
    }
    free(best);
    free(prior);
    free(posterior);
    return code;
}

/* The pairs of factors that the observations tell of together alone, the strongest first. */
static int print_correlations(const struct report *report, struct error *error)
{
    const size_t d = report->n_factors;
    double *correlation = NULL;
    const int code =
        report->n_draws > 0 && tells_widths(report) ? read_all(report, "correlation", &correlation, error) : OK;
    for (size_t n = 0; n < MOST_PAIRS && correlation && code == OK; n++) {
        size_t first = 0, second = 0;
        double most = CORRELATED;
        for (size_t f = 0; f < d; f++)
            for (size_t g = f + 1; g < d; g++)
                if (fabs(correlation[f * d + g]) >= most) {
                    most = fabs(correlation[f * d + g]);
                    first = f;
                    second = g;
                }
        if (second == 0)
            break;
        char text[32];
        if (n == 0)
            page_heading(report->page, "Told together alone (correlation in the posterior)");
        page_difference(report->page, correlation[first * d + second], text, sizeof text);
        fprintf(report->page->out, "%*s%s and %s: %s\n", INDENT, "", report->factors[first], report->factors[second],
                text);
        correlation[first * d + second] = 0;
    }
    free(correlation);
    return code;
}

static int print_fits(const struct report *report, struct error *error)
{
    double *misfits = NULL, *converged = NULL;
    int code = report->n_starts > 0 ? read_all(report, "fit_misfit", &misfits, error) : OK;
    if (code == OK && report->n_starts > 0)
        code = read_all(report, "fit_converged", &converged, error);
    if (code == OK && report->n_starts > 0) {
        size_t n_converged = 0;
        struct text text = {0};
        char number[48];
        for (size_t k = 0; k < report->n_starts; k++)
            n_converged += converged[k] > 0;
        gsl_sort(misfits, 1, report->n_starts);
        text_add(&text, "Point fit: %zu start%s, %zu converged; misfits ", report->n_starts,
                 page_plural(report->n_starts), n_converged);
        for (size_t k = 0; k < report->n_starts && k < MOST_MISFITS; k++)
            text_add(&text, "%s%s", k > 0 ? ", " : "",
                     findings_number(report->page, misfits[k], false, number, sizeof number));
        text_add(&text, "%s%s; the best with other luck %s.", report->n_starts > MOST_MISFITS ? ", " : "",
                 report->n_starts > MOST_MISFITS ? report->page->ellipsis : "",
                 findings_number(report->page, reader_attribute_number(report->reader, "best_misfit"), false, number,
                                 sizeof number));
        if (!text.is_exhausted)
            page_paragraph(report->page, 0, text.bytes);
        text_free(&text);
    }
    free(misfits);
    free(converged);
    return code;
}

static int print_tolerance(const struct report *report, struct error *error)
{
    double *tolerances = NULL;
    const size_t n = length_of(report->reader, "generation");
    const int code = n > 0 ? read_all(report, "generation_tolerance", &tolerances, error) : OK;
    if (code == OK && n > 0) {
        const double wanted = reader_attribute_number(report->reader, "wanted_tolerance"), last = tolerances[n - 1];
        char count[32], trials[32];
        struct text text = {0};
        text_add(&text, "Posterior: %s points at tolerance %.3g, after %zu generation%s and %s trials of %.0f runs.",
                 page_count(report->n_draws, count, sizeof count), last, n - 1, page_plural(n - 1),
                 page_count((size_t)reader_attribute_number(report->reader, "trials"), trials, sizeof trials),
                 reader_attribute_number(report->reader, "replicates"));
        if (last > wanted * (1 + 1e-6))
            text_add(&text,
                     " That is more than the %.3g asked for: it is wider than the posterior. More generations, or "
                     "more replicates a trial, bring it lower.",
                     wanted);
        if (!tells_widths(report))
            text_add(
                &text,
                " Only %s of the points differ, since hardly one could be moved any more: that is too few to tell how "
                "wide the posterior is. More replicates a trial, a larger sd of what is never met, or a larger "
                "tolerance let them move.",
                page_count(report->n_distinct, count, sizeof count));
        if (!text.is_exhausted)
            page_paragraph(report->page, 0, text.bytes);
        text_free(&text);
    }
    free(tolerances);
    return code;
}

static void print_notes(const struct report *report)
{
    struct text text = {0};
    text_add(&text, "sd: how far off observation and model may be.");
    if (report->n_starts > 0)
        text_add(&text, " Chance: the standard deviation of runs at the best fit. Misfit: minus the logarithm of prior "
                        "times likelihood, but for a constant.");
    if (report->n_draws > 0)
        text_add(
            &text,
            " Width: that of the posterior over that of the prior; up to %.1f a factor counts as identified, up to "
            "%.1f as narrowed; what is not told is about as open as before.",
            IDENTIFIED, NARROWED);
    fprintf(report->page->out, "\n");
    if (!text.is_exhausted)
        page_paragraph(report->page, 0, text.bytes);
    text_free(&text);
}

int calibration_report_print(const struct page *page, const struct reader *reader, struct error *error)
{
    struct report report = {.page = page, .reader = reader};
    char *title = reader_attribute(reader, "title");
    size_t n;
    int code = read_names(reader, "factor", &report.factors, &report.n_factors, error);
    if (code == OK)
        code = read_names(reader, "target", &report.targets, &report.n_targets, error);
    if (code == OK)
        code = read_names(reader, "pattern", &report.patterns, &report.n_patterns, error);
    report.n_draws = length_of(reader, "draw");
    report.n_starts = length_of(reader, "start");
    n = report.n_factors;
    if (code == OK)
        code = find_distinct(&report, error);
    if (code == OK)
        fprintf(page->out, "%s\n%zu factor%s, %zu target%s, %zu pattern%s\n\n", title ? title : "", n, page_plural(n),
                report.n_targets, page_plural(report.n_targets), report.n_patterns, page_plural(report.n_patterns));
    if (code == OK)
        code = print_fits(&report, error);
    if (code == OK)
        code = print_tolerance(&report, error);
    if (code == OK)
        code = print_targets(&report, error);
    if (code == OK)
        code = print_patterns(&report, error);
    if (code == OK)
        code = print_factors(&report, error);
    if (code == OK)
        code = print_correlations(&report, error);
    if (code == OK)
        print_notes(&report);
    free(report.factors);
    free(report.targets);
    free(report.patterns);
    free(title);
    return code;
}

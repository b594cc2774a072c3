#include "score_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "findings_table.h"
#include "scoring.h"

enum {
    INDENT = 2,
    NAME = 19,
    MOST_NAME = 32,
    ERROR = 9,
    SHARE = 6,
    SKILL = 7,
    NUMBER = 9,
    RANGE = 17,
    NAIVE = 8,
    MOST_VALUES = 40
};

/* From these on, up or down, numbers are told with a separator for thousands, and with an exponent. */
#define LEAST_THOUSANDS 1000
#define LEAST_WHOLE 100 /* a skill without decimals */
#define LEAST_EXPONENT 1e6

static const char *const names[FORECASTERS] = {"model", "last value", "growth continued", "gravity, actual GDP"};

/* What the file has, under the names that it has there. */
struct report {
    const struct page *page;
    const struct reader *reader;
    char **values, **variables;
    size_t n_values, n_variables, n_leads;
    double *lead, *value_variable, *observed, *predicted, *variable_is_log;
    double *rmse, *bias, *mean_crps, *n_of, *n_with_spread, *skill_rmse, *skill_crps, *coverage, *coverage_interval;
};

static int read_file(struct report *report, struct error *error)
{
    const struct {
        const char *name;
        double **values;
    } all[] = {{"lead", &report->lead},
               {"value_variable", &report->value_variable},
               {"observed", &report->observed},
               {"predicted", &report->predicted},
               {"variable_is_log", &report->variable_is_log},
               {"rmse", &report->rmse},
               {"bias", &report->bias},
               {"mean_crps", &report->mean_crps},
               {"values", &report->n_of},
               {"values_with_spread", &report->n_with_spread},
               {"skill_rmse", &report->skill_rmse},
               {"skill_crps", &report->skill_crps},
               {"coverage", &report->coverage},
               {"coverage_interval", &report->coverage_interval}};
    size_t extent[READER_RANK] = {0};
    int code = reader_all_text(report->reader, "value", &report->values, &report->n_values, error);
    if (code == OK)
        code = reader_all_text(report->reader, "variable", &report->variables, &report->n_variables, error);
    for (size_t k = 0; k < COUNT(all) && code == OK; k++)
        code = reader_whole(report->reader, all[k].name, all[k].values, error);
    reader_extent(report->reader, "lead", extent);
    report->n_leads = extent[0];
    return code;
}

static void free_report(struct report *report)
{
    double *const all[] = {report->lead,          report->value_variable,   report->observed,
                           report->predicted,     report->variable_is_log,  report->rmse,
                           report->bias,          report->mean_crps,        report->n_of,
                           report->n_with_spread, report->skill_rmse,       report->skill_crps,
                           report->coverage,      report->coverage_interval};
    for (size_t k = 0; k < COUNT(all); k++)
        free(all[k]);
    free(report->values);
    free(report->variables);
}

/* Three digits, and thousands as people write them: 21,700, −21,700, and 1.25e6 of what is longer. In `buffer`, which
 * is returned. */
static const char *show(const struct report *report, double number, char *buffer, size_t size)
{
    char rounded[32], count[32];
    snprintf(rounded, sizeof rounded, "%.2e", fabs(number));
    const double near = strtod(rounded, NULL);
    if (!(near >= LEAST_THOUSANDS && near < LEAST_EXPONENT))
        return findings_number(report->page, number, false, buffer, size);
    snprintf(buffer, size, "%s%s", number < 0 ? report->page->minus : "",
             page_count((size_t)near, count, sizeof count));
    return buffer;
}

static void print_number(const struct report *report, size_t width, double number)
{
    char text[48];
    page_right(report->page, width, show(report, number, text, sizeof text));
}

static void print_percent(const struct report *report, size_t width, double share)
{
    char text[32] = "";
    if (isfinite(share))
        snprintf(text, sizeof text, "%.0f%s", 100 * share, report->page->percent);
    page_right(report->page, width, text);
}

static void print_skill(const struct report *report, double skill)
{
    char text[48];
    page_right(report->page, SKILL,
               fabs(skill) < LEAST_WHOLE ? findings_number(report->page, skill, true, text, sizeof text)
                                         : show(report, skill, text, sizeof text));
}

static void print_head(const struct report *report, const char *first)
{
    fprintf(report->page->out, "%*s", INDENT, "");
    page_left(report->page, NAME, first);
    page_right(report->page, ERROR, "RMSE");
    page_right(report->page, ERROR, "bias");
    page_right(report->page, ERROR, "CRPS");
    for (size_t level = 0; level < FORECAST_LEVELS; level++)
        print_percent(report, SHARE, forecast_levels[level]);
    page_right(report->page, SKILL, "RMSE");
    page_right(report->page, SKILL, "CRPS");
    fprintf(report->page->out, "\n");
}

/* A forecaster's scores at `at`, and the model's skill against the one at `beside`. */
static void print_row(const struct report *report, const char *name, size_t at, size_t beside)
{
    fprintf(report->page->out, "%*s", INDENT, "");
    page_left(report->page, NAME, name);
    print_number(report, ERROR, report->rmse[at]);
    print_number(report, ERROR, report->bias[at]);
    print_number(report, ERROR, report->mean_crps[at]);
    for (size_t level = 0; level < FORECAST_LEVELS; level++)
        print_percent(report, SHARE, report->coverage[at * FORECAST_LEVELS + level]);
    if (beside % FORECASTERS != OF_MODEL && isfinite(report->skill_crps[beside])) {
        print_skill(report, report->skill_rmse[beside]);
        print_skill(report, report->skill_crps[beside]);
    }
    fprintf(report->page->out, "\n");
}

static void print_all_years(const struct report *report, size_t variable)
{
    const size_t at = variable * report->n_leads * FORECASTERS;
    const double n = report->n_of[at];
    fprintf(report->page->out, "%*s", INDENT + NAME + 3 * ERROR, "");
    page_right(report->page, FORECAST_LEVELS * SHARE, "observed within");
    page_right(report->page, 2 * SKILL, "model's skill");
    fprintf(report->page->out, "\n");
    print_head(report, "");
    for (size_t f = 0; f < FORECASTERS; f++) {
        char name[64];
        const double n_of = report->n_of[at + f];
        if (!(n_of > 0))
            continue;
        if (n_of < n)
            snprintf(name, sizeof name, "%.*s (%.0f)", (int)strcspn(names[f], " ,"), names[f], n_of);
        else
            snprintf(name, sizeof name, "%s", names[f]);
        print_row(report, name, at + f, at + f);
    }
}

/* The model, year by year. */
static void print_years(const struct report *report, size_t variable)
{
    const double after = reader_attribute_number(report->reader, "after");
    size_t n_years = 0;
    for (size_t lead = 1; lead < report->n_leads; lead++)
        n_years += report->n_of[(variable * report->n_leads + lead) * FORECASTERS] > 0;
    if (n_years < 2)
        return;
    fprintf(report->page->out, "\n");
    print_head(report, "model, year by year");
    for (size_t lead = 1; lead < report->n_leads; lead++) {
        const size_t at = (variable * report->n_leads + lead) * FORECASTERS;
        char name[64];
        if (!(report->n_of[at] > 0))
            continue;
        snprintf(name, sizeof name, "%.0f, %.0f value%s", after + report->lead[lead], report->n_of[at],
                 page_plural((size_t)report->n_of[at]));
        print_row(report, name, at, at + OF_LAST_VALUE);
    }
}

/* Within the middle 50 % are 4 of 10 (17–69 %), ... */
static void print_coverage(const struct report *report, size_t variable)
{
    const size_t at = variable * report->n_leads * FORECASTERS + OF_MODEL;
    struct text text = {0};
    text_add(&text, "Within the model's middle");
    for (size_t level = 0; level < FORECAST_LEVELS; level++) {
        const size_t k = at * FORECAST_LEVELS + level;
        const double n = report->n_with_spread[at];
        text_add(&text, "%s %.0f\t%% are %.0f of %.0f (%.0f%s%.0f\t%%)", level > 0 ? "," : "",
                 100 * forecast_levels[level], n * report->coverage[k], n, 100 * report->coverage_interval[2 * k],
                 report->page->dash, 100 * report->coverage_interval[2 * k + 1]);
    }
    text_add(&text, ".");
    if (!text.is_exhausted)
        page_paragraph(report->page, INDENT, text.bytes);
    text_free(&text);
}

static void print_variable(const struct report *report, size_t variable)
{
    const double n = report->n_of[variable * report->n_leads * FORECASTERS];
    page_heading(report->page, "%s: %.0f value%s%s", report->variables[variable], n, page_plural((size_t)n),
                 report->variable_is_log[variable] > 0 ? ", judged by logarithms" : "");
    print_all_years(report, variable);
    print_years(report, variable);
    print_coverage(report, variable);
}

static void print_value(const struct report *report, size_t width, size_t k)
{
    const double *predicted = report->predicted + k * FORECASTERS * FORECAST_SHARES;
    const double low = predicted[forecast_low(1)], high = predicted[forecast_high(1)];
    char a[48], b[48];
    struct text text = {0};
    text_add(&text, "%s%s%s", show(report, low, a, sizeof a), report->page->dash, show(report, high, b, sizeof b));
    fprintf(report->page->out, "%*s", INDENT, "");
    page_left(report->page, width, report->values[k]);
    print_number(report, NUMBER, report->observed[k]);
    print_number(report, NUMBER, predicted[FORECAST_MEDIAN]);
    page_right(report->page, RANGE, text.is_exhausted ? "" : text.bytes);
    size_t last = FORECASTERS - 1;
    while (last > OF_MODEL && isnan(predicted[last * FORECAST_SHARES + FORECAST_MEDIAN]))
        last--;
    fputs(report->observed[k] < low || report->observed[k] > high ? "*"
          : last > OF_MODEL                                       ? " "
                                                                  : "",
          report->page->out);
    for (size_t f = OF_LAST_VALUE; f <= last; f++)
        print_number(report, NAIVE, predicted[f * FORECAST_SHARES + FORECAST_MEDIAN]);
    fprintf(report->page->out, "\n");
    text_free(&text);
}

static void print_values(const struct report *report)
{
    size_t width = 0;
    for (size_t k = 0; k < report->n_values && k < MOST_VALUES; k++) {
        const size_t columns = page_columns(report->page, report->values[k]);
        width = columns > width && columns <= MOST_NAME ? columns : width;
    }
    page_heading(report->page, "Value by value (* outside the middle 80 %%)");
    fprintf(report->page->out, "%*s", INDENT + (int)width, "");
    page_right(report->page, NUMBER, "observed");
    page_right(report->page, NUMBER, "model");
    page_right(report->page, RANGE, "middle 80 %");
    page_right(report->page, NAIVE + 1, "last");
    page_right(report->page, NAIVE, "growth");
    page_right(report->page, NAIVE, "gravity");
    fprintf(report->page->out, "\n");
    for (size_t k = 0; k < report->n_values && k < MOST_VALUES; k++)
        print_value(report, width, k);
    if (report->n_values > MOST_VALUES)
        fprintf(report->page->out, "%*s%s %zu more are in the file\n", INDENT, "", report->page->ellipsis,
                report->n_values - MOST_VALUES);
}

/* How many values a kind of forecast has. */
static double count(const struct report *report, enum forecaster forecaster)
{
    double n = 0;
    for (size_t k = 0; k < report->n_variables; k++)
        n += report->n_of[k * report->n_leads * FORECASTERS + forecaster];
    return n;
}

/* Does one of the lines tell how many values it is of? */
static bool has_some(const struct report *report)
{
    for (size_t k = 0; k < report->n_variables; k++)
        for (size_t f = OF_LAST_VALUE; f < FORECASTERS; f++) {
            const size_t at = k * report->n_leads * FORECASTERS;
            if (report->n_of[at + f] > 0 && report->n_of[at + f] < report->n_of[at])
                return true;
        }
    return false;
}

static void print_notes(const struct report *report)
{
    struct text text = {0};
    text_add(&text,
             "RMSE and bias are of medians, CRPS of the whole forecast, all in the unit that is judged. Skill is 1 "
             "minus the model's score over that of the naive forecast in the line, year by year over that of the "
             "last value: above 0 the model is better. In brackets behind a count stands the 95\t%% interval of "
             "the share as if values were independent; years of one element are not, nor are elements in one "
             "year.");
    if (has_some(report))
        text_add(&text, " With a number in brackets a naive forecast is of so many values alone.");
    if (count(report, OF_LAST_VALUE) > 0)
        text_add(&text, " A naive forecast from few known values has no spread: no intervals, and its CRPS is its "
                        "absolute error.");
    if (count(report, OF_GRAVITY) > 0)
        text_add(&text, " Gravity knows GDP and prices of the years that it forecasts: hindsight, which nobody had.");
    fprintf(report->page->out, "\n");
    if (!text.is_exhausted)
        page_paragraph(report->page, 0, text.bytes);
    text_free(&text);
}

static void print_title(const struct report *report)
{
    char *title = reader_attribute(report->reader, "title"), *scenario = reader_attribute(report->reader, "scenario");
    const double n_points = reader_attribute_number(report->reader, "points"),
                 n_replicates = reader_attribute_number(report->reader, "replicates"),
                 n_well = reader_attribute_number(report->reader, "well"), n = n_points * n_replicates;
    struct text text = {0};
    text_add(&text, "Forecast of %s from what was known up to %.0f: %.0f point%s %s %.0f replicate%s", scenario,
             reader_attribute_number(report->reader, "after"), n_points, page_plural((size_t)n_points),
             report->page->times, n_replicates, page_plural((size_t)n_replicates));
    if (n_well < n)
        text_add(&text, ", of which %.0f failed and %s left out", n - n_well, n - n_well > 1 ? "are" : "is");
    text_add(&text, ".");
    fprintf(report->page->out, "%s\n", title ? title : "");
    if (!text.is_exhausted)
        page_paragraph(report->page, 0, text.bytes);
    text_free(&text);
    free(title);
    free(scenario);
}

int score_report_print(const struct page *page, const struct reader *reader, struct error *error)
{
    struct report report = {.page = page, .reader = reader};
    const int code = read_file(&report, error);
    if (code == OK) {
        print_title(&report);
        for (size_t k = 0; k < report.n_variables; k++)
            print_variable(&report, k);
        print_values(&report);
        print_notes(&report);
    }
    free_report(&report);
    return code;
}

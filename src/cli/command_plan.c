#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"
#include "command.h"
#include "interrupt.h"
#include "job.h"
#include "output/place.h"
#include "scenarios.h"

enum { LABEL = 13, POINTS_SHOWN = 6, COLUMN = 14, MOST_COLUMNS = 8 };

static const struct option options_table[] = {
    {"output", 'o', false, "FILE", "where the results would go"},
    SCENARIO_OPTIONS,
    JOB_OPTIONS,
    {"no-time", 0, false, NULL, "do not run the probe that tells how long it takes"},
};

static void print_label(const struct page *page, const char *label) { page_left(page, LABEL, label); }

/* 340 ms, 12 s, 4 min, 3.5 h, 12 days */
static const char *print_time(double seconds, char *text, size_t size)
{
    static const struct {
        double from, unit;
        const char *name;
    } units[] = {{0, 1e-3, "ms"}, {1, 1, "s"}, {100, 60, "min"}, {6000, 3600, "h"}, {172800, 86400, "days"}};
    size_t k = sizeof units / sizeof *units - 1;
    while (k > 0 && seconds < units[k].from)
        k--;
    const double number = seconds / units[k].unit;
    snprintf(text, size, number < 10 ? "%.1f %s" : "%.0f %s", number, units[k].name);
    return text;
}

static void print_design(const struct page *page, const struct experiment *experiment)
{
    char count[32];
    print_label(page, "design");
    if (!experiment->design) {
        fprintf(page->out, "one point\n");
        return;
    }
    fprintf(page->out, "%s, %s point%s of %zu factor%s\n", experiment->design->choice.kind->name,
            page_count(experiment->n_points, count, sizeof count), page_plural(experiment->n_points),
            experiment->n_factors, page_plural(experiment->n_factors));
}

static void print_runs(const struct page *page, const struct experiment *experiment, const struct plan *plan)
{
    const struct configuration *common = experiment_common(experiment);
    char count[32];
    print_label(page, "scenarios");
    fprintf(page->out, "%zu: ", experiment->n_scenarios);
    for (size_t k = 0; k < experiment->n_scenarios; k++)
        fprintf(page->out, "%s%s", k ? ", " : "", experiment->configurations[k].name);
    putc('\n', page->out);
    print_label(page, "replicates");
    fprintf(page->out, "%s of each scenario at each point, %s\n", page_count(common->n_replicates, count, sizeof count),
            experiment->has_common_luck ? "with common random numbers" : "each point with draws of its own");
    print_label(page, "runs");
    fprintf(page->out, "%s of %d years, %d to %d\n", page_count(plan_runs(plan), count, sizeof count),
            common->last_year - common->first_year + 1, common->first_year, common->last_year);
}

/* Seconds of merging: what is written once more, at the speed of a disk. */
static double merge_seconds(const struct plan *plan)
{
    static const double bytes_a_second = 500e6;
    return plan->n_parts > 1 ? plan->bytes / bytes_a_second : 0;
}

static int print_duration(const struct page *page, const struct sweep_request *request, const struct plan *plan,
                          struct error *error)
{
    double seconds_a_run;
    char text[32], rate[32];
    const int code = sweep_probe(request, &seconds_a_run, error);
    if (code != OK)
        return code;
    const double seconds = seconds_a_run * (double)plan_runs(plan) + merge_seconds(plan);
    print_label(page, "time");
    fprintf(page->out, "about %s on %d thread%s (probed: %s runs/s)\n", print_time(seconds, text, sizeof text),
            request->run.n_threads, page_plural((size_t)request->run.n_threads),
            page_count((size_t)(1 / seconds_a_run), rate, sizeof rate));
    return OK;
}

static void print_parts(const struct page *page, const struct plan *plan)
{
    const struct tile first = plan_tile(plan, 0);
    char parts[32], runs[32];
    print_label(page, "parts");
    if (plan->n_parts == 1)
        fprintf(page->out, "1: it is written at once\n");
    else
        fprintf(page->out, "%s of %s runs; --shard can split it up to %s ways\n",
                page_count(plan->n_parts, parts, sizeof parts), page_count(plan_tile_runs(&first), runs, sizeof runs),
                parts);
}

static void print_value(const struct page *page, const struct experiment *experiment, size_t f, double value)
{
    const struct varied *varied = &experiment->varied[f];
    char text[64];
    if (experiment->factors[f].distribution != LEVELS)
        snprintf(text, sizeof text, "%.6g", value);
    else if (varied->numbers)
        snprintf(text, sizeof text, "%.6g", varied->numbers[(size_t)value]);
    else
        snprintf(text, sizeof text, "%s", varied->words[(size_t)value]);
    page_right(page, COLUMN, text);
}

/* The first points; of many factors the first. */
static int print_points(const struct page *page, const struct experiment *experiment, struct error *error)
{
    const size_t n = experiment->n_points < POINTS_SHOWN ? experiment->n_points : POINTS_SHOWN;
    const size_t n_factors = experiment->n_factors < MOST_COLUMNS ? experiment->n_factors : MOST_COLUMNS;
    double *values = calloc(n * experiment->n_factors + 1, sizeof *values);
    if (!values)
        return error_memory(error);
    design_fill(experiment->design, 0, n, values);
    for (size_t f = 0; f < n_factors; f++)
        fprintf(page->out, "%s [%zu] %s%s%s\n", f ? "       " : "factors", f + 1, experiment->factors[f].name,
                *experiment->varied[f].meaning ? ": " : "", experiment->varied[f].meaning);
    if (n_factors < experiment->n_factors)
        fprintf(page->out, "        and %zu more\n", experiment->n_factors - n_factors);
    page_right(page, LABEL, "point");
    for (size_t f = 0; f < n_factors; f++) {
        char text[32];
        snprintf(text, sizeof text, "[%zu]", f + 1);
        page_right(page, COLUMN, text);
    }
    putc('\n', page->out);
    for (size_t k = 0; k < n; k++) {
        fprintf(page->out, "%*zu", LABEL, k);
        for (size_t f = 0; f < n_factors; f++)
            print_value(page, experiment, f, values[k * experiment->n_factors + f]);
        putc('\n', page->out);
    }
    if (n < experiment->n_points)
        fprintf(page->out, "%*s\n", LABEL, page->ellipsis);
    free(values);
    return OK;
}

static int run(const struct options *options, struct error *error)
{
    struct experiment experiment = {0};
    struct sweep_request request = {.experiment = &experiment};
    const struct page page = page_open_terminal();
    char size[32];
    int code = scenarios_read_experiment(&experiment, options, NULL, error);
    interrupt_watch();
    if (code == OK)
        code = job_read(&request, options, error);
    if (code != OK)
        goto out;
    const struct plan plan = plan_make(&experiment, 0, request.runs_a_part);
    fprintf(page.out, "%s%s%s\n", experiment.name, *experiment.title ? ": " : "", experiment.title);
    print_design(&page, &experiment);
    print_runs(&page, &experiment, &plan);
    print_label(&page, "output");
    fprintf(page.out, "about %s%s\n", place_size(plan.bytes, size, sizeof size),
            plan.n_parts > 1 ? ", and as much again while parts are merged" : "");
    if (!options_has(options, "no-time"))
        code = print_duration(&page, &request, &plan, error);
    print_parts(&page, &plan);
    if (code == OK && experiment.design && experiment.n_factors > 0)
        code = print_points(&page, &experiment, error);
out:
    experiment_free(&experiment);
    return code;
}

const struct command command_plan = {
    .name = "plan",
    .summary = "tell what an experiment would compute, how much and for how long",
    .usage = "FILE... [options]",
    .description =
        "Reads an experiment (or scenarios) as `run` does, counts points and runs, runs a part of it for half "
        "a second to see how fast this machine is, and shows the first points. Nothing is kept. The options "
        "are those of `run`.",
    .operand = "a configuration or an experiment",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente plan experiments/leadership/experiment.yaml\n"
                "entente plan experiments/leadership/experiment.yaml --set design.sobol=4096\n",
    .run = run,
};

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/page.h"
#include "base/text.h"
#include "command.h"
#include "inference/score_file.h"
#include "inference/score_report.h"
#include "interrupt.h"
#include "job.h"
#include "scenarios.h"

static const struct option options_table[] = {
    {"scenario", 0, false, "NAME", "the scenario whose runs are the forecast (default: the first)"},
    {"output", 'o', false, "FILE", "where all of it goes (default: NAME.score.h5)"},
    {"set", 's', true, "KEY=VALUE", "set a key of the scenarios, or of the experiment's `score` or `design`"},
    {"threads", 't', false, "N", "how many threads; 0, the default: as for run"},
    {"quiet", 'q', false, NULL, "no progress and no report; errors alone"},
    {"force", 'f', false, NULL, "overwrite what is there"},
};

static int print_report(const struct reader *reader, struct error *error)
{
    const struct page page = page_open_terminal();
    return score_report_print(&page, reader, error);
}

/* If the operand is a file that a score left, print it; *is_one tells. */
static int print_result(const char *path, bool *is_one, struct error *error)
{
    struct error no_file = {0};
    struct reader *reader = NULL;
    *is_one = reader_open(&reader, path, &no_file) == OK && score_file_is_one(reader);
    const int code = *is_one ? print_report(reader, error) : OK;
    reader_close(reader);
    error_free(&no_file);
    return code;
}

static int find_scenario(const struct experiment *experiment, const char *name, size_t *scenario, struct error *error)
{
    struct nearest nearest = {.wanted = name};
    *scenario = 0;
    if (!name)
        return OK;
    for (*scenario = 0; *scenario < experiment->n_scenarios; ++*scenario) {
        if (strcmp(experiment->configurations[*scenario].name, name) == 0)
            return OK;
        nearest_try(&nearest, experiment->configurations[*scenario].name);
    }
    return error_set(error, BAD_INPUT, "--scenario: '%s' is no scenario of the experiment%s", name,
                     nearest_hint(&nearest));
}

static char *name_output(const char *given, const struct experiment *experiment)
{
    struct text text = {0};
    text_add(&text, "%s%s", given ? given : experiment->name, given ? "" : ".score.h5");
    return text_take(&text);
}

static int score(const struct options *options, const struct experiment *experiment, char *output, struct error *error)
{
    const bool is_quiet = options_has(options, "quiet"), may_overwrite = options_has(options, "force");
    struct scoring_results results = {0};
    uint64_t n_threads = 0;
    size_t scenario;
    int code = find_scenario(experiment, options_text(options, "scenario"), &scenario, error);
    if (code == OK)
        code = options_whole_number(options, "threads", 0, MOST_THREADS, &n_threads, error);
    if (code == OK)
        code = job_check_output(output, "output", "the experiment itself", options, error);
    if (code == OK && !may_overwrite && access(output, F_OK) == 0)
        code =
            error_set(error, BAD_INPUT, "%s exists already; --force writes over it, --output FILE elsewhere", output);
    if (code == OK) {
        const struct scoring_request request = {.experiment = experiment,
                                                .scenario = scenario,
                                                .output = output,
                                                .may_overwrite = may_overwrite,
                                                .n_threads = job_find_threads(n_threads),
                                                .progress = is_quiet ? NULL : stderr,
                                                .stops = interrupt_stops,
                                                .argc = options->argc,
                                                .argv = options->argv};
        bool is_one;
        interrupt_watch();
        code = scoring_run(&request, &results, error);
        if (code == OK && !is_quiet)
            code = print_result(output, &is_one, error);
        if (code == OK && !is_quiet)
            printf("\nAll of it is in %s.\n", output);
    }
    scoring_free(&results);
    return code;
}

static int run(const struct options *options, struct error *error)
{
    struct experiment experiment = {0};
    bool is_one;
    if (options->n_operands > 1)
        return error_set(error, BAD_INPUT, "score takes one experiment at a time");
    int code = print_result(options->operands[0], &is_one, error);
    if (is_one)
        return code;
    code = scenarios_read_experiment(&experiment, options, NULL, error);
    if (code == OK && !experiment.score)
        code = error_set(error, BAD_INPUT,
                         "%s has no `score`, which says what was observed later; experiments/README.md tells how",
                         options->operands[0]);
    char *output = code == OK ? name_output(options_text(options, "output"), &experiment) : NULL;
    if (code == OK)
        code = output ? score(options, &experiment, output, error) : error_memory(error);
    free(output);
    experiment_free(&experiment);
    return code;
}

const struct command command_score = {
    .name = "score",
    .summary = "judge an experiment's forecast by what happened later",
    .usage = "EXPERIMENT [options]",
    .description =
        "Runs a scenario of an experiment that has a `score` at all points of its design, such as a posterior from "
        "`entente calibrate`, and compares the values of all runs with what was observed after the last year that the "
        "forecast may know: errors, the continuous ranked probability score, and how often the observed is within the "
        "central 50, 80 and 90 %. Beside it stand naive forecasts from the same known values: the last one, its growth "
        "continued, and of trade what gravity makes of GDP as it was. Of a file of results the report is printed once "
        "more.",
    .operand = "an experiment",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente score experiment.yaml -o forecast.score.h5\n"
                "entente score forecast.score.h5\n"
                "entente score experiment.yaml --set score.after=2003 --scenario history\n",
    .run = run,
};

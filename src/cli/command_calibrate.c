#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/page.h"
#include "base/text.h"
#include "command.h"
#include "inference/calibration_file.h"
#include "inference/calibration_report.h"
#include "interrupt.h"
#include "job.h"
#include "scenarios.h"

static const struct option options_table[] = {
    {"output", 'o', false, "FILE", "where all of it goes (default: NAME.calibration.h5)"},
    {"set", 's', true, "KEY=VALUE", "set a key of the scenarios, or of the experiment's `calibration`"},
    {"threads", 't', false, "N", "how many threads; 0, the default: as for run"},
    {"quiet", 'q', false, NULL, "no progress and no report; errors alone"},
    {"force", 'f', false, NULL, "overwrite what is there, and what another calibration began"},
};

/* The files that are written. */
struct paths {
    char *output, *design, *overlay;
};

static int name_paths(struct paths *paths, const char *given, const struct experiment *experiment, struct error *error)
{
    struct text output = {0}, design = {0}, overlay = {0};
    if (given)
        text_add(&output, "%s", given);
    else
        text_add(&output, "%s.calibration.h5", experiment->name);
    const size_t n = output.n;
    const bool has_ending = n > 3 && strcmp(output.bytes + n - 3, ".h5") == 0;
    text_add(&design, "%.*s.posterior.csv", (int)(has_ending ? n - 3 : n), output.bytes);
    text_add(&overlay, "%.*s.best.yaml", (int)(has_ending ? n - 3 : n), output.bytes);
    *paths = (struct paths){text_take(&output), text_take(&design), text_take(&overlay)};
    return paths->output && paths->design && paths->overlay ? OK : error_memory(error);
}

static void free_paths(struct paths *paths)
{
    free(paths->output);
    free(paths->design);
    free(paths->overlay);
}

static int check_paths(const struct paths *paths, bool may_overwrite, struct error *error)
{
    const char *const list[] = {paths->output, paths->design, paths->overlay};
    const bool has_begun = calibrate_has_begun(paths->output); /* the others come before the output */
    for (size_t k = 0; k < (has_begun ? 1 : COUNT(list)) && !may_overwrite; k++)
        if (access(list[k], F_OK) == 0)
            return error_set(error, BAD_INPUT, "%s exists already; --force writes over it, --output FILE elsewhere",
                             list[k]);
    return OK;
}

static int print_report(const char *path, struct error *error)
{
    const struct page page = page_open(stdout);
    struct reader *reader = NULL;
    int code = reader_open(&reader, path, error);
    if (code == OK)
        code = calibration_report_print(&page, reader, error);
    reader_close(reader);
    return code;
}

/* Is the operand a file that a calibration left, so that only the report is wanted? */
static bool is_result(const char *path)
{
    struct error error = {0};
    struct reader *reader = NULL;
    const bool is_one = reader_open(&reader, path, &error) == OK && calibration_file_is_one(reader);
    reader_close(reader);
    error_free(&error);
    return is_one;
}

static int report(const struct paths *paths, const struct calibration_results *results, struct error *error)
{
    const int code = print_report(paths->output, error);
    if (code != OK)
        return code;
    printf("\nAll of it is in %s.\n", paths->output);
    if (calibrate_has_design(results))
        printf("The posterior as a design: `design: {csv: %s}`.\n", paths->design);
    if (calibrate_has_overlay(results))
        printf("The best fit as a scenario: %s.\n", paths->overlay);
    return OK;
}

static int search(const struct options *options, const struct experiment *experiment, const struct paths *paths,
                  struct error *error)
{
    const bool is_quiet = options_has(options, "quiet");
    struct calibration_results results = {0};
    uint64_t n_threads = 0;
    int code = check_paths(paths, options_has(options, "force"), error);
    if (code == OK)
        code = options_whole_number(options, "threads", 0, MOST_THREADS, &n_threads, error);
    if (code == OK) {
        const struct calibrate_request request = {.experiment = experiment,
                                                  .output = paths->output,
                                                  .design = paths->design,
                                                  .overlay = paths->overlay,
                                                  .may_overwrite = options_has(options, "force"),
                                                  .n_threads = job_find_threads(n_threads),
                                                  .notes = is_quiet ? NULL : stderr,
                                                  .stops = interrupt_stops,
                                                  .argc = options->argc,
                                                  .argv = options->argv};
        interrupt_watch();
        code = calibrate_run(&request, &results, error);
    }
    if (code == OK && !is_quiet)
        code = report(paths, &results, error);
    calibration_results_free(&results);
    return code;
}

static int calibrate(const struct options *options, const struct experiment *experiment, struct error *error)
{
    const bool is_quiet = options_has(options, "quiet");
    struct paths paths = {0};
    bool is_complete = false;
    int code = name_paths(&paths, options_text(options, "output"), experiment, error);
    if (code == OK)
        code = job_check_output(paths.output, "output", "the experiment itself", options, error);
    if (code == OK && !options_has(options, "force"))
        code = calibrate_tidy(experiment, paths.output, &is_complete, error);
    if (code == OK && !is_complete)
        code = search(options, experiment, &paths, error);
    else if (code == OK && !is_quiet) {
        fprintf(stderr, "%s is complete already\n", paths.output);
        code = print_report(paths.output, error);
    }
    free_paths(&paths);
    return code;
}

static int run(const struct options *options, struct error *error)
{
    struct experiment experiment = {0};
    if (options->n_operands > 1)
        return error_set(error, BAD_INPUT, "calibrate takes one experiment at a time");
    if (is_result(options->operands[0]))
        return print_report(options->operands[0], error);
    int code = scenarios_read_experiment(&experiment, options, NULL, error);
    if (code == OK && !experiment.calibration)
        code = error_set(error, BAD_INPUT,
                         "%s has no `calibration`, which says what was observed; experiments/README.md tells how",
                         options->operands[0]);
    if (code == OK)
        code = calibrate(options, &experiment, error);
    experiment_free(&experiment);
    return code;
}

const struct command command_calibrate = {
    .name = "calibrate",
    .summary = "find the values of an experiment's factors that agree with what was observed",
    .usage = "EXPERIMENT [options]",
    .description =
        "Runs the scenarios of an experiment that has a `calibration` at many values of its factors, whose "
        "distributions "
        "are priors, and compares what comes out with targets and patterns. It finds the point that fits best (the "
        "simplex of Nelder and Mead from several starts, all with the same luck), and points that stand for the "
        "posterior (approximate Bayesian computation by sequential Monte Carlo). Written are all results, the "
        "posterior "
        "as a design for other experiments, and the best fit as a scenario. The report tells what the observations say "
        "of each factor and what they do not. After Ctrl-C or a crash the same command goes on where it was, to the "
        "same "
        "bits. Of a file of results the report is printed once more.",
    .operand = "an experiment",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente calibrate experiments/calibrate-sco/experiment.yaml -o sco.calibration.h5\n"
                "entente calibrate sco.calibration.h5\n"
                "entente calibrate experiment.yaml --set calibration.posterior.population=2000\n",
    .run = run,
};

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "interrupt.h"
#include "job.h"
#include "output/summary.h"
#include "scenarios.h"

static const struct option options_table[] = {
    {"output", 'o', false, "FILE",
     "where the results go (default: NAME.h5 for one scenario or an experiment, scenarios.h5 for several)"},
    SCENARIO_OPTIONS,
    JOB_OPTIONS,
    {"only", 0, false, "RUN",
     "one run alone, with all its trajectories: REPLICATE, POINT:REPLICATE or SCENARIO:POINT:REPLICATE"},
    {"extend", 'x', false, NULL, "add the points that the output does not have yet"},
    {"quiet", 'q', false, NULL, "no progress and no summary; errors alone"},
    {"force", 'f', false, NULL, "overwrite the output if it exists, and what was begun of it"},
};

static int check_output(const char *output, const struct options *options, const struct sweep_request *request,
                        struct error *error)
{
    const bool is_taken_up = request->extends || request->is_one_of_several || journal_is_there(output);
    const int code = job_check_output(output, "output", "one of the configurations to run", options, error);
    if (code != OK || request->may_overwrite || is_taken_up || access(output, F_OK) != 0)
        return code;
    return error_set(error, BAD_INPUT, "%s exists already; --force writes over it, --output FILE elsewhere%s", output,
                     request->experiment->design && request->experiment->design->choice.kind->is_extensible
                         ? ", --extend adds points"
                         : "");
}

/* One run of many. */
struct only {
    bool is_given;
    size_t scenario, point, replicate;
};

/* The whole number that `text` is, if it is below n; told if not. */
static int read_index(const char *text, size_t length, size_t n, const char *what, size_t *index, struct error *error)
{
    char digits[24] = "";
    if (length < sizeof digits)
        memcpy(digits, text, length);
    if (length == 0 || length >= sizeof digits || digits[strspn(digits, "0123456789")] ||
        strtoull(digits, NULL, 10) >= n)
        return error_set(error, BAD_INPUT, "--only: '%.*s' is no %s; it must be a whole number from 0 to %zu",
                         (int)length, text, what, n - 1);
    *index = (size_t)strtoull(digits, NULL, 10);
    return OK;
}

static int find_scenario(const struct experiment *experiment, const char *name, size_t length, size_t *scenario,
                         struct error *error)
{
    char wanted[80];
    snprintf(wanted, sizeof wanted, "%.*s", (int)length, name);
    struct nearest nearest = {.wanted = wanted};
    for (*scenario = 0; *scenario < experiment->n_scenarios; ++*scenario) {
        if (strcmp(experiment->configurations[*scenario].name, wanted) == 0)
            return OK;
        nearest_try(&nearest, experiment->configurations[*scenario].name);
    }
    return error_set(error, BAD_INPUT, "--only: there is no scenario '%s'%s", wanted, nearest_hint(&nearest));
}

/* REPLICATE, POINT:REPLICATE or SCENARIO:POINT:REPLICATE */
static int read_only(const struct options *options, const struct experiment *experiment, struct only *only,
                     struct error *error)
{
    const char *text = options_text(options, "only");
    const char *last = text ? strrchr(text, ':') : NULL, *first = text ? strchr(text, ':') : NULL;
    int code = OK;
    *only = (struct only){.is_given = text != NULL};
    if (!text)
        return OK;
    if ((!last && experiment->n_points > 1) || (first == last && experiment->n_scenarios > 1))
        return error_set(error, BAD_INPUT, "--only: '%s' does not say which; it must be %s", text,
                         experiment->n_scenarios > 1 ? "SCENARIO:POINT:REPLICATE" : "POINT:REPLICATE");
    if (last && first != last)
        code = find_scenario(experiment, text, (size_t)(first - text), &only->scenario, error);
    const char *point = first != last ? first + 1 : text, *replicate = last ? last + 1 : text;
    if (code == OK && last)
        code = read_index(point, (size_t)(last - point), experiment->n_points, "point", &only->point, error);
    return code ? code
                : read_index(replicate, strlen(replicate), experiment_common(experiment)->n_replicates, "replicate",
                             &only->replicate, error);
}

static char *output_path(const struct options *options, const struct experiment *experiment, const struct only *only)
{
    const char *given = options_text(options, "output");
    struct text path = {0};
    if (given)
        text_add(&path, "%s", given);
    else if (only->is_given)
        text_add(&path, "%s_%zu_%zu.h5", experiment->configurations[only->scenario].name, only->point, only->replicate);
    else
        text_add(&path, "%s.h5", experiment->name);
    return text_take(&path);
}

static int report(const struct options *options, const struct sweep_request *request,
                  const struct sweep_outcome *outcome, struct error *error)
{
    const bool is_quiet = options_has(options, "quiet");
    if (outcome->was_there && !is_quiet)
        printf("%s is complete already.\n", request->output);
    else if (!outcome->is_complete && !is_quiet)
        printf("Shard %zu of %zu is done; %s.parts is merged into %s when all are there.\n", request->shard.number + 1,
               request->shard.n, request->output, request->output);
    if (outcome->is_complete && !outcome->was_there && !is_quiet) {
        const int code = summary_print(stdout, request->output, error);
        if (code != OK)
            return code;
    }
    return job_report_failures(request->experiment, outcome, request->output, options_has(options, "only"), error);
}

/* What one of several would remove is what the others have computed. */
static int read_shard(struct sweep_request *request, const struct options *options, struct error *error)
{
    const int code = job_read_shard(request, options, error);
    if (code == OK && request->is_one_of_several && request->may_overwrite)
        return error_set(
            error, BAD_INPUT,
            "--force: each shard would remove what the others have computed; remove the output instead, and "
            "the folder OUTPUT.parts, before they begin");
    return code;
}

static int run(const struct options *options, struct error *error)
{
    struct experiment experiment = {0};
    struct sweep_request request = {.experiment = &experiment};
    struct sweep_outcome outcome = {0};
    struct only only;
    char *path = NULL;
    /* of one run everything can be kept, in the precision that is asked for */
    const char *record = "record={trajectories: all, statistics: none, final: none}";
    int code = scenarios_read_experiment(&experiment, options, options_has(options, "only") ? record : NULL, error);
    if (code == OK)
        code = job_read(&request, options, error);
    if (code == OK)
        code = read_only(options, &experiment, &only, error);
    if (code == OK && !only.is_given)
        code = read_shard(&request, options, error);
    if (code != OK)
        goto out;
    path = output_path(options, &experiment, &only);
    code = path ? check_output(path, options, &request, error) : error_memory(error);
    if (code != OK)
        goto out;
    request.output = path;
    interrupt_watch();
    code = only.is_given ? sweep_run_only(&request, only.scenario, only.point, only.replicate, &outcome, error)
                         : sweep_run(&request, &outcome, error);
    if (code == OK)
        code = report(options, &request, &outcome, error);
out:
    free(path);
    experiment_free(&experiment);
    return code;
}

const struct command command_run = {
    .name = "run",
    .summary = "run scenarios or an experiment and print a summary",
    .usage = "FILE... [options]",
    .description = "Runs each scenario's replicates, or all of an experiment, and writes one HDF5 file. Several "
                   "scenarios meet the same luck: replicate 7 of each has the same draws, so that their difference is "
                   "the effect. They must have the same states and years and as many replicates, which --years and "
                   "--replicates can give them. A file is there only once it is complete. What takes longer than a "
                   "second is computed in parts, kept in the folder OUTPUT.parts until all are there: after Ctrl-C, a "
                   "crash or a full disk the same command goes on where it was. If runs fail, the file is written "
                   "without their years from the failing one on, and the exit code is 1.",
    .operand = "a configuration or an experiment",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente run configs/scenarios/history.yaml\n"
                "entente run configs/scenarios/*.yaml -n 1000 -o sco.h5\n"
                "entente run configs/scenarios/history.yaml --set agenda.stride=2 --years 2001:2010\n"
                "entente run configs/scenarios/history.yaml --set events.nine_eleven=~ -o calm.h5\n"
                "entente run experiments/leadership/experiment.yaml --shard 3/8 -o leadership.h5\n",
    .run = run,
};

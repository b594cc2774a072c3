#define _GNU_SOURCE /* get_current_dir_name */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "job.h"
#include "output/summary.h"
#include "scenarios.h"

static const struct option options_table[] = {
    {"quiet", 'q', false, NULL, "no summary; errors alone"},
};

/* The path from the root, so that it means the same in another folder. NULL if its folder is not there. */
static char *absolute_path(const char *path)
{
    struct text text = {0};
    char *first = strdup(path), *second = strdup(path);
    char *folder = first ? realpath(dirname(first), NULL) : NULL;
    if (folder && second)
        text_add(&text, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, basename(second));
    free(first);
    free(second);
    free(folder);
    return text.n > 0 ? text_take(&text) : NULL;
}

/* The experiment is read once more as the command that began it said; the journal tells if it has changed since. */
static int merge(const struct journal_command *command, const char *output, bool is_quiet, struct error *error)
{
    struct options options = {0};
    struct experiment experiment = {0};
    struct sweep_request request = {.experiment = &experiment, .output = output};
    struct sweep_outcome outcome;
    if (chdir(command->folder) != 0)
        return error_set(error, FAILED, "the folder %s, in which it was begun, cannot be entered: %s", command->folder,
                         strerror(errno));
    int code =
        options_parse(&options, command_run.options, command_run.n_options, command->argc, command->argv, 2, error);
    if (code == OK)
        code = scenarios_read_experiment(&experiment, &options, NULL, error);
    if (code == OK)
        code = job_read(&request, &options, error);
    if (code == OK) {
        code = sweep_merge(&request, &outcome, error);
    }
    if (code == OK && !is_quiet)
        code = summary_print(stdout, output, error);
    if (code == OK)
        code = job_report_failures(&experiment, &outcome, output, false, error);
    experiment_free(&experiment);
    options_free(&options);
    return code;
}

static int run(const struct options *options, struct error *error)
{
    const char *given = options->operands[0];
    struct journal_command command = {0};
    char *output = absolute_path(given);
    const bool is_there = output && access(output, F_OK) == 0;
    int code = OK;
    if (options->n_operands > 1)
        code = error_set(error, BAD_INPUT, "merge takes one output at a time");
    else if (!output || (!is_there && !journal_is_there(output)))
        code = error_set(error, BAD_INPUT, "there is neither %s nor a folder %s.parts", given, given);
    else if (!journal_is_there(output))
        printf("%s is complete.\n", given);
    else {
        code = journal_read_command(output, &command, error);
        if (code == OK)
            code = merge(&command, output, options_has(options, "quiet"), error);
    }
    journal_free_command(&command);
    free(output);
    return code;
}

const struct command command_merge = {
    .name = "merge",
    .summary = "make one output of the parts that shards have computed",
    .usage = "OUTPUT [options]",
    .description =
        "Takes the parts in the folder OUTPUT.parts, checks that they are all there and whole, and writes "
        "OUTPUT. Whoever computes the last part does this by itself; this is for when it was cut short. Parts "
        "that are missing, damaged or of another experiment are refused. An output that is complete already "
        "is left as it is.",
    .operand = "the output that was begun",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente merge leadership.h5\n",
    .run = run,
};

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/page.h"
#include "base/text.h"
#include "command.h"
#include "inference/calibrate.h"
#include "output/reader.h"
#include "sweep/survey.h"

/* How to go on. */
static void print_abandoned(const char *output)
{
    struct journal_command command = {0};
    struct text text = {0};
    printf("%s was begun, and nobody works on it now. The command that began it goes on with it", output);
    if (journal_read_command(output, &command, NULL) == OK) {
        text_add_word(&text, command.folder);
        for (int k = 1; k < command.argc; k++) {
            text_add(&text, k == 1 ? "\n  entente " : " ");
            text_add_word(&text, command.argv[k]);
        }
        const char *line = text.is_exhausted ? NULL : strchr(text.bytes, '\n');
        if (line)
            printf(", in the folder %.*s:%s", (int)(line - text.bytes), text.bytes, line);
    }
    printf("%s\n", text.n > 0 ? "" : ".");
    journal_free_command(&command);
    text_free(&text);
}

static void print_state(const struct survey *survey, const char *output)
{
    if (survey->n_living > 0)
        printf("%s is being computed.\n", output);
    else if (survey->n_parts > 0 && survey->n_there == survey->n_parts)
        printf("%s: all parts are there, to be merged. `entente merge %s` does it.\n", output, output);
    else
        print_abandoned(output);
    if (access(output, F_OK) == 0)
        printf("What is in the file now is from before.\n");
}

static const char *count(double number, char buffer[32])
{
    return page_count(number > 0 ? (size_t)(number + 0.5) : 0, buffer, 32);
}

static void print_numbers(const struct survey *survey)
{
    char done[32], all[32];
    if (survey->n_parts == 0)
        return; /* what it says of its size is not to be read */
    printf("parts      %s of %s\n", count((double)survey->n_there, done), count((double)survey->n_parts, all));
    if (survey->n_runs > 0)
        printf("runs       %s of %s (%d %%)\n", count(survey->n_runs_done, done), count(survey->n_runs, all),
               (int)(100 * survey->n_runs_done / survey->n_runs));
    if (survey->n_read > 0)
        printf("failed     %s", count((double)survey->n_failed, done));
    if (survey->n_read > 0 && survey->n_read < survey->n_there)
        printf(" in %s parts; the others were not looked at", count((double)survey->n_read, done));
    if (survey->n_read > 0)
        printf("\n");
    if (survey->rate > 0)
        printf("speed      %s runs/s\ntime left  %s\n", count(survey->rate, done),
               page_time(survey->seconds_left, all, sizeof all));
}

static void print_worker(const struct journal_worker *worker)
{
    char process[128], shard[48] = "all", done[32], failed[32], told[32];
    snprintf(process, sizeof process, "%ld on %s", worker->process, worker->host);
    if (worker->shard.n != 1)
        snprintf(shard, sizeof shard, worker->shard.n ? "%zu/%zu" : "?", worker->shard.number + 1, worker->shard.n);
    printf("%-24s  %9s  %10s  %6s", process, shard, count((double)worker->n_runs_done, done),
           count((double)worker->n_runs_failed, failed));
    if (worker->lives)
        printf("  %s ago\n", page_time(worker->age, told, sizeof told));
    else
        printf("  dead\n");
}

static void print_workers(const struct survey *survey)
{
    if (survey->n_workers > 0)
        printf("\n%-24s  %9s  %10s  %6s  told\n", "process", "shard", "runs", "failed");
    for (size_t k = 0; k < survey->n_workers; k++)
        print_worker(&survey->workers[k]);
}

static int print_begun(const char *output, struct error *error)
{
    static const double patience = 2; /* s */
    struct journal *journal;
    struct survey survey = {0};
    int code = journal_open_existing(&journal, output, NULL, error);
    if (code != OK)
        return code;
    code = survey_take(&survey, journal, patience, error);
    if (code == OK) {
        if (survey.title)
            printf("%s\n", survey.title);
        print_state(&survey, output);
        printf("\n");
        print_numbers(&survey);
        print_workers(&survey);
    }
    survey_free(&survey);
    journal_close(journal);
    return code;
}

static int print_complete(const char *output, struct error *error)
{
    struct reader *reader;
    const int code = reader_open(&reader, output, error);
    if (code == OK)
        printf("%s is complete.\n", output);
    reader_close(reader);
    return code;
}

/* The output of a name as a shell completes it: while an output is computed, its folder alone is there. NULL if memory
 * has run out; to be freed. */
static char *output_of(const char *name)
{
    static const char suffix[] = ".parts";
    size_t n = strlen(name);
    while (n > 1 && name[n - 1] == '/')
        n--;
    if (n > strlen(suffix) && strncmp(name + n - strlen(suffix), suffix, strlen(suffix)) == 0)
        return strndup(name, n - strlen(suffix));
    return strdup(name);
}

static int print_status(const char *output, struct error *error)
{
    int code = BAD_INPUT;
    if (journal_is_there(output))
        code = print_begun(output, error);
    if (code == BAD_INPUT && access(output, F_OK) == 0) { /* or it has been merged meanwhile */
        error_free(error);
        return print_complete(output, error);
    }
    if (code != BAD_INPUT)
        return code;
    if (calibrate_has_begun(output)) {
        error_free(error);
        printf("%s.begun is a calibration on its way, or what is left of one; the same command goes on from it.\n",
               output);
        return OK;
    }
    return error_set(error, BAD_INPUT, "there is neither %s nor a folder %s.parts", output, output);
}

static int run(const struct options *options, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < options->n_operands && code == OK; k++) {
        char *output = output_of(options->operands[k]);
        if (k > 0)
            printf("\n");
        code = output ? print_status(output, error) : error_memory(error);
        free(output);
    }
    return code;
}

const struct command command_status = {
    .name = "status",
    .summary = "say how far an experiment is",
    .usage = "OUTPUT...",
    .description =
        "While an experiment is computed, its parts are kept in the folder OUTPUT.parts. This tells how many "
        "of them are there, how many of their runs failed, how long the rest will take, and which processes "
        "work on it: the shard of each, the runs that it has done, and when it last told so. It changes "
        "nothing, and can be asked from any machine that sees the folder.",
    .operand = "the output that was begun",
    .least_operands = 1,
    .examples = "entente status leadership.h5\n"
                "watch entente status leadership.h5   # again and again\n",
    .run = run,
};

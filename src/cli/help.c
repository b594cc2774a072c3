#include "help.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/page.h"
#include "base/text.h"
#include "base/version.h"

const struct command *const help_commands[] = {&command_run,         &command_plan,      &command_status,
                                               &command_merge,       &command_submit,    &command_check,
                                               &command_describe,    &command_show,      &command_compare,
                                               &command_sensitivity, &command_calibrate, &command_score,
                                               &command_report,      &command_completion};
const size_t help_n_commands = sizeof help_commands / sizeof help_commands[0];

const struct exit_code help_exit_codes[] = {
    {"0", "all went well"},
    {"1", "a run failed, or the results could not be written"},
    {"2", "the input or the command line is wrong; nothing was run"},
    {"75", "stopped by SIGUSR1, as schedulers send before a time limit; the same command goes on"},
    {"130", "stopped by Ctrl-C (143: by SIGTERM); no file was written"},
    {NULL, NULL},
};

const struct command *help_find_command(const char *name, struct error *error)
{
    struct nearest nearest = {.wanted = name};
    for (size_t k = 0; k < help_n_commands; k++) {
        if (strcmp(help_commands[k]->name, name) == 0)
            return help_commands[k];
        nearest_try(&nearest, help_commands[k]->name);
    }
    nearest_try(&nearest, "help");
    const size_t length = strlen(name);
    if (access(name, F_OK) == 0 && strspn(name, "./") != length) {
        const bool is_output = length > 3 && strcmp(name + length - 3, ".h5") == 0;
        error_set(error, BAD_INPUT, "'%s' is not a command but a file; did you mean `entente %s %s`?", name,
                  is_output ? "show" : "run", name);
    } else
        error_set(error, BAD_INPUT, "there is no command '%s'%s", name,
                  *nearest_hint(&nearest) ? nearest_hint(&nearest) : "; `entente help` lists them");
    return NULL;
}

static void print_option(const struct page *page, const struct option *option)
{
    enum { MEANING_COLUMN = 26 };
    struct text head = {0};
    if (option->letter)
        text_add(&head, "  -%c, --%s", option->letter, option->name);
    else
        text_add(&head, "      --%s", option->name);
    if (option->value)
        text_add(&head, " %s", option->value);
    if (!head.is_exhausted)
        page_hanging(page, head.bytes, MEANING_COLUMN, option->meaning);
    text_free(&head);
}

void help_print_command(const struct command *command)
{
    const struct page page = page_open_terminal();
    printf("entente %s - %s\n\nUsage: entente %s %s\n", command->name, command->summary, command->name, command->usage);
    if (command->description) {
        printf("\n");
        page_paragraph(&page, 0, command->description);
    }
    printf("\nOptions:\n");
    for (size_t k = 0; k < command->n_options; k++)
        print_option(&page, &command->options[k]);
    for (const struct option *option = options_common; option->name; option++)
        print_option(&page, option);
    printf("\nExamples:\n");
    for (const char *line = command->examples; *line; line += *line == '\n') {
        const int length = (int)strcspn(line, "\n");
        printf("  %.*s\n", length, line);
        line += length;
    }
}

void help_print(void)
{
    enum { SUMMARY_COLUMN = 15 };
    const struct page page = page_open_terminal();
    printf("entente - an agent-based simulation of multilateral leadership\n\n"
           "Usage: entente COMMAND [arguments] [options]\n\nCommands:\n");
    for (size_t k = 0; k < help_n_commands; k++) {
        struct text head = {0};
        text_add(&head, "  %s", help_commands[k]->name);
        if (!head.is_exhausted)
            page_hanging(&page, head.bytes, SUMMARY_COLUMN, help_commands[k]->summary);
        text_free(&head);
    }
    page_hanging(&page, "  help", SUMMARY_COLUMN, "explain a command: `entente help run`");
    printf("\nOptions:\n"
           "  --color WHEN   errors in red and headings in bold: auto, always or never\n"
           "  -h, --help     print this help, or that of a command\n"
           "  -V, --version  print version, compiler and libraries\n\n"
           "Examples:\n"
           "  entente check configs/scenarios/history.yaml\n"
           "  entente run configs/scenarios/history.yaml\n"
           "  entente run configs/scenarios/*.yaml --replicates 1000 --output sco.h5\n"
           "  entente describe trade\n\n"
           "Exit codes:\n");
    for (const struct exit_code *code = help_exit_codes; code->code; code++)
        printf("  %-3s  %s\n", code->code, code->meaning);
}

void help_print_version(void)
{
    printf("entente %s (commit %s)\ncompiler   %s\nflags      %s\nlibraries  %s\n", version_number(), version_commit(),
           version_compiler(), version_compiler_flags(), version_libraries());
}

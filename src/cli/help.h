/* Help: made from the descriptors of the commands. */
#ifndef ENTENTE_HELP_H
#define ENTENTE_HELP_H

#include "command.h"

extern const struct command *const help_commands[];
extern const size_t help_n_commands;

/* NULL behind the last. */
extern const struct exit_code {
    const char *code, *meaning;
} help_exit_codes[];

/* The command of that name; else NULL, and BAD_INPUT with the nearest one. */
const struct command *help_find_command(const char *name, struct error *error);

/* What `entente --help` prints. */
void help_print(void);

/* What `entente help COMMAND` prints. */
void help_print_command(const struct command *command);

/* What `entente --version` prints: version, commit, compiler and libraries. */
void help_print_version(void);

#endif

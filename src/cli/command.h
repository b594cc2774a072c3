/* Commands: `entente NAME ...`, one file each, from whose descriptor the help is made. */
#ifndef ENTENTE_COMMAND_H
#define ENTENTE_COMMAND_H

#include "base/error.h"
#include "options.h"

struct command {
    const char *name;
    const char *summary;     /* one line, without a full stop */
    const char *usage;       /* what follows the name */
    const char *description; /* some lines; NULL for none */
    const struct option *options;
    size_t n_options;
    const char *examples; /* lines "command   # what it does" */
    size_t least_operands;
    const char *operand; /* what an operand is, for "run needs ..." */
    int (*run)(const struct options *options, struct error *error);
};

extern const struct command command_run, command_plan, command_status, command_merge, command_submit, command_check,
    command_describe, command_show, command_compare, command_sensitivity, command_calibrate, command_score,
    command_report, command_completion;

#endif

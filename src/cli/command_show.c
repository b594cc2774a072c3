#include <stdio.h>

#include "command.h"
#include "output/summary.h"

static int run(const struct options *options, struct error *error)
{
    int result = OK;
    for (size_t k = 0; k < options->n_operands && !result; k++) {
        if (options->n_operands > 1)
            printf("%s%s\n", k ? "\n" : "", options->operands[k]);
        result = summary_print(stdout, options->operands[k], error);
    }
    return result;
}

const struct command command_show = {
    .name = "show",
    .summary = "print the summary of an output file",
    .usage = "FILE...",
    .description = "Prints what `entente run` printed at its end, from the file alone.",
    .operand = "an output file",
    .least_operands = 1,
    .examples = "entente show history.h5\n",
    .run = run,
};

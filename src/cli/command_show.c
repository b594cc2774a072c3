#include <stdio.h>

#include "command.h"
#include "inference/findings_table.h"
#include "output/summary.h"

/* What is in the file: what entente run wrote, or entente sensitivity. */
static int show(const char *path, struct error *error)
{
    const struct page page = page_open(stdout);
    const struct table_request request = {0};
    struct reader *reader;
    int code = reader_open(&reader, path, error);
    const bool has_findings = code == OK && findings_are_in(reader);
    if (has_findings)
        code = findings_print(&page, reader, &request, error);
    reader_close(reader);
    return code == OK && !has_findings ? summary_print(stdout, path, error) : code;
}

static int run(const struct options *options, struct error *error)
{
    int result = OK;
    for (size_t k = 0; k < options->n_operands && !result; k++) {
        if (options->n_operands > 1)
            printf("%s%s\n", k ? "\n" : "", options->operands[k]);
        result = show(options->operands[k], error);
    }
    return result;
}

const struct command command_show = {
    .name = "show",
    .summary = "print the summary of an output file",
    .usage = "FILE...",
    .description = "Prints what `entente run` or `entente sensitivity` printed at its end, from the file alone.",
    .operand = "an output file",
    .least_operands = 1,
    .examples = "entente show history.h5\n",
    .run = run,
};

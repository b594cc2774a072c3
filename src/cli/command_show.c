#include <stdio.h>

#include "command.h"
#include "inference/calibration_file.h"
#include "inference/calibration_report.h"
#include "inference/compare_table.h"
#include "inference/findings_table.h"
#include "inference/score_file.h"
#include "inference/score_report.h"
#include "output/summary.h"

/* What a command has found, if the file is such a one; *is_one tells. */
static int show_findings(const char *path, bool *is_one, struct error *error)
{
    const struct page page = page_open(stdout), narrow = page_open_terminal();
    const struct table_request request = {0};
    struct reader *reader;
    int code = reader_open(&reader, path, error);
    *is_one = true;
    if (code == OK && findings_are_in(reader))
        code = findings_print(&page, reader, &request, error);
    else if (code == OK && calibration_file_is_one(reader))
        code = calibration_report_print(&page, reader, error);
    else if (code == OK && score_file_is_one(reader))
        code = score_report_print(&narrow, reader, error);
    else if (code == OK && compare_file_is_one(reader))
        code = compare_print(stdout, path, NULL, 0, error);
    else
        *is_one = false;
    reader_close(reader);
    return code;
}

static int show(const char *path, struct error *error)
{
    bool is_one;
    const int code = show_findings(path, &is_one, error);
    return code == OK && !is_one ? summary_print(stdout, path, error) : code;
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
    .description =
        "Prints what `entente run`, `compare`, `sensitivity`, `calibrate` or `score` printed at its end, from "
        "the file alone.",
    .operand = "an output file",
    .least_operands = 1,
    .examples = "entente show history.h5\n",
    .run = run,
};

#include <errno.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "inference/compare.h"
#include "inference/compare_table.h"
#include "job.h"

static const struct option options_table[] = {
    {"against", 'a', false, "SCENARIO", "the scenario with which others are compared (default: the first of the file)"},
    {"scenario", 's', true, "SCENARIO", "compare this one alone; may repeat (default: all others)"},
    {"at", 0, false, "POINT", "at this point of an experiment alone (default: at all)"},
    {"pool", 0, false, NULL,
     "take all points together, as draws of what is not known (a posterior): one pair a point, with luck of its own"},
    {"points", 'p', false, "A,B", "compare point B with point A, within each scenario"},
    {"output", 0, true, "NAME",
     "what the table shows; may repeat; NAME:STATE, NAME:AREA or NAME:STATE:PARTNER for one that is not the first "
     "(default: cohesion, depth, and the trade of the first state)"},
    {"file", 'o', false, "FILE.h5", "where the statistics go (default: that of the output, with .compare.h5)"},
    {"threads", 't', false, "N", "how many threads; 0, the default: as many as `entente run` takes"},
    {"quiet", 'q', false, NULL, "no table; errors alone"},
    {"force", 'f', false, NULL, "overwrite the file if it exists"},
};

/* A,B */
static int read_points(const char *text, size_t *points, struct error *error)
{
    char *comma = NULL, *end = NULL;
    errno = 0;
    const unsigned long long a = strtoull(text, &comma, 10), b = *comma == ',' ? strtoull(comma + 1, &end, 10) : 0;
    if (errno || text[strspn(text, "0123456789,")] || comma == text || *comma != ',' || end == comma + 1 || *end)
        return error_set(error, BAD_INPUT, "--points: '%s' is not A,B, such as 0,3", text);
    points[0] = (size_t)a;
    points[1] = (size_t)b;
    return OK;
}

static int read_where(struct compare_request *request, const struct options *options, struct error *error)
{
    uint64_t point = 0;
    const char *points = options_text(options, "points");
    request->has_point = options_has(options, "at");
    request->has_points = points != NULL;
    request->is_pooled = options_has(options, "pool");
    if (request->is_pooled && (request->has_point || points))
        return error_set(error, BAD_INPUT, "--pool takes all points, and goes neither with --at nor with --points");
    if (points && (request->has_point || options_has(options, "against")))
        return error_set(error, BAD_INPUT,
                         "--points compares within a scenario, and goes neither with --at nor with "
                         "--against");
    int code = options_whole_number(options, "at", 0, DESIGN_MOST_POINTS, &point, error);
    request->point = (size_t)point;
    return code == OK && points ? read_points(points, request->points, error) : code;
}

/* history.h5 becomes history.compare.h5. NULL if memory has run out. */
static char *name_output(const char *path)
{
    const size_t length = strlen(path), n = length > 3 && strcmp(path + length - 3, ".h5") == 0 ? length - 3 : length;
    struct text text = {0};
    text_add(&text, "%.*s.compare.h5", (int)n, path);
    return text_take(&text);
}

/* The values of an option that may repeat, into values[n_given]; returns how many. */
static size_t take_values(const struct options *options, const char *name, const char **values)
{
    size_t n = 0;
    for (size_t k = 0; k < options->n_given; k++)
        if (strcmp(options->given[k].option->name, name) == 0)
            values[n++] = options->given[k].value;
    return n;
}

static int compare(struct compare_request *request, const struct options *options, const char **values,
                   struct error *error)
{
    uint64_t n_threads = 0;
    int code = read_where(request, options, error);
    if (code == OK)
        code = options_whole_number(options, "threads", 0, MOST_THREADS, &n_threads, error);
    request->n_threads = job_find_threads(n_threads);
    request->scenarios = values;
    request->n_scenarios = take_values(options, "scenario", values);
    request->outputs = values + request->n_scenarios;
    request->n_outputs = take_values(options, "output", values + request->n_scenarios);
    if (code == OK)
        code = job_check_output(request->output, "file", "the output to be compared", options, error);
    if (code == OK && !request->may_overwrite && access(request->output, F_OK) == 0)
        code = error_set(error, BAD_INPUT, "%s exists already; --force writes over it, -o FILE elsewhere",
                         request->output);
    if (code == OK)
        code = compare_file(request, error);
    if (code != OK || options_has(options, "quiet"))
        return code;
    code = compare_print(stdout, request->output, request->outputs, request->n_outputs, error);
    if (code == OK)
        printf("\n%s has all of it.\n", request->output);
    return code;
}

static int run(const struct options *options, struct error *error)
{
    const char *path = options->operands[0], *given = options_text(options, "file");
    char *output = given ? strdup(given) : name_output(path);
    const char **values = malloc((options->n_given + 1) * sizeof *values);
    struct compare_request request = {
        .path = path,
        .output = output,
        .may_overwrite = options_has(options, "force"),
        .against = options_text(options, "against"),
        .argc = options->argc,
        .argv = options->argv,
    };
    int code = OK;
    if (options->n_operands > 1)
        code = error_set(error, BAD_INPUT, "compare takes one output file at a time");
    else
        code = output && values ? compare(&request, options, values, error) : error_memory(error);
    free(output);
    free(values);
    return code;
}

const struct command command_compare = {
    .name = "compare",
    .summary = "tell how much scenarios differ, replicate by replicate",
    .usage = "FILE [options]",
    .description =
        "Replicates of the same number have the same luck in all scenarios, so that what differs between them is the "
        "effect of the scenario. This compares them for everything that the file has of each year: the mean "
        "difference with its 95 % interval, the share of pairs above zero, quantiles, what pairing is worth, and when "
        "the difference begins, is largest and is over. All of it goes into a file, some of it into a table.",
    .options = options_table,
    .n_options = sizeof options_table / sizeof options_table[0],
    .operand = "an output file",
    .least_operands = 1,
    .examples = "entente compare scenarios.h5\n"
                "entente compare scenarios.h5 --against without_nine_eleven --output trade:CHN:KAZ\n"
                "entente compare leadership.h5 --points 0,7   # two points of an experiment\n",
    .run = run,
};

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/page.h"
#include "base/text.h"
#include "command.h"
#include "inference/findings_table.h"
#include "inference/sensitivity.h"
#include "interrupt.h"
#include "job.h"

enum { MOST_RESAMPLES = 100000, MOST_YEARS = 1000, MOST_SLICES = 1000 };

static const struct option options_table[] = {
    {"output", 'o', false, "FILE", "where the findings go (default: the name of the output with .sensitivity.h5)"},
    {"force", 'f', false, NULL, "overwrite the findings if they exist"},
    {"variable", 'v', false, "NAME", "of which output a table is printed (default: cohesion, or the first)"},
    {"year", 'y', true, "YEAR", "for which year; may be given often (default: the last)"},
    {"of", 0, false, "NAME", "for which state, pair or area: CHN, or CHN,RUS, or CHN,security"},
    {"quiet", 'q', false, NULL, "no table; errors alone"},
    {"resamples", 0, false, "N", "how many resamples the intervals are from (default: 1000)"},
    {"seed", 0, false, "N", "of the resamples (default: 1)"},
    {"slices", 0, false, "N",
     "into how many slices the range of a factor without levels is cut for PAWN (default: 10)"},
    {"threads", 't', false, "N", "how many threads; 0, the default: as for run"},
    {"test", 0, false, "NAME", "read nothing: estimate the indices of a function where they are known, ishigami or g"},
    {"morris", 0, false, NULL, "of --test: elementary effects, from a Morris design"},
    {"base-points", 'n', false, "N", "of --test (default: 1024), or trajectories (256)"},
};

static int read_slices(const struct options *options, uint64_t *n_slices, struct error *error)
{
    *n_slices = PAWN_SLICES;
    return options_whole_number(options, "slices", 2, MOST_SLICES, n_slices, error);
}

static int read_numbers(const struct options *options, uint64_t *n_times, uint64_t *seed, struct error *error)
{
    *n_times = 1000;
    *seed = 1;
    const int code = options_whole_number(options, "resamples", 2, MOST_RESAMPLES, n_times, error);
    return code == OK ? options_whole_number(options, "seed", 0, UINT64_MAX, seed, error) : code;
}

/* A line of --test: what is known beside what was estimated. */
static void print_check(const struct page *page, const char *name, const double *numbers, double known)
{
    enum { NAME = 16, COLUMN = 11 };
    const double cells[] = {known,
                            numbers[FINDING_ESTIMATE],
                            numbers[FINDING_LOW],
                            numbers[FINDING_HIGH],
                            numbers[FINDING_QUARTER],
                            numbers[FINDING_HALF]};
    char text[32];
    page_left(page, NAME, name);
    for (size_t k = 0; k < COUNT(cells); k++) {
        snprintf(text, sizeof text, "%s%.4f", cells[k] <= -0.00005 ? page->minus : "", fabs(cells[k]));
        page_right(page, COLUMN, isfinite(cells[k]) ? text : "");
    }
    const double rounding = 1e-12 * fabs(known); /* what is the same everywhere has an interval of no width */
    const bool is_outside = known < numbers[FINDING_LOW] - rounding || known > numbers[FINDING_HIGH] + rounding;
    fprintf(page->out, "%s\n", is_outside ? "  outside" : "");
}

static void print_columns(const struct page *page)
{
    fprintf(page->out, "%-16s%11s%11s%11s%11s%11s%11s\n", "", "known", "estimate", "2.5 %", "97.5 %", "from 1/4",
            "from 1/2");
}

static void print_checks(const struct page *page, const struct function *function, const double *numbers)
{
    const struct sobol sobol = {function->n_factors, true};
    const size_t n = function->n_factors;
    char name[64];
    print_columns(page);
    for (size_t f = 0; f < n; f++) {
        snprintf(name, sizeof name, "first  x%zu", f + 1);
        print_check(page, name, numbers + f * FINDING_NUMBERS, function->first(f));
    }
    for (size_t f = 0; f < n; f++) {
        snprintf(name, sizeof name, "total  x%zu", f + 1);
        print_check(page, name, numbers + sobol_total(&sobol, f) * FINDING_NUMBERS, function->total(f));
    }
    for (size_t f = 0; f < n; f++)
        for (size_t g = f + 1; g < n; g++) {
            snprintf(name, sizeof name, "second x%zu, x%zu", f + 1, g + 1);
            print_check(page, name, numbers + sobol_pair(&sobol, f, g) * FINDING_NUMBERS, function->second(f, g));
        }
    for (size_t which = 0; which < PAWN_INDICES; which++)
        for (size_t f = 0; f < n; f++) {
            const size_t index = sobol_count(&sobol) + which * n + f;
            snprintf(name, sizeof name, "PAWN %s x%zu", which == 0 ? "median" : "max", f + 1);
            print_check(page, name, numbers + index * FINDING_NUMBERS, function->pawn[f][which]);
        }
}

static void print_heading(const struct page *page, const struct function *function, uint64_t n, const char *what)
{
    char count[32];
    fprintf(page->out, "%s: %s\n%s %s\n\n", function->name, function->formula, page_count(n, count, sizeof count),
            what);
}

static int run_morris_test(const struct options *options, const struct function *function, struct error *error)
{
    static const char *const measures[MORRIS_MEASURES] = {"mu", "mu*", "sigma"};
    const struct page page = page_open_terminal();
    const size_t n_factors = function->n_factors;
    uint64_t n = 256, n_times, seed;
    char name[64];
    int code = options_whole_number(options, "base-points", 8, 1 << 24, &n, error);
    if (code == OK)
        code = read_numbers(options, &n_times, &seed, error);
    if (code != OK)
        return code;
    double *numbers = malloc(MORRIS_MEASURES * n_factors * (FINDING_NUMBERS + 1) * sizeof *numbers);
    double *known = numbers + MORRIS_MEASURES * n_factors * FINDING_NUMBERS;
    code = numbers ? sensitivity_of_function_by_morris(function, n, n_times, seed, numbers, known, error)
                   : error_memory(error);
    if (code == OK) {
        print_heading(&page, function, n, "trajectories of a Morris design; known is over all that there are");
        print_columns(&page);
    }
    for (size_t k = 0; k < MORRIS_MEASURES * n_factors && code == OK; k++) {
        snprintf(name, sizeof name, "%-6s x%zu", measures[k / n_factors], k % n_factors + 1);
        print_check(&page, name, numbers + k * FINDING_NUMBERS, known[k]);
    }
    free(numbers);
    return code;
}

static int run_test(const struct options *options, struct error *error)
{
    const struct page page = page_open_terminal();
    const struct function *function = functions_find(options_text(options, "test"));
    uint64_t n = 1024, n_times, seed;
    if (!function)
        return error_set(error, BAD_INPUT, "--test: '%s' is not ishigami or g", options_text(options, "test"));
    if (options_has(options, "morris"))
        return run_morris_test(options, function, error);
    int code = options_whole_number(options, "base-points", 8, 1 << 24, &n, error);
    if (code == OK)
        code = read_numbers(options, &n_times, &seed, error);
    if (code != OK)
        return code;
    const struct sobol sobol = {function->n_factors, true};
    double *numbers =
        malloc((sobol_count(&sobol) + PAWN_INDICES * function->n_factors) * FINDING_NUMBERS * sizeof *numbers);
    code = numbers ? sensitivity_of_function(function, n, true, n_times, seed, numbers, error) : error_memory(error);
    if (code == OK) {
        print_heading(&page, function, n, "base points of a Saltelli design");
        print_checks(&page, function, numbers);
    }
    free(numbers);
    return code;
}

/* history.h5 becomes history.sensitivity.h5. */
static char *findings_path(const struct options *options)
{
    const char *given = options_text(options, "output"), *source = options->operands[0];
    const size_t n = strlen(source);
    const bool has_ending = n > 3 && strcmp(source + n - 3, ".h5") == 0;
    struct text text = {0};
    if (given)
        text_add(&text, "%s", given);
    else
        text_add(&text, "%.*s.sensitivity.h5", (int)(has_ending ? n - 3 : n), source);
    return text_take(&text);
}

/* All --year, into years [MOST_YEARS]. */
static int read_years(const struct options *options, int *years, size_t *n, struct error *error)
{
    *n = 0;
    for (size_t k = 0; k < options->n_given; k++) {
        const struct given_option *given = &options->given[k];
        char *end;
        if (strcmp(given->option->name, "year") != 0)
            continue;
        const long year = strtol(given->value, &end, 10);
        if (*end || labs(year) > 1000000 || *n == MOST_YEARS)
            return error_set(error, BAD_INPUT, "--year: '%s' is not a year, such as 2020", given->value);
        years[(*n)++] = (int)year;
    }
    return OK;
}

static int print_findings(const char *path, const struct options *options, struct error *error)
{
    const struct page page = page_open(stdout);
    int years[MOST_YEARS];
    struct table_request request = {.output = options_text(options, "variable"),
                                    .years = years,
                                    .of = options_text(options, "of")};
    struct reader *reader = NULL;
    int code = read_years(options, years, &request.n_years, error);
    if (code == OK)
        code = reader_open(&reader, path, error);
    if (code == OK)
        code = findings_print(&page, reader, &request, error);
    reader_close(reader);
    return code;
}

/* Is the operand a file of findings, so that only a table is wanted? */
static int look_at(const char *path, bool *has_findings, struct error *error)
{
    struct reader *reader;
    const int code = reader_open(&reader, path, error);
    *has_findings = code == OK && findings_are_in(reader);
    reader_close(reader);
    return code;
}

static int run_file(const struct options *options, struct error *error)
{
    const bool is_quiet = options_has(options, "quiet");
    const char *source = options->operands[0];
    struct sweep_request job = {0};
    uint64_t n_times, n_slices, seed;
    bool has_findings = false;
    char *path = findings_path(options);
    int code = path ? look_at(source, &has_findings, error) : error_memory(error);
    if (code == OK && has_findings) {
        free(path);
        return print_findings(source, options, error);
    }
    if (code == OK)
        code = job_read(&job, options, error);
    if (code == OK)
        code = read_numbers(options, &n_times, &seed, error);
    if (code == OK)
        code = read_slices(options, &n_slices, error);
    if (code == OK)
        code = job_check_output(path, "output", "the output to be read", options, error);
    if (code == OK && !job.may_overwrite && access(path, F_OK) == 0)
        code = error_set(error, BAD_INPUT, "%s exists already; --force writes over it, --output FILE elsewhere", path);
    if (code == OK) {
        const struct findings_request request = {.source = source,
                                                 .path = path,
                                                 .may_overwrite = job.may_overwrite,
                                                 .n_times = n_times,
                                                 .n_slices = n_slices,
                                                 .progress = job.progress,
                                                 .seed = seed,
                                                 .argc = options->argc,
                                                 .argv = options->argv,
                                                 .stops = interrupt_stops};
        interrupt_watch();
        code = sensitivity_run(&request, job.run.n_threads, error);
    }
    if (code == OK && !is_quiet)
        code = print_findings(path, options, error);
    if (code == OK && !is_quiet)
        printf("\nAll outputs and years are in %s.\n", path);
    free(path);
    return code;
}

static int run(const struct options *options, struct error *error)
{
    if (options_has(options, "test") && options->n_operands > 0)
        return error_set(error, BAD_INPUT, "--test reads no file; leave out '%s'", options->operands[0]);
    if (options_has(options, "test"))
        return run_test(options, error);
    if (options->n_operands != 1)
        return error_set(error, BAD_INPUT,
                         "sensitivity needs an output file, one at a time; `entente help sensitivity` "
                         "says more");
    return run_file(options, error);
}

const struct command command_sensitivity = {
    .name = "sensitivity",
    .summary = "tell which factors of an experiment drive which output",
    .usage = "OUTPUT [options]",
    .description =
        "Reads the output of an experiment, and tells of each output what each factor has to do with it: elementary "
        "effects (mu, mu*, sigma) after the design `morris`, Sobol indices (first order, total, of pairs where the "
        "design has them) after `saltelli`, and after it and `sobol`, `latin_hypercube`, `random`, `list` and `csv` "
        "PAWN indices: how far the distribution of the output in slices of the factor's range is from that over all "
        "points, beside the same of dummies, which do nothing; they say something where variance does not. With 95 % "
        "intervals from resamples, and what the first quarter and half of the design would have given. All go into one "
        "file of findings; a table of one "
        "output is printed, also from a file of findings that is there already. A point, base point or trajectory with "
        "a "
        "failed run is left out. Outputs are means over replicates: what chance leaves in them is told as a share of "
        "the variance between points. With common random numbers the draws are the same at all points, so that most of "
        "this does not show in the differences between points: it is a bound, and the indices are those under these "
        "draws. Without them chance adds about its share to every total index.",
    .operand = "an output file",
    .least_operands = 0,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente sensitivity screening.h5\n"
                "entente sensitivity screening.h5 --variable depth --year 2010 --year 2020\n"
                "entente sensitivity screening.sensitivity.h5 --variable trade --of CHN,RUS\n"
                "entente sensitivity --test ishigami -n 4096\n",
    .run = run,
};

#include "summary.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "models/table.h"
#include "place.h"
#include "summary_sections.h"

enum {
    MOST_LOOKED_AT = 20000,           /* replicates: quantiles move less than is printed beyond that */
    MOST_NUMBERS_LOOKED_AT = 4 << 20, /* replicates times states */
    FAILURES_TOLD = 3,
    MOST_NAME = 30, /* columns */
    PIECE = 1 << 20 /* run statuses read at a time */
};

size_t summary_name_width(const struct summary *summary, size_t most)
{
    size_t width = 0;
    for (size_t s = 0; s < summary->n_scenarios; s++) {
        const size_t columns = page_columns(&summary->page, summary->scenarios[s]);
        width = columns > width ? columns : width;
    }
    return width < most ? width : most;
}

const char *summary_state_name(const struct summary *summary, size_t state)
{
    const char *name = summary->state_names[state];
    bool is_shown = *name != '\0';
    for (const char *c = name; *c && summary->page.is_ascii; c++)
        is_shown = is_shown && (unsigned char)*c < 0x80;
    return is_shown ? name : summary->states[state];
}

static bool is_common(const struct reader *reader, const char *attribute)
{
    char *text = reader_attribute(reader, attribute);
    const bool is_one = text && !strchr(text, ':');
    free(text);
    return is_one;
}

enum { BY_RUN = 3 };
static const char *const by_run[] = {"run_status", "failed_year", "failed_variable"};

static int load(struct summary *summary, struct error *error)
{
    const struct reader *reader = summary->reader;
    size_t n_titles, n_names, extent[READER_RANK];
    int code = reader_all_text(reader, "scenario", &summary->scenarios, &summary->n_scenarios, error);
    if (code == OK)
        code = reader_all_text(reader, "scenario_title", &summary->titles, &n_titles, error);
    if (code == OK)
        code = reader_all_text(reader, "state", &summary->states, &summary->n_states, error);
    if (code == OK)
        code = reader_all_text(reader, "state_name", &summary->state_names, &n_names, error);
    if (code == OK)
        code = reader_all(reader, "year", &summary->years, &summary->n_years, error);
    if (code != OK)
        return code;
    if (n_titles != summary->n_scenarios || n_names != summary->n_states)
        return error_set(error, BAD_INPUT, "%s has not a title for each scenario and a name for each state",
                         summary->path);
    if (reader_extent(reader, "replicate", extent) != 1 || extent[0] == 0 || summary->n_years == 0 ||
        summary->n_scenarios == 0)
        return error_set(error, BAD_INPUT, "%s has no scenario, no replicate or no year", summary->path);
    for (size_t k = 0; k < sizeof by_run / sizeof *by_run; k++)
        if (reader_extent(reader, by_run[k], extent) != BY_RUN)
            return error_set(error, BAD_INPUT, "%s: %s is not by scenario, point and replicate", summary->path,
                             by_run[k]);
    summary->n_points = extent[1];
    reader_extent(reader, "replicate", extent);
    summary->n_replicates = summary->n_looked_at = extent[0];
    const size_t most = MOST_NUMBERS_LOOKED_AT / (summary->n_states + 1);
    if (summary->n_looked_at > MOST_LOOKED_AT)
        summary->n_looked_at = MOST_LOOKED_AT;
    if (summary->n_looked_at > most)
        summary->n_looked_at = most;
    summary->is_paired = is_common(reader, "seed") && is_common(reader, "noise");
    return OK;
}

static void unload(struct summary *summary)
{
    reader_close(summary->reader);
    free(summary->scenarios);
    free(summary->titles);
    free(summary->states);
    free(summary->state_names);
    free(summary->years);
}

static void print_attribute(const struct summary *summary, const char *before, const char *name)
{
    char *text = reader_attribute(summary->reader, name);
    if (text)
        fprintf(summary->page.out, "%s%s", before, text);
    free(text);
}

/* A title that says more than the name, which it is by default. */
static bool has_title(const struct summary *summary, size_t scenario)
{
    const char *title = summary->titles[scenario];
    return *title && strcmp(title, summary->scenarios[scenario]) != 0;
}

static void print_scenarios(const struct summary *summary)
{
    const struct page *page = &summary->page;
    const size_t width = summary_name_width(summary, MOST_NAME);
    char number[32];
    for (size_t s = 0; s < summary->n_scenarios; s++) {
        snprintf(number, sizeof number, "[%zu]", s + 1);
        page_right(page, 6, number);
        putc(' ', page->out);
        page_left(page, width + 2, summary->scenarios[s]);
        page_words(page, width + 9, has_title(summary, s) ? summary->titles[s] : "");
    }
}

/* The years that were simulated, as the configuration says; false if it does not. */
static bool find_years(const struct summary *summary, int *first, int *last)
{
    const size_t start[] = {0}, count[] = {1};
    char **text = NULL;
    int a, b;
    const bool is_there = reader_read_text(summary->reader, "configuration", start, count, &text, NULL) == OK;
    const char *line = is_there ? strstr(text[0], "\nyears: [") : NULL;
    const bool is_found = line && sscanf(line, "\nyears: [%d, %d]", &a, &b) == 2;
    if (is_found) {
        *first = a;
        *last = b;
    }
    free(text);
    return is_found;
}

/* What the titles do not tell: that something was changed on the command line. */
static void print_changes(const struct summary *summary)
{
    char *command = reader_attribute(summary->reader, "command_line");
    if (command && strstr(command, " --set")) {
        fprintf(summary->page.out, "Made by: ");
        page_words(&summary->page, 9, command);
    }
    free(command);
}

/* Not all years are in the file. */
static void print_kept(const struct summary *summary)
{
    int first, last;
    if (find_years(summary, &first, &last) && (size_t)(last - first) + 1 > summary->n_years)
        fprintf(summary->page.out, " of %d", last - first + 1);
}

static void print_luck(const struct summary *summary)
{
    char *experiment = reader_attribute(summary->reader, "experiment");
    if (experiment && strstr(experiment, "\ncommon_random_numbers: off\n"))
        fprintf(summary->page.out, ", each point with draws of its own");
    free(experiment);
}

static void print_header(const struct summary *summary)
{
    const struct page *page = &summary->page;
    char count[32], *organization = reader_attribute(summary->reader, "organization");
    const bool is_one = summary->n_scenarios == 1;
    int first = summary_year(summary, 0), last = summary_year(summary, summary->n_years - 1);
    find_years(summary, &first, &last);
    fprintf(page->out, "%s%s%d%s%d\n", organization ? organization : "", organization && *organization ? ", " : "",
            first, page->dash, last);
    free(organization);
    if (is_one && has_title(summary, 0)) {
        fprintf(page->out, "%s: ", summary->scenarios[0]);
        page_words(page, page_columns(page, summary->scenarios[0]) + 2, summary->titles[0]);
    } else if (is_one)
        fprintf(page->out, "%s\n", summary->scenarios[0]);
    fprintf(page->out, "%zu scenario%s %s ", summary->n_scenarios, page_plural(summary->n_scenarios), page->times);
    if (summary->n_points > 1)
        fprintf(page->out, "%s points %s ", page_count(summary->n_points, count, sizeof count), page->times);
    fprintf(page->out, "%s replicate%s %s %zu year%s", page_count(summary->n_replicates, count, sizeof count),
            page_plural(summary->n_replicates), page->times, summary->n_years, page_plural(summary->n_years));
    print_kept(summary);
    print_attribute(summary, ", seed ", "seed");
    print_attribute(summary, ", noise ", "noise");
    print_luck(summary);
    putc('\n', page->out);
    print_changes(summary);
    if (!is_one)
        print_scenarios(summary);
}

/* Runs that failed: how many, and where the first of them are. */
struct failures {
    size_t n, scenario[FAILURES_TOLD], point[FAILURES_TOLD], replicate[FAILURES_TOLD];
};

/* Look at runs of a scenario from `first` on, counted point by point, a whole number of points or a part of one. */
static int find_failures_in(const struct summary *summary, size_t scenario, size_t first, size_t n, double *status,
                            struct failures *failures, struct error *error)
{
    const size_t n_replicates = summary->n_replicates, point = first / n_replicates, replicate = first % n_replicates;
    const size_t start[3] = {scenario, point, replicate};
    const size_t count[3] = {1, n < n_replicates ? 1 : n / n_replicates, n < n_replicates ? n : n_replicates};
    const int code = reader_read(summary->reader, "run_status", start, count, status, error);
    for (size_t k = 0; k < n && code == OK; k++) {
        if (status[k] == 0)
            continue;
        if (failures->n < FAILURES_TOLD) {
            failures->scenario[failures->n] = scenario;
            failures->point[failures->n] = (first + k) / n_replicates;
            failures->replicate[failures->n] = (first + k) % n_replicates;
        }
        failures->n++;
    }
    return code;
}

static int find_failures(const struct summary *summary, struct failures *failures, struct error *error)
{
    const size_t n_replicates = summary->n_replicates, n_runs = summary->n_points * n_replicates;
    const size_t whole = PIECE / n_replicates * n_replicates; /* whole points, if one fits */
    double *status = malloc(PIECE * sizeof *status);
    int code = status ? OK : error_memory(error);
    for (size_t s = 0; s < summary->n_scenarios; s++)
        for (size_t first = 0, n; first < n_runs && code == OK; first += n) {
            const size_t of_point = n_replicates - first % n_replicates;
            const size_t most = whole > 0 ? whole : of_point < PIECE ? of_point : PIECE;
            n = n_runs - first < most ? n_runs - first : most;
            code = find_failures_in(summary, s, first, n, status, failures, error);
        }
    free(status);
    return code;
}

static int print_failure(const struct summary *summary, const struct failures *failures, size_t k, struct error *error)
{
    const size_t start[3] = {failures->scenario[k], failures->point[k], failures->replicate[k]}, count[3] = {1, 1, 1};
    double year;
    char **variable = NULL;
    int code = reader_read(summary->reader, "failed_year", start, count, &year, error);
    if (code == OK)
        code = reader_read_text(summary->reader, "failed_variable", start, count, &variable, error);
    if (code == OK) {
        fprintf(summary->page.out, "  %s, ", summary->scenarios[failures->scenario[k]]);
        if (summary->n_points > 1)
            fprintf(summary->page.out, "point %zu, ", failures->point[k]);
        fprintf(summary->page.out, "replicate %zu: %s is not a finite number in %.0f\n", failures->replicate[k],
                variable[0], year);
    }
    free(variable);
    return code;
}

static int print_failures(const struct summary *summary, struct error *error)
{
    const struct page *page = &summary->page;
    struct failures failures = {0};
    char failed[32], all[32];
    int code = find_failures(summary, &failures, error);
    if (code != OK)
        return code;
    page_count(failures.n, failed, sizeof failed);
    page_count(summary->n_scenarios * summary->n_points * summary->n_replicates, all, sizeof all);
    if (failures.n > 0)
        fprintf(page->out, "%s of %s runs failed; from then on they count nowhere below:\n", failed, all);
    for (size_t k = 0; k < failures.n && k < FAILURES_TOLD && code == OK; k++)
        code = print_failure(summary, &failures, k, error);
    if (failures.n > FAILURES_TOLD)
        fprintf(page->out, "  and so on: see run_status, failed_year and failed_variable\n");
    if (summary->n_points == 1 && summary->n_looked_at < summary->n_replicates)
        fprintf(page->out, "What follows is from the first %s replicates.\n",
                page_count(summary->n_looked_at, all, sizeof all));
    return code;
}

static void print_size(const struct summary *summary)
{
    const struct page *page = &summary->page;
    struct stat status;
    char size[32];
    fprintf(page->out, "\n%s, %s", summary->path,
            place_size(stat(summary->path, &status) == 0 ? (double)status.st_size : 0, size, sizeof size));
    fprintf(page->out, ". To look into it:\n  python3 -c 'import xarray; print(xarray.open_dataset(\"%s\"))'\n",
            summary->path);
}

/* What was printed, without blanks at the ends of lines. */
static void copy_trimmed(FILE *out, const char *text)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        size_t kept = length;
        while (kept > 0 && text[kept - 1] == ' ')
            kept--;
        fprintf(out, "%.*s\n", (int)kept, text);
        text += length + (text[length] == '\n');
    }
}

static int print_sections(struct summary *summary, struct error *error)
{
    typedef int section(const struct summary *, struct error *);
    static section *const of_point[] = {print_failures, summary_cohesion,   summary_effects,
                                        summary_trade,  summary_leadership, summary_membership};
    static section *const of_design[] = {print_failures, summary_design};
    int code = load(summary, error);
    if (code == OK)
        print_header(summary);
    for (size_t k = 0; k < COUNT(of_point) && summary->n_points == 1 && code == OK; k++)
        code = of_point[k](summary, error);
    for (size_t k = 0; k < COUNT(of_design) && summary->n_points > 1 && code == OK; k++)
        code = of_design[k](summary, error);
    if (code == OK)
        print_size(summary);
    return code;
}

int summary_print(FILE *out, const char *path, struct error *error)
{
    char *text = NULL;
    size_t size;
    struct summary summary = {.path = path};
    int code = reader_open(&summary.reader, path, error);
    if (code != OK)
        return code;
    FILE *memory = open_memstream(&text, &size);
    if (!memory) {
        code = error_memory(error);
        goto out;
    }
    summary.page = page_open(memory);
    code = print_sections(&summary, error);
    if (fclose(memory) != 0 && code == OK)
        code = error_memory(error);
    if (code == OK)
        copy_trimmed(out, text);
out:
    free(text);
    unload(&summary);
    return code;
}

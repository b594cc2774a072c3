#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/page.h"
#include "base/text.h"
#include "compare_inside.h"

static void close_comparison(struct comparison *comparison)
{
    reader_close(comparison->reader);
    free(comparison->scenarios);
    free(comparison->states);
    free(comparison->years);
    free(comparison->compared);
    free(comparison->has_same_luck);
    free(comparison->measures);
}

/* Points become replicates. Pairs must be independent: of several replicates at a point, or with the same luck at all
 * points, they would not be. */
static int pool_points(struct comparison *comparison, struct error *error)
{
    size_t n = 0;
    if (comparison->n_points == 1 || comparison->n_replicates > 1 || luck_is_common(comparison))
        return error_set(
            error, BAD_INPUT,
            "%s cannot be pooled: it has %zu point%s with %zu replicate%s each%s; there must be several points "
            "with `replicates: 1` and `common_random_numbers: off`, so that pairs are independent",
            comparison->request->path, comparison->n_points, page_plural(comparison->n_points),
            comparison->n_replicates, page_plural(comparison->n_replicates),
            luck_is_common(comparison) ? " and the same luck at all" : "");
    for (size_t m = 0; m < comparison->n_measures; m++) /* means over one replicate have no spread */
        if (comparison->measures[m].has_replicates)
            comparison->measures[n++] = comparison->measures[m];
    comparison->n_measures = n;
    comparison->n_replicates = comparison->n_points;
    comparison->n_points = 1;
    return OK;
}

/* What there is in the file. */
static int load(struct comparison *comparison, struct error *error)
{
    const struct reader *reader = comparison->reader;
    size_t extent[READER_RANK];
    int code = reader_all_text(reader, "scenario", &comparison->scenarios, &comparison->n_scenarios, error);
    if (code == OK)
        code = reader_all_text(reader, "state", &comparison->states, &comparison->n_states, error);
    if (code == OK)
        code = reader_all(reader, "year", &comparison->years, &comparison->n_years, error);
    if (code != OK)
        return code;
    if (reader_extent(reader, "run_status", extent) != 3 || extent[0] != comparison->n_scenarios || extent[0] == 0 ||
        extent[1] == 0 || extent[2] == 0 || comparison->n_years == 0)
        return error_set(error, BAD_INPUT, "%s has no scenario, point, replicate or year", comparison->request->path);
    comparison->n_points = extent[1];
    comparison->n_replicates = extent[2];
    code = measure_list(reader, &comparison->measures, &comparison->n_measures, error);
    if (code == OK && comparison->request->is_pooled)
        code = pool_points(comparison, error);
    if (code == OK && comparison->n_measures == 0)
        return error_set(error, BAD_INPUT,
                         "%s has nothing that can be compared: neither trajectories nor means and standard deviations",
                         comparison->request->path);
    return code;
}

static int find_scenario(const struct comparison *comparison, const char *name, size_t *scenario, struct error *error)
{
    struct nearest nearest = {.wanted = name};
    for (*scenario = 0; *scenario < comparison->n_scenarios; ++*scenario) {
        if (strcmp(comparison->scenarios[*scenario], name) == 0)
            return OK;
        nearest_try(&nearest, comparison->scenarios[*scenario]);
    }
    return error_set(error, BAD_INPUT, "there is no scenario '%s' in %s%s", name, comparison->request->path,
                     nearest_hint(&nearest));
}

static int check_point(const struct comparison *comparison, size_t point, struct error *error)
{
    if (point < comparison->n_points)
        return OK;
    if (comparison->n_points == 1)
        return error_set(error, BAD_INPUT, "there is no point %zu in %s: it has the point 0 alone", point,
                         comparison->request->path);
    return error_set(error, BAD_INPUT, "there is no point %zu in %s: its points go from 0 to %zu", point,
                     comparison->request->path, comparison->n_points - 1);
}

static int choose_points(struct comparison *comparison, struct error *error)
{
    const struct compare_request *request = comparison->request;
    comparison->n_compared_points = comparison->n_points;
    int code = OK;
    if (request->has_point) {
        code = check_point(comparison, request->point, error);
        comparison->first_point = request->point;
        comparison->n_compared_points = 1;
    }
    if (request->has_points) {
        for (size_t k = 0; k < 2 && code == OK; k++)
            code = check_point(comparison, request->points[k], error);
        if (code == OK && request->points[0] == request->points[1])
            code = error_set(error, BAD_INPUT, "point %zu cannot be compared with itself", request->points[0]);
        comparison->first_point = request->points[1];
        comparison->n_compared_points = 1;
    }
    return code;
}

/* Those named, or all but the one with which they are compared. */
static int choose_scenarios(struct comparison *comparison, struct error *error)
{
    const struct compare_request *request = comparison->request;
    int code = request->against ? find_scenario(comparison, request->against, &comparison->against, error) : OK;
    comparison->compared = calloc(comparison->n_scenarios + request->n_scenarios, sizeof *comparison->compared);
    if (!comparison->compared)
        return error_memory(error);
    for (size_t k = 0; k < request->n_scenarios && code == OK; k++) {
        size_t *scenario = &comparison->compared[comparison->n_compared++];
        code = find_scenario(comparison, request->scenarios[k], scenario, error);
        if (code == OK && *scenario == comparison->against && !request->has_points)
            code = error_set(error, BAD_INPUT, "scenario '%s' cannot be compared with itself", request->scenarios[k]);
    }
    for (size_t s = 0; s < comparison->n_scenarios && request->n_scenarios == 0; s++)
        if (s != comparison->against || request->has_points)
            comparison->compared[comparison->n_compared++] = s;
    if (code == OK && comparison->n_compared == 0)
        code = error_set(error, BAD_INPUT, "%s has one scenario alone, %s, and nothing to compare it with%s",
                         request->path, comparison->scenarios[0],
                         comparison->n_points > 1 ? "; --points A,B compares two points of it" : "");
    return code;
}

/* Outputs that are asked for must be there, before anything is computed. */
static int check_outputs(const struct comparison *comparison, struct error *error)
{
    const struct compare_request *request = comparison->request;
    for (size_t k = 0; k < request->n_outputs; k++) {
        const size_t length = strcspn(request->outputs[k], ":");
        char name[MEASURE_NAME] = "";
        struct nearest nearest = {.wanted = name};
        bool is_there = false;
        snprintf(name, sizeof name, "%.*s", (int)length, request->outputs[k]);
        for (size_t m = 0; m < comparison->n_measures && !is_there; m++) {
            is_there = strcmp(comparison->measures[m].name, name) == 0;
            nearest_try(&nearest, comparison->measures[m].name);
        }
        if (!is_there)
            return error_set(error, BAD_INPUT, "--output: %s has no '%s' of each year%s", request->path, name,
                             nearest_hint(&nearest));
    }
    return OK;
}

static int find_luck(struct comparison *comparison, struct error *error)
{
    comparison->has_same_luck = calloc(comparison->n_compared, sizeof *comparison->has_same_luck);
    if (!comparison->has_same_luck)
        return error_memory(error);
    for (size_t k = 0; k < comparison->n_compared; k++)
        comparison->has_same_luck[k] =
            luck_is_same(comparison, compare_base(comparison, k, 0), compare_other(comparison, k, 0));
    return OK;
}

static int open_comparison(struct comparison *comparison, struct error *error)
{
    int code = reader_open(&comparison->reader, comparison->request->path, error);
    if (code == OK)
        code = load(comparison, error);
    if (code == OK)
        code = check_outputs(comparison, error);
    if (code == OK)
        code = choose_points(comparison, error);
    if (code == OK)
        code = choose_scenarios(comparison, error);
    return code == OK ? find_luck(comparison, error) : code;
}

/* Years of a box into the courses of its elements. */
static void add_years(struct course *courses, const struct box *box, const struct contrast *effects)
{
    const size_t n = box_elements(box);
    for (size_t e = 0; e < n; e++) {
        if (box->year == 0)
            course_begin(&courses[e]);
        for (size_t t = 0; t < box->n_years; t++)
            course_add(&courses[e], (long)(box->year + t), &effects[t * n + e]);
    }
}

/* One measure of comparison k at point p, box by box. */
static int compare_measure(const struct comparison *comparison, struct desk *desk, struct ledger *ledger, size_t m,
                           size_t k, size_t p, struct error *error)
{
    const struct measure *measure = &comparison->measures[m];
    const size_t most = desk_cells(desk, measure);
    const struct contrast *effects;
    struct course *courses = malloc(most * sizeof *courses);
    struct box box;
    int code = courses ? OK : error_memory(error);
    box_begin(&box, measure, most);
    while (code == OK) {
        code = desk_compute(desk, measure, &box, &effects, error);
        if (code == OK)
            code = ledger_write_effects(ledger, m, k, p, &box, effects, error);
        if (code == OK)
            add_years(courses, &box, effects);
        if (code == OK && box.year + box.n_years == measure->n_years)
            code = ledger_write_courses(ledger, m, k, p, &box, courses, error);
        if (!box_next(&box, measure, most))
            break;
    }
    free(courses);
    return code;
}

static int compare_sides(const struct comparison *comparison, struct desk *desk, struct ledger *ledger, size_t k,
                         size_t p, struct error *error)
{
    struct pair_count count;
    int code = desk_begin(desk, compare_base(comparison, k, p), compare_other(comparison, k, p),
                          comparison->has_same_luck[k], &count, error);
    if (code == OK)
        code = ledger_write_count(ledger, k, p, &count, error);
    for (size_t m = 0; m < comparison->n_measures && code == OK; m++)
        code = compare_measure(comparison, desk, ledger, m, k, p, error);
    return code;
}

static int compare_all(const struct comparison *comparison, struct desk *desk, struct ledger *ledger,
                       struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < comparison->n_compared && code == OK; k++)
        for (size_t p = 0; p < comparison->n_compared_points && code == OK; p++)
            code = compare_sides(comparison, desk, ledger, k, p, error);
    return code;
}

/* What is compared must not be written over. */
static int check_output(const struct compare_request *request, struct error *error)
{
    struct stat a, b;
    if (stat(request->output, &a) == 0 && stat(request->path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return error_set(error, BAD_INPUT, "%s is the file that is compared; the result needs another name",
                         request->output);
    return OK;
}

int compare_file(const struct compare_request *request, struct error *error)
{
    struct comparison comparison = {.request = request};
    struct desk *desk = NULL;
    struct ledger *ledger = NULL;
    int code = check_output(request, error);
    if (code == OK)
        code = open_comparison(&comparison, error);
    if (code == OK)
        code = desk_create(&desk, &comparison, error);
    if (code == OK)
        code = ledger_create(&ledger, &comparison, error);
    if (code == OK) {
        code = compare_all(&comparison, desk, ledger, error);
        if (code == OK)
            code = ledger_commit(ledger, error);
        else
            ledger_abort(ledger);
    }
    desk_free(desk);
    close_comparison(&comparison);
    return code;
}

/* The file that results from a comparison. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "compare_inside.h"
#include "output/provenance.h"

enum { SCENARIO, POINT, YEAR, STATE, PARTNER, AREA, BOUND, QUANTILE, NO_DIMENSION, N_DIMENSIONS = NO_DIMENSION };

/* What is told of each year: numbers of struct contrast that follow each other. */
static const struct {
    const char *suffix, *what; /* "paired difference of NAME" */
    size_t offset, n;
    int last; /* dimension of the n */
    bool needs_pairs, is_share;
} yearly[] = {
    {"difference", "mean difference", offsetof(struct contrast, difference), 1, NO_DIMENSION, false, false},
    {"difference_interval", "95 % interval of the mean difference", offsetof(struct contrast, low), 2, BOUND, false,
     false},
    {"difference_sd", "standard deviation of paired differences", offsetof(struct contrast, sd), 1, NO_DIMENSION, true,
     false},
    {"difference_quantile", "quantiles of paired differences", offsetof(struct contrast, quantiles), CONTRAST_QUANTILES,
     QUANTILE, true, false},
    {"share_above", "share of pairs whose difference is above zero, ties half", offsetof(struct contrast, above), 1,
     NO_DIMENSION, true, true},
    {"share_above_interval", "95 % interval of the share of pairs above zero (Wilson)",
     offsetof(struct contrast, above_low), 2, BOUND, true, true},
    {"variance_saved", "share of the variance of the difference that pairing saves", offsetof(struct contrast, saved),
     1, NO_DIMENSION, true, true},
};
enum { N_YEARLY = sizeof yearly / sizeof *yearly };

/* What is told of all years. */
static const struct {
    const char *suffix, *what;
    size_t offset;
} dated[] = {
    {"first_year", "first year in which there is a difference", offsetof(struct course, first)},
    {"largest_year", "year of the largest mean difference", offsetof(struct course, largest)},
    {"recovery_year", "first year after the largest difference from which its interval includes zero to the end",
     offsetof(struct course, recovery)},
};
enum { N_DATED = sizeof dated / sizeof *dated };

struct ledger {
    const struct comparison *comparison;
    struct store *store;
    int dimensions[N_DIMENSIONS];
    int pairs, pairs_failed;
    struct {
        int yearly[N_YEARLY], dated[N_DATED];
    } * sets; /* [n_measures] */
};

static int describe(struct store *store, int handle, const char *long_name, const char *unit, struct error *error)
{
    const int code = store_attribute_text(store, handle, "long_name", long_name, error);
    return code == OK && unit ? store_attribute_text(store, handle, "units", unit, error) : code;
}

static int add_dimension(struct ledger *ledger, int which, const char *name, const char *long_name,
                         enum store_type type, size_t n, const void *values, struct error *error)
{
    int *handle = &ledger->dimensions[which];
    const int code = store_add_dimension(ledger->store, name, type, n, values, handle, error);
    return code == OK ? describe(ledger->store, *handle, long_name, NULL, error) : code;
}

/* The names of the scenarios, or other texts of theirs, that are compared; of[scenario]. */
static const char **texts_of(const struct comparison *comparison, char **of)
{
    const char **texts = malloc((comparison->n_compared + 1) * sizeof *texts);
    for (size_t k = 0; texts && k < comparison->n_compared; k++)
        texts[k] = of[comparison->compared[k]];
    return texts;
}

/* Whole numbers along a dimension: first, first + 1, ..., or those of `given`. */
static int add_numbers(struct ledger *ledger, int which, const char *name, const char *long_name, size_t n,
                       size_t first, const double *given, struct error *error)
{
    int32_t *numbers = malloc((n + 1) * sizeof *numbers);
    for (size_t k = 0; numbers && k < n; k++)
        numbers[k] = given ? (int32_t)given[k] : (int32_t)(first + k);
    const int code =
        numbers ? add_dimension(ledger, which, name, long_name, STORE_INT32, n, numbers, error) : error_memory(error);
    free(numbers);
    return code;
}

static int add_dimensions(struct ledger *ledger, struct error *error)
{
    static const char *const bounds[] = {"low", "high"};
    const struct comparison *comparison = ledger->comparison;
    const char **names = texts_of(comparison, comparison->scenarios);
    char **areas = NULL;
    size_t n_areas = 0;
    int code = names ? reader_all_text(comparison->reader, "area", &areas, &n_areas, error) : error_memory(error);
    if (code == OK)
        code = add_dimension(ledger, SCENARIO, "scenario", "scenario that is compared", STORE_TEXT,
                             comparison->n_compared, names, error);
    if (code == OK)
        code = add_numbers(ledger, POINT, "point", "point of an experiment's design", comparison->n_compared_points,
                           comparison->first_point, NULL, error);
    if (code == OK)
        code = add_numbers(ledger, YEAR, "year", "calendar year", comparison->n_years, 0, comparison->years, error);
    if (code == OK)
        code =
            add_dimension(ledger, STATE, "state", "state", STORE_TEXT, comparison->n_states, comparison->states, error);
    if (code == OK)
        code = add_dimension(ledger, PARTNER, "partner", "the other state of a pair", STORE_TEXT, comparison->n_states,
                             comparison->states, error);
    if (code == OK)
        code = add_dimension(ledger, AREA, "area", "area of cooperation", STORE_TEXT, n_areas, areas, error);
    if (code == OK)
        code = add_dimension(ledger, BOUND, "bound", "end of an interval", STORE_TEXT, 2, bounds, error);
    if (code == OK)
        code = add_dimension(ledger, QUANTILE, "quantile", "share of pairs at or below the value", STORE_DOUBLE,
                             CONTRAST_QUANTILES, contrast_shares, error);
    free(names);
    free(areas);
    return code;
}

/* A text of each compared scenario, from one that the file has of all. */
static int add_titles(struct ledger *ledger, struct error *error)
{
    const struct comparison *comparison = ledger->comparison;
    char **titles = NULL;
    const char **texts = NULL;
    size_t n;
    int handle, code = reader_all_text(comparison->reader, "scenario_title", &titles, &n, error);
    if (code == OK && n == comparison->n_scenarios) {
        texts = texts_of(comparison, titles);
        code = texts ? store_add_variable(ledger->store, "scenario_title", STORE_TEXT, 1, &ledger->dimensions[SCENARIO],
                                          0, &handle, error)
                     : error_memory(error);
        if (code == OK)
            code = store_write_all(ledger->store, handle, texts, error);
        if (code == OK)
            code = describe(ledger->store, handle, "title of the scenario", NULL, error);
    }
    free(titles);
    free(texts);
    return code;
}

static int add_state_names(struct ledger *ledger, struct error *error)
{
    char **names = NULL;
    size_t n;
    int handle, code = reader_all_text(ledger->comparison->reader, "state_name", &names, &n, error);
    if (code == OK && n == ledger->comparison->n_states) {
        code = store_add_variable(ledger->store, "state_name", STORE_TEXT, 1, &ledger->dimensions[STATE], 0, &handle,
                                  error);
        if (code == OK)
            code = store_write_all(ledger->store, handle, names, error);
        if (code == OK)
            code = describe(ledger->store, handle, "name of the state", NULL, error);
    }
    free(names);
    return code;
}

/* What kind of pairs there are with each scenario. */
static int add_pairing(struct ledger *ledger, struct error *error)
{
    const struct comparison *comparison = ledger->comparison;
    const char **texts = malloc((comparison->n_compared + 1) * sizeof *texts);
    int handle, code = texts ? OK : error_memory(error);
    for (size_t k = 0; texts && k < comparison->n_compared; k++)
        texts[k] = comparison->has_same_luck[k] ? "same luck" : "different luck";
    if (code == OK)
        code =
            store_add_variable(ledger->store, "luck", STORE_TEXT, 1, &ledger->dimensions[SCENARIO], 0, &handle, error);
    if (code == OK)
        code = store_write_all(ledger->store, handle, texts, error);
    if (code == OK)
        code = describe(ledger->store, handle,
                        "whether replicates meet the same luck as those that they are compared with", NULL, error);
    free(texts);
    return code;
}

static int add_counts(struct ledger *ledger, struct error *error)
{
    struct store *store = ledger->store;
    int code =
        store_add_variable(store, "pairs", STORE_INT32, 2, ledger->dimensions, STORE_FILL_INT32, &ledger->pairs, error);
    if (code == OK)
        code = describe(store, ledger->pairs, "replicates that did not fail on either side", "1", error);
    if (code == OK)
        code = store_add_variable(store, "pairs_failed", STORE_INT32, 2, ledger->dimensions, STORE_FILL_INT32,
                                  &ledger->pairs_failed, error);
    return code == OK
               ? describe(store, ledger->pairs_failed, "replicates that failed on either side, or on both", "1", error)
               : code;
}

/* The dimensions behind `n` leading ones; returns how many there are in all. */
static size_t add_elements(const struct ledger *ledger, const struct measure *measure, size_t n, int *handles)
{
    const bool is_by_area = measure->variable->shape == BY_AREA;
    const bool has_areas = is_by_area || measure->variable->shape == BY_STATE_AREA;
    for (size_t k = 0; k < measure->rank; k++)
        handles[n + k] = ledger->dimensions[k == 0 ? (is_by_area ? AREA : STATE) : has_areas ? AREA : PARTNER];
    return n + measure->rank;
}

/* What a measure is, without a full stop: "Trade of the dyad, total over partners". */
static void add_meaning(struct text *text, const char *what, const struct measure *measure)
{
    size_t length = strlen(measure->variable->meaning);
    while (length > 0 && measure->variable->meaning[length - 1] == '.')
        length--;
    text_add(text, "%.*s%s: %s", (int)length, measure->variable->meaning,
             measure->is_total ? ", sum over partners" : "", what);
}

static int add_set(struct ledger *ledger, const struct measure *measure, const char *suffix, const char *what,
                   enum store_type type, size_t rank, const int *handles, const char *unit, int *handle,
                   struct error *error)
{
    struct text name = {0}, long_name = {0};
    text_add(&name, "%s_%s", measure->name, suffix);
    add_meaning(&long_name, what, measure);
    int code = name.is_exhausted || long_name.is_exhausted ? error_memory(error) : OK;
    if (code == OK)
        code = store_add_variable(ledger->store, name.bytes, type, rank, handles,
                                  type == STORE_INT32 ? STORE_FILL_INT32 : (double)NAN, handle, error);
    if (code == OK)
        code = describe(ledger->store, *handle, long_name.bytes, unit, error);
    text_free(&name);
    text_free(&long_name);
    return code;
}

/* How the interval was found. */
static const char *method_of(const struct measure *measure)
{
    if (measure->has_replicates)
        return "paired differences (Student's t); where luck differs, means of either side (Welch)";
    return "means and standard deviations of either side, as the file has no replicates: the interval holds however "
           "the "
           "replicates pair, and is never narrower than that of the pairs; where luck differs, Welch's";
}

static int add_measure(struct ledger *ledger, size_t m, struct error *error)
{
    const struct measure *measure = &ledger->comparison->measures[m];
    const char *unit = measure->variable->unit;
    int handles[STORE_RANK], code = OK;
    for (size_t k = 0; k < N_YEARLY && code == OK; k++) {
        int *handle = &ledger->sets[m].yearly[k];
        *handle = -1;
        if (yearly[k].needs_pairs && !measure->has_replicates)
            continue;
        memcpy(handles, ledger->dimensions, (YEAR + 1) * sizeof *handles);
        size_t rank = add_elements(ledger, measure, YEAR + 1, handles);
        if (yearly[k].last != NO_DIMENSION)
            handles[rank++] = ledger->dimensions[yearly[k].last];
        code = add_set(ledger, measure, yearly[k].suffix, yearly[k].what, STORE_DOUBLE, rank, handles,
                       yearly[k].is_share ? "1" : unit, handle, error);
    }
    if (code == OK)
        code = store_attribute_text(ledger->store, ledger->sets[m].yearly[0], "method", method_of(measure), error);
    for (size_t k = 0; k < N_DATED && code == OK; k++) {
        memcpy(handles, ledger->dimensions, YEAR * sizeof *handles);
        const size_t rank = add_elements(ledger, measure, YEAR, handles);
        code = add_set(ledger, measure, dated[k].suffix, dated[k].what, STORE_INT32, rank, handles, NULL,
                       &ledger->sets[m].dated[k], error);
    }
    return code;
}

static int add_provenance(struct ledger *ledger, struct error *error)
{
    const struct comparison *comparison = ledger->comparison;
    const struct compare_request *request = comparison->request;
    char title[256], point[32];
    snprintf(point, sizeof point, "%zu", request->points[0]);
    const char *against = request->has_points ? point : comparison->scenarios[comparison->against];
    snprintf(title, sizeof title, "differences to %s%s", request->has_points ? "point " : "", against);
    const struct provenance_text texts[] = {
        {"title", title},
        {request->has_points ? "against_point" : "against", against},
        {"pairs_are", request->is_pooled ? "points" : "replicates"},
        {"compared_file", request->path},
    };
    return provenance_write(ledger->store, texts, COUNT(texts), request->argc, request->argv, error);
}

static int add_all(struct ledger *ledger, struct error *error)
{
    int code = add_provenance(ledger, error);
    if (code == OK)
        code = add_dimensions(ledger, error);
    if (code == OK)
        code = add_titles(ledger, error);
    if (code == OK)
        code = add_state_names(ledger, error);
    if (code == OK)
        code = add_pairing(ledger, error);
    if (code == OK)
        code = add_counts(ledger, error);
    for (size_t m = 0; m < ledger->comparison->n_measures && code == OK; m++)
        code = add_measure(ledger, m, error);
    return code == OK ? store_reserve(ledger->store, 0, error) : code;
}

int ledger_create(struct ledger **result, const struct comparison *comparison, struct error *error)
{
    *result = NULL;
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        return error_memory(error);
    ledger->comparison = comparison;
    ledger->sets = calloc(comparison->n_measures + 1, sizeof *ledger->sets);
    int code = ledger->sets ? store_create(&ledger->store, comparison->request->output,
                                           comparison->request->may_overwrite, error)
                            : error_memory(error);
    if (code == OK)
        code = add_all(ledger, error);
    if (code == OK)
        *result = ledger;
    else
        ledger_abort(ledger);
    return code;
}

int ledger_write_count(struct ledger *ledger, size_t k, size_t p, const struct pair_count *count, struct error *error)
{
    const size_t start[STORE_RANK] = {k, p}, one[STORE_RANK] = {1, 1};
    const int32_t n_pairs = (int32_t)count->n_pairs, n_failed = (int32_t)count->n_failed;
    const int code = store_write(ledger->store, ledger->pairs, start, one, &n_pairs, error);
    return code == OK ? store_write(ledger->store, ledger->pairs_failed, start, one, &n_failed, error) : code;
}

/* Where a box lies behind comparison and point, and behind the year if there is one; returns the rank. */
static size_t place_box(const struct measure *measure, size_t k, size_t p, const struct box *box, bool has_years,
                        size_t *start, size_t *count)
{
    size_t rank = YEAR;
    start[SCENARIO] = k;
    start[POINT] = p;
    count[SCENARIO] = count[POINT] = 1;
    if (has_years) {
        start[rank] = box->year;
        count[rank++] = box->n_years;
    }
    for (size_t d = 0; d < measure->rank; d++) {
        start[rank] = box->element[d];
        count[rank++] = box->n_elements[d];
    }
    return rank;
}

int ledger_write_effects(struct ledger *ledger, size_t m, size_t k, size_t p, const struct box *box,
                         const struct contrast *effects, struct error *error)
{
    const struct measure *measure = &ledger->comparison->measures[m];
    const size_t n_cells = box_cells(box);
    size_t start[STORE_RANK] = {0}, count[STORE_RANK] = {0};
    const size_t rank = place_box(measure, k, p, box, true, start, count);
    double *values = malloc((CONTRAST_QUANTILES * n_cells + 1) * sizeof *values);
    int code = values ? OK : error_memory(error);
    for (size_t s = 0; s < N_YEARLY && code == OK; s++) {
        const size_t n = yearly[s].n;
        if (ledger->sets[m].yearly[s] < 0)
            continue;
        for (size_t cell = 0; cell < n_cells; cell++)
            memcpy(values + cell * n, (const char *)&effects[cell] + yearly[s].offset, n * sizeof *values);
        start[rank] = 0;
        count[rank] = n;
        code = store_write(ledger->store, ledger->sets[m].yearly[s], start, count, values, error);
    }
    free(values);
    return code;
}

int ledger_write_courses(struct ledger *ledger, size_t m, size_t k, size_t p, const struct box *box,
                         const struct course *courses, struct error *error)
{
    const size_t n = box_elements(box);
    size_t start[STORE_RANK] = {0}, count[STORE_RANK] = {0};
    place_box(&ledger->comparison->measures[m], k, p, box, false, start, count);
    int32_t *years = malloc((n + 1) * sizeof *years);
    int code = years ? OK : error_memory(error);
    for (size_t d = 0; d < N_DATED && code == OK; d++) {
        for (size_t e = 0; e < n; e++) {
            long year;
            memcpy(&year, (const char *)&courses[e] + dated[d].offset, sizeof year);
            years[e] = year == COURSE_NEVER ? STORE_FILL_INT32 : (int32_t)ledger->comparison->years[year];
        }
        code = store_write(ledger->store, ledger->sets[m].dated[d], start, count, years, error);
    }
    free(years);
    return code;
}

static void free_ledger(struct ledger *ledger)
{
    free(ledger->sets);
    free(ledger);
}

int ledger_commit(struct ledger *ledger, struct error *error)
{
    const int code = store_commit(ledger->store, error);
    free_ledger(ledger);
    return code;
}

void ledger_abort(struct ledger *ledger)
{
    if (!ledger)
        return;
    store_abort(ledger->store);
    free_ledger(ledger);
}

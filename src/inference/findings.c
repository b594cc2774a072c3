#include "findings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "output/provenance.h"

const struct measure findings_measures[FINDINGS_MEASURES] = {
    [MEASURE_FIRST] = {"first",
                       "first-order Sobol index: share of the variance between points that is due to the factor alone",
                       "Saltelli et al. 2010: mean(B (AB_i - A)) / V", true},
    [MEASURE_TOTAL] = {"total",
                       "total Sobol index: share of the variance between points that is due to the factor with all "
                       "interactions",
                       "Jansen 1999: mean((A - AB_i)^2) / (2 V)", true},
    [MEASURE_SECOND] = {"second",
                        "second-order Sobol index: share of the variance between points that is due to two factors "
                        "together",
                        "Saltelli 2002: (mean(BA_i AB_j) - mean(A B)) / V - S_i - S_j", true},
    [MEASURE_PAWN_MEDIAN] =
        {"pawn_median",
         "PAWN index: median distance between the distribution in a slice of the factor's range and "
         "that over all points",
         "Pianosi & Wagener 2018: median over slices s of max_y |F_s(y) - F(y)|", true},
    [MEASURE_PAWN_MAX] = {"pawn_max",
                          "PAWN index: largest distance between the distribution in a slice of the factor's range and "
                          "that over all points",
                          "Pianosi & Wagener 2018: max over slices s of max_y |F_s(y) - F(y)|", true},
    [MEASURE_MU] = {"mu", "mean elementary effect of the factor over its whole range of probability", "Morris 1991",
                    false},
    [MEASURE_MU_STAR] = {"mu_star", "mean absolute elementary effect of the factor over its whole range of probability",
                         "Campolongo, Cariboni & Saltelli 2007", false},
    [MEASURE_SIGMA] = {"sigma", "standard deviation of the elementary effects of the factor", "Morris 1991", false}};

enum part { ESTIMATE, INTERVAL, GROWING, DUMMY, HIGHEST, PARTS };

/* The datasets of an output; -1 where there is none. */
struct target {
    const struct output *output;
    int datasets[FINDINGS_MEASURES][PARTS], chance, n_kept;
};

enum axis { SCENARIO, FACTOR, OTHER, YEAR, STATE, PARTNER, IN_AREA, BOUND, SAMPLE, AXES };

struct findings {
    const struct origin *origin;
    struct store *store;
    int axes[AXES], dropped;
    struct target *targets;
    double *buffer; /* that grows */
    size_t capacity;
};

static bool is_of_pawn(size_t m) { return m == MEASURE_PAWN_MEDIAN || m == MEASURE_PAWN_MAX; }

static bool has_measure(const struct origin *origin, size_t m)
{
    if (is_of_pawn(m))
        return origin->has_pawn;
    if (m == MEASURE_FIRST || m == MEASURE_TOTAL)
        return origin_is_saltelli(origin);
    return m == MEASURE_SECOND ? origin_is_saltelli(origin) && origin->choice.is_second_order
                               : origin_is_morris(origin);
}

static bool has_part(size_t m, enum part part) { return part < DUMMY || is_of_pawn(m); }

static int add_axis(struct findings *findings, enum axis axis, const char *name, enum store_type type, size_t n,
                    const void *values, const char *long_name, struct error *error)
{
    int *handle = &findings->axes[axis];
    int code = store_add_dimension(findings->store, name, type, n, values, handle, error);
    if (code == OK)
        code = store_attribute_text(findings->store, *handle, "long_name", long_name, error);
    return code;
}

/* A dimension of names that the source has, if it has. */
static int copy_names(struct findings *findings, const struct reader *reader, enum axis axis, const char *name,
                      const char *long_name, struct error *error)
{
    char **texts;
    size_t n;
    if (!reader_has(reader, name))
        return OK;
    int code = reader_all_text(reader, name, &texts, &n, error);
    if (code == OK)
        code = add_axis(findings, axis, name, STORE_TEXT, n, texts, long_name, error);
    free(texts);
    return code;
}

static int copy_years(struct findings *findings, const struct reader *reader, struct error *error)
{
    double *years;
    size_t n;
    int code = reader_all(reader, "year", &years, &n, error);
    int32_t *whole = code == OK ? malloc((n + 1) * sizeof *whole) : NULL;
    if (code == OK && !whole)
        code = error_memory(error);
    for (size_t t = 0; t < n && code == OK; t++)
        whole[t] = (int32_t)years[t];
    if (code == OK)
        code = add_axis(findings, YEAR, "year", STORE_INT32, n, whole, "calendar year", error);
    free(whole);
    free(years);
    return code;
}

static int add_axes(struct findings *findings, const struct reader *reader, struct error *error)
{
    const struct origin *origin = findings->origin;
    const size_t n = origin_count(origin);
    const char *const *names = origin_names(origin);
    static const double shares[] = {0.25, 0.5, 1};
    int code = copy_names(findings, reader, SCENARIO, "scenario", "scenario", error);
    if (code == OK)
        code = add_axis(findings, FACTOR, "factor", STORE_TEXT, n, names, "factor, or group of factors", error);
    if (code == OK && has_measure(origin, MEASURE_SECOND))
        code = add_axis(findings, OTHER, "other_factor", STORE_TEXT, n, names, "the other factor of a pair", error);
    if (code == OK)
        code = copy_years(findings, reader, error);
    if (code == OK)
        code = copy_names(findings, reader, STATE, "state", "state", error);
    if (code == OK)
        code = copy_names(findings, reader, PARTNER, "partner", "the other state of a pair", error);
    if (code == OK)
        code = copy_names(findings, reader, IN_AREA, "area", "area of cooperation", error);
    if (code == OK)
        code = add_axis(findings, BOUND, "bound", STORE_DOUBLE, COUNT(resample_bounds), resample_bounds,
                        "share of resamples at or below the value", error);
    if (code == OK)
        code = add_axis(findings, SAMPLE, "sample", STORE_DOUBLE, COUNT(shares), shares,
                        "share of the points, base points or trajectories, from the first on", error);
    return code;
}

/* The axes of a shape's cells; returns how many. */
static size_t cell_axes(const struct findings *findings, enum shape shape, int *handles)
{
    const bool has_states = shape != SCALAR && shape != BY_AREA;
    size_t n = 0;
    if (has_states)
        handles[n++] = findings->axes[STATE];
    if (shape == BY_DYAD || shape == BY_PAIR)
        handles[n++] = findings->axes[PARTNER];
    if (shape == BY_AREA || shape == BY_STATE_AREA)
        handles[n++] = findings->axes[IN_AREA];
    return n;
}

static int describe(struct findings *findings, int handle, const struct variable *variable, const char *units,
                    const char *what, struct error *error)
{
    struct text name = {0};
    size_t length = strlen(variable->meaning);
    while (length > 0 && variable->meaning[length - 1] == '.')
        length--;
    text_add(&name, "%s, of: %.*s (mean over replicates)", what, (int)length, variable->meaning);
    int code = name.is_exhausted ? error_memory(error)
                                 : store_attribute_text(findings->store, handle, "long_name", name.bytes, error);
    if (code == OK)
        code = store_attribute_text(findings->store, handle, "units", units, error);
    text_free(&name);
    return code;
}

/* One of the three datasets of a measure of an output. */
static int add_part(struct findings *findings, struct target *target, size_t m, enum part part, struct error *error)
{
    static const char *const suffixes[PARTS] = {"", "_interval", "_growing", "_dummy", "_dummy_highest"};
    static const char *const prefixes[PARTS] = {"", "95 % interval (percentiles of resamples) of the ",
                                                "estimates from growing samples of the ",
                                                "mean over factors that do nothing of the ",
                                                "highest of 39 factors that do nothing of the "};
    const struct measure *measure = &findings_measures[m];
    const struct variable *variable = target->output->variable;
    int handles[STORE_RANK] = {findings->axes[SCENARIO], findings->axes[FACTOR]}, *handle = &target->datasets[m][part];
    size_t rank = 2;
    char name[256], what[256];
    if (m == MEASURE_SECOND)
        handles[rank++] = findings->axes[OTHER];
    handles[rank++] = findings->axes[YEAR];
    rank += cell_axes(findings, variable->shape, handles + rank);
    if (part == INTERVAL || part == GROWING)
        handles[rank++] = findings->axes[part == INTERVAL ? BOUND : SAMPLE];
    snprintf(name, sizeof name, "%s_%s%s", variable->name, measure->name, suffixes[part]);
    snprintf(what, sizeof what, "%s%s",
             part == INTERVAL && is_of_pawn(m) ? "interval of 95 % and more (resamples, slices and dummies) of the "
                                               : prefixes[part],
             measure->meaning);
    int code = store_add_variable(findings->store, name, STORE_DOUBLE, rank, handles, NAN, handle, error);
    if (code == OK)
        code = describe(findings, *handle, variable, measure->is_share ? "1" : variable->unit, what, error);
    if (code == OK)
        code = store_attribute_text(findings->store, *handle, "estimator", measure->estimator, error);
    return code;
}

static int add_chance(struct findings *findings, struct target *target, struct error *error)
{
    const struct variable *variable = target->output->variable;
    int handles[STORE_RANK] = {findings->axes[SCENARIO], findings->axes[YEAR]};
    const size_t rank = 2 + cell_axes(findings, variable->shape, handles + 2);
    char name[256];
    snprintf(name, sizeof name, "%s_chance", variable->name);
    int code = store_add_variable(findings->store, name, STORE_DOUBLE, rank, handles, NAN, &target->chance, error);
    if (code == OK)
        code = describe(findings, target->chance, variable, "1",
                        "share of the variance between points that chance alone gives", error);
    if (code == OK)
        code = store_attribute_text(findings->store, target->chance, "estimator",
                                    "mean over points of sd^2 / replicates, over the variance between points", error);
    snprintf(name, sizeof name, "%s_kept", variable->name);
    if (code == OK)
        code = store_add_variable(findings->store, name, STORE_INT32, rank, handles, STORE_FILL_INT32, &target->n_kept,
                                  error);
    if (code == OK)
        code = describe(findings, target->n_kept, variable, "1",
                        "points, base points or trajectories that have a value at each point", error);
    return code;
}

static int add_target(struct findings *findings, struct target *target, const struct output *output,
                      struct error *error)
{
    int code = OK;
    *target = (struct target){.output = output};
    for (size_t m = 0; m < FINDINGS_MEASURES; m++)
        for (enum part part = ESTIMATE; part < PARTS && code == OK; part++)
            if (has_measure(findings->origin, m) && has_part(m, part))
                code = add_part(findings, target, m, part, error);
    return code == OK ? add_chance(findings, target, error) : code;
}

static int add_dropped(struct findings *findings, struct error *error)
{
    int code = store_add_variable(findings->store, "dropped", STORE_INT32, 1, &findings->axes[SCENARIO],
                                  STORE_FILL_INT32, &findings->dropped, error);
    if (code == OK)
        code =
            store_attribute_text(findings->store, findings->dropped, "long_name",
                                 "points, base points or trajectories that are left out since a run of theirs failed",
                                 error);
    return code;
}

/* What the file says of how it came to be. */
static int write_provenance(struct findings *findings, const struct findings_request *request,
                            const struct reader *reader, struct error *error)
{
    char *title = reader_attribute(reader, "title");
    size_t extent[READER_RANK] = {0};
    reader_extent(reader, "replicate", extent);
    const struct provenance_text texts[] = {
        {"title", title},
        {"sensitivity", findings->origin->choice.kind->name},
        {"experiment", findings->origin->head},
        {"common_random_numbers", findings->origin->has_common_luck ? "on" : "off"},
        {"source", request->source},
    };
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"blocks", (double)findings->origin->n_blocks},
                   {"points_a_block", (double)findings->origin->n_rows},
                   {"replicates", (double)extent[0]},
                   {"slices", (double)request->n_slices},
                   {"resamples", (double)request->n_times},
                   {"resample_seed", (double)request->seed}};
    int code = provenance_write(findings->store, texts, COUNT(texts), request->argc, request->argv, error);
    for (size_t k = 0; k < COUNT(numbers) && code == OK; k++)
        code = store_attribute_numbers(findings->store, STORE_ROOT, numbers[k].name, STORE_DOUBLE, 1, &numbers[k].value,
                                       error);
    free(title);
    return code;
}

int findings_create(struct findings **result, const struct findings_request *request, const struct origin *origin,
                    const struct reader *reader, const struct output *outputs, size_t n_outputs, struct error *error)
{
    struct findings *findings = calloc(1, sizeof *findings);
    *result = NULL;
    if (!findings)
        return error_memory(error);
    findings->origin = origin;
    findings->targets = calloc(n_outputs + 1, sizeof *findings->targets);
    int code = findings->targets ? OK : error_memory(error);
    if (code == OK)
        code = store_create(&findings->store, request->path, request->may_overwrite, error);
    if (code == OK)
        code = write_provenance(findings, request, reader, error);
    if (code == OK)
        code = add_axes(findings, reader, error);
    if (code == OK)
        code = add_dropped(findings, error);
    for (size_t k = 0; k < n_outputs && code == OK; k++)
        code = add_target(findings, &findings->targets[k], &outputs[k], error);
    if (code == OK)
        code = store_reserve(findings->store, 0, error);
    if (code == OK)
        *result = findings;
    else
        findings_abort(findings);
    return code;
}

int findings_write_dropped(struct findings *findings, size_t scenario, size_t n_dropped, struct error *error)
{
    const size_t start[STORE_RANK] = {scenario}, count[STORE_RANK] = {1};
    const int32_t value = (int32_t)n_dropped;
    return store_write(findings->store, findings->dropped, start, count, &value, error);
}

/* Where a piece stands in a dataset of so many dimensions before the years; returns how many there are with the cells.
 */
static size_t place_piece(const struct findings *findings, const struct target *target, const struct piece *piece,
                          size_t before, size_t *start, size_t *count)
{
    int handles[STORE_RANK];
    const size_t n_cells = cell_axes(findings, target->output->variable->shape, handles);
    for (size_t k = 0; k <= n_cells; k++) {
        start[before + k] = piece->start[k];
        count[before + k] = piece->count[k];
    }
    return before + n_cells + 1;
}

/* The numbers of an index that make a part. */
static size_t numbers_of(enum part part, const int **numbers)
{
    static const int estimate[] = {FINDING_ESTIMATE}, interval[] = {FINDING_LOW, FINDING_HIGH},
                     growing[] = {FINDING_QUARTER, FINDING_HALF, FINDING_ESTIMATE}, dummy[] = {FINDING_DUMMY},
                     highest[] = {FINDING_HIGHEST};
    static const struct {
        const int *numbers;
        size_t n;
    } parts[PARTS] = {{estimate, COUNT(estimate)},
                      {interval, COUNT(interval)},
                      {growing, COUNT(growing)},
                      {dummy, COUNT(dummy)},
                      {highest, COUNT(highest)}};
    *numbers = parts[part].numbers;
    return parts[part].n;
}

/* Which index measure m has of a factor, or of two; SIZE_MAX of a factor with itself. */
static size_t find_index(const struct findings *findings, size_t m, size_t f, size_t g)
{
    const struct origin *origin = findings->origin;
    const size_t n = origin_count(origin), of_sobol = origin_is_saltelli(origin) ? sobol_count(&origin->sobol) : 0;
    if (is_of_pawn(m))
        return of_sobol + (m - MEASURE_PAWN_MEDIAN) * n + f;
    if (m == MEASURE_SECOND)
        return f == g ? SIZE_MAX : sobol_pair(&origin->sobol, f, g);
    return (origin_is_morris(origin) ? m - MEASURE_MU : m - MEASURE_FIRST) * n + f;
}

static int make_room(struct findings *findings, size_t n, struct error *error)
{
    if (n <= findings->capacity)
        return OK;
    free(findings->buffer);
    findings->buffer = malloc(n * sizeof *findings->buffer);
    findings->capacity = findings->buffer ? n : 0;
    return findings->buffer ? OK : error_memory(error);
}

/* One dataset of a measure, for one factor (of pairs: and all others). */
static int write_part(struct findings *findings, const struct target *target, size_t scenario,
                      const struct piece *piece, const double *numbers, size_t m, enum part part, size_t f,
                      struct error *error)
{
    const bool is_of_pairs = m == MEASURE_SECOND;
    const size_t n_columns = piece_columns(piece), n_indices = origin_indices(findings->origin);
    const size_t n_others = is_of_pairs ? origin_count(findings->origin) : 1;
    const int *which;
    const size_t n_numbers = numbers_of(part, &which);
    size_t start[STORE_RANK] = {scenario, f, 0}, count[STORE_RANK] = {1, 1, n_others};
    size_t rank = place_piece(findings, target, piece, is_of_pairs ? 3 : 2, start, count);
    if (part == INTERVAL || part == GROWING) {
        start[rank] = 0;
        count[rank++] = n_numbers;
    }
    const int code = make_room(findings, n_others * n_columns * n_numbers, error);
    double *value = findings->buffer;
    for (size_t g = 0; g < n_others && code == OK; g++) {
        const size_t index = find_index(findings, m, f, g);
        for (size_t c = 0; c < n_columns; c++)
            for (size_t k = 0; k < n_numbers; k++)
                *value++ =
                    index == SIZE_MAX ? NAN : numbers[(c * n_indices + index) * FINDING_NUMBERS + (size_t)which[k]];
    }
    return code == OK ? store_write(findings->store, target->datasets[m][part], start, count, findings->buffer, error)
                      : code;
}

int findings_write(struct findings *findings, size_t output, size_t scenario, const struct piece *piece,
                   const double *numbers, const double *chance, const int32_t *n_kept, struct error *error)
{
    const struct target *target = &findings->targets[output];
    size_t start[STORE_RANK] = {scenario}, count[STORE_RANK] = {1};
    int code = OK;
    for (size_t m = 0; m < FINDINGS_MEASURES; m++)
        for (enum part part = ESTIMATE; part < PARTS; part++)
            for (size_t f = 0; f < origin_count(findings->origin) && code == OK; f++)
                if (has_measure(findings->origin, m) && has_part(m, part))
                    code = write_part(findings, target, scenario, piece, numbers, m, part, f, error);
    place_piece(findings, target, piece, 1, start, count);
    if (code == OK)
        code = store_write(findings->store, target->chance, start, count, chance, error);
    if (code == OK)
        code = store_write(findings->store, target->n_kept, start, count, n_kept, error);
    return code;
}

static void free_findings(struct findings *findings)
{
    free(findings->targets);
    free(findings->buffer);
    free(findings);
}

int findings_commit(struct findings *findings, struct error *error)
{
    const int code = store_commit(findings->store, error);
    free_findings(findings);
    return code;
}

void findings_abort(struct findings *findings)
{
    if (!findings)
        return;
    store_abort(findings->store);
    free_findings(findings);
}

#include "sensitivity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/progress.h"
#include "models/registry.h"
#include "pawn.h"

enum {
    PIECE = 128 << 20 /* bytes */,
    STATUSES_AT_ONCE = 1 << 14,
    MORRIS_LEVELS = 4 /* of a function: the usual grid */
};

/* The slices that points are in. */
struct factor_slices {
    uint16_t *of; /* [n_factors][n_points] */
    size_t *n;    /* [n_factors] */
};

struct work {
    const struct findings_request *request;
    struct origin origin;
    struct reader *reader;
    struct findings *findings;
    struct output *outputs;
    size_t n_outputs, n_scenarios, n_replicates, n_points, n_indices, most_columns;
    int n_threads;
    bool *has_failed; /* [n_blocks]: of the scenario at hand */
    struct resample resample;
    struct factor_slices slices;
    struct pawn pawn; /* if the origin has it */
    struct progress progress;
    double *y;       /* [column][n_points] */
    double *numbers; /* [column][n_indices][FINDING_NUMBERS] */
    double *chance;  /* [column]; first the variance that chance gives */
    int32_t *n_kept; /* [column] */
};

static int find_outputs(struct work *work, struct error *error)
{
    int code = OK;
    work->outputs = calloc(registry_n_variables() + 1, sizeof *work->outputs);
    if (!work->outputs)
        return error_memory(error);
    for (size_t v = 0; v < registry_n_variables() && code == OK; v++) {
        bool is_there;
        code = output_find(&work->outputs[work->n_outputs], work->reader, registry_variable(v), &is_there, error);
        work->n_outputs += is_there;
    }
    if (code == OK && work->n_outputs == 0)
        code = error_set(error, BAD_INPUT,
                         "%s has no statistics, such as cohesion_mean; sensitivity needs them (`record: {statistics: "
                         "all}`)",
                         work->request->source);
    return code;
}

static int find_extents(struct work *work, struct error *error)
{
    size_t extent[READER_RANK];
    if (reader_extent(work->reader, "run_status", extent) != 3 || extent[1] == 0 || extent[2] == 0)
        return error_set(error, BAD_INPUT, "%s: run_status is not by scenario, point and replicate",
                         work->request->source);
    work->n_scenarios = extent[0];
    work->n_points = extent[1];
    work->n_replicates = extent[2];
    work->n_indices = origin_indices(&work->origin);
    /* beside a column and its findings: the buffer that these are written from */
    const size_t bytes = sizeof(double) * (work->n_points + 2 * FINDING_NUMBERS * work->n_indices);
    work->most_columns = bytes < PIECE ? PIECE / bytes : 1;
    return OK;
}

/* A factor's values at all points, into values [n_points]; those of words are the numbers of their levels. */
static int read_factor(const struct work *work, size_t f, double *values, struct error *error)
{
    const char *name = work->origin.factors[f].name;
    const size_t n = work->n_points, start[READER_RANK] = {0}, count[READER_RANK] = {n};
    size_t extent[READER_RANK];
    char **words = NULL;
    if (reader_extent(work->reader, name, extent) != 1 || extent[0] != n)
        return error_set(error, BAD_INPUT, "%s has not the values of the factor %s at its points",
                         work->request->source, name);
    if (!reader_is_text(work->reader, name))
        return reader_read(work->reader, name, start, count, values, error);
    const int code = reader_read_text(work->reader, name, start, count, &words, error);
    size_t *first = malloc((n + 1) * sizeof *first), n_words = 0; /* where each word is met first */
    for (size_t k = 0; k < n && code == OK && first; k++) {
        size_t word = 0;
        while (word < n_words && strcmp(words[first[word]], words[k]) != 0)
            word++;
        if (word == n_words)
            first[n_words++] = k;
        values[k] = (double)word;
    }
    const bool has_room = first != NULL;
    free(first);
    free(words);
    return code != OK ? code : has_room ? OK : error_memory(error);
}

/* Of each block the points that are independent of each other. */
static void pick_free_rows(const struct origin *origin, const double *values, double *picked)
{
    const size_t n_rows = origin->n_rows, n_free = origin_free_rows(origin);
    for (size_t k = 0; k < origin->n_blocks; k++)
        for (size_t row = 0; row < n_free; row++)
            picked[k * n_free + row] = values[k * n_rows + (row > 0 ? n_rows - 1 : 0)];
}

static int cut_factors(struct work *work, struct error *error)
{
    const struct origin *origin = &work->origin;
    const size_t n_free = origin->n_blocks * origin_free_rows(origin);
    double *values = malloc((work->n_points + n_free) * sizeof *values);
    work->slices.of = malloc(origin->n_factors * n_free * sizeof *work->slices.of);
    work->slices.n = malloc(origin->n_factors * sizeof *work->slices.n);
    int code = values && work->slices.of && work->slices.n ? OK : error_memory(error);
    for (size_t f = 0; f < origin->n_factors && code == OK; f++) {
        code = read_factor(work, f, values, error);
        if (code != OK)
            break;
        pick_free_rows(origin, values, values + work->n_points);
        code = pawn_cut(values + work->n_points, n_free, origin->has_levels[f] ? 0 : origin->n_slices,
                        work->slices.of + f * n_free, &work->slices.n[f], error);
    }
    free(values);
    return code;
}

static int begin_pawn(struct work *work, struct error *error)
{
    const struct origin *origin = &work->origin;
    const int code = cut_factors(work, error);
    return code == OK ? pawn_create(&work->pawn, work->slices.of, work->slices.n, origin->n_factors,
                                    origin->n_blocks * origin_free_rows(origin), work->request->n_times,
                                    work->request->seed, work->n_threads, error)
                      : code;
}

static int take_memory(struct work *work, struct error *error)
{
    const size_t n = work->most_columns;
    work->has_failed = calloc(work->origin.n_blocks + 1, sizeof *work->has_failed);
    work->y = malloc(n * work->n_points * sizeof *work->y);
    work->numbers = malloc(n * work->n_indices * FINDING_NUMBERS * sizeof *work->numbers);
    work->chance = malloc(n * sizeof *work->chance);
    work->n_kept = malloc(n * sizeof *work->n_kept);
    return work->has_failed && work->y && work->numbers && work->chance && work->n_kept ? OK : error_memory(error);
}

/* Which blocks have a point with a failed run? `*n_failed`: how many. */
static int find_failures(struct work *work, size_t scenario, size_t *n_failed, struct error *error)
{
    const size_t n_replicates = work->n_replicates;
    const size_t n_at_once = n_replicates < STATUSES_AT_ONCE ? STATUSES_AT_ONCE / n_replicates : 1;
    double *statuses = malloc(n_at_once * n_replicates * sizeof *statuses);
    int code = statuses ? OK : error_memory(error);
    memset(work->has_failed, 0, work->origin.n_blocks * sizeof *work->has_failed);
    for (size_t first = 0; first < work->n_points && code == OK; first += n_at_once) {
        const size_t n = work->n_points - first < n_at_once ? work->n_points - first : n_at_once;
        const size_t start[] = {scenario, first, 0}, count[] = {1, n, n_replicates};
        code = reader_read(work->reader, "run_status", start, count, statuses, error);
        for (size_t k = 0; k < n * n_replicates && code == OK; k++)
            if (statuses[k] != 0)
                work->has_failed[(first + k / n_replicates) / work->origin.n_rows] = true;
    }
    *n_failed = 0;
    for (size_t k = 0; k < work->origin.n_blocks; k++)
        *n_failed += work->has_failed[k];
    free(statuses);
    return code;
}

/* What is estimated, of either design. */
struct target {
    bool is_morris;
    const struct sobol *sobol;
    const struct morris *morris;
    size_t n_indices;
};

static int estimate(const struct target *target, const struct blocks *blocks, size_t n, double *indices,
                    struct error *error)
{
    if (target->is_morris)
        return morris_estimate(target->morris, blocks, n, indices, error);
    sobol_estimate(target->sobol, blocks, n, indices);
    return OK;
}

/* All numbers of a column. `common` is taken if it has as many items as there are blocks. */
static int find_numbers(const struct target *target, const struct blocks *blocks, const struct resample *common,
                        uint64_t seed, double *numbers, struct error *error)
{
    const size_t n = target->n_indices, n_kept = blocks->n_kept;
    const struct {
        int number;
        size_t n_blocks;
    } samples[] = {{FINDING_ESTIMATE, n_kept}, {FINDING_QUARTER, n_kept / 4}, {FINDING_HALF, n_kept / 2}};
    struct resample own = {0};
    double *indices = malloc((2 * n + 1) * sizeof *indices);
    int code = indices ? OK : error_memory(error);
    for (size_t s = 0; s < COUNT(samples) && code == OK; s++) {
        code = estimate(target, blocks, samples[s].n_blocks, indices, error);
        for (size_t k = 0; k < n && code == OK; k++)
            numbers[k * FINDING_NUMBERS + (size_t)samples[s].number] = indices[k];
    }
    if (code == OK && common->n != n_kept)
        code = resample_create(&own, n_kept, common->n_times, seed, error);
    const struct resample *resample = common->n == n_kept ? common : &own;
    if (code == OK)
        code = target->is_morris ? morris_intervals(target->morris, blocks, resample, indices, indices + n, error)
                                 : sobol_intervals(target->sobol, blocks, resample, indices, indices + n, error);
    for (size_t k = 0; k < n && code == OK; k++) {
        numbers[k * FINDING_NUMBERS + FINDING_LOW] = indices[k];
        numbers[k * FINDING_NUMBERS + FINDING_HIGH] = indices[n + k];
    }
    resample_free(&own);
    free(indices);
    return code;
}

/* Leave out whole blocks that have a failed run or no number somewhere, by NaN at each of their points. */
static void blank_blocks(const struct work *work, double *y)
{
    const size_t n_rows = work->origin.n_rows;
    for (size_t k = 0; k < work->origin.n_blocks; k++) {
        bool is_whole = !work->has_failed[k];
        for (size_t row = 0; row < n_rows; row++)
            is_whole = is_whole && isfinite(y[k * n_rows + row]);
        for (size_t row = 0; row < n_rows && !is_whole; row++)
            y[k * n_rows + row] = NAN;
    }
}

/* PAWN's numbers of a column. */
static int find_pawn(const struct work *work, const double *y, double *numbers)
{
    const struct origin *origin = &work->origin;
    double *picked = malloc(origin->n_blocks * origin_free_rows(origin) * sizeof *picked);
    if (!picked)
        return FAILED;
    pick_free_rows(origin, y, picked);
    const int code = pawn_find(&work->pawn, picked, numbers, NULL);
    free(picked);
    return code;
}

/* All numbers of a column, of either kind. */
static int find_all(const struct work *work, const struct blocks *blocks, double *numbers)
{
    const struct origin *origin = &work->origin;
    const size_t of_pawn = origin->has_pawn ? PAWN_INDICES * origin->n_factors : 0;
    const struct target target = {origin_is_morris(origin), &origin->sobol, &origin->morris, work->n_indices - of_pawn};
    int code = OK;
    if (target.n_indices > 0)
        code = find_numbers(&target, blocks, &work->resample, work->request->seed, numbers, NULL);
    if (code == OK && origin->has_pawn)
        code = find_pawn(work, blocks->y, numbers + target.n_indices * FINDING_NUMBERS);
    return code;
}

static int compute_column(struct work *work, size_t c)
{
    const struct origin *origin = &work->origin;
    const double *y = work->y + c * work->n_points;
    size_t *kept = malloc((origin->n_blocks + 1) * sizeof *kept);
    struct blocks blocks = {.y = y, .n_rows = origin->n_rows, .kept = kept};
    if (!kept)
        return FAILED;
    blocks.n_kept = blocks_find_whole(y, origin->n_blocks, origin->n_rows, kept);
    const double variance = blocks_variance(&blocks);
    const int code = find_all(work, &blocks, work->numbers + c * work->n_indices * FINDING_NUMBERS);
    work->n_kept[c] = (int32_t)blocks.n_kept;
    work->chance[c] = variance > 0 ? work->chance[c] / (double)work->n_replicates / variance : NAN;
    free(kept);
    progress_add(&work->progress, 1);
    return code;
}

static int compute_piece(struct work *work, size_t output, size_t scenario, const struct piece *piece,
                         struct error *error)
{
    const size_t n_columns = piece_columns(piece);
    bool has_failed = false;
    int code = columns_read(work->reader, &work->outputs[output], scenario, piece, work->y, error);
    for (size_t c = 0; c < n_columns && code == OK; c++)
        blank_blocks(work, work->y + c * work->n_points);
    if (code == OK)
        code =
            columns_read_variances(work->reader, &work->outputs[output], scenario, piece, work->y, work->chance, error);
    if (code != OK)
        return code;
#pragma omp parallel for num_threads(work->n_threads) schedule(dynamic) reduction(|| : has_failed)
    for (size_t c = 0; c < n_columns; c++)
        has_failed = compute_column(work, c) != OK || has_failed;
    if (has_failed)
        return error_memory(error);
    return findings_write(work->findings, output, scenario, piece, work->numbers, work->chance, work->n_kept, error);
}

static int compute_scenario(struct work *work, size_t scenario, struct error *error)
{
    size_t n_failed;
    int code = find_failures(work, scenario, &n_failed, error);
    if (code == OK)
        code = findings_write_dropped(work->findings, scenario, n_failed, error);
    resample_free(&work->resample);
    if (code == OK && (origin_is_morris(&work->origin) || origin_is_saltelli(&work->origin)))
        code = resample_create(&work->resample, work->origin.n_blocks - n_failed, work->request->n_times,
                               work->request->seed, error);
    for (size_t k = 0; k < work->n_outputs; k++) {
        struct piece piece = {0};
        while (code == OK && piece_next(&piece, &work->outputs[k], work->most_columns)) {
            if (work->request->stops && work->request->stops())
                code = error_set(error, FAILED, "stopped; no findings were written");
            else
                code = compute_piece(work, k, scenario, &piece, error);
        }
    }
    return code;
}

static void start_progress(struct work *work)
{
    FILE *out = work->request->progress;
    const size_t width = out ? page_terminal_width(out) : 0;
    size_t n = 0;
    for (size_t k = 0; k < work->n_outputs; k++)
        n += work->outputs[k].extent[0] * work->outputs[k].extent[1] * work->outputs[k].extent[2];
    progress_start(&work->progress, width > 0 ? out : NULL, width, 1, n * work->n_scenarios, NULL);
    work->progress.things = "outputs";
    progress_begin_part(&work->progress, 0, "sensitivity");
}

int sensitivity_run(const struct findings_request *request, int n_threads, struct error *error)
{
    struct work work = {.request = request, .n_threads = n_threads};
    int code = reader_open(&work.reader, request->source, error);
    if (code == OK)
        code = origin_read(&work.origin, work.reader, request->source, request->n_slices, error);
    if (code == OK)
        code = find_outputs(&work, error);
    if (code == OK)
        code = find_extents(&work, error);
    if (code == OK)
        code = take_memory(&work, error);
    if (code == OK && work.origin.has_pawn)
        code = begin_pawn(&work, error);
    if (code == OK)
        code = findings_create(&work.findings, request, &work.origin, work.reader, work.outputs, work.n_outputs, error);
    start_progress(&work);
    for (size_t s = 0; s < work.n_scenarios && code == OK; s++)
        code = compute_scenario(&work, s, error);
    progress_finish(&work.progress);
    if (code == OK)
        code = findings_commit(work.findings, error);
    else
        findings_abort(work.findings);
    resample_free(&work.resample);
    pawn_free(&work.pawn);
    free(work.slices.of);
    free(work.slices.n);
    reader_close(work.reader);
    origin_free(&work.origin);
    free(work.outputs);
    free(work.has_failed);
    free(work.y);
    free(work.numbers);
    free(work.chance);
    free(work.n_kept);
    return code;
}

/* The output of a function at the points of a Saltelli design, and the factors there, shares [factor][free point]. */
static int evaluate(const struct function *function, const struct sobol *sobol, size_t n, double *y, double *shares,
                    struct error *error)
{
    const size_t n_factors = sobol->n_factors, n_rows = sobol_rows(sobol);
    const struct design_choice choice = {.kind = &design_saltelli,
                                         .n = n,
                                         .is_second_order = sobol->is_second_order,
                                         .seed = 1};
    struct factor factors[SOBOL_MOST_FACTORS];
    struct design *design = NULL;
    double point[SOBOL_MOST_FACTORS];
    for (size_t f = 0; f < n_factors; f++)
        factors[f] = (struct factor){.name = "x", .distribution = UNIFORM, .high = 1};
    const int code = design_create(&design, &choice, factors, n_factors, error);
    for (size_t k = 0; k < n * n_rows && code == OK; k++) {
        design_fill(design, k, 1, point);
        y[k] = function->value(point);
        const size_t row = k % n_rows;
        for (size_t f = 0; f < n_factors && (row == 0 || row == n_rows - 1); f++)
            shares[f * 2 * n + k / n_rows * 2 + (row > 0)] = point[f];
    }
    design_free(design);
    return code;
}

/* PAWN's numbers of a function, at the first and the last point of n blocks. */
static int find_pawn_of_function(const struct function *function, const double *y, const double *shares, size_t n,
                                 size_t n_rows, size_t n_times, uint64_t seed, double *numbers, struct error *error)
{
    const size_t n_factors = function->n_factors, n_free = 2 * n;
    const struct origin origin = {.choice.kind = &design_saltelli, .n_blocks = n, .n_rows = n_rows};
    struct pawn pawn = {0};
    size_t n_slices[SOBOL_MOST_FACTORS];
    uint16_t *slices = malloc((n_factors * n_free + 1) * sizeof *slices);
    double *picked = malloc((n_free + 1) * sizeof *picked);
    int code = slices && picked ? OK : error_memory(error);
    for (size_t f = 0; f < n_factors && code == OK; f++)
        code = pawn_cut(shares + f * n_free, n_free, PAWN_SLICES, slices + f * n_free, &n_slices[f], error);
    if (code == OK)
        code = pawn_create(&pawn, slices, n_slices, n_factors, n_free, n_times, seed, 1, error);
    if (code == OK) {
        pick_free_rows(&origin, y, picked);
        code = pawn_find(&pawn, picked, numbers, error);
    }
    pawn_free(&pawn);
    free(slices);
    free(picked);
    return code;
}

int sensitivity_of_function(const struct function *function, size_t n, bool is_second_order, size_t n_times,
                            uint64_t seed, double *numbers, struct error *error)
{
    const struct sobol sobol = {function->n_factors, is_second_order};
    const struct target target = {.sobol = &sobol, .n_indices = sobol_count(&sobol)};
    const size_t n_rows = sobol_rows(&sobol);
    struct resample resample = {.n_times = n_times};
    double *y = malloc((n + 1) * n_rows * sizeof *y), *shares = malloc((2 * n + 1) * sobol.n_factors * sizeof *shares);
    size_t *kept = malloc((n + 1) * sizeof *kept);
    int code = y && shares && kept ? evaluate(function, &sobol, n, y, shares, error) : error_memory(error);
    if (code == OK)
        code = resample_create(&resample, n, n_times, seed, error);
    if (code == OK) {
        const struct blocks blocks = {y, n_rows, kept, blocks_find_whole(y, n, n_rows, kept)};
        code = find_numbers(&target, &blocks, &resample, seed, numbers, error);
    }
    if (code == OK)
        code = find_pawn_of_function(function, y, shares, n, n_rows, n_times, seed,
                                     numbers + target.n_indices * FINDING_NUMBERS, error);
    resample_free(&resample);
    free(y);
    free(shares);
    free(kept);
    return code;
}

/* A Morris design over all of a function's range, as an output would tell it. Names of factors are needed to tell
 * groups apart. */
static int make_origin(struct origin *origin, const struct function *function, size_t n, uint64_t seed,
                       struct error *error)
{
    static const char *const names[SOBOL_MOST_FACTORS] = {"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"};
    *origin = (struct origin){.choice = {.kind = &design_morris, .n = n, .n_levels = MORRIS_LEVELS, .seed = seed},
                              .n_factors = function->n_factors,
                              .n_blocks = n,
                              .n_rows = function->n_factors + 1};
    origin->factors = arena_take(&origin->memory, origin->n_factors, sizeof *origin->factors);
    if (!origin->factors)
        return error_memory(error);
    for (size_t f = 0; f < origin->n_factors; f++)
        origin->factors[f] = (struct factor){.name = names[f], .distribution = UNIFORM, .high = 1};
    return origin_find_steps(origin, error);
}

/* Measures of factor f over all places of the grid that all factors can be at, and both places from which it can move.
 */
static void find_known(const struct function *function, size_t f, double *known)
{
    const size_t n = function->n_factors, half = MORRIS_LEVELS / 2;
    const double last = MORRIS_LEVELS - 1, step = (double)half / last;
    size_t place[SOBOL_MOST_FACTORS] = {0}, n_effects = 0;
    double shares[SOBOL_MOST_FACTORS], sum = 0, sizes = 0, squares = 0;
    for (bool is_last = false; !is_last;) {
        for (size_t g = 0; g < n; g++)
            shares[g] = (double)place[g] / last;
        const double before = function->value(shares);
        shares[f] += step;
        const double effect = (function->value(shares) - before) / step;
        sum += effect;
        sizes += fabs(effect);
        squares += effect * effect;
        n_effects++;
        size_t g = 0;
        for (; g < n && ++place[g] == (g == f ? half : MORRIS_LEVELS); g++)
            place[g] = 0;
        is_last = g == n;
    }
    const double count = (double)n_effects, mean = sum / count;
    known[MORRIS_MU * n + f] = mean;
    known[MORRIS_MU_STAR * n + f] = sizes / count;
    known[MORRIS_SIGMA * n + f] = sqrt(fmax(squares / count - mean * mean, 0));
}

int sensitivity_of_function_by_morris(const struct function *function, size_t n, size_t n_times, uint64_t seed,
                                      double *numbers, double *known, struct error *error)
{
    struct origin origin;
    struct resample resample = {.n_times = n_times};
    struct design *design = NULL;
    const size_t n_rows = function->n_factors + 1;
    double *y = malloc((n + 1) * n_rows * sizeof *y), shares[SOBOL_MOST_FACTORS];
    size_t *kept = malloc((n + 1) * sizeof *kept);
    int code = make_origin(&origin, function, n, seed, error);
    if (code == OK && (!y || !kept))
        code = error_memory(error);
    if (code == OK)
        code = design_create(&design, &origin.choice, origin.factors, origin.n_factors, error);
    for (size_t k = 0; k < n * n_rows && code == OK; k++) {
        design_fill(design, k, 1, shares);
        y[k] = function->value(shares);
    }
    if (code == OK)
        code = resample_create(&resample, n, n_times, seed, error);
    if (code == OK) {
        const struct target target = {.is_morris = true,
                                      .morris = &origin.morris,
                                      .n_indices = MORRIS_MEASURES * function->n_factors};
        const struct blocks blocks = {y, n_rows, kept, blocks_find_whole(y, n, n_rows, kept)};
        code = find_numbers(&target, &blocks, &resample, seed, numbers, error);
    }
    for (size_t f = 0; f < function->n_factors && code == OK; f++)
        find_known(function, f, known);
    design_free(design);
    resample_free(&resample);
    origin_free(&origin);
    free(y);
    free(kept);
    return code;
}

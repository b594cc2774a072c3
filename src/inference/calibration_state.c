#include "calibration_state.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"
#include "output/reader.h"
#include "output/store.h"
#include "sweep/checksum.h"

/* Numbers of a fit beside where it ended, and of a generation, as they stand in the file. */
enum { FIT_NUMBERS = 3, GENERATION_NUMBERS = 4 };

int calibration_state_create(struct calibration_state *state, const struct experiment *experiment, struct error *error)
{
    const size_t n = experiment->calibration->n_starts;
    *state = (struct calibration_state){.fits = calloc(n + 1, sizeof *state->fits), .n_starts = n};
    bool has_memory = state->fits != NULL;
    for (size_t k = 0; k < n && has_memory; k++) {
        state->fits[k].z = calloc(experiment->n_factors + 1, sizeof(double));
        has_memory = state->fits[k].z != NULL;
    }
    const int code = has_memory ? population_create(&state->population, experiment, error) : error_memory(error);
    if (code != OK)
        calibration_state_free(state);
    return code;
}

void calibration_state_free(struct calibration_state *state)
{
    for (size_t k = 0; state->fits && k < state->n_starts; k++)
        free(state->fits[k].z);
    free(state->fits);
    population_free(&state->population);
    *state = (struct calibration_state){0};
}

static void add_numbers(struct text *text, const double *numbers, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        text_add(text, " ");
        text_add_number(text, numbers[k]);
    }
    text_add(text, "\n");
}

static void add_calibration(struct text *text, const struct calibration *calibration)
{
    for (size_t k = 0; k < calibration->n_targets; k++) {
        const struct target *target = &calibration->targets[k];
        text_add(text, "%s", target->quantity.text);
        add_numbers(text, (const double[]){target->observed, target->sd, target->weight}, 3);
    }
    for (size_t k = 0; k < calibration->n_patterns; k++) {
        const struct pattern *pattern = &calibration->patterns[k];
        text_add(text, "%s", pattern->quantity.text);
        add_numbers(text, (const double[]){pattern->low, pattern->high, pattern->sd}, 3);
    }
    text_add(text, "%zu %" PRIu64 " %zu %zu %zu %zu", calibration->n_replicates, calibration->seed,
             calibration->n_starts, calibration->most_steps, calibration->n_particles, calibration->most_generations);
    add_numbers(text, &calibration->tolerance, 1);
}

uint64_t calibration_state_key(const struct experiment *experiment)
{
    struct text text = {0};
    text_add(&text, "%s %s\n", version_number(), version_commit());
    for (size_t f = 0; f < experiment->n_factors; f++) {
        const struct factor *factor = &experiment->factors[f];
        text_add(&text, "%s %d", factor->name, (int)factor->distribution);
        add_numbers(&text,
                    (const double[]){factor->low, factor->high, factor->mean, factor->sd, factor->shapes[0],
                                     factor->shapes[1], factor->peak},
                    7);
    }
    for (size_t k = 0; k < experiment->n_scenarios; k++)
        text_add(&text, "---\n%s", experiment->configurations[k].resolved);
    add_calibration(&text, experiment->calibration);
    const uint64_t key = text.is_exhausted ? 0 : checksum_bytes(text.bytes, text.n);
    text_free(&text);
    return key;
}

/* --------------------------------------------------------------------------------------------------------------- files
 */

/* A table of doubles as a dataset of its own. */
struct table {
    const char *name;
    size_t n_rows, n_columns;
    double *values;
};

static int write_table(struct store *store, const struct table *table, struct error *error)
{
    char rows[64], columns[64];
    int handles[2], dataset;
    if (table->n_rows == 0 || table->n_columns == 0)
        return OK;
    const size_t most = table->n_rows > table->n_columns ? table->n_rows : table->n_columns;
    int32_t *numbers = calloc(most, sizeof *numbers);
    snprintf(rows, sizeof rows, "%s_row", table->name);
    snprintf(columns, sizeof columns, "%s_column", table->name);
    for (size_t k = 0; numbers && k < most; k++)
        numbers[k] = (int32_t)k;
    int code = numbers ? store_add_dimension(store, rows, STORE_INT32, table->n_rows, numbers, &handles[0], error)
                       : error_memory(error);
    if (code == OK)
        code = store_add_dimension(store, columns, STORE_INT32, table->n_columns, numbers, &handles[1], error);
    if (code == OK)
        code = store_add_variable(store, table->name, STORE_DOUBLE, 2, handles, NAN, &dataset, error);
    if (code == OK)
        code = store_write_all(store, dataset, table->values, error);
    free(numbers);
    return code;
}

/* What there is to be kept: [n_tables] tables, of which some are copies to be freed. */
enum { FIT_ENDS, POINTS, DISTANCES, PENALTIES, FITS, GENERATIONS, TABLES };

static int list_tables(const struct calibration_state *state, size_t n_fits, size_t n_generations,
                       struct table tables[TABLES], struct error *error)
{
    const struct population *p = &state->population;
    const size_t n = n_generations > 0 ? p->n : 0, d = p->n_factors;
    const struct table list[TABLES] = {
        [FIT_ENDS] = {"fit_ends", n_fits, d, calloc(n_fits * d + 1, sizeof(double))},
        [POINTS] = {"points", n, d, p->z},
        [DISTANCES] = {"distances", n, p->n_replicates, p->distances},
        [PENALTIES] = {"penalties", n, 1, p->penalties},
        [FITS] = {"fits", n_fits, FIT_NUMBERS, calloc(n_fits * FIT_NUMBERS + 1, sizeof(double))},
        [GENERATIONS] = {"generations", n_generations, GENERATION_NUMBERS,
                         calloc(n_generations * GENERATION_NUMBERS + 1, sizeof(double))}};
    memcpy(tables, list, sizeof list);
    return tables[FIT_ENDS].values && tables[FITS].values && tables[GENERATIONS].values ? OK : error_memory(error);
}

static void free_tables(struct table tables[TABLES])
{
    free(tables[FIT_ENDS].values);
    free(tables[FITS].values);
    free(tables[GENERATIONS].values);
}

static void fill_tables(const struct calibration_state *state, struct table tables[TABLES])
{
    const size_t d = state->population.n_factors;
    for (size_t k = 0; k < state->n_fits; k++) {
        const struct fit *fit = &state->fits[k];
        double *numbers = tables[FITS].values + k * FIT_NUMBERS;
        memcpy(tables[FIT_ENDS].values + k * d, fit->z, d * sizeof *fit->z);
        numbers[0] = fit->misfit;
        numbers[1] = (double)fit->n_trials;
        numbers[2] = fit->has_converged;
    }
    for (size_t k = 0; k < state->population.n_generations; k++) {
        const struct generation *generation = &state->population.generations[k];
        double *numbers = tables[GENERATIONS].values + k * GENERATION_NUMBERS;
        numbers[0] = generation->tolerance;
        numbers[1] = generation->effective;
        numbers[2] = generation->acceptance;
        numbers[3] = (double)generation->n_moves;
    }
}

static void take_tables(struct calibration_state *state, const struct table tables[TABLES])
{
    const size_t d = state->population.n_factors;
    for (size_t k = 0; k < state->n_fits; k++) {
        const double *numbers = tables[FITS].values + k * FIT_NUMBERS;
        memcpy(state->fits[k].z, tables[FIT_ENDS].values + k * d, d * sizeof(double));
        state->fits[k].misfit = numbers[0];
        state->fits[k].n_trials = (size_t)numbers[1];
        state->fits[k].has_converged = numbers[2] > 0;
    }
    for (size_t k = 0; k < state->population.n_generations; k++) {
        const double *numbers = tables[GENERATIONS].values + k * GENERATION_NUMBERS;
        state->population.generations[k] = (struct generation){numbers[0], numbers[1], numbers[2], (size_t)numbers[3]};
    }
}

int calibration_state_write_key(struct store *store, uint64_t key, struct error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, key);
    return store_attribute_text(store, STORE_ROOT, "calibration_key", text, error);
}

static bool has_key(const struct reader *reader, uint64_t key)
{
    char wanted[32], *found = reader_attribute(reader, "calibration_key");
    snprintf(wanted, sizeof wanted, "%016" PRIx64, key);
    const bool is_same = found && strcmp(found, wanted) == 0;
    free(found);
    return is_same;
}

bool calibration_state_is_of(const char *path, uint64_t key)
{
    struct error error = {0};
    struct reader *reader = NULL;
    const bool is_of = reader_open(&reader, path, &error) == OK && has_key(reader, key);
    reader_close(reader);
    error_free(&error);
    return is_of;
}

/* Numbers of the whole, as attributes. */
static int write_numbers(struct store *store, const struct calibration_state *state, uint64_t key, struct error *error)
{
    const struct population *p = &state->population;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"n_fits", (double)state->n_fits},
                   {"n_generations", (double)p->n_generations},
                   {"n_steps", (double)p->n_steps},
                   {"scale", p->scale},
                   {"is_at_end", p->is_at_end}};
    int code = store_attribute_text(store, STORE_ROOT, "entente_version", version_number(), error);
    if (code == OK)
        code = calibration_state_write_key(store, key, error);
    for (size_t k = 0; k < COUNT(numbers) && code == OK; k++)
        code = store_attribute_numbers(store, STORE_ROOT, numbers[k].name, STORE_DOUBLE, 1, &numbers[k].value, error);
    return code;
}

int calibration_state_save(const struct calibration_state *state, const char *path, uint64_t key, struct error *error)
{
    struct table tables[TABLES];
    struct store *store = NULL;
    int code = list_tables(state, state->n_fits, state->population.n_generations, tables, error);
    if (code == OK) {
        fill_tables(state, tables);
        code = store_create(&store, path, true, error);
    }
    if (code == OK)
        code = write_numbers(store, state, key, error);
    for (size_t k = 0; k < TABLES && code == OK; k++)
        code = write_table(store, &tables[k], error);
    if (code == OK)
        code = store_commit(store, error);
    else
        store_abort(store);
    free_tables(tables);
    return code;
}

static int read_table(const struct reader *reader, const struct table *table, struct error *error)
{
    const size_t start[2] = {0, 0}, count[2] = {table->n_rows, table->n_columns};
    if (table->n_rows == 0 || table->n_columns == 0)
        return OK;
    return reader_read(reader, table->name, start, count, table->values, error);
}

static int read_state(struct calibration_state *state, const struct reader *reader, struct error *error)
{
    struct population *p = &state->population;
    struct table tables[TABLES];
    state->n_fits = (size_t)reader_attribute_number(reader, "n_fits");
    p->n_generations = (size_t)reader_attribute_number(reader, "n_generations");
    p->n_steps = (uint64_t)reader_attribute_number(reader, "n_steps");
    p->scale = reader_attribute_number(reader, "scale");
    p->is_at_end = reader_attribute_number(reader, "is_at_end") > 0;
    int code = list_tables(state, state->n_fits, p->n_generations, tables, error);
    for (size_t k = 0; k < TABLES && code == OK; k++)
        code = read_table(reader, &tables[k], error);
    if (code == OK)
        take_tables(state, tables);
    free_tables(tables);
    return code;
}

int calibration_state_load(struct calibration_state *state, const char *path, uint64_t key, bool *is_there,
                           struct error *error)
{
    struct reader *reader = NULL;
    *is_there = access(path, F_OK) == 0;
    if (!*is_there)
        return OK;
    int code = reader_open(&reader, path, error);
    if (code == BAD_INPUT) {
        error_free(error);
        error_set(error, BAD_INPUT, "%s is no state of a calibration, or it is damaged; --force begins anew", path);
    }
    if (code == OK && !has_key(reader, key))
        code = error_set(error, BAD_INPUT,
                         "%s was begun by another calibration, or by another version of entente; --force begins anew",
                         path);
    if (code == OK)
        code = read_state(state, reader, error);
    reader_close(reader);
    return code;
}

/* A run made up for the tests of output: configurations without files, and worlds whose every number is known. */
#ifndef ENTENTE_MADE_UP_RUN_H
#define ENTENTE_MADE_UP_RUN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/registry.h"
#include "output/recorder.h"

enum { MADE_UP_MOST_STATES = 200 };

/* A number that is told by what it belongs to: the same function is asked for when the file is read. */
static inline double made_up(const struct variable *variable, size_t scenario, size_t replicate, int year,
                             size_t element)
{
    uint64_t z = 1 + scenario + 1000 * (uint64_t)replicate + 7919 * (uint64_t)element + 104729 * (uint64_t)year;
    for (const char *c = variable->name; *c; c++)
        z = (z ^ (uint64_t)*c) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 31)) * UINT64_C(0xBF58476D1CE4E5B9);
    const double share = (double)((z ^ (z >> 29)) >> 11) * 0x1p-53;
    if (variable->flags & WHOLE)
        return (double)(int)(share * (variable->high + 1) * 0.999);
    return variable->high > 1 ? 1 + 100 * share : share;
}

/* What the world's numbers are: made_up, or a test's own. */
typedef double made_up_value(const struct variable *variable, size_t scenario, size_t replicate, int year,
                             size_t element);

struct made_up_run {
    made_up_value *value;
    struct configuration *configurations;
    size_t n_scenarios;
    struct state_entry states[MADE_UP_MOST_STATES];
    char ids[MADE_UP_MOST_STATES][8];
    char names[8][32];
    struct record_entry *record;
    double quantiles[5];
    int years[200];
    size_t kept_states[MADE_UP_MOST_STATES];
};

/* `parts` names what is recorded of every variable: any of t (trajectories), s (statistics), f (final). */
static inline void made_up_begin(struct made_up_run *run, size_t n_scenarios, size_t n_states, int first_year,
                                 int last_year, size_t n_replicates, const char *parts)
{
    static const char *const known[] = {"CHN", "RUS", "KAZ", "KGZ", "TJK", "UZB", "MNG", "IND", "PAK", "IRN", "USA"};
    static const double quantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    *run = (struct made_up_run){.value = made_up, .n_scenarios = n_scenarios};
    memcpy(run->quantiles, quantiles, sizeof quantiles);
    for (int year = first_year; year <= last_year; year++)
        run->years[year - first_year] = year;
    for (size_t i = 0; i < n_states; i++)
        run->kept_states[i] = i;
    for (size_t i = 0; i < n_states; i++) {
        if (i < COUNT(known))
            snprintf(run->ids[i], sizeof run->ids[i], "%s", known[i]);
        else
            snprintf(run->ids[i], sizeof run->ids[i], "S%u", (unsigned)(i % 1000));
        run->states[i] = (struct state_entry){.id = run->ids[i], .name = i == 0 ? (char *)"中国" : run->ids[i]};
    }
    run->record = calloc(registry_n_variables(), sizeof *run->record);
    run->configurations = calloc(n_scenarios, sizeof *run->configurations);
    size_t n_record = 0;
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if ((variable->flags & HIDDEN) || variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL)
            continue;
        run->record[n_record++] =
            (struct record_entry){variable, strchr(parts, 't'), strchr(parts, 's'), strchr(parts, 'f')};
    }
    for (size_t s = 0; s < n_scenarios; s++) {
        snprintf(run->names[s], sizeof run->names[s], "scenario%zu", s);
        run->configurations[s] = (struct configuration){.name = run->names[s],
                                                        .title = (char *)"made up: détente",
                                                        .organization = (char *)"Made Up",
                                                        .first_year = first_year,
                                                        .last_year = last_year,
                                                        .n_replicates = n_replicates,
                                                        .seed = UINT64_MAX,
                                                        .is_noisy = true,
                                                        .states = run->states,
                                                        .n_states = n_states,
                                                        .record = run->record,
                                                        .n_record = n_record,
                                                        .kept_years = run->years,
                                                        .n_kept_years = (size_t)(last_year - first_year) + 1,
                                                        .kept_states = run->kept_states,
                                                        .n_kept_states = n_states,
                                                        .quantiles = run->quantiles,
                                                        .n_quantiles = 5,
                                                        .resolved = (char *)"name: made up\n"};
    }
}

static inline void made_up_end(struct made_up_run *run)
{
    free(run->record);
    free(run->configurations);
}

/* Keep of the record only the entry of one variable. */
static inline struct record_entry *made_up_record_only(struct made_up_run *run, const char *name)
{
    size_t k = 0;
    while (strcmp(run->record[k].variable->name, name) != 0)
        k++;
    run->record[0] = run->record[k];
    for (size_t s = 0; s < run->n_scenarios; s++)
        run->configurations[s].n_record = 1;
    return &run->record[0];
}

/* A world's memory; its arrays lie at world->... as the table says. */
static inline void *made_up_world(struct world *world, size_t n_states)
{
    void *memory = aligned_alloc(WORLD_ALIGNMENT, world_bytes(n_states));
    world_lay_out(world, n_states, memory);
    return memory;
}

static inline void made_up_fill(const struct made_up_run *run, struct world *world, size_t scenario,
                                size_t first_replicate, size_t year_index)
{
    const struct configuration *configuration = &run->configurations[scenario];
    for (size_t k = 0; k < configuration->n_record; k++) {
        const struct variable *variable = configuration->record[k].variable;
        lane_array *lanes = registry_variable_lanes(world, variable);
        for (size_t e = 0; e < variable_count(variable->shape, configuration->n_states); e++)
            for (size_t l = 0; l < LANES; l++)
                lanes[e][l] =
                    run->value(variable, scenario, first_replicate + l, configuration->first_year + (int)year_index, e);
    }
}

/* The experiment of one point that has these scenarios. */
static inline struct experiment made_up_experiment(const struct made_up_run *run)
{
    return (struct experiment){.title = (char *)(run->n_scenarios == 1 ? run->configurations->title : ""),
                               .n_scenarios = run->n_scenarios,
                               .n_variants = 1,
                               .configurations = run->configurations,
                               .n_points = 1,
                               .has_common_luck = true};
}

/* Let the observer see all years of replicates first .. first + n - 1. */
static inline void made_up_observe(const struct made_up_run *run, const struct observer *observer, size_t scenario,
                                   size_t first, size_t n, const struct replicate_status *status, int n_threads)
{
    const struct configuration *configuration = &run->configurations[scenario];
    const size_t n_years = (size_t)(configuration->last_year - configuration->first_year) + 1;
    const size_t n_batches = (n + LANES - 1) / LANES;
#pragma omp parallel for num_threads(n_threads) schedule(dynamic)
    for (size_t b = 0; b < n_batches; b++) {
        struct world world;
        void *memory = made_up_world(&world, configuration->n_states);
        const size_t left = n - b * LANES, n_lanes = left < LANES ? left : LANES;
        for (size_t year = 0; year < n_years; year++) {
            made_up_fill(run, &world, scenario, first + b * LANES, year);
            observer->observe(observer->context, &world, year, first + b * LANES, n_lanes, status + b * LANES);
        }
        free(memory);
    }
}

/* Let the recorder observe the next block, of `most` replicates at most where it is of one cell (0: as many as the
 * recorder wishes), and end it. False behind the last. `status` is that of all replicates, alike in all scenarios. */
static inline bool made_up_block(const struct made_up_run *run, struct recorder *recorder, size_t most,
                                 const struct replicate_status *status, int n_threads, int *code, struct error *error)
{
    struct tile block;
    if (!recorder_next(recorder, &block))
        return false;
    if (tile_cells(&block) == 1 && most > 0 && block.n_replicates > most)
        block.n_replicates = most;
    recorder_begin_block(recorder, &block);
    for (size_t cell = 0; cell < tile_cells(&block) && *code == OK; cell++) {
        const struct observer observer = recorder_observe_cell(recorder, 0, cell);
        made_up_observe(run, &observer, tile_scenario(&block, cell), block.replicate, block.n_replicates,
                        status + block.replicate, n_threads);
        *code = recorder_end_cell(recorder, 0, status + block.replicate, error);
    }
    if (*code == OK)
        *code = recorder_end_block(recorder, error);
    return *code == OK;
}

/* All scenarios in blocks of `block` replicates (0: as many as the recorder wishes), into `path`. */
static inline int made_up_write(const struct made_up_run *run, const char *path, size_t block, int n_threads,
                                const struct replicate_status *status, struct error *error)
{
    char *argv[] = {(char *)"entente", (char *)"run", (char *)"it's here.yaml"};
    const struct run_description description = {.argc = 3, .argv = argv, .n_threads = n_threads};
    const struct experiment experiment = made_up_experiment(run);
    const struct tile whole = tile_whole(&experiment);
    struct recorder *recorder;
    int code = recorder_open(&recorder, path, true, &experiment, &whole, false, &description, error);
    if (code != OK)
        return code;
    while (made_up_block(run, recorder, block, status, n_threads, &code, error))
        ;
    if (code == OK)
        return recorder_commit(recorder, error);
    recorder_abort(recorder);
    return code;
}

#endif

#include "trials.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ensemble.h"
#include "models/registry.h"

/* What one thread runs trials with. */
struct hand {
    const struct trials *trials;
    struct bench *bench;
    size_t scenario; /* that runs */
    double *values;  /* [cell][n_replicates] */
    bool *has_failed;
    struct replicate_status *status;
};

struct trials {
    const struct experiment *experiment;
    const struct quantity_cells *cells;
    size_t n_replicates;
    int *last_years;       /* [n_scenarios]: of which a cell is; before the first year if the scenario is not needed */
    struct observer looks; /* what runs have to show; each hand puts itself in */
    struct hand *hands;
    int n_hands;
};

static int take_memory(struct trials *trials, struct error *error)
{
    const size_t n = trials->n_replicates, n_cells = trials->cells->n;
    trials->last_years = calloc(trials->experiment->n_scenarios, sizeof *trials->last_years);
    if (!trials->last_years)
        return error_memory(error);
    for (int k = 0; k < trials->n_hands; k++) {
        struct hand *hand = &trials->hands[k];
        hand->trials = trials;
        hand->values = calloc(n_cells * n + 1, sizeof *hand->values);
        hand->has_failed = calloc(n, sizeof *hand->has_failed);
        hand->status = calloc(n, sizeof *hand->status);
        if (!hand->values || !hand->has_failed || !hand->status)
            return error_memory(error);
        const int code = bench_create(&hand->bench, trials->experiment, error);
        if (code != OK)
            return code;
    }
    return OK;
}

int trials_create(struct trials **result, const struct experiment *experiment, const struct quantity_cells *cells,
                  size_t n_replicates, int n_threads, struct error *error)
{
    struct trials *trials = *result = calloc(1, sizeof *trials);
    if (!trials)
        return error_memory(error);
    *trials = (struct trials){.experiment = experiment, .cells = cells, .n_replicates = n_replicates};
    trials->hands = calloc((size_t)n_threads, sizeof *trials->hands);
    trials->n_hands = trials->hands ? n_threads : 0;
    const int code = trials->hands ? take_memory(trials, error) : error_memory(error);
    if (code != OK) {
        trials_free(trials);
        *result = NULL;
        return code;
    }
    for (size_t k = 0; k < cells->n; k++) {
        const struct quantity_cell *cell = &cells->list[k];
        int *last = &trials->last_years[cell->scenario];
        *last = cell->year > *last ? cell->year : *last;
        observer_look_at(&trials->looks, cell->variable);
    }
    return OK;
}

void trials_free(struct trials *trials)
{
    if (!trials)
        return;
    for (int k = 0; k < trials->n_hands; k++) {
        bench_free(trials->hands[k].bench);
        free(trials->hands[k].values);
        free(trials->hands[k].has_failed);
        free(trials->hands[k].status);
    }
    free(trials->hands);
    free(trials->last_years);
    free(trials);
}

static void observe(void *context, const struct world *world, size_t year_index, size_t first_replicate, size_t n_lanes,
                    const struct replicate_status *status)
{
    struct hand *hand = context;
    const struct trials *trials = hand->trials;
    const struct quantity_cells *cells = trials->cells;
    const int year = experiment_common(trials->experiment)->first_year + (int)year_index;
    (void)status;
    for (size_t k = 0; k < cells->n; k++) {
        const struct quantity_cell *cell = &cells->list[k];
        if (cell->scenario != hand->scenario || cell->year != year)
            continue;
        const lane_array *lanes = (const lane_array *)registry_variable_lanes(world, cell->variable);
        memcpy(hand->values + k * trials->n_replicates + first_replicate, lanes[cell->element],
               n_lanes * sizeof(double));
    }
}

static int run_scenario(struct hand *hand, size_t scenario, const double *factors, uint64_t seed, struct error *error)
{
    const struct trials *trials = hand->trials;
    const struct configuration *at_point = bench_configure(hand->bench, scenario, 0, factors);
    struct observer observer = trials->looks;
    if (!at_point)
        return error_memory(error);
    observer.observe = observe;
    observer.context = hand;
    struct configuration shorter = *at_point;
    shorter.last_year = trials->last_years[scenario];
    shorter.seed = seed;
    hand->scenario = scenario;
    const int code = ensemble_run(&shorter, 0, trials->n_replicates, 1, &observer, hand->status, error);
    for (size_t r = 0; r < trials->n_replicates && code == OK; r++)
        hand->has_failed[r] |= hand->status[r].variable != NULL;
    return code;
}

/* Close the gaps that failed runs leave; returns how many runs remain. */
static size_t close_gaps(struct hand *hand)
{
    const size_t n = hand->trials->n_replicates;
    size_t n_well = 0;
    for (size_t r = 0; r < n; r++)
        n_well += !hand->has_failed[r];
    if (n_well == n)
        return n;
    double *to = hand->values;
    for (size_t k = 0; k < hand->trials->cells->n; k++)
        for (size_t r = 0; r < n; r++)
            if (!hand->has_failed[r])
                *to++ = hand->values[k * n + r];
    return n_well;
}

int trials_run(struct trials *trials, int thread, const double *factors, uint64_t seed, struct trial *trial,
               struct error *error)
{
    struct hand *hand = &trials->hands[thread];
    int code = OK;
    memset(hand->has_failed, 0, trials->n_replicates * sizeof *hand->has_failed);
    for (size_t k = 0; k < trials->experiment->n_scenarios && code == OK; k++)
        if (trials->last_years[k] > 0)
            code = run_scenario(hand, k, factors, seed, error);
    if (code == OK)
        *trial = (struct trial){hand->values, close_gaps(hand)};
    return code;
}

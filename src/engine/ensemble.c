#include "engine/ensemble.h"

#include <omp.h>
#include <stdlib.h>

#include "engine/draws.h"
#include "engine/schedule.h"

/* What a thread computes batches in. All of its memory is in one piece. */
struct worker {
    struct course course;
    struct draws *draws;
    void *memory;
};

/* A variable whose numbers have to stay finite, and how many lane arrays it has; or the first of several that lie one
 * after the other, and how many they have together. */
struct watched {
    const struct variable *variable;
    size_t count;
};

/* What all threads read. */
struct plan {
    const struct configuration *configuration;
    const struct observer *observer;
    struct parameters *base;
    uint32_t *state_keys;
    void *start; /* the world before the first year, as world_save leaves it: the same for all replicates */
    struct watched *watched, *spans; /* one by one, and what can be looked at in one go */
    size_t n_watched, n_spans;
    struct chronicle chronicle;
    size_t first, n;
    size_t world_bytes, calendar_bytes, parameter_bytes;
};

static void *take_memory(size_t bytes) { return aligned_alloc(WORLD_ALIGNMENT, whole_lines(bytes > 0 ? bytes : 1)); }

size_t replicate_well_years(const struct replicate_status *status, const int *years, size_t n)
{
    size_t n_well = 0;
    while (n_well < n && years[n_well] < status->year)
        n_well++;
    return n_well;
}

void observer_look_at(struct observer *observer, const struct variable *variable)
{
    observer->sees_details |= (variable->flags & DETAIL) != 0;
    observer->sees_trade |= variable->shape == BY_DYAD;
}

/* Is it a part of the world's state that has to stay finite? Of dyads, what is looked at: the rest is added up in flows
 * of states. No event leads an attribute out of its range. */
static bool is_watched(const struct variable *variable, const struct observer *observer)
{
    if (variable->shape == BY_DYAD)
        return (variable->kind == STOCK && observer->sees_trade) ||
               (variable->flags & DETAIL && observer->sees_details);
    return variable->kind == STOCK || variable->kind == FLOW;
}

/* What is carried from year to year comes first: where that has failed, what follows from it is a symptom. */
static void list_watched(struct plan *plan, const struct observer *observer)
{
    for (int symptoms = 0; symptoms <= 1; symptoms++)
        FOR_VARIABLES(variable)
            if (is_watched(variable, observer) && (variable->kind == FLOW) == symptoms)
                plan->watched[plan->n_watched++] =
                    (struct watched){variable, variable_count(variable->shape, plan->configuration->n_states)};
}

static void list_spans(struct plan *plan)
{
    for (enum span span = 0; span < SPANS; span++) {
        struct watched *all = &plan->spans[plan->n_spans++];
        all->variable = world_span(span, plan->configuration->n_states, &all->count);
    }
    for (size_t v = 0; v < plan->n_watched; v++)
        if (plan->watched[v].variable->shape == BY_DYAD)
            plan->spans[plan->n_spans++] = plan->watched[v];
}

static int plan_make(struct plan *plan, const struct configuration *configuration, size_t first, size_t n,
                     const struct observer *observer, struct error *error)
{
    *plan = (struct plan){.configuration = configuration, .observer = observer, .first = first, .n = n};
    plan->world_bytes = world_bytes(configuration->n_states);
    plan->parameter_bytes = whole_lines(sizeof(struct parameters));
    plan->calendar_bytes = whole_lines(configuration->n_events * sizeof(lane_array));
    plan->base = take_memory(sizeof *plan->base);
    plan->state_keys = take_memory(configuration->n_states * sizeof *plan->state_keys);
    plan->start = take_memory(world_save_bytes(configuration->n_states));
    plan->watched = calloc(registry_n_variables(), sizeof *plan->watched);
    plan->spans = calloc(SPANS + registry_n_variables(), sizeof *plan->spans);
    if (!plan->base || !plan->state_keys || !plan->start || !plan->watched || !plan->spans || plan->world_bytes == 0)
        return error_memory(error);
    list_watched(plan, observer);
    list_spans(plan);
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        double *lanes = registry_parameter_lanes(plan->base, p);
        FOR_LANES(l)
            lanes[l] = configuration->parameters[p];
    }
    for (size_t i = 0; i < configuration->n_states; i++)
        plan->state_keys[i] = configuration->states[i].key;
    return chronicle_make(&plan->chronicle, configuration, error);
}

static void plan_free(struct plan *plan)
{
    free(plan->base);
    free(plan->state_keys);
    free(plan->start);
    free(plan->watched);
    free(plan->spans);
    chronicle_free(&plan->chronicle);
}

static void worker_lay_out(struct worker *worker, const struct plan *plan)
{
    const struct configuration *configuration = plan->configuration;
    struct course *course = &worker->course;
    char *memory = worker->memory;
    world_lay_out(&course->world, configuration->n_states, memory);
    course->world.is_noisy = configuration->is_noisy;
    course->world.tells_all = plan->observer->sees_details;
    course->world.follows_all = plan->observer->sees_trade;
    memory += plan->world_bytes;
    course->calendar = (struct calendar){.events = configuration->events,
                                         .n_events = configuration->n_events,
                                         .touches_parameters = schedule_touches_parameters(configuration),
                                         .begins = (lane_array *)(void *)memory,
                                         .hazard_draw = (lane_array *)(void *)(memory + plan->calendar_bytes)};
    memory += 2 * plan->calendar_bytes;
    course->parameters = (struct parameters *)(void *)memory;
    worker->draws =
        draws_lay_out(memory + plan->parameter_bytes, &course->world, configuration->seed, plan->state_keys);
    course->base = plan->base;
    *course->parameters = *plan->base;
    memcpy(course->is_on, configuration->is_on, sizeof course->is_on);
    draws_fill_neutral(&course->world);
}

/* Add all numbers up, in four sums so that one need not wait for the last. What is not finite stays so in a sum. */
static inline void add_up(lane_array *sums, const lane_array *array, size_t n)
{
    size_t k = 0;
    for (; k + 4 <= n; k += 4)
        FOR_LANES(l) {
            sums[0][l] += array[k][l];
            sums[1][l] += array[k + 1][l];
            sums[2][l] += array[k + 2][l];
            sums[3][l] += array[k + 3][l];
        }
    for (; k < n; k++)
        FOR_LANES(l)
            sums[0][l] += array[k][l];
}

/* Is any number of the lane not finite? Sums may exceed all doubles, so that this looks at one after the other. */
static bool is_any_lost(const lane_array *array, size_t n, size_t l)
{
    bool is_any = false;
    for (size_t k = 0; k < n; k++)
        is_any |= !isfinite(array[k][l]);
    return is_any;
}

/* Mark lanes in which any number of the variable is not finite. */
static void mark_failed(const struct world *world, const struct watched *watched, int year, size_t n_lanes,
                        struct replicate_status *status)
{
    const lane_array *array = (const lane_array *)registry_variable_lanes(world, watched->variable);
    for (size_t l = 0; l < n_lanes; l++)
        if (!status[l].variable && is_any_lost(array, watched->count, l))
            status[l] = (struct replicate_status){watched->variable, year};
}

static void find_failed(const struct world *world, const struct plan *plan, int year, size_t n_lanes,
                        struct replicate_status *status)
{
    lane_array sums[4] = {{0}};
    double zero = 0; /* NaN if a sum is not finite */
    for (size_t v = 0; v < plan->n_spans; v++)
        add_up(sums, (const lane_array *)registry_variable_lanes(world, plan->spans[v].variable), plan->spans[v].count);
    for (size_t l = 0; l < LANES; l++)
        zero += ((sums[0][l] + sums[1][l]) + (sums[2][l] + sums[3][l])) * 0;
    for (size_t v = 0; v < plan->n_watched && zero != 0; v++)
        mark_failed(world, &plan->watched[v], year, n_lanes, status);
}

static void run_batch(struct worker *worker, const struct plan *plan, size_t batch, struct replicate_status *status)
{
    const struct configuration *configuration = plan->configuration;
    const struct observer *observer = plan->observer;
    struct course *course = &worker->course;
    const size_t offset = batch * LANES, first = plan->first + offset;
    const size_t n_lanes = plan->n - offset < LANES ? plan->n - offset : LANES;

    world_rewind(&course->world, plan->start);
    course->world.year = configuration->first_year;
    schedule_events(&course->calendar, configuration, first);
    for (int year = configuration->first_year; year <= configuration->last_year; year++) {
        schedule_hazards(&course->calendar, configuration, first, year);
        year_open(course);
        if (configuration->is_noisy)
            draws_fill(worker->draws, &course->world, FOR_STEPS_2_TO_5, first, year);
        year_see(course);
        find_failed(&course->world, plan, year, n_lanes, &status[offset]);
        if (observer->observe)
            observer->observe(observer->context, &course->world, (size_t)(year - configuration->first_year), first,
                              n_lanes, &status[offset]);
        if (year == configuration->last_year)
            break;
        chronicle_tell(&plan->chronicle, &course->world, year + 1);
        year_look_ahead(course);
        if (configuration->is_noisy)
            draws_fill(worker->draws, &course->world, FOR_STEPS_6_TO_16, first, year);
        year_move(course);
    }
}

/* What the first year begins with is computed once. */
static void find_start(struct worker *worker, const struct plan *plan)
{
    worker_lay_out(worker, plan);
    world_set_starts(&worker->course.world, plan->configuration->starts);
    year_begin(&worker->course);
    world_save(&worker->course.world, plan->start);
}

static int take_workers(struct worker **workers, int n, const struct plan *plan, struct error *error)
{
    *workers = calloc((size_t)n, sizeof **workers);
    if (!*workers)
        return error_memory(error);
    for (int w = 0; w < n; w++) {
        (*workers)[w].memory = take_memory(plan->world_bytes + 2 * plan->calendar_bytes + plan->parameter_bytes +
                                           draws_bytes(plan->configuration->n_states));
        if (!(*workers)[w].memory)
            return error_memory(error);
    }
    return OK;
}

static void free_workers(struct worker *workers, int n)
{
    for (int w = 0; workers && w < n; w++)
        free(workers[w].memory);
    free(workers);
}

int ensemble_run(const struct configuration *configuration, size_t first, size_t n, int n_threads,
                 const struct observer *observer, struct replicate_status *status, struct error *error)
{
    const long long n_batches = (long long)lanes_batches(n);
    struct worker *workers = NULL;
    struct plan plan;
    int code = plan_make(&plan, configuration, first, n, observer, error);
    if (code < 0)
        goto out;
    code = take_workers(&workers, n_threads, &plan, error);
    if (code < 0)
        goto out;
    memset(status, 0, n * sizeof *status);
    find_start(&workers[0], &plan);
#pragma omp parallel num_threads(n_threads)
    {
        struct worker *worker = &workers[omp_get_thread_num()];
        worker_lay_out(worker, &plan);
        world_restore(&worker->course.world, plan.start);
#pragma omp for schedule(dynamic)
        for (long long batch = 0; batch < n_batches; batch++)
            run_batch(worker, &plan, (size_t)batch, status);
    }
out:
    free_workers(workers, n_threads);
    plan_free(&plan);
    return code;
}

/* Ways to run the model: the batched core, and plain scalar twins of it. The scripts beside this measure them by turns.
 *
 *   bench_twins check FILE [REPLICATES]    do they agree to rounding (of noise in single precision)? exit code 1 if not
 *   bench_twins WAY FILE [REPLICATES]      run one way alone and print its seconds a run, and those that processors spent
 *                                          on it: core, core2 (two threads), scalar, native (compiled for the processor
 *                                          at hand), hoisted (logarithms)
 *   bench_twins profile FILE [REPLICATES]  where is the core's time spent? A line a sample: an address in the library
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/ensemble.h"
#include "sampler.h"
#include "scalar.h"

/* The scalar twin compiled for the processor at hand, under other names. */
struct scalar_world *native_make(const struct configuration *configuration);
void native_free(struct scalar_world *world);
double native_run(struct scalar_world *world, size_t replicate,
                  void (*observe)(void *context, const struct scalar_world *world), void *context);

/* The scalar twin with its logarithms hoisted. */
struct scalar_world *hoisted_make(const struct configuration *configuration);
void hoisted_free(struct scalar_world *world);
double hoisted_run(struct scalar_world *world, size_t replicate,
                   void (*observe)(void *context, const struct scalar_world *world), void *context);

/* What is compared: (the twin's array, the core's lanes, shape). */
#define SAME(X, name, shape) X(name, name, shape)
#define COMPARED_ARRAYS(X)                                                                                             \
    SAME(X, now.gdp, BY_STATE) \
    SAME(X, now.price, BY_STATE) \
    SAME(X, now.vision, BY_STATE) \
    SAME(X, now.will, BY_STATE) \
    SAME(X, now.skills, BY_STATE) \
    SAME(X, now.threat, BY_STATE) \
    SAME(X, now.insecurity, BY_STATE) \
    SAME(X, now.alignment, BY_STATE) \
    SAME(X, now.expectation, BY_STATE) \
    SAME(X, now.commitment, BY_STATE) \
    SAME(X, now.status, BY_STATE) \
    SAME(X, now.tenure, BY_STATE) \
    SAME(X, openness, BY_STATE) \
    SAME(X, resources, BY_STATE) \
    SAME(X, leadership, BY_STATE) \
    SAME(X, influence, BY_STATE) \
    SAME(X, appeal, BY_STATE) \
    SAME(X, dependence, BY_STATE) \
    SAME(X, exposure, BY_STATE) \
    SAME(X, payment, BY_STATE) \
    SAME(X, now.ambition, BY_AREA) \
    SAME(X, now.depth, BY_AREA) \
    SAME(X, trade, BY_DYAD) \
    SAME(X, infrastructure, BY_DYAD) \
    SAME(X, potential_trade, BY_DYAD) \
    X(now.position, now.position[0], BY_STATE_AREA) X(need, need[0], BY_STATE_AREA)                                    \
    X(propensity, propensity[0], BY_STATE_AREA) X(attendance, attendance[0], BY_STATE_AREA)
#define COMPARED_SCALARS(X)                                                                                            \
    X(crisis) X(n_members) X(effective_leadership) X(drive) X(shortfall) X(attitude) X(attachment) X(participation)    \
    X(cohesion)
enum { MOST_COMPARED = 40 };

/* A value differs by |a - b| over the larger of the two, but over `scale` at least where what is 0 in the one is rounding in
 * the other, or little is left of two numbers that are alike (need, of trade and what it could be). Without noise that is the
 * rounding of doubles. Noise is in single precision, which the C library rounds otherwise: some 1e-7 of a normal number. Of
 * 4,096 runs of history no value is off by more than 9e-7, of 64 runs of 64 states by more than 3e-7. */
static const struct agreement {
    double scale, tolerance;
} without_noise = {1e-6, 1e-9}, with_noise = {0.1, 2e-6};

static struct agreement expected_agreement(const struct configuration *configuration)
{
    return configuration->is_noisy ? with_noise : without_noise;
}

struct comparison {
    const struct configuration *configuration;
    size_t width, n_years, n_replicates; /* numbers a replicate and year */
    double *core;                        /* [replicate][year][width] */
    double largest[MOST_COMPARED];
    const char *name[MOST_COMPARED];
};

static double *cell(const struct comparison *c, size_t replicate, size_t year)
{
    return &c->core[(replicate * c->n_years + year) * c->width];
}

static void store(void *context, const struct world *w, size_t year, size_t first, size_t n_lanes,
                  const struct replicate_status *status)
{
    (void)status;
    for (size_t l = 0; l < n_lanes; l++) {
        double *next = cell(context, first + l, year);
#define STORE_ARRAY(twin, field, shape)                                                                                \
    for (size_t k = 0; k < variable_count(shape, w->n_states); k++)                                                    \
        *next++ = ((const lane_array *)w->field)[k][l];
#define STORE(field) *next++ = w->field[0][l];
        COMPARED_ARRAYS(STORE_ARRAY)
        COMPARED_SCALARS(STORE)
    }
}

static void see(struct comparison *c, size_t v, const char *name, double a, double b)
{
    const double scale = fmax(fmax(fabs(a), fabs(b)), expected_agreement(c->configuration).scale);
    const double difference = fabs(a - b) / scale;
    c->name[v] = name;
    if (!(difference <= c->largest[v])) /* NaN too */
        c->largest[v] = isnan(difference) ? INFINITY : difference;
}

/* The twin's number where the tables have element k. */
static double element(const struct scalar_world *w, const double *array, enum shape shape, size_t k)
{
    size_t i = 0, row = w->n - 1;
    if (shape != BY_DYAD)
        return array[k];
    for (; k >= row; row--, i++)
        k -= row;
    return array[i * w->n + i + 1 + k];
}

static void compare(void *context, const struct scalar_world *w)
{
    struct comparison *c = context;
    const double *next = cell(c, w->replicate, (size_t)(w->year - c->configuration->first_year));
    size_t v = 0;
#define SEE_ARRAY(field, core, shape)                                                                                  \
    for (size_t k = 0; k < variable_count(shape, w->n); k++)                                                           \
        see(c, v, #field, *next++, element(w, w->field, shape, k));                                                    \
    v++;
#define SEE(field) see(c, v++, #field, *next++, w->field);
    COMPARED_ARRAYS(SEE_ARRAY)
    COMPARED_SCALARS(SEE)
}

static size_t count_width(size_t n_states)
{
    size_t width = 0;
#define COUNT_ARRAY(twin, core, shape) width += variable_count(shape, n_states);
#define COUNT_ONE(field) width++;
    COMPARED_ARRAYS(COUNT_ARRAY)
    COMPARED_SCALARS(COUNT_ONE)
    return width;
}

/* Prints each variable's largest difference if `is_long`, and the largest of all. */
static int report(const struct comparison *c, bool is_long)
{
    size_t worst = 0;
    for (size_t v = 0; v < MOST_COMPARED && c->name[v]; v++) {
        if (c->largest[v] > c->largest[worst])
            worst = v;
        if (is_long)
            printf("  %-22s %.1e\n", c->name[v], c->largest[v]);
    }
    printf("agreement: %zu replicates x %zu years x %zu numbers, noise %s; largest relative difference %.1e (%s)\n",
           c->n_replicates, c->n_years, c->width, c->configuration->is_noisy ? "on" : "off", c->largest[worst],
           c->name[worst]);
    return c->largest[worst] <= expected_agreement(c->configuration).tolerance ? 0 : 1;
}

static int check(const struct configuration *configuration, size_t n, bool is_long)
{
    struct error error = {0};
    struct comparison c = {.configuration = configuration,
                           .width = count_width(configuration->n_states),
                           .n_years = (size_t)(configuration->last_year - configuration->first_year) + 1,
                           .n_replicates = n};
    const struct observer observer = {store, &c, true, true};
    struct replicate_status *status = calloc(n, sizeof *status);
    struct scalar_world *world = scalar_make(configuration), *hoisted = hoisted_make(configuration);
    c.core = calloc(n * c.n_years * c.width, sizeof *c.core);
    int code = status && world && hoisted && c.core ? 0 : 2;
    if (!code && ensemble_run(configuration, 0, n, 1, &observer, status, &error) < 0)
        code = 2;
    for (size_t r = 0; r < n && !code; r++) {
        scalar_run(world, r, compare, &c);
        hoisted_run(hoisted, r, compare, &c);
    }
    if (!code)
        code = report(&c, is_long);
    else
        fprintf(stderr, "bench_twins: %s\n", error.text ? error.text : "no memory, or a mechanism is off");
    hoisted_free(hoisted);
    scalar_free(world);
    error_free(&error);
    free(c.core);
    free(status);
    return code;
}

/* ---------------------------------------------------------------------------------------------------------- time */

enum way { CORE, CORE_2, OBVIOUS, NATIVE, HOISTED, N_WAYS };
static const char *const way_names[N_WAYS] = {"core", "core2", "scalar", "native", "hoisted"};

struct seconds {
    double passed, spent; /* on a clock, by processors on this program: fewer where others use them too */
};

static double read_clock(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct seconds now(void)
{
    return (struct seconds){read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

static struct seconds since(struct seconds start)
{
    const struct seconds end = now();
    return (struct seconds){end.passed - start.passed, end.spent - start.spent};
}

static struct seconds run_core(const struct configuration *configuration, size_t n, int n_threads, int *code)
{
    const struct observer nobody = {0};
    struct error error = {0};
    struct replicate_status *status = calloc(n, sizeof *status);
    const struct seconds start = now();
    *code = status && ensemble_run(configuration, 0, n, n_threads, &nobody, status, &error) >= 0 ? 0 : 2;
    const struct seconds seconds = since(start);
    error_free(&error);
    free(status);
    return seconds;
}

typedef void observe_twin(void *context, const struct scalar_world *world);
typedef double twin(struct scalar_world *world, size_t replicate, observe_twin *observe, void *context);

static struct seconds run_twin(struct scalar_world *world, twin *run, size_t n, int *code)
{
    volatile double last;
    const struct seconds start = now();
    *code = world ? 0 : 2;
    for (size_t r = 0; r < n && world; r++)
        last = run(world, r, NULL, NULL);
    (void)last;
    return since(start);
}

static struct seconds run_way(const struct configuration *configuration, enum way way, size_t n, int *code)
{
    struct scalar_world *world = NULL;
    struct seconds seconds = {0};
    switch (way) {
    case CORE:
    case CORE_2:
        return run_core(configuration, n, way == CORE ? 1 : 2, code);
    case OBVIOUS:
        seconds = run_twin(world = scalar_make(configuration), scalar_run, n, code);
        scalar_free(world);
        break;
    case NATIVE:
        seconds = run_twin(world = native_make(configuration), native_run, n, code);
        native_free(world);
        break;
    default:
        seconds = run_twin(world = hoisted_make(configuration), hoisted_run, n, code);
        hoisted_free(world);
    }
    return seconds;
}

/* Once to warm up, once to measure. */
static int time_way(const struct configuration *configuration, enum way way, size_t n)
{
    int code;
    run_way(configuration, way, n < LANES ? n : LANES, &code);
    const struct seconds seconds = run_way(configuration, way, n, &code);
    if (code)
        fprintf(stderr, "bench_twins: no memory, or a mechanism is off\n");
    else
        printf("%.9g %.9g\n", seconds.passed / (double)n, seconds.spent / (double)n);
    return code;
}

static int profile(const struct configuration *configuration, size_t n)
{
    int code = sampler_start((const void *)ensemble_run) < 0 ? 2 : 0;
    if (!code)
        run_core(configuration, n, 1, &code);
    sampler_print();
    return code;
}

static int find_way(const char *name)
{
    int way = 0;
    while (way < N_WAYS && strcmp(way_names[way], name) != 0)
        way++;
    return way;
}

int main(int argc, char **argv)
{
    struct configuration configuration;
    struct error error = {0};
    const char *command = argc > 2 ? argv[1] : "";
    const bool checks = strcmp(command, "check") == 0, profiles = strcmp(command, "profile") == 0;
    const int way = find_way(command);
    const size_t asked = argc > 3 ? (size_t)strtoull(argv[3], NULL, 10) : 0, n = asked > 0 ? asked : 64;
    if (!checks && !profiles && way == N_WAYS) {
        fprintf(stderr, "usage: bench_twins check|profile|core|core2|scalar|native|hoisted FILE [REPLICATES]\n");
        return 2;
    }
    if (configuration_read(&configuration, argv[2], &(struct overrides){0}, &error) < 0) {
        fprintf(stderr, "%s\n", error.text);
        error_free(&error);
        return 2;
    }
    const int code = checks     ? check(&configuration, n, true)
                     : profiles ? profile(&configuration, n)
                                : time_way(&configuration, (enum way)way, n);
    configuration_free(&configuration);
    return code;
}

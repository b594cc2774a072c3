/* Benchmarks: the batched core against a plain scalar twin of the model, in one process and by turns.
 *
 *   bench check FILE [REPLICATES]            do the two agree to rounding? exit code 1 if not
 *   bench time  FILE [REPLICATES [ROUNDS]]  runs per second; medians over rounds
 *   bench core|scalar FILE REPLICATES              run these alone, once, to count instructions
 *
 * No absolute time is a test: it is the machine's. The ratios are of one process, round by round.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/ensemble.h"
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

/* A value differs by |a - b| over the larger of the two, but over 1e-6 at least where what is 0 in the one is
 * rounding in the other. */
static const double smallest_scale = 1e-6, tolerance = 1e-9;

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
    const double scale = fmax(fmax(fabs(a), fabs(b)), smallest_scale);
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
    return c->largest[worst] <= tolerance ? 0 : 1;
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
        fprintf(stderr, "bench: %s\n", error.text ? error.text : "no memory, or a mechanism is off");
    hoisted_free(hoisted);
    scalar_free(world);
    error_free(&error);
    free(c.core);
    free(status);
    return code;
}

/* ---------------------------------------------------------------------------------------------------------- time */

enum { CORE_1, CORE_2, TWIN, TWIN_NATIVE, TWIN_HOISTED, N_WAYS, MOST_ROUNDS = 101 };
static const char *const way_names[N_WAYS] = {"core, 1 thread", "core, 2 threads", "scalar twin", "scalar twin, native",
                                              "scalar twin, hoisted"};

struct job {
    const struct configuration *configuration;
    struct replicate_status *status;
    struct scalar_world *world, *native, *hoisted;
    size_t n, n_scalar; /* replicates of the core, and of the slower twins */
    double checksum;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds a run. */
static double time_way(struct job *job, int way)
{
    const struct observer nobody = {0};
    struct error error = {0};
    const double start = now();
    if (way == CORE_1 || way == CORE_2) {
        ensemble_run(job->configuration, 0, job->n, way == CORE_1 ? 1 : 2, &nobody, job->status, &error);
        return (now() - start) / (double)job->n;
    }
    for (size_t r = 0; r < job->n_scalar; r++)
        job->checksum += way == TWIN          ? scalar_run(job->world, r, NULL, NULL)
                         : way == TWIN_NATIVE ? native_run(job->native, r, NULL, NULL)
                                              : hoisted_run(job->hoisted, r, NULL, NULL);
    return (now() - start) / (double)job->n_scalar;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *values, size_t n)
{
    double sorted[MOST_ROUNDS];
    memcpy(sorted, values, n * sizeof *values);
    qsort(sorted, n, sizeof *sorted, by_size);
    return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* The core with one thread = 1; the ratio is the median of the rounds' ratios, so that other work on the machine, which
 * comes and goes, matters less than in a ratio of medians. */
static void print_table(const struct configuration *c, double seconds[N_WAYS][MOST_ROUNDS], size_t n_rounds)
{
    const double n = (double)c->n_states, years = (double)(c->last_year - c->first_year + 1);
    const double dyad_years = n * (n - 1) / 2 * years;
    printf("%s: %.0f states, %.0f years, %.0f dyad-years a run; medians of %zu rounds\n", c->name, n, years, dyad_years,
           n_rounds);
    printf("%-22s %12s %16s %24s\n", "", "runs/s", "ns/dyad-year", "time, core 1 thread = 1");
    for (int way = 0; way < N_WAYS; way++) {
        double ratios[MOST_ROUNDS];
        for (size_t k = 0; k < n_rounds; k++)
            ratios[k] = seconds[way][k] / seconds[CORE_1][k];
        const double t = median(seconds[way], n_rounds);
        printf("%-22s %12.0f %16.1f %24.2f\n", way_names[way], 1 / t, 1e9 * t / dyad_years, median(ratios, n_rounds));
    }
}

static int measure(const struct configuration *configuration, size_t n, size_t n_rounds)
{
    static double seconds[N_WAYS][MOST_ROUNDS];
    struct job job = {.configuration = configuration, .n = n, .n_scalar = n / 8 > 0 ? n / 8 : 1};
    job.status = calloc(n, sizeof *job.status);
    job.world = scalar_make(configuration);
    job.native = native_make(configuration);
    job.hoisted = hoisted_make(configuration);
    const bool is_ready = job.status && job.world && job.native && job.hoisted;
    for (int way = 0; way < N_WAYS && is_ready; way++) /* warm up */
        time_way(&job, way);
    for (size_t k = 0; k < n_rounds && is_ready; k++)
        for (int way = 0; way < N_WAYS; way++)
            seconds[way][k] = time_way(&job, way);
    if (is_ready)
        print_table(configuration, seconds, n_rounds);
    else
        fprintf(stderr, "bench: no memory, or a mechanism is off\n");
    hoisted_free(job.hoisted);
    native_free(job.native);
    scalar_free(job.world);
    free(job.status);
    return is_ready ? 0 : 2;
}

/* Run one way alone, once. */
static int run_alone(const struct configuration *configuration, int way, size_t n)
{
    struct job job = {.configuration = configuration, .n = n, .n_scalar = n};
    job.status = calloc(n, sizeof *job.status);
    job.world = scalar_make(configuration);
    const bool is_ready = job.status && job.world;
    if (is_ready)
        time_way(&job, way);
    scalar_free(job.world);
    free(job.status);
    return is_ready ? 0 : 2;
}

static size_t whole(int argc, char **argv, int k, size_t otherwise)
{
    const size_t value = argc > k ? (size_t)strtoull(argv[k], NULL, 10) : otherwise;
    return value > 0 ? value : otherwise;
}

int main(int argc, char **argv)
{
    struct configuration configuration;
    struct error error = {0};
    const char *command = argc > 2 ? argv[1] : "";
    const bool checks = strcmp(command, "check") == 0, measures = strcmp(command, "time") == 0;
    const bool is_core = strcmp(command, "core") == 0, is_scalar = strcmp(command, "scalar") == 0;
    if (!checks && !measures && !is_core && !is_scalar) {
        fprintf(stderr, "usage: bench check|time|core|scalar FILE [REPLICATES [ROUNDS]]\n");
        return 2;
    }
    if (configuration_read(&configuration, argv[2], &(struct overrides){0}, &error) < 0) {
        fprintf(stderr, "%s\n", error.text);
        error_free(&error);
        return 2;
    }
    int code;
    if (checks) {
        code = check(&configuration, whole(argc, argv, 3, 64), true);
    } else if (is_core || is_scalar) {
        code = run_alone(&configuration, is_core ? CORE_1 : TWIN, whole(argc, argv, 3, 64));
    } else {
        const size_t rounds = whole(argc, argv, 4, 15);
        code = measure(&configuration, whole(argc, argv, 3, 8192), rounds < MOST_ROUNDS ? rounds : MOST_ROUNDS);
    }
    configuration_free(&configuration);
    return code;
}

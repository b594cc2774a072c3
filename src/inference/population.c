#include "population_inside.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

#include "base/mix.h"
#include "engine/draws.h"
#include "models/lanes.h"

enum { MOST_MOVES = 40, BISECTIONS = 60 };

/* The part of particles that stays in play from one tolerance to the next. */
#define KEPT 0.6

/* Moves go on until a particle has been moved this often on average; a walk in which fewer move, as a part of all, has
 * come to rest. */
#define ENOUGH_MOVED 3
#define LEAST_MOVED 0.05

/* The step of a random walk that suits a normal distribution (Roberts, Gelman & Gilks 1997), over the root of the
 * number of factors, and the acceptance at which it is adapted. */
#define OPTIMAL_STEP 2.38
#define OPTIMAL_ACCEPTANCE 0.25

/* Added to the variances, as a part of the prior's. */
#define JITTER 1e-6

int population_create(struct population *population, const struct experiment *experiment, struct error *error)
{
    const struct calibration *calibration = experiment->calibration;
    *population = (struct population){.n = calibration->n_particles,
                                      .n_factors = experiment->n_factors,
                                      .n_replicates = calibration->n_replicates,
                                      .scale = 1};
    population->z = calloc(population->n * population->n_factors + 1, sizeof *population->z);
    population->distances = calloc(population->n * population->n_replicates + 1, sizeof *population->distances);
    population->penalties = calloc(population->n + 1, sizeof *population->penalties);
    population->generations = calloc(calibration->most_generations + 1, sizeof *population->generations);
    if (population->z && population->distances && population->penalties && population->generations)
        return OK;
    population_free(population);
    return error_memory(error);
}

void population_free(struct population *population)
{
    free(population->z);
    free(population->distances);
    free(population->penalties);
    free(population->generations);
    *population = (struct population){0};
}

double population_likelihood(const double *distances, size_t n, double penalty, double precision)
{
    double least = INFINITY, sum = 0;
    for (size_t r = 0; r < n; r++)
        least = fmin(least, distances[r]);
    if (least == INFINITY || penalty == INFINITY)
        return -INFINITY;
    for (size_t r = 0; r < n; r++)
        sum += distances[r] == INFINITY ? 0 : lane_exp((least - distances[r]) * precision / 2);
    return lane_log(sum / (double)n) - (least + penalty) * precision / 2;
}

static double likelihood_of(const struct population *population, size_t i, double precision)
{
    return population_likelihood(population->distances + i * population->n_replicates, population->n_replicates,
                                 population->penalties[i], precision);
}

void population_begin(const struct population *population, double precision, double *before)
{
    for (size_t i = 0; i < population->n; i++)
        before[i] = precision > 0 ? likelihood_of(population, i, precision) : 0;
}

double population_weigh(const struct population *population, const double *before, double precision, double *weights)
{
    double most = -INFINITY, sum = 0, squares = 0;
    for (size_t i = 0; i < population->n; i++) {
        weights[i] = before[i] == -INFINITY ? -INFINITY : likelihood_of(population, i, precision) - before[i];
        most = fmax(most, weights[i]);
    }
    for (size_t i = 0; i < population->n; i++) {
        weights[i] = weights[i] == -INFINITY ? 0 : lane_exp(weights[i] - most);
        sum += weights[i];
    }
    for (size_t i = 0; i < population->n; i++) {
        weights[i] /= sum;
        squares += square(weights[i]);
    }
    return most == -INFINITY ? 0 : 1 / squares / (double)population->n;
}

/* The highest precision, up to `last`, that keeps enough particles in play; its weights. */
static double choose_precision(const struct population *population, const double *before, double first, double last,
                               double *weights, double *effective)
{
    double low = first, high = last;
    *effective = population_weigh(population, before, last, weights);
    if (*effective >= KEPT)
        return last;
    for (int k = 0; k < BISECTIONS && high - low > 1e-9 * high; k++) {
        const double middle = first > 0 || k > 20 ? (low + high) / 2 : low + (high - low) / 16;
        if (population_weigh(population, before, middle, weights) >= KEPT)
            low = middle;
        else
            high = middle;
    }
    *effective = population_weigh(population, before, high, weights);
    return high;
}

static double draw_uniform(const struct experiment *experiment, enum purpose purpose, uint64_t i, uint64_t step)
{
    const struct draw_address address = {.seed = mix_seed(experiment->calibration->seed, step),
                                         .replicate = i,
                                         .purpose = purpose};
    return draws_uniform(&address);
}

void population_resample(const double *weights, size_t n, double u, size_t *parents)
{
    double sum = weights[0];
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        while ((u + (double)i) / (double)n > sum && k + 1 < n)
            sum += weights[++k];
        parents[i] = k;
    }
}

static int keep_parents(struct population *population, const size_t *parents, struct error *error)
{
    const size_t d = population->n_factors, n_runs = population->n_replicates, n = population->n;
    double *z = malloc((n * d + 1) * sizeof *z), *distances = malloc((n * n_runs + 1) * sizeof *distances);
    double *penalties = malloc((n + 1) * sizeof *penalties);
    if (!z || !distances || !penalties) {
        free(z);
        free(distances);
        free(penalties);
        return error_memory(error);
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(z + i * d, population->z + parents[i] * d, d * sizeof *z);
        memcpy(distances + i * n_runs, population->distances + parents[i] * n_runs, n_runs * sizeof *distances);
        penalties[i] = population->penalties[parents[i]];
    }
    free(population->z);
    free(population->distances);
    free(population->penalties);
    population->z = z;
    population->distances = distances;
    population->penalties = penalties;
    return OK;
}

/* The weighted covariance of the particles, as its lower root. */
static int find_root(const struct population *population, const double *weights, gsl_matrix *root)
{
    const size_t d = population->n_factors;
    for (size_t f = 0; f < d; f++)
        for (size_t g = 0; g <= f; g++) {
            double mean_f = 0, mean_g = 0, sum = 0;
            for (size_t i = 0; i < population->n; i++) {
                mean_f += weights[i] * population->z[i * d + f];
                mean_g += weights[i] * population->z[i * d + g];
            }
            for (size_t i = 0; i < population->n; i++)
                sum += weights[i] * (population->z[i * d + f] - mean_f) * (population->z[i * d + g] - mean_g);
            gsl_matrix_set(root, f, g, sum + (f == g ? JITTER : 0));
            gsl_matrix_set(root, g, f, sum + (f == g ? JITTER : 0));
        }
    return gsl_linalg_cholesky_decomp1(root);
}

/* A move of all particles. */
struct move {
    struct population *population;
    struct judge *judge;
    const struct experiment *experiment;
    gsl_matrix *root;
    double precision, step;
    double *proposals; /* [thread][n_factors] */
    double *distances; /* [thread][n_replicates] */
};

static void propose(const struct move *move, size_t i, double *z)
{
    const struct population *population = move->population;
    const size_t d = population->n_factors;
    const uint64_t seed = mix_seed(move->experiment->calibration->seed, population->n_steps);
    for (size_t f = 0; f < d; f++)
        z[f] = population->z[i * d + f];
    for (size_t g = 0; g < d; g++) {
        const struct draw_address address = {
            .seed = seed, .replicate = i, .purpose = PURPOSE_PROPOSAL, .a = (uint32_t)g, .b = 1};
        const double draw = move->step * draws_normal(&address);
        for (size_t f = g; f < d; f++)
            z[f] += gsl_matrix_get(move->root, f, g) * draw;
    }
}

static double half_square(const double *z, size_t n)
{
    double sum = 0;
    for (size_t f = 0; f < n; f++)
        sum += square(z[f]);
    return sum / 2;
}

/* The luck of a particle's runs in a step. */
static uint64_t luck_of(const struct population *population, const struct experiment *experiment, size_t i)
{
    return mix_seed(mix_seed(experiment->calibration->seed, population->n_steps), i);
}

static int move_particle(const struct move *move, int thread, size_t i, bool *has_moved, struct error *error)
{
    struct population *population = move->population;
    const size_t d = population->n_factors, n_runs = population->n_replicates;
    double *z = move->proposals + (size_t)thread * d, *distances = move->distances + (size_t)thread * n_runs, penalty;
    double *old = population->z + i * d;
    propose(move, i, z);
    const int code =
        judge_runs(move->judge, thread, z, luck_of(population, move->experiment, i), distances, &penalty, error);
    if (code != OK)
        return code;
    const double gain = population_likelihood(distances, n_runs, penalty, move->precision) -
                        likelihood_of(population, i, move->precision) + half_square(old, d) - half_square(z, d);
    const double u = draw_uniform(move->experiment, PURPOSE_PROPOSAL, i, population->n_steps);
    *has_moved = lane_log(u) < gain;
    if (*has_moved) {
        memcpy(old, z, d * sizeof *z);
        memcpy(population->distances + i * n_runs, distances, n_runs * sizeof *distances);
        population->penalties[i] = penalty;
    }
    return OK;
}

/* Move every particle once; *acceptance: the share that went. */
static int move_all(struct move *move, int n_threads, double *acceptance, struct error *error)
{
    const long long n = (long long)move->population->n;
    size_t n_moved = 0;
    int code = OK;
#pragma omp parallel for num_threads(n_threads) schedule(dynamic) reduction(+ : n_moved)
    for (long long i = 0; i < n; i++) {
        bool has_moved = false;
        struct error own = {0};
        const int its_code = move_particle(move, omp_get_thread_num(), (size_t)i, &has_moved, &own);
        n_moved += has_moved;
        if (its_code != OK) {
#pragma omp critical(population_error)
            {
                code = its_code;
                error_append(error, &own);
            }
        }
    }
    move->population->n_steps++;
    *acceptance = (double)n_moved / (double)n;
    return code;
}

/* The first generation: points of the prior, and their runs. */
static int draw_prior(struct population *population, struct judge *judge, const struct experiment *experiment,
                      int n_threads, struct error *error)
{
    const size_t d = population->n_factors, n_runs = population->n_replicates;
    const long long n = (long long)population->n;
    int code = OK;
#pragma omp parallel for num_threads(n_threads) schedule(dynamic)
    for (long long k = 0; k < n; k++) {
        const size_t i = (size_t)k;
        struct error own = {0};
        for (size_t f = 0; f < d; f++) {
            const struct draw_address address = {.seed = experiment->calibration->seed,
                                                 .replicate = i,
                                                 .purpose = PURPOSE_PROPOSAL,
                                                 .a = (uint32_t)f,
                                                 .b = 2};
            population->z[i * d + f] = draws_normal(&address);
        }
        const int its_code =
            judge_runs(judge, omp_get_thread_num(), population->z + i * d, luck_of(population, experiment, i),
                       population->distances + i * n_runs, &population->penalties[i], &own);
        if (its_code != OK) {
#pragma omp critical(population_error)
            {
                code = its_code;
                error_append(error, &own);
            }
        }
    }
    population->n_steps++;
    population->generations[population->n_generations++] = (struct generation){INFINITY, 1, 1, 0};
    return code;
}

/* Walk at the tolerance that was chosen. */
static int walk(struct move *move, int n_threads, bool (*stops)(void), struct generation *generation,
                struct error *error)
{
    struct population *population = move->population;
    const double optimal = OPTIMAL_STEP / sqrt((double)population->n_factors);
    double moved = 0, acceptance = 0;
    int code = OK;
    while (moved < ENOUGH_MOVED && generation->n_moves < MOST_MOVES && code == OK) {
        if (stops && stops())
            return error_set(error, FAILED, "stopped");
        move->step = optimal * population->scale;
        code = move_all(move, n_threads, &acceptance, error);
        moved += acceptance;
        generation->n_moves++;
        population->scale = clip(population->scale * lane_exp(acceptance - OPTIMAL_ACCEPTANCE), 0.05, 2);
    }
    generation->acceptance = moved / (double)generation->n_moves;
    population->is_at_end |= moved < LEAST_MOVED;
    return code;
}

static int advance(struct population *population, struct move *move, double last, double *weights, double *before,
                   size_t *parents, int n_threads, bool (*stops)(void), struct error *error)
{
    const double tolerance = population->generations[population->n_generations - 1].tolerance;
    const double first = isinf(tolerance) ? 0 : 1 / square(tolerance);
    struct generation *generation = &population->generations[population->n_generations];
    *generation = (struct generation){0};
    population_begin(population, first, before);
    move->precision = choose_precision(population, before, first, last, weights, &generation->effective);
    if (generation->effective <= 0)
        return error_set(error, FAILED,
                         "no run at any of %zu points of the prior is well and can be compared with the "
                         "targets",
                         population->n);
    generation->tolerance = 1 / sqrt(move->precision);
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    const int status = find_root(population, weights, move->root);
    gsl_set_error_handler(handler);
    if (status)
        return error_set(error, FAILED, "the particles have no covariance: %s", gsl_strerror(status));
    population_resample(weights, population->n,
                        draw_uniform(move->experiment, PURPOSE_SURVIVAL, 0, population->n_steps), parents);
    int code = keep_parents(population, parents, error);
    if (code == OK)
        code = walk(move, n_threads, stops, generation, error);
    population->is_at_end |= move->precision >= last;
    population->n_generations += code == OK;
    return code;
}

int population_advance(struct population *population, struct judge *judge, const struct experiment *experiment,
                       int n_threads, bool (*stops)(void), struct error *error)
{
    const size_t n = population->n, n_hands = (size_t)n_threads;
    struct move move = {population, judge, experiment, NULL, 0, 0, NULL, NULL};
    if (population->n_generations == 0)
        return draw_prior(population, judge, experiment, n_threads, error);
    gsl_matrix *root = gsl_matrix_alloc(population->n_factors, population->n_factors);
    double *weights = malloc(n * sizeof *weights), *before = malloc(n * sizeof *before);
    size_t *parents = malloc(n * sizeof *parents);
    move.root = root;
    move.proposals = malloc(n_hands * population->n_factors * sizeof *move.proposals);
    move.distances = malloc(n_hands * population->n_replicates * sizeof *move.distances);
    int code = root && weights && before && parents && move.proposals && move.distances
                   ? advance(population, &move, 1 / square(experiment->calibration->tolerance), weights, before,
                             parents, n_threads, stops, error)
                   : error_memory(error);
    if (root)
        gsl_matrix_free(root);
    free(weights);
    free(before);
    free(parents);
    free(move.proposals);
    free(move.distances);
    return code;
}

#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "models/lanes.h"
#include "trials.h"

enum { DIGITS = 12 };

/* No prior value is taken beyond this share of the probability at either end, where quantile functions end. */
#define LEAST_SHARE 1e-12

/* Of a point of which less than half of the runs are well. */
#define NO_FIT 1e10

/* What one thread computes with. */
struct hand {
    double *factors;  /* [n_factors] */
    double *targets;  /* [target][n_replicates] */
    double *patterns; /* [n_patterns] */
    double *room;
    size_t n_well;
};

struct judge {
    const struct experiment *experiment;
    const struct calibration *calibration;
    struct trials *trials;
    size_t n_replicates;
    struct hand *hands;
    int n_hands;
};

static size_t find_room(const struct calibration *calibration, size_t n_replicates)
{
    size_t most = 1;
    for (size_t k = 0; k < calibration->n_targets + calibration->n_patterns; k++) {
        const size_t n =
            quantity_room(k < calibration->n_targets ? &calibration->targets[k].quantity
                                                     : &calibration->patterns[k - calibration->n_targets].quantity,
                          n_replicates);
        most = n > most ? n : most;
    }
    return most;
}

int judge_create(struct judge **result, const struct experiment *experiment, size_t n_replicates, int n_threads,
                 struct error *error)
{
    const struct calibration *calibration = experiment->calibration;
    struct judge *judge = *result = calloc(1, sizeof *judge);
    if (!judge)
        return error_memory(error);
    *judge = (struct judge){.experiment = experiment, .calibration = calibration, .n_replicates = n_replicates};
    judge->hands = calloc((size_t)n_threads, sizeof *judge->hands);
    judge->n_hands = judge->hands ? n_threads : 0;
    int code = judge->hands
                   ? trials_create(&judge->trials, experiment, &calibration->cells, n_replicates, n_threads, error)
                   : error_memory(error);
    for (int k = 0; k < judge->n_hands && code == OK; k++) {
        struct hand *hand = &judge->hands[k];
        hand->factors = calloc(experiment->n_factors + 1, sizeof *hand->factors);
        hand->targets = calloc(calibration->n_targets * n_replicates + 1, sizeof *hand->targets);
        hand->patterns = calloc(calibration->n_patterns + 1, sizeof *hand->patterns);
        hand->room = calloc(find_room(calibration, n_replicates), sizeof *hand->room);
        if (!hand->factors || !hand->targets || !hand->patterns || !hand->room)
            code = error_memory(error);
    }
    if (code == OK)
        return OK;
    judge_free(judge);
    *result = NULL;
    return code;
}

void judge_free(struct judge *judge)
{
    if (!judge)
        return;
    for (int k = 0; k < judge->n_hands; k++) {
        free(judge->hands[k].factors);
        free(judge->hands[k].targets);
        free(judge->hands[k].patterns);
        free(judge->hands[k].room);
    }
    free(judge->hands);
    trials_free(judge->trials);
    free(judge);
}

/* Rounded, so that the value does not depend on a library's last bits. */
static double share_of(double z)
{
    char text[32];
    snprintf(text, sizeof text, "%.*f", DIGITS, gsl_cdf_ugaussian_P(z));
    return clip(strtod(text, NULL), LEAST_SHARE, 1 - LEAST_SHARE);
}

void judge_place(const struct experiment *experiment, const double *z, double *values)
{
    for (size_t f = 0; f < experiment->n_factors; f++)
        values[f] = factor_value(&experiment->factors[f], share_of(z[f]));
}

/* Run a trial and compute all targets and patterns; no pattern without runs. */
static int run_trial(struct judge *judge, struct hand *hand, const double *z, uint64_t seed, struct error *error)
{
    const struct calibration *calibration = judge->calibration;
    struct trial trial = {0};
    judge_place(judge->experiment, z, hand->factors);
    const int code = trials_run(judge->trials, (int)(hand - judge->hands), hand->factors, seed, &trial, error);
    if (code != OK)
        return code;
    hand->n_well = trial.n_well;
    for (size_t k = 0; k < calibration->n_targets && trial.n_well > 0; k++)
        quantity_evaluate(&calibration->targets[k].quantity, trial.values, trial.n_well, hand->room,
                          hand->targets + k * judge->n_replicates);
    for (size_t k = 0; k < calibration->n_patterns; k++)
        if (trial.n_well > 0)
            quantity_evaluate(&calibration->patterns[k].quantity, trial.values, trial.n_well, hand->room,
                              &hand->patterns[k]);
        else
            hand->patterns[k] = (double)NAN;
    return OK;
}

static double miss_of(const struct pattern *pattern, double value)
{
    if (isnan(value))
        return INFINITY;
    return value < pattern->low ? pattern->low - value : value > pattern->high ? value - pattern->high : 0;
}

static double find_penalty(const struct judge *judge, const struct hand *hand)
{
    double penalty = 0;
    for (size_t k = 0; k < judge->calibration->n_patterns; k++) {
        const struct pattern *pattern = &judge->calibration->patterns[k];
        penalty += square(miss_of(pattern, hand->patterns[k]) / pattern->sd);
    }
    return penalty;
}

int judge_runs(struct judge *judge, int thread, const double *z, uint64_t seed, double *distances, double *penalty,
               struct error *error)
{
    const struct calibration *calibration = judge->calibration;
    struct hand *hand = &judge->hands[thread];
    const int code = run_trial(judge, hand, z, seed, error);
    for (size_t r = 0; r < judge->n_replicates && code == OK; r++) {
        double sum = r < hand->n_well ? 0 : INFINITY;
        for (size_t k = 0; k < calibration->n_targets && r < hand->n_well; k++) {
            const struct target *target = &calibration->targets[k];
            const double value = hand->targets[k * judge->n_replicates + r];
            sum += target->weight * square((value - target->observed) / target->sd);
        }
        distances[r] = isnan(sum) ? INFINITY : sum;
    }
    *penalty = code == OK ? find_penalty(judge, hand) : INFINITY;
    return code;
}

/* Mean and variance of a target's values; NaN if one of them is. */
static void find_moments(const double *x, size_t n, double *mean, double *variance)
{
    double sum = 0, squares = 0;
    for (size_t r = 0; r < n; r++)
        sum += x[r];
    *mean = n > 0 ? sum / (double)n : (double)NAN;
    for (size_t r = 0; r < n; r++)
        squares += square(x[r] - *mean);
    *variance = n > 1 ? squares / (double)(n - 1) : n > 0 ? 0 : (double)NAN;
}

int judge_misfit(struct judge *judge, int thread, const double *z, uint64_t seed, double *misfit, struct error *error)
{
    const struct calibration *calibration = judge->calibration;
    struct hand *hand = &judge->hands[thread];
    const int code = run_trial(judge, hand, z, seed, error);
    double sum = 0, mean, variance;
    if (code != OK)
        return code;
    for (size_t k = 0; k < calibration->n_targets; k++) {
        const struct target *target = &calibration->targets[k];
        find_moments(hand->targets + k * judge->n_replicates, hand->n_well, &mean, &variance);
        const double total = variance + square(target->sd);
        sum += target->weight * (square(mean - target->observed) / total + lane_log(total / square(target->sd)));
    }
    sum += find_penalty(judge, hand);
    for (size_t f = 0; f < judge->experiment->n_factors; f++)
        sum += square(z[f]);
    *misfit = isfinite(sum) && 2 * hand->n_well >= judge->n_replicates ? sum / 2 : NO_FIT;
    return OK;
}

int judge_predict(struct judge *judge, int thread, const double *z, uint64_t seed, const struct prediction *prediction,
                  struct error *error)
{
    struct hand *hand = &judge->hands[thread];
    const int code = run_trial(judge, hand, z, seed, error);
    for (size_t k = 0; k < judge->calibration->n_targets && code == OK; k++) {
        const double *x = hand->targets + k * judge->n_replicates;
        double variance;
        find_moments(x, hand->n_well, &prediction->mean[k], &variance);
        prediction->first[k] = hand->n_well > 0 ? x[0] : (double)NAN;
        prediction->sd[k] = sqrt(variance);
    }
    for (size_t k = 0; k < judge->calibration->n_patterns && code == OK; k++)
        prediction->patterns[k] = hand->patterns[k];
    return code;
}

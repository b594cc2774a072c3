/* Judge: how far the runs at some values of the factors are from what was observed.
 *
 * Every factor is searched on a coordinate of its own, in which its prior is a standard normal distribution: the
 * prior's quantile function of the normal probability leads to its value. So all priors are alike for a search, bounds
 * need no care, and the prior of a point is exp(-|z|^2 / 2).
 */
#ifndef ENTENTE_JUDGE_H
#define ENTENTE_JUDGE_H

#include "config/calibration.h"

struct judge;

/* For trials of n_replicates by n_threads. The experiment must have a calibration, and outlive it. */
int judge_create(struct judge **judge, const struct experiment *experiment, size_t n_replicates, int n_threads,
                 struct error *error);
void judge_free(struct judge *judge);

/* Values of the factors at coordinates z, both [n_factors]. */
void judge_place(const struct experiment *experiment, const double *z, double *values);

/* The distance of each run from the observations, distances [n_replicates]: the weighted sum of ((value - observed) /
 * sd)^2 over targets; infinite for a run that failed. *penalty: the sum of (miss / sd)^2 over patterns, infinite where
 * one cannot be computed. By thread `thread`, with the luck of `seed`. */
int judge_runs(struct judge *judge, int thread, const double *z, uint64_t seed, double *distances, double *penalty,
               struct error *error);

/* How badly the point fits, with the luck of `seed`: minus the logarithm, but for a constant, of the prior times the
 * probability of the observations if each is normal, with the runs' mean and with their variance and sd^2 together, and
 * of the patterns' misses. Finite; a large number if less than half of the runs are well. */
int judge_misfit(struct judge *judge, int thread, const double *z, uint64_t seed, double *misfit, struct error *error);

/* What the runs at a point leave of every target: the value of the first that is well, their mean and sd [n_targets];
 * and the patterns' values [n_patterns]. NaN where there is none. */
struct prediction {
    double *first, *mean, *sd, *patterns;
};
int judge_predict(struct judge *judge, int thread, const double *z, uint64_t seed, const struct prediction *prediction,
                  struct error *error);

#endif

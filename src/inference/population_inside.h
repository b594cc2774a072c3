/* The parts of a generation that are tested one by one. Inside population. */
#ifndef ENTENTE_POPULATION_INSIDE_H
#define ENTENTE_POPULATION_INSIDE_H

#include "population.h"

/* log L_e at 1 / e^2 = `precision`, from the distances of n runs; minus infinity where no run can be compared. */
double population_likelihood(const double *distances, size_t n, double penalty, double precision);

/* log L_e of every particle [n], as which it was drawn: 0 at precision 0, since all points of the prior weigh alike,
 * however many of their runs failed. */
void population_begin(const struct population *population, double precision, double *before);

/* Weights [n], which add up to 1, when the precision rises to `precision` from where log L_e was before [n]; returns
 * the effective share of particles that they leave in play: 1 if all weigh alike. Of no use if that is 0. */
double population_weigh(const struct population *population, const double *before, double precision, double *weights);

/* Systematic resampling (Kitagawa 1996) by one number 0 <= u < 1: parents [n], in order. A particle of weight w is
 * there n w times, rounded up or down. */
void population_resample(const double *weights, size_t n, double u, size_t *parents);

#endif

/* Sensitivity: which factors of an experiment drive which output, from its output file to a file of findings. */
#ifndef ENTENTE_SENSITIVITY_H
#define ENTENTE_SENSITIVITY_H

#include "findings.h"
#include "functions.h"
#include "pawn.h"

/* All outputs whose statistics are in the file request->source, in all years; written to request->path. By n_threads
 * threads, on which no bit depends. Memory: about 130 MB, and 8 bytes a point beyond; resamples have n_times bytes a
 * base point or trajectory, those of PAWN twice as many a point. BAD_INPUT if the file is no output of a design for it,
 * or has no statistics. */
int sensitivity_run(const struct findings_request *request, int n_threads, struct error *error);

/* Indices of a function with n base points, as sensitivity_run has them of an output: numbers
 * [sobol_count + PAWN_INDICES * n_factors][FINDING_NUMBERS]. */
int sensitivity_of_function(const struct function *function, size_t n, bool is_second_order, size_t n_times,
                            uint64_t seed, double *numbers, struct error *error);

/* Elementary effects of a function from n trajectories, likewise, and what they are over all trajectories that there
 * are: numbers [MORRIS_MEASURES][n_factors][FINDING_NUMBERS], known [MORRIS_MEASURES][n_factors]. */
int sensitivity_of_function_by_morris(const struct function *function, size_t n, size_t n_times, uint64_t seed,
                                      double *numbers, double *known, struct error *error);

#endif

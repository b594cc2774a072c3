/* Calibrate: which values of an experiment's factors agree with what was observed: a point that fits best, and points
 * that stand for the posterior. */
#ifndef ENTENTE_CALIBRATE_H
#define ENTENTE_CALIBRATE_H

#include <stdio.h>

#include "calibration_state.h"

struct calibrate_request {
    const struct experiment *experiment; /* with a calibration */
    const char *output;                  /* of the results, in HDF5; OUTPUT.begun keeps what is not complete */
    const char *design, *overlay;        /* of the posterior and of the best fit, where there are such; NULL: nowhere */
    bool may_overwrite;                  /* them, and what another calibration has begun */
    int n_threads;                       /* on which no bit depends */
    FILE *notes;                         /* NULL: says nothing on the way */
    bool (*stops)(void);                 /* NULL: never; several threads may ask at once */
    int argc;
    char **argv;
};

/* What a calibration came to. */
struct calibration_results {
    const struct experiment *experiment;
    struct calibration_state state;
    size_t best;               /* of the fits; n_starts if there are none */
    double *best_values;       /* [n_factors] */
    double best_misfit;        /* with luck that the search has not seen */
    struct prediction at_best; /* of many runs, likewise */
    double *values;            /* [particle][n_factors] */
    double *draws,
        *pattern_draws; /* [particle][n_targets] of one run each, [particle][n_patterns]: likewise new luck */
};

/* Calibrate, or go on with what an interruption left, and write the results. FAILED if it is stopped; then the same
 * request goes on; and if another process is at it. BAD_INPUT, before any work, if the output cannot be written.
 * `results` is to be given back with calibration_results_free, after failure too. */
int calibrate_run(const struct calibrate_request *request, struct calibration_results *results, struct error *error);

/* Has this very calibration left its output, and was killed before it could remove what it had begun? Then
 * *is_complete, and that is removed. FAILED if another process is at it. */
int calibrate_tidy(const struct experiment *experiment, const char *output, bool *is_complete, struct error *error);

/* Is there something begun of this output? */
bool calibrate_has_begun(const char *output);

/* Did the request have a posterior or a best fit, so that they are in files of their own? */
bool calibrate_has_design(const struct calibration_results *results);
bool calibrate_has_overlay(const struct calibration_results *results);

void calibration_results_free(struct calibration_results *results);

#endif

/* Scoring: a forecast judged by what happened later, beside naive ones of the same knowledge.
 *
 * The forecast of a value is what all runs leave of it, at all points of the design and in all replicates: so how
 * little is known of the factors is in it, and chance. Each point has luck of its own, that of `common_random_numbers:
 * off`. */
#ifndef ENTENTE_SCORING_H
#define ENTENTE_SCORING_H

#include <stdio.h>

#include "config/score.h"
#include "verification.h"

enum forecaster { OF_MODEL, OF_LAST_VALUE, OF_GROWTH, OF_GRAVITY, FORECASTERS };
extern const char *const scoring_names[FORECASTERS];

struct scoring_request {
    const struct experiment *experiment; /* with a score */
    size_t scenario;                     /* whose runs are the forecast */
    const char *output;
    bool may_overwrite;
    int n_threads; /* on which no bit depends */
    FILE *progress;
    bool (*stops)(void);
    int argc;
    char **argv;
};

struct scoring_results {
    const struct experiment *experiment;
    size_t n_runs, n_well;
    struct forecast *forecasts; /* [value][FORECASTERS], on the scale on which each is judged */
    double *means, *pits;       /* [n_values] of the model's runs; means as observed, on either scale */
    size_t *counts;             /* [n_values]: runs that have a value */
    int *leads;                 /* [n_leads]: years after `after`; 0: all of them */
    size_t n_leads;
    struct scores *scores; /* [variable][lead][FORECASTERS] */
    struct scores *beside; /* likewise: the model's, of those values alone that the other has a forecast of */
};

/* Run, judge and write the output. FAILED if it is stopped. Give `results` back with scoring_free, after failure too.
 */
int scoring_run(const struct scoring_request *request, struct scoring_results *results, struct error *error);
void scoring_free(struct scoring_results *results);

/* A value as it is judged, and what is judged as it was. */
double scoring_on_scale(const struct judged *judged, double value);
double scoring_off_scale(const struct judged *judged, double value);

#endif

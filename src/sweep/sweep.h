/* Sweep: an experiment is run, part by part, such that nothing that is finished is computed again or lost. */
#ifndef ENTENTE_SWEEP_H
#define ENTENTE_SWEEP_H

#include <stdio.h>

#include "journal.h"
#include "output/recorder.h"
#include "plan.h"

struct sweep_request {
    const struct experiment *experiment;
    const char *output;
    bool may_overwrite;     /* an output, and what has been begun of it */
    bool extends;           /* `output` has the first points already */
    struct shard shard;     /* which parts; n = 1: all of them */
    bool is_one_of_several; /* that compute it together: if another has completed it, all is well */
    size_t runs_a_part;     /* 0: what is usual */
    struct run_description run;
    FILE *progress, *notes; /* NULL: none */
    bool tells_scenarios;   /* progress has a line a scenario; the sweep's own */
    bool (*stops)(void);    /* is it to end early? */
};

struct sweep_outcome {
    bool is_complete;         /* the output is there; else parts of it */
    bool was_there;           /* and it was before */
    bool was_stopped;         /* the request said so */
    size_t n_runs;            /* in the output, or by this process */
    struct failures failures; /* of these */
};

/* Run it. Where it has one part alone it is written into the output at once; else parts are kept beside it (journal.h)
 * until all are there, and merged by whoever finishes the last. FAILED if it ended early, with what to do. */
int sweep_run(const struct sweep_request *request, struct sweep_outcome *outcome, struct error *error);

/* Merge what has been computed; all parts must be there. */
int sweep_merge(const struct sweep_request *request, struct sweep_outcome *outcome, struct error *error);

/* Run one replicate of a scenario at a point, with all its trajectories, into the output. */
int sweep_run_only(const struct sweep_request *request, size_t scenario, size_t point, size_t replicate,
                   struct sweep_outcome *outcome, struct error *error);

/* Seconds that a run takes on all threads, with what is recorded of it: measured for about half a second, on the first
 * part of the experiment, into a file among temporary ones that is not kept. */
int sweep_probe(const struct sweep_request *request, double *seconds_a_run, struct error *error);

#endif

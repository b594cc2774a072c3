/* Findings: the file in which sensitivity writes what it found: for each output a variable of each measure
 * (cohesion_total by scenario, factor and year), its 95 % interval, and what growing samples give. */
#ifndef ENTENTE_FINDINGS_H
#define ENTENTE_FINDINGS_H

#include <stdio.h>

#include "columns.h"
#include "origin.h"
#include "output/store.h"

/* What is told of an index: the estimate from all blocks, the bounds of its interval, the estimates from the first
 * quarter and the first half of the blocks. */
enum {
    FINDING_ESTIMATE,
    FINDING_LOW,
    FINDING_HIGH,
    FINDING_QUARTER,
    FINDING_HALF,
    FINDING_DUMMY,   /* of PAWN: what a factor that does nothing has on average, */
    FINDING_HIGHEST, /* and at most */
    FINDING_NUMBERS
};

/* All measures, of whatever design. */
enum {
    MEASURE_FIRST,
    MEASURE_TOTAL,
    MEASURE_SECOND,
    MEASURE_PAWN_MEDIAN,
    MEASURE_PAWN_MAX,
    MEASURE_MU,
    MEASURE_MU_STAR,
    MEASURE_SIGMA,
    FINDINGS_MEASURES
};

struct measure {
    const char *name, *meaning, *estimator;
    bool is_share; /* of variance or probability; else in the units of the output */
};

extern const struct measure findings_measures[FINDINGS_MEASURES];

struct findings_request {
    const char *source, *path;
    bool may_overwrite;
    size_t n_times;  /* resamples */
    size_t n_slices; /* of a factor without levels */
    FILE *progress;  /* a terminal, or NULL */
    uint64_t seed;
    int argc;
    char **argv;
    bool (*stops)(void); /* is it to end early? NULL: never */
};

struct findings;

int findings_create(struct findings **findings, const struct findings_request *request, const struct origin *origin,
                    const struct reader *reader, const struct output *outputs, size_t n_outputs, struct error *error);

/* How many base points or trajectories of a scenario are dropped since a run failed. */
int findings_write_dropped(struct findings *findings, size_t scenario, size_t n_dropped, struct error *error);

/* The findings of a piece: numbers [column][index][FINDING_NUMBERS], chance and n_kept [column]. */
int findings_write(struct findings *findings, size_t output, size_t scenario, const struct piece *piece,
                   const double *numbers, const double *chance, const int32_t *n_kept, struct error *error);

/* Like those of the store. */
int findings_commit(struct findings *findings, struct error *error);
void findings_abort(struct findings *findings);

#endif

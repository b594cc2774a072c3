/* An experiment: scenarios, what is varied in them, and the points at which they are run.
 *
 * A plain run is an experiment of one point in which nothing is varied. A factor sets numbers of a configuration
 * (numbers.h), which costs nothing at a point, or it has levels that change more than numbers: whether an event
 * happens, a mechanism that is off, a whole scenario. For each combination of such levels there is a variant, read
 * once.
 */
#ifndef ENTENTE_EXPERIMENT_H
#define ENTENTE_EXPERIMENT_H

#include "configuration.h"
#include "design/design.h"

struct calibration;
struct score;
struct node;

/* A factor beside what design/factor.h knows of it. */
struct varied {
    const char *unit, *meaning; /* "" where nothing is known */
    char **words;               /* [n_levels] of LEVELS: as YAML has them */
    double *numbers;            /* [n_levels] of LEVELS, if all are numbers; else NULL */
    bool is_variant;            /* its levels are variants, and its level 1 is `stride` variants after its level 0 */
    size_t stride;
    struct slots {
        size_t *list; /* which numbers of the configuration it sets */
        size_t n;
    } * slots; /* [n_variants * n_scenarios] */
};

struct experiment {
    char *name, *title, *description;
    size_t n_scenarios, n_variants;
    struct configuration *configurations; /* [variant * n_scenarios + scenario] */
    struct factor *factors;
    struct varied *varied; /* [n_factors] */
    size_t n_factors;
    struct design *design; /* NULL: one point; of an experiment with factors: only its calibration can be run */
    struct calibration *calibration; /* calibration.h; NULL: none */
    struct score *score;             /* score.h; NULL: none */
    struct configuration
        *hindsight;         /* of a score: the first scenario with all that its drivers say; NULL: it has that */
    const char *first_path; /* of the first scenario's file; NULL if files vary, or it is no experiment's */
    char **settings;        /* [n_settings]: what its `set` says, and then --set, as key=value */
    size_t n_settings;
    size_t n_points;
    bool has_common_luck; /* all points meet the same draws */
    struct arena *memory; /* holds all but the configurations and the design */
};

/* Is the file an experiment, and not a scenario? False too if it cannot be read. */
bool experiment_is_one(const char *path);

/* Read the experiment `path`. `set` [n_set] is what --set says of its scenarios, or of the experiment's `design` and
 * `scenarios`. BAD_INPUT with all errors of all files, as configuration_read has them. Give back with experiment_free.
 */
int experiment_read(struct experiment *experiment, const char *path, char **set, size_t n_set, struct error *error);

/* The experiment of one point of n configurations that were read, which go over to it, failure or not. BAD_INPUT if
 * they cannot stand side by side in one output. `paths` name them. */
int experiment_of(struct experiment *experiment, struct configuration *configurations, size_t n, char *const *paths,
                  struct error *error);

/* The experiment of one point that is a scenario of another at one of its points, with the values that the design gives
 * it there. `whole` must outlive it. */
int experiment_of_point(struct experiment *experiment, const struct experiment *whole, size_t scenario, size_t point,
                        struct error *error);

void experiment_free(struct experiment *experiment);

/* The first scenario, in which all are alike: states, years, replicates, record. */
static inline const struct configuration *experiment_common(const struct experiment *experiment)
{
    return experiment->configurations;
}

/* Copies of the experiment's configurations, in which one thread sets the numbers of one point after another. */
struct bench;
int bench_create(struct bench **bench, const struct experiment *experiment, struct error *error);
void bench_free(struct bench *bench);

/* The scenario at a point whose factors have `values` [n_factors]; until the next call. NULL if memory has run out. */
const struct configuration *bench_configure(struct bench *bench, size_t scenario, size_t point, const double *values);

#endif

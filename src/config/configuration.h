/* A configuration: one scenario, checked and complete, in numbers. */
#ifndef ENTENTE_CONFIGURATION_H
#define ENTENTE_CONFIGURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "models/registry.h"

struct arena;

/* What the areas are called in YAML and in the output. NULL behind the last. */
extern const char *const configuration_areas[AREAS + 1];

enum { CONFIGURATION_MOST_REPLICATES = 100000000 };

struct state_entry {
    char *id, *name;
    uint32_t key; /* its address in the stream of draws: a hash of its id, unique in the configuration */
    char **tags;
    size_t n_tags;
};

/* A series that a variable of one state follows exactly. */
struct driver {
    const struct variable *variable; /* gdp or price */
    size_t state;
    int first_year;
    double *values;
    size_t n_values;
};

/* A measured value of a variable, to compare with. */
struct observation {
    const struct variable *variable;
    size_t element; /* area, state, dyad (dyad_index), or 0 */
    int year;
    double value;
    char *source;
};

/* What of a variable goes into the output. */
struct record_entry {
    const struct variable *variable;
    bool has_trajectories, has_statistics, has_final;
};

struct configuration {
    char *name, *title, *description, *organization;
    int first_year, last_year;
    size_t n_replicates;
    uint64_t seed;
    bool is_noisy;

    struct state_entry *states;
    size_t n_states;

    bool is_on[N_MECHANISMS];
    double *parameters; /* [registry_n_parameters()] */
    double **starts;    /* [registry_n_variables()]: variable_count() numbers each; NULL for what has no start */

    struct driver *drivers; /* without the years after `drivers_until` */
    size_t n_drivers;
    int drivers_until; /* the last year in which series are followed; LAST_YEAR_POSSIBLE (check.h): all of them */
    struct event *events;
    size_t n_events;
    struct observation *observations;
    size_t n_observations;

    struct record_entry *record; /* [n_record], in the order of the registry */
    size_t n_record;
    int *kept_years; /* of which something goes into the output, ascending */
    size_t n_kept_years;
    size_t *kept_states; /* likewise */
    size_t n_kept_states;
    double *quantiles;
    size_t n_quantiles;
    bool is_double;

    char *resolved; /* the whole configuration as one YAML document, without `base` */

    struct arena *memory; /* holds all of the above */
};

struct setting; /* merge.h */

/* What is changed from outside, in this order: by an experiment, by the command line, by a point of the experiment. */
struct overrides {
    const struct setting *first;
    size_t n_first;
    char **set; /* "key=value", in the order given */
    size_t n_set;
    const char *name_of_set; /* as diagnostics say it; NULL: "--set" */
    const struct setting *last;
    size_t n_last;
    bool is_trial; /* to see if it holds, and its numbers: `resolved` is not wanted, and NULL */
};

/* Read `path` and what it builds on, apply `overrides`, check everything, and fill `configuration`.
 * On failure returns BAD_INPUT with all errors of all files in error->text, one after the other, each as
 *     file:line:column: error: what it is, what it must be
 *       the line
 *       ^
 * and leaves `configuration` empty. Give back with configuration_free. */
int configuration_read(struct configuration *configuration, const char *path, const struct overrides *overrides,
                       struct error *error);

void configuration_free(struct configuration *configuration);

/* Can the two be run into one output: same states, years, replicates, record? Else BAD_INPUT, saying what differs. */
int configuration_check_alike(const struct configuration *a, const struct configuration *b, struct error *error);

#endif

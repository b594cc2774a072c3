/* What an experiment may say: the keys of its file, its factors and its design. Inside experiment.c. */
#ifndef ENTENTE_SCHEMA_EXPERIMENT_H
#define ENTENTE_SCHEMA_EXPERIMENT_H

#include "calibration.h"
#include "check.h"

extern const char *const experiment_keys[];

/* A factor as it stands in the file. */
struct factor_source {
    struct node *key;
    struct node **levels;    /* [factor.n_levels] of LEVELS */
    struct node *low, *high; /* the ends of the others */
    bool is_scenarios;       /* its levels are files */
};

/* The one of `keys` (NULL behind the last) that the mapping has; of those that files build on each other say, what the
 * last of them says. *n: how many there are. */
const char *check_choose(const struct node *mapping, const char *const *keys, size_t *n);

/* Read `vary` into experiment->factors and ->varied, and *sources [n_factors]. */
void check_vary(const struct check *check, struct experiment *experiment, struct factor_source **sources);

/* Read `design` into *choice; *has_seed: it says its own. */
void check_design(const struct check *check, const struct experiment *experiment, const struct factor_source *sources,
                  struct design_choice *choice, bool *has_seed);

/* Read `calibration`, once the scenarios are there; NULL if there is none. */
struct calibration *check_calibration(const struct check *check, const struct experiment *experiment);

#endif

/* What an experiment may say: the keys of its file, its factors and its design. Inside experiment.c. */
#ifndef ENTENTE_SCHEMA_EXPERIMENT_H
#define ENTENTE_SCHEMA_EXPERIMENT_H

#include "calibration.h"
#include "check.h"
#include "score.h"

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

/* Does a kind of designs need no number of points? */
bool check_is_complete(const struct design_kind *kind);

/* CHN-RUS, CHN, CHN-security or security, with this separator; "" of the organization. In the experiment's memory. */
const char *check_element_name(const struct check *check, const struct configuration *common,
                               const struct variable *variable, size_t element, char separator);

/* What there is to choose from: those within these years count. */
struct observations {
    const struct observation *list;
    size_t n;
    int first_year, last_year;
    const char *where; /* it must be, if it is not there: "under `observed` of the first scenario" */
};

/* Observations of a variable that a section takes. */
struct chosen {
    const struct variable *variable;
    const struct node *scale, *years, *of; /* NULL: all */
    bool is_log;
};

/* Read `scale`, `years` and `of` of a mapping. Each year and each element that is listed must be there. */
void check_chosen(const struct check *check, const struct experiment *experiment, const struct node *mapping,
                  const struct variable *variable, const struct observations *observations, struct chosen *chosen);
bool check_is_chosen(const struct check *check, const struct experiment *experiment, const struct chosen *chosen,
                     const struct observation *observation);

/* Has it a logarithm, where one is wanted? Told if not. */
bool check_is_on_scale(const struct check *check, const struct chosen *chosen, const struct observation *observation);

/* Read `calibration`, once the scenarios are there; NULL if there is none. */
struct calibration *check_calibration(const struct check *check, const struct experiment *experiment);

/* Likewise `score`. */
struct score *check_score(const struct check *check, const struct experiment *experiment);

/* Once its points are known: are there runs enough to judge a forecast by? */
void check_score_runs(const struct check *check, const struct experiment *experiment);

#endif

/* The targets and patterns of an experiment's `calibration`, and how it is done. */
#include <string.h>

#include "base/text.h"
#include "models/lanes.h"
#include "schema_experiment.h"

struct calibrating {
    const struct check *check;
    const struct experiment *experiment;
    struct calibration *calibration;
};

static void check_count_of(const struct check *check, const struct node *mapping, const struct key *keys,
                           const char *what, const char *owner, size_t *value)
{
    double number = 0;
    if (check_key_number(check, mapping, key_find(keys, what), owner, &number))
        *value = (size_t)number;
}

static size_t usual(const struct key *keys, const char *name) { return (size_t)key_find(keys, name)->usual; }

/* The `sd` (which must be there if it has no usual value) and the `weight` of a target or a pattern. */
static void check_sd(const struct check *check, const struct pair *pair, double *sd, double *weight)
{
    const char *name = pair->key->text;
    if (node_get(pair->value, "sd"))
        check_key_number(check, pair->value, key_find(keys_of_target, "sd"), name, sd);
    else if (*sd <= 0)
        TELL(check, pair->value,
             "`%s` has no `sd`; it must say how far off, as a standard deviation, observation and model may be", name);
    if (weight)
        check_key_number(check, pair->value, key_find(keys_of_target, "weight"), name, weight);
}

static struct target *add_target(const struct calibrating *making)
{
    struct calibration *calibration = making->calibration;
    struct target *grown =
        arena_grow(making->check->memory, calibration->targets, calibration->n_targets, sizeof *grown);
    if (!grown)
        return NULL;
    calibration->targets = grown;
    return &grown[calibration->n_targets++];
}

/* A target with an expression of its own. */
static void check_own_target(const struct calibrating *making, const struct pair *pair)
{
    const struct check *check = making->check;
    const struct node *value = node_get(pair->value, "value"), *observed = node_get(pair->value, "observed");
    struct target target = {.name = check_keep(check, pair->key->text),
                            .weight = key_find(keys_of_target, "weight")->usual};
    for (const struct key *key = keys_of_judged; key->name; key++)
        if (node_find(pair->value, key->name))
            TELL(check, node_find(pair->value, key->name)->key,
                 "`%s` goes with a variable that is observed, not with `value`", key->name);
    if (!observed)
        TELL(check, pair->value, "`%s` has no `observed`; it must have the number to compare with", target.name);
    else
        check_key_number(check, pair->value, key_find(keys_of_target, "observed"), target.name, &target.observed);
    check_sd(check, pair, &target.sd, &target.weight);
    if (quantity_read(check, making->experiment, value, &making->calibration->cells, &target.quantity) &&
        target.quantity.is_of_all_runs)
        TELL(check, value, "`%s` is one number of all runs; a target must be one of each run, without mean or median",
             target.name);
    struct target *added = add_target(making);
    if (added)
        *added = target;
}

/* The target of an observation of the configuration: its expression is written out, and read like others. */
static void add_observed(const struct calibrating *making, const struct pair *pair,
                         const struct observation *observation, bool is_log)
{
    const struct check *check = making->check;
    const struct configuration *common = experiment_common(making->experiment);
    const char *element = check_element_name(check, common, observation->variable, observation->element, ',');
    struct text text = {0}, name = {0};
    struct target target = {.observed = is_log ? lane_log(observation->value) : observation->value,
                            .weight = key_find(keys_of_target, "weight")->usual};
    text_add(&text, "%s%s[%s%s%d]%s", is_log ? "log(" : "", observation->variable->name, element, *element ? ", " : "",
             observation->year, is_log ? ")" : "");
    text_add(&name, "%s%s %s%s%d", is_log ? "log " : "", observation->variable->name,
             check_element_name(check, common, observation->variable, observation->element, '-'), *element ? " " : "",
             observation->year);
    struct node *node = text.is_exhausted ? NULL : node_scalar(check->arena, text.bytes, text.n, pair->key->place);
    target.name = name.is_exhausted ? "" : check_keep(check, name.bytes);
    text_free(&text);
    text_free(&name);
    check_sd(check, pair, &target.sd, &target.weight);
    struct target *added = node ? add_target(making) : NULL;
    if (added && quantity_read(check, making->experiment, node, &making->calibration->cells, &target.quantity))
        *added = target;
}

/* All that was observed of a variable. */
static void check_observed_target(const struct calibrating *making, const struct pair *pair,
                                  const struct variable *variable)
{
    const struct configuration *common = experiment_common(making->experiment);
    const struct check *check = making->check;
    const struct node *observed = node_get(pair->value, "observed");
    const struct observations all = {common->observations, common->n_observations, common->first_year,
                                     common->last_year, "under `observed` of the first scenario"};
    const size_t n_before = making->calibration->n_targets;
    struct chosen chosen;
    if (observed)
        TELL(check, observed, "`observed` goes with `value`; that of `%s` stands in the first scenario",
             variable->name);
    check_chosen(check, making->experiment, pair->value, variable, &all, &chosen);
    for (size_t k = 0; k < common->n_observations; k++) {
        const struct observation *observation = &common->observations[k];
        if (!check_is_chosen(check, making->experiment, &chosen, observation) ||
            !check_is_on_scale(check, &chosen, observation))
            continue;
        if (observation->year > common->first_year || chosen.years) /* what a run starts with says nothing */
            add_observed(making, pair, observation, chosen.is_log);
    }
    if (n_before == making->calibration->n_targets && !chosen.years && !chosen.of)
        TELL(check, pair->key,
             "no `%s` after %d is observed; it must be under `observed` of the first scenario, or have "
             "`value` and `observed`",
             variable->name, common->first_year);
}

static void check_target(const struct calibrating *making, const struct pair *pair)
{
    const struct configuration *common = experiment_common(making->experiment);
    const struct check *check = making->check;
    const char *names[64] = {0};
    size_t n = 0;
    if (!check_is_mapping(check, pair->value, pair->key->text, "targets"))
        return;
    check_section(check, pair->value, keys_of_target, "a target");
    if (node_get(pair->value, "value")) {
        check_own_target(making, pair);
        return;
    }
    for (size_t k = 0; k < common->n_observations; k++) {
        const char *name = common->observations[k].variable->name;
        if (strcmp(name, pair->key->text) == 0) {
            check_observed_target(making, pair, common->observations[k].variable);
            return;
        }
        if ((n == 0 || names[n - 1] != name) && n + 1 < COUNT(names))
            names[n++] = name;
    }
    check_tell_unknown(check, pair->key, names, "variable that is observed, and has no `value`");
}

static void check_pattern(const struct calibrating *making, const struct pair *pair)
{
    const struct check *check = making->check;
    const char *name = pair->key->text;
    if (!check_is_mapping(check, pair->value, name, "patterns"))
        return;
    const struct node *value = node_get(pair->value, "value"), *low = node_get(pair->value, "at_least"),
                      *high = node_get(pair->value, "at_most");
    struct calibration *calibration = making->calibration;
    struct pattern pattern = {.name = check_keep(check, name),
                              .low = -INFINITY,
                              .high = INFINITY,
                              .sd = key_find(keys_of_pattern, "sd")->usual};
    check_section(check, pair->value, keys_of_pattern, "a pattern");
    check_sd(check, pair, &pattern.sd, NULL);
    if (!low && !high)
        TELL(check, pair->value, "`%s` has no bound; it must have `at_least`, `at_most` or both", name);
    check_key_number(check, pair->value, key_find(keys_of_pattern, "at_least"), name, &pattern.low);
    if (check_key_number(check, pair->value, key_find(keys_of_pattern, "at_most"), name, &pattern.high) &&
        pattern.high < pattern.low)
        TELL(check, high, "`at_most` of `%s` is below `at_least`; it must not be", name);
    if (!value) {
        TELL(check, pair->value, "`%s` has no `value`; it must be an expression, such as `mean(cohesion[2005])`", name);
        return;
    }
    if (quantity_read(check, making->experiment, value, &calibration->cells, &pattern.quantity) &&
        !pattern.quantity.is_of_all_runs)
        TELL(check, value,
             "`%s` is one number of each run; a pattern must be one of all, by mean, median, share or quantile", name);
    struct pattern *grown = arena_grow(check->memory, calibration->patterns, calibration->n_patterns, sizeof *grown);
    if (grown) {
        calibration->patterns = grown;
        grown[calibration->n_patterns++] = pattern;
    }
}

static void check_search(const struct calibrating *making, const struct node *node)
{
    const struct check *check = making->check;
    const struct node *fit = node_get(node, "fit"), *posterior = node_get(node, "posterior"),
                      *seed = node_get(node, "seed");
    struct calibration *calibration = making->calibration;
    check_count_of(check, node, keys_of_calibration, "replicates", "calibration", &calibration->n_replicates);
    if (seed && !node_is_count(seed, &calibration->seed))
        TELL(check, seed, "`seed` of `calibration` is %s; it must be a whole number, in digits alone",
             node_show(check->arena, seed));
    if (fit && check_is_mapping(check, fit, "fit", "calibration")) {
        check_section(check, fit, keys_of_fit, "`fit`");
        check_count_of(check, fit, keys_of_fit, "starts", "fit", &calibration->n_starts);
        check_count_of(check, fit, keys_of_fit, "steps", "fit", &calibration->most_steps);
    }
    if (!posterior || !check_is_mapping(check, posterior, "posterior", "calibration"))
        return;
    check_section(check, posterior, keys_of_posterior, "`posterior`");
    check_count_of(check, posterior, keys_of_posterior, "population", "posterior", &calibration->n_particles);
    check_count_of(check, posterior, keys_of_posterior, "generations", "posterior", &calibration->most_generations);
    check_key_number(check, posterior, key_find(keys_of_posterior, "tolerance"), "posterior", &calibration->tolerance);
    if (calibration->n_starts == 0 && calibration->n_particles == 0)
        TELL(check, node_get(posterior, "population"),
             "`starts` of `fit` and `population` of `posterior` are both 0; one of them must be above 0");
    const size_t least = PARTICLES_A_FACTOR * making->experiment->n_factors;
    if (calibration->n_particles > 0 && calibration->n_particles < least)
        TELL(check, node_get(posterior, "population"),
             "`population` of `posterior` is %zu; for %zu factor%s it must be %zu or more, or 0 for no posterior",
             calibration->n_particles, making->experiment->n_factors, making->experiment->n_factors == 1 ? "" : "s",
             least);
}

static void check_factors(const struct calibrating *making)
{
    const struct experiment *experiment = making->experiment;
    const struct check *check = making->check;
    if (experiment->n_factors == 0)
        TELL(check, node_find(check->root, "calibration")->key,
             "there is nothing under `vary`; a calibration is of what is varied");
    for (size_t f = 0; f < experiment->n_factors; f++)
        if (experiment->factors[f].distribution == LEVELS)
            TELL(
                check, node_find(node_get(check->root, "vary"), experiment->factors[f].name)->key,
                "`%s` has a list of values; for a calibration it must have a distribution, which is its prior, such as "
                "`{uniform: [0, 1]}`",
                experiment->factors[f].name);
}

struct calibration *check_calibration(const struct check *check, const struct experiment *experiment)
{
    const struct node *node = node_get(check->root, "calibration");
    if (!node || !check_is_mapping(check, node, "calibration", NULL))
        return NULL;
    struct calibration *calibration = arena_take(check->memory, 1, sizeof *calibration);
    if (!calibration)
        return NULL;
    const struct calibrating making = {check, experiment, calibration};
    const struct node *targets = node_get(node, "targets"), *patterns = node_get(node, "patterns");
    *calibration = (struct calibration){.n_replicates = usual(keys_of_calibration, "replicates"),
                                        .seed = experiment_common(experiment)->seed,
                                        .n_starts = usual(keys_of_fit, "starts"),
                                        .most_steps = usual(keys_of_fit, "steps"),
                                        .n_particles = usual(keys_of_posterior, "population"),
                                        .most_generations = usual(keys_of_posterior, "generations"),
                                        .tolerance = key_find(keys_of_posterior, "tolerance")->usual};
    check_section(check, node, keys_of_calibration, "`calibration`");
    check_factors(&making);
    check_search(&making, node);
    if (targets && check_is_mapping(check, targets, "targets", "calibration"))
        for (size_t k = 0; k < targets->n; k++)
            check_target(&making, &targets->pairs[k]);
    if (patterns && check_is_mapping(check, patterns, "patterns", "calibration"))
        for (size_t k = 0; k < patterns->n; k++)
            check_pattern(&making, &patterns->pairs[k]);
    if (!targets || (targets->kind == NODE_MAPPING && targets->n == 0))
        TELL(check, targets ? targets : node_find(check->root, "calibration")->key,
             "`calibration` has no `targets`; it must have one or more, such as `trade: {scale: log, sd: 0.2}`");
    return calibration;
}

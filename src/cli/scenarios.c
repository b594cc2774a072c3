#include "scenarios.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/input.h"

static int add_override(struct overrides *overrides, struct text *text, struct error *error)
{
    char *override = text_take(text);
    if (!override)
        return error_memory(error);
    overrides->set[overrides->n_set++] = override;
    return OK;
}

static void free_overrides(struct overrides *overrides)
{
    for (size_t k = 0; k < overrides->n_set; k++)
        free(overrides->set[k]);
    free(overrides->set);
    *overrides = (struct overrides){0};
}

/* What the options that are short for --set say. */
static int collect_short_forms(struct overrides *overrides, const struct options *options, struct error *error)
{
    static const char *const noise_names[] = {"on", "off"};
    uint64_t seed = 0, n_replicates = 0;
    int first = 0, last = 0, result;
    size_t noise = 0;
    struct text text = {0};

    result = options_whole_number(options, "seed", 0, UINT64_MAX, &seed, error);
    if (!result)
        result = options_whole_number(options, "replicates", 1, CONFIGURATION_MOST_REPLICATES, &n_replicates, error);
    if (!result)
        result = options_years(options, "years", &first, &last, error);
    if (!result)
        result = options_choice(options, "noise", noise_names, COUNT(noise_names), &noise, error);

    if (!result && options_has(options, "seed")) {
        text_add(&text, "seed=%" PRIu64, seed);
        result = add_override(overrides, &text, error);
    }
    if (!result && options_has(options, "replicates")) {
        text_add(&text, "replicates=%" PRIu64, n_replicates);
        result = add_override(overrides, &text, error);
    }
    if (!result && options_has(options, "years")) {
        text_add(&text, "years=[%d, %d]", first, last);
        result = add_override(overrides, &text, error);
    }
    if (!result && options_has(options, "noise")) {
        text_add(&text, "noise=%s", noise_names[noise]);
        result = add_override(overrides, &text, error);
    }
    return result;
}

/* `more` (NULL: nothing), the --set options in their order, then the short forms. */
static int collect_overrides(struct overrides *overrides, const struct options *options, const char *more,
                             struct error *error)
{
    int result = OK;
    struct text first = {0};
    overrides->set = calloc(options->n_given + 2, sizeof *overrides->set);
    if (!overrides->set)
        return error_memory(error);
    if (more) {
        text_add(&first, "%s", more);
        result = add_override(overrides, &first, error);
    }
    for (size_t k = 0; k < options->n_given && !result; k++) {
        const char *value = options->given[k].value;
        struct text text = {0};
        if (strcmp(options->given[k].option->name, "set") != 0)
            continue;
        if (value[0] == '=' || !strchr(value, '='))
            result = error_set(error, BAD_INPUT, "--set: '%s' is not KEY=VALUE, such as --set agenda.stride=1", value);
        else {
            text_add(&text, "%s", value);
            result = add_override(overrides, &text, error);
        }
    }
    return result ? result : collect_short_forms(overrides, options, error);
}

static int read_scenarios(struct configuration **configurations, const struct options *options, const char *more,
                          struct error *error)
{
    struct overrides overrides = {0};
    int result = OK;
    *configurations = calloc(options->n_operands, sizeof **configurations);
    if (!*configurations)
        return error_memory(error);
    result = collect_overrides(&overrides, options, more, error);
    if (result)
        goto out;
    for (size_t k = 0; k < options->n_operands; k++) {
        struct error one = {0};
        int code = input_check(options->operands[k], &one);
        if (!code)
            code = configuration_read(&(*configurations)[k], options->operands[k], &overrides, &one);
        if (!code)
            continue;
        result = code;
        error_append(error, &one);
    }
    if (result)
        result = error->code;
out:
    free_overrides(&overrides);
    return result;
}

int scenarios_read(struct configuration **configurations, const struct options *options, struct error *error)
{
    return read_scenarios(configurations, options, NULL, error);
}

void scenarios_free(struct configuration *configurations, size_t n)
{
    for (size_t k = 0; configurations && k < n; k++)
        configuration_free(&configurations[k]);
    free(configurations);
}

/* The file among the operands that is an experiment, NULL if none is. */
static const char *find_experiment(const struct options *options)
{
    for (size_t k = 0; k < options->n_operands; k++)
        if (experiment_is_one(options->operands[k]))
            return options->operands[k];
    return NULL;
}

static int read_experiment(struct experiment *experiment, const char *path, const struct options *options,
                           const char *more, struct error *error)
{
    struct overrides overrides = {0};
    int code = collect_overrides(&overrides, options, more, error);
    if (code == OK)
        code = experiment_read(experiment, path, overrides.set, overrides.n_set, error);
    free_overrides(&overrides);
    return code;
}

int scenarios_read_experiment(struct experiment *experiment, const struct options *options, const char *more,
                              struct error *error)
{
    struct configuration *configurations = NULL;
    const size_t n = options->n_operands;
    const char *path = find_experiment(options);
    *experiment = (struct experiment){0};
    if (path && n > 1)
        return error_set(error, BAD_INPUT, "%s is an experiment; it must stand alone, and name its scenarios itself",
                         path);
    if (path)
        return read_experiment(experiment, path, options, more, error);
    const int code = read_scenarios(&configurations, options, more, error);
    if (code == OK)
        return experiment_of(experiment, configurations, n, options->operands, error);
    scenarios_free(configurations, n);
    return code;
}

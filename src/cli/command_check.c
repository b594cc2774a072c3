#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "command.h"
#include "scenarios.h"

static const struct option options_table[] = {
    SCENARIO_OPTIONS,
    {"resolved", 'r', false, NULL, "print each configuration as it will be used, with nothing left out"},
};

/* history.yaml: ok (11 states, 2001–2020, 5 events, 100 replicates, without trade) */
static void print_line(const char *path, const struct configuration *configuration)
{
    const char *separator = ", without ";
    printf("%s: ok (%zu state%s, %d–%d, %zu event%s, %zu replicate%s", path, configuration->n_states,
           configuration->n_states == 1 ? "" : "s", configuration->first_year, configuration->last_year,
           configuration->n_events, configuration->n_events == 1 ? "" : "s", configuration->n_replicates,
           configuration->n_replicates == 1 ? "" : "s");
    if (!configuration->is_noisy)
        printf(", without noise");
    for (size_t m = 0; m < N_MECHANISMS; m++)
        if (!configuration->is_on[m]) {
            printf("%s%s", separator, registry[m]->name);
            separator = " and ";
        }
    printf(")\n");
}

/* With several files, a YAML document each. */
static void print_resolved(const char *path, const char *resolved, bool is_alone)
{
    const size_t n = strlen(resolved);
    if (!is_alone)
        printf("# %s\n%s", path, strncmp(resolved, "---", 3) == 0 ? "" : "---\n");
    printf("%s%s", resolved, n && resolved[n - 1] == '\n' ? "" : "\n");
}

/* leadership.yaml: ok (an experiment: 2 scenarios, 5 factors, 1,024 points, 100 replicates) */
static int check_experiment(const struct options *options, const char *path, struct error *error)
{
    struct experiment experiment;
    struct options alone = *options;
    char points[32], *operand = (char *)path;
    alone.operands = &operand;
    alone.n_operands = 1;
    const int code = scenarios_read_experiment(&experiment, &alone, NULL, error);
    if (code != OK)
        return code;
    const size_t n_replicates = experiment_common(&experiment)->n_replicates, n = experiment.n_scenarios;
    if (!options_has(options, "resolved") && !experiment_is_one(path))
        print_line(path, experiment.configurations);
    else if (!options_has(options, "resolved"))
        printf("%s: ok (an experiment: %zu scenario%s, %zu factor%s, %s point%s, %zu replicate%s)\n", path, n,
               n == 1 ? "" : "s", experiment.n_factors, experiment.n_factors == 1 ? "" : "s",
               page_count(experiment.n_points, points, sizeof points), experiment.n_points == 1 ? "" : "s",
               n_replicates, n_replicates == 1 ? "" : "s");
    for (size_t k = 0; k < n && options_has(options, "resolved"); k++)
        print_resolved(experiment.configurations[k].name, experiment.configurations[k].resolved, n == 1);
    experiment_free(&experiment);
    return OK;
}

static bool has_experiment(const struct options *options)
{
    for (size_t k = 0; k < options->n_operands; k++)
        if (experiment_is_one(options->operands[k]))
            return true;
    return false;
}

/* Experiments, and what is none, one after the other. */
static int check_each(const struct options *options, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < options->n_operands; k++) {
        struct error one = {0};
        const int its_code = check_experiment(options, options->operands[k], &one);
        if (its_code != OK)
            error_append(error, &one);
        code = its_code != OK ? error->code : code;
    }
    return code;
}

static int run(const struct options *options, struct error *error)
{
    if (has_experiment(options))
        return check_each(options, error);
    struct configuration *configurations = NULL;
    const size_t n = options->n_operands;
    const int result = scenarios_read(&configurations, options, error);
    for (size_t k = 0; configurations && k < n; k++) {
        if (!configurations[k].name)
            continue;
        if (!options_has(options, "resolved"))
            print_line(options->operands[k], &configurations[k]);
        else
            print_resolved(options->operands[k], configurations[k].resolved, n == 1);
    }
    scenarios_free(configurations, n);
    return result;
}

const struct command command_check = {
    .name = "check",
    .summary = "say whether configurations and experiments hold, and what is wrong in them",
    .usage = "FILE... [options]",
    .description = "Reads each configuration with all that it builds on and runs nothing. Every error of every file is "
                   "reported with its file, line and column. configs/README.md tells what a configuration is, "
                   "experiments/README.md what "
                   "an experiment is.",
    .operand = "a configuration file",
    .least_operands = 1,
    .options = options_table,
    .n_options = COUNT(options_table),
    .examples = "entente check configs/scenarios/history.yaml\n"
                "entente check configs/scenarios/*.yaml --set agenda.stride=2\n"
                "entente check --resolved configs/scenarios/history.yaml > everything.yaml\n",
    .run = run,
};

/* Scenarios: the configurations that the command line names, with what it changes in them. */
#ifndef ENTENTE_SCENARIOS_H
#define ENTENTE_SCENARIOS_H

#include "config/experiment.h"
#include "options.h"

/* The options that change a configuration, the same in each command that has them. */
/* clang-format off */
#define SCENARIO_OPTIONS                                                                                               \
    {"set", 's', true, "KEY=VALUE", "change a key of every file; may be given often (--set agenda.stride=1)"},         \
    {"seed", 0, false, "N", "the same as --set seed=N"},                                                               \
    {"replicates", 'n', false, "N", "how often each scenario is run"},                                                 \
    {"years", 'y', false, "A:B", "the first and the last year"},                                                       \
    {"noise", 0, false, "on|off", "off: no draws, so that one replicate says all"}
/* clang-format on */

/* Read the operands of `options` as configurations [n_operands], each with the overrides that the options say. Every
 * file is read before this fails: error->text then holds the errors of all files, each once, and the configurations
 * whose files are bad are empty (name NULL). Give back with scenarios_free, after failure too. */
int scenarios_read(struct configuration **configurations, const struct options *options, struct error *error);

void scenarios_free(struct configuration *configurations, size_t n);

/* Read the operands of `options` as an experiment: the one that the file is, or the plain one of the scenarios that the
 * files are. `more` (NULL: nothing) is one --set more, before all others. Give back with experiment_free. */
int scenarios_read_experiment(struct experiment *experiment, const struct options *options, const char *more,
                              struct error *error);

#endif

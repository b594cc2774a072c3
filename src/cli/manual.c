#include "manual.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/version.h"
#include "config/check.h"
#include "design/design.h"
#include "help.h"
#include "names.h"

/* A text as it stands: what roff would take for its own is escaped, and dashes stay dashes that can be copied. */
static void print_text(const char *text)
{
    bool is_at_start = true;
    for (; *text; text++) {
        if (is_at_start && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        is_at_start = *text == '\n';
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

static void print_section(const char *name) { printf(".SH %s\n", name); }

static void print_paragraph(const char *text)
{
    print_text(text);
    printf("\n");
}

static void print_head(const char *name, int section, const char *summary)
{
    printf(".\\\" made by `entente help --man`\n.TH \"%s\" %d \"\" \"entente %s\" \"Entente\"\n", name, section,
           version_number());
    print_section("NAME");
    print_text(name);
    printf(" \\- ");
    print_paragraph(summary);
}

static void print_option(const struct option *option)
{
    printf(".TP\n");
    if (option->letter)
        printf(".BR \\-%c ", option->letter);
    else
        printf(".B ");
    printf(option->letter ? "\", \" \\-\\-" : "\\-\\-");
    print_text(option->name);
    if (option->value) {
        printf(option->letter ? " \"\\fR \\fI" : " \\fI");
        print_text(option->value);
        printf(option->letter ? "\\fR\"" : "\\fR");
    }
    printf("\n");
    print_paragraph(option->meaning);
}

static void print_examples(const char *examples)
{
    printf(".PP\n.EX\n");
    print_text(examples);
    printf(".EE\n");
}

static void print_command(const struct command *command)
{
    printf(".SS entente %s ", command->name);
    print_paragraph(command->usage);
    print_text(command->summary);
    printf(".\n");
    if (command->description) {
        printf(".PP\n");
        print_paragraph(command->description);
    }
    for (size_t k = 0; k < command->n_options; k++)
        print_option(&command->options[k]);
    print_examples(command->examples);
}

void manual_print(void)
{
    print_head("entente", 1, "an agent-based simulation of multilateral leadership");
    print_section("SYNOPSIS");
    printf(".B entente\n.I COMMAND\n[arguments] [options]\n");
    print_section("DESCRIPTION");
    print_paragraph(
        "States propose, take part or stay away, trade, learn, and are hit by events from outside; an organization "
        "grows out of it, or does not. Scenarios and experiments are YAML files, described in entente-config(5); "
        "results are HDF5 files that netCDF-4 readers open.");
    print_section("COMMANDS");
    for (size_t k = 0; k < help_n_commands; k++)
        print_command(help_commands[k]);
    print_section("OPTIONS OF ALL COMMANDS");
    for (const struct option *option = options_common; option->name; option++)
        print_option(option);
    print_section("ENVIRONMENT");
    printf(".TP\n.B OMP_NUM_THREADS\nhow many threads a run takes, if \\-\\-threads does not say\n"
           ".TP\n.B ENTENTE_ASCII\nset: tables have ASCII signs alone\n"
           ".TP\n.B ENTENTE_PYTHON\nthe Python that `entente report` takes, instead of looking for one\n"
           ".TP\n.B NO_COLOR\nset: no colours, unless \\-\\-color says so\n"
           ".TP\n.B CLICOLOR_FORCE\nset, and not to 0: colours in files and pipes too, unless NO_COLOR is set\n"
           ".TP\n.B TERM\ndumb: no colours, and no line is written anew\n");
    print_section("EXIT STATUS");
    for (const struct exit_code *code = help_exit_codes; code->code; code++) {
        printf(".TP\n.B %s\n", code->code);
        print_paragraph(code->meaning);
    }
    print_section("SEE ALSO");
    printf(".BR entente\\-config (5)\n");
}

/* ------------------------------------------------------------------------------------------------- entente-config(5)
 */

static void print_number(double number)
{
    struct text text = {0};
    text_add_number(&text, number);
    print_text(text.is_exhausted ? "" : text.bytes);
    text_free(&text);
}

static void print_range(double low, double high)
{
    printf("from ");
    print_number(low);
    printf(" to ");
    print_number(high);
}

/* The keys of a table, below what has them, "events.NAME.", and of the tables in it. */
static void print_keys(const char *owner, const struct key *keys)
{
    for (const struct key *key = keys; key->name; key++) {
        printf(".TP\n.B ");
        print_text(owner);
        print_text(key->name);
        printf("\n");
        print_text(key->meaning);
        if (key->form == FORM_NUMBER && isfinite(key->range.low) && isfinite(key->range.high)) {
            printf(" (");
            print_range(key->range.low, key->range.high);
            printf(")");
        }
        if (key->usual > 0) {
            printf(" Usual: ");
            print_number(key->usual);
            printf(".");
        }
        for (const char *const *word = key->words; word && *word; word++)
            printf("%s%s%s", word == key->words ? " Either " : " or ", *word, word[1] ? "" : ".");
        printf("\n");
        if (key->form != FORM_SECTION)
            continue;
        struct text below = {0};
        text_add(&below, "%s%s.", owner, key->name);
        print_keys(below.is_exhausted ? "" : below.bytes, key->keys);
        text_free(&below);
    }
}

static void print_all_keys(void)
{
    static const struct {
        const char *owner;
        const struct key *keys;
    } below[] = {{"organization.", keys_of_organization},
                 {"states.ID.", keys_of_state},
                 {"drivers.", keys_of_drivers},
                 {"drivers.VARIABLE.", keys_of_series},
                 {"observed.VARIABLE.", keys_of_observed},
                 {"events.NAME.", keys_of_event},
                 {"events.NAME.year.", keys_of_event_year},
                 {"events.NAME.effects: ", keys_of_impulse},
                 {"events.NAME.effects: ", keys_of_effect}},
      in_experiments[] = {{"vary.FACTOR.", keys_of_factor},
                          {"design.", keys_of_design},
                          {"calibration.targets.NAME.", keys_of_target},
                          {"calibration.patterns.NAME.", keys_of_pattern},
                          {"score.variables.NAME.", keys_of_judged}};
    print_section("KEYS OF A CONFIGURATION");
    print_keys("", (const struct key[]){key_base, {.name = NULL}});
    print_keys("", keys_of_configuration);
    for (size_t k = 0; k < COUNT(below); k++)
        print_keys(below[k].owner, below[k].keys);
    print_section("KEYS OF AN EXPERIMENT");
    print_keys("", keys_of_experiment);
    for (size_t k = 0; k < COUNT(in_experiments); k++)
        print_keys(in_experiments[k].owner, in_experiments[k].keys);
    for (size_t k = 0; design_kinds[k]; k++) {
        printf(".TP\n.B ");
        print_text("design.");
        print_text(design_kinds[k]->name);
        printf("\n");
        print_paragraph(design_kinds[k]->meaning);
    }
}

static void print_parameters(void)
{
    print_section("PARAMETERS");
    print_paragraph("Under `parameters`, or with --set; in brackets default, range and unit.");
    for (size_t p = 0; p < registry_n_parameters(); p++) {
        const struct parameter *parameter = registry_parameter(p);
        printf(".TP\n.B ");
        print_text(parameter->name);
        printf("\n");
        print_text(parameter->meaning);
        printf(" (");
        print_number(parameter->value);
        printf("; ");
        print_range(parameter->low, parameter->high);
        printf("; ");
        print_text(parameter->unit);
        printf(")\n");
    }
}

static void print_variables(void)
{
    print_section("VARIABLES");
    print_paragraph("What a run computes, and `record` can keep.");
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (!check_is_recordable(variable))
            continue;
        printf(".TP\n.B ");
        print_text(variable->name);
        printf("\n");
        print_text(variable->meaning);
        printf(" (");
        print_text(variable->unit);
        printf("; %s)\n", names_shape(variable->shape));
    }
}

static void print_mechanisms(void)
{
    print_section("MECHANISMS");
    print_paragraph("Under `mechanisms`, each `on` (the default) or `off`.");
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        printf(".TP\n.B %s\n", registry[m]->name);
        print_text(registry[m]->meaning);
        printf(" Off: ");
        print_paragraph(registry[m]->off);
    }
}

void manual_print_configuration(void)
{
    print_head("entente-config", 5, "configurations and experiments of entente");
    print_section("DESCRIPTION");
    print_paragraph(
        "A configuration is a YAML file that says who takes part (`states`, `dyads`, `organization`), what happens "
        "(`events`), how (`parameters`, `mechanisms`), when (`years`), how often (`replicates`, `seed`, `noise`), what "
        "is "
        "known (`drivers`, `observed`) and what is kept (`record`). With `base: FILE` it says only what differs from "
        "another; `~` removes what that has. `entente check` tells what is wrong in it, with line and column; `entente "
        "check --resolved` prints all that will be used.");
    printf(".PP\n");
    print_paragraph("An experiment names `scenarios`, what is varied in them (`vary`: distributions or values under "
                    "the dotted paths "
                    "of the configuration) and at which points (`design`); `calibration` and `score` say by which "
                    "observations. Its "
                    "other keys hold for all scenarios.");
    printf(".PP\n");
    print_paragraph("Editors that know JSON Schema complete and check these files: `entente describe --format "
                    "json-schema` prints the schema of configurations, with `experiment` behind it that of "
                    "experiments, and a file names it in its first line: "
                    "`# yaml-language-server: $schema=PATH`. An installed entente has both in share/entente/.");
    print_all_keys();
    print_parameters();
    print_mechanisms();
    print_variables();
    print_section("SEE ALSO");
    printf(".BR entente (1)\n");
}

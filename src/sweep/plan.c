#include "plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/version.h"
#include "checksum.h"
#include "config/emit.h"
#include "output/fields.h"

static const double part_work = 5e7; /* dyad-years of a part: half a second of a core and more, with what is recorded */
static const double part_bytes = 256e6; /* of a part at most, unless a cell has more */
static const double state_work = 4;     /* a state-year in dyad-years */

/* How much a run is, in dyad-years. */
static double run_work(const struct configuration *configuration)
{
    const double n = (double)configuration->n_states;
    return (n * (n - 1) / 2 + state_work * n) * (configuration->last_year - configuration->first_year + 1);
}

/* Numbers that a variable has in a year in the file. */
static double count_cells(const struct variable *variable, size_t n_states)
{
    const double n = (double)n_states;
    return variable->shape == BY_DYAD ? n * n : (double)variable_count(variable->shape, n_states);
}

/* Bytes of a cell in the output. */
static double cell_bytes(const struct configuration *configuration)
{
    const double n_years = (double)configuration->n_kept_years;
    const double size = configuration->is_double ? sizeof(double) : sizeof(float);
    const double n_replicates = (double)configuration->n_replicates;
    double bytes = n_replicates * (sizeof(int8_t) + sizeof(int32_t) + 2 * sizeof(char *));
    for (size_t k = 0; k < configuration->n_record; k++) {
        const struct record_entry *entry = &configuration->record[k];
        const double n = count_cells(entry->variable, configuration->n_kept_states) * size;
        bytes += entry->has_trajectories * n * n_years * n_replicates + entry->has_final * n * n_replicates;
        bytes += entry->has_statistics * n * n_years * (2 + (double)configuration->n_quantiles);
    }
    return bytes;
}

static size_t bounded(double x, size_t most) { return x < 1 ? 1 : x < (double)most ? (size_t)x : most; }

struct plan plan_make(const struct experiment *experiment, size_t first_point, size_t runs_a_part)
{
    const struct configuration *common = experiment_common(experiment);
    const double n_replicates = (double)common->n_replicates, bytes = cell_bytes(common);
    const double wanted = runs_a_part > 0 ? (double)runs_a_part / n_replicates
                                          : fmin(part_work / (run_work(common) * n_replicates), part_bytes / bytes);
    const size_t n_points = experiment->n_points - first_point, n_scenarios = experiment->n_scenarios;
    struct plan plan = {.experiment = experiment, .first_point = first_point};
    plan.scenarios = bounded(wanted, n_scenarios);
    plan.points = plan.scenarios < n_scenarios ? 1 : bounded(wanted / (double)n_scenarios, n_points > 0 ? n_points : 1);
    plan.n_parts = (n_scenarios + plan.scenarios - 1) / plan.scenarios * ((n_points + plan.points - 1) / plan.points);
    plan.bytes = bytes * (double)n_scenarios * (double)experiment->n_points;
    return plan;
}

struct tile plan_tile(const struct plan *plan, size_t part)
{
    const struct experiment *experiment = plan->experiment;
    const size_t n_slices = (experiment->n_scenarios + plan->scenarios - 1) / plan->scenarios;
    struct tile tile = tile_whole(experiment);
    tile.scenario = part % n_slices * plan->scenarios;
    tile.point = plan->first_point + part / n_slices * plan->points;
    if (tile.scenario + plan->scenarios < experiment->n_scenarios)
        tile.n_scenarios = plan->scenarios;
    else
        tile.n_scenarios = experiment->n_scenarios - tile.scenario;
    if (tile.point + plan->points < experiment->n_points)
        tile.n_points = plan->points;
    else
        tile.n_points = experiment->n_points - tile.point;
    return tile;
}

size_t plan_tile_runs(const struct tile *tile) { return tile_cells(tile) * tile->n_replicates; }

size_t plan_runs(const struct plan *plan)
{
    const struct experiment *experiment = plan->experiment;
    return (experiment->n_points - plan->first_point) * experiment->n_scenarios *
           experiment_common(experiment)->n_replicates;
}

static void add_pair(struct text *text, const char *before, double a, double b)
{
    text_add(text, "%s[", before);
    text_add_number(text, a);
    text_add(text, ", ");
    text_add_number(text, b);
    text_add(text, "]");
}

static void add_levels(struct text *text, const struct factor *factor, const struct varied *varied)
{
    text_add(text, "values: [");
    for (size_t k = 0; k < factor->n_levels; k++) {
        text_add(text, k ? ", " : "");
        if (varied->numbers)
            text_add_number(text, varied->numbers[k]);
        else
            emit_text(text, varied->words[k]);
    }
    text_add(text, "]");
}

static void add_factor(struct text *text, const struct factor *factor, const struct varied *varied)
{
    text_add(text, "  %s: {", factor->name);
    switch (factor->distribution) {
    case UNIFORM: add_pair(text, "uniform: ", factor->low, factor->high); break;
    case LOG_UNIFORM: add_pair(text, "log_uniform: ", factor->low, factor->high); break;
    case WHOLE_NUMBER: add_pair(text, "whole: ", factor->low, factor->high); break;
    case NORMAL: add_pair(text, "normal: ", factor->mean, factor->sd); break;
    case BETA: add_pair(text, "beta: ", factor->shapes[0], factor->shapes[1]); break;
    case TRIANGULAR:
        add_pair(text, "triangular: ", factor->low, factor->high);
        text_add(text, ", peak: ");
        text_add_number(text, factor->peak);
        break;
    case LEVELS: add_levels(text, factor, varied); break;
    }
    if (factor->distribution == NORMAL || factor->distribution == BETA)
        add_pair(text, ", within: ", factor->low, factor->high);
    if (factor->distribution != LEVELS && factor->n_levels > 0)
        text_add(text, ", levels: %zu", factor->n_levels);
    if (factor->group)
        text_add(text, ", group: %s", factor->group);
    text_add(text, "}\n");
}

static void add_design(struct text *text, const struct experiment *experiment)
{
    const struct design *design = experiment->design;
    const struct design_choice *choice = &design->choice;
    text_add(text, "design: {%s: %" PRIu64, choice->kind->name, choice->n);
    if (choice->kind == &design_list)
        text_add(text, ", values: %016" PRIx64,
                 checksum_bytes(choice->rows,
                                choice->n * experiment->n_factors * sizeof *choice->rows)); /* too many to be told */
    if (choice->kind == &design_morris)
        text_add(text, ", levels: %zu", choice->n_levels);
    if (choice->kind == &design_saltelli)
        text_add(text, ", second_order: %s", choice->is_second_order ? "on" : "off");
    text_add(text, ", seed: %" PRIu64 "}\n", choice->seed);
}

/* Variants differ in files that the head does not show. */
static void add_variants(struct text *text, const struct experiment *experiment)
{
    if (experiment->n_variants == 1)
        return;
    text_add(text, "variants: [");
    for (size_t k = 0; k < experiment->n_variants * experiment->n_scenarios; k++)
        text_add(text, "%s%08x", k ? ", " : "", text_hash(experiment->configurations[k].resolved));
    text_add(text, "]\n");
}

static void add_head(struct text *text, const struct experiment *experiment)
{
    text_add(text, "name: %s\ntitle: ", experiment->name);
    emit_text(text, experiment->title);
    text_add(text, "\n");
    if (experiment->design) {
        add_design(text, experiment);
        text_add(text, "common_random_numbers: %s\n", experiment->has_common_luck ? "on" : "off");
        text_add(text, experiment->n_factors > 0 ? "vary:\n" : "vary: {}\n");
        for (size_t f = 0; f < experiment->n_factors; f++)
            add_factor(text, &experiment->factors[f], &experiment->varied[f]);
        add_variants(text, experiment);
    }
    text_add(text, "entente: %s %s\n", version_number(), version_commit());
}

char *plan_head(const struct experiment *experiment)
{
    struct text text = {0};
    add_head(&text, experiment);
    return text_take(&text);
}

static void add_size(struct text *text, const struct plan *plan)
{
    const struct experiment *experiment = plan->experiment;
    const struct tile first = plan_tile(plan, 0);
    text_add(text, "size:\n  points: %zu\n  scenarios: %zu\n  replicates: %zu\n", experiment->n_points,
             experiment->n_scenarios, experiment_common(experiment)->n_replicates);
    text_add(text, "  runs: %zu\n  parts: %zu\n  runs_a_part: %zu\n", plan_runs(plan), plan->n_parts,
             plan_tile_runs(&first));
    if (plan->first_point > 0)
        text_add(text, "  first_point: %zu\n", plan->first_point);
}

char *plan_identity(const struct plan *plan)
{
    const struct experiment *experiment = plan->experiment;
    struct text text = {0};
    add_head(&text, experiment);
    add_size(&text, plan);
    for (size_t k = 0; k < experiment->n_scenarios; k++)
        text_add(&text, "---\n%s", experiment->configurations[k].resolved);
    return text_take(&text);
}

/* Where a head says the number of its points: the length of what comes before; all of it if it does not. */
static size_t find_number(const char *head)
{
    const char *line = strstr(head, "\ndesign: {"), *kind = line ? strchr(line, '{') : NULL;
    const char *number = kind ? strstr(kind, ": ") : NULL;
    return number ? (size_t)(number + 2 - head) : strlen(head);
}

char *plan_key(const struct experiment *experiment)
{
    struct text text = {0}, key = {0};
    char *head = plan_head(experiment);
    if (!head)
        return NULL;
    const size_t before = find_number(head);
    text_add_bytes(&text, head, before);
    text_add(&text, "%s", head + before + strspn(head + before, "0123456789"));
    for (size_t k = 0; k < experiment->n_scenarios; k++)
        text_add(&text, "---\n%s", experiment->configurations[k].resolved);
    if (!text.is_exhausted)
        text_add(&key, "%016" PRIx64, checksum_bytes(text.bytes, text.n));
    text_free(&text);
    free(head);
    return key.n > 0 ? text_take(&key) : NULL;
}

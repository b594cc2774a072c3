#include "keys.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "configuration.h"
#include "design/design.h"

#define ANY_NUMBER FORM_NUMBER, .range = {-INFINITY, INFINITY, false}
#define END                                                                                                            \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

static const char *const choices_of_when[] = {"first", "each", NULL};
static const char *const choices_of_scale[] = {"linear", "log", NULL};
static const char *const choices_of_precision[] = {"single", "double", NULL};

const struct key key_base = {"base", FORM_FILE,
                             .meaning = "The file on which this one builds, as seen from here: it says only what "
                                        "differs, and `~` removes what that file has."};

const struct key keys_of_organization[] = {{"name", FORM_TEXT,
                                            .meaning = "What the organization is called in reports."},
                                           END};

const struct key keys_of_state[] = {{"name", FORM_TEXT,
                                     .meaning = "What the state is called in reports; usually its identifier."},
                                    {"tags", FORM_PART, .part = "tags",
                                     .meaning = "Names that it shares with other states, for events and reports."},
                                    END};

const struct key keys_of_event[] = {
    {"title", FORM_TEXT, .meaning = "What the event is called in reports; usually its name."},
    {"year", FORM_PART, .part = "event_year", .meaning = "When it begins: a year, or a distribution of years."},
    {"hazard", FORM_NUMBER, {0, 1, false}, .meaning = "The probability that it begins in a year, if it has not yet."},
    {"from", FORM_YEAR, .meaning = "The first year of the hazard; usually the first simulated."},
    {"until", FORM_YEAR, .meaning = "The last year of the hazard; usually the last simulated."},
    {"duration",
     FORM_PART,
     {1, LAST_YEAR_POSSIBLE, true},
     .part = "duration",
     .usual = 1,
     .meaning = "For how many years it lasts; `.inf` for ever."},
    {"effects", FORM_PART, .part = "effects", .is_needed = true,
     .meaning = "What it does, one thing an item; over a `base`, a mapping changes the items that it names."},
    END};

const struct key keys_of_event_year[] = {
    {"uniform", FORM_PART, .part = "two_years", .meaning = "Any year from the first to the last, equally likely."},
    {"normal", FORM_PART, .part = "event_normal", .meaning = "Mean year and standard deviation, rounded to a year."},
    {"choice", FORM_PART, .part = "event_choice",
     .meaning = "Years, each with its probability; what is left is the probability that it does not happen."},
    END};

const struct key keys_of_effect[] = {{"states", FORM_PART, .part = "who",
                                      .meaning = "Whom it touches: states, tags, `all`, `members`, ..."},
                                     {"when", FORM_WORD, .words = choices_of_when,
                                      .meaning = "In the event's first year, or in each of its years."},
                                     END};

const struct key keys_of_impulse[] = {
    {"offer",
     FORM_NUMBER,
     {0, 1, false},
     .meaning = "A power outside makes an offer, of which states take up a share."},
    {"crisis", FORM_NUMBER, {0, 1, false}, .meaning = "Something that the organization is asked to answer."},
    {"upheaval",
     FORM_NUMBER,
     {0, 1, false},
     .meaning = "A government nearby falls, which leaves whoever is fragile insecure."},
    END};

const struct key keys_of_drivers[] = {
    {"until", FORM_YEAR, .meaning = "The last year in which series are followed; what they say later is not known."},
    END};

const struct key keys_of_series[] = {{"first_year", FORM_YEAR, .is_needed = true,
                                      .meaning = "The year of the first number of each series."},
                                     END};

const struct key keys_of_observed[] = {{"source", FORM_TEXT, .meaning = "Where the values come from."},
                                       {"values", FORM_PART, .part = "", .is_needed = true,
                                        .meaning = "What was measured, by year."},
                                       END};

const struct key keys_of_record[] = {
    {"trajectories", FORM_PART, .part = "recorded", .meaning = "Of which variables each replicate's years are kept."},
    {"statistics", FORM_PART, .part = "recorded", .meaning = "Of which variables means and quantiles are kept."},
    {"final", FORM_PART, .part = "recorded", .meaning = "Of which variables each replicate's last year is kept."},
    {"quantiles", FORM_PART, .part = "quantiles", .meaning = "Which quantiles the statistics have, growing."},
    {"precision", FORM_WORD, .words = choices_of_precision, .meaning = "Numbers of 4 bytes (single) or 8 (double)."},
    {"years", FORM_PART, .part = "years_listed", .meaning = "Which years are kept; usually all."},
    {"states", FORM_PART, .part = "states_listed", .meaning = "Which states are kept, by identifier or tag."},
    END};

#define KEY_OF_YEARS(is_needed_)                                                                                       \
    {                                                                                                                  \
        "years", FORM_PART, .part = "two_years", .is_needed = is_needed_,                                              \
                            .meaning = "The first and the last year that are simulated."                               \
    }
#define KEYS_OF_RUN                                                                                                    \
    {"replicates",                                                                                                     \
     FORM_NUMBER,                                                                                                      \
     {1, CONFIGURATION_MOST_REPLICATES, true},                                                                         \
     .usual = 100,                                                                                                     \
     .meaning = "How often the years are simulated, each time with other luck."},                                      \
        {"seed", FORM_COUNT, .usual = 1, .meaning = "From which all luck is drawn: the same seed, the same luck."},    \
    {                                                                                                                  \
        "noise", FORM_TRUTH, .meaning = "Off: nothing is left to chance, and one replicate is enough."                 \
    }
#define KEYS_OF_HEAD                                                                                                   \
    {"name", FORM_NAME, .meaning = "A short name for tables and files; usually that of the file."},                    \
        {"title", FORM_LINE, .meaning = "A line that says what this is."},                                             \
    {                                                                                                                  \
        "description", FORM_TEXT, .meaning = "Some sentences on what this is, and why."                                \
    }
#define KEY_OF_RECORD                                                                                                  \
    {                                                                                                                  \
        "record", FORM_SECTION, .keys = keys_of_record, .meaning = "What goes into the output."                        \
    }

const struct key keys_of_configuration[] = {
    KEYS_OF_HEAD,
    KEY_OF_YEARS(true),
    KEYS_OF_RUN,
    {"organization", FORM_PART, .part = "organization", .meaning = "How the organization starts."},
    {"states", FORM_PART, .part = "states", .is_needed = true, .meaning = "Who takes part: a mapping by identifier."},
    {"dyads", FORM_PART, .part = "dyads", .meaning = "Each pair of states, once, as `CHN-RUS`."},
    {"drivers", FORM_PART, .part = "drivers", .meaning = "Series that variables of states follow exactly."},
    {"parameters", FORM_PART, .part = "parameters", .meaning = "How the mechanisms work, by group."},
    {"mechanisms", FORM_PART, .part = "mechanisms", .meaning = "Which mechanisms are at work; usually all."},
    {"events", FORM_PART, .part = "events", .meaning = "What happens from outside, by name."},
    {"observed", FORM_PART, .part = "observed", .meaning = "What was measured, to compare with."},
    KEY_OF_RECORD,
    END};

/* ------------------------------------------------------------------------------------------------- experiments */

const struct key keys_of_factor[] = {
    [UNIFORM] = {"uniform", FORM_PART, .part = "ends", .meaning = "Any number from low to high, equally likely."},
    [LOG_UNIFORM] = {"log_uniform", FORM_PART, .part = "ends_above_zero", .meaning = "The same of its logarithm."},
    [NORMAL] = {"normal", FORM_PART, .part = "normal", .meaning = "Mean and standard deviation, cut off by `within`."},
    [BETA] = {"beta", FORM_PART, .part = "shapes", .meaning = "The two shapes, spread over `within`, else 0 .. 1."},
    [TRIANGULAR] = {"triangular", FORM_PART, .part = "corners", .meaning = "Low, peak and high."},
    [WHOLE_NUMBER] = {"whole", FORM_PART, .part = "whole_ends", .meaning = "Whole numbers, first to last."},
    [LEVELS] = {"values", FORM_PART, .part = "levels", .meaning = "These values, equally likely."},
    {"levels", FORM_NUMBER, {1, FACTOR_MOST_LEVELS, true}, .meaning = "How many values it has in a grid."},
    {"within", FORM_PART, .part = "ends", .meaning = "Between which numbers a normal or a beta distribution is."},
    {"group", FORM_TEXT, .meaning = "Factors with the same group move together in a screening."},
    END};

const struct key keys_of_design[] = {
    {"csv", FORM_FILE, .meaning = "The points of a table: a column a factor, a line a point."},
    {"seed", FORM_COUNT, .meaning = "From which points are drawn; usually that of the scenarios."},
    {"levels", FORM_NUMBER, {2, 1000, true}, .usual = 4, .meaning = "Of `morris`: the levels of its grid."},
    {"second_order", FORM_TRUTH, .meaning = "Of `saltelli`: on for indices of pairs of factors too."},
    END};

const struct key keys_of_fit[] = {
    {"starts", FORM_NUMBER, {0, 10000, true}, .usual = 8, .meaning = "Points from which it searches; 0: no fit."},
    {"steps", FORM_NUMBER, {1, 1000000, true}, .usual = 500, .meaning = "Steps from each of them at most."},
    END};

const struct key keys_of_posterior[] = {
    {"population", FORM_NUMBER, {0, 1000000, true}, .usual = 400, .meaning = "Points of the posterior; 0: none."},
    {"generations", FORM_NUMBER, {1, 1000, true}, .usual = 60, .meaning = "Generations of these points at most."},
    {"tolerance", FORM_POSITIVE, .usual = 1, .meaning = "At which it is complete, in units of each `sd`."},
    END};

const struct key keys_of_target[] = {
    {"value", FORM_PART, .part = "expression",
     .meaning = "An expression of one run, such as `log(trade[CHN, RUS, 2005])`."},
    {"observed", ANY_NUMBER, .meaning = "The number that `value` is compared with."},
    {"sd", FORM_POSITIVE, .is_needed = true,
     .meaning = "How far off, as a standard deviation, observation and model may be beside chance."},
    {"weight", FORM_POSITIVE, .usual = 1, .meaning = "Of its square in the distance."},
    {"scale", FORM_WORD, .words = choices_of_scale, .meaning = "Compare the numbers, or their logarithms."},
    {"years", FORM_PART, .part = "years_listed",
     .meaning = "Which of the years observed; usually all after the first."},
    {"of", FORM_PART, .part = "elements", .meaning = "Which states, dyads or areas; usually all observed."},
    END};

const struct key keys_of_pattern[] = {
    {"value", FORM_PART, .part = "expression", .is_needed = true,
     .meaning = "An expression of all runs, such as `mean(cohesion[2005])`."},
    {"at_least", ANY_NUMBER, .meaning = "It must not be below."},
    {"at_most", ANY_NUMBER, .meaning = "It must not be above."},
    {"sd", FORM_POSITIVE, .usual = 0.01, /* assumption: a miss of one in a hundred is one of a standard deviation */
     .meaning = "By how much, as a standard deviation, it may miss."},
    END};

const struct key keys_of_calibration[] = {
    {"targets", FORM_PART, .part = "targets", .is_needed = true,
     .meaning = "What was observed: variables under `observed` of the first scenario, or names with `value`."},
    {"patterns", FORM_PART, .part = "patterns", .meaning = "What has to hold of all runs at a point, by name."},
    {"replicates", FORM_NUMBER, {8, 100000, true}, .usual = 64, .meaning = "Runs of a trial."},
    {"seed", FORM_COUNT, .meaning = "Of the search; usually that of the scenarios."},
    {"fit", FORM_SECTION, .keys = keys_of_fit, .meaning = "The search for the best point."},
    {"posterior", FORM_SECTION, .keys = keys_of_posterior, .meaning = "The search for all points that agree."},
    END};

const struct key keys_of_judged[] = {
    {"scale", FORM_WORD, .words = choices_of_scale, .meaning = "Judge the numbers, or their logarithms."},
    {"years", FORM_PART, .part = "years_listed", .meaning = "Which of the years held out; usually all."},
    {"of", FORM_PART, .part = "elements", .meaning = "Which states, dyads or areas; usually all observed."},
    END};

const struct key keys_of_score[] = {
    {"after", FORM_YEAR, .is_needed = true, .meaning = "The last year that the forecast may know."},
    {"variables", FORM_PART, .part = "judged", .is_needed = true, .meaning = "Of which the forecast is judged."},
    {"observed", FORM_FILE, .meaning = "A table of what was observed, beside `observed` of the first scenario."},
    END};

const struct key keys_of_experiment[] = {
    KEYS_OF_HEAD,
    {"scenarios", FORM_PART, .part = "files", .meaning = "The configurations that are run, side by side."},
    {"set", FORM_PART, .part = "set", .meaning = "What is changed in all of them, under dotted paths."},
    {"vary", FORM_PART, .part = "vary", .meaning = "What is varied in them, under dotted paths: factors."},
    {"design", FORM_PART, .part = "design", .meaning = "At which points: a kind, and how many; usually a grid."},
    KEY_OF_YEARS(false),
    KEYS_OF_RUN,
    KEY_OF_RECORD,
    {"common_random_numbers", FORM_TRUTH, .meaning = "Whether all points meet the same luck; usually on."},
    {"calibration", FORM_SECTION, .keys = keys_of_calibration, .meaning = "What the factors are judged by."},
    {"score", FORM_SECTION, .keys = keys_of_score, .meaning = "What a forecast is judged by."},
    END};

const struct key *key_find(const struct key *keys, const char *name)
{
    while (keys->name && strcmp(keys->name, name) != 0)
        keys++;
    assert(keys->name);
    return keys;
}

size_t key_count(const struct key *keys)
{
    size_t n = 0;
    while (keys[n].name)
        n++;
    return n;
}

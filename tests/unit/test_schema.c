/* Configurations: from YAML to numbers, and back. What is refused is in tests/bad_configs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "config/configuration.h"
#include "folder.h"

/* Three states, A and B of them members; A's GDP is driven until 2005. */
static const char *const base =
    "years: [2001, 2010]\n"
    "states:\n"
    "  A: {status: member, tags: [old, big], vision: 0.5, will: 0.5, skills: 0.5, position: 0.6}\n"
    "  B: {status: member, tags: [old], vision: 0.4, will: 0.4, skills: 0.4, position: 0.5, gdp: 50}\n"
    "  C: {name: Gamma, vision: 0.3, will: 0.3, skills: 0.3, position: {security: 0.4, economy: 0.2}, gdp: 20}\n"
    "dyads:\n"
    "  A-B: {distance: 1000, contiguous: yes, trade: 500}\n"
    "  C-A: {distance: 2000}\n"
    "  B-C: {distance: 1500, contiguous: 1}\n"
    "drivers:\n"
    "  gdp: {first_year: 2000, A: [99, 100, 104, 108, 112, 117]}\n";

/* Read `scenario` over `base` and one --set (NULL: none). */
static int read_code(struct configuration *configuration, const char *scenario, const char *set, struct error *error)
{
    char value[256];
    char *values[] = {value};
    const struct overrides overrides = {.set = values, .n_set = set ? 1 : 0};
    struct text text = {0};
    snprintf(value, sizeof value, "%s", set ? set : "");
    text_add(&text, "base: base.yaml\n%s", scenario);
    write_file("base.yaml", base);
    write_file("scenario.yaml", text.bytes);
    text_free(&text);
    return configuration_read(configuration, "scenario.yaml", &overrides, error);
}

static struct configuration read_scenario(const char *scenario, const char *set)
{
    struct configuration configuration;
    struct error error = {0};
    if (read_code(&configuration, scenario, set, &error) != OK)
        fail_msg("%s", error.text);
    return configuration;
}

static void assert_refused(const char *scenario, const char *part)
{
    struct configuration configuration;
    struct error error = {0};
    assert_int_equal(read_code(&configuration, scenario, NULL, &error), BAD_INPUT);
    if (!strstr(error.text, part))
        fail_msg("%s\nhas not: %s", error.text, part);
    assert_null(configuration.states);
    assert_null(configuration.memory);
    error_free(&error);
}

static void assert_refused_without(const char *scenario, const char *part)
{
    struct configuration configuration;
    struct error error = {0};
    assert_int_equal(read_code(&configuration, scenario, NULL, &error), BAD_INPUT);
    if (strstr(error.text, part))
        fail_msg("%s\nhas: %s", error.text, part);
    error_free(&error);
}

static double start_of(const struct configuration *configuration, const char *variable, size_t element)
{
    return configuration->starts[registry_find_variable(variable)][element];
}

static void what_is_left_out_has_its_default(void **state)
{
    struct configuration c = read_scenario("", NULL);
    (void)state;
    assert_string_equal(c.name, "scenario");
    assert_string_equal(c.title, "scenario");
    assert_string_equal(c.description, "");
    assert_int_equal(c.n_replicates, 100);
    assert_int_equal(c.seed, 1);
    assert_true(c.is_noisy);
    for (size_t m = 0; m < N_MECHANISMS; m++)
        assert_true(c.is_on[m]);
    for (size_t p = 0; p < registry_n_parameters(); p++)
        assert_true(c.parameters[p] == registry_parameter(p)->value);
    assert_string_equal(c.states[0].name, "A");
    assert_string_equal(c.states[2].name, "Gamma");
    assert_int_equal(c.n_quantiles, 5);
    assert_false(c.is_double);
    assert_int_equal(c.n_events + c.n_observations, 0);
    configuration_free(&c);
}

static void starts_are_by_state_area_and_dyad(void **state)
{
    struct configuration c = read_scenario("", NULL);
    (void)state;
    assert_true(start_of(&c, "vision", 1) == 0.4);
    assert_true(start_of(&c, "position", 0 * AREAS + ECONOMY) == 0.6); /* a number serves both areas */
    assert_true(start_of(&c, "position", 2 * AREAS + SECURITY) == 0.4);
    assert_true(start_of(&c, "position", 2 * AREAS + ECONOMY) == 0.2);
    assert_true(start_of(&c, "distance", dyad_index(3, 0, 2)) == 2000); /* given as C-A */
    assert_true(start_of(&c, "contiguous", dyad_index(3, 0, 1)) == 1);
    assert_true(start_of(&c, "trade", dyad_index(3, 1, 2)) == 0);
    assert_true(start_of(&c, "status", 0) == MEMBER);
    assert_true(start_of(&c, "status", 2) == OUTSIDER);
    assert_true(start_of(&c, "eligible", 2) == 1);
    configuration_free(&c);
}

static void what_is_carried_starts_and_what_is_computed_does_not(void **state)
{
    struct configuration c = read_scenario("", NULL);
    (void)state;
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        const bool has_start = variable->kind == ATTRIBUTE || variable->kind == STOCK;
        assert_int_equal(c.starts[v] != NULL, has_start);
        for (size_t k = 0; has_start && k < variable_count(variable->shape, c.n_states); k++)
            assert_true(isfinite(c.starts[v][k]));
    }
    configuration_free(&c);
}

static void a_driven_state_starts_from_its_series(void **state)
{
    struct configuration c = read_scenario("", NULL);
    (void)state;
    assert_int_equal(c.n_drivers, 1);
    assert_int_equal(c.drivers[0].first_year, 2000);
    assert_int_equal(c.drivers[0].n_values, 6);
    assert_int_equal(c.drivers[0].state, 0);
    assert_true(start_of(&c, "gdp", 0) == 100); /* of 2001 */
    configuration_free(&c);
}

static void a_series_is_cut_after_the_last_year_in_which_it_is_followed(void **state)
{
    struct configuration c = read_scenario("", "drivers.until=2003");
    (void)state;
    assert_int_equal(c.drivers[0].n_values, 4); /* 2000 to 2003 */
    assert_true(c.drivers[0].values[3] == 108);
    configuration_free(&c);
}

static void a_series_that_ends_before_until_is_whole(void **state)
{
    struct configuration c = read_scenario("drivers: {until: 2050}\n", NULL);
    (void)state;
    assert_int_equal(c.drivers[0].n_values, 6);
    configuration_free(&c);
}

static void an_event_may_change_what_follows_no_series_any_more(void **state)
{
    static const char *const event = "events: {e: {year: 2004, effects: [{gdp: {scale: 0.9}, states: A}]}}\n";
    struct configuration c = read_scenario(event, "drivers.until=2004");
    (void)state;
    assert_refused(event, "follows a series");
    configuration_free(&c);
}

static void what_is_measured_by_area_is_read(void **state)
{
    struct configuration c = read_scenario(
        "observed: {position_distance: {source: V, values: {economy: {2003: 0.25}, security: {2002: 0.125}}}}\n", NULL);
    (void)state;
    assert_int_equal(c.n_observations, 2);
    assert_string_equal(c.observations[0].variable->name, "position_distance");
    assert_int_equal(c.observations[0].element, ECONOMY);
    assert_true(c.observations[0].value == 0.25);
    assert_int_equal(c.observations[1].element, SECURITY);
    assert_int_equal(c.observations[1].year, 2002);
    configuration_free(&c);
}

static void numbers_of_the_run_are_read(void **state)
{
    struct configuration c = read_scenario("seed: 18446744073709551615\nreplicates: 1e6\nname: x-1\n"
                                           "parameters: {agenda: {stride: 2.5}}\nmechanisms: {trade: off}\n"
                                           "organization: {name: Org, ambition: {economy: 0.5}}\n",
                                           NULL);
    (void)state;
    assert_true(c.seed == UINT64_MAX);
    assert_int_equal(c.n_replicates, 1000000);
    assert_true(c.is_noisy);
    assert_string_equal(c.name, "x-1");
    assert_string_equal(c.organization, "Org");
    assert_true(c.parameters[registry_find_parameter("agenda.stride")] == 2.5);
    assert_false(c.is_on[MECHANISM_trade]);
    assert_true(c.is_on[MECHANISM_economy]);
    assert_true(start_of(&c, "ambition", ECONOMY) == 0.5);
    const struct variable *ambition = registry_variable((size_t)registry_find_variable("ambition"));
    assert_true(start_of(&c, "ambition", SECURITY) == ambition->start);
    configuration_free(&c);
}

static void without_noise_one_replicate_is_enough(void **state)
{
    (void)state;
    struct configuration c = read_scenario("replicates: 50\nnoise: off\n", NULL);
    assert_false(c.is_noisy);
    assert_int_equal(c.n_replicates, 1);
    configuration_free(&c);
}

static void keys_are_hashes_of_names(void **state)
{
    struct configuration c = read_scenario("events: {storm: {year: 2003, effects: []}}\n", NULL);
    (void)state;
    assert_int_equal(c.states[1].key, text_hash("B"));
    assert_int_equal(c.events[0].key, text_hash("storm"));
    configuration_free(&c);
}

static void years_cut_on_the_command_line_leave_later_events_out(void **state)
{
    (void)state;
    struct configuration c = read_scenario("events:\n"
                                           "  early: {year: 2003, effects: [{crisis: 0.5}]}\n"
                                           "  late: {year: 2006, effects: [{crisis: 0.5}]}\n",
                                           "years=[2001, 2005]");
    assert_int_equal(c.n_events, 1);
    assert_string_equal(c.events[0].name, "early");
    configuration_free(&c);
}

static void each_timing_of_an_event_is_read(void **state)
{
    struct configuration c = read_scenario("events:\n"
                                           "  a: {year: 2003, duration: .inf, effects: []}\n"
                                           "  b: {year: {uniform: [2003, 2005]}, duration: 2, effects: []}\n"
                                           "  c: {year: {normal: [2004, 1.5]}, effects: []}\n"
                                           "  d: {year: {choice: {2003: 0.5, 2005: 0.25}}, effects: []}\n"
                                           "  e: {hazard: 0.1, from: 2004, effects: []}\n",
                                           NULL);
    const struct event *e = c.events;
    (void)state;
    assert_int_equal(c.n_events, 5);
    assert_true(e[0].timing == FIXED_YEAR && e[0].year == 2003 && isinf(e[0].duration));
    assert_true(e[1].timing == UNIFORM_YEAR && e[1].first == 2003 && e[1].last == 2005 && e[1].duration == 2);
    assert_true(e[2].timing == NORMAL_YEAR && e[2].mean == 2004 && e[2].standard_deviation == 1.5 &&
                e[2].duration == 1);
    assert_true(e[3].timing == CHOICE_YEAR && e[3].n_choices == 2 && e[3].choice_year[1] == 2005);
    assert_true(e[3].choice_probability[0] == 0.5);
    assert_true(e[4].timing == HAZARD && e[4].hazard == 0.1 && e[4].first == 2004 && e[4].last == 2010);
    configuration_free(&c);
}

/* The only effect of a scenario with one event. */
static struct configuration read_effect(const char *effect)
{
    char text[512];
    snprintf(text, sizeof text, "events: {e: {year: 2003, effects: [%s]}}\n", effect);
    return read_scenario(text, NULL);
}

static void an_offer_is_a_number_for_each_state_named(void **state)
{
    struct configuration c = read_effect("{offer: {A: 0.1, C: 0.3}}");
    const struct effect *effect = c.events[0].effects;
    (void)state;
    assert_int_equal(effect->operation, OFFER);
    assert_true(effect->acts_each_year); /* unlike other effects */
    assert_int_equal(effect->parameter, -1);
    assert_null(effect->variable);
    assert_int_equal(effect->n_operands, 1);
    const struct operand *operand = effect->operands;
    assert_int_equal(operand->group, EVERYONE);
    assert_true(operand->touches[0] && !operand->touches[1] && operand->touches[2]);
    assert_true(operand->value[0] == 0.1 && operand->value[2] == 0.3);
    configuration_free(&c);
}

static void a_tag_names_its_states_and_what_is_named_later_wins(void **state)
{
    struct configuration c = read_effect("{upheaval: {A: 0.9, old: 0.2, B: 0.5}}");
    const struct operand *operand = c.events[0].effects->operands;
    (void)state;
    assert_int_equal(c.events[0].effects->n_operands, 1);
    assert_true(operand->touches[0] && operand->touches[1] && !operand->touches[2]);
    assert_true(operand->value[0] == 0.2 && operand->value[1] == 0.5);
    assert_false(c.events[0].effects->acts_each_year);
    configuration_free(&c);
}

static void a_group_is_an_operand_of_its_own(void **state)
{
    struct configuration c = read_effect("{offer: {A: 0.9, members: 0.2, C: 0.5}}");
    const struct effect *effect = c.events[0].effects;
    (void)state;
    assert_int_equal(effect->n_operands, 3);
    assert_int_equal(effect->operands[1].group, MEMBERS);
    assert_true(effect->operands[1].touches[0] && effect->operands[1].touches[1]);
    assert_false(effect->operands[1].touches[2]); /* C is named later, whatever its status */
    assert_true(effect->operands[0].touches[0]);  /* if A is no member by then */
    assert_true(effect->operands[2].touches[2]);
    configuration_free(&c);
}

static void all_touches_all_and_silences_what_came_before(void **state)
{
    struct configuration c = read_effect("{threat: {toward_one: {A: 0.9, members: 0.2, all: 0.5}}, when: each}");
    const struct effect *effect = c.events[0].effects;
    (void)state;
    assert_int_equal(effect->operation, TOWARD_ONE);
    assert_true(effect->acts_each_year);
    assert_int_equal(effect->n_operands, 1);
    for (size_t i = 0; i < 3; i++)
        assert_true(effect->operands[0].touches[i] && effect->operands[0].value[i] == 0.5);
    configuration_free(&c);
}

static void states_beside_a_number_say_whom_it_touches(void **state)
{
    struct configuration c = read_effect("{position.economy: {add: -0.1}, states: [big, C]}");
    const struct effect *effect = c.events[0].effects;
    (void)state;
    assert_string_equal(effect->variable->name, "position");
    assert_true(!effect->touches_area[SECURITY] && effect->touches_area[ECONOMY]);
    assert_true(effect->operands[0].touches[0] && !effect->operands[0].touches[1] && effect->operands[0].touches[2]);
    configuration_free(&c);
}

static void the_organization_and_parameters_have_one_number(void **state)
{
    struct configuration c = read_scenario("events: {e: {year: 2003, effects: [{crisis: 0.8}, {ambition: {set: 0.3}}, "
                                           "{agenda.quorum: {scale: 1.5}}]}}\n",
                                           NULL);
    const struct effect *effects = c.events[0].effects;
    (void)state;
    assert_int_equal(effects[0].operation, CRISIS);
    assert_int_equal(effects[1].operation, SET);
    assert_int_equal(effects[2].operation, SCALE);
    assert_int_equal(effects[2].parameter, registry_find_parameter("agenda.quorum"));
    assert_true(effects[2].acts_each_year);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(effects[k].n_operands, 1);
        assert_null(effects[k].operands[0].touches);
    }
    assert_true(effects[1].touches_area[SECURITY] && effects[1].touches_area[ECONOMY]);
    configuration_free(&c);
}

static void a_status_is_set_by_its_word(void **state)
{
    struct configuration c = read_effect("{status: {set: observer}, states: B}");
    (void)state;
    assert_true(c.events[0].effects->operands[0].value[1] == OBSERVER);
    configuration_free(&c);
}

static void a_driven_variable_may_change_after_its_series(void **state)
{
    struct configuration c = read_scenario("events: {e: {year: 2005, effects: [{gdp: {scale: 0.9}}]}}\n", NULL);
    (void)state;
    assert_int_equal(c.events[0].n_effects, 1);
    configuration_free(&c);
    assert_refused("events: {e: {year: 2004, effects: [{gdp: {scale: 0.9}}]}}\n", "follows a series");
    c = read_scenario("events: {e: {year: 2004, effects: [{gdp: {scale: 0.9}, states: [B, observers]}]}}\n", NULL);
    configuration_free(&c);
}

static void removing_a_state_removes_what_is_said_of_it(void **state)
{
    static const char *const middle =
        "base: base.yaml\n"
        "observed: {trade: {values: {A-B: {2002: 3}, B-C: {2002: 4}}}, gdp: {values: {C: {2003: 1}}}}\n"
        "events: {e: {year: 2003, effects: [{offer: {A: 0.1, C: 0.3}}, {upheaval: 0.1, states: C}, {crisis: 0.1}]}}\n";
    struct configuration c;
    struct error error = {0};
    (void)state;
    write_file("base.yaml", base);
    write_file("middle.yaml", middle);
    write_file("top.yaml", "base: middle.yaml\nstates: {C: ~}\n");
    if (configuration_read(&c, "top.yaml", NULL, &error) != OK)
        fail_msg("%s", error.text);
    assert_int_equal(c.n_states, 2);
    assert_int_equal(c.n_observations, 1);
    assert_int_equal(c.events[0].n_effects, 2); /* one touched C alone */
    assert_true(c.events[0].effects[0].operands[0].touches[0]);
    configuration_free(&c);
}

static void a_tag_that_went_with_its_state_touches_nobody(void **state)
{
    static const char *const middle = "base: base.yaml\nstates: {C: {tags: [far]}}\n"
                                      "events: {e: {year: 2003, effects: [{offer: {A: 0.1, far: 0.3}}]}}\n";
    struct configuration c;
    struct error error = {0};
    (void)state;
    write_file("base.yaml", base);
    write_file("middle.yaml", middle);
    write_file("top.yaml", "base: middle.yaml\nstates: {C: ~}\n");
    if (configuration_read(&c, "top.yaml", NULL, &error) != OK)
        fail_msg("%s", error.text);
    assert_int_equal(c.events[0].n_effects, 1);
    configuration_free(&c);
    write_file("top.yaml", "base: middle.yaml\nstates: {C: ~}\n"
                           "events: {f: {year: 2003, effects: [{offer: {far: 0.3}}]}}\n");
    assert_int_equal(configuration_read(&c, "top.yaml", NULL, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "top.yaml:3:45: error: `far` is no state, tag or group"));
    error_free(&error);
}

static void observations_outside_the_years_are_left_out(void **state)
{
    struct configuration c = read_scenario("observed: {trade: {source: S, values: {C-B: {2000: 1, 2001: 2, 2011: 3}}}, "
                                           "cohesion: {values: {2010: 0.5}}}\n",
                                           NULL);
    (void)state;
    assert_int_equal(c.n_observations, 2);
    assert_int_equal(c.observations[0].year, 2001);
    assert_int_equal(c.observations[0].element, dyad_index(3, 1, 2));
    assert_string_equal(c.observations[0].source, "S");
    assert_string_equal(c.observations[1].source, "");
    assert_true(c.observations[1].value == 0.5);
    configuration_free(&c);
}

static const struct record_entry *find_record(const struct configuration *configuration, const char *name)
{
    for (size_t k = 0; k < configuration->n_record; k++)
        if (strcmp(configuration->record[k].variable->name, name) == 0)
            return &configuration->record[k];
    return NULL;
}

static void what_is_recorded_is_chosen_by_name(void **state)
{
    struct configuration c = read_scenario("record: {trajectories: [trade], statistics: [cohesion, trade], final: all, "
                                           "quantiles: [0, 1], precision: double}\n",
                                           NULL);
    (void)state;
    assert_true(find_record(&c, "trade")->has_trajectories && find_record(&c, "trade")->has_statistics);
    assert_true(!find_record(&c, "cohesion")->has_trajectories && find_record(&c, "cohesion")->has_final);
    assert_null(find_record(&c, "distance")); /* an attribute does not change */
    assert_null(find_record(&c, "log_trade"));
    assert_int_equal(c.n_quantiles, 2);
    assert_true(c.is_double);
    configuration_free(&c);
    c = read_scenario("record: {trajectories: none}\n", NULL);
    assert_int_equal(c.n_record, 0);
    configuration_free(&c);
}

static void assert_same_effect(const struct effect *a, const struct effect *b, size_t n_states)
{
    assert_int_equal(a->operation, b->operation);
    assert_ptr_equal(a->variable, b->variable);
    assert_int_equal(a->parameter, b->parameter);
    assert_memory_equal(a->touches_area, b->touches_area, sizeof a->touches_area);
    assert_int_equal(a->acts_each_year, b->acts_each_year);
    assert_int_equal(a->n_operands, b->n_operands);
    for (size_t k = 0; k < a->n_operands; k++) {
        const struct operand *x = &a->operands[k], *y = &b->operands[k];
        assert_int_equal(x->group, y->group);
        assert_int_equal(x->touches == NULL, y->touches == NULL);
        if (!x->touches)
            assert_true(x->value[0] == y->value[0]);
        for (size_t i = 0; x->touches && i < n_states; i++) {
            assert_int_equal(x->touches[i], y->touches[i]);
            if (x->touches[i])
                assert_true(x->value[i] == y->value[i]);
        }
    }
}

static void assert_same_event(const struct event *a, const struct event *b, size_t n_states)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->title, b->title);
    assert_int_equal(a->timing, b->timing);
    assert_true(a->year == b->year && a->first == b->first && a->last == b->last);
    assert_true(a->mean == b->mean && a->standard_deviation == b->standard_deviation);
    assert_true(a->hazard == b->hazard && a->duration == b->duration);
    assert_int_equal(a->n_choices, b->n_choices);
    for (size_t k = 0; k < a->n_choices; k++)
        assert_true(a->choice_year[k] == b->choice_year[k] && a->choice_probability[k] == b->choice_probability[k]);
    assert_int_equal(a->n_effects, b->n_effects);
    for (size_t k = 0; k < a->n_effects; k++)
        assert_same_effect(&a->effects[k], &b->effects[k], n_states);
}

static void assert_same_states(const struct configuration *a, const struct configuration *b)
{
    assert_int_equal(a->n_states, b->n_states);
    for (size_t i = 0; i < a->n_states; i++) {
        assert_string_equal(a->states[i].name, b->states[i].name);
        assert_int_equal(a->states[i].n_tags, b->states[i].n_tags);
        for (size_t k = 0; k < a->states[i].n_tags; k++)
            assert_string_equal(a->states[i].tags[k], b->states[i].tags[k]);
    }
    assert_int_equal(a->drivers_until, b->drivers_until);
    assert_int_equal(a->n_drivers, b->n_drivers);
    for (size_t k = 0; k < a->n_drivers; k++) {
        const struct driver *x = &a->drivers[k], *y = &b->drivers[k];
        assert_true(x->variable == y->variable && x->state == y->state && x->first_year == y->first_year);
        assert_int_equal(x->n_values, y->n_values);
        assert_memory_equal(x->values, y->values, x->n_values * sizeof(double));
    }
}

static void assert_same_run(const struct configuration *a, const struct configuration *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->description, b->description);
    assert_string_equal(a->organization, b->organization);
    assert_true(a->seed == b->seed && a->is_noisy == b->is_noisy);
    assert_memory_equal(a->is_on, b->is_on, sizeof a->is_on);
    assert_int_equal(a->n_observations, b->n_observations);
    for (size_t k = 0; k < a->n_observations; k++) {
        const struct observation *x = &a->observations[k], *y = &b->observations[k];
        assert_true(x->variable == y->variable && x->element == y->element && x->year == y->year);
        assert_true(x->value == y->value);
        assert_string_equal(x->source, y->source);
    }
    assert_int_equal(a->n_events, b->n_events);
    for (size_t k = 0; k < a->n_events; k++)
        assert_same_event(&a->events[k], &b->events[k], a->n_states);
}

/* Read the resolved document again: the same must come out. */
static void assert_stable(struct configuration *configuration)
{
    struct configuration again;
    struct error error = {0};
    write_file("resolved.yaml", configuration->resolved);
    if (configuration_read(&again, "resolved.yaml", NULL, &error) != OK)
        fail_msg("%s", error.text);
    assert_string_equal(again.resolved, configuration->resolved);
    assert_int_equal(configuration_check_alike(configuration, &again, &error), OK);
    assert_same_run(configuration, &again);
    assert_same_states(configuration, &again);
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const size_t count = variable_count(registry_variable(v)->shape, again.n_states);
        if (again.starts[v])
            assert_memory_equal(again.starts[v], configuration->starts[v], count * sizeof(double));
    }
    assert_memory_equal(again.parameters, configuration->parameters, registry_n_parameters() * sizeof(double));
    configuration_free(&again);
}

static void a_resolved_document_resolves_to_itself(void **state)
{
    struct configuration c = read_scenario(
        "title: \"a: b \\\"c\\\" \\\\ \\t \\x85 \\u2028 上\"\n"
        "description: |\n  one\n\n   two\n"
        "states: {B: {will: 0.1234567890123456789, tags: [x, y]}, C: {name: 'no'}}\n"
        "observed: {trade: {source: 'S: 1', values: {C-B: {2001: 2, 2002: 1e-300}}}, cohesion: {values: {2010: 0.5}},\n"
        "  position_distance: {values: {security: {2002: 0.1, 2003: 0.2}, economy: {2002: 0.3}}}, gdp: {values: {C: "
        "{2002: 1}}}}\n"
        "drivers: {until: 2003}\n"
        "record: {trajectories: all, statistics: [trade], quantiles: [], precision: double}\n"
        "events:\n"
        "  a: {year: 2003, duration: .inf, effects: [{offer: {A: 0.9, members: 0.2, C: 0.5}}, {upheaval: 0.1}]}\n"
        "  b: {year: {uniform: [2003, 2005]}, effects: [{position.security: {add: 0.1}, states: [old, observers]}]}\n"
        "  c: {year: {normal: [2004, 1.5]}, effects: [{trade: {scale: 0.5}, states: [members, C]}]}\n"
        "  d: {year: {choice: {2003: 0.5, 2005: 0.25}}, effects: [{status: {set: {A: observer, C: member}}}]}\n"
        "  e: {hazard: 0.1, effects: [{agenda.quorum: {add: 0.1}}, {crisis: 1, when: each}, {ambition: {set: 0}}]}\n"
        "mechanisms: {trade: off}\nnoise: off\n",
        "states.A.position.security=0.123456789");
    (void)state;
    assert_stable(&c);
    configuration_free(&c);
}

static void texts_that_look_like_something_else_stay_texts(void **state)
{
    static const char *const names[] = {"no",   "~", "1.5",         "",     " a",      "a ",    "# x", "- y",
                                        "a: b", "'", "a\\n\\nb\\n", "null", "\\x1b",   "\\x85", "&a",  "*a",
                                        "!x",   "%", "@",           "a #b", "\\ufeff", "x\\n"};
    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char scenario[128];
        snprintf(scenario, sizeof scenario, "description: \"%s\"\norganization: {name: \"%s\"}\n", names[k], names[k]);
        struct configuration c = read_scenario(scenario, NULL);
        assert_stable(&c);
        configuration_free(&c);
    }
}

static void shipped_configurations_resolve_to_themselves(void **state)
{
    static const char *const paths[] = {"organizations/sco.yaml", "scenarios/history.yaml"};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct configuration c;
        struct error error = {0};
        char path[512];
        snprintf(path, sizeof path, "%s/configs/%s", SOURCE_DIR, paths[k]);
        if (configuration_read(&c, path, NULL, &error) != OK)
            fail_msg("%s", error.text);
        assert_stable(&c);
        configuration_free(&c);
    }
}

static void configurations_must_be_alike_to_share_an_output(void **state)
{
    static const struct {
        const char *scenario, *part;
    } others[] = {
        {"states: {C: ~}\n", "has 3 states and `scenario` has 2"},
        {"years: [2001, 2009]\n", "the years 2001 .. 2010 and `scenario` 2001 .. 2009"},
        {"replicates: 7\n", "100 replicates and `scenario` 7"},
        {"record: {precision: double}\n", "differ in `record`"},
        {"record: {quantiles: [0.5]}\n", "differ in `record`"},
        {"record: {quantiles: [0.05, 0.25, 0.5, 0.75, 0.9]}\n", "differ in `record`"},
        {"record: {final: [trade]}\n", "differ in `record`"},
    };
    struct configuration a = read_scenario("name: a\n", NULL);
    struct configuration same = read_scenario("parameters: {agenda: {stride: 2}}\n", NULL);
    struct error error = {0};
    (void)state;
    assert_int_equal(configuration_check_alike(&a, &same, &error), OK);
    configuration_free(&same);
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        struct configuration b = read_scenario(others[k].scenario, NULL);
        assert_int_equal(configuration_check_alike(&a, &b, &error), BAD_INPUT);
        if (!strstr(error.text, others[k].part))
            fail_msg("%s\nhas not: %s", error.text, others[k].part);
        error_free(&error);
        configuration_free(&b);
    }
    configuration_free(&a);
}

static void freeing_twice_or_nothing_is_fine(void **state)
{
    struct configuration c = read_scenario("", NULL), empty = {0};
    (void)state;
    configuration_free(&c);
    configuration_free(&c);
    configuration_free(&empty);
    configuration_free(NULL);
}

static void years_refused_in_a_choice_are_not_taken_for_each_other(void **state)
{
    (void)state;
    assert_refused_without("events: {e: {year: {choice: {1990: 0.5, 1991: 0.2}}, effects: []}}\n", "second time");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_left_out_has_its_default),
        TEST(starts_are_by_state_area_and_dyad),
        TEST(what_is_carried_starts_and_what_is_computed_does_not),
        TEST(a_driven_state_starts_from_its_series),
        TEST(a_series_is_cut_after_the_last_year_in_which_it_is_followed),
        TEST(a_series_that_ends_before_until_is_whole),
        TEST(an_event_may_change_what_follows_no_series_any_more),
        TEST(what_is_measured_by_area_is_read),
        TEST(numbers_of_the_run_are_read),
        TEST(without_noise_one_replicate_is_enough),
        TEST(keys_are_hashes_of_names),
        TEST(years_cut_on_the_command_line_leave_later_events_out),
        TEST(each_timing_of_an_event_is_read),
        TEST(an_offer_is_a_number_for_each_state_named),
        TEST(a_tag_names_its_states_and_what_is_named_later_wins),
        TEST(a_group_is_an_operand_of_its_own),
        TEST(all_touches_all_and_silences_what_came_before),
        TEST(states_beside_a_number_say_whom_it_touches),
        TEST(the_organization_and_parameters_have_one_number),
        TEST(a_status_is_set_by_its_word),
        TEST(a_driven_variable_may_change_after_its_series),
        TEST(removing_a_state_removes_what_is_said_of_it),
        TEST(a_tag_that_went_with_its_state_touches_nobody),
        TEST(observations_outside_the_years_are_left_out),
        TEST(what_is_recorded_is_chosen_by_name),
        TEST(a_resolved_document_resolves_to_itself),
        TEST(texts_that_look_like_something_else_stay_texts),
        TEST(shipped_configurations_resolve_to_themselves),
        TEST(years_refused_in_a_choice_are_not_taken_for_each_other),
        TEST(configurations_must_be_alike_to_share_an_output),
        TEST(freeing_twice_or_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

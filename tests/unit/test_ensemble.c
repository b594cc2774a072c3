/* Replicates in batches of lanes, over threads: the same bits however they are cut. */
#include "engine/draws.h"
#include "engine/ensemble.h"

#include "small_configuration.h"

enum { N_REPLICATES = 45, N_YEARS = 12 }; /* not a multiple of LANES */

/* What a run was like: for each replicate and year a hash of all bits of all stocks, flows, attributes and draws. */
struct trace {
    uint64_t hash[N_REPLICATES][N_YEARS], read_hash[N_REPLICATES][N_YEARS];
    double threat[N_REPLICATES][N_YEARS];
    double exit_draw[N_REPLICATES][N_YEARS], trade_draw[N_REPLICATES][N_YEARS];
    double growth_draw[N_REPLICATES][N_YEARS];
    size_t n_seen[N_REPLICATES];
    bool is_alone;       /* no lane beyond the last replicate was shown */
    size_t n_miscounted; /* years in which a state's trade with members is not the sum of its dyads' */
    struct replicate_status status[N_REPLICATES];
};

static uint64_t hash_lane(const struct world *world, size_t l)
{
    struct array arrays[MOST_ARRAYS];
    uint64_t hash = 0;
    const size_t n = list_arrays(world, arrays);
    for (size_t k = 0; k < n; k++) /* draws that not all ask for keep what they had */
        for (size_t e = 0; !arrays[k].is_next && !arrays[k].variable->purpose && e < arrays[k].count; e++)
            hash = (hash ^ lane_bits(arrays[k].lanes[e][l])) * UINT64_C(0x9E3779B97F4A7C15) + 1;
    return hash;
}

/* Of what mechanisms read and hand on: stocks, what is seen of the organization, and members' trade. */
static uint64_t hash_what_is_read(const struct world *world, size_t l)
{
    struct array arrays[MOST_ARRAYS];
    uint64_t hash = 0;
    const size_t n = list_arrays(world, arrays);
    for (size_t k = 0; k < n; k++) {
        const struct variable *variable = arrays[k].variable;
        const bool is_stock = variable->kind == STOCK && variable->shape != BY_DYAD && !arrays[k].is_next;
        for (size_t e = 0; (is_stock || (variable->kind == FLOW && variable->shape == SCALAR)) && e < arrays[k].count;
             e++)
            hash = (hash ^ lane_bits(arrays[k].lanes[e][l])) * UINT64_C(0x9E3779B97F4A7C15) + 1;
    }
    FOR_DYADS(world->n_states, i, j, d)
        if (world->is_member[i][l] + world->is_member[j][l] > 0)
            hash = (hash ^ lane_bits(world->trade[d][l])) * UINT64_C(0x9E3779B97F4A7C15) + 1;
    return hash;
}

static bool is_miscounted(const struct world *world, size_t i, size_t l)
{
    double sum = 0;
    for (size_t j = 0; j < world->n_states; j++)
        if (j != i)
            sum += world->is_member[j][l] * world->trade[dyad_index(world->n_states, i, j)][l];
    return lane_bits(sum) != lane_bits(world->now.trade_inside[i][l]);
}

static void observe(void *context, const struct world *world, size_t year, size_t first, size_t n_lanes,
                    const struct replicate_status *status)
{
    struct trace *trace = context;
    (void)status;
    for (size_t l = 0; l < n_lanes; l++) {
        if (first + l >= N_REPLICATES)
            trace->is_alone = false;
        if (first + l >= N_REPLICATES || year != trace->n_seen[first + l])
            continue;
        trace->hash[first + l][year] = hash_lane(world, l);
        trace->read_hash[first + l][year] = hash_what_is_read(world, l);
        for (size_t i = 0; i < world->n_states; i++)
            trace->n_miscounted += is_miscounted(world, i, l);
        trace->threat[first + l][year] = world->now.threat[0][l];
        trace->exit_draw[first + l][year] = world->exit_draw[1][l];
        trace->trade_draw[first + l][year] = world->trade_draw[1][l];
        trace->growth_draw[first + l][year] = world->growth_draw[2][l];
        trace->n_seen[first + l]++;
    }
}

/* Run replicates first .. first + n - 1 into the trace. */
static void run_part(const struct small_configuration *small, size_t first, size_t n, int n_threads,
                     struct trace *trace)
{
    const struct observer observer = {observe, trace, true, true};
    struct error error = {0};
    assert_int_equal(ensemble_run(&small->configuration, first, n, n_threads, &observer, &trace->status[first], &error),
                     OK);
}

static struct trace *run_all(const struct small_configuration *small, int n_threads)
{
    struct trace *trace = calloc(1, sizeof *trace);
    trace->is_alone = true;
    run_part(small, 0, N_REPLICATES, n_threads, trace);
    return trace;
}

static void assert_traces_same(const struct trace *a, const struct trace *b)
{
    for (size_t k = 0; k < N_REPLICATES; k++)
        for (size_t year = 0; year < N_YEARS; year++)
            assert_int_equal(a->hash[k][year], b->hash[k][year]);
}

static void every_replicate_is_shown_once_a_year(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *trace = run_all(small, 2);
    for (size_t k = 0; k < N_REPLICATES; k++)
        assert_int_equal(trace->n_seen[k], N_YEARS);
    assert_true(trace->is_alone);
    free(trace);
    small_free(small);
}

static void the_number_of_threads_changes_no_bit(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *one = run_all(small, 1), *two = run_all(small, 2), *three = run_all(small, 3);
    assert_traces_same(one, two);
    assert_traces_same(one, three);
    free(one);
    free(two);
    free(three);
    small_free(small);
}

static void the_cut_of_replicates_into_calls_changes_no_bit(void **state)
{
    (void)state;
    static const size_t cuts[] = {0, 1, 4, 17, 18, 34, N_REPLICATES};
    struct small_configuration *small = small_new();
    struct trace *whole = run_all(small, 1), *parts = calloc(1, sizeof *parts);
    parts->is_alone = true;
    for (size_t k = 0; k + 1 < COUNT(cuts); k++)
        run_part(small, cuts[k], cuts[k + 1] - cuts[k], 2, parts);
    assert_traces_same(whole, parts);
    assert_true(parts->is_alone);
    free(parts);
    free(whole);
    small_free(small);
}

static void a_run_repeated_is_the_same(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *one = run_all(small, 2), *again = run_all(small, 2);
    assert_traces_same(one, again);
    free(again);
    free(one);
    small_free(small);
}

static void another_seed_gives_another_run(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *one = run_all(small, 1);
    small->configuration.seed++;
    struct trace *other = run_all(small, 1);
    for (size_t k = 0; k < N_REPLICATES; k++)
        assert_true(one->hash[k][1] != other->hash[k][1]);
    free(other);
    free(one);
    small_free(small);
}

static void no_two_replicates_are_the_same(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *trace = run_all(small, 1);
    for (size_t k = 1; k < N_REPLICATES; k++)
        for (size_t m = 0; m < k; m++)
            assert_true(trace->hash[k][N_YEARS - 1] != trace->hash[m][N_YEARS - 1]);
    free(trace);
    small_free(small);
}

static void without_noise_all_replicates_are_the_same(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    small->configuration.is_noisy = false;
    struct trace *trace = run_all(small, 2);
    for (size_t k = 1; k < N_REPLICATES; k++)
        for (size_t year = 0; year < N_YEARS; year++)
            assert_int_equal(trace->hash[k][year], trace->hash[0][year]);
    free(trace);
    small_free(small);
}

static void without_noise_all_draws_are_neutral(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    small->configuration.is_noisy = false;
    struct trace *trace = run_all(small, 2);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        assert_same(trace->exit_draw[k][N_YEARS - 1], 0.5);
        assert_same(trace->trade_draw[k][N_YEARS - 1], 0);
    }
    free(trace);
    small_free(small);
}

static void replicates_that_are_well_have_no_variable(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *trace = run_all(small, 2);
    for (size_t k = 0; k < N_REPLICATES; k++)
        assert_null(trace->status[k].variable);
    free(trace);
    small_free(small);
}

/* An event that makes `variable` not a number, in 2004 or in 2006 or (in a half of the replicates) never. */
static void add_poison(struct small_configuration *small, const char *variable)
{
    static double years[] = {2004, 2006}, probabilities[] = {0.25, 0.25};
    struct event *event = small_add_event(small, SET, variable, NAN);
    event->timing = CHOICE_YEAR;
    event->choice_year = years;
    event->choice_probability = probabilities;
    event->n_choices = 2;
}

static void a_replicate_that_fails_is_marked_with_the_year_and_the_variable(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    size_t n_failed_in[N_YEARS + 2001] = {0}, n_well = 0;
    add_poison(small, "threat");
    struct trace *trace = run_all(small, 2);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        if (trace->status[k].variable)
            assert_string_equal(trace->status[k].variable->name, "threat");
        n_well += !trace->status[k].variable;
        n_failed_in[trace->status[k].year]++;
    }
    assert_true(n_well > 0 && n_failed_in[2004] > 0 && n_failed_in[2006] > 0);
    assert_int_equal(n_well + n_failed_in[2004] + n_failed_in[2006], N_REPLICATES);
    free(trace);
    small_free(small);
}

/* The events have no other effect: well replicates are those of a run without events, failed ones are so until they
 * fail. */
static void a_replicate_that_fails_does_not_harm_its_neighbours(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *well = run_all(small, 2);
    add_poison(small, "threat");
    struct trace *poisoned = run_all(small, 2);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        const bool has_failed = poisoned->status[k].variable;
        for (int year = 2001; year < 2001 + N_YEARS; year++) {
            const bool is_same = poisoned->hash[k][year - 2001] == well->hash[k][year - 2001];
            assert_int_equal(is_same, !has_failed || year < poisoned->status[k].year);
        }
    }
    free(poisoned);
    free(well);
    small_free(small);
}

static void infinity_counts_as_a_failure(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    small_add_event(small, SET, "gdp", INFINITY);
    struct trace *trace = run_all(small, 1);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        assert_non_null(trace->status[k].variable);
        assert_int_equal(trace->status[k].year, 2004);
    }
    free(trace);
    small_free(small);
}

/* Threat returns to its start of 0.3 in 2004 alone: recovery is 0, and 1/2 in that year. */
static void a_parameter_is_back_after_its_event(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    small->configuration.parameters[registry_find_parameter("threat.relief")] = 0;
    small->configuration.parameters[registry_find_parameter("threat.recovery")] = 0;
    small_add_event(small, SET, NULL, 0.5);
    small->effect.parameter = registry_find_parameter("threat.recovery");
    small_start(small, "threat")[0] = 0.3;
    struct event raise = {.key = 78, .timing = FIXED_YEAR, .year = 2002, .duration = 1, .n_effects = 1};
    struct effect up = small->effect;
    up.parameter = -1;
    up.variable = registry_variable((size_t)registry_find_variable("threat"));
    struct operand to_half = {EVERYONE, small->touches, (double[]){0.5, 0.5, 0.5, 0.5, 0.5, 0.5}};
    up.operands = &to_half;
    raise.effects = &up;
    struct event both[] = {raise, small->event};
    small->configuration.events = both;
    small->configuration.n_events = 2;
    struct trace *trace = run_all(small, 1);
    assert_close(trace->threat[0][2003 - 2001], 0.5); /* raised in 2002, and nothing brings it back */
    assert_close(trace->threat[0][2004 - 2001], 0.5);
    assert_close(trace->threat[0][2005 - 2001], 0.4); /* half of the way back to 0.3 in 2004 */
    assert_close(trace->threat[0][2012 - 2001], 0.4);
    free(trace);
    small_free(small);
}

static void no_replicates_are_no_error(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *trace = calloc(1, sizeof *trace);
    run_part(small, 0, 0, 2, trace);
    assert_int_equal(trace->n_seen[0], 0);
    free(trace);
    small_free(small);
}

/* Dyads of outsiders, and what only their sums would tell, are passed by unless somebody looks on. In 2004 all trade is
 * doubled, also that of the two outsiders, and in 2006 one of them becomes a member: its trade has to be known then. */
static void what_nobody_reads_is_passed_by_and_changes_nothing(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    small_add_event(small, SCALE, "trade", 2);
    bool outsider[SMALL_STATES] = {[4] = true};
    double to_member[SMALL_STATES] = {[4] = MEMBER};
    struct operand operand = {EVERYONE, outsider, to_member};
    struct effect joins = small->effect;
    joins.operation = SET;
    joins.variable = registry_variable((size_t)registry_find_variable("status"));
    joins.operands = &operand;
    struct event both[] = {small->event,
                           {.key = 79, .timing = FIXED_YEAR, .year = 2006, .duration = 1, .n_effects = 1}};
    both[1].effects = &joins;
    small->configuration.events = both;
    small->configuration.n_events = 2;
    struct trace *all = run_all(small, 1), *little = calloc(1, sizeof *little);
    assert_int_equal(all->n_miscounted, 0); /* though members and trade change */
    const struct observer observer = {observe, little, false, false};
    struct error error = {0};
    assert_int_equal(ensemble_run(&small->configuration, 0, N_REPLICATES, 2, &observer, little->status, &error), OK);
    for (size_t k = 0; k < N_REPLICATES; k++)
        for (size_t year = 0; year < N_YEARS; year++)
            assert_int_equal(little->read_hash[k][year], all->read_hash[k][year]);
    free(little);
    free(all);
    small_free(small);
}

/* World and draws of a replicate are the same whether few or many replicates are run. */
static void replicates_beyond_do_not_matter(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    struct trace *many = run_all(small, 1), *few = calloc(1, sizeof *few);
    run_part(small, 0, 3, 1, few);
    for (size_t k = 0; k < 3; k++)
        for (size_t year = 0; year < N_YEARS; year++)
            assert_int_equal(few->hash[k][year], many->hash[k][year]);
    assert_int_equal(few->n_seen[3], 0);
    free(few);
    free(many);
    small_free(small);
}

/* A series tells GDP to 2004; growth from 2004 to 2005 is the first that needs a draw, which is to be seen in 2005. */
static void growth_is_drawn_from_the_last_year_of_a_series_on(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    double values[] = {30, 40, 50};
    struct driver driver = {.variable = registry_variable((size_t)registry_find_variable("gdp")),
                            .state = 2,
                            .first_year = 2002,
                            .values = values,
                            .n_values = 3};
    small->configuration.drivers = &driver;
    small->configuration.n_drivers = 1;
    struct trace *trace = run_all(small, 2);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        const struct draw_address address = {42, k, PURPOSE_ECONOMY, 2004, small->states[2].key, 0};
        assert_same(trace->growth_draw[k][2005 - 2001], draws_normal(&address));
    }
    free(trace);
    small_free(small);
}

/* Members vote on an applicant whose position is no number: what they make of it is none of the next batch's. */
static void a_replicate_that_fails_in_a_vote_does_not_harm_those_after_it(void **state)
{
    (void)state;
    struct small_configuration *small = small_new();
    small->configuration.parameters[registry_find_parameter("membership.base")] = 10;
    add_poison(small, "position");
    struct trace *together = run_all(small, 1), *alone = calloc(1, sizeof *alone);
    for (size_t k = 0; k < N_REPLICATES; k++) {
        run_part(small, k, 1, 1, alone);
        assert_int_equal(together->status[k].year, alone->status[k].year);
        assert_ptr_equal(together->status[k].variable, alone->status[k].variable);
        if (alone->status[k].variable)
            assert_string_equal(alone->status[k].variable->name, "position");
    }
    free(alone);
    free(together);
    small_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_replicate_is_shown_once_a_year),
        cmocka_unit_test(the_number_of_threads_changes_no_bit),
        cmocka_unit_test(the_cut_of_replicates_into_calls_changes_no_bit),
        cmocka_unit_test(a_run_repeated_is_the_same),
        cmocka_unit_test(another_seed_gives_another_run),
        cmocka_unit_test(no_two_replicates_are_the_same),
        cmocka_unit_test(without_noise_all_replicates_are_the_same),
        cmocka_unit_test(without_noise_all_draws_are_neutral),
        cmocka_unit_test(replicates_that_are_well_have_no_variable),
        cmocka_unit_test(a_replicate_that_fails_is_marked_with_the_year_and_the_variable),
        cmocka_unit_test(a_replicate_that_fails_does_not_harm_its_neighbours),
        cmocka_unit_test(infinity_counts_as_a_failure),
        cmocka_unit_test(a_parameter_is_back_after_its_event),
        cmocka_unit_test(no_replicates_are_no_error),
        cmocka_unit_test(what_nobody_reads_is_passed_by_and_changes_nothing),
        cmocka_unit_test(growth_is_drawn_from_the_last_year_of_a_series_on),
        cmocka_unit_test(a_replicate_that_fails_in_a_vote_does_not_harm_those_after_it),
        cmocka_unit_test(replicates_beyond_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Comparisons of runs whose every number is known. */
#define _GNU_SOURCE /* open_memstream */
#include <hdf5.h>
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

#include "inference/compare.h"
#include "inference/compare_table.h"
#include "made_up_run.h"
#include "output/reader.h"
#include "output/store.h"

enum { N_REPLICATES = 4, N_YEARS = 4, N_STATES = 3, MOST_REPLICATES = 300 };

static char path[64], result[64];
static struct made_up_run run;
static struct replicate_status status[MOST_REPLICATES];
static struct compare_request request;

static int begin_with(size_t n_scenarios, size_t n_replicates, const char *parts)
{
    setenv("ENTENTE_ASCII", "1", 1);
    memset(status, 0, sizeof status);
    snprintf(path, sizeof path, "/tmp/entente-compare-%ld.h5", (long)getpid());
    snprintf(result, sizeof result, "/tmp/entente-compare-%ld.compare.h5", (long)getpid());
    made_up_begin(&run, n_scenarios, N_STATES, 2001, 2000 + N_YEARS, n_replicates, parts);
    request = (struct compare_request){.path = path, .output = result, .may_overwrite = true, .n_threads = 1};
    return 0;
}

static int begin(void **state)
{
    (void)state;
    return begin_with(2, N_REPLICATES, "t");
}

static int begin_statistics(void **state)
{
    (void)state;
    return begin_with(2, N_REPLICATES, "s");
}

static int begin_one(void **state)
{
    (void)state;
    return begin_with(2, 1, "t");
}

static int begin_three(void **state)
{
    (void)state;
    return begin_with(3, N_REPLICATES, "t");
}

static int begin_alone(void **state)
{
    (void)state;
    return begin_with(1, N_REPLICATES, "t");
}

static int begin_many(void **state)
{
    (void)state;
    return begin_with(2, MOST_REPLICATES, "t");
}

static int end(void **state)
{
    (void)state;
    made_up_end(&run);
    unlink(path);
    unlink(result);
    return 0;
}

static bool is_called(const struct variable *variable, const char *name) { return strcmp(variable->name, name) == 0; }

/* Cohesion: a half, and in scenario 1 from 2003 on more by 0.125, 0.25, 0.375, 0.5 (replicates), in 2004 by nothing.
 * Trade of dyads is 100, 200, 300 (the first of them of states 0 and 1), and in scenario 1 twice that. */
static double staged(const struct variable *variable, size_t scenario, size_t replicate, int year, size_t element)
{
    if (is_called(variable, "cohesion"))
        return 0.5 + (year == 2003 && scenario > 0 ? 0.125 * (double)(replicate + 1) : 0);
    if (is_called(variable, "trade"))
        return 100 * (double)(element + 1) * (double)(scenario + 1);
    return made_up(variable, scenario, replicate, year, element);
}

static double steady(const struct variable *variable, size_t scenario, size_t replicate, int year, size_t element)
{
    return made_up(variable, 0 * scenario, replicate, year, element);
}

static void write_run(void)
{
    struct error error = {0};
    if (made_up_write(&run, path, 0, 1, status, &error) != OK)
        fail_msg("%s", error.text);
}

static void compare(void)
{
    struct error error = {0};
    if (compare_file(&request, &error) != OK)
        fail_msg("%s", error.text);
}

static void write_and_compare(void)
{
    write_run();
    compare();
}

/* A number of the result; the places of dimensions follow, -1 behind the last. */
static double number(const char *name, ...)
{
    struct error error = {0};
    struct reader *reader;
    size_t start[READER_RANK] = {0}, count[READER_RANK], k = 0;
    double value = NAN;
    va_list places;
    va_start(places, name);
    for (int place = va_arg(places, int); place >= 0; place = va_arg(places, int))
        start[k++] = (size_t)place;
    va_end(places);
    for (k = 0; k < READER_RANK; k++)
        count[k] = 1;
    if (reader_open(&reader, result, &error) != OK || reader_read(reader, name, start, count, &value, &error) != OK)
        fail_msg("%s", error.text);
    reader_close(reader);
    return value;
}

static bool has(const char *name)
{
    struct error error = {0};
    struct reader *reader;
    if (reader_open(&reader, result, &error) != OK)
        fail_msg("%s", error.text);
    const bool has = reader_has(reader, name);
    reader_close(reader);
    return has;
}

static void assert_near(double found, double wanted, double tolerance)
{
    if (!(fabs(found - wanted) <= tolerance))
        fail_msg("%.17g is not %.17g", found, wanted);
}

static void an_effect_of_known_size_is_found(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    /* of .125, .25, .375, .5: mean .3125, sd .161374; t(3) = 3.182446 */
    assert_true(number("cohesion_difference", 0, 0, 2, -1) == 0.3125);
    assert_near(number("cohesion_difference_sd", 0, 0, 2, -1), 0.16137431, 1e-8);
    assert_near(number("cohesion_difference_interval", 0, 0, 2, 0, -1), 0.3125 - 3.182446 * 0.16137431 / 2, 1e-6);
    assert_near(number("cohesion_difference_interval", 0, 0, 2, 1, -1), 0.3125 + 3.182446 * 0.16137431 / 2, 1e-6);
    assert_near(number("cohesion_difference_quantile", 0, 0, 2, 0, -1), 0.125 * 1.15, 1e-15);
    assert_true(number("cohesion_difference_quantile", 0, 0, 2, 1, -1) == 0.3125);
    assert_true(number("cohesion_share_above", 0, 0, 2, -1) == 1);
    assert_true(number("cohesion_share_above", 0, 0, 1, -1) == 0.5);
    assert_true(number("pairs", 0, 0, -1) == N_REPLICATES);
}

static void when_it_begins_and_is_over_is_found(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    assert_true(number("cohesion_first_year", 0, 0, -1) == 2003);
    assert_true(number("cohesion_largest_year", 0, 0, -1) == 2003);
    assert_true(number("cohesion_recovery_year", 0, 0, -1) == 2004);
    assert_true(isnan(number("trade_recovery_year", 0, 0, 0, 1, -1)));
}

/* Dyads 0-1, 0-2, 1-2 have 100, 200, 300. */
static void totals_are_sums_over_partners(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    assert_true(number("trade_total_difference", 0, 0, 0, 0, -1) == 300);
    assert_true(number("trade_total_difference", 0, 0, 0, 1, -1) == 400);
    assert_true(number("trade_total_difference", 0, 0, 3, 2, -1) == 500);
    assert_true(number("trade_difference", 0, 0, 3, 2, 1, -1) == 300);
    assert_true(isnan(number("trade_difference", 0, 0, 3, 2, 2, -1)));
    assert_false(has("infrastructure_total_difference")); /* an index */
}

static void the_same_scenarios_differ_by_exactly_nothing(void **state)
{
    (void)state;
    run.value = steady;
    write_and_compare();
    for (int t = 0; t < N_YEARS; t++) {
        assert_true(number("cohesion_difference", 0, 0, t, -1) == 0);
        assert_true(number("gdp_difference_interval", 0, 0, t, 1, 1, -1) == 0);
        assert_true(number("gdp_share_above", 0, 0, t, 1, -1) == 0.5);
        assert_true(number("gdp_variance_saved", 0, 0, t, 1, -1) == 1);
    }
    assert_true(isnan(number("cohesion_first_year", 0, 0, -1)));
    assert_true(isnan(number("cohesion_largest_year", 0, 0, -1)));
    assert_true(isnan(number("cohesion_recovery_year", 0, 0, -1)));
}

static void failed_runs_drop_out_of_their_pairs(void **state)
{
    (void)state;
    run.value = staged;
    status[3] = (struct replicate_status){registry_variable((size_t)registry_find_variable("gdp")), 2004};
    write_and_compare();
    assert_true(number("pairs", 0, 0, -1) == 3);
    assert_true(number("pairs_failed", 0, 0, -1) == 1);
    assert_true(number("cohesion_difference", 0, 0, 2, -1) == 0.25); /* though it failed later */
}

static void without_a_pair_nothing_is_known(void **state)
{
    (void)state;
    const struct variable *gdp = registry_variable((size_t)registry_find_variable("gdp"));
    for (size_t r = 0; r < N_REPLICATES; r++)
        status[r] = (struct replicate_status){gdp, 2001};
    write_and_compare();
    assert_true(number("pairs", 0, 0, -1) == 0);
    assert_true(isnan(number("cohesion_difference", 0, 0, 2, -1)));
    assert_true(isnan(number("cohesion_difference_quantile", 0, 0, 2, 1, -1)));
    assert_true(isnan(number("cohesion_first_year", 0, 0, -1)));
}

static void one_replicate_has_a_difference_alone(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    assert_true(number("cohesion_difference", 0, 0, 2, -1) == 0.125);
    assert_true(number("cohesion_difference_quantile", 0, 0, 2, 2, -1) == 0.125);
    assert_true(isnan(number("cohesion_difference_interval", 0, 0, 2, 0, -1)));
    assert_true(isnan(number("cohesion_variance_saved", 0, 0, 2, -1)));
    assert_true(number("cohesion_recovery_year", 0, 0, -1) == 2004);
}

static void different_seeds_make_no_pairs(void **state)
{
    (void)state;
    run.value = staged;
    run.configurations[1].seed = 2;
    write_and_compare();
    assert_true(number("cohesion_difference", 0, 0, 2, -1) == 0.3125);
    assert_true(isnan(number("cohesion_share_above", 0, 0, 2, -1)));
    assert_true(isnan(number("cohesion_difference_quantile", 0, 0, 2, 1, -1)));
    assert_true(isnan(number("cohesion_variance_saved", 0, 0, 2, -1)));
    assert_true(isnan(number("cohesion_first_year", 0, 0, -1)));
}

static void different_noise_makes_no_pairs(void **state)
{
    (void)state;
    run.configurations[1].is_noisy = false;
    write_and_compare();
    assert_true(isnan(number("cohesion_share_above", 0, 0, 2, -1)));
}

static void only_scenarios_of_the_same_seed_are_paired(void **state)
{
    (void)state;
    run.configurations[1].seed = 2;
    run.configurations[2].seed = 2;
    request.against = "scenario2";
    write_and_compare();
    assert_true(isnan(number("cohesion_share_above", 0, 0, 2, -1)));    /* scenario0 */
    assert_true(isfinite(number("cohesion_share_above", 1, 0, 2, -1))); /* scenario1 */
}

/* Standard deviation of .625, .75, .875, 1 is .161374, of the base 0: the interval cannot be narrower than the pairs'.
 */
static void statistics_alone_give_an_interval_that_holds(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    assert_near(number("cohesion_difference", 0, 0, 2, -1), 0.3125, 1e-7); /* stored as floats */
    assert_near(number("cohesion_difference_interval", 0, 0, 2, 1, -1), 0.3125 + 3.182446 * 0.16137431 / 2, 1e-6);
    assert_false(has("cohesion_share_above"));
    assert_false(has("cohesion_variance_saved"));
    assert_false(has("trade_total_difference"));
}

static void statistics_of_unlike_luck_are_told_apart(void **state)
{
    (void)state;
    run.value = staged;
    run.configurations[1].seed = 2;
    write_and_compare();
    assert_true(isnan(number("cohesion_first_year", 0, 0, -1)));
}

/* All numbers of the result, one after the other; free it. */
static double *all_numbers(size_t *n)
{
    static const char *const suffixes[] = {"difference",          "difference_interval", "difference_sd",
                                           "difference_quantile", "share_above",         "share_above_interval",
                                           "variance_saved",      "first_year",          "largest_year",
                                           "recovery_year"};
    struct error error = {0};
    struct reader *reader;
    double *all = NULL;
    *n = 0;
    if (reader_open(&reader, result, &error) != OK)
        fail_msg("%s", error.text);
    for (size_t v = 0; v < registry_n_variables(); v++)
        for (size_t k = 0; k < COUNT(suffixes); k++) {
            char name[128];
            size_t extent[READER_RANK];
            const size_t start[READER_RANK] = {0};
            snprintf(name, sizeof name, "%s_%s", registry_variable(v)->name, suffixes[k]);
            size_t rank = reader_extent(reader, name, extent), size = rank > 0;
            while (rank > 0)
                size *= extent[--rank];
            all = realloc(all, (*n + size + 1) * sizeof *all);
            if (size > 0 && reader_read(reader, name, start, extent, all + *n, &error) != OK)
                fail_msg("%s", error.text);
            *n += size;
        }
    reader_close(reader);
    return all;
}

static void what_is_held_at_a_time_does_not_change_a_bit(void **state)
{
    (void)state;
    size_t n, n_wanted;
    made_up_record_only(&run, "trade");
    write_run();
    compare();
    double *wanted = all_numbers(&n_wanted);
    assert_true(n_wanted > 400);
    static const struct {
        size_t room;
        int n_threads;
    } ways[] = {{40, 1}, {301, 2}, {1000, 1}, {30000, 4}, {0, 2}};
    for (size_t k = 0; k < COUNT(ways); k++) {
        request.room = ways[k].room;
        request.n_threads = ways[k].n_threads;
        compare();
        double *numbers = all_numbers(&n);
        assert_int_equal(n, n_wanted);
        assert_memory_equal(numbers, wanted, n * sizeof *wanted);
        free(numbers);
    }
    free(wanted);
}

static void assert_refused(const char *reason)
{
    struct error error = {0};
    assert_int_equal(compare_file(&request, &error), BAD_INPUT);
    if (!strstr(error.text, reason))
        fail_msg("\"%s\" does not say \"%s\"", error.text, reason);
    error_free(&error);
    assert_true(strcmp(request.output, result) != 0 || access(result, F_OK) != 0);
}

static void an_unknown_scenario_is_refused(void **state)
{
    (void)state;
    write_run();
    request.against = "scenari1";
    assert_refused("there is no scenario 'scenari1'");
    assert_refused("did you mean `scenario1`?");
}

static void a_scenario_against_itself_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"scenario0"};
    write_run();
    request.scenarios = names;
    request.n_scenarios = 1;
    assert_refused("scenario 'scenario0' cannot be compared with itself");
}

static void one_scenario_has_nothing_to_be_compared_with(void **state)
{
    (void)state;
    write_run();
    assert_refused("has one scenario alone, scenario0, and nothing to compare it with");
}

static void a_point_that_is_not_there_is_refused(void **state)
{
    (void)state;
    write_run();
    request.has_point = true;
    request.point = 1;
    assert_refused("there is no point 1");
}

static void a_point_against_itself_is_refused(void **state)
{
    (void)state;
    write_run();
    request.has_points = true;
    assert_refused("point 0 cannot be compared with itself");
}

static void the_file_itself_is_never_written_over(void **state)
{
    (void)state;
    write_run();
    request.output = path;
    assert_refused("is the file that is compared");
}

static void a_comparison_is_nothing_to_compare(void **state)
{
    (void)state;
    char third[80];
    write_and_compare();
    snprintf(third, sizeof third, "%s.again.h5", result);
    request.path = result;
    request.output = third;
    assert_refused("has no scenario, point, replicate or year");
    assert_true(access(third, F_OK) != 0);
}

/* The table of what was compared; free it. */
static char *print(const char *output)
{
    struct error error = {0};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    const int code = compare_print(out, result, &output, output != NULL, &error);
    fclose(out);
    if (code != OK)
        fail_msg("%s", error.text);
    return text;
}

static void assert_says(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("the table does not say \"%s\":\n%s", wanted, text);
}

static void the_table_tells_size_and_course(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    char *text = print("cohesion");
    assert_says(text, "Difference to scenario0, the same replicate of both: 4 pairs\n");
    assert_says(text, "               2001    2002    2003    2004   from   most   over    runs\n");
    assert_says(text, "  scenario1       0       0   +.312       0   2003   2003   2004");
    free(text);
}

static void the_table_takes_elements_by_name(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    char *text = print("trade:RUS:KAZ");
    assert_says(text, "\ntrade of RUS-KAZ, in MUSD: ");
    assert_says(text, "  scenario1  +300.0  +300.0  +300.0  +300.0   2001   2001      -\n");
    free(text);
    text = print("depth:economy");
    assert_says(text, "\ndepth, economy: ");
    free(text);
}

static void the_first_state_and_partner_are_shown_if_none_is_named(void **state)
{
    (void)state;
    run.value = staged;
    write_and_compare();
    char *text = print("trade");
    assert_says(text, "\ntrade of CHN-RUS, in MUSD: ");
    free(text);
    text = print(NULL);
    assert_says(text, "\ncohesion: ");
    assert_says(text, "\ndepth, security: ");
    assert_says(text, "\ntrade_total of CHN, in MUSD: ");
    free(text);
}

static void the_table_says_what_is_the_same(void **state)
{
    (void)state;
    run.value = steady;
    write_and_compare();
    char *text = print("cohesion");
    assert_says(text, "  scenario1  the same in every year\n");
    free(text);
}

static void the_table_says_that_runs_have_failed(void **state)
{
    (void)state;
    status[3] = (struct replicate_status){registry_variable((size_t)registry_find_variable("gdp")), 2004};
    write_and_compare();
    char *text = print("cohesion");
    assert_says(text, "  scenario1: 1 of them left out, since a run failed\n");
    free(text);
}

static void the_table_does_not_pretend_pairs(void **state)
{
    (void)state;
    run.configurations[1].seed = 2;
    write_and_compare();
    char *text = print("cohesion");
    assert_says(text, "  scenario1: other seeds or noise, so that replicates are no pairs; differences of means\n");
    free(text);
}

static void assert_not_shown(const char *output, const char *reason)
{
    struct error error = {0};
    assert_int_equal(compare_print(stdout, result, &output, 1, &error), BAD_INPUT);
    assert_says(error.text, reason);
    error_free(&error);
}

static void what_is_not_there_is_not_shown(void **state)
{
    (void)state;
    write_and_compare();
    assert_not_shown("cohesoin", "there is no output 'cohesoin'");
    assert_not_shown("trade:RSU", "there is no state 'RSU'");
    assert_not_shown("trade:CHN:RSU", "there is no partner 'RSU'");
    assert_not_shown("cohesion:CHN", "'CHN' is one too many");
}

static int end_library(void **state)
{
    (void)state;
    store_end();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST_WITH(name, begin) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_effect_of_known_size_is_found),
        TEST(when_it_begins_and_is_over_is_found),
        TEST(totals_are_sums_over_partners),
        TEST(the_same_scenarios_differ_by_exactly_nothing),
        TEST(failed_runs_drop_out_of_their_pairs),
        TEST(without_a_pair_nothing_is_known),
        TEST_WITH(one_replicate_has_a_difference_alone, begin_one),
        TEST(different_seeds_make_no_pairs),
        TEST(different_noise_makes_no_pairs),
        TEST_WITH(only_scenarios_of_the_same_seed_are_paired, begin_three),
        TEST_WITH(statistics_alone_give_an_interval_that_holds, begin_statistics),
        TEST_WITH(statistics_of_unlike_luck_are_told_apart, begin_statistics),
        TEST_WITH(what_is_held_at_a_time_does_not_change_a_bit, begin_many),
        TEST(an_unknown_scenario_is_refused),
        TEST(a_scenario_against_itself_is_refused),
        TEST_WITH(one_scenario_has_nothing_to_be_compared_with, begin_alone),
        TEST(a_point_that_is_not_there_is_refused),
        TEST(a_point_against_itself_is_refused),
        TEST(the_file_itself_is_never_written_over),
        TEST(a_comparison_is_nothing_to_compare),
        TEST(the_table_tells_size_and_course),
        TEST(the_table_takes_elements_by_name),
        TEST(the_first_state_and_partner_are_shown_if_none_is_named),
        TEST(the_table_says_what_is_the_same),
        TEST(the_table_says_that_runs_have_failed),
        TEST(the_table_does_not_pretend_pairs),
        TEST(what_is_not_there_is_not_shown),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, end_library);
}

/* The summary of runs whose every number is known. */
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

#include "made_up_run.h"
#include "output/store.h"
#include "output/summary.h"

enum { N_REPLICATES = 4 };

static char path[64];
static struct made_up_run run;
static struct replicate_status status[N_REPLICATES];

static int begin_with(const char *parts)
{
    setenv("ENTENTE_ASCII", "1", 1);
    memset(status, 0, sizeof status);
    snprintf(path, sizeof path, "/tmp/entente-summary-%ld.h5", (long)getpid());
    made_up_begin(&run, 2, 3, 2001, 2004, N_REPLICATES, parts);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    return begin_with("t");
}

static int begin_statistics(void **state)
{
    (void)state;
    return begin_with("s");
}

static int end(void **state)
{
    (void)state;
    made_up_end(&run);
    unlink(path);
    return 0;
}

/* Write the run and return its summary; free it. */
static char *summarize(void)
{
    struct error error = {0};
    char *text = NULL;
    size_t size;
    int code = made_up_write(&run, path, 0, 1, status, &error);
    if (code != OK)
        fail_msg("%s", error.text);
    FILE *out = open_memstream(&text, &size);
    code = summary_print(out, path, &error);
    fclose(out);
    if (code != OK)
        fail_msg("%s", error.text);
    return text;
}

static void assert_says(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("the summary does not say \"%s\":\n%s", wanted, text);
}

static bool is_called(const struct variable *variable, const char *name) { return strcmp(variable->name, name) == 0; }

/* Cohesion: .501, and in scenario 1 from 2003 on more by 0.1, 0.2, 0.3, 0.4 (replicates), in 2004 by a fifth of that.
 * Trade of the first dyad doubles and doubles. State 2 becomes observer in 2002 and member in 2004 in half the runs. */
static double staged(const struct variable *variable, size_t scenario, size_t replicate, int year, size_t element)
{
    const double difference = year < 2003 || scenario == 0 ? 0 : 0.1 * (double)(replicate + 1);
    if (is_called(variable, "cohesion"))
        return 0.501 + (year == 2004 ? difference / 5 : difference);
    if (is_called(variable, "trade"))
        return 100 * pow(2, year - 2001);
    if (is_called(variable, "status"))
        return element < 2 ? MEMBER : year < 2002 ? OUTSIDER : year < 2004 || replicate % 2 ? OBSERVER : MEMBER;
    if (is_called(variable, "influence"))
        return element == 0 ? 0.75 : element == 1 ? 0.25 : 0;
    if (is_called(variable, "vision"))
        return year == 2004 ? 1 : 0.25;
    return made_up(variable, scenario, replicate, year, element);
}

static void observe_trade(void)
{
    static struct observation seen[2];
    const struct variable *trade = registry_variable((size_t)registry_find_variable("trade"));
    seen[0] = (struct observation){trade, 0, 2001, 100, (char *)"a ministry"};
    seen[1] = (struct observation){trade, 0, 2003, 450, (char *)"a ministry"};
    run.configurations[0].observations = seen;
    run.configurations[0].n_observations = 2;
}

static void cohesion_is_that_of_the_median_replicate(void **state)
{
    (void)state;
    run.value = staged;
    char *text = summarize();
    assert_says(text, "Cohesion: the median replicate, and below it the range of the middle 90%\n");
    assert_says(text, "scenario0  ____     .50     .50     .50     .50\n");
    assert_says(text, "scenario1  __@.     .50     .50     .75     .55\n");
    assert_says(text, ".50-.50 .50-.50 .62-.89 .52-.58\n"); /* .601, .701, .801, .901: 0.15 of a step from the ends */
    free(text);
}

static void effects_are_those_of_pairs(void **state)
{
    (void)state;
    run.value = staged;
    char *text = summarize();
    /* mean .25, sd .1291, t(3) = 3.182: 3.182 sd / 2 = .205; a fifth of that in the last year */
    assert_says(text, "scenario1        2002 +.050 +/- .041     100%     2003 +.250 +/- .205     100%\n");
    free(text);
}

static double steady(const struct variable *variable, size_t scenario, size_t replicate, int year, size_t element)
{
    return staged(variable, 0 * scenario, replicate, year, element);
}

static void scenarios_that_agree_are_said_to(void **state)
{
    (void)state;
    run.value = steady;
    char *text = summarize();
    assert_says(text, "scenario1  the same in every year\n");
    free(text);
}

static void different_seeds_make_no_pairs(void **state)
{
    (void)state;
    run.configurations[1].seed = 2;
    char *text = summarize();
    assert_says(text, "different seeds or noise, so that replicates cannot be compared in pairs");
    free(text);
}

static void trade_is_set_against_what_was_observed(void **state)
{
    (void)state;
    run.value = staged;
    observe_trade();
    char *text = summarize();
    assert_says(text, "Trade: how much it grew from 2001 to 2003, observed and in scenario0\n");
    assert_says(text, "CHN-RUS        x4.50    x4.00    4.00-4.00        above  x4.00\n");
    free(text);
}

static void leaders_are_those_with_influence(void **state)
{
    (void)state;
    run.value = staged;
    char *text = summarize();
    assert_says(text, "Leadership in scenario0: medians in 2001 and 2004\n");
    assert_says(text, "  CHN   .25 -> 1.0"); /* whose name ASCII cannot show */
    assert_says(text, "  RUS   .25 -> 1.0");
    assert_null(strstr(text, "  KAZ   .25 -> 1.0")); /* no influence */
    free(text);
}

static void membership_tells_who_comes_when(void **state)
{
    (void)state;
    run.value = staged;
    char *text = summarize();
    assert_says(text, "  KAZ    100%  2002                 50%  2004\n");
    assert_null(strstr(strstr(text, "Membership"), "RUS")); /* a member from the start does not become one */
    free(text);
}

static void failures_are_told_with_place_and_cause(void **state)
{
    (void)state;
    status[2] = (struct replicate_status){registry_variable((size_t)registry_find_variable("gdp")), 2003};
    char *text = summarize();
    assert_says(text, "2 of 8 runs failed; from then on they count nowhere below:\n"
                      "  scenario0, replicate 2: gdp is not a finite number in 2003\n");
    free(text);
}

static void failed_replicates_do_not_count(void **state)
{
    (void)state;
    run.value = staged;
    status[3] = (struct replicate_status){registry_variable((size_t)registry_find_variable("gdp")), 2003};
    char *text = summarize();
    assert_says(text, "scenario1  __@.     .50     .50     .70     .54\n"); /* of .601, .701, .801 */
    free(text);
}

static void statistics_alone_give_what_they_can(void **state)
{
    (void)state;
    run.value = staged;
    observe_trade();
    char *text = summarize();
    assert_says(text, "scenario1  __@.     .50     .50     .75     .55\n");
    assert_says(text, "Effects against scenario0 need every replicate's cohesion");
    assert_says(text, "observed and in scenario0 (from quantiles)\n");
    assert_says(text, "CHN-RUS        x4.50    x4.00    4.00-4.00        above  x4.00\n");
    assert_says(text, "the file has not every replicate's status");
    free(text);
}

static void a_variable_left_out_leaves_its_section_out(void **state)
{
    (void)state;
    made_up_record_only(&run, "vision");
    char *text = summarize();
    assert_says(text, "Cohesion is not in this file");
    assert_says(text, "influence is not in this file");
    free(text);
}

static void lines_are_short_and_plain(void **state)
{
    (void)state;
    run.value = staged;
    observe_trade();
    char *text = summarize();
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        const size_t n = strlen(line);
        assert_true(n <= 100 || strstr(line, "xarray"));
        assert_true(n == 0 || line[n - 1] != ' ');
        for (size_t k = 0; k < n; k++)
            assert_true((unsigned char)line[k] < 0x80);
    }
    free(text);
}

static void assert_refused(const char *file, const char *reason)
{
    struct error error = {0};
    assert_int_equal(summary_print(stdout, file, &error), BAD_INPUT);
    assert_says(error.text, reason);
    error_free(&error);
}

static void a_missing_file_is_refused(void **state)
{
    (void)state;
    assert_refused("/tmp/no-such-file.h5", "No such file");
}

static void a_file_that_is_not_hdf5_is_refused(void **state)
{
    (void)state;
    FILE *file = fopen(path, "w");
    fputs("name: history\n", file);
    fclose(file);
    assert_refused(path, "is not an HDF5 file");
}

static void a_file_of_somebody_else_is_refused(void **state)
{
    (void)state;
    H5Fclose(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    assert_refused(path, "was not written by entente");
}

static void a_file_without_a_title_for_each_scenario_is_refused(void **state)
{
    (void)state;
    const char *title = "one for two scenarios";
    const hsize_t n = 1;
    free(summarize());
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Ldelete(file, "scenario_title", H5P_DEFAULT);
    const hid_t space = H5Screate_simple(1, &n, NULL);
    const hid_t set = H5Dcreate2(file, "scenario_title", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &title);
    H5Dclose(set);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
    assert_refused(path, "has not a title for each scenario");
}

static int end_library(void **state)
{
    (void)state;
    store_end();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cohesion_is_that_of_the_median_replicate),
        TEST(effects_are_those_of_pairs),
        TEST(scenarios_that_agree_are_said_to),
        TEST(different_seeds_make_no_pairs),
        TEST(trade_is_set_against_what_was_observed),
        TEST(leaders_are_those_with_influence),
        TEST(membership_tells_who_comes_when),
        TEST(failures_are_told_with_place_and_cause),
        TEST(failed_replicates_do_not_count),
        cmocka_unit_test_setup_teardown(statistics_alone_give_what_they_can, begin_statistics, end),
        TEST(a_variable_left_out_leaves_its_section_out),
        TEST(lines_are_short_and_plain),
        TEST(a_missing_file_is_refused),
        TEST(a_file_that_is_not_hdf5_is_refused),
        TEST(a_file_of_somebody_else_is_refused),
        TEST(a_file_without_a_title_for_each_scenario_is_refused),
    };
    return cmocka_run_group_tests_name("summary", tests, NULL, end_library);
}

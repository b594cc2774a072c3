/* From lanes to the file: every number where it belongs, whatever the blocks and threads, and failed runs left out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <gsl/gsl_statistics_double.h>

#include "made_up_run.h"
#include "output/cells.h"
#include "output/reader.h"
#include "output/statistics.h"
#include "output/store.h"
#include "output/tally.h"

enum { FIRST_YEAR = 2001, LAST_YEAR = 2003, N_YEARS = 3, N_REPLICATES = 21, N_STATES = 3 };

static char path[64];
static struct made_up_run run;
static struct replicate_status all_well[N_REPLICATES];

static int begin_with(const char *parts)
{
    snprintf(path, sizeof path, "/tmp/entente-recorder-%ld.h5", (long)getpid());
    made_up_begin(&run, 2, N_STATES, FIRST_YEAR, LAST_YEAR, N_REPLICATES, parts);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    return begin_with("t");
}

static int begin_all(void **state)
{
    (void)state;
    return begin_with("tsf");
}

static int end(void **state)
{
    (void)state;
    made_up_end(&run);
    unlink(path);
    return 0;
}

static void write_run(size_t block, int n_threads, const struct replicate_status *status)
{
    struct error error = {0};
    const int code = made_up_write(&run, path, block, n_threads, status, &error);
    if (code != OK)
        fail_msg("%s", error.text);
}

static struct reader *open_file(void)
{
    struct reader *reader;
    struct error error = {0};
    const int code = reader_open(&reader, path, &error);
    if (code != OK)
        fail_msg("%s", error.text);
    return reader;
}

/* All of a variable; free it. */
static double *read_all(const char *name, size_t *n)
{
    struct reader *reader = open_file();
    struct error error = {0};
    const size_t start[READER_RANK] = {0};
    size_t count[READER_RANK];
    const size_t rank = reader_extent(reader, name, count);
    if (rank == 0)
        fail_msg("%s is not in the file", name);
    *n = 1;
    for (size_t k = 0; k < rank; k++)
        *n *= count[k];
    double *values = malloc((*n + 1) * sizeof *values);
    assert_int_equal(reader_read(reader, name, start, count, values, &error), OK);
    reader_close(reader);
    return values;
}

/* The state of a cell's row and column in a dyad's matrix, as an element; -1 on the diagonal. */
static long dyad_of_cell(size_t cell)
{
    const size_t i = cell / N_STATES, j = cell % N_STATES;
    return i == j ? -1 : (long)dyad_index(N_STATES, i, j);
}

static void check_trajectories(const struct variable *variable)
{
    size_t n, at = 0;
    double *values = read_all(variable->name, &n);
    const size_t n_cells = n / (2 * N_REPLICATES * N_YEARS);
    for (size_t s = 0; s < 2; s++)
        for (size_t r = 0; r < N_REPLICATES; r++)
            for (int year = FIRST_YEAR; year <= LAST_YEAR; year++)
                for (size_t cell = 0; cell < n_cells; cell++, at++) {
                    const long element = variable->shape == BY_DYAD ? dyad_of_cell(cell) : (long)cell;
                    if (element < 0) {
                        assert_true(isnan(values[at]));
                        continue;
                    }
                    const double expected = made_up(variable, s, r, year, (size_t)element);
                    const double stored = run.configurations->is_double ? expected : (double)(float)expected;
                    if (values[at] != stored)
                        fail_msg("%s, replicate %zu, %d: %.17g instead of %.17g", variable->name, r, year, values[at],
                                 stored);
                }
    assert_int_equal(at, n);
    free(values);
}

static void every_number_is_where_it_belongs(void **state)
{
    (void)state;
    write_run(0, 2, all_well);
    for (size_t k = 0; k < run.configurations->n_record; k++)
        check_trajectories(run.record[k].variable);
}

static void double_precision_keeps_every_bit(void **state)
{
    (void)state;
    run.configurations[0].is_double = run.configurations[1].is_double = true;
    write_run(0, 2, all_well);
    check_trajectories(registry_variable((size_t)registry_find_variable("cohesion")));
    check_trajectories(registry_variable((size_t)registry_find_variable("trade")));
}

static uint64_t hash_of(const char *name)
{
    size_t n;
    double *values = read_all(name, &n);
    uint64_t hash = 0;
    for (size_t k = 0; k < n; k++)
        hash = (hash ^ lane_bits(values[k])) * UINT64_C(0x100000001B3);
    free(values);
    return hash;
}

static void bits_do_not_depend_on_blocks_and_threads(void **state)
{
    (void)state;
    static const char *const names[] = {"trade",      "status",   "cohesion_final",
                                        "trade_mean", "trade_sd", "trade_quantile"};
    uint64_t first[COUNT(names)];
    write_run(0, 1, all_well);
    for (size_t k = 0; k < COUNT(names); k++)
        first[k] = hash_of(names[k]);
    write_run(LANES, 3, all_well);
    for (size_t k = 0; k < COUNT(names); k++)
        assert_true(hash_of(names[k]) == first[k]);
    write_run(2 * LANES, 2, all_well);
    for (size_t k = 0; k < COUNT(names); k++)
        assert_true(hash_of(names[k]) == first[k]);
}

/* More replicates than are kept: blocks smaller than the pilot, and larger ones. Some fail. */
static void tallied_statistics_do_not_depend_on_blocks_and_threads(void **state)
{
    (void)state;
    enum { N_TALLIED = TALLY_EXACT + 77 };
    static const char *const names[] = {"trade_mean", "trade_sd", "trade_quantile", "status_quantile"};
    static const size_t blocks[] = {8 * LANES, 40 * LANES, 3 * LANES};
    static struct replicate_status status[N_TALLIED];
    uint64_t first[COUNT(names)];
    made_up_begin(&run, 1, N_STATES, FIRST_YEAR, LAST_YEAR, N_TALLIED, "s");
    status[100] = status[700] = (struct replicate_status){registry_variable(0), 2002};
    write_run(0, 1, status);
    for (size_t k = 0; k < COUNT(names); k++)
        first[k] = hash_of(names[k]);
    for (size_t b = 0; b < COUNT(blocks); b++) {
        write_run(blocks[b], (int)b + 1, status);
        for (size_t k = 0; k < COUNT(names); k++)
            assert_true(hash_of(names[k]) == first[k]);
    }
}

/* Mean and deviation of those that are well, and quantiles nearby: the file's precision is single. */
static void tallied_statistics_are_near_those_of_all_values(void **state)
{
    (void)state;
    enum { N_TALLIED = TALLY_EXACT + 77 };
    static struct replicate_status status[N_TALLIED];
    double well[N_TALLIED], mean, sd, expected[5];
    size_t n, n_well = 0;
    made_up_begin(&run, 1, N_STATES, FIRST_YEAR, LAST_YEAR, N_TALLIED, "s");
    const struct variable *cohesion = registry_variable((size_t)registry_find_variable("cohesion"));
    status[100] = (struct replicate_status){cohesion, 2003};
    write_run(0, 2, status);
    for (size_t r = 0; r < N_TALLIED; r++)
        if (r != 100)
            well[n_well++] = made_up(cohesion, 0, r, 2003, 0);
    statistics_reduce(well, n_well, run.quantiles, 5, 0, &mean, &sd, expected);
    double *told = read_all("cohesion_mean", &n);
    assert_true(fabs(told[2] - mean) < 1e-6);
    free(told);
    told = read_all("cohesion_sd", &n);
    assert_true(fabs(told[2] - sd) < 1e-6);
    free(told);
    told = read_all("cohesion_quantile", &n);
    for (size_t q = 0; q < 5; q++)
        assert_true(fabs(told[2 * 5 + q] - expected[q]) < 2.0 / TALLY_CLASSES);
    free(told);
}

/* Replicate 9 fails in 2002, replicate 20 in the first year. */
static const struct replicate_status *some_failed(void)
{
    static struct replicate_status status[N_REPLICATES];
    const struct variable *gdp = registry_variable((size_t)registry_find_variable("gdp"));
    status[9] = (struct replicate_status){gdp, 2002};
    status[20] = (struct replicate_status){gdp, FIRST_YEAR};
    return status;
}

static bool is_failed(size_t replicate, int year) { return (replicate == 9 && year >= 2002) || replicate == 20; }

static void a_failed_replicate_is_missing_from_its_failing_year_on(void **state)
{
    (void)state;
    size_t n, at = 0;
    write_run(LANES, 2, some_failed());
    double *values = read_all("cohesion", &n);
    for (size_t s = 0; s < 2; s++)
        for (size_t r = 0; r < N_REPLICATES; r++)
            for (int year = FIRST_YEAR; year <= LAST_YEAR; year++, at++)
                assert_int_equal(isnan(values[at]) != 0, is_failed(r, year));
    free(values);
    values = read_all("cohesion_final", &n);
    for (size_t k = 0; k < n; k++)
        assert_int_equal(isnan(values[k]) != 0, k % N_REPLICATES == 9 || k % N_REPLICATES == 20);
    free(values);
}

static void a_failed_replicate_is_told(void **state)
{
    (void)state;
    struct error error = {0};
    size_t n;
    char **names;
    write_run(0, 1, some_failed());
    double *status = read_all("run_status", &n), *year = read_all("failed_year", &n);
    struct reader *reader = open_file();
    assert_int_equal(reader_read_text(reader, "failed_variable", (size_t[]){0, 0, 0}, (size_t[]){2, 1, N_REPLICATES},
                                      &names, &error),
                     OK);
    for (size_t k = 0; k < n; k++) {
        const size_t r = k % N_REPLICATES;
        const bool has_failed = is_failed(r, LAST_YEAR);
        assert_true(status[k] == (has_failed ? 1 : 0));
        assert_string_equal(names[k], has_failed ? "gdp" : "");
        if (has_failed)
            assert_true(year[k] == (r == 9 ? 2002 : FIRST_YEAR));
        else
            assert_true(isnan(year[k]));
    }
    reader_close(reader);
    free(names);
    free(status);
    free(year);
}

static void statistics_are_those_of_the_replicates_that_are_well(void **state)
{
    (void)state;
    size_t n;
    write_run(LANES, 2, some_failed());
    const struct variable *trade = registry_variable((size_t)registry_find_variable("trade"));
    double *mean = read_all("trade_mean", &n), *sd = read_all("trade_sd", &n),
           *quantile = read_all("trade_quantile", &n);
    for (size_t s = 0; s < 2; s++)
        for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
            double well[N_REPLICATES], expected_mean, expected_sd, expected[5];
            size_t n_well = 0;
            for (size_t r = 0; r < N_REPLICATES; r++)
                if (!is_failed(r, year))
                    well[n_well++] = made_up(trade, s, r, year, dyad_index(N_STATES, 0, 2));
            statistics_reduce(well, n_well, run.quantiles, 5, 0, &expected_mean, &expected_sd, expected);
            const size_t row = s * N_YEARS + (size_t)(year - FIRST_YEAR),
                         cells[] = {2, 6}; /* (0, 2) and (2, 0) of 3 by 3 */
            for (size_t k = 0; k < 2; k++) {
                assert_true(mean[row * 9 + cells[k]] == (double)(float)expected_mean);
                assert_true(sd[row * 9 + cells[k]] == (double)(float)expected_sd);
                for (size_t q = 0; q < 5; q++)
                    assert_true(quantile[(row * 9 + cells[k]) * 5 + q] == (double)(float)expected[q]);
            }
            assert_true(isnan(mean[row * 9 + 4]));
        }
    free(mean);
    free(sd);
    free(quantile);
}

static void statistics_of_four_numbers_by_hand(void **state)
{
    (void)state;
    double values[] = {3, -1, INFINITY, 2}, mean, sd, quantiles[3];
    const double shares[] = {0, 0.5, 0.25};
    statistics_reduce(values, 4, shares, 3, -9, &mean, &sd, quantiles);
    assert_true(quantiles[0] == -1);
    assert_true(quantiles[1] == 2.5);
    assert_true(quantiles[2] == 1.25); /* -1 + 0.75 (2 - -1) */
    double few[] = {1, 2, 3, 6};
    statistics_reduce(few, 4, shares, 3, -9, &mean, &sd, quantiles);
    assert_true(mean == 3);
    assert_true(fabs(sd - sqrt(14.0 / 3)) < 1e-15); /* (4 + 1 + 0 + 9) / 3, up to the rounding of the root */
}

static void statistics_of_nothing_are_missing(void **state)
{
    (void)state;
    double one[] = {7}, mean, sd, median;
    const double half = 0.5;
    statistics_reduce(one, 0, &half, 1, -9, &mean, &sd, &median);
    assert_true(mean == -9 && sd == -9 && median == -9);
    statistics_reduce(one, 1, &half, 1, -9, &mean, &sd, &median);
    assert_true(mean == 7 && sd == -9 && median == 7);
}

static void sorting_keeps_all_numbers_in_order(void **state)
{
    (void)state;
    enum { N = 1000 };
    double values[N], mean, sd, low;
    const double zero = 0;
    double sum = 0;
    for (size_t k = 0; k < N; k++)
        values[k] = (double)((k * 7919) % N) - 500;
    statistics_reduce(values, N, &zero, 1, 0, &mean, &sd, &low);
    for (size_t k = 0; k < N; k++) {
        assert_true(values[k] == (double)k - 500);
        sum += values[k];
    }
    assert_true(sum == -500);
}

static void observations_stand_on_both_sides_of_a_dyad(void **state)
{
    (void)state;
    const struct variable *trade = registry_variable((size_t)registry_find_variable("trade"));
    struct observation seen[] = {{trade, dyad_index(N_STATES, 1, 2), 2002, 17.25, (char *)"a ministry"},
                                 {trade, 0, 1990, 1, (char *)"a ministry"}};
    size_t n;
    run.configurations[1].observations = seen;
    run.configurations[1].n_observations = 2;
    write_run(0, 1, all_well);
    double *values = read_all("observed_trade", &n);
    assert_int_equal(n, N_YEARS * 9);
    for (size_t k = 0; k < n; k++)
        if (k == 9 + 5 || k == 9 + 7)
            assert_true(values[k] == 17.25);
        else
            assert_true(isnan(values[k]));
    free(values);
}

static double greatest_byte(const struct variable *variable, size_t scenario, size_t replicate, int year,
                            size_t element)
{
    (void)variable, (void)scenario, (void)replicate, (void)year, (void)element;
    return INT8_MAX;
}

static void the_greatest_small_number_is_not_missing(void **state)
{
    (void)state;
    struct record_entry *entry = made_up_record_only(&run, "status");
    struct variable wide = *entry->variable;
    size_t n;
    wide.high = INT8_MAX;
    entry->variable = &wide;
    run.value = greatest_byte;
    write_run(0, 1, all_well);
    double *values = read_all("status", &n);
    assert_int_equal(n, 2 * N_REPLICATES * N_YEARS * N_STATES);
    for (size_t k = 0; k < n; k++)
        assert_true(values[k] == INT8_MAX);
    free(values);
}

static void the_resolved_configuration_comes_along(void **state)
{
    (void)state;
    struct error error = {0};
    char **texts;
    size_t n;
    write_run(0, 1, all_well);
    struct reader *reader = open_file();
    assert_int_equal(reader_all_text(reader, "configuration", &texts, &n, &error), OK);
    assert_int_equal(n, 2);
    assert_string_equal(texts[1], "name: made up\n");
    free(texts);
    reader_close(reader);
}

static void assert_attribute(const struct reader *reader, const char *name, const char *expected)
{
    char *text = reader_attribute(reader, name);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void the_file_tells_how_to_make_it_again(void **state)
{
    (void)state;
    write_run(0, 1, all_well);
    struct reader *reader = open_file();
    assert_attribute(reader, "seed", "18446744073709551615");
    assert_attribute(reader, "noise", "on");
    assert_attribute(reader, "command_line", "entente run 'it'\\''s here.yaml'");
    assert_attribute(reader, "Conventions", "CF-1.8");
    reader_close(reader);
}

static void different_seeds_are_told_by_name(void **state)
{
    (void)state;
    run.configurations[0].seed = 1;
    run.configurations[1].seed = 2;
    write_run(0, 1, all_well);
    struct reader *reader = open_file();
    assert_attribute(reader, "seed", "scenario0: 1, scenario1: 2");
    reader_close(reader);
}

static int open_recorder(struct recorder **recorder, bool may_overwrite, struct error *error)
{
    const struct run_description description = {.n_threads = 3};
    return recorder_open(recorder, path, may_overwrite, run.configurations, run.n_scenarios, &description, error);
}

static void two_scenarios_of_a_name_are_refused(void **state)
{
    (void)state;
    struct recorder *recorder;
    struct error error = {0};
    run.configurations[1].name = run.configurations[0].name;
    assert_int_equal(open_recorder(&recorder, true, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "two scenarios are called scenario0"));
    assert_int_equal(access(path, F_OK), -1);
    error_free(&error);
}

static void a_file_that_exists_is_refused_before_the_work(void **state)
{
    (void)state;
    struct recorder *recorder;
    struct error error = {0};
    write_run(0, 1, all_well);
    assert_int_equal(open_recorder(&recorder, false, &error), BAD_INPUT);
    assert_null(recorder);
    error_free(&error);
}

static void blocks_are_whole_batches_for_every_thread(void **state)
{
    (void)state;
    struct recorder *recorder;
    struct error error = {0};
    run.configurations[0].n_replicates = run.configurations[1].n_replicates = 100000;
    assert_int_equal(open_recorder(&recorder, true, &error), OK);
    assert_int_equal(recorder_block_size(recorder) % (3 * LANES), 0);
    assert_true(recorder_block_size(recorder) > 0);
    recorder_abort(recorder);
    assert_int_equal(access(path, F_OK), -1);
}

static int end_library(void **state)
{
    (void)state;
    store_end();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST_ALL(name) cmocka_unit_test_setup_teardown(name, begin_all, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_number_is_where_it_belongs),
        TEST(double_precision_keeps_every_bit),
        TEST_ALL(bits_do_not_depend_on_blocks_and_threads),
        cmocka_unit_test_teardown(tallied_statistics_do_not_depend_on_blocks_and_threads, end),
        cmocka_unit_test_teardown(tallied_statistics_are_near_those_of_all_values, end),
        TEST_ALL(a_failed_replicate_is_missing_from_its_failing_year_on),
        TEST(a_failed_replicate_is_told),
        TEST_ALL(statistics_are_those_of_the_replicates_that_are_well),
        cmocka_unit_test(statistics_of_four_numbers_by_hand),
        cmocka_unit_test(statistics_of_nothing_are_missing),
        cmocka_unit_test(sorting_keeps_all_numbers_in_order),
        TEST(observations_stand_on_both_sides_of_a_dyad),
        TEST(the_greatest_small_number_is_not_missing),
        TEST(the_resolved_configuration_comes_along),
        TEST(the_file_tells_how_to_make_it_again),
        TEST(different_seeds_are_told_by_name),
        TEST(two_scenarios_of_a_name_are_refused),
        TEST(a_file_that_exists_is_refused_before_the_work),
        TEST(blocks_are_whole_batches_for_every_thread),
    };
    return cmocka_run_group_tests_name("recorder", tests, NULL, end_library);
}

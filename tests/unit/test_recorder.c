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
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include "made_up_run.h"
#include "output/cells.h"
#include "output/reader.h"
#include "output/statistics.h"
#include "output/store.h"

enum { FIRST_YEAR = 2001, LAST_YEAR = 2003, N_YEARS = 3, N_REPLICATES = 21, N_STATES = 3, N_MANY = 20000 };

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

/* The number that a file says the quantiles of a variable can be off by. */
static double told_error(const char *variable)
{
    double told;
    char name[64];
    snprintf(name, sizeof name, "%s_quantile", variable);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_true(H5LTget_attribute_double(file, name, "largest_error", &told) >= 0);
    H5Fclose(file);
    return told;
}

static struct replicate_status *many_well;

static int begin_many(void **state)
{
    begin_all(state);
    made_up_record_only(&run, "trade");
    run.record[0].has_trajectories = false;
    many_well = calloc(N_MANY, sizeof *many_well);
    return many_well ? 0 : -1;
}

static int end_many(void **state)
{
    free(many_well);
    return end(state);
}

static void let_run(size_t n_replicates)
{
    run.configurations[0].n_replicates = run.configurations[1].n_replicates = n_replicates;
}

/* Do the file's statistics agree with those of the numbers themselves, quantiles within `told`? */
static void check_statistics(size_t n_replicates, double told)
{
    const struct variable *trade = run.record[0].variable;
    size_t n;
    double *mean = read_all("trade_mean", &n), *sd = read_all("trade_sd", &n),
           *quantile = read_all("trade_quantile", &n), *well = malloc(n_replicates * sizeof *well);
    for (size_t s = 0; s < 2; s++)
        for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
            double expected_mean, expected_sd, expected[5];
            size_t n_well = 0;
            for (size_t r = 0; r < n_replicates; r++)
                if (!many_well[r].variable || many_well[r].year > year)
                    well[n_well++] = run.value(trade, s, r, year, dyad_index(N_STATES, 0, 2));
            statistics_reduce(well, n_well, run.quantiles, 5, 0, &expected_mean, &expected_sd, expected);
            const size_t cell = (s * N_YEARS + (size_t)(year - FIRST_YEAR)) * 9 + 6; /* (2, 0) of 3 by 3 */
            const double slack = told > 0 ? 1e-5 : 0;                                /* floats of about 100 */
            assert_true(fabs(mean[cell] - (double)(float)expected_mean) <= slack);
            assert_true(fabs(sd[cell] - (double)(float)expected_sd) <= slack);
            for (size_t q = 0; q < 5; q++)
                assert_true(fabs(quantile[cell * 5 + q] - (double)(float)expected[q]) <= told + slack);
        }
    free(mean);
    free(sd);
    free(quantile);
    free(well);
}

static void up_to_4096_replicates_have_exact_statistics(void **state)
{
    (void)state;
    let_run(4096);
    write_run(1024, 2, many_well);
    assert_true(told_error("trade") == 0);
    check_statistics(4096, 0);
}

/* Of numbers that are equally likely within 1 .. 101. */
static void beyond_that_quantiles_are_off_by_less_than_is_told(void **state)
{
    (void)state;
    let_run(N_MANY);
    write_run(0, 2, many_well);
    const double told = told_error("trade");
    assert_true(told > 0 && told < 100.0 / 800);
    check_statistics(N_MANY, told);
}

static void failed_replicates_do_not_count_however_many_there_are(void **state)
{
    (void)state;
    let_run(N_MANY);
    for (size_t r = 0; r < N_MANY; r++)
        if (r % 7 == 0)
            many_well[r] = (struct replicate_status){run.record[0].variable, FIRST_YEAR + (int)(r % 3)};
    write_run(0, 2, many_well);
    check_statistics(N_MANY, told_error("trade"));
}

static double one_stands_out(const struct variable *variable, size_t scenario, size_t replicate, int year,
                             size_t element)
{
    const double usual = element == 0 ? 5 : made_up(variable, scenario, replicate, year, element);
    return replicate == N_MANY - 3 ? usual - 1000 : usual;
}

static void constants_and_values_beyond_the_pilot_have_statistics(void **state)
{
    (void)state;
    let_run(N_MANY);
    run.value = one_stands_out;
    write_run(0, 2, many_well);
    check_statistics(N_MANY, told_error("trade"));
    size_t n;
    double *quantile = read_all("trade_quantile", &n);
    assert_true(fabs(quantile[5 + 2] - 5) < 0.01); /* the median of states 0 and 1 */
    free(quantile);
}

static void many_replicates_give_the_same_bits_whatever_blocks_and_threads(void **state)
{
    (void)state;
    static const char *const names[] = {"trade_mean", "trade_sd", "trade_quantile"};
    static const struct {
        size_t block;
        int n_threads;
    } ways[] = {{0, 1}, {10 * LANES, 3}, {0, 2}, {80 * LANES, 2}};
    uint64_t first[COUNT(names)];
    let_run(5003);
    many_well[4099] = (struct replicate_status){run.record[0].variable, 2002};
    for (size_t w = 0; w < COUNT(ways); w++) {
        write_run(ways[w].block, ways[w].n_threads, many_well);
        for (size_t k = 0; k < COUNT(names); k++) {
            const uint64_t hash = hash_of(names[k]);
            first[k] = w == 0 ? hash : first[k];
            assert_true(hash == first[k]);
        }
    }
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

/* Numbers of different kinds: spread out, in a heap with one far away, a few different ones, and the ends of what there
 * is. */
static double number_of_kind(size_t kind, size_t k)
{
    const double spread = (double)((k * 7919) % 1000) - 500;
    switch (kind) {
    case 0: return spread;
    case 1: return k == 77 ? 1e30 : spread;
    case 2: return floor(spread / 300) / 3;
    case 3: return k % 2 ? spread * 1e-320 : 0;
    case 4: return spread * 3e305;
    case 5: return k == 3 ? INFINITY : spread;
    default: return 0.1;
    }
}

static void quantiles_have_the_bits_of_those_of_sorted_numbers(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 17, 1000, 4096};
    static const double shares[] = {0, 0.001, 0.05, 0.25, 0.5, 0.5001, 0.75, 0.95, 1};
    double values[4096], sorted[4096], mean, sd, quantiles[COUNT(shares)];
    for (size_t kind = 0; kind <= 6; kind++)
        for (size_t s = 0; s < COUNT(sizes); s++) {
            const size_t n = sizes[s];
            for (size_t k = 0; k < n; k++)
                values[k] = sorted[k] = number_of_kind(kind, k);
            gsl_sort(sorted, 1, n);
            statistics_reduce(values, n, shares, COUNT(shares), 0, &mean, &sd, quantiles);
            for (size_t q = 0; q < COUNT(shares); q++) {
                const double expected = gsl_stats_quantile_from_sorted_data(sorted, 1, n, shares[q]);
                if (quantiles[q] != expected && !isnan(expected)) /* GSL takes 0 times infinity */
                    fail_msg("kind %zu, n %zu, share %g: %.17g instead of %.17g", kind, n, shares[q], quantiles[q],
                             expected);
            }
        }
}

/* Within the rounding of a sum of 1,000. */
static void mean_and_deviation_are_those_of_long_sums(void **state)
{
    (void)state;
    enum { SIZE = 1000 };
    double values[SIZE], mean, sd;
    long double sum = 0, squares = 0;
    for (size_t k = 0; k < SIZE; k++) {
        values[k] = 1e6 + number_of_kind(0, k) / 7;
        sum += (long double)values[k];
    }
    for (size_t k = 0; k < SIZE; k++)
        squares += ((long double)values[k] - sum / SIZE) * ((long double)values[k] - sum / SIZE);
    statistics_reduce(values, SIZE, NULL, 0, 0, &mean, &sd, NULL);
    assert_true(fabs(mean - (double)(sum / SIZE)) <= 2e-10); /* two units in the last place */
    assert_true(fabs(sd - (double)sqrtl(squares / (SIZE - 1))) < 1e-13);
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

static void observations_by_area_stand_in_their_area(void **state)
{
    (void)state;
    const struct variable *distance = registry_variable((size_t)registry_find_variable("position_distance"));
    struct observation seen[] = {{distance, ECONOMY, 2002, 0.25, (char *)"votes"}};
    size_t n;
    run.configurations[1].observations = seen;
    run.configurations[1].n_observations = 1;
    write_run(0, 1, all_well);
    double *values = read_all("observed_position_distance", &n);
    assert_int_equal(n, N_YEARS * AREAS);
    for (size_t k = 0; k < n; k++)
        assert_true(k == AREAS + ECONOMY ? values[k] == 0.25 : isnan(values[k]));
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
    static struct experiment experiment;
    experiment = made_up_experiment(&run);
    const struct tile whole = tile_whole(&experiment);
    return recorder_open(recorder, path, may_overwrite, &experiment, &whole, false, &description, error);
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
    struct tile block;
    assert_true(recorder_next(recorder, &block));
    assert_int_equal(block.n_replicates % (3 * LANES), 0);
    assert_true(block.n_replicates > 0);
    recorder_abort(recorder);
    assert_int_equal(access(path, F_OK), -1);
}

/* The first block of many points of a run that keeps statistics of one number. */
static struct tile first_block(size_t n_points, size_t n_replicates)
{
    struct made_up_run many;
    made_up_begin(&many, 1, 3, 2001, 2003, n_replicates, "s");
    made_up_record_only(&many, "cohesion");
    struct experiment experiment = made_up_experiment(&many);
    const struct run_description description = {.n_threads = 2};
    struct recorder *recorder;
    struct error error = {0};
    struct tile block;
    experiment.n_points = n_points;
    const struct tile whole = tile_whole(&experiment);
    assert_int_equal(recorder_open(&recorder, path, true, &experiment, &whole, true, &description, &error), OK);
    assert_true(recorder_next(recorder, &block));
    recorder_abort(recorder);
    made_up_end(&many);
    return block;
}

static void a_block_has_many_cells_of_few_replicates(void **state)
{
    (void)state;
    const struct tile block = first_block(64, 96);
    assert_true(tile_cells(&block) >= 8);
    assert_int_equal(block.n_replicates, 96);
}

static void a_cell_whose_values_are_not_all_kept_is_a_block_of_its_own(void **state)
{
    (void)state;
    const struct tile kept = first_block(64, 4096), counted = first_block(64, 4097);
    assert_true(tile_cells(&kept) > 1);
    assert_int_equal(tile_cells(&counted), 1);
    assert_true(counted.n_replicates < 4097);
}

static int end_library(void **state)
{
    (void)state;
    store_end();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST_MANY(name) cmocka_unit_test_setup_teardown(name, begin_many, end_many)
#define TEST_ALL(name) cmocka_unit_test_setup_teardown(name, begin_all, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_number_is_where_it_belongs),
        TEST(double_precision_keeps_every_bit),
        TEST_ALL(bits_do_not_depend_on_blocks_and_threads),
        TEST_ALL(a_failed_replicate_is_missing_from_its_failing_year_on),
        TEST(a_failed_replicate_is_told),
        TEST_ALL(statistics_are_those_of_the_replicates_that_are_well),
        TEST_MANY(up_to_4096_replicates_have_exact_statistics),
        TEST_MANY(beyond_that_quantiles_are_off_by_less_than_is_told),
        TEST_MANY(failed_replicates_do_not_count_however_many_there_are),
        TEST_MANY(constants_and_values_beyond_the_pilot_have_statistics),
        TEST_MANY(many_replicates_give_the_same_bits_whatever_blocks_and_threads),
        cmocka_unit_test(statistics_of_four_numbers_by_hand),
        cmocka_unit_test(statistics_of_nothing_are_missing),
        cmocka_unit_test(quantiles_have_the_bits_of_those_of_sorted_numbers),
        cmocka_unit_test(mean_and_deviation_are_those_of_long_sums),
        TEST(observations_stand_on_both_sides_of_a_dyad),
        TEST(observations_by_area_stand_in_their_area),
        TEST(the_greatest_small_number_is_not_missing),
        TEST(the_resolved_configuration_comes_along),
        TEST(the_file_tells_how_to_make_it_again),
        TEST(different_seeds_are_told_by_name),
        TEST(two_scenarios_of_a_name_are_refused),
        TEST(a_file_that_exists_is_refused_before_the_work),
        TEST(blocks_are_whole_batches_for_every_thread),
        TEST(a_block_has_many_cells_of_few_replicates),
        TEST(a_cell_whose_values_are_not_all_kept_is_a_block_of_its_own),
    };
    return cmocka_run_group_tests_name("recorder", tests, NULL, end_library);
}

/* Columns of an output file, read in pieces. */
#include <math.h>
#include <unistd.h>

#include "fixture.h"
#include "inference/columns.h"
#include "output/store.h"

enum { N_SCENARIOS = 2, N_POINTS = 30, N_YEARS = 5, N_I = 4, N_J = 3, N_COLUMNS = N_YEARS * N_I * N_J };

static const char path[] = "/tmp/entente-test-columns.h5";
static const struct variable variable = {.name = "bond", .unit = "1", .shape = BY_PAIR, .meaning = "A bond."};

/* A number that tells where it is; none at one point in one scenario. */
static double value_at(size_t scenario, size_t point, size_t year, size_t i, size_t j)
{
    if (scenario == 1 && point == 7 && year == 2)
        return NAN;
    return (double)(((((scenario * N_POINTS) + point) * N_YEARS + year) * N_I + i) * N_J + j);
}

static void add_variable(struct store *store, const char *name, const int *dimensions, double factor)
{
    static double values[N_SCENARIOS][N_POINTS][N_YEARS][N_I][N_J];
    int handle;
    for (size_t s = 0; s < N_SCENARIOS; s++)
        for (size_t point = 0; point < N_POINTS; point++)
            for (size_t year = 0; year < N_YEARS; year++)
                for (size_t i = 0; i < N_I; i++)
                    for (size_t j = 0; j < N_J; j++)
                        values[s][point][year][i][j] = factor * value_at(s, point, year, i, j);
    assert_int_equal(store_add_variable(store, name, STORE_DOUBLE, 5, dimensions, NAN, &handle, NULL), OK);
    assert_int_equal(store_write_all(store, handle, values, NULL), OK);
}

static int make_file(void **state)
{
    (void)state;
    static const char *const names[] = {"scenario", "point", "year", "state", "partner"};
    static const size_t lengths[] = {N_SCENARIOS, N_POINTS, N_YEARS, N_I, N_J};
    static const int32_t numbers[N_POINTS];
    int dimensions[5];
    struct store *store;
    if (store_create(&store, path, true, NULL) != OK)
        return -1;
    store_attribute_text(store, STORE_ROOT, "entente_version", "0", NULL);
    for (size_t k = 0; k < COUNT(names); k++)
        store_add_dimension(store, names[k], STORE_INT32, lengths[k], numbers, &dimensions[k], NULL);
    add_variable(store, "bond_mean", dimensions, 1);
    add_variable(store, "bond_sd", dimensions, 2);
    return store_commit(store, NULL);
}

static int remove_file(void **state)
{
    (void)state;
    store_end();
    return unlink(path);
}

static struct reader *open_file(struct output *output)
{
    struct reader *reader;
    bool is_there;
    assert_int_equal(reader_open(&reader, path, NULL), OK);
    assert_int_equal(output_find(output, reader, &variable, &is_there, NULL), OK);
    assert_true(is_there);
    return reader;
}

static void an_output_has_the_extents_of_the_file(void **state)
{
    (void)state;
    struct output output;
    reader_close(open_file(&output));
    assert_int_equal(output.n_points, N_POINTS);
    assert_int_equal(output.extent[0], N_YEARS);
    assert_int_equal(output.extent[1], N_I);
    assert_int_equal(output.extent[2], N_J);
}

static void an_output_that_was_not_recorded_is_not_there(void **state)
{
    (void)state;
    struct output output;
    struct reader *reader = open_file(&output);
    const struct variable other = {.name = "bonds"};
    bool is_there = true;
    assert_int_equal(output_find(&output, reader, &other, &is_there, NULL), OK);
    assert_false(is_there);
    reader_close(reader);
}

/* However few columns fit. */
static void pieces_have_every_column_once(void **state)
{
    (void)state;
    for (size_t years = 1; years < 5; years++)
        for (size_t n_i = 1; n_i < 5; n_i++)
            for (size_t n_j = 1; n_j < 5; n_j++)
                for (size_t most = 1; most < 70; most++) {
                    const struct output output = {.extent = {years, n_i, n_j}};
                    struct piece piece = {0};
                    size_t seen[4][4][4] = {{{0}}};
                    while (piece_next(&piece, &output, most)) {
                        assert_in_range(piece_columns(&piece), 1, most);
                        for (size_t t = 0; t < piece.count[0]; t++)
                            for (size_t i = 0; i < piece.count[1]; i++)
                                for (size_t j = 0; j < piece.count[2]; j++)
                                    seen[piece.start[0] + t][piece.start[1] + i][piece.start[2] + j]++;
                    }
                    for (size_t t = 0; t < 4; t++)
                        for (size_t i = 0; i < 4; i++)
                            for (size_t j = 0; j < 4; j++)
                                assert_int_equal(seen[t][i][j], t < years && i < n_i && j < n_j);
                }
}

static void an_output_of_no_year_has_no_piece(void **state)
{
    (void)state;
    const struct output output = {.extent = {0, 2, 2}};
    struct piece piece = {0};
    assert_false(piece_next(&piece, &output, 10));
}

static void a_column_has_the_numbers_of_the_file(void **state)
{
    (void)state;
    static double y[N_COLUMNS * N_POINTS];
    struct output output;
    struct reader *reader = open_file(&output);
    for (size_t most = 1; most <= N_COLUMNS; most += 6) {
        struct piece piece = {0};
        while (piece_next(&piece, &output, most)) {
            size_t c = 0;
            assert_int_equal(columns_read(reader, &output, 1, &piece, y, NULL), OK);
            for (size_t t = 0; t < piece.count[0]; t++)
                for (size_t i = 0; i < piece.count[1]; i++)
                    for (size_t j = 0; j < piece.count[2]; j++, c++)
                        for (size_t point = 0; point < N_POINTS; point++) {
                            const double value =
                                value_at(1, point, piece.start[0] + t, piece.start[1] + i, piece.start[2] + j);
                            assert_true(y[c * N_POINTS + point] == value ||
                                        (is_nan(value) && is_nan(y[c * N_POINTS + point])));
                        }
        }
    }
    reader_close(reader);
}

/* sd is twice the mean here. */
static void a_variance_is_the_mean_square_where_there_is_a_number(void **state)
{
    (void)state;
    static double y[N_COLUMNS * N_POINTS];
    double variances[N_COLUMNS], expected = 0;
    struct output output;
    struct reader *reader = open_file(&output);
    struct piece piece = {0};
    assert_true(piece_next(&piece, &output, N_COLUMNS));
    columns_read(reader, &output, 1, &piece, y, NULL);
    for (size_t point = 0; point < N_POINTS; point++) {
        const double value = value_at(1, point, 2, 0, 0);
        if (point == 3)
            y[2 * N_I * N_J * N_POINTS + point] = NAN;
        else if (point != 7)
            expected += 4 * value * value / (N_POINTS - 2);
        y[point] = NAN;
    }
    assert_int_equal(columns_read_variances(reader, &output, 1, &piece, y, variances, NULL), OK);
    assert_true(is_nan(variances[0]));
    assert_close(variances[2 * N_I * N_J], expected);
    reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_has_the_extents_of_the_file),
        cmocka_unit_test(an_output_that_was_not_recorded_is_not_there),
        cmocka_unit_test(pieces_have_every_column_once),
        cmocka_unit_test(an_output_of_no_year_has_no_piece),
        cmocka_unit_test(a_column_has_the_numbers_of_the_file),
        cmocka_unit_test(a_variance_is_the_mean_square_where_there_is_a_number),
    };
    return cmocka_run_group_tests_name("columns", tests, make_file, remove_file);
}

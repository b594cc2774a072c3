/* Lanes turned into rows: every number at its place, in every type. */
#include "fixture.h"
#include "output/rows.h"

enum { MOST_CELLS = 150, STRIDE = 161 };

static lane_array lanes[MOST_CELLS];

static int begin(void **state)
{
    (void)state;
    for (size_t k = 0; k < MOST_CELLS; k++)
        for (size_t l = 0; l < LANES; l++)
            lanes[k][l] = (double)k / 3 + 1000 * (double)l;
    return 0;
}

/* Every seventh cell is empty, the others in turned order. */
static void choose_elements(size_t *elements, size_t n)
{
    for (size_t k = 0; k < n; k++)
        elements[k] = k % 7 == 3 ? ROWS_NO_ELEMENT : n - 1 - k;
}

static void floats_stand_where_they_belong_and_nowhere_else(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 4, 11, 22, 63, 64, 65, 121, MOST_CELLS};
    size_t elements[MOST_CELLS];
    for (size_t s = 0; s < COUNT(sizes); s++) {
        const size_t n = sizes[s];
        float rows[LANES * STRIDE];
        choose_elements(elements, n);
        for (int is_plain = 0; is_plain <= 1; is_plain++) {
            for (size_t k = 0; k < COUNT(rows); k++)
                rows[k] = -7;
            rows_of_floats(lanes, is_plain ? NULL : elements, n, -9, rows, STRIDE);
            for (size_t l = 0; l < LANES; l++)
                for (size_t k = 0; k < STRIDE; k++) {
                    const size_t element = is_plain || k >= n ? k : elements[k];
                    const float expected = k >= n ? -7 : element == ROWS_NO_ELEMENT ? -9 : (float)lanes[element][l];
                    assert_true(rows[l * STRIDE + k] == expected);
                }
        }
    }
}

static void doubles_keep_every_bit(void **state)
{
    (void)state;
    size_t elements[MOST_CELLS];
    double rows[LANES * STRIDE];
    choose_elements(elements, MOST_CELLS);
    rows_of_doubles(lanes, elements, MOST_CELLS, -9, rows, STRIDE);
    for (size_t l = 0; l < LANES; l++)
        for (size_t k = 0; k < MOST_CELLS; k++)
            assert_true(rows[l * STRIDE + k] == (elements[k] == ROWS_NO_ELEMENT ? -9 : lanes[elements[k]][l]));
}

static void bytes_are_rounded_and_others_are_missing(void **state)
{
    (void)state;
    static const double values[] = {0, 1.2, 126.6, 127, 128, -1, NAN};
    static const int8_t expected[] = {0, 1, 127, 127, -1, -1, -1};
    int8_t rows[LANES * COUNT(values)];
    for (size_t k = 0; k < COUNT(values); k++)
        for (size_t l = 0; l < LANES; l++)
            lanes[k][l] = values[k];
    rows_of_bytes((const lane_array *)lanes, NULL, COUNT(values), -1, rows, COUNT(values));
    for (size_t k = 0; k < COUNT(rows); k++)
        assert_int_equal(rows[k], expected[k % COUNT(values)]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(floats_stand_where_they_belong_and_nowhere_else, begin),
        cmocka_unit_test_setup(doubles_keep_every_bit, begin),
        cmocka_unit_test_setup(bytes_are_rounded_and_others_are_missing, begin),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}

/* Cells: where what is kept of a variable lies in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/registry.h"
#include "output/cells.h"
#include "output/rows.h"

enum { N = 5 };
static const size_t some[] = {1, 2, 4};

static struct cells make(enum shape shape, const size_t *kept, size_t n_kept)
{
    struct cells cells;
    struct error error = {0};
    assert_int_equal(cells_init(&cells, shape, N, kept, n_kept, &error), OK);
    return cells;
}

static void all_states_are_plain(void **state)
{
    (void)state;
    const size_t all[] = {0, 1, 2, 3, 4};
    struct cells cells = make(BY_STATE_AREA, all, N);
    assert_true(cells.is_plain);
    assert_int_equal(cells.n_cells, N * AREAS);
    cells_free(&cells);
}

static void some_states_keep_their_order(void **state)
{
    (void)state;
    struct cells cells = make(BY_STATE, some, 3);
    assert_int_equal(cells.n_cells, 3);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(cells.source[k], some[k]);
        assert_int_equal(cells.element[k], some[k]);
        assert_int_equal(cells.cell[k], k);
    }
    cells_free(&cells);
}

static void some_states_keep_their_areas(void **state)
{
    (void)state;
    struct cells cells = make(BY_STATE_AREA, some, 3);
    assert_int_equal(cells.n_cells, 3 * AREAS);
    assert_int_equal(cells.element[2 * AREAS + ECONOMY], 4 * AREAS + ECONOMY);
    cells_free(&cells);
}

static void dyads_of_some_states_lie_on_both_sides_of_an_empty_diagonal(void **state)
{
    (void)state;
    struct cells cells = make(BY_DYAD, some, 3);
    assert_int_equal(cells.n_elements, 3);
    assert_int_equal(cells.element[0 * 3 + 2], dyad_index(N, 1, 4));
    assert_int_equal(cells.element[2 * 3 + 0], dyad_index(N, 1, 4));
    assert_int_equal(cells.element[1 * 3 + 1], ROWS_NO_ELEMENT);
    assert_int_equal(cells.cell[1], 0 * 3 + 2);
    assert_int_equal(cells.mirror[1], 2 * 3 + 0);
    cells_free(&cells);
}

static void all_dyads_are_the_worlds_in_its_order(void **state)
{
    (void)state;
    const size_t all[] = {0, 1, 2, 3, 4};
    struct cells cells = make(BY_DYAD, all, N);
    assert_null(cells.source);
    for (size_t i = 0; i < N; i++)
        for (size_t j = i + 1; j < N; j++)
            assert_int_equal(cells.cell[dyad_index(N, i, j)], i * N + j);
    cells_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_states_are_plain),
        cmocka_unit_test(some_states_keep_their_order),
        cmocka_unit_test(some_states_keep_their_areas),
        cmocka_unit_test(dyads_of_some_states_lie_on_both_sides_of_an_empty_diagonal),
        cmocka_unit_test(all_dyads_are_the_worlds_in_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

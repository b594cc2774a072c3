/* Lists: the points that are given. */
#include "designs.h"

static void the_points_are_those_that_are_given(void **state)
{
    (void)state;
    static const double rows[] = {0.1, 0.9, 0.1, 0.9, 0.5, 0.25};
    const struct design_choice choice = {.kind = &design_list, .n = 3, .rows = rows};
    assert_points(&choice, unit_factors(), 2, rows, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_points_are_those_that_are_given),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}

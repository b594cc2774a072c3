/* The arrays of the world. */
#include "fixture.h"

static void shapes_count_their_elements(void **state)
{
    (void)state;
    assert_int_equal(variable_count(SCALAR, 5), 1);
    assert_int_equal(variable_count(BY_AREA, 5), 2);
    assert_int_equal(variable_count(BY_STATE, 5), 5);
    assert_int_equal(variable_count(BY_STATE_AREA, 5), 10);
    assert_int_equal(variable_count(BY_DYAD, 5), 10);
    assert_int_equal(variable_count(BY_PAIR, 5), 25);
}

static void one_state_has_no_dyads(void **state)
{
    (void)state;
    assert_int_equal(variable_count(BY_DYAD, 1), 0);
}

static void a_dyad_has_the_place_in_which_loops_visit_it(void **state)
{
    (void)state;
    size_t n_visited = 0;
    FOR_DYADS(9, i, j, d) {
        assert_int_equal(dyad_index(9, i, j), d);
        assert_int_equal(d, n_visited);
        n_visited++;
    }
    assert_int_equal(n_visited, variable_count(BY_DYAD, 9));
}

static void a_dyad_has_one_place_from_both_ends(void **state)
{
    (void)state;
    FOR_DYADS(9, i, j, d)
        assert_int_equal(dyad_index(9, j, i), d);
}

static void the_arrays_of_a_world_do_not_overlap_and_fill_its_memory(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays), bytes = world_bytes(N_STATES);
    unsigned char *is_used = calloc(bytes, 1);
    for (size_t k = 0; k < n; k++) {
        const size_t first = (size_t)((const char *)arrays[k].lanes - (const char *)f->memory);
        const size_t length = arrays[k].count * sizeof(lane_array);
        assert_true(first + length <= bytes);
        for (size_t b = first; b < first + length; b++)
            assert_int_equal(is_used[b]++, 0);
    }
    const struct dyads *lists[] = {&f->world.members, &f->world.with_members, &f->world.followed, &f->world.linked};
    size_t end = 0;
    for (size_t k = 0; k < COUNT(lists); k++) {
        const size_t first = (size_t)((const char *)lists[k]->list - (const char *)f->memory);
        end = first + dyads_bytes(N_STATES);
        for (size_t b = first; b < end; b++)
            assert_int_equal(is_used[b]++, 0);
    }
    const bool *of_states[] = {f->world.is_member_somewhere, f->world.is_outsider_somewhere,
                               f->world.is_candidate_somewhere, f->world.is_followed, f->world.grows_by_itself};
    for (size_t k = 0; k < COUNT(of_states); k++)
        for (size_t i = 0; i < N_STATES; i++)
            assert_int_equal(is_used[(size_t)((const char *)&of_states[k][i] - (const char *)f->memory)]++, 0);
    end += N_STATES * COUNT(of_states) * sizeof(bool);
    assert_true(end <= bytes && bytes - end < WORLD_ALIGNMENT); /* nothing but the rest of a line is left */
    for (size_t b = 0; b < end; b++)
        assert_int_equal(is_used[b], 1);
    free(is_used);
    fixture_free(f);
}

/* Of a span, each array begins where the one before ends: of stocks in `now` and in `next`. Together they are all that
 * may stop being finite, but for dyads. */
static void the_arrays_of_a_span_lie_one_after_the_other(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays);
    for (size_t is_next = 0; is_next < 2; is_next++)
        for (enum span span = 0; span < SPANS; span++) {
            size_t count, sum = 0;
            const struct variable *first = world_span(span, N_STATES, &count);
            const lane_array *end = array_at(&f->world, is_next && has_next(first) ? first->next : first->offset);
            for (size_t k = 0; k < n; k++) {
                const struct variable *v = arrays[k].variable;
                const bool is_in = v->shape != BY_DYAD && (span == SPAN_OF_STOCKS ? has_next(v) : !has_next(v)) &&
                                   (v->kind == STOCK || v->kind == FLOW);
                if (!is_in || arrays[k].is_next != (is_next && has_next(v)))
                    continue;
                assert_ptr_equal(arrays[k].lanes, end);
                end += arrays[k].count;
                sum += arrays[k].count;
            }
            assert_int_equal(sum, count);
        }
    fixture_free(f);
}

static void every_array_is_aligned_to_its_lanes(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays);
    for (size_t k = 0; k < n; k++)
        assert_int_equal((uintptr_t)arrays[k].lanes % sizeof(lane_array), 0);
    fixture_free(f);
}

/* All pointers of struct world from `now` on: a stock that is in no table would have none. */
static void every_array_of_the_world_stands_in_a_table(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    const char *first = (const char *)&f->world.now, *end = (const char *)(&f->world + 1);
    for (const char *at = first; at < end; at += sizeof(lane_array *)) {
        const lane_array *array;
        memcpy(&array, at, sizeof array);
        assert_non_null(array);
    }
    fixture_free(f);
}

static void a_world_begins_with_zeros(void **state)
{
    (void)state;
    struct world world;
    unsigned char *memory = aligned_alloc(WORLD_ALIGNMENT, world_bytes(3));
    memset(memory, 0xff, world_bytes(3));
    world_lay_out(&world, 3, memory);
    for (size_t b = 0; b < world_bytes(3); b++)
        assert_int_equal(memory[b], 0);
    assert_int_equal(world.n_dyads, 3);
    free(memory);
}

static void too_many_states_need_no_bytes(void **state)
{
    (void)state;
    assert_int_equal(world_bytes(SIZE_MAX), 0);
    assert_int_equal(world_bytes(SIZE_MAX / 2), 0);
    assert_int_equal(world_bytes(65536), 0);
    assert_true(world_bytes(65535) > 0);
}

static void starts_are_put_in_every_lane(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    double **starts = calloc(registry_n_variables(), sizeof *starts);
    starts[registry_find_variable("position")] = (double[]){0.1, 0.2, 0.3, 0.4};
    world_set_starts(&f->world, starts);
    EACH_LANE(l) {
        assert_same(f->world.now.position[0][ECONOMY][l], 0.2);
        assert_same(f->world.now.position[1][SECURITY][l], 0.3);
    }
    free(starts);
    fixture_free(f);
}

static void a_variable_without_a_start_keeps_what_it_has(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(14), *before = fixture_copy(f);
    double **starts = calloc(registry_n_variables(), sizeof *starts);
    world_set_starts(&f->world, starts);
    EACH_LANE(l)
        assert_true(is_lane_same(before, f, l));
    free(starts);
    fixture_free(before);
    fixture_free(f);
}

static void a_restored_world_has_its_stocks_and_attributes_again(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(18), *before = fixture_copy(f);
    void *memory = aligned_alloc(WORLD_ALIGNMENT, world_save_bytes(N_STATES));
    world_save(&f->world, memory);
    fixture_fill(f, 19);
    world_restore(&f->world, memory);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l) {
            assert_same(f->world.now.gdp[i][l], before->world.now.gdp[i][l]);
            assert_same(f->world.fragility[i][l], before->world.fragility[i][l]);
        }
    free(memory);
    fixture_free(before);
    fixture_free(f);
}

static void a_restored_world_knows_nothing_of_the_run_before(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(20);
    f->world.is_followed[2] = true; /* from the start */
    void *memory = aligned_alloc(WORLD_ALIGNMENT, world_save_bytes(N_STATES));
    world_save(&f->world, memory);
    f->world.has_moved = f->world.has_counted = true;
    for (size_t i = 0; i < N_STATES; i++)
        f->world.is_followed[i] = true;
    world_restore(&f->world, memory);
    assert_false(f->world.has_moved);
    assert_false(f->world.has_counted);
    for (size_t i = 0; i < N_STATES; i++)
        assert_true(f->world.is_followed[i] == (i == 2));
    free(memory);
    fixture_free(f);
}

static void holding_carries_the_stocks_of_a_mechanism_over_and_no_others(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(15), *before = fixture_copy(f);
    world_hold(&f->world, &learning);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l) {
            assert_same(f->world.next.vision[i][l], before->world.now.vision[i][l]);
            assert_same(f->world.next.skills[i][l], before->world.now.skills[i][l]);
            assert_same(f->world.next.gdp[i][l], before->world.next.gdp[i][l]);
        }
    fixture_free(before);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_count_their_elements),
        cmocka_unit_test(one_state_has_no_dyads),
        cmocka_unit_test(a_dyad_has_the_place_in_which_loops_visit_it),
        cmocka_unit_test(a_dyad_has_one_place_from_both_ends),
        cmocka_unit_test(the_arrays_of_a_world_do_not_overlap_and_fill_its_memory),
        cmocka_unit_test(the_arrays_of_a_span_lie_one_after_the_other),
        cmocka_unit_test(every_array_is_aligned_to_its_lanes),
        cmocka_unit_test(every_array_of_the_world_stands_in_a_table),
        cmocka_unit_test(a_world_begins_with_zeros),
        cmocka_unit_test(too_many_states_need_no_bytes),
        cmocka_unit_test(starts_are_put_in_every_lane),
        cmocka_unit_test(a_variable_without_a_start_keeps_what_it_has),
        cmocka_unit_test(a_restored_world_has_its_stocks_and_attributes_again),
        cmocka_unit_test(a_restored_world_knows_nothing_of_the_run_before),
        cmocka_unit_test(holding_carries_the_stocks_of_a_mechanism_over_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

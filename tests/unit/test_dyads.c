/* Lists of the dyads that mechanisms visit. */
#include "fixture.h"

/* A list for N_STATES states, and its memory. */
struct listing {
    struct dyads dyads;
    void *memory;
};

static struct listing listing_of(enum pairing pairing, const bool *mark)
{
    struct listing listing = {.memory = calloc(1, dyads_bytes(N_STATES))};
    dyads_lay_out(&listing.dyads, N_STATES, listing.memory);
    dyads_list(&listing.dyads, pairing, mark, N_STATES);
    return listing;
}

static const bool some[N_STATES] = {[1] = true, [2] = true, [5] = true};

static bool is_listed(enum pairing pairing, const bool *mark, size_t i, size_t j)
{
    return pairing == ALL || (pairing == BOTH ? mark[i] && mark[j] : mark[i] || mark[j]);
}

static void assert_lists(const struct dyads *dyads, enum pairing pairing, const bool *mark)
{
    size_t n = 0;
    FOR_DYADS(N_STATES, i, j, d) {
        if (!is_listed(pairing, mark, i, j))
            continue;
        assert_true(n < dyads->n);
        assert_int_equal(dyads->list[n].i, i);
        assert_int_equal(dyads->list[n].j, j);
        assert_int_equal(dyads->list[n].d, d);
        n++;
    }
    assert_int_equal(n, dyads->n);
}

static void those_that_are_asked_for_are_listed_in_order_and_no_others(void **state)
{
    (void)state;
    for (enum pairing pairing = BOTH; pairing <= ALL; pairing++) {
        struct listing listing = listing_of(pairing, some);
        assert_lists(&listing.dyads, pairing, some);
        free(listing.memory);
    }
}

static void nobody_has_no_dyads(void **state)
{
    (void)state;
    const bool nobody[N_STATES] = {0};
    for (enum pairing pairing = BOTH; pairing <= EITHER; pairing++) {
        struct listing listing = listing_of(pairing, nobody);
        assert_int_equal(listing.dyads.n, 0);
        assert_int_equal(listing.dyads.row_end[N_STATES - 1], 0);
        free(listing.memory);
    }
}

static void rows_end_where_the_next_begin(void **state)
{
    (void)state;
    struct listing listing = listing_of(EITHER, some);
    size_t k = 0;
    for (size_t i = 0; i < N_STATES; i++) {
        for (; k < listing.dyads.row_end[i]; k++)
            assert_int_equal(listing.dyads.list[k].i, i);
    }
    assert_int_equal(k, listing.dyads.n);
    free(listing.memory);
}

static void they_are_listed_anew_for_others_alone(void **state)
{
    (void)state;
    const bool others[N_STATES] = {[0] = true, [5] = true};
    struct listing listing = listing_of(EITHER, some);
    listing.dyads.n = 3; /* seen if it is not listed anew */
    dyads_list(&listing.dyads, EITHER, some, N_STATES);
    assert_int_equal(listing.dyads.n, 3);
    dyads_list(&listing.dyads, EITHER, others, N_STATES);
    assert_lists(&listing.dyads, EITHER, others);
    dyads_list(&listing.dyads, BOTH, others, N_STATES);
    assert_lists(&listing.dyads, BOTH, others);
    free(listing.memory);
}

static void turns_take_all_of_them_once(void **state)
{
    (void)state;
    struct dyads dyads = {.n = 3 * DYADS_AT_A_TIME + 1};
    size_t n = 0;
    for (size_t first = 0; first < dyads.n; first += DYADS_AT_A_TIME) {
        assert_in_range(dyads_in_turn(&dyads, first), 1, DYADS_AT_A_TIME);
        n += dyads_in_turn(&dyads, first);
    }
    assert_int_equal(n, dyads.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_that_are_asked_for_are_listed_in_order_and_no_others),
        cmocka_unit_test(nobody_has_no_dyads),
        cmocka_unit_test(rows_end_where_the_next_begin),
        cmocka_unit_test(they_are_listed_anew_for_others_alone),
        cmocka_unit_test(turns_take_all_of_them_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

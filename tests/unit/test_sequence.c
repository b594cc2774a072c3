/* The sequence, against GSL's generator. */
#include <gsl/gsl_qrng.h>

#include "design/sequence.h"
#include "fixture.h"

enum { N = 1000, MOST = SEQUENCE_MOST_DIMENSIONS };

static struct sequence *sequence_of(size_t n_dimensions)
{
    struct sequence *sequence;
    assert_int_equal(sequence_create(&sequence, n_dimensions, NULL), OK);
    return sequence;
}

static void numbers_are_those_of_gsl(void **state)
{
    (void)state;
    for (unsigned n_dimensions = 1; n_dimensions <= MOST; n_dimensions++) {
        struct sequence *sequence = sequence_of(n_dimensions);
        gsl_qrng *generator = gsl_qrng_alloc(gsl_qrng_sobol, n_dimensions);
        double expected[MOST];
        for (uint64_t k = 0; k < N; k++) {
            gsl_qrng_get(generator, expected);
            assert_memory_equal(sequence_get(sequence, k), expected, n_dimensions * sizeof *expected);
        }
        gsl_qrng_free(generator);
        sequence_free(sequence);
    }
}

static void the_order_of_access_does_not_matter(void **state)
{
    (void)state;
    double expected[N][2];
    struct sequence *sequence = sequence_of(2);
    for (uint64_t k = 0; k < N; k++)
        memcpy(expected[k], sequence_get(sequence, k), sizeof expected[k]);
    for (uint64_t k = N; k-- > 0;)
        assert_memory_equal(sequence_get(sequence, k), expected[k], sizeof expected[k]);
    for (uint64_t k = 0, at = 0; k < N; k++, at = at * 37 % 997 + k % 3) {
        assert_memory_equal(sequence_get(sequence, at), expected[at], sizeof expected[at]);
        assert_memory_equal(sequence_get(sequence, at), expected[at], sizeof expected[at]);
    }
    sequence_free(sequence);
}

/* Of the first 2^m - 1 in one dimension, with 0, each 2^-m has one. */
static void numbers_are_spread_evenly(void **state)
{
    (void)state;
    enum { N_BINS = 256 };
    struct sequence *sequence = sequence_of(MOST);
    bool is_taken[MOST][N_BINS] = {{false}};
    for (uint64_t k = 0; k < N_BINS - 1; k++)
        for (size_t d = 0; d < MOST; d++) {
            bool *bin = &is_taken[d][(int)(N_BINS * sequence_get(sequence, k)[d])];
            assert_false(*bin);
            *bin = true;
        }
    for (size_t d = 0; d < MOST; d++)
        assert_false(is_taken[d][0]);
    sequence_free(sequence);
}

static void no_sequence_can_be_given_back(void **state)
{
    (void)state;
    sequence_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_gsl),
        cmocka_unit_test(the_order_of_access_does_not_matter),
        cmocka_unit_test(numbers_are_spread_evenly),
        cmocka_unit_test(no_sequence_can_be_given_back),
    };
    return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}

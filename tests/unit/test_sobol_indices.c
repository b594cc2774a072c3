/* Sobol indices, against functions whose indices are known and a plain reference. */
#include <math.h>

#include "fixture.h"
#include "inference/functions.h"
#include "inference/sensitivity.h"

enum { MOST_INDICES = 2 * SOBOL_MOST_FACTORS + SOBOL_MOST_FACTORS * SOBOL_MOST_FACTORS };

/* Blocks of a design, all kept, with room of their own. */
struct made {
    struct sobol sobol;
    struct blocks blocks;
    double *y;
    size_t *kept;
};

static struct made make(size_t n_factors, bool is_second_order, size_t n)
{
    struct made made = {.sobol = {n_factors, is_second_order}};
    const size_t n_rows = sobol_rows(&made.sobol);
    made.y = calloc(n * n_rows, sizeof *made.y);
    made.kept = calloc(n, sizeof *made.kept);
    for (size_t k = 0; k < n; k++)
        made.kept[k] = k;
    made.blocks = (struct blocks){made.y, n_rows, made.kept, n};
    return made;
}

static void unmake(struct made *made)
{
    free(made->y);
    free(made->kept);
}

/* A function at random base points, of their own for each repetition: the rows as src/design/saltelli.c has them. */
static struct made sample(const struct function *function, bool is_second_order, size_t n, uint64_t repetition)
{
    struct made made = make(function->n_factors, is_second_order, n);
    const size_t n_factors = function->n_factors, n_rows = made.blocks.n_rows;
    uint64_t random = 1000003 * (repetition + 1);
    for (size_t k = 0; k < n; k++) {
        double a[SOBOL_MOST_FACTORS], b[SOBOL_MOST_FACTORS], x[SOBOL_MOST_FACTORS];
        for (size_t f = 0; f < n_factors; f++) {
            a[f] = random_share(&random);
            b[f] = random_share(&random);
        }
        for (size_t row = 0; row < n_rows; row++) {
            for (size_t f = 0; f < n_factors; f++) {
                const bool is_b = row == n_rows - 1 || (row > 0 && row <= n_factors && row - 1 == f) ||
                                  (row > n_factors && row < n_rows - 1 && row - 1 - n_factors != f);
                x[f] = is_b ? b[f] : a[f];
            }
            made.y[k * n_rows + row] = function->value(x);
        }
    }
    return made;
}

/* What an index is, of a function. */
static double known(const struct function *function, const struct sobol *sobol, size_t index)
{
    const size_t n = function->n_factors;
    if (index < n)
        return function->first(index);
    if (index < 2 * n)
        return function->total(index - n);
    for (size_t f = 0; f < n; f++)
        for (size_t g = f + 1; g < n; g++)
            if (sobol_pair(sobol, f, g) == index)
                return function->second(f, g);
    fail_msg("no index %zu", index);
    return NAN;
}

/* Integrals by the midpoint rule: the closed forms are those of the functions. */
static void known_variances_are_those_of_the_functions(void **state)
{
    (void)state;
    enum { STEPS = 60 };
    const struct function *ishigami = functions_find("ishigami");
    double mean = 0, squares = 0, of_first = 0;
    for (size_t i = 0; i < STEPS; i++) {
        double inner = 0;
        for (size_t j = 0; j < STEPS; j++)
            for (size_t k = 0; k < STEPS; k++) {
                const double y = ishigami->value(
                    (double[]){((double)i + 0.5) / STEPS, ((double)j + 0.5) / STEPS, ((double)k + 0.5) / STEPS});
                mean += y;
                squares += y * y;
                inner += y;
            }
        of_first += inner / STEPS / STEPS * (inner / STEPS / STEPS);
    }
    const double n = STEPS * STEPS * STEPS, variance = squares / n - mean / n * (mean / n);
    const double first = (of_first / STEPS - mean / n * (mean / n)) / variance;
    assert_true(fabs(first - ishigami->first(0)) < 0.002); /* of the rule with 60 steps */
}

/* Of both functions the parts add up: first and second order give all of ishigami's variance, and its totals. */
static void parts_of_known_variances_add_up(void **state)
{
    (void)state;
    const struct function *f = functions_find("ishigami"), *g = functions_find("g");
    assert_close(f->first(0) + f->first(1) + f->first(2) + f->second(0, 2), 1);
    assert_close(f->total(0), f->first(0) + f->second(0, 1) + f->second(0, 2));
    assert_close(f->total(2), f->first(2) + f->second(0, 2));
    assert_close(f->total(1), f->first(1));
    for (size_t k = 0; k < g->n_factors; k++) {
        double lower = g->first(k);
        for (size_t m = 0; m < g->n_factors; m++)
            lower += m == k ? 0 : g->second(k, m);
        assert_true(lower <= g->total(k) && g->total(k) < 1.03 * lower); /* third order is small there */
    }
}

static void estimates_come_near_what_is_known(void **state)
{
    (void)state;
    for (size_t which = 0; functions[which]; which++) {
        const struct function *function = functions[which];
        const struct sobol sobol = {function->n_factors, true};
        double numbers[MOST_INDICES * FINDING_NUMBERS];
        assert_int_equal(sensitivity_of_function(function, 16384, true, 2, 1, numbers, NULL), OK);
        for (size_t k = 0; k < sobol_count(&sobol); k++) /* three standard errors of second order at this size */
            assert_true(fabs(numbers[k * FINDING_NUMBERS + FINDING_ESTIMATE] - known(function, &sobol, k)) < 0.03);
        for (size_t k = 0; k < 2 * function->n_factors; k++)
            assert_true(fabs(numbers[k * FINDING_NUMBERS + FINDING_ESTIMATE] - known(function, &sobol, k)) < 0.01);
    }
}

/* The formulas of the header, one after the other. */
static double plain_index(const struct made *made, size_t kind, size_t i, size_t j)
{
    const size_t n_factors = made->sobol.n_factors, n = made->blocks.n_kept, n_rows = made->blocks.n_rows;
    double mean = 0, variance = 0, sum = 0;
    for (size_t k = 0; k < n; k++)
        mean += (made->y[k * n_rows] + made->y[(k + 1) * n_rows - 1]) / (double)(2 * n);
    for (size_t k = 0; k < n; k++) {
        const double *row = made->y + k * n_rows, a = row[0] - mean, b = row[n_rows - 1] - mean;
        const double ab_i = row[1 + i] - mean, ab_j = row[1 + j] - mean;
        variance += (a * a + b * b) / (double)(2 * n);
        if (kind == 0)
            sum += b * (ab_i - a) / (double)n;
        if (kind == 1)
            sum += (a - ab_i) * (a - ab_i) / (double)(2 * n);
        if (kind == 2)
            sum += ((row[1 + n_factors + i] - mean) * ab_j - a * b) / (double)n;
    }
    if (kind == 2)
        return sum / variance - plain_index(made, 0, i, i) - plain_index(made, 0, j, j);
    return sum / variance;
}

static void estimates_are_those_of_the_formulas(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (size_t n_factors = 1; n_factors <= SOBOL_MOST_FACTORS; n_factors += 3) {
        struct made made = make(n_factors, true, 40);
        double indices[MOST_INDICES];
        for (size_t k = 0; k < 40 * made.blocks.n_rows; k++)
            made.y[k] = random_between(&random, 3, 5);
        sobol_estimate(&made.sobol, &made.blocks, 40, indices);
        for (size_t i = 0; i < n_factors; i++) {
            assert_close(indices[i], plain_index(&made, 0, i, i));
            assert_close(indices[sobol_total(&made.sobol, i)], plain_index(&made, 1, i, i));
            for (size_t j = i + 1; j < n_factors; j++)
                assert_close(indices[sobol_pair(&made.sobol, i, j)], plain_index(&made, 2, i, j));
        }
        unmake(&made);
    }
}

static void every_pair_has_a_place_of_its_own(void **state)
{
    (void)state;
    const struct sobol sobol = {SOBOL_MOST_FACTORS, true};
    bool is_taken[MOST_INDICES] = {false};
    for (size_t f = 0; f < SOBOL_MOST_FACTORS; f++)
        for (size_t g = f + 1; g < SOBOL_MOST_FACTORS; g++) {
            const size_t at = sobol_pair(&sobol, f, g);
            assert_in_range(at, 2 * SOBOL_MOST_FACTORS, sobol_count(&sobol) - 1);
            assert_int_equal(at, sobol_pair(&sobol, g, f));
            assert_false(is_taken[at]);
            is_taken[at] = true;
        }
}

/* Shares do not depend on the unit. The numbers are such that no digit is lost. */
static void a_change_of_unit_changes_no_index(void **state)
{
    (void)state;
    uint64_t random = 6;
    struct made made = make(4, true, 64);
    double before[MOST_INDICES], after[MOST_INDICES];
    for (size_t k = 0; k < 64 * made.blocks.n_rows; k++)
        made.y[k] = floor(random_between(&random, 0, 64));
    sobol_estimate(&made.sobol, &made.blocks, 64, before);
    for (size_t k = 0; k < 64 * made.blocks.n_rows; k++)
        made.y[k] = 1024 + 8 * made.y[k];
    sobol_estimate(&made.sobol, &made.blocks, 64, after);
    for (size_t k = 0; k < sobol_count(&made.sobol); k++)
        assert_same(after[k], before[k]);
    unmake(&made);
}

static void what_does_not_vary_has_no_index(void **state)
{
    (void)state;
    struct made made = make(3, true, 50);
    struct resample resample;
    double indices[MOST_INDICES], low[MOST_INDICES], high[MOST_INDICES];
    for (size_t k = 0; k < 50 * made.blocks.n_rows; k++)
        made.y[k] = 0.1;
    resample_create(&resample, 50, 20, 1, NULL);
    sobol_estimate(&made.sobol, &made.blocks, 50, indices);
    assert_int_equal(sobol_intervals(&made.sobol, &made.blocks, &resample, low, high, NULL), OK);
    for (size_t k = 0; k < sobol_count(&made.sobol); k++)
        assert_true(is_nan(indices[k]) && is_nan(low[k]) && is_nan(high[k]));
    assert_same(blocks_variance(&made.blocks), 0.0);
    resample_free(&resample);
    unmake(&made);
}

/* A block that is left out might as well not be there: the same bits. */
static void a_block_left_out_changes_what_it_would_have_changed(void **state)
{
    (void)state;
    const struct function *function = functions_find("ishigami");
    struct made all = sample(function, true, 30, 1), fewer = make(3, true, 29);
    const size_t n_rows = all.blocks.n_rows;
    double expected[MOST_INDICES], indices[MOST_INDICES];
    memcpy(fewer.y, all.y, 10 * n_rows * sizeof *all.y);
    memcpy(fewer.y + 10 * n_rows, all.y + 11 * n_rows, 19 * n_rows * sizeof *all.y);
    all.y[10 * n_rows + 4] = NAN;
    all.blocks.n_kept = blocks_find_whole(all.y, 30, n_rows, all.kept);
    assert_int_equal(all.blocks.n_kept, 29);
    sobol_estimate(&all.sobol, &all.blocks, 29, indices);
    sobol_estimate(&fewer.sobol, &fewer.blocks, 29, expected);
    assert_memory_equal(indices, expected, sobol_count(&all.sobol) * sizeof *indices);
    assert_same(blocks_variance(&all.blocks), blocks_variance(&fewer.blocks));
    unmake(&all);
    unmake(&fewer);
}

static void the_variance_is_that_of_all_points(void **state)
{
    (void)state;
    const double y[] = {1, 2, 3, 100, 5, 6};
    const size_t kept[] = {0, 2};
    const struct blocks blocks = {y, 2, kept, 2};
    assert_close(blocks_variance(&blocks), (2.5 * 2.5 + 1.5 * 1.5 + 1.5 * 1.5 + 2.5 * 2.5) / 4); /* of 1, 2, 5, 6 */
}

/* An interval is that of the estimates from resampled rows. */
static void intervals_are_those_of_estimates_from_resamples(void **state)
{
    (void)state;
    enum { N = 25, N_TIMES = 60 };
    struct made made = sample(functions_find("ishigami"), true, N, 2), again = make(3, true, N);
    const size_t n_rows = made.blocks.n_rows, n_indices = sobol_count(&made.sobol);
    struct resample resample;
    double low[MOST_INDICES], high[MOST_INDICES], indices[MOST_INDICES], values[MOST_INDICES][N_TIMES], from, to;
    resample_create(&resample, N, N_TIMES, 9, NULL);
    assert_int_equal(sobol_intervals(&made.sobol, &made.blocks, &resample, low, high, NULL), OK);
    for (size_t b = 0; b < N_TIMES; b++) {
        for (size_t k = 0, at = 0; k < N; k++)
            for (size_t c = 0; c < resample.counts[b * N + k]; c++)
                memcpy(again.y + at++ * n_rows, made.y + k * n_rows, n_rows * sizeof *made.y);
        sobol_estimate(&again.sobol, &again.blocks, N, indices);
        for (size_t k = 0; k < n_indices; k++)
            values[k][b] = indices[k];
    }
    for (size_t k = 0; k < 3; k++) { /* Jansen's does not depend on the centre */
        resample_interval(values[sobol_total(&made.sobol, k)], N_TIMES, &from, &to);
        assert_close(low[sobol_total(&made.sobol, k)], from);
        assert_close(high[sobol_total(&made.sobol, k)], to);
    }
    for (size_t k = 0; k < 3; k++) { /* the centre of a resample differs a little from that of all */
        resample_interval(values[k], N_TIMES, &from, &to);
        assert_true(fabs(low[k] - from) < 0.1 * (to - from) && fabs(high[k] - to) < 0.1 * (to - from));
    }
    resample_free(&resample);
    unmake(&made);
    unmake(&again);
}

/* In how many of 200 repetitions the interval has the truth in it. ENTENTE_REPETITIONS=1000 and more tell it more
 * exactly: the intervals are those of 95 %, and this many base points are enough for them to be. */
static void check_coverage(const char *name, size_t n)
{
    const struct function *function = functions_find(name);
    const char *given = getenv("ENTENTE_REPETITIONS");
    const size_t n_repetitions = given ? strtoul(given, NULL, 10) : 200, n_times = 400;
    const struct sobol sobol = {function->n_factors, true};
    double n_inside[MOST_INDICES] = {0};
    for (size_t r = 0; r < n_repetitions; r++) {
        struct made made = sample(function, true, n, r);
        struct resample resample;
        double low[MOST_INDICES], high[MOST_INDICES];
        resample_create(&resample, n, n_times, r, NULL);
        assert_int_equal(sobol_intervals(&made.sobol, &made.blocks, &resample, low, high, NULL), OK);
        for (size_t k = 0; k < sobol_count(&sobol); k++)
            n_inside[k] += low[k] <= known(function, &sobol, k) && known(function, &sobol, k) <= high[k];
        resample_free(&resample);
        unmake(&made);
    }
    double least = 1, mean = 0;
    for (size_t k = 0; k < sobol_count(&sobol); k++) {
        const double share = n_inside[k] / (double)n_repetitions;
        least = fmin(least, share);
        mean += share / (double)sobol_count(&sobol);
        if (given)
            print_message("%s: index %zu (%.4f) inside in %.3f\n", name, k, known(function, &sobol, k), share);
        assert_true(share > 0.95 - 5 * sqrt(0.95 * 0.05 / (double)n_repetitions));
    }
    print_message("%s: inside in %.3f on average, %.3f at least\n", name, mean, least);
    assert_true(mean > 0.90 && mean < 0.99);
}

static void intervals_have_what_is_known_of_ishigami(void **state)
{
    (void)state;
    check_coverage("ishigami", 512);
}

static void intervals_have_what_is_known_of_g(void **state)
{
    (void)state;
    check_coverage("g", 512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_variances_are_those_of_the_functions),
        cmocka_unit_test(parts_of_known_variances_add_up),
        cmocka_unit_test(estimates_come_near_what_is_known),
        cmocka_unit_test(estimates_are_those_of_the_formulas),
        cmocka_unit_test(every_pair_has_a_place_of_its_own),
        cmocka_unit_test(a_change_of_unit_changes_no_index),
        cmocka_unit_test(what_does_not_vary_has_no_index),
        cmocka_unit_test(a_block_left_out_changes_what_it_would_have_changed),
        cmocka_unit_test(the_variance_is_that_of_all_points),
        cmocka_unit_test(intervals_are_those_of_estimates_from_resamples),
        cmocka_unit_test(intervals_have_what_is_known_of_ishigami),
        cmocka_unit_test(intervals_have_what_is_known_of_g),
    };
    return cmocka_run_group_tests_name("sobol_indices", tests, NULL, NULL);
}

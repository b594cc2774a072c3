/* Elementary effects, of functions for which they can be told beforehand, and by the design that is made. */
#include <math.h>

#include "designs.h"
#include "inference/morris.h"
#include "inference/sensitivity.h"

enum { N = 40, N_FACTORS = 4, N_MEASURES = MORRIS_MEASURES * N_FACTORS };

/* Trajectories of factors on their own: how they move, and where they are. */
struct made {
    struct morris morris;
    struct blocks blocks;
    uint32_t group[N * N_FACTORS];
    double step[N * N_FACTORS], *shares, y[N * (N_FACTORS + 1)];
    bool has_sign[N_FACTORS];
    size_t kept[N];
};

static void make(struct made *made, double (*value)(const double *shares))
{
    const struct design_choice choice = {.kind = &design_morris, .n = N, .n_levels = 4, .seed = 3};
    size_t n_points;
    made->shares = points_of(&choice, unit_factors(), N_FACTORS, &n_points);
    assert_int_equal(n_points, N * (N_FACTORS + 1));
    for (size_t k = 0; k < n_points; k++)
        made->y[k] = value(made->shares + k * N_FACTORS);
    for (size_t k = 0; k < N; k++)
        for (size_t turn = 0; turn < N_FACTORS; turn++)
            for (uint32_t f = 0; f < N_FACTORS; f++) {
                const double *before = made->shares + (k * (N_FACTORS + 1) + turn) * N_FACTORS;
                if (before[f] != before[N_FACTORS + f]) {
                    made->group[k * N_FACTORS + turn] = f;
                    made->step[k * N_FACTORS + turn] = before[N_FACTORS + f] - before[f];
                }
            }
    for (size_t k = 0; k < N; k++)
        made->kept[k] = k;
    for (size_t f = 0; f < N_FACTORS; f++)
        made->has_sign[f] = true;
    made->morris = (struct morris){N_FACTORS, made->group, made->step, made->has_sign};
    made->blocks = (struct blocks){made->y, N_FACTORS + 1, made->kept, N};
}

static void estimate(const struct made *made, size_t n, double *measures)
{
    assert_int_equal(morris_estimate(&made->morris, &made->blocks, n, measures, NULL), OK);
}

static double linear(const double *x) { return 3 * x[0] - 2 * x[1] + 0.5 * x[2]; }
static double with_interaction(const double *x) { return 1000 + x[0] * x[1] + x[2] * x[2] - x[3]; }

static void effects_of_a_linear_function_are_its_slopes(void **state)
{
    (void)state;
    static const double slopes[N_FACTORS] = {3, -2, 0.5, 0};
    struct made made;
    double measures[N_MEASURES];
    make(&made, linear);
    estimate(&made, N, measures);
    for (size_t f = 0; f < N_FACTORS; f++) {
        assert_close(measures[MORRIS_MU * N_FACTORS + f], slopes[f]);
        assert_close(measures[MORRIS_MU_STAR * N_FACTORS + f], fabs(slopes[f]));
        assert_close(measures[MORRIS_SIGMA * N_FACTORS + f], 0);
    }
    free(made.shares);
}

/* The definition, by hand: the effect of each factor in each trajectory, then mean, mean of sizes, spread. */
static void measures_are_those_of_the_definition(void **state)
{
    (void)state;
    struct made made;
    double measures[N_MEASURES];
    make(&made, with_interaction);
    estimate(&made, N, measures);
    for (size_t f = 0; f < N_FACTORS; f++) {
        double effects[N], mu = 0, mu_star = 0, squares = 0;
        for (size_t k = 0; k < N; k++)
            for (size_t turn = 0; turn < N_FACTORS; turn++)
                if (made.group[k * N_FACTORS + turn] == f)
                    effects[k] = (made.y[k * (N_FACTORS + 1) + turn + 1] - made.y[k * (N_FACTORS + 1) + turn]) /
                                 made.step[k * N_FACTORS + turn];
        for (size_t k = 0; k < N; k++) {
            mu += effects[k] / N;
            mu_star += fabs(effects[k]) / N;
        }
        for (size_t k = 0; k < N; k++)
            squares += (effects[k] - mu) * (effects[k] - mu);
        assert_close(measures[MORRIS_MU * N_FACTORS + f], mu);
        assert_close(measures[MORRIS_MU_STAR * N_FACTORS + f], mu_star);
        assert_close(measures[MORRIS_SIGMA * N_FACTORS + f], sqrt(squares / (N - 1)));
    }
    assert_true(measures[MORRIS_SIGMA * N_FACTORS + 0] > 0.1);   /* it depends on another */
    assert_true(measures[MORRIS_SIGMA * N_FACTORS + 3] < 1e-10); /* it does not; 1000 costs three digits */
    free(made.shares);
}

/* Up and down alike: mu hides what mu* shows. */
static double symmetric(const double *x) { return fabs(x[0] - 0.5); }

static void an_effect_in_both_directions_has_a_size_all_the_same(void **state)
{
    (void)state;
    struct made made;
    double measures[N_MEASURES];
    make(&made, symmetric);
    estimate(&made, N, measures);
    assert_true(measures[MORRIS_MU_STAR * N_FACTORS] > 0.4);
    assert_true(fabs(measures[MORRIS_MU * N_FACTORS]) < measures[MORRIS_MU_STAR * N_FACTORS] / 2);
    free(made.shares);
}

static void a_group_has_a_size_alone(void **state)
{
    (void)state;
    struct made made;
    double measures[N_MEASURES];
    make(&made, linear);
    made.has_sign[1] = false;
    estimate(&made, N, measures);
    assert_true(is_nan(measures[MORRIS_MU * N_FACTORS + 1]) && is_nan(measures[MORRIS_SIGMA * N_FACTORS + 1]));
    assert_close(measures[MORRIS_MU_STAR * N_FACTORS + 1], 2);
    free(made.shares);
}

static void one_trajectory_has_no_spread(void **state)
{
    (void)state;
    struct made made;
    double measures[N_MEASURES];
    make(&made, linear);
    estimate(&made, 1, measures);
    assert_close(measures[MORRIS_MU * N_FACTORS], 3);
    assert_true(is_nan(measures[MORRIS_SIGMA * N_FACTORS]));
    estimate(&made, 0, measures);
    assert_true(is_nan(measures[MORRIS_MU * N_FACTORS]) && is_nan(measures[MORRIS_MU_STAR * N_FACTORS]));
    free(made.shares);
}

/* The steps of a trajectory go with its number, also where others are left out. */
static void a_trajectory_left_out_takes_its_steps_along(void **state)
{
    (void)state;
    struct made made;
    double measures[N_MEASURES];
    make(&made, linear);
    made.y[0] = NAN;
    made.y[7 * (N_FACTORS + 1) + 2] = INFINITY;
    made.blocks.n_kept = blocks_find_whole(made.y, N, N_FACTORS + 1, made.kept);
    assert_int_equal(made.blocks.n_kept, N - 2);
    assert_int_equal(made.kept[0], 1);
    estimate(&made, N - 2, measures);
    assert_close(measures[MORRIS_MU * N_FACTORS], 3);
    assert_close(measures[MORRIS_MU * N_FACTORS + 1], -2);
    free(made.shares);
}

/* Against estimates from trajectories that are taken as often as in the resample. */
static void intervals_are_those_of_estimates_from_resamples(void **state)
{
    (void)state;
    enum { N_TIMES = 50 };
    static double values[N_MEASURES][N_TIMES];
    struct made made;
    struct resample resample;
    double low[N_MEASURES], high[N_MEASURES], measures[N_MEASURES];
    make(&made, with_interaction);
    resample_create(&resample, N, N_TIMES, 4, NULL);
    assert_int_equal(morris_intervals(&made.morris, &made.blocks, &resample, low, high, NULL), OK);
    for (size_t b = 0; b < N_TIMES; b++) {
        for (size_t k = 0, at = 0; k < N; k++)
            for (size_t c = 0; c < resample.counts[b * N + k]; c++)
                made.kept[at++] = k;
        estimate(&made, N, measures);
        for (size_t m = 0; m < N_MEASURES; m++)
            values[m][b] = measures[m];
    }
    for (size_t m = 0; m < N_MEASURES; m++) {
        double from, to;
        resample_interval(values[m], N_TIMES, &from, &to);
        check_close(low[m], from, 1e-9, "low", __FILE__, __LINE__); /* squares of a spread near 0 */
        check_close(high[m], to, 1e-9, "high", __FILE__, __LINE__);
    }
    resample_free(&resample);
    free(made.shares);
}

/* Of known functions, in 200 repetitions. */
static void intervals_hold_what_is_known(void **state)
{
    (void)state;
    enum { REPETITIONS = 200, TRAJECTORIES = 100, TIMES = 300, MOST = 3 * 8 };
    static double numbers[MOST * FINDING_NUMBERS], known[MOST];
    size_t n_held = 0, n = 0;
    for (size_t which = 0; functions[which]; which++)
        for (uint64_t seed = 1; seed <= REPETITIONS; seed++) {
            const size_t n_factors = functions[which]->n_factors;
            assert_int_equal(sensitivity_of_function_by_morris(functions[which], TRAJECTORIES, TIMES, seed, numbers,
                                                               known, NULL),
                             OK);
            for (size_t k = 0; k < MORRIS_SIGMA * n_factors; k++) { /* mu and mu* */
                const double *number = numbers + k * FINDING_NUMBERS;
                if (number[FINDING_HIGH] - number[FINDING_LOW] < 1e-9) /* the same effect everywhere */
                    continue;
                n_held += number[FINDING_LOW] <= known[k] && known[k] <= number[FINDING_HIGH];
                n++;
            }
        }
    assert_true((double)n_held >= 0.90 * (double)n && (double)n_held <= 0.99 * (double)n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effects_of_a_linear_function_are_its_slopes),
        cmocka_unit_test(measures_are_those_of_the_definition),
        cmocka_unit_test(an_effect_in_both_directions_has_a_size_all_the_same),
        cmocka_unit_test(a_group_has_a_size_alone),
        cmocka_unit_test(one_trajectory_has_no_spread),
        cmocka_unit_test(a_trajectory_left_out_takes_its_steps_along),
        cmocka_unit_test(intervals_are_those_of_estimates_from_resamples),
        cmocka_unit_test(intervals_hold_what_is_known),
    };
    return cmocka_run_group_tests_name("elementary_effects", tests, NULL, NULL);
}

/* Populations: weights and resampling by hand; and the same bits on any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inference/population_inside.h"
#include "trial_experiment.h"

/* Of sums of some exponentials, each within one unit of the last place. */
#define TOLERANCE 1e-14

static void assert_near(double found, double wanted)
{
    if (!(found == wanted || fabs(found - wanted) <= TOLERANCE * fabs(wanted)))
        fail_msg("%.17g is not %.17g", found, wanted);
}

static void a_likelihood_is_the_mean_over_runs(void **state)
{
    (void)state;
    const double distances[] = {2, 4};
    assert_near(population_likelihood(distances, 2, 0, 1), log((exp(-1) + exp(-2)) / 2));
    assert_near(population_likelihood(distances, 2, 0, 0.25), log((exp(-0.25) + exp(-0.5)) / 2));
    assert_near(population_likelihood(distances, 1, 0, 1), -1);
    assert_near(population_likelihood(distances, 2, 0, 0), 0);
}

static void a_penalty_counts_like_a_distance_of_all_runs(void **state)
{
    (void)state;
    const double distances[] = {2, 4};
    assert_near(population_likelihood(distances, 2, 3, 1), log((exp(-1) + exp(-2)) / 2) - 1.5);
    assert_true(population_likelihood(distances, 2, INFINITY, 1) == -INFINITY);
}

static void a_run_that_failed_counts_as_far_away(void **state)
{
    (void)state;
    const double distances[] = {INFINITY, 2, INFINITY, INFINITY};
    assert_near(population_likelihood(distances, 4, 0, 1), -1 - log(4));
    assert_near(population_likelihood(distances, 4, 0, 0), -log(4));
    assert_true(population_likelihood(distances, 1, 0, 1) == -INFINITY);
}

static void distances_that_are_far_too_large_still_compare(void **state)
{
    (void)state;
    const double distances[] = {2e8, 2e8 + 2};
    assert_near(population_likelihood(distances, 2, 0, 1), log((1 + exp(-1)) / 2) - 1e8);
}

/* Three particles of one run each, at distances 0, 2 and infinity. */
static struct population made_up(double distances[3], double penalties[3])
{
    distances[0] = 0;
    distances[1] = 2;
    distances[2] = INFINITY;
    penalties[0] = penalties[1] = penalties[2] = 0;
    return (
        struct population){.n = 3, .n_factors = 1, .n_replicates = 1, .distances = distances, .penalties = penalties};
}

static void weights_are_what_likelihoods_gain(void **state)
{
    (void)state;
    double distances[3], penalties[3], weights[3], before[] = {0, 0, 0};
    const struct population population = made_up(distances, penalties);
    const double e = exp(-1), share = population_weigh(&population, before, 1, weights);
    assert_near(weights[0], 1 / (1 + e));
    assert_near(weights[1], e / (1 + e));
    assert_true(weights[2] == 0);
    assert_near(share, (1 + e) * (1 + e) / (1 + e * e) / 3);
}

static void weights_of_a_later_generation_count_from_the_one_before(void **state)
{
    (void)state;
    double distances[3], penalties[3], weights[3], before[] = {0, -0.75, -INFINITY};
    const struct population population = made_up(distances, penalties);
    population_weigh(&population, before, 1, weights);
    assert_near(weights[1] / weights[0], exp(-0.25));
    assert_true(weights[2] == 0);
}

/* Of a point whose runs fail one time in two, half as many are in the posterior. */
static void a_point_of_the_prior_weighs_less_if_runs_fail_there(void **state)
{
    (void)state;
    double distances[] = {0, INFINITY, 0, 0}, penalties[] = {0, 0}, weights[2], before[2];
    const struct population population = {
        .n = 2, .n_factors = 1, .n_replicates = 2, .distances = distances, .penalties = penalties};
    population_begin(&population, 0, before);
    population_weigh(&population, before, 1, weights);
    assert_near(weights[0], 1 / 3.0);
    population_begin(&population, 0.5, before); /* the share has been counted already */
    population_weigh(&population, before, 1, weights);
    assert_near(weights[0], 0.5);
}

static void weights_add_up_to_one(void **state)
{
    (void)state;
    enum { N = 100 };
    double distances[N], penalties[N] = {0}, weights[N], before[N] = {0}, sum = 0;
    for (size_t i = 0; i < N; i++)
        distances[i] = (double)(i * i);
    const struct population population = {
        .n = N, .n_factors = 1, .n_replicates = 1, .distances = distances, .penalties = penalties};
    const double share = population_weigh(&population, before, 0.01, weights);
    for (size_t i = 0; i < N; i++)
        sum += weights[i];
    assert_near(sum, 1);
    assert_true(share > 1.0 / N && share < 1);
    assert_near(population_weigh(&population, before, 0, weights), 1);
}

static void nothing_is_in_play_where_no_run_can_be_compared(void **state)
{
    (void)state;
    double distances[] = {INFINITY, 1}, penalties[] = {0, INFINITY}, weights[2], before[] = {0, 0};
    const struct population population = {
        .n = 2, .n_factors = 1, .n_replicates = 1, .distances = distances, .penalties = penalties};
    assert_true(population_weigh(&population, before, 1, weights) == 0);
}

static void parents_are_there_as_often_as_they_weigh(void **state)
{
    (void)state;
    const double weights[] = {0.5, 0, 0.375, 0.125};
    size_t parents[4];
    population_resample(weights, 4, 0.25, parents); /* 1/16, 5/16, 9/16, 13/16 of the way */
    assert_true(parents[0] == 0 && parents[1] == 0 && parents[2] == 2 && parents[3] == 2);
    population_resample(weights, 4, 0.75, parents); /* 3/16, 7/16, 11/16, 15/16 */
    assert_true(parents[0] == 0 && parents[1] == 0 && parents[2] == 2 && parents[3] == 3);
}

static void counts_of_parents_are_off_by_less_than_one(void **state)
{
    (void)state;
    enum { N = 50 };
    double weights[N], sum = 0;
    for (size_t i = 0; i < N; i++)
        sum += weights[i] = (double)((i * 37) % 11);
    for (size_t i = 0; i < N; i++)
        weights[i] /= sum;
    for (double u = 0.01; u < 1; u += 0.07) {
        size_t parents[N], counts[N] = {0};
        population_resample(weights, N, u, parents);
        for (size_t i = 0; i < N; i++)
            counts[parents[i]]++;
        for (size_t i = 0; i < N; i++)
            assert_true(fabs((double)counts[i] - N * weights[i]) < 1 + 1e-9);
    }
}

static void one_particle_may_take_all(void **state)
{
    (void)state;
    const double first[] = {1, 0, 0}, last[] = {0, 0, 1};
    size_t parents[3];
    population_resample(first, 3, 0.999, parents);
    assert_true(parents[0] == 0 && parents[2] == 0);
    population_resample(last, 3, 0, parents);
    assert_true(parents[1] == 2 && parents[2] == 2);
}

static void advance(struct population *population, const struct experiment *experiment, int n_threads, size_t n)
{
    struct judge *judge;
    struct error error = {0};
    assert_int_equal(population_create(population, experiment, &error), OK);
    assert_int_equal(judge_create(&judge, experiment, population->n_replicates, n_threads, &error), OK);
    while (population->n_generations < n && !population->is_at_end)
        if (population_advance(population, judge, experiment, n_threads, NULL, &error) != OK)
            fail_msg("%s", error.text);
    judge_free(judge);
}

static void no_bit_depends_on_threads(void **state)
{
    (void)state;
    struct experiment experiment;
    struct population first, other;
    trial_read(&experiment, trial_text, NULL, 0);
    advance(&first, &experiment, 1, 5);
    for (int n_threads = 2; n_threads <= 3; n_threads++) {
        advance(&other, &experiment, n_threads, 5);
        const size_t n = first.n;
        assert_int_equal(other.n_generations, first.n_generations);
        assert_int_equal(other.n_steps, first.n_steps);
        assert_memory_equal(other.z, first.z, n * first.n_factors * sizeof(double));
        assert_memory_equal(other.distances, first.distances, n * first.n_replicates * sizeof(double));
        assert_memory_equal(other.penalties, first.penalties, n * sizeof(double));
        assert_true(other.scale == first.scale);
        population_free(&other);
    }
    population_free(&first);
    experiment_free(&experiment);
}

static void the_tolerance_falls_to_the_one_asked_for(void **state)
{
    (void)state;
    struct experiment experiment;
    struct population population;
    trial_read(&experiment, trial_text, NULL, 0);
    advance(&population, &experiment, 2, 13);
    const size_t last = population.n_generations - 1;
    assert_true(population.is_at_end && last > 1);
    assert_true(isinf(population.generations[0].tolerance));
    for (size_t k = 1; k <= last; k++) {
        assert_true(population.generations[k].tolerance < population.generations[k - 1].tolerance);
        /* bisection ends close to the part that is kept, and the last may keep more */
        assert_true(population.generations[k].effective > 0.599);
        assert_true(population.generations[k].acceptance > 0 && population.generations[k].acceptance <= 1);
    }
    assert_true(population.generations[last].tolerance == 1);
    population_free(&population);
    experiment_free(&experiment);
}

static bool stops_at_once(void) { return true; }

static void it_can_be_stopped_between_moves(void **state)
{
    (void)state;
    struct experiment experiment;
    struct population population;
    struct judge *judge;
    struct error error = {0};
    trial_read(&experiment, trial_text, NULL, 0);
    advance(&population, &experiment, 1, 1);
    assert_int_equal(judge_create(&judge, &experiment, population.n_replicates, 1, &error), OK);
    assert_int_equal(population_advance(&population, judge, &experiment, 1, stops_at_once, &error), FAILED);
    assert_int_equal(population.n_generations, 1);
    error_free(&error);
    judge_free(judge);
    population_free(&population);
    experiment_free(&experiment);
}

static void points_without_a_run_that_is_well_are_told(void **state)
{
    (void)state;
    struct experiment experiment;
    struct population population;
    struct judge *judge;
    struct error error = {0};
    char *set[] = {(char *)"calibration.targets.ab.value=log(-trade[A, B, 2003])"};
    trial_read(&experiment, trial_text, set, 1);
    advance(&population, &experiment, 1, 1);
    assert_int_equal(judge_create(&judge, &experiment, population.n_replicates, 1, &error), OK);
    assert_int_equal(population_advance(&population, judge, &experiment, 1, NULL, &error), FAILED);
    assert_non_null(strstr(error.text, "no run at any of 40 points"));
    error_free(&error);
    judge_free(judge);
    population_free(&population);
    experiment_free(&experiment);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_likelihood_is_the_mean_over_runs),
        cmocka_unit_test(a_penalty_counts_like_a_distance_of_all_runs),
        cmocka_unit_test(a_run_that_failed_counts_as_far_away),
        cmocka_unit_test(distances_that_are_far_too_large_still_compare),
        cmocka_unit_test(weights_are_what_likelihoods_gain),
        cmocka_unit_test(weights_of_a_later_generation_count_from_the_one_before),
        cmocka_unit_test(a_point_of_the_prior_weighs_less_if_runs_fail_there),
        cmocka_unit_test(weights_add_up_to_one),
        cmocka_unit_test(nothing_is_in_play_where_no_run_can_be_compared),
        cmocka_unit_test(parents_are_there_as_often_as_they_weigh),
        cmocka_unit_test(counts_of_parents_are_off_by_less_than_one),
        cmocka_unit_test(one_particle_may_take_all),
        TEST(no_bit_depends_on_threads),
        TEST(the_tolerance_falls_to_the_one_asked_for),
        TEST(it_can_be_stopped_between_moves),
        TEST(points_without_a_run_that_is_well_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

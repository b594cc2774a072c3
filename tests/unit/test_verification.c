/* Verification, against plain references and closed forms. */
#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include "fixture.h"
#include "inference/verification.h"

enum { MOST_RUNS = 20000 };

static double random_normal(uint64_t *random) { return gsl_cdf_ugaussian_Pinv(random_share(random)); }

/* n runs of a normal distribution in ascending order. */
static void draw_runs(double *runs, size_t n, double mean, double sd, uint64_t *random)
{
    for (size_t k = 0; k < n; k++)
        runs[k] = mean + sd * random_normal(random);
    gsl_sort(runs, 1, n);
}

/* The score as its definition has it, pair by pair. */
static double plain_crps(const double *runs, size_t n, double observed)
{
    double apart = 0, between = 0;
    for (size_t i = 0; i < n; i++) {
        apart += fabs(runs[i] - observed);
        for (size_t j = 0; j < n; j++)
            between += fabs(runs[i] - runs[j]);
    }
    return apart / (double)n - between / (2.0 * (double)n * (double)(n - 1));
}

static void score_of_runs_is_that_of_all_pairs(void **state)
{
    (void)state;
    static const size_t sizes[] = {2, 3, 20, 101};
    static const double observed[] = {-3, 0.1, 1, 7};
    double runs[101];
    uint64_t random = 1;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (size_t m = 0; m < sizeof observed / sizeof *observed; m++) {
            draw_runs(runs, sizes[k], 1, 2, &random);
            assert_close(ensemble_crps(runs, sizes[k], observed[m]), plain_crps(runs, sizes[k], observed[m]));
        }
}

/* |1 - 2| and |4 - 2|, their mean 1.5; the two runs are 3 apart. */
static void score_of_two_runs_is_right_by_hand(void **state)
{
    (void)state;
    const double runs[] = {1, 4};
    assert_close(ensemble_crps(runs, 2, 2), 1.5 - 1.5);
    assert_close(ensemble_crps(runs, 2, 6), 3.5 - 1.5);
}

/* Near 1e9 doubles are 1e-7 apart; what matters is how far the runs are from what was observed. */
static void score_loses_nothing_to_large_numbers(void **state)
{
    (void)state;
    double near[50], far[50];
    for (size_t k = 0; k < 50; k++) {
        near[k] = (double)(k * k) / 8;
        far[k] = near[k] + 0x1p30;
    }
    assert_same(ensemble_crps(far, 50, 0x1p30 + 100), ensemble_crps(near, 50, 100));
}

/* The score has a sampling error of about 1 / sqrt(n); four of it are allowed. */
static void score_of_many_normal_runs_is_the_closed_form(void **state)
{
    (void)state;
    static double runs[MOST_RUNS];
    uint64_t random = 7;
    draw_runs(runs, MOST_RUNS, 3, 2, &random);
    for (double observed = -2; observed <= 8; observed += 2.5)
        if (fabs(ensemble_crps(runs, MOST_RUNS, observed) - normal_crps(3, 2, observed)) > 4 * 2 / sqrt(MOST_RUNS))
            fail_msg("at %g: %g, not %g", observed, ensemble_crps(runs, MOST_RUNS, observed),
                     normal_crps(3, 2, observed));
}

/* The integral of (F(x) - [x >= y])^2, by the midpoint rule. */
static void closed_form_of_the_normal_score_is_its_integral(void **state)
{
    (void)state;
    enum { STEPS = 200000 };
    const double mean = 1, sd = 0.7, observed = 1.9, low = -8, high = 10, step = (high - low) / STEPS;
    double sum = 0;
    for (size_t k = 0; k < STEPS; k++) {
        const double x = low + ((double)k + 0.5) * step, p = gsl_cdf_gaussian_P(x - mean, sd) - (x >= observed);
        sum += p * p * step;
    }
    assert_true(fabs(sum - normal_crps(mean, sd, observed)) < 1e-4);
    assert_same(normal_crps(2, 0, 5), 3);
}

/* Whoever is few is no worse on average: the mean score of 20 runs is that of the distribution. */
static void fair_score_does_not_depend_on_how_many_runs_there_are(void **state)
{
    (void)state;
    enum { TIMES = 40000 };
    double runs[5], sum = 0;
    uint64_t random = 3;
    for (size_t k = 0; k < TIMES; k++) {
        draw_runs(runs, 5, 0, 1, &random);
        sum += ensemble_crps(runs, 5, 0.5);
    }
    assert_true(fabs(sum / TIMES - normal_crps(0, 1, 0.5)) < 0.01); /* its sampling error is 0.0013 */
}

static void quantiles_are_places_among_the_runs(void **state)
{
    (void)state;
    const double runs[] = {10, 20, 30, 40};
    assert_close(ensemble_quantile(runs, 4, 0.5), 25);
    assert_close(ensemble_quantile(runs, 4, 0.3), 15);
    assert_close(ensemble_quantile(runs, 4, 0.8), 40);
    assert_close(ensemble_quantile(runs, 4, 0.01), 10);
    assert_close(ensemble_quantile(runs, 4, 0.99), 40);
}

static struct forecast forecast_of(const double *runs, size_t n, double observed)
{
    struct forecast forecast = {.crps = ensemble_crps(runs, n, observed), .has_spread = true};
    for (size_t k = 0; k < FORECAST_SHARES; k++)
        forecast.quantiles[k] = ensemble_quantile(runs, n, forecast_shares[k]);
    return forecast;
}

/* Of as few runs as are allowed: the number within is binomial, and four standard deviations are allowed. */
static void forecast_that_is_the_truth_covers_what_it_says(void **state)
{
    (void)state;
    enum { TIMES = 20000, RUNS = 20 };
    struct scores scores = {0};
    double runs[RUNS];
    uint64_t random = 5;
    for (size_t k = 0; k < TIMES; k++) {
        const double observed = 2 + 3 * random_normal(&random);
        draw_runs(runs, RUNS, 2, 3, &random);
        const struct forecast forecast = forecast_of(runs, RUNS, observed);
        scores_add(&scores, &forecast, observed);
    }
    for (size_t level = 0; level < FORECAST_LEVELS; level++) {
        const double share = forecast_levels[level], sd = sqrt(share * (1 - share) / TIMES);
        if (fabs(scores_coverage(&scores, level) - share) > 4 * sd)
            fail_msg("the middle %g covers %g", share, scores_coverage(&scores, level));
    }
}

static void forecast_that_is_too_sure_covers_less(void **state)
{
    (void)state;
    struct scores scores = {0};
    uint64_t random = 6;
    for (size_t k = 0; k < 1000; k++) {
        const double observed = 2 * random_normal(&random);
        const struct forecast forecast = forecast_normal(0, 1, observed);
        scores_add(&scores, &forecast, observed);
    }
    assert_true(scores_coverage(&scores, 1) < 0.6); /* the probability is 0.48 */
}

/* Errors 1 and -3 of medians, and a forecast that is not there. */
static void scores_of_two_values_are_right_by_hand(void **state)
{
    (void)state;
    struct scores scores = {0};
    const struct forecast first = forecast_normal(5, NAN, 4), second = forecast_normal(1, 2, 4),
                          none = forecast_normal(NAN, NAN, 4);
    scores_add(&scores, &first, 4);
    scores_add(&scores, &second, 4);
    scores_add(&scores, &none, 4);
    assert_int_equal(scores.n, 2);
    assert_int_equal(scores.n_with_spread, 1);
    assert_close(scores_rmse(&scores), sqrt(5));
    assert_close(scores_bias(&scores), -1);
    assert_close(scores_crps(&scores), (1 + normal_crps(1, 2, 4)) / 2);
    assert_same(scores_coverage(&scores, 0), 0); /* 1 +- 1.35 */
    assert_same(scores_coverage(&scores, 2), 1); /* 1 +- 3.29 */
}

static void scores_of_nothing_are_no_numbers(void **state)
{
    (void)state;
    const struct scores scores = {0};
    assert_true(isnan(scores_rmse(&scores)) && isnan(scores_bias(&scores)) && isnan(scores_crps(&scores)));
    assert_true(isnan(scores_coverage(&scores, 0)));
}

/* Brown, Cai & DasGupta 2001 have no table of it; solved from its definition: the shares from which the one seen
 * is 1.96 standard deviations away. */
static void bounds_of_wilson_are_where_the_share_is_two_sided_away(void **state)
{
    (void)state;
    const double two_sided = gsl_cdf_ugaussian_Pinv(0.975);
    for (size_t hits = 0; hits <= 10; hits++) {
        double bounds[2];
        wilson_interval(hits, 10, &bounds[0], &bounds[1]);
        for (size_t k = 0; k < 2; k++) {
            const double p = bounds[k], away = (double)hits / 10 - p;
            const bool is_end = (hits == 0 && k == 0) || (hits == 10 && k == 1);
            assert_true(is_end ? away == 0 : fabs(away * away - two_sided * two_sided * p * (1 - p) / 10) < 1e-12);
        }
    }
}

static void share_below_counts_ties_by_half(void **state)
{
    (void)state;
    const double runs[] = {1, 2, 2, 3};
    assert_close(ensemble_pit(runs, 4, 2), 2.5 / 5);
    assert_close(ensemble_pit(runs, 4, 0), 0.5 / 5);
    assert_close(ensemble_pit(runs, 4, 9), 4.5 / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_of_runs_is_that_of_all_pairs),
        cmocka_unit_test(score_of_two_runs_is_right_by_hand),
        cmocka_unit_test(score_loses_nothing_to_large_numbers),
        cmocka_unit_test(score_of_many_normal_runs_is_the_closed_form),
        cmocka_unit_test(closed_form_of_the_normal_score_is_its_integral),
        cmocka_unit_test(fair_score_does_not_depend_on_how_many_runs_there_are),
        cmocka_unit_test(quantiles_are_places_among_the_runs),
        cmocka_unit_test(forecast_that_is_the_truth_covers_what_it_says),
        cmocka_unit_test(forecast_that_is_too_sure_covers_less),
        cmocka_unit_test(scores_of_two_values_are_right_by_hand),
        cmocka_unit_test(scores_of_nothing_are_no_numbers),
        cmocka_unit_test(bounds_of_wilson_are_where_the_share_is_two_sided_away),
        cmocka_unit_test(share_below_counts_ties_by_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Judge: distances and misfits from what the runs leave, by hand; and fits, which make the misfit small. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "inference/fit.h"
#include "trial_experiment.h"

enum { REPLICATES = 16, TARGETS = 2 };

/* Sums of some numbers in another order, and logarithms within one unit of the last place. */
#define TOLERANCE 1e-12

static const double middle[] = {0, 0};

struct setting {
    struct experiment experiment;
    struct judge *judge;
};

static void begin(struct setting *setting, char **set, size_t n_set)
{
    struct error error = {0};
    trial_read(&setting->experiment, trial_text, set, n_set);
    assert_int_equal(judge_create(&setting->judge, &setting->experiment, REPLICATES, 2, &error), OK);
}

static void end(struct setting *setting)
{
    judge_free(setting->judge);
    experiment_free(&setting->experiment);
}

static void assert_near(double found, double wanted)
{
    if (!(fabs(found - wanted) <= TOLERANCE * fabs(wanted)))
        fail_msg("%.17g is not %.17g", found, wanted);
}

static void predict(struct setting *setting, const double *z, uint64_t seed, double *mean, double *sd, double *pattern)
{
    double first[TARGETS];
    struct error error = {0};
    const struct prediction prediction = {first, mean, sd, pattern};
    assert_int_equal(judge_predict(setting->judge, 0, z, seed, &prediction, &error), OK);
}

static void measure(struct setting *setting, int thread, const double *z, uint64_t seed, double *distances,
                    double *penalty)
{
    struct error error = {0};
    assert_int_equal(judge_runs(setting->judge, thread, z, seed, distances, penalty, &error), OK);
}

static void coordinates_are_shares_of_the_prior(void **state)
{
    (void)state;
    struct setting setting;
    double values[2];
    begin(&setting, NULL, 0);
    judge_place(&setting.experiment, middle, values);
    assert_true(fabs(values[0] - 1.66) < 1e-10 && values[1] == 0.4);
    judge_place(&setting.experiment, (const double[]){1, -1}, values);
    assert_true(fabs(values[0] - 1.96) < 1e-4); /* a normal prior ends at four sd, which moves its quantiles so much */
    assert_true(fabs(values[1] - (0.2 + 0.4 * 0.158655253931457)) < 1e-9); /* the normal probability, from a table */
    judge_place(&setting.experiment, (const double[]){0, 40}, values);
    assert_true(values[1] <= 0.6 && values[1] > 0.6 - 1e-9);
    end(&setting);
}

/* Without noise every run is the mean, so that the mean tells the distance. */
static void a_distance_is_in_units_of_each_sd(void **state)
{
    (void)state;
    struct setting setting;
    double mean[TARGETS], sd[TARGETS], pattern, distances[REPLICATES], penalty;
    char *set[] = {(char *)"noise=off"};
    begin(&setting, set, 1);
    predict(&setting, middle, 1, mean, sd, &pattern);
    measure(&setting, 0, middle, 1, distances, &penalty);
    const double ab = (mean[0] - 6.5) / 0.2, ac = (mean[1] - 4) / 0.5;
    assert_true(sd[0] < 1e-12 && fabs(ab) > 0.01 && fabs(ac) > 0.01);
    for (size_t r = 0; r < REPLICATES; r++)
        assert_near(distances[r], ab * ab + 2 * ac * ac);
    end(&setting);
}

static void a_target_is_met_where_the_observation_is_what_comes_out(void **state)
{
    (void)state;
    struct setting setting;
    double mean[TARGETS], sd[TARGETS], pattern, distances[REPLICATES], penalty;
    char first[100], second[100], *set[] = {(char *)"noise=off", first, second};
    begin(&setting, set, 1);
    predict(&setting, middle, 1, mean, sd, &pattern);
    end(&setting);
    snprintf(first, sizeof first, "calibration.targets.ab.observed=%.17g", mean[0]);
    snprintf(second, sizeof second, "calibration.targets.ac.observed=%.17g", mean[1]);
    begin(&setting, set, 3);
    measure(&setting, 0, middle, 1, distances, &penalty);
    assert_true(distances[0] < 1e-20 && distances[REPLICATES - 1] < 1e-20);
    end(&setting);
}

static void a_pattern_that_holds_costs_nothing(void **state)
{
    (void)state;
    struct setting setting;
    double distances[REPLICATES], penalty;
    begin(&setting, NULL, 0);
    measure(&setting, 0, middle, 1, distances, &penalty);
    assert_true(penalty == 0);
    end(&setting);
}

static void a_pattern_costs_what_it_misses(void **state)
{
    (void)state;
    struct setting setting;
    double mean[TARGETS], sd[TARGETS], pattern, distances[REPLICATES], penalty;
    char *above[] = {(char *)"calibration.patterns.low.at_most=100", (char *)"calibration.patterns.low.sd=3"};
    char *below[] = {(char *)"calibration.patterns.low.at_least=9e5"};
    begin(&setting, above, 2);
    predict(&setting, middle, 1, mean, sd, &pattern);
    measure(&setting, 0, middle, 1, distances, &penalty);
    assert_true(pattern > 100);
    assert_near(penalty, (pattern - 100) * (pattern - 100) / 9);
    end(&setting);
    begin(&setting, below, 1);
    measure(&setting, 0, middle, 1, distances, &penalty);
    assert_near(penalty, (9e5 - pattern) * (9e5 - pattern));
    end(&setting);
}

static void a_misfit_is_that_of_a_normal_distribution(void **state)
{
    (void)state;
    struct setting setting;
    struct error error = {0};
    const double z[] = {0.5, -1};
    double mean[TARGETS], sd[TARGETS], pattern, misfit;
    begin(&setting, NULL, 0);
    predict(&setting, z, 3, mean, sd, &pattern);
    assert_int_equal(judge_misfit(setting.judge, 0, z, 3, &misfit, &error), OK);
    const double ab = sd[0] * sd[0] + 0.2 * 0.2, ac = sd[1] * sd[1] + 0.5 * 0.5;
    assert_true(sd[0] > 0);
    assert_near(misfit, ((mean[0] - 6.5) * (mean[0] - 6.5) / ab + log(ab / 0.04) +
                         2 * ((mean[1] - 4) * (mean[1] - 4) / ac + log(ac / 0.25)) + 1.25) /
                            2);
    end(&setting);
}

static void luck_is_the_seed_s_and_no_thread_s(void **state)
{
    (void)state;
    struct setting setting;
    double first[REPLICATES], same[REPLICATES], other[REPLICATES], penalty;
    begin(&setting, NULL, 0);
    measure(&setting, 0, middle, 7, first, &penalty);
    measure(&setting, 0, middle, 8, other, &penalty);
    measure(&setting, 1, middle, 7, same, &penalty);
    assert_memory_equal(same, first, sizeof first);
    assert_true(memcmp(other, first, sizeof first) != 0);
    end(&setting);
}

/* A state of endless income makes trade infinite. */
static void runs_that_fail_are_infinitely_far(void **state)
{
    (void)state;
    struct setting setting;
    struct error error = {0};
    double mean[TARGETS], sd[TARGETS], pattern, distances[REPLICATES], penalty, misfit;
    char *set[] = {(char *)"states.A.gdp=1e300", (char *)"trade.gdp=3"};
    begin(&setting, set, 2);
    measure(&setting, 0, middle, 1, distances, &penalty);
    assert_true(distances[0] == INFINITY && distances[REPLICATES - 1] == INFINITY && penalty == INFINITY);
    assert_int_equal(judge_misfit(setting.judge, 0, middle, 1, &misfit, &error), OK);
    assert_true(isfinite(misfit) && misfit > 1e6);
    predict(&setting, middle, 1, mean, sd, &pattern);
    assert_true(isnan(mean[0]) && isnan(sd[0]) && isnan(pattern));
    end(&setting);
}

static void a_fit_goes_downhill(void **state)
{
    (void)state;
    struct setting setting;
    struct error error = {0};
    double start = 0, end_misfit = 0, z[2];
    struct fit fit = {.z = z}, again = {.z = (double[2]){0}};
    begin(&setting, NULL, 0);
    assert_int_equal(judge_misfit(setting.judge, 0, middle, 5, &start, &error), OK);
    assert_int_equal(fit_search(&fit, setting.judge, 0, &setting.experiment, 0, NULL, &error), OK);
    assert_int_equal(judge_misfit(setting.judge, 0, z, 5, &end_misfit, &error), OK);
    assert_true(fit.misfit < start && fit.misfit == end_misfit);
    assert_true(fit.n_trials >= 30 && fit.n_trials < 34); /* a step of the simplex takes some trials */
    assert_int_equal(fit_search(&again, setting.judge, 1, &setting.experiment, 0, NULL, &error), OK);
    assert_memory_equal(again.z, fit.z, sizeof z);
    end(&setting);
}

static void a_fit_without_a_step_is_where_it_started(void **state)
{
    (void)state;
    struct setting setting;
    struct error error = {0};
    double misfit = 0, z[2];
    struct fit fit = {.z = z};
    char *set[] = {(char *)"calibration.fit.steps=1"};
    begin(&setting, set, 1);
    assert_int_equal(fit_search(&fit, setting.judge, 0, &setting.experiment, 1, NULL, &error), OK);
    assert_int_equal(judge_misfit(setting.judge, 0, z, 5, &misfit, &error), OK);
    assert_true(fit.misfit == misfit && !fit.has_converged);
    end(&setting);
}

/* More than Sobol's sequence has dimensions. */
static void starts_differ_however_many_factors_there_are(void **state)
{
    (void)state;
    enum { STATES = 15, FACTORS = 3 * STATES };
    struct setting setting;
    struct error error = {0};
    struct text world = {0}, text = {0};
    const char *const attributes[] = {"vision", "will", "skills"};
    double z[2][FACTORS];
    text_add(&world, "years: [2001, 2002]\nstates:\n");
    text_add(&text, "scenarios: [many.yaml]\nvary:\n");
    for (int i = 0; i < STATES; i++) {
        text_add(&world, "  S%d: {status: member, vision: 0.5, will: 0.5, skills: 0.5, position: 0.6, gdp: 90}\n", i);
        for (int k = 0; k < 3; k++)
            text_add(&text, "  states.S%d.%s: {uniform: [0.2, 0.8]}\n", i, attributes[k]);
    }
    text_add(&world, "dyads:\n");
    for (int i = 0; i < STATES; i++)
        for (int j = i + 1; j < STATES; j++)
            text_add(&world, "  S%d-S%d: {distance: 1000}\n", i, j);
    text_add(&text, "calibration:\n  targets: {c: {value: \"cohesion[2002]\", observed: 0.5, sd: 0.1}}\n"
                    "  replicates: 16\n  fit: {steps: 1}\n  posterior: {population: 0}\n");
    write_file("many.yaml", world.bytes);
    trial_read(&setting.experiment, text.bytes, NULL, 0);
    assert_int_equal(judge_create(&setting.judge, &setting.experiment, REPLICATES, 1, &error), OK);
    for (size_t k = 0; k < 2; k++) {
        struct fit fit = {.z = z[k]};
        assert_int_equal(fit_search(&fit, setting.judge, 0, &setting.experiment, 1 + k, NULL, &error), OK);
    }
    for (size_t f = 0; f < FACTORS; f++)
        assert_true(z[0][f] != z[1][f] && fabs(z[0][f]) < 1.65);
    text_free(&world);
    text_free(&text);
    end(&setting);
}

static bool stops_at_once(void) { return true; }

static void a_fit_can_be_stopped(void **state)
{
    (void)state;
    struct setting setting;
    struct error error = {0};
    struct fit fit = {.z = (double[2]){0}};
    begin(&setting, NULL, 0);
    assert_int_equal(fit_search(&fit, setting.judge, 0, &setting.experiment, 1, stops_at_once, &error), FAILED);
    assert_true(fit.n_trials < 5);
    error_free(&error);
    end(&setting);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(coordinates_are_shares_of_the_prior),
        TEST(a_distance_is_in_units_of_each_sd),
        TEST(a_target_is_met_where_the_observation_is_what_comes_out),
        TEST(a_pattern_that_holds_costs_nothing),
        TEST(a_pattern_costs_what_it_misses),
        TEST(a_misfit_is_that_of_a_normal_distribution),
        TEST(luck_is_the_seed_s_and_no_thread_s),
        TEST(runs_that_fail_are_infinitely_far),
        TEST(a_fit_goes_downhill),
        TEST(a_fit_without_a_step_is_where_it_started),
        TEST(starts_differ_however_many_factors_there_are),
        TEST(a_fit_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

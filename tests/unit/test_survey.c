/* How far an experiment is. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "made_up_journal.h"
#include "output/store.h"
#include "sweep/survey.h"

/* Ten parts of 4 runs each, but for the last, which has 2. */
#define SIZE "size:\n  points: 19\n  scenarios: 1\n  replicates: 2\n  runs: 38\n  parts: 10\n  runs_a_part: 4\n"
#define IDENTITY "name: made_up\ntitle: \"Made up\"\n" SIZE

/* Part k, in which n_failed runs have failed, written so many seconds after a moment. */
static void add_part_with(struct journal *journal, size_t k, size_t n_failed, long seconds)
{
    int scenario, point, replicate, status;
    struct store *store;
    int8_t values[4] = {0};
    char *draft = journal_draft_path(journal, k);
    for (size_t r = 0; r < n_failed; r++)
        values[r] = 1;
    assert_int_equal(store_create(&store, draft, false, NULL), OK);
    store_add_dimension(store, "scenario", STORE_INT32, 1, (int32_t[]){0}, &scenario, NULL);
    store_add_dimension(store, "point", STORE_INT32, 2, (int32_t[]){0, 1}, &point, NULL);
    store_add_dimension(store, "replicate", STORE_INT32, 2, (int32_t[]){0, 1}, &replicate, NULL);
    store_add_variable(store, "run_status", STORE_INT8, 3, (int[]){scenario, point, replicate}, -1, &status, NULL);
    store_write_all(store, status, values, NULL);
    assert_int_equal(store_commit(store, NULL), OK);
    const struct timespec then = {1000000 + seconds, 0}, times[2] = {then, then};
    assert_int_equal(utimensat(AT_FDCWD, draft, times, 0), 0);
    assert_int_equal(journal_settle(journal, k, draft, NULL), OK);
    free(draft);
}

static struct survey survey_of(struct journal *journal)
{
    struct survey survey;
    struct error error = {0};
    if (survey_take(&survey, journal, 10, &error) != OK)
        fail_msg("%s", error.text);
    return survey;
}

static void assert_title(const char *identity, const char *expected)
{
    struct journal *journal = begin_journal(identity, NULL);
    struct survey survey = survey_of(journal);
    if (expected)
        assert_string_equal(survey.title, expected);
    else
        assert_null(survey.title);
    survey_free(&survey);
    assert_int_equal(journal_remove(journal, NULL), OK);
    journal_close(journal);
}

static void the_title_stands_for_the_experiment_or_else_its_name(void **state)
{
    (void)state;
    assert_title("name: a\ntitle: Who leads\n", "Who leads");
    assert_title("name: a\ntitle: \"Who leads: China\"\n", "Who leads: China");
    assert_title("name: a\ntitle: ''\n", "a");
    assert_title("seed: 1\n  name: b\n", NULL);
}

static void nothing_is_there_at_the_beginning(void **state)
{
    (void)state;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    struct survey survey = survey_of(journal);
    assert_true(survey.n_parts == 10 && survey.n_there == 0 && survey.n_read == 0);
    assert_true(survey.n_runs == 38 && survey.n_runs_done == 0);
    assert_true(survey.rate == 0 && survey.seconds_left == 0);
    survey_free(&survey);
    journal_close(journal);
}

static void parts_and_their_runs_are_counted(void **state)
{
    (void)state;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    for (size_t k = 0; k < 3; k++)
        add_part_with(journal, 3 * k, 0, 0);
    struct survey survey = survey_of(journal);
    assert_true(survey.n_there == 3 && survey.n_runs_done == 12);
    survey_free(&survey);
    journal_close(journal);
}

static void all_parts_have_all_runs(void **state)
{
    (void)state;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    for (size_t k = 0; k < 10; k++)
        add_part_with(journal, k, 0, 0);
    struct survey survey = survey_of(journal);
    assert_true(survey.n_there == 10 && survey.n_runs_done == 38);
    survey_free(&survey);
    journal_close(journal);
}

static void runs_that_failed_are_counted_in_the_parts(void **state)
{
    (void)state;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    add_part_with(journal, 0, 1, 0);
    add_part_with(journal, 1, 3, 0);
    add_part(journal, 2, "no HDF5 at all");
    struct survey survey = survey_of(journal);
    assert_true(survey.n_there == 3 && survey.n_read == 2 && survey.n_failed == 4);
    survey_free(&survey);
    journal_close(journal);
}

static void without_patience_no_part_is_read(void **state)
{
    (void)state;
    struct survey survey;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    add_part_with(journal, 0, 1, 0);
    assert_int_equal(survey_take(&survey, journal, -1, NULL), OK);
    assert_true(survey.n_there == 1 && survey.n_read == 0);
    survey_free(&survey);
    journal_close(journal);
}

/* A process elsewhere, with its lock held here, which has done so many runs in 10 s. Returns the file that holds it. */
static int make_worker(int process, unsigned n_runs_done)
{
    char path[64], text[128];
    snprintf(path, sizeof path, PARTS "/running.elsewhere.%d", process);
    snprintf(text, sizeof text, "shard: 1\nshards: 2\nbegan: 1000\ntold: 1010\nruns_done: %u\nruns_failed: 0\n",
             n_runs_done);
    write_file(path, text);
    const int file = open(path, O_RDWR);
    assert_int_equal(flock(file, LOCK_EX), 0);
    return file;
}

static void the_speed_is_that_of_the_living_together(void **state)
{
    (void)state;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    add_part_with(journal, 0, 0, 0);
    const int a = make_worker(1, 30), b = make_worker(2, 20), dead = make_worker(3, 1000);
    close(dead);
    struct survey survey = survey_of(journal);
    assert_true(survey.n_workers == 3 && survey.n_living == 2);
    assert_true(survey.rate == 5);
    assert_true(survey.seconds_left == 34 / 5.0);
    survey_free(&survey);
    close(a);
    close(b);
    journal_close(journal);
}

static void while_nobody_has_told_the_speed_is_that_of_the_parts(void **state)
{
    (void)state;
    struct journal *journal = begin_journal(IDENTITY, NULL);
    add_part_with(journal, 0, 0, 5);
    add_part_with(journal, 1, 0, 9);
    add_part_with(journal, 2, 0, 1);
    struct survey survey = survey_of(journal);
    assert_true(survey.rate == 0); /* nobody works */
    survey_free(&survey);
    const int file = make_worker(1, 0);
    survey = survey_of(journal);
    assert_true(survey.rate == 2 * 4 / 8.0);
    survey_free(&survey);
    close(file);
    journal_close(journal);
}

static int end_library(void **state)
{
    (void)state;
    store_end();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_title_stands_for_the_experiment_or_else_its_name),
        TEST(nothing_is_there_at_the_beginning),
        TEST(parts_and_their_runs_are_counted),
        TEST(all_parts_have_all_runs),
        TEST(runs_that_failed_are_counted_in_the_parts),
        TEST(without_patience_no_part_is_read),
        TEST(the_speed_is_that_of_the_living_together),
        TEST(while_nobody_has_told_the_speed_is_that_of_the_parts),
    };
    return cmocka_run_group_tests_name("survey", tests, NULL, end_library);
}

/* Processes that work on an output side by side: joining, telling, locking, and what the dead leave. A file system
 * without locks cannot be had here; what happens there is not tested. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "made_up_journal.h"
#include "sweep/journal_names.h"

static char host[HOST_SIZE];

static int begin(void **state)
{
    journal_find_host(host);
    return make_folder(state);
}

static int wait_as_whole(void)
{
    join_in_child((struct shard){0, 1});
    tell_ready();
    pause();
    return 0;
}

static int wait_as_second_of_four(void)
{
    join_in_child((struct shard){1, 4});
    tell_ready();
    pause();
    return 0;
}

/* Try to join beside a child; the message is about it and its shard. */
static void assert_refused(int (*child_body)(void), struct shard shard, const char *its_shard)
{
    char expected[512];
    struct error error = {0};
    const pid_t child = start_child(child_body);
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(journal_join(journal, shard, &error), FAILED);
    snprintf(expected, sizeof expected,
             "out.h5 is being computed: process %ld on %s works on it%s; wait until it is done, or end it, or give "
             "another --output",
             (long)child, host, its_shard);
    assert_string_equal(error.text, expected);
    assert_int_equal(count_names(PARTS, "running."), 1);
    error_free(&error);
    kill_child(child);
    journal_close(journal);
}

static void nobody_joins_one_that_computes_all(void **state)
{
    (void)state;
    assert_refused(wait_as_whole, (struct shard){0, 1}, "");
    assert_refused(wait_as_whole, (struct shard){0, 4}, "");
}

static void nobody_computes_all_beside_a_shard(void **state)
{
    (void)state;
    assert_refused(wait_as_second_of_four, (struct shard){0, 1}, " (shard 2 of 4)");
}

static void nobody_computes_the_same_shard(void **state)
{
    (void)state;
    assert_refused(wait_as_second_of_four, (struct shard){1, 4}, " (shard 2 of 4)");
}

static void shards_work_side_by_side(void **state)
{
    (void)state;
    const pid_t child = start_child(wait_as_second_of_four);
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(journal_join(journal, (struct shard){2, 4}, NULL), OK);
    assert_int_equal(count_names(PARTS, "running."), 2);
    kill_child(child);
    journal_close(journal);
}

static void one_that_was_killed_is_not_in_the_way(void **state)
{
    (void)state;
    kill_child(start_child(wait_as_whole));
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(count_names(PARTS, "running."), 1);
    join_whole(journal);
    assert_int_equal(count_names(PARTS, "running."), 1);
    char path[512], name[NAME_SIZE];
    snprintf(path, sizeof path, PARTS "/%s", journal_running_name(name, host, (long)getpid()));
    assert_int_equal(access(path, F_OK), 0);
    journal_close(journal);
}

static void whoever_leaves_is_not_known_any_more(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    join_whole(journal);
    journal_close(journal);
    assert_int_equal(count_names(PARTS, "running."), 0);
}

static void a_folder_that_was_begun_anew_is_not_joined(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL), *other;
    assert_int_equal(journal_open(&other, OUTPUT, "seed: 2\n", true, NULL, NULL), OK);
    assert_int_equal(journal_join(journal, (struct shard){0, 1}, &error), FAILED);
    assert_string_equal(error.text, "out.h5.parts has been begun anew by another process meanwhile; start this again");
    error_free(&error);
    assert_int_equal(journal_remove(other, NULL), OK);
    assert_int_equal(journal_join(journal, (struct shard){0, 1}, &error), FAILED);
    assert_string_equal(error.text, "out.h5.parts has been removed by another process meanwhile; start this again");
    error_free(&error);
    journal_close(journal);
    journal_close(other);
}

/* --- Drafts --- */

/* A draft of part 1 that was last written some seconds ago. Its path, in memory that the next call uses. */
static const char *make_draft(const char *of_host, long process, long seconds_ago)
{
    static char path[512];
    char name[NAME_SIZE];
    snprintf(path, sizeof path, PARTS "/%s", journal_draft_name(name, "part-000001", of_host, process));
    write_file(path, "begun");
    const struct timespec then = {time(NULL) - seconds_ago, 0}, times[2] = {then, then};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    return path;
}

/* Is the draft still there after somebody has joined, or found parts? */
static bool stays(bool is_joining, const char *of_host, long process, long seconds_ago)
{
    bool is_there[2];
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    const char *path = make_draft(of_host, process, seconds_ago);
    if (is_joining)
        join_whole(journal);
    else
        assert_int_equal(journal_find_parts(journal, 2, is_there, NULL), OK);
    const bool is_left = access(path, F_OK) == 0;
    unlink(path);
    journal_close(journal);
    return is_left;
}

enum { AN_HOUR = 3600, TWO_DAYS = 2 * 86400 };

static long dead_process(void)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    return (long)child;
}

static void drafts_of_the_dead_of_this_host_are_removed(void **state)
{
    (void)state;
    const long dead = dead_process();
    assert_false(stays(true, host, dead, 0));
    assert_false(stays(false, host, dead, 0));
}

static void drafts_of_the_living_stay(void **state)
{
    (void)state;
    const long parent = (long)getppid();
    assert_true(stays(true, host, parent, 0));
    assert_true(stays(false, host, parent, AN_HOUR));
}

static void drafts_of_other_hosts_stay_for_a_day(void **state)
{
    (void)state;
    assert_true(stays(true, "elsewhere", 12, AN_HOUR));
    assert_false(stays(true, "elsewhere", 12, TWO_DAYS));
    assert_false(stays(false, "elsewhere", 12, TWO_DAYS));
}

static void an_old_draft_stays_if_its_process_holds_its_lock(void **state)
{
    (void)state;
    const pid_t child = start_child(wait_as_second_of_four);
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    const char *path = make_draft(host, (long)child, TWO_DAYS);
    assert_int_equal(journal_join(journal, (struct shard){2, 4}, NULL), OK);
    assert_int_equal(access(path, F_OK), 0);
    kill_child(child);
    assert_int_equal(journal_join(journal, (struct shard){2, 4}, NULL), OK);
    assert_int_equal(access(path, F_OK), -1);
    journal_close(journal);
}

/* In a container every process may have the number 1. */
static void a_draft_of_the_same_number_is_removed_by_joining_alone(void **state)
{
    (void)state;
    assert_true(stays(false, host, (long)getpid(), 0));
    assert_false(stays(true, host, (long)getpid(), 0));
}

/* --- Telling --- */

/* The workers, of which there must be n. */
static struct journal_worker *workers(struct journal *journal, size_t n)
{
    size_t n_found;
    struct journal_worker *found;
    assert_int_equal(journal_workers(journal, &found, &n_found, NULL), OK);
    assert_int_equal(n_found, n);
    return found;
}

static void others_see_what_a_process_tells(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL), *looking;
    assert_int_equal(journal_join(journal, (struct shard){2, 5}, NULL), OK);
    journal_tell(journal, UINT64_C(123456789012), 7);
    assert_int_equal(journal_open_existing(&looking, OUTPUT, NULL, NULL), OK);
    struct journal_worker *worker = workers(journal, 1);
    assert_string_equal(worker->host, host);
    assert_true(worker->process == (long)getpid());
    assert_true(worker->shard.number == 2 && worker->shard.n == 5);
    assert_true(worker->n_runs_done == UINT64_C(123456789012) && worker->n_runs_failed == 7);
    assert_true(worker->seconds >= 0 && worker->seconds < 5 && worker->age >= 0 && worker->age < 5);
    assert_true(worker->lives);
    free(worker);
    journal_close(looking);
    journal_close(journal);
}

static void a_process_tells_once_a_second_at_most(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    join_whole(journal);
    journal_tell(journal, 1, 0);
    journal_tell(journal, 2, 0);
    struct journal_worker *worker = workers(journal, 1);
    assert_true(worker->n_runs_done == 1);
    free(worker);
    nanosleep(&(struct timespec){1, 50000000}, NULL);
    journal_tell(journal, 3, 0);
    worker = workers(journal, 1);
    assert_true(worker->n_runs_done == 3);
    assert_true(worker->seconds > 1);
    free(worker);
    journal_close(journal);
}

static void the_living_and_the_dead_are_told_apart(void **state)
{
    (void)state;
    const pid_t living = start_child(wait_as_second_of_four);
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    struct journal_worker *worker = workers(journal, 1);
    assert_true(worker->lives);
    free(worker);
    kill_child(living);
    worker = workers(journal, 1);
    assert_false(worker->lives);
    assert_true(worker->process == (long)living);
    free(worker);
    journal_close(journal);
}

static void workers_come_in_the_order_of_hosts_and_processes(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    write_file(PARTS "/running.b.2", "");
    write_file(PARTS "/running.b.10", "");
    write_file(PARTS "/running.a.30", "");
    struct journal_worker *found = workers(journal, 3);
    assert_true(found[0].process == 30 && found[1].process == 2 && found[2].process == 10);
    free(found);
    journal_close(journal);
}

/* As it may be seen while it is written, or on a full disk. */
static void what_is_half_written_is_not_believed(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    write_file(PARTS "/running.a.1", "");
    write_file(PARTS "/running.a.2", "shard: 2\nshards: 4\nruns_done: 12");
    write_file(PARTS "/running.a.3", "shard: 5\nshards: 4\nruns_done: -1\nruns_failed: x\nbegan: nan\ntold: 1e300\n");
    struct journal_worker *found = workers(journal, 3);
    for (size_t k = 0; k < 3; k++)
        assert_true(found[k].n_runs_done == 0 && found[k].n_runs_failed == 0 && found[k].seconds == 0);
    assert_true(found[0].shard.n == 0);
    assert_true(found[1].shard.number == 1 && found[1].shard.n == 4);
    assert_true(found[2].shard.n == 0);
    free(found);
    journal_close(journal);
}

/* --- The lock --- */

static int merge_and_wait(void)
{
    struct journal *journal;
    if (journal_open_existing(&journal, OUTPUT, NULL, NULL) != OK || !journal_lock(journal, NULL))
        _exit(8);
    tell_ready();
    pause();
    return 0;
}

static void one_merges_at_a_time(void **state)
{
    (void)state;
    char expected[512];
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    const pid_t child = start_child(merge_and_wait);
    assert_false(journal_lock(journal, &error));
    snprintf(expected, sizeof expected,
             "process %ld on %s merges the parts in out.h5.parts; try again when that is done", (long)child, host);
    assert_int_equal(error.code, FAILED);
    assert_string_equal(error.text, expected);
    error_free(&error);
    kill_child(child);
    assert_true(journal_lock(journal, &error));
    journal_close(journal);
}

static void nobody_joins_while_somebody_merges(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    const pid_t child = start_child(merge_and_wait);
    assert_int_equal(journal_join(journal, (struct shard){0, 1}, &error), FAILED);
    assert_non_null(strstr(error.text, "merges the parts"));
    error_free(&error);
    kill_child(child);
    journal_close(journal);
}

/* Hold the lock as if joining, for a third of a second longer than the test has to wait to see it. */
static int hold_for_a_while(void)
{
    const int file = open(PARTS "/lock", O_RDWR);
    if (flock(file, LOCK_EX) != 0 || ftruncate(file, 0) != 0 || pwrite(file, "joins elsewhere 12\n", 19, 0) != 19)
        return 1;
    tell_ready();
    nanosleep(&(struct timespec){1, 300000000}, NULL);
    return 0;
}

static void whoever_joins_is_waited_for(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    const pid_t child = start_child(hold_for_a_while);
    assert_true(journal_lock(journal, &error));
    waitpid(child, NULL, 0);
    journal_close(journal);
}

static int merge_for_a_moment(void)
{
    struct journal *journal;
    if (journal_open_existing(&journal, OUTPUT, NULL, NULL) != OK || !journal_lock(journal, NULL))
        _exit(8);
    tell_ready();
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    return journal_remove(journal, NULL);
}

static void a_folder_that_was_merged_meanwhile_needs_no_lock(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    const pid_t child = start_child(merge_for_a_moment);
    assert_true(journal_lock(journal, &error));
    assert_false(journal_is_there(OUTPUT));
    assert_int_equal(access(PARTS, F_OK), -1);
    waitpid(child, NULL, 0);
    journal_close(journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_joins_one_that_computes_all),
        TEST(nobody_computes_all_beside_a_shard),
        TEST(nobody_computes_the_same_shard),
        TEST(shards_work_side_by_side),
        TEST(one_that_was_killed_is_not_in_the_way),
        TEST(whoever_leaves_is_not_known_any_more),
        TEST(a_folder_that_was_begun_anew_is_not_joined),
        TEST(drafts_of_the_dead_of_this_host_are_removed),
        TEST(drafts_of_the_living_stay),
        TEST(drafts_of_other_hosts_stay_for_a_day),
        TEST(an_old_draft_stays_if_its_process_holds_its_lock),
        TEST(a_draft_of_the_same_number_is_removed_by_joining_alone),
        TEST(others_see_what_a_process_tells),
        TEST(a_process_tells_once_a_second_at_most),
        TEST(the_living_and_the_dead_are_told_apart),
        TEST(workers_come_in_the_order_of_hosts_and_processes),
        TEST(what_is_half_written_is_not_believed),
        TEST(one_merges_at_a_time),
        TEST(nobody_joins_while_somebody_merges),
        TEST(whoever_joins_is_waited_for),
        TEST(a_folder_that_was_merged_meanwhile_needs_no_lock),
    };
    return cmocka_run_group_tests_name("journal_workers", tests, NULL, NULL);
}

/* The journal: beginning, opening again, removing. */
#define _GNU_SOURCE /* unshare, open_memstream */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "made_up_journal.h"
#include "sweep/journal_inside.h"

static void refuse(const char *output, const char *identity, bool starts_anew, enum code code, const char *expected)
{
    struct journal *journal;
    struct error error = {0};
    assert_int_equal(journal_open(&journal, output, identity, starts_anew, NULL, &error), code);
    assert_null(journal);
    assert_string_equal(error.text, expected);
    error_free(&error);
}

static void a_journal_begins_with_its_identity_and_a_lock(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(count_names(PARTS, ""), 2);
    assert_int_equal(access(PARTS "/lock", F_OK), 0);
    FILE *file = fopen(PARTS "/experiment.yaml", "r");
    char text[32] = "";
    assert_int_equal(fread(text, 1, sizeof text, file), strlen("seed: 1\n"));
    assert_string_equal(text, "seed: 1\n");
    fclose(file);
    journal_close(journal);
}

static void there_is_a_journal_once_it_has_begun(void **state)
{
    (void)state;
    assert_false(journal_is_there(OUTPUT));
    journal_close(begin_journal("seed: 1\n", NULL));
    assert_true(journal_is_there(OUTPUT));
}

static void what_was_begun_is_opened_again_with_its_parts(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    journal_close(journal);
    journal = begin_journal("seed: 1\n", NULL);
    assert_string_equal(journal_identity(journal), "seed: 1\n");
    assert_true(journal_has_part(journal, 3));
    journal_close(journal);
}

static void another_experiment_is_refused_with_the_lines_that_differ(void **state)
{
    (void)state;
    journal_close(begin_journal("name: a\nseed: 1\nyears: 20\n", NULL));
    refuse(
        OUTPUT, "name: a\nseed: 2\nyears: 20\n", false, BAD_INPUT,
        "out.h5.parts holds parts of an experiment that is not this one:\n  - seed: 1\n  + seed: 2\nto go on with it "
        "undo the change; to start anew give --force; to keep both give another --output");
}

static void an_end_of_line_that_is_missing_is_told(void **state)
{
    (void)state;
    journal_close(begin_journal("seed: 1\n", NULL));
    refuse(
        OUTPUT, "seed: 1", false, BAD_INPUT,
        "out.h5.parts holds parts of an experiment that is not this one:\n  the lines are the same, but not how they "
        "end\nto go on with it undo the change; to start anew give --force; to keep both give another --output");
}

static void starting_anew_removes_what_was_there(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    journal_close(journal);
    assert_int_equal(journal_open(&journal, OUTPUT, "seed: 2\n", true, NULL, &error), OK);
    assert_string_equal(journal_identity(journal), "seed: 2\n");
    assert_false(journal_has_part(journal, 3));
    assert_int_equal(count_names(PARTS, ""), 2);
    journal_close(journal);
}

static int join_and_wait(void)
{
    join_in_child((struct shard){1, 4});
    tell_ready();
    pause();
    return 0;
}

static void starting_anew_is_refused_while_a_process_works_on_it(void **state)
{
    (void)state;
    char host[256] = "", expected[512];
    gethostname(host, sizeof host - 1);
    const pid_t child = start_child(join_and_wait);
    snprintf(
        expected, sizeof expected,
        "out.h5.parts cannot be removed to start anew: process %ld on %s works on it (shard 2 of 4); wait until it "
        "is done, or end it, or give another --output",
        (long)child, host);
    refuse(OUTPUT, "seed: 1\n", true, FAILED, expected);
    assert_int_equal(count_names(PARTS, "running."), 1);
    kill_child(child);
    struct journal *journal;
    assert_int_equal(journal_open(&journal, OUTPUT, "seed: 1\n", true, NULL, NULL), OK);
    assert_int_equal(count_names(PARTS, "running."), 0);
    journal_close(journal);
}

enum { N_AT_ONCE = 6, N_TURNS = 20 };

/* Begin with an identity of its own, as soon as the pipe is closed at its other end. Returns 1 if it won. */
static int begin_at_once(int start, int number)
{
    char identity[32], byte;
    struct journal *journal;
    struct error error = {0};
    snprintf(identity, sizeof identity, "seed: %d\n", number);
    if (read(start, &byte, 1) != 0)
        return 9;
    const int code = journal_open(&journal, OUTPUT, identity, false, NULL, &error);
    if (code != OK)
        return code == BAD_INPUT && strstr(error.text, identity) ? 0 : 9;
    const bool is_mine = strcmp(journal_identity(journal), identity) == 0;
    journal_close(journal);
    return is_mine ? 1 : 9;
}

static void of_those_that_begin_at_once_one_wins_and_the_others_compare(void **state)
{
    (void)state;
    for (int turn = 0; turn < N_TURNS; turn++) {
        int start[2], n_won = 0, winner = -1;
        pid_t children[N_AT_ONCE];
        assert_int_equal(pipe(start), 0);
        for (int k = 0; k < N_AT_ONCE; k++) {
            children[k] = fork();
            if (children[k] == 0) {
                close(start[1]);
                _exit(begin_at_once(start[0], k));
            }
        }
        close(start[0]);
        close(start[1]);
        for (int k = 0; k < N_AT_ONCE; k++) {
            int status;
            waitpid(children[k], &status, 0);
            assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
            n_won += WEXITSTATUS(status);
            if (WEXITSTATUS(status))
                winner = k;
        }
        assert_int_equal(n_won, 1);
        assert_int_equal(count_names(PARTS, ""), 2);
        char identity[32];
        snprintf(identity, sizeof identity, "seed: %d\n", winner);
        struct journal *journal = begin_journal(identity, NULL);
        assert_int_equal(journal_remove(journal, NULL), OK);
        journal_close(journal);
    }
}

static int merge_for_a_moment(void)
{
    struct journal *journal;
    if (journal_open_existing(&journal, OUTPUT, NULL, NULL) != OK || !journal_lock(journal, NULL))
        return 8;
    tell_ready();
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    return journal_remove(journal, NULL);
}

static void a_journal_begins_anew_where_one_was_merged_meanwhile(void **state)
{
    (void)state;
    journal_close(begin_journal("seed: 1\n", NULL));
    const pid_t child = start_child(merge_for_a_moment);
    journal_close(begin_journal("seed: 2\n", NULL));
    assert_int_equal(count_names(PARTS, ""), 2);
    waitpid(child, NULL, 0);
}

/* Where there are no locks two may write the same file. */
static void a_file_that_another_has_written_meanwhile_stays(void **state)
{
    (void)state;
    char *text;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(journal_write_file(journal, "experiment.yaml", "seed: 2\n", 8, NULL), OK);
    assert_int_equal(journal_read_file(journal, "experiment.yaml", &text, NULL, NULL), OK);
    assert_string_equal(text, "seed: 1\n");
    assert_int_equal(count_names(PARTS, ".tmp."), 0);
    free(text);
    journal_close(journal);
}

static void parts_of_which_nothing_is_known_are_not_touched(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    journal_close(journal);
    unlink(PARTS "/experiment.yaml");
    refuse(OUTPUT, "seed: 1\n", false, BAD_INPUT,
           "out.h5.parts has parts, but no experiment.yaml that says what they are of; to start anew give --force; to "
           "keep them give another --output");
    assert_int_equal(count_names(PARTS, "part-000003"), 1);
    assert_int_equal(journal_open(&journal, OUTPUT, "seed: 1\n", true, NULL, NULL), OK);
    assert_int_equal(count_names(PARTS, "part-"), 0);
    journal_close(journal);
}

static void a_removal_that_was_cut_short_is_finished(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    journal_close(journal);
    assert_int_equal(rename(PARTS "/experiment.yaml", PARTS "/removed.yaml"), 0);
    assert_false(journal_is_there(OUTPUT));
    journal_close(begin_journal("seed: 2\n", NULL));
    assert_int_equal(count_names(PARTS, ""), 2);
}

static void removing_leaves_nothing(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    join_whole(journal);
    add_part(journal, 0, "bytes");
    free(journal_draft_path(journal, 1));
    write_file(PARTS "/part-000001.tmp.elsewhere.12", "begun");
    assert_true(journal_lock(journal, &error));
    assert_int_equal(journal_remove(journal, &error), OK);
    journal_unlock(journal);
    journal_close(journal);
    assert_int_equal(count_names(".", ""), 0);
}

static void removing_leaves_what_is_not_the_journals_and_says_so(void **state)
{
    (void)state;
    struct notes notes;
    open_notes(&notes);
    struct journal *journal = begin_journal("seed: 1\n", notes.file);
    add_part(journal, 0, "bytes");
    write_file(PARTS "/thesis.txt", "precious");
    assert_int_equal(journal_remove(journal, NULL), OK);
    journal_close(journal);
    assert_int_equal(count_names(PARTS, ""), 1);
    assert_int_equal(access(PARTS "/thesis.txt", F_OK), 0);
    assert_notes(&notes, "the folder out.h5.parts stays: thesis.txt in it is not Entente's\n");
}

static void a_file_in_place_of_the_folder_is_told(void **state)
{
    (void)state;
    write_file(PARTS, "a file");
    refuse(OUTPUT, "seed: 1\n", true, BAD_INPUT,
           "out.h5.parts, in which parts are to be kept, is a file and not a folder; give another --output");
    assert_int_equal(access(PARTS, F_OK), 0);
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    refuse("nowhere/out.h5", "seed: 1\n", false, BAD_INPUT,
           "nowhere/out.h5.parts cannot be made: No such file or directory");
}

static void what_was_not_begun_cannot_be_looked_at(void **state)
{
    (void)state;
    struct journal *journal;
    struct error error = {0};
    assert_int_equal(journal_open_existing(&journal, OUTPUT, NULL, &error), BAD_INPUT);
    assert_null(journal);
    assert_string_equal(error.text, "nothing of out.h5 has been begun: there is no out.h5.parts/experiment.yaml");
    error_free(&error);
    assert_int_equal(count_names(".", ""), 0);
}

static void looking_at_a_journal_writes_nothing(void **state)
{
    (void)state;
    struct journal *journal;
    mkdir(PARTS, 0777);
    write_file(PARTS "/experiment.yaml", "seed: 7\n");
    assert_int_equal(journal_open_existing(&journal, OUTPUT, NULL, NULL), OK);
    assert_string_equal(journal_identity(journal), "seed: 7\n");
    journal_close(journal);
    assert_int_equal(count_names(PARTS, ""), 1);
}

/* --- Folders that cannot be written to: root can, so it becomes another user --- */

static bool is_refused(const char *output, int code, const char *expected)
{
    struct journal *journal;
    struct error error = {0};
    const int result = journal_open(&journal, output, "seed: 1\n", false, NULL, &error);
    const bool is_told = is_text(error.text, expected);
    error_free(&error);
    return result == code && is_told;
}

static int begin_in_read_only_folder(void)
{
    if (mkdir("shut", 0555) != 0 || chmod(".", 0755) != 0 || (geteuid() == 0 && seteuid(65534) != 0))
        return 77;
    return is_refused("shut/out.h5", BAD_INPUT, "shut/out.h5.parts cannot be made: Permission denied") ? 0 : 1;
}

static void a_folder_that_is_read_only_is_told(void **state)
{
    (void)state;
    in_a_child(begin_in_read_only_folder);
    assert_int_equal(count_names("shut", ""), 0);
}

static int open_read_only_journal(void)
{
    journal_close(begin_journal("seed: 1\n", NULL));
    if (chmod(PARTS, 0555) != 0 || chmod(PARTS "/lock", 0444) != 0 || chmod(".", 0755) != 0 ||
        (geteuid() == 0 && seteuid(65534) != 0))
        return 77;
    return is_refused(OUTPUT, BAD_INPUT, "out.h5.parts cannot be written to: Permission denied") ? 0 : 1;
}

static void a_journal_that_is_read_only_is_told_and_stays(void **state)
{
    (void)state;
    in_a_child(open_read_only_journal);
    chmod(PARTS, 0755);
    assert_int_equal(count_names(PARTS, ""), 2);
}

/* --- Disks that are full: a file system of some kilobytes or files, visible in one process alone --- */

static bool mount_small_disk(const char *options)
{
    if (mkdir("disk", 0777) != 0 || unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount("none", "disk", "tmpfs", 0, options) == 0;
}

static int begin_on_full_disk(void)
{
    enum { LARGE = 1 << 20 };
    struct journal *journal;
    struct error error = {0};
    if (!mount_small_disk("size=64k"))
        return 77;
    char *identity = calloc(LARGE + 1, 1);
    memset(identity, 'x', LARGE);
    const int code = journal_open(&journal, "disk/out.h5", identity, false, NULL, &error);
    const bool is_told =
        code == FAILED && is_text(error.text, "disk/out.h5.parts/experiment.yaml cannot be written: No "
                                              "space left on device");
    free(identity);
    error_free(&error);
    return is_told && count_names("disk", "") == 0 ? 0 : 1;
}

static void a_full_disk_is_told_and_nothing_is_left(void **state)
{
    (void)state;
    in_a_child(begin_on_full_disk);
}

static int begin_without_room_for_files(void)
{
    if (!mount_small_disk("nr_inodes=2")) /* its own folder, and one more */
        return 77;
    const bool is_told =
        is_refused("disk/out.h5", FAILED, "disk/out.h5.parts cannot be written to: No space left on device");
    return is_told && count_names("disk", "") == 0 ? 0 : 1;
}

static void a_disk_that_takes_no_more_files_is_told_and_nothing_is_left(void **state)
{
    (void)state;
    in_a_child(begin_without_room_for_files);
}

/* --- The command --- */

static char *const words[] = {"entente", "run", "a b.yaml", "", "--set", "x='1\n2'"};
enum { N_WORDS = sizeof words / sizeof *words };

static void the_command_comes_back_word_by_word(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal_command command;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(journal_keep_command(journal, N_WORDS, words, &error), OK);
    assert_int_equal(journal_read_command(OUTPUT, &command, &error), OK);
    assert_string_equal(command.folder, folder);
    assert_int_equal(command.argc, N_WORDS);
    for (size_t k = 0; k < N_WORDS; k++)
        assert_string_equal(command.argv[k], words[k]);
    assert_null(command.argv[N_WORDS]);
    journal_free_command(&command);
    journal_close(journal);
}

static void the_command_of_whoever_began_is_kept(void **state)
{
    (void)state;
    struct journal_command command;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_int_equal(journal_keep_command(journal, 1, (char *[]){"first"}, NULL), OK);
    assert_int_equal(journal_keep_command(journal, 2, (char *[]){"second", "time"}, NULL), OK);
    assert_int_equal(journal_read_command(OUTPUT, &command, NULL), OK);
    assert_int_equal(command.argc, 1);
    assert_string_equal(command.argv[0], "first");
    journal_free_command(&command);
    journal_close(journal);
}

static void a_command_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal_command command;
    journal_close(begin_journal("seed: 1\n", NULL));
    assert_int_equal(journal_read_command(OUTPUT, &command, &error), BAD_INPUT);
    assert_string_equal(error.text,
                        "out.h5.parts has no command that says how it was begun; start `entente run` again");
    journal_free_command(&command);
    error_free(&error);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_journal_begins_with_its_identity_and_a_lock),
        TEST(there_is_a_journal_once_it_has_begun),
        TEST(what_was_begun_is_opened_again_with_its_parts),
        TEST(another_experiment_is_refused_with_the_lines_that_differ),
        TEST(an_end_of_line_that_is_missing_is_told),
        TEST(starting_anew_removes_what_was_there),
        TEST(starting_anew_is_refused_while_a_process_works_on_it),
        TEST(of_those_that_begin_at_once_one_wins_and_the_others_compare),
        TEST(a_journal_begins_anew_where_one_was_merged_meanwhile),
        TEST(a_file_that_another_has_written_meanwhile_stays),
        TEST(parts_of_which_nothing_is_known_are_not_touched),
        TEST(a_removal_that_was_cut_short_is_finished),
        TEST(removing_leaves_nothing),
        TEST(removing_leaves_what_is_not_the_journals_and_says_so),
        TEST(a_file_in_place_of_the_folder_is_told),
        TEST(a_missing_folder_is_named),
        TEST(what_was_not_begun_cannot_be_looked_at),
        TEST(looking_at_a_journal_writes_nothing),
        TEST(a_folder_that_is_read_only_is_told),
        TEST(a_journal_that_is_read_only_is_told_and_stays),
        TEST(a_full_disk_is_told_and_nothing_is_left),
        TEST(a_disk_that_takes_no_more_files_is_told_and_nothing_is_left),
        TEST(the_command_comes_back_word_by_word),
        TEST(the_command_of_whoever_began_is_kept),
        TEST(a_command_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}

/* The journal's parts: settled, found, damaged, collected, and whole whenever a process is killed. */
#define _GNU_SOURCE /* open_memstream */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "made_up_journal.h"
#include "sweep/checksum.h"

enum { N_PARTS = 8 };

static bool is_there[N_PARTS];

static void find(struct journal *journal)
{
    struct error error = {0};
    if (journal_find_parts(journal, N_PARTS, is_there, &error) != OK)
        fail_msg("%s", error.text);
}

static size_t count_there(void)
{
    size_t n = 0;
    for (size_t k = 0; k < N_PARTS; k++)
        n += is_there[k];
    return n;
}

/* --- Settling --- */

static void a_part_is_found_once_it_is_settled(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    char *draft = journal_draft_path(journal, 3);
    write_file(draft, "bytes");
    find(journal);
    assert_int_equal(count_there(), 0);
    assert_false(journal_has_part(journal, 3));
    assert_int_equal(journal_settle(journal, 3, draft, NULL), OK);
    assert_int_equal(access(draft, F_OK), -1);
    assert_true(journal_has_part(journal, 3));
    find(journal);
    assert_true(is_there[3]);
    assert_int_equal(count_there(), 1);
    free(draft);
    journal_close(journal);
}

static void a_part_is_named_by_its_bytes_and_its_experiment(void **state)
{
    (void)state;
    uint64_t checksum;
    char expected[64];
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    assert_int_equal(checksum_file(part_path(3), checksum_bytes("seed: 1\n", 8), &checksum, NULL), OK);
    snprintf(expected, sizeof expected, PARTS "/part-000003-%016llx.h5", (unsigned long long)checksum);
    assert_string_equal(part_path(3), expected);
    journal_close(journal);
}

static void parts_settled_in_any_order_are_found(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    for (size_t k = N_PARTS; k-- > 0;)
        if (k % 3)
            add_part(journal, k, "bytes");
    for (size_t k = 0; k < N_PARTS; k++)
        assert_int_equal(journal_has_part(journal, k), k % 3 != 0);
    find(journal);
    for (size_t k = 0; k < N_PARTS; k++)
        assert_int_equal(is_there[k], k % 3 != 0);
    journal_close(journal);
}

static void a_part_that_has_appeared_meanwhile_is_as_good(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL), *other = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    add_part(other, 3, "bytes");
    add_part(journal, 3, "bytes");
    assert_int_equal(count_names(PARTS, "part-"), 1);
    journal_close(journal);
    journal_close(other);
}

static void a_damaged_part_gives_way_to_the_one_that_is_settled(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    write_file(part_path(3), "bytez");
    add_part(journal, 3, "bytes");
    journal_close(journal);
    journal = begin_journal("seed: 1\n", NULL); /* which has not read it yet */
    find(journal);
    assert_true(is_there[3]);
    assert_int_equal(count_names(PARTS, "part-"), 1);
    journal_close(journal);
}

static void settling_fails_where_the_folder_has_gone(void **state)
{
    (void)state;
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    char *draft = journal_draft_path(journal, 3), expected[512];
    write_file(draft, "bytes");
    assert_int_equal(system("rm -r " PARTS), 0);
    assert_int_equal(journal_settle(journal, 3, draft, &error), FAILED);
    snprintf(expected, sizeof expected, "%s cannot be read: No such file or directory", draft);
    assert_string_equal(error.text, expected);
    error_free(&error);
    free(draft);
    journal_close(journal);
}

static int settle_where_nothing_can_be_named(void)
{
    struct error error = {0};
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    char *draft = journal_draft_path(journal, 3);
    write_file(draft, "bytes");
    if (chmod(PARTS, 0555) != 0 || chmod(draft, 0444) != 0 || chmod(".", 0755) != 0 ||
        (geteuid() == 0 && seteuid(65534) != 0))
        return 77;
    const int code = journal_settle(journal, 3, draft, &error);
    const bool is_told = strstr(error.text, PARTS "/part-000003-") &&
                         strstr(error.text, ".h5 cannot be given its name: Permission denied");
    return code == FAILED && is_told ? 0 : 1;
}

static void a_part_that_cannot_be_named_is_told(void **state)
{
    (void)state;
    in_a_child(settle_where_nothing_can_be_named);
    chmod(PARTS, 0755);
}

/* --- Other processes --- */

static int settle_one(void)
{
    struct error error = {0};
    struct journal *journal;
    const int code =
        journal_open(&journal, OUTPUT, "seed: 1\n", false, NULL, &error) || try_part(journal, 5, "bytes", &error);
    journal_close(journal);
    return code;
}

static void a_part_of_another_process_is_seen_after_a_second(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    assert_false(journal_has_part(journal, 5));
    in_a_child(settle_one);
    nanosleep(&(struct timespec){1, 50000000}, NULL);
    assert_true(journal_has_part(journal, 5));
    journal_close(journal);
}

static void damaged_parts_of_other_shards_are_left_to_these(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    for (size_t k = 0; k < N_PARTS; k++)
        add_part(journal, k, "bytes");
    for (size_t k = 0; k < N_PARTS; k++)
        write_file(part_path(k), "");
    assert_int_equal(journal_join(journal, (struct shard){1, 4}, NULL), OK);
    find(journal);
    for (size_t k = 0; k < N_PARTS; k++)
        assert_int_equal(is_there[k], k % 4 != 1);
    assert_int_equal(count_names(PARTS, "part-"), 6);
    journal_close(journal);
}

static int merge(void)
{
    struct journal *journal;
    const int code = journal_open_existing(&journal, OUTPUT, NULL, NULL) || journal_remove(journal, NULL);
    journal_close(journal);
    return code;
}

static void a_folder_that_was_merged_meanwhile_has_no_parts(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "bytes");
    in_a_child(merge);
    memset(is_there, 1, sizeof is_there);
    find(journal);
    assert_int_equal(count_there(), 0);
    assert_false(journal_is_there(OUTPUT));
    journal_close(journal);
}

/* --- Damage --- */

/* Begin with parts 2 and 3, let `damage` do something to the file of part 3, and find. */
static void assert_damage_is_told(void (*damage)(const char *path))
{
    char expected[512];
    struct notes notes;
    open_notes(&notes);
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 2, "other bytes");
    add_part(journal, 3, "some bytes");
    journal_close(journal);
    damage(part_path(3));
    snprintf(expected, sizeof expected, "%s is damaged: it is removed, and computed again\n", part_path(3));
    journal = begin_journal("seed: 1\n", notes.file);
    find(journal);
    assert_false(is_there[3]);
    assert_true(is_there[2]);
    assert_false(journal_has_part(journal, 3));
    assert_int_equal(count_names(PARTS, "part-"), 1);
    assert_notes(&notes, expected);
    journal_close(journal);
}

static void cut(const char *path) { assert_int_equal(truncate(path, 9), 0); }

static void a_part_that_was_cut_is_removed_and_told(void **state)
{
    (void)state;
    assert_damage_is_told(cut);
}

static void change_a_byte(const char *path)
{
    FILE *file = fopen(path, "r+");
    fseek(file, 4, SEEK_SET);
    fputc('_', file);
    fclose(file);
}

static void a_part_with_a_wrong_byte_is_removed_and_told(void **state)
{
    (void)state;
    assert_damage_is_told(change_a_byte);
}

static void lie(const char *path)
{
    char other[256];
    snprintf(other, sizeof other, "%.*s0123456789abcdef.h5", (int)(strlen(path) - strlen("0123456789abcdef.h5")), path);
    assert_int_equal(rename(path, other), 0);
}

static void a_part_whose_name_lies_is_removed_and_told(void **state)
{
    (void)state;
    assert_damage_is_told(lie);
}

static void bring_from_another_experiment(const char *path)
{
    struct journal *journal;
    char command[600];
    assert_int_equal(journal_open(&journal, "other.h5", "seed: 2\n", false, NULL, NULL), OK);
    add_part(journal, 3, "some bytes");
    journal_close(journal);
    unlink(path);
    snprintf(command, sizeof command, "cp other.h5.parts/part-000003-*.h5 %s", PARTS);
    assert_int_equal(system(command), 0);
}

static void a_part_of_another_experiment_is_removed_and_told(void **state)
{
    (void)state;
    assert_damage_is_told(bring_from_another_experiment);
}

static void damage_is_seen_by_the_process_that_settled_the_part(void **state)
{
    (void)state;
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    add_part(journal, 3, "some bytes");
    find(journal);
    assert_true(is_there[3]);
    cut(part_path(3));
    find(journal);
    assert_false(is_there[3]);
    journal_close(journal);
}

/* --- Collecting --- */

static struct journal *begin_all(void)
{
    char text[32];
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    for (size_t k = 0; k < N_PARTS; k++) {
        snprintf(text, sizeof text, "bytes of %zu", k);
        add_part(journal, k, text);
    }
    return journal;
}

static void assert_collected(struct journal *journal, const char *expected)
{
    struct error error = {0};
    char *paths[N_PARTS];
    const int code = journal_collect(journal, N_PARTS, paths, &error);
    assert_int_equal(code, BAD_INPUT);
    assert_string_equal(error.text, expected);
    for (size_t k = 0; k < N_PARTS; k++)
        assert_null(paths[k]);
    error_free(&error);
    journal_close(journal);
}

static void all_parts_are_collected_in_order(void **state)
{
    (void)state;
    char *paths[N_PARTS];
    struct journal *journal = begin_all();
    assert_int_equal(journal_collect(journal, N_PARTS, paths, NULL), OK);
    for (size_t k = 0; k < N_PARTS; k++) {
        assert_string_equal(paths[k], part_path(k));
        free(paths[k]);
    }
    journal_close(journal);
}

static void gaps_are_refused(void **state)
{
    (void)state;
    struct journal *journal = begin_all();
    for (size_t k = 0; k < N_PARTS; k++)
        if (k == 0 || k == 3 || k == 4 || k == 5 || k == 7)
            unlink(part_path(k));
    assert_collected(journal, "the parts in out.h5.parts cannot be merged:\n"
                              "  missing: 0, 3 to 5, 7; 5 of the 8 parts\n"
                              "start `entente run` again: it computes what is missing");
}

static void many_gaps_are_not_all_named(void **state)
{
    (void)state;
    enum { MANY = 40 };
    struct error error = {0};
    char *paths[MANY];
    struct journal *journal = begin_journal("seed: 1\n", NULL);
    for (size_t k = 1; k < MANY; k += 2)
        add_part(journal, k, "bytes");
    assert_int_equal(journal_collect(journal, MANY, paths, &error), BAD_INPUT);
    assert_string_equal(error.text, "the parts in out.h5.parts cannot be merged:\n"
                                    "  missing: 0, 2, 4, 6, 8, 10 and so on; 20 of the 40 parts\n"
                                    "start `entente run` again: it computes what is missing");
    error_free(&error);
    journal_close(journal);
}

static void an_overlap_is_refused(void **state)
{
    (void)state;
    struct journal *journal = begin_all();
    char first[300], second[300] = "", expected[1200];
    add_part(journal, 2, "other bytes");
    snprintf(first, sizeof first, "%s", strrchr(part_path(2), '/') + 1);
    rename(part_path(2), "aside");
    snprintf(second, sizeof second, "%s", strrchr(part_path(2), '/') + 1);
    char back[400];
    snprintf(back, sizeof back, PARTS "/%s", first);
    rename("aside", back);
    snprintf(
        expected, sizeof expected,
        "the parts in out.h5.parts cannot be merged:\n  %s is the same part as %s, and differs\nmove away what does "
        "not belong there",
        second, first);
    assert_collected(journal, expected);
}

static void strangers_are_refused(void **state)
{
    (void)state;
    struct journal *journal = begin_all();
    write_file(PARTS "/thesis.txt", "");
    write_file(PARTS "/part-1.h5", "");
    assert_collected(journal, "the parts in out.h5.parts cannot be merged:\n"
                              "  part-1.h5 is not Entente's\n"
                              "  thesis.txt is not Entente's\n"
                              "move away what does not belong there");
}

static void a_part_that_the_experiment_does_not_have_is_refused(void **state)
{
    (void)state;
    struct journal *journal = begin_all();
    char expected[512];
    add_part(journal, 8, "bytes");
    snprintf(expected, sizeof expected,
             "the parts in out.h5.parts cannot be merged:\n  %s is of no part: there are 8, from 0 on\nmove away what "
             "does not belong there",
             strrchr(part_path(8), '/') + 1);
    assert_collected(journal, expected);
}

static void damage_is_refused(void **state)
{
    (void)state;
    char expected[512];
    struct journal *journal = begin_all();
    snprintf(
        expected, sizeof expected,
        "the parts in out.h5.parts cannot be merged:\n  %s is damaged\nstart `entente run` again: it computes what "
        "is missing",
        strrchr(part_path(6), '/') + 1);
    cut(part_path(6));
    assert_collected(journal, expected);
}

static void all_that_is_wrong_is_told_at_once(void **state)
{
    (void)state;
    char expected[512];
    struct journal *journal = begin_all();
    snprintf(
        expected, sizeof expected,
        "the parts in out.h5.parts cannot be merged:\n  missing: 1; 1 of the 8 parts\n  %s is damaged\n  thesis.txt "
        "is not Entente's\nmove away what does not belong there; then start `entente run` again: it computes what "
        "is missing",
        strrchr(part_path(6), '/') + 1);
    cut(part_path(6));
    unlink(part_path(1));
    write_file(PARTS "/thesis.txt", "");
    assert_collected(journal, expected);
}

static void drafts_and_processes_are_no_strangers(void **state)
{
    (void)state;
    char *paths[N_PARTS];
    struct journal *journal = begin_all();
    join_whole(journal);
    write_file(PARTS "/part-000001.tmp.elsewhere.12", "begun by another");
    assert_int_equal(journal_keep_command(journal, 1, (char *[]){"x"}, NULL), OK);
    assert_true(journal_lock(journal, NULL));
    assert_int_equal(journal_collect(journal, N_PARTS, paths, NULL), OK);
    for (size_t k = 0; k < N_PARTS; k++)
        free(paths[k]);
    journal_close(journal);
}

/* --- Killed at any moment --- */

enum { PART_BYTES = 20000 };

/* Begin, join, and settle parts one after another for ever. */
static void settle_for_ever(uint32_t turn)
{
    char *text = malloc(PART_BYTES + 1);
    struct journal *journal;
    struct error error = {0};
    memset(text, 'a' + (int)(turn % 20), PART_BYTES);
    text[PART_BYTES] = '\0';
    if (journal_open(&journal, OUTPUT, "seed: 1\n", false, NULL, &error) != OK ||
        journal_join(journal, (struct shard){0, 1}, &error) != OK)
        _exit(8);
    for (size_t k = 0;; k++)
        if (try_part(journal, k % N_PARTS, text, &error) != OK)
            _exit(9);
}

static void parts_are_whole_whenever_a_process_is_killed(void **state)
{
    (void)state;
    enum { N_KILLED = 30 };
    uint32_t luck = 12345;
    for (uint32_t turn = 0; turn < N_KILLED; turn++) {
        luck = luck * 1664525 + 1013904223;
        const pid_t child = fork();
        if (child == 0)
            settle_for_ever(turn);
        nanosleep(&(struct timespec){0, 1000000L + (long)(luck >> 8)}, NULL); /* up to 18 ms */
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status)); /* none failed because of what another left */
    }
    struct notes notes;
    open_notes(&notes);
    struct journal *journal = begin_journal("seed: 1\n", notes.file);
    join_whole(journal);
    find(journal);
    assert_true(count_there() > 0);
    assert_notes(&notes, ""); /* no damage */
    assert_int_equal(count_names(PARTS, ".tmp."), 0);
    assert_int_equal(count_names(PARTS, "running."), 1);
    journal_close(journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_part_is_found_once_it_is_settled),
        TEST(a_part_is_named_by_its_bytes_and_its_experiment),
        TEST(parts_settled_in_any_order_are_found),
        TEST(a_part_that_has_appeared_meanwhile_is_as_good),
        TEST(a_damaged_part_gives_way_to_the_one_that_is_settled),
        TEST(settling_fails_where_the_folder_has_gone),
        TEST(a_part_that_cannot_be_named_is_told),
        TEST(a_part_of_another_process_is_seen_after_a_second),
        TEST(damaged_parts_of_other_shards_are_left_to_these),
        TEST(a_folder_that_was_merged_meanwhile_has_no_parts),
        TEST(a_part_that_was_cut_is_removed_and_told),
        TEST(a_part_with_a_wrong_byte_is_removed_and_told),
        TEST(a_part_whose_name_lies_is_removed_and_told),
        TEST(a_part_of_another_experiment_is_removed_and_told),
        TEST(damage_is_seen_by_the_process_that_settled_the_part),
        TEST(all_parts_are_collected_in_order),
        TEST(gaps_are_refused),
        TEST(many_gaps_are_not_all_named),
        TEST(an_overlap_is_refused),
        TEST(strangers_are_refused),
        TEST(a_part_that_the_experiment_does_not_have_is_refused),
        TEST(damage_is_refused),
        TEST(all_that_is_wrong_is_told_at_once),
        TEST(drafts_and_processes_are_no_strangers),
        TEST(parts_are_whole_whenever_a_process_is_killed),
    };
    return cmocka_run_group_tests_name("journal_parts", tests, NULL, NULL);
}

/* What a name in the journal's folder says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sweep/journal_names.h"

static void a_part_says_its_number_and_checksum(void **state)
{
    (void)state;
    const struct journal_name name = journal_read_name("part-000017-9f86d081884c7d65.h5");
    assert_int_equal(name.kind, JOURNAL_PART);
    assert_int_equal(name.number, 17);
    assert_true(name.checksum == UINT64_C(0x9f86d081884c7d65));
}

static void parts_are_read_as_they_are_written(void **state)
{
    (void)state;
    char text[NAME_SIZE];
    const size_t numbers[] = {0, 999999, 1000000, SIZE_MAX};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        const struct journal_name name = journal_read_name(journal_part_name(text, numbers[k], k));
        assert_int_equal(name.kind, JOURNAL_PART);
        assert_true(name.number == numbers[k] && name.checksum == k);
    }
}

static void what_is_not_written_so_is_no_part(void **state)
{
    (void)state;
    static const char *const names[] = {
        "part-17-9f86d081884c7d65.h5",
        "part-000017-9F86D081884C7D65.h5",
        "part-0000017-9f86d081884c7d65.h5",
        "part-000017-9f86d081884c7d65.h5.bak",
        "part-+00017-9f86d081884c7d65.h5",
        "part-000017-9f86d081884c7d6.h5",
        "part-000017.h5",
        "part-",
        "xpart-000017-9f86d081884c7d65.h5",
        "part-000017-0x86d081884c7d65.h5",
        "part-99999999999999999999-9f86d081884c7d65.h5",
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        assert_int_equal(journal_read_name(names[k]).kind, JOURNAL_STRANGER);
}

static void a_host_may_have_dots(void **state)
{
    (void)state;
    const struct journal_name name = journal_read_name("running.node-7.example.org.4711");
    assert_int_equal(name.kind, JOURNAL_RUNNING);
    assert_string_equal(name.host, "node-7.example.org");
    assert_int_equal(name.process, 4711);
}

static void a_draft_says_whose_it_is(void **state)
{
    (void)state;
    static const char *const names[] = {"part-000017.tmp.a.b.12", "experiment.yaml.tmp.a.b.12", "command.tmp.a.b.12",
                                        "part-000017.tmp.a.b.12.tmp.333.99"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const struct journal_name name = journal_read_name(names[k]);
        assert_int_equal(name.kind, JOURNAL_DRAFT);
        assert_string_equal(name.host, "a.b");
        assert_int_equal(name.process, 12);
    }
}

static void what_names_nobody_is_neither_draft_nor_process(void **state)
{
    (void)state;
    static const char *const names[] = {"part-000017.tmp.",
                                        "part-000017.tmp.host",
                                        "part-000017.tmp..12",
                                        "part-000017.tmp.host.12x",
                                        "thesis.tmp.host.12",
                                        "part-x.tmp.host.12",
                                        "running.",
                                        "running.host",
                                        "running.host.",
                                        "running.host.-1",
                                        "running.host.99999999999"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        assert_int_equal(journal_read_name(names[k]).kind, JOURNAL_STRANGER);
}

static void drafts_and_processes_are_read_as_they_are_written(void **state)
{
    (void)state;
    char text[NAME_SIZE], host[HOST_SIZE];
    journal_find_host(host);
    const struct journal_name running = journal_read_name(journal_running_name(text, host, 12));
    const struct journal_name draft = journal_read_name(journal_draft_name(text, "part-000003", host, 12));
    assert_int_equal(running.kind, JOURNAL_RUNNING);
    assert_int_equal(draft.kind, JOURNAL_DRAFT);
    assert_string_equal(running.host, host);
    assert_string_equal(draft.host, host);
    assert_true(running.process == 12 && draft.process == 12);
}

static void the_rest_goes_by_whole_names(void **state)
{
    (void)state;
    assert_int_equal(journal_read_name("experiment.yaml").kind, JOURNAL_IDENTITY);
    assert_int_equal(journal_read_name("command").kind, JOURNAL_COMMAND);
    assert_int_equal(journal_read_name("lock").kind, JOURNAL_LOCK);
    assert_int_equal(journal_read_name("removed.yaml").kind, JOURNAL_REMOVED);
    assert_int_equal(journal_read_name(".nfs000000000001").kind, JOURNAL_HIDDEN);
    assert_int_equal(journal_read_name("lock2").kind, JOURNAL_STRANGER);
    assert_int_equal(journal_read_name("notes.txt").kind, JOURNAL_STRANGER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_says_its_number_and_checksum),
        cmocka_unit_test(parts_are_read_as_they_are_written),
        cmocka_unit_test(what_is_not_written_so_is_no_part),
        cmocka_unit_test(a_host_may_have_dots),
        cmocka_unit_test(a_draft_says_whose_it_is),
        cmocka_unit_test(what_names_nobody_is_neither_draft_nor_process),
        cmocka_unit_test(drafts_and_processes_are_read_as_they_are_written),
        cmocka_unit_test(the_rest_goes_by_whole_names),
    };
    return cmocka_run_group_tests_name("journal_names", tests, NULL, NULL);
}

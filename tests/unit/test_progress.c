/* How far a job is: the line, and when it is printed. The clock is the test's. */
#include "base/page.h"
#include "base/progress.h"

#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double now;
static double test_clock(void) { return now; }

static char *printed;
static size_t n_printed;

static FILE *open_output(void)
{
    now = 100;
    return open_memstream(&printed, &n_printed);
}

static void assert_printed(FILE *out, const char *expected)
{
    fclose(out);
    assert_string_equal(printed, expected);
    free(printed);
}

static void the_line_names_what_there_are_so_many_of(void **state)
{
    struct progress progress;
    char line[200];
    (void)state;
    now = 100;
    progress_start(&progress, NULL, 0, 1, 10, test_clock);
    progress.things = "outputs";
    progress_add(&progress, 5);
    progress_format(&progress, 101, 0, line, sizeof line);
    assert_string_equal(line, "  5/10 outputs  5 outputs/s  0:01 left");
}

static void the_line_tells_part_share_speed_and_time_left(void **state)
{
    struct progress progress;
    char line[200];
    (void)state;
    now = 100;
    progress_start(&progress, NULL, 0, 7, 1000, test_clock);
    progress_begin_part(&progress, 2, "history");
    progress_add(&progress, 2412);
    progress_format(&progress, now + 2, 100, line, sizeof line);
    assert_string_equal(line, "history 3/7  [########............]  412/1,000 runs  1,206 runs/s  0:04 left");
}

static void a_single_part_has_no_number(void **state)
{
    struct progress progress;
    char line[200];
    (void)state;
    now = 100;
    progress_start(&progress, NULL, 0, 1, 20000000, test_clock);
    progress_begin_part(&progress, 0, "history");
    progress_add(&progress, 5000000);
    progress_format(&progress, now + 2000, 0, line, sizeof line);
    assert_string_equal(line, "history  5,000,000/20,000,000 runs  2,500 runs/s  1:40:00 left");
}

static void nothing_done_means_no_speed(void **state)
{
    struct progress progress;
    char line[200];
    (void)state;
    now = 100;
    progress_start(&progress, NULL, 0, 1, 10, test_clock);
    progress_begin_part(&progress, 0, "history");
    progress_format(&progress, now, 0, line, sizeof line);
    assert_string_equal(line, "history  0/10 runs");
}

static void the_line_is_cut_before_the_last_column(void **state)
{
    struct progress progress;
    char line[200];
    (void)state;
    now = 100;
    progress_start(&progress, NULL, 0, 1, 10, test_clock);
    progress_begin_part(&progress, 0, "history");
    progress_format(&progress, now, 20, line, sizeof line);
    assert_string_equal(line, "history  [.........");
    progress_format(&progress, now, strlen("history  [....................]  0/10 runs"), line, sizeof line);
    assert_string_equal(line, "history  [....................]  0/10 run");
}

static void a_short_job_prints_nothing_into_a_file(void **state)
{
    struct progress progress;
    FILE *out = open_output();
    (void)state;
    progress_start(&progress, out, 0, 1, 100, test_clock);
    progress_begin_part(&progress, 0, "history");
    now += 9.9;
    progress_add(&progress, 100);
    progress_finish(&progress);
    assert_printed(out, "");
}

static void a_file_gets_a_line_each_ten_seconds(void **state)
{
    struct progress progress;
    FILE *out = open_output();
    (void)state;
    progress_start(&progress, out, 0, 1, 100, test_clock);
    progress_begin_part(&progress, 0, "history");
    for (int k = 0; k < 44; k++) {
        now += 0.5;
        progress_add(&progress, 1);
    }
    progress_finish(&progress);
    assert_printed(out, "history  20/100 runs  2 runs/s  0:40 left\nhistory  40/100 runs  2 runs/s  0:30 left\n");
}

static void a_terminal_line_is_rewritten_ten_times_a_second_and_cleared(void **state)
{
    struct progress progress;
    FILE *out = open_output();
    (void)state;
    progress_start(&progress, out, 15, 1, 100, test_clock);
    progress_begin_part(&progress, 0, "history");
    for (int k = 0; k < 9; k++) {
        now += 0.03125;
        progress_add(&progress, 1);
    }
    progress_finish(&progress);
    assert_printed(out, "\rhistory  [....\033[K\rhistory  [#...\033[K\r\033[K");
}

static void a_job_without_an_output_is_silent(void **state)
{
    struct progress progress;
    (void)state;
    now = 100;
    progress_start(&progress, NULL, 80, 1, 100, test_clock);
    progress_begin_part(&progress, 0, "history");
    now += 1000;
    progress_add(&progress, 1);
    progress_finish(&progress);
    assert_false(progress.has_printed);
}

static void no_run_is_lost_between_threads(void **state)
{
    enum { ADDITIONS = 300000 };
    struct progress progress;
    FILE *out = open_output();
    (void)state;
    progress_start(&progress, out, 80, 1, 3 * ADDITIONS, NULL);
    progress_begin_part(&progress, 0, "history");
#pragma omp parallel for num_threads(4)
    for (int k = 0; k < ADDITIONS; k++)
        progress_add(&progress, 3);
    assert_int_equal(atomic_load(&progress.n_done), 3 * ADDITIONS);
    progress_finish(&progress);
    fclose(out);
    free(printed);
}

static void a_file_is_no_terminal(void **state)
{
    FILE *out = tmpfile();
    (void)state;
    assert_non_null(out);
    assert_int_equal(page_terminal_width(out), 0);
    fclose(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_names_what_there_are_so_many_of),
        cmocka_unit_test(the_line_tells_part_share_speed_and_time_left),
        cmocka_unit_test(a_single_part_has_no_number),
        cmocka_unit_test(nothing_done_means_no_speed),
        cmocka_unit_test(the_line_is_cut_before_the_last_column),
        cmocka_unit_test(a_short_job_prints_nothing_into_a_file),
        cmocka_unit_test(a_file_gets_a_line_each_ten_seconds),
        cmocka_unit_test(a_terminal_line_is_rewritten_ten_times_a_second_and_cleared),
        cmocka_unit_test(a_job_without_an_output_is_silent),
        cmocka_unit_test(no_run_is_lost_between_threads),
        cmocka_unit_test(a_file_is_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

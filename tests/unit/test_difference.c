/* Lines in which two texts differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/difference.h"

static void assert_difference(const char *then, const char *now, size_t most, const char *expected)
{
    struct text text = {0};
    difference_add(&text, then, now, most);
    assert_string_equal(text.bytes ? text.bytes : "", expected);
    text_free(&text);
}

static void equal_texts_have_no_difference(void **state)
{
    (void)state;
    assert_difference("a\nb\n", "a\nb\n", 12, "");
    assert_difference("", "", 12, "");
}

static void a_line_that_changed_is_shown_as_it_was_and_as_it_is(void **state)
{
    (void)state;
    assert_difference("a\nseed: 1\nb\n", "a\nseed: 2\nb\n", 12, "  - seed: 1\n  + seed: 2\n");
}

static void lines_that_came_or_went_are_shown_alone(void **state)
{
    (void)state;
    assert_difference("a\nb\nc\n", "a\nc\n", 12, "  - b\n");
    assert_difference("a\nc\n", "a\nb\nc\n", 12, "  + b\n");
    assert_difference("", "a\n", 12, "  + a\n");
}

static void lines_between_two_changes_are_not_shown(void **state)
{
    (void)state;
    assert_difference("1\na\nb\n2\n", "3\na\nb\n4\n", 12, "  - 1\n  + 3\n  - 2\n  + 4\n");
}

static void a_line_that_moved_takes_two(void **state)
{
    (void)state;
    assert_difference("x\na\nb\nc\nd\n", "a\nb\nc\nx\nd\n", 12, "  - x\n  + x\n");
}

static void a_last_line_without_newline_is_a_line(void **state)
{
    (void)state;
    assert_difference("a\nb", "a\nb\n", 12, "");
    assert_difference("a\nb", "a\nc", 12, "  - b\n  + c\n");
}

static void what_is_too_much_is_counted(void **state)
{
    (void)state;
    assert_difference("1\n2\n3\n4\n5\n", "", 3, "  - 1\n  - 2\n  - 3\n  ... and 2 more\n");
    assert_difference("1\n2\n3\n", "", 3, "  - 1\n  - 2\n  - 3\n");
}

static void a_long_line_is_cut_between_characters(void **state)
{
    (void)state;
    struct text long_line = {0}, expected = {0};
    text_add(&long_line, "x");
    text_add(&expected, "  + x");
    for (size_t k = 0; k < 200; k++)
        text_add(&long_line, "é");
    for (size_t k = 0; k < 79; k++)
        text_add(&expected, "é");
    text_add(&expected, " ...\n");
    assert_difference("", long_line.bytes, 12, expected.bytes);
    text_free(&long_line);
    text_free(&expected);
}

/* Ten thousand lines, of which those at three places differ. */
static char *many_lines(const char *word)
{
    struct text text = {0};
    for (size_t k = 0; k < 10000; k++)
        text_add(&text, k == 10 || k == 5000 || k == 9990 ? "%zu %s\n" : "%zu\n", k, word);
    return text_take(&text);
}

static void long_texts_are_compared_line_by_line(void **state)
{
    (void)state;
    char *then = many_lines("was"), *now = many_lines("is");
    assert_difference(then, now, 4, "  - 10 was\n  + 10 is\n  - 5000 was\n  + 5000 is\n  ... and 2 more\n");
    free(then);
    free(now);
}

/* The fewest lines: against trying all common subsequences of short texts. */
static size_t fewest(const char *a, const char *b)
{
    if (!*a || !*b)
        return strlen(a) + strlen(b);
    if (*a == *b)
        return fewest(a + 1, b + 1);
    const size_t x = fewest(a + 1, b), y = fewest(a, b + 1);
    return 1 + (x < y ? x : y);
}

static void as_few_lines_are_shown_as_can_be(void **state)
{
    (void)state;
    uint32_t luck = 1;
    for (int turn = 0; turn < 300; turn++) {
        char a[8] = "", b[8] = "", lines_a[16] = "", lines_b[16] = "";
        for (size_t k = 0; k < 7; k++) {
            luck = luck * 1664525 + 1013904223;
            a[k] = (char)('a' + (luck >> 24) % 3);
            b[k] = (char)('a' + (luck >> 16) % 3);
            lines_a[2 * k] = a[k];
            lines_b[2 * k] = b[k];
            lines_a[2 * k + 1] = lines_b[2 * k + 1] = '\n';
        }
        struct text text = {0};
        difference_add(&text, lines_a, lines_b, 99);
        assert_int_equal(text.n, fewest(a, b) * strlen("  - a\n"));
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_texts_have_no_difference),
        cmocka_unit_test(a_line_that_changed_is_shown_as_it_was_and_as_it_is),
        cmocka_unit_test(lines_that_came_or_went_are_shown_alone),
        cmocka_unit_test(lines_between_two_changes_are_not_shown),
        cmocka_unit_test(a_line_that_moved_takes_two),
        cmocka_unit_test(a_last_line_without_newline_is_a_line),
        cmocka_unit_test(what_is_too_much_is_counted),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
        cmocka_unit_test(long_texts_are_compared_line_by_line),
        cmocka_unit_test(as_few_lines_are_shown_as_can_be),
    };
    return cmocka_run_group_tests_name("difference", tests, NULL, NULL);
}

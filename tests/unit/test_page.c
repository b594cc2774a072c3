/* Text in columns: widths, cuts and breaks of what is not ASCII, and numbers as text. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/page.h"

static char *printed;
static size_t n_printed;

/* A page of 20 columns whose text is in `printed` once it is closed. */
static struct page open_page(bool is_ascii)
{
    return (
        struct page){.out = open_memstream(&printed, &n_printed), .width = 20, .is_ascii = is_ascii, .ellipsis = "~"};
}

static void assert_printed(const struct page *page, const char *expected)
{
    fclose(page->out);
    assert_string_equal(printed, expected);
    free(printed);
}

static void wide_characters_take_two_columns(void **state)
{
    (void)state;
    const struct page page = {.is_ascii = false};
    assert_int_equal(page_columns(&page, "中国"), 4);
    assert_int_equal(page_columns(&page, "détente"), 7);
}

static void combining_marks_take_no_column(void **state)
{
    (void)state;
    const struct page page = {.is_ascii = false};
    assert_int_equal(page_columns(&page, "de\u0301tente"), 7);
}

static void ascii_shows_a_question_mark_for_each_character(void **state)
{
    (void)state;
    const struct page page = open_page(true);
    page_left(&page, 5, "中a国");
    assert_printed(&page, "?a?  ");
}

static void what_is_too_wide_is_cut_between_characters(void **state)
{
    (void)state;
    const struct page page = open_page(false);
    page_left(&page, 4, "中国人");
    assert_printed(&page, "中~ ");
}

static void words_break_before_the_width(void **state)
{
    (void)state;
    const struct page page = open_page(false);
    page_words(&page, 2, "twelve letters and more");
    assert_printed(&page, "twelve letters and\n  more\n");
}

static void a_word_of_any_length_is_printed_whole(void **state)
{
    (void)state;
    char word[3 * 200 + 1] = "";
    char line[sizeof word + 1];
    const struct page page = open_page(false);
    for (size_t k = 0; k < 200; k++)
        strcat(word, "中");
    page_words(&page, 0, word);
    snprintf(line, sizeof line, "%s\n", word);
    assert_printed(&page, line);
}

static void text_hangs_beside_a_short_head_and_below_a_long_one(void **state)
{
    (void)state;
    const struct page page = open_page(false);
    page_hanging(&page, "a", 4, "one");
    page_hanging(&page, "abc", 4, "two");
    assert_printed(&page, "a   one\nabc\n    two\n");
}

static void large_numbers_are_separated(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(page_count(0, text, sizeof text), "0");
    assert_string_equal(page_count(999, text, sizeof text), "999");
    assert_string_equal(page_count(1000, text, sizeof text), "1,000");
    assert_string_equal(page_count(12345678, text, sizeof text), "12,345,678");
}

static void seconds_are_rounded_up_to_minutes_or_hours(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(page_time(0, text, sizeof text), "0:00");
    assert_string_equal(page_time(74.2, text, sizeof text), "1:15");
    assert_string_equal(page_time(3599.5, text, sizeof text), "1:00:00");
    assert_string_equal(page_time(3675, text, sizeof text), "1:01:15");
}

static void shares_and_differences_have_no_needless_nought(void **state)
{
    (void)state;
    char text[32];
    const struct page page = {.minus = "-"};
    assert_string_equal(page_share(0.614, text, sizeof text), ".61");
    assert_string_equal(page_share(0.996, text, sizeof text), "1.0");
    assert_string_equal(page_share(NAN, text, sizeof text), "");
    assert_string_equal(page_difference(&page, -0.0124, text, sizeof text), "-.012");
    assert_string_equal(page_difference(&page, 1.5, text, sizeof text), "+1.500");
    assert_string_equal(page_difference(&page, -0.0001, text, sizeof text), ".000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_characters_take_two_columns),
        cmocka_unit_test(combining_marks_take_no_column),
        cmocka_unit_test(ascii_shows_a_question_mark_for_each_character),
        cmocka_unit_test(what_is_too_wide_is_cut_between_characters),
        cmocka_unit_test(words_break_before_the_width),
        cmocka_unit_test(a_word_of_any_length_is_printed_whole),
        cmocka_unit_test(text_hangs_beside_a_short_head_and_below_a_long_one),
        cmocka_unit_test(large_numbers_are_separated),
        cmocka_unit_test(seconds_are_rounded_up_to_minutes_or_hours),
        cmocka_unit_test(shares_and_differences_have_no_needless_nought),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}

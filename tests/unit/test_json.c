/* JSON: what is written is what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

static void items_stand_below_each_other(void **state)
{
    struct text text = {0};
    struct json json = {.out = &text};
    (void)state;
    json_begin(&json, NULL, '{');
    json_text(&json, "a", "x");
    json_begin(&json, "b", '[');
    json_number(&json, NULL, 0.1);
    json_number(&json, NULL, 2);
    json_end(&json, ']');
    json_end(&json, '}');
    assert_string_equal(text.bytes, "{\n \"a\": \"x\",\n \"b\": [\n  0.1,\n  2\n ]\n}");
    text_free(&text);
}

static void a_line_has_all_that_is_in_it(void **state)
{
    struct text text = {0};
    struct json json = {.out = &text};
    (void)state;
    json_begin(&json, NULL, '[');
    json_begin_line(&json, NULL, '{');
    json_begin_line(&json, "in", '{');
    json_number(&json, "a", 1);
    json_end(&json, '}');
    json_texts(&json, "words", (const char *const[]){"x", "y", NULL});
    json_end(&json, '}');
    json_number(&json, NULL, 3);
    json_end(&json, ']');
    assert_string_equal(text.bytes, "[\n {\"in\": {\"a\": 1}, \"words\": [\"x\", \"y\"]},\n 3\n]");
    text_free(&text);
}

static void what_is_empty_stays_closed(void **state)
{
    struct text text = {0};
    struct json json = {.out = &text};
    (void)state;
    json_begin(&json, NULL, '{');
    json_begin(&json, "a", '{');
    json_end(&json, '}');
    json_end(&json, '}');
    assert_string_equal(text.bytes, "{\n \"a\": {}\n}");
    text_free(&text);
}

static void signs_of_texts_are_escaped(void **state)
{
    struct text text = {0};
    struct json json = {.out = &text};
    (void)state;
    json_text(&json, NULL, "a\"b\\c\nd\te\x01é");
    assert_string_equal(text.bytes, "\"a\\\"b\\\\c\\u000ad\\u0009e\\u0001é\"");
    text_free(&text);
}

static void literals_have_other_quotes(void **state)
{
    struct text text = {0};
    struct json json = {.out = &text};
    (void)state;
    json_begin_line(&json, NULL, '{');
    json_text(&json, "a", "it's");
    json_literal(&json, "b", "{'type': '%s'}", "null");
    json_end(&json, '}');
    assert_string_equal(text.bytes, "{\"a\": \"it's\", \"b\": {\"type\": \"null\"}}");
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stand_below_each_other), cmocka_unit_test(a_line_has_all_that_is_in_it),
        cmocka_unit_test(what_is_empty_stays_closed),   cmocka_unit_test(signs_of_texts_are_escaped),
        cmocka_unit_test(literals_have_other_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

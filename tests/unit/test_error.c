/* Errors and the trace that they grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void setting_an_error_returns_its_code(void **state)
{
    struct error error = {0};
    (void)state;
    assert_int_equal(error_set(&error, BAD_INPUT, "%s has %d legs", "a bee", 6), BAD_INPUT);
    assert_int_equal(error.code, BAD_INPUT);
    assert_string_equal(error.text, "a bee has 6 legs");
    error_free(&error);
}

static void a_second_error_replaces_the_first(void **state)
{
    struct error error = {0};
    (void)state;
    error_set(&error, BAD_INPUT, "one");
    error_set(&error, FAILED, "two");
    assert_int_equal(error.code, FAILED);
    assert_string_equal(error.text, "two");
    error_free(&error);
}

static void context_comes_before_the_message(void **state)
{
    struct error error = {0};
    (void)state;
    error_set(&error, BAD_INPUT, "no such file");
    assert_int_equal(error_context(&error, "reading %s", "x.yaml"), BAD_INPUT);
    assert_int_equal(error_context(&error, "scenario %d", 2), BAD_INPUT);
    assert_string_equal(error.text, "scenario 2: reading x.yaml: no such file");
    error_free(&error);
}

static void a_long_message_is_kept_whole(void **state)
{
    struct error error = {0};
    char text[5001];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&error, FAILED, "%s", text);
    assert_string_equal(error.text, text);
    error_free(&error);
}

static void out_of_memory_needs_no_memory_and_takes_context(void **state)
{
    struct error error = {0};
    (void)state;
    error_set(&error, BAD_INPUT, "something else");
    assert_int_equal(error_memory(&error), FAILED);
    assert_string_equal(error.text, "out of memory");
    assert_int_equal(error_context(&error, "reading"), FAILED);
    assert_string_equal(error.text, "reading: out of memory");
    assert_int_equal(error_memory(&error), FAILED);
    error_free(&error);
}

static void a_freed_error_is_empty(void **state)
{
    struct error error = {0};
    (void)state;
    error_set(&error, FAILED, "x");
    error_free(&error);
    assert_null(error.text);
    assert_int_equal(error.code, OK);
    error_free(&error);
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, BAD_INPUT, "x"), BAD_INPUT);
    assert_int_equal(error_memory(NULL), FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_an_error_returns_its_code),
        cmocka_unit_test(a_second_error_replaces_the_first),
        cmocka_unit_test(context_comes_before_the_message),
        cmocka_unit_test(a_long_message_is_kept_whole),
        cmocka_unit_test(out_of_memory_needs_no_memory_and_takes_context),
        cmocka_unit_test(a_freed_error_is_empty),
        cmocka_unit_test(nobody_need_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

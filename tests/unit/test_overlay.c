/* Overlays: settings as the configuration that they make, and paths from one file to another. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "config/overlay.h"
#include "folder.h"

static void check_overlay(char *const *settings, size_t n, const char *wanted)
{
    struct text text = {0};
    struct error error = {0};
    if (overlay_add(&text, settings, n, &error) != OK)
        fail_msg("%s", error.text);
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
}

static void a_setting_is_a_mapping_a_level_a_dot(void **state)
{
    (void)state;
    char *settings[] = {(char *)"states.CHN.will=0.5"};
    check_overlay(settings, 1, "states:\n  CHN:\n    will: 0.5\n");
}

static void a_group_of_parameters_goes_below_parameters(void **state)
{
    (void)state;
    char *settings[] = {(char *)"agenda.stride=1.5", (char *)"parameters.trade.noise=0.1"};
    check_overlay(settings, 2, "parameters:\n  agenda:\n    stride: 1.5\n  trade:\n    noise: 0.1\n");
}

static void settings_of_one_mapping_stand_together(void **state)
{
    (void)state;
    char *settings[] = {(char *)"trade.constant=1", (char *)"states.CHN.will=0.5", (char *)"trade.noise=0.1",
                        (char *)"states.CHN.vision=0.2"};
    check_overlay(settings, 4,
                  "parameters:\n  trade:\n    constant: 1\n    noise: 0.1\nstates:\n  CHN:\n    will: 0.5\n    "
                  "vision: 0.2\n");
}

static void the_last_of_two_settings_wins(void **state)
{
    (void)state;
    char *settings[] = {(char *)"trade.constant=1", (char *)"trade.constant=2"};
    check_overlay(settings, 2, "parameters:\n  trade:\n    constant: 2\n");
}

static void lists_texts_and_nulls_stay_what_they_are(void **state)
{
    (void)state;
    char *settings[] = {(char *)"years=[2001, 2006]", (char *)"mechanisms.learning=off", (char *)"events.storm=~",
                        (char *)"title=\"on: the table\""};
    check_overlay(settings, 4,
                  "years: [2001, 2006]\nmechanisms:\n  learning: off\nevents:\n  storm: ~\ntitle: \"on: the table\"\n");
}

static void what_is_no_setting_is_told(void **state)
{
    (void)state;
    char *settings[] = {(char *)"trade.constant=[1"};
    struct text text = {0};
    struct error error = {0};
    assert_int_equal(overlay_add(&text, settings, 1, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "--set:1:"));
    error_free(&error);
    text_free(&text);
}

static void check_path(const char *from, const char *to, const char *wanted)
{
    char *path = overlay_relative_path(from, to);
    assert_string_equal(path, wanted);
    free(path);
}

static void a_path_leads_from_one_file_to_another(void **state)
{
    (void)state;
    assert_int_equal(mkdir("a", 0777) | mkdir("a/deep", 0777) | mkdir("ab", 0777), 0);
    write_file("top.yaml", "");
    write_file("a/base.yaml", "");
    write_file("ab/base.yaml", "");
    check_path("new.yaml", "top.yaml", "top.yaml");
    check_path("new.yaml", "a/base.yaml", "a/base.yaml");
    check_path("a/new.yaml", "a/base.yaml", "base.yaml");
    check_path("a/new.yaml", "top.yaml", "../top.yaml");
    check_path("a/deep/new.yaml", "ab/base.yaml", "../../ab/base.yaml"); /* a and ab share letters, and no folder */
    check_path("./a/deep/new.yaml", "a/./base.yaml", "../base.yaml");
}

static void a_link_is_followed(void **state)
{
    (void)state;
    assert_int_equal(mkdir("a", 0777) | symlink("a", "link"), 0);
    write_file("a/base.yaml", "");
    check_path("link/new.yaml", "a/base.yaml", "base.yaml");
    check_path("new.yaml", "link/base.yaml", "a/base.yaml");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_is_a_mapping_a_level_a_dot),
        cmocka_unit_test(a_group_of_parameters_goes_below_parameters),
        cmocka_unit_test(settings_of_one_mapping_stand_together),
        cmocka_unit_test(the_last_of_two_settings_wins),
        cmocka_unit_test(lists_texts_and_nulls_stay_what_they_are),
        cmocka_unit_test(what_is_no_setting_is_told),
        TEST(a_path_leads_from_one_file_to_another),
        TEST(a_link_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

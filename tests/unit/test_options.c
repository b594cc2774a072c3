/* What stands on the command line. The file is included since the command line is in no library. */
#include "cli/options.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct option table[] = {
    {"output", 'o', false, "FILE", ""}, {"set", 's', true, "KEY=VALUE", ""}, {"seed", 0, false, "N", ""},
    {"quiet", 'q', false, NULL, ""},    {"force", 'f', false, NULL, ""},
};

enum { MOST_WORDS = 8, N_OPTIONS = sizeof table / sizeof *table };

/* Parse the words up to NULL, after a command name. */
static int parse(struct options *options, struct error *error, char *words[])
{
    char *argv[MOST_WORDS + 3] = {"entente", "run"};
    int argc = 2;
    while (*words)
        argv[argc++] = *words++;
    return options_parse(options, table, N_OPTIONS, argc, argv, 2, error);
}

#define WORDS(...) ((char *[]){__VA_ARGS__, NULL})

static void assert_refused(char *words[], const char *message)
{
    struct options options = {0};
    struct error error = {0};
    assert_int_equal(parse(&options, &error, words), BAD_INPUT);
    assert_string_equal(error.text, message);
    assert_null(options.given);
    error_free(&error);
}

static void options_may_come_after_files(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(parse(&options, NULL, WORDS("a.yaml", "-q", "b.yaml", "--force")), OK);
    assert_int_equal(options.n_operands, 2);
    assert_string_equal(options.operands[1], "b.yaml");
    assert_true(options_has(&options, "quiet") && options_has(&options, "force"));
    options_free(&options);
}

static void a_value_is_taken_in_each_form(void **state)
{
    char **forms[] = {WORDS("--output", "x"), WORDS("--output=x"), WORDS("-o", "x"),
                      WORDS("-ox"),           WORDS("-o=x"),       WORDS("-qo", "x")};
    (void)state;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        struct options options;
        assert_int_equal(parse(&options, NULL, forms[k]), OK);
        assert_string_equal(options_text(&options, "output"), "x");
        assert_int_equal(options.n_operands, 0);
        options_free(&options);
    }
}

static void a_value_may_begin_with_one_dash(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(parse(&options, NULL, WORDS("--set", "-fog=1", "-o", "-")), OK);
    assert_string_equal(options_text(&options, "set"), "-fog=1");
    assert_string_equal(options_text(&options, "output"), "-");
    options_free(&options);
}

static void repeated_options_keep_their_order(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(parse(&options, NULL, WORDS("-s", "a=1", "x", "--set=b=2", "-sa=3")), OK);
    assert_int_equal(options.n_given, 3);
    assert_string_equal(options.given[0].value, "a=1");
    assert_string_equal(options.given[1].value, "b=2");
    assert_string_equal(options.given[2].value, "a=3");
    options_free(&options);
}

static void two_dashes_end_the_options(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(parse(&options, NULL, WORDS("-q", "--", "--force", "-x")), OK);
    assert_int_equal(options.n_operands, 2);
    assert_string_equal(options.operands[0], "--force");
    assert_false(options_has(&options, "force"));
    options_free(&options);
}

static void a_single_dash_is_an_operand(void **state)
{
    struct options options;
    (void)state;
    assert_int_equal(parse(&options, NULL, WORDS("-")), OK);
    assert_int_equal(options.n_operands, 1);
    options_free(&options);
}

static void an_unknown_option_gets_the_nearest(void **state)
{
    (void)state;
    assert_refused(WORDS("--ouput", "x"), "there is no option --ouput; did you mean --output?");
    assert_refused(WORDS("--ouput=x"), "there is no option --ouput; did you mean --output?");
    assert_refused(WORDS("--out", "x"), "there is no option --out"); /* no abbreviations: they change as options come */
    assert_refused(WORDS("--telephone"), "there is no option --telephone");
    assert_refused(WORDS("-x"), "there is no option -x");
}

static void a_long_option_with_one_dash_is_no_bundle_of_letters(void **state)
{
    (void)state;
    assert_refused(WORDS("-force"), "there is no option -force; did you mean --force?"); /* not -f -o rce */
    assert_refused(WORDS("-output=x"), "there is no option -output=x; did you mean --output=x?");
}

static void a_forgotten_value_is_noticed(void **state)
{
    (void)state;
    assert_refused(WORDS("a", "--output"), "--output needs FILE after it");
    assert_refused(WORDS("-o", "--force"),
                   "--output needs FILE after it, not '--force' (if that is meant, write --output=--force)");
    assert_refused(WORDS("--output", "-f"),
                   "--output needs FILE after it, not '-f' (if that is meant, write --output=-f)");
    assert_refused(WORDS("--output="), "--output needs FILE, not an empty text");
}

static void a_switch_takes_no_value(void **state)
{
    (void)state;
    assert_refused(WORDS("--quiet=yes"), "--quiet takes no value");
}

static void an_option_is_given_once(void **state)
{
    (void)state;
    assert_refused(WORDS("--seed", "1", "--seed=2"), "--seed is given twice");
    assert_refused(WORDS("-qq"), "--quiet is given twice");
}

/* Read --seed `text` as a whole number from 1 to `high`. */
static int read_number(char *text, uint64_t high, uint64_t *number, struct error *error)
{
    struct options options;
    assert_int_equal(parse(&options, NULL, WORDS("--seed", text)), OK);
    const int result = options_whole_number(&options, "seed", 1, high, number, error);
    options_free(&options);
    return result;
}

static void whole_numbers_are_read_up_to_the_largest(void **state)
{
    uint64_t number = 0;
    (void)state;
    assert_int_equal(read_number("18446744073709551615", UINT64_MAX, &number, NULL), OK);
    assert_true(number == UINT64_MAX);
    assert_int_equal(read_number("007", 10, &number, NULL), OK);
    assert_int_equal(number, 7);
}

static void what_is_no_whole_number_in_range_is_refused(void **state)
{
    char *texts[] = {"0", "11", "-1", "+1", " 1", "1 ", "1.0", "1e1", "ten", "0x1", "18446744073709551617"};
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        uint64_t number = 99;
        assert_int_equal(read_number(texts[k], 10, &number, NULL), BAD_INPUT);
        assert_int_equal(number, 99);
    }
}

static void a_number_beyond_64_bits_is_refused(void **state)
{
    uint64_t number = 99;
    (void)state;
    assert_int_equal(read_number("18446744073709551616", UINT64_MAX, &number, NULL), BAD_INPUT);
    assert_int_equal(number, 99);
}

static void the_message_names_option_value_and_range(void **state)
{
    struct error error = {0};
    uint64_t number = 0;
    (void)state;
    assert_int_equal(read_number("1e99", 100000000, &number, &error), BAD_INPUT);
    assert_string_equal(error.text, "--seed: '1e99' is not a whole number from 1 to 100000000");
    error_free(&error);
}

static void an_option_not_given_leaves_the_value(void **state)
{
    const struct options none = {0};
    uint64_t number = 5;
    size_t choice = 6;
    int first = 7, last = 8;
    (void)state;
    assert_int_equal(options_whole_number(&none, "seed", 0, 1, &number, NULL), OK);
    assert_int_equal(options_choice(&none, "seed", NULL, 0, &choice, NULL), OK);
    assert_int_equal(options_years(&none, "seed", &first, &last, NULL), OK);
    assert_true(number == 5 && choice == 6 && first == 7 && last == 8);
}

static void a_choice_is_its_index(void **state)
{
    static const char *const choices[] = {"on", "off"};
    struct options options;
    struct error error = {0};
    size_t choice = 9;
    (void)state;
    assert_int_equal(parse(&options, NULL, WORDS("-s", "off", "-o", "maybe")), OK);
    assert_int_equal(options_choice(&options, "set", choices, 2, &choice, NULL), OK);
    assert_int_equal(choice, 1);
    assert_int_equal(options_choice(&options, "output", choices, 2, &choice, &error), BAD_INPUT);
    assert_string_equal(error.text, "--output: 'maybe' is not on or off");
    error_free(&error);
    options_free(&options);
}

static int read_years(char *text, int *first, int *last, struct error *error)
{
    struct options options;
    assert_int_equal(parse(&options, NULL, WORDS("--seed", text)), OK);
    const int result = options_years(&options, "seed", first, last, error);
    options_free(&options);
    return result;
}

static void years_are_first_and_last(void **state)
{
    int first = 0, last = 0;
    (void)state;
    assert_int_equal(read_years("2001:2020", &first, &last, NULL), OK);
    assert_true(first == 2001 && last == 2020);
    assert_int_equal(read_years("1999", &first, &last, NULL), OK);
    assert_true(first == 1999 && last == 1999);
    assert_int_equal(read_years("-5:-3", &first, &last, NULL), OK);
    assert_true(first == -5 && last == -3);
}

static void years_in_another_form_are_explained(void **state)
{
    static const struct {
        char *text;
        const char *message;
    } cases[] = {
        {"2001-2020", "--seed: '2001-2020' is not FIRST:LAST; did you mean 2001:2020?"},
        {"2020:2001", "--seed: '2020:2001' ends before it begins"},
        {"2001:", "--seed: '2001:' is not FIRST:LAST, such as 2001:2020"},
        {":", "--seed: ':' is not FIRST:LAST, such as 2001:2020"},
        {"2001:2002:2003", "--seed: '2001:2002:2003' is not FIRST:LAST, such as 2001:2020"},
        {"2001-", "--seed: '2001-' is not FIRST:LAST, such as 2001:2020"},
        {"2001:99999999999", "--seed: '2001:99999999999' is not FIRST:LAST, such as 2001:2020"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct error error = {0};
        int first = 1, last = 2;
        assert_int_equal(read_years(cases[k].text, &first, &last, &error), BAD_INPUT);
        assert_string_equal(error.text, cases[k].message);
        assert_true(first == 1 && last == 2);
        error_free(&error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_may_come_after_files),
        cmocka_unit_test(a_value_is_taken_in_each_form),
        cmocka_unit_test(a_value_may_begin_with_one_dash),
        cmocka_unit_test(repeated_options_keep_their_order),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(a_single_dash_is_an_operand),
        cmocka_unit_test(an_unknown_option_gets_the_nearest),
        cmocka_unit_test(a_long_option_with_one_dash_is_no_bundle_of_letters),
        cmocka_unit_test(a_forgotten_value_is_noticed),
        cmocka_unit_test(a_switch_takes_no_value),
        cmocka_unit_test(an_option_is_given_once),
        cmocka_unit_test(whole_numbers_are_read_up_to_the_largest),
        cmocka_unit_test(what_is_no_whole_number_in_range_is_refused),
        cmocka_unit_test(a_number_beyond_64_bits_is_refused),
        cmocka_unit_test(the_message_names_option_value_and_range),
        cmocka_unit_test(an_option_not_given_leaves_the_value),
        cmocka_unit_test(a_choice_is_its_index),
        cmocka_unit_test(years_are_first_and_last),
        cmocka_unit_test(years_in_another_form_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

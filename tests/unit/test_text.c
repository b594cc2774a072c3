/* Text that grows, numbers as text, hashes and near names. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void text_grows_beyond_its_first_room(void **state)
{
    struct text text = {0};
    (void)state;
    for (int k = 0; k < 1000; k++)
        text_add(&text, "%03d", k);
    assert_int_equal(text.n, 3000);
    assert_memory_equal(text.bytes + 2997, "999", 4);
    text_free(&text);
}

static void one_addition_may_be_long(void **state)
{
    struct text text = {0};
    char word[1001];
    (void)state;
    memset(word, 'w', 1000);
    word[1000] = '\0';
    text_add(&text, "%s-%s", word, word);
    assert_int_equal(text.n, 2001);
    assert_int_equal(text.bytes[1000], '-');
    text_free(&text);
}

static void taking_an_empty_text_gives_an_empty_string(void **state)
{
    struct text text = {0};
    (void)state;
    char *taken = text_take(&text);
    assert_string_equal(taken, "");
    assert_null(text.bytes);
    free(taken);
}

static void exhausted_text_gives_nothing(void **state)
{
    struct text text = {0};
    (void)state;
    text_add(&text, "abc");
    text.is_exhausted = true;
    text_add(&text, "def");
    assert_int_equal(text.n, 3);
    assert_null(text_take(&text));
}

static void assert_number(double number, const char *expected)
{
    struct text text = {0};
    text_add_number(&text, number);
    assert_string_equal(text.bytes, expected);
    text_free(&text);
}

static void numbers_are_as_short_as_they_can_be(void **state)
{
    (void)state;
    assert_number(0.1, "0.1");
    assert_number(0.1 + 0.2, "0.30000000000000004");
    assert_number(100, "100");
    assert_number(1e22, "1e+22");
    assert_number(-0.0, "-0");
    assert_number((double)INFINITY, ".inf");
    assert_number(-(double)INFINITY, "-.inf");
    assert_number((double)NAN, ".nan");
}

static void numbers_read_back_as_they_were(void **state)
{
    uint64_t bits = 88172645463325252u;
    (void)state;
    for (int k = 0; k < 10000; k++) {
        struct text text = {0};
        double number;
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17; /* Marsaglia's xorshift */
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number))
            continue;
        text_add_number(&text, number);
        assert_true(strtod(text.bytes, NULL) == number);
        text_free(&text);
    }
}

/* Values of the authors' reference (Fowler, Noll & Vo, test suite). */
static void assert_word(const char *string, const char *word)
{
    struct text text = {0};
    text_add_word(&text, string);
    assert_string_equal(text.bytes, word);
    text_free(&text);
}

static void a_word_is_quoted_where_a_shell_would_see_more(void **state)
{
    (void)state;
    assert_word("--set=a.b=1", "--set=a.b=1");
    assert_word("", "''");
    assert_word("a b", "'a b'");
    assert_word("$(a)", "'$(a)'");
    assert_word("it's", "'it'\\''s'");
}

static void a_shell_reads_a_word_back_as_it_was(void **state)
{
    const char *const string = "it's \"$HOME\" `id` \\ * ~ #! {a,b} \t\x01 \xc3\xa9; & |";
    struct text command = {0};
    char found[100] = "";
    (void)state;
    text_add(&command, "printf %%s ");
    text_add_word(&command, string);
    FILE *shell = popen(command.bytes, "r");
    assert_non_null(shell);
    assert_int_equal(fread(found, 1, sizeof found - 1, shell), strlen(string));
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(found, string);
    text_free(&command);
}

static void hashes_are_fnv_1a(void **state)
{
    (void)state;
    assert_int_equal(text_hash(""), 0x811c9dc5u);
    assert_int_equal(text_hash("a"), 0xe40c292cu);
    assert_int_equal(text_hash("foobar"), 0xbf9cf968u);
}

static void distances_count_slips(void **state)
{
    (void)state;
    assert_int_equal(text_distance("will", "will"), 0);
    assert_int_equal(text_distance("wil", "will"), 1);
    assert_int_equal(text_distance("wlil", "will"), 1); /* a swap */
    assert_int_equal(text_distance("wall", "will"), 1);
    assert_int_equal(text_distance("WILL", "will"), 0);
    assert_int_equal(text_distance("", "will"), 4);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("ca", "abc"), 3); /* of optimal string alignment; without the restriction 2 */
}

static void distance_is_symmetric(void **state)
{
    static const char *const words[] = {"vision", "visoin", "decision", "", "will", "xx", "commitment"};
    (void)state;
    for (size_t a = 0; a < 7; a++)
        for (size_t b = 0; b < 7; b++)
            assert_int_equal(text_distance(words[a], words[b]), text_distance(words[b], words[a]));
}

static void overlong_names_are_near_nothing(void **state)
{
    char name[100];
    (void)state;
    memset(name, 'x', 99);
    name[99] = '\0';
    assert_true(text_distance(name, name) == SIZE_MAX);
    struct nearest nearest = {.wanted = name};
    nearest_try(&nearest, name);
    assert_string_equal(nearest_hint(&nearest), "");
}

static void the_nearest_name_is_hinted_at(void **state)
{
    struct nearest nearest = {.wanted = "visoin"};
    (void)state;
    nearest_try(&nearest, "precision");
    nearest_try(&nearest, "vision");
    nearest_try(&nearest, "visions");
    assert_string_equal(nearest_hint(&nearest), "; did you mean `vision`?");
}

static void a_far_name_is_not_hinted_at(void **state)
{
    struct nearest nearest = {.wanted = "zeal"};
    (void)state;
    nearest_try(&nearest, "will");
    nearest_try(&nearest, "position");
    assert_null(nearest.best);
    assert_string_equal(nearest_hint(&nearest), "");
}

static void a_part_of_a_name_is_kept(void **state)
{
    struct nearest nearest = {.wanted = "agend"};
    (void)state;
    nearest_try_part(&nearest, "agenda.stride", 6);
    nearest_try_part(&nearest, "alignment.decay", 9);
    assert_string_equal(nearest.best, "agenda");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_beyond_its_first_room),
        cmocka_unit_test(one_addition_may_be_long),
        cmocka_unit_test(taking_an_empty_text_gives_an_empty_string),
        cmocka_unit_test(exhausted_text_gives_nothing),
        cmocka_unit_test(numbers_are_as_short_as_they_can_be),
        cmocka_unit_test(numbers_read_back_as_they_were),
        cmocka_unit_test(a_word_is_quoted_where_a_shell_would_see_more),
        cmocka_unit_test(a_shell_reads_a_word_back_as_it_was),
        cmocka_unit_test(hashes_are_fnv_1a),
        cmocka_unit_test(distances_count_slips),
        cmocka_unit_test(distance_is_symmetric),
        cmocka_unit_test(overlong_names_are_near_nothing),
        cmocka_unit_test(the_nearest_name_is_hinted_at),
        cmocka_unit_test(a_far_name_is_not_hinted_at),
        cmocka_unit_test(a_part_of_a_name_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* YAML as a tree with places: parsing, aliases, merge keys, scalars, diagnostics. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/parse.h"

/* A text as if it were a file, and what is read from it. */
struct reading {
    struct arena arena;
    struct diagnostics diagnostics;
    struct source source;
    struct node *root;
};

static void read_text(struct reading *reading, const char *text)
{
    *reading = (struct reading){.source = {.name = "file", .bytes = text, .n = strlen(text)}};
    reading->diagnostics.arena = &reading->arena;
    reading->root = parse_document(&reading->arena, &reading->diagnostics, &reading->source, 0, 1);
}

static void end(struct reading *reading) { arena_free(&reading->arena); }

static const char *text_of(const struct node *mapping, const char *key)
{
    const struct node *node = node_get(mapping, key);
    return node && node->kind == NODE_SCALAR ? node->text : "(none)";
}

/* All that is said of the text, which may be NULL for nothing. */
static void assert_told(const char *text, const char *expected)
{
    struct reading reading;
    struct error error = {0};
    read_text(&reading, text);
    const int code = diagnostics_report(&reading.diagnostics, &error);
    assert_int_equal(code, expected ? BAD_INPUT : OK);
    if (expected)
        assert_string_equal(error.text, expected);
    error_free(&error);
    end(&reading);
}

static void mappings_keep_their_order_and_places(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "b: 1\na:\n  - x\n  - {y: z}\n");
    assert_int_equal(reading.root->n, 2);
    assert_string_equal(reading.root->pairs[0].key->text, "b");
    const struct node *list = node_get(reading.root, "a");
    assert_int_equal(list->kind, NODE_LIST);
    const struct place place = node_get(list->items[1], "y")->place;
    assert_int_equal(place.line, 4);
    assert_int_equal(place.column, 9);
    end(&reading);
}

static void columns_count_characters_not_bytes(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "{上海: é, b: 1}");
    assert_int_equal(node_get(reading.root, "b")->place.column, 12);
    end(&reading);
}

static void a_large_mapping_is_found_by_key(void **state)
{
    struct reading reading;
    struct text text = {0};
    char key[16];
    (void)state;
    for (int k = 0; k < 5000; k++)
        text_add(&text, "k%d: %d\n", k, k);
    read_text(&reading, text.bytes);
    for (int k = 0; k < 5000; k++) {
        snprintf(key, sizeof key, "k%d", k);
        const struct pair *pair = node_find(reading.root, key);
        assert_non_null(pair);
        assert_int_equal(pair - reading.root->pairs, k);
    }
    assert_null(node_find(reading.root, "k5000"));
    end(&reading);
    text_free(&text);
}

static void an_alias_is_the_node_of_its_anchor(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "a: &x {b: 1}\nc: *x\n");
    assert_ptr_equal(node_get(reading.root, "a"), node_get(reading.root, "c"));
    end(&reading);
}

static void an_anchor_may_be_given_anew(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    assert_string_equal(text_of(reading.root, "b"), "1");
    assert_string_equal(text_of(reading.root, "d"), "2");
    end(&reading);
}

static void own_keys_win_over_merged_ones_and_earlier_over_later(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "a: &a {x: a, y: a}\nb: &b {y: b, z: b}\nc: {<<: [*a, *b], x: c}\n");
    const struct node *merged = node_get(reading.root, "c");
    assert_string_equal(text_of(merged, "x"), "c");
    assert_string_equal(text_of(merged, "y"), "a");
    assert_string_equal(text_of(merged, "z"), "b");
    assert_int_equal(merged->n, 3);
    end(&reading);
}

static void a_quoted_merge_key_is_a_key(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "'<<': 1\n");
    assert_string_equal(text_of(reading.root, "<<"), "1");
    end(&reading);
}

static void a_tag_of_text_makes_a_text(void **state)
{
    struct reading reading;
    double value;
    (void)state;
    read_text(&reading, "a: !!str 5\nb: !!int 5\nc: ! ~\n");
    assert_int_equal(node_number(node_get(reading.root, "a"), &value), NUMBER_QUOTED);
    assert_int_equal(node_number(node_get(reading.root, "b"), &value), NUMBER_GOOD);
    assert_false(node_is_null(node_get(reading.root, "c")));
    end(&reading);
}

static void an_empty_text_has_no_document(void **state)
{
    static const char *const empty[] = {"", "\n\n", "# a comment\n"};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct reading reading;
        read_text(&reading, empty[k]);
        assert_null(reading.root);
        assert_int_equal(reading.diagnostics.n_found, 0);
        end(&reading);
    }
}

static void a_duplicate_key_is_told(void **state)
{
    (void)state;
    assert_told("a: 1\nb: 2\na: 3\n",
                "file:3:1: error: the key `a` is here a second time; it must be in a mapping once "
                "(first in line 1)\n  a: 3\n  ^");
}

static void all_duplicate_keys_are_told(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "a: 1\na: 2\nb: {c: 1, c: 2}\n");
    assert_non_null(reading.root);
    assert_int_equal(reading.diagnostics.n_found, 2);
    end(&reading);
}

static void many_aliases_are_fine_until_they_repeat_too_much(void **state)
{
    struct text text = {0};
    struct reading reading;
    (void)state;
    text_add(&text, "a: &a [");
    for (int k = 0; k < 998; k++)
        text_add(&text, "x,");
    text_add(&text, "x]\nb: ["); /* 999 texts in a list: 1000 nodes */
    for (int k = 0; k < 1000; k++)
        text_add(&text, "*a,");
    const size_t n = text.n;
    text_add(&text, "]\n");
    read_text(&reading, text.bytes);
    assert_int_equal(reading.diagnostics.n_found, 0);
    end(&reading);
    text.n = n;
    text_add(&text, "*a]\n");
    read_text(&reading, text.bytes);
    assert_int_equal(reading.diagnostics.n_found, 1);
    assert_null(reading.root);
    end(&reading);
    text_free(&text);
}

static void nesting_is_fine_until_it_is_too_deep(void **state)
{
    char text[2 * (PARSE_DEEPEST + 1) + 1];
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        struct reading reading;
        const size_t n = (size_t)(PARSE_DEEPEST + extra);
        memset(text, '[', n);
        memset(text + n, ']', n);
        text[2 * n] = '\0';
        read_text(&reading, text);
        assert_int_equal(reading.diagnostics.n_found, extra);
        end(&reading);
    }
}

static enum number kind_of(const char *text)
{
    struct arena arena = {0};
    struct node *node = node_scalar(&arena, text, strlen(text), (struct place){0});
    double value;
    const enum number kind = node_number(node, &value);
    arena_free(&arena);
    return kind;
}

static void numbers_are_plain_decimal(void **state)
{
    static const char *const good[] = {"0", "1", "-1", "+1", "1e3", ".5", "5.", "-.5e-3", "1E+22", "0.5"};
    static const char *const bad[] = {"",    "abc",    "1e",  "e5",    ".",   "+", "-",
                                      "1 2", "1.2.3x", "--1", "1e5.5", "5,5", "e", "1f"};
    static const char *const other[] = {"0x1F", "0o17", "017", "00", "1_000", "1:30", "-012", "0b11", "1.2.3"};
    (void)state;
    for (size_t k = 0; k < sizeof good / sizeof *good; k++)
        assert_int_equal(kind_of(good[k]), NUMBER_GOOD);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_int_equal(kind_of(bad[k]), NUMBER_NOT);
    for (size_t k = 0; k < sizeof other / sizeof *other; k++)
        assert_int_equal(kind_of(other[k]), NUMBER_OTHER_BASE);
    assert_int_equal(kind_of("1e999"), NUMBER_TOO_LARGE);
    assert_int_equal(kind_of("-.Inf"), NUMBER_INFINITE);
    assert_int_equal(kind_of(".NaN"), NUMBER_NAN);
}

static void counts_are_64_bits_of_digits(void **state)
{
    struct reading reading;
    uint64_t value = 0;
    (void)state;
    read_text(&reading, "[0, 18446744073709551615, 18446744073709551616, -1, 1.0, '5', 05]");
    assert_true(node_is_count(reading.root->items[0], &value));
    assert_true(node_is_count(reading.root->items[1], &value));
    assert_true(value == UINT64_MAX);
    for (size_t k = 2; k < 7; k++)
        assert_false(node_is_count(reading.root->items[k], &value));
    end(&reading);
}

static void truth_is_a_word_without_quotes(void **state)
{
    struct reading reading;
    bool value = false;
    (void)state;
    read_text(&reading, "[on, Yes, TRUE, off, no, false, 'on', y, 1, maybe]");
    for (size_t k = 0; k < 6; k++) {
        assert_true(node_is_truth(reading.root->items[k], &value));
        assert_int_equal(value, k < 3);
    }
    for (size_t k = 6; k < 10; k++)
        assert_false(node_is_truth(reading.root->items[k], &value));
    end(&reading);
}

static void null_is_nothing_or_a_tilde(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "[~, null, '', '~', nil]");
    for (size_t k = 0; k < 5; k++)
        assert_int_equal(node_is_null(reading.root->items[k]), k < 2);
    end(&reading);
    read_text(&reading, "a:\n");
    assert_true(node_is_null(node_get(reading.root, "a")));
    end(&reading);
}

static void a_long_text_is_shown_short(void **state)
{
    struct reading reading;
    (void)state;
    read_text(&reading, "[xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx上海, {}, [], ~]");
    assert_string_equal(node_show(&reading.arena, reading.root->items[0]),
                        "`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...`");
    assert_string_equal(node_show(&reading.arena, reading.root->items[1]), "a mapping");
    assert_string_equal(node_show(&reading.arena, reading.root->items[2]), "a list");
    assert_string_equal(node_show(&reading.arena, reading.root->items[3]), "null");
    end(&reading);
}

static void lines_end_as_yaml_has_it(void **state)
{
    const char text[] = "a\nb\r\nc\rd\xC2\x85"
                        "e\xE2\x80\xA8"
                        "f";
    const struct source source = {.name = "file", .bytes = text, .n = sizeof text - 1};
    (void)state;
    for (uint32_t line = 1; line <= 6; line++) {
        size_t n;
        const char *bytes = source_line(&source, line, &n);
        assert_int_equal(n, 1);
        assert_int_equal(bytes[0], 'a' + (char)line - 1);
    }
    size_t n;
    source_line(&source, 7, &n);
    assert_int_equal(n, 0);
}

static void what_is_not_utf_8_is_found(void **state)
{
    static const char *const sound[] = {"", "a\tb\n", "上海", "\xF0\x9F\x98\x80", "\xC2\x85"};
    static const char *const unsound[] = {"\x80", "\xC0\x80", "\xE4\xB8", "\xED\xA0\x80", "\xF5\x80\x80\x80",
                                          "\x07", "\x7F",     "\xC2\x80", "\xEF\xBF\xBF", "\xE0\x80\x80"};
    struct arena arena = {0};
    struct place place;
    (void)state;
    for (size_t k = 0; k < sizeof sound / sizeof *sound; k++) {
        const struct source source = {.name = "file", .bytes = sound[k], .n = strlen(sound[k])};
        assert_null(source_find_unsound(&arena, &source, &place));
    }
    for (size_t k = 0; k < sizeof unsound / sizeof *unsound; k++) {
        const struct source source = {.name = "file", .bytes = unsound[k], .n = strlen(unsound[k])};
        assert_non_null(source_find_unsound(&arena, &source, &place));
    }
    arena_free(&arena);
}

/* Diagnostics of a made-up source. */
static void diagnostics_are_sorted_and_said_once(void **state)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {.arena = &arena};
    struct error error = {0};
    const struct source first = {.name = "x", .bytes = "one\ntwo\n", .n = 8, .order = 0};
    const struct source second = {.name = "y", .bytes = "three\n", .n = 6, .order = 1};
    (void)state;
    diagnostics_add(&diagnostics, (struct place){&second, 1, 2}, "d");
    diagnostics_add(&diagnostics, (struct place){&first, 2, 3}, "c");
    diagnostics_add(&diagnostics, (struct place){&first, 1, 1}, "b");
    diagnostics_add(&diagnostics, (struct place){&first, 2, 3}, "c");
    diagnostics_add(&diagnostics, (struct place){&first, 0, 0}, "a");
    assert_int_equal(diagnostics_report(&diagnostics, &error), BAD_INPUT);
    assert_string_equal(error.text, "x: error: a\n"
                                    "x:1:1: error: b\n  one\n  ^\n"
                                    "x:2:3: error: c\n  two\n    ^\n"
                                    "y:1:2: error: d\n  three\n   ^");
    error_free(&error);
    arena_free(&arena);
}

static void only_so_many_diagnostics_are_told(void **state)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {.arena = &arena};
    struct error error = {0};
    const struct source source = {.name = "x", .bytes = "", .n = 0};
    (void)state;
    for (uint32_t k = 0; k < 3000; k++)
        diagnostics_add(&diagnostics, (struct place){&source, k + 1, 1}, "wrong");
    diagnostics_report(&diagnostics, &error);
    assert_non_null(strstr(error.text, "x:50:1: error: wrong\nand 2950 more errors"));
    assert_null(strstr(error.text, "x:51:"));
    error_free(&error);
    arena_free(&arena);
}

static void a_diagnostic_cannot_steer_the_terminal(void **state)
{
    struct arena arena = {0};
    struct diagnostics diagnostics = {.arena = &arena};
    struct error error = {0};
    const struct source source = {.name = "x\x1b[2J", .bytes = "a\x1b[31m\tb", .n = 8};
    (void)state;
    diagnostics_add(&diagnostics, (struct place){&source, 1, 8}, "odd \x1b[0m\n text");
    diagnostics_report(&diagnostics, &error);
    assert_string_equal(error.text, "x [2J:1:8: error: odd  [0m  text\n  a [31m b\n         ^");
    error_free(&error);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_keep_their_order_and_places),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(a_large_mapping_is_found_by_key),
        cmocka_unit_test(an_alias_is_the_node_of_its_anchor),
        cmocka_unit_test(an_anchor_may_be_given_anew),
        cmocka_unit_test(own_keys_win_over_merged_ones_and_earlier_over_later),
        cmocka_unit_test(a_quoted_merge_key_is_a_key),
        cmocka_unit_test(a_tag_of_text_makes_a_text),
        cmocka_unit_test(an_empty_text_has_no_document),
        cmocka_unit_test(a_duplicate_key_is_told),
        cmocka_unit_test(all_duplicate_keys_are_told),
        cmocka_unit_test(many_aliases_are_fine_until_they_repeat_too_much),
        cmocka_unit_test(nesting_is_fine_until_it_is_too_deep),
        cmocka_unit_test(numbers_are_plain_decimal),
        cmocka_unit_test(counts_are_64_bits_of_digits),
        cmocka_unit_test(truth_is_a_word_without_quotes),
        cmocka_unit_test(null_is_nothing_or_a_tilde),
        cmocka_unit_test(a_long_text_is_shown_short),
        cmocka_unit_test(lines_end_as_yaml_has_it),
        cmocka_unit_test(what_is_not_utf_8_is_found),
        cmocka_unit_test(diagnostics_are_sorted_and_said_once),
        cmocka_unit_test(only_so_many_diagnostics_are_told),
        cmocka_unit_test(a_diagnostic_cannot_steer_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Files over files, and --set over them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/merge.h"
#include "folder.h"

static const struct key top_keys[] = {{.name = "name"},       {.name = "title"}, {.name = "states"}, {.name = "dyads"},
                                      {.name = "parameters"}, {.name = "years"}, {.name = "events"}, {.name = NULL}};

static bool is_group(const char *name) { return strcmp(name, "agenda") == 0; }

static void try_groups(struct nearest *nearest) { nearest_try(nearest, "agenda"); }

/* Files, then --set, as one tree; what was wrong in error->text. */
static struct node *read_all(struct reading *reading, struct error *error, const char *path, const char *set)
{
    merge_begin(reading, top_keys, is_group, try_groups);
    struct node *root = merge_files(reading, path);
    if (root && set)
        root = merge_set(reading, root, set);
    diagnostics_report(&reading->diagnostics, error);
    return root;
}

/* The text at a dotted path, "(none)" if there is none. */
static const char *text_at(const struct node *node, const char *path)
{
    char part[64];
    while (node && *path) {
        const size_t n = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)n, path);
        node = node_get(node, part);
        path += n + (path[n] == '.');
    }
    return node && node->kind == NODE_SCALAR ? node->text : "(none)";
}

static void end(struct reading *reading, struct error *error)
{
    error_free(error);
    arena_free(&reading->arena);
}

/* scenario.yaml over base.yaml and a --set (NULL: none) have `expected` at `path`. */
static void assert_merged(const char *base, const char *scenario, const char *set, const char *path,
                          const char *expected)
{
    struct reading reading;
    struct error error = {0};
    struct text text = {0};
    text_add(&text, "base: base.yaml\n%s", scenario);
    write_file("base.yaml", base);
    write_file("scenario.yaml", text.bytes);
    text_free(&text);
    const struct node *root = read_all(&reading, &error, "scenario.yaml", set);
    assert_null(error.text);
    assert_string_equal(text_at(root, path), expected);
    end(&reading, &error);
}

static void assert_refused(const char *base, const char *scenario, const char *set, const char *part)
{
    struct reading reading;
    struct error error = {0};
    struct text text = {0};
    text_add(&text, "base: base.yaml\n%s", scenario);
    write_file("base.yaml", base);
    write_file("scenario.yaml", text.bytes);
    text_free(&text);
    read_all(&reading, &error, "scenario.yaml", set);
    assert_int_equal(error.code, BAD_INPUT);
    if (!strstr(error.text, part))
        fail_msg("%s\nhas not: %s", error.text, part);
    end(&reading, &error);
}

static void mappings_merge_key_by_key(void **state)
{
    (void)state;
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states: {A: {x: 3}}\n", NULL, "states.A.x", "3");
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states: {A: {x: 3}}\n", NULL, "states.A.y", "2");
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states: {B: {z: 3}}\n", NULL, "states.A.y", "2");
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states: {B: {z: 3}}\n", NULL, "states.B.z", "3");
}

static void lists_are_replaced_whole(void **state)
{
    struct reading reading;
    struct error error = {0};
    (void)state;
    write_file("base.yaml", "years: [1, 2, 3]\n");
    write_file("scenario.yaml", "base: base.yaml\nyears: [4]\n");
    const struct node *root = read_all(&reading, &error, "scenario.yaml", NULL);
    assert_int_equal(node_get(root, "years")->n, 1);
    end(&reading, &error);
}

static void kinds_may_change(void **state)
{
    (void)state;
    assert_merged("states: {A: 1}\n", "states: {A: {x: 3}}\n", NULL, "states.A.x", "3");
    assert_merged("states: {A: {x: 3}}\n", "states: {A: 1}\n", NULL, "states.A", "1");
}

static void one_area_may_be_changed_of_a_value_for_all(void **state)
{
    (void)state;
    assert_merged("states: {A: {x: 1}}\n", "states: {A: {x: {security: 2}}}\n", NULL, "states.A.x.economy", "1");
    assert_merged("states: {A: {x: 1}}\n", "", "states.A.x.economy=2", "states.A.x.security", "1");
    assert_merged("states: {A: {x: 1}}\n", "", "states.A.x.economy=2", "states.A.x.economy", "2");
}

static void null_removes(void **state)
{
    (void)state;
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states: {A: {x: ~}}\n", NULL, "states.A.x", "(none)");
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states: {A: {x: ~}}\n", NULL, "states.A.y", "2");
    assert_merged("states: {A: {x: 1, y: 2}}\n", "states:\n", NULL, "states.A.y", "(none)");
}

static void removing_what_is_not_there_is_refused(void **state)
{
    (void)state;
    assert_refused(
        "states: {ABC: 1}\n", "states: {ABD: ~}\n", NULL,
        "scenario.yaml:2:10: error: `ABD` has no value, which removes what the base has, but there is no `ABD` "
        "to remove; did you mean `ABC`?");
    assert_refused("states: {A: ~}\n", "", NULL, "base.yaml:1:10: error: `A` has no value");
    assert_refused("states: {A: 1}\n", "states: {B: {c: ~}}\n", NULL, "no `c` to remove");
}

static void a_dyad_may_be_named_in_either_order(void **state)
{
    (void)state;
    assert_merged("dyads: {A-B: {x: 1, y: 2}}\n", "dyads: {B-A: {x: 3}}\n", NULL, "dyads.A-B.y", "2");
    assert_merged("dyads: {A-B: {x: 1, y: 2}}\n", "dyads: {B-A: {x: 3}}\n", NULL, "dyads.A-B.x", "3");
    assert_merged("dyads: {A-B: {x: 1}}\n", "dyads: {B-A: ~}\n", NULL, "dyads.A-B.x", "(none)");
}

static void both_orders_at_once_stay_two(void **state)
{
    (void)state;
    assert_merged("dyads: {A-B: {x: 1}}\n", "dyads: {A-B: {x: 2}, B-A: {x: 3}}\n", NULL, "dyads.A-B.x", "2");
    assert_merged("dyads: {A-B: {x: 1}}\n", "dyads: {A-B: {x: 2}, B-A: {x: 3}}\n", NULL, "dyads.B-A.x", "3");
}

static void names_and_titles_are_not_taken_over(void **state)
{
    (void)state;
    assert_merged("name: base\ntitle: Base\nyears: 1\n", "title: Own\n", NULL, "name", "(none)");
    assert_merged("name: base\ntitle: Base\nyears: 1\n", "title: Own\n", NULL, "title", "Own");
    assert_merged("name: base\ntitle: Base\nyears: 1\n", "title: Own\n", NULL, "years", "1");
}

static void bases_are_sought_from_the_file_that_names_them(void **state)
{
    struct reading reading;
    struct error error = {0};
    (void)state;
    assert_int_equal(mkdir("a", 0777), 0);
    assert_int_equal(mkdir("b", 0777), 0);
    write_file("a/one.yaml", "base: ../b/two.yaml\n");
    write_file("b/two.yaml", "base: three.yaml\n");
    write_file("b/three.yaml", "years: 3\n");
    const struct node *root = read_all(&reading, &error, "a/one.yaml", NULL);
    assert_string_equal(text_at(root, "years"), "3");
    assert_string_equal(node_get(root, "years")->place.source->name, "b/three.yaml");
    end(&reading, &error);
}

static void a_base_beside_a_linked_folder_is_sought_where_the_folder_is(void **state)
{
    struct reading reading;
    struct error error = {0};
    (void)state;
    assert_int_equal(mkdir("far", 0777) + mkdir("far/off", 0777) + mkdir("b", 0777) + mkdir("far/b", 0777), 0);
    assert_int_equal(symlink("far/off", "link"), 0);
    write_file("far/off/one.yaml", "base: ../b/two.yaml\n");
    write_file("far/b/two.yaml", "years: 1\n");
    write_file("b/two.yaml", "years: 2\n");
    assert_string_equal(text_at(read_all(&reading, &error, "link/one.yaml", NULL), "years"), "1");
    end(&reading, &error);
}

static void circles_are_refused_through_links(void **state)
{
    struct reading reading;
    struct error error = {0};
    (void)state;
    write_file("one.yaml", "base: two.yaml\n");
    write_file("two.yaml", "base: link.yaml\n");
    assert_int_equal(symlink("one.yaml", "link.yaml"), 0);
    assert_null(read_all(&reading, &error, "one.yaml", NULL));
    assert_non_null(strstr(error.text,
                           "in a circle; one of them must build on nothing: one.yaml builds on two.yaml builds on "
                           "one.yaml"));
    end(&reading, &error);
}

static void a_chain_may_be_long_but_not_too_long(void **state)
{
    struct reading reading;
    struct error error = {0};
    char name[32], text[64];
    (void)state;
    for (int k = 0; k < MERGE_LONGEST_CHAIN + 1; k++) {
        snprintf(name, sizeof name, "%d.yaml", k);
        snprintf(text, sizeof text, k ? "base: %d.yaml\n" : "years: %d\n", k - 1);
        write_file(name, text);
    }
    snprintf(name, sizeof name, "%d.yaml", MERGE_LONGEST_CHAIN - 1);
    assert_string_equal(text_at(read_all(&reading, &error, name, NULL), "years"), "-1");
    end(&reading, &error);
    snprintf(name, sizeof name, "%d.yaml", MERGE_LONGEST_CHAIN);
    assert_null(read_all(&reading, &error, name, NULL));
    assert_non_null(strstr(error.text, "more than 64 files build on each other"));
    end(&reading, &error);
}

static void set_comes_last(void **state)
{
    (void)state;
    assert_merged("states: {A: {x: 1}}\n", "states: {A: {x: 2}}\n", "states.A.x=3", "states.A.x", "3");
    assert_merged("states: {A: {x: 1}}\n", "", "states.A.x=~", "states.A.x", "(none)");
    assert_merged("states: {A: {x: 1}}\n", "", "states.B={y: 2}", "states.B.y", "2");
    assert_merged("title: a\n", "", "title=b=c", "title", "b=c");
}

static void set_knows_groups_of_parameters(void **state)
{
    (void)state;
    assert_merged("years: 1\n", "", "agenda.stride=2", "parameters.agenda.stride", "2");
    assert_merged("years: 1\n", "", "parameters.agenda.stride=2", "parameters.agenda.stride", "2");
    assert_refused("years: 1\n", "", "agend.stride=2",
                   "--set:1:1: error: `agend` is neither a key of a configuration nor a "
                   "group of parameters; did you mean `agenda`?");
}

static void set_needs_a_key_and_a_value(void **state)
{
    (void)state;
    assert_refused("years: 1\n", "", "years",
                   "--set:1:1: error: this has no `=`; it must be `key=value`\n  years\n  ^");
    assert_refused("years: 1\n", "", "=1", "--set:1:1: error: a part of the key is empty");
    assert_refused("years: 1\n", "", "states..x=1", "--set:1:8: error: a part of the key is empty");
    assert_refused("years: 1\n", "", "states.=1", "--set:1:8: error: a part of the key is empty");
    assert_refused("years: 1\n", "", "years=", "--set:1:7: error: there is no value behind `=`");
    assert_refused("years: 1\n", "", "base=x", "--set:1:1: error: `base` cannot be set");
    assert_refused("years: 1\n", "", "years=\xff", "--set:1:7: error: the byte 0xFF is not text");
}

static void what_a_removed_state_had_is_known_to_be_gone(void **state)
{
    struct reading reading;
    struct error error = {0};
    (void)state;
    write_file("base.yaml", "states: {A: {tags: [t]}, B: {tags: [t, u]}}\nevents: {e: A}\n");
    write_file("scenario.yaml", "base: base.yaml\nstates: {A: ~}\nevents: {f: A}\n");
    const struct node *root = read_all(&reading, &error, "scenario.yaml", NULL);
    const struct node *events = node_get(root, "events");
    assert_true(merge_has_removed(reading.removed_states, node_get(events, "e"), "A"));
    assert_false(merge_has_removed(reading.removed_states, node_get(events, "f"), "A"));
    assert_false(merge_has_removed(reading.removed_states, node_get(events, "e"), "B"));
    assert_true(merge_has_removed(reading.removed_tags, node_get(events, "e"), "t"));
    assert_false(merge_has_removed(reading.removed_tags, node_get(events, "e"), "u"));
    end(&reading, &error);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mappings_merge_key_by_key),
        TEST(lists_are_replaced_whole),
        TEST(kinds_may_change),
        TEST(one_area_may_be_changed_of_a_value_for_all),
        TEST(null_removes),
        TEST(removing_what_is_not_there_is_refused),
        TEST(a_dyad_may_be_named_in_either_order),
        TEST(both_orders_at_once_stay_two),
        TEST(names_and_titles_are_not_taken_over),
        TEST(bases_are_sought_from_the_file_that_names_them),
        TEST(a_base_beside_a_linked_folder_is_sought_where_the_folder_is),
        TEST(circles_are_refused_through_links),
        TEST(a_chain_may_be_long_but_not_too_long),
        TEST(set_comes_last),
        TEST(set_knows_groups_of_parameters),
        TEST(set_needs_a_key_and_a_value),
        TEST(what_a_removed_state_had_is_known_to_be_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Nodes: YAML as a tree whose every part knows its place. Nodes are shared where the file uses aliases, and never
 * changed once their mapping or list is complete. All live in an arena. */
#ifndef ENTENTE_NODE_H
#define ENTENTE_NODE_H

#include <stdbool.h>

#include "source.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAPPING };

struct node;

struct pair {
    struct node *key, *value;
};

struct node {
    struct place place;
    enum node_kind kind;
    uint32_t weight; /* nodes in it, shared ones counted as often as they are used */
    bool is_plain;   /* of a scalar: without quotes, so that it can be a number, a truth value or null */
    bool is_finished;
    size_t n; /* bytes of text, items, or pairs */
    union {
        const char *text;
        struct node **items;
        struct pair *pairs; /* in the file's order; keys are scalars, each once */
    };
    uint32_t *slots; /* of a large mapping: hash table of pair number + 1 */
    size_t n_slots;  /* a power of two */
};

/* New nodes, empty. NULL if memory has run out. */
struct node *node_new(struct arena *arena, enum node_kind kind, struct place place);
struct node *node_scalar(struct arena *arena, const char *text, size_t n, struct place place);

/* Add at the end. False if memory has run out. The key must not be there yet. */
bool node_append(struct arena *arena, struct node *list, struct node *item);
bool node_put(struct arena *arena, struct node *mapping, struct node *key, struct node *value);

/* The pair of a key, NULL if there is none or `mapping` is no mapping (NULL is allowed). */
struct pair *node_find(const struct node *mapping, const char *key);

/* The value of a key, likewise. */
struct node *node_get(const struct node *mapping, const char *key);

/* What a scalar is by YAML 1.1; all false for lists and mappings. */
bool node_is_null(const struct node *node);
bool node_is_text(const struct node *node, const char *text);
bool node_is_truth(const struct node *node, bool *value);

/* The words for a truth value, case aside: three for false, three for true. NULL behind the last. */
extern const char *const node_truth_words[];

/* A number in plain decimal: sign, digits, point, exponent. */
enum number {
    NUMBER_GOOD,
    NUMBER_NOT,
    NUMBER_TOO_LARGE,
    NUMBER_INFINITE,
    NUMBER_NAN,
    NUMBER_OTHER_BASE,
    NUMBER_QUOTED
};
enum number node_number(const struct node *node, double *value);

/* A whole number within 0 .. 2^64 - 1 in digits alone; false if it is none. */
bool node_is_count(const struct node *node, uint64_t *value);

/* The node in words, short: "`text`", "a list", "a mapping", "null". In `arena`; never NULL. */
const char *node_show(struct arena *arena, const struct node *node);

#endif

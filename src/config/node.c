#include "node.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define SMALL_MAPPING 8 /* pairs; up to here looking through them is quicker than a hash table */

struct node *node_new(struct arena *arena, enum node_kind kind, struct place place)
{
    struct node *node = arena_take(arena, 1, sizeof *node);
    if (node) {
        node->kind = kind;
        node->place = place;
        node->weight = 1;
        node->is_finished = true;
    }
    return node;
}

struct node *node_scalar(struct arena *arena, const char *text, size_t n, struct place place)
{
    struct node *node = node_new(arena, NODE_SCALAR, place);
    char *copy = arena_copy(arena, text, n);
    if (!node || !copy)
        return NULL;
    node->text = copy;
    node->n = n;
    node->is_plain = true;
    return node;
}

bool node_append(struct arena *arena, struct node *list, struct node *item)
{
    struct node **items = arena_grow(arena, list->items, list->n, sizeof *items);
    if (!items)
        return false;
    list->items = items;
    items[list->n++] = item;
    return true;
}

static void enter_slot(struct node *mapping, size_t number)
{
    const size_t mask = mapping->n_slots - 1;
    size_t slot = text_hash(mapping->pairs[number].key->text) & mask;
    while (mapping->slots[slot])
        slot = (slot + 1) & mask;
    mapping->slots[slot] = (uint32_t)(number + 1);
}

/* Keep at least half of the slots free. */
static bool grow_slots(struct arena *arena, struct node *mapping)
{
    if (mapping->n <= SMALL_MAPPING || 2 * mapping->n <= mapping->n_slots)
        return true;
    const size_t n_slots = mapping->n_slots ? 4 * mapping->n_slots : 64;
    uint32_t *slots = arena_take(arena, n_slots, sizeof *slots);
    if (!slots)
        return false;
    mapping->slots = slots;
    mapping->n_slots = n_slots;
    for (size_t k = 0; k + 1 < mapping->n; k++)
        enter_slot(mapping, k);
    return true;
}

bool node_put(struct arena *arena, struct node *mapping, struct node *key, struct node *value)
{
    struct pair *pairs = arena_grow(arena, mapping->pairs, mapping->n, sizeof *pairs);
    if (!pairs)
        return false;
    mapping->pairs = pairs;
    pairs[mapping->n++] = (struct pair){key, value};
    if (!grow_slots(arena, mapping))
        return false;
    if (mapping->slots)
        enter_slot(mapping, mapping->n - 1);
    return true;
}

struct pair *node_find(const struct node *mapping, const char *key)
{
    if (!mapping || mapping->kind != NODE_MAPPING)
        return NULL;
    if (!mapping->slots) {
        for (size_t k = 0; k < mapping->n; k++)
            if (strcmp(mapping->pairs[k].key->text, key) == 0)
                return &mapping->pairs[k];
        return NULL;
    }
    const size_t mask = mapping->n_slots - 1;
    for (size_t slot = text_hash(key) & mask; mapping->slots[slot]; slot = (slot + 1) & mask) {
        struct pair *pair = &mapping->pairs[mapping->slots[slot] - 1];
        if (strcmp(pair->key->text, key) == 0)
            return pair;
    }
    return NULL;
}

struct node *node_get(const struct node *mapping, const char *key)
{
    const struct pair *pair = node_find(mapping, key);
    return pair ? pair->value : NULL;
}

static bool is_plain_scalar(const struct node *node) { return node && node->kind == NODE_SCALAR && node->is_plain; }

bool node_is_null(const struct node *node)
{
    if (!is_plain_scalar(node))
        return false;
    return node->n == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0 ||
           strcmp(node->text, "Null") == 0 || strcmp(node->text, "NULL") == 0;
}

bool node_is_text(const struct node *node, const char *text)
{
    return node && node->kind == NODE_SCALAR && strcmp(node->text, text) == 0;
}

const char *const node_truth_words[] = {"false", "no", "off", "true", "yes", "on", NULL};

bool node_is_truth(const struct node *node, bool *value)
{
    if (!is_plain_scalar(node))
        return false;
    for (size_t k = 0; node_truth_words[k]; k++)
        if (strcasecmp(node->text, node_truth_words[k]) == 0) {
            *value = k >= 3;
            return true;
        }
    return false;
}

static size_t count_digits(const char *text)
{
    size_t n = 0;
    while (isdigit((unsigned char)text[n]))
        n++;
    return n;
}

/* sign? (digits (. digits?)? | . digits) (e sign? digits)?, and no digit after a leading 0, which makes it octal. */
static bool is_decimal(const char *text)
{
    text += *text == '+' || *text == '-';
    const size_t n_whole = count_digits(text);
    if (n_whole > 1 && text[0] == '0')
        return false;
    text += n_whole;
    size_t n_part = 0;
    if (*text == '.')
        text += 1 + (n_part = count_digits(text + 1));
    if (n_whole + n_part == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        const size_t n_exponent = count_digits(text);
        if (n_exponent == 0)
            return false;
        text += n_exponent;
    }
    return *text == '\0';
}

/* What YAML, or a habit from elsewhere, would take as a number: 0x1F, 017, 1_000, 1,5 excepted since it is two. */
static bool is_other_base(const char *text)
{
    text += *text == '+' || *text == '-';
    if (!isdigit((unsigned char)*text))
        return false;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X' || text[1] == 'o' || text[1] == 'b'))
        return true;
    return text[strspn(text, "0123456789_:.")] == '\0';
}

enum number node_number(const struct node *node, double *value)
{
    if (!node || node->kind != NODE_SCALAR)
        return NUMBER_NOT;
    const char *text = node->text, *unsigned_text = text + (*text == '+' || *text == '-');
    if (is_decimal(text)) {
        if (!node->is_plain)
            return NUMBER_QUOTED;
        *value = strtod(text, NULL);
        return isfinite(*value) ? NUMBER_GOOD : NUMBER_TOO_LARGE;
    }
    if (strcasecmp(unsigned_text, ".inf") == 0 || strcasecmp(unsigned_text, "inf") == 0 ||
        strcasecmp(unsigned_text, "infinity") == 0) {
        *value = *text == '-' ? -INFINITY : INFINITY;
        return NUMBER_INFINITE;
    }
    if (strcasecmp(unsigned_text, ".nan") == 0 || strcasecmp(unsigned_text, "nan") == 0)
        return NUMBER_NAN;
    return is_other_base(text) ? NUMBER_OTHER_BASE : NUMBER_NOT;
}

bool node_is_count(const struct node *node, uint64_t *value)
{
    if (!is_plain_scalar(node) || node->n == 0 || count_digits(node->text) != node->n)
        return false;
    if (node->n > 1 && node->text[0] == '0')
        return false;
    errno = 0;
    const unsigned long long read = strtoull(node->text, NULL, 10);
    *value = read;
    return errno == 0;
}

const char *node_show(struct arena *arena, const struct node *node)
{
    enum { LONGEST = 40 };
    char text[LONGEST + 8];
    if (node->kind != NODE_SCALAR)
        return node->kind == NODE_LIST ? "a list" : "a mapping";
    if (node_is_null(node))
        return "null";
    size_t n = node->n;
    if (n > LONGEST)
        for (n = LONGEST; n > 0 && ((unsigned char)node->text[n] & 0xC0) == 0x80; n--) /* not within a character */
            ;
    snprintf(text, sizeof text, "`%.*s%s`", (int)n, node->text, n < node->n ? "..." : "");
    const char *copy = arena_copy(arena, text, strlen(text));
    return copy ? copy : "";
}

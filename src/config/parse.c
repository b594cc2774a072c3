#include "parse.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/utf8.h"

struct parse {
    yaml_parser_t parser;
    struct arena *arena;
    struct diagnostics *diagnostics;
    const struct source *source;
    uint32_t column;      /* of the first character */
    struct node *anchors; /* mapping: name → node */
    size_t n_nodes, n_aliased;
};

static struct node *parse_node(struct parse *parse, yaml_event_t *event, size_t depth);

static struct place place_of(const struct parse *parse, yaml_mark_t mark)
{
    return (struct place){parse->source, (uint32_t)mark.line + 1,
                          (uint32_t)mark.column + (mark.line == 0 ? parse->column : 1)};
}

/* The place, or where the text ends if it is beyond that. */
static struct place within_text(const struct source *source, struct place place)
{
    size_t n;
    uint32_t point;
    const char *line = source_line(source, place.line, &n);
    while (n == 0 && line == source->bytes + source->n && place.line > 1) {
        line = source_line(source, --place.line, &n);
        place.column = 1;
        for (size_t k = 0; k < n; place.column++) {
            const size_t length = utf8_character(line + k, n - k, &point);
            k += length ? length : 1;
        }
    }
    return place;
}

/* The character at a place, as far as it is ASCII. */
static char character_at(struct place place)
{
    size_t n;
    uint32_t point;
    const char *line = source_line(place.source, place.line, &n);
    size_t k = 0;
    for (uint32_t column = 1; column < place.column && k < n; column++) {
        const size_t length = utf8_character(line + k, n - k, &point);
        k += length ? length : 1;
    }
    return k < n ? line[k] : '\0';
}

/* Tell libyaml's problem, with what it usually comes from. */
static void tell_problem(struct parse *parse)
{
    const yaml_parser_t *parser = &parse->parser;
    if (parser->error == YAML_MEMORY_ERROR) {
        parse->arena->is_exhausted = true;
        return;
    }
    const struct place place = within_text(parse->source, place_of(parse, parser->problem_mark));
    const char *problem = parser->problem ? parser->problem : "the text ends too early";
    const char *hint = "";
    if (character_at(place) == '\t')
        hint = "; a tab cannot indent, spaces must";
    else if (strstr(problem, "mapping values are not allowed"))
        hint = "; a text with `: ` in it must be quoted, and a key needs its own line";
    else if (strstr(problem, "undefined alias"))
        hint = "; an anchor `&name` must come before its alias `*name`";
    else if (strstr(problem, "cannot start any token"))
        hint = "; a text that begins with it must be quoted";
    else if (strstr(problem, "expected node content") || strstr(problem, "expected ',' or"))
        hint = "; is a bracket or brace not closed, or a comma left out?";
    else if (strstr(problem, "unexpected end of stream"))
        hint = "; is a quote not closed?";
    else if (strstr(problem, "expected <block end>") || strstr(problem, "expected key"))
        hint = "; is it indented like the lines before?";
    char context[160] = "";
    if (parser->context && parser->context_mark.line != parser->problem_mark.line)
        snprintf(context, sizeof context, " %s that begins in line %zu", parser->context,
                 parser->context_mark.line + 1);
    else if (parser->context)
        snprintf(context, sizeof context, " %s", parser->context);
    diagnostics_add(parse->diagnostics, place, "this is not YAML: %s%s%s", problem, context, hint);
}

static bool next_event(struct parse *parse, yaml_event_t *event)
{
    if (yaml_parser_parse(&parse->parser, event))
        return true;
    tell_problem(parse);
    return false;
}

static void remember_anchor(struct parse *parse, const yaml_char_t *anchor, struct node *node)
{
    if (!anchor)
        return;
    const char *name = (const char *)anchor;
    struct pair *pair = node_find(parse->anchors, name);
    struct node *key = pair ? pair->key : node_scalar(parse->arena, name, strlen(name), node->place);
    if (pair)
        pair->value = node;
    else if (key)
        node_put(parse->arena, parse->anchors, key, node);
}

/* Standard tags are what the value is anyway; `!!str` and `!` make a text of a number. */
static bool is_tag_sound(struct parse *parse, const yaml_char_t *tag, struct place place)
{
    static const char standard[] = "tag:yaml.org,2002:";
    const char *name = (const char *)tag;
    if (!tag || strcmp(name, "!") == 0 || strncmp(name, standard, sizeof standard - 1) == 0)
        return true;
    diagnostics_add(parse->diagnostics, place, "the tag `%s` means nothing here; a configuration needs no tags", name);
    return false;
}

static struct node *parse_scalar(struct parse *parse, const yaml_event_t *event)
{
    const struct place place = place_of(parse, event->start_mark);
    const char *text = (const char *)event->data.scalar.value, *tag = (const char *)event->data.scalar.tag;
    struct node *node = node_scalar(parse->arena, text, event->data.scalar.length, place);
    if (!node)
        return NULL;
    if (strlen(text) != event->data.scalar.length) {
        diagnostics_add(parse->diagnostics, place, "the text holds the character NUL; it must be without");
        node->n = strlen(node->text);
    }
    is_tag_sound(parse, event->data.scalar.tag, place);
    const bool is_made_text = tag && (strcmp(tag, "!") == 0 || strcmp(tag, "tag:yaml.org,2002:str") == 0);
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !is_made_text;
    remember_anchor(parse, event->data.scalar.anchor, node);
    return node;
}

static struct node *parse_alias(struct parse *parse, const yaml_event_t *event)
{
    const struct place place = place_of(parse, event->start_mark);
    const char *name = (const char *)event->data.alias.anchor;
    struct node *node = node_get(parse->anchors, name);
    if (!node) {
        diagnostics_add(parse->diagnostics, place, "the alias `*%s` has no anchor `&%s` before it", name, name);
        return NULL;
    }
    if (!node->is_finished) {
        diagnostics_add(parse->diagnostics, place,
                        "the alias `*%s` stands within its own anchor; it must come after it", name);
        return NULL;
    }
    parse->n_aliased += node->weight;
    if (parse->n_aliased > PARSE_MOST_ALIASED) {
        diagnostics_add(parse->diagnostics, place,
                        "with the alias `*%s`, aliases repeat more than %d values; they may repeat that many at most",
                        name, PARSE_MOST_ALIASED);
        return NULL;
    }
    return node;
}

/* Weights only need to be right up to the most that aliases may repeat. */
static void add_weight(struct node *whole, const struct node *part)
{
    whole->weight += part->weight;
    if (whole->weight > 2 * PARSE_MOST_ALIASED)
        whole->weight = 2 * PARSE_MOST_ALIASED;
}

static struct node *parse_list(struct parse *parse, const yaml_event_t *start, size_t depth)
{
    struct node *list = node_new(parse->arena, NODE_LIST, place_of(parse, start->start_mark));
    if (!list)
        return NULL;
    is_tag_sound(parse, start->data.sequence_start.tag, list->place);
    list->is_finished = false;
    remember_anchor(parse, start->data.sequence_start.anchor, list);
    for (;;) {
        yaml_event_t event;
        if (!next_event(parse, &event))
            return NULL;
        const bool is_end = event.type == YAML_SEQUENCE_END_EVENT;
        struct node *item = is_end ? NULL : parse_node(parse, &event, depth + 1);
        yaml_event_delete(&event);
        if (is_end)
            break;
        if (!item || !node_append(parse->arena, list, item))
            return NULL;
        add_weight(list, item);
    }
    list->is_finished = true;
    return list;
}

/* Add the pairs of a merged mapping that are not there yet. */
static bool merge_pairs(struct parse *parse, struct node *mapping, const struct node *merged)
{
    if (merged->kind != NODE_MAPPING) {
        diagnostics_add(parse->diagnostics, merged->place,
                        "`<<` takes in %s; it must take in a mapping or a list of mappings",
                        node_show(parse->arena, merged));
        return true;
    }
    for (size_t k = 0; k < merged->n; k++) {
        const struct pair *pair = &merged->pairs[k];
        if (!node_find(mapping, pair->key->text) && !node_put(parse->arena, mapping, pair->key, pair->value))
            return false;
    }
    add_weight(mapping, merged);
    return true;
}

/* Take in what `<<` names: a mapping, or a list of them of which the earlier win. Own keys win over all. */
static bool merge_all(struct parse *parse, struct node *mapping, const struct node *merged)
{
    if (!merged || merged->kind != NODE_LIST)
        return !merged || merge_pairs(parse, mapping, merged);
    for (size_t k = 0; k < merged->n; k++)
        if (!merge_pairs(parse, mapping, merged->items[k]))
            return false;
    return true;
}

/* Put a pair into the mapping, or `<<` into *merged. False if memory has run out. */
static bool add_pair(struct parse *parse, struct node *mapping, struct node *key, struct node *value,
                     struct node **merged)
{
    if (key->kind != NODE_SCALAR) {
        diagnostics_add(parse->diagnostics, key->place, "a key is %s; it must be a text", node_show(parse->arena, key));
        return true;
    }
    const bool is_merge = key->is_plain && strcmp(key->text, "<<") == 0;
    const struct pair *earlier = node_find(mapping, key->text);
    if (earlier || (is_merge && *merged)) {
        const uint32_t line = earlier ? earlier->key->place.line : (*merged)->place.line;
        diagnostics_add(parse->diagnostics, key->place,
                        "the key `%s` is here a second time; it must be in a mapping once (first in line %u)",
                        key->text, line);
        return true;
    }
    if (is_merge) {
        *merged = value;
        return true;
    }
    add_weight(mapping, key);
    add_weight(mapping, value);
    return node_put(parse->arena, mapping, key, value);
}

static struct node *parse_mapping(struct parse *parse, const yaml_event_t *start, size_t depth)
{
    struct node *mapping = node_new(parse->arena, NODE_MAPPING, place_of(parse, start->start_mark));
    struct node *merged = NULL;
    if (!mapping)
        return NULL;
    is_tag_sound(parse, start->data.mapping_start.tag, mapping->place);
    mapping->is_finished = false;
    remember_anchor(parse, start->data.mapping_start.anchor, mapping);
    for (;;) {
        yaml_event_t event;
        if (!next_event(parse, &event))
            return NULL;
        const bool is_end = event.type == YAML_MAPPING_END_EVENT;
        struct node *key = is_end ? NULL : parse_node(parse, &event, depth + 1);
        yaml_event_delete(&event);
        if (is_end)
            break;
        if (!key || !next_event(parse, &event))
            return NULL;
        struct node *value = parse_node(parse, &event, depth + 1);
        yaml_event_delete(&event);
        if (!value || !add_pair(parse, mapping, key, value, &merged))
            return NULL;
    }
    mapping->is_finished = true;
    return merge_all(parse, mapping, merged) ? mapping : NULL;
}

static struct node *parse_node(struct parse *parse, yaml_event_t *event, size_t depth)
{
    const struct place place = place_of(parse, event->start_mark);
    if (depth > PARSE_DEEPEST) {
        diagnostics_add(parse->diagnostics, place, "this is nested more than %d levels deep; it may be at most that",
                        PARSE_DEEPEST);
        return NULL;
    }
    if (++parse->n_nodes > PARSE_MOST_NODES) {
        diagnostics_add(parse->diagnostics, place, "here the file has more than %d values; it may have at most that",
                        PARSE_MOST_NODES);
        return NULL;
    }
    switch (event->type) {
    case YAML_SCALAR_EVENT: return parse_scalar(parse, event);
    case YAML_ALIAS_EVENT: return parse_alias(parse, event);
    case YAML_SEQUENCE_START_EVENT: return parse_list(parse, event, depth);
    case YAML_MAPPING_START_EVENT: return parse_mapping(parse, event, depth);
    default: return NULL;
    }
}

/* Take the next event, which libyaml says is of this type. */
static bool pass_event(struct parse *parse, yaml_event_type_t type)
{
    yaml_event_t event;
    if (!next_event(parse, &event))
        return false;
    const bool is_it = event.type == type;
    yaml_event_delete(&event);
    return is_it;
}

/* Refuse a second document. */
static bool ends_here(struct parse *parse)
{
    yaml_event_t event;
    if (!next_event(parse, &event))
        return false;
    const bool is_end = event.type == YAML_STREAM_END_EVENT;
    if (!is_end)
        diagnostics_add(parse->diagnostics, place_of(parse, event.start_mark),
                        "a second document begins here; a configuration is one document");
    yaml_event_delete(&event);
    return is_end;
}

struct node *parse_document(struct arena *arena, struct diagnostics *diagnostics, const struct source *source,
                            size_t begin, uint32_t column)
{
    struct parse parse = {.arena = arena, .diagnostics = diagnostics, .source = source, .column = column};
    struct node *root = NULL;
    yaml_event_t event;
    if (!yaml_parser_initialize(&parse.parser)) {
        arena->is_exhausted = true;
        return NULL;
    }
    yaml_parser_set_encoding(&parse.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parse.parser, (const unsigned char *)source->bytes + begin, source->n - begin);
    parse.anchors = node_new(arena, NODE_MAPPING, (struct place){source, 0, 0});
    if (!parse.anchors || !pass_event(&parse, YAML_STREAM_START_EVENT) || !next_event(&parse, &event))
        goto out;
    const bool is_empty = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (is_empty || !next_event(&parse, &event))
        goto out;
    root = parse_node(&parse, &event, 1);
    yaml_event_delete(&event);
    if (!root || !pass_event(&parse, YAML_DOCUMENT_END_EVENT) || !ends_here(&parse))
        root = NULL;
out:
    yaml_parser_delete(&parse.parser);
    return arena->is_exhausted ? NULL : root;
}

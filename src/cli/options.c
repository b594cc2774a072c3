#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { YEAR_LIMIT = 1000000 }; /* years beyond are typing mistakes, and must fit an int */

const struct option options_common[] = {
    {"color", 0, false, "WHEN",
     "errors in red and headings in bold: always, never, or auto (default): on a terminal, unless NO_COLOR is set"},
    {"help", 'h', false, NULL, "print this help"},
    {NULL, 0, false, NULL, NULL}};

static const struct option *find_long(const struct option *table, size_t n, const char *name, size_t length)
{
    for (size_t k = 0; k < n; k++)
        if (strlen(table[k].name) == length && memcmp(table[k].name, name, length) == 0)
            return &table[k];
    return NULL;
}

static const struct option *find_letter(const struct option *table, size_t n, char letter)
{
    for (size_t k = 0; k < n; k++)
        if (letter && table[k].letter == letter)
            return &table[k];
    return NULL;
}

static int unknown_long(const struct option *table, size_t n, const char *name, size_t length, const char *dashes,
                        struct error *error)
{
    char *word = strndup(name, length);
    if (!word)
        return error_memory(error);
    struct nearest nearest = {.wanted = word};
    for (size_t k = 0; k < n; k++)
        nearest_try(&nearest, table[k].name);
    for (const struct option *option = options_common; option->name; option++)
        nearest_try(&nearest, option->name);
    error_set(error, BAD_INPUT, "there is no option %s%s%s%s%s", dashes, word, nearest.best ? "; did you mean --" : "",
              nearest.best ? nearest.best : "", nearest.best ? "?" : "");
    free(word);
    return BAD_INPUT;
}

/* Keep an option with its value. */
static int keep(struct options *options, const struct option *option, const char *value, struct error *error)
{
    if (!option->may_repeat && options_has(options, option->name))
        return error_set(error, BAD_INPUT, "--%s is given twice", option->name);
    if (value && *value == '\0')
        return error_set(error, BAD_INPUT, "--%s needs %s, not an empty text", option->name, option->value);
    options->given[options->n_given++] = (struct given_option){option, value};
    return OK;
}

/* Does a word look like an option, rather than like a value that begins with a dash (-1, -, -x.yaml)? */
static bool looks_like_option(const struct option *table, size_t n, const char *word)
{
    return strncmp(word, "--", 2) == 0 || (word[0] == '-' && find_letter(table, n, word[1]) && word[2] == '\0');
}

/* The argument after argv[*k], which must not be an option itself: `--output --force` is a forgotten value. */
static int take_next(const struct options *options, const struct option *table, size_t n, const struct option *option,
                     int *k, const char **value, struct error *error)
{
    const char *name = option->name, *next = *k + 1 < options->argc ? options->argv[*k + 1] : NULL;
    if (!next)
        return error_set(error, BAD_INPUT, "--%s needs %s after it", name, option->value);
    if (looks_like_option(table, n, next))
        return error_set(error, BAD_INPUT, "--%s needs %s after it, not '%s' (if that is meant, write --%s=%s)", name,
                         option->value, next, name, next);
    *value = next;
    ++*k;
    return OK;
}

static int parse_long(struct options *options, const struct option *table, size_t n, int *k, struct error *error)
{
    const char *name = options->argv[*k] + 2;
    const size_t length = strcspn(name, "=");
    const char *value = name[length] ? name + length + 1 : NULL;
    const struct option *option = find_long(table, n, name, length);
    if (!option)
        return unknown_long(table, n, name, length, "--", error);
    if (!option->value && value)
        return error_set(error, BAD_INPUT, "--%s takes no value", option->name);
    if (option->value && !value && take_next(options, table, n, option, k, &value, error))
        return BAD_INPUT;
    return keep(options, option, value, error);
}

static int parse_letters(struct options *options, const struct option *table, size_t n, int *k, struct error *error)
{
    const char *word = options->argv[*k];
    const size_t length = strcspn(word + 1, "=");
    if (length > 1 && find_long(table, n, word + 1, length)) /* -force would otherwise be -f -o rce */
        return error_set(error, BAD_INPUT, "there is no option %s; did you mean -%s?", word, word);
    for (const char *letter = word + 1; *letter; letter++) {
        const struct option *option = find_letter(table, n, *letter);
        if (!option && length > 3)
            return unknown_long(table, n, word + 1, length, "-", error);
        if (!option)
            return error_set(error, BAD_INPUT, "there is no option -%c", *letter);
        const char *value = NULL;
        if (option->value && letter[1])
            value = letter + 1 + (letter[1] == '=');
        else if (option->value && take_next(options, table, n, option, k, &value, error))
            return BAD_INPUT;
        if (keep(options, option, value, error))
            return BAD_INPUT;
        if (value)
            break;
    }
    return OK;
}

int options_parse(struct options *options, const struct option *table, size_t n, int argc, char **argv, int first,
                  struct error *error)
{
    int result = OK;
    size_t n_letters = 0;
    for (int k = first; k < argc; k++)
        n_letters += strlen(argv[k]);
    *options = (struct options){.argc = argc, .argv = argv};
    options->given = calloc(n_letters + 1, sizeof *options->given); /* at most one option a letter */
    options->operands = calloc((size_t)argc + 1, sizeof *options->operands);
    if (!options->given || !options->operands)
        result = error_memory(error);
    bool only_operands = false;
    for (int k = first; !result && k < argc; k++) {
        char *word = argv[k];
        if (only_operands || word[0] != '-' || word[1] == '\0')
            options->operands[options->n_operands++] = word;
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (word[1] == '-')
            result = parse_long(options, table, n, &k, error);
        else
            result = parse_letters(options, table, n, &k, error);
    }
    if (result)
        options_free(options);
    return result;
}

void options_free(struct options *options)
{
    free(options->given);
    free(options->operands);
    *options = (struct options){0};
}

bool options_has(const struct options *options, const char *name)
{
    for (size_t k = 0; k < options->n_given; k++)
        if (strcmp(options->given[k].option->name, name) == 0)
            return true;
    return false;
}

const char *options_text(const struct options *options, const char *name)
{
    for (size_t k = 0; k < options->n_given; k++)
        if (strcmp(options->given[k].option->name, name) == 0)
            return options->given[k].value;
    return NULL;
}

/* Digits alone, without sign, blank or point, so that -1 does not become 2^64 - 1. */
static bool read_digits(const char *text, uint64_t *value)
{
    if (*text == '\0' || text[strspn(text, "0123456789")])
        return false;
    errno = 0;
    *value = strtoull(text, NULL, 10);
    return errno == 0;
}

int options_whole_number(const struct options *options, const char *name, uint64_t low, uint64_t high, uint64_t *value,
                         struct error *error)
{
    const char *text = options_text(options, name);
    uint64_t number = 0;
    if (!text)
        return OK;
    if (!read_digits(text, &number) || number < low || number > high)
        return error_set(error, BAD_INPUT, "--%s: '%s' is not a whole number from %llu to %llu", name, text,
                         (unsigned long long)low, (unsigned long long)high);
    *value = number;
    return OK;
}

int options_choice(const struct options *options, const char *name, const char *const *choices, size_t n,
                   size_t *choice, struct error *error)
{
    const char *text = options_text(options, name);
    if (!text)
        return OK;
    for (size_t k = 0; k < n; k++)
        if (strcmp(choices[k], text) == 0) {
            *choice = k;
            return OK;
        }
    char list[200] = "";
    for (size_t k = 0; k < n; k++) {
        const size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s%s", k ? " or " : "", choices[k]);
    }
    return error_set(error, BAD_INPUT, "--%s: '%s' is not %s", name, text, list);
}

/* One year at the start of *text, which moves behind it. */
static bool read_year(const char **text, int *year)
{
    const bool is_negative = **text == '-';
    const size_t length = strspn(*text + is_negative, "0123456789");
    if (length == 0)
        return false;
    const long number = strtol(*text + is_negative, NULL, 10);
    if (number > YEAR_LIMIT)
        return false; /* strtol ends at LONG_MAX */
    *year = is_negative ? -(int)number : (int)number;
    *text += (size_t)is_negative + length;
    return true;
}

int options_years(const struct options *options, const char *name, int *first, int *last, struct error *error)
{
    const char *text = options_text(options, name), *rest = text;
    int a = 0, b = 0;
    if (!text)
        return OK;
    bool is_read = read_year(&rest, &a);
    b = a;
    if (is_read && *rest == ':') {
        rest++;
        is_read = read_year(&rest, &b);
    }
    if (is_read && *rest == '-') {
        rest++;
        if (read_year(&rest, &b) && *rest == '\0')
            return error_set(error, BAD_INPUT, "--%s: '%s' is not FIRST:LAST; did you mean %d:%d?", name, text, a, b);
        is_read = false;
    }
    if (!is_read || *rest)
        return error_set(error, BAD_INPUT, "--%s: '%s' is not FIRST:LAST, such as 2001:2020", name, text);
    if (b < a)
        return error_set(error, BAD_INPUT, "--%s: '%s' ends before it begins", name, text);
    *first = a;
    *last = b;
    return OK;
}

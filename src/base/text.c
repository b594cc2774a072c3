#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Make room for n more bytes and the NUL. */
static bool text_reserve(struct text *text, size_t n)
{
    if (text->is_exhausted)
        return false;
    if (n < text->capacity - text->n)
        return true;
    size_t capacity = text->capacity ? text->capacity : 128;
    while (capacity - text->n <= n && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *bytes = capacity - text->n > n ? realloc(text->bytes, capacity) : NULL;
    if (!bytes) {
        text->is_exhausted = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_add_list(struct text *text, const char *format, va_list arguments)
{
    char small[256];
    va_list again;
    va_copy(again, arguments);
    const int n = vsnprintf(small, sizeof small, format, arguments);
    if (n < 0) {
        text->is_exhausted = true;
    } else if ((size_t)n < sizeof small) {
        text_add_bytes(text, small, (size_t)n);
    } else if (text_reserve(text, (size_t)n)) {
        vsnprintf(text->bytes + text->n, (size_t)n + 1, format, again);
        text->n += (size_t)n;
    }
    va_end(again);
}

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_add_list(text, format, arguments);
    va_end(arguments);
}

void text_add_bytes(struct text *text, const char *bytes, size_t n)
{
    if (!text_reserve(text, n))
        return;
    if (n)
        memcpy(text->bytes + text->n, bytes, n);
    text->n += n;
    text->bytes[text->n] = '\0';
}

void text_add_number(struct text *text, double number)
{
    char digits[32];
    if (!isfinite(number)) {
        text_add(text, "%s", isnan(number) ? ".nan" : number > 0 ? ".inf" : "-.inf");
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (precision == 17 || strtod(digits, NULL) == number)
            break;
    }
    text_add_bytes(text, digits, strlen(digits));
}

bool text_is_word(const char *string)
{
    if (*string == '\0')
        return false;
    for (; *string; string++)
        if (!isalnum((unsigned char)*string) && !strchr("_@%+=:,./-", *string))
            return false;
    return true;
}

void text_add_word(struct text *text, const char *string)
{
    if (text_is_word(string)) {
        text_add(text, "%s", string);
        return;
    }
    text_add(text, "'");
    for (; *string; string++)
        text_add(text, *string == '\'' ? "'\\''" : "%c", *string);
    text_add(text, "'");
}

char *text_take(struct text *text)
{
    text_add_bytes(text, "", 0);
    char *bytes = text->is_exhausted ? NULL : text->bytes;
    if (!bytes)
        free(text->bytes);
    *text = (struct text){0};
    return bytes;
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

uint32_t text_hash(const char *string)
{
    uint32_t hash = 2166136261u;
    for (const unsigned char *byte = (const unsigned char *)string; *byte; byte++)
        hash = (hash ^ *byte) * 16777619u;
    return hash;
}

#define LONGEST_COMPARED 64

static size_t smallest(size_t a, size_t b, size_t c)
{
    const size_t d = a < b ? a : b;
    return c < d ? c : d;
}

size_t text_distance(const char *a, const char *b)
{
    const size_t n_a = strlen(a), n_b = strlen(b);
    if (n_a > LONGEST_COMPARED || n_b > LONGEST_COMPARED)
        return SIZE_MAX;
    size_t rows[3][LONGEST_COMPARED + 1]; /* row k % 3: from the first k bytes of a */
    for (size_t m = 0; m <= n_b; m++)
        rows[0][m] = m;
    for (size_t k = 1; k <= n_a; k++) {
        size_t *row = rows[k % 3], *above = rows[(k + 2) % 3], *two_above = rows[(k + 1) % 3];
        row[0] = k;
        for (size_t m = 1; m <= n_b; m++) {
            const int c = tolower((unsigned char)a[k - 1]), d = tolower((unsigned char)b[m - 1]);
            row[m] = smallest(above[m] + 1, row[m - 1] + 1, above[m - 1] + (c != d));
            if (k > 1 && m > 1 && c == tolower((unsigned char)b[m - 2]) && d == tolower((unsigned char)a[k - 2]))
                row[m] = smallest(row[m], two_above[m - 2] + 1, row[m]);
        }
    }
    return rows[n_a % 3][n_b];
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
    const size_t n = strlen(nearest->wanted), n_candidate = strlen(candidate);
    const size_t longer = n > n_candidate ? n : n_candidate, shorter = n + n_candidate - longer;
    const size_t farthest = longer > 3 ? longer / 3 : 1; /* farther is another word, not a slip */
    if (longer - shorter > farthest)
        return;
    const size_t distance = text_distance(nearest->wanted, candidate);
    if (distance > farthest || (nearest->best && distance >= nearest->distance))
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}

void nearest_try_part(struct nearest *nearest, const char *candidate, size_t n)
{
    const char *before = nearest->best;
    char part[sizeof nearest->part];
    if (n >= sizeof part)
        return;
    memcpy(part, candidate, n);
    part[n] = '\0';
    nearest_try(nearest, part);
    if (nearest->best == part)
        nearest->best = memcpy(nearest->part, part, n + 1);
    else
        nearest->best = before;
}

const char *nearest_hint(struct nearest *nearest)
{
    nearest->hint[0] = '\0';
    if (nearest->best)
        snprintf(nearest->hint, sizeof nearest->hint, "; did you mean `%s`?", nearest->best);
    return nearest->hint;
}

/* Text: a string that grows, numbers as text, hashes of names, and the name somebody probably meant. */
#ifndef ENTENTE_TEXT_H
#define ENTENTE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string that grows. Zero-initialize; give back with text_free. When memory runs out, `is_exhausted` becomes true and
 * whatever is added later is dropped, so that only the end needs a check. */
struct text {
    char *bytes; /* ends with NUL once anything was added */
    size_t n, capacity;
    bool is_exhausted;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_list(struct text *text, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
void text_add_bytes(struct text *text, const char *bytes, size_t n);

/* The shortest decimal that reads back as the same double; `.inf`, `-.inf` and `.nan` as in YAML. */
void text_add_number(struct text *text, double number);

/* A string as one word of a shell's command line: as it is, or in single quotes if it has more than letters, digits and
 * _@%+=:,./- in it. */
void text_add_word(struct text *text, const char *string);
bool text_is_word(const char *string);

/* The string, which is now the caller's (free), and an empty text. NULL if memory has run out. */
char *text_take(struct text *text);

void text_free(struct text *text);

/* 32-bit FNV-1a of a string (Fowler, Noll & Vo 1991). */
uint32_t text_hash(const char *string);

/* How many insertions, deletions, changes and swaps of neighbours lead from one string to the other, case aside
 * (optimal string alignment, Damerau 1964). SIZE_MAX if one is longer than 64 bytes. */
size_t text_distance(const char *a, const char *b);

/* The name somebody probably meant: start with { wanted }, try all that are valid, then take the hint. */
struct nearest {
    const char *wanted;
    const char *best; /* NULL: none so far */
    size_t distance;
    char part[64], hint[96];
};

void nearest_try(struct nearest *nearest, const char *candidate);

/* Try the first n bytes of a candidate. */
void nearest_try_part(struct nearest *nearest, const char *candidate, size_t n);

/* "; did you mean `x`?", or "" if no candidate is near. Lives as long as `nearest`. */
const char *nearest_hint(struct nearest *nearest);

#endif

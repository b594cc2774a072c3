/* UTF-8: characters of a text, and the columns that they take on a terminal. */
#ifndef ENTENTE_UTF8_H
#define ENTENTE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length in bytes of the character at `bytes`, of which n are there; 0 if it is none. Its code point in *point. */
size_t utf8_character(const char *bytes, size_t n, uint32_t *point);

/* Columns that a character fills: 2 if it is wide, 0 if it stands on the one before it. */
size_t utf8_columns(uint32_t point);

#endif

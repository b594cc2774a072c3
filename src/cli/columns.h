/* Columns: text laid out at the width of the terminal. */
#ifndef ENTENTE_COLUMNS_H
#define ENTENTE_COLUMNS_H

#include <stddef.h>

/* Columns of the terminal behind stdout; 80 if it is none. */
size_t columns_width(void);

/* How many columns a UTF-8 text takes (one a character: we print no wide ones). */
size_t columns_of(const char *text);

/* Print a text and fill it up with blanks to `width` columns. */
void columns_print_padded(const char *text, size_t width);
void columns_print_right(const char *text, size_t width);

/* Print text from column `indent` on, broken between words before column `width`, and end the line. */
void columns_print_paragraph(const char *text, size_t indent, size_t width);

/* Print `head`, and `text` from column `indent` on: beside the head if that leaves two blanks, else below it. */
void columns_print_hanging(const char *head, size_t indent, const char *text, size_t width);

#endif

#include "columns.h"

#include <stdio.h>
#include <string.h>

#include "base/progress.h"

enum { USUAL_WIDTH = 80, LEAST_WIDTH = 40, MOST_WIDTH = 120 }; /* longer lines are hard to read */

size_t columns_width(void)
{
    const size_t width = progress_terminal_width(stdout);
    if (width == 0) return USUAL_WIDTH;
    return width < LEAST_WIDTH ? LEAST_WIDTH : width > MOST_WIDTH ? MOST_WIDTH : width;
}

/* Bytes that begin a character; the others are 10xxxxxx. */
static size_t count_characters(const char *text, size_t n)
{
    size_t count = 0;
    for (size_t k = 0; k < n; k++) count += ((unsigned char)text[k] & 0xc0) != 0x80;
    return count;
}

size_t columns_of(const char *text) { return count_characters(text, strlen(text)); }

static void print_blanks(size_t n) { printf("%*s", (int)n, ""); }

void columns_print_padded(const char *text, size_t width)
{
    const size_t n = columns_of(text);
    printf("%s", text);
    if (n < width) print_blanks(width - n);
}

void columns_print_right(const char *text, size_t width)
{
    const size_t n = columns_of(text);
    if (n < width) print_blanks(width - n);
    printf("%s", text);
}

/* Go on in column `column` of a line. */
static void print_words(const char *text, size_t column, size_t indent, size_t width)
{
    for (const char *word = text + strspn(text, " \n"); *word; word += strspn(word, " \n")) {
        const size_t n_bytes = strcspn(word, " \n"), n = count_characters(word, n_bytes);
        if (column > indent && column + 1 + n > width) {
            printf("\n");
            print_blanks(indent);
            column = indent;
        } else if (column > indent) column += (size_t)printf(" ");
        printf("%.*s", (int)n_bytes, word);
        column += n;
        word += n_bytes;
    }
    printf("\n");
}

void columns_print_paragraph(const char *text, size_t indent, size_t width)
{
    print_blanks(indent);
    print_words(text, indent, indent, width);
}

void columns_print_hanging(const char *head, size_t indent, const char *text, size_t width)
{
    if (columns_of(head) + 2 > indent) {
        printf("%s\n", head);
        print_blanks(indent);
    } else columns_print_padded(head, indent);
    print_words(text, indent, indent, width);
}

/* Page: text in columns for a person, in UTF-8 or, where that cannot be shown, in ASCII. */
#ifndef ENTENTE_PAGE_H
#define ENTENTE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct page {
    FILE *out;
    size_t width; /* columns */
    bool is_ascii;
    /* signs, in either alphabet */
    const char *times, *dash, *arrow, *plus_minus, *ellipsis, *minus, *percent;
    const char *bold, *plain; /* around headings; "" where they are not wanted */
};

/* Columns of the terminal behind `out`; 0 if it is none, or one that cannot rewrite a line (TERM=dumb). */
size_t page_terminal_width(FILE *out);

/* ASCII if ENTENTE_ASCII is set, or if neither LC_ALL, LC_CTYPE nor LANG (the first that is set) says UTF-8. */
struct page page_open(FILE *out);

/* Standard output at the width of its terminal, or 80 columns, in UTF-8. */
struct page page_open_terminal(void);

/* Columns that a UTF-8 text takes on this page; East Asian characters take two. */
size_t page_columns(const struct page *page, const char *text);

/* Print a text, cut to `width` columns and filled up with blanks on the right or on the left. */
void page_left(const struct page *page, size_t width, const char *text);
void page_right(const struct page *page, size_t width, const char *text);

/* Print words from column `indent` on (where the cursor is), broken before the width of the page, and end the line.
 * A tab is a blank that does not break. */
void page_words(const struct page *page, size_t indent, const char *text);

/* Print words from column `indent` on, the cursor being at the start of a line. */
void page_paragraph(const struct page *page, size_t indent, const char *text);

/* Print `head`, and `text` from column `indent` on: beside the head if that leaves two blanks, else below it. */
void page_hanging(const struct page *page, const char *head, size_t indent, const char *text);

/* A blank line, and a heading, broken like page_words. */
void page_heading(const struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The ending of what there are n of: 1 run, 2 runs. */
static inline const char *page_plural(size_t n) { return n == 1 ? "" : "s"; }

/* A whole number with a separator for thousands: 1,000,000. In `buffer`, which is returned. */
const char *page_count(size_t number, char *buffer, size_t size);

/* Seconds as minutes or hours, rounded up: 1:15, 1:01:15. In `buffer`, which is returned. */
const char *page_time(double seconds, char *buffer, size_t size);

/* A share of one as political scientists print it, .61, and 1.0; a difference with its sign, +.012. In `buffer`, which
 * is returned; empty if it is not finite. */
const char *page_share(double share, char *buffer, size_t size);
const char *page_difference(const struct page *page, double difference, char *buffer, size_t size);

/* A row of `n` bars for values between low and high; what is NaN is blank. */
void page_bars(const struct page *page, const double *values, size_t n, double low, double high);

/* Which of n columns to show where there is room for `most`, such as years: the first and the last, and of the others
 * more at the start, where most happens. Into chosen[most], ascending; returns how many. */
size_t page_choose(size_t n, size_t most, size_t *chosen);

#endif

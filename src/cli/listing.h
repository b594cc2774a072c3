/* Listings: tables of text, for the terminal and for Markdown. */
#ifndef ENTENTE_LISTING_H
#define ENTENTE_LISTING_H

#include <stdbool.h>
#include <stddef.h>

enum { LISTING_MOST_COLUMNS = 9 };

/* The first n_beside columns stand side by side on the terminal, those after them in lines of their own below,
 * the last one in brackets. */
struct listing {
    size_t n_columns, n_beside;
    const char *headings[LISTING_MOST_COLUMNS];
    bool is_right[LISTING_MOST_COLUMNS]; /* aligned right */
    bool is_code[LISTING_MOST_COLUMNS];  /* set as code in Markdown */
    char **cells;                        /* row after row */
    size_t n_cells, capacity;
    bool is_exhausted; /* memory ran out: the listing is not complete */
};

/* Add a cell; a row begins after the last column. NULL is an empty cell. */
void listing_add(struct listing *listing, const char *cell);

/* Full rows. */
static inline size_t listing_rows(const struct listing *listing) { return listing->n_cells / listing->n_columns; }

/* Print for the terminal, or as a Markdown table. */
void listing_print(const struct listing *listing);
void listing_print_markdown(const struct listing *listing);

void listing_free(struct listing *listing);

#endif

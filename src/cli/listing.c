#include "listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "base/text.h"

enum { INDENT = 2, GAP = 2, INDENT_BELOW = 6 };

void listing_add(struct listing *listing, const char *cell)
{
    if (listing->is_exhausted)
        return;
    if (listing->n_cells == listing->capacity) {
        const size_t capacity = listing->capacity ? 2 * listing->capacity : 64 * listing->n_columns;
        char **cells = realloc(listing->cells, capacity * sizeof *cells);
        listing->is_exhausted = !cells;
        if (!cells)
            return;
        listing->cells = cells;
        listing->capacity = capacity;
    }
    char *copy = strdup(cell ? cell : "");
    listing->is_exhausted = !copy;
    if (copy)
        listing->cells[listing->n_cells++] = copy;
}

static const char *cell_at(const struct listing *listing, size_t row, size_t column)
{
    return listing->cells[row * listing->n_columns + column];
}

static size_t column_width(const struct page *page, const struct listing *listing, size_t column)
{
    size_t width = page_columns(page, listing->headings[column]);
    for (size_t row = 0; row < listing_rows(listing); row++) {
        const size_t n = page_columns(page, cell_at(listing, row, column));
        if (n > width)
            width = n;
    }
    return width;
}

static void print_beside(const struct page *page, const struct listing *listing, size_t column, size_t width,
                         const char *text)
{
    const bool is_last = column + 1 == listing->n_beside;
    printf("%*s", column == 0 ? INDENT : GAP, "");
    if (listing->is_right[column])
        page_right(page, width, text);
    else if (is_last)
        printf("%s", text);
    else
        page_left(page, width, text);
}

/* The meaning, and the source in brackets. */
static void print_below(const struct page *page, const struct listing *listing, size_t row)
{
    struct text text = {0};
    for (size_t column = listing->n_beside; column < listing->n_columns; column++) {
        const char *cell = cell_at(listing, row, column);
        const bool is_last = column + 1 == listing->n_columns;
        if (*cell)
            text_add(&text, is_last ? " [%s]" : " %s", cell);
    }
    if (text.n)
        page_paragraph(page, INDENT_BELOW, text.bytes);
    text_free(&text);
}

void listing_print(const struct listing *listing)
{
    const struct page page = page_open_terminal();
    size_t widths[LISTING_MOST_COLUMNS];
    for (size_t column = 0; column < listing->n_beside; column++)
        widths[column] = column_width(&page, listing, column);
    printf("%s", page.bold);
    for (size_t column = 0; column < listing->n_beside; column++)
        print_beside(&page, listing, column, widths[column], listing->headings[column]);
    printf("%s\n", page.plain);
    for (size_t row = 0; row < listing_rows(listing); row++) {
        for (size_t column = 0; column < listing->n_beside; column++)
            print_beside(&page, listing, column, widths[column], cell_at(listing, row, column));
        printf("\n");
        print_below(&page, listing, row);
    }
}

/* A bar within a cell would end it. */
static void print_escaped(const char *cell)
{
    for (; *cell; cell++)
        printf(*cell == '|' ? "\\%c" : "%c", *cell);
}

void listing_print_markdown(const struct listing *listing)
{
    for (size_t column = 0; column < listing->n_columns; column++)
        printf("| %s ", listing->headings[column]);
    printf("|\n");
    for (size_t column = 0; column < listing->n_columns; column++)
        printf("|%s", listing->is_right[column] ? "--:" : "---");
    printf("|\n");
    for (size_t row = 0; row < listing_rows(listing); row++) {
        for (size_t column = 0; column < listing->n_columns; column++) {
            const char *cell = cell_at(listing, row, column), *quote = listing->is_code[column] && *cell ? "`" : "";
            printf("| %s", quote);
            print_escaped(cell);
            printf("%s ", quote);
        }
        printf("|\n");
    }
}

void listing_free(struct listing *listing)
{
    for (size_t k = 0; k < listing->n_cells; k++)
        free(listing->cells[k]);
    free(listing->cells);
    listing->cells = NULL;
    listing->n_cells = listing->capacity = 0;
}

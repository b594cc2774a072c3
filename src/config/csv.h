/* CSV: a table as text with commas, read cell by cell; each cell is a node that knows its place. */
#ifndef ENTENTE_CSV_H
#define ENTENTE_CSV_H

#include "check.h"

struct csv_reader {
    const struct source *source;
    size_t at;
    uint32_t line, column;
};

/* Begin the file that the node names; `what` it is: "the design". False if it cannot be read: that has been told. */
bool csv_open(const struct check *check, const struct node *node, const char *what, struct csv_reader *reader);

/* The next cell of the line, without blanks and quotes around it; false if memory has run out. *is_last: there is none
 * behind it. *node is good until the next call, but its text stays. */
bool csv_next_cell(const struct check *check, struct csv_reader *reader, struct node *node, bool *is_last);

/* Go behind lines of nothing; false at the end. */
bool csv_skip_empty_lines(struct csv_reader *reader);

#endif

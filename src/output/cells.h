/* Cells: where the elements of a variable in the world lie in the file.
 *
 * In the world a dyad stands once (i < j); in the file it is a full symmetric matrix with an empty diagonal, so that a
 * reader can ask for trade.sel(state="CHN", partner="RUS") or the other way round.
 */
#ifndef ENTENTE_CELLS_H
#define ENTENTE_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "models/table.h"

enum { N_SHAPES = BY_PAIR + 1 };

struct cells {
    size_t n_elements;     /* lane arrays in the world */
    size_t n_cells;        /* numbers in the file */
    bool is_plain;         /* the same in the same order; the arrays below are then NULL */
    size_t *cell, *mirror; /* [n_elements]: the two cells of an element */
    size_t *element;       /* [n_cells]: the element of a cell, ROWS_NO_ELEMENT on the diagonal */
};

int cells_init(struct cells *cells, enum shape shape, size_t n_states, struct error *error);
void cells_free(struct cells *cells);

#endif

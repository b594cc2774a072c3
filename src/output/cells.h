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
    size_t n_elements;     /* lane arrays of the world that are kept */
    size_t n_cells;        /* numbers in the file */
    bool is_plain;         /* all are kept, in the same order; the arrays below are then NULL */
    size_t *source;        /* [n_elements]: which of the world's lane arrays it is; NULL: the same */
    size_t *cell, *mirror; /* [n_elements]: the two cells of a kept element */
    size_t *element;       /* [n_cells]: the world's lane array of a cell, ROWS_NO_ELEMENT on the diagonal */
};

/* Of a shape in a world of n_states, of which `kept` [n_kept] are kept, ascending. */
int cells_init(struct cells *cells, enum shape shape, size_t n_states, const size_t *kept, size_t n_kept,
               struct error *error);
void cells_free(struct cells *cells);

#endif

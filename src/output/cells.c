#include "cells.h"

#include <stdint.h>
#include <stdlib.h>

#include "models/registry.h"
#include "rows.h"

/* One more kept element, which lies in two cells (or twice in one). */
static void add_element(struct cells *cells, size_t source, size_t cell, size_t mirror)
{
    const size_t e = cells->n_elements++;
    cells->source[e] = source;
    cells->cell[e] = cell;
    cells->mirror[e] = mirror;
    cells->element[cell] = cells->element[mirror] = source;
}

/* Row by row: states, and for each what it has. */
static void add_elements(struct cells *cells, enum shape shape, size_t n_states, const size_t *kept, size_t n_kept,
                         size_t n_columns)
{
    for (size_t r = 0; r < n_kept; r++)
        for (size_t c = 0; c < n_columns; c++) {
            const size_t cell = r * n_columns + c;
            if (shape == BY_STATE)
                add_element(cells, kept[r], cell, cell);
            else if (shape == BY_STATE_AREA)
                add_element(cells, kept[r] * AREAS + c, cell, cell);
            else if (shape == BY_PAIR)
                add_element(cells, kept[r] * n_states + kept[c], cell, cell);
            else if (r < c)
                add_element(cells, dyad_index(n_states, kept[r], kept[c]), cell, c * n_columns + r);
        }
}

int cells_init(struct cells *cells, enum shape shape, size_t n_states, const size_t *kept, size_t n_kept,
               struct error *error)
{
    const size_t n = variable_count(shape, n_states);
    *cells = (struct cells){.n_elements = n, .n_cells = n, .is_plain = true};
    if (shape == SCALAR || shape == BY_AREA || (shape != BY_DYAD && n_kept == n_states))
        return OK;
    const size_t n_columns = shape == BY_STATE ? 1 : shape == BY_STATE_AREA ? AREAS : n_kept;
    *cells = (struct cells){.n_cells = n_kept * n_columns};
    cells->source = calloc(cells->n_cells + 1, sizeof *cells->source);
    cells->cell = calloc(cells->n_cells + 1, sizeof *cells->cell);
    cells->mirror = calloc(cells->n_cells + 1, sizeof *cells->mirror);
    cells->element = calloc(cells->n_cells + 1, sizeof *cells->element);
    if (!cells->source || !cells->cell || !cells->mirror || !cells->element) {
        cells_free(cells);
        return error_memory(error);
    }
    for (size_t k = 0; k < cells->n_cells; k++)
        cells->element[k] = ROWS_NO_ELEMENT;
    add_elements(cells, shape, n_states, kept, n_kept, n_columns);
    if (n_kept == n_states) { /* all dyads, in the world's order */
        free(cells->source);
        cells->source = NULL;
    }
    return OK;
}

void cells_free(struct cells *cells)
{
    free(cells->source);
    free(cells->cell);
    free(cells->mirror);
    free(cells->element);
    *cells = (struct cells){0};
}

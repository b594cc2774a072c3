#include "cells.h"

#include <stdint.h>
#include <stdlib.h>

#include "models/registry.h"
#include "rows.h"

int cells_init(struct cells *cells, enum shape shape, size_t n_states, struct error *error)
{
    *cells = (struct cells){.n_elements = variable_count(shape, n_states), .is_plain = true};
    cells->n_cells = cells->n_elements;
    if (shape != BY_DYAD)
        return OK;
    cells->is_plain = false;
    cells->n_cells = n_states * n_states;
    cells->cell = calloc(cells->n_elements + 1, sizeof *cells->cell);
    cells->mirror = calloc(cells->n_elements + 1, sizeof *cells->mirror);
    cells->element = calloc(cells->n_cells + 1, sizeof *cells->element);
    if (!cells->cell || !cells->mirror || !cells->element) {
        cells_free(cells);
        return error_memory(error);
    }
    for (size_t k = 0; k < cells->n_cells; k++)
        cells->element[k] = ROWS_NO_ELEMENT;
    for (size_t i = 0; i < n_states; i++)
        for (size_t j = i + 1; j < n_states; j++) {
            const size_t d = dyad_index(n_states, i, j);
            cells->cell[d] = i * n_states + j;
            cells->mirror[d] = j * n_states + i;
            cells->element[cells->cell[d]] = cells->element[cells->mirror[d]] = d;
        }
    return OK;
}

void cells_free(struct cells *cells)
{
    free(cells->cell);
    free(cells->mirror);
    free(cells->element);
    *cells = (struct cells){0};
}

/* Rows: numbers that lie side by side as lanes become rows of a file, one a replicate. */
#ifndef ENTENTE_ROWS_H
#define ENTENTE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "models/lanes.h"

/* Beside the elements of a variable: the element of a cell that stays empty. */
#define ROWS_NO_ELEMENT SIZE_MAX

/* Cell k of a row is element elements[k] of `lanes` (NULL: element k), or `fill` if there is none. Lane l becomes the
 * row at to + l * stride; all LANES rows are written. */
void rows_of_floats(const lane_array *lanes, const size_t *elements, size_t n_cells, float fill, float *to,
                    size_t stride);
void rows_of_doubles(const lane_array *lanes, const size_t *elements, size_t n_cells, double fill, double *to,
                     size_t stride);

/* Whole numbers; what lies outside 0 .. 127 becomes `fill`. */
void rows_of_bytes(const lane_array *lanes, const size_t *elements, size_t n_cells, int8_t fill, int8_t *to,
                   size_t stride);

#endif

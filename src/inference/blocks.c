#include "blocks.h"

#include <math.h>
#include <stdbool.h>

size_t blocks_find_whole(const double *y, size_t n_blocks, size_t n_rows, size_t *kept)
{
    size_t n_kept = 0;
    for (size_t k = 0; k < n_blocks; k++) {
        bool is_whole = true;
        for (size_t row = 0; row < n_rows; row++)
            is_whole = is_whole && isfinite(y[k * n_rows + row]);
        if (is_whole)
            kept[n_kept++] = k;
    }
    return n_kept;
}

double blocks_variance(const struct blocks *blocks)
{
    const double n = (double)blocks->n_kept * (double)blocks->n_rows;
    const double origin = blocks->n_kept > 0 ? blocks_row(blocks, 0)[0] : 0; /* so that what does not vary has 0 */
    double sum = 0, squares = 0;
    for (size_t k = 0; k < blocks->n_kept; k++)
        for (size_t row = 0; row < blocks->n_rows; row++)
            sum += blocks_row(blocks, k)[row] - origin;
    const double mean = origin + sum / n;
    for (size_t k = 0; k < blocks->n_kept; k++)
        for (size_t row = 0; row < blocks->n_rows; row++) {
            const double deviation = blocks_row(blocks, k)[row] - mean;
            squares += deviation * deviation;
        }
    return blocks->n_kept > 0 ? squares / n : 0;
}

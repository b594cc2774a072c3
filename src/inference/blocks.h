/* Blocks: the points of a design that belong together (a base point of Saltelli's, a trajectory of Morris's), with an
 * output at each. An index is computed from whole blocks alone. */
#ifndef ENTENTE_BLOCKS_H
#define ENTENTE_BLOCKS_H

#include <stddef.h>

struct blocks {
    const double *y;    /* [block][n_rows]: the output, points in the order of the design */
    size_t n_rows;      /* points of a block */
    const size_t *kept; /* [n_kept]: the blocks that count, ascending */
    size_t n_kept;
};

/* Which of n_blocks have a finite number at each of their points? Into `kept` [n_blocks]; returns how many. */
size_t blocks_find_whole(const double *y, size_t n_blocks, size_t n_rows, size_t *kept);

/* Variance of the output over all points of the kept blocks (with the number of points, not one less); 0 if there is
 * none. */
double blocks_variance(const struct blocks *blocks);

static inline const double *blocks_row(const struct blocks *blocks, size_t k)
{
    return blocks->y + blocks->kept[k] * blocks->n_rows;
}

#endif

#include "rows.h"

#include <string.h>

enum {
    SQUARE = 4, /* numbers by lanes that are turned round at a time: a vector of every processor has so many floats */
    TILE = 64   /* cells that are converted before they are turned round: they stay in the nearest cache */
};

_Static_assert(LANES % SQUARE == 0 && TILE % SQUARE == 0, "lanes and tiles are whole squares");

typedef float four_floats __attribute__((vector_size(SQUARE * sizeof(float))));
typedef int32_t four_places __attribute__((vector_size(SQUARE * sizeof(int32_t))));

#if defined __clang__
#define PICK(a, b, w, x, y, z) __builtin_shufflevector(a, b, w, x, y, z)
#else
#define PICK(a, b, w, x, y, z) __builtin_shuffle(a, b, (four_places){w, x, y, z})
#endif

/* Four cells of four lanes become four rows of four cells. */
static inline void turn_square(const float (*cells)[LANES], float *to, size_t stride)
{
    four_floats a, b, c, d;
    memcpy(&a, cells[0], sizeof a);
    memcpy(&b, cells[1], sizeof b);
    memcpy(&c, cells[2], sizeof c);
    memcpy(&d, cells[3], sizeof d);
    const four_floats ab_low = PICK(a, b, 0, 4, 1, 5), ab_high = PICK(a, b, 2, 6, 3, 7);
    const four_floats cd_low = PICK(c, d, 0, 4, 1, 5), cd_high = PICK(c, d, 2, 6, 3, 7);
    const four_floats rows[SQUARE] = {PICK(ab_low, cd_low, 0, 1, 4, 5), PICK(ab_low, cd_low, 2, 3, 6, 7),
                                      PICK(ab_high, cd_high, 0, 1, 4, 5), PICK(ab_high, cd_high, 2, 3, 6, 7)};
    for (size_t r = 0; r < SQUARE; r++)
        memcpy(to + r * stride, &rows[r], sizeof rows[r]);
}

static void turn_tile(const float (*cells)[LANES], size_t n, float *to, size_t stride)
{
    const size_t whole = n / SQUARE * SQUARE;
    for (size_t l = 0; l < LANES; l += SQUARE)
        for (size_t k = 0; k < whole; k += SQUARE)
            turn_square((const float(*)[LANES]) & cells[k][l], to + l * stride + k, stride);
    for (size_t l = 0; l < LANES; l++)
        for (size_t k = whole; k < n; k++)
            to[l * stride + k] = cells[k][l];
}

void rows_of_floats(const lane_array *lanes, const size_t *elements, size_t n_cells, float fill, float *to,
                    size_t stride)
{
    float cells[TILE][LANES];
    for (size_t first = 0; first < n_cells; first += TILE) {
        const size_t n = n_cells - first < TILE ? n_cells - first : TILE;
        for (size_t k = 0; k < n; k++) {
            const size_t element = elements ? elements[first + k] : first + k;
            const double *from = lanes[element == ROWS_NO_ELEMENT ? 0 : element];
            FOR_LANES(l)
                cells[k][l] = element == ROWS_NO_ELEMENT ? fill : (float)from[l];
        }
        turn_tile((const float(*)[LANES])cells, n, to + first, stride);
    }
}

void rows_of_doubles(const lane_array *lanes, const size_t *elements, size_t n_cells, double fill, double *to,
                     size_t stride)
{
    for (size_t l = 0; l < LANES; l++)
        for (size_t k = 0; k < n_cells; k++) {
            const size_t element = elements ? elements[k] : k;
            to[l * stride + k] = element == ROWS_NO_ELEMENT ? fill : lanes[element][l];
        }
}

static int8_t to_byte(double x, int8_t fill) { return x >= 0 && x <= INT8_MAX ? (int8_t)(x + 0.5) : fill; }

void rows_of_bytes(const lane_array *lanes, const size_t *elements, size_t n_cells, int8_t fill, int8_t *to,
                   size_t stride)
{
    for (size_t l = 0; l < LANES; l++)
        for (size_t k = 0; k < n_cells; k++) {
            const size_t element = elements ? elements[k] : k;
            to[l * stride + k] = element == ROWS_NO_ELEMENT ? fill : to_byte(lanes[element][l], fill);
        }
}

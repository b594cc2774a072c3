#include "rows.h"

#include <string.h>

enum {
    SQUARE = 4, /* cells by lanes that are turned round at a time: a vector of every processor has so many floats */
    LINE = 16,  /* floats that are fetched together */
    YEARS_AHEAD = 2, /* how far ahead what will be written to is fetched, */
    MOST_AHEAD = 256 /* but no more floats than this */
};

_Static_assert(LANES % SQUARE == 0, "lanes are whole squares");

typedef double four_doubles __attribute__((vector_size(SQUARE * sizeof(double))));
typedef float four_floats __attribute__((vector_size(SQUARE * sizeof(float))));
typedef int32_t four_places __attribute__((vector_size(SQUARE * sizeof(int32_t))));

#if defined __clang__
#define PICK(a, b, w, x, y, z) __builtin_shufflevector(a, b, w, x, y, z)
#else
#define PICK(a, b, w, x, y, z) __builtin_shuffle(a, b, (four_places){w, x, y, z})
#endif

static inline four_floats narrow(const double *numbers)
{
    four_doubles wide;
    memcpy(&wide, numbers, sizeof wide);
    return __builtin_convertvector(wide, four_floats);
}

/* Four cells of four lanes become four rows of four cells. */
static inline void turn_square(const double *const cells[SQUARE], size_t first_lane, float *to, size_t stride)
{
    const four_floats a = narrow(cells[0] + first_lane), b = narrow(cells[1] + first_lane);
    const four_floats c = narrow(cells[2] + first_lane), d = narrow(cells[3] + first_lane);
    const four_floats ab_low = PICK(a, b, 0, 4, 1, 5), ab_high = PICK(a, b, 2, 6, 3, 7);
    const four_floats cd_low = PICK(c, d, 0, 4, 1, 5), cd_high = PICK(c, d, 2, 6, 3, 7);
    const four_floats rows[SQUARE] = {PICK(ab_low, cd_low, 0, 1, 4, 5), PICK(ab_low, cd_low, 2, 3, 6, 7),
                                      PICK(ab_high, cd_high, 0, 1, 4, 5), PICK(ab_high, cd_high, 2, 3, 6, 7)};
    for (size_t r = 0; r < SQUARE; r++)
        memcpy(to + r * stride, &rows[r], sizeof rows[r]);
}

static inline const double *cell_at(const lane_array *lanes, const size_t *elements, size_t k, const double *empty)
{
    const size_t element = elements ? elements[k] : k;
    return element == ROWS_NO_ELEMENT ? empty : lanes[element];
}

/* Fewer cells than a square has. */
static void turn_few(const lane_array *lanes, const size_t *elements, size_t n_cells, const double *empty, float *to,
                     size_t stride)
{
    for (size_t k = 0; k < n_cells; k++) {
        const double *cell = cell_at(lanes, elements, k, empty);
        for (size_t l = 0; l < LANES; l++)
            to[l * stride + k] = (float)cell[l];
    }
}

/* Years of a row follow each other. The writing thread had the row's memory last; the processor fetches it back while
 * the years until then are computed. */
static inline void will_write(const float *place)
{
#if defined __x86_64__
    __asm__ volatile("prefetchw %0" ::"m"(*place)); /* reaches beyond the last row, where it does nothing */
#else
    __builtin_prefetch(place, 1);
#endif
}

static void fetch_line(float *place, size_t stride)
{
    for (size_t l = 0; l < LANES; l++)
        will_write(place + l * stride);
}

/* The last square reaches back over the one before. */
void rows_of_floats(const lane_array *lanes, const size_t *elements, size_t n_cells, float fill, float *to,
                    size_t stride)
{
    const size_t ahead = YEARS_AHEAD * n_cells < MOST_AHEAD ? YEARS_AHEAD * n_cells : MOST_AHEAD;
    lane_array empty;
    FOR_LANES(l)
        empty[l] = fill;
    if (n_cells < SQUARE) {
        turn_few(lanes, elements, n_cells, empty, to, stride);
        fetch_line(to + ahead, stride);
        return;
    }
    for (size_t k = 0; k < n_cells; k += SQUARE) {
        const size_t first = k + SQUARE <= n_cells ? k : n_cells - SQUARE;
        const double *cells[SQUARE];
        for (size_t c = 0; c < SQUARE; c++)
            cells[c] = cell_at(lanes, elements, first + c, empty);
        for (size_t l = 0; l < LANES; l += SQUARE)
            turn_square(cells, l, to + l * stride + first, stride);
        if (k % LINE == 0)
            fetch_line(to + k + ahead, stride);
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

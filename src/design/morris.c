/* Morris: trajectories for a screening (Morris 1991), with groups of factors (Campolongo, Cariboni & Saltelli 2007).
 *
 * A trajectory lies on a grid of p = n_levels shares of the probability, 0, 1/(p - 1), ..., 1. It begins at a random
 * place, and at each row a group that has not moved yet moves: each of its factors by delta = p / (2 (p - 1)), up or
 * down, whichever was drawn for the factor. A factor's lower place is drawn from the lower half of the grid, so that
 * all places are equally likely. The groups move in a random order.
 *
 * Shares become values by the quantile function. delta is more than 1/2, so that a factor with levels always moves to
 * another one, if there are two or more: of two levels to the other, of more by about half their number. So a move
 * between levels is a contrast of two of them, and does not mean a distance; and with more levels than p some are never
 * taken. The p places fall evenly on the levels if their number divides p, as two levels do.
 */
#include "kind.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t none = UINT64_MAX;

/* A factor in the trajectory at hand. */
struct move {
    uint32_t group;
    double before, after; /* shares */
};

struct trajectory {
    uint64_t number; /* of the trajectory at hand, or none */
    size_t n_groups;
    uint32_t *turns; /* [n_groups]: how many groups move before it */
    struct move moves[];
};

/* The first factor of factor f's group. */
static size_t find_leader(const struct factor *factors, size_t f)
{
    for (size_t k = 0; factors[f].group && k < f; k++)
        if (factors[k].group && strcmp(factors[k].group, factors[f].group) == 0)
            return k;
    return f;
}

static size_t count_groups(const struct factor *factors, size_t n_factors)
{
    size_t n = 0;
    for (size_t f = 0; f < n_factors; f++)
        n += find_leader(factors, f) == f;
    return n;
}

static int morris_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                        uint64_t *n_points, struct error *error)
{
    if (choice->n_levels < 2 || choice->n_levels % 2 != 0)
        return error_set(error, BAD_INPUT,
                         "`levels` of `morris` is %zu; it must be an even number from 2 on, such as 4",
                         choice->n_levels);
    return kind_count(choice->kind, n_factors, (double)choice->n * (double)(count_groups(factors, n_factors) + 1),
                      "ask for fewer trajectories or form groups", n_points, error);
}

static int morris_begin(struct design *design, struct error *error)
{
    const size_t n = design->n_factors;
    struct trajectory *trajectory = design->state = calloc(1, sizeof *trajectory + n * sizeof *trajectory->moves);
    if (!trajectory)
        return error_memory(error);
    for (size_t f = 0; f < n; f++) {
        const size_t leader = find_leader(design->factors, f);
        trajectory->moves[f].group = leader < f ? trajectory->moves[leader].group : (uint32_t)trajectory->n_groups++;
    }
    trajectory->number = none;
    trajectory->turns = calloc(trajectory->n_groups, sizeof *trajectory->turns);
    return trajectory->turns ? OK : error_memory(error);
}

/* Get trajectory `number` at hand. */
static void draw_trajectory(const struct design *design, struct trajectory *trajectory, uint64_t number)
{
    const double half = (double)(design->choice.n_levels / 2), last = (double)(design->choice.n_levels - 1);
    kind_shuffle(design, number, 0, trajectory->turns, trajectory->n_groups);
    for (size_t f = 0; f < design->n_factors; f++) {
        const double place = (double)(size_t)(half * kind_draw(design, PURPOSE_DESIGN, number, f, 0));
        const bool is_up = kind_draw(design, PURPOSE_DESIGN_DIRECTION, number, f, 0) < 0.5;
        trajectory->moves[f].before = (is_up ? place : place + half) / last;
        trajectory->moves[f].after = (is_up ? place + half : place) / last;
    }
    trajectory->number = number;
}

static void morris_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    struct trajectory *trajectory = design->state;
    const size_t n_rows = trajectory->n_groups + 1;
    for (uint64_t point = first; point < first + n; point++) {
        if (point / n_rows != trajectory->number)
            draw_trajectory(design, trajectory, point / n_rows);
        for (size_t f = 0; f < design->n_factors; f++) {
            const struct move *move = &trajectory->moves[f];
            const bool has_moved = trajectory->turns[move->group] < point % n_rows;
            *values++ = factor_value(&design->factors[f], has_moved ? move->after : move->before);
        }
    }
}

static void morris_end(struct design *design)
{
    struct trajectory *trajectory = design->state;
    if (trajectory)
        free(trajectory->turns);
    free(trajectory);
}

const struct design_kind design_morris = {.name = "morris",
                                          .meaning = "So many trajectories for a screening.",
                                          .is_extensible = true,
                                          .count = morris_count,
                                          .begin = morris_begin,
                                          .fill = morris_fill,
                                          .end = morris_end};

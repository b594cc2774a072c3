/* One at a time: the centre, and then the points that differ from it in one factor alone.
 *
 * The centre has what each factor is if it is not varied, if that is known and among its values; else the median: the
 * value at share 1/2, of levels the middle one (of an even number the later of the two). Then each factor in its turn
 * takes its levels, or as many steps over its range as `n_levels` says, or the two ends; all others stay. What the
 * centre has already is not repeated.
 */
#include "kind.h"

#include <math.h>
#include <stdlib.h>

/* The points at which one factor differs from the centre. */
struct arm {
    double centre;
    size_t n_steps;       /* over the range */
    size_t n_below, n_at; /* of these, how many lie below the centre, and how many at it */
    uint64_t first;       /* the first point */
};

static size_t count_steps(const struct factor *factor)
{
    const size_t n = factor->n_levels > 0 ? factor->n_levels : 2;
    return (size_t)fmin((double)n, factor_count(factor));
}

/* Of a uniform distribution the middle is the median, and rounded as steps are. */
static double find_centre(const struct factor *factor)
{
    if (factor->has_usual && factor->usual >= factor->low && factor->usual <= factor->high)
        return factor->usual;
    return factor->distribution == UNIFORM ? factor_step(factor, 0, 1) : factor_value(factor, 0.5);
}

/* How many of a factor's steps, which ascend, lie below x, or below and at x. */
static size_t count_below(const struct factor *factor, size_t n_steps, double x, bool or_at)
{
    size_t low = 0, high = n_steps;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const double step = factor_step(factor, middle, n_steps);
        if (step < x || (or_at && step <= x))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct arm find_arm(const struct factor *factor)
{
    struct arm arm = {.centre = find_centre(factor), .n_steps = count_steps(factor)};
    arm.n_below = count_below(factor, arm.n_steps, arm.centre, false);
    arm.n_at = count_below(factor, arm.n_steps, arm.centre, true) - arm.n_below;
    return arm;
}

static int one_at_a_time_count(const struct design_choice *choice, const struct factor *factors, size_t n_factors,
                               uint64_t *n_points, struct error *error)
{
    double n = 1;
    for (size_t f = 0; f < n_factors; f++) {
        const struct arm arm = find_arm(&factors[f]);
        n += (double)(arm.n_steps - arm.n_at);
    }
    return kind_count(choice->kind, n_factors, n, "vary fewer factors or give fewer levels", n_points, error);
}

static int one_at_a_time_begin(struct design *design, struct error *error)
{
    struct arm *arms = design->state = calloc(design->n_factors, sizeof *arms);
    if (!arms)
        return error_memory(error);
    uint64_t first = 1;
    for (size_t f = 0; f < design->n_factors; f++) {
        arms[f] = find_arm(&design->factors[f]);
        arms[f].first = first;
        first += arms[f].n_steps - arms[f].n_at;
    }
    return OK;
}

static void one_at_a_time_fill(struct design *design, uint64_t first, size_t n, double *values)
{
    const struct arm *arms = design->state;
    for (uint64_t point = first; point < first + n; point++, values += design->n_factors)
        for (size_t f = 0; f < design->n_factors; f++) {
            const struct arm *arm = &arms[f];
            const uint64_t k = point - arm->first; /* immense before the first */
            const bool is_varied = k < arm->n_steps - arm->n_at;
            const size_t step = (size_t)k + (k < arm->n_below ? 0 : arm->n_at);
            values[f] = is_varied ? factor_step(&design->factors[f], step, arm->n_steps) : arm->centre;
        }
}

static void one_at_a_time_end(struct design *design) { free(design->state); }

const struct design_kind design_one_at_a_time = {
    .name = "one_at_a_time",
    .meaning = "The centre, and points that differ from it in one factor alone; needs no number.",
    .count = one_at_a_time_count,
    .begin = one_at_a_time_begin,
    .fill = one_at_a_time_fill,
    .end = one_at_a_time_end};

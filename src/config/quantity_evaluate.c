/* Quantity: computing it from the values of runs. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "models/lanes.h"
#include "quantity_steps.h"

/* A value that waits: x [n_items][n_runs], or [n_items] if it is of all runs. */
struct value {
    double *x;
    size_t n_items;
    bool is_by_run;
};

struct desk {
    const double *values; /* of cells */
    size_t n_runs;
    struct value *stack;
    size_t n;
    double *spare, *sorted; /* where a result is made; [n_runs] */
};

static double compute_one(enum quantity_operation operation, double a)
{
    switch (operation) {
    case QUANTITY_NEGATE: return -a;
    case QUANTITY_LOG: return a > 0 ? lane_log(a) : (double)NAN;
    case QUANTITY_EXP: return lane_exp(a);
    case QUANTITY_SQRT: return sqrt(a);
    default: return fabs(a);
    }
}

/* What comes of a number that cannot be computed cannot be computed, nor compared. */
static double compute_two(enum quantity_operation operation, double a, double b)
{
    if (isnan(a) || isnan(b))
        return (double)NAN;
    switch (operation) {
    case QUANTITY_ADD: return a + b;
    case QUANTITY_SUBTRACT: return a - b;
    case QUANTITY_MULTIPLY: return a * b;
    case QUANTITY_DIVIDE: return a / b;
    case QUANTITY_LESS: return a < b;
    case QUANTITY_AT_MOST: return a <= b;
    case QUANTITY_MORE: return a > b;
    case QUANTITY_AT_LEAST: return a >= b;
    case QUANTITY_EQUAL: return a == b;
    case QUANTITY_SMALLER: return a < b ? a : b;
    default: return a > b ? a : b;
    }
}

static size_t runs_of(const struct desk *desk, const struct value *value)
{
    return value->is_by_run ? desk->n_runs : 1;
}

static double number_of(const struct desk *desk, const struct value *value, size_t item, size_t run)
{
    const size_t k = value->n_items > 1 ? item : 0;
    return value->is_by_run ? value->x[k * desk->n_runs + run] : value->x[k];
}

/* The result that was made in `spare` takes the place of a value. */
static void keep_result(struct desk *desk, struct value *value, size_t n_items, bool is_by_run)
{
    double *last = value->x;
    *value = (struct value){desk->spare, n_items, is_by_run};
    desk->spare = last;
}

static void push_cells(struct desk *desk, const struct quantity_step *step)
{
    struct value *value = &desk->stack[desk->n++];
    const size_t n_runs = desk->n_runs;
    *value = (struct value){value->x, step->n_items, true};
    for (size_t item = 0; item < step->n_items; item++)
        for (size_t run = 0; run < n_runs; run++) {
            double sum = 0;
            for (size_t k = 0; k < step->n_of_each; k++)
                sum += desk->values[step->cells[item * step->n_of_each + k] * n_runs + run];
            value->x[item * n_runs + run] = sum / (double)step->n_of_each;
        }
}

static void combine(struct desk *desk, enum quantity_operation operation)
{
    struct value *a = &desk->stack[desk->n - 2];
    const struct value *b = &desk->stack[--desk->n];
    const size_t n_items = a->n_items > b->n_items ? a->n_items : b->n_items;
    const bool is_by_run = a->is_by_run || b->is_by_run;
    const size_t n_runs = is_by_run ? desk->n_runs : 1;
    for (size_t item = 0; item < n_items; item++)
        for (size_t run = 0; run < n_runs; run++)
            desk->spare[item * n_runs + run] =
                compute_two(operation, number_of(desk, a, item, run), number_of(desk, b, item, run));
    keep_result(desk, a, n_items, is_by_run);
}

static void reduce_items(struct desk *desk, enum quantity_operation operation)
{
    struct value *value = &desk->stack[desk->n - 1];
    const size_t n_runs = runs_of(desk, value);
    for (size_t run = 0; run < n_runs; run++) {
        double result = value->x[run], sum = 0;
        for (size_t item = 0; item < value->n_items; item++) {
            const double x = value->x[item * n_runs + run];
            sum += x;
            result = compute_two(operation == QUANTITY_LEAST ? QUANTITY_SMALLER : QUANTITY_LARGER, result, x);
        }
        desk->spare[run] = operation == QUANTITY_AVERAGE ? sum / (double)value->n_items : result;
    }
    keep_result(desk, value, 1, value->is_by_run);
}

/* One number of all runs; NaN if that of any run is. */
static double reduce_runs(struct desk *desk, const struct quantity_step *step, const double *x)
{
    const size_t n = desk->n_runs;
    double sum = 0;
    for (size_t run = 0; run < n; run++)
        sum += x[run];
    if (isnan(sum))
        return (double)NAN;
    if (step->operation == QUANTITY_MEAN)
        return sum / (double)n;
    if (step->operation == QUANTITY_SD)
        return n > 1 ? gsl_stats_sd_m(x, 1, n, sum / (double)n) : 0;
    memcpy(desk->sorted, x, n * sizeof *x);
    gsl_sort(desk->sorted, 1, n);
    return gsl_stats_quantile_from_sorted_data(desk->sorted, 1, n,
                                               step->operation == QUANTITY_MEDIAN ? 0.5 : step->number);
}

static void take_step(struct desk *desk, const struct quantity_step *step)
{
    struct value *top = desk->n > 0 ? &desk->stack[desk->n - 1] : NULL;
    if (step->operation == QUANTITY_NUMBER) {
        struct value *value = &desk->stack[desk->n++];
        *value = (struct value){value->x, 1, false};
        value->x[0] = step->number;
    } else if (step->operation == QUANTITY_CELLS)
        push_cells(desk, step);
    else if (quantity_takes_two(step->operation))
        combine(desk, step->operation);
    else if (quantity_is_of_items(step->operation))
        reduce_items(desk, step->operation);
    else if (quantity_is_of_runs(step->operation)) {
        for (size_t item = 0; item < top->n_items; item++)
            desk->spare[item] = reduce_runs(desk, step, top->x + item * desk->n_runs);
        keep_result(desk, top, top->n_items, false);
    } else
        for (size_t k = 0; k < top->n_items * runs_of(desk, top); k++)
            top->x[k] = compute_one(step->operation, top->x[k]);
}

size_t quantity_room(const struct quantity *quantity, size_t n_runs)
{
    return (quantity->n_deep + 1) * quantity->n_wide * n_runs + n_runs;
}

void quantity_evaluate(const struct quantity *quantity, const double *values, size_t n_runs, double *room,
                       double *result)
{
    enum { MOST_DEEP = 64 };
    struct value stack[MOST_DEEP];
    const size_t n_a_value = quantity->n_wide * n_runs;
    struct desk desk = {.values = values, .n_runs = n_runs, .stack = stack};
    for (size_t k = 0; k < quantity->n_deep; k++)
        stack[k].x = room + k * n_a_value;
    desk.spare = room + quantity->n_deep * n_a_value;
    desk.sorted = desk.spare + n_a_value;
    for (size_t k = 0; k < quantity->n_steps; k++)
        take_step(&desk, &quantity->steps[k]);
    memcpy(result, stack[0].x, runs_of(&desk, &stack[0]) * sizeof *result);
}

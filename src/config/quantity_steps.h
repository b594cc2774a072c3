/* The steps that an expression becomes: each takes values that wait, and leaves one. Inside quantity. */
#ifndef ENTENTE_QUANTITY_STEPS_H
#define ENTENTE_QUANTITY_STEPS_H

#include "quantity.h"

enum quantity_operation {
    QUANTITY_NUMBER,
    QUANTITY_CELLS, /* of n_items years the mean over n_of_each states */
    QUANTITY_NEGATE,
    QUANTITY_LOG,
    QUANTITY_EXP,
    QUANTITY_SQRT,
    QUANTITY_ABS,
    QUANTITY_ADD,
    QUANTITY_SUBTRACT,
    QUANTITY_MULTIPLY,
    QUANTITY_DIVIDE,
    QUANTITY_LESS,
    QUANTITY_AT_MOST,
    QUANTITY_MORE,
    QUANTITY_AT_LEAST,
    QUANTITY_EQUAL,
    QUANTITY_SMALLER,
    QUANTITY_LARGER,
    QUANTITY_LEAST, /* of its items */
    QUANTITY_GREATEST,
    QUANTITY_AVERAGE,
    QUANTITY_MEAN, /* of all runs, and so the rest */
    QUANTITY_MEDIAN,
    QUANTITY_SD,
    QUANTITY_QUANTILE
};

struct quantity_step {
    enum quantity_operation operation;
    double number; /* of NUMBER; of QUANTILE the share */
    size_t *cells; /* of CELLS: [n_items * n_of_each] */
    size_t n_items, n_of_each;
};

static inline bool quantity_takes_two(enum quantity_operation operation)
{
    return operation >= QUANTITY_ADD && operation <= QUANTITY_LARGER;
}

static inline bool quantity_is_of_items(enum quantity_operation operation)
{
    return operation >= QUANTITY_LEAST && operation <= QUANTITY_AVERAGE;
}

static inline bool quantity_is_of_runs(enum quantity_operation operation) { return operation >= QUANTITY_MEAN; }

#endif

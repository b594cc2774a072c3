/* Quantity: a number made of what runs leave, as an expression in YAML, such as
 *     log(trade[CHN, RUS, 2005] / trade[CHN, RUS, 2001])              one number a run
 *     share(cohesion[2002] < cohesion[2002, without_nine_eleven])     one number of all runs
 *
 * A variable stands with its year, or with years from .. to, which make as many numbers; with its state, pair of states
 * or area; and, where it is not the first, with its scenario. A tag instead of a state means the mean over the states
 * that have it. Numbers of a run become numbers of all runs by mean, median, sd, share or quantile.
 */
#ifndef ENTENTE_QUANTITY_H
#define ENTENTE_QUANTITY_H

#include "experiment.h"

struct check;

/* One number of a run: an element of a variable in a year of a scenario. */
struct quantity_cell {
    size_t scenario;
    const struct variable *variable;
    size_t element;
    int year;
};

/* Those that several quantities are made of, each once. Zero-initialize; in the memory of the check. */
struct quantity_cells {
    struct quantity_cell *list;
    size_t n;
};

struct quantity_step;

struct quantity {
    const char *text;
    struct quantity_step *steps; /* in the order of their computing */
    size_t n_steps;
    size_t n_deep;       /* values that wait at most */
    size_t n_wide;       /* numbers of a run that a value has at most */
    bool is_of_all_runs; /* else there is one number a run */
};

/* Read the expression that the node is, whose cells go to `cells` where they are not yet there. False if it is none:
 * then that has been told, with the place in the expression. */
bool quantity_read(const struct check *check, const struct experiment *experiment, const struct node *node,
                   struct quantity_cells *cells, struct quantity *quantity);

/* How many doubles evaluating takes as room. */
size_t quantity_room(const struct quantity *quantity, size_t n_runs);

/* The quantity of runs whose cells have values [cell][n_runs], all of them finite, n_runs > 0: result [n_runs], or [1]
 * if it is of all runs. What cannot be computed (log of a number below zero) is NaN. `room` is of quantity_room. */
void quantity_evaluate(const struct quantity *quantity, const double *values, size_t n_runs, double *room,
                       double *result);

#endif

/* Holding: what an output that is there holds of an experiment. */
#ifndef ENTENTE_HOLDING_H
#define ENTENTE_HOLDING_H

#include "config/experiment.h"

/* How many points of the experiment does the output hold? BAD_INPUT if it is no output, or another experiment's (with
 * the lines that differ), or if it has more points, or fewer and the design's kind does not begin with the same ones
 * when it has more. `head` and `key` are the experiment's plan_head and plan_key. */
int holding_find(const struct experiment *experiment, const char *output, const char *head, const char *key,
                 size_t *n_points, struct error *error);

#endif

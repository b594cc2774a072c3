/* Sequence: points that fill the unit cube evenly, however many of them are taken (Sobol 1967; directions of Bratley &
 * Fox 1988, as in GSL). The first is the middle of the cube; no number is 0 or 1. */
#ifndef ENTENTE_SEQUENCE_H
#define ENTENTE_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { SEQUENCE_MOST_DIMENSIONS = 40 };

struct sequence;

/* Give back with sequence_free. 1 <= n_dimensions <= SEQUENCE_MOST_DIMENSIONS. */
int sequence_create(struct sequence **sequence, size_t n_dimensions, struct error *error);
void sequence_free(struct sequence *sequence);

/* Number k of the sequence, k < 2^30 - 1: [n_dimensions], good until the next call. Free for the k of the last call;
 * else it takes steps from there, or from the start if k lies before. */
const double *sequence_get(struct sequence *sequence, uint64_t k);

#endif

/* Draws: random numbers that are a pure function of (seed, replicate, purpose, year, states), by the counter-based
 * generator Philox 4x32-10 (Salmon, Moraes, Dror & Shaw 2011; Random123). Two scenarios with the same seed meet the
 * same luck, whatever else differs between them. */
#ifndef ENTENTE_DRAWS_H
#define ENTENTE_DRAWS_H

#include <stdint.h>

#include "models/world.h"

/* Two uniform numbers within 0 .. 1, ends excluded, 52 bits each. `a` and `b` are the keys of whom the draw is about.
 */
void draws_pair(double pair[2], uint64_t seed, uint32_t replicate, enum purpose purpose, int year, uint32_t a,
                uint32_t b);

/* The standard normal number below which a share u of all lies; 0 < u < 1. Wichura 1988, algorithm AS 241 (PPND16):
 * relative error about 1e-16. With lane_log instead of log, so that its bits are the same everywhere. */
double draws_normal(double u);

/* Fill the draws of the world for its year, before step 1: lane l belongs to replicate first + l. state_keys
 * [n_states]. */
void draws_fill(struct world *world, uint64_t seed, size_t first_replicate, int year, const uint32_t *state_keys);

/* Fill, before step 6, those that are made only where they are asked for: they are neutral until then, and elsewhere.
 */
void draws_fill_asked(struct world *world, uint64_t seed, size_t first_replicate, int year, const uint32_t *state_keys);

/* The draws of a world without noise: every uniform number 1/2, every normal number 0. */
void draws_fill_neutral(struct world *world);

#endif

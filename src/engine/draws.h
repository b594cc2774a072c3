/* Draws: random numbers that are a pure function of (seed, replicate, purpose, year, states), by the counter-based
 * generator Philox 4x32-10. Two scenarios with the same seed meet the same luck, whatever else differs between them.
 *
 * A block of the generator has four words, one for each of four replicates that follow each other: its counter is
 * (replicate / 4, purpose and year, a, b), its key the seed. A word is a uniform number with 32 bits; two neighbouring
 * words make two normal numbers (Box & Muller 1958), one for each of their replicates. So no word is thrown away and
 * none rejected.
 */
#ifndef ENTENTE_DRAWS_H
#define ENTENTE_DRAWS_H

#include <stdint.h>

#include "models/world.h"

/* Where a number stands in the stream. `a` and `b` are the keys of whom it is about. */
struct draw_address {
    uint64_t seed, replicate;
    enum purpose purpose;
    int year;
    uint32_t a, b;
};

/* A uniform number within 0 .. 1, ends excluded; a standard normal one, within -6.661 .. 6.661, in single precision. */
double draws_uniform(const struct draw_address *address);
double draws_normal(const struct draw_address *address);

/* What filling the draws of a world takes, beside the world: for whom each of them is. */
struct draws;

/* Memory for it, in bytes, and how it is laid out there (aligned to WORLD_ALIGNMENT). state_keys [n_states]. */
size_t draws_bytes(size_t n_states);
struct draws *draws_lay_out(void *memory, const struct world *world, uint64_t seed, const uint32_t *state_keys);

/* Make those draws of a year whose time has come: lane l belongs to replicate first + l. They are made for those
 * who ask for them (table.h); elsewhere they keep what they had. */
void draws_fill(struct draws *draws, struct world *world, enum draw_time time, size_t first_replicate, int year);

/* The draws of a world without noise: every uniform number 1/2, every normal number 0. */
void draws_fill_neutral(struct world *world);

#endif

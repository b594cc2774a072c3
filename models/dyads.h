/* Pairs of states whose dyads a mechanism visits: those of members, of followed states, and the like. They are listed once, and
 * anew when the states with the mark are others, so that loops over dyads are flat and pass by what adds nothing to a sum. */
#ifndef ENTENTE_DYADS_H
#define ENTENTE_DYADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two states, i < j, and the number of their dyad. */
struct dyad {
    uint32_t i, j, d;
};

/* Which pairs: those of which both states have a mark, or either, or all. */
enum pairing { BOTH, EITHER, ALL };

/* In a world; a copy of the world must not be listed anew while the other is used, since they share the list. */
struct dyads {
    size_t n;
    struct dyad *list; /* [n], dyads counting up */
    uint32_t *row_end; /* [state] where in the list those end whose i is this one or before it */
    bool is_listed;
    enum pairing pairing; /* when they were listed */
    bool *mark;           /* [state] who had the mark then */
};

/* Pairs are taken so many at a time where a loop leaves something for the next one: that stays in the first cache. */
enum { DYADS_AT_A_TIME = 16 };

/* Bytes for the pairs of n_states, a multiple of those of a uint32_t, and how they are laid out there. */
size_t dyads_bytes(size_t n_states);
void dyads_lay_out(struct dyads *dyads, size_t n_states, void *memory);

/* List the pairs of states with the mark, unless they are listed already. */
void dyads_list(struct dyads *dyads, enum pairing pairing, const bool *mark, size_t n_states);

/* How many of the pairs a turn that begins with pair `first` takes. */
static inline size_t dyads_in_turn(const struct dyads *dyads, size_t first)
{
    return dyads->n - first < DYADS_AT_A_TIME ? dyads->n - first : DYADS_AT_A_TIME;
}

#endif

/* Lists of dyads of states. */
#include "dyads.h"

#include <string.h>

#include "registry.h"

size_t dyads_bytes(size_t n_states)
{
    const size_t word = sizeof(uint32_t), mark_words = (n_states * sizeof(bool) + word - 1) / word;
    return variable_count(BY_DYAD, n_states) * sizeof(struct dyad) + (n_states + mark_words) * word;
}

void dyads_lay_out(struct dyads *dyads, size_t n_states, void *memory)
{
    struct dyad *list = memory;
    uint32_t *row_end = (uint32_t *)(void *)(list + variable_count(BY_DYAD, n_states));
    *dyads = (struct dyads){.list = list, .row_end = row_end, .mark = (bool *)(row_end + n_states)};
}

void dyads_list(struct dyads *dyads, enum pairing pairing, const bool *mark, size_t n_states)
{
    if (dyads->is_listed && dyads->pairing == pairing && memcmp(dyads->mark, mark, n_states * sizeof *mark) == 0) return;
    dyads->n = 0;
    dyads->is_listed = true;
    dyads->pairing = pairing;
    memcpy(dyads->mark, mark, n_states * sizeof *mark);
    uint32_t d = 0;
    for (size_t i = 0; i < n_states; i++) {
        for (size_t j = i + 1; j < n_states; j++, d++) {
            const bool is_in = pairing == ALL || (pairing == BOTH ? mark[i] & mark[j] : mark[i] | mark[j]);
            if (is_in) dyads->list[dyads->n++] = (struct dyad){(uint32_t)i, (uint32_t)j, d};
        }
        dyads->row_end[i] = (uint32_t)dyads->n;
    }
}

/* Portion: the trajectories and last years of some cells, or of a block of replicates of one cell, laid out as in the
 * file, and how each run ended.
 */
#ifndef ENTENTE_PORTION_H
#define ENTENTE_PORTION_H

#include "engine/ensemble.h"
#include "fields.h"
#include "results.h"
#include "tile.h"

struct portion {
    struct store *store;
    const struct fields *fields;
    size_t capacity;
    struct tile file, of; /* what the file holds, and what of it is here */
    size_t stride;        /* replicates from one cell to the next: whole batches */
    void **values;        /* [series]: [cell][replicate][year][cell of the variable] */
    int8_t *run_status;   /* [cell][replicate], and likewise */
    int32_t *failed_year;
    const char **failed_variable;
    const struct results *results; /* to be written with it; NULL: none */
};

/* Bytes that a replicate takes in a portion. */
size_t portion_bytes(const struct fields *fields);

/* Take memory for `capacity` replicates of all cells together, a multiple of LANES, for a file that holds `file`.
 * `store` and `fields` must outlive it. */
int portion_take(struct portion *portion, struct store *store, const struct fields *fields, const struct tile *file,
                 size_t capacity, struct error *error);
void portion_free(struct portion *portion);

/* Hold these cells, or these replicates of one. */
void portion_begin(struct portion *portion, const struct tile *of);

/* Take a year (of those that are kept; the last of the run, if `is_last`) of a batch of lanes of a cell (numbered as in
 * tile.h). Each touches its own numbers alone, so that threads can do this at the same time. */
enum { PORTION_NO_YEAR = -1 };
void portion_observe(struct portion *portion, const struct world *world, size_t cell, int year_index, bool is_last,
                     size_t first_replicate);

/* Note how the runs of a cell ended. From its failing year on, a failed replicate is missing. */
void portion_end_cell(struct portion *portion, size_t cell, const struct replicate_status *status);

/* Write a portion that has ended, for a writer. */
int portion_write(void *portion, struct error *error);

#endif

/* Portion: the trajectories and last years of a block of replicates, laid out as in the file, and how each run ended.
 */
#ifndef ENTENTE_PORTION_H
#define ENTENTE_PORTION_H

#include "engine/ensemble.h"
#include "fields.h"

struct portion {
    struct store *store;
    const struct fields *fields;
    int first_year;
    size_t n_years, capacity;
    size_t scenario, first, n; /* the replicates that it holds */
    void **values;             /* [series]: [replicate][year][cell] */
    int8_t *run_status;        /* [replicate], and likewise */
    int32_t *failed_year;
    const char **failed_variable;
};

/* Bytes that a replicate takes in a portion. */
size_t portion_bytes(const struct fields *fields);

/* Take memory for `capacity` replicates, a multiple of LANES. `store` and `fields` must outlive it. */
int portion_take(struct portion *portion, struct store *store, const struct fields *fields, int first_year,
                 size_t n_years, size_t capacity, struct error *error);
void portion_free(struct portion *portion);

/* Hold n replicates of a scenario from `first` on. */
void portion_begin(struct portion *portion, size_t scenario, size_t first, size_t n);

/* Take a year of a batch of lanes. Each touches its own numbers alone, so that threads can do this at the same time. */
void portion_observe(struct portion *portion, const struct world *world, size_t year_index, size_t first_replicate);

/* Note how the runs ended. From its failing year on, a failed replicate is missing. */
void portion_end(struct portion *portion, const struct replicate_status *status);

/* Write a portion that has ended, for a writer. */
int portion_write(void *portion, struct error *error);

#endif

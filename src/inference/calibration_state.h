/* State: how far a calibration has come, in a file, from which it goes on after an interruption with the same bits. */
#ifndef ENTENTE_CALIBRATION_STATE_H
#define ENTENTE_CALIBRATION_STATE_H

#include "fit.h"
#include "output/store.h"
#include "population.h"

struct calibration_state {
    struct fit *fits; /* [n_starts]; the first n_fits are done */
    size_t n_starts, n_fits;
    struct population population;
};

int calibration_state_create(struct calibration_state *state, const struct experiment *experiment, struct error *error);
void calibration_state_free(struct calibration_state *state);

/* What a calibration's results depend on, in one number. */
uint64_t calibration_state_key(const struct experiment *experiment);

/* Is the file a state, or the results, of the calibration with this key? */
bool calibration_state_is_of(const char *path, uint64_t key);

/* As an attribute of the file. */
int calibration_state_write_key(struct store *store, uint64_t key, struct error *error);

/* Write it to `path`, whole and durable or not at all. */
int calibration_state_save(const struct calibration_state *state, const char *path, uint64_t key, struct error *error);

/* Read what calibration_state_save wrote, if the file is there; *is_there tells. BAD_INPUT if it is of another
 * calibration. */
int calibration_state_load(struct calibration_state *state, const char *path, uint64_t key, bool *is_there,
                           struct error *error);

#endif

/* Provenance: what an output file says of how it came to be. */
#ifndef ENTENTE_PROVENANCE_H
#define ENTENTE_PROVENANCE_H

#include "config/configuration.h"
#include "recorder.h"
#include "store.h"

/* An attribute of the file, of text; NULL where there is nothing to say. */
struct provenance_text {
    const char *name, *value;
};

/* Write the texts, and what every file says: conventions, version, compiler and the command line that made it. */
int provenance_write(struct store *store, const struct provenance_text *texts, size_t n, int argc, char *const *argv,
                     struct error *error);

/* Write what is known when the run begins. */
int provenance_begin(struct store *store, const struct experiment *experiment, const struct run_description *run,
                     struct error *error);

/* Write when the run ended. */
int provenance_end(struct store *store, struct error *error);

/* Write what a file says that holds what was found with an experiment, not its runs. `kind` is the attribute that tells
 * what was done: "calibration"; `seed` that of its luck. */
int provenance_of_findings(struct store *store, const struct experiment *experiment, const char *kind, uint64_t seed,
                           int argc, char *const *argv, struct error *error);

#endif

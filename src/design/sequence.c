#include "sequence.h"

#include <stdlib.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_qrng.h>

struct sequence {
    gsl_qrng *generator;
    uint64_t n_taken; /* the last of them stands in `shares` */
    double shares[SEQUENCE_MOST_DIMENSIONS];
};

int sequence_create(struct sequence **sequence, size_t n_dimensions, struct error *error)
{
    struct sequence *made = *sequence = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    gsl_error_handler_t *handler = gsl_set_error_handler_off(); /* which would end the process */
    made->generator = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)n_dimensions);
    gsl_set_error_handler(handler);
    if (made->generator)
        return OK;
    sequence_free(made);
    *sequence = NULL;
    return error_memory(error);
}

void sequence_free(struct sequence *sequence)
{
    if (sequence && sequence->generator)
        gsl_qrng_free(sequence->generator);
    free(sequence);
}

const double *sequence_get(struct sequence *sequence, uint64_t k)
{
    if (k + 1 < sequence->n_taken) {
        gsl_qrng_init(sequence->generator);
        sequence->n_taken = 0;
    }
    for (; sequence->n_taken <= k; sequence->n_taken++)
        gsl_qrng_get(sequence->generator, sequence->shares);
    return sequence->shares;
}

#include "fit.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>

#include "design/sequence.h"
#include "engine/draws.h"

/* Starts are the middle of the prior, points of Sobol's sequence and, of more factors than that has, independent draws.
 * They are within the middle part of the prior; the simplex begins with this step and ends with this size, in
 * standard deviations of the prior. */
#define MIDDLE 0.9
#define FIRST_STEP 0.5
#define LAST_SIZE 2e-3

struct search {
    struct judge *judge;
    int thread;
    uint64_t seed;
    size_t n_trials;
    bool (*stops)(void);
    int code;
    struct error *error;
};

static double find_misfit(const gsl_vector *z, void *context)
{
    struct search *search = context;
    double misfit = 0;
    search->n_trials++;
    const int code = judge_misfit(search->judge, search->thread, z->data, search->seed, &misfit, search->error);
    search->code = search->code == OK ? code : search->code;
    return misfit;
}

static int find_start(gsl_vector *z, size_t k, uint64_t seed, struct error *error)
{
    struct sequence *sequence = NULL;
    const bool has_sequence = k > 0 && z->size <= SEQUENCE_MOST_DIMENSIONS;
    const int code = has_sequence ? sequence_create(&sequence, z->size, error) : OK;
    for (size_t f = 0; f < z->size && code == OK; f++) {
        const struct draw_address address = {
            .seed = seed, .replicate = k, .purpose = PURPOSE_PROPOSAL, .a = (uint32_t)f, .b = 3};
        const double share = k == 0 ? 0.5 : has_sequence ? sequence_get(sequence, k)[f] : draws_uniform(&address);
        gsl_vector_set(z, f, gsl_cdf_ugaussian_Pinv(0.5 + MIDDLE * (share - 0.5)));
    }
    sequence_free(sequence);
    return code;
}

static void minimize(gsl_multimin_fminimizer *minimizer, struct search *search, size_t most_trials, struct fit *fit)
{
    int status = GSL_CONTINUE;
    bool has_moved = false;
    while (status == GSL_CONTINUE && search->n_trials < most_trials && search->code == OK) {
        if (search->stops && search->stops()) {
            search->code = error_set(search->error, FAILED, "stopped");
            break;
        }
        if (gsl_multimin_fminimizer_iterate(minimizer))
            break;
        has_moved = true;
        status = gsl_multimin_test_size(gsl_multimin_fminimizer_size(minimizer), LAST_SIZE);
    }
    fit->has_converged = status == GSL_SUCCESS;
    fit->misfit = has_moved ? minimizer->fval : find_misfit(minimizer->x, search); /* before a move there is none */
    fit->n_trials = search->n_trials;
    for (size_t f = 0; f < minimizer->x->size; f++)
        fit->z[f] = gsl_vector_get(minimizer->x, f);
}

int fit_search(struct fit *fit, struct judge *judge, int thread, const struct experiment *experiment, size_t k,
               bool (*stops)(void), struct error *error)
{
    const size_t n = experiment->n_factors;
    struct search search = {
        .judge = judge, .thread = thread, .seed = experiment->calibration->seed, .stops = stops, .error = error};
    gsl_multimin_function function = {find_misfit, n, &search};
    gsl_multimin_fminimizer *minimizer = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n);
    gsl_vector *start = gsl_vector_alloc(n), *step = gsl_vector_alloc(n);
    int code = minimizer && start && step ? find_start(start, k, search.seed, error) : error_memory(error);
    if (code == OK) {
        gsl_vector_set_all(step, FIRST_STEP);
        gsl_multimin_fminimizer_set(minimizer, &function, start, step);
        minimize(minimizer, &search, experiment->calibration->most_steps, fit);
        code = search.code;
    }
    if (minimizer)
        gsl_multimin_fminimizer_free(minimizer);
    if (start)
        gsl_vector_free(start);
    if (step)
        gsl_vector_free(step);
    return code;
}

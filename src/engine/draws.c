#include "engine/draws.h"

#include <Random123/philox.h>

#include "models/registry.h"

/* A counter's second word holds the purpose above the year. */
enum { YEAR_BITS = 16, YEAR_MASK = (1 << YEAR_BITS) - 1 };

static inline double uniform(uint32_t high, uint32_t low)
{
    const uint64_t bits = (uint64_t)high << 20 | low >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}

void draws_pair(double pair[2], uint64_t seed, uint32_t replicate, enum purpose purpose, int year, uint32_t a, uint32_t b)
{
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t counter = {{replicate, (uint32_t)purpose << YEAR_BITS | ((uint32_t)year & YEAR_MASK), a, b}};
    const philox4x32_ctr_t word = philox4x32(counter, key);
    pair[0] = uniform(word.v[0], word.v[1]);
    pair[1] = uniform(word.v[2], word.v[3]);
}

static inline double polynomial(double x, const double *coefficient)
{
    double sum = coefficient[7];
    for (int k = 6; k >= 0; k--) sum = sum * x + coefficient[k];
    return sum;
}

/* Numerators and denominators of AS 241: the centre, the near tails, the far tails. */
static const double centre_over[] = {3.3871328727963666080, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                     1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                     3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double centre_under[] = {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                                      2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
                                      5.2264952788528545610e+3};
static const double near_over[] = {1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
                                   3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double near_under[] = {1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
                                    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
static const double far_over[] = {6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
                                  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_under[] = {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                   7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                   2.04426310338993978564e-15};

double draws_normal(double u)
{
    const double q = u - 0.5;
    if (q >= -0.425 && q <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * polynomial(r, centre_over) / polynomial(r, centre_under);
    }
    const double r = sqrt(-lane_log(q < 0 ? u : 1 - u));
    const double tail = r <= 5 ? polynomial(r - 1.6, near_over) / polynomial(r - 1.6, near_under)
                               : polynomial(r - 5, far_over) / polynomial(r - 5, far_under);
    return q < 0 ? -tail : tail;
}

/* A variable's draws for one element: `n` values (1 or 2) that share a block, in every lane. */
static void fill_element(lane_array *array, size_t n, enum kind kind, enum purpose purpose, uint64_t seed,
                         size_t first_replicate, int year, uint32_t a, uint32_t b)
{
    for (size_t l = 0; l < LANES; l++) {
        double pair[2];
        draws_pair(pair, seed, (uint32_t)(first_replicate + l), purpose, year, a, b);
        for (size_t k = 0; k < n; k++) array[k][l] = kind == DRAW_NORMAL ? draws_normal(pair[k]) : pair[k];
    }
}

static void fill_variable(struct world *world, const struct variable *variable, uint64_t seed, size_t first_replicate,
                          int year, const uint32_t *key)
{
    lane_array *array = registry_variable_lanes(world, variable);
    const size_t n = world->n_states, width = variable->shape == BY_STATE_AREA ? AREAS : 1;
    const enum kind kind = variable->kind;
    const enum purpose purpose = variable->purpose;
    if (variable->shape == BY_DYAD) {
        FOR_DYADS(n, i, j, d)
            fill_element(&array[d], 1, kind, purpose, seed, first_replicate, year, key[i] < key[j] ? key[i] : key[j],
                         key[i] < key[j] ? key[j] : key[i]);
    } else if (variable->shape == BY_PAIR) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                fill_element(&array[i * n + j], 1, kind, purpose, seed, first_replicate, year, key[i], key[j]);
    } else {
        for (size_t i = 0; i < n; i++)
            fill_element(&array[i * width], width, kind, purpose, seed, first_replicate, year, key[i], 0);
    }
}

void draws_fill(struct world *world, uint64_t seed, size_t first_replicate, int year, const uint32_t *state_keys)
{
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL)
            fill_variable(world, variable, seed, first_replicate, year, state_keys);
    }
}

void draws_fill_neutral(struct world *world)
{
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (variable->kind != DRAW_UNIFORM && variable->kind != DRAW_NORMAL) continue;
        lane_array *array = registry_variable_lanes(world, variable);
        for (size_t k = 0; k < variable_count(variable->shape, world->n_states); k++)
            FOR_LANES(l) array[k][l] = variable->kind == DRAW_UNIFORM ? 0.5 : 0;
    }
}

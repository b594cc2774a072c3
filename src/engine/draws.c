#include "engine/draws.h"

#include "models/registry.h"

/* Where draws stand in the stream, but for the replicate and whom they are about. */
struct address {
    uint64_t seed;
    enum purpose purpose;
    int year;
};

/* A counter's second word holds the purpose above the year. */
enum { YEAR_BITS = 16, YEAR_MASK = (1 << YEAR_BITS) - 1 };

/* Philox 4x32-10: multipliers and the steps of the key. */
#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9)
#define PHILOX_W1 UINT32_C(0xBB67AE85)
enum { PHILOX_ROUNDS = 10 };

/* Two uniform numbers in each lane. */
typedef lane_array lane_pair[2];

/* The share of the numbers below `high`, `low` as 52 bits and a half: within 0 .. 1, ends excluded. */
static inline double uniform(uint32_t high, uint32_t low)
{
    const uint64_t bits = (uint64_t)high << 20 | low >> 12; /* they fill the fraction of a number within 1 .. 2 */
    return lane_from_bits(lane_bits(1) | bits) - (1 - 0x1p-53);
}

/* Lane l belongs to replicate first + l. The generator is that of Random123, run side by side. */
static void draw_lanes(lane_pair pair, const struct address *address, size_t first_replicate, uint32_t a, uint32_t b)
{
    uint32_t w0[LANES], w1[LANES], w2[LANES], w3[LANES];
    uint32_t k0 = (uint32_t)address->seed, k1 = (uint32_t)(address->seed >> 32);
    const uint32_t second = (uint32_t)address->purpose << YEAR_BITS | ((uint32_t)address->year & YEAR_MASK);
    FOR_LANES(l) {
        w0[l] = (uint32_t)(first_replicate + l);
        w1[l] = second;
        w2[l] = a;
        w3[l] = b;
    }
    for (int round = 0; round < PHILOX_ROUNDS; round++, k0 += PHILOX_W0, k1 += PHILOX_W1)
        FOR_LANES(l) {
            const uint64_t p0 = (uint64_t)PHILOX_M0 * w0[l], p1 = (uint64_t)PHILOX_M1 * w2[l];
            w0[l] = (uint32_t)(p1 >> 32) ^ w1[l] ^ k0;
            w1[l] = (uint32_t)p1;
            w2[l] = (uint32_t)(p0 >> 32) ^ w3[l] ^ k1;
            w3[l] = (uint32_t)p0;
        }
    FOR_LANES(l) {
        pair[0][l] = uniform(w0[l], w1[l]);
        pair[1][l] = uniform(w2[l], w3[l]);
    }
}

void draws_pair(double pair[2], uint64_t seed, uint32_t replicate, enum purpose purpose, int year, uint32_t a,
                uint32_t b)
{
    lane_pair lanes;
    draw_lanes(lanes, &(struct address){seed, purpose, year}, replicate, a, b);
    pair[0] = lanes[0][0];
    pair[1] = lanes[1][0];
}

static inline double polynomial(double x, const double *c)
{
    return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}

/* Numerators and denominators of AS 241: the centre, the near tails, the far tails. */
static const double centre_over[] = {3.3871328727963666080,    1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                     1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                     3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double centre_under[] = {1,
                                      4.2313330701600911252e+1,
                                      6.8718700749205790830e+2,
                                      5.3941960214247511077e+3,
                                      2.1213794301586595867e+4,
                                      3.9307895800092710610e+4,
                                      2.8729085735721942674e+4,
                                      5.2264952788528545610e+3};
static const double near_over[] = {1.42343711074968357734,    4.63033784615654529590,   5.76949722146069140550,
                                   3.64784832476320460504,    1.27045825245236838258,   2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double near_under[] = {1,
                                    2.05319162663775882187,
                                    1.67638483018380384940,
                                    6.89767334985100004550e-1,
                                    1.48103976427480074590e-1,
                                    1.51986665636164571966e-2,
                                    5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
static const double far_over[] = {6.65790464350110377720,    5.46378491116411436990,    1.78482653991729133580,
                                  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_under[] = {1,
                                   5.99832206555887937690e-1,
                                   1.36929880922735805310e-1,
                                   1.48753612908506148525e-2,
                                   7.86869131145613259100e-4,
                                   1.84631831751005468180e-5,
                                   1.42151175831644588870e-7,
                                   2.04426310338993978564e-15};

static const double centre_ends = 0.425, centre_constant = 0.180625, near_shift = 1.6, far_begins = 5;

static inline double distance_to_tail(double u) { return sqrt(-lane_log(u < 0.5 ? u : 1 - u)); }

/* All but the far tails, which begin at a share of exp(-25). */
static inline double normal_but_far(double u)
{
    const double q = u - 0.5, r = centre_constant - q * q, t = distance_to_tail(u) - near_shift;
    const double centre = q * polynomial(r, centre_over) / polynomial(r, centre_under);
    const double tail = polynomial(t, near_over) / polynomial(t, near_under);
    return q >= -centre_ends && q <= centre_ends ? centre : q < 0 ? -tail : tail;
}

static double normal_far(double u)
{
    const double t = distance_to_tail(u) - far_begins;
    const double tail = polynomial(t, far_over) / polynomial(t, far_under);
    return u < 0.5 ? -tail : tail;
}

double draws_normal(double u) { return distance_to_tail(u) > far_begins ? normal_far(u) : normal_but_far(u); }

/* Uniform numbers into normal ones, in place. Far tails are so rare that they are mended afterwards. */
static void make_normal(double *lane)
{
    const double far = 1e-10; /* more than exp(-25), where the far tails begin */
    lane_array u;
    int is_any_far = 0;
    FOR_LANES(l) {
        u[l] = lane[l];
        lane[l] = normal_but_far(u[l]);
    }
    for (size_t l = 0; l < LANES; l++)
        is_any_far |= (u[l] < far) | (u[l] > 1 - far);
    for (size_t l = 0; l < LANES && is_any_far; l++)
        lane[l] = draws_normal(u[l]);
}

/* A variable's draws for one element: `n` values (1 or 2) that share a block, in every lane. */
static void fill_element(lane_array *array, size_t n, enum kind kind, const struct address *address,
                         size_t first_replicate, uint32_t a, uint32_t b)
{
    lane_pair pair;
    draw_lanes(pair, address, first_replicate, a, b);
    for (size_t k = 0; k < n; k++) {
        if (kind == DRAW_NORMAL)
            make_normal(pair[k]);
        memcpy(array[k], pair[k], sizeof(lane_array));
    }
}

static void fill_variable(struct world *world, const struct variable *variable, uint64_t seed, size_t first_replicate,
                          int year, const uint32_t *key)
{
    lane_array *array = registry_variable_lanes(world, variable);
    const size_t n = world->n_states, width = variable->shape == BY_STATE_AREA ? AREAS : 1;
    const enum kind kind = variable->kind;
    const struct address address = {seed, variable->purpose, year};
    if (variable->shape == BY_DYAD) {
        FOR_DYADS(n, i, j, d)
            fill_element(&array[d], 1, kind, &address, first_replicate, key[i] < key[j] ? key[i] : key[j],
                         key[i] < key[j] ? key[j] : key[i]);
    } else if (variable->shape == BY_PAIR) {
        for (size_t j = 0; j < n; j++)
            for (size_t i = 0; i < n && (!variable->asks || variable->asks_about(world, j)); i++)
                if (!variable->asks || variable->asks(world, i))
                fill_element(&array[i * n + j], 1, kind, &address, first_replicate, key[i], key[j]);
    } else {
        for (size_t i = 0; i < n; i++)
            fill_element(&array[i * width], width, kind, &address, first_replicate, key[i], 0);
    }
}

static bool is_draw(const struct variable *variable)
{
    return variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL;
}

static void make_neutral(struct world *world, const struct variable *variable)
{
    lane_array *array = registry_variable_lanes(world, variable);
    for (size_t k = 0; k < variable_count(variable->shape, world->n_states); k++)
        FOR_LANES(l)
            array[k][l] = variable->kind == DRAW_UNIFORM ? 0.5 : 0;
}

void draws_fill(struct world *world, uint64_t seed, size_t first_replicate, int year, const uint32_t *state_keys)
{
    FOR_VARIABLES(variable) {
        if (is_draw(variable) && !variable->asks)
            fill_variable(world, variable, seed, first_replicate, year, state_keys);
        else if (is_draw(variable))
            make_neutral(world, variable);
    }
}

void draws_fill_asked(struct world *world, uint64_t seed, size_t first_replicate, int year, const uint32_t *state_keys)
{
    FOR_VARIABLES(variable)
        if (is_draw(variable) && variable->asks)
            fill_variable(world, variable, seed, first_replicate, year, state_keys);
}

void draws_fill_neutral(struct world *world)
{
    FOR_VARIABLES(variable)
        if (is_draw(variable))
            make_neutral(world, variable);
}

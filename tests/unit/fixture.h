/* Worlds to test mechanisms in, and the checks that every mechanism has to pass.
 *
 * A world is blank (all 0, parameters at their defaults) for values worked by hand, or filled with pseudo-random values
 * in range, different in each lane, for comparison with a plain reference. */
#ifndef ENTENTE_TEST_FIXTURE_H
#define ENTENTE_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/year.h"

enum { N_STATES = 7, N_WORLDS = 25, MOST_ARRAYS = 256 };

/* Of values in doubles, against mathematics: a value comes of some dozens of operations, each of them off by 1e-16 of
 * itself, and differences of like numbers lose up to three digits. */
#define TOLERANCE 1e-12
/* Below this size the error counts as absolute: such numbers are what is left of numbers near 1. */
#define SMALL 1e-3

/* FOR_LANES without `omp simd`: a failed assertion jumps out of the loop. */
#define EACH_LANE(l) for (size_t l = 0; l < LANES; l++)

#define assert_close(actual, expected) check_close(actual, expected, TOLERANCE, #actual, __FILE__, __LINE__)
#define assert_same(actual, expected) check_same(actual, expected, #actual, __FILE__, __LINE__)

static inline void check_close(double actual, double expected, double tolerance, const char *what, const char *file,
                               int line)
{
    const double size = fabs(expected) > SMALL ? fabs(expected) : SMALL;
    if (lane_bits(actual) == lane_bits(expected) || fabs(actual - expected) <= tolerance * size)
        return;
    print_error("%s is %.17g, expected %.17g\n", what, actual, expected);
    _fail(file, line);
}

/* The same bits; 0 and -0 differ. */
static inline void check_same(double actual, double expected, const char *what, const char *file, int line)
{
    if (lane_bits(actual) == lane_bits(expected))
        return;
    print_error("%s is %a, expected %a\n", what, actual, expected);
    _fail(file, line);
}

/* Pseudo-random numbers within 0 .. 1, ends excluded: splitmix64 (Steele, Lea & Flood 2014). */
static inline double random_share(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return ((double)((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52;
}

static inline double random_between(uint64_t *state, double low, double high)
{
    return low + (high - low) * random_share(state);
}

static inline bool is_nan(double x) { return x != x; }

static inline void put(double *lanes, double value)
{
    EACH_LANE(l)
        lanes[l] = value;
}

static inline void put_gdp(struct world *world, size_t i, double gdp)
{
    put(world->now.gdp[i], gdp);
    put(world->now.log_gdp[i], log(gdp));
}

/* One array of a world: a stock has two, `now` and `next`. */
struct array {
    const struct variable *variable;
    lane_array *lanes;
    size_t count;
    bool is_next;
};

static inline lane_array *array_at(const struct world *world, size_t offset)
{
    lane_array *lanes;
    memcpy(&lanes, (const char *)world + offset, sizeof lanes);
    return lanes;
}

static inline bool has_next(const struct variable *variable)
{
    return variable->kind == STOCK && variable->next != NO_NEXT;
}

/* All arrays of a world, in the order of the registry. Returns how many. */
static inline size_t list_arrays(const struct world *world, struct array *list)
{
    size_t n = 0;
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        const size_t count = variable_count(variable->shape, world->n_states);
        list[n++] = (struct array){variable, array_at(world, variable->offset), count, false};
        if (has_next(variable))
            list[n++] = (struct array){variable, array_at(world, variable->next), count, true};
    }
    return n;
}

struct fixture {
    struct world world;
    struct parameters parameters;
    struct told *gdp_series, *price_series; /* [state] nothing, but for what a test tells */
    void *memory;
};

static inline void put_defaults(struct parameters *parameters)
{
    for (size_t p = 0; p < registry_n_parameters(); p++)
        put(registry_parameter_lanes(parameters, p), registry_parameter(p)->value);
}

/* A world in which all is 0, but for what divides: GDP and prices are 1, distances 1000 km; all states could join. */
static inline struct fixture *fixture_blank(size_t n_states)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->memory = aligned_alloc(WORLD_ALIGNMENT, world_bytes(n_states));
    world_lay_out(&f->world, n_states, f->memory);
    f->world.year = 2005;
    f->world.is_noisy = true;
    f->world.tells_all = f->world.follows_all = true;
    put_defaults(&f->parameters);
    f->world.gdp_series = f->gdp_series = calloc(n_states, sizeof *f->gdp_series);
    f->world.price_series = f->price_series = calloc(n_states, sizeof *f->price_series);
    for (size_t i = 0; i < n_states; i++) {
        put(f->world.now.gdp[i], 1);
        put(f->world.now.price[i], 1);
        put(f->world.eligible[i], 1);
    }
    for (size_t d = 0; d < f->world.n_dyads; d++)
        put(f->world.distance[d], 1000);
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    free(f->memory);
    free(f->gdp_series);
    free(f->price_series);
    free(f);
}

static inline void put_member(struct world *world, size_t i)
{
    world->is_member_somewhere[i] = true;
    put(world->now.status[i], MEMBER);
    put(world->is_member[i], 1);
    EACH_LANE(l)
        world->n_members[0][l] += 1;
}

/* Ranges in which a test fills what the tables leave wide or unbounded. */
static const struct {
    const char *name;
    double low, high;
} plausible[] = {
    {"gdp", 1, 2000},
    {"price", 0.5, 3},
    {"growth", -0.1, 0.1},
    {"inflation", -0.1, 0.1},
    {"long_run_growth", -0.1, 0.1},
    {"long_run_inflation", -0.1, 0.1},
    {"openness", 0, 1},
    {"tenure", 0, 8},
    {"trade", 1, 10000},
    {"distance", 100, 8000},
    {"trade_gap", -1, 1},
    {"trade_base", 2, 5},
    {"trade_size", 0, 2},
    {"trade_bond", 0, 1},
    {"exposure", 0, 0.3},
    {"success", -0.6, 1},
    {"potential_trade", 1, 10000},
    {"trade_inside", 1, 10000},
    {"potential_inside", 1, 10000},
    {"missing_inside", 1, 10000},
};

static inline double random_value(const struct variable *variable, uint64_t *state)
{
    double low = variable->low, high = variable->high;
    if (variable->kind == DRAW_UNIFORM)
        low = 0, high = 1;
    if (variable->kind == DRAW_NORMAL)
        low = -2, high = 2;
    for (size_t k = 0; k < COUNT(plausible); k++)
        if (strcmp(plausible[k].name, variable->name) == 0)
            low = plausible[k].low, high = plausible[k].high;
    if (isinf(low) || isinf(high))
        return random_between(state, -1, 1);
    if (variable->flags & WHOLE)
        return floor(random_between(state, low, high + 1));
    return random_between(state, low, high);
}

/* Around the default, within the range. */
static inline double random_parameter(const struct parameter *parameter, uint64_t *state)
{
    const double factor = random_between(state, 0.5, 1.5), share = random_between(state, 0, 0.5);
    const double value =
        clip(parameter->value != 0 ? parameter->value * factor : share, parameter->low, parameter->high);
    return parameter->type == INTEGER ? rint(value) : value;
}

/* Make what follows from other values follow from them, so that members' shares add to 1 and the like. */
static inline void settle_shares(struct world *world, size_t l)
{
    const size_t n = world->n_states;
    double gdp = 0, influence = 0;
    world->n_members[0][l] = 0;
    for (size_t i = 0; i < n; i++) {
        const double status = i < 2 ? MEMBER : i == n - 1 ? OUTSIDER : world->now.status[i][l];
        world->now.status[i][l] = status;
        world->eligible[i][l] = i < n - 1;
        world->is_member[i][l] = status == MEMBER;
        world->n_members[0][l] += world->is_member[i][l];
        gdp += world->is_member[i][l] * world->now.gdp[i][l];
        influence += world->is_member[i][l] * world->influence[i][l];
    }
    for (size_t i = 0; i < n; i++) {
        const double is_member = world->is_member[i][l], own = world->now.gdp[i][l];
        world->resources[i][l] = own / (gdp + (1 - is_member) * own);
        world->influence[i][l] *= is_member / influence;
        world->payment[i][l] *= is_member;
        for (size_t k = 0; k < AREAS; k++) {
            world->propensity[i][k][l] *= is_member;
            world->attendance[i][k][l] *= is_member;
        }
    }
}

static inline void settle_trade(struct world *world, size_t l)
{
    for (size_t i = 0; i < world->n_states; i++) {
        world->now.trade_inside[i][l] = 0;
        world->trade_bond[i][l] *= world->is_member[i][l];
        world->now.log_gdp[i][l] = log(world->now.gdp[i][l]);
        world->now.log_price[i][l] = log(world->now.price[i][l]);
    }
    FOR_DYADS(world->n_states, i, j, d) {
        world->now.trade_inside[i][l] += world->is_member[j][l] * world->trade[d][l];
        world->now.trade_inside[j][l] += world->is_member[i][l] * world->trade[d][l];
        world->log_trade[d][l] = log(world->trade[d][l]);
        world->log_distance[d][l] = log(world->distance[d][l]);
    }
}

static inline void settle_somewhere(struct world *world)
{
    for (size_t i = 0; i < world->n_states; i++) {
        world->is_member_somewhere[i] = false;
        EACH_LANE(l)
            world->is_member_somewhere[i] |= world->is_member[i][l] > 0;
    }
}

/* Fill one lane: all arrays, all parameters. States 0 and 1 are members, the last one is a power outside. */
static inline void fixture_fill_lane(struct fixture *f, size_t l, uint64_t seed)
{
    uint64_t state = seed * 1000003;
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; e < arrays[k].count; e++)
            arrays[k].lanes[e][l] = random_value(arrays[k].variable, &state);
    for (size_t p = 0; p < registry_n_parameters(); p++)
        registry_parameter_lanes(&f->parameters, p)[l] = random_parameter(registry_parameter(p), &state);
    settle_shares(&f->world, l);
    settle_trade(&f->world, l);
    settle_somewhere(&f->world);
}

static inline struct told tell(double value) { return (struct told){value, lane_log(value)}; }

/* A series of about every other state, which is the same in all lanes. */
static inline void fixture_fill_series(struct fixture *f, uint64_t seed)
{
    uint64_t state = seed * 1000003 + 1;
    for (size_t i = 0; i < f->world.n_states; i++) {
        const double gdp = random_between(&state, 1, 2000), price = random_between(&state, 0.5, 3);
        f->gdp_series[i] = random_share(&state) < 0.5 ? tell(gdp) : (struct told){0};
        f->price_series[i] = random_share(&state) < 0.5 ? tell(price) : (struct told){0};
    }
}

static inline void fixture_fill(struct fixture *f, uint64_t seed)
{
    EACH_LANE(l)
        fixture_fill_lane(f, l, seed * LANES + l);
    fixture_fill_series(f, seed);
}

static inline struct fixture *fixture_random(uint64_t seed)
{
    struct fixture *f = fixture_blank(N_STATES);
    fixture_fill(f, seed);
    return f;
}

static inline struct fixture *fixture_copy(const struct fixture *f)
{
    struct fixture *copy = fixture_blank(f->world.n_states);
    memcpy(copy->memory, f->memory, world_bytes(f->world.n_states));
    memcpy(copy->gdp_series, f->gdp_series, f->world.n_states * sizeof *f->gdp_series);
    memcpy(copy->price_series, f->price_series, f->world.n_states * sizeof *f->price_series);
    copy->parameters = f->parameters;
    copy->world.year = f->world.year;
    copy->world.is_noisy = f->world.is_noisy;
    copy->world.tells_all = f->world.tells_all;
    copy->world.follows_all = f->world.follows_all;
    copy->world.has_moved = f->world.has_moved;
    copy->world.has_counted = f->world.has_counted;
    return copy;
}

/* A step of the year, and what a test says of one lane of it: `before` is the world as the step met it. */
typedef void step(struct world *world, const struct parameters *p);
typedef void comparison(const struct world *before, const struct world *after, const struct parameters *p, size_t l);

/* In many worlds, in every lane, `compare` finds nothing to object to. */
static inline void check_worlds(step *run, comparison *compare)
{
    struct fixture *f = fixture_blank(N_STATES);
    for (uint64_t seed = 0; seed < N_WORLDS; seed++) {
        fixture_fill(f, seed);
        struct fixture *before = fixture_copy(f);
        run(&f->world, &f->parameters);
        EACH_LANE(l)
            compare(&before->world, &f->world, &f->parameters, l);
        fixture_free(before);
    }
    fixture_free(f);
}

/* Is `name` one of the words? */
static inline bool is_word(const char *words, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = words; (at = strstr(at, name)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == 0 || at[length] == ' '))
            return true;
    return false;
}

/* Is the array one of those that `words` names? Of a stock, `next` is meant, and `now` where the word is now.NAME. */
static inline bool is_output(const struct array *array, const char *words)
{
    char now[64];
    snprintf(now, sizeof now, "now.%s", array->variable->name);
    if (is_word(words, now) && !array->is_next)
        return true;
    return is_word(words, array->variable->name) && array->is_next == has_next(array->variable);
}

/* Is the element the same in both, in the lanes asked for? `skipped` = LANES: in all lanes. */
static inline void assert_lanes_same(const struct array *a, const struct array *b, size_t element, size_t skipped)
{
    EACH_LANE(l) {
        if (l == skipped || lane_bits(a->lanes[element][l]) == lane_bits(b->lanes[element][l]))
            continue;
        print_error("lane %zu of %s [%zu] changes from %a to %a\n", l, a->variable->name, element, a->lanes[element][l],
                    b->lanes[element][l]);
        fail();
    }
}

/* What the step makes afresh (found poisoned) has a number in every place; what it makes afresh or changes in place is
 * all that it touches. */
static inline void check_writes(step *run, const char *afresh, const char *in_place)
{
    struct fixture *f = fixture_random(1);
    struct array arrays[MOST_ARRAYS], were[MOST_ARRAYS];
    const size_t n = list_arrays(&f->world, arrays);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; is_output(&arrays[k], afresh) && e < arrays[k].count; e++)
            put(arrays[k].lanes[e], NAN);
    struct fixture *before = fixture_copy(f);
    list_arrays(&before->world, were);
    run(&f->world, &f->parameters);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; e < arrays[k].count; e++) {
            if (!is_output(&arrays[k], afresh) && !is_output(&arrays[k], in_place))
                assert_lanes_same(&were[k], &arrays[k], e, LANES);
            EACH_LANE(l)
                if (is_output(&arrays[k], afresh))
                    assert_false(is_nan(arrays[k].lanes[e][l]));
        }
    fixture_free(before);
    fixture_free(f);
}

static inline bool is_lane_same(const struct fixture *a, const struct fixture *b, size_t l)
{
    struct array of_a[MOST_ARRAYS], of_b[MOST_ARRAYS];
    const size_t n = list_arrays(&a->world, of_a);
    list_arrays(&b->world, of_b);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; e < of_a[k].count; e++)
            if (lane_bits(of_a[k].lanes[e][l]) != lane_bits(of_b[k].lanes[e][l]))
                return false;
    return true;
}

/* Whatever happens to all inputs of one lane, no other lane changes in any bit. */
static inline void check_lanes_apart(step *run)
{
    EACH_LANE(changed) {
        struct fixture *f = fixture_random(2), *other = fixture_copy(f);
        fixture_fill_lane(other, changed, 12345);
        run(&f->world, &f->parameters);
        run(&other->world, &other->parameters);
        EACH_LANE(l)
            assert_int_equal(is_lane_same(f, other, l), l != changed);
        fixture_free(other);
        fixture_free(f);
    }
}

#endif

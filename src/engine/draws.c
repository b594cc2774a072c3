#include "engine/draws.h"

#include "engine/philox.h"
#include "models/registry.h"

/* A counter's second word holds the purpose above the year. */
enum { YEAR_BITS = 16, YEAR_MASK = (1 << YEAR_BITS) - 1 };

/* Blocks that a variable's element needs for its lanes; blocks made at a time, for as many elements as that serves. */
enum { BLOCKS = LANES / PHILOX_WORDS, TILE = 64, TILE_ELEMENTS = TILE / BLOCKS };
/* Blocks that are made together: whole registers on every processor. */
enum { STEP = 8 };
_Static_assert(LANES % PHILOX_WORDS == 0 && TILE % BLOCKS == 0, "a block of draws serves whole lanes");
_Static_assert(TILE % STEP == 0 && STEP % PHILOX_LANES == 0, "blocks fill whole registers");

/* The numbers of a tile: number k of block c is for the k-th of its four replicates. */
typedef double tile[PHILOX_WORDS][TILE];

/* The elements of a variable that are drawn: where they stand, and the keys of whom each is about, once a block. */
struct list {
    const struct variable *variable;
    uint32_t *place, *a, *b;
    size_t n;
};

struct draws {
    uint64_t seed;
    const uint32_t *state_keys;
    uint32_t *asking; /* room for the states that ask */
    size_t n_lists;
    struct list lists[];
};

static uint32_t second_word(enum purpose purpose, int year)
{
    return (uint32_t)purpose << YEAR_BITS | ((uint32_t)year & YEAR_MASK);
}

/* The share of the 2^32 words below the word, and half of one more. The word lies in the lowest bits of 2^52 .. 2^53.
 */
static inline double share_below(uint64_t word)
{
    return (lane_from_bits(lane_bits(0x1p52) | (word & UINT32_MAX)) - (0x1p52 - 0.5)) * 0x1p-32;
}

/* Pairs of words into pairs of standard normal numbers (Box & Muller 1958). Two loops, so that a processor has more of
 * them in flight. */
static void make_normal(double *restrict even, double *restrict odd, const uint64_t *radius, const uint64_t *angle,
                        size_t n)
{
    for (size_t c = 0; c < n; c += STEP)
        FOR_SIDE_BY_SIDE(k, STEP)
    even[c + k] = sqrt(-2 * lane_log_of_normal(share_below(radius[c + k])));
    for (size_t c = 0; c < n; c += STEP)
        FOR_SIDE_BY_SIDE(k, STEP)
        {
            const double r = even[c + k];
            double sine, cosine;
            lane_sine_cosine_turn(share_below(angle[c + k]), &sine, &cosine);
            even[c + k] = r * cosine;
            odd[c + k] = r * sine;
        }
}

static void make_uniform(double *restrict number, const uint64_t *word, size_t n)
{
    for (size_t c = 0; c < n; c += STEP)
        FOR_SIDE_BY_SIDE(k, STEP)
    number[c + k] = share_below(word[c + k]);
}

/* The blocks of a tile, as many as are wanted or a few more: a[], b[] are the keys of each, `first` the number of the
 * first of an element's blocks. */
static void draw_tile(tile number, enum kind kind, uint64_t seed, uint64_t first, uint32_t second, const uint32_t *a,
                      const uint32_t *b, size_t n)
{
    uint64_t words[PHILOX_WORDS][TILE];
    for (size_t c = 0; c < n; c += PHILOX_LANES) {
        philox_words word[PHILOX_WORDS] = {philox_broadcast(first) + (philox_count(c) & philox_broadcast(BLOCKS - 1)),
                                           philox_broadcast(second), philox_widen(a + c), philox_widen(b + c)};
        philox_turn(word, seed);
        memcpy(&words[0][c], &word[0], sizeof word[0]);
        memcpy(&words[1][c], &word[1], sizeof word[1]);
        memcpy(&words[2][c], &word[2], sizeof word[2]);
        memcpy(&words[3][c], &word[3], sizeof word[3]);
    }
    for (size_t k = 0; k < PHILOX_WORDS; k += 2)
        if (kind == DRAW_NORMAL) {
            make_normal(number[k], number[k + 1], words[k], words[k + 1], n);
        } else {
            make_uniform(number[k], words[k], n);
            make_uniform(number[k + 1], words[k + 1], n);
        }
}

static double draw_one(const struct draw_address *address, enum kind kind)
{
    tile number;
    uint32_t a[STEP], b[STEP];
    for (size_t k = 0; k < STEP; k++) {
        a[k] = address->a;
        b[k] = address->b;
    }
    draw_tile(number, kind, address->seed, address->replicate / PHILOX_WORDS,
              second_word(address->purpose, address->year), a, b, STEP);
    return number[address->replicate % PHILOX_WORDS][0];
}

double draws_uniform(const struct draw_address *address) { return draw_one(address, DRAW_UNIFORM); }
double draws_normal(const struct draw_address *address) { return draw_one(address, DRAW_NORMAL); }

/* Put the numbers of four blocks where they belong: turned round, so that the replicates of a block stand side by side.
 */
static inline void put_blocks(double *const place[PHILOX_WORDS], tile number, size_t c)
{
    typedef double four __attribute__((vector_size(4 * sizeof(double))));
    four a, b, c_, d;
    memcpy(&a, &number[0][c], sizeof a);
    memcpy(&b, &number[1][c], sizeof b);
    memcpy(&c_, &number[2][c], sizeof c_);
    memcpy(&d, &number[3][c], sizeof d);
    const four even_ab = __builtin_shufflevector(a, b, 0, 4, 2, 6), odd_ab = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const four even_cd = __builtin_shufflevector(c_, d, 0, 4, 2, 6),
               odd_cd = __builtin_shufflevector(c_, d, 1, 5, 3, 7);
    a = __builtin_shufflevector(even_ab, even_cd, 0, 1, 4, 5);
    b = __builtin_shufflevector(odd_ab, odd_cd, 0, 1, 4, 5);
    c_ = __builtin_shufflevector(even_ab, even_cd, 2, 3, 6, 7);
    d = __builtin_shufflevector(odd_ab, odd_cd, 2, 3, 6, 7);
    memcpy(place[0], &a, sizeof a);
    memcpy(place[1], &b, sizeof b);
    memcpy(place[2], &c_, sizeof c_);
    memcpy(place[3], &d, sizeof d);
}

/* The numbers of a tile, into the n elements that `place` names. */
static void put_tile(lane_array *array, const uint32_t *place, size_t n, tile number)
{
    enum {
        AT_A_TIME = (int)PHILOX_WORDS > (int)BLOCKS ? (int)PHILOX_WORDS / (int)BLOCKS : 1
    }; /* elements that four blocks fill */
    lane_array nowhere;
    for (size_t e = 0; e < n; e += AT_A_TIME)
        for (size_t c = 0; c < AT_A_TIME * BLOCKS; c += PHILOX_WORDS) {
            double *to[PHILOX_WORDS];
            for (size_t k = 0; k < PHILOX_WORDS; k++) {
                const size_t at = e + (c + k) / BLOCKS;
                double *lanes = at < n ? array[place[at]] : nowhere;
                to[k] = lanes + (c + k) % BLOCKS * PHILOX_WORDS;
            }
            put_blocks(to, number, e * BLOCKS + c);
        }
}

/* Lanes that begin in the middle of a block: one number after the other. */
static void draw_singly(const struct list *list, struct world *world, struct draw_address address,
                        size_t first_replicate)
{
    lane_array *array = registry_variable_lanes(world, list->variable);
    for (size_t e = 0; e < list->n; e++)
        for (size_t l = 0; l < LANES; l++) {
            address.replicate = first_replicate + l;
            address.a = list->a[e * BLOCKS];
            address.b = list->b[e * BLOCKS];
            array[list->place[e]][l] = draw_one(&address, list->variable->kind);
        }
}

static void draw_list(const struct list *list, struct world *world, uint64_t seed, size_t first_replicate, int year)
{
    lane_array *array = registry_variable_lanes(world, list->variable);
    const enum purpose purpose = list->variable->purpose;
    tile number;
    if (first_replicate % PHILOX_WORDS != 0) {
        draw_singly(list, world, (struct draw_address){.seed = seed, .purpose = purpose, .year = year},
                    first_replicate);
        return;
    }
    for (size_t e = 0; e < list->n; e += TILE_ELEMENTS) {
        const size_t n = list->n - e < TILE_ELEMENTS ? list->n - e : TILE_ELEMENTS;
        const size_t n_blocks = (n * BLOCKS + STEP - 1) / STEP * STEP;
        draw_tile(number, list->variable->kind, seed, first_replicate / PHILOX_WORDS, second_word(purpose, year),
                  &list->a[e * BLOCKS], &list->b[e * BLOCKS], n_blocks);
        put_tile(array, &list->place[e], n, number);
    }
}

/* Add an element to a list. */
static void add(struct list *list, size_t place, uint32_t a, uint32_t b)
{
    list->place[list->n] = (uint32_t)place;
    for (size_t c = list->n * BLOCKS; c < (list->n + 1) * BLOCKS; c++) {
        list->a[c] = a;
        list->b[c] = b;
    }
    list->n++;
}

/* The states of which a variable is drawn; returns how many. */
static size_t find_asking(const struct draws *draws, const struct variable *variable, const struct world *world)
{
    size_t n = 0;
    for (size_t i = 0; i < world->n_states; i++)
        if (!variable->asks || variable->asks(world, i))
            draws->asking[n++] = (uint32_t)i;
    return n;
}

/* Find for whom a variable is drawn. Of a dyad, the lower key is the first. */
static void fill_list(const struct draws *draws, struct list *list, const struct world *world)
{
    const struct variable *variable = list->variable;
    const uint32_t *key = draws->state_keys;
    const size_t n = world->n_states, n_asking = find_asking(draws, variable, world);
    list->n = 0;
    if (variable->shape == BY_DYAD) {
        FOR_DYADS(n, i, j, d)
            add(list, d, key[i] < key[j] ? key[i] : key[j], key[i] < key[j] ? key[j] : key[i]);
    } else if (variable->shape == BY_PAIR) {
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n_asking && variable->asks_about(world, j); k++)
                add(list, j * n + draws->asking[k], key[draws->asking[k]], key[j]);
    } else {
        const size_t width = variable->shape == BY_STATE_AREA ? AREAS : 1;
        for (size_t k = 0; k < n_asking; k++)
            for (size_t area = 0; area < width; area++)
                add(list, draws->asking[k] * width + area, key[draws->asking[k]], (uint32_t)area);
    }
}

static bool is_draw(const struct variable *variable)
{
    return variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL;
}

/* Bytes of a list's three arrays; the keys have room for whole registers. */
static size_t place_bytes(size_t n) { return whole_lines(n * sizeof(uint32_t)); }
static size_t key_bytes(size_t n) { return whole_lines((n * BLOCKS + STEP) * sizeof(uint32_t)); }

static size_t count_lists(void)
{
    size_t n = 0;
    FOR_VARIABLES(variable)
        n += is_draw(variable);
    return n;
}

static size_t head_bytes(void) { return whole_lines(sizeof(struct draws) + count_lists() * sizeof(struct list)); }

size_t draws_bytes(size_t n_states)
{
    size_t bytes = head_bytes() + place_bytes(n_states);
    FOR_VARIABLES(variable) {
        const size_t n = variable_count(variable->shape, n_states);
        bytes += is_draw(variable) ? place_bytes(n) + 2 * key_bytes(n) : 0;
    }
    return bytes;
}

struct draws *draws_lay_out(void *memory, const struct world *world, uint64_t seed, const uint32_t *state_keys)
{
    struct draws *draws = memory;
    char *next = (char *)memory + head_bytes();
    memset(memory, 0, draws_bytes(world->n_states));
    *draws = (struct draws){.seed = seed, .state_keys = state_keys, .asking = (uint32_t *)(void *)next};
    next += place_bytes(world->n_states);
    FOR_VARIABLES(variable) {
        if (!is_draw(variable))
            continue;
        const size_t n = variable_count(variable->shape, world->n_states);
        struct list *list = &draws->lists[draws->n_lists++];
        list->variable = variable;
        list->place = (uint32_t *)(void *)next;
        list->a = (uint32_t *)(void *)(next += place_bytes(n));
        list->b = (uint32_t *)(void *)(next += key_bytes(n));
        next += key_bytes(n);
        if (!variable->asks)
            fill_list(draws, list, world);
    }
    return draws;
}

void draws_fill(struct draws *draws, struct world *world, size_t first_replicate, int year)
{
    for (size_t k = 0; k < draws->n_lists; k++)
        if (!draws->lists[k].variable->asks)
            draw_list(&draws->lists[k], world, draws->seed, first_replicate, year);
}

void draws_fill_asked(struct draws *draws, struct world *world, size_t first_replicate, int year)
{
    for (size_t k = 0; k < draws->n_lists; k++) {
        if (!draws->lists[k].variable->asks)
            continue;
        fill_list(draws, &draws->lists[k], world);
        draw_list(&draws->lists[k], world, draws->seed, first_replicate, year);
    }
}

void draws_fill_neutral(struct world *world)
{
    FOR_VARIABLES(variable) {
        if (!is_draw(variable))
            continue;
        lane_array *array = registry_variable_lanes(world, variable);
        for (size_t k = 0; k < variable_count(variable->shape, world->n_states); k++)
            FOR_LANES(l)
                array[k][l] = variable->kind == DRAW_UNIFORM ? 0.5 : 0;
    }
}

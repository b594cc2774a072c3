#include "engine/draws.h"

#include "engine/normal.h"
#include "engine/philox.h"
#include "models/registry.h"

/* A counter's second word holds the purpose above the year. */
enum { YEAR_BITS = 16, YEAR_MASK = (1 << YEAR_BITS) - 1 };

/* Blocks that a variable's element needs for its lanes; blocks made at a time, for as many elements as that serves. */
enum { BLOCKS = LANES / PHILOX_WORDS, TILE = 64, TILE_ELEMENTS = TILE / BLOCKS };
/* Blocks that are made together: whole registers on every processor. A block is two pairs of words. */
enum { STEP = 8, PAIRS = PHILOX_WORDS / 2, STEP_PAIRS = STEP * PAIRS };
_Static_assert(LANES % PHILOX_WORDS == 0 && TILE % BLOCKS == 0, "a block of draws serves whole lanes");
_Static_assert(TILE % STEP == 0 && STEP % PHILOX_LANES == 0, "blocks fill whole registers");

/* The numbers of a tile, those of an element's lanes side by side: normal ones, or the words of uniform ones. */
union tile {
    float normal[TILE * PHILOX_WORDS];
    uint32_t word[TILE * PHILOX_WORDS];
};

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

/* Pairs of words into pairs of normal numbers. Two loops, so that a processor has more of them in flight. */
static void make_normal(float *restrict number, const uint32_t *restrict even, const uint32_t *restrict odd,
                        size_t n_pairs)
{
    float radius[TILE * PAIRS];
    for (size_t c = 0; c < n_pairs; c += STEP_PAIRS)
        FOR_SIDE_BY_SIDE(k, STEP_PAIRS)
    radius[c + k] = normal_radius(even[c + k]);
    for (size_t c = 0; c < n_pairs; c += STEP_PAIRS)
        FOR_SIDE_BY_SIDE(k, STEP_PAIRS)
        {
            float sine, cosine;
            normal_sine_cosine(odd[c + k], &sine, &cosine);
            number[2 * (c + k)] = radius[c + k] * cosine;
            number[2 * (c + k) + 1] = radius[c + k] * sine;
        }
}

static void pair_words(uint32_t *restrict word, const uint32_t *restrict even, const uint32_t *restrict odd,
                       size_t n_pairs)
{
    for (size_t c = 0; c < n_pairs; c += STEP_PAIRS)
        FOR_SIDE_BY_SIDE(k, STEP_PAIRS)
        {
            word[2 * (c + k)] = even[c + k];
            word[2 * (c + k) + 1] = odd[c + k];
        }
}

/* The blocks of a tile, as many as are wanted or a few more: a[], b[] are the keys of each, `first` the number of the
 * first of an element's blocks. */
static void draw_tile(union tile *tile, enum kind kind, uint64_t seed, uint64_t first, uint32_t second,
                      const uint32_t *a, const uint32_t *b, size_t n)
{
    uint32_t even[TILE * PAIRS], odd[TILE * PAIRS];
    for (size_t c = 0; c < n; c += PHILOX_LANES) {
        philox_words word[PHILOX_WORDS] = {philox_broadcast(first) + (philox_count(c) & philox_broadcast(BLOCKS - 1)),
                                           philox_broadcast(second), philox_widen(a + c), philox_widen(b + c)};
        philox_turn(word, seed);
        philox_put_pairs(&even[c * PAIRS], word[0], word[2]);
        philox_put_pairs(&odd[c * PAIRS], word[1], word[3]);
    }
    if (kind == DRAW_NORMAL)
        make_normal(tile->normal, even, odd, n * PAIRS);
    else
        pair_words(tile->word, even, odd, n * PAIRS);
}

/* The share of the 2^32 words below the word, and half of one more. */
static inline double share_below(uint32_t word)
{
    const double centred =
        (double)(int32_t)(word ^ UINT32_C(1) << 31); /* signed words are what every processor converts */
    return (centred + (0x1p31 + 0.5)) * 0x1p-32;
}

static double draw_one(const struct draw_address *address, enum kind kind)
{
    const size_t k = address->replicate % PHILOX_WORDS;
    union tile tile;
    uint32_t a[STEP], b[STEP];
    for (size_t c = 0; c < STEP; c++) {
        a[c] = address->a;
        b[c] = address->b;
    }
    draw_tile(&tile, kind, address->seed, address->replicate / PHILOX_WORDS,
              second_word(address->purpose, address->year), a, b, STEP);
    return kind == DRAW_NORMAL ? (double)tile.normal[k] : share_below(tile.word[k]);
}

double draws_uniform(const struct draw_address *address) { return draw_one(address, DRAW_UNIFORM); }
double draws_normal(const struct draw_address *address) { return draw_one(address, DRAW_NORMAL); }

/* The numbers of a tile, into the n elements that `place` names. */
static void put_tile(lane_array *array, const uint32_t *place, size_t n, const union tile *tile, enum kind kind)
{
    if (kind == DRAW_NORMAL)
        for (size_t e = 0; e < n; e++)
            FOR_LANES(l)
                array[place[e]][l] = (double)tile->normal[e * LANES + l];
    else
        for (size_t e = 0; e < n; e++)
            FOR_LANES(l)
                array[place[e]][l] = share_below(tile->word[e * LANES + l]);
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
    union tile tile;
    if (first_replicate % PHILOX_WORDS != 0) {
        draw_singly(list, world, (struct draw_address){.seed = seed, .purpose = purpose, .year = year},
                    first_replicate);
        return;
    }
    for (size_t e = 0; e < list->n; e += TILE_ELEMENTS) {
        const size_t n = list->n - e < TILE_ELEMENTS ? list->n - e : TILE_ELEMENTS;
        const size_t n_blocks = (n * BLOCKS + STEP - 1) / STEP * STEP;
        draw_tile(&tile, list->variable->kind, seed, first_replicate / PHILOX_WORDS, second_word(purpose, year),
                  &list->a[e * BLOCKS], &list->b[e * BLOCKS], n_blocks);
        put_tile(array, &list->place[e], n, &tile, list->variable->kind);
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
    const bool *marks = variable->asks ? registry_marks(world, variable->asks) : NULL;
    size_t n = 0;
    for (size_t i = 0; i < world->n_states; i++) {
        draws->asking[n] = (uint32_t)i;
        n += !marks || marks[i];
    }
    return n;
}

/* Does the list name the elements of the states that ask already? */
static bool is_filled(const struct list *list, const uint32_t *asking, size_t n_asking, size_t width)
{
    bool is_same = list->n == n_asking * width;
    for (size_t k = 0; k < n_asking && is_same; k++)
        is_same = list->place[k * width] == asking[k] * width;
    return is_same;
}

static void fill_by_state(const struct draws *draws, struct list *list, size_t n_asking, size_t width)
{
    if (is_filled(list, draws->asking, n_asking, width))
        return;
    list->n = 0;
    for (size_t k = 0; k < n_asking; k++)
        for (size_t area = 0; area < width; area++)
            add(list, draws->asking[k] * width + area, draws->state_keys[draws->asking[k]], (uint32_t)area);
}

/* Of a dyad, the lower key is the first. */
static void fill_by_dyad(const struct draws *draws, struct list *list, size_t n_states)
{
    const uint32_t *key = draws->state_keys;
    list->n = 0;
    FOR_DYADS(n_states, i, j, d)
        add(list, d, key[i] < key[j] ? key[i] : key[j], key[i] < key[j] ? key[j] : key[i]);
}

static void fill_by_pair(const struct draws *draws, struct list *list, size_t n_asking, const struct world *world)
{
    const uint32_t *key = draws->state_keys;
    const bool *is_about = registry_marks(world, list->variable->asks_about);
    list->n = 0;
    for (size_t j = 0; j < world->n_states; j++)
        for (size_t k = 0; k < n_asking && is_about[j]; k++)
            add(list, j * world->n_states + draws->asking[k], key[draws->asking[k]], key[j]);
}

/* Find for whom a variable is drawn. */
static void fill_list(const struct draws *draws, struct list *list, const struct world *world)
{
    const enum shape shape = list->variable->shape;
    const size_t n_asking = find_asking(draws, list->variable, world);
    if (shape == BY_DYAD)
        fill_by_dyad(draws, list, world->n_states);
    else if (shape == BY_PAIR)
        fill_by_pair(draws, list, n_asking, world);
    else
        fill_by_state(draws, list, n_asking, shape == BY_STATE_AREA ? AREAS : 1);
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

void draws_fill(struct draws *draws, struct world *world, enum draw_time time, size_t first_replicate, int year)
{
    for (size_t k = 0; k < draws->n_lists; k++) {
        struct list *list = &draws->lists[k];
        if (list->variable->time != time)
            continue;
        if (list->variable->asks)
            fill_list(draws, list, world);
        draw_list(list, world, draws->seed, first_replicate, year);
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

/* The arrays of the world: how many numbers each has, where they lie, and how they start. */
#include "registry.h"

const struct lane_bounds lane_bounds = {.zero = 0, .one = 1, .minus_one = -1, .exp_low = -708.3, .exp_high = 710};

size_t variable_count(enum shape shape, size_t n_states)
{
    switch (shape) {
    case SCALAR: return 1;
    case BY_AREA: return AREAS;
    case BY_STATE: return n_states;
    case BY_STATE_AREA: return n_states * AREAS;
    case BY_DYAD: return n_states * (n_states - 1) / 2;
    case BY_PAIR: return n_states * n_states;
    }
    return 0;
}

/* Has the variable next year's values beside this year's? */
static bool has_next(const struct variable *variable) { return variable->kind == STOCK && variable->next != NO_NEXT; }

/* Marks of states, lists of dyads: those that world_lay_out names. */
enum { MARKS = 5, LISTS = 4 };

size_t world_bytes(size_t n_states)
{
    const size_t most_states = 65535; /* n² numbers a lane then need some terabytes: beyond any machine, below overflow */
    size_t count = 0;
    if (n_states > most_states) return 0;
    FOR_VARIABLES(variable) {
        const size_t copies = has_next(variable) ? 2 : 1;
        count += copies * variable_count(variable->shape, n_states);
    }
    return whole_lines(count * sizeof(lane_array) + LISTS * dyads_bytes(n_states) + MARKS * n_states * sizeof(bool));
}

/* Arrays are pointers to lane_array or to by_area; all object pointers are alike on the machines we know. */
static void set_array(struct world *world, size_t offset, lane_array *array)
{
    memcpy((char *)world + offset, &array, sizeof array);
}

static lane_array *get_array(const struct world *world, size_t offset)
{
    lane_array *array;
    memcpy(&array, (const char *)world + offset, sizeof array);
    return array;
}

lane_array *registry_variable_lanes(const struct world *world, const struct variable *variable)
{
    return get_array(world, variable->offset);
}

const bool *registry_marks(const struct world *world, size_t offset)
{
    bool *marks;
    memcpy(&marks, (const char *)world + offset, sizeof marks);
    return marks;
}

void registry_tell(struct world *world, const struct variable *variable, const struct told *told)
{
    memcpy((char *)world + variable->series, &told, sizeof told);
}

/* The span in which a variable lies; SPANS: none. */
static enum span span_of(const struct variable *variable)
{
    if (variable->shape == BY_DYAD) return SPANS;
    if (has_next(variable)) return SPAN_OF_STOCKS;
    return variable->kind == FLOW || variable->kind == STOCK ? SPAN_OF_FLOWS : SPANS;
}

const struct variable *world_span(enum span span, size_t n_states, size_t *n)
{
    const struct variable *first = NULL;
    *n = 0;
    FOR_VARIABLES(variable) {
        if (span_of(variable) != span) continue;
        if (!first) first = variable;
        *n += variable_count(variable->shape, n_states);
    }
    return first;
}

static void take_array(struct world *world, const struct variable *variable, size_t offset, lane_array **free_array)
{
    set_array(world, offset, *free_array);
    *free_array += variable_count(variable->shape, world->n_states);
}

void world_lay_out(struct world *world, size_t n_states, void *memory)
{
    lane_array *free_array = memory;
    memset(world, 0, sizeof *world);
    memset(memory, 0, world_bytes(n_states));
    world->n_states = n_states;
    world->n_dyads = variable_count(BY_DYAD, n_states);
    for (enum span span = 0; span <= SPANS; span++) {
        FOR_VARIABLES(variable)
            if (span_of(variable) == span) take_array(world, variable, variable->offset, &free_array);
        FOR_VARIABLES(variable)
            if (span_of(variable) == span && has_next(variable)) take_array(world, variable, variable->next, &free_array);
    }
    struct dyads *lists[LISTS] = {&world->members, &world->with_members, &world->followed, &world->linked};
    char *next = (char *)free_array;
    for (size_t k = 0; k < LISTS; k++, next += dyads_bytes(n_states)) dyads_lay_out(lists[k], n_states, next);
    bool **marks[MARKS] = {&world->is_member_somewhere, &world->is_outsider_somewhere, &world->is_candidate_somewhere,
                           &world->is_followed, &world->grows_by_itself};
    for (size_t k = 0; k < MARKS; k++, next += n_states * sizeof(bool)) *marks[k] = (bool *)next;
}

void world_set_starts(struct world *world, double *const *starts)
{
    for (size_t v = 0; v < registry_n_variables(); v++) {
        const struct variable *variable = registry_variable(v);
        if (!starts[v]) continue;
        lane_array *array = get_array(world, variable->offset);
        for (size_t k = 0; k < variable_count(variable->shape, world->n_states); k++)
            FOR_LANES(l) array[k][l] = starts[v][k];
    }
}

static bool is_saved(const struct variable *variable) { return variable->kind == STOCK || variable->kind == ATTRIBUTE; }

size_t world_save_bytes(size_t n_states)
{
    size_t count = 0;
    FOR_VARIABLES(variable) count += is_saved(variable) ? variable_count(variable->shape, n_states) : 0;
    return whole_lines(count * sizeof(lane_array) + n_states * sizeof(bool)); /* and is_followed */
}

void world_save(const struct world *world, void *memory)
{
    lane_array *saved = memory;
    FOR_VARIABLES(variable) {
        if (!is_saved(variable)) continue;
        const size_t count = variable_count(variable->shape, world->n_states);
        memcpy(saved, get_array(world, variable->offset), count * sizeof *saved);
        saved += count;
    }
    memcpy(saved, world->is_followed, world->n_states * sizeof *world->is_followed);
}

/* Put back what was saved, but for what has any of the flags. */
static void put_back(struct world *world, const void *memory, unsigned flags)
{
    const lane_array *saved = memory;
    FOR_VARIABLES(variable) {
        if (!is_saved(variable)) continue;
        const size_t count = variable_count(variable->shape, world->n_states);
        if (!(variable->flags & flags)) memcpy(get_array(world, variable->offset), saved, count * sizeof *saved);
        saved += count;
    }
    memcpy(world->is_followed, saved, world->n_states * sizeof *world->is_followed);
    world->has_moved = world->has_counted = false;
}

void world_restore(struct world *world, const void *memory) { put_back(world, memory, 0); }
void world_rewind(struct world *world, const void *memory) { put_back(world, memory, FIXED); }

void world_hold(struct world *world, const struct mechanism *mechanism)
{
    for (size_t v = 0; v < mechanism->n_variables; v++) {
        const struct variable *variable = &mechanism->variables[v];
        if (!has_next(variable)) continue;
        memcpy(get_array(world, variable->next), get_array(world, variable->offset),
               variable_count(variable->shape, world->n_states) * sizeof(lane_array));
    }
}

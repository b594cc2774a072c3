#include "origin.h"

#include <stdlib.h>
#include <string.h>

#include "base/page.h"
#include "config/parse.h"
#include "design/sequence.h"
#include "pawn.h"

_Static_assert(SOBOL_MOST_FACTORS == SEQUENCE_MOST_DIMENSIONS / 2, "as many factors as a Saltelli design has at most");

static int unreadable(const char *path, struct error *error)
{
    return error_set(error, BAD_INPUT, "%s: its attribute `experiment` cannot be read as what `entente run` writes",
                     path);
}

static int wrong_design(const char *path, const char *design, struct error *error)
{
    return error_set(error, BAD_INPUT,
                     "%s has %s%s; sensitivity needs points that were chosen for it: `design: {morris: 20}` finds the "
                     "factors that matter among many, `design: {saltelli: 1024}` tells the share of each of at most "
                     "%d, and sobol, latin_hypercube, random, list and csv how far each moves the distribution",
                     path, design ? "the design " : "no design", design ? design : "", SOBOL_MOST_FACTORS);
}

static int too_few_points(const struct origin *origin, const char *path, struct error *error)
{
    const size_t most = origin->n_blocks / PAWN_POINTS_A_SLICE;
    if (most < 2)
        return error_set(error, BAD_INPUT, "%s has %zu points; sensitivity needs %d or more", path, origin->n_blocks,
                         2 * PAWN_POINTS_A_SLICE);
    return error_set(error, BAD_INPUT,
                     "%s has %zu points; %zu slices of a factor need %zu or more: take at most `--slices %zu`, or more "
                     "points",
                     path, origin->n_blocks, origin->n_slices, origin->n_slices * PAWN_POINTS_A_SLICE, most);
}

/* The kind of a name, NULL if sensitivity has no use for it. */
static const struct design_kind *find_kind(const char *name)
{
    static const struct design_kind *const kinds[] = {&design_morris,          &design_saltelli, &design_sobol,
                                                      &design_latin_hypercube, &design_random,   &design_list};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(kinds[k]->name, name) == 0)
            return kinds[k];
    return NULL;
}

static bool read_choice(struct origin *origin, const struct node *design)
{
    const struct node *seed = node_get(design, "seed"), *levels = node_get(design, "levels");
    const struct node *second_order = node_get(design, "second_order");
    uint64_t n_levels = 0;
    if (!node_is_count(design->pairs[0].value, &origin->choice.n) || !seed ||
        !node_is_count(seed, &origin->choice.seed))
        return false;
    if (second_order && !node_is_truth(second_order, &origin->choice.is_second_order))
        return false;
    if (levels && !node_is_count(levels, &n_levels))
        return false;
    origin->choice.n_levels = (size_t)n_levels;
    return true;
}

static bool read_factors(struct origin *origin, const struct node *vary)
{
    if (!vary || vary->kind != NODE_MAPPING || vary->n == 0)
        return false;
    origin->n_factors = vary->n;
    origin->factors = arena_take(&origin->memory, vary->n, sizeof *origin->factors);
    origin->has_levels = arena_take(&origin->memory, vary->n, sizeof *origin->has_levels);
    for (size_t f = 0; f < vary->n && origin->factors && origin->has_levels; f++) {
        origin->has_levels[f] = node_get(vary->pairs[f].value, "values") != NULL;
        const struct node *group = node_get(vary->pairs[f].value, "group");
        origin->factors[f] = (struct factor){.name = vary->pairs[f].key->text,
                                             .distribution = UNIFORM,
                                             .high = 1,
                                             .group = group && group->kind == NODE_SCALAR ? group->text : NULL};
    }
    return origin->factors && origin->has_levels;
}

/* What the attribute says; it is YAML as plan_head writes it. */
static int read_head(struct origin *origin, const char *path, struct error *error)
{
    struct arena *arena = &origin->memory;
    struct diagnostics diagnostics = {.arena = arena};
    const struct source source = {.name = path, .bytes = origin->head, .n = strlen(origin->head)};
    const struct node *root = parse_document(arena, &diagnostics, &source, 0, 1);
    const struct node *design = node_get(root, "design"), *luck = node_get(root, "common_random_numbers");
    if (arena->is_exhausted)
        return error_memory(error);
    if (!root || diagnostics.n_found > 0 || !design || design->kind != NODE_MAPPING || design->n == 0)
        return unreadable(path, error);
    const char *kind = design->pairs[0].key->text;
    origin->choice.kind = find_kind(kind);
    if (!origin->choice.kind)
        return wrong_design(path, kind, error);
    if (!read_choice(origin, design) || !read_factors(origin, node_get(root, "vary")) || !luck ||
        !node_is_truth(luck, &origin->has_common_luck))
        return arena->is_exhausted ? error_memory(error) : unreadable(path, error);
    return OK;
}

/* The number of each factor's group, into group_of[n_factors], and the groups' names. */
static bool find_groups(struct origin *origin, uint32_t *group_of)
{
    const struct factor *factors = origin->factors;
    bool *has_sign = arena_take(&origin->memory, origin->n_factors, sizeof *has_sign);
    const char **names = origin->groups = arena_take(&origin->memory, origin->n_factors, sizeof *names);
    size_t n = 0;
    for (size_t f = 0; f < origin->n_factors && has_sign && names; f++) {
        size_t leader = 0;
        while (leader < f &&
               !(factors[f].group && factors[leader].group && strcmp(factors[leader].group, factors[f].group) == 0))
            leader++;
        group_of[f] = leader < f ? group_of[leader] : (uint32_t)n++;
        has_sign[group_of[f]] = leader == f; /* until a second one comes */
        if (leader == f)
            names[group_of[f]] = factors[f].group ? factors[f].group : factors[f].name;
    }
    origin->morris.n_groups = n;
    origin->morris.has_sign = has_sign;
    return has_sign && names;
}

/* Which group moves from one point to the next, and how far: of several factors, which move as far, one of them. */
static void find_step(const struct origin *origin, const uint32_t *group_of, const double *before, uint32_t *group,
                      double *step)
{
    const double *after = before + origin->n_factors;
    for (size_t f = 0; f < origin->n_factors; f++)
        if (after[f] != before[f]) {
            *group = group_of[f];
            *step = after[f] - before[f];
        }
}

int origin_find_steps(struct origin *origin, struct error *error)
{
    const size_t n_factors = origin->n_factors;
    struct design *design = NULL;
    uint32_t *group_of = arena_take(&origin->memory, n_factors, sizeof *group_of);
    if (!group_of || !find_groups(origin, group_of))
        return error_memory(error);
    const size_t n_groups = origin->morris.n_groups, n_rows = n_groups + 1;
    int code = design_create(&design, &origin->choice, origin->factors, n_factors, error);
    if (code != OK)
        return code;
    uint32_t *group = arena_take(&origin->memory, (size_t)origin->choice.n * n_groups, sizeof *group);
    double *step = arena_take(&origin->memory, (size_t)origin->choice.n * n_groups, sizeof *step);
    double *shares = malloc(n_rows * n_factors * sizeof *shares);
    if (!group || !step || !shares)
        code = error_memory(error);
    for (size_t k = 0; k < origin->choice.n && code == OK; k++) {
        design_fill(design, k * n_rows, n_rows, shares);
        for (size_t turn = 0; turn < n_groups; turn++)
            find_step(origin, group_of, shares + turn * n_factors, &group[k * n_groups + turn],
                      &step[k * n_groups + turn]);
    }
    origin->morris.group = group;
    origin->morris.step = step;
    free(shares);
    design_free(design);
    return code;
}

static int check_points(const struct origin *origin, const struct reader *reader, const char *path, struct error *error)
{
    size_t extent[READER_RANK];
    if (reader_extent(reader, "point", extent) == 1 && extent[0] == origin->n_blocks * origin->n_rows)
        return OK;
    return error_set(error, BAD_INPUT, "%s has not the points of its design: %zu %s of %zu point%s each", path,
                     origin->n_blocks, origin_block_word(origin->choice.kind->name, origin->n_blocks), origin->n_rows,
                     page_plural(origin->n_rows));
}

/* How many points does a block have? */
static int find_rows(struct origin *origin, const char *path, struct error *error)
{
    uint64_t n_points;
    origin->n_blocks = (size_t)origin->choice.n;
    origin->n_rows = 1;
    if (!origin_is_morris(origin) && !origin_is_saltelli(origin))
        return origin->n_blocks > 0 ? OK : unreadable(path, error);
    const int code = origin->choice.kind->count(&origin->choice, origin->factors, origin->n_factors, &n_points, error);
    if (code != OK)
        return error_context(error, "%s", path);
    origin->n_rows = (size_t)(n_points / origin->choice.n);
    origin->sobol = (struct sobol){origin->n_factors, origin->choice.is_second_order};
    return OK;
}

int origin_read(struct origin *origin, const struct reader *reader, const char *path, size_t n_slices,
                struct error *error)
{
    *origin = (struct origin){.head = reader_attribute(reader, "experiment"), .n_slices = n_slices};
    if (!origin->head)
        return wrong_design(path, NULL, error);
    int code = read_head(origin, path, error);
    if (code != OK)
        return code;
    code = find_rows(origin, path, error);
    if (code == OK)
        code = check_points(origin, reader, path, error);
    origin->has_pawn =
        !origin_is_morris(origin) && origin_free_rows(origin) * origin->n_blocks >= n_slices * PAWN_POINTS_A_SLICE;
    if (code == OK && !origin->has_pawn && !origin_is_morris(origin) && !origin_is_saltelli(origin))
        code = too_few_points(origin, path, error);
    if (code == OK && origin_is_morris(origin))
        code = origin_find_steps(origin, error);
    if (code == OK && !origin_is_morris(origin)) {
        origin->groups = arena_take(&origin->memory, origin->n_factors, sizeof *origin->groups);
        for (size_t f = 0; f < origin->n_factors && origin->groups; f++)
            origin->groups[f] = origin->factors[f].name;
        code = origin->groups ? OK : error_memory(error);
    }
    return code;
}

void origin_free(struct origin *origin)
{
    free(origin->head);
    arena_free(&origin->memory);
    *origin = (struct origin){0};
}

size_t origin_count(const struct origin *origin)
{
    return origin_is_morris(origin) ? origin->morris.n_groups : origin->n_factors;
}

const char *const *origin_names(const struct origin *origin) { return (const char *const *)origin->groups; }

size_t origin_indices(const struct origin *origin)
{
    const size_t of_pawn = origin->has_pawn ? PAWN_INDICES * origin->n_factors : 0;
    if (origin_is_morris(origin))
        return MORRIS_MEASURES * origin->morris.n_groups;
    return of_pawn + (origin_is_saltelli(origin) ? sobol_count(&origin->sobol) : 0);
}

const char *origin_block_word(const char *design, size_t n)
{
    if (strcmp(design, design_morris.name) == 0)
        return n == 1 ? "trajectory" : "trajectories";
    if (strcmp(design, design_saltelli.name) == 0)
        return n == 1 ? "base point" : "base points";
    return n == 1 ? "point" : "points";
}

/* Step N, NAME: one sentence on what it does. A template: copy it, and its header, to begin a mechanism.
 *
 *   S_i <- S_i + rate (1 - S_i)
 *
 *   S skills, 1     rate, year-1
 *
 * Source: where the equation comes from, or "assumption". Left out: what a reader might expect and will not find.
 *
 * The five places of a mechanism: this file, its header (parameters, functions), a line in MECHANISMS of registry.h with the
 * include above it, a call in year.c, a test in tests/unit/. Its arrays are declared in world.h. Nothing else knows of it:
 * YAML keys, `entente describe`, the tables of ODD.md, the off switch and the output variables come from the tables below.
 *
 * The template borrows the stock `skills`, so that it compiles as it stands: put a name of your own for it, and declare that
 * in struct stocks. tests/unit/test_none.c, which keeps this file alive, is the template of the test.
 */
#include "none.h"

#define OWNER none_parameters
static const struct parameter parameters[] = {
    PARAMETER(none.rate, "year-1", 0.1, 0, 1, "What it is, in one sentence.", "assumption"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(skills, "1", BY_STATE, 0, 0, 1, 0, "What it is, in one sentence.", "assumption"),
};

const struct mechanism none = {
    .name = "none",
    .meaning = "What it does, in one sentence.",
    .off = "What the world is like without it.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

/* Reads `now`, writes every element of its part of `next`, and nothing else. Cannot fail: ranges were checked at load. */
void none_grow(struct world *world, const struct none_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double s = world->now.skills[i][l];
            world->next.skills[i][l] = unit_interval(s + p->none.rate[l] * (1 - s));
        }
}

/* Step 7, institutions: what is done together under effective leadership settles into institutions, which decay.
 *
 *   D_k <- D_k + building Q_k Lambda (1 - D_k) - decay D_k
 *
 *   D depth by area, 1     Q cooperation by area, 1     Lambda effective_leadership, 1     building, decay, year-1
 *
 * Source: the article (Secretariat, Antiterrorist Structure, Business Council, Interbank Association); the form is an
 * assumption. Left out: what single institutions do; dissolution by decision.
 */
#include "institutions.h"

#define OWNER institutions_parameters
static const struct parameter parameters[] = {
    PARAMETER(institutions.building, "year-1", 1.4, 0, 20, "Institutions built by full cooperation under full leadership.",
              "assumption; prototype"),
    PARAMETER(institutions.decay, "year-1", 0.114, 0, 1, "Share of institutions that decays.", "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(depth, "1", BY_AREA, 0.05, 0, 1, 0, "Depth of the organization's institutions.", "assumption; prototype"),
};

const struct mechanism institutions = {
    .name = "institutions",
    .meaning = "Cooperation under effective leadership builds institutions; they decay without it.",
    .off = "Institutions stay as they are.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

void institutions_build(struct world *world, const struct institutions_parameters *p)
{
    for (size_t k = 0; k < AREAS; k++)
        FOR_LANES(l) {
            const double depth = world->now.depth[k][l];
            const double built = p->institutions.building[l] * world->cooperation[k][l] *
                                 world->effective_leadership[0][l] * (1 - depth);
            world->next.depth[k][l] = unit_interval(depth + built - p->institutions.decay[l] * depth);
        }
}

/* Step 13, infrastructure: roads, rails, pipes and air links that members build where both take part.
 *
 *   I_ij <- I_ij + building Q_e pi_ie pi_je (1 - I_ij) - decay I_ij
 *
 *   I infrastructure, 1; 0 is what there was at the start     Q_e cooperation, pi_e attendance in the economy, 1
 *
 * Source: the article (roads, railways, pipelines, flights); the form is an assumption. Left out: what is built without the
 * organization; what it costs.
 */
#include "infrastructure.h"

#define OWNER infrastructure_parameters
static const struct parameter parameters[] = {
    PARAMETER(infrastructure.building, "year-1", 1.15, 0, 20,
              "Share of what could still be built that full cooperation builds.", "assumption; prototype"),
    PARAMETER(infrastructure.decay, "year-1", 0.03, 0, 1, "Share of infrastructure that decays.", "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_IN_PLACE(infrastructure, "1", BY_DYAD, 0, 0, 1, 0, "Roads, rails, pipes and air links added to a dyad.",
                   "definition: 0 is what there was"),
};

const struct mechanism infrastructure = {
    .name = "infrastructure",
    .meaning = "Economic cooperation builds roads, rails, pipes and air links between those who take part.",
    .off = "Infrastructure stays as it is.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

void infrastructure_begin(struct world *world)
{
    FOR_DYADS(world->n_states, i, j, d)
        for (size_t l = 0; l < LANES; l++)
            if (world->infrastructure[d][l] > 0) world->is_followed[i] = world->is_followed[j] = true;
}

void infrastructure_build(struct world *world, const struct infrastructure_parameters *p)
{
    const struct dyads *dyads = list_linked(world); /* where others take part nothing is built, nor was */
    lane_array pace, *infrastructure = world->infrastructure;
    const by_area *attendance = world->attendance;
    FOR_LANES(l) pace[l] = p->infrastructure.building[l] * world->cooperation[ECONOMY][l];
    for (size_t k = 0; k < dyads->n; k++) {
        const struct dyad dyad = dyads->list[k];
        FOR_LANES(l) {
            const double built = infrastructure[dyad.d][l];
            const double added = pace[l] * attendance[dyad.i][ECONOMY][l] * attendance[dyad.j][ECONOMY][l] * (1 - built);
            infrastructure[dyad.d][l] = unit_interval(built + added - p->infrastructure.decay[l] * built);
        }
    }
}

/* Cohesion, observed after step 5: how far the organization holds together.
 *
 *   A = 1 - mean of |x_i - x_j| / sqrt 2 over the dyads of members
 *   C = (A * mean of c_i over M * mean of p_ik over M and areas)^(1/3)
 *
 *   Delta_k = mean of |x_ik - x_jk| over the dyads of members            on each issue k, where it is asked for
 *
 *   A attitude, 1     c commitment, p propensity, 1     x position, 1     C cohesion, 1     Delta position_distance, 1
 *
 * Source: an index of our own: likeness of mind, identification, taking part; the geometric mean is an assumption (none
 * of the three makes up for the lack of another). With fewer than two members attitude is 1 and the distance 0; with none
 * cohesion is 0. Nothing reads the distance: it is there to be set against ideal points in UN votes (Bailey, Strezhnev &
 * Voeten 2017).
 */
#include "cohesion.h"

static const struct variable variables[] = {
    FLOW_ENTRY(attitude, "1", SCALAR, 0, 1, 0, "Likeness of the members' positions."),
    FLOW_ENTRY(attachment, "1", SCALAR, 0, 1, 0, "Mean commitment of the members."),
    FLOW_ENTRY(participation, "1", SCALAR, 0, 1, 0, "Mean probability that a member takes part in an area."),
    FLOW_ENTRY(cohesion, "1", SCALAR, 0, 1, 0, "How far the organization holds together."),
    FLOW_ENTRY(position_distance, "1", BY_AREA, 0, 1, DETAIL, "Mean distance between two members' positions on the issue."),
};

const struct mechanism cohesion = {
    .name = "cohesion",
    .meaning = "The organization holds together as far as members think alike, identify with it and take part.",
    .off = "Cohesion, its parts and the distance of positions are not observed: they are 0.",
    .variables = variables, .n_variables = COUNT(variables),
};

static void observe_attitude(struct world *world)
{
    const struct dyads *dyads = list_members(world);
    const by_area *x = world->now.position;
    lane_array distance = {0}, n_pairs = {0};
    for (size_t k = 0; k < dyads->n; k++) {
        const size_t i = dyads->list[k].i, j = dyads->list[k].j;
        FOR_LANES(l) {
            const double both = world->is_member[i][l] * world->is_member[j][l];
            distance[l] += both * sqrt((square(x[i][SECURITY][l] - x[j][SECURITY][l]) +
                                        square(x[i][ECONOMY][l] - x[j][ECONOMY][l])) / 2);
            n_pairs[l] += both;
        }
    }
    FOR_LANES(l) world->attitude[0][l] = 1 - ratio_or_zero(distance[l], n_pairs[l]);
}

static void observe_distance(struct world *world)
{
    const struct dyads *dyads = list_members(world);
    const by_area *x = world->now.position;
    by_area distance = {{0}};
    for (size_t k = 0; k < dyads->n; k++) {
        const size_t i = dyads->list[k].i, j = dyads->list[k].j;
        FOR_LANES(l) {
            const double both = world->is_member[i][l] * world->is_member[j][l];
            distance[SECURITY][l] += both * fabs(x[i][SECURITY][l] - x[j][SECURITY][l]);
            distance[ECONOMY][l] += both * fabs(x[i][ECONOMY][l] - x[j][ECONOMY][l]);
        }
    }
    for (size_t k = 0; k < AREAS; k++)
        FOR_LANES(l) {
            const double n = world->n_members[0][l];
            world->position_distance[k][l] = ratio_or_zero(distance[k][l], n * (n - 1) / 2);
        }
}

void cohesion_observe(struct world *world)
{
    lane_array commitment = {0}, propensity = {0};
    observe_attitude(world);
    if (world->tells_all) observe_distance(world);
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            commitment[l] += world->is_member[i][l] * world->now.commitment[i][l];
            propensity[l] += (world->propensity[i][SECURITY][l] + world->propensity[i][ECONOMY][l]) / AREAS;
        }
    FOR_LANES(l) {
        const double attachment = ratio_or_zero(commitment[l], world->n_members[0][l]);
        const double participation = ratio_or_zero(propensity[l], world->n_members[0][l]);
        const double product = world->attitude[0][l] * attachment * participation;
        world->attachment[0][l] = attachment;
        world->participation[0][l] = participation;
        world->cohesion[0][l] = product > 0 ? lane_exp(lane_log(product) / 3) : product;
    }
}

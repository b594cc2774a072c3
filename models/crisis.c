/* Step 5, crisis response: what the organization was asked for and could not give.
 *
 *   z = (kappa - sqrt(D_security Q_security))^+
 *
 *   z shortfall, 1     kappa crisis, 1     D depth, 1     Q cooperation, 1
 *
 * Source: the article (after 11 September a statement and no mechanism to respond); the form is an assumption: to act takes
 * institutions and cooperation both. Left out: crises in the economy.
 */
#include "crisis.h"

static const struct variable variables[] = {
    FLOW_ENTRY(shortfall, "1", SCALAR, 0, 1, 0, "What the organization was asked for in a crisis and could not give."),
};

const struct mechanism crisis = {
    .name = "crisis",
    .meaning = "A crisis asks for more than institutions and cooperation can give.",
    .off = "Crises pass without a shortfall.",
    .variables = variables, .n_variables = COUNT(variables),
};

void crisis_respond(struct world *world)
{
    FOR_LANES(l) {
        const double response = sqrt(world->now.depth[SECURITY][l] * world->cooperation[SECURITY][l]);
        world->shortfall[0][l] = positive_part(world->crisis[0][l] - response);
    }
}

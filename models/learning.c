/* Step 12, learning of leadership: success widens the vision, met expectations strengthen the will, practice the skills.
 *
 *   V <- bm(V, vision W (mean over areas of success_k - z), vision_ceiling)
 *   W <- bm(W, will (e - aspiration))
 *   S <- S + skills (mean over areas of pi_k)(1 - S)
 *
 *   V vision, W will, S skills, 1     success_k, z shortfall, pi attendance: the summit's     e expectation, 1
 *   bm: bush_mosteller in lanes.h. Members alone.
 *
 * Source: the article (vision, commitment and skill grew with each success); Bush & Mosteller 1955; rates: assumption.
 * Left out: forgetting of skills; changes of government.
 */
#include "learning.h"

#define OWNER learning_parameters
static const struct parameter parameters[] = {
    PARAMETER(learning.vision, "1", 1.4, 0, 20, "How far vision moves with success, given full will.",
              "assumption; prototype"),
    PARAMETER(learning.will, "1", 0.36, 0, 20, "How far will moves with expectation above aspiration.",
              "assumption; prototype"),
    PARAMETER(learning.aspiration, "1", 0.33, 0, 1, "Expectation above which will grows.", "assumption; prototype"),
    PARAMETER(learning.skills, "year-1", 0.05, 0, 1, "Share of what is left to learn that a year of taking part teaches.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(vision, "1", BY_STATE, NAN, 0, 1, REQUIRED_IN_YAML, "Vision of an order that others could share.",
                "configuration"),
    STOCK_ENTRY(will, "1", BY_STATE, NAN, 0, 1, REQUIRED_IN_YAML, "Will to pursue the vision at a cost.", "configuration"),
    STOCK_ENTRY(skills, "1", BY_STATE, NAN, 0, 1, REQUIRED_IN_YAML, "Diplomatic skill to persuade and organize.",
                "configuration"),
    ATTRIBUTE_ENTRY(vision_ceiling, "1", BY_STATE, 1, 0, 1, 0, "What vision cannot outgrow, given a state's values.",
                    "assumption: no ceiling"),
};

const struct mechanism learning = {
    .name = "learning",
    .meaning = "Success widens vision, met expectations strengthen will, practice teaches skills.",
    .off = "Vision, will and skills stay as they are.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

void learning_learn(struct world *world, const struct learning_parameters *p)
{
    lane_array success;
    FOR_LANES(l) success[l] = (world->success[SECURITY][l] + world->success[ECONOMY][l]) / AREAS - world->shortfall[0][l];
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double v = world->now.vision[i][l], w = world->now.will[i][l], s = world->now.skills[i][l];
            const double attendance = (world->attendance[i][SECURITY][l] + world->attendance[i][ECONOMY][l]) / AREAS;
            const double v_learnt = bush_mosteller(v, p->learning.vision[l] * w * success[l], world->vision_ceiling[i][l]);
            const double w_learnt =
                bush_mosteller(w, p->learning.will[l] * (world->now.expectation[i][l] - p->learning.aspiration[l]), 1);
            const double s_learnt = s + p->learning.skills[l] * attendance * (1 - s);
            const bool is_member = world->is_member[i][l] > 0;
            world->next.vision[i][l] = is_member ? unit_interval(v_learnt) : v;
            world->next.will[i][l] = is_member ? unit_interval(w_learnt) : w;
            world->next.skills[i][l] = is_member ? unit_interval(s_learnt) : s;
        }
}

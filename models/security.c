/* Step 10, security: alignment with the power outside, fear of being overthrown, and the three forces.
 *
 *   a <- a - decay_a (a - a_0) - rebuff u a        powers outside keep theirs
 *   u <- (1 - decay_u) u
 *   h <- h + recovery (h_0 - h) - relief Q_s eta_s h        relief for members alone
 *
 *   a alignment, u insecurity, h threat, 1     a_0, h_0 their starts     Q_s cooperation, eta_s efficacy in security, 1
 *
 * Source: the article (governments that fear the power outside turn away from it; cooperation against terrorism, separatism
 * and extremism); forms: assumption. Left out: what states do about threats alone; threats that cross borders.
 */
#include "security.h"

#define OWNER security_parameters
static const struct parameter parameters[] = {
    PARAMETER(alignment.decay, "year-1", 0.10, 0, 1, "Share of the distance to its starting alignment that a state returns.",
              "assumption; prototype"),
    PARAMETER(alignment.rebuff, "year-1", 2.0, 0, 20, "Share of its alignment that a fully insecure state gives up.",
              "assumption; prototype"),
    PARAMETER(insecurity.decay, "year-1", 0.27, 0, 1, "Share of insecurity that passes.", "assumption; prototype"),
    PARAMETER(threat.recovery, "year-1", 0.15, 0, 1, "Share of the distance to its starting level that threat returns.",
              "assumption; prototype"),
    PARAMETER(threat.relief, "year-1", 0.78, 0, 20, "Share of threat that full and effective cooperation removes.",
              "assumption; prototype"),
};

static const struct variable variables[] = {
    STOCK_ENTRY(alignment, "1", BY_STATE, 0, 0, 1, 0, "Alignment with the power outside.", "expert coding"),
    STOCK_ENTRY(insecurity, "1", BY_STATE, 0, 0, 1, 0, "A government's fear of being overthrown.", "expert coding"),
    STOCK_ENTRY(threat, "1", BY_STATE, 0, 0, 1, 0, "Threat from terrorism, separatism and extremism.", "expert coding"),
    ATTRIBUTE_ENTRY(fragility, "1", BY_STATE, 0, 0, 1, 0, "What an upheaval abroad does to a government's security.",
                    "expert coding"),
    ATTRIBUTE_ENTRY(alignment_start, "1", BY_STATE, 0, 0, 1, HIDDEN | FIXED, "Alignment at the start.", NULL),
    ATTRIBUTE_ENTRY(threat_start, "1", BY_STATE, 0, 0, 1, HIDDEN | FIXED, "Threat at the start.", NULL),
};

const struct mechanism security = {
    .name = "security",
    .meaning = "Alignment and threat return to their starts; fear passes and drives from the power outside; cooperation relieves.",
    .off = "Alignment, insecurity and threat stay as events leave them.",
    .parameters = parameters, .n_parameters = COUNT(parameters),
    .variables = variables, .n_variables = COUNT(variables),
};

void security_begin(struct world *world)
{
    const size_t bytes = world->n_states * sizeof(lane_array);
    memcpy(world->alignment_start, world->now.alignment, bytes);
    memcpy(world->threat_start, world->now.threat, bytes);
}

void security_change(struct world *world, const struct security_parameters *p)
{
    for (size_t i = 0; i < world->n_states; i++)
        FOR_LANES(l) {
            const double a = world->now.alignment[i][l], u = world->now.insecurity[i][l], h = world->now.threat[i][l];
            const double a_moved = a - p->alignment.decay[l] * (a - world->alignment_start[i][l]) -
                                   p->alignment.rebuff[l] * u * a;
            const double relief = world->is_member[i][l] * p->threat.relief[l] * world->cooperation[SECURITY][l] *
                                  world->efficacy[SECURITY][l];
            world->next.alignment[i][l] = world->eligible[i][l] > 0 ? unit_interval(a_moved) : a;
            world->next.insecurity[i][l] = unit_interval((1 - p->insecurity.decay[l]) * u);
            world->next.threat[i][l] =
                unit_interval(h + p->threat.recovery[l] * (world->threat_start[i][l] - h) - relief * h);
        }
}

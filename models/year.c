/* One year, as a list of calls in order.
 *
 * Steps 1-5 look at the world as it is. Steps 6-16 read what 1-5 left (`now`) and write next year's (`next`), so that their
 * order makes no difference but for what is advanced in place: 11 reads trade before 14 moves it, 15 its growth afterwards;
 * 14 reads infrastructure before 13 moves that.
 */
#include "year.h"

#define IF_ON(mechanism, call)                                                                                         \
    if (course->is_on[MECHANISM_##mechanism]) call
#define IF_ON_OR_HOLD(mechanism, call)                                                                                 \
    if (course->is_on[MECHANISM_##mechanism]) call;                                                                    \
    else world_hold(world, &mechanism)

void year_begin(struct course *course)
{
    struct world *world = &course->world;
    *course->parameters = *course->base;
    membership_count(world);
    security_begin(world);
    positions_begin(world);
    economy_begin(world);
    trade_begin(world, &course->parameters->trade);
    infrastructure_begin(world);
}

void year_open(struct course *course)
{
    struct world *world = &course->world;
    IF_ON(events, events_happen(world, &course->calendar, course->base, course->parameters)); /* 1 */
    membership_count(world);
}

void year_see(struct course *course)
{
    struct world *world = &course->world;
    const struct parameters *p = course->parameters;

    leadership_share_resources(world); /* 2 */
    IF_ON(leadership, leadership_weigh(world, &p->leadership));
    trade_count_inside(world); /* 3 */
    IF_ON(trade, trade_find_potential(world, &p->trade));
    IF_ON(needs, needs_assess(world, &p->needs));
    IF_ON(summit, summit_meet(world, &p->summit)); /* 4 */
    IF_ON(crisis, crisis_respond(world));          /* 5 */
    IF_ON(cohesion, cohesion_observe(world));
    IF_ON(membership, membership_find_candidates(world, &p->membership));
}

void year_look_ahead(struct course *course) { economy_look_ahead(&course->world); }

void year_move(struct course *course)
{
    struct world *world = &course->world;
    const struct parameters *p = course->parameters;

    IF_ON_OR_HOLD(summit, summit_set_agenda(world, &p->summit));                   /* 6 */
    IF_ON_OR_HOLD(institutions, institutions_build(world, &p->institutions));      /* 7 */
    IF_ON_OR_HOLD(commitment, commitment_form(world, &p->commitment));             /* 8, 9 */
    IF_ON_OR_HOLD(security, security_change(world, &p->security));                 /* 10 */
    IF_ON_OR_HOLD(positions, positions_move(world, &p->positions));                /* 11 */
    IF_ON_OR_HOLD(learning, learning_learn(world, &p->learning));                  /* 12 */
    IF_ON_OR_HOLD(trade, trade_adjust(world, &p->trade));                            /* 14, of this year's 13 */
    IF_ON(infrastructure, infrastructure_build(world, &p->infrastructure));        /* 13 */
    IF_ON_OR_HOLD(economy, economy_grow(world, &p->economy));                      /* 15 */
    IF_ON_OR_HOLD(membership, membership_vote(world, &p->membership, &p->leadership)); /* 16 */

    const struct stocks now = world->now;
    world->now = world->next;
    world->next = now;
    world->year += 1;
}

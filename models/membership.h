#ifndef ENTENTE_MEMBERSHIP_H
#define ENTENTE_MEMBERSHIP_H

#include "leadership.h"
#include "world.h"

struct membership_parameters {
    struct {
        lane_array base, trade, depth, cohesion, alignment, appeal, temperature, approval, approval_similarity,
            approval_alignment, observer_years, moratorium, rule, exit, exit_commitment, trade_saturation;
    } membership;
};

extern const struct mechanism membership;

/* After step 1: who is a member this year. */
void membership_count(struct world *world);

/* Before step 6: whom members vote on. After cohesion_observe. */
void membership_find_candidates(struct world *world, const struct membership_parameters *p);

/* Step 16: who is an outsider, an observer, a member next year. */
void membership_vote(struct world *world, const struct membership_parameters *p, const struct leadership_parameters *q);

#endif

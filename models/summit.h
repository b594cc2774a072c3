#ifndef ENTENTE_SUMMIT_H
#define ENTENTE_SUMMIT_H

#include "world.h"

struct summit_parameters {
    struct {
        lane_array temperature, base, need, appeal, payment, expectation, sovereignty, outside, outside_security,
            outside_economy, equality;
    } summit;
    struct {
        lane_array stride, quorum, setback_security, setback_economy;
    } agenda;
};

extern const struct mechanism summit;

/* Step 4: who takes part in what. */
void summit_meet(struct world *world, const struct summit_parameters *p);

/* Step 6: next year's ambition, feeling for stones. */
void summit_set_agenda(struct world *world, const struct summit_parameters *p);

#endif

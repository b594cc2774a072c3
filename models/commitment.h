#ifndef ENTENTE_COMMITMENT_H
#define ENTENTE_COMMITMENT_H

#include "world.h"

struct commitment_parameters {
    struct {
        lane_array adjustment, disappointment;
    } expectation;
    struct {
        lane_array adjustment, base, expectation, dependence, insecurity, alignment, participation;
    } commitment;
};

extern const struct mechanism commitment;

/* Steps 8 and 9: what members expect of the organization next year, and how far they identify with it. */
void commitment_form(struct world *world, const struct commitment_parameters *p);

#endif

/* Gravity: what GDP and prices, as they were, make of trade, without any of the model's other mechanisms. */
#ifndef ENTENTE_GRAVITY_H
#define ENTENTE_GRAVITY_H

#include "config/configuration.h"

/* Is the variable trade, of which gravity tells? */
bool gravity_is_of(const struct variable *variable);

/* a_Y ln(Y_i Y_j) + a_P ln(P_i P_j) of a dyad in a year, with the configuration's elasticities of trade, GDP Y and
 * prices P from its drivers: the changes of this are those of ln trade. NaN where a driver says nothing. */
double gravity_explain(const struct configuration *configuration, size_t dyad, int year);

#endif

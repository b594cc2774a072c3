/* Numbers: those of a configuration that an experiment can vary. They are counted through in one order (parameters,
 * starts, events), so that a number found in one configuration is found in a copy of it. */
#ifndef ENTENTE_NUMBERS_H
#define ENTENTE_NUMBERS_H

#include "arena.h"
#include "configuration.h"

/* How many there are. */
size_t numbers_count(const struct configuration *configuration);

/* Where they are: list [numbers_count]. */
void numbers_list(const struct configuration *configuration, double **list);

/* Make *copy a configuration with numbers of its own, in `arena`; all else is the original's, which must outlive it.
 * False if memory has run out. */
bool numbers_copy(const struct configuration *configuration, struct configuration *copy, struct arena *arena);

#endif

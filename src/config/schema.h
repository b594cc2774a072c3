/* Schema: what a configuration may say, checked against the tables of the mechanisms. */
#ifndef ENTENTE_SCHEMA_H
#define ENTENTE_SCHEMA_H

#include "configuration.h"
#include "merge.h"

/* For merge_begin: is it a group of parameters, and which there are. */
bool schema_is_group(const char *name);
void schema_try_groups(struct nearest *nearest);

/* Read the merged tree into `configuration`, whose memory is `memory`. What is wrong goes to reading->diagnostics; the
 * configuration is complete only if nothing is. */
void schema_check(struct reading *reading, const struct node *root, struct arena *memory,
                  struct configuration *configuration);

#endif

/* Parse: a source's text into nodes. */
#ifndef ENTENTE_PARSE_H
#define ENTENTE_PARSE_H

#include "diagnostics.h"
#include "node.h"

#define PARSE_DEEPEST 64           /* mappings and lists within each other */
#define PARSE_MOST_NODES 10000000  /* in a document: about 1 GB of memory */
#define PARSE_MOST_ALIASED 1000000 /* nodes that aliases repeat */

/* The document in `source` from byte `begin` on, which is character `column` (from 1) of line 1. NULL if there is none
 * (then there is a diagnostic, or memory has run out). Duplicate keys and the like are told; the rest is returned. */
struct node *parse_document(struct arena *arena, struct diagnostics *diagnostics, const struct source *source,
                            size_t begin, uint32_t column);

#endif

/* Emit: a configuration as one YAML document, with nothing left out. */
#ifndef ENTENTE_EMIT_H
#define ENTENTE_EMIT_H

#include "base/text.h"
#include "configuration.h"

/* Add the document to `out`. Reading it gives the same configuration, and from that the same document. */
void emit_configuration(struct text *out, const struct configuration *configuration);

/* Parts of it. A text is quoted where it must be. */
void emit_events(struct text *out, const struct configuration *configuration);
void emit_text(struct text *out, const char *text);

/* A node as it stood, in one line. */
struct node;
void emit_node(struct text *out, const struct node *node);

#endif

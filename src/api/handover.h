/* Handover: errors on their way out of the library. */
#ifndef ENTENTE_HANDOVER_H
#define ENTENTE_HANDOVER_H

#include "base/error.h"
#include "entente.h"

/* Put what is in `error`, which is empty afterwards, in the place of what `out` (NULL: nobody wants to know) held.
 * Returns the code. */
int handover_error(struct error *error, struct entente_error *out);

#endif

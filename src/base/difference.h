/* Difference: the lines in which two texts differ. */
#ifndef ENTENTE_DIFFERENCE_H
#define ENTENTE_DIFFERENCE_H

#include "text.h"

/* Add to `text` the lines that `then` alone has ("  - line") and that `now` alone has ("  + line"), in order, the first
 * `most` of them, and then how many more there are. As few lines as can be, if less than some thousand are to be
 * compared; else line by line. Each line added ends with a newline; one that is very long is cut. */
void difference_add(struct text *text, const char *then, const char *now, size_t most);

#endif

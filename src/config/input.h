/* Input: a file that is named as a configuration, looked at before it is read. */
#ifndef ENTENTE_INPUT_H
#define ENTENTE_INPUT_H

#include "base/error.h"

/* Tell of what a new user may take for a configuration: a file that is not there, a folder, an output file. */
int input_check(const char *path, struct error *error);

#endif

/* Summary: what a person looks at, read from an output file. */
#ifndef ENTENTE_SUMMARY_H
#define ENTENTE_SUMMARY_H

#include <stdio.h>

#include "base/error.h"

/* Print the summary of the output file at `path`. BAD_INPUT if it is not a file of ours. */
int summary_print(FILE *out, const char *path, struct error *error);

#endif

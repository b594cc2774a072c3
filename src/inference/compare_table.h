/* The table of a comparison, from the file that it has written. */
#ifndef ENTENTE_COMPARE_TABLE_H
#define ENTENTE_COMPARE_TABLE_H

#include <stdio.h>

#include "output/reader.h"

/* Does the file hold a comparison? */
bool compare_file_is_one(const struct reader *reader);

/* Print the differences of outputs[n_outputs] in the years that fit on a page. An output is NAME, NAME:STATE,
 * NAME:STATE:AREA, NAME:STATE:PARTNER or NAME:AREA, as its dimensions are; what is left out is the first. None: those
 * that are told of every organization, as far as they are there. BAD_INPUT if the file has no such output. */
int compare_print(FILE *out, const char *path, const char *const *outputs, size_t n_outputs, struct error *error);

#endif

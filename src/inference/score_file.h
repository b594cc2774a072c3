/* The file that scoring leaves: what was observed, what each forecast said of it, and how good they are. */
#ifndef ENTENTE_SCORE_FILE_H
#define ENTENTE_SCORE_FILE_H

#include "output/reader.h"
#include "scoring.h"

/* Write request->output. */
int score_file_write(const struct scoring_request *request, const struct scoring_results *results, struct error *error);

/* Was the file written by it? */
bool score_file_is_one(const struct reader *reader);

#endif

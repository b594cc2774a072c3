/* Table of findings: what a person looks at, read from a file of findings. */
#ifndef ENTENTE_FINDINGS_TABLE_H
#define ENTENTE_FINDINGS_TABLE_H

#include "base/page.h"
#include "output/reader.h"

struct table_request {
    const char *output; /* NULL: cohesion, or the first that is there */
    const int *years;   /* [n_years]; none: the last */
    size_t n_years;
    const char *of; /* state, pair or area ("CHN", "CHN,RUS", "CHN,security"); NULL: the first few */
};

/* Does the file hold findings? */
bool findings_are_in(const struct reader *reader);

/* Print, for each scenario, chosen year and cell, the factors in the order of what they do. BAD_INPUT if the output, a
 * year or a state is not in the file. */
int findings_print(const struct page *page, const struct reader *reader, const struct table_request *request,
                   struct error *error);

/* An index with two digits (".41", "−.02"), or three significant ones of what is no share, in at most eight columns. In
 * `buffer`, which is returned. */
const char *findings_number(const struct page *page, double number, bool is_share, char *buffer, size_t size);

#endif

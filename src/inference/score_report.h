/* The report of a score: how good the forecast is beside naive ones, and what each said of every value. */
#ifndef ENTENTE_SCORE_REPORT_H
#define ENTENTE_SCORE_REPORT_H

#include "base/page.h"
#include "output/reader.h"

int score_report_print(const struct page *page, const struct reader *reader, struct error *error);

#endif

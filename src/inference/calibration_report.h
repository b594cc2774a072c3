/* The report of a calibration: what fits, what the observations tell of each factor, and what they do not. */
#ifndef ENTENTE_CALIBRATION_REPORT_H
#define ENTENTE_CALIBRATION_REPORT_H

#include "base/page.h"
#include "output/reader.h"

int calibration_report_print(const struct page *page, const struct reader *reader, struct error *error);

#endif

/* The files that a calibration leaves: all of it in HDF5, the posterior as a design, the best fit as a scenario. */
#ifndef ENTENTE_CALIBRATION_FILE_H
#define ENTENTE_CALIBRATION_FILE_H

#include "calibrate.h"
#include "output/reader.h"

/* Write request->output. */
int calibration_file_write(const struct calibrate_request *request, const struct calibration_results *results,
                           struct error *error);

/* Was the file written by it? */
bool calibration_file_is_one(const struct reader *reader);

/* Write the particles as a table that `design: {csv: FILE}` reads. */
int calibration_file_write_design(const char *path, const struct calibration_results *results, struct error *error);

/* Write the best fit as a scenario that builds on the experiment's first. */
int calibration_file_write_overlay(const char *path, const struct calibration_results *results, struct error *error);

/* Shares of the probability at which prior and posterior are told: [CALIBRATION_SHARES]. */
enum { CALIBRATION_SHARES = 7, CALIBRATION_LOW = 1, CALIBRATION_MEDIAN = 3, CALIBRATION_HIGH = 5 };
extern const double calibration_shares[CALIBRATION_SHARES];

/* Quantiles of column k of `draws` [n_draws][n] at these shares, from the draws that have a number; NaN if none has.
 * `column` has room for n_draws numbers. */
void calibration_quantiles(const double *draws, size_t n_draws, size_t n, size_t k, double *column,
                           double quantiles[CALIBRATION_SHARES]);

#endif

/* Compare: how much it matters, with the same luck.
 *
 * Of an output file, scenarios are compared with one of them, or two points of a scenario with each other, replicate by
 * replicate, for everything that is recorded of each year. The result is a file like the output itself:
 *   NAME_difference (scenario, point, year [, state | state, area | area | state, partner])   the mean difference
 *   NAME_difference_interval (..., bound)                                                     95 % of it
 *   NAME_difference_sd, NAME_difference_quantile (..., quantile)                              of paired differences
 *   NAME_share_above, NAME_share_above_interval (..., bound)                                  pairs above zero
 *   NAME_variance_saved                                                                       by pairing
 *   NAME_first_year, NAME_largest_year, NAME_recovery_year (the same without year)            when
 *   pairs, pairs_failed (scenario, point)                                                     how many
 *   luck (scenario)                                                                           whether it is the same
 * NAME_total is the sum of a dyadic variable over a state's partners. Where a file has only statistics of a variable,
 * those that need pairs are left out; where luck is not the same they are missing.
 *
 * Memory: about 100 MB, and the statistics of a year for one element, however many replicates, years and elements there
 * are. The bits of the result depend neither on threads nor on how much is held at a time.
 */
#ifndef ENTENTE_COMPARE_H
#define ENTENTE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct compare_request {
    const char *path, *output; /* the file, and where the result goes */
    bool may_overwrite;
    const char *against;          /* the scenario with which others are compared; NULL: the first */
    const char *const *scenarios; /* those compared [n_scenarios]; none: all others */
    size_t n_scenarios;
    const char *const *outputs; /* that will be asked for [n_outputs], as compare_print takes them: are they there? */
    size_t n_outputs;
    bool has_point, has_points;
    bool is_pooled;   /* one replicate at each point: the points are the pairs, as draws of what is not known */
    size_t point;     /* the only point at which scenarios are compared */
    size_t points[2]; /* compare the second with the first, within each scenario */
    int argc;         /* the command line, for the record */
    char **argv;
    int n_threads;
    size_t room; /* numbers of a side held at a time; 0: as many as is good */
};

/* Compare and write the file. BAD_INPUT if there is no such scenario or point, or nothing to compare. */
int compare_file(const struct compare_request *request, struct error *error);

#endif

/* Score: what an experiment's forecast is judged by, and what was known when it was made. */
#ifndef ENTENTE_SCORE_H
#define ENTENTE_SCORE_H

#include "quantity.h"

enum { SCORE_LEAST_RUNS = 20 /* the ends of an interval of 90 % are between the runs from here on */ };

/* What was observed of an element of a variable up to the last year that is known, by year. */
struct known_series {
    size_t variable; /* of the judged */
    size_t element;
    int *years;     /* [n], ascending */
    double *values; /* [n]; their logarithms on the scale `log` */
    size_t n;
};

/* A value that the forecast does not know. */
struct held_out {
    const char *name; /* trade CHN-RUS 2005 */
    size_t variable;  /* of the judged */
    size_t series;    /* what is known of the same element */
    int year;
    double observed; /* as it was observed, on either scale */
};

struct judged {
    const struct variable *variable;
    bool is_log;
};

struct score {
    int after; /* the last year that is known */
    struct judged *variables;
    size_t n_variables;
    struct known_series *series; /* of all elements of which a value is held out; some have none */
    size_t n_series;
    struct held_out *values; /* by variable, element and year */
    size_t n_values;
    struct quantity_cells cells; /* of the first scenario: cell k is of value k */
};

#endif

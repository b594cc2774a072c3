/* Functions whose sensitivity indices are known, to check the estimates against: Sobol's in closed form, PAWN from the
 * numerical integration in tests/sensitivity/known_pawn.py. */
#ifndef ENTENTE_FUNCTIONS_H
#define ENTENTE_FUNCTIONS_H

#include <stddef.h>

struct function {
    const char *name, *formula;
    size_t n_factors;
    double (*value)(const double *shares); /* of factors uniform within 0 .. 1 */
    double (*first)(size_t f);             /* first-order index */
    double (*total)(size_t f);
    double (*second)(size_t f, size_t g); /* f != g */
    const double (*pawn)[2]; /* [n_factors]: median and largest over ten slices, by numerical integration */
};

/* Ishigami & Homma 1990, and Sobol's g (Saltelli & Sobol 1995); NULL behind the last. */
extern const struct function *const functions[];

/* By name; NULL if there is none. */
const struct function *functions_find(const char *name);

#endif

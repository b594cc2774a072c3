/* Keys: what YAML has beside the names that the tables of the mechanisms give. Each key stands here once: the reader
 * takes its name and its range from here, the manual and the JSON Schema its meaning as well. */
#ifndef ENTENTE_KEYS_H
#define ENTENTE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* What a number must be. */
struct range {
    double low, high; /* ends included; may be infinite */
    bool is_whole;
};

#define MOST_STATES 2000
#define FIRST_YEAR_POSSIBLE 1
#define LAST_YEAR_POSSIBLE 9999

/* What stands behind a key. */
enum form {
    FORM_TEXT,     /* any scalar but null */
    FORM_LINE,     /* a text of one line */
    FORM_NAME,     /* letters, digits, _ - and . */
    FORM_FILE,     /* the path of a file */
    FORM_NUMBER,   /* within `range` */
    FORM_POSITIVE, /* a number above 0 */
    FORM_COUNT,    /* a whole number within 0 .. 2^64 - 1 */
    FORM_YEAR,
    FORM_TRUTH,
    FORM_WORD,    /* one of `words` */
    FORM_SECTION, /* a mapping that has `keys` */
    FORM_PART     /* what json_schema.c knows as `part` */
};

struct key {
    const char *name;
    enum form form;
    struct range range;
    const char *const *words; /* NULL behind the last */
    const struct key *keys;   /* NULL-named behind the last, as all of these tables */
    const char *part;
    double usual;   /* if nothing is said; 0: nothing is usual, or no number */
    bool is_needed; /* must be there in the end */
    const char *meaning;
};

enum {
    NAME_LONGEST = 64,
    IDENTIFIER_LONGEST = 32,
    FACTOR_MOST_LEVELS = 10000,
    PARTICLES_A_FACTOR = 10 /* of a posterior: fewer do not tell how factors hang together */
};

extern const struct key key_base; /* of every file; gone when files have been merged */
extern const struct key keys_of_configuration[], keys_of_experiment[];
extern const struct key keys_of_organization[], keys_of_state[]; /* beside the variables that have a start */
extern const struct key keys_of_event[], keys_of_effect[];       /* beside what an effect touches */
extern const struct key keys_of_impulse[]; /* what an effect touches that is neither variable nor parameter */
extern const struct key keys_of_event_year[];
extern const struct key keys_of_drivers[], keys_of_series[]; /* beside variables, and states */
extern const struct key keys_of_observed[], keys_of_record[];
extern const struct key keys_of_factor[]; /* first the distributions, in the order of enum distribution */
extern const struct key keys_of_design[]; /* beside the kinds of designs */
extern const struct key keys_of_calibration[], keys_of_fit[], keys_of_posterior[], keys_of_target[], keys_of_pattern[];
extern const struct key keys_of_score[], keys_of_judged[];

/* The key of a table that has it. */
const struct key *key_find(const struct key *keys, const char *name);

size_t key_count(const struct key *keys);

#endif

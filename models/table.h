/* Tables: how a mechanism says what its parameters and variables are.
 *
 * Each parameter and each variable stands once, as an entry beside the mechanism that owns it. Whatever else needs to
 * know (the YAML reader, `entente describe`, the tables of ODD.md, the attributes in the output file, the labels of a
 * sensitivity plot) reads the entry. The name is the name in YAML, in C and in HDF5.
 */
#ifndef ENTENTE_TABLE_H
#define ENTENTE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The two areas in which the organization works, and the two issues on which states hold positions. */
enum area { SECURITY, ECONOMY, AREAS };

enum parameter_type { REAL, INTEGER };

struct parameter {
    const char *name; /* "group.name", as in YAML */
    const char *unit; /* UDUNITS text */
    double value;     /* default */
    double low, high; /* range that is accepted, ends included */
    enum parameter_type type;
    bool is_fixed;       /* no event may change it: it is read before the first year alone */
    const char *meaning; /* one sentence */
    const char *source;  /* where the default comes from; "assumption" if nowhere */
    size_t offset;       /* of its lane_array in struct parameters */
};

/* How many numbers a variable has a lane (n states): 1, AREAS, n, n * AREAS, n (n - 1) / 2 (i < j), n * n (ordered). */
enum shape { SCALAR, BY_AREA, BY_STATE, BY_STATE_AREA, BY_DYAD, BY_PAIR };

enum kind {
    ATTRIBUTE,    /* set at the start, changed by events alone */
    STOCK,        /* carried from year to year: read `now`, write `next` */
    FLOW,         /* computed anew each year */
    DRAW_UNIFORM, /* filled by the engine when its time has come, within 0 .. 1, ends excluded */
    DRAW_NORMAL   /* likewise, standard normal */
};

/* What a draw is for: a part of its address in the stream of draws. Append only: a number once used keeps its meaning. */
enum purpose {
    NO_PURPOSE = 0,
    PURPOSE_SUMMIT = 1,           /* does a member take part in an area this year */
    PURPOSE_POSITION = 2,         /* noise in a position */
    PURPOSE_TRADE = 3,            /* noise in a dyad's trade */
    PURPOSE_ECONOMY = 4,          /* noise in a state's growth */
    PURPOSE_APPLICATION = 5,      /* does an outsider apply */
    PURPOSE_APPROVAL = 6,         /* does a member approve an applicant */
    PURPOSE_EXIT = 7,             /* does a member leave */
    PURPOSE_EVENT_YEAR = 8,       /* the year of an event that has a distribution */
    PURPOSE_EVENT_HAZARD = 9,     /* does an event that has a hazard begin this year */
    PURPOSE_DESIGN = 10,          /* a factor's value at a point of an experiment */
    PURPOSE_DESIGN_ORDER = 11,    /* the order of strata, or of groups of factors */
    PURPOSE_DESIGN_DIRECTION = 12, /* does a factor go up or down */
    PURPOSE_RESAMPLE = 13,        /* which block of points a resample takes */
    PURPOSE_PROPOSAL = 14,        /* where a calibration steps next, and whether it does */
    PURPOSE_SURVIVAL = 15,        /* which points of a calibration go on */
    PURPOSE_DUMMY = 16            /* which points have the slices of a factor that does nothing */
};

/* When draws are made: after step 1, or after step 5, for the steps that follow. */
enum draw_time { FOR_STEPS_2_TO_5, FOR_STEPS_6_TO_16 };

enum variable_flag {
    REQUIRED_IN_YAML = 1, /* has no default start */
    HIDDEN = 2,           /* internal: neither set in YAML nor recorded */
    WHOLE = 4,            /* whole numbers (status, yes or no) */
    FIXED = 8,            /* no event may change it: it is read once, before the first year */
    DETAIL = 16           /* recorded when it is named, or with `all`, but not with `main` */
};

struct world;

/* What a series says of a stock in a year, in all lanes alike: above 0, and its logarithm; or 0, nothing. */
struct told {
    double value, log;
};

struct variable {
    const char *name;
    const char *unit;
    enum kind kind;
    enum shape shape;
    double start;     /* default start of an attribute or a stock */
    double low, high; /* range of a start, and of what an event may make of it */
    unsigned flags;
    /* of a draw: what it is for, when it is made, and for whom: the offset in struct world of who has the mark then, a bool a
     * state; of a pair [j][i] for i, and `asks_about` for j. 0: for all, as those of dyads are; pairs name both */
    enum purpose purpose;
    enum draw_time time;
    size_t asks, asks_about;
    const char *meaning;
    const char *source; /* of the default start; NULL for flows and draws */
    size_t offset;      /* of its pointer in struct world */
    size_t next;        /* of a stock: of the pointer to next year's values; NO_NEXT if it is advanced in place */
    size_t series;      /* of a stock that YAML may give a series: of the pointer to what it says of states, else 0 */
};

#define NO_NEXT ((size_t)-1)

struct mechanism {
    const char *name;    /* the file's, and the switch's in YAML `mechanisms` */
    const char *meaning; /* one sentence */
    const char *off;     /* what the world is like when it is switched off */
    const struct parameter *parameters;
    size_t n_parameters;
    const struct variable *variables;
    size_t n_variables;
};

/* Entries of the tables. PARAMETER is used with OWNER defined as the mechanism's struct of parameters. */
#define PARAMETER_OF(type_, is_fixed_, path_, unit_, value_, low_, high_, meaning_, source_)                                     \
    {.name = #path_, .unit = unit_, .value = value_, .low = low_, .high = high_, .type = type_,                        \
     .is_fixed = is_fixed_, .meaning = meaning_, .source = source_, .offset = offsetof(struct OWNER, path_)}
#define PARAMETER(...) PARAMETER_OF(REAL, false, __VA_ARGS__)
#define INTEGER_PARAMETER(...) PARAMETER_OF(INTEGER, false, __VA_ARGS__)
#define FIXED_PARAMETER(...) PARAMETER_OF(REAL, true, __VA_ARGS__)

#define STOCK_ENTRY(name_, unit_, shape_, start_, low_, high_, flags_, meaning_, source_)                              \
    {.name = #name_, .unit = unit_, .kind = STOCK, .shape = shape_, .start = start_, .low = low_, .high = high_,       \
     .flags = flags_, .meaning = meaning_, .source = source_, .offset = offsetof(struct world, now.name_),             \
     .next = offsetof(struct world, next.name_)}
/* a stock that may follow a series, NAME_series */
#define DRIVEN_STOCK_ENTRY(name_, unit_, shape_, start_, low_, high_, flags_, meaning_, source_)                     \
    {.name = #name_, .unit = unit_, .kind = STOCK, .shape = shape_, .start = start_, .low = low_, .high = high_,       \
     .flags = flags_, .meaning = meaning_, .source = source_, .offset = offsetof(struct world, now.name_), \
     .next = offsetof(struct world, next.name_), .series = offsetof(struct world, name_##_series)}
/* a stock that is advanced in place */
#define STOCK_IN_PLACE(name_, unit_, shape_, start_, low_, high_, flags_, meaning_, source_)                           \
    {.name = #name_, .unit = unit_, .kind = STOCK, .shape = shape_, .start = start_, .low = low_, .high = high_,       \
     .flags = flags_, .meaning = meaning_, .source = source_, .offset = offsetof(struct world, name_), .next = NO_NEXT}
#define ATTRIBUTE_ENTRY(name_, unit_, shape_, start_, low_, high_, flags_, meaning_, source_)                          \
    {.name = #name_, .unit = unit_, .kind = ATTRIBUTE, .shape = shape_, .start = start_, .low = low_, .high = high_,   \
     .flags = flags_, .meaning = meaning_, .source = source_, .offset = offsetof(struct world, name_), .next = NO_NEXT}
#define FLOW_ENTRY(name_, unit_, shape_, low_, high_, flags_, meaning_)                                                \
    {.name = #name_, .unit = unit_, .kind = FLOW, .shape = shape_, .low = low_, .high = high_, .flags = flags_,        \
     .meaning = meaning_, .offset = offsetof(struct world, name_), .next = NO_NEXT}
#define DRAW_ENTRY(name_, kind_, shape_, purpose_, time_, asks_, asks_about_, meaning_)                               \
    {.name = #name_, .unit = "1", .kind = kind_, .shape = shape_, .low = -INFINITY, .high = INFINITY, .flags = HIDDEN, \
     .purpose = purpose_, .time = time_, .asks = asks_, .asks_about = asks_about_, .meaning = meaning_,                \
     .offset = offsetof(struct world, name_), .next = NO_NEXT}
#define FOR_ALL 0
#define WHO(mark) offsetof(struct world, mark)

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#endif

/* Options: what stands on the command line after the command, and the values in it. */
#ifndef ENTENTE_OPTIONS_H
#define ENTENTE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct option {
    const char *name; /* without its dashes */
    char letter;      /* its short form; 0 for none */
    bool may_repeat;
    const char *value; /* what its value is called in the help; NULL for a switch */
    const char *meaning;
};

/* Options that every command has, which main takes out of the line. NULL-named behind the last. */
extern const struct option options_common[];

/* An option as it was given. `value` is NULL for a switch. */
struct given_option {
    const struct option *option;
    const char *value;
};

struct options {
    int argc; /* the whole command line, for the record */
    char **argv;
    struct given_option *given;
    size_t n_given;
    char **operands; /* what is no option, in order */
    size_t n_operands;
};

/* Read argv[first] ... against `table` [n]. Options may come after operands; what follows `--` is an operand. Long
 * options take their value as `--name value` or `--name=value`, short ones as `-x value` or `-xvalue`; switches can be
 * joined (`-qf`). BAD_INPUT names the valid option that is nearest. The texts stay owned by argv. Give back with
 * options_free. */
int options_parse(struct options *options, const struct option *table, size_t n, int argc, char **argv, int first,
                  struct error *error);

void options_free(struct options *options);

/* Was the option given? */
bool options_has(const struct options *options, const char *name);

/* The value of an option, NULL if it was not given. */
const char *options_text(const struct options *options, const char *name);

/* Put an option's value into *value, which keeps what it had if the option was not given. BAD_INPUT if it is not a
 * whole number from `low` to `high`. */
int options_whole_number(const struct options *options, const char *name, uint64_t low, uint64_t high, uint64_t *value,
                         struct error *error);

/* Likewise one of `choices` [n], as its index. */
int options_choice(const struct options *options, const char *name, const char *const *choices, size_t n,
                   size_t *choice, struct error *error);

/* Likewise a range A:B of years, A no later than B. A single year is A:A. */
int options_years(const struct options *options, const char *name, int *first, int *last, struct error *error);

#endif

/* Check: what the parts of the schema share. Each part reads its piece of the tree into the configuration and tells
 * what is wrong with it; none stops at the first error. */
#ifndef ENTENTE_CHECK_H
#define ENTENTE_CHECK_H

#include <math.h>

#include "configuration.h"
#include "keys.h"
#include "merge.h"

struct check {
    struct reading *reading;
    struct diagnostics *diagnostics;
    struct arena *arena;  /* of the tree: gone when the configuration is there */
    struct arena *memory; /* of the configuration */
    struct configuration *configuration;
    const struct node *root;
    const struct node *states; /* the mapping of states: pair i is state i. NULL if there is none */
    bool has_years;            /* they are known and sound */
};

#define TELL(check, node, ...) diagnostics_add((check)->diagnostics, (node)->place, __VA_ARGS__)

/* Read a value. `what` and `owner` (NULL: none) name it in diagnostics: "`what` of `owner`". False if it is not what it
 * must be: then that has been told. */
bool check_number(const struct check *check, const struct node *node, struct range range, const char *what,
                  const char *owner, double *value);
bool check_year(const struct check *check, const struct node *node, const char *what, const char *owner, int *year);
bool check_truth(const struct check *check, const struct node *node, const char *what, const char *owner, bool *value);
bool check_text(const struct check *check, const struct node *node, const char *what, const char *owner, char **text);
bool check_is_mapping(const struct check *check, const struct node *node, const char *what, const char *owner);
bool check_is_list(const struct check *check, const struct node *node, const char *what, const char *owner);

/* A year's place within the years simulated; told if it is outside. True if the years are not known. */
bool check_is_simulated(const struct check *check, const struct node *node, int year, const char *what,
                        const char *owner);

/* Tell of every key of the mapping that is not among `names` (NULL behind the last). `what` is what they name:
 * "mechanism", or (check_keys) what has such keys: "a state". */
void check_known(const struct check *check, const struct node *mapping, const char *const *names, const char *what);
void check_keys(const struct check *check, const struct node *mapping, const char *const *keys, const char *what);

/* The same of the keys of a table. */
void check_section(const struct check *check, const struct node *mapping, const struct key *keys, const char *what);

/* The names of the first n keys of a table, NULL behind the last; NULL if memory has run out. There is room for one
 * more. */
const char **check_list_names(const struct check *check, const struct key *keys, size_t n);

/* Read the number of a key that the mapping may have (FORM_NUMBER, FORM_POSITIVE). Only a good one goes to *value; true
 * if there is one. */
bool check_key_number(const struct check *check, const struct node *mapping, const struct key *key, const char *owner,
                      double *value);

/* The same of FORM_WORD, the number of the word; told if it is none. */
bool check_key_word(const struct check *check, const struct node *mapping, const struct key *key, const char *owner,
                    size_t *word);

/* Tell that a key, or another name, is not among `names`: "`x` is no <what>; did you mean ...". */
void check_tell_unknown(const struct check *check, const struct node *name, const char *const *names, const char *what);

/* Is it a letter, then letters, digits and _ ? Told if not. */
bool check_identifier(const struct check *check, const struct node *name, const char *what);

/* The number of the state that the node names in n bytes of its text. */
enum found { FOUND, REMOVED, UNKNOWN };
enum found check_find_state(const struct check *check, const struct node *node, const char *id, size_t n,
                            size_t *state);

/* If the key is new and comes from `--set`, it may be a slip: the hint at another key of its mapping, else "". */
const char *check_hint_for_set(const struct check *check, const struct node *mapping, const struct node *key,
                               struct nearest *nearest);

/* Tell that a state (or, with tags, whoever is meant) is unknown. */
void check_tell_unknown_state(const struct check *check, const struct node *node, const char *id, bool with_groups);

bool check_has_tag(const struct state_entry *state, const char *tag);

/* The two states of a key like `CHN-RUS`, by their numbers. UNKNOWN has been told. */
enum found check_find_dyad(const struct check *check, const struct node *key, size_t *i, size_t *j);

/* The range of a variable's values. */
struct range check_range_of(const struct variable *variable);

/* The word of a status (outsider, observer, member), or -1. */
int check_find_status(const char *word);
extern const char *const check_status_words[];

/* What enum group and enum operation are called in YAML. NULL behind the last. */
extern const char *const check_groups[], *const check_operations[];

/* The keys that set something in a mapping: those of the table `extra`, then the names of the variables of
 * these shapes (1 << shape) that have a start. */
struct settable {
    const char **keys; /* NULL behind the last; NULL itself if memory has run out */
    size_t n_extra, n;
    size_t *variables; /* of keys[k]: variables[k], for n_extra <= k < n */
};
struct settable check_list_settable(const struct check *check, unsigned shapes, const struct key *extra);

/* Read the starts that a mapping gives of an element (state or dyad number, 0 of the organization) and tell of unknown
 * keys. `what` has such keys, `owner` is whose they are. */
void check_starts(const struct check *check, const struct settable *settable, const struct node *mapping,
                  size_t element, const char *what, const char *owner);

/* May an event, or what is observed, be of it? NULL, or why not: "is computed anew each year". */
const char *check_find_obstacle(const struct variable *variable);
bool check_is_comparable(const struct variable *variable);

/* Is a start a word for the status, or yes or no? */
bool check_is_status(const struct variable *variable);
bool check_is_yes_or_no(const struct variable *variable);

/* What the number of an event's operation on a variable, or on a parameter (NULL: the other), must be. False if there
 * is no such operation on it. */
bool check_operand_range(const struct parameter *parameter, const struct variable *variable, enum operation operation,
                         struct range *range);

bool check_is_settable(const struct variable *variable);
bool check_is_recordable(const struct variable *variable);

/* Copies in the configuration's memory; "" if memory has run out. */
char *check_keep(const struct check *check, const char *text);

/* The `name` at the top, or else that of the file. */
char *check_name(const struct check *check);

/* The parts of the schema. Order matters: years, states, dyads, drivers, then the rest. */
void check_states(struct check *check);
void check_organization(struct check *check);
void check_dyads(struct check *check);
void check_drivers(struct check *check);
void check_complete_states(struct check *check);
void check_parameters(struct check *check);
void check_mechanisms(struct check *check);
void check_events(struct check *check);
bool check_effect(struct check *check, const struct node *node, const struct event *event, struct effect *effect);
void check_observed(struct check *check);
void check_record(struct check *check);
void check_kept_states(struct check *check);

/* Two keys in the stream of draws that are the same by chance. `names[k]` is whose keys[k] is. */
void check_collisions(const struct check *check, const struct node *mapping, const uint32_t *keys, size_t n,
                      const char *what);

#endif

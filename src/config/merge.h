/* Merge: a file, what it builds on, and `--set`, into one tree. */
#ifndef ENTENTE_MERGE_H
#define ENTENTE_MERGE_H

#include "diagnostics.h"
#include "keys.h"
#include "node.h"

#define MERGE_LONGEST_CHAIN 64 /* files that build on each other */

/* What is being read. Begin with merge_begin, give back with arena_free(&reading.arena). */
struct reading {
    struct arena arena;
    struct diagnostics diagnostics;
    const struct key *top_keys;     /* of a configuration, or of an experiment */
    bool (*is_group)(const char *); /* is this a group of parameters */
    void (*try_groups)(struct nearest *);
    struct node *removed_states;      /* mapping: id → the key whose null removed it */
    struct node *removed_tags;        /* likewise the tags that these states had */
    const struct source *main_source; /* the file that was asked for */
    const char *name_of_set;          /* what --set is called in diagnostics */
    int n_sources;
    int level;        /* of the file that is asked for; what it builds on is below */
    bool keeps_nulls; /* where there is nothing to remove, null is a value like others */
};

/* Levels: an experiment says more than the scenarios that it names, and --set more than any file. */
enum { LEVEL_OF_FILE = 1000, LEVEL_OF_EXPERIMENT = 2000, ORDER_OF_EXPERIMENT = 1000 };

/* Make `reading` ready. Whether there was memory is told by reading->arena.is_exhausted. */
void merge_begin(struct reading *reading, const struct key *top_keys, bool (*is_group)(const char *),
                 void (*try_groups)(struct nearest *));

/* The tree of the file `path` over its chain of `base:`, without `base`. NULL if a file of the chain cannot be read
 * (there is a diagnostic, or memory has run out). `name`, `title` and `description` are the file's own: they are not
 * taken over from what it builds on. */
struct node *merge_files(struct reading *reading, const char *path);

/* The path of the file that a node names, as seen from the file in which the node stands. NULL if it cannot be read;
 * that has been told. `what` it is: "the scenario". */
const char *merge_find_file(struct reading *reading, const struct node *node, const char *what);

/* The tree with one `--set key=value` over it. */
struct node *merge_set(struct reading *reading, struct node *root, const char *text);

/* A value for a key that stands in another file, such as an experiment. */
struct setting {
    const struct node *key; /* a dotted path, as in --set */
    struct node *value;
};

/* The tree with a setting over it. */
struct node *merge_setting(struct reading *reading, struct node *root, const struct setting *setting);

/* `over` over `base` (NULL: nothing): mappings key by key, null removes, all else is replaced. */
struct node *merge_nodes(struct reading *reading, struct node *base, struct node *over);

/* Was this state (or tag) removed by a source above the node's own? Then what the node says of it does not count. */
bool merge_has_removed(const struct node *removed, const struct node *node, const char *name);

#endif

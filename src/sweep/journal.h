/* Journal: the folder beside an output in which its finished parts are kept until all are there.
 *
 * For the output OUT it is the folder OUT.parts:
 *     experiment.yaml                   what is computed, as text: the parts of another experiment do not go with it
 *     part-000017-9f86d081884c7d65.h5   a finished part: its number, and a checksum of its bytes
 *     running.<host>.<process>          a process that works on it now (locked as long as it lives), and how far it is
 *     lock                              held while somebody joins or merges
 * A part gets its name in one step when it is complete and durable, so it is there and whole, or not there. Which parts
 * there are is known from the folder alone: there is no list that could be wrong. Two processes that compute the same
 * part compute the same bytes. Locks are a courtesy, for messages; where a file system has none, nothing is lost.
 */
#ifndef ENTENTE_JOURNAL_H
#define ENTENTE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct journal;

/* The shard that a process computes: `number` of `n`, from 0. A whole run is 0 of 1. */
struct shard {
    size_t number, n;
};

/* Open the journal of `output`, or begin it. BAD_INPUT if it holds parts of another experiment: `identity` is not the
 * text that stands there; the message shows the lines that differ, and what to do. `starts_anew` removes what is there
 * first (FAILED if a process works on it). BAD_INPUT if the folder cannot be made or written to. */
int journal_open(struct journal **journal, const char *output, const char *identity, bool starts_anew,
                 struct error *error);

/* Open the journal of `output` as it is, to merge or look at it. BAD_INPUT if there is none. */
int journal_open_existing(struct journal **journal, const char *output, struct error *error);

/* Does `output` have a journal? */
bool journal_is_there(const char *output);

/* What stands in experiment.yaml. */
const char *journal_identity(const struct journal *journal);

/* Make known that this process computes a shard. FAILED if another process that lives computes all (or, where this one
 * is to compute all, any shard); the message names it. What dead processes left behind is removed. */
int journal_join(struct journal *journal, struct shard shard, struct error *error);

/* Tell others how far this process is. Writes at most once a second; cheap otherwise. */
void journal_tell(struct journal *journal, uint64_t n_runs_done, uint64_t n_runs_failed);

/* Which of the parts 0 .. n_parts - 1 are there and whole? is_there [n_parts]. A damaged part is removed and told on
 * stderr, by name, with what will be done: it is computed again. FAILED if the folder cannot be read. */
int journal_find_parts(struct journal *journal, size_t n_parts, bool *is_there, struct error *error);

/* Is part k there now? Looks at names alone. */
bool journal_has_part(const struct journal *journal, size_t k);

/* Where part k is to be written, a name that no other process uses (to be freed; NULL if memory has run out), and its
 * taking its place: the checksum is found, the file renamed, the folder made durable. If the part has appeared
 * meanwhile, this one is removed and all is well. */
char *journal_draft_path(const struct journal *journal, size_t k);
int journal_settle(struct journal *journal, size_t k, const char *draft, struct error *error);

/* For merging: the paths of all parts, checked. BAD_INPUT, naming the first few, if parts are missing (a gap), twice
 * there with different checksums (an overlap), damaged, or of a number that the experiment does not have (a stranger;
 * likewise any file that is not the journal's). paths [n_parts], each to be freed. */
int journal_collect(struct journal *journal, size_t n_parts, char **paths, struct error *error);

/* Hold the lock for merging: false if another process holds it (then *error says who, if that is known). */
bool journal_lock(struct journal *journal, struct error *error);
void journal_unlock(struct journal *journal);

/* Remove the folder and all that is the journal's in it. Called after the output has taken its place. */
int journal_remove(struct journal *journal, struct error *error);

/* Leave: this process works on it no more. Gives back the memory. NULL is allowed. */
void journal_close(struct journal *journal);

/* A process that works on an output, for `entente status`. */
struct journal_worker {
    char host[64];
    long process;
    struct shard shard;
    uint64_t n_runs_done, n_runs_failed; /* since it began */
    double seconds;                      /* since it began */
    double age;                          /* seconds since it last told */
    bool lives;                          /* holds its lock; unknown on another host without locks: told lately */
};

/* Those that are known; *workers is to be freed. */
int journal_workers(const struct journal *journal, struct journal_worker **workers, size_t *n, struct error *error);

#endif

/* Journal: the folder beside an output in which its finished parts are kept until all are there.
 *
 * For the output OUT it is the folder OUT.parts:
 *     experiment.yaml                   what is computed, as text: the parts of another experiment do not go with it
 *     command                           the command that began it
 *     part-000017-9f86d081884c7d65.h5   a finished part: its number, and a checksum of its bytes and of experiment.yaml
 *     running.<host>.<process>          a process that works on it now (locked as long as it lives), and how far it is
 *     lock                              held while somebody begins, joins or merges; says who
 * and while they are written, drafts of these: <name>.tmp.<host>.<process>.
 *
 * A part gets its name in one step when it is complete and durable, so it is there and whole, or not there. Which parts
 * there are is known from the folder alone: there is no list that could be wrong. Two processes that compute the same
 * part compute the same bytes. Locks (flock) are a courtesy, for messages; where a file system has none, nothing is
 * lost. That a part goes with experiment.yaml is known from its name, even if somebody copied it there.
 *
 * A draft is removed by the next process that joins or finds parts, if the one that made it is dead: if it ran on the
 * same host and runs no longer, or if nobody has written to the draft for a day. One whose process holds its lock
 * stays.
 */
#ifndef ENTENTE_JOURNAL_H
#define ENTENTE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct journal;

/* The shard that a process computes: `number` of `n`, from 0. A whole run is 0 of 1. */
struct shard {
    size_t number, n;
};

/* Open the journal of `output`, or begin it. BAD_INPUT if it holds parts of another experiment: `identity` is not the
 * text that stands there; the message shows the lines that differ, and what to do. `starts_anew` removes what is there
 * first (FAILED if a process works on it). BAD_INPUT if the folder cannot be made or written to, FAILED if the disk is
 * full. On failure nothing is left that was not there. What is to be known and is no error goes to `notes`, a line
 * each; NULL: none. */
int journal_open(struct journal **journal, const char *output, const char *identity, bool starts_anew, FILE *notes,
                 struct error *error);

/* Open the journal of `output` as it is, to merge or look at it; nothing is written. BAD_INPUT if there is none. */
int journal_open_existing(struct journal **journal, const char *output, FILE *notes, struct error *error);

/* Does `output` have a journal? */
bool journal_is_there(const char *output);

/* What stands in experiment.yaml. */
const char *journal_identity(const struct journal *journal);

/* The command that began it, which `entente merge` follows: kept once, by whoever begins. Give back what is read with
 * journal_free_command. */
struct journal_command {
    char *folder; /* in which it was given */
    int argc;
    char **argv;
};
int journal_keep_command(const struct journal *journal, int argc, char *const *argv, struct error *error);
int journal_read_command(const char *output, struct journal_command *command, struct error *error);
void journal_free_command(struct journal_command *command);

/* Make known that this process computes a shard. FAILED if another process that lives computes all or the same shard
 * (or, where this one is to compute all, any shard), or if another experiment has taken the folder since it was opened;
 * the message says who. What dead processes left behind is removed. */
int journal_join(struct journal *journal, struct shard shard, struct error *error);

/* Tell others how far this process is. Writes at most once a second; cheap otherwise. */
void journal_tell(struct journal *journal, uint64_t n_runs_done, uint64_t n_runs_failed);

/* Which of the parts 0 .. n_parts - 1 are there and whole? is_there [n_parts]. A damaged part is removed and told in
 * the notes, by name: it is computed again. Bytes are read of the parts of the shard that was joined (of all if none
 * was), and once by a process unless they change; those of other shards go by their names, or N shards would read
 * everything N times. FAILED if the folder cannot be read; if it is gone (somebody has merged) no part is there, and
 * that is OK: look at journal_is_there. */
int journal_find_parts(struct journal *journal, size_t n_parts, bool *is_there, struct error *error);

/* Is part k there now? Looks at names alone, not more often than once a second: another process's part may be seen so
 * much later. */
bool journal_has_part(struct journal *journal, size_t k);

/* Where part k is, if it is there, by its name alone; NULL if not, or if memory has run out. To be freed. */
char *journal_part_path(struct journal *journal, size_t k);

/* Where part k is to be written, a name that no other process uses (to be freed; NULL if memory has run out), and its
 * taking its place: the checksum is found, the file renamed, the folder made durable. If the part has appeared
 * meanwhile, this one is removed and all is well. The draft is gone afterwards, whether this succeeded or not. */
char *journal_draft_path(const struct journal *journal, size_t k);
int journal_settle(struct journal *journal, size_t k, const char *draft, struct error *error);

/* For merging: the paths of all parts, checked. BAD_INPUT, naming the first few, if parts are missing (a gap), twice
 * there with different checksums (an overlap), damaged, or of a number that the experiment does not have (a stranger;
 * likewise any file that is not the journal's). paths [n_parts], each to be freed; NULL where this fails. */
int journal_collect(struct journal *journal, size_t n_parts, char **paths, struct error *error);

/* Hold the lock for merging. Whoever joins is waited for; false with FAILED after a second if another process merges,
 * and *error says who: it may be tried again. True as well if the folder is gone (somebody has merged): look. */
bool journal_lock(struct journal *journal, struct error *error);
void journal_unlock(struct journal *journal);

/* Remove the folder and all that is the journal's in it, and give back the lock. Called after the output has taken its
 * place. If there are other files the folder stays with them; that is OK, and told in the notes. */
int journal_remove(struct journal *journal, struct error *error);

/* Leave: this process works on it no more. Gives back the memory. NULL is allowed. */
void journal_close(struct journal *journal);

/* A process that works on an output, for `entente status`. */
struct journal_worker {
    char host[64];
    long process;
    struct shard shard;                  /* n = 0: not known */
    uint64_t n_runs_done, n_runs_failed; /* since it began */
    double seconds;                      /* from its beginning until it last told */
    double age;                          /* seconds since it last told */
    bool lives;                          /* holds its lock; where there are no locks: runs, or told lately */
};

/* Those that are known, in the order of hosts and processes; *workers is to be freed. */
int journal_workers(struct journal *journal, struct journal_worker **workers, size_t *n, struct error *error);

#endif

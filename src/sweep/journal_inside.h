/* What the journal's files share. Inside the journal. */
#ifndef ENTENTE_JOURNAL_INSIDE_H
#define ENTENTE_JOURNAL_INSIDE_H

#include <sys/types.h>
#include <time.h>

#include "journal.h"
#include "journal_names.h"

/* A part that was seen in the folder. */
struct journal_part {
    size_t number;
    uint64_t checksum;
    bool is_checked; /* its bytes were, when it had this size and was changed then */
    off_t size;
    struct timespec changed;
};

struct journal {
    char *folder, *identity;
    uint64_t seed; /* of the parts' checksums: that of the identity */
    FILE *notes;
    char host[HOST_SIZE];
    int lock, running; /* files; -1: none */
    bool has_joined;
    struct shard shard;
    double began, next_tell;    /* seconds: of the calendar, of a clock that never goes back */
    struct journal_part *parts; /* by number, then by checksum */
    size_t n_parts, capacity;
    double listed;                  /* when, by a clock that never goes back; 0: never */
    struct timespec folder_changed; /* when, before it was listed */
};

/* --- journal_folder.c: what is in the folder --- */

/* Call `visit` for each file in the folder, until one fails. FAILED if it cannot be read. */
typedef int journal_visit(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                          struct error *error);
int journal_walk(struct journal *journal, journal_visit *visit, void *context, struct error *error);

/* FOLDER/NAME, to be freed; NULL if memory has run out. */
char *journal_path(const struct journal *journal, const char *name);

/* Remove a file of the folder. One that is gone already is as good. */
int journal_remove_file(const struct journal *journal, const char *name, struct error *error);

/* All of a file, ended by a NUL that *n does not count (n may be NULL); to be freed. *bytes is NULL, and OK, if there
 * is no such file. */
int journal_read_file(const struct journal *journal, const char *name, char **bytes, size_t *n, struct error *error);

/* Give a file its bytes and its name, in one step, unless there is one of that name: then that stays. */
int journal_write_file(const struct journal *journal, const char *name, const void *bytes, size_t n,
                       struct error *error);

/* --- journal_lock.c: one at a time --- */

/* Take the lock. *is_gone: the folder is not there (any more), and OK. `doing` is what others are told: joins. */
int journal_take_lock(struct journal *journal, const char *doing, bool *is_gone, struct error *error);

/* --- journal_workers.c: processes --- */

/* FAILED if a process that lives works on the output such that this shard has no place beside it; `what` begins the
 * message. Removes what the dead left. */
int journal_check_workers(struct journal *journal, struct shard shard, const char *what, struct error *error);

/* Remove the drafts of dead processes. `is_joining`: nothing that bears this process's name is in use. */
int journal_remove_drafts(struct journal *journal, bool is_joining, struct error *error);

#endif

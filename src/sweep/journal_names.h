/* The names in a journal's folder, and what each says. Inside the journal. */
#ifndef ENTENTE_JOURNAL_NAMES_H
#define ENTENTE_JOURNAL_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define IDENTITY_NAME "experiment.yaml"
#define COMMAND_NAME "command"
#define LOCK_NAME "lock"
#define REMOVED_NAME                                                                                                   \
    "removed.yaml" /* experiment.yaml while the folder is removed: what is there has no owner any more */

enum { NAME_SIZE = 256, HOST_SIZE = 64 };

enum journal_kind {
    JOURNAL_IDENTITY,
    JOURNAL_COMMAND,
    JOURNAL_LOCK,
    JOURNAL_REMOVED,
    JOURNAL_PART,
    JOURNAL_DRAFT,   /* of a part or of one of the files above */
    JOURNAL_RUNNING, /* a process that works on it */
    JOURNAL_HIDDEN,  /* what a network file system keeps of a file that was removed while somebody had it open */
    JOURNAL_STRANGER
};

struct journal_name {
    enum journal_kind kind;
    size_t number;        /* of a part */
    uint64_t checksum;    /* of a part */
    char host[HOST_SIZE]; /* of a draft and of a process */
    long process;
};

struct journal_name journal_read_name(const char *name);

/* Write a name into `name`, which is returned. */
const char *journal_part_name(char name[NAME_SIZE], size_t number, uint64_t checksum);
const char *journal_running_name(char name[NAME_SIZE], const char *host, long process);

/* A name that no other process uses, beside the file `base`. It says whose it is, so that the next one can tell if that
 * process still lives; place_temporary may name a Slurm job instead, of which that cannot be told. */
const char *journal_draft_name(char name[NAME_SIZE], const char *base, const char *host, long process);

/* The host's name as these names have it. */
void journal_find_host(char host[HOST_SIZE]);

#endif

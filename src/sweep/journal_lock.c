#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "journal_inside.h"

static const double pause_seconds = 0.05, patience = 60, patience_with_merging = 1;

static const char merging[] = "merges";

/* Who holds the lock, as the file says. */
struct holder {
    char doing[16], host[HOST_SIZE];
    long process;
};

static void write_holder(const struct journal *journal, const char *doing)
{
    char text[128];
    const int n = snprintf(text, sizeof text, "%s %s %ld\n", doing, journal->host, (long)getpid());
    /* for messages alone: if it cannot be written, they say less */
    if (ftruncate(journal->lock, 0) != 0 || pwrite(journal->lock, text, (size_t)n, 0) != n)
        return;
}

static struct holder read_holder(int file)
{
    char text[128] = "";
    struct holder holder = {0};
    if (pread(file, text, sizeof text - 1, 0) <= 0 ||
        sscanf(text, "%15s %63s %ld", holder.doing, holder.host, &holder.process) != 3)
        holder = (struct holder){0};
    return holder;
}

/* Is the open file still the one of this name? */
static bool is_same(int file, const char *path)
{
    struct stat a, b;
    return fstat(file, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* False if others held it all the time. True as well where the file system has no locks. */
static bool wait_for(int file, struct holder *holder)
{
    const struct timespec pause = {0, (long)(1e9 * pause_seconds)};
    const double start = clock_seconds();
    double merging_since = start;
    for (;;) {
        if (flock(file, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR))
            return true;
        *holder = read_holder(file);
        const double now = clock_seconds();
        if (strcmp(holder->doing, merging) != 0)
            merging_since = now;
        if (now - start > patience || now - merging_since > patience_with_merging)
            return false;
        nanosleep(&pause, NULL);
    }
}

static int tell_holder(const struct journal *journal, const struct holder *holder, struct error *error)
{
    if (!*holder->host)
        return error_set(error, FAILED, "%s is locked by another process; try again when that is done",
                         journal->folder);
    return error_set(error, FAILED, "process %ld on %s %s %s; try again when that is done", holder->process,
                     holder->host, strcmp(holder->doing, merging) == 0 ? "merges the parts in" : "has locked",
                     journal->folder);
}

/* Open the lock's file, and wait for it. *is_stale: it was removed meanwhile, with the folder or without. */
static int try_lock(struct journal *journal, const char *path, bool *is_stale, bool *is_gone, struct error *error)
{
    struct holder holder = {0};
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0 && errno == ENOENT) {
        *is_gone = true;
        return OK;
    }
    if (file < 0)
        return error_set(error, errno == ENOSPC || errno == EDQUOT ? FAILED : BAD_INPUT, "%s cannot be written to: %s",
                         journal->folder, strerror(errno));
    if (!wait_for(file, &holder)) {
        close(file);
        return tell_holder(journal, &holder, error);
    }
    *is_stale = !is_same(file, path);
    if (*is_stale)
        close(file);
    else
        journal->lock = file;
    return OK;
}

int journal_take_lock(struct journal *journal, const char *doing, bool *is_gone, struct error *error)
{
    bool is_stale = true;
    int code = OK;
    char *path = journal_path(journal, LOCK_NAME);
    *is_gone = false;
    if (!path)
        return error_memory(error);
    while (code == OK && is_stale && !*is_gone)
        code = try_lock(journal, path, &is_stale, is_gone, error);
    if (journal->lock >= 0)
        write_holder(journal, doing);
    free(path);
    return code;
}

bool journal_lock(struct journal *journal, struct error *error)
{
    bool is_gone;
    return journal_take_lock(journal, merging, &is_gone, error) == OK;
}

void journal_unlock(struct journal *journal)
{
    if (journal->lock < 0)
        return;
    flock(journal->lock, LOCK_UN); /* closing is not enough where a child has it too */
    close(journal->lock);
    journal->lock = -1;
}

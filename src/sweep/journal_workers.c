#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/clock.h"
#include "journal_inside.h"

static const double second = 1, lately = 600, day = 86400; /* s */

static double calendar(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- What a process tells: numbers in columns, such that a rewritten file has as many bytes as before --- */

static void write_account(const struct journal *journal, uint64_t n_runs_done, uint64_t n_runs_failed)
{
    char text[256];
    const int n =
        snprintf(text, sizeof text,
                 "shard:       %20zu\nshards:      %20zu\nbegan:       %20.3f\ntold:        %20.3f\n"
                 "runs_done:   %20" PRIu64 "\nruns_failed: %20" PRIu64 "\n",
                 journal->shard.number + 1, journal->shard.n, journal->began, calendar(), n_runs_done, n_runs_failed);
    /* for status alone: where it cannot be written, that knows less */
    if (pwrite(journal->running, text, (size_t)n, 0) != n)
        return;
}

/* The number on the line of `key`; `otherwise` if there is none, or the line does not end (yet). */
static double read_number(const char *text, const char *key, double otherwise)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const size_t length = strlen(key);
        if (strncmp(line, key, length) != 0 || line[length] != ':')
            continue;
        char *end;
        const double number = strtod(line + length + 1, &end);
        return *end == '\n' && end > line + length + 1 && number >= 0 && number < 1e15 ? number : otherwise;
    }
    return otherwise;
}

static void read_account(const char *text, struct journal_worker *worker)
{
    const double shard = read_number(text, "shard", 0), n = read_number(text, "shards", 0);
    const double began = read_number(text, "began", 0), told = read_number(text, "told", began);
    const double age = calendar() - told;
    if (shard >= 1 && shard <= n)
        worker->shard = (struct shard){(size_t)shard - 1, (size_t)n};
    worker->n_runs_done = (uint64_t)read_number(text, "runs_done", 0);
    worker->n_runs_failed = (uint64_t)read_number(text, "runs_failed", 0);
    worker->seconds = told > began ? told - began : 0;
    worker->age = age > 0 ? age : 0; /* clocks of hosts differ */
}

/* --- Does it live? --- */

enum hold { HELD, NOT_HELD, UNKNOWN };

/* Does a process hold the lock of its file? */
static enum hold look_at_lock(const char *path)
{
    enum hold hold = UNKNOWN;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return UNKNOWN;
    if (flock(file, LOCK_SH | LOCK_NB) == 0)
        hold = NOT_HELD;
    else if (errno == EWOULDBLOCK)
        hold = HELD;
    close(file);
    return hold;
}

static bool is_this_host(const struct journal *journal, const char *host) { return strcmp(journal->host, host) == 0; }

static bool is_this_process(const struct journal *journal, const char *host, long process)
{
    return is_this_host(journal, host) && process == (long)getpid();
}

static bool runs_here(long process) { return kill((pid_t)process, 0) == 0 || errno == EPERM; }

static bool lives(const struct journal *journal, const struct journal_worker *worker, const char *path)
{
    if (is_this_process(journal, worker->host, worker->process))
        return journal->running >= 0;
    switch (look_at_lock(path)) {
    case HELD: return true;
    case NOT_HELD: return false;
    case UNKNOWN: break;
    }
    return is_this_host(journal, worker->host) ? runs_here(worker->process) : worker->age < lately;
}

static int read_worker(const struct journal *journal, const char *name, const struct journal_name *what,
                       struct journal_worker *worker, struct error *error)
{
    char *text, *path = journal_path(journal, name);
    *worker = (struct journal_worker){.process = what->process};
    memcpy(worker->host, what->host, sizeof worker->host);
    int code = path ? journal_read_file(journal, name, &text, NULL, error) : error_memory(error);
    if (code == OK) {
        read_account(text ? text : "", worker);
        worker->lives = text && lives(journal, worker, path);
        free(text);
    }
    free(path);
    return code;
}

struct workers {
    struct journal_worker *list;
    size_t n;
};

static int add_worker(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                      struct error *error)
{
    struct workers *workers = context;
    if (what->kind != JOURNAL_RUNNING)
        return OK;
    struct journal_worker *grown = realloc(workers->list, (workers->n + 1) * sizeof *grown);
    if (!grown)
        return error_memory(error);
    workers->list = grown;
    const int code = read_worker(journal, name, what, &grown[workers->n], error);
    workers->n += code == OK;
    return code;
}

static int compare_workers(const void *left, const void *right)
{
    const struct journal_worker *a = left, *b = right;
    const int order = strcmp(a->host, b->host);
    return order ? order : (a->process > b->process) - (a->process < b->process);
}

int journal_workers(struct journal *journal, struct journal_worker **workers, size_t *n, struct error *error)
{
    struct workers found = {0};
    const int code = journal_walk(journal, add_worker, &found, error);
    if (code == OK && found.n > 0)
        qsort(found.list, found.n, sizeof *found.list, compare_workers);
    else if (code != OK) {
        free(found.list);
        found = (struct workers){0};
    }
    *workers = found.list;
    *n = found.n;
    return code;
}

/* --- Joining --- */

static bool is_whole(struct shard shard) { return shard.n <= 1; }

static bool is_in_the_way(const struct journal_worker *worker, struct shard shard)
{
    return is_whole(worker->shard) || is_whole(shard) ||
           (worker->shard.n == shard.n && worker->shard.number == shard.number);
}

static int tell_worker(const struct journal_worker *worker, const char *what, struct error *error)
{
    char shard[64] = "";
    if (!is_whole(worker->shard))
        snprintf(shard, sizeof shard, " (shard %zu of %zu)", worker->shard.number + 1, worker->shard.n);
    return error_set(error, FAILED,
                     "%s: process %ld on %s works on it%s; wait until it is done, or end it, or give another --output",
                     what, worker->process, worker->host, shard);
}

int journal_check_workers(struct journal *journal, struct shard shard, const char *what, struct error *error)
{
    struct journal_worker *workers;
    size_t n;
    char name[NAME_SIZE];
    int code = journal_workers(journal, &workers, &n, error);
    for (size_t k = 0; k < n && code == OK; k++) {
        if (is_this_process(journal, workers[k].host, workers[k].process))
            continue;
        if (!workers[k].lives)
            code = journal_remove_file(journal, journal_running_name(name, workers[k].host, workers[k].process), error);
        else if (is_in_the_way(&workers[k], shard))
            code = tell_worker(&workers[k], what, error);
    }
    free(workers);
    return code;
}

/* See journal.h. Locks are asked first: on one host there may be containers, which do not see each other's processes.
 */
static bool is_dead(const struct journal *journal, const struct journal_name *draft, double age, bool is_joining)
{
    char name[NAME_SIZE];
    if (is_this_process(journal, draft->host, draft->process))
        return is_joining;
    char *path = journal_path(journal, journal_running_name(name, draft->host, draft->process));
    const enum hold hold = path ? look_at_lock(path) : HELD;
    free(path);
    if (hold == HELD)
        return false;
    return age > day || (is_this_host(journal, draft->host) && (hold == NOT_HELD || !runs_here(draft->process)));
}

static int remove_draft(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                        struct error *error)
{
    struct stat status;
    const bool *is_joining = context;
    if (what->kind != JOURNAL_DRAFT)
        return OK;
    char *path = journal_path(journal, name);
    if (!path)
        return error_memory(error);
    const bool is_there = stat(path, &status) == 0;
    free(path);
    if (!is_there || !is_dead(journal, what, calendar() - (double)status.st_mtime, *is_joining))
        return OK;
    return journal_remove_file(journal, name, error);
}

int journal_remove_drafts(struct journal *journal, bool is_joining, struct error *error)
{
    return journal_walk(journal, remove_draft, &is_joining, error);
}

/* Lock the file of this process. Others hold it for a moment, when they look; it is not waited for longer. */
static void hold(int file)
{
    const struct timespec pause = {0, 1000000};
    for (int turn = 0; turn < 1000 && flock(file, LOCK_EX | LOCK_NB) != 0; turn++) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return; /* a file system without locks */
        nanosleep(&pause, NULL);
    }
}

static int appear(struct journal *journal, struct shard shard, struct error *error)
{
    char name[NAME_SIZE];
    int code = OK;
    char *path = journal_path(journal, journal_running_name(name, journal->host, (long)getpid()));
    if (!path)
        return error_memory(error);
    if (journal->running < 0)
        journal->running = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (journal->running < 0)
        code = error_set(error, FAILED, "%s cannot be written: %s", path, strerror(errno));
    else {
        hold(journal->running);
        journal->has_joined = true;
        journal->shard = shard;
        journal->began = calendar();
        write_account(journal, 0, 0);
    }
    free(path);
    return code;
}

/* Between opening and joining somebody may have begun anew, with something else. */
static int check_identity(const struct journal *journal, struct error *error)
{
    char *text;
    const int code = journal_read_file(journal, IDENTITY_NAME, &text, NULL, error);
    if (code != OK)
        return code;
    const bool is_same = text && strcmp(text, journal->identity) == 0;
    free(text);
    return is_same ? OK
                   : error_set(error, FAILED, "%s has been %s by another process meanwhile; start this again",
                               journal->folder, text ? "begun anew" : "removed");
}

int journal_join(struct journal *journal, struct shard shard, struct error *error)
{
    bool is_gone;
    struct text what = {0};
    int code = journal_take_lock(journal, "joins", &is_gone, error);
    if (code != OK)
        return code;
    code = check_identity(journal, error);
    text_add(&what, "%.*s is being computed", (int)(strlen(journal->folder) - strlen(".parts")), journal->folder);
    if (code == OK)
        code = what.is_exhausted ? error_memory(error) : journal_check_workers(journal, shard, what.bytes, error);
    if (code == OK)
        code = journal_remove_drafts(journal, true, error);
    if (code == OK)
        code = appear(journal, shard, error);
    text_free(&what);
    journal_unlock(journal);
    return code;
}

void journal_tell(struct journal *journal, uint64_t n_runs_done, uint64_t n_runs_failed)
{
    const double now = clock_seconds();
    if (journal->running < 0 || now < journal->next_tell)
        return;
    journal->next_tell = now + second;
    write_account(journal, n_runs_done, n_runs_failed);
}

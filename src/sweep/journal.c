#define _GNU_SOURCE /* get_current_dir_name */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/difference.h"
#include "base/text.h"
#include "checksum.h"
#include "journal_inside.h"
#include "output/place.h"

static const char folder_suffix[] = ".parts";

static char *join_text(const char *a, const char *b)
{
    struct text text = {0};
    text_add(&text, "%s%s", a, b);
    return text_take(&text);
}

/* --- Opening --- */

static struct journal *create(const char *output, FILE *notes)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return NULL;
    journal->lock = journal->running = -1;
    journal->notes = notes;
    journal->folder = join_text(output, folder_suffix);
    journal_find_host(journal->host);
    if (journal->folder)
        return journal;
    free(journal);
    return NULL;
}

/* Keep the identity, which is the journal's from now on. */
static void set_identity(struct journal *journal, char *identity)
{
    journal->identity = identity;
    journal->seed = checksum_bytes(identity, strlen(identity));
}

/* Bring the folder's name to disk. Where a file system cannot, the folder is there all the same. */
static void sync_beside(const char *folder)
{
    char *above = strdup(folder);
    if (!above)
        return;
    char *slash = strrchr(above, '/');
    if (slash)
        slash[slash == above] = '\0';
    const int file = open(slash ? above : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        fsync(file);
        close(file);
    }
    free(above);
}

static int make_folder(const struct journal *journal, struct error *error)
{
    struct stat status;
    if (mkdir(journal->folder, 0777) == 0) {
        sync_beside(journal->folder);
        return OK;
    }
    if (errno != EEXIST)
        return error_set(error, errno == ENOSPC || errno == EDQUOT ? FAILED : BAD_INPUT, "%s cannot be made: %s",
                         journal->folder, strerror(errno));
    if (stat(journal->folder, &status) == 0 && !S_ISDIR(status.st_mode))
        return error_set(error, BAD_INPUT,
                         "%s, in which parts are to be kept, is a file and not a folder; give another --output",
                         journal->folder);
    return OK;
}

/* What was found while a folder was emptied. */
struct remains {
    size_t n_strangers;
    char stranger[NAME_SIZE]; /* one of them */
};

static int remove_one(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                      struct error *error)
{
    struct remains *remains = context;
    switch (what->kind) {
    case JOURNAL_PART:
    case JOURNAL_DRAFT:
    case JOURNAL_RUNNING:
    case JOURNAL_COMMAND: return journal_remove_file(journal, name, error);
    case JOURNAL_STRANGER:
        if (remains->n_strangers++ == 0 || strcmp(name, remains->stranger) < 0)
            snprintf(remains->stranger, sizeof remains->stranger, "%s", name);
        break;
    case JOURNAL_IDENTITY:
    case JOURNAL_LOCK:
    case JOURNAL_REMOVED:
    case JOURNAL_HIDDEN: break;
    }
    return OK;
}

/* Remove all but the lock. First the journal stops to be one, in one step; what is cut short after that, the next one
 * who opens it does. */
static int empty_folder(struct journal *journal, struct remains *remains, struct error *error)
{
    char *from = journal_path(journal, IDENTITY_NAME), *to = journal_path(journal, REMOVED_NAME);
    int code = OK;
    *remains = (struct remains){0};
    if (!from || !to)
        code = error_memory(error);
    else if (rename(from, to) != 0 && errno != ENOENT)
        code = error_set(error, FAILED, "%s cannot be removed: %s", from, strerror(errno));
    if (code == OK)
        code = journal_walk(journal, remove_one, remains, error);
    if (code == OK)
        code = journal_remove_file(journal, REMOVED_NAME, error);
    free(from);
    free(to);
    return code;
}

static bool has_file(const struct journal *journal, const char *name)
{
    char *path = journal_path(journal, name);
    const bool is_there = path && access(path, F_OK) == 0;
    free(path);
    return is_there;
}

static int find_a_part(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                       struct error *error)
{
    (void)journal, (void)name, (void)error;
    *(bool *)context |= what->kind == JOURNAL_PART;
    return OK;
}

/* Parts of which nobody knows what they are must not go as damaged ones. */
static int check_no_parts(struct journal *journal, struct error *error)
{
    bool has_parts = false;
    const int code = journal_walk(journal, find_a_part, &has_parts, error);
    if (code != OK || !has_parts)
        return code;
    return error_set(error, BAD_INPUT,
                     "%s has parts, but no %s that says what they are of; to start anew give --force; to keep them "
                     "give another --output",
                     journal->folder, IDENTITY_NAME);
}

static int refuse_identity(const struct journal *journal, const char *then, struct error *error)
{
    enum { MOST_LINES = 12 };
    struct text lines = {0};
    int code;
    difference_add(&lines, then, journal->identity, MOST_LINES);
    if (lines.is_exhausted)
        code = error_memory(error);
    else
        code = error_set(
            error, BAD_INPUT,
            "%s holds parts of an experiment that is not this one:\n%sto go on with it undo the change; to start "
            "anew give --force; to keep both give another --output",
            journal->folder, lines.n > 0 ? lines.bytes : "  the lines are the same, but not how they end\n");
    text_free(&lines);
    return code;
}

/* Whoever is first writes it; who comes later compares. */
static int settle_identity(struct journal *journal, struct error *error)
{
    char *then = NULL;
    int code = journal_read_file(journal, IDENTITY_NAME, &then, NULL, error);
    if (code == OK && !then) {
        code = check_no_parts(journal, error);
        if (code == OK)
            code = journal_write_file(journal, IDENTITY_NAME, journal->identity, strlen(journal->identity), error);
        if (code == OK)
            code = journal_read_file(journal, IDENTITY_NAME, &then, NULL, error);
    }
    if (code == OK && (!then || strcmp(then, journal->identity) != 0))
        code = refuse_identity(journal, then ? then : "", error);
    free(then);
    return code;
}

static int start_anew(struct journal *journal, struct error *error)
{
    struct remains remains;
    struct text what = {0};
    text_add(&what, "%s cannot be removed to start anew", journal->folder);
    int code = what.is_exhausted
                   ? error_memory(error)
                   : journal_check_workers(journal, (struct shard){.number = 0, .n = 1}, what.bytes, error);
    if (code == OK)
        code = empty_folder(journal, &remains, error);
    text_free(&what);
    return code;
}

/* With the lock held. */
static int begin(struct journal *journal, bool starts_anew, struct error *error)
{
    struct remains remains;
    int code = OK;
    if (starts_anew)
        code = start_anew(journal, error);
    else if (has_file(journal, REMOVED_NAME) && !has_file(journal, IDENTITY_NAME))
        code = empty_folder(journal, &remains, error);
    if (code == OK)
        code = settle_identity(journal, error);
    return code;
}

/* Remove what was made of a journal that could not be begun. A folder with anything else in it stays. */
static void abandon(struct journal *journal)
{
    if (has_file(journal, IDENTITY_NAME))
        return;
    if (journal->lock >= 0)
        journal_remove_file(journal, LOCK_NAME, NULL);
    journal_unlock(journal);
    rmdir(journal->folder);
}

/* The folder may go while its lock is waited for: then it is made once more. */
static int begin_locked(struct journal *journal, bool starts_anew, struct error *error)
{
    enum { MOST_TURNS = 10 };
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        bool is_gone = false;
        int code = make_folder(journal, error);
        if (code == OK)
            code = journal_take_lock(journal, "begins", &is_gone, error);
        if (code == OK && is_gone)
            continue;
        if (code == OK)
            code = begin(journal, starts_anew, error);
        if (code != OK)
            abandon(journal);
        journal_unlock(journal);
        return code;
    }
    return error_set(error, FAILED, "%s is removed again and again by another process", journal->folder);
}

int journal_open(struct journal **result, const char *output, const char *identity, bool starts_anew, FILE *notes,
                 struct error *error)
{
    struct journal *journal = create(output, notes);
    char *copy = strdup(identity);
    int code = OK;
    *result = NULL;
    if (!journal || !copy) {
        free(copy);
        code = error_memory(error);
        goto out;
    }
    set_identity(journal, copy);
    code = begin_locked(journal, starts_anew, error);
out:
    if (code == OK)
        *result = journal;
    else
        journal_close(journal);
    return code;
}

int journal_open_existing(struct journal **result, const char *output, FILE *notes, struct error *error)
{
    char *identity = NULL;
    struct journal *journal = create(output, notes);
    *result = NULL;
    int code = journal ? journal_read_file(journal, IDENTITY_NAME, &identity, NULL, error) : error_memory(error);
    if (code == OK && !identity)
        code = error_set(error, BAD_INPUT, "nothing of %s has been begun: there is no %s/%s", output, journal->folder,
                         IDENTITY_NAME);
    if (code == OK) {
        set_identity(journal, identity);
        *result = journal;
    } else
        journal_close(journal);
    return code;
}

bool journal_is_there(const char *output)
{
    struct journal *journal = create(output, NULL);
    const bool is_there = journal && has_file(journal, IDENTITY_NAME);
    journal_close(journal);
    return is_there;
}

const char *journal_identity(const struct journal *journal) { return journal->identity; }

void journal_close(struct journal *journal)
{
    char name[NAME_SIZE];
    if (!journal)
        return;
    if (journal->running >= 0) {
        journal_remove_file(journal, journal_running_name(name, journal->host, (long)getpid()), NULL);
        close(journal->running);
    }
    journal_unlock(journal);
    free(journal->parts);
    free(journal->identity);
    free(journal->folder);
    free(journal);
}

int journal_remove(struct journal *journal, struct error *error)
{
    struct remains remains;
    int code = empty_folder(journal, &remains, error);
    if (code == OK)
        code = journal_remove_file(journal, LOCK_NAME, error);
    /* on a network file system what is open cannot be removed quite */
    if (journal->running >= 0)
        close(journal->running);
    journal->running = -1;
    journal_unlock(journal);
    if (code != OK || rmdir(journal->folder) == 0 || errno == ENOENT || !journal->notes)
        return code;
    if (remains.n_strangers > 0)
        fprintf(journal->notes, "the folder %s stays: %s%s in it %s not Entente's\n", journal->folder, remains.stranger,
                remains.n_strangers > 1 ? " and others" : "", remains.n_strangers > 1 ? "are" : "is");
    else
        fprintf(journal->notes, "the folder %s stays: it cannot be removed: %s\n", journal->folder, strerror(errno));
    return OK;
}

/* --- The command: its folder and its words, each ended by a NUL --- */

int journal_keep_command(const struct journal *journal, int argc, char *const *argv, struct error *error)
{
    struct text text = {0};
    char *folder = get_current_dir_name();
    int code = OK;
    if (!folder) {
        code = error_set(error, FAILED, "the current folder has no name: %s", strerror(errno));
        goto out;
    }
    if (has_file(journal, COMMAND_NAME))
        goto out;
    text_add_bytes(&text, folder, strlen(folder) + 1);
    for (int k = 0; k < argc; k++)
        text_add_bytes(&text, argv[k], strlen(argv[k]) + 1);
    code =
        text.is_exhausted ? error_memory(error) : journal_write_file(journal, COMMAND_NAME, text.bytes, text.n, error);
out:
    text_free(&text);
    free(folder);
    return code;
}

/* Cut n bytes into words, which point into them. */
static int cut_command(struct journal_command *command, char *bytes, size_t n, struct error *error)
{
    size_t n_words = 0;
    for (size_t k = 0; k < n; k++)
        n_words += bytes[k] == '\0';
    command->folder = bytes;
    command->argv = calloc(n_words + 1, sizeof *command->argv);
    if (!command->argv)
        return error_memory(error);
    for (char *word = bytes + strlen(bytes) + 1; word < bytes + n; word += strlen(word) + 1)
        command->argv[command->argc++] = word;
    return OK;
}

int journal_read_command(const char *output, struct journal_command *command, struct error *error)
{
    char *bytes = NULL;
    size_t n = 0;
    struct journal *journal = create(output, NULL);
    *command = (struct journal_command){0};
    int code = journal ? journal_read_file(journal, COMMAND_NAME, &bytes, &n, error) : error_memory(error);
    if (code == OK && (n == 0 || bytes[n - 1] != '\0'))
        code = error_set(error, BAD_INPUT, "%s has no %s that says how it was begun; start `entente run` again",
                         journal->folder, COMMAND_NAME);
    if (code == OK)
        code = cut_command(command, bytes, n, error);
    else
        free(bytes);
    journal_close(journal);
    return code;
}

void journal_free_command(struct journal_command *command)
{
    free(command->folder); /* and the words */
    free(command->argv);
    *command = (struct journal_command){0};
}

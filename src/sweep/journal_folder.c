#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "journal_inside.h"
#include "output/place.h"

char *journal_path(const struct journal *journal, const char *name)
{
    struct text path = {0};
    text_add(&path, "%s/%s", journal->folder, name);
    return text_take(&path);
}

int journal_walk(struct journal *journal, journal_visit *visit, void *context, struct error *error)
{
    int code = OK;
    DIR *listing = opendir(journal->folder);
    if (!listing)
        return error_set(error, FAILED, "%s cannot be read: %s", journal->folder, strerror(errno));
    while (code == OK) {
        errno = 0;
        const struct dirent *entry = readdir(listing);
        if (!entry && errno != 0)
            code = error_set(error, FAILED, "%s cannot be read: %s", journal->folder, strerror(errno));
        if (!entry)
            break;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const struct journal_name what = journal_read_name(entry->d_name);
        code = visit(journal, entry->d_name, &what, context, error);
    }
    closedir(listing);
    return code;
}

int journal_remove_file(const struct journal *journal, const char *name, struct error *error)
{
    char *path = journal_path(journal, name);
    if (!path)
        return error_memory(error);
    int code = OK;
    if (unlink(path) != 0 && errno != ENOENT)
        code = error_set(error, FAILED, "%s cannot be removed: %s", path, strerror(errno));
    free(path);
    return code;
}

/* Add all that can be read. Returns 0, or -1 with errno. */
static int read_all(int file, struct text *text)
{
    char piece[1 << 14];
    for (;;) {
        const ssize_t n = read(file, piece, sizeof piece);
        if (n == 0)
            return 0;
        if (n > 0)
            text_add_bytes(text, piece, (size_t)n);
        else if (errno != EINTR)
            return -1;
    }
}

int journal_read_file(const struct journal *journal, const char *name, char **bytes, size_t *n, struct error *error)
{
    int code = OK;
    struct text text = {0};
    char *path = journal_path(journal, name);
    *bytes = NULL;
    if (!path)
        return error_memory(error);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && (errno == ENOENT || errno == ENOTDIR))
        goto out;
    if (file < 0 || read_all(file, &text) != 0) {
        code = error_set(error, FAILED, "%s cannot be read: %s", path, strerror(errno));
        goto out;
    }
    text_add(&text, "%s", ""); /* not NULL where the file is empty */
    if (n)
        *n = text.n;
    *bytes = text_take(&text);
    if (!*bytes)
        code = error_memory(error);
out:
    if (file >= 0)
        close(file);
    text_free(&text);
    free(path);
    return code;
}

/* Write a new file. Returns 0, or -1 with errno. */
static int write_new(const char *path, const char *bytes, size_t n)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return -1;
    ssize_t written = 0;
    while (n > 0 && written >= 0) {
        written = write(file, bytes, n);
        if (written < 0 && errno == EINTR)
            written = 0;
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        }
    }
    const int cause = errno;
    const bool is_written = close(file) == 0 && written >= 0;
    if (written < 0)
        errno = cause;
    return is_written ? 0 : -1;
}

int journal_write_file(const struct journal *journal, const char *name, const void *bytes, size_t n,
                       struct error *error)
{
    int code = OK;
    char draft_name[NAME_SIZE];
    journal_draft_name(draft_name, name, journal->host, (long)getpid());
    char *path = journal_path(journal, name), *draft = journal_path(journal, draft_name);
    if (!path || !draft)
        code = error_memory(error);
    else if (write_new(draft, bytes, n) != 0)
        code = error_set(error, FAILED, "%s cannot be written: %s", path, strerror(errno));
    else {
        code = place_settle(draft, path, false, error);
        if (code != OK && access(path, F_OK) == 0) {
            error_free(error);
            code = OK;
        }
    }
    if (draft)
        unlink(draft); /* still there on failure alone */
    free(path);
    free(draft);
    return code;
}

#include "calibration_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* Is the open file still the one of this name? Whoever held the lock may have removed it. */
static bool is_same(int file, const char *path)
{
    struct stat a, b;
    return fstat(file, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void calibration_lock_remove_drafts(const char *final)
{
    const char *slash = strrchr(final, '/'), *name = slash ? slash + 1 : final;
    const int n_folder = (int)(name - final);
    const size_t n = strlen(name);
    struct text folder = {0};
    text_add(&folder, "%.*s", n_folder > 0 ? n_folder : 1, n_folder > 0 ? final : ".");
    DIR *listing = folder.is_exhausted ? NULL : opendir(folder.bytes);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        struct text path = {0};
        if (strncmp(entry->d_name, name, n) != 0 || strncmp(entry->d_name + n, ".tmp.", 5) != 0)
            continue;
        text_add(&path, "%.*s%s", n_folder, final, entry->d_name);
        if (!path.is_exhausted)
            unlink(path.bytes);
        text_free(&path);
    }
    if (listing)
        closedir(listing);
    text_free(&folder);
}

int calibration_lock_take(struct calibration_lock *lock, const char *begun, struct error *error)
{
    struct text text = {0};
    bool is_taken = false;
    text_add(&text, "%s.lock", begun);
    char *path = text_take(&text);
    if (!path)
        return error_memory(error);
    int code = OK;
    while (code == OK && !is_taken) {
        const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (file < 0)
            code = error_set(error, FAILED, "%s cannot be made: %s", path, strerror(errno));
        else if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            code = error_set(error, FAILED,
                             "another process is at the calibration that %s is of; try again when it is "
                             "done",
                             begun);
        else if (is_same(file, path)) { /* also where the file system has no locks */
            *lock = (struct calibration_lock){path, file};
            is_taken = true;
        }
        if (file >= 0 && !is_taken)
            close(file);
    }
    if (!is_taken)
        free(path);
    return code;
}

void calibration_lock_give(struct calibration_lock *lock)
{
    if (!lock->path)
        return;
    unlink(lock->path);
    close(lock->file);
    free(lock->path);
    *lock = (struct calibration_lock){0};
}

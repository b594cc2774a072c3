#define _GNU_SOURCE /* renameat2 */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The folder of `path`, "." for a bare name. NULL if out of memory; free it. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

int place_check(const char *path, bool may_overwrite, struct error *error)
{
    struct stat status;
    if (!*path)
        return error_set(error, BAD_INPUT, "the output file has an empty name");
    if (stat(path, &status) == 0) {
        if (!S_ISREG(status.st_mode))
            return error_set(error, BAD_INPUT, "%s is not a regular file, so it cannot be written over", path);
        if (!may_overwrite)
            return error_set(error, BAD_INPUT, "%s exists already; give another name, or allow overwriting", path);
    } else if (errno != ENOENT)
        return error_set(error, BAD_INPUT, "%s cannot be written: %s", path, strerror(errno));
    char *folder = folder_of(path);
    if (!folder)
        return error_memory(error);
    const int code =
        access(folder, W_OK | X_OK) == 0
            ? OK
            : error_set(error, BAD_INPUT, "%s cannot be written to folder %s: %s", path, folder, strerror(errno));
    free(folder);
    return code;
}

char *place_temporary(const char *path)
{
    char host[256] = "";
    const char *job = getenv("SLURM_JOB_ID");
    if (!job || !*job) {
        if (gethostname(host, sizeof host - 1) != 0)
            snprintf(host, sizeof host, "host");
        job = host;
    }
    const size_t size = strlen(path) + strlen(job) + 48;
    char *name = malloc(size);
    if (name) {
        snprintf(name, size, "%s.tmp.%s.%ld", path, job, (long)getpid());
        for (char *c = name + strlen(path); *c; c++)
            if (*c == '/')
                *c = '_';
    }
    return name;
}

/* Give `temporary` the name `path` unless that is taken. Returns 0, or -1 with errno. */
static int rename_if_free(const char *temporary, const char *path)
{
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
#endif
    /* File systems that know neither, such as some network ones, have link() or nothing */
    if (link(temporary, path) == 0)
        return unlink(temporary);
    if (errno == EEXIST || access(path, F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(temporary, path);
}

static int sync_path(const char *path, int flags)
{
    const int file = open(path, flags | O_CLOEXEC);
    if (file < 0)
        return -1;
    const int result = fsync(file);
    const int cause = errno;
    close(file);
    errno = cause;
    return result;
}

int place_settle(const char *temporary, const char *path, bool may_overwrite, struct error *error)
{
    int code = OK;
    char *folder = folder_of(path);
    if (!folder)
        return error_memory(error);
    if (sync_path(temporary, O_RDONLY) != 0) {
        code = error_set(error, FAILED, "%s cannot be brought to disk: %s", path, strerror(errno));
        goto out;
    }
    if ((may_overwrite ? rename(temporary, path) : rename_if_free(temporary, path)) != 0) {
        code = errno == EEXIST ? error_set(error, FAILED, "%s has appeared while this ran; it is left as it is", path)
                               : error_set(error, FAILED, "%s cannot be given its name: %s", path, strerror(errno));
        goto out;
    }
    /* Some network file systems cannot sync a folder (EINVAL); the file is whole all the same */
    if (sync_path(folder, O_RDONLY | O_DIRECTORY) != 0 && errno != EINVAL)
        code = error_set(error, FAILED, "folder %s cannot be brought to disk: %s", folder, strerror(errno));
out:
    free(folder);
    return code;
}

int place_check_room(const char *path, double bytes, struct error *error)
{
    struct statvfs disk;
    struct rlimit limit;
    char needed[32], there[32], *folder = folder_of(path);
    int code = folder ? OK : error_memory(error);
    if (code == OK && getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        bytes > (double)limit.rlim_cur)
        code = error_set(error, FAILED, "%s needs %s or more, but files may have %s here (ulimit -f)", path,
                         place_size(bytes, needed, sizeof needed),
                         place_size((double)limit.rlim_cur, there, sizeof there));
    if (code == OK && statvfs(folder, &disk) == 0 && bytes > (double)disk.f_bavail * (double)disk.f_frsize)
        code = error_set(error, FAILED, "%s needs %s or more: %s (%s free there)", path,
                         place_size(bytes, needed, sizeof needed), strerror(ENOSPC),
                         place_size((double)disk.f_bavail * (double)disk.f_frsize, there, sizeof there));
    free(folder);
    return code;
}

const char *place_size(double bytes, char *buffer, size_t size)
{
    static const struct {
        double bytes;
        const char *format;
    } units[] = {{1e12, "%.1f TB"}, {1e9, "%.1f GB"}, {1e6, "%.1f MB"}, {1e3, "%.0f kB"}, {1, "%.0f bytes"}};
    size_t k = 0;
    while (k + 1 < sizeof units / sizeof *units && bytes < units[k].bytes)
        k++;
    snprintf(buffer, size, units[k].format, bytes / units[k].bytes);
    return buffer;
}

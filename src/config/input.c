#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* The file that somebody probably meant by `path`: with the ending .yaml, or the nearest name in its folder. NULL if
 * none is near. To be freed. */
static char *nearest_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const int n_folder = slash ? (int)(slash - path) + 1 : 0;
    struct nearest nearest = {.wanted = path + n_folder};
    struct text folder = {0}, found = {0};
    char *kept = NULL;

    text_add(&found, "%s.yaml", path);
    if (!found.is_exhausted && access(found.bytes, F_OK) == 0)
        return text_take(&found);
    text_free(&found);

    text_add(&folder, "%.*s", n_folder, path);
    DIR *listing = opendir(n_folder && !folder.is_exhausted ? folder.bytes : ".");
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        const char *before = nearest.best;
        if (entry->d_name[0] != '.')
            nearest_try(&nearest, entry->d_name);
        if (nearest.best == before)
            continue;
        free(kept);
        nearest.best = kept = strdup(entry->d_name);
    }
    if (listing)
        closedir(listing);
    if (kept)
        text_add(&found, "%.*s%s", n_folder, path, kept);
    text_free(&folder);
    free(kept);
    return found.n ? text_take(&found) : NULL;
}

int input_check(const char *path, struct error *error)
{
    static const char hdf5_signature[8] = "\x89HDF\r\n\x1a\n";
    char start[sizeof hdf5_signature] = "";
    struct stat status;
    if (stat(path, &status)) {
        const int reason = errno;
        char *near = reason == ENOENT ? nearest_file(path) : NULL;
        error_set(error, BAD_INPUT, "%s: error: %s%s%s%s", path,
                  reason == ENOENT ? "there is no such file" : strerror(reason), near ? "; did you mean '" : "",
                  near ? near : "", near ? "'?" : "");
        free(near);
        return BAD_INPUT;
    }
    if (S_ISDIR(status.st_mode))
        return error_set(error, BAD_INPUT, "%s: error: this is a folder; name the files in it", path);
    if (!S_ISREG(status.st_mode))
        return OK; /* refused when it is read; opening a pipe would wait for ever */
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(error, BAD_INPUT, "%s: error: %s", path, strerror(errno));
    const size_t n = fread(start, 1, sizeof start, file);
    fclose(file);
    if (n == sizeof start && memcmp(start, hdf5_signature, sizeof start) == 0)
        return error_set(error, BAD_INPUT,
                         "%s: error: this is an output file, not a configuration; `entente show %s` prints it", path,
                         path);
    return OK;
}

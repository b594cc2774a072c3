#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

static const char *explain(struct arena *arena, const char *text) { return arena_copy(arena, text, strlen(text)); }

/* Why the file cannot be a configuration, by what it is. NULL if nothing speaks against it. */
static const char *refuse(struct arena *arena, const struct stat *status)
{
    char text[128];
    if (S_ISDIR(status->st_mode))
        return explain(arena, "is a directory; a configuration is a YAML file");
    if (!S_ISREG(status->st_mode))
        return explain(arena, "is a device or a pipe; a configuration is a regular file");
    if ((uintmax_t)status->st_size > SOURCE_LARGEST) {
        snprintf(text, sizeof text, "has %.1f MiB; a configuration has at most %zu MiB",
                 (double)status->st_size / (double)((size_t)1 << 20), SOURCE_LARGEST >> 20);
        return explain(arena, text);
    }
    return NULL;
}

static const char *explain_errno(struct arena *arena)
{
    char text[256];
    snprintf(text, sizeof text, "cannot be read: %s", strerror(errno));
    return explain(arena, text);
}

/* Read until the end, or until the file has turned out to be larger than it was. */
static const char *read_all(struct arena *arena, int file, size_t size, struct source *source)
{
    char *bytes = arena_take(arena, size + 1, 1);
    if (!bytes)
        return NULL;
    size_t n = 0;
    while (n < size) {
        const ssize_t got = read(file, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return explain_errno(arena);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    const size_t mark = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    source->bytes = bytes + mark;
    source->n = n - mark;
    return NULL;
}

struct source *source_read(struct arena *arena, const char *path, const char **reason)
{
    struct source *source = arena_take(arena, 1, sizeof *source);
    struct stat status;
    char *real_path = NULL;
    int file = -1;
    *reason = NULL;
    if (!source)
        goto out;
    /* looked at before it is opened, since opening a pipe or a device may wait or do something */
    if (stat(path, &status) != 0) {
        *reason = explain_errno(arena);
        goto out;
    }
    *reason = refuse(arena, &status);
    if (*reason || arena->is_exhausted)
        goto out;
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    real_path = realpath(path, NULL);
    if (file < 0 || !real_path || fstat(file, &status) != 0) {
        *reason = explain_errno(arena);
        goto out;
    }
    *reason = refuse(arena, &status);
    if (*reason || arena->is_exhausted)
        goto out;
    *reason = read_all(arena, file, (size_t)status.st_size, source);
    source->name = arena_copy(arena, path, strlen(path));
    source->real_path = arena_copy(arena, real_path, strlen(real_path));
out:
    free(real_path);
    if (file >= 0)
        close(file);
    return *reason || arena->is_exhausted ? NULL : source;
}

/* Bytes of the line break at `bytes`, 0 if there is none. YAML 1.1 counts NEL, LS and PS. */
static size_t break_length(const char *bytes, size_t n)
{
    if (n && bytes[0] == '\n')
        return 1;
    if (n && bytes[0] == '\r')
        return n > 1 && bytes[1] == '\n' ? 2 : 1;
    if (n > 1 && memcmp(bytes, "\xC2\x85", 2) == 0)
        return 2;
    if (n > 2 && (memcmp(bytes, "\xE2\x80\xA8", 3) == 0 || memcmp(bytes, "\xE2\x80\xA9", 3) == 0))
        return 3;
    return 0;
}

static bool is_allowed(uint32_t point)
{
    return point == '\t' || point == '\n' || point == '\r' || (point >= 0x20 && point < 0x7F) || point == 0x85 ||
           (point >= 0xA0 && point < 0xFFFE && point != 0xFEFF) || point > 0xFFFF;
}

const char *source_find_unsound(struct arena *arena, const struct source *source, struct place *place)
{
    uint32_t point = 0;
    *place = (struct place){source, 1, 1};
    for (size_t k = 0, length; k < source->n; k += length) {
        const size_t left = source->n - k, line_break = break_length(source->bytes + k, left);
        length = line_break ? line_break : utf8_character(source->bytes + k, left, &point);
        if (line_break) {
            place->line++;
            place->column = 1;
            continue;
        }
        if (length == 0 || !is_allowed(point)) {
            char text[128];
            snprintf(text, sizeof text, "the %s 0x%02X is not text; a configuration is a YAML file in UTF-8",
                     length ? "character" : "byte", length ? point : (unsigned char)source->bytes[k]);
            return explain(arena, text);
        }
        place->column++;
    }
    return NULL;
}

const char *source_line(const struct source *source, uint32_t number, size_t *n)
{
    size_t k = 0;
    for (uint32_t line = 1; line < number && k < source->n;) {
        const size_t length = break_length(source->bytes + k, source->n - k);
        line += length > 0;
        k += length ? length : 1;
    }
    size_t end = k;
    while (end < source->n && !break_length(source->bytes + end, source->n - end))
        end++;
    *n = end - k;
    return source->bytes + k;
}

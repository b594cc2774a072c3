#define _GNU_SOURCE /* memrchr */
#include "journal_names.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char part_prefix[] = "part-", running_prefix[] = "running.", draft_infix[] = ".tmp.";

const char *journal_part_name(char name[NAME_SIZE], size_t number, uint64_t checksum)
{
    snprintf(name, NAME_SIZE, "%s%06zu-%016" PRIx64 ".h5", part_prefix, number, checksum);
    return name;
}

const char *journal_running_name(char name[NAME_SIZE], const char *host, long process)
{
    snprintf(name, NAME_SIZE, "%s%.*s.%ld", running_prefix, HOST_SIZE - 1, host, process);
    return name;
}

const char *journal_draft_name(char name[NAME_SIZE], const char *base, const char *host, long process)
{
    snprintf(name, NAME_SIZE, "%s%s%.*s.%ld", base, draft_infix, HOST_SIZE - 1, host, process);
    return name;
}

void journal_find_host(char host[HOST_SIZE])
{
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) != 0 || !*name)
        strcpy(name, "host");
    snprintf(host, HOST_SIZE, "%.*s", HOST_SIZE - 1, name);
    for (char *c = host; *c; c++)
        if (*c == '/')
            *c = '_';
}

static bool starts_with(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

/* Digits at the start of *text, which moves behind them. */
static bool read_number(const char **text, int base, unsigned long long *number)
{
    char *end;
    if (!isxdigit((unsigned char)**text)) /* strtoull takes signs and blanks too */
        return false;
    errno = 0;
    *number = strtoull(*text, &end, base);
    if (errno != 0 || end == *text)
        return false;
    *text = end;
    return true;
}

/* What is read must be written the same way: no other name means this part. */
static bool read_part(const char *text, struct journal_name *name)
{
    char again[NAME_SIZE];
    unsigned long long number, checksum;
    const char *rest = text + strlen(part_prefix);
    if (!starts_with(text, part_prefix) || !read_number(&rest, 10, &number) || *rest++ != '-' ||
        !read_number(&rest, 16, &checksum))
        return false;
    name->kind = JOURNAL_PART;
    name->number = (size_t)number;
    name->checksum = checksum;
    return strcmp(journal_part_name(again, name->number, checksum), text) == 0;
}

/* HOST.PROCESS in the first n bytes; a host has dots as well. */
static bool read_owner(const char *text, size_t n, struct journal_name *name)
{
    const char *dot = memrchr(text, '.', n);
    unsigned long long process;
    if (!dot || dot == text || dot - text >= HOST_SIZE)
        return false;
    const char *rest = dot + 1;
    if (!read_number(&rest, 10, &process) || rest != text + n || process > INT32_MAX)
        return false;
    memcpy(name->host, text, (size_t)(dot - text));
    name->host[dot - text] = '\0';
    name->process = (long)process;
    return true;
}

static bool is_drafted(const char *base, size_t n)
{
    static const char *const whole[] = {IDENTITY_NAME, COMMAND_NAME};
    for (size_t k = 0; k < sizeof whole / sizeof *whole; k++)
        if (strlen(whole[k]) == n && memcmp(base, whole[k], n) == 0)
            return true;
    const size_t prefix = strlen(part_prefix);
    return n > prefix && starts_with(base, part_prefix) && strspn(base + prefix, "0123456789") == n - prefix;
}

/* A draft's own draft (the output layer makes one) is the same process's. */
static bool read_draft(const char *text, struct journal_name *name)
{
    const char *infix = strstr(text, draft_infix);
    if (!infix || !is_drafted(text, (size_t)(infix - text)))
        return false;
    const char *owner = infix + strlen(draft_infix), *again = strstr(owner, draft_infix);
    name->kind = JOURNAL_DRAFT;
    return read_owner(owner, again ? (size_t)(again - owner) : strlen(owner), name);
}

static bool read_running(const char *text, struct journal_name *name)
{
    const char *owner = text + strlen(running_prefix);
    name->kind = JOURNAL_RUNNING;
    return starts_with(text, running_prefix) && read_owner(owner, strlen(owner), name);
}

struct journal_name journal_read_name(const char *text)
{
    static const struct {
        const char *name;
        enum journal_kind kind;
    } whole[] = {{IDENTITY_NAME, JOURNAL_IDENTITY},
                 {COMMAND_NAME, JOURNAL_COMMAND},
                 {LOCK_NAME, JOURNAL_LOCK},
                 {REMOVED_NAME, JOURNAL_REMOVED}};
    struct journal_name name = {.kind = JOURNAL_STRANGER};
    for (size_t k = 0; k < sizeof whole / sizeof *whole; k++)
        if (strcmp(text, whole[k].name) == 0)
            return (struct journal_name){.kind = whole[k].kind};
    if (starts_with(text, ".nfs"))
        return (struct journal_name){.kind = JOURNAL_HIDDEN};
    if (read_part(text, &name) || read_draft(text, &name) || read_running(text, &name))
        return name;
    return (struct journal_name){.kind = JOURNAL_STRANGER};
}

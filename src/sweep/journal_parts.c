#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "checksum.h"
#include "base/clock.h"
#include "journal_inside.h"
#include "output/place.h"

/* --- Those that are there --- */

static int compare_parts(const void *left, const void *right)
{
    const struct journal_part *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->checksum > b->checksum) - (a->checksum < b->checksum);
}

struct list {
    struct journal_part *parts;
    size_t n, capacity;
};

static int add_part(struct list *list, const struct journal_part *part, struct error *error)
{
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct journal_part *grown =
            capacity < SIZE_MAX / sizeof *grown ? realloc(list->parts, capacity * sizeof *grown) : NULL;
        if (!grown)
            return error_memory(error);
        list->parts = grown;
        list->capacity = capacity;
    }
    list->parts[list->n++] = *part;
    return OK;
}

static int list_part(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                     struct error *error)
{
    (void)name;
    if (what->kind != JOURNAL_PART)
        return OK;
    struct journal_part part = {.number = what->number, .checksum = what->checksum};
    const struct journal_part *known =
        journal->n_parts ? bsearch(&part, journal->parts, journal->n_parts, sizeof part, compare_parts) : NULL;
    return add_part(context, known ? known : &part, error);
}

static void take_list(struct journal *journal, const struct list *list)
{
    free(journal->parts);
    journal->parts = list->parts;
    journal->n_parts = list->n;
    journal->capacity = list->capacity;
    if (list->n > 0)
        qsort(journal->parts, list->n, sizeof *list->parts, compare_parts);
}

/* See what is there, and keep what was known of it. */
static int list_parts(struct journal *journal, struct error *error)
{
    struct list list = {0};
    struct stat status;
    const bool has_status = stat(journal->folder, &status) == 0;
    const int code = journal_walk(journal, list_part, &list, error);
    if (code != OK) {
        free(list.parts);
        return code;
    }
    take_list(journal, &list);
    journal->folder_changed = has_status ? status.st_mtim : (struct timespec){0};
    journal->listed = clock_seconds();
    return OK;
}

/* The first of the parts with number k or a higher one. */
static size_t first_from(const struct journal *journal, size_t k)
{
    size_t low = 0, high = journal->n_parts;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (journal->parts[middle].number < k)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_listed(const struct journal *journal, size_t k)
{
    const size_t place = first_from(journal, k);
    return place < journal->n_parts && journal->parts[place].number == k;
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* Has the folder changed since it was listed, as far as one may look again? */
static bool is_outdated(const struct journal *journal)
{
    static const double least_seconds = 1;
    struct stat status;
    if (journal->listed > 0 && clock_seconds() - journal->listed < least_seconds)
        return false;
    return journal->listed <= 0 || stat(journal->folder, &status) != 0 ||
           !is_same_time(status.st_mtim, journal->folder_changed);
}

bool journal_has_part(struct journal *journal, size_t k)
{
    if (is_listed(journal, k))
        return true;
    if (is_outdated(journal))
        list_parts(journal, NULL);
    return is_listed(journal, k);
}

/* --- Those that are whole --- */

static char *path_of(const struct journal *journal, const struct journal_part *part)
{
    char name[NAME_SIZE];
    return journal_path(journal, journal_part_name(name, part->number, part->checksum));
}

char *journal_part_path(struct journal *journal, size_t k)
{
    return journal_has_part(journal, k) ? path_of(journal, &journal->parts[first_from(journal, k)]) : NULL;
}

/* Are the part's bytes those that its name says? Read once, unless the file changes. *is_there: it may be gone. */
static int check_part(const struct journal *journal, struct journal_part *part, const char *path, bool *is_there,
                      bool *is_whole, struct error *error)
{
    struct stat status;
    uint64_t checksum = 0;
    *is_there = *is_whole = false;
    if (stat(path, &status) != 0 && errno == ENOENT)
        return OK;
    *is_there = true;
    if (part->is_checked && part->size == status.st_size && is_same_time(part->changed, status.st_mtim)) {
        *is_whole = true;
        return OK;
    }
    const int code = checksum_file(path, journal->seed, &checksum, error);
    *is_whole = code == OK && checksum == part->checksum;
    if (*is_whole) {
        part->is_checked = true;
        part->size = status.st_size;
        part->changed = status.st_mtim;
    }
    return code;
}

static int remove_damaged(const struct journal *journal, const char *path, struct error *error)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return error_set(error, FAILED, "%s is damaged, and cannot be removed: %s", path, strerror(errno));
    if (journal->notes)
        fprintf(journal->notes, "%s is damaged: it is removed, and computed again\n", path);
    return OK;
}

static bool is_mine(const struct journal *journal, size_t number)
{
    return !journal->has_joined || journal->shard.n <= 1 || number % journal->shard.n == journal->shard.number;
}

/* Is it to be counted as there? One that is damaged is removed. */
static int find_part(const struct journal *journal, struct journal_part *part, bool *is_found, struct error *error)
{
    bool is_there = true, is_whole = true;
    *is_found = true;
    if (!is_mine(journal, part->number))
        return OK;
    char *path = path_of(journal, part);
    if (!path)
        return error_memory(error);
    int code = check_part(journal, part, path, &is_there, &is_whole, error);
    if (code == OK && is_there && !is_whole)
        code = remove_damaged(journal, path, error);
    *is_found = is_there && is_whole;
    free(path);
    return code;
}

static int find_all(struct journal *journal, size_t n_parts, bool *is_there, struct error *error)
{
    size_t n_found = 0;
    memset(is_there, 0, n_parts * sizeof *is_there);
    int code = journal_remove_drafts(journal, false, error);
    if (code == OK)
        code = list_parts(journal, error);
    if (code != OK)
        return code;
    for (size_t k = 0; k < journal->n_parts && code == OK; k++) {
        bool is_found;
        struct journal_part *part = &journal->parts[k];
        code = find_part(journal, part, &is_found, error);
        if (code != OK || !is_found)
            continue;
        if (part->number < n_parts)
            is_there[part->number] = true;
        journal->parts[n_found++] = *part;
    }
    journal->n_parts = n_found;
    if (code != OK)
        journal->listed = 0; /* not all were looked at */
    return code;
}

/* Whoever finishes at the same time as the others may find that one of them has merged, and removed the folder. */
int journal_find_parts(struct journal *journal, size_t n_parts, bool *is_there, struct error *error)
{
    struct error first = {0};
    const int code = find_all(journal, n_parts, is_there, &first);
    if (code != OK && access(journal->folder, F_OK) != 0 && errno == ENOENT) {
        memset(is_there, 0, n_parts * sizeof *is_there);
        journal->n_parts = 0;
        error_free(&first);
        return OK;
    }
    if (code != OK)
        error_set(error, code, "%s", first.text);
    error_free(&first);
    return code;
}

/* --- Settling --- */

char *journal_draft_path(const struct journal *journal, size_t k)
{
    char base[32], name[NAME_SIZE];
    snprintf(base, sizeof base, "part-%06zu", k);
    return journal_path(journal, journal_draft_name(name, base, journal->host, (long)getpid()));
}

/* The name is taken: is that the same part? One that is damaged gives way. */
static int settle_beside(const struct journal *journal, const struct journal_part *part, const char *draft,
                         const char *path, struct error *error)
{
    struct journal_part there = *part;
    bool is_there, is_whole;
    there.is_checked = false;
    int code = check_part(journal, &there, path, &is_there, &is_whole, error);
    if (code == OK && !is_whole)
        code = place_settle(draft, path, true, error);
    return code;
}

/* It is known to be there, and whole. */
static int remember(struct journal *journal, struct journal_part *part, const char *path, struct error *error)
{
    struct stat status;
    struct list list = {journal->parts, journal->n_parts, journal->capacity};
    if (stat(path, &status) == 0) {
        part->is_checked = true;
        part->size = status.st_size;
        part->changed = status.st_mtim;
    }
    const size_t place = first_from(journal, part->number);
    if (is_listed(journal, part->number) && journal->parts[place].checksum == part->checksum) {
        journal->parts[place] = *part;
        return OK;
    }
    const int code = add_part(&list, part, error);
    if (code == OK) {
        memmove(list.parts + place + 1, list.parts + place, (list.n - 1 - place) * sizeof *list.parts);
        list.parts[place] = *part;
        journal->parts = list.parts;
        journal->n_parts = list.n;
        journal->capacity = list.capacity;
    }
    return code;
}

int journal_settle(struct journal *journal, size_t k, const char *draft, struct error *error)
{
    struct journal_part part = {.number = k};
    struct error first = {0};
    char *path = NULL;
    int code = checksum_file(draft, journal->seed, &part.checksum, error);
    if (code != OK)
        goto out;
    path = path_of(journal, &part);
    if (!path) {
        code = error_memory(error);
        goto out;
    }
    code = place_settle(draft, path, false, &first);
    if (code != OK && access(path, F_OK) == 0)
        code = settle_beside(journal, &part, draft, path, error);
    else if (code != OK)
        code = error_set(error, code, "%s", first.text);
    if (code == OK)
        code = remember(journal, &part, path, error);
out:
    unlink(draft); /* still there unless it has its name now */
    error_free(&first);
    free(path);
    return code;
}

/* --- Collecting --- */

enum { MOST_NAMED = 6 };

/* What is wrong with the parts, a line each. */
struct faults {
    struct text text;
    size_t n_parts, n_strangers, n_damaged, n_twice, n_unknown;
};

static void name_fault(struct faults *faults, size_t *n, const char *name, const char *what)
{
    if ((*n)++ < MOST_NAMED)
        text_add(&faults->text, "  %s %s\n", name, what);
}

static void add_number_of_more(struct faults *faults, size_t n, const char *what)
{
    if (n > MOST_NAMED)
        text_add(&faults->text, "  ... and %zu more %s\n", n - MOST_NAMED, what);
}

struct names {
    char **names;
    size_t n;
};

static int list_stranger(struct journal *journal, const char *name, const struct journal_name *what, void *context,
                         struct error *error)
{
    struct names *names = context;
    (void)journal;
    if (what->kind != JOURNAL_STRANGER)
        return OK;
    char **grown = realloc(names->names, (names->n + 1) * sizeof *grown);
    if (!grown)
        return error_memory(error);
    names->names = grown;
    grown[names->n] = strdup(name);
    return grown[names->n++] ? OK : error_memory(error);
}

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int find_strangers(struct journal *journal, struct faults *faults, struct error *error)
{
    struct names names = {0};
    const int code = journal_walk(journal, list_stranger, &names, error);
    if (code == OK && names.n > 0)
        qsort(names.names, names.n, sizeof *names.names, compare_names);
    for (size_t k = 0; k < names.n; k++) {
        if (code == OK)
            name_fault(faults, &faults->n_strangers, names.names[k], "is not Entente's");
        free(names.names[k]);
    }
    free(names.names);
    add_number_of_more(faults, faults->n_strangers, "files that are not Entente's");
    return code;
}

/* Parts first .. last are not there. */
static void add_gap(struct faults *faults, size_t *n_gaps, size_t first, size_t last)
{
    if ((*n_gaps)++ >= MOST_NAMED)
        return;
    text_add(&faults->text, *n_gaps == 1 ? "  missing: " : ", ");
    text_add(&faults->text, last > first ? "%zu to %zu" : "%zu", first, last);
}

static void find_gaps(const struct journal *journal, struct faults *faults)
{
    size_t n_gaps = 0, n_missing = 0;
    for (size_t k = 0; k < faults->n_parts; k++) {
        const size_t first = k;
        while (k < faults->n_parts && !is_listed(journal, k))
            k++;
        if (k > first)
            add_gap(faults, &n_gaps, first, k - 1);
        n_missing += k - first;
    }
    if (n_missing > 0)
        text_add(&faults->text, "%s; %zu of the %zu parts\n", n_gaps > MOST_NAMED ? " and so on" : "", n_missing,
                 faults->n_parts);
}

/* What is wrong with one part of the list, but for its bytes. */
static void look_at_number(const struct journal *journal, size_t k, struct faults *faults)
{
    char name[NAME_SIZE], what[NAME_SIZE + 64], first[NAME_SIZE];
    const struct journal_part *part = &journal->parts[k], *before = k > 0 ? part - 1 : NULL;
    journal_part_name(name, part->number, part->checksum);
    if (part->number >= faults->n_parts) {
        snprintf(what, sizeof what, "is of no part: there are %zu, from 0 on", faults->n_parts);
        name_fault(faults, &faults->n_unknown, name, what);
    } else if (before && before->number == part->number) {
        journal_part_name(first, before->number, before->checksum);
        snprintf(what, sizeof what, "is the same part as %s, and differs", first);
        name_fault(faults, &faults->n_twice, name, what);
    }
}

static int look_at_bytes(const struct journal *journal, struct journal_part *part, struct faults *faults,
                         struct error *error)
{
    bool is_there, is_whole;
    char name[NAME_SIZE];
    journal_part_name(name, part->number, part->checksum);
    char *path = journal_path(journal, name);
    const int code = path ? check_part(journal, part, path, &is_there, &is_whole, error) : error_memory(error);
    if (code == OK && !(is_there && is_whole))
        name_fault(faults, &faults->n_damaged, name, is_there ? "is damaged" : "is gone");
    free(path);
    return code;
}

static int find_faults(struct journal *journal, struct faults *faults, struct error *error)
{
    find_gaps(journal, faults);
    for (size_t k = 0; k < journal->n_parts; k++)
        look_at_number(journal, k, faults);
    add_number_of_more(faults, faults->n_unknown, "of no part");
    add_number_of_more(faults, faults->n_twice, "that are there twice");
    int code = OK;
    for (size_t k = 0; k < journal->n_parts && code == OK; k++)
        if (journal->parts[k].number < faults->n_parts)
            code = look_at_bytes(journal, &journal->parts[k], faults, error);
    add_number_of_more(faults, faults->n_damaged, "that are damaged");
    return code == OK ? find_strangers(journal, faults, error) : code;
}

/* What helps: computing heals gaps and damage, but removing what has no place there is the user's. */
static int tell_faults(const struct journal *journal, const struct faults *faults, struct error *error)
{
    const size_t n_own = faults->n_strangers + faults->n_unknown + faults->n_twice;
    const bool has_gap = strncmp(faults->text.bytes, "  missing", strlen("  missing")) == 0;
    return error_set(error, BAD_INPUT, "the parts in %s cannot be merged:\n%s%s%s%s", journal->folder,
                     faults->text.bytes, n_own > 0 ? "move away what does not belong there" : "",
                     n_own > 0 && (has_gap || faults->n_damaged > 0) ? "; then " : "",
                     has_gap || faults->n_damaged > 0 ? "start `entente run` again: it computes what is missing" : "");
}

/* All paths; without any if memory runs out. */
static int take_paths(const struct journal *journal, size_t n_parts, char **paths, struct error *error)
{
    size_t k = 0;
    while (k < n_parts && (paths[k] = path_of(journal, &journal->parts[k])))
        k++;
    if (k == n_parts)
        return OK;
    while (k > 0) {
        free(paths[--k]);
        paths[k] = NULL;
    }
    return error_memory(error);
}

int journal_collect(struct journal *journal, size_t n_parts, char **paths, struct error *error)
{
    struct faults faults = {.n_parts = n_parts};
    for (size_t k = 0; k < n_parts; k++)
        paths[k] = NULL;
    int code = list_parts(journal, error);
    if (code == OK)
        code = find_faults(journal, &faults, error);
    if (code == OK && faults.text.is_exhausted)
        code = error_memory(error);
    if (code == OK && faults.text.n > 0)
        code = tell_faults(journal, &faults, error);
    if (code == OK)
        code = take_paths(journal, n_parts, paths, error);
    text_free(&faults.text);
    return code;
}

/* A journal with parts of some bytes, and other processes beside the test. */
#ifndef ENTENTE_TEST_MADE_UP_JOURNAL_H
#define ENTENTE_TEST_MADE_UP_JOURNAL_H

#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "folder.h"
#include "sweep/journal.h"

#define OUTPUT "out.h5"
#define PARTS "out.h5.parts"

/* --- In the test itself --- */

static inline struct journal *begin_journal(const char *identity, FILE *notes)
{
    struct journal *journal;
    struct error error = {0};
    if (journal_open(&journal, OUTPUT, identity, false, notes, &error) != OK)
        fail_msg("%s", error.text);
    return journal;
}

static inline void join_whole(struct journal *journal)
{
    struct error error = {0};
    if (journal_join(journal, (struct shard){0, 1}, &error) != OK)
        fail_msg("%s", error.text);
}

/* Write a draft of part k, and settle it. */
static inline int try_part(struct journal *journal, size_t k, const char *text, struct error *error)
{
    char *draft = journal_draft_path(journal, k);
    FILE *file = fopen(draft, "w");
    fputs(text, file);
    fclose(file);
    const int code = journal_settle(journal, k, draft, error);
    free(draft);
    return code;
}

static inline void add_part(struct journal *journal, size_t k, const char *text)
{
    struct error error = {0};
    if (try_part(journal, k, text, &error) != OK)
        fail_msg("%s", error.text);
}

/* The path of the first part with number k in the order of names; "" if there is none. In memory that the next call
 * uses. */
static inline const char *part_path(size_t k)
{
    static char path[300];
    char prefix[32], best[256] = "";
    snprintf(prefix, sizeof prefix, "part-%06zu-", k);
    DIR *listing = opendir(PARTS);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 && (!*best || strcmp(entry->d_name, best) < 0))
            snprintf(best, sizeof best, "%s", entry->d_name);
    if (listing)
        closedir(listing);
    snprintf(path, sizeof path, "%s%s", *best ? PARTS "/" : "", best);
    return path;
}

/* How many files whose names contain `part`; 0 if there is no folder. */
static inline size_t count_names(const char *path, const char *part)
{
    size_t n = 0;
    DIR *listing = opendir(path);
    for (struct dirent *entry; listing && (entry = readdir(listing));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strstr(entry->d_name, part);
    if (listing)
        closedir(listing);
    return n;
}

/* Notes, kept to be looked at. */
struct notes {
    FILE *file;
    char *text;
    size_t size;
};

static inline void open_notes(struct notes *notes) { notes->file = open_memstream(&notes->text, &notes->size); }

static inline void assert_notes(struct notes *notes, const char *expected)
{
    fclose(notes->file);
    assert_string_equal(notes->text, expected);
    free(notes->text);
}

/* --- In other processes, which cmocka does not see --- */

/* Run `body` in a process of its own, which is ready once it has called `tell_ready`. */
static int ready_pipe[2];

static inline void tell_ready(void)
{
    if (write(ready_pipe[1], "x", 1) != 1)
        _exit(9);
}

static inline pid_t start_child(int (*body)(void))
{
    char byte;
    assert_int_equal(pipe(ready_pipe), 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        close(ready_pipe[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* should the test fail, it must not wait for ever */
        _exit(body());
    }
    close(ready_pipe[1]);
    assert_int_equal(read(ready_pipe[0], &byte, 1), 1);
    close(ready_pipe[0]);
    return child;
}

static inline void kill_child(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

/* Run `body` in a process of its own to its end, which it must reach with 0; 77 skips the test. */
static inline void in_a_child(int (*body)(void))
{
    int status;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0)
        _exit(body());
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Open the journal and join it in a child. */
static inline struct journal *join_in_child(struct shard shard)
{
    struct journal *journal;
    if (journal_open(&journal, OUTPUT, "seed: 1\n", false, NULL, NULL) != OK ||
        journal_join(journal, shard, NULL) != OK)
        _exit(8);
    return journal;
}

/* --- Both --- */

/* Is it the text that was expected? Tells the difference on stderr otherwise. */
static inline bool is_text(const char *text, const char *expected)
{
    const bool is_equal = text && strcmp(text, expected) == 0;
    if (!is_equal)
        fprintf(stderr, "expected: %s\nis:       %s\n", expected, text ? text : "(nothing)");
    return is_equal;
}

#endif

/* Progress: how far a job is, on stderr, while it runs.
 *
 * On a terminal one line, rewritten at most ten times a second; elsewhere a plain line about every ten seconds, and
 * none for a job that takes less. progress_add may be called by any thread and costs an atomic addition and a look at
 * the clock: once for each batch of replicates, not each year. */
#ifndef ENTENTE_PROGRESS_H
#define ENTENTE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct progress {
    FILE *out;               /* NULL: says nothing */
    size_t width;            /* columns of the terminal; 0 if `out` is none */
    double (*seconds)(void); /* a clock that never goes back */
    size_t n_parts, n_runs_a_part;
    const char *label;  /* of the part that runs */
    const char *things; /* what there are so many of: "runs", unless the caller says otherwise after the start */
    size_t part;
    double start;
    _Atomic double next;  /* when to print again */
    atomic_size_t n_done; /* over all parts */
    atomic_flag is_printing;
    bool has_printed;
};

/* Begin a job of n_parts (scenarios) of n_runs_a_part each. `out` may be NULL, for no output at all. `seconds` is the
 * clock, NULL for the machine's. */
void progress_start(struct progress *progress, FILE *out, size_t width, size_t n_parts, size_t n_runs_a_part,
                    double (*seconds)(void));

/* The next part begins. `label` stays the caller's, until progress_finish. No other thread may be in progress_add. */
void progress_begin_part(struct progress *progress, size_t part, const char *label);

/* `n` more runs are done. */
void progress_add(struct progress *progress, size_t n);

/* The job is over, or given up: clear the line. */
void progress_finish(struct progress *progress);

/* The line as it is now, without a newline, cut to `width` columns (0: not cut, and without the bar). */
void progress_format(const struct progress *progress, double seconds, size_t width, char *line, size_t size);

#endif

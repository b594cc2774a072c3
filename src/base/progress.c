#include "progress.h"

#include <math.h>
#include <string.h>

#include "clock.h"
#include "page.h"

static const double terminal_period = 0.1, plain_period = 10; /* s */

enum { BAR = 20 };

void progress_format(const struct progress *progress, double seconds, size_t width, char *line, size_t size)
{
    const size_t n_done = atomic_load_explicit(&progress->n_done, memory_order_relaxed);
    const size_t before = progress->part * progress->n_runs_a_part, n_runs = progress->n_runs_a_part;
    const size_t n_here = n_done > before ? n_done - before : 0;
    const double elapsed = seconds - progress->start, total = (double)progress->n_parts * (double)n_runs;
    const double rate = elapsed > 0 ? (double)n_done / elapsed : 0;
    char part[64] = "", bar[2 * BAR + 8] = "", done[32], all[32], speed[32], left[32], rest[128] = "";
    if (progress->n_parts > 1)
        snprintf(part, sizeof part, " %zu/%zu", progress->part + 1, progress->n_parts);
    if (width > 0) {
        const size_t filled = n_here < n_runs ? (size_t)((double)n_here / (double)n_runs * BAR) : BAR;
        snprintf(bar, sizeof bar, "  [%.*s%.*s]", (int)filled, "####################", (int)(BAR - filled),
                 "....................");
    }
    if (rate > 0)
        snprintf(rest, sizeof rest, "  %s %s/s  %s left",
                 page_count((size_t)fmin(rint(rate), 1e18), speed, sizeof speed), progress->things,
                 page_time((total - (double)n_done) / rate, left, sizeof left));
    snprintf(line, size, "%s%s%s  %s/%s %s%s", progress->label ? progress->label : "", part, bar,
             page_count(n_here, done, sizeof done), page_count(n_runs, all, sizeof all), progress->things, rest);
    if (width > 0 && strlen(line) >= width)
        line[width - 1] = '\0'; /* the last column stays free: some terminals wrap there */
}

/* Print the line, unless another thread is doing so or has just done so. */
static void print_line(struct progress *progress, double now)
{
    char line[512];
    if (atomic_flag_test_and_set_explicit(&progress->is_printing, memory_order_acquire))
        return;
    if (now >= atomic_load_explicit(&progress->next, memory_order_relaxed)) {
        progress_format(progress, now, progress->width, line, sizeof line);
        if (progress->width)
            fprintf(progress->out, "\r%s\033[K", line);
        else
            fprintf(progress->out, "%s\n", line);
        fflush(progress->out);
        progress->has_printed = true;
        atomic_store_explicit(&progress->next, now + (progress->width ? terminal_period : plain_period),
                              memory_order_relaxed);
    }
    atomic_flag_clear_explicit(&progress->is_printing, memory_order_release);
}

void progress_start(struct progress *progress, FILE *out, size_t width, size_t n_parts, size_t n_runs_a_part,
                    double (*seconds)(void))
{
    *progress = (struct progress){.out = out,
                                  .width = width,
                                  .things = "runs",
                                  .n_parts = n_parts,
                                  .n_runs_a_part = n_runs_a_part,
                                  .seconds = seconds ? seconds : clock_seconds};
    atomic_init(&progress->n_done, 0);
    atomic_flag_clear(&progress->is_printing);
    progress->start = progress->seconds();
    atomic_init(&progress->next, progress->start + (width ? terminal_period : plain_period));
}

void progress_begin_part(struct progress *progress, size_t part, const char *label)
{
    progress->part = part;
    progress->label = label;
}

void progress_add(struct progress *progress, size_t n)
{
    atomic_fetch_add_explicit(&progress->n_done, n, memory_order_relaxed);
    if (!progress->out)
        return;
    const double now = progress->seconds();
    if (now >= atomic_load_explicit(&progress->next, memory_order_relaxed))
        print_line(progress, now);
}

void progress_finish(struct progress *progress)
{
    if (progress->out && progress->width && progress->has_printed) {
        fprintf(progress->out, "\r\033[K");
        fflush(progress->out);
    }
    progress->out = NULL;
}

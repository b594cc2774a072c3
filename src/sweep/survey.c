#include "survey.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "output/hdf5_error.h"
#include "output/hdf5_file.h"

/* --- What experiment.yaml says: lines that this program wrote --- */

/* What follows `key` at the start of a line, up to its end; NULL if there is no such line. */
static const char *find_line(const char *text, const char *key, size_t *n)
{
    const size_t length = strlen(key);
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (strncmp(line, key, length) == 0) {
            *n = strcspn(line + length, "\n");
            return line + length;
        }
    return NULL;
}

static double find_number(const char *text, const char *key)
{
    size_t n;
    const char *found = find_line(text, key, &n);
    const double number = found ? strtod(found, NULL) : 0;
    return number >= 0 && number < 1e18 ? number : 0;
}

/* A text of one line, without its quotes; NULL if it is empty or not there. To be freed. */
static char *find_text(const char *text, const char *key)
{
    size_t n;
    const char *found = find_line(text, key, &n);
    if (found && n >= 2 && (*found == '"' || *found == '\'') && found[n - 1] == *found) {
        found++;
        n -= 2;
    }
    return found && n > 0 ? strndup(found, n) : NULL;
}

static void read_identity(struct survey *survey, const char *identity, double *runs_a_part)
{
    survey->title = find_text(identity, "title: ");
    if (!survey->title)
        survey->title = find_text(identity, "name: ");
    survey->n_parts = (size_t)find_number(identity, "  parts: ");
    *runs_a_part = find_number(identity, "  runs_a_part: ");
    survey->n_runs = find_number(identity, "  runs: ");
    if (survey->n_runs <= 0)
        survey->n_runs = (double)survey->n_parts * *runs_a_part;
}

/* --- The parts --- */

/* How many of a part's runs failed? False if it cannot be read. */
static bool read_failed(const char *path, size_t *n_failed)
{
    bool is_read = false;
    int8_t *status = NULL;
    const hid_t file = hdf5_open_to_read(path);
    const hid_t set = file >= 0 ? H5Dopen2(file, "run_status", H5P_DEFAULT) : H5I_INVALID_HID;
    const hid_t space = set >= 0 ? H5Dget_space(set) : H5I_INVALID_HID;
    const hssize_t n = space >= 0 ? H5Sget_simple_extent_npoints(space) : 0;
    if (n > 0)
        status = malloc((size_t)n);
    if (status && H5Dread(set, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, status) >= 0) {
        is_read = true;
        for (hssize_t k = 0; k < n; k++)
            *n_failed += status[k] == 1;
    }
    free(status);
    if (space >= 0)
        H5Sclose(space);
    if (set >= 0)
        H5Dclose(set);
    if (file >= 0)
        H5Fclose(file);
    return is_read;
}

static double seconds_of(struct timespec time) { return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec; }

/* When the first and the last part were written. */
struct span {
    double first, last;
};

static void look_at_part(struct survey *survey, const char *path, bool reads, struct span *span)
{
    struct stat status;
    survey->n_there++;
    if (stat(path, &status) == 0) {
        const double time = seconds_of(status.st_mtim);
        span->first = survey->n_there == 1 || time < span->first ? time : span->first;
        span->last = survey->n_there == 1 || time > span->last ? time : span->last;
    }
    if (reads && read_failed(path, &survey->n_failed))
        survey->n_read++;
}

static void look_at_parts(struct survey *survey, struct journal *journal, double patience, struct span *span)
{
    const double end = clock_seconds() + patience;
    for (size_t k = 0; k < survey->n_parts; k++) {
        char *path = journal_part_path(journal, k);
        if (path)
            look_at_part(survey, path, clock_seconds() < end, span);
        free(path);
    }
}

/* --- How fast it goes --- */

static void find_rate(struct survey *survey, const struct span *span, double runs_a_part)
{
    bool has_told = false;
    for (size_t k = 0; k < survey->n_workers; k++) {
        const struct journal_worker *worker = &survey->workers[k];
        if (!worker->lives)
            continue;
        survey->n_living++;
        if (worker->n_runs_done > 0 && worker->seconds > 0) {
            has_told = true;
            survey->rate += (double)worker->n_runs_done / worker->seconds;
        }
    }
    /* who has not told yet may have settled parts all the same */
    if (!has_told && survey->n_living > 0 && survey->n_there > 1 && span->last > span->first)
        survey->rate = (double)(survey->n_there - 1) * runs_a_part / (span->last - span->first);
    if (survey->rate > 0)
        survey->seconds_left = (survey->n_runs - survey->n_runs_done) / survey->rate;
}

int survey_take(struct survey *survey, struct journal *journal, double patience, struct error *error)
{
    double runs_a_part;
    struct span span = {0};
    *survey = (struct survey){0};
    hdf5_error_quiet();
    read_identity(survey, journal_identity(journal), &runs_a_part);
    const int code = journal_workers(journal, &survey->workers, &survey->n_workers, error);
    if (code != OK) {
        survey_free(survey);
        return code;
    }
    look_at_parts(survey, journal, patience, &span);
    survey->n_runs_done = (double)survey->n_there * runs_a_part;
    if (survey->n_runs_done > survey->n_runs)
        survey->n_runs_done = survey->n_runs; /* the last parts may be smaller */
    find_rate(survey, &span, runs_a_part);
    return OK;
}

void survey_free(struct survey *survey)
{
    free(survey->title);
    free(survey->workers);
    *survey = (struct survey){0};
}

/* Entente from a program: load a configuration, change it, run it, and read its results in memory.
 *
 *     struct entente_error error = {0};
 *     struct entente_simulation *simulation = NULL;
 *     struct entente_results *results = NULL;
 *     struct entente_view cohesion;
 *     if (entente_load("history.yaml", &simulation, &error) ||
 *         entente_set(simulation, "states.CHN.will=0.3", &error) ||
 *         entente_run(simulation, 0, &results, &error) ||
 *         entente_variable(results, "cohesion", &cohesion, &error))
 *         fprintf(stderr, "%s\n", error.text);
 *
 * Compile with: cc example.c $(pkg-config --cflags --libs entente)
 *
 * What can fail returns ENTENTE_OK or a negative code, and says why in its last argument, which may be NULL. Nothing is
 * printed, nothing is written to a file, and no signal is caught. What is returned through a pointer to a pointer is
 * the caller's, to be given back with the function ..._free, which takes NULL too; all other pointers remain the
 * library's. Text is UTF-8.
 *
 * Threads: different simulations are independent of each other. One simulation may be run by several threads at once,
 * but not be changed or freed meanwhile. Results never change, so that any thread may read them.
 *
 * The numbers are those that `entente run` writes: the same bits as with `record.precision: double`, whatever the
 * processor and the number of threads.
 */
#ifndef ENTENTE_H
#define ENTENTE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. entente_version tells that of the library that is loaded. */
#define ENTENTE_VERSION_MAJOR 0
#define ENTENTE_VERSION_MINOR 1
#define ENTENTE_VERSION_PATCH 0
#define ENTENTE_VERSION "0.1.0"

const char *entente_version(void);

enum entente_code {
    ENTENTE_OK = 0,
    ENTENTE_FAILED = -1,   /* memory has run out */
    ENTENTE_BAD_INPUT = -2 /* what was given is wrong, and the message says what it must be */
};

/* What went wrong. Zero it before its first use; later errors take the place of earlier ones. `text` may have several
 * lines and ends without a newline: what is wrong with a configuration is told all at once, each with file, line and
 * column, as the command tells it. NULL: nothing. Give it back with entente_error_free. */
struct entente_error {
    int code;
    char *text;
};

void entente_error_free(struct entente_error *error);

/* A configuration, with what was changed in it. */
struct entente_simulation;

/* Read a configuration: the file `path` and those it builds on (configs/README.md says what can be in it). The files
 * are read again whenever a key is set. ENTENTE_BAD_INPUT: *simulation is NULL. */
int entente_load(const char *path, struct entente_simulation **simulation, struct entente_error *error);

/* Change a key, as --set does: "states.CHN.will=0.3", "replicates=100", "seed=7", "years=[2001, 2010]",
 * "record.trajectories=all", "events.nine_eleven=~". Later settings win over earlier ones. If it does not hold, the
 * simulation stays as it was. Costs as much as loading. */
int entente_set(struct entente_simulation *simulation, const char *setting, struct entente_error *error);

/* The same for a number, which loses no bit on the way; `key` is a dotted path, "states.CHN.will". */
int entente_set_number(struct entente_simulation *simulation, const char *key, double number,
                       struct entente_error *error);

/* All that will be used, as one YAML document that `entente run` takes. Until the next change. */
const char *entente_resolved(const struct entente_simulation *simulation);

void entente_simulation_free(struct entente_simulation *simulation);

/* The trajectories of all replicates. */
struct entente_results;

/* Run all replicates, on n_threads threads (0: as many as OMP_NUM_THREADS says, or as there are processors). Variables,
 * years and states are kept as the configuration's `record` says; `record.trajectories=main` is what it says by itself.
 * Takes 8 bytes * replicates * years * numbers of all variables that are kept. Returns ENTENTE_OK also if replicates
 * failed (entente_n_failed). Otherwise *results is NULL. */
int entente_run(const struct entente_simulation *simulation, int n_threads, struct entente_results **results,
                struct entente_error *error);

/* Variables that were kept, and the name of variable k, 0 .. entente_n_variables - 1; NULL beyond. */
size_t entente_n_variables(const struct entente_results *results);
const char *entente_variable_name(const struct entente_results *results, size_t k);

enum { ENTENTE_MOST_DIMENSIONS = 4 };

/* A variable: values[replicate][year] and, by its kind, [state], [state][area], [area] or [state][partner] behind
 * these, one after the other in memory. NaN is what is not there: years from which on a replicate failed, and the trade
 * of a state with itself. All that this points to belongs to the results. */
struct entente_view {
    const char *name;
    const char *unit;        /* UDUNITS text: "1", "MUSD", "year" */
    const char *description; /* one sentence */
    const double *values;
    size_t n_dimensions;
    const char *dimensions[ENTENTE_MOST_DIMENSIONS]; /* "replicate", "year", "state", "partner", "area" */
    size_t sizes[ENTENTE_MOST_DIMENSIONS];
};

/* Look at a variable. `entente describe` lists them. ENTENTE_BAD_INPUT if there is none of this name, or if it was not
 * kept. */
int entente_variable(const struct entente_results *results, const char *name, struct entente_view *view,
                     struct entente_error *error);

/* What place k along a dimension is called: "2003", "CHN", "security". NULL where there is none; replicates have no
 * names. */
const char *entente_label(const struct entente_results *results, const char *dimension, size_t k);

/* The place along a dimension that is called so: the year "2020", the state "CHN". ENTENTE_BAD_INPUT if there is none.
 */
int entente_find(const struct entente_results *results, const char *dimension, const char *label, size_t *place,
                 struct entente_error *error);

/* A replicate fails when a number of its world is no longer finite. How many have, and of one of them (from 0) the
 * first variable and year; NULL and 0 if it is well. */
size_t entente_n_failed(const struct entente_results *results);
const char *entente_failed_variable(const struct entente_results *results, size_t replicate);
int entente_failed_year(const struct entente_results *results, size_t replicate);

void entente_results_free(struct entente_results *results);

#ifdef __cplusplus
}
#endif

#endif

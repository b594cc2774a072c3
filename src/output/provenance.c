#define _GNU_SOURCE /* open_memstream */
#include "provenance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"

static int write_text(struct store *store, const char *name, const char *value, struct error *error)
{
    return store_attribute_text(store, STORE_ROOT, name, value, error);
}

static int write_time(struct store *store, const char *name, struct error *error)
{
    char text[32];
    struct tm parts;
    const time_t now = time(NULL);
    gmtime_r(&now, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return write_text(store, name, text, error);
}

/* The command as it can be pasted into a shell. NULL if out of memory. */
static char *command_line(int argc, char *const *argv)
{
    struct text text = {0};
    for (int k = 0; k < argc; k++) {
        text_add(&text, k > 0 ? " " : "");
        text_add_word(&text, argv[k]);
    }
    return text_take(&text);
}

int provenance_write(struct store *store, const struct provenance_text *texts, size_t n, int argc, char *const *argv,
                     struct error *error)
{
    char *command = command_line(argc, argv);
    const struct provenance_text made_by[] = {
        {"Conventions", "CF-1.8"},
        {"entente_version", version_number()},
        {"entente_commit", version_commit()},
        {"compiler", version_compiler()},
        {"compiler_flags", version_compiler_flags()},
        {"libraries", version_libraries()},
        {"command_line", command},
    };
    int code = command ? OK : error_memory(error);
    for (size_t k = 0; k < n && code == OK; k++)
        if (texts[k].value)
            code = write_text(store, texts[k].name, texts[k].value, error);
    for (size_t k = 0; k < COUNT(made_by) && code == OK; k++)
        code = write_text(store, made_by[k].name, made_by[k].value, error);
    free(command);
    return code;
}

static void print_seed(FILE *out, const struct configuration *configuration)
{
    fprintf(out, "%" PRIu64, configuration->seed);
}

static void print_noise(FILE *out, const struct configuration *configuration)
{
    fputs(configuration->is_noisy ? "on" : "off", out);
}

/* What is one text for all scenarios if they agree, else one for each, by name: "history: 1, counterfactual: 2". */
static int write_common(struct store *store, const char *name, const struct configuration *configurations, size_t n,
                        bool is_common, void (*print)(FILE *, const struct configuration *), struct error *error)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return error_memory(error);
    for (size_t k = 0; k < (is_common ? 1 : n); k++) {
        if (!is_common)
            fprintf(out, "%s%s: ", k > 0 ? ", " : "", configurations[k].name);
        print(out, &configurations[k]);
    }
    const int code = fclose(out) == 0 ? write_text(store, name, text, error) : error_memory(error);
    free(text);
    return code;
}

static int write_runs(struct store *store, const struct configuration *configurations, size_t n, struct error *error)
{
    bool has_one_seed = true, has_one_noise = true;
    for (size_t k = 1; k < n; k++) {
        has_one_seed = has_one_seed && configurations[k].seed == configurations[0].seed;
        has_one_noise = has_one_noise && configurations[k].is_noisy == configurations[0].is_noisy;
    }
    int code = write_common(store, "seed", configurations, n, has_one_seed, print_seed, error);
    if (code == OK)
        code = write_common(store, "noise", configurations, n, has_one_noise, print_noise, error);
    return code;
}

int provenance_begin(struct store *store, const struct experiment *experiment, const struct run_description *run,
                     struct error *error)
{
    const struct configuration *configurations = experiment->configurations;
    const size_t n = experiment->n_scenarios;
    char host[256] = "";
    const double n_threads = run->n_threads;
    gethostname(host, sizeof host - 1);
    char several[256] = "";
    snprintf(several, sizeof several, "%zu scenarios", n);
    const struct provenance_text texts[] = {
        {"title", *experiment->title ? experiment->title : several},
        {"organization", configurations->organization},
        {"comment", experiment->description && *experiment->description ? experiment->description : NULL},
        {"experiment", run->experiment},
        {"experiment_key", run->key},
        {"host", host},
    };
    int code = provenance_write(store, texts, COUNT(texts), run->argc, run->argv, error);
    if (code == OK)
        code = write_runs(store, configurations, n, error);
    if (code == OK)
        code = store_attribute_numbers(store, STORE_ROOT, "threads", STORE_INT32, 1, &n_threads, error);
    return code == OK ? write_time(store, "started", error) : code;
}

int provenance_end(struct store *store, struct error *error) { return write_time(store, "finished", error); }

int provenance_of_findings(struct store *store, const struct experiment *experiment, const char *kind, uint64_t seed,
                           int argc, char *const *argv, struct error *error)
{
    char digits[32]; /* as text: a double has not all of them */
    snprintf(digits, sizeof digits, "%" PRIu64, seed);
    const struct provenance_text texts[] = {
        {"title", experiment->title},
        {"description", experiment->description},
        {kind, experiment->name},
        {"seed", digits},
        {"configuration", experiment->configurations[0].resolved},
    };
    return provenance_write(store, texts, COUNT(texts), argc, argv, error);
}

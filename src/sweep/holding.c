#include "holding.h"

#include <stdlib.h>
#include <string.h>

#include "base/difference.h"
#include "output/reader.h"
#include "plan.h"

enum { MOST_LINES = 12 };

/* Say in which lines the output's experiment differs, as far as it says. */
static void tell_difference(const struct reader *reader, const struct experiment *experiment, const char *output,
                            const char *head, struct error *error)
{
    struct text text = {0};
    char *then = reader_attribute(reader, "experiment"), **configurations = NULL;
    size_t n = 0;
    text_add(&text, "%s holds another experiment:\n", output);
    difference_add(&text, then ? then : "", experiment->design ? head : "", MOST_LINES);
    if (reader_all_text(reader, "configuration", &configurations, &n, NULL) == OK && n == experiment->n_scenarios)
        for (size_t k = 0; k < n; k++)
            difference_add(&text, configurations[k], experiment->configurations[k].resolved, MOST_LINES);
    text_add(&text, "to keep both give another --output");
    if (text.is_exhausted)
        error_memory(error);
    else
        error_set(error, BAD_INPUT, "%s", text.bytes);
    free(then);
    free(configurations);
    text_free(&text);
}

static int check_number(const struct experiment *experiment, const char *output, size_t n_points, struct error *error)
{
    if (n_points == experiment->n_points)
        return OK;
    const struct design_kind *kind = experiment->design ? experiment->design->choice.kind : NULL;
    if (n_points > experiment->n_points)
        return error_set(error, BAD_INPUT, "%s has %zu points already, and the experiment %zu", output, n_points,
                         experiment->n_points);
    if (!kind || !kind->is_extensible)
        return error_set(error, BAD_INPUT, "`design: %s` cannot be extended: with another number it has other points",
                         kind ? kind->name : "none");
    return OK;
}

int holding_find(const struct experiment *experiment, const char *output, const char *head, const char *key,
                 size_t *n_points, struct error *error)
{
    struct reader *reader;
    size_t extent[READER_RANK];
    int code = reader_open(&reader, output, error);
    if (code != OK)
        return code;
    char *its_key = reader_attribute(reader, "experiment_key");
    if (reader_extent(reader, "run_status", extent) != 3 || !its_key)
        code = error_set(error, BAD_INPUT, "%s exists already, and does not say what it holds", output);
    else if (strcmp(its_key, key) != 0) {
        code = BAD_INPUT;
        tell_difference(reader, experiment, output, head, error);
    } else {
        *n_points = extent[1];
        code = check_number(experiment, output, extent[1], error);
    }
    free(its_key);
    reader_close(reader);
    return code;
}

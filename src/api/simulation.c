#include "simulation.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/experiment.h"
#include "config/input.h"
#include "handover.h"

const char *entente_version(void) { return ENTENTE_VERSION; }

/* YAML's numbers have a point, whatever the calling program has chosen for itself with setlocale. */
struct neutral {
    locale_t neutral, before;
};

static int neutral_begin(struct neutral *locale, struct error *error)
{
    *locale = (struct neutral){.neutral = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
    if (!locale->neutral)
        return error_memory(error);
    locale->before = uselocale(locale->neutral);
    return OK;
}

static void neutral_end(struct neutral *locale)
{
    if (!locale->neutral)
        return;
    uselocale(locale->before);
    freelocale(locale->neutral);
}

/* Read the files and the settings into `configuration`. */
static int read_all(struct configuration *configuration, const char *path, const struct overrides *overrides,
                    struct error *error)
{
    struct neutral locale;
    int code = neutral_begin(&locale, error);
    if (code == OK)
        code = input_check(path, error);
    if (code == OK && experiment_is_one(path))
        code = error_set(error, BAD_INPUT,
                         "%s is an experiment; entente_load takes one configuration, such as a scenario that it names",
                         path);
    if (code == OK)
        code = configuration_read(configuration, path, overrides, error);
    neutral_end(&locale);
    return code;
}

int entente_load(const char *path, struct entente_simulation **simulation, struct entente_error *error)
{
    struct error inside = {0};
    struct entente_simulation *made = calloc(1, sizeof *made);
    *simulation = NULL;
    if (!made || !(made->path = strdup(path))) {
        error_memory(&inside);
        goto out;
    }
    made->overrides.name_of_set = "entente_set";
    if (read_all(&made->configuration, path, NULL, &inside) == OK) {
        *simulation = made;
        made = NULL;
    }
out:
    entente_simulation_free(made);
    return handover_error(&inside, error);
}

/* Put one more setting behind the others. */
static int add_setting(struct overrides *overrides, char *setting, struct error *error)
{
    char **longer = realloc(overrides->set, (overrides->n_set + 1) * sizeof *longer);
    if (!longer)
        return error_memory(error);
    overrides->set = longer;
    overrides->set[overrides->n_set++] = setting;
    return OK;
}

/* Set what `text` says, which is taken. */
static int set(struct entente_simulation *simulation, struct text *text, struct entente_error *error)
{
    struct error inside = {0};
    struct configuration configuration = {0};
    struct overrides *overrides = &simulation->overrides;
    char *setting = text_take(text);
    int code = setting ? add_setting(overrides, setting, &inside) : error_memory(&inside);
    if (code != OK)
        goto out;
    code = read_all(&configuration, simulation->path, overrides, &inside);
    if (code != OK) {
        overrides->n_set--;
        goto out;
    }
    configuration_free(&simulation->configuration);
    simulation->configuration = configuration;
    setting = NULL;
out:
    free(setting);
    return handover_error(&inside, error);
}

int entente_set(struct entente_simulation *simulation, const char *setting, struct entente_error *error)
{
    struct text text = {0};
    text_add_bytes(&text, setting, strlen(setting));
    return set(simulation, &text, error);
}

int entente_set_number(struct entente_simulation *simulation, const char *key, double number,
                       struct entente_error *error)
{
    struct error inside = {0};
    struct text text = {0};
    struct neutral locale;
    if (neutral_begin(&locale, &inside) != OK)
        return handover_error(&inside, error);
    text_add_bytes(&text, key, strlen(key));
    text_add_bytes(&text, "=", 1);
    text_add_number(&text, number);
    neutral_end(&locale);
    return set(simulation, &text, error);
}

const char *entente_resolved(const struct entente_simulation *simulation) { return simulation->configuration.resolved; }

void entente_simulation_free(struct entente_simulation *simulation)
{
    if (!simulation)
        return;
    for (size_t k = 0; k < simulation->overrides.n_set; k++)
        free(simulation->overrides.set[k]);
    free(simulation->overrides.set);
    configuration_free(&simulation->configuration);
    free(simulation->path);
    free(simulation);
}

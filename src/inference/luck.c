/* Whether two sides meet the same luck: what the file says of seeds and noise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare_inside.h"

/* What an attribute says of a scenario: its text if it is one for all, else what stands behind the scenario's name in
 * "history: 1, counterfactual: 2". Empty if it says nothing. */
static void find_value(const struct comparison *comparison, const char *text, size_t scenario, char *value, size_t size)
{
    const char *at = text;
    *value = '\0';
    if (!strchr(text, ':')) {
        snprintf(value, size, "%s", text);
        return;
    }
    for (size_t k = 0; k <= scenario; k++) {
        const size_t length = strlen(comparison->scenarios[k]);
        if (strncmp(at, comparison->scenarios[k], length) != 0 || strncmp(at + length, ": ", 2) != 0)
            return;
        at += length + 2;
        const size_t n = strcspn(at, ",");
        if (k == scenario)
            snprintf(value, size, "%.*s", (int)n, at);
        at += n;
        at += strncmp(at, ", ", 2) == 0 ? 2 : 0;
    }
}

static bool is_same(const struct comparison *comparison, const char *attribute, size_t a, size_t b)
{
    char first[64] = "", second[64] = "", *text = reader_attribute(comparison->reader, attribute);
    if (text) {
        find_value(comparison, text, a, first, sizeof first);
        find_value(comparison, text, b, second, sizeof second);
    }
    free(text);
    return *first && strcmp(first, second) == 0;
}

bool luck_is_common(const struct comparison *comparison)
{
    char *text = reader_attribute(comparison->reader, "experiment");
    const bool is_off = text && strstr(text, "\ncommon_random_numbers: off\n");
    free(text);
    return !is_off;
}

bool luck_is_same(const struct comparison *comparison, struct side base, struct side other)
{
    return is_same(comparison, "seed", base.scenario, other.scenario) &&
           is_same(comparison, "noise", base.scenario, other.scenario) &&
           (base.point == other.point || luck_is_common(comparison));
}

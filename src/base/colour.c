#include "colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const colour_words[] = {[COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never", NULL};

static enum colour_choice chosen = COLOUR_AUTO;

void colour_choose(enum colour_choice choice) { chosen = choice; }

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

bool colour_is_wanted(FILE *out)
{
    const char *terminal = getenv("TERM");
    const int file = fileno(out);
    if (chosen != COLOUR_AUTO)
        return chosen == COLOUR_ALWAYS;
    if (is_set("NO_COLOR"))
        return false;
    if (is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0)
        return true;
    return file >= 0 && isatty(file) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

/* Colour: when a terminal is told to show text bold or red. */
#ifndef ENTENTE_COLOUR_H
#define ENTENTE_COLOUR_H

#include <stdbool.h>
#include <stdio.h>

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* What --color can say, by enum colour_choice. NULL behind the last. */
extern const char *const colour_words[];

/* For the rest of the program; before, it is COLOUR_AUTO. */
void colour_choose(enum colour_choice choice);

/* Does the stream get colours? With COLOUR_AUTO: not if NO_COLOR is set (no-color.org); if CLICOLOR_FORCE is, and not
 * to 0; else if it is a terminal, and no dumb one. */
bool colour_is_wanted(FILE *out);

/* What turns it on, and off. */
#define COLOUR_BOLD "\033[1m"
#define COLOUR_RED "\033[1;31m"
#define COLOUR_PLAIN "\033[0m"

#endif

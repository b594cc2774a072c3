/* Interrupts: SIGINT and SIGTERM as a wish to stop at the next good place. */
#ifndef ENTENTE_INTERRUPT_H
#define ENTENTE_INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM is noted only; a second one ends the process at once. */
void interrupt_watch(void);

/* Has one come? Then the caller is to stop, and interrupt_exit_code says so. */
bool interrupt_stops(void);

/* 128 and the signal's number, as shells have it, if something stopped for it; else 0. */
int interrupt_exit_code(void);

#endif

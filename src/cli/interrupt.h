/* Interrupts: SIGINT, SIGTERM, and SIGUSR1 (with which Slurm warns before it ends a job) as a wish to stop at the next
 * good place. */
#ifndef ENTENTE_INTERRUPT_H
#define ENTENTE_INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT or SIGTERM is noted only; a second one ends the process at once. So is any SIGUSR1. */
void interrupt_watch(void);

/* Has one come? Then the caller is to stop, and interrupt_exit_code says so. */
bool interrupt_stops(void);

/* If something stopped for it, 128 and the signal's number, as shells have it; 75 (EX_TEMPFAIL: try again) for SIGUSR1.
 * Else 0. */
int interrupt_exit_code(void);

#endif

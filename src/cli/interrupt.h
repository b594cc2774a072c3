/* Interrupts: SIGINT and SIGTERM as a wish to stop at the next good place. */
#ifndef ENTENTE_INTERRUPT_H
#define ENTENTE_INTERRUPT_H

/* From now on the first SIGINT or SIGTERM is noted only; a second one ends the process at once. */
void interrupt_watch(void);

/* The signal that came, 0 if none did. */
int interrupt_signal(void);

#endif

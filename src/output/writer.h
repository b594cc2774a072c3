/* Writer: a thread that does one piece of work after another beside the thread that hands them over.
 *
 * While a piece is being done the next can be prepared; handing it over waits until the one before is done. So two
 * pieces are in memory at most, and what the work touches is touched by one thread at a time as long as everybody else
 * calls writer_wait first.
 */
#ifndef ENTENTE_WRITER_H
#define ENTENTE_WRITER_H

#include "base/error.h"

struct writer;

/* What is to be done. Fails as any function does. */
typedef int writer_work(void *context, struct error *error);

/* `prepare` is called once on the new thread; NULL: nothing. */
int writer_start(struct writer **writer, void (*prepare)(void), struct error *error);

/* Wait until nothing is being done, and return how the last piece ended. A failure is told once. */
int writer_wait(struct writer *writer, struct error *error);

/* Wait likewise; if the last piece ended well, let the thread do this one. */
int writer_hand(struct writer *writer, writer_work *work, void *context, struct error *error);

/* Wait, and end the thread. How the last piece ended is lost. NULL is allowed. */
void writer_stop(struct writer *writer);

#endif

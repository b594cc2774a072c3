#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

enum { SHELL_OFFSET = 128, TRY_AGAIN = 75 /* EX_TEMPFAIL of sysexits.h */ };

static volatile sig_atomic_t noted;
static atomic_bool has_stopped; /* several threads may ask */

static void note(int number) { noted = number; }

void interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_flags = (int)SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
}

bool interrupt_stops(void)
{
    const bool stops = noted != 0;
    has_stopped = stops;
    return stops;
}

int interrupt_exit_code(void) { return !has_stopped ? 0 : noted == SIGUSR1 ? TRY_AGAIN : SHELL_OFFSET + noted; }

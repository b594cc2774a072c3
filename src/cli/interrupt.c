#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

enum { SHELL_OFFSET = 128, TRY_AGAIN = 75 /* EX_TEMPFAIL of sysexits.h */ };

static volatile sig_atomic_t noted;
static bool has_stopped;

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
    has_stopped = noted != 0;
    return has_stopped;
}

int interrupt_exit_code(void) { return !has_stopped ? 0 : noted == SIGUSR1 ? TRY_AGAIN : SHELL_OFFSET + noted; }

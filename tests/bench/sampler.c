#define _GNU_SOURCE
#include "sampler.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/time.h>
#include <ucontext.h>

enum { MOST_SAMPLES = 1 << 20, MICROSECONDS = 1000 }; /* the system may sample less often */

static uintptr_t samples[MOST_SAMPLES], base;
static volatile size_t n_samples;

#if defined(__x86_64__)
static uintptr_t place_of(const ucontext_t *context) { return (uintptr_t)context->uc_mcontext.gregs[REG_RIP]; }
#else
static uintptr_t place_of(const ucontext_t *context) { return (uintptr_t)context & 0; }
#endif

static void take(int signal, siginfo_t *information, void *context)
{
    (void)signal;
    (void)information;
    if (n_samples < MOST_SAMPLES) {
        samples[n_samples] = place_of(context);
        n_samples++;
    }
}

static int set_timer(suseconds_t microseconds)
{
    const struct timeval interval = {.tv_usec = microseconds};
    return setitimer(ITIMER_PROF, &(struct itimerval){interval, interval}, NULL);
}

int sampler_start(const void *function)
{
    const struct sigaction action = {.sa_sigaction = take, .sa_flags = SA_SIGINFO | SA_RESTART};
    Dl_info library;
    if (!dladdr(function, &library) || sigaction(SIGPROF, &action, NULL) < 0)
        return -1;
    base = (uintptr_t)library.dli_fbase;
    return set_timer(MICROSECONDS);
}

void sampler_print(void)
{
    set_timer(0);
    for (size_t k = 0; k < n_samples; k++)
        printf("%#jx\n", (uintmax_t)(samples[k] - base));
}

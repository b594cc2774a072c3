#include "writer.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* there is work, or it is done, or the thread shall end */
    void (*prepare)(void);
    writer_work *work; /* NULL: nothing is being done */
    void *context;
    bool shall_end;
    int code; /* of the last piece, and what is said of it */
    struct error error;
};

/* OpenMP's threads keep their processors while they wait for each other, unless it knows of more threads than there are
 * processors. It counts threads of teams alone: a team makes it count this one. Where all processors compute, a history
 * with trajectories takes twice as long without. */
static void be_counted(void)
{
#pragma omp parallel num_threads(2)
    {
#pragma omp barrier /* what is empty is left out */
    }
}

static void *do_work(void *context)
{
    struct writer *writer = context;
    be_counted();
    if (writer->prepare)
        writer->prepare();
    pthread_mutex_lock(&writer->mutex);
    for (;;) {
        while (!writer->work && !writer->shall_end)
            pthread_cond_wait(&writer->changed, &writer->mutex);
        if (!writer->work)
            break;
        pthread_mutex_unlock(&writer->mutex);
        struct error error = {0};
        const int code = writer->work(writer->context, &error);
        pthread_mutex_lock(&writer->mutex);
        writer->code = code;
        writer->error = error;
        writer->work = NULL;
        pthread_cond_broadcast(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

/* Signals to the program as a whole are for the thread that can stop the run. */
static int create_thread(struct writer *writer)
{
    sigset_t for_others, before;
    sigemptyset(&for_others);
    sigaddset(&for_others, SIGINT);
    sigaddset(&for_others, SIGTERM);
    sigaddset(&for_others, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &for_others, &before);
    const int failure = pthread_create(&writer->thread, NULL, do_work, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

int writer_start(struct writer **result, void (*prepare)(void), struct error *error)
{
    *result = NULL;
    struct writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return error_memory(error);
    writer->prepare = prepare;
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->changed, NULL);
    const int failure = create_thread(writer);
    if (failure) {
        pthread_cond_destroy(&writer->changed);
        pthread_mutex_destroy(&writer->mutex);
        free(writer);
        return error_set(error, FAILED, "a thread to write the output cannot be started: %s", strerror(failure));
    }
    *result = writer;
    return OK;
}

/* With the mutex held. */
static int wait_until_done(struct writer *writer, struct error *error)
{
    while (writer->work)
        pthread_cond_wait(&writer->changed, &writer->mutex);
    const int code = writer->code;
    if (code != OK && error) {
        error_free(error);
        *error = writer->error;
    } else {
        error_free(&writer->error);
    }
    writer->error = (struct error){0};
    writer->code = OK;
    return code;
}

int writer_wait(struct writer *writer, struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    const int code = wait_until_done(writer, error);
    pthread_mutex_unlock(&writer->mutex);
    return code;
}

int writer_hand(struct writer *writer, writer_work *work, void *context, struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    const int code = wait_until_done(writer, error);
    if (code == OK) {
        writer->work = work;
        writer->context = context;
        pthread_cond_broadcast(&writer->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    return code;
}

void writer_stop(struct writer *writer)
{
    if (!writer)
        return;
    pthread_mutex_lock(&writer->mutex);
    wait_until_done(writer, NULL);
    writer->shall_end = true;
    pthread_cond_broadcast(&writer->changed);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
}

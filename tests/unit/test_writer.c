/* The thread that writes: one piece after another, and no failure is lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "output/writer.h"

enum { A_MOMENT = 20000 }; /* microseconds */

/* A piece of work: it takes a moment, and notes when it was done. */
struct piece {
    int code, *n_done, done_as;
};

static int do_piece(void *context, struct error *error)
{
    struct piece *piece = context;
    usleep(A_MOMENT);
    piece->done_as = ++*piece->n_done;
    return piece->code == OK ? OK : error_set(error, piece->code, "the disk is full");
}

static struct writer *start(void)
{
    struct writer *writer;
    struct error error = {0};
    assert_int_equal(writer_start(&writer, NULL, &error), OK);
    return writer;
}

static void pieces_are_done_in_order_and_before_waiting_ends(void **state)
{
    (void)state;
    int n_done = 0;
    struct piece pieces[3] = {{.n_done = &n_done}, {.n_done = &n_done}, {.n_done = &n_done}};
    struct error error = {0};
    struct writer *writer = start();
    for (int k = 0; k < 3; k++) {
        assert_int_equal(writer_hand(writer, do_piece, &pieces[k], &error), OK);
        assert_true(n_done >= k); /* the one before is done */
    }
    assert_int_equal(writer_wait(writer, &error), OK);
    for (int k = 0; k < 3; k++)
        assert_int_equal(pieces[k].done_as, k + 1);
    writer_stop(writer);
}

static int wait_for_a_word(void *context, struct error *error)
{
    char word;
    const int *pipe_end = context;
    return read(*pipe_end, &word, 1) == 1 ? OK : error_set(error, FAILED, "no word");
}

static void who_hands_over_does_not_wait_for_the_work(void **state)
{
    (void)state;
    int ends[2];
    struct error error = {0};
    struct writer *writer = start();
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(writer_hand(writer, wait_for_a_word, &ends[0], &error), OK);
    assert_int_equal(write(ends[1], "!", 1), 1); /* else nobody ever would */
    assert_int_equal(writer_wait(writer, &error), OK);
    close(ends[0]);
    close(ends[1]);
    writer_stop(writer);
}

static void a_failure_is_told_to_the_next_who_asks(void **state)
{
    (void)state;
    int n_done = 0;
    struct piece bad = {.code = FAILED, .n_done = &n_done}, next = {.n_done = &n_done};
    struct error error = {0};
    struct writer *writer = start();
    assert_int_equal(writer_hand(writer, do_piece, &bad, &error), OK);
    assert_int_equal(writer_hand(writer, do_piece, &next, &error), FAILED);
    assert_string_equal(error.text, "the disk is full");
    assert_int_equal(n_done, 1); /* the next was not begun */
    assert_int_equal(writer_wait(writer, &error), OK);
    error_free(&error);
    assert_int_equal(writer_hand(writer, do_piece, &bad, &error), OK);
    assert_int_equal(writer_wait(writer, &error), FAILED);
    assert_int_equal(error.code, FAILED);
    error_free(&error);
    writer_stop(writer);
}

static void a_failure_nobody_asks_for_is_given_up(void **state)
{
    (void)state;
    int n_done = 0;
    struct piece bad = {.code = FAILED, .n_done = &n_done};
    struct error error = {0};
    struct writer *writer = start();
    assert_int_equal(writer_hand(writer, do_piece, &bad, &error), OK);
    writer_stop(writer);
    writer_stop(NULL);
    assert_int_equal(n_done, 1);
}

static int note_signals(void *context, struct error *error)
{
    (void)error;
    sigset_t *blocked = context;
    return pthread_sigmask(SIG_SETMASK, NULL, blocked);
}

static void an_interrupt_is_for_the_thread_that_can_stop_the_run(void **state)
{
    (void)state;
    sigset_t theirs, ours;
    struct error error = {0};
    struct writer *writer = start();
    assert_int_equal(writer_hand(writer, note_signals, &theirs, &error), OK);
    writer_stop(writer);
    pthread_sigmask(SIG_SETMASK, NULL, &ours);
    assert_true(sigismember(&theirs, SIGINT) && sigismember(&theirs, SIGTERM));
    assert_false(sigismember(&ours, SIGINT) || sigismember(&ours, SIGTERM));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_done_in_order_and_before_waiting_ends),
        cmocka_unit_test(who_hands_over_does_not_wait_for_the_work),
        cmocka_unit_test(a_failure_is_told_to_the_next_who_asks),
        cmocka_unit_test(a_failure_nobody_asks_for_is_given_up),
        cmocka_unit_test(an_interrupt_is_for_the_thread_that_can_stop_the_run),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}

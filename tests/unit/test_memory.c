/* Memory is taken before the first year and given back after the last: in between, nobody asks for any. The functions
 * that give memory are taken the place of here, for the whole process, and count their calls while they are watched.
 * What OpenMP's runtime takes for itself to hand out batches (clang's does) is none of ours. */
#define _GNU_SOURCE /* dladdr */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>

#include "engine/ensemble.h"

#include "small_configuration.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#ifdef __SANITIZE_ADDRESS__ /* which takes their place itself */
enum { IS_COUNTING = 0 };
#else
enum { IS_COUNTING = 1 };
#endif

enum { N_REPLICATES = 40 * LANES + 1, N_BATCHES = 41, N_YEARS = 12, MOST_THREADS = 3 };

static atomic_bool is_watched;
static atomic_size_t n_calls;

#ifndef __SANITIZE_ADDRESS__
static bool is_of_openmp(void *caller)
{
    Dl_info library;
    return dladdr(caller, &library) && strstr(library.dli_fname, "omp.so"); /* libgomp.so, libomp.so */
}

static void count_call(void *caller)
{
    if (atomic_load(&is_watched) && !is_of_openmp(caller))
        atomic_fetch_add(&n_calls, 1);
}

/* The C library's own, under its second names */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t bytes)
{
    count_call(__builtin_return_address(0));
    return __libc_malloc(bytes);
}

void *calloc(size_t n, size_t bytes)
{
    count_call(__builtin_return_address(0));
    return __libc_calloc(n, bytes);
}

void *realloc(void *old, size_t bytes)
{
    count_call(__builtin_return_address(0));
    return __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    count_call(__builtin_return_address(0));
    return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **memory, size_t alignment, size_t bytes)
{
    count_call(__builtin_return_address(0));
    *memory = __libc_memalign(alignment, bytes);
    return *memory ? 0 : ENOMEM;
}

void free(void *memory)
{
    count_call(__builtin_return_address(0));
    __libc_free(memory);
}
#endif

struct looker {
    atomic_size_t n_seen;
    bool is_watching, takes_memory;
};

/* Watched from the first time that anything is observed to the last. */
static void look(void *context, const struct world *world, size_t year, size_t first, size_t n_lanes,
                 const struct replicate_status *status)
{
    struct looker *looker = context;
    (void)world, (void)year, (void)first, (void)n_lanes, (void)status;
    const size_t n_before = atomic_fetch_add(&looker->n_seen, 1);
    if (n_before == 0 && looker->is_watching)
        atomic_store(&is_watched, true);
    if (looker->takes_memory) {
        void *volatile memory = malloc(1); /* volatile, or a compiler sees that nobody needs it */
        free(memory);
    }
    if (n_before == N_BATCHES * N_YEARS - 1)
        atomic_store(&is_watched, false);
}

static void run(struct looker *looker, int n_threads, bool sees_details)
{
    static struct replicate_status status[N_REPLICATES];
    const struct observer observer = {.observe = look,
                                      .context = looker,
                                      .sees_details = sees_details,
                                      .sees_trade = sees_details};
    struct error error = {0};
    struct small_configuration *small = small_new();
    small_add_event(small, ADD, "threat", 0.1);
    assert_int_equal(ensemble_run(&small->configuration, 0, N_REPLICATES, n_threads, &observer, status, &error), OK);
    assert_int_equal(looker->n_seen, N_BATCHES * N_YEARS);
    small_free(small);
}

/* How often memory was asked for or given back between the first year and the last. The threads were there before: what
 * a thread begins with takes memory, too, and the others do not wait for it. */
static size_t count_calls(int n_threads, bool sees_details, bool takes_memory)
{
    run(&(struct looker){.is_watching = false}, n_threads, sees_details);
    atomic_store(&n_calls, 0);
    run(&(struct looker){.is_watching = true, .takes_memory = takes_memory}, n_threads, sees_details);
    return n_calls;
}

static void no_memory_is_asked_for_between_the_first_year_and_the_last(void **state)
{
    (void)state;
    if (!IS_COUNTING)
        skip();
    for (int n_threads = 1; n_threads <= MOST_THREADS; n_threads++)
        for (int sees_details = 0; sees_details <= 1; sees_details++)
            assert_int_equal(count_calls(n_threads, sees_details, false), 0);
}

static void memory_that_is_asked_for_is_counted(void **state)
{
    (void)state;
    if (!IS_COUNTING)
        skip();
    for (int n_threads = 1; n_threads <= MOST_THREADS; n_threads++)
        assert_true(count_calls(n_threads, false, true) >= 2 * N_BATCHES * N_YEARS - MOST_THREADS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_is_asked_for_between_the_first_year_and_the_last),
        cmocka_unit_test(memory_that_is_asked_for_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

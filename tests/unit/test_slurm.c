/* What Slurm's variables say. The sets of variables are those of Slurm 22.05, as a batch script, an srun step, an array
 * and both together have them. */
#include "sweep/slurm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

extern char **environ;

/* An environment of these alone. */
static void set_environment(const char *const *variables)
{
    clearenv();
    for (; *variables; variables++)
        assert_int_equal(putenv((char *)(uintptr_t)*variables), 0);
}
#define ENVIRONMENT(...) set_environment((const char *const[]){__VA_ARGS__, NULL})

#define ARRAY(id, lowest, highest, step, count)                                                                        \
    "SLURM_ARRAY_TASK_ID=" #id, "SLURM_ARRAY_TASK_MIN=" #lowest, "SLURM_ARRAY_TASK_MAX=" #highest,                     \
        "SLURM_ARRAY_TASK_STEP=" #step, "SLURM_ARRAY_TASK_COUNT=" #count, "SLURM_ARRAY_JOB_ID=2"
#define STEP(process, n_tasks)                                                                                         \
    "SLURM_PROCID=" #process, "SLURM_NTASKS=" #n_tasks, "SLURM_STEP_NUM_TASKS=" #n_tasks, "SLURM_STEP_ID=0"

static void assert_shard(size_t shard, size_t n_shards, const char *whence)
{
    size_t found, n_found;
    const char *found_whence;
    assert_int_equal(slurm_find_shard(&found, &n_found, &found_whence, NULL), OK);
    assert_int_equal(found, shard);
    assert_int_equal(n_found, n_shards);
    if (whence)
        assert_string_equal(found_whence, whence);
    else
        assert_null(found_whence);
}

static void assert_refused(const char *message)
{
    struct error error = {0};
    size_t shard, n_shards;
    const char *whence;
    assert_int_equal(slurm_find_shard(&shard, &n_shards, &whence, &error), BAD_INPUT);
    assert_string_equal(error.text, message);
    error_free(&error);
}

static void without_slurm_all_is_one_shard(void **state)
{
    (void)state;
    ENVIRONMENT("HOME=/");
    assert_shard(1, 1, NULL);
}

static void a_task_of_an_array_is_a_shard(void **state)
{
    (void)state;
    ENVIRONMENT(ARRAY(3, 1, 8, 1, 8));
    assert_shard(3, 8, "SLURM_ARRAY_TASK_ID=3");
}

static void an_array_may_begin_anywhere_and_have_a_step(void **state)
{
    (void)state;
    ENVIRONMENT(ARRAY(0, 0, 8, 4, 3));
    assert_shard(1, 3, "SLURM_ARRAY_TASK_ID=0");
    ENVIRONMENT(ARRAY(8, 0, 8, 4, 3));
    assert_shard(3, 3, "SLURM_ARRAY_TASK_ID=8");
    ENVIRONMENT(ARRAY(7, 5, 9, 2, 3));
    assert_shard(2, 3, "SLURM_ARRAY_TASK_ID=7");
}

static void the_only_task_of_an_array_computes_all(void **state)
{
    (void)state;
    ENVIRONMENT(ARRAY(4, 4, 4, 1, 1));
    assert_shard(1, 1, "SLURM_ARRAY_TASK_ID=4");
}

static void an_array_with_gaps_is_refused(void **state)
{
    (void)state;
    ENVIRONMENT(ARRAY(2, 1, 7, 1, 3)); /* --array=1,2,7 */
    assert_refused(
        "the tasks of this Slurm array are not evenly numbered: 3 from 1 to 7; submit them as --array=1-3, or "
        "give --shard K/N");
}

static void an_array_without_its_bounds_is_refused(void **state)
{
    (void)state;
    ENVIRONMENT("SLURM_ARRAY_TASK_ID=2");
    assert_refused(
        "this is a task of a Slurm array (SLURM_ARRAY_TASK_ID=2), but its other variables do not say of which; "
        "give --shard K/N");
}

static void a_task_of_a_step_is_a_shard(void **state)
{
    (void)state;
    ENVIRONMENT(STEP(0, 3));
    assert_shard(1, 3, "SLURM_PROCID=0");
    ENVIRONMENT(STEP(2, 3));
    assert_shard(3, 3, "SLURM_PROCID=2");
}

static void a_batch_script_is_no_step_however_many_tasks_it_has(void **state)
{
    (void)state;
    ENVIRONMENT("SLURM_PROCID=0", "SLURM_NTASKS=3", "SLURM_NPROCS=3", "SLURM_LOCALID=0", "SLURM_JOB_ID=1");
    assert_shard(1, 1, NULL);
}

static void a_step_of_one_task_computes_all(void **state)
{
    (void)state; /* a shell on a node, in an allocation of three tasks */
    ENVIRONMENT("SLURM_PROCID=0", "SLURM_NTASKS=3", "SLURM_STEP_NUM_TASKS=1", "SLURM_STEP_ID=4294967290");
    assert_shard(1, 1, NULL);
}

static void steps_in_an_array_split_its_shards(void **state)
{
    (void)state;
    ENVIRONMENT(ARRAY(1, 1, 2, 1, 2), STEP(2, 3));
    assert_shard(3, 6, "SLURM_ARRAY_TASK_ID=1, SLURM_PROCID=2");
    ENVIRONMENT(ARRAY(2, 1, 2, 1, 2), STEP(0, 3));
    assert_shard(4, 6, "SLURM_ARRAY_TASK_ID=2, SLURM_PROCID=0");
}

static void threads_are_unknown_without_slurm(void **state)
{
    (void)state;
    ENVIRONMENT("HOME=/");
    assert_int_equal(slurm_find_threads(), 0);
}

static void threads_are_the_processors_of_a_task(void **state)
{
    (void)state;
    ENVIRONMENT("SLURM_CPUS_PER_TASK=2", "SLURM_CPUS_ON_NODE=8");
    assert_int_equal(slurm_find_threads(), 2);
}

static void a_job_that_asks_for_no_number_has_those_of_its_node(void **state)
{
    (void)state;
    ENVIRONMENT("SLURM_CPUS_ON_NODE=4", "SLURM_NTASKS=3");
    assert_int_equal(slurm_find_threads(), 4);
}

static void the_tasks_of_a_step_share_the_processors_of_a_node(void **state)
{
    (void)state; /* 3 and 2 tasks on two nodes: the fuller one counts */
    ENVIRONMENT("SLURM_CPUS_ON_NODE=8", "SLURM_STEP_NUM_TASKS=5", "SLURM_STEP_NUM_NODES=2");
    assert_int_equal(slurm_find_threads(), 2);
    ENVIRONMENT("SLURM_CPUS_ON_NODE=1", "SLURM_STEP_NUM_TASKS=3", "SLURM_STEP_NUM_NODES=1");
    assert_int_equal(slurm_find_threads(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_slurm_all_is_one_shard),
        cmocka_unit_test(a_task_of_an_array_is_a_shard),
        cmocka_unit_test(an_array_may_begin_anywhere_and_have_a_step),
        cmocka_unit_test(the_only_task_of_an_array_computes_all),
        cmocka_unit_test(an_array_with_gaps_is_refused),
        cmocka_unit_test(an_array_without_its_bounds_is_refused),
        cmocka_unit_test(a_task_of_a_step_is_a_shard),
        cmocka_unit_test(a_batch_script_is_no_step_however_many_tasks_it_has),
        cmocka_unit_test(a_step_of_one_task_computes_all),
        cmocka_unit_test(steps_in_an_array_split_its_shards),
        cmocka_unit_test(threads_are_unknown_without_slurm),
        cmocka_unit_test(threads_are_the_processors_of_a_task),
        cmocka_unit_test(a_job_that_asks_for_no_number_has_those_of_its_node),
        cmocka_unit_test(the_tasks_of_a_step_share_the_processors_of_a_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

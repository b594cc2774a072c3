#include "slurm.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A whole number in the environment. */
static bool find_number(const char *name, size_t *number)
{
    enum { MOST_DIGITS = 9 };
    const char *text = getenv(name);
    const size_t n = text ? strspn(text, "0123456789") : 0;
    if (n == 0 || n > MOST_DIGITS || text[n])
        return false;
    *number = strtoul(text, NULL, 10);
    return true;
}

/* The task's place in its array job, and how many tasks that has. 1 of 1 if it is in none. */
static int find_array_task(size_t *task, size_t *n_tasks, struct error *error)
{
    size_t id, lowest, highest, step, count;
    *task = *n_tasks = 1;
    if (!getenv("SLURM_ARRAY_TASK_ID"))
        return OK;
    if (!find_number("SLURM_ARRAY_TASK_ID", &id) || !find_number("SLURM_ARRAY_TASK_MIN", &lowest) ||
        !find_number("SLURM_ARRAY_TASK_MAX", &highest) || !find_number("SLURM_ARRAY_TASK_STEP", &step) ||
        !find_number("SLURM_ARRAY_TASK_COUNT", &count) || step == 0 || id < lowest || id > highest)
        return error_set(
            error, BAD_INPUT,
            "this is a task of a Slurm array (SLURM_ARRAY_TASK_ID=%s), but its other variables do not say of "
            "which; give --shard K/N",
            getenv("SLURM_ARRAY_TASK_ID"));
    if ((highest - lowest) / step + 1 != count)
        return error_set(error, BAD_INPUT,
                         "the tasks of this Slurm array are not evenly numbered: %zu from %zu to %zu; submit them as "
                         "--array=1-%zu, or give --shard K/N",
                         count, lowest, highest, count);
    *task = (id - lowest) / step + 1;
    *n_tasks = count;
    return OK;
}

/* The task's place in its srun step. In a batch script without srun SLURM_PROCID is 0 and SLURM_NTASKS may be anything;
 * what a step alone sets is SLURM_STEP_NUM_TASKS. */
static void find_step_task(size_t *task, size_t *n_tasks)
{
    size_t number, n;
    *task = *n_tasks = 1;
    if (find_number("SLURM_STEP_NUM_TASKS", &n) && find_number("SLURM_PROCID", &number) && number < n) {
        *task = number + 1;
        *n_tasks = n;
    }
}

int slurm_find_shard(size_t *shard, size_t *n_shards, const char **whence, struct error *error)
{
    static char variables[80];
    size_t array_task, n_array_tasks, step_task, n_step_tasks;
    *shard = *n_shards = 1;
    *whence = NULL;
    const int code = find_array_task(&array_task, &n_array_tasks, error);
    if (code != OK)
        return code;
    find_step_task(&step_task, &n_step_tasks);
    *n_shards = n_array_tasks * n_step_tasks;
    *shard = (array_task - 1) * n_step_tasks + step_task;
    const char *array = getenv("SLURM_ARRAY_TASK_ID"), *step = n_step_tasks > 1 ? getenv("SLURM_PROCID") : NULL;
    snprintf(variables, sizeof variables, "%s%s%s%s%s", array ? "SLURM_ARRAY_TASK_ID=" : "", array ? array : "",
             array && step ? ", " : "", step ? "SLURM_PROCID=" : "", step ? step : "");
    *whence = array || step ? variables : NULL;
    return OK;
}

/* Where --cpus-per-task was not given, Slurm tells the processors of a node alone, which the tasks there share. */
int slurm_find_threads(void)
{
    size_t n_cpus, n_tasks = 1, n_nodes = 1;
    if (find_number("SLURM_CPUS_PER_TASK", &n_cpus) && n_cpus > 0)
        return (int)n_cpus;
    if (!find_number("SLURM_CPUS_ON_NODE", &n_cpus) || n_cpus == 0)
        return 0;
    if (find_number("SLURM_STEP_NUM_TASKS", &n_tasks) && find_number("SLURM_STEP_NUM_NODES", &n_nodes) && n_nodes > 0)
        n_tasks = (n_tasks + n_nodes - 1) / n_nodes;
    return n_cpus > n_tasks && n_tasks > 0 ? (int)(n_cpus / n_tasks) : 1;
}

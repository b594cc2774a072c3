/* The scripts that are handed to Slurm. Whether Slurm understands them is for tests/slurm. */
#include "sweep/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const small_arguments[] = {"--seed=1", "--", "small.yaml"};

/* A job with nothing special in it. */
static struct batch_job small_job(void)
{
    return (struct batch_job){
        .program = "/opt/entente",
        .folder = "/home/ann",
        .output = "out/small.h5",
        .logs = "/home/ann/out/logs",
        .run_arguments = small_arguments,
        .n_run_arguments = 3,
        .n_shards = 8,
        .n_cpus = 2,
    };
}

/* Does the script have this line? Frees the script. */
static bool takes_line(char *script, const char *line)
{
    const size_t n = strlen(line);
    bool is_found = false;
    assert_non_null(script);
    for (const char *found = script; !is_found && (found = strstr(found, line)); found++)
        is_found = (found == script || found[-1] == '\n') && found[n] == '\n';
    free(script);
    return is_found;
}

static void assert_array_line(const struct batch_job *job, const char *line)
{
    if (!takes_line(batch_array_script(job), line))
        fail_msg("the script lacks: %s", line);
}

static void assert_refused(const struct batch_job *job, const char *message)
{
    struct error error = {0};
    assert_int_equal(batch_check(job, &error), BAD_INPUT);
    assert_string_equal(error.text, message);
    error_free(&error);
}

static double seconds_of(const char *text)
{
    struct error error = {0};
    double seconds = -1;
    if (batch_read_time(text, &seconds, &error) != OK)
        seconds = -1;
    error_free(&error);
    return seconds;
}

static void each_task_computes_a_shard(void **state)
{
    const struct batch_job job = small_job();
    (void)state;
    assert_array_line(&job, "#SBATCH --array=1-8");
    assert_array_line(&job, "/opt/entente run --shard \"$SLURM_ARRAY_TASK_ID/8\" --threads \"$SLURM_CPUS_PER_TASK\" "
                            "--output=out/small.h5 --seed=1 -- small.yaml &");
}

static void fewer_tasks_may_run_at_once(void **state)
{
    struct batch_job job = small_job();
    (void)state;
    job.n_at_once = 3;
    assert_array_line(&job, "#SBATCH --array=1-8%3");
}

static void what_is_not_asked_for_is_left_to_slurm(void **state)
{
    const struct batch_job job = small_job();
    char *script = batch_array_script(&job);
    (void)state;
    assert_non_null(script);
    assert_null(strstr(script, "--partition"));
    assert_null(strstr(script, "--account"));
    assert_null(strstr(script, "--time"));
    assert_null(strstr(script, "--mem"));
    free(script);
}

static void names_are_quoted_for_the_shell(void **state)
{
    struct batch_job job = small_job();
    const char *const arguments[] = {"--set=name=$(date) `id`", "--", "it's \"a\" file.yaml", ""};
    (void)state;
    job.run_arguments = arguments;
    job.n_run_arguments = 4;
    job.folder = "/home/ann b";
    assert_array_line(&job, "cd '/home/ann b' || exit");
    assert_array_line(&job, "/opt/entente run --shard \"$SLURM_ARRAY_TASK_ID/8\" --threads \"$SLURM_CPUS_PER_TASK\" "
                            "--output=out/small.h5 '--set=name=$(date) `id`' -- 'it'\\''s \"a\" file.yaml' '' &");
}

static void names_are_quoted_for_sbatch(void **state)
{
    struct batch_job job = small_job();
    (void)state;
    job.output = "out/it's a \"b\".h5";
    job.logs = "/home/ann #1/logs";
    assert_array_line(&job, "#SBATCH --job-name=\"it's a \\\"b\\\"\"");
    assert_array_line(&job, "#SBATCH --output=\"/home/ann #1/logs/it's a \\\"b\\\"-%A_%a.log\"");
    job.partition = "back\\slash";
    assert_array_line(&job, "#SBATCH --partition=\"back\\\\slash\"");
}

static void a_percent_sign_in_a_name_is_no_pattern(void **state)
{
    struct batch_job job = small_job();
    (void)state;
    job.output = "out/50%A.h5";
    assert_array_line(&job, "#SBATCH --output=/home/ann/out/logs/50%%A-%A_%a.log");
}

static void more_options_come_last_with_or_without_dashes(void **state)
{
    struct batch_job job = small_job();
    const char *const more[] = {"qos=long", "--gres=gpu:1", "-N 1"};
    (void)state;
    job.more = more;
    job.n_more = 3;
    assert_array_line(&job, "#SBATCH --open-mode=append\n#SBATCH --qos=long\n#SBATCH --gres=gpu:1\n#SBATCH -N 1\n");
}

static void a_task_is_warned_a_minute_before_its_end(void **state)
{
    struct batch_job job = small_job();
    (void)state;
    assert_array_line(&job, "#SBATCH --signal=B:USR1@60");
    job.time = "1-0";
    assert_array_line(&job, "#SBATCH --signal=B:USR1@60");
}

static void a_short_task_is_warned_a_tenth_of_its_time_before(void **state)
{
    struct batch_job job = small_job();
    (void)state;
    job.time = "5";
    assert_array_line(&job, "#SBATCH --signal=B:USR1@30");
    job.time = "0:20";
    assert_array_line(&job, "#SBATCH --signal=B:USR1@10");
}

static void the_merge_is_one_task_that_does_not_wait_in_vain(void **state)
{
    const struct batch_job job = small_job();
    (void)state;
    assert_true(takes_line(batch_merge_script(&job), "#SBATCH --ntasks=1"));
    assert_true(takes_line(batch_merge_script(&job), "#SBATCH --kill-on-invalid-dep=yes"));
    assert_true(takes_line(batch_merge_script(&job), "exec /opt/entente merge -- out/small.h5"));
}

static void times_are_read_as_sbatch_reads_them(void **state)
{
    (void)state;
    assert_true(seconds_of("90") == 90 * 60);
    assert_true(seconds_of("90:30") == 90 * 60 + 30);
    assert_true(seconds_of("1:30:00") == 90 * 60);
    assert_true(seconds_of("2-12") == 60 * 3600);
    assert_true(seconds_of("2-12:30") == 60.5 * 3600);
    assert_true(seconds_of("0-0:0:5") == 5);
    assert_true(seconds_of("UNLIMITED") == 0);
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {"", "2h", "1:", ":1", "1:2:3:4", "-5", "1-", "1-2-3", "1.5", "0", "1:2:3:"};
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (seconds_of(texts[k]) >= 0)
            fail_msg("'%s' is taken for a time", texts[k]);
    struct batch_job job = small_job();
    job.time = "2h";
    assert_refused(&job,
                   "--time: '2h' is not MINUTES, HOURS:MINUTES:SECONDS or DAYS-HOURS, such as 2:00:00 for two hours");
}

static void a_line_break_is_refused_wherever_it_is(void **state)
{
    struct batch_job job = small_job();
    const char *const arguments[] = {"a\nb.yaml"}, *const more[] = {"comment=a\nrm"};
    (void)state;
    job.run_arguments = arguments;
    job.n_run_arguments = 1;
    assert_refused(&job, "the argument 'a\nb.yaml' has a line break, which cannot stand in a batch script");
    job.n_run_arguments = 0;
    job.more = more;
    job.n_more = 1;
    assert_refused(&job, "--sbatch: 'comment=a\nrm' has a line break, which cannot stand in a batch script");
    job.n_more = 0;
    job.account = "a\rb";
    assert_refused(&job, "the name 'a\rb' has a line break, which cannot stand in a batch script");
}

static void a_backslash_where_the_logs_are_is_refused(void **state)
{
    struct batch_job job = small_job();
    (void)state;
    job.logs = "/a\\b/logs";
    assert_refused(&job,
                   "Slurm cannot write logs into /a\\b/logs for small.h5: it takes a backslash in their names for "
                   "something else");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_computes_a_shard),
        cmocka_unit_test(fewer_tasks_may_run_at_once),
        cmocka_unit_test(what_is_not_asked_for_is_left_to_slurm),
        cmocka_unit_test(names_are_quoted_for_the_shell),
        cmocka_unit_test(names_are_quoted_for_sbatch),
        cmocka_unit_test(a_percent_sign_in_a_name_is_no_pattern),
        cmocka_unit_test(more_options_come_last_with_or_without_dashes),
        cmocka_unit_test(a_task_is_warned_a_minute_before_its_end),
        cmocka_unit_test(a_short_task_is_warned_a_tenth_of_its_time_before),
        cmocka_unit_test(the_merge_is_one_task_that_does_not_wait_in_vain),
        cmocka_unit_test(times_are_read_as_sbatch_reads_them),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(a_line_break_is_refused_wherever_it_is),
        cmocka_unit_test(a_backslash_where_the_logs_are_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

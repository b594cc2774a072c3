#define _GNU_SOURCE /* basename that leaves its argument alone, pipe2 */
#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "models/table.h"

/* Digits and the number that they are. */
static bool read_count(const char **text, double *count)
{
    enum { MOST_DIGITS = 9 };
    const size_t n = strspn(*text, "0123456789");
    if (n == 0 || n > MOST_DIGITS)
        return false;
    *count = strtod(*text, NULL);
    *text += n;
    return true;
}

/* 90, 90:00, 1:30:00, 2-12, 2-12:30, 2-12:30:00: minutes, unless days stand before, or more than a colon behind. */
int batch_read_time(const char *text, double *seconds, struct error *error)
{
    static const double seconds_of[] = {3600, 60, 1};
    const char *rest = text, *dash = strchr(text, '-');
    double days = 0, count[3] = {0};
    size_t n = 0;
    *seconds = 0;
    if (strcasecmp(text, "unlimited") == 0 || strcasecmp(text, "infinite") == 0)
        return OK;
    bool is_read = !dash || (read_count(&rest, &days) && *rest++ == '-');
    while (is_read && n < COUNT(count)) {
        is_read = read_count(&rest, &count[n++]);
        if (*rest != ':')
            break;
        rest += n < COUNT(count);
    }
    if (!is_read || *rest)
        return error_set(
            error, BAD_INPUT,
            "--time: '%s' is not MINUTES, HOURS:MINUTES:SECONDS or DAYS-HOURS, such as 2:00:00 for two hours", text);
    const size_t first = dash || n == COUNT(count) ? 0 : 1; /* hours, or minutes */
    *seconds = days * 24 * 3600;
    for (size_t k = 0; k < n; k++)
        *seconds += count[k] * seconds_of[first + k];
    if (*seconds == 0)
        return error_set(error, BAD_INPUT, "--time: '%s' is no time at all", text);
    return OK;
}

/* How long before the end a task is told of it. A part takes a second or so, and Slurm looks at its clock twice a
 * minute. */
static int warning_seconds(const struct batch_job *job)
{
    enum { LEAST = 10, MOST = 60, SHARE = 10 };
    double limit = 0;
    struct error error = {0};
    if (job->time && batch_read_time(job->time, &limit, &error) != OK)
        error_free(&error);
    if (limit == 0 || limit / SHARE > MOST)
        return MOST;
    return limit / SHARE < LEAST ? LEAST : (int)(limit / SHARE);
}

/* A line for sbatch, whose quotes are double ones with the backslash to escape. */
static void add_directive(struct text *script, const char *option, const char *value)
{
    if (!value)
        return;
    text_add(script, "#SBATCH %s=", option);
    if (text_is_word(value))
        text_add(script, "%s\n", value);
    else {
        text_add(script, "\"");
        for (; *value; value++)
            text_add(script, "%s%c", strchr("\"\\", *value) ? "\\" : "", *value);
        text_add(script, "\"\n");
    }
}

/* The output's name without its folder and ending. */
static void add_name(struct text *text, const struct batch_job *job)
{
    const char *name = basename(job->output), *dot = strrchr(name, '.');
    text_add_bytes(text, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

static void add_job_name(struct text *script, const struct batch_job *job, const char *ending)
{
    struct text name = {0};
    add_name(&name, job);
    text_add(&name, "%s", ending);
    script->is_exhausted |= name.is_exhausted;
    add_directive(script, "--job-name", name.bytes);
    text_free(&name);
}

/* In a log's name % begins what Slurm fills in; %% is a plain one. */
static void add_log(struct text *script, const struct batch_job *job, const char *ending)
{
    struct text path = {0}, log = {0};
    text_add(&path, "%s/", job->logs);
    add_name(&path, job);
    for (const char *byte = path.is_exhausted ? "" : path.bytes; *byte; byte++)
        text_add(&log, *byte == '%' ? "%%%%" : "%c", *byte);
    text_add(&log, "%s", ending);
    script->is_exhausted |= path.is_exhausted | log.is_exhausted;
    add_directive(script, "--output", log.bytes);
    text_free(&path);
    text_free(&log);
}

/* What both jobs tell sbatch. The user's own options come last, so that they win. */
static void add_directives(struct text *script, const struct batch_job *job)
{
    add_directive(script, "--partition", job->partition);
    add_directive(script, "--account", job->account);
    add_directive(script, "--time", job->time);
    add_directive(script, "--mem", job->memory);
    text_add(script, "#SBATCH --requeue\n#SBATCH --open-mode=append\n");
    for (size_t k = 0; k < job->n_more; k++)
        text_add(script, "#SBATCH %s%s\n", job->more[k][0] == '-' ? "" : "--", job->more[k]);
}

static void add_run(struct text *script, const struct batch_job *job)
{
    text_add(script, "cd ");
    text_add_word(script, job->folder);
    text_add(script, " || exit\n");
    text_add_word(script, job->program);
    text_add(script,
             " run --shard \"$SLURM_ARRAY_TASK_ID/%zu\" --threads \"$SLURM_CPUS_PER_TASK\" --output=", job->n_shards);
    text_add_word(script, job->output);
    for (size_t k = 0; k < job->n_run_arguments; k++) {
        text_add(script, " ");
        text_add_word(script, job->run_arguments[k]);
    }
    text_add(script, " &\n");
}

char *batch_array_script(const struct batch_job *job)
{
    struct text script = {0};
    text_add(&script, "#!/bin/bash\n");
    add_job_name(&script, job, "");
    text_add(&script, "#SBATCH --array=1-%zu", job->n_shards);
    if (job->n_at_once)
        text_add(&script, "%%%zu", job->n_at_once);
    text_add(&script, "\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=%zu\n#SBATCH --signal=B:USR1@%d\n", job->n_cpus,
             warning_seconds(job));
    add_log(&script, job, "-%A_%a.log");
    add_directives(&script, job);
    text_add(
        &script,
        "\n"
        "# Near its time limit, or when Slurm takes its place away, the task is told to stop. entente then finishes\n"
        "# the part at hand, which takes seconds, and says by its exit code that there is more to do. Unless Slurm\n"
        "# ends the task anyway, it asks to be queued again, and goes on with the next part.\n"
        "me=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID task= told=\n"
        "trap 'told=yes; [ -z \"$task\" ] || kill -USR1 \"$task\"' USR1 TERM\n");
    add_run(&script, job);
    text_add(&script, "task=$!\n"
                      "wait \"$task\"\n"
                      "code=$?\n"
                      "while [ \"$code\" -gt 128 ] && [ -n \"$told\" ]; do # only the waiting has ended\n"
                      "    told=\n"
                      "    wait \"$task\"\n"
                      "    again=$?\n"
                      "    [ \"$again\" = 127 ] || code=$again\n"
                      "done\n"
                      "case $code in\n"
                      "(75 | 138 | 143)\n"
                      "    if [ \"$(squeue --noheader --jobs=\"$me\" --format=%%T)\" = RUNNING ]; then\n"
                      "        scontrol requeue \"$me\"\n"
                      "    fi ;;\n"
                      "esac\n"
                      "exit \"$code\"\n");
    return text_take(&script);
}

char *batch_merge_script(const struct batch_job *job)
{
    struct text script = {0};
    text_add(&script, "#!/bin/bash\n");
    add_job_name(&script, job, "-merge");
    text_add(&script, "#SBATCH --ntasks=1\n#SBATCH --kill-on-invalid-dep=yes\n");
    add_log(&script, job, "-merge-%j.log");
    add_directives(&script, job);
    text_add(&script, "\n# The last task has merged already, unless it was cut short: then this does.\ncd ");
    text_add_word(&script, job->folder);
    text_add(&script, " || exit\nexec ");
    text_add_word(&script, job->program);
    text_add(&script, " merge -- ");
    text_add_word(&script, job->output);
    text_add(&script, "\n");
    return text_take(&script);
}

char *batch_submission(const struct batch_job *job)
{
    struct text text = {0};
    char *array = batch_array_script(job), *merge = batch_merge_script(job);
    if (array && merge) {
        text_add(&text,
                 "#!/bin/sh\n# Submits two jobs: an array that computes, and one after it that merges what is left to "
                 "merge.\nset -e\nmkdir -p ");
        text_add_word(&text, job->logs);
        text_add(
            &text,
            "\narray=$(sbatch --parsable <<'END_OF_SCRIPT'\n%sEND_OF_SCRIPT\n)\n"
            "merge=$(sbatch --parsable --dependency=\"afterok:${array%%%%;*}\" <<'END_OF_SCRIPT'\n%sEND_OF_SCRIPT\n)\n"
            "echo \"jobs ${array%%%%;*} and, to merge, ${merge%%%%;*}\"\n",
            array, merge);
    }
    free(array);
    free(merge);
    return array && merge ? text_take(&text) : NULL;
}

static int check_lines(const char *what, const char *text, struct error *error)
{
    if (text && strpbrk(text, "\n\r"))
        return error_set(error, BAD_INPUT, "%s '%s' has a line break, which cannot stand in a batch script", what,
                         text);
    return OK;
}

int batch_check(const struct batch_job *job, struct error *error)
{
    const char *const names[] = {job->program,   job->folder, job->output, job->logs,
                                 job->partition, job->time,   job->memory, job->account};
    double seconds;
    int code = OK;
    for (size_t k = 0; k < COUNT(names) && code == OK; k++)
        code = check_lines("the name", names[k], error);
    for (size_t k = 0; k < job->n_run_arguments && code == OK; k++)
        code = check_lines("the argument", job->run_arguments[k], error);
    for (size_t k = 0; k < job->n_more && code == OK; k++)
        code = check_lines("--sbatch:", job->more[k], error);
    if (code == OK && (strchr(job->logs, '\\') || strchr(basename(job->output), '\\')))
        code =
            error_set(error, BAD_INPUT,
                      "Slurm cannot write logs into %s for %s: it takes a backslash in their names for something else",
                      job->logs, basename(job->output));
    if (code == OK && job->time)
        code = batch_read_time(job->time, &seconds, error);
    return code;
}

/* The whole of what a process prints, and how it ended: its exit code, or 128 and a signal's number. */
static int read_all(int file, pid_t process, char *answer, size_t size)
{
    size_t n = 0;
    char byte;
    int status;
    for (ssize_t got; (got = read(file, &byte, 1)) != 0;)
        if (got == 1 && n + 1 < size)
            answer[n++] = byte;
        else if (got < 0 && errno != EINTR)
            break;
    answer[n] = '\0';
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Start sbatch, which reads from one file and prints to another: no shell, so that no name can be a command. */
static int start_sbatch(pid_t *process, int from, int to, const char *after, struct error *error)
{
    struct text dependency = {0};
    posix_spawn_file_actions_t actions;
    text_add(&dependency, "--dependency=afterok:%s", after ? after : "");
    if (dependency.is_exhausted)
        return error_memory(error);
    char *const argv[] = {"sbatch", "--parsable", after ? dependency.bytes : NULL, NULL};
    int reason = posix_spawn_file_actions_init(&actions);
    if (!reason)
        reason = posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
    if (!reason)
        reason = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
    if (!reason)
        reason = posix_spawnp(process, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    text_free(&dependency);
    if (reason == ENOENT)
        return error_set(
            error, BAD_INPUT,
            "there is no sbatch here: this is for a machine with Slurm; --print shows what would be submitted");
    return reason ? error_set(error, FAILED, "sbatch cannot be started: %s", strerror(reason)) : OK;
}

int batch_submit(const char *script, const char *after, char *id, size_t size, struct error *error)
{
    int ends[2] = {-1, -1}, code = OK;
    pid_t process;
    FILE *file = tmpfile();
    if (!file || fputs(script, file) == EOF || fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0 ||
        pipe2(ends, O_CLOEXEC) != 0)
        code = error_set(error, FAILED, "the script cannot be handed to sbatch: %s", strerror(errno));
    else
        code = start_sbatch(&process, fileno(file), ends[1], after, error);
    if (ends[1] >= 0)
        close(ends[1]);
    if (code == OK) {
        const int exit_code = read_all(ends[0], process, id, size);
        id[strcspn(id, ";\n")] = '\0'; /* what follows names the cluster */
        if (exit_code != 0 || id[strspn(id, "0123456789")] || !*id)
            code = error_set(error, FAILED, "sbatch has not taken the job (exit code %d)", exit_code);
    }
    if (ends[0] >= 0)
        close(ends[0]);
    if (file)
        fclose(file);
    return code;
}

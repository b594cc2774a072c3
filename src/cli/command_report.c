#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "interrupt.h"
#include "job.h"
#include "models/table.h"
#include "output/place.h"
#include "output/reader.h"

extern char **environ;

static const struct option options_table[] = {
    {"output", 'o', false, "FILE.html", "where the page goes"},
    {"quiet", 'q', false, NULL, "say nothing; errors alone"},
    {"force", 'f', false, NULL, "overwrite the page if it exists"},
};

/* What Python is given: the folder of the package, then the command's arguments. The folder takes the place of the
 * current one, in which a stray numpy.py would be found before the real one. */
static const char program[] = "import signal, sys\n"
                              "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
                              "sys.path[0] = sys.argv[1]\n"
                              "try:\n"
                              "    import matplotlib, netCDF4, numpy, pandas, xarray\n"
                              "except ImportError:\n"
                              "    sys.exit(69)\n"
                              "from entente.__main__ import main\n"
                              "sys.exit(main(sys.argv[2:], 'entente'))\n";

/* Exit codes: EX_UNAVAILABLE of sysexits.h, and what shells have. */
enum { LACKS_MODULES = 69, NOT_STARTED = 127, SIGNALLED = 128 };

static const char mark[] = "<meta name=\"generator\" content=\"entente report\">";

/* Is it a page that was written here, or empty? */
static bool is_report(const char *path)
{
    char start[512] = "";
    FILE *file = fopen(path, "rb");
    const size_t n = file ? fread(start, 1, sizeof start - 1, file) : 1;
    if (file)
        fclose(file);
    return n == 0 || strstr(start, mark);
}

/* Can the page be written there? */
static int check_page(const char *page, const struct options *options, struct error *error)
{
    const bool may_overwrite = options_has(options, "force");
    int code = job_check_name(page, "output", "what the report is to be about", options, error);
    if (code == OK && !may_overwrite && access(page, F_OK) == 0)
        return error_set(error, BAD_INPUT, "%s exists already; --force writes over it, -o FILE elsewhere", page);
    if (code == OK)
        code = place_check(page, may_overwrite, error);
    if (code == OK && may_overwrite && access(page, F_OK) == 0 && !is_report(page))
        code = error_set(error, BAD_INPUT, "--force: '%s' is no report of entente; it is not written over", page);
    return code;
}

/* Is it a complete output of ours? */
static int check_file(const char *path, struct error *error)
{
    struct reader *reader;
    struct text parts = {0};
    int code;
    text_add(&parts, "%s.parts", path);
    if (!parts.is_exhausted && access(path, F_OK) != 0 && access(parts.bytes, F_OK) == 0)
        code =
            error_set(error, BAD_INPUT, "%s is not complete yet; `entente status %s` tells how far it is", path, path);
    else
        code = reader_open(&reader, path, error);
    if (code == OK)
        reader_close(reader);
    text_free(&parts);
    return code;
}

/* The folder of the Python package: as installed, or in the folder of the build. NULL if there is none; free it. */
static char *find_package(void)
{
    static const char *const places[] = {"../share/entente/analysis", "share/entente/analysis"};
    char self[4096], *found = NULL;
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0)
        return NULL;
    self[n] = '\0';
    *strrchr(self, '/') = '\0';
    for (size_t k = 0; k < COUNT(places) && !found; k++) {
        struct text path = {0};
        text_add(&path, "%s/%s/entente/report", self, places[k]);
        const bool is_there = !path.is_exhausted && access(path.bytes, R_OK) == 0;
        text_free(&path);
        if (!is_there)
            continue;
        text_add(&path, "%s/%s", self, places[k]);
        found = text_take(&path);
    }
    return found;
}

/* Run it and wait: its exit code. Ctrl-C goes to both of us; what it began is taken away by whoever waits here. */
static int run_python(char *const *arguments)
{
    pid_t child;
    int status = 0;
    if (posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environ) != 0)
        return NOT_STARTED;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

static int lacks_python(const char *wanted, struct error *error)
{
    return error_set(error, FAILED,
                     "a report needs Python with numpy, pandas, xarray, netCDF4 and matplotlib, and %s; on Debian: apt "
                     "install python3-xarray python3-netcdf4 python3-matplotlib; or name one that has them: "
                     "ENTENTE_PYTHON=/path/to/python3",
                     wanted ? "the one that ENTENTE_PYTHON names has not (or is not there)"
                            : "no python3 here has them all");
}

/* Let the Python that ENTENTE_PYTHON names write the page; else one after the other, until one has what it takes.
 * Python itself tells what else goes wrong. */
static int write_page(char **arguments, struct error *error)
{
    const char *wanted = getenv("ENTENTE_PYTHON");
    wanted = wanted && *wanted ? wanted : NULL;
    const char *const candidates[] = {wanted ? wanted : "python3", wanted ? NULL : "/usr/bin/python3"};
    int code = NOT_STARTED;
    interrupt_watch();
    for (size_t k = 0; k < COUNT(candidates) && (code == NOT_STARTED || code == LACKS_MODULES); k++) {
        if (!candidates[k])
            continue;
        arguments[0] = (char *)candidates[k]; /* by which Python finds its modules */
        code = run_python(arguments);
    }
    if (interrupt_stops())
        return error_set(error, FAILED, "stopped; no page was written");
    if (code == NOT_STARTED || code == LACKS_MODULES)
        return lacks_python(wanted, error);
    if (code > SIGNALLED)
        return error_set(error, FAILED, "the report is not finished: Python was stopped by signal %d",
                         code - SIGNALLED);
    return code == 0 ? OK : FAILED;
}

/* The command line of Python, NULL-terminated; NULL if memory has run out. */
static char **list_arguments(const char *package, const char *page, const struct options *options)
{
    /* -B: nothing is written beside an installed package */
    const char *const first[] = {"python3", "-B", "-W", "ignore", "-c", program, package, "report", "-o", page, "--"};
    char **arguments = calloc(COUNT(first) + options->n_operands + 1, sizeof *arguments);
    for (size_t k = 0; k < COUNT(first) && arguments; k++)
        arguments[k] = (char *)first[k];
    for (size_t k = 0; k < options->n_operands && arguments; k++)
        arguments[COUNT(first) + k] = options->operands[k];
    return arguments;
}

/* Write to a temporary name, which becomes that of the page when it is complete. */
static int write_and_settle(const char *package, const char *page, const struct options *options, struct error *error)
{
    char *temporary = place_temporary(page);
    char **arguments = temporary ? list_arguments(package, temporary, options) : NULL;
    int code = arguments ? write_page(arguments, error) : error_memory(error);
    if (code == OK)
        code = place_settle(temporary, page, options_has(options, "force"), error);
    if (code != OK && temporary)
        unlink(temporary);
    free(arguments);
    free(temporary);
    return code;
}

static int run(const struct options *options, struct error *error)
{
    const char *page = options_text(options, "output");
    if (!page)
        return error_set(error, BAD_INPUT, "report needs -o FILE.html: where the page goes");
    int code = check_page(page, options, error);
    for (size_t k = 0; k < options->n_operands && code == OK; k++)
        code = check_file(options->operands[k], error);
    if (code != OK)
        return code;
    char *package = find_package();
    if (package)
        code = write_and_settle(package, page, options, error);
    else
        code = error_set(error, FAILED,
                         "the Python package that writes the report is not beside this program: "
                         "share/entente/analysis is missing");
    free(package);
    if (code == OK && !options_has(options, "quiet"))
        printf("%s has the report.\n", page);
    return code;
}

const struct command command_report = {
    .name = "report",
    .summary = "write one page about an output, to be read in a browser",
    .usage = "FILE... -o FILE.html [options]",
    .description =
        "Writes what an output tells as one HTML page to hand on: what was run, how each scenario came out, what "
        "scenarios change, trade beside what was observed, membership and leadership, and where it all comes from. "
        "Pictures are in it; it needs no network and no other file. Of findings it tells too: those named, and those "
        "that `entente sensitivity` and `entente compare` have written beside the output since. It takes Python with "
        "xarray, netCDF4 and matplotlib; ENTENTE_PYTHON names one.",
    .options = options_table,
    .n_options = sizeof options_table / sizeof options_table[0],
    .operand = "an output file",
    .least_operands = 1,
    .examples = "entente report scenarios.h5 -o scenarios.html\n"
                "entente report sco.h5 sco.score.h5 -o sco.html   # with a score\n",
    .run = run,
};

/* entente: the command line. Only this file prints errors. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/colour.h"
#include "base/text.h"
#include "command.h"
#include "help.h"
#include "interrupt.h"
#include "manual.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_BAD_INPUT = 2 };

/* Should one of the three be closed, the output file would take its number, and a message land in the data. */
static void keep_standard_streams(void)
{
    for (int file = 0; file <= 2; file++)
        if (fcntl(file, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) < 0)
            _exit(EXIT_FAILED);
}

/* A line of n bytes, in colour: `error:` of a message, and the caret below what it is about. */
static void print_in_colour(const char *line, size_t n)
{
    static const char word[] = "error:";
    const char *red = *line == ' ' ? NULL : strstr(line, ": error: ");
    size_t n_red = sizeof word - 1;
    if (red)
        red += 2;
    else if (n > 0 && line[n - 1] == '^' && strspn(line, " ") == n - 1) {
        red = line + n - 1;
        n_red = 1;
    }
    if (!red || red + n_red > line + n) {
        fprintf(stderr, "%.*s", (int)n, line);
        return;
    }
    fprintf(stderr, "%.*s" COLOUR_RED "%.*s" COLOUR_PLAIN "%.*s", (int)(red - line), line, (int)n_red, red,
            (int)(line + n - red - (ptrdiff_t)n_red), red + n_red);
}

/* A text that says where the error is (file:line:column: error: ...) stands for itself. */
static void print_error(const struct error *error)
{
    const char *text = error->text ? error->text : "an unknown error";
    const bool has_colour = colour_is_wanted(stderr);
    struct text whole = {0};
    text_add(&whole, "%s%s", strstr(text, ": error: ") ? "" : "entente: error: ", text);
    for (const char *line = whole.is_exhausted ? text : whole.bytes; *line;) {
        const size_t n = strcspn(line, "\n");
        if (has_colour)
            print_in_colour(line, n);
        else
            fprintf(stderr, "%.*s", (int)n, line);
        fputc('\n', stderr);
        line += n + (line[n] == '\n');
    }
    text_free(&whole);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

/* --help anywhere before `--` wins over what else is wrong with the line. */
static bool wants_help(int argc, char **argv, int first)
{
    for (int k = first; k < argc && strcmp(argv[k], "--") != 0; k++)
        if (is_one_of(argv[k], "--help", "-h", "-?"))
            return true;
    return false;
}

static int run_command(const struct command *command, int argc, char **argv, int first, struct error *error)
{
    struct options options = {0};
    if (wants_help(argc, argv, first)) {
        help_print_command(command);
        return OK;
    }
    int result = options_parse(&options, command->options, command->n_options, argc, argv, first, error);
    if (result)
        return error_context(error, "%s", command->name);
    if (options.n_operands >= command->least_operands)
        result = command->run(&options, error);
    else
        result = error_set(error, BAD_INPUT, "%s needs %s; `entente help %s` says more", command->name,
                           command->operand, command->name);
    options_free(&options);
    return result;
}

/* entente help --man [config] */
static int run_manual(int argc, char **argv, struct error *error)
{
    if (argc == 3)
        manual_print();
    else if (argc == 4 && strcmp(argv[3], "config") == 0)
        manual_print_configuration();
    else
        return error_set(error, BAD_INPUT, "--man prints entente(1), and `--man config` entente-config(5)");
    return OK;
}

/* entente help [COMMAND] */
static int run_help(int argc, char **argv, struct error *error)
{
    if (argc > 2 && strcmp(argv[2], "--man") == 0)
        return run_manual(argc, argv, error);
    const char *word = argc > 2 && argv[2][0] != '-' && strcmp(argv[2], "help") != 0 ? argv[2] : NULL;
    const struct command *command = word ? help_find_command(word, error) : NULL;
    if (word && !command)
        return BAD_INPUT;
    if (command)
        help_print_command(command);
    else
        help_print();
    return OK;
}

static int missing_command(struct error *error)
{
    struct text names = {0};
    for (size_t k = 0; k < help_n_commands; k++)
        text_add(&names, "%s%s", k == 0 ? "" : k + 1 < help_n_commands ? ", " : " or ", help_commands[k]->name);
    if (names.is_exhausted)
        error_memory(error);
    else
        error_set(error, BAD_INPUT, "a command is missing: %s; `entente help` explains them", names.bytes);
    text_free(&names);
    return error->code;
}

/* Take `--color WHEN` out of the command line: it is for all commands, and says nothing about what they do. What stands
 * behind `--` is left alone. */
static int take_colour(int *argc, char **argv, struct error *error)
{
    static const char name[] = "--color";
    const size_t length = sizeof name - 1;
    int n = 0;
    bool is_over = false;
    for (int k = 0; k < *argc; k++) {
        const char *rest = !is_over && strncmp(argv[k], name, length) == 0 ? argv[k] + length : "?";
        is_over = is_over || strcmp(argv[k], "--") == 0;
        if (*rest != '\0' && *rest != '=') {
            argv[n++] = argv[k];
            continue;
        }
        const char *word = *rest ? rest + 1 : k + 1 < *argc ? argv[++k] : "";
        int choice = 0;
        while (colour_words[choice] && strcmp(colour_words[choice], word) != 0)
            choice++;
        if (*word == '\0')
            return error_set(error, BAD_INPUT, "--color needs auto, always or never after it");
        if (!colour_words[choice])
            return error_set(error, BAD_INPUT, "--color: '%s' is not auto, always or never", word);
        colour_choose((enum colour_choice)choice);
    }
    *argc = n;
    argv[n] = NULL;
    return OK;
}

static int dispatch(int argc, char **argv, struct error *error)
{
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word)
        return missing_command(error);
    if (is_one_of(word, "help", "--help", "-h"))
        return run_help(argc, argv, error);
    if (is_one_of(word, "version", "--version", "-V")) {
        help_print_version();
        return OK;
    }
    if (word[0] == '-')
        return error_set(error, BAD_INPUT,
                         "the command comes first, then its options (here '%s'), as in `entente run FILE %s`", word,
                         word);
    const struct command *command = help_find_command(word, error);
    return command ? run_command(command, argc, argv, 2, error) : BAD_INPUT;
}

/* What was printed must have arrived, or scripts go on with half a table. */
static int flush_output(struct error *error)
{
    const bool has_failed = ferror(stdout);
    errno = 0;
    if (fflush(stdout) == 0 && !has_failed && close(STDOUT_FILENO) == 0)
        return OK;
    return error_set(error, FAILED, "standard output cannot be written to%s%s", errno ? ": " : "",
                     errno ? strerror(errno) : "");
}

int main(int argc, char **argv)
{
    struct error error = {0}, output_error = {0};
    keep_standard_streams();
    signal(SIGXFSZ, SIG_IGN); /* a file that grows beyond the limit is an error to report, not a reason to die */
    int result = take_colour(&argc, argv, &error);
    if (!result)
        result = dispatch(argc, argv, &error);
    if (flush_output(&output_error)) {
        print_error(&output_error);
        if (!result)
            result = FAILED;
    }
    if (error.text)
        print_error(&error);
    error_free(&error);
    error_free(&output_error);
    if (interrupt_exit_code())
        return interrupt_exit_code();
    return result == OK ? EXIT_OK : result == BAD_INPUT ? EXIT_BAD_INPUT : EXIT_FAILED;
}

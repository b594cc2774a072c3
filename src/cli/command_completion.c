/* What makes a shell complete commands, options and parameters: made from the descriptors of the commands. */
#include <stdio.h>
#include <string.h>

#include "base/colour.h"
#include "base/text.h"
#include "command.h"
#include "help.h"
#include "models/registry.h"

/* Does the option's value begin with the name of a parameter? */
static bool takes_parameter(const struct option *option) { return strcmp(option->name, "set") == 0; }

/* A text between single quotes of a shell; for zsh's lists also without brackets and colons, which mean something
 * there. */
static void print_quoted(const char *text, bool is_for_zsh)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (is_for_zsh && strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
}

static void print_parameters(const char *separator)
{
    for (size_t p = 0; p < registry_n_parameters(); p++)
        printf("%s%s", p > 0 ? separator : "", registry_parameter(p)->name);
}

static void print_command_names(void)
{
    for (size_t k = 0; k < help_n_commands; k++)
        printf("%s ", help_commands[k]->name);
    printf("help");
}

/* Every option in all of its forms. */
static void print_bash_options(const struct command *command)
{
    for (size_t k = 0; k < command->n_options; k++) {
        const struct option *option = &command->options[k];
        printf("--%s ", option->name);
        if (option->letter)
            printf("-%c ", option->letter);
    }
    for (const struct option *option = options_common; option->name; option++)
        printf("--%s ", option->name);
}

static void print_colours(void)
{
    for (const char *const *word = colour_words; *word; word++)
        printf("%s%s", word == colour_words ? "" : " ", *word);
}

static void print_bash(void)
{
    printf("# bash completion of entente\n"
           "_entente() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} options=\n"
           "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
           "        COMPREPLY=($(compgen -W '");
    print_command_names();
    printf("' -- \"$word\"))\n"
           "        return\n"
           "    fi\n"
           "    case $last in --set|-s)\n"
           "        compopt -o nospace\n"
           "        COMPREPLY=($(compgen -S = -W '");
    print_parameters(" ");
    printf("' -- \"$word\"))\n"
           "        return ;;\n"
           "    --color)\n"
           "        COMPREPLY=($(compgen -W '");
    print_colours();
    printf("' -- \"$word\"))\n"
           "        return ;;\n"
           "    esac\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (size_t k = 0; k < help_n_commands; k++) {
        printf("    %s) options='", help_commands[k]->name);
        print_bash_options(help_commands[k]);
        printf("' ;;\n");
    }
    printf("    help) COMPREPLY=($(compgen -W '");
    print_command_names();
    printf("' -- \"$word\")); return ;;\n"
           "    esac\n"
           "    case $word in -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;; esac\n"
           "}\n"
           "complete -o bashdefault -o default -F _entente entente\n");
}

static void print_zsh_option(const struct option *option)
{
    printf("            '");
    if (option->letter)
        printf("%s'{-%c,--%s}'", option->may_repeat ? "*" : "", option->letter, option->name);
    else
        printf("%s--%s", option->may_repeat ? "*" : "", option->name);
    printf("[");
    print_quoted(option->meaning, true);
    printf("]");
    if (option->value) {
        printf(":");
        print_quoted(option->value, true);
        printf(takes_parameter(option) ? ":_entente_parameters" : ":_files");
    }
    printf("' \\\n");
}

static void print_zsh(void)
{
    printf("#compdef entente\n"
           "_entente_parameters() {\n"
           "    compadd -S = -- ");
    print_parameters(" ");
    printf("\n}\n"
           "_entente() {\n"
           "    local context state line\n"
           "    _arguments -C '1:command:->command' '*::argument:->argument'\n"
           "    case $state in\n"
           "    command)\n"
           "        local -a commands=(\n");
    for (size_t k = 0; k < help_n_commands; k++) {
        printf("            '%s:", help_commands[k]->name);
        print_quoted(help_commands[k]->summary, true);
        printf("'\n");
    }
    printf("            'help:explain a command'\n"
           "        )\n"
           "        _describe command commands ;;\n"
           "    argument)\n"
           "        case $words[1] in\n");
    for (size_t k = 0; k < help_n_commands; k++) {
        printf("        %s) _arguments \\\n", help_commands[k]->name);
        for (size_t m = 0; m < help_commands[k]->n_options; m++)
            print_zsh_option(&help_commands[k]->options[m]);
        printf("            '--color[errors in red, headings in bold]:WHEN:(");
        print_colours();
        printf(")' \\\n");
        printf("            '*:");
        print_quoted(help_commands[k]->operand ? help_commands[k]->operand : "argument", true);
        printf(":_files' ;;\n");
    }
    printf("        esac ;;\n"
           "    esac\n"
           "}\n"
           "_entente \"$@\"\n");
}

static void print_fish(void)
{
    printf("# fish completion of entente\n");
    for (size_t k = 0; k < help_n_commands; k++) {
        printf("complete -c entente -n __fish_use_subcommand -a %s -d '", help_commands[k]->name);
        print_quoted(help_commands[k]->summary, false);
        printf("'\n");
    }
    printf("complete -c entente -n __fish_use_subcommand -a help -d 'explain a command'\n");
    printf("complete -c entente -l color -x -a '");
    print_colours();
    printf("' -d 'errors in red, headings in bold'\n");
    for (size_t k = 0; k < help_n_commands; k++)
        for (size_t m = 0; m < help_commands[k]->n_options; m++) {
            const struct option *option = &help_commands[k]->options[m];
            printf("complete -c entente -n '__fish_seen_subcommand_from %s' -l %s", help_commands[k]->name,
                   option->name);
            if (option->letter)
                printf(" -s %c", option->letter);
            if (option->value)
                printf(" -r");
            if (takes_parameter(option)) {
                printf(" -f -a '");
                print_parameters("= ");
                printf("='");
            }
            printf(" -d '");
            print_quoted(option->meaning, false);
            printf("'\n");
        }
}

static const struct shell {
    const char *name;
    void (*print)(void);
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

static int run(const struct options *options, struct error *error)
{
    struct nearest nearest = {.wanted = options->operands[0]};
    for (size_t k = 0; k < COUNT(shells); k++) {
        if (strcmp(shells[k].name, options->operands[0]) == 0 && options->n_operands == 1) {
            shells[k].print();
            return OK;
        }
        nearest_try(&nearest, shells[k].name);
    }
    if (options->n_operands > 1)
        return error_set(error, BAD_INPUT, "completion is for one shell at a time");
    return error_set(error, BAD_INPUT, "there is no completion for '%s'; it must be bash, zsh or fish%s",
                     options->operands[0], nearest_hint(&nearest));
}

const struct command command_completion = {
    .name = "completion",
    .summary = "print what makes a shell complete commands, options and parameters",
    .usage = "bash|zsh|fish",
    .description = "Prints a script for the shell. An installed entente has it where the shell looks for it; without "
                   "installing, load it from the shell's start-up file as below.",
    .operand = "a shell: bash, zsh or fish",
    .least_operands = 1,
    .examples = "source <(entente completion bash)\n"
                "entente completion zsh > ~/.zfunc/_entente\n"
                "entente completion fish > ~/.config/fish/completions/entente.fish\n",
    .run = run,
};

/* All results of a run, for installed.py to compare: a line of text a variable, then its bytes.
 *     dump THREADS FILE SETTING... > OUT
 * The program has the language of the environment, and names that the library has inside: neither may matter. */
#include <entente.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define OURS(name)                                                                                                     \
    void name(void);                                                                                                   \
    void name(void) { abort(); }

OURS(error_set)
OURS(text_add)
OURS(ensemble_run)
OURS(year_see)

static void print_labels(const struct entente_results *results, const struct entente_view *view, size_t k)
{
    printf("\t%s %zu", view->dimensions[k], view->sizes[k]);
    for (size_t n = 0; entente_label(results, view->dimensions[k], n); n++)
        printf(" %s", entente_label(results, view->dimensions[k], n));
}

static void print_variable(const struct entente_results *results, const char *name)
{
    struct entente_view view;
    size_t n = 1;
    entente_variable(results, name, &view, NULL);
    printf("%s\t%s\t%s", view.name, view.unit, view.description);
    for (size_t k = 0; k < view.n_dimensions; k++) {
        print_labels(results, &view, k);
        n *= view.sizes[k];
    }
    printf("\n");
    fwrite(view.values, sizeof *view.values, n, stdout);
}

int main(int argc, char **argv)
{
    struct entente_error error = {0};
    struct entente_simulation *simulation = NULL;
    struct entente_results *results = NULL;
    setlocale(LC_ALL, "");
    fprintf(stderr, "1%s5\n", localeconv()->decimal_point);
    int code = argc > 2 ? entente_load(argv[2], &simulation, &error) : ENTENTE_BAD_INPUT;
    for (int k = 3; k < argc && code == ENTENTE_OK; k++)
        code = entente_set(simulation, argv[k], &error);
    if (code == ENTENTE_OK)
        code = entente_run(simulation, atoi(argv[1]), &results, &error);
    for (size_t k = 0; code == ENTENTE_OK && k < entente_n_variables(results); k++)
        print_variable(results, entente_variable_name(results, k));
    if (code != ENTENTE_OK && error.text)
        fprintf(stderr, "%s\n", error.text);
    entente_results_free(results);
    entente_simulation_free(simulation);
    entente_error_free(&error);
    return code == ENTENTE_OK ? 0 : 1;
}

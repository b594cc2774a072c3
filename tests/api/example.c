/* What if China were half as willing? Cohesion of 2020, over 100 runs, as history went and with half of China's will.
 *     cc example.c $(pkg-config --cflags --libs entente) -o example && ./example history.yaml
 */
#include <entente.h>
#include <stdio.h>

/* A variable's mean over replicates in a year; of a state, if one is named. */
static int find_mean(const struct entente_results *results, const char *variable, const char *year, const char *state,
                     double *mean, struct entente_error *error)
{
    struct entente_view view;
    size_t t = 0, i = 0, stride = 1;
    double sum = 0;
    int code = entente_variable(results, variable, &view, error);
    if (code == ENTENTE_OK)
        code = entente_find(results, "year", year, &t, error);
    if (code == ENTENTE_OK && state)
        code = entente_find(results, "state", state, &i, error);
    if (code != ENTENTE_OK)
        return code;
    if (state)
        stride = view.sizes[2]; /* [replicate][year][state] */
    for (size_t k = 0; k < view.sizes[0]; k++)
        sum += view.values[(k * view.sizes[1] + t) * stride + i];
    *mean = sum / (double)view.sizes[0];
    return ENTENTE_OK;
}

int main(int argc, char **argv)
{
    struct entente_error error = {0};
    struct entente_simulation *simulation = NULL;
    struct entente_results *history = NULL, *unwilling = NULL;
    double will = 0, with = 0, without = 0;

    int code = entente_load(argc > 1 ? argv[1] : "history.yaml", &simulation, &error);
    if (code == ENTENTE_OK)
        code = entente_set(simulation, "replicates=100", &error);
    if (code == ENTENTE_OK)
        code = entente_run(simulation, 0, &history, &error);
    if (code == ENTENTE_OK)
        code = find_mean(history, "will", "2001", "CHN", &will, &error);
    if (code == ENTENTE_OK)
        code = entente_set_number(simulation, "states.CHN.will", will / 2, &error);
    if (code == ENTENTE_OK)
        code = entente_run(simulation, 0, &unwilling, &error);
    if (code == ENTENTE_OK)
        code = find_mean(history, "cohesion", "2020", NULL, &with, &error);
    if (code == ENTENTE_OK)
        code = find_mean(unwilling, "cohesion", "2020", NULL, &without, &error);
    if (code == ENTENTE_OK)
        printf("cohesion in 2020: %.17g with China's will of %g, %.17g with half of it\n", with, will, without);
    else
        fprintf(stderr, "%s\n", error.text);

    entente_results_free(history);
    entente_results_free(unwilling);
    entente_simulation_free(simulation);
    entente_error_free(&error);
    return code == ENTENTE_OK ? 0 : 1;
}

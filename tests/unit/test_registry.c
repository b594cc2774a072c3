/* The list of mechanisms, and what must hold of every entry of their tables. */
#include "fixture.h"

static void a_name_is_found_where_it_stands(void **state)
{
    (void)state;
    for (size_t p = 0; p < registry_n_parameters(); p++)
        assert_int_equal(registry_find_parameter(registry_parameter(p)->name), p);
    for (size_t v = 0; v < registry_n_variables(); v++)
        assert_int_equal(registry_find_variable(registry_variable(v)->name), v);
}

static void an_unknown_name_is_not_found(void **state)
{
    (void)state;
    assert_int_equal(registry_find_parameter("summit.temper"), -1);
    assert_int_equal(registry_find_variable(""), -1);
}

static void parameters_are_numbered_in_the_order_of_the_registry(void **state)
{
    (void)state;
    size_t p = 0;
    for (size_t m = 0; m < N_MECHANISMS; m++)
        for (size_t k = 0; k < registry[m]->n_parameters; k++)
            assert_ptr_equal(registry_parameter(p++), &registry[m]->parameters[k]);
    assert_int_equal(p, registry_n_parameters());
}

static void variables_are_numbered_in_the_order_of_the_registry(void **state)
{
    (void)state;
    size_t v = 0;
    for (size_t m = 0; m < N_MECHANISMS; m++)
        for (size_t k = 0; k < registry[m]->n_variables; k++)
            assert_ptr_equal(registry_variable(v++), &registry[m]->variables[k]);
    assert_int_equal(v, registry_n_variables());
}

static void a_mechanism_has_the_index_of_its_name(void **state)
{
    (void)state;
#define SAME_NAME(name_) assert_string_equal(registry[MECHANISM_##name_]->name, #name_);
    MECHANISMS(SAME_NAME, SAME_NAME)
#undef SAME_NAME
}

static void the_lanes_of_parameters_fill_their_struct(void **state)
{
    (void)state;
    struct parameters p;
    assert_int_equal(registry_n_parameters() * sizeof(lane_array), sizeof p);
    memset(&p, 0, sizeof p);
    for (size_t k = 0; k < registry_n_parameters(); k++)
        put(registry_parameter_lanes(&p, k), (double)(k + 1));
    for (size_t k = 0; k < registry_n_parameters(); k++)
        assert_same(registry_parameter_lanes(&p, k)[0], (double)(k + 1));
}

static void a_parameter_is_where_c_finds_it(void **state)
{
    (void)state;
    struct parameters p;
    assert_ptr_equal(registry_parameter_lanes(&p, (size_t)registry_find_parameter("alignment.uptake")),
                     p.events.alignment.uptake);
    assert_ptr_equal(registry_parameter_lanes(&p, (size_t)registry_find_parameter("agenda.quorum")),
                     p.summit.agenda.quorum);
    assert_ptr_equal(registry_parameter_lanes(&p, (size_t)registry_find_parameter("membership.rule")),
                     p.membership.membership.rule);
}

static void every_default_lies_in_its_range(void **state)
{
    (void)state;
    for (size_t k = 0; k < registry_n_parameters(); k++) {
        const struct parameter *p = registry_parameter(k);
        assert_true(p->low < p->high && p->value >= p->low && p->value <= p->high);
        assert_true(p->type == REAL || p->value == rint(p->value));
    }
}

static bool has_start(const struct variable *variable)
{
    return (variable->kind == STOCK || variable->kind == ATTRIBUTE) && !(variable->flags & REQUIRED_IN_YAML);
}

static void every_start_lies_in_its_range(void **state)
{
    (void)state;
    for (size_t k = 0; k < registry_n_variables(); k++) {
        const struct variable *v = registry_variable(k);
        assert_true(v->low < v->high);
        assert_true(!has_start(v) || (v->start >= v->low && v->start <= v->high));
    }
}

static bool is_sentence(const char *text)
{
    const size_t length = text ? strlen(text) : 0;
    return length > 1 && text[length - 1] == '.';
}

static void every_meaning_is_a_sentence(void **state)
{
    (void)state;
    for (size_t m = 0; m < N_MECHANISMS; m++)
        assert_true(is_sentence(registry[m]->meaning) && is_sentence(registry[m]->off));
    for (size_t k = 0; k < registry_n_parameters(); k++)
        assert_true(is_sentence(registry_parameter(k)->meaning));
    for (size_t k = 0; k < registry_n_variables(); k++)
        assert_true(is_sentence(registry_variable(k)->meaning));
}

static void every_number_that_a_user_sees_has_a_unit_and_every_default_a_source(void **state)
{
    (void)state;
    for (size_t k = 0; k < registry_n_parameters(); k++)
        assert_true(registry_parameter(k)->unit[0] && registry_parameter(k)->source[0]);
    for (size_t k = 0; k < registry_n_variables(); k++) {
        const struct variable *v = registry_variable(k);
        assert_true(v->unit[0]);
        assert_true((v->flags & HIDDEN) || (v->kind != STOCK && v->kind != ATTRIBUTE) || v->source);
    }
}

static void no_two_draws_share_a_purpose(void **state)
{
    (void)state;
    bool is_taken[256] = {[NO_PURPOSE] = true,       [PURPOSE_EVENT_YEAR] = true,   [PURPOSE_EVENT_HAZARD] = true,
                          [PURPOSE_DESIGN] = true,   [PURPOSE_DESIGN_ORDER] = true, [PURPOSE_DESIGN_DIRECTION] = true,
                          [PURPOSE_RESAMPLE] = true, [PURPOSE_PROPOSAL] = true,     [PURPOSE_SURVIVAL] = true,
                          [PURPOSE_DUMMY] = true};
    for (size_t k = 0; k < registry_n_variables(); k++) {
        const struct variable *v = registry_variable(k);
        if (v->kind != DRAW_UNIFORM && v->kind != DRAW_NORMAL)
            continue;
        assert_false(is_taken[v->purpose]);
        is_taken[v->purpose] = true;
    }
}

static void draws_of_pairs_name_who_asks_and_about_whom_and_those_of_dyads_are_for_all(void **state)
{
    (void)state;
    for (size_t k = 0; k < registry_n_variables(); k++) {
        const struct variable *v = registry_variable(k);
        if (v->kind != DRAW_UNIFORM && v->kind != DRAW_NORMAL)
            continue;
        assert_int_equal(v->asks_about != FOR_ALL, v->shape == BY_PAIR);
        assert_true(v->shape != BY_PAIR || v->asks != FOR_ALL);
        assert_true(v->shape != BY_DYAD || v->asks == FOR_ALL);
    }
}

static void what_may_follow_a_series_is_told_it_by_state(void **state)
{
    (void)state;
    struct world world;
    const struct told told = {0};
    for (size_t k = 0; k < registry_n_variables(); k++) {
        const struct variable *variable = registry_variable(k);
        if (!variable->series)
            continue;
        assert_int_equal(variable->kind, STOCK);
        assert_int_equal(variable->shape, BY_STATE);
        memset(&world, 0, sizeof world);
        registry_tell(&world, variable, &told);
        assert_ptr_equal(strcmp(variable->name, "gdp") == 0 ? world.gdp_series : world.price_series, &told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_where_it_stands),
        cmocka_unit_test(an_unknown_name_is_not_found),
        cmocka_unit_test(parameters_are_numbered_in_the_order_of_the_registry),
        cmocka_unit_test(variables_are_numbered_in_the_order_of_the_registry),
        cmocka_unit_test(a_mechanism_has_the_index_of_its_name),
        cmocka_unit_test(the_lanes_of_parameters_fill_their_struct),
        cmocka_unit_test(a_parameter_is_where_c_finds_it),
        cmocka_unit_test(every_default_lies_in_its_range),
        cmocka_unit_test(every_start_lies_in_its_range),
        cmocka_unit_test(every_meaning_is_a_sentence),
        cmocka_unit_test(every_number_that_a_user_sees_has_a_unit_and_every_default_a_source),
        cmocka_unit_test(no_two_draws_share_a_purpose),
        cmocka_unit_test(draws_of_pairs_name_who_asks_and_about_whom_and_those_of_dyads_are_for_all),
        cmocka_unit_test(what_may_follow_a_series_is_told_it_by_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

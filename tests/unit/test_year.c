/* One year: the order of its steps, and the switches. */
#include "fixture.h"

enum { N_YEARS = 60 };

/* A course through a random world: flows are still 0, there are no events, everything is switched on. */
static struct course course_begin(struct fixture *f, uint64_t seed)
{
    static struct parameters in_force;
    struct array arrays[MOST_ARRAYS];
    fixture_fill(f, seed);
    const size_t n = list_arrays(&f->world, arrays);
    for (size_t k = 0; k < n; k++)
        if (arrays[k].variable->kind == FLOW)
            memset(arrays[k].lanes, 0, arrays[k].count * sizeof(lane_array));
    struct course course = {.world = f->world, .base = &f->parameters, .parameters = &in_force};
    for (size_t m = 0; m < N_MECHANISMS; m++)
        course.is_on[m] = true;
    year_begin(&course);
    return course;
}

static void draw_anew(struct world *world, uint64_t *state)
{
    struct array arrays[MOST_ARRAYS];
    const size_t n = list_arrays(world, arrays);
    for (size_t k = 0; k < n; k++) {
        const enum kind kind = arrays[k].variable->kind;
        if (kind != DRAW_UNIFORM && kind != DRAW_NORMAL)
            continue;
        for (size_t e = 0; e < arrays[k].count; e++)
            EACH_LANE(l)
                arrays[k].lanes[e][l] = random_value(arrays[k].variable, state);
    }
}

/* This year's stocks of a mechanism, one after the other. Returns how many bytes. */
static size_t save_stocks(const struct world *world, const struct mechanism *mechanism, char *copy)
{
    size_t bytes = 0;
    for (size_t v = 0; v < mechanism->n_variables; v++) {
        const struct variable *variable = &mechanism->variables[v];
        const size_t size = variable_count(variable->shape, world->n_states) * sizeof(lane_array);
        if (variable->kind != STOCK)
            continue;
        memcpy(copy + bytes, registry_variable_lanes(world, variable), size);
        bytes += size;
    }
    return bytes;
}

/* Does a year change any bit of the mechanism's stocks? */
static bool changes_in_a_year(struct course *course, size_t mechanism)
{
    static char before[1 << 16], after[1 << 16];
    year_see(course);
    const size_t bytes = save_stocks(&course->world, registry[mechanism], before);
    year_move(course);
    save_stocks(&course->world, registry[mechanism], after);
    return memcmp(before, after, bytes) != 0;
}

static bool has_stocks(const struct mechanism *mechanism)
{
    for (size_t v = 0; v < mechanism->n_variables; v++)
        if (mechanism->variables[v].kind == STOCK)
            return true;
    return false;
}

static void a_mechanism_that_is_on_changes_its_stocks(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        struct course course = course_begin(f, 1);
        assert_int_equal(changes_in_a_year(&course, m), has_stocks(registry[m]));
    }
    fixture_free(f);
}

static void a_mechanism_that_is_off_leaves_its_stocks_to_the_bit(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        struct course course = course_begin(f, 1);
        course.is_on[m] = false;
        for (int year = 0; year < 5; year++)
            assert_false(changes_in_a_year(&course, m));
    }
    fixture_free(f);
}

static void assert_zero(const struct world *world, const char *name)
{
    const struct variable *variable = registry_variable((size_t)registry_find_variable(name));
    const lane_array *lanes = registry_variable_lanes(world, variable);
    for (size_t e = 0; e < variable_count(variable->shape, world->n_states); e++)
        EACH_LANE(l) {
            if (lanes[e][l] == 0)
                continue;
            print_error("%s is %g\n", name, lanes[e][l]);
            fail();
        }
}

/* Flows of a mechanism that is off are 0, as its entry in the table says: nothing that reads them is told otherwise. */
static void assert_zero_when_off(size_t mechanism, const char *const *names)
{
    struct fixture *f = fixture_blank(N_STATES);
    struct course course = course_begin(f, 2);
    course.is_on[mechanism] = false;
    for (int year = 0; year < 3; year++) {
        year_see(&course);
        for (const char *const *name = names; *name; name++)
            assert_zero(&course.world, *name);
        year_move(&course);
        for (const char *const *name = names; *name; name++)
            assert_zero(&course.world, *name);
    }
    fixture_free(f);
}

static void without_leadership_nobody_leads(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_leadership,
                         (const char *[]){"leadership", "influence", "appeal", "effective_leadership", "drive", NULL});
}

static void without_needs_nobody_needs_anything(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_needs,
                         (const char *[]){"need", "exposure", "dependence", "efficacy", "payment", NULL});
}

static void without_summits_nobody_takes_part(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_summit,
                         (const char *[]){"propensity", "attendance", "following", "cooperation", NULL});
}

static void without_crisis_response_there_is_no_shortfall(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_crisis, (const char *[]){"shortfall", NULL});
}

static void without_cohesion_nothing_is_observed(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_cohesion,
                         (const char *[]){"cohesion", "attitude", "attachment", "participation", NULL});
}

static void without_events_there_is_no_crisis(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_events, (const char *[]){"crisis", NULL});
}

static void without_trade_no_potential_is_known(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_trade, (const char *[]){"potential_trade", NULL});
}

static void seeing_changes_no_stock(void **state)
{
    (void)state;
    static char before[1 << 16], after[1 << 16];
    struct fixture *f = fixture_blank(N_STATES);
    struct course course = course_begin(f, 3);
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        const size_t bytes = save_stocks(&course.world, registry[m], before);
        year_see(&course);
        save_stocks(&course.world, registry[m], after);
        assert_memory_equal(before, after, bytes);
    }
    fixture_free(f);
}

static void seeing_twice_shows_the_same(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    struct course course = course_begin(f, 4);
    year_see(&course);
    struct fixture *once = fixture_copy(f);
    year_see(&course);
    EACH_LANE(l)
        assert_true(is_lane_same(once, f, l));
    fixture_free(once);
    fixture_free(f);
}

static void moving_begins_the_next_year_with_what_it_wrote(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    struct course course = course_begin(f, 5);
    const lane_array *next = course.world.next.vision, *now = course.world.now.vision;
    year_see(&course);
    year_move(&course);
    assert_ptr_equal(course.world.now.vision, next);
    assert_ptr_equal(course.world.next.vision, now);
    assert_same(course.world.year, 2006);
    fixture_free(f);
}

/* Steps 6 to 12 and 16 in reverse, then 14, 13 and 15. */
static void move_in_another_order(struct course *course)
{
    struct world *world = &course->world;
    const struct parameters *p = course->parameters;
    membership_vote(world, &p->membership, &p->leadership);
    learning_learn(world, &p->learning);
    positions_move(world, &p->positions);
    security_change(world, &p->security);
    commitment_form(world, &p->commitment);
    institutions_build(world, &p->institutions);
    summit_set_agenda(world, &p->summit);
    trade_adjust(world, &p->trade);
    infrastructure_build(world, &p->infrastructure);
    economy_grow(world, &p->economy);
}

static void the_order_of_the_steps_that_move_makes_no_difference(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES), *other = fixture_blank(N_STATES);
    struct course course = course_begin(f, 6), other_course = course_begin(other, 6);
    year_see(&course);
    year_see(&other_course);
    year_move(&course);
    move_in_another_order(&other_course);
    EACH_LANE(l)
        assert_true(is_lane_same(f, other, l));
    fixture_free(other);
    fixture_free(f);
}

static void draw_anew_without_series(struct world *world, uint64_t *state)
{
    draw_anew(world, state);
    for (size_t i = 0; i < world->n_states; i++) {
        put(world->gdp_series[i], NAN);
        put(world->price_series[i], NAN);
    }
}

/* A share may be off by the rounding of the sum it is a share of. */
static void assert_numbers_in_range(const struct array *array)
{
    const double slack = 1e-9;
    for (size_t e = 0; e < array->count; e++)
        EACH_LANE(l) {
            const double x = array->lanes[e][l];
            if (x >= array->variable->low - slack && x <= array->variable->high + slack)
                continue;
            print_error("%s [%zu] is %g\n", array->variable->name, e, x);
            fail();
        }
}

static void for_decades_everything_stays_in_its_range(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES);
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct course course = course_begin(f, seed);
        struct array arrays[MOST_ARRAYS];
        uint64_t random = seed;
        for (int year = 0; year < N_YEARS; year++) {
            draw_anew_without_series(&course.world, &random);
            year_see(&course);
            const size_t n = list_arrays(&course.world, arrays);
            for (size_t k = 0; k < n; k++)
                if (!arrays[k].is_next && arrays[k].variable->kind <= FLOW)
                    assert_numbers_in_range(&arrays[k]);
            year_move(&course);
        }
    }
    fixture_free(f);
}

static void a_whole_course_keeps_lanes_apart(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(N_STATES), *other = fixture_blank(N_STATES);
    struct course course = course_begin(f, 7);
    for (int year = 0; year < 10; year++)
        year_see(&course), year_move(&course);
    course = course_begin(other, 7);
    other->world.now.threat[0][3] = 0.123; /* one number in one lane is different */
    for (int year = 0; year < 10; year++)
        year_see(&course), year_move(&course);
    EACH_LANE(l)
        assert_int_equal(is_lane_same(f, other, l), l != 3);
    fixture_free(other);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mechanism_that_is_on_changes_its_stocks),
        cmocka_unit_test(a_mechanism_that_is_off_leaves_its_stocks_to_the_bit),
        cmocka_unit_test(without_leadership_nobody_leads),
        cmocka_unit_test(without_needs_nobody_needs_anything),
        cmocka_unit_test(without_summits_nobody_takes_part),
        cmocka_unit_test(without_crisis_response_there_is_no_shortfall),
        cmocka_unit_test(without_cohesion_nothing_is_observed),
        cmocka_unit_test(without_events_there_is_no_crisis),
        cmocka_unit_test(without_trade_no_potential_is_known),
        cmocka_unit_test(seeing_changes_no_stock),
        cmocka_unit_test(seeing_twice_shows_the_same),
        cmocka_unit_test(moving_begins_the_next_year_with_what_it_wrote),
        cmocka_unit_test(the_order_of_the_steps_that_move_makes_no_difference),
        cmocka_unit_test(for_decades_everything_stays_in_its_range),
        cmocka_unit_test(a_whole_course_keeps_lanes_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

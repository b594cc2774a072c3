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

static void see(struct course *course)
{
    year_open(course);
    year_see(course);
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
    see(course);
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
        see(&course);
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
    assert_zero_when_off(MECHANISM_cohesion, (const char *[]){"cohesion", "attitude", "attachment", "participation",
                                                              "position_distance", NULL});
}

static void without_events_there_is_no_crisis(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_events, (const char *[]){"crisis", NULL});
}

/* What is known of trade with members is what counting it anew would show, to the bit. */
static void assert_counted(struct world *world)
{
    lane_array known[N_STATES];
    memcpy(known, world->now.trade_inside, sizeof known);
    world->has_counted = false;
    trade_count_inside(world);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l)
            assert_same(known[i][l], world->now.trade_inside[i][l]);
}

static void without_trade_no_potential_is_known_and_nothing_grows_by_trade(void **state)
{
    (void)state;
    assert_zero_when_off(MECHANISM_trade, (const char *[]){"potential_trade", NULL});
    struct fixture *f = fixture_blank(N_STATES);
    struct course course = course_begin(f, 2);
    course.is_on[MECHANISM_trade] = false;
    for (int year = 0; year < 3; year++) {
        see(&course);
        assert_counted(&course.world);
        year_move(&course); /* what was `now` is `next` */
        for (size_t i = 0; i < N_STATES; i++)
            EACH_LANE(l)
                assert_same(course.world.now.trade_inside[i][l], course.world.next.trade_inside[i][l]);
    }
    fixture_free(f);
}

static void seeing_changes_no_stock(void **state)
{
    (void)state;
    static char before[1 << 16], after[1 << 16];
    struct fixture *f = fixture_blank(N_STATES);
    struct course course = course_begin(f, 3);
    for (size_t m = 0; m < N_MECHANISMS; m++) {
        const size_t bytes = save_stocks(&course.world, registry[m], before);
        see(&course);
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
    see(&course);
    struct fixture *once = fixture_copy(f);
    see(&course);
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
    see(&course);
    year_move(&course);
    assert_ptr_equal(course.world.now.vision, next);
    assert_ptr_equal(course.world.next.vision, now);
    assert_same(course.world.year, 2006);
    fixture_free(f);
}

/* Step 16, then 12 to 6 in reverse, then 14, which trades by this year's infrastructure, 13 and 15. */
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
    see(&course);
    see(&other_course);
    year_move(&course);
    move_in_another_order(&other_course);
    EACH_LANE(l)
        assert_true(is_lane_same(f, other, l));
    fixture_free(other);
    fixture_free(f);
}

/* An event on the trade of all dyads. */
struct trade_event {
    struct event event;
    struct effect effect;
    struct operand operand;
    bool touches[N_STATES];
    double value[N_STATES];
    lane_array begins, hazard_draw;
};

/* In `lane` (LANES: in all) trade is set to a hundredth of a million US$, which needs not be the power of its
 * logarithm. */
static void add_trade_event(struct course *course, struct trade_event *e, double year, size_t lane)
{
    *e = (struct trade_event){.operand = {EVERYONE, e->touches, e->value}};
    for (size_t i = 0; i < N_STATES; i++) {
        e->touches[i] = true;
        e->value[i] = 0.01 * (double)(i + 1);
    }
    e->effect = (struct effect){.operation = SET,
                                .parameter = -1,
                                .variable = registry_variable((size_t)registry_find_variable("trade")),
                                .operands = &e->operand,
                                .n_operands = 1};
    e->event = (struct event){.timing = FIXED_YEAR, .duration = 1, .effects = &e->effect, .n_effects = 1};
    EACH_LANE(l)
        e->begins[l] = lane == LANES || l == lane ? year : (double)INFINITY;
    course->calendar =
        (struct calendar){.events = &e->event, .n_events = 1, .begins = &e->begins, .hazard_draw = &e->hazard_draw};
}

/* Is the element one that is computed where nothing but what mechanisms read is told? What states could trade with
 * members is read of members; trade in US$ is, of dyads with somebody who is or was a member in some lane; the distance
 * of positions is not. */
static bool is_read(const struct world *w, const struct array *array, size_t e, size_t l)
{
    const char *name = array->variable->name;
    if (is_word("trade potential_trade", name)) {
        FOR_DYADS(w->n_states, i, j, d)
            if (d == e)
                return is_word("trade", name) && (w->is_followed[i] || w->is_followed[j]);
    }
    if (is_word("position_distance", name))
        return false;
    if (is_word("need", name))
        return w->is_member[e / AREAS][l] > 0;
    return is_word("potential_inside missing_inside", name) ? w->is_member[e][l] > 0 : true;
}

static void assert_same_where_read(const struct world *all, const struct world *few)
{
    struct array of_all[MOST_ARRAYS], of_few[MOST_ARRAYS];
    const size_t n = list_arrays(all, of_all);
    list_arrays(few, of_few);
    for (size_t k = 0; k < n; k++)
        for (size_t e = 0; e < of_all[k].count; e++)
            EACH_LANE(l) {
                if (!is_read(few, &of_all[k], e, l) ||
                    lane_bits(of_all[k].lanes[e][l]) == lane_bits(of_few[k].lanes[e][l]))
                    continue;
                print_error("%g: lane %zu of %s [%zu] is %a, and %a where all is told\n", few->year, l,
                            of_all[k].variable->name, e, of_few[k].lanes[e][l], of_all[k].lanes[e][l]);
                fail();
            }
}

/* Members come and go: 3 joins in one lane in 2008, 4 in all lanes in 2011, 3 leaves in 2014; 5 and 6 stay outside. */
static void change_members(struct world *world)
{
    if (world->year == 2005)
        for (size_t i = 2; i < N_STATES; i++)
            put(world->now.status[i], OUTSIDER);
    if (world->year == 2008)
        world->now.status[3][2] = MEMBER;
    if (world->year == 2011)
        put(world->now.status[4], MEMBER);
    if (world->year == 2014)
        put(world->now.status[3], OUTSIDER);
}

/* A course in which dyads that nobody reads are passed by is the one in which all is told; with an event on trade, or
 * (year 0) without. Nobody but change_members changes members. */
static void check_what_is_passed_by(double year_of_event, size_t lane)
{
    struct fixture *f = fixture_blank(N_STATES), *g = fixture_blank(N_STATES);
    struct trade_event *events = calloc(2, sizeof *events);
    struct course all = course_begin(f, 8), few = course_begin(g, 8), *courses[] = {&all, &few};
    uint64_t random[] = {8, 8};
    few.world.tells_all = few.world.follows_all = false;
    for (size_t k = 0; k < 2; k++) {
        add_trade_event(courses[k], &events[k], year_of_event, lane);
        courses[k]->is_on[MECHANISM_membership] = false;
        for (size_t d = 0; d < courses[k]->world.n_dyads; d++) /* else all dyads are followed from the start */
            put(courses[k]->world.infrastructure[d], 0);
        memset(courses[k]->world.is_followed, 0, N_STATES * sizeof(bool));
    }
    for (int year = 0; year < 15; year++) {
        for (size_t k = 0; k < 2; k++) {
            draw_anew(&courses[k]->world, &random[k]);
            change_members(&courses[k]->world);
            see(courses[k]);
            assert_counted(&courses[k]->world);
        }
        assert_same_where_read(&all.world, &few.world);
        year_move(&all);
        year_move(&few);
    }
    assert_true(year_of_event > 0 || !few.world.is_followed[N_STATES - 1]); /* something was passed by */
    free(events);
    fixture_free(g);
    fixture_free(f);
}

static void what_is_not_told_is_the_same_to_the_bit_once_it_is_read(void **state)
{
    (void)state;
    check_what_is_passed_by(0, LANES);
}

static void an_event_on_trade_between_outsiders_is_not_lost(void **state)
{
    (void)state;
    check_what_is_passed_by(2007, LANES);
    check_what_is_passed_by(2007, 2);
    check_what_is_passed_by(2012, 5);
}

/* What the event has set is what members trade in that year, to the bit. */
static void an_event_on_trade_in_the_year_of_an_accession_is_not_lost(void **state)
{
    (void)state;
    check_what_is_passed_by(2011, LANES);
    check_what_is_passed_by(2008, 2);
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
            draw_anew(&course.world, &random);
            see(&course);
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
        see(&course), year_move(&course);
    course = course_begin(other, 7);
    other->world.now.threat[0][3] = 0.123; /* one number in one lane is different */
    for (int year = 0; year < 10; year++)
        see(&course), year_move(&course);
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
        cmocka_unit_test(without_trade_no_potential_is_known_and_nothing_grows_by_trade),
        cmocka_unit_test(seeing_changes_no_stock),
        cmocka_unit_test(seeing_twice_shows_the_same),
        cmocka_unit_test(what_is_not_told_is_the_same_to_the_bit_once_it_is_read),
        cmocka_unit_test(an_event_on_trade_between_outsiders_is_not_lost),
        cmocka_unit_test(an_event_on_trade_in_the_year_of_an_accession_is_not_lost),
        cmocka_unit_test(moving_begins_the_next_year_with_what_it_wrote),
        cmocka_unit_test(the_order_of_the_steps_that_move_makes_no_difference),
        cmocka_unit_test(for_decades_everything_stays_in_its_range),
        cmocka_unit_test(a_whole_course_keeps_lanes_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

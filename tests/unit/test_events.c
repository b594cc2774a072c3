/* Step 1, events. */
#include "fixture.h"

/* One event with one effect, of one operand or two. */
struct scene {
    struct event event;
    struct effect effect;
    struct operand operand[2];
    bool touches[2][N_STATES];
    double value[2][N_STATES];
    lane_array begins, hazard_draw;
    struct parameters base, parameters;
    struct calendar calendar;
};

/* The event begins in 2005 in all lanes and lasts a year; its effect touches all states and both areas with `value`. */
static struct scene *scene_new(enum operation operation, const char *variable, double value)
{
    struct scene *s = calloc(1, sizeof *s);
    for (size_t k = 0; k < 2; k++) {
        s->operand[k] = (struct operand){EVERYONE, s->touches[k], s->value[k]};
        for (size_t i = 0; i < N_STATES; i++) {
            s->touches[k][i] = true;
            s->value[k][i] = value;
        }
    }
    s->effect = (struct effect){
        .operation = operation, .parameter = -1, .touches_area = {true, true}, .operands = s->operand, .n_operands = 1};
    if (variable)
        s->effect.variable = registry_variable((size_t)registry_find_variable(variable));
    s->event = (struct event){.timing = FIXED_YEAR, .year = 2005, .duration = 1, .effects = &s->effect, .n_effects = 1};
    s->calendar =
        (struct calendar){.events = &s->event, .n_events = 1, .begins = &s->begins, .hazard_draw = &s->hazard_draw};
    put(s->begins, 2005);
    put_defaults(&s->base);
    put_defaults(&s->parameters);
    return s;
}

static void happen(struct scene *s, struct fixture *f, double year)
{
    f->world.year = year;
    events_happen(&f->world, &s->calendar, &s->base, &s->parameters);
}

static struct scene *scene_of_parameter(enum operation operation, const char *name, double value)
{
    struct scene *s = scene_new(operation, NULL, value);
    s->effect.parameter = registry_find_parameter(name);
    s->calendar.touches_parameters = true;
    return s;
}

/* What becomes of a threat of 0.2 in 2005. */
static double threat_after(enum operation operation, double value)
{
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(operation, "threat", value);
    put(f->world.now.threat[0], 0.2);
    happen(s, f, 2005);
    const double threat = f->world.now.threat[0][0];
    free(s);
    fixture_free(f);
    return threat;
}

static void set_add_scale_and_toward_one_do_what_they_say(void **state)
{
    (void)state;
    assert_close(threat_after(SET, 0.7), 0.7);
    assert_close(threat_after(ADD, 0.3), 0.5);
    assert_close(threat_after(SCALE, 1.5), 0.3);
    assert_close(threat_after(TOWARD_ONE, 0.5), 0.6); /* 0.2 + 0.5 0.8 */
}

static void what_an_event_makes_stays_in_the_range_of_the_variable(void **state)
{
    (void)state;
    assert_same(threat_after(ADD, 5), 1);
    assert_same(threat_after(ADD, -5), 0);
}

/* a = 0.2 + 0.9 0.5 (1 - 0.2) = 0.56 */
static void an_offer_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(OFFER, NULL, 0.5);
    put(f->world.now.alignment[0], 0.2);
    happen(s, f, 2005);
    assert_close(f->world.now.alignment[0][0], 0.56);
    free(s);
    fixture_free(f);
}

/* u = 0.5 + 0.5 0.4 (1 - 0.5) = 0.6 */
static void an_upheaval_worked_by_hand(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(UPHEAVAL, NULL, 0.5);
    put(f->world.now.insecurity[0], 0.5);
    put(f->world.fragility[0], 0.4);
    happen(s, f, 2005);
    assert_close(f->world.now.insecurity[0][0], 0.6);
    free(s);
    fixture_free(f);
}

/* What follows from a number that an event changes follows it: logarithms, and the base of potential trade. */
static void logarithms_and_the_base_of_trade_follow_an_event(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *gdp = scene_new(SET, "gdp", 50), *border = scene_new(SET, "contiguous", 1);
    struct scene *constant = scene_of_parameter(ADD, "trade.constant", 2);
    trade_find_base(&f->world, &f->parameters.trade);
    const double before = f->world.trade_base[0][0];
    happen(gdp, f, 2005);
    assert_close(f->world.now.log_gdp[0][0], log(50));
    happen(border, f, 2005);
    assert_close(f->world.trade_base[0][0], before + 0.42);
    happen(constant, f, 2005);
    assert_close(f->world.trade_base[0][0], before + 2.42);
    happen(constant, f, 2006);
    assert_close(f->world.trade_base[0][0], before + 0.42);
    free(gdp);
    free(border);
    free(constant);
    fixture_free(f);
}

/* Two crises of 1/2 in a year: 0 + 0.5 1 = 0.5, 0.5 + 0.5 0.5 = 0.75; and none the year after */
static void crises_add_up_within_a_year_and_pass_with_it(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(CRISIS, NULL, 0.5);
    struct effect twice[] = {s->effect, s->effect};
    s->event.effects = twice;
    s->event.n_effects = 2;
    happen(s, f, 2005);
    assert_close(f->world.crisis[0][0], 0.75);
    happen(s, f, 2006);
    assert_same(f->world.crisis[0][0], 0);
    free(s);
    fixture_free(f);
}

/* The years of 2003 .. 2010 in which an event of 2005 that lasts three years adds to threat, as a number of digits. */
static long years_of_action(bool acts_each_year)
{
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(ADD, "threat", 0.01);
    long years = 0;
    s->event.duration = 3;
    s->effect.acts_each_year = acts_each_year;
    for (int year = 2003; year <= 2010; year++) {
        const double before = f->world.now.threat[0][0];
        happen(s, f, year);
        if (f->world.now.threat[0][0] > before)
            years = years * 10 + year - 2000;
    }
    free(s);
    fixture_free(f);
    return years;
}

static void an_effect_acts_in_the_first_year_of_its_event(void **state)
{
    (void)state;
    assert_int_equal(years_of_action(false), 5);
}

static void an_effect_that_acts_each_year_lasts_as_long_as_its_event(void **state)
{
    (void)state;
    assert_int_equal(years_of_action(true), 567);
}

static void an_event_acts_only_in_the_lanes_in_which_it_has_begun(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(SET, "threat", 0.5);
    put(s->begins, INFINITY);
    s->begins[3] = 2005;
    happen(s, f, 2005);
    EACH_LANE(l)
        assert_same(f->world.now.threat[0][l], l == 3 ? 0.5 : 0);
    free(s);
    fixture_free(f);
}

static void of_two_operands_that_touch_a_state_the_last_counts(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *s = scene_new(SET, "threat", 0.5);
    s->effect.n_operands = 2;
    s->value[1][0] = 0.9;
    s->touches[1][1] = false;
    happen(s, f, 2005);
    assert_same(f->world.now.threat[0][0], 0.9);
    assert_same(f->world.now.threat[1][0], 0.5);
    free(s);
    fixture_free(f);
}

static void a_group_is_who_has_its_status_in_the_year_itself(void **state)
{
    (void)state;
    const enum group groups[] = {OUTSIDERS, OBSERVERS, MEMBERS};
    for (size_t k = 0; k < 3; k++) {
        struct fixture *f = fixture_blank(3);
        struct scene *s = scene_new(SET, "threat", 0.5);
        for (size_t i = 0; i < 3; i++)
            put(f->world.now.status[i], (double)i);
        s->operand[0].group = groups[k];
        happen(s, f, 2005);
        for (size_t i = 0; i < 3; i++)
            assert_same(f->world.now.threat[i][0], i == k ? 0.5 : 0);
        free(s);
        fixture_free(f);
    }
}

static void states_that_an_operand_does_not_touch_stay(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    struct scene *s = scene_new(SET, "threat", 0.5);
    s->touches[0][1] = false;
    happen(s, f, 2005);
    assert_same(f->world.now.threat[1][0], 0);
    assert_same(f->world.now.threat[2][0], 0.5);
    free(s);
    fixture_free(f);
}

static void an_effect_on_one_issue_leaves_the_other(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *s = scene_new(SET, "position", 0.5);
    s->effect.touches_area[SECURITY] = false;
    happen(s, f, 2005);
    assert_same(f->world.now.position[1][SECURITY][0], 0);
    assert_same(f->world.now.position[1][ECONOMY][0], 0.5);
    free(s);
    fixture_free(f);
}

static void an_effect_on_one_area_of_the_organization_leaves_the_other(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *s = scene_new(SET, "ambition", 0.5);
    s->effect.touches_area[ECONOMY] = false;
    happen(s, f, 2005);
    assert_same(f->world.now.ambition[SECURITY][0], 0.5);
    assert_same(f->world.now.ambition[ECONOMY][0], 0);
    free(s);
    fixture_free(f);
}

/* Factors 2 and 4 meet at their mean 3; state 2 is not touched, nor are its dyads. */
static void a_dyad_is_touched_by_the_mean_of_its_states_if_both_are(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    struct scene *s = scene_new(SCALE, "trade", 2);
    s->value[0][1] = 4;
    s->touches[0][2] = false;
    for (size_t d = 0; d < 3; d++)
        put(f->world.trade[d], 100);
    happen(s, f, 2005);
    assert_same(f->world.trade[dyad_index(3, 0, 1)][0], 300);
    assert_same(f->world.trade[dyad_index(3, 0, 2)][0], 100);
    assert_same(f->world.trade[dyad_index(3, 1, 2)][0], 100);
    free(s);
    fixture_free(f);
}

static void the_logarithm_of_trade_follows_an_event(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *s = scene_new(SET, "trade", 250);
    happen(s, f, 2005);
    assert_close(f->world.log_trade[0][0], log(250));
    free(s);
    fixture_free(f);
}

/* Trade of outsiders is carried as a logarithm alone, here ln 200: what stands in US$ is out of date. */
static void an_event_finds_the_trade_of_outsiders_up_to_date(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(3);
    struct scene *s = scene_new(SCALE, "trade", 2);
    f->world.tells_all = f->world.follows_all = false;
    f->world.has_moved = f->world.has_counted = true;
    for (size_t d = 0; d < 3; d++) {
        put(f->world.trade[d], 100);
        put(f->world.log_trade[d], log(200));
    }
    happen(s, f, 2005);
    for (size_t d = 0; d < 3; d++) {
        assert_close(f->world.trade[d][0], 400);
        assert_close(f->world.log_trade[d][0], log(400));
    }
    assert_false(f->world.has_counted);
    free(s);
    fixture_free(f);
}

static void an_event_on_something_else_leaves_trade_with_members_counted(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *s = scene_new(SET, "contiguous", 1);
    f->world.has_counted = true;
    happen(s, f, 2005);
    assert_true(f->world.has_counted);
    free(s);
    fixture_free(f);
}

/* Logarithms that follow an event do so where it happens: elsewhere to take one of a power would change the last bit,
 * above all of small numbers. */
static void logarithms_stay_to_the_bit_in_lanes_without_the_event(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(17), *before = NULL;
    struct scene *trade = scene_new(SCALE, "trade", 2), *gdp = scene_new(SCALE, "gdp", 2);
    for (size_t d = 0; d < f->world.n_dyads; d++)
        EACH_LANE(l) {
            f->world.log_trade[d][l] /= 10;
            f->world.trade[d][l] = lane_exp(f->world.log_trade[d][l]);
        }
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l) {
            f->world.now.log_gdp[i][l] /= 10;
            f->world.now.gdp[i][l] = lane_exp(f->world.now.log_gdp[i][l]);
        }
    before = fixture_copy(f);
    put(trade->begins, INFINITY);
    put(gdp->begins, INFINITY);
    trade->begins[3] = gdp->begins[3] = 2005;
    happen(trade, f, 2005);
    happen(gdp, f, 2005);
    for (size_t d = 0; d < f->world.n_dyads; d++)
        EACH_LANE(l)
            if (l != 3)
                assert_same(f->world.log_trade[d][l], before->world.log_trade[d][l]);
    for (size_t i = 0; i < N_STATES; i++)
        EACH_LANE(l)
            if (l != 3)
                assert_same(f->world.now.log_gdp[i][l], before->world.now.log_gdp[i][l]);
    free(gdp);
    free(trade);
    fixture_free(before);
    fixture_free(f);
}

static void a_status_that_an_event_sets_begins_a_new_tenure(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(2);
    struct scene *s = scene_new(SET, "status", MEMBER);
    s->touches[0][1] = false;
    for (size_t i = 0; i < 2; i++)
        put(f->world.now.tenure[i], 6);
    happen(s, f, 2005);
    assert_same(f->world.now.status[0][0], MEMBER);
    assert_same(f->world.now.tenure[0][0], 0);
    assert_same(f->world.now.tenure[1][0], 6);
    free(s);
    fixture_free(f);
}

static void a_parameter_is_back_after_the_event(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_of_parameter(SCALE, "trade.adjustment", 2);
    s->event.duration = 2;
    for (int year = 2004; year <= 2008; year++) {
        happen(s, f, year);
        const bool is_during = year == 2005 || year == 2006;
        assert_same(s->parameters.trade.trade.adjustment[0], is_during ? 0.7 : 0.35);
    }
    free(s);
    fixture_free(f);
}

static void a_parameter_stays_in_its_range(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_of_parameter(SCALE, "trade.adjustment", 100);
    happen(s, f, 2005);
    assert_same(s->parameters.trade.trade.adjustment[0], 1);
    free(s);
    fixture_free(f);
}

static void an_event_on_a_parameter_leaves_all_others(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_of_parameter(SET, "summit.temperature", 0.01);
    happen(s, f, 2005);
    put(s->base.summit.summit.temperature, 0.01);
    assert_memory_equal(&s->parameters, &s->base, sizeof s->base);
    free(s);
    fixture_free(f);
}

static void a_hazard_strikes_in_the_first_year_in_which_its_draw_is_below_it(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(ADD, "threat", 0.1);
    const double draws[] = {0.9, 0.31, 0.29, 0.1};
    s->event.timing = HAZARD;
    s->event.hazard = 0.3;
    s->event.first = 2001;
    s->event.last = 2010;
    put(s->begins, INFINITY);
    for (int k = 0; k < 4; k++) {
        put(s->hazard_draw, draws[k]);
        happen(s, f, 2001 + k);
    }
    assert_same(s->begins[0], 2003);
    assert_close(f->world.now.threat[0][0], 0.1);
    free(s);
    fixture_free(f);
}

static void a_hazard_does_not_strike_outside_its_years(void **state)
{
    (void)state;
    struct fixture *f = fixture_blank(1);
    struct scene *s = scene_new(ADD, "threat", 0.1);
    s->event.timing = HAZARD;
    s->event.hazard = 1;
    s->event.first = 2004;
    s->event.last = 2005;
    put(s->begins, INFINITY);
    happen(s, f, 2003);
    happen(s, f, 2006);
    assert_same(s->begins[0], INFINITY);
    happen(s, f, 2004);
    assert_same(s->begins[0], 2004);
    free(s);
    fixture_free(f);
}

static void an_offer(struct world *world, const struct parameters *p)
{
    struct scene *s = scene_new(OFFER, NULL, 0.5);
    s->parameters = *p;
    events_happen(world, &s->calendar, &s->base, &s->parameters);
    free(s);
}

static void a_blockade(struct world *world, const struct parameters *p)
{
    struct scene *s = scene_new(SCALE, "trade", 0.5);
    s->operand[0].group = MEMBERS;
    s->parameters = *p;
    events_happen(world, &s->calendar, &s->base, &s->parameters);
    free(s);
}

static void compare_offer(const struct world *before, const struct world *after, const struct parameters *p, size_t l)
{
    for (size_t i = 0; i < before->n_states; i++) {
        const double a = before->now.alignment[i][l];
        assert_close(after->now.alignment[i][l], a + p->events.alignment.uptake[l] * 0.5 * (1 - a));
    }
}

static void an_offer_agrees_with_its_equation(void **state)
{
    (void)state;
    check_worlds(an_offer, compare_offer);
}

static void each_lane_is_apart(void **state)
{
    (void)state;
    check_lanes_apart(an_offer);
    check_lanes_apart(a_blockade);
}

static void events_write_crisis_and_what_they_touch_and_nothing_else(void **state)
{
    (void)state;
    struct fixture *f = fixture_random(16), *before = fixture_copy(f);
    struct scene *s = scene_new(SET, "threat", 0.5);
    happen(s, f, 2005);
    memcpy(before->world.now.threat, f->world.now.threat, N_STATES * sizeof(lane_array));
    memset(before->world.crisis, 0, sizeof(lane_array));
    EACH_LANE(l)
        assert_true(is_lane_same(before, f, l));
    free(s);
    fixture_free(before);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_add_scale_and_toward_one_do_what_they_say),
        cmocka_unit_test(what_an_event_makes_stays_in_the_range_of_the_variable),
        cmocka_unit_test(an_offer_worked_by_hand),
        cmocka_unit_test(logarithms_and_the_base_of_trade_follow_an_event),
        cmocka_unit_test(an_upheaval_worked_by_hand),
        cmocka_unit_test(crises_add_up_within_a_year_and_pass_with_it),
        cmocka_unit_test(an_effect_acts_in_the_first_year_of_its_event),
        cmocka_unit_test(an_effect_that_acts_each_year_lasts_as_long_as_its_event),
        cmocka_unit_test(an_event_acts_only_in_the_lanes_in_which_it_has_begun),
        cmocka_unit_test(of_two_operands_that_touch_a_state_the_last_counts),
        cmocka_unit_test(a_group_is_who_has_its_status_in_the_year_itself),
        cmocka_unit_test(states_that_an_operand_does_not_touch_stay),
        cmocka_unit_test(an_effect_on_one_issue_leaves_the_other),
        cmocka_unit_test(an_effect_on_one_area_of_the_organization_leaves_the_other),
        cmocka_unit_test(a_dyad_is_touched_by_the_mean_of_its_states_if_both_are),
        cmocka_unit_test(the_logarithm_of_trade_follows_an_event),
        cmocka_unit_test(an_event_finds_the_trade_of_outsiders_up_to_date),
        cmocka_unit_test(an_event_on_something_else_leaves_trade_with_members_counted),
        cmocka_unit_test(logarithms_stay_to_the_bit_in_lanes_without_the_event),
        cmocka_unit_test(a_status_that_an_event_sets_begins_a_new_tenure),
        cmocka_unit_test(a_parameter_is_back_after_the_event),
        cmocka_unit_test(a_parameter_stays_in_its_range),
        cmocka_unit_test(an_event_on_a_parameter_leaves_all_others),
        cmocka_unit_test(a_hazard_strikes_in_the_first_year_in_which_its_draw_is_below_it),
        cmocka_unit_test(a_hazard_does_not_strike_outside_its_years),
        cmocka_unit_test(an_offer_agrees_with_its_equation),
        cmocka_unit_test(each_lane_is_apart),
        cmocka_unit_test(events_write_crisis_and_what_they_touch_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

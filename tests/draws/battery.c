/* Do the draws have their distributions, and nothing to do with each other? What draws_fill puts into a world is
 * tested, whatever the generator: of all variables that are drawn, for many replicates and years, whose numbers, like
 * the seed and the keys of the states, follow each other, as they do in use.
 *
 * Each test of the battery gives a probability; the smallest of them all must not be below the false alarm's, divided
 * by the number of tests. The draws are always the same: what passes once passes always. */
#include <gsl/gsl_cdf.h>

#include "engine/draws.h"
#include "statistics.h"
#include "tests/unit/fixture.h"

#define FALSE_ALARM 1e-6 /* the probability that a perfect generator fails */

enum { SEED = 1, FIRST_YEAR = 2001, BATTERY_STATES = 8, FIRST_KEY = 100, MOST_SAMPLES = 16 };

/* What was drawn of a variable: [year][element][replicate]. z has the mean 0 and the variance 1. */
struct sample {
    const struct variable *variable;
    const struct distribution *distribution;
    size_t n_elements, n;
    double *u, *z;
};

struct draw_record {
    size_t n_years, n_replicates, n_samples;
    struct sample samples[MOST_SAMPLES];
};

/* ---- Draws ---- */

static bool is_drawn(const struct variable *variable)
{
    return variable->kind == DRAW_UNIFORM || variable->kind == DRAW_NORMAL;
}

static struct draw_record *record_new(size_t n_years, size_t n_replicates)
{
    struct draw_record *record = calloc(1, sizeof *record);
    record->n_years = n_years;
    record->n_replicates = n_replicates;
    FOR_VARIABLES(variable) {
        if (!is_drawn(variable))
            continue;
        assert_true(record->n_samples < MOST_SAMPLES);
        struct sample *sample = &record->samples[record->n_samples++];
        sample->variable = variable;
        sample->distribution = variable->kind == DRAW_NORMAL ? &standard_normal : &standard_uniform;
        sample->n_elements = variable_count(variable->shape, BATTERY_STATES);
        sample->n = n_years * sample->n_elements * n_replicates;
        sample->u = calloc(sample->n, sizeof(double));
        sample->z = calloc(sample->n, sizeof(double));
    }
    return record;
}

static void record_free(struct draw_record *record)
{
    for (size_t s = 0; s < record->n_samples; s++) {
        free(record->samples[s].u);
        free(record->samples[s].z);
    }
    free(record);
}

/* The other form of a number: the share of all that lie below it, and the number of variance 1. */
static void put_number(struct sample *sample, size_t at, double drawn)
{
    const bool is_normal = sample->variable->kind == DRAW_NORMAL;
    sample->u[at] = is_normal ? gsl_cdf_ugaussian_P(drawn) : drawn;
    sample->z[at] = is_normal ? drawn : (drawn - 0.5) * sqrt(12);
}

static void forget_draws(struct world *world, const struct draw_record *record)
{
    for (size_t s = 0; s < record->n_samples; s++)
        for (size_t e = 0; e < record->samples[s].n_elements; e++)
            put(registry_variable_lanes(world, record->samples[s].variable)[e], NAN);
}

static void keep_draws(struct draw_record *record, const struct world *world, size_t year, size_t first)
{
    for (size_t s = 0; s < record->n_samples; s++) {
        struct sample *sample = &record->samples[s];
        lane_array *array = registry_variable_lanes(world, sample->variable);
        for (size_t e = 0; e < sample->n_elements; e++)
            EACH_LANE(l) {
                if (is_nan(array[e][l]))
                    fail_msg("Nobody asks for %s: the world of this test must be one where all do.",
                             sample->variable->name);
                put_number(sample, (year * sample->n_elements + e) * record->n_replicates + first + l, array[e][l]);
            }
    }
}

/* A world in which everybody asks for all draws. */
static struct draw_record *draw(size_t n_years, size_t n_replicates)
{
    struct draw_record *record = record_new(n_years, n_replicates);
    struct fixture *f = fixture_blank(BATTERY_STATES);
    uint32_t keys[BATTERY_STATES];
    for (uint32_t i = 0; i < BATTERY_STATES; i++) {
        keys[i] = FIRST_KEY + i;
        f->world.is_member_somewhere[i] = f->world.is_outsider_somewhere[i] = true;
        f->world.is_candidate_somewhere[i] = f->world.grows_by_itself[i] = true;
    }
    const size_t bytes = draws_bytes(BATTERY_STATES);
    void *memory = aligned_alloc(WORLD_ALIGNMENT, (bytes + WORLD_ALIGNMENT - 1) / WORLD_ALIGNMENT * WORLD_ALIGNMENT);
    struct draws *draws = draws_lay_out(memory, &f->world, SEED, keys);
    for (size_t year = 0; year < n_years; year++)
        for (size_t first = 0; first < n_replicates; first += LANES) {
            forget_draws(&f->world, record);
            draws_fill(draws, &f->world, FOR_STEPS_2_TO_5, first, FIRST_YEAR + (int)year);
            draws_fill(draws, &f->world, FOR_STEPS_6_TO_16, first, FIRST_YEAR + (int)year);
            keep_draws(record, &f->world, year, first);
        }
    free(memory);
    fixture_free(f);
    return record;
}

/* ---- The battery ---- */

/* What the battery has found: how many tests were made, and the least likely result. */
struct verdict {
    size_t n_tests;
    double p;
    char what[200];
};

static void judge(struct verdict *verdict, double p, const char *test, const struct sample *a, const struct sample *b)
{
    verdict->n_tests++;
    if (p >= verdict->p)
        return;
    verdict->p = p;
    snprintf(verdict->what, sizeof verdict->what, "%s of %s%s%s", test, a->variable->name, b ? " and " : "",
             b ? b->variable->name : "");
}

static void judge_distribution(struct verdict *verdict, const struct sample *sample)
{
    static const char *const moments[] = {"mean", "variance", "third moment", "fourth moment"};
    for (int m = 1; m <= MOMENTS; m++)
        judge(verdict, p_of_moment(sample->z, sample->n, m, sample->distribution), moments[m - 1], sample, NULL);
    judge(verdict, p_of_bins(sample->u, sample->n), "bins", sample, NULL);
    judge(verdict, p_of_distance(sample->u, sample->n), "distance from the distribution", sample, NULL);
    for (int sigmas = 3; sigmas <= 4; sigmas++)
        for (int is_upper = 0; is_upper <= 1; is_upper++)
            judge(verdict, p_of_tail(sample->u, sample->n, gsl_cdf_ugaussian_Q(sigmas), is_upper), "tail", sample,
                  NULL);
}

static void judge_pairs(struct verdict *verdict, const struct pairs *pairs, const char *apart, const struct sample *a,
                        const struct sample *b)
{
    static const char *const format = "%s, %s,";
    char test[100];
    snprintf(test, sizeof test, format, "correlation", apart);
    judge(verdict, p_of_products(pairs), test, a, b);
    snprintf(test, sizeof test, format, "correlation of squares", apart);
    judge(verdict, p_of_squares(pairs, a->distribution, (b ? b : a)->distribution), test, a, b);
    snprintf(test, sizeof test, format, "pairs", apart);
    judge(verdict, p_of_cells(pairs), test, a, b);
}

/* Which of the numbers of a sample are compared: so far apart, in one respect. */
struct distance {
    const char *name;
    size_t years, elements, replicates;
};

/* A block of the generator serves four replicates, a batch LANES. Elements are states, areas, dyads, pairs. */
static const struct distance distances[] = {
    {"next replicate", 0, 0, 1},  {"second replicate", 0, 0, 2},
    {"third replicate", 0, 0, 3}, {"fourth replicate", 0, 0, 4},
    {"next batch", 0, 0, LANES},  {"next year", 1, 0, 0},
    {"second year", 2, 0, 0},     {"next element", 0, 1, 0},
    {"second element", 0, 2, 0},  {"next row of elements", 0, BATTERY_STATES, 0},
};

/* Is it the first of a pair, if each number is to be in at most one? */
static bool is_first(size_t at, size_t distance, size_t n)
{
    return distance == 0 || (at / distance % 2 == 0 && at + distance < n);
}

static void judge_distance(struct verdict *verdict, const struct draw_record *record, const struct sample *sample,
                           const struct distance *distance)
{
    const size_t n_elements = sample->n_elements, n_replicates = record->n_replicates;
    const size_t apart = (distance->years * n_elements + distance->elements) * n_replicates + distance->replicates;
    struct pairs pairs;
    assert_int_equal(pairs_make(&pairs), 0);
    for (size_t year = 0; year < record->n_years; year++)
        for (size_t e = 0; e < n_elements; e++)
            for (size_t r = 0; r < n_replicates; r++) {
                const size_t at = (year * n_elements + e) * n_replicates + r;
                if (is_first(year, distance->years, record->n_years) && is_first(e, distance->elements, n_elements) &&
                    is_first(r, distance->replicates, n_replicates))
                    pairs_add(&pairs, sample->z[at], sample->z[at + apart], sample->u[at], sample->u[at + apart]);
            }
    if (pairs.n > 0)
        judge_pairs(verdict, &pairs, distance->name, sample, NULL);
    pairs_free(&pairs);
}

/* The same year, element and replicate, for two purposes. */
static void judge_purposes(struct verdict *verdict, const struct draw_record *record, const struct sample *a,
                           const struct sample *b)
{
    const size_t n_elements = a->n_elements < b->n_elements ? a->n_elements : b->n_elements;
    struct pairs pairs;
    assert_int_equal(pairs_make(&pairs), 0);
    for (size_t year = 0; year < record->n_years; year++)
        for (size_t k = 0; k < n_elements * record->n_replicates; k++) {
            const size_t at_a = year * a->n_elements * record->n_replicates + k;
            const size_t at_b = year * b->n_elements * record->n_replicates + k;
            pairs_add(&pairs, a->z[at_a], b->z[at_b], a->u[at_a], b->u[at_b]);
        }
    judge_pairs(verdict, &pairs, "same address but for the purpose", a, b);
    pairs_free(&pairs);
}

/* Three that follow each other, by replicates or by years. */
static void judge_orders(struct verdict *verdict, const struct draw_record *record, const struct sample *sample)
{
    const size_t row = record->n_replicates, by_year = sample->n_elements * row;
    double replicates[ORDERS] = {0}, years[ORDERS] = {0};
    for (size_t from = 0; from < sample->n; from += row)
        for (size_t r = 0; r + 3 <= row; r += 3) {
            const double *z = &sample->z[from + r];
            replicates[order_of(z[0], z[1], z[2])]++;
        }
    for (size_t year = 0; year + 3 <= record->n_years; year += 3)
        for (size_t k = 0; k < by_year; k++) {
            const double *z = &sample->z[year * by_year + k];
            years[order_of(z[0], z[by_year], z[2 * by_year])]++;
        }
    judge(verdict, p_of_orders(replicates), "order of three replicates", sample, NULL);
    judge(verdict, p_of_orders(years), "order of three years", sample, NULL);
}

/* The share of pairs of normal numbers that are equal when each is rounded to a float: where floats are d apart, the
 * integral of d times the square of the density, exp(-z^2) / (2 pi), over both signs. */
static double share_of_equal_floats(void)
{
    double share = 0;
    for (int exponent = -60; exponent < 4; exponent++)
        share += ldexp(1, exponent - 23) * (erf(ldexp(1, exponent + 1)) - erf(ldexp(1, exponent))) / (2 * sqrt(M_PI));
    return share;
}

/* The share of pairs that should be equal. Uniform numbers have 32 bits, normal ones those of floats; or, if there is
 * one that has more, all have what a double has within 1/2 .. 1. */
static double share_of_equals(const struct sample *sample)
{
    const bool is_normal = sample->variable->kind == DRAW_NORMAL;
    for (size_t k = 0; k < sample->n; k++) {
        const double words = ldexp(sample->u[k], 32);
        if (is_normal ? (double)(float)sample->z[k] != sample->z[k] : words - 0.5 != floor(words))
            return 0x1p-52;
    }
    return is_normal ? share_of_equal_floats() : 0x1p-32;
}

static struct verdict run_battery(const struct draw_record *record)
{
    struct verdict verdict = {.p = 1};
    for (size_t s = 0; s < record->n_samples; s++) {
        const struct sample *sample = &record->samples[s];
        judge_distribution(&verdict, sample);
        judge_orders(&verdict, record, sample);
        judge(&verdict,
              p_of_equals(sample->variable->kind == DRAW_NORMAL ? sample->z : sample->u, sample->n,
                          share_of_equals(sample)),
              "equal numbers", sample, NULL);
        for (size_t d = 0; d < COUNT(distances); d++)
            judge_distance(&verdict, record, sample, &distances[d]);
        for (size_t other = 0; other < s; other++)
            judge_purposes(&verdict, record, &record->samples[other], sample);
    }
    return verdict;
}

static bool is_passed(const struct verdict *verdict) { return verdict->p >= FALSE_ALARM / (double)verdict->n_tests; }

/* ---- Tests ---- */

static void draws_pass_the_battery(void **state)
{
    (void)state;
    enum { YEARS = 40, REPLICATES = 512 };
    struct draw_record *record = draw(YEARS, REPLICATES);
    const struct verdict verdict = run_battery(record);
    print_message("%zu tests; least likely, p = %.2g: %s\n", verdict.n_tests, verdict.p, verdict.what);
    assert_true(verdict.n_tests > 300);
    assert_true(is_passed(&verdict));
    record_free(record);
}

/* A fault that a generator may have, made in good draws: the battery must find it. */
typedef void spoil(struct draw_record *record);

static void assert_found(spoil *make_fault)
{
    enum { YEARS = 12, REPLICATES = 128 };
    struct draw_record *record = draw(YEARS, REPLICATES);
    const struct verdict before = run_battery(record);
    assert_true(is_passed(&before));
    make_fault(record);
    const struct verdict verdict = run_battery(record);
    print_message("p = %.2g: %s\n", verdict.p, verdict.what);
    assert_false(is_passed(&verdict));
    record_free(record);
}

static struct sample *sample_of(struct draw_record *record, const char *name)
{
    for (size_t s = 0; s < record->n_samples; s++)
        if (strcmp(record->samples[s].variable->name, name) == 0)
            return &record->samples[s];
    fail_msg("There is no %s.", name);
    return NULL;
}

static double drawn(const struct sample *sample, size_t at)
{
    return sample->variable->kind == DRAW_NORMAL ? sample->z[at] : sample->u[at];
}

/* A year has the draws of the year before, of one dyad. */
static void repeat_a_year(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "trade_draw");
    for (size_t r = 0; r < record->n_replicates; r++)
        put_number(sample, sample->n_elements * record->n_replicates + r, drawn(sample, r));
}

/* Two variables have one purpose. */
static void share_a_purpose(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "exit_draw"), *other = sample_of(record, "application_draw");
    memcpy(sample->u, other->u, sample->n * sizeof(double));
    memcpy(sample->z, other->z, sample->n * sizeof(double));
}

/* Two neighbouring replicates have one radius: what becomes of Box and Muller with one number where two are needed. */
static void share_a_radius(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "position_draw");
    for (size_t at = 0; at + 1 < sample->n; at += 2) {
        const double size = fabs(sample->z[at]), sign = sample->z[at + 1] < 0 ? -1 : 1;
        put_number(sample, at + 1, sign * sqrt(size) * sqrt(fabs(sample->z[at + 1])));
    }
}

static void widen_a_little(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "trade_draw");
    for (size_t at = 0; at < sample->n; at++)
        put_number(sample, at, (double)(1.03f * (float)sample->z[at]));
}

/* Nothing beyond 3 sigmas, as from a sum of few uniform numbers */
static void cut_the_tails(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "trade_draw");
    for (size_t at = 0; at < sample->n; at++)
        put_number(sample, at, fabs(sample->z[at]) > 3 ? sample->z[at] / 2 : sample->z[at]);
}

/* As from a generator with 16 bits */
static void round_numbers(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "approval_draw");
    for (size_t at = 0; at < sample->n; at++)
        put_number(sample, at, (floor(sample->u[at] * 0x1p16) + 0.5) * 0x1p-16);
}

/* As from sums of numbers with 20 bits after the point */
static void round_normal_numbers(struct draw_record *record)
{
    struct sample *sample = sample_of(record, "trade_draw");
    for (size_t at = 0; at < sample->n; at++)
        put_number(sample, at, rint(sample->z[at] * 0x1p20) * 0x1p-20);
}

static void a_year_repeated_is_found(void **state) { (void)state, assert_found(repeat_a_year); }
static void a_shared_purpose_is_found(void **state) { (void)state, assert_found(share_a_purpose); }
static void a_shared_radius_is_found(void **state) { (void)state, assert_found(share_a_radius); }
static void a_wrong_width_is_found(void **state) { (void)state, assert_found(widen_a_little); }
static void missing_tails_are_found(void **state) { (void)state, assert_found(cut_the_tails); }
static void few_bits_are_found(void **state) { (void)state, assert_found(round_numbers); }
static void few_bits_of_normal_draws_are_found(void **state) { (void)state, assert_found(round_normal_numbers); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_pass_the_battery),    cmocka_unit_test(a_year_repeated_is_found),
        cmocka_unit_test(a_shared_purpose_is_found), cmocka_unit_test(a_shared_radius_is_found),
        cmocka_unit_test(a_wrong_width_is_found),    cmocka_unit_test(missing_tails_are_found),
        cmocka_unit_test(few_bits_are_found),        cmocka_unit_test(few_bits_of_normal_draws_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The functions of models/lanes.h against MPFR, whose results are right to the last of 128 bits. */
#include <float.h>
#include <mpfr.h>

#include "loops.h"
#include "tests/unit/fixture.h"

enum {
    N_POINTS = 1 << 19, /* MPFR needs about a second for each function */
    PRECISION = 128,
    MOST_KINDS = 8,     /* of points, which take turns */
    BORDER_WIDTH = 1024 /* doubles to either side of a border */
};

typedef double generate(uint64_t *random);
typedef int exact(mpfr_t result, const mpfr_t x);

struct function {
    const char *name;
    double (*single)(double x);
    size_t loop; /* where struct loops has it */
    exact *exact;
    double unit;  /* of the error: 0 for the last place of the result */
    double bound; /* of the error, in units */
    generate *point[MOST_KINDS];
};

/* ---- Points ---- */

/* A double within BORDER_WIDTH of x. */
static double near(uint64_t *random, double x)
{
    const int64_t step = (int64_t)floor(random_between(random, -BORDER_WIDTH, BORDER_WIDTH + 1));
    return lane_from_bits(lane_bits(x) + (uint64_t)step);
}

static double between_integers(uint64_t *random, int low, int high)
{
    return floor(random_between(random, low, high + 1));
}

static double sign(uint64_t *random) { return random_share(random) < 0.5 ? -1 : 1; }

static const double exp_low = -708.04, exp_high = 709.7827;

static double exp_whole_range(uint64_t *random) { return random_between(random, exp_low, exp_high); }
static double exp_model_range(uint64_t *random) { return random_between(random, -40, 40); }
static double exp_near_zero(uint64_t *random) { return random_between(random, -1, 1); }
static double exp_of_small(uint64_t *random) { return sign(random) * exp2(random_between(random, -60, 0)); }
static double exp_low_end(uint64_t *random) { return random_between(random, exp_low, exp_low + 1); }
static double exp_high_end(uint64_t *random) { return random_between(random, exp_high - 1, exp_high); }

/* Where the exponent k of the result changes, and there r is largest */
static double exp_border(uint64_t *random)
{
    return near(random, (between_integers(random, -1021, 1022) + 0.5) * M_LN2);
}
static double exp_near_integer_power(uint64_t *random)
{
    return near(random, between_integers(random, -1021, 1023) * M_LN2);
}

static double log_any_size(uint64_t *random)
{
    return ldexp(random_between(random, 1, 2), (int)between_integers(random, -1022, 1023));
}
static double log_model_range(uint64_t *random) { return exp(random_between(random, -25, 25)); }
static double log_around_one(uint64_t *random) { return random_between(random, 0.4, 2.5); }
static double log_close_to_one(uint64_t *random) { return 1 + sign(random) * exp2(random_between(random, -52, -1)); }
static double log_share(uint64_t *random) { return random_share(random); }
static double log_near_one(uint64_t *random) { return near(random, 1); }
static double log_border(uint64_t *random)
{
    return near(random, ldexp(M_SQRT1_2, (int)between_integers(random, -1021, 1024)));
}
static double log_near_power(uint64_t *random)
{
    const double x = near(random, ldexp(1, (int)between_integers(random, -1022, 1023)));
    return x < DBL_MIN ? DBL_MIN : x;
}

static double turn_share(uint64_t *random) { return random_share(random); }
static double turn_small(uint64_t *random) { return exp2(random_between(random, -53, -1)); }
static double turn_near_eighth(uint64_t *random) { return near(random, between_integers(random, 1, 7) / 8); }
static double turn_last(uint64_t *random) { return 1 - exp2(random_between(random, -53, -1)); }

/* ---- What is exact ---- */

static int exact_exp(mpfr_t result, const mpfr_t x) { return mpfr_exp(result, x, MPFR_RNDN); }
static int exact_log(mpfr_t result, const mpfr_t x) { return mpfr_log(result, x, MPFR_RNDN); }

/* result = 2 pi x, as far as one needs to know it */
static void turn_to_radians(mpfr_t result, const mpfr_t x)
{
    mpfr_const_pi(result, MPFR_RNDN);
    mpfr_mul(result, result, x, MPFR_RNDN);
    mpfr_mul_2ui(result, result, 1, MPFR_RNDN);
}

static int exact_sine(mpfr_t result, const mpfr_t x)
{
    turn_to_radians(result, x);
    return mpfr_sin(result, result, MPFR_RNDN);
}

static int exact_cosine(mpfr_t result, const mpfr_t x)
{
    turn_to_radians(result, x);
    return mpfr_cos(result, result, MPFR_RNDN);
}

static double sine(double x)
{
    double sine, cosine;
    lane_sine_cosine_turn(x, &sine, &cosine);
    return sine;
}

static double cosine(double x)
{
    double sine, cosine;
    lane_sine_cosine_turn(x, &sine, &cosine);
    return cosine;
}

#define TURN_POINTS                                                                                                    \
    {                                                                                                                  \
        turn_share, turn_share, turn_share, turn_small, turn_near_eighth, turn_last                                    \
    }

static const struct function functions[] = {
    {"exp",
     lane_exp,
     offsetof(struct loops, exp),
     exact_exp,
     0,
     1,
     {exp_whole_range, exp_model_range, exp_near_zero, exp_of_small, exp_low_end, exp_high_end, exp_border,
      exp_near_integer_power}},
    {"log",
     lane_log,
     offsetof(struct loops, log),
     exact_log,
     0,
     1,
     {log_any_size, log_model_range, log_around_one, log_close_to_one, log_share, log_near_one, log_border,
      log_near_power}},
    {"sine", sine, offsetof(struct loops, sine), exact_sine, 0x1p-52, 1, TURN_POINTS},
    {"cosine", cosine, offsetof(struct loops, cosine), exact_cosine, 0x1p-52, 1, TURN_POINTS},
};

static double point(const struct function *function, size_t k, uint64_t *random)
{
    size_t n_kinds = 0;
    while (n_kinds < MOST_KINDS && function->point[n_kinds])
        n_kinds++;
    return function->point[k % n_kinds](random);
}

/* ---- Tests ---- */

static double last_place(double x) { return nextafter(fabs(x), INFINITY) - fabs(x); }

struct worst {
    double error, x;
};

/* The largest error of N_POINTS, in the function's units, and where. */
static struct worst find_worst(const struct function *function)
{
    struct worst worst = {0, 0};
    uint64_t random = 1;
    mpfr_t x, result;
    mpfr_inits2(PRECISION, x, result, NULL);
    for (size_t k = 0; k < N_POINTS; k++) {
        const double at = point(function, k, &random), y = function->single(at);
        mpfr_set_d(x, at, MPFR_RNDN);
        function->exact(result, x);
        const double nearest = mpfr_get_d(result, MPFR_RNDN);
        mpfr_sub_d(result, result, y, MPFR_RNDN);
        mpfr_div_d(result, result, function->unit > 0 ? function->unit : last_place(nearest), MPFR_RNDN);
        const double error = fabs(mpfr_get_d(result, MPFR_RNDN));
        if (!(error <= worst.error))
            worst = (struct worst){error, at};
    }
    mpfr_clears(x, result, NULL);
    return worst;
}

static void errors_are_within_their_bounds(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        const struct worst worst = find_worst(&functions[f]);
        print_message("%s: largest error %.4f %s, at %a\n", functions[f].name, worst.error,
                      functions[f].unit > 0 ? "x 2^-52" : "of the last place", worst.x);
        assert_true(worst.error <= functions[f].bound);
    }
    mpfr_free_cache();
}

/* Does it ever fall among the doubles next to a border between two forms of it? */
static void assert_never_falls(const char *name, double (*function)(double), double border)
{
    double x = border, next;
    for (int k = 0; k < BORDER_WIDTH; k++)
        x = nextafter(x, -INFINITY);
    for (int k = 0; k < 2 * BORDER_WIDTH; k++, x = next) {
        next = nextafter(x, INFINITY);
        if (function(x) > function(next))
            fail_msg("%s falls at %a", name, x);
    }
}

static void exp_and_log_do_not_fall_where_their_forms_meet(void **state)
{
    (void)state;
    for (int k = -1021; k < 1023; k++) {
        assert_never_falls("exp", lane_exp, (k + 0.5) * M_LN2);
        assert_never_falls("log", lane_log, ldexp(M_SQRT1_2, k));
    }
}

typedef void loop(double *y, const double *x);

static loop *loop_of(const struct loops *loops, const struct function *function)
{
    loop *found;
    memcpy(&found, (const char *)loops + function->loop, sizeof found);
    return found;
}

/* Points of all kinds, and in front of them what has no result: in one vector with what has. */
static void fill_with_points(double *x, const struct function *function, uint64_t *random)
{
    static const double special[] = {0, -0.0, NAN, INFINITY, -INFINITY, DBL_MAX, -DBL_MAX, DBL_MIN, 4.9e-324, -1, 1};
    const bool is_turn = function->unit > 0;
    for (size_t k = 0; k < LOOP_LENGTH; k++)
        x[k] = k < sizeof special / sizeof *special && !is_turn ? special[k] : point(function, k, random);
}

/* NaN of any kind are alike. */
static bool is_same(double a, double b) { return lane_bits(a) == lane_bits(b) || (is_nan(a) && is_nan(b)); }

static void assert_loops_agree_with_single_calls(const struct loops *loops)
{
    static double x[LOOP_LENGTH], y[LOOP_LENGTH];
    uint64_t random = 2;
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        for (int round = 0; round < 100; round++) {
            fill_with_points(x, &functions[f], &random);
            loop_of(loops, &functions[f])(y, x);
            for (size_t k = 0; k < LOOP_LENGTH; k++)
                if (!is_same(y[k], functions[f].single(x[k])))
                    fail_msg("%s of %a is %a in a loop for %s, alone %a", functions[f].name, x[k], y[k], loops->level,
                             functions[f].single(x[k]));
        }
}

static void loops_give_the_bits_of_single_calls(void **state)
{
    (void)state;
    assert_loops_agree_with_single_calls(&loops_baseline);
}

static void loops_give_the_same_bits_on_newer_processors(void **state)
{
    (void)state;
#ifdef HAS_LEVELS
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        assert_loops_agree_with_single_calls(&loops_v3);
    if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        assert_loops_agree_with_single_calls(&loops_v4);
#else
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_within_their_bounds),
        cmocka_unit_test(exp_and_log_do_not_fall_where_their_forms_meet),
        cmocka_unit_test(loops_give_the_bits_of_single_calls),
        cmocka_unit_test(loops_give_the_same_bits_on_newer_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

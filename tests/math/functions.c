/* The functions of models/lanes.h and src/engine/normal.h against MPFR, whose results are right to the last of 128
 * bits. */
#include <float.h>
#include <mpfr.h>

#include "loops.h"
#include "tests/unit/fixture.h"

enum {
    N_POINTS = 1 << 19, /* MPFR needs about a second for each function */
    PRECISION = 128,
    MOST_KINDS = 8,     /* of points, which take turns */
    BORDER_WIDTH = 1024 /* doubles or floats to either side of a border */
};

typedef double generate(uint64_t *random);
typedef int exact(mpfr_t result, const mpfr_t x);

struct function {
    const char *name;
    double (*single)(double x);
    size_t loop; /* where struct loops has it */
    exact *exact;
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

/* ---- What is exact ---- */

static int exact_exp(mpfr_t result, const mpfr_t x) { return mpfr_exp(result, x, MPFR_RNDN); }
static int exact_log(mpfr_t result, const mpfr_t x) { return mpfr_log(result, x, MPFR_RNDN); }

static const struct function functions[] = {
    {"exp",
     lane_exp,
     offsetof(struct loops, exp),
     exact_exp,
     {exp_whole_range, exp_model_range, exp_near_zero, exp_of_small, exp_low_end, exp_high_end, exp_border,
      exp_near_integer_power}},
    {"log",
     lane_log,
     offsetof(struct loops, log),
     exact_log,
     {log_any_size, log_model_range, log_around_one, log_close_to_one, log_share, log_near_one, log_border,
      log_near_power}},
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

/* The largest error of N_POINTS, in units of the result's last place, and where. */
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
        mpfr_div_d(result, result, last_place(nearest), MPFR_RNDN);
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
        print_message("%s: largest error %.4f of the last place, at %a\n", functions[f].name, worst.error, worst.x);
        assert_true(worst.error <= 1);
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

/* ---- The floats of normal.h ---- */

/* Of the 2^28 shares of which a logarithm is taken, and of the 2^32 turns, a quarter of a million: a second or two. */
enum { LOG_STRIDE = 1021, TURN_STRIDE = 16381 };
static const float smallest_share = 0x1p-32f;

static float last_float_place(float x) { return nextafterf(fabsf(x), INFINITY) - fabsf(x); }

static void see_log(struct worst *worst, float u, mpfr_t x, mpfr_t result)
{
    if (u < smallest_share || u > 1)
        return;
    mpfr_set_flt(x, u, MPFR_RNDN);
    mpfr_log(result, x, MPFR_RNDN);
    const float nearest = mpfr_get_flt(result, MPFR_RNDN);
    mpfr_sub_d(result, result, (double)normal_log(u), MPFR_RNDN);
    const double error = fabs(mpfr_get_d(result, MPFR_RNDN)) / (double)last_float_place(nearest);
    if (!(error <= worst->error))
        *worst = (struct worst){error, (double)u};
}

static void see_logs_near(struct worst *worst, float border, mpfr_t x, mpfr_t result)
{
    const uint32_t first = normal_bits(border) - BORDER_WIDTH;
    for (uint32_t k = 0; k <= 2 * BORDER_WIDTH; k++)
        see_log(worst, normal_from_bits(first + k), x, result);
}

static void the_log_of_floats_is_within_one_unit_of_the_last_place(void **state)
{
    (void)state;
    struct worst worst = {0, 0};
    mpfr_t x, result;
    mpfr_inits2(PRECISION, x, result, NULL);
    for (uint32_t bits = normal_bits(smallest_share); bits <= normal_bits(1); bits += LOG_STRIDE)
        see_log(&worst, normal_from_bits(bits), x, result);
    for (int k = -32; k <= 0; k++) {
        see_logs_near(&worst, ldexpf(1, k), x, result);
        see_logs_near(&worst, ldexpf((float)M_SQRT1_2, k), x, result);
    }
    mpfr_clears(x, result, NULL);
    mpfr_free_cache();
    print_message("log of floats: largest error %.4f of the last place, at %a\n", worst.error, worst.x);
    assert_true(worst.error <= 1);
}

static void see_turn(struct worst *worst, uint32_t turn, mpfr_t sine, mpfr_t cosine)
{
    float s, c;
    normal_sine_cosine(turn, &s, &c);
    mpfr_const_pi(sine, MPFR_RNDN);
    mpfr_mul_2si(sine, sine, -31, MPFR_RNDN);
    mpfr_mul_si(sine, sine, (int32_t)turn, MPFR_RNDN);
    mpfr_sin_cos(sine, cosine, sine, MPFR_RNDN);
    mpfr_sub_d(sine, sine, (double)s, MPFR_RNDN);
    mpfr_sub_d(cosine, cosine, (double)c, MPFR_RNDN);
    const double error = fmax(fabs(mpfr_get_d(sine, MPFR_RNDN)), fabs(mpfr_get_d(cosine, MPFR_RNDN))) * 0x1p23;
    if (!(error <= worst->error))
        *worst = (struct worst){error, (double)turn};
}

/* Can a float tell the turn? */
static bool is_float(uint32_t turn) { return (int64_t)(float)(int32_t)turn == (int32_t)turn; }

/* In units of 2^-23. Of turns that floats tell it reaches 0.674 (all of them tried). Others are rounded to one that
 * floats tell, by up to 2^-26 of a turn, which moves a sine by up to pi / 4 units: together it reaches 1.238 (all 2^32
 * tried). */
static void sine_and_cosine_of_turns_are_within_their_bounds(void **state)
{
    (void)state;
    struct worst all = {0, 0}, told = {0, 0};
    mpfr_t sine, cosine;
    mpfr_inits2(PRECISION, sine, cosine, NULL);
    for (uint64_t turn = 0; turn <= UINT32_MAX; turn += TURN_STRIDE) {
        see_turn(&all, (uint32_t)turn, sine, cosine);
        see_turn(&told, (uint32_t)turn & ~UINT32_C(0x7f), sine, cosine); /* 24 bits and a sign */
    }
    for (uint32_t eighth = 0; eighth < 8; eighth++)
        for (uint32_t k = 0; k <= 2 * BORDER_WIDTH; k++) {
            const uint32_t turn = (eighth << 29) + k - BORDER_WIDTH;
            see_turn(is_float(turn) ? &told : &all, turn, sine, cosine);
        }
    mpfr_clears(sine, cosine, NULL);
    mpfr_free_cache();
    print_message("sine, cosine of floats: largest error %.4f x 2^-23, at %.0f x 2^-32 of a turn\n", all.error, all.x);
    print_message("    of turns that floats tell: %.4f x 2^-23, at %.0f x 2^-32 of a turn\n", told.error, told.x);
    assert_true(all.error <= 1.25);
    assert_true(told.error <= 0.7);
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
    for (size_t k = 0; k < LOOP_LENGTH; k++)
        x[k] = k < sizeof special / sizeof *special ? special[k] : point(function, k, random);
}

/* NaN of any kind are alike. */
static bool is_same(double a, double b) { return lane_bits(a) == lane_bits(b) || (is_nan(a) && is_nan(b)); }

static void assert_loops_of_doubles_agree(const struct loops *loops)
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

static void assert_same_float(float a, float b, const char *name, uint32_t word, const char *level)
{
    if (normal_bits(a) != normal_bits(b))
        fail_msg("%s of %#x is %a in a loop for %s, alone %a", name, (unsigned)word, (double)a, level, (double)b);
}

/* Words of all kinds; the shares of which a logarithm is taken are floats of 2^-32 .. 1. */
static void assert_loops_of_floats_agree(const struct loops *loops)
{
    static uint32_t word[LOOP_LENGTH];
    static float share[LOOP_LENGTH], log_of[LOOP_LENGTH], sine[LOOP_LENGTH], cosine[LOOP_LENGTH], radius[LOOP_LENGTH];
    uint64_t random = 3;
    const uint32_t first = normal_bits(smallest_share), n_shares = normal_bits(1) - first;
    for (int round = 0; round < 100; round++) {
        for (uint32_t k = 0; k < LOOP_LENGTH; k++) {
            const bool is_corner = round == 0 && k < 512; /* around the eighths of all words */
            word[k] = is_corner ? (k / 64 << 29) + k % 64 - 32 : (uint32_t)random_between(&random, 0, 0x1p32);
            share[k] = normal_from_bits(k == 0 ? first + n_shares : first + word[k] % n_shares);
        }
        loops->normal_log(log_of, share);
        loops->normal_sine_cosine(sine, cosine, word);
        loops->normal_radius(radius, word);
        for (size_t k = 0; k < LOOP_LENGTH; k++) {
            float s, c;
            normal_sine_cosine(word[k], &s, &c);
            assert_same_float(sine[k], s, "normal_sine_cosine (sine)", word[k], loops->level);
            assert_same_float(cosine[k], c, "normal_sine_cosine (cosine)", word[k], loops->level);
            assert_same_float(radius[k], normal_radius(word[k]), "normal_radius", word[k], loops->level);
            assert_same_float(log_of[k], normal_log(share[k]), "normal_log", normal_bits(share[k]), loops->level);
        }
    }
}

static void assert_loops_agree_with_single_calls(const struct loops *loops)
{
    assert_loops_of_doubles_agree(loops);
    assert_loops_of_floats_agree(loops);
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
        cmocka_unit_test(the_log_of_floats_is_within_one_unit_of_the_last_place),
        cmocka_unit_test(sine_and_cosine_of_turns_are_within_their_bounds),
        cmocka_unit_test(exp_and_log_do_not_fall_where_their_forms_meet),
        cmocka_unit_test(loops_give_the_bits_of_single_calls),
        cmocka_unit_test(loops_give_the_same_bits_on_newer_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

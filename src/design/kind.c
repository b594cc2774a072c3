#include "kind.h"

#include <math.h>
#include <stdio.h>

#include "base/page.h"
#include "engine/draws.h"

enum { NUMBER_BYTES = 32 };

/* A number of points in words: 1,250,000 or 10^12 or 2.4 x 10^12. In `buffer`, which is returned. */
static const char *tell_number(double n, char *buffer)
{
    const double most_written_out = 1e12, most_told = 1e300;
    if (n < most_written_out)
        return page_count((size_t)n, buffer, NUMBER_BYTES);
    double exponent = floor(log10(fmin(n, most_told)));
    double tenths = rint(fmin(n, most_told) / pow(10, exponent - 1));
    if (tenths >= 100) {
        tenths = 10;
        exponent++;
    }
    if (tenths > 10)
        snprintf(buffer, NUMBER_BYTES, "%.1f x 10^%.0f", tenths / 10, exponent);
    else
        snprintf(buffer, NUMBER_BYTES, "%s10^%.0f", n > most_told ? "over " : "", exponent);
    return buffer;
}

int kind_count(const struct design_kind *kind, size_t n_factors, double n, const char *remedy, uint64_t *n_points,
               struct error *error)
{
    char number[NUMBER_BYTES], most[NUMBER_BYTES];
    if (n_factors == 0)
        return error_set(error, BAD_INPUT, "`%s` has no factor; it must have one or more", kind->name);
    if (n < 1)
        return error_set(error, BAD_INPUT, "`%s` has no point; it must have one or more", kind->name);
    if (n > DESIGN_MOST_POINTS)
        return error_set(error, BAD_INPUT, "`%s` has %s points; at most %s are possible: %s", kind->name,
                         tell_number(n, number), page_count(DESIGN_MOST_POINTS, most, sizeof most), remedy);
    *n_points = (uint64_t)n;
    return OK;
}

int kind_count_asked(const struct design_choice *choice, size_t n_factors, uint64_t *n_points, struct error *error)
{
    return kind_count(choice->kind, n_factors, (double)choice->n, "ask for fewer points", n_points, error);
}

double kind_draw(const struct design *design, enum purpose purpose, uint64_t replicate, size_t a, size_t b)
{
    return draws_uniform(&(struct draw_address){
        .seed = design->choice.seed, .replicate = replicate, .purpose = purpose, .a = (uint32_t)a, .b = (uint32_t)b});
}

void kind_shuffle(const struct design *design, uint64_t replicate, size_t a, uint32_t *order, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const double u = kind_draw(design, PURPOSE_DESIGN_ORDER, replicate, a, k);
        const size_t other = (size_t)(u * (double)(k + 1));
        order[k] = order[other];
        order[other] = (uint32_t)k;
    }
}

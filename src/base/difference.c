#include "difference.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_LINES = 3000, /* of each text, for a table of the longest common subsequences: 18 MB */
    MOST_BYTES = 160   /* of a line that is shown */
};

struct line {
    const char *bytes;
    size_t n;
};

struct lines {
    struct line *line;
    size_t n;
};

/* What is written: where, how many lines at most, how many there are. */
struct account {
    struct text *text;
    size_t most, n;
};

static struct lines lines_of(const char *text)
{
    size_t n = 1;
    for (const char *c = text; *c; c++)
        n += *c == '\n';
    struct lines lines = {malloc(n * sizeof *lines.line), 0};
    for (const char *c = text; lines.line && *c; c += *c == '\n') {
        const struct line line = {c, strcspn(c, "\n")};
        lines.line[lines.n++] = line;
        c += line.n;
    }
    return lines;
}

static bool is_equal(struct line a, struct line b) { return a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0; }

static void add_line(struct account *account, char sign, struct line line)
{
    if (account->n++ >= account->most)
        return;
    size_t n = line.n;
    if (n > MOST_BYTES) {
        n = MOST_BYTES;
        while (n > 0 && ((unsigned char)line.bytes[n] & 0xC0) == 0x80) /* not within a UTF-8 character */
            n--;
    }
    text_add(account->text, "  %c ", sign);
    text_add_bytes(account->text, line.bytes, n);
    text_add(account->text, n < line.n ? " ...\n" : "\n");
}

/* Leave out what both begin and end with. */
static void trim(struct lines *a, struct lines *b)
{
    while (a->n > 0 && b->n > 0 && is_equal(a->line[0], b->line[0])) {
        a->line++, a->n--;
        b->line++, b->n--;
    }
    while (a->n > 0 && b->n > 0 && is_equal(a->line[a->n - 1], b->line[b->n - 1]))
        a->n--, b->n--;
}

/* longest[i (b.n + 1) + j]: how many lines the longest common subsequence of those from i and from j on has. NULL if
 * the table would be too large. */
static uint16_t *longest_common(struct lines a, struct lines b)
{
    if (a.n > MOST_LINES || b.n > MOST_LINES)
        return NULL;
    const size_t width = b.n + 1;
    uint16_t *longest = calloc((a.n + 1) * width, sizeof *longest);
    for (size_t i = a.n; longest && i-- > 0;)
        for (size_t j = b.n; j-- > 0;) {
            const uint16_t down = longest[(i + 1) * width + j], right = longest[i * width + j + 1];
            const uint16_t both = (uint16_t)(longest[(i + 1) * width + j + 1] + 1);
            longest[i * width + j] = is_equal(a.line[i], b.line[j]) ? both : down > right ? down : right;
        }
    return longest;
}

static void add_fewest(struct account *account, struct lines a, struct lines b, const uint16_t *longest)
{
    const size_t width = b.n + 1;
    size_t i = 0, j = 0;
    while (i < a.n || j < b.n) {
        if (i < a.n && j < b.n && is_equal(a.line[i], b.line[j]))
            i++, j++;
        else if (j == b.n || (i < a.n && longest[(i + 1) * width + j] >= longest[i * width + j + 1]))
            add_line(account, '-', a.line[i++]);
        else
            add_line(account, '+', b.line[j++]);
    }
}

static void add_line_by_line(struct account *account, struct lines a, struct lines b)
{
    for (size_t k = 0; k < a.n || k < b.n; k++) {
        if (k < a.n && k < b.n && is_equal(a.line[k], b.line[k]))
            continue;
        if (k < a.n)
            add_line(account, '-', a.line[k]);
        if (k < b.n)
            add_line(account, '+', b.line[k]);
    }
}

void difference_add(struct text *text, const char *then, const char *now, size_t most)
{
    const struct lines all_then = lines_of(then), all_now = lines_of(now);
    struct account account = {text, most, 0};
    if (all_then.line && all_now.line) {
        struct lines a = all_then, b = all_now;
        trim(&a, &b);
        uint16_t *longest = longest_common(a, b);
        if (longest)
            add_fewest(&account, a, b, longest);
        else
            add_line_by_line(&account, a, b);
        free(longest);
    }
    if (account.n > most)
        text_add(text, "  ... and %zu more\n", account.n - most);
    free(all_then.line);
    free(all_now.line);
}

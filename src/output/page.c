#define _GNU_SOURCE /* strcasestr */
#include "page.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_WIDTH = 100 };

static bool is_utf8_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const char *value = getenv(names[k]);
        if (value && *value)
            return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
    }
    return false;
}

struct page page_open(FILE *out)
{
    const char *wanted = getenv("ENTENTE_ASCII");
    const bool is_ascii = (wanted && *wanted) || !is_utf8_locale();
    if (is_ascii)
        return (struct page){out, USUAL_WIDTH, true, "x", "-", "->", "+/-", "...", "-", "%"};
    return (struct page){out, USUAL_WIDTH, false, "×", "–", "→", "±", "…", "−", " %"};
}

/* The next character of a UTF-8 text: its bytes, and the columns it takes. */
struct character {
    size_t n_bytes, n_columns;
};

static struct character next_character(const struct page *page, const char *text)
{
    const unsigned char first = (unsigned char)*text;
    struct character character = {1, 1};
    if (first < 0x80)
        return character;
    while (((unsigned char)text[character.n_bytes] & 0xC0) == 0x80)
        character.n_bytes++;
    /* from U+1100 on, and of these all we are likely to meet; what comes before U+2E80 is narrow */
    const bool is_wide = first >= 0xE3 && !page->is_ascii;
    character.n_columns = is_wide ? 2 : 1;
    return character;
}

size_t page_columns(const struct page *page, const char *text)
{
    size_t n = 0;
    while (*text) {
        const struct character character = next_character(page, text);
        n += character.n_columns;
        text += character.n_bytes;
    }
    return n;
}

/* Print at most `width` columns of a text; returns how many it took. */
static size_t print_text(const struct page *page, const char *text, size_t width)
{
    const bool is_cut = page_columns(page, text) > width;
    const size_t mark = is_cut ? page_columns(page, page->ellipsis) : 0, room = width > mark ? width - mark : 0;
    size_t n = 0;
    while (*text) {
        const struct character character = next_character(page, text);
        if (n + character.n_columns > (is_cut ? room : width))
            break;
        if (*text == '\t')
            putc(' ', page->out);
        else if (page->is_ascii && character.n_bytes > 1)
            putc('?', page->out);
        else
            fwrite(text, 1, character.n_bytes, page->out);
        n += character.n_columns;
        text += character.n_bytes;
    }
    if (is_cut && width >= mark) {
        fputs(page->ellipsis, page->out);
        n += mark;
    }
    return n;
}

static void print_blanks(const struct page *page, size_t n) { fprintf(page->out, "%*s", (int)n, ""); }

void page_left(const struct page *page, size_t width, const char *text)
{
    const size_t n = print_text(page, text, width);
    print_blanks(page, width - n);
}

void page_right(const struct page *page, size_t width, const char *text)
{
    const size_t n = page_columns(page, text);
    if (n < width)
        print_blanks(page, width - n);
    print_text(page, text, width);
}

void page_words(const struct page *page, size_t indent, const char *text)
{
    size_t column = indent;
    char word[256];
    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        const size_t length = strcspn(text, " \n"), kept = length < sizeof word ? length : sizeof word - 1;
        memcpy(word, text, kept);
        word[kept] = '\0';
        text += length;
        const size_t n = page_columns(page, word);
        if (column > indent && column + 1 + n > page->width) {
            putc('\n', page->out);
            print_blanks(page, indent);
            column = indent;
        } else if (column > indent) {
            putc(' ', page->out);
            column++;
        }
        column += print_text(page, word, n);
    }
    putc('\n', page->out);
}

void page_heading(const struct page *page, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    putc('\n', page->out);
    page_words(page, 0, text);
}

const char *page_count(size_t number, char *buffer, size_t size)
{
    char digits[32];
    const size_t n = (size_t)snprintf(digits, sizeof digits, "%zu", number);
    size_t at = 0;
    for (size_t k = 0; k < n && at + 2 < size; k++) {
        if (k > 0 && (n - k) % 3 == 0)
            buffer[at++] = ',';
        buffer[at++] = digits[k];
    }
    buffer[at] = '\0';
    return buffer;
}

const char *page_share(double share, char *buffer, size_t size)
{
    const double rounds_to_one = 0.995;
    snprintf(buffer, size, share < rounds_to_one ? "%.2f" : "%.1f", share);
    if (!isfinite(share))
        *buffer = '\0';
    return *buffer == '0' ? buffer + 1 : buffer;
}

const char *page_difference(const struct page *page, double difference, char *buffer, size_t size)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.3f", fabs(difference));
    const char *sign = strtod(digits, NULL) == 0 ? "" : difference < 0 ? page->minus : "+";
    snprintf(buffer, size, "%s%s", sign, *digits == '0' ? digits + 1 : digits);
    if (!isfinite(difference))
        *buffer = '\0';
    return buffer;
}

void page_bars(const struct page *page, const double *values, size_t n, double low, double high)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const letters[] = {"_", ".", "-", "=", "+", "*", "#", "@"};
    const size_t n_steps = sizeof blocks / sizeof *blocks;
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(values[k])) {
            putc(' ', page->out);
            continue;
        }
        const double share = high > low ? (values[k] - low) / (high - low) : 0.5;
        const size_t step = share <= 0 ? 0 : share >= 1 ? n_steps - 1 : (size_t)(share * (double)n_steps);
        fputs(page->is_ascii ? letters[step] : blocks[step], page->out);
    }
}

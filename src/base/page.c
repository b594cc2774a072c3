#define _GNU_SOURCE /* strcasestr */
#include "page.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "colour.h"
#include "utf8.h"

enum { SUMMARY_WIDTH = 100, TERMINAL_WIDTH = 80, LEAST_WIDTH = 40, MOST_WIDTH = 120 };

size_t page_terminal_width(FILE *out)
{
    struct winsize size;
    const int file = fileno(out);
    const char *kind = getenv("TERM");
    if (file < 0 || !isatty(file) || !kind || strcmp(kind, "dumb") == 0)
        return 0;
    if (ioctl(file, TIOCGWINSZ, &size) || size.ws_col == 0)
        return TERMINAL_WIDTH;
    return size.ws_col;
}

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
    const bool is_ascii = (wanted && *wanted) || !is_utf8_locale(), has_colour = colour_is_wanted(out);
    const char *bold = has_colour ? COLOUR_BOLD : "", *plain = has_colour ? COLOUR_PLAIN : "";
    if (is_ascii)
        return (struct page){out, SUMMARY_WIDTH, true, "x", "-", "->", "+/-", "...", "-", "%", bold, plain};
    return (struct page){out, SUMMARY_WIDTH, false, "×", "–", "→", "±", "…", "−", " %", bold, plain};
}

struct page page_open_terminal(void)
{
    struct page page = page_open(stdout);
    const size_t width = page_terminal_width(stdout), known = width ? width : TERMINAL_WIDTH;
    page.is_ascii = false; /* it goes into files and pipes too, whatever the locale */
    page.width = known < LEAST_WIDTH ? LEAST_WIDTH : known < MOST_WIDTH ? known : MOST_WIDTH; /* long lines tire */
    return page;
}

/* The next character of a text: its bytes, and the columns it takes. What is no UTF-8 is a byte and a column. */
struct character {
    size_t n_bytes, n_columns;
};

static struct character next_character(const struct page *page, const char *text)
{
    enum { LONGEST = 4 }; /* the NUL at the end of the text ends a character that is cut off */
    uint32_t point;
    const size_t n_bytes = utf8_character(text, LONGEST, &point);
    return (struct character){n_bytes ? n_bytes : 1, n_bytes && !page->is_ascii ? utf8_columns(point) : 1};
}

static size_t count_columns(const struct page *page, const char *text, size_t n_bytes)
{
    size_t n = 0;
    for (size_t k = 0; k < n_bytes;) {
        const struct character character = next_character(page, text + k);
        n += character.n_columns;
        k += character.n_bytes;
    }
    return n;
}

size_t page_columns(const struct page *page, const char *text) { return count_columns(page, text, strlen(text)); }

static void print_character(const struct page *page, const char *text, size_t n_bytes)
{
    if (*text == '\t')
        putc(' ', page->out);
    else if (page->is_ascii && (unsigned char)*text >= 0x80)
        putc('?', page->out);
    else
        fwrite(text, 1, n_bytes, page->out);
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
        print_character(page, text, character.n_bytes);
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

/* The words, without the end of the last line. */
static void print_words(const struct page *page, size_t indent, const char *text)
{
    size_t column = indent;
    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        const char *end = text + strcspn(text, " \n");
        const size_t n = count_columns(page, text, (size_t)(end - text));
        if (column > indent && column + 1 + n > page->width) {
            putc('\n', page->out);
            print_blanks(page, indent);
            column = indent;
        } else if (column > indent) {
            putc(' ', page->out);
            column++;
        }
        column += n;
        for (size_t n_bytes; text < end; text += n_bytes) {
            n_bytes = next_character(page, text).n_bytes;
            print_character(page, text, n_bytes);
        }
    }
}

void page_words(const struct page *page, size_t indent, const char *text)
{
    print_words(page, indent, text);
    putc('\n', page->out);
}

void page_paragraph(const struct page *page, size_t indent, const char *text)
{
    print_blanks(page, indent);
    page_words(page, indent, text);
}

void page_hanging(const struct page *page, const char *head, size_t indent, const char *text)
{
    if (page_columns(page, head) + 2 > indent) {
        fprintf(page->out, "%s\n", head);
        print_blanks(page, indent);
    } else
        page_left(page, indent, head);
    page_words(page, indent, text);
}

void page_heading(const struct page *page, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(page->out, "\n%s", page->bold);
    print_words(page, 0, text);
    fprintf(page->out, "%s\n", page->plain);
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

const char *page_time(double seconds, char *buffer, size_t size)
{
    const unsigned long long s = (unsigned long long)fmin(ceil(seconds), 1e15);
    if (s < 3600)
        snprintf(buffer, size, "%llu:%02llu", s / 60, s % 60);
    else
        snprintf(buffer, size, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
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

size_t page_choose(size_t n, size_t most, size_t *chosen)
{
    const size_t n_chosen = most < n ? most : n, span = n > 0 ? n - 1 : 0;
    for (size_t k = 0; k < n_chosen; k++) {
        const double share = n_chosen > 1 ? (double)k / (double)(n_chosen - 1) : 0;
        size_t place = (size_t)(share * share * (double)span + 0.5);
        if (k > 0 && place <= chosen[k - 1])
            place = chosen[k - 1] + 1;
        chosen[k] = place;
    }
    return n_chosen;
}

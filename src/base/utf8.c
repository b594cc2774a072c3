#include "utf8.h"

size_t utf8_character(const char *bytes, size_t n, uint32_t *point)
{
    const unsigned char *byte = (const unsigned char *)bytes;
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000}; /* below it the encoding is too long */
    if (n == 0)
        return 0;
    const size_t length = byte[0] < 0x80   ? 1
                          : byte[0] < 0xC2 ? 0
                          : byte[0] < 0xE0 ? 2
                          : byte[0] < 0xF0 ? 3
                          : byte[0] < 0xF5 ? 4
                                           : 0;
    if (length == 0 || length > n)
        return 0;
    uint32_t value = length == 1 ? byte[0] : byte[0] & (0xFFu >> (length + 1));
    for (size_t k = 1; k < length; k++) {
        if ((byte[k] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (byte[k] & 0x3F);
    }
    *point = value;
    return value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000) ? 0 : length;
}

/* Unicode Standard Annex 11: the main blocks of East Asian wide characters, and the combining marks. */
size_t utf8_columns(uint32_t point)
{
    static const uint32_t wide[][2] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                       {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
    for (size_t k = 0; k < sizeof wide / sizeof wide[0]; k++)
        if (point >= wide[k][0] && point <= wide[k][1])
            return 2;
    return point >= 0x300 && point < 0x370 ? 0 : 1;
}

/* Checksums of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "folder.h"
#include "sweep/checksum.h"

/* A file of n bytes without a pattern, which are returned. */
static unsigned char *make_file(size_t n)
{
    unsigned char *bytes = malloc(n + 1);
    uint64_t z = n;
    for (size_t k = 0; k < n; k++) {
        z = z * UINT64_C(6364136223846793005) + 1442695040888963407;
        bytes[k] = (unsigned char)(z >> 56);
    }
    FILE *file = fopen("f", "w");
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    return bytes;
}

static void no_bytes_have_the_checksum_that_is_published(void **state)
{
    (void)state;
    assert_true(checksum_bytes("", 0) == UINT64_C(0x2d06800538d394c2));
}

/* Of files smaller than a piece, of some pieces, and of pieces and a rest. */
static void a_file_has_the_checksum_of_its_bytes(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 1000, 1 << 20, (1 << 20) + 1, (3 << 20) + 12345};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        uint64_t checksum;
        struct error error = {0};
        unsigned char *bytes = make_file(sizes[k]);
        assert_int_equal(checksum_file("f", 17, &checksum, &error), OK);
        assert_true(checksum == XXH3_64bits_withSeed(bytes, sizes[k], 17));
        free(bytes);
    }
}

static void a_file_that_is_not_there_is_named(void **state)
{
    (void)state;
    uint64_t checksum;
    struct error error = {0};
    assert_int_equal(checksum_file("nothing", 0, &checksum, &error), FAILED);
    assert_string_equal(error.text, "nothing cannot be read: No such file or directory");
    error_free(&error);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_bytes_have_the_checksum_that_is_published),
        TEST(a_file_has_the_checksum_of_its_bytes),
        TEST(a_file_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests_name("checksum", tests, NULL, NULL);
}

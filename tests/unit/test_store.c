/* The HDF5 layer: names on disk, values there and back, and disks that are too small. */
#define _GNU_SOURCE /* unshare */
#include <dirent.h>
#include <fcntl.h>
#include <hdf5.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "output/reader.h"
#include "output/store.h"

static char folder[64], path[96];

static int begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/entente-store-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/out.h5", folder);
    return 0;
}

static size_t count_files(void)
{
    size_t n = 0;
    DIR *listing = opendir(folder);
    for (struct dirent *entry; (entry = readdir(listing));)
        n += entry->d_name[0] != '.';
    closedir(listing);
    return n;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails if a temporary file is left */
}

static struct store *create(bool may_overwrite)
{
    struct store *store;
    struct error error = {0};
    const int code = store_create(&store, path, may_overwrite, &error);
    if (code != OK) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    return store;
}

/* A dimension "x" of n, and a variable "v" of rank 1 or 2 over it. Children must not fail by cmocka, but end. */
static int add_over(struct store *store, enum store_type type, size_t rank, size_t n, double fill)
{
    struct error error = {0};
    int x, v;
    int32_t *values = calloc(n, sizeof *values);
    for (size_t k = 0; k < n; k++)
        values[k] = (int32_t)k;
    if (store_add_dimension(store, "x", STORE_INT32, n, values, &x, &error) != OK ||
        store_add_variable(store, "v", type, rank, (int[]){x, x}, fill, &v, &error) != OK) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    free(values);
    return v;
}

static int add_variable(struct store *store, enum store_type type, size_t n, double fill)
{
    return add_over(store, type, 1, n, fill);
}

enum { SIDE = 1000 };

static int add_eight_megabytes(struct store *store) { return add_over(store, STORE_DOUBLE, 2, SIDE, 0); }

static int write_eight_megabytes(struct store *store, int v, struct error *error)
{
    double *values = calloc(SIDE * SIDE, sizeof *values);
    const int code = store_write_all(store, v, values, error);
    free(values);
    return code;
}

static void commit(struct store *store)
{
    struct error error = {0};
    const int code = store_commit(store, &error);
    if (code != OK)
        fail_msg("%s", error.text);
}

/* Mark the file as one of ours, so that the reader takes it. */
static void sign(struct store *store)
{
    struct error error = {0};
    assert_int_equal(store_attribute_text(store, STORE_ROOT, "entente_version", "test", &error), OK);
}

static void a_committed_file_alone_is_in_the_folder(void **state)
{
    (void)state;
    struct store *store = create(false);
    assert_int_equal(access(path, F_OK), -1);
    commit(store);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(count_files(), 1);
}

static void an_aborted_file_leaves_nothing(void **state)
{
    (void)state;
    struct store *store = create(false);
    add_variable(store, STORE_DOUBLE, 100000, 0);
    store_abort(store);
    assert_int_equal(count_files(), 0);
}

static void a_file_that_exists_is_refused(void **state)
{
    (void)state;
    struct store *store;
    struct error error = {0};
    commit(create(false));
    assert_int_equal(store_create(&store, path, false, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "exists already"));
    error_free(&error);
}

static void a_file_that_exists_is_replaced_if_wished(void **state)
{
    (void)state;
    FILE *old = fopen(path, "w");
    fclose(old);
    commit(create(true));
    struct stat status;
    stat(path, &status);
    assert_true(status.st_size > 0);
}

static void a_file_that_appears_meanwhile_is_left_alone(void **state)
{
    (void)state;
    struct error error = {0};
    struct store *store = create(false);
    FILE *other = fopen(path, "w");
    fputs("not ours", other);
    fclose(other);
    assert_int_equal(store_commit(store, &error), FAILED);
    assert_non_null(strstr(error.text, "has appeared"));
    struct stat status;
    stat(path, &status);
    assert_int_equal(status.st_size, strlen("not ours"));
    assert_int_equal(count_files(), 1);
    error_free(&error);
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    struct store *store;
    struct error error = {0};
    assert_int_equal(store_create(&store, "/tmp/no-such-folder/out.h5", false, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "/tmp/no-such-folder: No such file"));
    error_free(&error);
}

static void a_folder_is_not_written_over(void **state)
{
    (void)state;
    struct store *store;
    struct error error = {0};
    assert_int_equal(store_create(&store, folder, true, &error), BAD_INPUT);
    assert_non_null(strstr(error.text, "not a regular file"));
    error_free(&error);
}

static void numbers_come_back(void **state)
{
    (void)state;
    struct error error = {0};
    struct store *store = create(false);
    sign(store);
    const int v = add_variable(store, STORE_DOUBLE, 3, -1);
    assert_int_equal(store_write_all(store, v, (double[]){1.5, 0x1.fffffffffffffp-3, -7e300}, &error), OK);
    commit(store);
    struct reader *reader;
    double *values;
    size_t n;
    assert_int_equal(reader_open(&reader, path, &error), OK);
    assert_int_equal(reader_all(reader, "v", &values, &n, &error), OK);
    assert_int_equal(n, 3);
    assert_true(values[0] == 1.5 && values[1] == 0x1.fffffffffffffp-3 && values[2] == -7e300);
    free(values);
    reader_close(reader);
}

static void fill_values_come_back_as_missing(void **state)
{
    (void)state;
    struct error error = {0};
    struct store *store = create(false);
    sign(store);
    const int v = add_variable(store, STORE_FLOAT, 2, STORE_FILL);
    assert_int_equal(store_write_all(store, v, (float[]){(float)STORE_FILL, 2}, &error), OK);
    commit(store);
    struct reader *reader;
    double *values;
    size_t n;
    assert_int_equal(reader_open(&reader, path, &error), OK);
    assert_int_equal(reader_all(reader, "v", &values, &n, &error), OK);
    assert_true(values[0] != values[0]);
    assert_true(values[1] == 2);
    free(values);
    reader_close(reader);
}

static void text_comes_back_in_any_language(void **state)
{
    (void)state;
    struct error error = {0};
    struct store *store = create(false);
    sign(store);
    int x;
    const char *const names[] = {"détente", "", "上海合作组织"};
    assert_int_equal(store_add_dimension(store, "x", STORE_TEXT, 3, names, &x, &error), OK);
    commit(store);
    struct reader *reader;
    char **texts;
    size_t n;
    assert_int_equal(reader_open(&reader, path, &error), OK);
    assert_int_equal(reader_all_text(reader, "x", &texts, &n, &error), OK);
    assert_int_equal(n, 3);
    for (size_t k = 0; k < 3; k++)
        assert_string_equal(texts[k], names[k]);
    free(texts);
    reader_close(reader);
}

static void a_part_lands_where_it_belongs(void **state)
{
    (void)state;
    struct error error = {0};
    struct store *store = create(false);
    sign(store);
    const int v = add_variable(store, STORE_INT8, 6, -1);
    assert_int_equal(store_write_all(store, v, (int8_t[]){0, 1, 2, 3, 4, 5}, &error), OK);
    assert_int_equal(store_write(store, v, (size_t[]){2}, (size_t[]){3}, (int8_t[]){12, 13, -1}, &error), OK);
    commit(store);
    struct reader *reader;
    double *values;
    size_t n;
    assert_int_equal(reader_open(&reader, path, &error), OK);
    assert_int_equal(reader_all(reader, "v", &values, &n, &error), OK);
    assert_true(values[1] == 1 && values[2] == 12 && values[3] == 13 && values[4] != values[4] && values[5] == 5);
    free(values);
    reader_close(reader);
}

static void a_text_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    struct error error = {0};
    struct store *store = create(false);
    sign(store);
    const size_t n = 40000;
    char *text = malloc(2 * n + 2);
    text[0] = 'x';
    for (size_t k = 0; k < n; k++)
        memcpy(text + 1 + 2 * k, "é", 2);
    text[2 * n + 1] = '\0';
    assert_int_equal(store_attribute_text(store, STORE_ROOT, "long", text, &error), OK);
    commit(store);
    struct reader *reader;
    assert_int_equal(reader_open(&reader, path, &error), OK);
    char *back = reader_attribute(reader, "long");
    const size_t length = strlen(back);
    assert_true(length > 30000 && length % 2 == 1);
    assert_memory_equal(back, text, length);
    free(back);
    free(text);
    reader_close(reader);
}

static void an_error_names_file_and_dataset(void **state)
{
    (void)state;
    struct error error = {0};
    int again;
    struct store *store = create(false);
    add_variable(store, STORE_FLOAT, 3, 0);
    assert_int_equal(store_add_variable(store, "v", STORE_FLOAT, 1, (int[]){0}, 0, &again, &error), FAILED);
    assert_non_null(strstr(error.text, "out.h5: cannot make room for v: "));
    assert_null(strstr(error.text, "does not say why"));
    error_free(&error);
    store_abort(store);
}

static void what_no_file_can_hold_is_refused(void **state)
{
    (void)state;
    enum { MANY = 1 << 21 }; /* MANY cubed doubles are 2^66 bytes, which would wrap around to 0 */
    struct error error = {0};
    int many, v;
    int32_t *values = calloc(MANY, sizeof *values);
    struct store *store = create(false);
    assert_int_equal(store_add_dimension(store, "many", STORE_INT32, MANY, values, &many, &error), OK);
    assert_int_equal(store_add_variable(store, "v", STORE_DOUBLE, 3, (int[]){many, many, many}, 0, &v, &error), FAILED);
    assert_non_null(strstr(error.text, "cannot hold v: "));
    error_free(&error);
    store_abort(store);
    free(values);
}

/* Run `body` in a process of its own, which may limit itself; its result is that of exit. */
static void in_a_child(int (*body)(void))
{
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0)
        _exit(body());
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(count_files(), 0);
}

static void limit_files(rlim_t bytes)
{
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){bytes, bytes});
}

static int add_beyond_limit(void)
{
    struct error error = {0};
    struct store *store = create(false);
    int x, v;
    const int32_t values[SIDE] = {0};
    limit_files(100000);
    signal(SIGXFSZ, SIG_DFL); /* nothing may be written beyond */
    bool is_told = store_add_dimension(store, "x", STORE_INT32, SIDE, values, &x, &error) == OK;
    is_told = is_told && store_add_variable(store, "v", STORE_DOUBLE, 2, (int[]){x, x}, 0, &v, &error) == FAILED;
    is_told = is_told && strstr(error.text, "MB or more, but files may have 100 kB");
    store_abort(store);
    error_free(&error);
    store_end();
    return is_told ? 0 : 1;
}

static void a_limit_for_files_is_told_before_the_work(void **state)
{
    (void)state;
    in_a_child(add_beyond_limit);
}

static int write_beyond_limit(void)
{
    struct error error = {0};
    struct store *store = create(false);
    const int v = add_eight_megabytes(store);
    limit_files(100000);
    const int code = write_eight_megabytes(store, v, &error);
    const bool is_told = code == FAILED && strstr(error.text, "cannot write v: File too large");
    store_abort(store);
    error_free(&error);
    store_end();
    return is_told ? 0 : 1;
}

static void a_write_that_fails_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    in_a_child(write_beyond_limit);
}

static int commit_beyond_limit(void)
{
    struct error error = {0};
    struct store *store = create(false);
    add_variable(store, STORE_DOUBLE, 10, 0);
    limit_files(1);
    const int code = store_commit(store, &error);
    const bool is_told = code == FAILED && strstr(error.text, "File too large");
    error_free(&error);
    store_end();
    return is_told ? 0 : 1;
}

static void a_commit_that_fails_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    in_a_child(commit_beyond_limit);
}

/* Lay a file system of a megabyte over the folder, visible in this process alone. */
static bool mount_small_disk(void)
{
    if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", folder, "tmpfs", 0, "size=1m") == 0;
}

static int reserve_beyond_disk(void)
{
    struct error error = {0};
    if (!mount_small_disk())
        return 77;
    struct store *store = create(false);
    add_eight_megabytes(store);
    const int code = store_reserve(store, 0, &error);
    const bool is_told =
        code == FAILED && strstr(error.text, "No space left on device") && strstr(error.text, "needs 8.0 MB");
    store_abort(store);
    error_free(&error);
    store_end();
    return is_told && count_files() == 0 ? 0 : 1;
}

static void a_full_disk_is_told_before_the_work(void **state)
{
    (void)state;
    in_a_child(reserve_beyond_disk);
}

static int write_beyond_disk(void)
{
    struct error error = {0};
    if (!mount_small_disk())
        return 77;
    struct store *store = create(false);
    const int v = add_eight_megabytes(store);
    const int code = write_eight_megabytes(store, v, &error);
    const bool is_told = code == FAILED && strstr(error.text, "cannot write v: No space left on device");
    store_abort(store);
    error_free(&error);
    const bool is_closed =
        H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) == 0; /* so that another file can be written */
    store_end();
    return is_told && is_closed && count_files() == 0 ? 0 : 1;
}

static void a_disk_that_fills_up_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    in_a_child(write_beyond_disk);
}

static int end_library(void **state)
{
    (void)state;
    store_end();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_committed_file_alone_is_in_the_folder),
        TEST(an_aborted_file_leaves_nothing),
        TEST(a_file_that_exists_is_refused),
        TEST(a_file_that_exists_is_replaced_if_wished),
        TEST(a_file_that_appears_meanwhile_is_left_alone),
        TEST(a_missing_folder_is_named),
        TEST(a_folder_is_not_written_over),
        TEST(numbers_come_back),
        TEST(fill_values_come_back_as_missing),
        TEST(text_comes_back_in_any_language),
        TEST(a_part_lands_where_it_belongs),
        TEST(a_text_too_long_is_cut_between_characters),
        TEST(an_error_names_file_and_dataset),
        TEST(what_no_file_can_hold_is_refused),
        TEST(a_limit_for_files_is_told_before_the_work),
        TEST(a_write_that_fails_is_told_and_leaves_nothing),
        TEST(a_commit_that_fails_is_told_and_leaves_nothing),
        TEST(a_full_disk_is_told_before_the_work),
        TEST(a_disk_that_fills_up_is_told_and_leaves_nothing),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, end_library);
}

#define _GNU_SOURCE /* fallocate, memfd_create, sync_file_range */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "hdf5_error.h"
#include "hdf5_type.h"
#include "place.h"

enum {
    IN_ORDER = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED,
    PAGE = 4096,             /* large datasets begin at a page, so that they are written straight from memory */
    METADATA_PER_SET = 8192, /* bytes of headers and attributes, generously */
    PLAIN_PER_SET = 1024,    /* without attributes */
    LONGEST_TEXT = 32000     /* an attribute above 64 KiB needs a newer file format than readers have */
};

struct dataset {
    hid_t id;
    char *name;
    enum store_type type;
    size_t rank;
    hsize_t extent[STORE_RANK];
};

struct store {
    char *path, *temporary;
    bool may_overwrite, describes, is_settled_later;
    hid_t file, text;
    struct dataset *datasets;
    size_t n_datasets;
    size_t bytes; /* of all datasets */
};

/* A file whose close has failed leaves HDF5 in a state in which closing the library crashes. */
static bool library_is_sound = true;

static int failed(const struct store *store, const char *doing, const char *what, struct error *error)
{
    char cause[512];
    hdf5_error_cause(cause, sizeof cause);
    return error_set(error, FAILED, "%s: cannot %s %s: %s", store->path, doing, what, cause);
}

static hid_t file_type(const struct store *store, enum store_type type)
{
    switch (type) {
    case STORE_FLOAT: return H5T_IEEE_F32LE;
    case STORE_DOUBLE: return H5T_IEEE_F64LE;
    case STORE_INT8: return H5T_STD_I8LE;
    case STORE_INT32: return H5T_STD_I32LE;
    case STORE_TEXT: return store->text;
    }
    return H5I_INVALID_HID;
}

static hid_t owner_id(const struct store *store, int owner)
{
    return owner == STORE_ROOT ? store->file : store->datasets[owner].id;
}

static const char *owner_name(const struct store *store, int owner)
{
    return owner == STORE_ROOT ? "the file" : store->datasets[owner].name;
}

static void free_store(struct store *store)
{
    for (size_t k = 0; k < store->n_datasets; k++)
        free(store->datasets[k].name);
    free(store->datasets);
    free(store->path);
    free(store->temporary);
    free(store);
}

static int create_file(struct store *store, struct error *error)
{
    int code = FAILED;
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    if (creation < 0 || access < 0)
        goto out;
    /* without creation order netCDF cannot append to the file */
    if (H5Pset_link_creation_order(creation, IN_ORDER) < 0 || H5Pset_attr_creation_order(creation, IN_ORDER) < 0)
        goto out;
    /* what the file says of times stands in attributes: a part that is computed again has the same bytes */
    if (H5Pset_obj_track_times(creation, false) < 0)
        goto out;
    if (H5Pset_alignment(access, 16 * PAGE, PAGE) < 0)
        goto out;
    /* a part of a dataset is never written to twice: there is nothing to gather, nor to read before writing */
    if (H5Pset_sieve_buf_size(access, 0) < 0)
        goto out;
#if (H5_VERS_MINOR == 10 && H5_VERS_RELEASE >= 7) || H5_VERSION_GE(1, 12, 1)
    /* nobody else knows the temporary name, and some cluster file systems cannot lock */
    if (H5Pset_file_locking(access, false, true) < 0)
        goto out;
#endif
    store->file = H5Fcreate(store->temporary, H5F_ACC_EXCL, creation, access);
    if (store->file < 0)
        goto out;
    store->text = hdf5_text_type();
    code = store->text < 0 ? FAILED : OK;
out:
    if (code != OK)
        failed(store, "create", "the file", error); /* before HDF5 forgets why */
    H5Pclose(creation);
    H5Pclose(access);
    return code;
}

int store_create(struct store **result, const char *path, bool may_overwrite, struct error *error)
{
    *result = NULL;
    hdf5_error_quiet();
    const int code = place_check(path, may_overwrite, error);
    if (code != OK)
        return code;
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return error_memory(error);
    store->file = store->text = H5I_INVALID_HID;
    store->may_overwrite = may_overwrite;
    store->describes = true;
    store->path = strdup(path);
    store->temporary = place_temporary(path);
    if (!store->path || !store->temporary) {
        free_store(store);
        return error_memory(error);
    }
    if (create_file(store, error) != OK) {
        store_abort(store);
        if (error)
            error->code = BAD_INPUT;
        return BAD_INPUT;
    }
    *result = store;
    return OK;
}

void store_settle_later(struct store *store) { store->is_settled_later = true; }

void store_describe(struct store *store, bool describes) { store->describes = describes; }

/* Room for one more dataset, with its name. */
static struct dataset *next_dataset(struct store *store, const char *name)
{
    struct dataset *grown = realloc(store->datasets, (store->n_datasets + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    store->datasets = grown;
    struct dataset *set = &grown[store->n_datasets];
    *set = (struct dataset){.id = H5I_INVALID_HID, .name = strdup(name)};
    if (!set->name)
        return NULL;
    return set;
}

static herr_t set_fill(hid_t creation, enum store_type type, double fill)
{
    const float single = (float)fill;
    const int32_t whole = type == STORE_INT32 || type == STORE_INT8 ? (int32_t)fill : 0;
    switch (type) {
    case STORE_FLOAT: return H5Pset_fill_value(creation, H5T_NATIVE_FLOAT, &single);
    case STORE_DOUBLE: return H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &fill);
    case STORE_INT8:
    case STORE_INT32: return H5Pset_fill_value(creation, H5T_NATIVE_INT32, &whole);
    case STORE_TEXT: break;
    }
    return 0;
}

static int create_dataset(struct store *store, struct dataset *set, const double *fill, struct error *error)
{
    int code = FAILED;
    const hid_t space = H5Screate_simple((int)set->rank, set->extent, NULL);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (space < 0 || creation < 0)
        goto out;
    if (H5Pset_attr_creation_order(creation, IN_ORDER) < 0 || H5Pset_obj_track_times(creation, false) < 0)
        goto out;
    /* One piece each, its place taken now and every value written once: the fastest there is. Text needs its fill. */
    if (set->type != STORE_TEXT &&
        (H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) < 0 || H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER) < 0))
        goto out;
    if (fill && set_fill(creation, set->type, *fill) < 0)
        goto out;
    set->id =
        H5Dcreate2(store->file, set->name, file_type(store, set->type), space, H5P_DEFAULT, creation, H5P_DEFAULT);
    code = set->id < 0 ? FAILED : OK;
out:
    if (code != OK)
        failed(store, "make room for", set->name, error);
    H5Pclose(creation);
    H5Sclose(space);
    return code;
}

static size_t value_size(enum store_type type)
{
    static const size_t sizes[] = {
        [STORE_FLOAT] = 4, [STORE_DOUBLE] = 8, [STORE_INT8] = 1, [STORE_INT32] = 4, [STORE_TEXT] = 16};
    return sizes[type];
}

/* Count a dataset's bytes, before any of them is taken. */
static int add_bytes(struct store *store, const struct dataset *set, struct error *error)
{
    size_t bytes = value_size(set->type);
    bool is_too_large = false;
    for (size_t k = 0; k < set->rank; k++)
        is_too_large |= __builtin_mul_overflow(bytes, (size_t)set->extent[k], &bytes);
    if (is_too_large ||
        __builtin_add_overflow(bytes, store->bytes + PAGE + (store->describes ? METADATA_PER_SET : PLAIN_PER_SET),
                               &bytes) ||
        bytes > INT64_MAX)
        return error_set(error, FAILED, "%s cannot hold %s: it has more values than a file can; record less",
                         store->path, set->name);
    store->bytes = bytes;
    return OK;
}

/* May files become as large as the datasets so far (ulimit -f)? Writing on would end in a signal. */
static int check_limit(const struct store *store, struct error *error)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || store->bytes <= limit.rlim_cur)
        return OK;
    char needed[32], allowed[32];
    return error_set(error, FAILED, "%s needs %s or more, but files may have %s here (ulimit -f)", store->path,
                     place_size((double)store->bytes, needed, sizeof needed),
                     place_size((double)limit.rlim_cur, allowed, sizeof allowed));
}

/* Add the dataset whose extent stands in `set`, the next in the store. */
static int add_dataset(struct store *store, struct dataset *set, const double *fill, int *handle, struct error *error)
{
    int code = add_bytes(store, set, error);
    if (code == OK)
        code = create_dataset(store, set, fill, error);
    if (code != OK) {
        free(set->name);
        return code;
    }
    *handle = (int)store->n_datasets++;
    return check_limit(store, error);
}

int store_add_dimension(struct store *store, const char *name, enum store_type type, size_t n, const void *values,
                        int *handle, struct error *error)
{
    struct dataset *set = next_dataset(store, name);
    if (!set)
        return error_memory(error);
    set->type = type;
    set->rank = 1;
    set->extent[0] = n;
    int code = add_dataset(store, set, NULL, handle, error);
    if (code != OK)
        return code;
    code = store_write_all(store, *handle, values, error);
    if (code == OK && store->describes && H5DSset_scale(store->datasets[*handle].id, name) < 0)
        code = failed(store, "make a dimension of", name, error);
    return code;
}

int store_add_variable(struct store *store, const char *name, enum store_type type, size_t rank, const int *dimensions,
                       double fill, int *handle, struct error *error)
{
    struct dataset *set = next_dataset(store, name);
    if (!set)
        return error_memory(error);
    set->type = type;
    set->rank = rank;
    for (size_t k = 0; k < rank; k++)
        set->extent[k] = store->datasets[dimensions[k]].extent[0];
    int code = add_dataset(store, set, type == STORE_TEXT ? NULL : &fill, handle, error);
    if (code != OK)
        return code;
    for (size_t k = 0; k < rank && store->describes; k++)
        if (H5DSattach_scale(store->datasets[*handle].id, store->datasets[dimensions[k]].id, (unsigned)k) < 0)
            return failed(store, "attach the dimensions of", name, error);
    return type == STORE_TEXT ? OK : store_attribute_numbers(store, *handle, "_FillValue", type, 1, &fill, error);
}

int store_attribute_text(struct store *store, int owner, const char *name, const char *value, struct error *error)
{
    int code = OK;
    size_t length = strlen(value);
    if (!store->describes)
        return OK;
    if (length > LONGEST_TEXT) {
        length = LONGEST_TEXT;
        while (length > 0 && ((unsigned char)value[length] & 0xC0) == 0x80) /* not within a UTF-8 character */
            length--;
    }
    /* scalar and of fixed length: a char attribute in netCDF, as CF asks */
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5I_INVALID_HID;
    if (type < 0 || space < 0 || H5Tset_size(type, length ? length : 1) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
        (attribute = H5Acreate2(owner_id(store, owner), name, type, space, H5P_DEFAULT, H5P_DEFAULT)) < 0 ||
        H5Awrite(attribute, type, value) < 0) {
        code = failed(store, "write an attribute of", owner_name(store, owner), error);
        error_context(error, "%s", name);
    }
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return code;
}

int store_attribute_numbers(struct store *store, int owner, const char *name, enum store_type type, size_t n,
                            const double *values, struct error *error)
{
    int code = OK;
    const hsize_t extent = n;
    if (!store->describes)
        return OK;
    const hid_t space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL);
    const hid_t attribute =
        H5Acreate2(owner_id(store, owner), name, file_type(store, type), space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, H5T_NATIVE_DOUBLE, values) < 0) {
        code = failed(store, "write an attribute of", owner_name(store, owner), error);
        error_context(error, "%s", name);
    }
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return code;
}

/* The descriptor of the open file, -1 if HDF5 does not tell. */
static int descriptor(const struct store *store)
{
    void *handle = NULL;
    return H5Fget_vfd_handle(store->file, H5P_DEFAULT, &handle) < 0 || !handle ? -1 : *(int *)handle;
}

static int disk_too_small(const struct store *store, size_t bytes, double available, int cause, struct error *error)
{
    char needed[32], there[32];
    return error_set(error, FAILED, "%s needs %s: %s (%s free there)", store->path,
                     place_size((double)bytes, needed, sizeof needed), strerror(cause),
                     place_size(available, there, sizeof there));
}

int store_reserve(struct store *store, size_t extra, struct error *error)
{
    const int file = descriptor(store);
    const size_t bytes = store->bytes + extra;
    struct statvfs disk;
    struct statfs system;
    if (file < 0 || fstatvfs(file, &disk) != 0 || fstatfs(file, &system) != 0)
        return OK;
    /* asked first, since a reservation that fails has filled the disk for a moment */
    const double available = (double)disk.f_bavail * (double)disk.f_frsize;
    if ((double)bytes > available)
        return disk_too_small(store, bytes, available, ENOSPC, error);
    if (system.f_type == TMPFS_MAGIC) /* reserving there is writing zeros */
        return OK;
    /* beyond the end of the file, so that its size stays HDF5's affair */
    if (fallocate(file, FALLOC_FL_KEEP_SIZE, 0, (off_t)bytes) != 0 &&
        (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
        return disk_too_small(store, bytes, available, errno, error);
    return OK;
}

void store_push(const struct store *store)
{
    const int file = descriptor(store);
    if (file >= 0)
        sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); /* a hint: what fails here fails in store_commit too */
}

size_t store_extent(const struct store *store, int handle, size_t *extent)
{
    const struct dataset *set = &store->datasets[handle];
    for (size_t k = 0; k < set->rank; k++)
        extent[k] = (size_t)set->extent[k];
    return set->rank;
}

int store_write_part(struct store *store, int handle, const size_t *start, const size_t *count, const size_t *held,
                     const size_t *from, const void *values, struct error *error)
{
    const struct dataset *set = &store->datasets[handle];
    hsize_t there[STORE_RANK], length[STORE_RANK], extent[STORE_RANK], here[STORE_RANK];
    for (size_t k = 0; k < set->rank; k++) {
        there[k] = start[k];
        length[k] = count[k];
        extent[k] = held[k];
        here[k] = from[k];
    }
    int code = FAILED;
    const hid_t memory = H5Screate_simple((int)set->rank, extent, NULL), space = H5Dget_space(set->id);
    if (memory >= 0 && space >= 0 && H5Sselect_hyperslab(memory, H5S_SELECT_SET, here, NULL, length, NULL) >= 0 &&
        H5Sselect_hyperslab(space, H5S_SELECT_SET, there, NULL, length, NULL) >= 0 &&
        H5Dwrite(set->id, hdf5_memory_type(set->type, store->text), memory, space, H5P_DEFAULT, values) >= 0)
        code = OK;
    if (code != OK)
        code = failed(store, "write", set->name, error);
    H5Sclose(space);
    H5Sclose(memory);
    return code;
}

int store_write(struct store *store, int handle, const size_t *start, const size_t *count, const void *values,
                struct error *error)
{
    static const size_t origin[STORE_RANK] = {0};
    return store_write_part(store, handle, start, count, count, origin, values, error);
}

int store_write_all(struct store *store, int handle, const void *values, struct error *error)
{
    const size_t start[STORE_RANK] = {0};
    size_t count[STORE_RANK];
    store_extent(store, handle, count);
    return store_write(store, handle, start, count, values, error);
}

/* Close everything. False if HDF5 could not. */
static bool close_file(struct store *store)
{
    bool is_closed = true;
    for (size_t k = 0; k < store->n_datasets; k++)
        is_closed = H5Dclose(store->datasets[k].id) >= 0 && is_closed;
    if (store->text >= 0)
        is_closed = H5Tclose(store->text) >= 0 && is_closed;
    if (store->file >= 0)
        is_closed = H5Fclose(store->file) >= 0 && is_closed;
    if (!is_closed)
        library_is_sound = false;
    return is_closed;
}

/* HDF5 writes what it still holds when a file is closed, and breaks if it cannot. What is given up goes to memory that
 * vanishes with the descriptor, so that closing costs little and succeeds on a full disk too. */
static void redirect_to_nowhere(const struct store *store)
{
    const int file = descriptor(store), nowhere = file < 0 ? -1 : memfd_create("entente", MFD_CLOEXEC);
    signal(SIGXFSZ, SIG_IGN); /* a limit for files holds there too: an error is enough */
    if (nowhere < 0)
        return;
    dup2(nowhere, file);
    close(nowhere);
}

void store_abort(struct store *store)
{
    if (!store)
        return;
    if (store->file >= 0) {
        redirect_to_nowhere(store);
        close_file(store);
        unlink(store->temporary);
    }
    free_store(store);
}

/* Give back what was reserved and is not used. */
static void release_reserve(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && truncate(path, status.st_size) != 0)
        return; /* harmless: the file is whole, it only takes more of the disk than it needs */
}

int store_commit(struct store *store, struct error *error)
{
    if (H5Fflush(store->file, H5F_SCOPE_LOCAL) < 0) {
        const int code = failed(store, "write", "the last part", error);
        store_abort(store);
        return code;
    }
    int code = OK;
    if (!close_file(store))
        code = failed(store, "close", "the file", error);
    release_reserve(store->temporary);
    if (code == OK && store->is_settled_later && rename(store->temporary, store->path) != 0)
        code = error_set(error, FAILED, "%s cannot be given its name: %s", store->path, strerror(errno));
    else if (code == OK && !store->is_settled_later)
        code = place_settle(store->temporary, store->path, store->may_overwrite, error);
    if (code != OK)
        unlink(store->temporary);
    free_store(store);
    return code;
}

void store_end(void)
{
    if (library_is_sound)
        H5close();
}

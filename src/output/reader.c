#include "reader.h"

#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hdf5_error.h"
#include "hdf5_file.h"

struct reader {
    char *path;
    hid_t file;
};

static int failed(const struct reader *reader, const char *name, struct error *error)
{
    char cause[512];
    hdf5_error_cause(cause, sizeof cause);
    return error_set(error, FAILED, "%s: cannot read %s: %s", reader->path, name, cause);
}

int reader_open(struct reader **result, const char *path, struct error *error)
{
    *result = NULL;
    hdf5_error_quiet();
    if (access(path, R_OK) != 0)
        return error_set(error, BAD_INPUT, "%s cannot be read: %s", path, strerror(errno));
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return error_memory(error);
    int code = OK;
    reader->file = H5I_INVALID_HID;
    reader->path = strdup(path);
    if (!reader->path) {
        code = error_memory(error);
        goto out;
    }
    reader->file = hdf5_open_to_read(path);
    if (reader->file < 0)
        code = error_set(error, BAD_INPUT,
                         "%s is not an HDF5 file, or it is damaged; expected an output file of entente run", path);
    else if (H5Aexists(reader->file, "entente_version") <= 0)
        code =
            error_set(error, BAD_INPUT,
                      "%s was not written by entente: it has no attribute entente_version; expected an output file of "
                      "entente run",
                      path);
out:
    if (code == OK)
        *result = reader;
    else
        reader_close(reader);
    return code;
}

void reader_close(struct reader *reader)
{
    if (!reader)
        return;
    if (reader->file >= 0)
        H5Fclose(reader->file);
    free(reader->path);
    free(reader);
}

bool reader_has(const struct reader *reader, const char *name)
{
    return H5Lexists(reader->file, name, H5P_DEFAULT) > 0;
}

bool reader_is_text(const struct reader *reader, const char *name)
{
    const hid_t set = reader_has(reader, name) ? H5Dopen2(reader->file, name, H5P_DEFAULT) : H5I_INVALID_HID;
    const hid_t type = set < 0 ? H5I_INVALID_HID : H5Dget_type(set);
    const bool is_text = type >= 0 && H5Tget_class(type) == H5T_STRING;
    if (type >= 0)
        H5Tclose(type);
    if (set >= 0)
        H5Dclose(set);
    return is_text;
}

size_t reader_extent(const struct reader *reader, const char *name, size_t *extent)
{
    if (!reader_has(reader, name))
        return 0;
    hsize_t lengths[H5S_MAX_RANK];
    size_t rank = 0;
    const hid_t set = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (set < 0)
        return 0;
    const hid_t space = H5Dget_space(set);
    const int n = H5Sget_simple_extent_dims(space, lengths, NULL);
    if (n > 0 && n <= READER_RANK)
        for (; rank < (size_t)n; rank++)
            extent[rank] = (size_t)lengths[rank];
    H5Sclose(space);
    H5Dclose(set);
    return rank;
}

/* Read a part of the open dataset `set`, called `name`, in the memory type given. */
static int read_part(const struct reader *reader, const char *name, hid_t set, hid_t type, const size_t *start,
                     const size_t *count, void *values, struct error *error)
{
    hsize_t from[READER_RANK], length[READER_RANK];
    int code = FAILED;
    const hid_t space = H5Dget_space(set);
    const int rank = H5Sget_simple_extent_ndims(space);
    hid_t memory = H5I_INVALID_HID;
    if (rank < 1 || rank > READER_RANK)
        goto out;
    for (int k = 0; k < rank; k++) {
        from[k] = start[k];
        length[k] = count[k];
    }
    memory = H5Screate_simple(rank, length, NULL);
    if (memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, from, NULL, length, NULL) >= 0 &&
        H5Dread(set, type, memory, space, H5P_DEFAULT, values) >= 0)
        code = OK;
out:
    if (code != OK)
        failed(reader, name, error); /* before HDF5 forgets why */
    if (memory >= 0)
        H5Sclose(memory);
    H5Sclose(space);
    return code;
}

static size_t count_values(hid_t set, const size_t *count)
{
    const hid_t space = H5Dget_space(set);
    const int rank = H5Sget_simple_extent_ndims(space);
    size_t n = 1;
    for (int k = 0; k < rank; k++)
        n *= count[k];
    H5Sclose(space);
    return n;
}

/* What stands for a missing value; NaN if nothing does. */
static double fill_of(hid_t set)
{
    double fill = NAN;
    const hid_t creation = H5Dget_create_plist(set);
    H5D_fill_value_t status = H5D_FILL_VALUE_UNDEFINED;
    if (creation >= 0 && H5Pfill_value_defined(creation, &status) >= 0 && status == H5D_FILL_VALUE_USER_DEFINED)
        H5Pget_fill_value(creation, H5T_NATIVE_DOUBLE, &fill);
    H5Pclose(creation);
    return fill;
}

int reader_read(const struct reader *reader, const char *name, const size_t *start, const size_t *count, double *values,
                struct error *error)
{
    const hid_t set = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (set < 0)
        return failed(reader, name, error);
    const int code = read_part(reader, name, set, H5T_NATIVE_DOUBLE, start, count, values, error);
    const double fill = fill_of(set);
    const size_t n = code == OK ? count_values(set, count) : 0;
    for (size_t k = 0; k < n; k++)
        values[k] = values[k] == fill ? NAN : values[k];
    H5Dclose(set);
    return code;
}

/* The texts that HDF5 has read, and their pointers, in one block. */
static char **pack(char *const *texts, size_t n)
{
    size_t bytes = (n + 1) * sizeof(char *);
    for (size_t k = 0; k < n; k++)
        bytes += (texts[k] ? strlen(texts[k]) : 0) + 1;
    char **packed = malloc(bytes);
    if (!packed)
        return NULL;
    char *free_byte = (char *)(packed + n + 1);
    for (size_t k = 0; k < n; k++) {
        packed[k] = free_byte;
        free_byte = stpcpy(free_byte, texts[k] ? texts[k] : "") + 1;
    }
    packed[n] = NULL;
    return packed;
}

int reader_read_text(const struct reader *reader, const char *name, const size_t *start, const size_t *count,
                     char ***values, struct error *error)
{
    *values = NULL;
    int code = OK;
    char **texts = NULL;
    const hid_t type = H5Tcopy(H5T_C_S1), set = H5Dopen2(reader->file, name, H5P_DEFAULT);
    if (set < 0 || H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
        code = failed(reader, name, error);
        goto out;
    }
    const size_t n = count_values(set, count);
    texts = calloc(n + 1, sizeof *texts);
    if (!texts) {
        code = error_memory(error);
        goto out;
    }
    code = read_part(reader, name, set, type, start, count, texts, error);
    if (code != OK)
        goto out;
    *values = pack(texts, n);
    if (!*values)
        code = error_memory(error);
    for (size_t k = 0; k < n; k++)
        H5free_memory(texts[k]);
out:
    free(texts);
    if (set >= 0)
        H5Dclose(set);
    H5Tclose(type);
    return code;
}

static int length_of(const struct reader *reader, const char *name, size_t *n, struct error *error)
{
    size_t extent[READER_RANK];
    const size_t rank = reader_extent(reader, name, extent);
    if (rank != 1)
        return error_set(error, BAD_INPUT, "%s: %s is missing or has not one dimension", reader->path, name);
    *n = extent[0];
    return OK;
}

int reader_all(const struct reader *reader, const char *name, double **values, size_t *n, struct error *error)
{
    const size_t start = 0;
    *values = NULL;
    int code = length_of(reader, name, n, error);
    if (code != OK)
        return code;
    *values = calloc(*n + 1, sizeof **values);
    if (!*values)
        return error_memory(error);
    return reader_read(reader, name, &start, n, *values, error);
}

int reader_all_text(const struct reader *reader, const char *name, char ***values, size_t *n, struct error *error)
{
    const size_t start = 0;
    *values = NULL;
    const int code = length_of(reader, name, n, error);
    return code == OK ? reader_read_text(reader, name, &start, n, values, error) : code;
}

int reader_whole(const struct reader *reader, const char *name, double **values, struct error *error)
{
    static const size_t start[READER_RANK] = {0};
    size_t extent[READER_RANK], n = 1;
    const size_t rank = reader_extent(reader, name, extent);
    for (size_t k = 0; k < rank; k++)
        n *= extent[k];
    *values = malloc((n + 1) * sizeof **values);
    if (!*values)
        return error_memory(error);
    return rank > 0 ? reader_read(reader, name, start, extent, *values, error) : OK;
}

char *reader_attribute(const struct reader *reader, const char *name)
{
    if (H5Aexists(reader->file, name) <= 0)
        return NULL;
    const hid_t attribute = H5Aopen(reader->file, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    char *text = NULL;
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0) {
        text = calloc(1, H5Tget_size(type) + 1);
        if (text && H5Aread(attribute, type, text) < 0) {
            free(text);
            text = NULL;
        }
    }
    H5Tclose(type);
    H5Aclose(attribute);
    return text;
}

double reader_attribute_number(const struct reader *reader, const char *name)
{
    double number = NAN;
    if (H5Aexists(reader->file, name) <= 0)
        return number;
    const hid_t attribute = H5Aopen(reader->file, name, H5P_DEFAULT), space = H5Aget_space(attribute);
    if (H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_DOUBLE, &number) < 0)
        number = NAN;
    H5Sclose(space);
    H5Aclose(attribute);
    return number;
}

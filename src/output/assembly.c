#include "assembly.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "hdf5_error.h"
#include "hdf5_file.h"
#include "hdf5_type.h"
#include "provenance.h"
#include "store.h"

enum { PIECE_BYTES = 4 << 20, TEXT_BYTES_PER_REPLICATE = 32 };

struct assembly {
    struct store *store;
    struct fields fields;
    double *largest_error; /* [statistic] */
    struct failures failures;
};

/* A file that is read from. */
struct origin {
    const char *path;
    hid_t file, text;
};

static int failed(const struct origin *origin, const char *what, struct error *error)
{
    char cause[512];
    hdf5_error_cause(cause, sizeof cause);
    return error_set(error, FAILED, "%s: cannot read %s: %s", origin->path, what, cause);
}

static int open_origin(struct origin *origin, const char *path, struct error *error)
{
    *origin = (struct origin){path, hdf5_open_to_read(path), hdf5_text_type()};
    if (origin->file < 0 || origin->text < 0)
        return failed(origin, "the file", error);
    return OK;
}

static void close_origin(const struct origin *origin)
{
    if (origin->file >= 0)
        H5Fclose(origin->file);
    if (origin->text >= 0)
        H5Tclose(origin->text);
}

static size_t product(const size_t *count, size_t rank)
{
    size_t n = 1;
    for (size_t k = 0; k < rank; k++)
        n *= count[k];
    return n;
}

/* What is looked at while it goes by. */
typedef void watch(struct assembly *assembly, const struct tile *tile, const size_t *start, const size_t *count,
                   const void *values);

/* A dataset on its way from one file to the other: a piece at a time. */
struct transfer {
    struct assembly *assembly;
    const struct origin *origin;
    const struct tile *tile;
    const char *name;
    int handle;
    enum store_type type;
    watch *watch;
    hid_t dataset, space;
    size_t rank;
    void *buffer;
};

static int copy_piece(const struct transfer *transfer, const size_t *start, const size_t *count, struct error *error)
{
    const struct tile *tile = transfer->tile;
    hsize_t from[STORE_RANK], length[STORE_RANK];
    size_t to[STORE_RANK];
    for (size_t k = 0; k < transfer->rank; k++) {
        from[k] = to[k] = start[k];
        length[k] = count[k];
    }
    to[0] += tile->scenario;
    to[1] += tile->point;
    const hid_t memory = H5Screate_simple((int)transfer->rank, length, NULL);
    const hid_t type = hdf5_memory_type(transfer->type, transfer->origin->text);
    int code = OK;
    if (memory < 0 || H5Sselect_hyperslab(transfer->space, H5S_SELECT_SET, from, NULL, length, NULL) < 0 ||
        H5Dread(transfer->dataset, type, memory, transfer->space, H5P_DEFAULT, transfer->buffer) < 0)
        code = failed(transfer->origin, transfer->name, error);
    if (code == OK) {
        code = store_write(transfer->assembly->store, transfer->handle, to, count, transfer->buffer, error);
        if (transfer->watch)
            transfer->watch(transfer->assembly, tile, start, count, transfer->buffer);
        if (transfer->type == STORE_TEXT)
            H5Dvlen_reclaim(type, memory, H5P_DEFAULT, transfer->buffer);
    }
    H5Sclose(memory);
    return code;
}

/* Pieces of some points, or of some of what comes next along one point. */
static int copy_pieces(const struct transfer *transfer, const size_t *extent, struct error *error)
{
    const size_t bytes = hdf5_type_size(transfer->type), row = product(extent + 2, transfer->rank - 2) * bytes;
    const size_t inner = product(extent + 3, transfer->rank - 3) * bytes;
    const size_t points = row < PIECE_BYTES ? PIECE_BYTES / (row > 0 ? row : 1) : 1;
    const size_t steps = row <= PIECE_BYTES ? extent[2] : inner < PIECE_BYTES ? PIECE_BYTES / inner : 1;
    size_t start[STORE_RANK] = {0}, count[STORE_RANK];
    int code = OK;
    memcpy(count, extent, sizeof count);
    count[0] = 1;
    for (start[0] = 0; start[0] < extent[0] && code == OK; start[0]++)
        for (start[1] = 0; start[1] < extent[1] && code == OK; start[1] += count[1])
            for (start[2] = 0; start[2] < extent[2] && code == OK; start[2] += count[2]) {
                count[1] = extent[1] - start[1] < points ? extent[1] - start[1] : points;
                count[2] = extent[2] - start[2] < steps ? extent[2] - start[2] : steps;
                code = copy_piece(transfer, start, count, error);
            }
    return code;
}

/* Is the dataset of the tile's form? Where `has_replicates`, its third dimension is they. */
static bool has_form(const struct transfer *transfer, size_t *extent)
{
    hsize_t there[STORE_RANK];
    store_extent(transfer->assembly->store, transfer->handle, extent);
    extent[0] = transfer->tile->n_scenarios;
    extent[1] = transfer->tile->n_points;
    if (H5Sget_simple_extent_ndims(transfer->space) != (int)transfer->rank ||
        H5Sget_simple_extent_dims(transfer->space, there, NULL) < 0)
        return false;
    for (size_t k = 0; k < transfer->rank; k++)
        if (there[k] != extent[k])
            return false;
    return true;
}

static int copy(struct transfer *transfer, struct error *error)
{
    size_t extent[STORE_RANK];
    int code = OK;
    transfer->rank = store_extent(transfer->assembly->store, transfer->handle, extent);
    transfer->dataset = H5Dopen2(transfer->origin->file, transfer->name, H5P_DEFAULT);
    transfer->space = transfer->dataset < 0 ? H5I_INVALID_HID : H5Dget_space(transfer->dataset);
    if (transfer->space < 0)
        code = failed(transfer->origin, transfer->name, error);
    else if (!has_form(transfer, extent))
        code = error_set(error, FAILED, "%s: %s has not the form that the experiment gives it", transfer->origin->path,
                         transfer->name);
    const size_t inner = product(extent + 3, transfer->rank - 3) * hdf5_type_size(transfer->type);
    transfer->buffer = code == OK ? malloc(PIECE_BYTES + inner) : NULL;
    if (code == OK)
        code = transfer->buffer ? copy_pieces(transfer, extent, error) : error_memory(error);
    free(transfer->buffer);
    if (transfer->space >= 0)
        H5Sclose(transfer->space);
    if (transfer->dataset >= 0)
        H5Dclose(transfer->dataset);
    return code;
}

/* Count failed runs. */
static void watch_status(struct assembly *assembly, const struct tile *tile, const size_t *start, const size_t *count,
                         const void *values)
{
    const int8_t *status = values;
    for (size_t k = 0; k < product(count, 3); k++) {
        const struct run_place place = {tile->scenario + start[0], tile->point + start[1] + k / count[2],
                                        start[2] + k % count[2]};
        failures_note(&assembly->failures, status[k] != 0, &place);
    }
}

static int copy_runs(struct transfer transfer, struct error *error)
{
    const struct fields *fields = &transfer.assembly->fields;
    const struct {
        const char *name;
        int handle;
        enum store_type type;
        watch *watch;
    } all[] = {{"run_status", fields->run_status, STORE_INT8, watch_status},
               {"failed_year", fields->failed_year, STORE_INT32, NULL},
               {"failed_variable", fields->failed_variable, STORE_TEXT, NULL}};
    int code = OK;
    for (size_t k = 0; k < COUNT(all) && code == OK; k++) {
        transfer.name = all[k].name;
        transfer.handle = all[k].handle;
        transfer.type = all[k].type;
        transfer.watch = all[k].watch;
        code = copy(&transfer, error);
    }
    return code;
}

static int copy_series(struct transfer transfer, struct error *error)
{
    const struct fields *fields = &transfer.assembly->fields;
    int code = OK;
    for (size_t k = 0; k < fields->n_series && code == OK; k++) {
        char name[256];
        transfer.name = fields_series_name(&fields->series[k], name, sizeof name);
        transfer.handle = fields->series[k].dataset;
        transfer.type = fields->series[k].type;
        code = copy(&transfer, error);
    }
    return code;
}

/* How far the quantiles of the tile can be off. */
static int read_error(const struct origin *origin, const char *name, double *largest, struct error *error)
{
    double value = 0;
    const hid_t attribute = H5Aopen_by_name(origin->file, name, "largest_error", H5P_DEFAULT, H5P_DEFAULT);
    const bool is_read = attribute >= 0 && H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) >= 0;
    const int code = is_read ? OK : failed(origin, name, error);
    if (attribute >= 0)
        H5Aclose(attribute);
    *largest = value > *largest ? value : *largest;
    return code;
}

static int copy_statistics(struct transfer transfer, struct error *error)
{
    struct assembly *assembly = transfer.assembly;
    int code = OK;
    for (size_t k = 0; k < assembly->fields.n_statistics && code == OK; k++) {
        const struct statistic *statistic = &assembly->fields.statistics[k];
        const int handles[] = {statistic->mean, statistic->sd, statistic->quantile};
        char name[256];
        for (int r = 0; r < FIELDS_REDUCTIONS && code == OK; r++) {
            transfer.name = fields_statistic_name(statistic, r, name, sizeof name);
            transfer.handle = handles[r];
            transfer.type = assembly->fields.is_double ? STORE_DOUBLE : STORE_FLOAT;
            code = copy(&transfer, error);
        }
        if (code == OK)
            code = read_error(transfer.origin, name, &assembly->largest_error[k], error);
    }
    return code;
}

int assembly_add(struct assembly *assembly, const char *path, const struct tile *tile, struct error *error)
{
    struct origin origin;
    int code = open_origin(&origin, path, error);
    const struct transfer transfer = {.assembly = assembly, .origin = &origin, .tile = tile};
    if (code == OK)
        code = copy_runs(transfer, error);
    if (code == OK)
        code = copy_series(transfer, error);
    if (code == OK)
        code = copy_statistics(transfer, error);
    close_origin(&origin);
    return code;
}

struct failures assembly_failures(const struct assembly *assembly) { return assembly->failures; }

int assembly_open(struct assembly **result, const char *path, bool may_overwrite, const struct experiment *experiment,
                  const struct run_description *run, struct error *error)
{
    const struct tile whole = tile_whole(experiment);
    *result = NULL;
    struct assembly *assembly = calloc(1, sizeof *assembly);
    if (!assembly)
        return error_memory(error);
    int code = store_create(&assembly->store, path, may_overwrite, error);
    if (code == OK)
        code = fields_create(&assembly->fields, assembly->store, experiment, &whole, false, error);
    if (code == OK)
        code = provenance_begin(assembly->store, experiment, run, error);
    if (code == OK)
        code =
            store_reserve(assembly->store, tile_cells(&whole) * whole.n_replicates * TEXT_BYTES_PER_REPLICATE, error);
    assembly->largest_error = calloc(assembly->fields.n_statistics + 1, sizeof *assembly->largest_error);
    if (code == OK && !assembly->largest_error)
        code = error_memory(error);
    if (code == OK)
        *result = assembly;
    else
        assembly_abort(assembly);
    return code;
}

static void free_assembly(struct assembly *assembly)
{
    fields_free(&assembly->fields);
    free(assembly->largest_error);
    free(assembly);
}

int assembly_commit(struct assembly *assembly, struct error *error)
{
    int code = OK;
    for (size_t k = 0; k < assembly->fields.n_statistics && code == OK; k++)
        code = store_attribute_numbers(assembly->store, assembly->fields.statistics[k].quantile, "largest_error",
                                       STORE_DOUBLE, 1, &assembly->largest_error[k], error);
    if (code == OK)
        code = provenance_end(assembly->store, error);
    if (code == OK)
        code = store_commit(assembly->store, error);
    else
        store_abort(assembly->store);
    free_assembly(assembly);
    return code;
}

void assembly_abort(struct assembly *assembly)
{
    if (!assembly)
        return;
    store_abort(assembly->store);
    free_assembly(assembly);
}

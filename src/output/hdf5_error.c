#include "hdf5_error.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

struct cause {
    char *buffer;
    size_t size;
};

/* The driver's message is long; what the operating system said stands in it between quotes. */
static void copy_cause(struct cause *cause, const char *description)
{
    static const char mark[] = "error message = '";
    const char *begin = strstr(description, mark);
    const char *end = begin ? strchr(begin + sizeof mark - 1, '\'') : NULL;
    if (end) {
        begin += sizeof mark - 1;
        snprintf(cause->buffer, cause->size, "%.*s", (int)(end - begin), begin);
    } else
        snprintf(cause->buffer, cause->size, "%s", description);
}

static herr_t visit(unsigned depth, const H5E_error2_t *entry, void *context)
{
    struct cause *cause = context;
    if (depth == 0 && entry->desc)
        copy_cause(cause, entry->desc);
    return 0;
}

void hdf5_error_quiet(void)
{
    /* A file whose close has failed makes HDF5 1.10 crash when the library closes at exit */
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

const char *hdf5_error_cause(char *buffer, size_t size)
{
    struct cause cause = {buffer, size};
    snprintf(buffer, size, "HDF5 does not say why");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, visit, &cause);
    return buffer;
}

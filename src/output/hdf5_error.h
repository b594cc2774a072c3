/* HDF5's own account of what went wrong, in words for a person. */
#ifndef ENTENTE_HDF5_ERROR_H
#define ENTENTE_HDF5_ERROR_H

#include <stddef.h>

/* Keep HDF5 from printing to stderr and from closing itself at exit. Call before anything else of HDF5. */
void hdf5_error_quiet(void);

/* The innermost cause of the last failure in this thread, as a short text in `buffer`; returns `buffer`. */
const char *hdf5_error_cause(char *buffer, size_t size);

#endif

/* Files of HDF5 that are complete. */
#ifndef ENTENTE_HDF5_FILE_H
#define ENTENTE_HDF5_FILE_H

#include <hdf5.h>
#include <stdbool.h>

/* Open a file to read, negative if that cannot be. */
static inline hid_t hdf5_open_to_read(const char *path)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
#if (H5_VERS_MINOR == 10 && H5_VERS_RELEASE >= 7) || H5_VERSION_GE(1, 12, 1)
    H5Pset_file_locking(access, false, true); /* it is complete once it has its name, so nobody writes to it */
#endif
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

#endif

/* Types of a store as HDF5 has them in memory. */
#ifndef ENTENTE_HDF5_TYPE_H
#define ENTENTE_HDF5_TYPE_H

#include <hdf5.h>

#include "store.h"

/* `text` is a string of variable length in UTF-8. */
static inline hid_t hdf5_memory_type(enum store_type type, hid_t text)
{
    switch (type) {
    case STORE_FLOAT: return H5T_NATIVE_FLOAT;
    case STORE_DOUBLE: return H5T_NATIVE_DOUBLE;
    case STORE_INT8: return H5T_NATIVE_INT8;
    case STORE_INT32: return H5T_NATIVE_INT32;
    case STORE_TEXT: return text;
    }
    return H5I_INVALID_HID;
}

/* A new type for text, negative if it cannot be made. */
static inline hid_t hdf5_text_type(void)
{
    const hid_t text = H5Tcopy(H5T_C_S1);
    if (text >= 0 && (H5Tset_size(text, H5T_VARIABLE) < 0 || H5Tset_cset(text, H5T_CSET_UTF8) < 0)) {
        H5Tclose(text);
        return H5I_INVALID_HID;
    }
    return text;
}

/* Bytes of a value in memory. */
static inline size_t hdf5_type_size(enum store_type type)
{
    static const size_t sizes[] = {[STORE_FLOAT] = sizeof(float),
                                   [STORE_DOUBLE] = sizeof(double),
                                   [STORE_INT8] = 1,
                                   [STORE_INT32] = 4,
                                   [STORE_TEXT] = sizeof(char *)};
    return sizes[type];
}

#endif

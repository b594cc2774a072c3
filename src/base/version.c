#include "version.h"

#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <stdio.h>
#include <yaml.h>

#include "version_values.h"

const char *version_number(void) { return ENTENTE_VERSION; }
const char *version_commit(void) { return ENTENTE_COMMIT; }
const char *version_compiler(void) { return ENTENTE_COMPILER; }
const char *version_compiler_flags(void) { return ENTENTE_COMPILER_FLAGS; }

const char *version_libraries(void)
{
    static _Thread_local char text[160];
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "HDF5 %u.%u.%u, GSL %s, libyaml %s, Random123 %s", major, minor, release, gsl_version,
             yaml_get_version_string(), ENTENTE_RANDOM123);
    return text;
}

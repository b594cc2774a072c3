/* What this program is: its version and how it was built. */
#ifndef ENTENTE_VERSION_H
#define ENTENTE_VERSION_H

const char *version_number(void);
const char *version_commit(void);   /* of git, with "-dirty" if files had changed; "unknown" outside a repository */
const char *version_compiler(void); /* "GNU 12.2.0" */
const char *version_compiler_flags(void); /* those that can change results come with it */
const char *version_libraries(void);      /* "HDF5 1.10.8, GSL 2.7.1, ...", as loaded */

#endif

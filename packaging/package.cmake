# A Debian package: `cmake --build build/release --target package`, or in that folder `cpack`.
file(STRINGS CITATION.cff authors REGEX "^  - name: ")
string(REGEX REPLACE "^  - name: " "" CPACK_PACKAGE_CONTACT "${authors}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME entente)
set(CPACK_PACKAGE_VENDOR ${CPACK_PACKAGE_CONTACT})
set(CPACK_PACKAGE_DESCRIPTION "\
Entente simulates how states lead, follow, cooperate and trade within an
organization, year by year and many times over. Configurations are YAML;
results are HDF5 files that any netCDF-4 reader opens.

The command, the C library with its header, the Shanghai Cooperation
Organization as the first organization, and experiments with it.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/packaging/arrange.cmake)
set(CPACK_ENTENTE_PACKAGING ${PROJECT_SOURCE_DIR}/packaging) # for arrange.cmake

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)
# the loader learns of the library, and packages of programs that use it what they need
file(WRITE ${PROJECT_BINARY_DIR}/generated/shlibs "libentente 0 entente (>= ${PROJECT_VERSION})\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/packaging/triggers ${PROJECT_BINARY_DIR}/generated/shlibs)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-xarray, python3-netcdf4, python3-matplotlib")
include(CPack)

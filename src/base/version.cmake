# generated/version_values.h: what src/base/version.c tells. Include this after entente_flags has its options.

# The commit, and "-dirty" if files that git knows had changed when this was configured
set(ENTENTE_COMMIT "unknown")
find_package(Git QUIET)
if(Git_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --verify --quiet HEAD WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE has_no_commit)
  if(NOT has_no_commit)
    execute_process(COMMAND ${GIT_EXECUTABLE} status --porcelain --untracked-files=no WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    set(ENTENTE_COMMIT "${commit}")
    if(changes)
      string(APPEND ENTENTE_COMMIT "-dirty")
    endif()
  endif()
  # configure anew after a commit or a checkout
  foreach(file .git/HEAD .git/logs/HEAD)
    if(EXISTS ${PROJECT_SOURCE_DIR}/${file})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
    endif()
  endforeach()
endif()

# All flags that can change a result
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
get_target_property(options entente_flags INTERFACE_COMPILE_OPTIONS)
list(FILTER options EXCLUDE REGEX "\\$<|^-W")
string(JOIN " " ENTENTE_COMPILER_FLAGS ${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}} ${options})
string(REPLACE "\"" "'" ENTENTE_COMPILER_FLAGS "${ENTENTE_COMPILER_FLAGS}")

# Random123 is headers alone and carries no version: ask the package
set(ENTENTE_RANDOM123 "unknown")
find_program(DPKG_QUERY dpkg-query)
if(DPKG_QUERY)
  execute_process(COMMAND ${DPKG_QUERY} -W -f "\${Version}" librandom123-dev OUTPUT_VARIABLE random123
    RESULT_VARIABLE is_missing ERROR_QUIET)
  string(REGEX MATCH "^[0-9.]*[0-9]" random123 "${random123}")
  if(NOT is_missing AND random123)
    set(ENTENTE_RANDOM123 "${random123}")
  endif()
endif()

configure_file(${PROJECT_SOURCE_DIR}/src/base/version.h.in ${PROJECT_BINARY_DIR}/generated/version_values.h @ONLY)

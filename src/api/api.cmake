# libentente: the simulation for programs, <entente.h>. It has the world in it, at each level of the instruction set, as
# the loader takes the library itself by the processor. So it needs nothing of ours beside it, and shows no other names.
include(CMakePackageConfigHelpers)
file(GLOB API_SOURCES CONFIGURE_DEPENDS src/api/*.c)
set_target_properties(entente_core PROPERTIES POSITION_INDEPENDENT_CODE ON)

function(add_api target world directory)
  add_library(${target} SHARED ${API_SOURCES} $<TARGET_OBJECTS:${world}>)
  add_dependencies(${target} entente_core)
  # the archive alone: by its target entente_world would come along
  target_link_libraries(${target} PRIVATE entente_flags $<TARGET_FILE:entente_core> Threads::Threads GSL::gsl GSL::gslcblas
    PkgConfig::YAML)
  target_link_options(${target} PRIVATE LINKER:--as-needed LINKER:--version-script=${PROJECT_SOURCE_DIR}/src/api/entente.map)
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME entente VERSION ${PROJECT_VERSION} SOVERSION 0 EXPORT_NAME entente
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/src/api/entente.map LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib${directory})
endfunction()

add_api(entente_library entente_world "")
install(TARGETS entente_library EXPORT entente)
if(ENTENTE_HWCAPS)
  foreach(level v3 v4)
    add_api(entente_library_${level} entente_world_${level} /glibc-hwcaps/x86-64-${level})
    install(TARGETS entente_library_${level} LIBRARY NAMELINK_SKIP
      DESTINATION ${CMAKE_INSTALL_LIBDIR}/glibc-hwcaps/x86-64-${level})
  endforeach()
  add_dependencies(entente_library entente_library_v3 entente_library_v4)
endif()

# How others find it: pkg-config, and find_package(entente) for the target entente::entente
set(GENERATED ${PROJECT_BINARY_DIR}/generated)
file(RELATIVE_PATH UP_FROM_PKGCONFIG /${CMAKE_INSTALL_LIBDIR}/pkgconfig /) # it holds wherever --prefix puts it
configure_file(src/api/entente.pc.in ${GENERATED}/entente.pc @ONLY)
write_basic_package_version_file(${GENERATED}/ententeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES src/entente.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${GENERATED}/entente.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${GENERATED}/ententeConfigVersion.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/entente)
install(EXPORT entente FILE ententeConfig.cmake NAMESPACE entente:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/entente)

# Run by cpack before a Debian package is closed: what `cmake --install` has put there, arranged as Debian wants it.
set(root ${CPACK_TEMPORARY_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX})
set(documents ${root}/share/doc/entente)
file(COPY_FILE ${CPACK_ENTENTE_PACKAGING}/copyright ${documents}/copyright)
file(REMOVE ${documents}/LICENSE) # it is in /usr/share/common-licenses
file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)

file(MAKE_DIRECTORY ${root}/share/lintian/overrides)
file(COPY_FILE ${CPACK_ENTENTE_PACKAGING}/lintian-overrides ${root}/share/lintian/overrides/entente)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH, if that is set
file(WRITE ${documents}/changelog.Debian "entente (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Built from the source; changelog.gz tells what changed.

 -- ${CPACK_PACKAGE_CONTACT} <>  ${now}
")
file(GLOB to_compress ${root}/share/man/man*/* ${documents}/changelog*)
execute_process(COMMAND gzip -9n ${to_compress} COMMAND_ERROR_IS_FATAL ANY)
# nobody else may write, whatever the umask and the folder of the one who builds
execute_process(COMMAND chmod -R go-w,a+rX ${root} COMMAND_ERROR_IS_FATAL ANY)

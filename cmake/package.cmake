# `cmake --install` gives a package that find_package(descent) finds; link it as descent::descent.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS descent EXPORT descent-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/descent DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/descent)
install(EXPORT descent-targets NAMESPACE descent:: DESTINATION ${package_dir})
configure_package_config_file(cmake/descent-config.cmake.in ${PROJECT_BINARY_DIR}/descent-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/descent-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/descent-config.cmake ${PROJECT_BINARY_DIR}/descent-config-version.cmake
  DESTINATION ${package_dir})

# What every target of Descent is compiled with.
option(DESCENT_WARNINGS_AS_ERRORS "Treat warnings as errors" OFF)

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  set(warnings -Wall -Wextra -Wpedantic)
else()
  set(warnings -w)  # the project around may ask for more of them, and for errors
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)  # include/descent/export.h says what is shown

# The project around links what the library needs.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(zstd REQUIRED)
find_package(hwy REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED)

add_library(descent_settings INTERFACE)
target_compile_features(descent_settings INTERFACE cxx_std_20)
# Contraction would let the compiler fuse a*b+c where it likes: other bits at other vector widths. Nor is the arithmetic
# the flags' of a project around.
target_compile_options(descent_settings INTERFACE ${warnings} -fno-fast-math -ffp-contract=off
  $<$<BOOL:${DESCENT_WARNINGS_AS_ERRORS}>:-Werror>
  # GCC 12 sees overlapping copies inside std::string's own operator+ (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(DESCENT_SANITIZE)
  target_compile_options(descent_settings INTERFACE -fsanitize=${DESCENT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(descent_settings INTERFACE -fsanitize=${DESCENT_SANITIZE})
  # Which GCC gives falsely where sanitizers change the code, as its manual says.
  target_compile_options(descent_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
target_include_directories(descent_settings INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)

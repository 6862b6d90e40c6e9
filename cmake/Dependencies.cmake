# Every dependency is a Debian package (scripts/setup.sh lists them); another LibTorch is taken by CMAKE_PREFIX_PATH.
find_package(Torch REQUIRED)
find_package(ITK REQUIRED COMPONENTS ITKCommon ITKIONIFTI ITKIONRRD ITKIOMeta ITKIOGDCM ITKIOPNG ITKImageGrid)
include(${ITK_USE_FILE})  # registers the image formats; without it ITK reads nothing
# It adds ITK's headers to every target; only data/ may see them, and as a system's headers, which do not warn.
get_property(include_directories DIRECTORY PROPERTY INCLUDE_DIRECTORIES)
list(REMOVE_ITEM include_directories ${ITK_INCLUDE_DIRS})
set_property(DIRECTORY PROPERTY INCLUDE_DIRECTORIES "${include_directories}")
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(Boost REQUIRED)  # Boost.Math, headers only
find_package(CLI11 REQUIRED)
find_package(OpenMP REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)

add_library(protozero INTERFACE)  # header-only; Debian ships no CMake file for it
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_writer.hpp REQUIRED)
target_include_directories(protozero SYSTEM INTERFACE ${PROTOZERO_INCLUDE_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  # Without this sloppiness ccache cannot store what is compiled with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

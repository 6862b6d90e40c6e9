# Every dependency is a Debian package (scripts/setup.sh lists them); another LibTorch is taken by CMAKE_PREFIX_PATH.
find_path(TORCH_FOLDER share/cmake/Torch/TorchConfig.cmake)
if(EXISTS "${TORCH_FOLDER}/lib/libtorch_cuda.so")
  include(CudaLibtorch)
else()
  find_package(Torch REQUIRED)
endif()
find_package(ITK REQUIRED COMPONENTS ITKCommon ITKIONRRD ITKIOMeta ITKIOPNG ITKIOTIFF ITKImageGrid)
include(${ITK_USE_FILE})  # registers the image formats; without it ITK reads nothing
# It adds ITK's headers to every target; only data/ may see them, and as a system's headers, which do not warn.
get_property(include_directories DIRECTORY PROPERTY INCLUDE_DIRECTORIES)
list(REMOVE_ITEM include_directories ${ITK_INCLUDE_DIRS})
set_property(DIRECTORY PROPERTY INCLUDE_DIRECTORIES "${include_directories}")
find_package(GDCM REQUIRED)  # decompresses DICOM's pixels: JPEG and JPEG 2000
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
# LibTorch 2.x brings the headers of another fmt than the one that is linked; the linked one's must be found first.
get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
list(GET TORCH_INCLUDE_DIRS 0 torch_headers)
if(EXISTS "${torch_headers}/fmt" AND NOT torch_headers IN_LIST fmt_headers)
  file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/fmt_first")
  file(CREATE_LINK "${fmt_headers}/fmt" "${CMAKE_BINARY_DIR}/fmt_first/fmt" SYMBOLIC)
  include_directories(BEFORE SYSTEM "${CMAKE_BINARY_DIR}/fmt_first")
endif()
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(Boost REQUIRED)  # Boost.Math, headers only
find_package(OpenMP REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(charls REQUIRED IMPORTED_TARGET charls)  # DICOM's JPEG-LS
pkg_check_modules(deflate REQUIRED IMPORTED_TARGET libdeflate)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)

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

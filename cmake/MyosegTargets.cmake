# The three kinds of target: a floor (library), a test executable, and the warnings that all of them share.

function(myoseg_warnings target)
  # These two of GCC 12 fire wrongly on std::string's operator+ (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-stringop-overflow)
  endif()
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic $<$<BOOL:${MYOSEG_WERROR}>:-Werror>)
endfunction()

# myoseg_floor(NAME LINK libs... [PRIVATE libs...] [PCH | PCH_FROM floor] [EXCLUDE files...])
# One static library of every .cpp in the folder NAME and its sub-folders.
function(myoseg_floor name)
  cmake_parse_arguments(arg "PCH" "PCH_FROM" "LINK;PRIVATE;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")
  foreach(excluded IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources "${CMAKE_CURRENT_SOURCE_DIR}/${name}/${excluded}")
  endforeach()
  add_library(myoseg_${name} STATIC ${sources})
  add_library(myoseg::${name} ALIAS myoseg_${name})
  target_include_directories(myoseg_${name} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(myoseg_${name} PUBLIC ${arg_LINK} OpenMP::OpenMP_CXX PRIVATE ${arg_PRIVATE})
  myoseg_warnings(myoseg_${name})
  if(arg_PCH)
    target_precompile_headers(myoseg_${name} PRIVATE <ATen/ATen.h> <torch/nn/module.h>)
  elseif(arg_PCH_FROM)
    target_precompile_headers(myoseg_${name} REUSE_FROM myoseg_${arg_PCH_FROM})
  endif()
endfunction()

# myoseg_small_program(NAME ENGINE program FROM library LINK libs...)
# The program NAME, whose main() hands the ENGINE's manual to experiments/cli/small_program.h. It takes single objects out
# of the library's archive without what the library links, so nothing that a user waits for is loaded.
function(myoseg_small_program name)
  cmake_parse_arguments(arg "" "ENGINE;FROM" "LINK" ${ARGN})
  set(main "${CMAKE_CURRENT_BINARY_DIR}/${name}_main.cpp")
  set(script "${PROJECT_SOURCE_DIR}/cmake/SmallProgramMain.cmake")
  add_custom_command(OUTPUT "${main}" DEPENDS ${arg_ENGINE} "${script}" VERBATIM
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
            ${CMAKE_COMMAND} -D "ENGINE=$<TARGET_FILE:${arg_ENGINE}>" -D "OUT=${main}" -P "${script}")
  add_executable(${name} "${main}")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE $<TARGET_FILE:${arg_FROM}> ${arg_LINK})
  add_dependencies(${name} ${arg_FROM} ${arg_ENGINE})
  myoseg_warnings(${name})
endfunction()

# myoseg_test(NAME LINK libs... [PCH_FROM floor] [LABELS labels...])
# One GoogleTest executable of every .cpp under tests/NAME; each test case is a ctest of its own.
function(myoseg_test name)
  cmake_parse_arguments(arg "" "PCH_FROM" "LINK;LABELS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_tests ${sources})
  target_link_libraries(${name}_tests PRIVATE myoseg_testing GTest::gtest_main ${arg_LINK})
  myoseg_warnings(${name}_tests)
  if(arg_PCH_FROM)
    target_precompile_headers(${name}_tests REUSE_FROM myoseg_${arg_PCH_FROM})
  endif()
  # One label each: discovery splits a list of labels into properties.
  # A test case whose suite starts with "Golden" compares with the reference implementations, one with "Long" is not for CI.
  gtest_discover_tests(${name}_tests TEST_FILTER "-Golden*:Long*" DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${name}")
  gtest_discover_tests(${name}_tests TEST_FILTER "Golden*" DISCOVERY_TIMEOUT 60 PROPERTIES LABELS golden)
  gtest_discover_tests(${name}_tests TEST_FILTER "Long*" DISCOVERY_TIMEOUT 60 PROPERTIES LABELS long)
endfunction()

# myoseg_version(FLOOR): a source of the floor that knows the version and, asked anew by each build, the commit.
function(myoseg_version floor)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${floor}_version.cpp")
  set(script "${PROJECT_SOURCE_DIR}/cmake/Version.cmake")
  add_custom_target(myoseg_version VERBATIM BYPRODUCTS "${source}"
    COMMAND ${CMAKE_COMMAND} -D "TREE=${PROJECT_SOURCE_DIR}" -D "VERSION=${PROJECT_VERSION}" -D "OUT=${source}"
            -P "${script}")
  target_sources(myoseg_${floor} PRIVATE "${source}")
  add_dependencies(myoseg_${floor} myoseg_version)
endfunction()

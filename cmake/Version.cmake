# Writes the source that knows the version and the commit, only when they changed:
# cmake -D TREE=FOLDER -D VERSION=1.2.3 -D OUT=FILE -P Version.cmake
# The ceiling keeps an unpacked archive from naming the commit of a repository that it happens to lie in.
cmake_path(GET TREE PARENT_PATH above)
execute_process(COMMAND ${CMAKE_COMMAND} -E env "GIT_CEILING_DIRECTORIES=${above}" git describe --always --dirty
  WORKING_DIRECTORY "${TREE}" OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed ERROR_QUIET)
if(failed OR NOT commit)
  set(commit "no commit")
endif()
file(CONFIGURE OUTPUT "${OUT}" @ONLY CONTENT [[
// Written by cmake/Version.cmake.
#include "experiments/run/version.h"

namespace myoseg {

std::string program_version() { return "myoseg @VERSION@ (@commit@)"; }

}  // namespace myoseg
]])

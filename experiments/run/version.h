// The program that is running, as every page and record names it.
#pragma once

#include <string>

namespace myoseg {

// "myoseg 0.1.0 (a1b2c3d)": the commit it was built from, with "-dirty" where files differed, or
// "no commit". Defined by a source that each build writes (cmake/Version.cmake).
[[nodiscard]] std::string program_version();

}  // namespace myoseg

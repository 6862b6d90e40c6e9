// How the program ends.
#pragma once

#include <functional>

namespace myoseg {

// What `work` returns; when it throws, the sentence of the error goes to stderr and the exit code
// is that of core/error.h. Nothing escapes.
int exit_code_of(const std::function<int()>& work);

}  // namespace myoseg

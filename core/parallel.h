// A loop over independent items on all threads; an exception reaches the caller.
#pragma once

#include <cstddef>
#include <exception>
#include <vector>

namespace myoseg {

// Calls body(i) for i = 0..n-1. When several items throw, the exception of the first item is the
// one rethrown, after all items have ended: what the user reads does not depend on threads.
template <class Body>
void parallel_for(std::size_t n, const Body& body) {
  std::vector<std::exception_ptr> errors(n);
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < n; ++i) {
    try {
      body(i);
    } catch (...) {
      errors[i] = std::current_exception();
    }
  }
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace myoseg

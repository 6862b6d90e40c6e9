// A loop over independent items on all threads; an exception reaches the caller.
#pragma once

#include <cstddef>
#include <exception>
#include <vector>

namespace myoseg {

// Calls body(own, i) for i = 0..n-1, `own` being what make_own() gave the thread. Threads take the
// items one by one: one that another program holds up takes fewer, and nobody waits for its share.
// When several items throw, the exception of the first item is the one rethrown, after all items
// have ended: what the user reads does not depend on threads. make_own() must not throw.
template <class MakeOwn, class Body>
void parallel_for(std::size_t n, const MakeOwn& make_own, const Body& body) {
  std::vector<std::exception_ptr> errors(n);
#pragma omp parallel if (n > 1)
  {
    auto own = make_own();
#pragma omp for schedule(dynamic)
    for (std::size_t i = 0; i < n; ++i) {
      try {
        body(own, i);
      } catch (...) {
        errors[i] = std::current_exception();
      }
    }
  }
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
}

// Calls body(i) for i = 0..n-1, likewise.
template <class Body>
void parallel_for(std::size_t n, const Body& body) {
  parallel_for(
      n, [] { return 0; }, [&](int /*own*/, std::size_t i) { body(i); });
}

}  // namespace myoseg

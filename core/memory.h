// What memory this process has and could get, in bytes.
#pragma once

#include <cstdint>
#include <optional>

namespace myoseg {

struct Memory {
  std::int64_t in_use = 0;     // resident, of this process
  std::int64_t available = 0;  // that the machine could still give without swapping
};
// Nothing where the system does not say (/proc of Linux).
[[nodiscard]] std::optional<Memory> memory_now();

}  // namespace myoseg

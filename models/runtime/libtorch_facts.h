// What the LibTorch of this program is and can do.
#pragma once

#include <string>

namespace myoseg {

struct LibtorchFacts {
  std::string version;   // "1.13.0"
  bool cuda = false;     // built for GPUs
  bool several = false;  // processes can train together
  int gpus = 0;          // that it can use here
};
[[nodiscard]] LibtorchFacts libtorch_facts();

}  // namespace myoseg

// The references' losses in our terms, for the golden runner.
#pragma once

#include <optional>
#include <string>

#include "core/config/tree/node.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

// What a reference's call comes to here: `scale` * loss, or the single terms of a loss of overlaps.
struct ReferenceLoss {
  Node loss = Node(Node::Map{});
  double scale = 1;
  bool elements = false;
  bool in_float32 = false;  // the reference computes so whatever it is given
};

// Maps one case of a record of kind `loss`; returns the reason when it cannot be expressed.
std::optional<std::string> reference_loss(const Json& one_case, const Json& record,
                                          ReferenceLoss& plan);

}  // namespace myoseg::testing

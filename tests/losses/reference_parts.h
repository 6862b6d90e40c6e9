// What the readings of several libraries' losses share.
#pragma once

#include <optional>
#include <string>

#include "tests/losses/reference_loss.h"
#include "tests/testing/arguments.h"

namespace myoseg::testing {

[[nodiscard]] Node node_of(const Json& value);
[[nodiscard]] bool is_single_channel(const Json& record);

// Each returns a reason when the call cannot be expressed. Of MONAI: `loss` is the class.
std::optional<std::string> monai_loss(const std::string& loss, Arguments& a, const Json& record,
                                      ReferenceLoss& plan);

}  // namespace myoseg::testing

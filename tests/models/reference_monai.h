// MONAI's networks as golden records name them, see reference_network.h.
#pragma once

#include <optional>
#include <string>

#include "tests/models/reference_arguments.h"

namespace myoseg::testing {

[[nodiscard]] std::optional<ReferenceNetwork> monai_unet(Arguments& a, std::string& why);
[[nodiscard]] std::optional<ReferenceNetwork> monai_basic_unet(Arguments& a, std::string& why);
[[nodiscard]] std::optional<ReferenceNetwork> monai_unetr(Arguments& a, std::string& why);
[[nodiscard]] std::optional<ReferenceNetwork> monai_dynunet(Arguments& a, std::string& why);

}  // namespace myoseg::testing

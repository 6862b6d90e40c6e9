// Names of tensors in files of other programs, translated to a network's own.
#pragma once

#include <string>
#include <vector>

#include "models/network.h"
#include "models/weights/safetensors.h"

namespace myoseg {

struct TranslatedKeys {
  std::string layout;                  // whose names the file has: "Hugging Face SegFormer"
  NamedTensors tensors;                // under the network's names, in the file's order
  std::vector<std::string> left_over;  // names in the file that mean nothing to the network
  // Names that a file of this layout may well have though no prediction needs them: of layers that
  // the reference itself never uses, or of tensors that it names twice.
  std::vector<std::string> useless;
};

// Takes the layout under which most of the network's names are found; prefixes that all names share
// and the network does not have ("module.", "model.") are dropped, and tensors that the network
// keeps joined (key and value of an attention) are joined. Shapes are not looked at.
[[nodiscard]] TranslatedKeys translate_keys(const NamedTensors& tensors, const Network& network);

// The other way round, for writing: `tensors` of a network under the names of another program.
// Layouts: key_layout_names(). Error(bad_data) when one has no name there.
[[nodiscard]] NamedTensors to_layout(const NamedTensors& tensors, const std::string& layout);
[[nodiscard]] std::vector<std::string> key_layout_names();

}  // namespace myoseg

#include "models/weights/weights.h"

#include <ATen/ATen.h>

#include <map>
#include <set>

#include "core/error.h"

namespace myoseg {
namespace {

std::string text_of(at::IntArrayRef shape) {
  std::string text;
  for (const std::int64_t size : shape) {
    if (!text.empty()) text += ',';
    text += std::to_string(size);
  }
  return "[" + text + "]";
}

void append(NamedTensors& state, const std::string& path, const torch::nn::Module& module) {
  for (const auto& parameter : module.named_parameters(/*recurse=*/false))
    state.emplace_back(path + parameter.key(), parameter.value());
  for (const auto& buffer : module.named_buffers(/*recurse=*/false))
    state.emplace_back(path + buffer.key(), buffer.value());
  for (const auto& child : module.named_children())
    append(state, path + child.key() + ".", *child.value());
}

}  // namespace

NamedTensors state_of(const Network& network) {
  NamedTensors state;
  append(state, "", network);
  return state;
}

void load_state(Network& network, const TensorFile& content, const std::filesystem::path& file,
                std::string_view prefix) {
  std::map<std::string_view, const at::Tensor*> given;
  for (const auto& [name, tensor] : content.tensors)
    if (std::string_view(name).substr(0, prefix.size()) == prefix)
      given[std::string_view(name).substr(prefix.size())] = &tensor;

  const auto state = state_of(network);
  for (const auto& [name, tensor] : state) {
    const auto found = given.find(name);
    if (found == given.end())
      throw data_error(
          "{}: has no '{}{}', which the network needs: it holds another network's weights",
          file.string(), prefix, name);
    const at::Tensor& value = *found->second;
    if (value.sizes() != tensor.sizes())
      throw data_error(
          "{}: '{}{}' has the shape {}, but the network's is {}: the model's options differ",
          file.string(), prefix, name, text_of(value.sizes()), text_of(tensor.sizes()));
    if (value.is_floating_point() != tensor.is_floating_point())
      throw data_error("{}: '{}{}' holds {} numbers, but the network's are {}", file.string(),
                       prefix, name, value.is_floating_point() ? "floating-point" : "whole",
                       tensor.is_floating_point() ? "floating-point" : "whole");
  }
  std::set<std::string_view> known;
  for (const auto& [name, tensor] : state) known.insert(name);
  for (const auto& [name, value] : given)
    if (known.count(name) == 0)
      throw data_error(
          "{}: holds '{}{}', which the network does not have: it holds another network's weights",
          file.string(), prefix, name);

  at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : state) tensor.copy_(*given.at(name));
}

}  // namespace myoseg

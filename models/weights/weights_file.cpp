#include "models/weights/weights_file.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "models/weights/torch_file/torch_file.h"

namespace myoseg {
namespace {

// In a training's state the network's tensors stand under this name.
constexpr std::string_view kModel = "model/";

// What a file that holds no weights often is; empty when it is nothing known.
std::string other_kind(std::string_view bytes) {
  constexpr std::string_view kHdf5 = "\x89HDF";
  if (bytes.empty()) return "is empty";
  if (bytes.starts_with("version https://git-lfs"))
    return "is a Git LFS pointer, not the file it stands for; fetch that with 'git lfs pull'";
  if (bytes.starts_with(kHdf5))
    return "is an HDF5 file; save the weights as safetensors or with torch.save first";
  if (bytes.front() == '<') return "is a web page, not the file that was to be downloaded";
  if (bytes.substr(std::min<std::size_t>(257, bytes.size())).starts_with("ustar"))
    return "is a tar archive, as PyTorch wrote before 0.1.11; save the state dict again with a "
           "newer PyTorch";
  if (bytes.front() == '\x80')
    return "is a pickle, but none of torch.save; save the state dict with torch.save or as "
           "safetensors";
  return "is neither a safetensors file nor one of torch.save";
}

void keep_model_only(WeightsFile& weights) {
  const auto is_model = [](const auto& item) { return item.first.starts_with(kModel); };
  if (std::none_of(weights.tensors.begin(), weights.tensors.end(), is_model)) return;
  std::erase_if(weights.tensors, [&](const auto& item) { return !is_model(item); });
  for (auto& [name, tensor] : weights.tensors) name.erase(0, kModel.size());
  weights.format += ", a training's state";
}

}  // namespace

WeightsFile read_weights(const std::filesystem::path& file, Unheld* unheld) {
  if (std::filesystem::is_directory(file))
    throw data_error("{}: is a folder, not a file of weights", file.string());
  WeightsFile weights;
  const MappedFile map(file);
  const std::string_view bytes(reinterpret_cast<const char*>(map.bytes().data()),
                               map.bytes().size());
  if (looks_like_torch_file(bytes)) {
    TorchState state = read_torch_file(bytes, file.string(), unheld);
    weights.tensors = std::move(state.tensors);
    weights.format = "PyTorch";
    if (!state.state_key.empty()) weights.format += fmt::format(", its '{}'", state.state_key);
    return weights;
  }
  constexpr std::size_t kLength = 8;  // of the header's length, before the header
  if (bytes.size() <= kLength || bytes[kLength] != '{')
    throw data_error("{}: {}", file.string(), other_kind(bytes));
  static_cast<TensorFile&>(weights) = load_tensors(file, unheld);
  weights.format = "safetensors";
  keep_model_only(weights);
  return weights;
}

void write_weights(const std::filesystem::path& file, const TensorFile& content) {
  const std::string ending = file.extension().string();
  if (ending == ".safetensors") return save_tensors(file, content);
  if (ending == ".pt" || ending == ".pth") return save_torch_file(file, content.tensors);
  throw usage_error("{}: a file of weights ends in .safetensors, .pt or .pth", file.string());
}

}  // namespace myoseg

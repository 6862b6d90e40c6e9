// PyTorch files out, by LibTorch's own pickler.
#include <ATen/ATen.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "models/weights/torch_file/torch_file.h"

namespace myoseg {

void save_torch_file(const std::filesystem::path& file, const NamedTensors& tensors) {
  // A dict of any values: LibTorch marks a typed one in a way that weights_only refuses.
  c10::impl::GenericDict dict(at::StringType::get(), at::AnyType::get());
  for (const auto& [name, tensor] : tensors) {
    if (dict.contains(name)) throw failure("{}: two tensors are named '{}'", file.string(), name);
    dict.insert(name, tensor.detach().to(at::kCPU).contiguous());
  }
  std::string pickled;
  torch::jit::Pickler pickler(
      [&](const char* bytes, std::size_t size) { pickled.append(bytes, size); }, nullptr, nullptr,
      nullptr, nullptr, /*tag_aggregates=*/false);
  pickler.protocol();
  pickler.pushIValue(dict);
  pickler.stop();

  write_file_with(file, [&](const std::filesystem::path& temporary) {
    std::ofstream out(temporary, std::ios::binary);
    caffe2::serialize::PyTorchStreamWriter writer(
        [&](const void* bytes, std::size_t size) -> std::size_t {
          out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
          return out ? size : 0;
        });
    try {
      writer.writeRecord("data.pkl", pickled.data(), pickled.size());
      std::size_t number = 0;
      for (const at::Tensor& tensor : pickler.tensorData())
        writer.writeRecord("data/" + std::to_string(number++), tensor.storage().data(),
                           tensor.storage().nbytes());
      writer.writeEndOfFile();
    } catch (const c10::Error&) {
      out.setstate(std::ios::failbit);
    }
    out.close();
    if (!out) throw failure("{}: cannot be written: {}", file.string(), std::strerror(errno));
  });
}

}  // namespace myoseg

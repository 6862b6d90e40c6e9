#include "models/weights/safetensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "models/weights/safetensors_header.h"

namespace myoseg {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kLargestHeader = 100'000'000;  // the limit of the reference implementation

std::uint64_t little_endian(const std::byte* bytes) {
  std::uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  return value;
}

void check_booleans(const at::Tensor& tensor, const std::string& name, const std::string& file) {
  const auto* bytes = static_cast<const unsigned char*>(tensor.data_ptr());
  if (!std::all_of(bytes, bytes + tensor.nbytes(), [](unsigned char b) { return b <= 1; }))
    throw data_error("{}: tensor '{}' is BOOL but holds bytes other than 0 and 1", file, name);
}

}  // namespace

const at::Tensor* TensorFile::find(std::string_view name) const {
  for (const auto& [known, tensor] : tensors)
    if (known == name) return &tensor;
  return nullptr;
}

void save_tensors(const std::filesystem::path& file, const TensorFile& content) {
  SafetensorsHeader header;
  header.metadata = content.metadata;
  std::vector<at::Tensor> values;
  std::set<std::string_view> names;
  for (const auto& [name, tensor] : content.tensors) {
    if (!names.insert(name).second)
      throw failure("{}: two tensors are named '{}'", file.string(), name);
    values.push_back(tensor.detach().to(at::kCPU).contiguous());
    header.tensors.push_back(
        {.name = name, .type = values.back().scalar_type(), .shape = values.back().sizes().vec()});
  }

  // The header keeps the caller's order; the data go by falling element size, so that each lies
  // aligned.
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return values[a].element_size() > values[b].element_size();
  });
  std::uint64_t end = 0;
  for (const std::size_t i : order) {
    header.tensors[i].begin = end;
    header.tensors[i].end = end += values[i].nbytes();
  }
  std::string json = write_header(header);
  json.resize((json.size() + 7) / 8 * 8, ' ');

  write_file_with(file, [&](const std::filesystem::path& temporary) {
    std::ofstream out(temporary, std::ios::binary);
    std::array<char, kLengthBytes> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
      length[i] = static_cast<char>(json.size() >> (8 * i) & 0xff);
    out.write(length.data(), length.size());
    out.write(json.data(), static_cast<std::streamsize>(json.size()));
    for (const std::size_t i : order)
      out.write(static_cast<const char*>(values[i].data_ptr()),
                static_cast<std::streamsize>(values[i].nbytes()));
    out.close();
    if (!out) throw failure("{}: cannot be written: {}", file.string(), std::strerror(errno));
  });
}

TensorFile load_tensors(const std::filesystem::path& file, Unheld* unheld) {
  const MappedFile map(file);
  const auto bytes = map.bytes();
  const std::string name = file.string();
  if (bytes.size() < kLengthBytes)
    throw data_error("{}: {} bytes are too few for a safetensors file", name, bytes.size());
  const std::uint64_t length = little_endian(bytes.data());
  if (length > kLargestHeader || length > bytes.size() - kLengthBytes)
    throw data_error(
        "{}: claims a header of {} bytes in a file of {}; the file is damaged, incomplete or "
        "no safetensors file",
        name, length, bytes.size());
  const auto* text = reinterpret_cast<const char*>(bytes.data() + kLengthBytes);
  const std::byte* data = bytes.data() + kLengthBytes + length;
  const SafetensorsHeader header =
      parse_header({text, length}, bytes.size() - kLengthBytes - length, name);

  TensorFile content;
  content.metadata = header.metadata;
  for (const auto& stored : header.tensors) {
    if (!stored.unheld.empty()) {
      if (unheld == nullptr)
        throw data_error(
            "{}: tensor '{}' has the dtype '{}', which cannot be held; 'myoseg convert' with "
            "skip=true leaves such tensors out",
            name, stored.name, stored.unheld);
      unheld->push_back(fmt::format("'{}' ({})", stored.name, stored.unheld));
      continue;
    }
    at::Tensor tensor = at::empty(stored.shape, stored.type);
    if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data + stored.begin, tensor.nbytes());
    if (stored.type == at::kBool) check_booleans(tensor, stored.name, name);
    content.tensors.emplace_back(stored.name, std::move(tensor));
  }
  return content;
}

}  // namespace myoseg

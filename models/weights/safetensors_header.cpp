#include "models/weights/safetensors_header.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/error.h"

namespace myoseg {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> kTypes{
    {{"F64", at::kDouble},
     {"F32", at::kFloat},
     {"F16", at::kHalf},
     {"BF16", at::kBFloat16},
     {"I64", at::kLong},
     {"I32", at::kInt},
     {"I16", at::kShort},
     {"I8", at::kChar},
     {"U8", at::kByte},
     {"BOOL", at::kBool}}};
// Types of the format that no tensor here has, and the bytes of one number.
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 7> kUnheld{{{"C64", 8},
                                                                             {"U64", 8},
                                                                             {"U32", 4},
                                                                             {"U16", 2},
                                                                             {"F8_E4M3", 1},
                                                                             {"F8_E5M2", 1},
                                                                             {"F8_E8M0", 1}}};
constexpr std::string_view kMetadata = "__metadata__";

// JSON with two entries of one name has no meaning, and nlohmann's parser would keep one of them.
// `order` receives the outermost names as they come: nlohmann's ordered map has it too, but takes
// quadratic time for a hostile header.
Json parse_strictly(std::string_view text, const std::string& file,
                    std::vector<std::string>& order) {
  std::vector<std::set<std::string>> names;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    constexpr int kDeepest = 4;
    if (depth > kDeepest)
      throw data_error("{}: the header is nested too deeply to be safetensors", file);
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      if (!names.back().insert(name).second)
        throw data_error("{}: the header names '{}' twice", file, name);
      if (names.size() == 1) order.push_back(name);
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception&) {
    throw data_error("{}: the header is no JSON; the file is damaged or no safetensors file", file);
  }
}

std::vector<std::uint64_t> whole_numbers(const Json& entry, const char* key,
                                         const std::string& place) {
  if (!entry.contains(key) || !entry.at(key).is_array())
    throw data_error("{} has no list '{}'", place, key);
  std::vector<std::uint64_t> numbers;
  for (const Json& item : entry.at(key)) {
    if (!item.is_number_unsigned())
      throw data_error("{}: '{}' holds {}, which is no whole number from 0 on", place, key,
                       item.dump());
    numbers.push_back(item.get<std::uint64_t>());
  }
  return numbers;
}

StoredTensor parse_tensor(const std::string& name, const Json& entry, std::uint64_t data_size,
                          const std::string& file) {
  const std::string place = fmt::format("{}: tensor '{}'", file, name);
  if (!entry.is_object())
    throw data_error("{} is described by {}, not by a map", place, entry.dump());
  StoredTensor tensor{.name = name, .type = at::kFloat, .shape = {}};
  if (!entry.contains("dtype") || !entry.at("dtype").is_string())
    throw data_error("{} has no 'dtype'", place);
  const auto& dtype = entry.at("dtype").get_ref<const std::string&>();
  const auto known = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const auto& type) { return type.first == dtype; });
  const auto unheld = std::find_if(kUnheld.begin(), kUnheld.end(),
                                   [&](const auto& type) { return type.first == dtype; });
  if (known == kTypes.end() && unheld == kUnheld.end())
    throw data_error(
        "{} has the dtype '{}'; F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL can be read",
        place, dtype);
  if (known == kTypes.end()) tensor.unheld = dtype;
  tensor.type = known == kTypes.end() ? at::kByte : known->second;

  const auto offsets = whole_numbers(entry, "data_offsets", place);
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_size)
    throw data_error(
        "{}: its data_offsets {} do not lie within the {} bytes of data; the file is "
        "damaged or incomplete",
        place, entry.at("data_offsets").dump(), data_size);
  tensor.begin = offsets[0];
  tensor.end = offsets[1];

  std::uint64_t bytes = tensor.unheld.empty() ? at::elementSize(tensor.type) : unheld->second;
  bool empty = false, overflow = false;
  for (const std::uint64_t size : whole_numbers(entry, "shape", place)) {
    std::int64_t checked = 0;
    overflow = overflow || __builtin_add_overflow(size, 0, &checked);
    tensor.shape.push_back(checked);
    empty = empty || size == 0;
    if (size > 0) overflow = overflow || __builtin_mul_overflow(bytes, size, &bytes);
  }
  if (overflow || (empty ? 0 : bytes) != tensor.end - tensor.begin)
    throw data_error("{}: {} numbers of shape {} do not fill {} bytes", place, dtype,
                     entry.at("shape").dump(), tensor.end - tensor.begin);
  return tensor;
}

void check_places(const std::vector<StoredTensor>& tensors, std::uint64_t data_size,
                  const std::string& file) {
  std::vector<const StoredTensor*> order;
  order.reserve(tensors.size());
  for (const auto& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  std::uint64_t end = 0;
  for (const auto* tensor : order) {
    if (tensor->begin != end)
      throw data_error(
          "{}: tensor '{}' starts at byte {}, but the data before it end at {}: tensors "
          "must neither overlap nor leave gaps",
          file, tensor->name, tensor->begin, end);
    end = tensor->end;
  }
  if (end != data_size)
    throw data_error("{}: the last {} bytes belong to no tensor; the file is damaged", file,
                     data_size - end);
}

}  // namespace

std::string safetensors_name(at::ScalarType type) {
  for (const auto& [name, known] : kTypes)
    if (known == type) return std::string(name);
  throw failure("tensors of type {} cannot be saved as safetensors; convert them to float32 first",
                c10::toString(type));
}

std::string write_header(const SafetensorsHeader& header) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) json[std::string(kMetadata)] = header.metadata;
  for (const auto& tensor : header.tensors)
    json[tensor.name] = {{"dtype", safetensors_name(tensor.type)},
                         {"shape", tensor.shape},
                         {"data_offsets", {tensor.begin, tensor.end}}};
  // Text in the metadata that is no UTF-8 is replaced rather than refused: it is only read by
  // people.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

SafetensorsHeader parse_header(std::string_view text, std::uint64_t data_size,
                               const std::string& file) {
  std::vector<std::string> order;
  const Json json = parse_strictly(text, file, order);
  if (!json.is_object())
    throw data_error("{}: the header is no map; the file is no safetensors file", file);
  SafetensorsHeader header;
  for (const auto& name : order) {
    const Json& entry = json.at(name);
    if (name != kMetadata) {
      header.tensors.push_back(parse_tensor(name, entry, data_size, file));
      continue;
    }
    if (!entry.is_object()) throw data_error("{}: {} is no map of texts", file, kMetadata);
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string())
        throw data_error("{}: {} holds '{}', which is no text", file, kMetadata, key);
      header.metadata[key] = value.get<std::string>();
    }
  }
  check_places(header.tensors, data_size, file);
  return header;
}

}  // namespace myoseg

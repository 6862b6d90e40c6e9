#include "models/weights/torch_file/torch_file.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <map>

#include "core/error.h"
#include "models/weights/torch_file/tensor_reader.h"
#include "models/weights/torch_file/zip.h"

namespace myoseg {
namespace {

constexpr std::string_view kZip = "PK\x03\x04";
// The first pickle of the sequence: protocol 2 and the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view kSequence{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
                                     14};

TorchState read_zip(std::string_view bytes, const std::string& file, Unheld* unheld) {
  constexpr std::string_view kPickle = "data.pkl";
  const StoredZip zip(bytes, file);
  std::string folder;
  const std::string_view* pickled = nullptr;
  for (const std::string& name : zip.names())
    if (name.ends_with(kPickle) && name.find('/') == name.size() - kPickle.size() - 1) {
      if (pickled != nullptr)
        throw data_error("{}: holds two pickles, {}{} and {}; which is meant is unknown", file,
                         folder, kPickle, name);
      folder = name.substr(0, name.size() - kPickle.size());
      pickled = zip.find(name);
    }
  if (pickled == nullptr)
    throw data_error("{}: is a zip archive, but none of PyTorch's: it has no data.pkl", file);
  if (const auto* order = zip.find(folder + "byteorder"); order != nullptr && *order != "little")
    throw data_error("{}: was written on a machine of another byte order, '{}'", file, *order);
  return torch_state(
      unpickle(*pickled, file),
      [&](const std::string& key) {
        const auto* record = zip.find(folder + "data/" + key);
        if (record == nullptr)
          throw data_error("{}: has no numbers for its storage '{}'; the file is damaged", file,
                           key);
        return *record;
      },
      file, unheld);
}

// `machine` is a dict of what the writing computer's numbers were like.
void require_little_endian(const Pickle& machine, const std::string& file) {
  for (const auto& [key, value] : machine[machine.root].entries)
    if (machine[key].text == "little_endian" && machine[value].integer == 0)
      throw data_error("{}: was written on a machine of another byte order, 'big'", file);
}

// Magic number, protocol, machine, then the state, the storages' keys, and their numbers.
TorchState read_sequence(std::string_view bytes, const std::string& file, Unheld* unheld) {
  const auto next = [&] {
    Pickle pickle = unpickle(bytes, file);
    bytes.remove_prefix(pickle.bytes_read);
    return pickle;
  };
  for (int i = 0; i < 2; ++i) (void)next();
  require_little_endian(next(), file);
  const Pickle state = next(), keys = next();
  std::map<std::string, TorchStorage> storages;
  for (const PickleValue& value : state.values)
    if (value.kind == PickleValue::Kind::persistent)
      if (auto storage = torch_storage(state, value.arguments, file))
        storages[storage->key] = std::move(*storage);
  std::map<std::string, std::string_view> data;
  for (const PickleValue::Ref ref : keys[keys.root].items) {
    const auto storage = storages.find(keys[ref].text);
    constexpr std::size_t kCount = sizeof(std::int64_t);  // before the numbers, the same again
    if (storage == storages.end() || bytes.size() < kCount)
      throw data_error("{}: its storages are not all there; the file is damaged or incomplete",
                       file);
    bytes.remove_prefix(kCount);
    const std::uint64_t room = bytes.size() / at::elementSize(storage->second.type);
    if (storage->second.numbers < 0 || static_cast<std::uint64_t>(storage->second.numbers) > room)
      throw data_error("{}: ends within its numbers; the file is damaged or incomplete", file);
    const std::size_t size =
        static_cast<std::size_t>(storage->second.numbers) * at::elementSize(storage->second.type);
    data[storage->first] = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return torch_state(
      state,
      [&](const std::string& key) {
        const auto found = data.find(key);
        if (found == data.end())
          throw data_error("{}: has no numbers for its storage '{}'; the file is damaged", file,
                           key);
        return found->second;
      },
      file, unheld);
}

}  // namespace

bool looks_like_torch_file(std::string_view bytes) {
  return bytes.starts_with(kZip) || bytes.starts_with(kSequence);
}

TorchState read_torch_file(std::string_view bytes, const std::string& file, Unheld* unheld) {
  return bytes.starts_with(kZip) ? read_zip(bytes, file, unheld)
                                 : read_sequence(bytes, file, unheld);
}

}  // namespace myoseg

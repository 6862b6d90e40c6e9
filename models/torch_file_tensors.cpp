#include "models/torch_file_tensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <unordered_set>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

using Kind = PickleValue::Kind;
using Ref = PickleValue::Ref;

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 10> kStorages{
    {{"DoubleStorage", at::kDouble},
     {"FloatStorage", at::kFloat},
     {"HalfStorage", at::kHalf},
     {"BFloat16Storage", at::kBFloat16},
     {"LongStorage", at::kLong},
     {"IntStorage", at::kInt},
     {"ShortStorage", at::kShort},
     {"CharStorage", at::kChar},
     {"ByteStorage", at::kByte},
     {"BoolStorage", at::kBool}}};

// Under which names trainers keep the state dict: nnU-Net, MONAI, Lightning, timm, fairseq ...
constexpr std::array<std::string_view, 8> kStateKeys{
    "state_dict", "model_state_dict", "network_weights", "model", "model_state",
    "net",        "network",          "weights"};

class StateReader {
 public:
  StateReader(const Pickle& pickle,
              const std::function<std::string_view(const std::string&)>& bytes_of,
              const std::string& file)
      : pickle_(pickle), bytes_of_(bytes_of), file_(file) {}

  TorchState read() {
    Ref ref = meant(pickle_.root);
    constexpr int kDeepest = 4;
    for (int depth = 0; depth < kDeepest; ++depth) {
      const auto inner = wrapped(ref);
      if (!inner) break;
      state_.state_key += (state_.state_key.empty() ? "" : ".") + inner->first;
      ref = inner->second;
    }
    collect(ref, "", 0);
    if (state_.tensors.empty()) throw without_tensors();
    return std::move(state_);
  }

 private:
  [[nodiscard]] std::string_view callee(const PickleValue& value) const {
    return value.kind != Kind::object || pickle_[value.callee].kind != Kind::global
               ? std::string_view()
               : std::string_view(pickle_[value.callee].text);
  }
  [[nodiscard]] std::optional<Ref> argument(const PickleValue& value, std::size_t i) const {
    const auto& arguments = pickle_[value.arguments].items;
    return i < arguments.size() ? std::optional(arguments[i]) : std::nullopt;
  }
  // What is behind the calls that change nothing about a value: Parameters, TorchScript's types.
  [[nodiscard]] Ref meant(Ref ref) const {
    constexpr int kLongestChain = 16;
    for (int i = 0; i < kLongestChain; ++i) {
      const PickleValue& value = pickle_[ref];
      const std::string_view name = callee(value);
      const bool wraps = name.starts_with("torch._utils._rebuild_parameter") ||
                         name.starts_with("torch.jit._pickle.") || name == "torch.Size";
      const auto inner = wraps ? argument(value, 0) : std::nullopt;
      if (!inner) return ref;
      ref = *inner;
    }
    throw data_error("{}: has parameters of parameters; the file is damaged", file_);
  }

  [[nodiscard]] std::optional<std::pair<std::string, Ref>> wrapped(Ref ref) const {
    for (const std::string_view key : kStateKeys)
      for (const auto& [name, value] : pickle_[ref].entries) {
        const Ref inner = meant(value);
        const PickleValue& found = pickle_[inner];
        if (pickle_[name].text == key && (!found.entries.empty() || has_state(found)))
          return std::pair(std::string(key), inner);
      }
    return std::nullopt;
  }
  [[nodiscard]] bool has_state(const PickleValue& value) const {
    return value.state != PickleValue::kNothing && !pickle_[value.state].entries.empty();
  }

  void collect(Ref ref, const std::string& name, int depth) {
    ref = meant(ref);
    const PickleValue& value = pickle_[ref];
    const std::string_view made_by = callee(value);
    if (made_by.starts_with("torch.") && made_by.find("_rebuild") != std::string_view::npos) {
      state_.tensors.emplace_back(name, tensor(value, name));
      return;
    }
    constexpr int kDeepest = 100;
    // Each once: a dict may be in itself, or in many others.
    if ((value.entries.empty() && !has_state(value)) || depth > kDeepest ||
        !seen_.insert(ref).second)
      return;
    collect_entries(value, name, depth);
    if (has_state(value)) collect_entries(pickle_[value.state], name, depth);
  }
  void collect_entries(const PickleValue& dict, const std::string& name, int depth) {
    for (const auto& [key, value] : dict.entries) {
      const PickleValue& k = pickle_[key];
      const std::string text = k.kind == Kind::integer ? std::to_string(k.integer) : k.text;
      // What torch.nn.Module calls its dicts of tensors and modules is no part of a name.
      const bool silent = text == "_parameters" || text == "_buffers" || text == "_modules";
      std::string inner = name;
      if (!silent) inner += (name.empty() ? "" : ".") + text;
      collect(value, inner, depth + 1);
    }
  }

  [[nodiscard]] Error without_tensors() const {
    const PickleValue& root = pickle_[pickle_.root];
    std::vector<std::string> keys;
    for (const auto& [key, value] : root.entries) {
      if (keys.size() == 8) break;
      keys.push_back("'" + pickle_[key].text + "'");
    }
    if (!keys.empty()) return data_error("{}: holds no state dict, only {}", file_, join(keys));
    return data_error("{}: holds no state dict{}", file_,
                      callee(root).empty() ? "" : fmt::format(" but a '{}'", callee(root)));
  }

  [[nodiscard]] std::optional<std::vector<std::int64_t>> numbers(std::optional<Ref> ref) const {
    if (!ref) return std::nullopt;
    std::vector<std::int64_t> list;
    for (const Ref item : pickle_[meant(*ref)].items) {
      if (pickle_[item].kind != Kind::integer || pickle_[item].integer < 0) return std::nullopt;
      list.push_back(pickle_[item].integer);
    }
    return list;
  }

  at::Tensor tensor(const PickleValue& made, const std::string& name) {
    // A tensor of a class of its own states how the plain one is made: (function, class,
    // arguments).
    const bool of_class = callee(made) == "torch._tensor._rebuild_from_type_v2";
    const auto function = of_class ? argument(made, 0) : std::optional(made.callee);
    const std::string kind = function ? pickle_[*function].text : "";
    if (kind != "torch._utils._rebuild_tensor_v2" && kind != "torch._utils._rebuild_tensor")
      throw data_error("{}: '{}' is a tensor of a kind that cannot be read ({})", file_, name,
                       kind.empty() ? callee(made) : kind);
    PickleValue call = made;
    if (of_class) call.arguments = argument(made, 2).value_or(made.arguments);

    const auto where = argument(call, 0), offset = argument(call, 1);
    const auto sizes = numbers(argument(call, 2)), strides = numbers(argument(call, 3));
    const auto storage = !where || pickle_[*where].kind != Kind::persistent
                             ? std::nullopt
                             : torch_storage(pickle_, pickle_[*where].arguments, file_);
    if (!storage || !offset || pickle_[*offset].kind != Kind::integer || !sizes || !strides ||
        sizes->size() != strides->size() || sizes->size() > 16)
      throw data_error("{}: '{}' is no whole tensor; the file is damaged", file_, name);
    const at::Tensor memory = memory_of(*storage, name);

    // The last number that the tensor reaches, and how many it claims: neither may exceed what is
    // there, or a file of a few bytes could ask for any amount of memory.
    std::int64_t last = pickle_[*offset].integer, count = 1;
    bool lies = last < 0 || __builtin_add_overflow(last, storage->view_offset, &last);
    const std::int64_t first = last;
    for (std::size_t i = 0; i < sizes->size(); ++i) {
      std::int64_t reach = 0;
      lies = lies || __builtin_mul_overflow(count, (*sizes)[i], &count) ||
             __builtin_mul_overflow(std::max<std::int64_t>((*sizes)[i] - 1, 0), (*strides)[i],
                                    &reach) ||
             __builtin_add_overflow(last, reach, &last);
    }
    if (lies || count > memory.numel() || (count > 0 && last >= memory.numel()))
      throw data_error("{}: '{}' reaches outside the {} numbers stored for it; the file is damaged",
                       file_, name, memory.numel());
    return count == 0 ? at::empty(*sizes, memory.options())
                      : memory.as_strided(*sizes, *strides, first);
  }

  at::Tensor memory_of(const TorchStorage& storage, const std::string& name) {
    if (const auto known = memory_.find(storage.key); known != memory_.end()) {
      if (known->second.scalar_type() != storage.type)
        throw data_error("{}: '{}' shares memory with numbers of another type", file_, name);
      return known->second;
    }
    const std::string_view bytes = bytes_of_(storage.key);
    if (bytes.size() / at::elementSize(storage.type) != static_cast<std::size_t>(storage.numbers) ||
        bytes.size() % at::elementSize(storage.type) != 0)
      throw data_error(
          "{}: '{}' claims {} numbers of type {}, but {} bytes are stored for it; the "
          "file is damaged",
          file_, name, storage.numbers, c10::toString(storage.type), bytes.size());
    at::Tensor memory = at::empty({storage.numbers}, storage.type);
    if (!bytes.empty()) std::memcpy(memory.data_ptr(), bytes.data(), bytes.size());
    if (storage.type == at::kBool &&
        std::any_of(bytes.begin(), bytes.end(), [](char b) { return (b & ~1) != 0; }))
      throw data_error("{}: '{}' is of type bool but holds bytes other than 0 and 1", file_, name);
    return memory_[storage.key] = memory;
  }

  const Pickle& pickle_;
  const std::function<std::string_view(const std::string&)>& bytes_of_;
  const std::string& file_;
  TorchState state_;
  std::unordered_set<Ref> seen_;
  std::map<std::string, at::Tensor> memory_;
};

}  // namespace

std::optional<TorchStorage> torch_storage(const Pickle& pickle, Ref where,
                                          const std::string& file) {
  // ("storage", torch.FloatStorage, key, device, numbers[, (view's key, offset, size)])
  const auto& items = pickle[where].items;
  if (items.size() < 5 || pickle[items[0]].text != "storage") return std::nullopt;
  const std::string& type = pickle[items[1]].text;
  const auto known = std::find_if(kStorages.begin(), kStorages.end(), [&](const auto& entry) {
    return entry.first == std::string_view(type).substr(type.rfind('.') + 1);
  });
  if (known == kStorages.end())
    throw data_error("{}: holds numbers of a type that cannot be read ({})", file, type);
  TorchStorage storage{known->second, pickle[items[2]].text, pickle[items[4]].integer};
  if (items.size() > 5)
    if (const auto& view = pickle[items[5]].items; view.size() > 1)
      storage.view_offset = std::max<std::int64_t>(pickle[view[1]].integer, 0);
  return storage;
}

TorchState torch_state(const Pickle& pickle,
                       const std::function<std::string_view(const std::string&)>& bytes_of,
                       const std::string& file) {
  refuse_commands(pickle, file);
  return StateReader(pickle, bytes_of, file).read();
}

}  // namespace myoseg

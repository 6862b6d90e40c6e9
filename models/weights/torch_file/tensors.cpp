#include "models/weights/torch_file/tensors.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <set>
#include <unordered_set>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

using Kind = PickleValue::Kind;
using Ref = PickleValue::Ref;

struct NumberType {
  std::string_view name;  // in torch.NAMEStorage
  std::string_view dtype;
  at::ScalarType type;
  bool held;  // as the numbers of a tensor here
};
constexpr auto kTypes = std::to_array<NumberType>({
    {"Double", "float64", at::kDouble, true},
    {"Float", "float32", at::kFloat, true},
    {"Half", "float16", at::kHalf, true},
    {"BFloat16", "bfloat16", at::kBFloat16, true},
    {"Long", "int64", at::kLong, true},
    {"Int", "int32", at::kInt, true},
    {"Short", "int16", at::kShort, true},
    {"Char", "int8", at::kChar, true},
    {"Byte", "uint8", at::kByte, true},
    {"Bool", "bool", at::kBool, true},
    {"Untyped", "", at::kByte, false},
    {"ComplexFloat", "complex64", at::kComplexFloat, false},
    {"ComplexDouble", "complex128", at::kComplexDouble, false},
    {"QInt8", "qint8", at::kQInt8, false},
    {"QUInt8", "quint8", at::kQUInt8, false},
    {"QInt32", "qint32", at::kQInt32, false},
    {"QUInt4x2", "quint4x2", at::kQUInt4x2, false},
    {"QUInt2x4", "quint2x4", at::kQUInt2x4, false},
});

std::string_view last_word(std::string_view name) { return name.substr(name.rfind('.') + 1); }

const NumberType* type_of_storage(std::string_view name) {
  constexpr std::string_view kStorage = "Storage";
  name = last_word(name);
  if (!name.ends_with(kStorage)) return nullptr;
  name.remove_suffix(kStorage.size());
  const auto known = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const NumberType& type) { return type.name == name; });
  return known == kTypes.end() ? nullptr : &*known;
}

// A tensor that is sound but of a kind that has no place here.
struct NotHeld {
  std::string kind;
};

at::ScalarType held_type(const NumberType* type, const std::string& name) {
  if (type == nullptr || !type->held) throw NotHeld{name};
  return type->type;
}

// A whole number that fits 64 bits.
std::optional<std::int64_t> whole(const PickleValue& value) {
  return value.kind == PickleValue::Kind::integer && value.text.empty()
             ? std::optional(value.integer)
             : std::nullopt;
}

// Under which names trainers keep the state dict: nnU-Net, MONAI, Lightning, timm, fairseq ...
constexpr std::array<std::string_view, 8> kStateKeys{
    "state_dict", "model_state_dict", "network_weights", "model", "model_state",
    "net",        "network",          "weights"};

class StateReader {
 public:
  StateReader(const Pickle& pickle,
              const std::function<std::string_view(const std::string&)>& bytes_of,
              const std::string& file, Unheld* unheld)
      : pickle_(pickle), bytes_of_(bytes_of), file_(file), unheld_(unheld) {}

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
    require_names_once();
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
    // Far beyond any file of weights: dicts that name one another many times over would be walked
    // for ever.
    constexpr std::size_t kMost = 64'000'000;
    walked_ += name.size() + 1;
    constexpr int kDeepest = 100;
    if (depth > kDeepest || walked_ > kMost)
      throw data_error("{}: holds no state dict, but dicts in dicts without end", file_);
    ref = meant(ref);
    const PickleValue& value = pickle_[ref];
    const std::string_view made_by = callee(value);
    if (made_by.starts_with("torch.") && made_by.find("_rebuild") != std::string_view::npos)
      return add(value, name);
    if (value.entries.empty() && value.items.empty() && !has_state(value)) return;
    // A dict may be in many others, but one that is in itself has no end.
    if (!path_.insert(ref).second) return;
    collect_entries(value, name, depth);
    for (std::size_t i = 0; i < value.items.size(); ++i)
      collect(value.items[i], below(name, std::to_string(i)), depth + 1);
    if (has_state(value)) collect_entries(pickle_[value.state], name, depth);
    path_.erase(ref);
  }
  void add(const PickleValue& made, const std::string& name) {
    try {
      state_.tensors.emplace_back(name, tensor(made, name));
    } catch (const NotHeld& found) {
      if (unheld_ == nullptr)
        throw data_error(
            "{}: '{}' is a tensor of a kind that cannot be held ({}); 'myoseg convert' with "
            "skip=true leaves such tensors out",
            file_, name, found.kind);
      unheld_->push_back(fmt::format("'{}' ({})", name, found.kind));
    }
  }
  static std::string below(const std::string& name, const std::string& key) {
    return name.empty() ? key : name + "." + key;
  }
  // What torch.nn.Module calls its dicts of tensors and modules is no part of a name, and nothing
  // else of a module is its state.
  static bool is_modules(std::string_view key) {
    return key == "_parameters" || key == "_buffers" || key == "_modules";
  }
  void collect_entries(const PickleValue& dict, const std::string& name, int depth) {
    const auto names_modules = [&](const auto& entry) {
      return is_modules(pickle_[entry.first].text);
    };
    const bool of_module = std::any_of(dict.entries.begin(), dict.entries.end(), names_modules);
    const std::set<std::string_view> passing =
        of_module ? not_persistent(dict) : std::set<std::string_view>();
    for (const auto& [key, value] : dict.entries) {
      const PickleValue& k = pickle_[key];
      const std::string text = k.kind == Kind::integer ? std::to_string(k.integer) : k.text;
      if (!of_module)
        collect(value, below(name, text), depth + 1);
      else if (text == "_buffers")
        for (const auto& [buffer, tensor] : pickle_[meant(value)].entries) {
          const std::string& called = pickle_[buffer].text;
          if (!passing.contains(called)) collect(tensor, below(name, called), depth + 1);
        }
      else if (is_modules(text))
        collect(value, name, depth + 1);
    }
  }
  // Buffers that a module makes anew: no part of its state dict.
  [[nodiscard]] std::set<std::string_view> not_persistent(const PickleValue& module) const {
    std::set<std::string_view> names;
    for (const auto& [key, value] : module.entries) {
      if (pickle_[key].text != "_non_persistent_buffers_set") continue;
      const PickleValue& set = pickle_[value];
      // Before protocol 4 a set is a call with a list.
      const auto list = set.kind == Kind::object ? argument(set, 0) : std::optional(value);
      if (list)
        for (const Ref item : pickle_[*list].items) names.insert(pickle_[item].text);
    }
    return names;
  }
  void require_names_once() const {
    std::set<std::string_view> names;
    for (const auto& [name, tensor] : state_.tensors)
      if (!names.insert(name).second)
        throw data_error("{}: two tensors in it are named '{}'", file_, name);
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
      const auto number = whole(pickle_[item]);
      if (!number || *number < 0) return std::nullopt;
      list.push_back(*number);
    }
    return list;
  }

  at::Tensor tensor(const PickleValue& made, const std::string& name) {
    // A tensor of a class of its own states how the plain one is made: (function, class,
    // arguments).
    const bool of_class = callee(made) == "torch._tensor._rebuild_from_type_v2";
    const auto function = of_class ? argument(made, 0) : std::optional(made.callee);
    const std::string kind = function ? pickle_[*function].text : "";
    const bool third = kind == "torch._utils._rebuild_tensor_v3";
    if (!third && kind != "torch._utils._rebuild_tensor_v2" &&
        kind != "torch._utils._rebuild_tensor")
      throw NotHeld{kind.empty() ? std::string(callee(made)) : kind};
    PickleValue call = made;
    if (of_class) call.arguments = argument(made, 2).value_or(made.arguments);

    const auto where = argument(call, 0), offset = argument(call, 1);
    const auto sizes = numbers(argument(call, 2)), strides = numbers(argument(call, 3));
    const auto storage = !where || pickle_[*where].kind != Kind::persistent
                             ? std::nullopt
                             : torch_storage(pickle_, pickle_[*where].arguments, file_);
    const auto start = offset ? whole(pickle_[*offset]) : std::nullopt;
    if (!storage || !start || !sizes || !strides || sizes->size() != strides->size() ||
        sizes->size() > 16)
      throw data_error("{}: '{}' is no whole tensor; the file is damaged", file_, name);
    constexpr std::size_t kDtype = 6, kViewFlags = 6;  // places of arguments; the third has both
    const at::ScalarType type =
        third ? named_type(argument(call, kDtype))
              : held_type(type_of_storage(storage->type_name), storage->type_name);
    const bool negative = is_negative(argument(call, third ? kViewFlags + 1 : kViewFlags), type);
    const at::Tensor memory = memory_of(*storage, type, name);

    // The last number that the tensor reaches, and how many it claims: neither may exceed what is
    // there, or a file of a few bytes could ask for any amount of memory.
    std::int64_t last = *start, count = 1;
    bool lies = last < 0 || storage->view_offset < 0 ||
                __builtin_add_overflow(last, storage->view_offset, &last);
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
    if (count == 0) return at::empty(*sizes, memory.options());
    const at::Tensor view = memory.as_strided(*sizes, *strides, first);
    return negative ? view.neg() : view;
  }

  // torch.float32 and the like.
  [[nodiscard]] at::ScalarType named_type(std::optional<Ref> dtype) const {
    const std::string name = dtype ? pickle_[*dtype].text : "";
    const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const NumberType& type) {
      return !type.dtype.empty() && type.dtype == last_word(name);
    });
    return held_type(known == kTypes.end() ? nullptr : &*known, name);
  }

  // PyTorch's lazy views: their numbers are those in memory, negated ("neg") or conjugated ("conj",
  // which changes nothing about real numbers).
  [[nodiscard]] bool is_negative(std::optional<Ref> flags, at::ScalarType type) const {
    bool negative = false;
    if (!flags || pickle_[*flags].kind == Kind::none) return negative;
    const PickleValue& dict = pickle_[*flags];
    for (const auto& [key, value] : dict.entries) {
      const std::string& flag = pickle_[key].text;
      const bool known = flag == "neg" || flag == "conj";
      if (!known || pickle_[value].kind != Kind::boolean)
        throw NotHeld{"a view with '" + flag + "'"};
      negative = negative || (flag == "neg" && pickle_[value].integer != 0);
    }
    const bool dictionary = dict.kind == Kind::dict || dict.kind == Kind::object;
    if (!dictionary || has_state(dict) || (negative && type == at::kBool))
      throw NotHeld{"a view with unknown flags"};
    return negative;
  }

  // A storage's numbers; those without a type of their own are counted in bytes.
  at::Tensor memory_of(const TorchStorage& storage, at::ScalarType type, const std::string& name) {
    if (const auto known = memory_.find(storage.key); known != memory_.end()) {
      if (known->second.scalar_type() != type)
        throw data_error("{}: '{}' shares memory with numbers of another type", file_, name);
      return known->second;
    }
    const std::string_view bytes = bytes_of_(storage.key);
    const std::size_t size = at::elementSize(type);
    if (bytes.size() / at::elementSize(storage.type) != static_cast<std::size_t>(storage.numbers) ||
        bytes.size() % at::elementSize(storage.type) != 0 || bytes.size() % size != 0)
      throw data_error(
          "{}: '{}' claims {} numbers of type {}, but {} bytes are stored for it; the "
          "file is damaged",
          file_, name, storage.numbers, c10::toString(storage.type), bytes.size());
    at::Tensor memory = at::empty({static_cast<std::int64_t>(bytes.size() / size)}, type);
    if (!bytes.empty()) std::memcpy(memory.data_ptr(), bytes.data(), bytes.size());
    if (type == at::kBool &&
        std::any_of(bytes.begin(), bytes.end(), [](char b) { return (b & ~1) != 0; }))
      throw data_error("{}: '{}' is of type bool but holds bytes other than 0 and 1", file_, name);
    return memory_[storage.key] = memory;
  }

  const Pickle& pickle_;
  const std::function<std::string_view(const std::string&)>& bytes_of_;
  const std::string& file_;
  Unheld* unheld_;
  TorchState state_;
  std::unordered_set<Ref> path_;  // the dicts around the one that is being walked
  std::size_t walked_ = 0;
  std::map<std::string, at::Tensor> memory_;
};

}  // namespace

std::optional<TorchStorage> torch_storage(const Pickle& pickle, Ref where,
                                          const std::string& file) {
  // ("storage", torch.FloatStorage, key, device, numbers[, (view's key, offset, size)])
  const auto& items = pickle[where].items;
  if (items.size() < 5 || pickle[items[0]].text != "storage") return std::nullopt;
  const std::string& name = pickle[items[1]].text;
  const NumberType* type = type_of_storage(name);
  if (type == nullptr)
    throw data_error("{}: holds numbers of a type that is unknown ({})", file, name);
  const auto numbers = whole(pickle[items[4]]);
  if (!numbers) return std::nullopt;
  TorchStorage storage{type->type, name, pickle[items[2]].text, *numbers};
  if (items.size() > 5)
    if (const auto& view = pickle[items[5]].items; view.size() > 1)
      storage.view_offset = whole(pickle[view[1]]).value_or(-1);
  return storage;
}

TorchState torch_state(const Pickle& pickle,
                       const std::function<std::string_view(const std::string&)>& bytes_of,
                       const std::string& file, Unheld* unheld) {
  refuse_commands(pickle, file);
  return StateReader(pickle, bytes_of, file, unheld).read();
}

}  // namespace myoseg

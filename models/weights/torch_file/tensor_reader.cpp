#include "models/weights/torch_file/tensor_reader.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/error.h"

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

std::string_view PickledCalls::callee(const PickleValue& value) const {
  return value.kind != Kind::object || pickle_[value.callee].kind != Kind::global
             ? std::string_view()
             : std::string_view(pickle_[value.callee].text);
}

std::optional<Ref> PickledCalls::argument(const PickleValue& value, std::size_t i) const {
  const auto& arguments = pickle_[value.arguments].items;
  return i < arguments.size() ? std::optional(arguments[i]) : std::nullopt;
}

Ref PickledCalls::meant(Ref ref) const {
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

bool PickledCalls::has_state(const PickleValue& value) const {
  return value.state != PickleValue::kNothing && !pickle_[value.state].entries.empty();
}

std::optional<std::vector<std::int64_t>> TensorReader::numbers(std::optional<Ref> ref) const {
  if (!ref) return std::nullopt;
  std::vector<std::int64_t> list;
  for (const Ref item : pickle_[calls_.meant(*ref)].items) {
    const auto number = whole(pickle_[item]);
    if (!number || *number < 0) return std::nullopt;
    list.push_back(*number);
  }
  return list;
}

at::Tensor TensorReader::tensor(const PickleValue& made, const std::string& name) {
  // A tensor of a class of its own states how the plain one is made: (function, class,
  // arguments).
  const bool of_class = calls_.callee(made) == "torch._tensor._rebuild_from_type_v2";
  const auto function = of_class ? calls_.argument(made, 0) : std::optional(made.callee);
  const std::string kind = function ? pickle_[*function].text : "";
  const bool third = kind == "torch._utils._rebuild_tensor_v3";
  if (!third && kind != "torch._utils._rebuild_tensor_v2" && kind != "torch._utils._rebuild_tensor")
    throw NotHeld{kind.empty() ? std::string(calls_.callee(made)) : kind};
  PickleValue call = made;
  if (of_class) call.arguments = calls_.argument(made, 2).value_or(made.arguments);

  const auto where = calls_.argument(call, 0), offset = calls_.argument(call, 1);
  const auto sizes = numbers(calls_.argument(call, 2)), strides = numbers(calls_.argument(call, 3));
  const auto storage = !where || pickle_[*where].kind != Kind::persistent
                           ? std::nullopt
                           : torch_storage(pickle_, pickle_[*where].arguments, file_);
  const auto start = offset ? whole(pickle_[*offset]) : std::nullopt;
  if (!storage || !start || !sizes || !strides || sizes->size() != strides->size() ||
      sizes->size() > 16)
    throw data_error("{}: '{}' is no whole tensor; the file is damaged", file_, name);
  constexpr std::size_t kDtype = 6, kViewFlags = 6;  // places of arguments; the third has both
  const at::ScalarType type =
      third ? named_type(calls_.argument(call, kDtype))
            : held_type(type_of_storage(storage->type_name), storage->type_name);
  const bool negative =
      is_negative(calls_.argument(call, third ? kViewFlags + 1 : kViewFlags), type);
  const at::Tensor memory = memory_of(*storage, type, name);

  // The last number that the tensor reaches, and how many it claims: neither may exceed what is
  // there, or a file of a few bytes could ask for any amount of memory.
  std::int64_t last = *start, count = 1;
  bool lies = last < 0 || storage->view_offset < 0 ||
              __builtin_add_overflow(last, storage->view_offset, &last);
  const std::int64_t first = last;
  for (std::size_t i = 0; i < sizes->size(); ++i) {
    std::int64_t reach = 0;
    lies =
        lies || __builtin_mul_overflow(count, (*sizes)[i], &count) ||
        __builtin_mul_overflow(std::max<std::int64_t>((*sizes)[i] - 1, 0), (*strides)[i], &reach) ||
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
at::ScalarType TensorReader::named_type(std::optional<Ref> dtype) const {
  const std::string name = dtype ? pickle_[*dtype].text : "";
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), [&](const NumberType& type) {
    return !type.dtype.empty() && type.dtype == last_word(name);
  });
  return held_type(known == kTypes.end() ? nullptr : &*known, name);
}

// PyTorch's lazy views: their numbers are those in memory, negated ("neg") or conjugated ("conj",
// which changes nothing about real numbers).
bool TensorReader::is_negative(std::optional<Ref> flags, at::ScalarType type) const {
  bool negative = false;
  if (!flags || pickle_[*flags].kind == Kind::none) return negative;
  const PickleValue& dict = pickle_[*flags];
  for (const auto& [key, value] : dict.entries) {
    const std::string& flag = pickle_[key].text;
    const bool known = flag == "neg" || flag == "conj";
    if (!known || pickle_[value].kind != Kind::boolean) throw NotHeld{"a view with '" + flag + "'"};
    negative = negative || (flag == "neg" && pickle_[value].integer != 0);
  }
  const bool dictionary = dict.kind == Kind::dict || dict.kind == Kind::object;
  if (!dictionary || calls_.has_state(dict) || (negative && type == at::kBool))
    throw NotHeld{"a view with unknown flags"};
  return negative;
}

// A storage's numbers; those without a type of their own are counted in bytes.
at::Tensor TensorReader::memory_of(const TorchStorage& storage, at::ScalarType type,
                                   const std::string& name) {
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

}  // namespace myoseg

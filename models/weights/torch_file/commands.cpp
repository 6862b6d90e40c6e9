// What a file of weights may name: everything else would be called, or imported, when Python opens
// it.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/error.h"
#include "models/weights/torch_file/tensors.h"

namespace myoseg {
namespace {

using Kind = PickleValue::Kind;
using Ref = PickleValue::Ref;

// Python's own names for plain data; "copyreg" and "builtins" stand for their older names too.
constexpr auto kPlain = std::to_array<std::string_view>({"collections.OrderedDict",
                                                         "collections.defaultdict",
                                                         "collections.Counter",
                                                         "collections.deque",
                                                         "builtins.set",
                                                         "builtins.frozenset",
                                                         "builtins.list",
                                                         "builtins.dict",
                                                         "builtins.tuple",
                                                         "builtins.int",
                                                         "builtins.float",
                                                         "builtins.bool",
                                                         "builtins.complex",
                                                         "builtins.bytes",
                                                         "builtins.bytearray",
                                                         "builtins.str",
                                                         "builtins.slice",
                                                         "builtins.range",
                                                         "builtins.object",
                                                         "builtins.long",
                                                         "builtins.unicode",
                                                         "copyreg._reconstructor",
                                                         "_codecs.encode",
                                                         "argparse.Namespace",
                                                         "types.SimpleNamespace",
                                                         "functools.partial",
                                                         "datetime.datetime",
                                                         "datetime.date",
                                                         "datetime.time",
                                                         "datetime.timedelta",
                                                         "datetime.timezone",
                                                         "uuid.UUID",
                                                         "decimal.Decimal",
                                                         "fractions.Fraction",
                                                         "pathlib.Path",
                                                         "pathlib.PosixPath",
                                                         "pathlib.PurePath",
                                                         "pathlib.PurePosixPath",
                                                         "pathlib.WindowsPath",
                                                         "pathlib.PureWindowsPath",
                                                         "pathlib._local.Path",
                                                         "pathlib._local.PosixPath"});
constexpr auto kNumpy = std::to_array<std::string_view>(
    {"numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
     "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar",
     "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer", "numpy.ndarray",
     "numpy.dtype", "numpy.float64", "numpy.float32", "numpy.int64"});
constexpr auto kTorch = std::to_array<std::string_view>(
    {"torch.Size", "torch.device", "torch.Tensor", "torch.nn.parameter.Parameter",
     "torch.nn.parameter.Buffer", "torch.serialization._get_layout",
     "torch._tensor._rebuild_from_type", "torch._tensor._rebuild_from_type_v2",
     "torch.tensor._rebuild_from_type"});
// Beginnings of the names of functions that make tensors and TorchScript's lists.
constexpr auto kTorchMakers = std::to_array<std::string_view>(
    {"torch._utils._rebuild_", "torch.jit._pickle.build_", "torch.jit._pickle.restore_type_tag"});
// What modules keep of other parts of PyTorch without calling them: layers' classes, activations.
constexpr auto kTorchParts =
    std::to_array<std::string_view>({"torch.nn.", "torch._C._nn.", "torch.jit.", "torch.optim."});

template <class List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}
template <class List>
bool has_beginning(const List& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view start) { return name.starts_with(start); });
}

std::string todays(std::string name) {
  for (const auto& [old, today] :
       {std::pair("__builtin__.", "builtins."), {"copy_reg.", "copyreg."}})
    if (name.starts_with(old)) return today + name.substr(std::string_view(old).size());
  return name;
}

bool may_be_called(const std::string& name) {
  return has(kPlain, name) || has(kNumpy, name) || has(kTorch, name) ||
         has_beginning(kTorchMakers, name);
}

// torch.float32, torch.FloatStorage, torch.storage.UntypedStorage, torch.per_tensor_affine:
// PyTorch's own names right in torch, which are types and kinds, and what its modules keep.
bool may_be_kept(const std::string& name) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"float", "bfloat", "half", "double", "int", "uint", "long", "short", "bool", "qint", "quint",
       "complex", "per_", "strided"});
  const std::string_view word = std::string_view(name).substr(name.rfind('.') + 1);
  const bool right_in_torch = name.starts_with("torch.") && name.find('.', 6) == std::string::npos;
  return may_be_called(name) || has_beginning(kTorchParts, name) ||
         (name.starts_with("torch.") && word.ends_with("Storage")) ||
         (right_in_torch && has_beginning(kTypes, word));
}

// The names by which the pickle only says of what class data are: nothing of such a class is called
// with arguments.
class Uses {
 public:
  explicit Uses(const Pickle& pickle) : pickle_(pickle) {
    for (const PickleValue& value : pickle.values) note(value);
  }
  [[nodiscard]] bool only_class(Ref ref) const { return classes_.contains(ref) && !called(ref); }
  [[nodiscard]] bool called(Ref ref) const { return called_.contains(ref); }

 private:
  void note(const PickleValue& value) {
    if (value.kind == Kind::persistent) note_class_of_module(value);
    if (value.kind != Kind::object) return;
    const bool plain = value.is_instance && pickle_[value.arguments].items.empty();
    (plain ? classes_ : called_).insert(value.callee);
    const std::string function = todays(pickle_[value.callee].text);
    if (function == "copyreg._reconstructor") note_class(value.arguments, 0);
    if (function == "torch._tensor._rebuild_from_type_v2") note_class(value.arguments, 1);
  }
  // Before 1.6 a module's class came with its source: ("module", class, file, source).
  void note_class_of_module(const PickleValue& value) {
    const auto& items = pickle_[value.arguments].items;
    if (!items.empty() && pickle_[items[0]].text == "module") note_class(value.arguments, 1);
  }
  void note_class(Ref arguments, std::size_t i) {
    const auto& items = pickle_[arguments].items;
    if (i < items.size()) classes_.insert(items[i]);
  }

  const Pickle& pickle_;
  std::set<Ref> classes_, called_;
};

}  // namespace

void refuse_commands(const Pickle& pickle, const std::string& file) {
  const Uses uses(pickle);
  for (Ref ref = 0; ref < pickle.values.size(); ++ref) {
    const PickleValue& value = pickle[ref];
    if (value.kind != Kind::global) {
      if (value.kind != Kind::persistent && uses.called(ref))
        throw data_error(
            "{}: asks whoever opens it to call what another call returned, which no file of "
            "weights needs; nothing of it was run, do not open it with Python",
            file);
      continue;
    }
    const std::string name = todays(value.text);
    if (uses.called(ref) ? may_be_called(name) : may_be_kept(name) || uses.only_class(ref))
      continue;
    throw data_error(
        "{}: asks whoever opens it to run '{}', which is none of the names that weights need, so "
        "it may be made to do harm; nothing of it was run, do not open it with Python unless you "
        "trust it",
        file, value.text);
  }
}

}  // namespace myoseg

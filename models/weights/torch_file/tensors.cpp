#include "models/weights/torch_file/tensors.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include "core/error.h"
#include "core/names.h"
#include "models/weights/torch_file/tensor_reader.h"

namespace myoseg {
namespace {

using Kind = PickleValue::Kind;
using Ref = PickleValue::Ref;

// Under which names trainers keep the state dict: nnU-Net, MONAI, Lightning, timm, fairseq ...
constexpr std::array<std::string_view, 8> kStateKeys{
    "state_dict", "model_state_dict", "network_weights", "model", "model_state",
    "net",        "network",          "weights"};

class StateReader {
 public:
  StateReader(const Pickle& pickle,
              const std::function<std::string_view(const std::string&)>& bytes_of,
              const std::string& file, Unheld* unheld)
      : pickle_(pickle),
        calls_(pickle, file),
        tensors_(pickle, bytes_of, file),
        file_(file),
        unheld_(unheld) {}

  TorchState read() {
    Ref ref = calls_.meant(pickle_.root);
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
  [[nodiscard]] std::optional<std::pair<std::string, Ref>> wrapped(Ref ref) const {
    for (const std::string_view key : kStateKeys)
      for (const auto& [name, value] : pickle_[ref].entries) {
        const Ref inner = calls_.meant(value);
        const PickleValue& found = pickle_[inner];
        if (pickle_[name].text == key && (!found.entries.empty() || calls_.has_state(found)))
          return std::pair(std::string(key), inner);
      }
    return std::nullopt;
  }
  void collect(Ref ref, const std::string& name, int depth) {
    // Far beyond any file of weights: dicts that name one another many times over would be walked
    // for ever.
    constexpr std::size_t kMost = 64'000'000;
    walked_ += name.size() + 1;
    constexpr int kDeepest = 100;
    if (depth > kDeepest || walked_ > kMost)
      throw data_error("{}: holds no state dict, but dicts in dicts without end", file_);
    ref = calls_.meant(ref);
    const PickleValue& value = pickle_[ref];
    const std::string_view made_by = calls_.callee(value);
    if (made_by.starts_with("torch.") && made_by.find("_rebuild") != std::string_view::npos)
      return add(value, name);
    if (value.entries.empty() && value.items.empty() && !calls_.has_state(value)) return;
    // A dict may be in many others, but one that is in itself has no end.
    if (!path_.insert(ref).second) return;
    collect_entries(value, name, depth);
    for (std::size_t i = 0; i < value.items.size(); ++i)
      collect(value.items[i], below(name, std::to_string(i)), depth + 1);
    if (calls_.has_state(value)) collect_entries(pickle_[value.state], name, depth);
    path_.erase(ref);
  }
  void add(const PickleValue& made, const std::string& name) {
    try {
      state_.tensors.emplace_back(name, tensors_.tensor(made, name));
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
        for (const auto& [buffer, tensor] : pickle_[calls_.meant(value)].entries) {
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
      const auto list = set.kind == Kind::object ? calls_.argument(set, 0) : std::optional(value);
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
    return data_error(
        "{}: holds no state dict{}", file_,
        calls_.callee(root).empty() ? "" : fmt::format(" but a '{}'", calls_.callee(root)));
  }

  const Pickle& pickle_;
  const PickledCalls calls_;
  TensorReader tensors_;
  const std::string& file_;
  Unheld* unheld_;
  TorchState state_;
  std::unordered_set<Ref> path_;  // the dicts around the one that is being walked
  std::size_t walked_ = 0;
};

}  // namespace

TorchState torch_state(const Pickle& pickle,
                       const std::function<std::string_view(const std::string&)>& bytes_of,
                       const std::string& file, Unheld* unheld) {
  refuse_commands(pickle, file);
  return StateReader(pickle, bytes_of, file, unheld).read();
}

}  // namespace myoseg

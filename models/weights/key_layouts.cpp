#include "models/weights/key_layouts.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "core/error.h"
#include "models/weights/weights.h"

namespace myoseg {
namespace {

// The beginning of a name in the file and in the network: '#' is a number, '+' that number and one.
// Of tensors that the network keeps as one, `part` counts from 0.
struct Rule {
  std::string_view theirs, ours;
  std::size_t part = 0, parts = 1;
};
struct Layout {
  std::string_view key;     // what to_layout calls it; empty: not written
  std::string_view name;    // for people
  std::string_view prefix;  // dropped where a name has it
  std::span<const Rule> rules;
  // Names that begin so hold nothing that a prediction needs, unless the network has them.
  std::span<const std::string_view> useless;
};

constexpr std::array kOwn{Rule{"", ""}};
// MONAI's DynUNet names all blocks a second time; its UNETR has from 1.4 on a cross-attention that
// its forward pass never uses.
constexpr std::array<std::string_view, 3> kUselessOfMonai{
    "skip_layers.", "vit.blocks.#.cross_attn.", "vit.blocks.#.norm_cross_attn."};

// torchvision and timm's ResNets, DenseNets (the oldest files separate "norm.1"), Mix Transformers.
constexpr std::array kEncoder{Rule{"features.denseblock#.denselayer#.norm.#.",
                                   "encoder.features.denseblock#.denselayer#.norm#."},
                              Rule{"features.denseblock#.denselayer#.conv.#.",
                                   "encoder.features.denseblock#.denselayer#.conv#."},
                              Rule{"", "encoder."}};

// Both decode heads stack the coarsest level first, as segmentation_models.pytorch does.
constexpr std::array kHuggingFace{
    Rule{"encoder.patch_embeddings.#.proj.", "encoder.patch_embed+.proj."},
    Rule{"encoder.patch_embeddings.#.layer_norm.", "encoder.patch_embed+.norm."},
    Rule{"encoder.layer_norm.#.", "encoder.norm+."},
    Rule{"encoder.block.#.#.layer_norm_1.", "encoder.block+.#.norm1."},
    Rule{"encoder.block.#.#.attention.self.query.", "encoder.block+.#.attn.q."},
    Rule{"encoder.block.#.#.attention.self.key.", "encoder.block+.#.attn.kv.", 0, 2},
    Rule{"encoder.block.#.#.attention.self.value.", "encoder.block+.#.attn.kv.", 1, 2},
    Rule{"encoder.block.#.#.attention.self.sr.", "encoder.block+.#.attn.sr."},
    Rule{"encoder.block.#.#.attention.self.layer_norm.", "encoder.block+.#.attn.norm."},
    Rule{"encoder.block.#.#.attention.output.dense.", "encoder.block+.#.attn.proj."},
    Rule{"encoder.block.#.#.layer_norm_2.", "encoder.block+.#.norm2."},
    Rule{"encoder.block.#.#.mlp.dense1.", "encoder.block+.#.mlp.fc1."},
    Rule{"encoder.block.#.#.mlp.dense2.", "encoder.block+.#.mlp.fc2."},
    Rule{"encoder.block.#.#.mlp.dwconv.", "encoder.block+.#.mlp.dwconv."},
    Rule{"decode_head.linear_c.0.proj.", "decoder.mlp_stage.3.linear."},
    Rule{"decode_head.linear_c.1.proj.", "decoder.mlp_stage.2.linear."},
    Rule{"decode_head.linear_c.2.proj.", "decoder.mlp_stage.1.linear."},
    Rule{"decode_head.linear_c.3.proj.", "decoder.mlp_stage.0.linear."},
    Rule{"decode_head.linear_fuse.", "decoder.fuse_stage.0."},
    Rule{"decode_head.batch_norm.", "decoder.fuse_stage.1."},
    Rule{"decode_head.classifier.", "segmentation_head.0."}};

constexpr std::array kNvlabs{Rule{"backbone.", "encoder."},
                             Rule{"decode_head.linear_c1.proj.", "decoder.mlp_stage.3.linear."},
                             Rule{"decode_head.linear_c2.proj.", "decoder.mlp_stage.2.linear."},
                             Rule{"decode_head.linear_c3.proj.", "decoder.mlp_stage.1.linear."},
                             Rule{"decode_head.linear_c4.proj.", "decoder.mlp_stage.0.linear."},
                             Rule{"decode_head.linear_fuse.conv.", "decoder.fuse_stage.0."},
                             Rule{"decode_head.linear_fuse.bn.", "decoder.fuse_stage.1."},
                             Rule{"decode_head.linear_pred.", "segmentation_head.0."}};

// An auxiliary layer that its forward pass never uses.
constexpr std::array<std::string_view, 1> kUselessOfNvlabs{"decode_head.conv_seg."};

// In the order in which they are preferred where as many names fit.
constexpr std::array kLayouts{
    Layout{"", "the network's own names", "", kOwn, kUselessOfMonai},
    Layout{"", "an encoder's", "", kEncoder, {}},
    Layout{"hf", "Hugging Face SegFormer", "segformer.", kHuggingFace, {}},
    Layout{"nvlabs", "NVlabs SegFormer", "", kNvlabs, kUselessOfNvlabs}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// `name` with its beginning changed as the rule says; nullopt when it does not begin so.
std::optional<std::string> changed(std::string_view name, std::string_view from,
                                   std::string_view to) {
  std::vector<int> numbers;
  for (const char c : from) {
    if (c != '#' && c != '+') {
      if (!name.starts_with(c)) return std::nullopt;
      name.remove_prefix(1);
      continue;
    }
    constexpr int kMostDigits = 6;
    int number = 0, digits = 0;
    for (; !name.empty() && is_digit(name.front()) && digits < kMostDigits; ++digits) {
      number = 10 * number + (name.front() - '0');
      name.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    numbers.push_back(c == '+' ? number - 1 : number);
  }
  std::string text;
  std::size_t next = 0;
  for (const char c : to) {
    if (c == '#' || c == '+')
      text += std::to_string(numbers.at(next++) + (c == '+' ? 1 : 0));
    else
      text += c;
  }
  return text.append(name);
}

struct Place {
  std::string name;
  std::size_t part = 0, parts = 1;
};

std::optional<Place> place_of(std::string_view name, const Layout& layout) {
  if (name.starts_with(layout.prefix)) name.remove_prefix(layout.prefix.size());
  for (const Rule& rule : layout.rules)
    if (auto ours = changed(name, rule.theirs, rule.ours))
      return Place{std::move(*ours), rule.part, rule.parts};
  return std::nullopt;
}

bool is_useless(std::string_view name, const Layout& layout) {
  return std::any_of(layout.useless.begin(), layout.useless.end(), [&](std::string_view beginning) {
    return changed(name, beginning, "").has_value();
  });
}

// "module." when every name begins with it.
std::string_view shared_prefix(const NamedTensors& tensors, std::size_t dropped) {
  std::string_view shared;
  for (const auto& [name, tensor] : tensors) {
    const std::string_view rest = std::string_view(name).substr(dropped);
    const std::string_view first = rest.substr(0, rest.find('.') + 1);
    if (first.empty() || (!shared.empty() && first != shared)) return "";
    shared = first;
  }
  return shared;
}

struct Reading {
  const Layout* layout = nullptr;
  std::size_t dropped = 0;  // characters of the prefix that all names share
  std::size_t fitting = 0;
};

Reading best_reading(const NamedTensors& tensors, const std::set<std::string>& known) {
  Reading best{&kLayouts.front()};
  constexpr int kMostPrefixes = 4;
  std::size_t dropped = 0;
  for (int i = 0; i < kMostPrefixes; ++i) {
    for (const Layout& layout : kLayouts) {
      std::set<std::string> found;
      for (const auto& [name, tensor] : tensors)
        if (auto place = place_of(std::string_view(name).substr(dropped), layout))
          if (known.contains(place->name)) found.insert(std::move(place->name));
      if (found.size() > best.fitting) best = {&layout, dropped, found.size()};
    }
    const std::string_view prefix = shared_prefix(tensors, dropped);
    if (prefix.empty()) break;
    dropped += prefix.size();
  }
  return best;
}

}  // namespace

TranslatedKeys translate_keys(const NamedTensors& tensors, const Network& network) {
  std::set<std::string> known;
  for (const auto& [name, tensor] : state_of(network)) known.insert(name);
  const Reading reading = best_reading(tensors, known);
  TranslatedKeys translated;
  translated.layout = reading.layout->name;

  struct Parts {
    std::vector<at::Tensor> tensors;
    std::size_t found = 0;
    std::vector<std::string> names;
  };
  std::map<std::string, Parts> collected;
  for (const auto& [name, tensor] : tensors) {
    const std::string_view rest = std::string_view(name).substr(reading.dropped);
    const auto place = place_of(rest, *reading.layout);
    if (!place || !known.contains(place->name)) {
      const bool useless = is_useless(rest, *reading.layout);
      (useless ? translated.useless : translated.left_over).push_back(name);
      continue;
    }
    Parts& parts = collected[place->name];
    parts.tensors.resize(place->parts);
    at::Tensor& part = parts.tensors[place->part];
    if (part.defined()) {
      translated.left_over.push_back(name);
      continue;
    }
    part = tensor;
    parts.names.push_back(name);
    if (++parts.found == place->parts)
      translated.tensors.emplace_back(
          place->name, place->parts == 1 ? tensor : at::cat(parts.tensors, /*dim=*/0));
  }
  for (const auto& [name, parts] : collected)
    if (parts.found < parts.tensors.size())
      translated.left_over.insert(translated.left_over.end(), parts.names.begin(),
                                  parts.names.end());
  return translated;
}

NamedTensors to_layout(const NamedTensors& tensors, const std::string& layout) {
  const auto* found = std::find_if(kLayouts.begin(), kLayouts.end(),
                                   [&](const Layout& l) { return l.key == layout; });
  if (found == kLayouts.end()) throw usage_error("'{}' is no layout that can be written", layout);
  NamedTensors translated;
  for (const auto& [name, tensor] : tensors) {
    const std::size_t before = translated.size();
    for (const Rule& rule : found->rules) {
      auto theirs = changed(name, rule.ours, rule.theirs);
      if (!theirs) continue;
      const auto parts = static_cast<std::int64_t>(rule.parts);
      if (parts > 1 && (tensor.dim() == 0 || tensor.size(0) % parts != 0)) break;
      const std::string_view prefix = theirs->starts_with("encoder.") ? found->prefix : "";
      translated.emplace_back(std::string(prefix) + *theirs,
                              parts == 1 ? tensor : tensor.chunk(parts).at(rule.part));
      if (rule.part + 1 == rule.parts) break;
    }
    if (translated.size() == before)
      throw data_error("'{}' has no name in the layout of {}; it is of another network", name,
                       found->name);
  }
  return translated;
}

std::vector<std::string> key_layout_names() {
  std::vector<std::string> names;
  for (const Layout& layout : kLayouts)
    if (!layout.key.empty()) names.emplace_back(layout.key);
  return names;
}

}  // namespace myoseg

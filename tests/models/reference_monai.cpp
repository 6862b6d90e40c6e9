#include "tests/models/reference_monai.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cctype>

namespace myoseg::testing {
namespace {

// MONAI names a layer "batch" or ("batch", {arguments}), in any case.
struct NamedLayer {
  std::string name;
  Json arguments = Json::object();

  explicit NamedLayer(const Json& given) {
    if (given.is_null()) return;
    name = given.is_array() ? given.at(0).get<std::string>() : given.get<std::string>();
    if (given.is_array()) arguments = given.at(1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
  }
  // Takes an argument; what is left in the end is not known.
  template <class T>
  T take(const std::string& argument, T otherwise) {
    if (!arguments.contains(argument)) return otherwise;
    const T value = arguments.at(argument).get<T>();
    arguments.erase(argument);
    return value;
  }
};

void set_norm(Node& options, const Json& given, std::string& why) {
  NamedLayer norm(given);
  if (norm.name == "batch") {
    options.set("norm", Node("batch"));
    if (!norm.take("affine", true)) why = "batch norm without affine";
  } else if (norm.name == "instance") {
    options.set("norm", Node(norm.take("affine", false) ? "instance" : "instance_plain"));
  } else if (norm.name == "group") {
    options.set("norm", Node("group"));
    options.set("norm_groups", Node(norm.take("num_groups", 1)));
    if (!norm.take("affine", true)) why = "group norm without affine";
  } else if (norm.name.empty()) {
    options.set("norm", Node("none"));
  } else {
    why = "norm " + norm.name;
  }
  if (norm.take("eps", 1e-5) != 1e-5) why = "norm's eps";
  if (!norm.arguments.empty()) why = "norm's " + norm.arguments.dump();
}

void set_activation(Node& options, const Json& given, std::string& why) {
  NamedLayer act(given);
  if (act.name == "leakyrelu") {
    options.set("activation", Node("leaky_relu"));
    options.set("slope", Node(act.take("negative_slope", 0.01)));
  } else if (act.name == "prelu" || act.name == "relu" || act.name == "gelu" ||
             act.name == "sigmoid") {
    options.set("activation", Node(act.name));
    (void)act.take("init", 0.25);  // replaced by the formula's
    if (act.take("num_parameters", 1) != 1) why = "prelu with several slopes";
  } else if (act.name.empty()) {
    options.set("activation", Node("none"));
  } else {
    why = "activation " + act.name;
  }
  (void)act.take("inplace", true);
  if (!act.arguments.empty()) why = "activation's " + act.arguments.dump();
}

// Ours, whose arguments are given or have MONAI's default.
void set(Node& options, const char* ours, Arguments& a, const char* theirs, const Json& otherwise) {
  options.set(ours, node_of(a.has(theirs) ? a[theirs] : otherwise));
}

// The same of layers, where None means something.
Json layer(Arguments& a, const char* name, const Json& otherwise) {
  return a.has(name) ? a[name] : otherwise;
}

const Json kAffineInstance = Json::array({"instance", {{"affine", true}}});

Json leaky_relu(double slope) {
  return Json::array({"leakyrelu", {{"inplace", true}, {"negative_slope", slope}}});
}

ReferenceNetwork network_named(const char* name, Arguments& a, int dims) {
  ReferenceNetwork network;
  network.options.set("name", Node(name));
  network.options.set("dims", Node(a.get("spatial_dims", dims)));
  network.io = {a.get("in_channels", 1), a.get("out_channels", 2)};
  return network;
}

}  // namespace

std::optional<ReferenceNetwork> monai_unet(Arguments& a, std::string& why) {
  ReferenceNetwork network = network_named("monai_unet", a, 3);
  Node& o = network.options;
  o.set("channels", node_of(a["channels"]));
  // The reference passes over strides that no level has.
  Json strides = a["strides"];
  while (strides.size() >= a["channels"].size()) strides.erase(strides.size() - 1);
  o.set("strides", node_of(strides));
  set(o, "kernel", a, "kernel_size", 3);
  set(o, "up_kernel", a, "up_kernel_size", 3);
  set(o, "residual_units", a, "num_res_units", 0);
  set(o, "bias", a, "bias", true);
  (void)a["dropout"];  // none in the records
  set_activation(o, layer(a, "act", "prelu"), why);
  set_norm(o, layer(a, "norm", "instance"), why);
  const auto order = a.get<std::string>("adn_ordering", "NDA");
  if (order != "NDA" && order != "NA") why = "adn_ordering " + order;
  return network;
}

std::optional<ReferenceNetwork> monai_basic_unet(Arguments& a, std::string& why) {
  ReferenceNetwork network = network_named("basic_unet", a, 3);
  Node& o = network.options;
  set(o, "features", a, "features", {32, 32, 64, 128, 256, 32});
  set(o, "bias", a, "bias", true);
  (void)a["dropout"];
  set_activation(o, layer(a, "act", leaky_relu(0.1)), why);
  set_norm(o, layer(a, "norm", kAffineInstance), why);
  const auto upsample = a.get<std::string>("upsample", "deconv");
  if (upsample != "deconv" && upsample != "nontrainable") why = "upsample " + upsample;
  o.set("upsampling", Node(upsample == "deconv" ? "transposed" : "linear"));
  return network;
}

std::optional<ReferenceNetwork> monai_unetr(Arguments& a, std::string& why) {
  ReferenceNetwork network = network_named("unetr", a, 3);
  Node& o = network.options;
  const Json& size = a["img_size"];
  const int dims = a.get("spatial_dims", 3);
  o.set("image_size", node_of(size.is_array() ? size : Json(std::vector<Json>(dims, size))));
  set(o, "feature_size", a, "feature_size", 16);
  set(o, "hidden_size", a, "hidden_size", 768);
  set(o, "mlp_dim", a, "mlp_dim", 3072);
  set(o, "heads", a, "num_heads", 12);
  // From 1.4 on it has another name.
  set(o, "embedding", a, a.has("proj_type") ? "proj_type" : "pos_embed", "conv");
  set(o, "conv_block", a, "conv_block", true);
  set(o, "residual", a, "res_block", true);
  set(o, "qkv_bias", a, "qkv_bias", false);
  set_norm(o, layer(a, "norm_name", "instance"), why);
  (void)a["dropout_rate"];
  (void)a["save_attn"];
  return network;
}

namespace {

// The reference registers each block a second time within nested skips, "skip_layers": that of
// level 0 is "skip_layers", that of level 1 "skip_layers.next_layer" ...
std::string second_name(const std::string& name, int levels) {
  const auto nest = [](int level) {
    std::string text = "skip_layers.";
    for (int i = 0; i < level; ++i) text += "next_layer.";
    return text;
  };
  const auto numbered = [&](const std::string& list) -> std::optional<std::pair<int, std::string>> {
    if (!name.starts_with(list)) return std::nullopt;
    const auto dot = name.find('.', list.size());
    return std::pair{std::stoi(name.substr(list.size(), dot)), name.substr(dot + 1)};
  };
  const std::string input = "input_block.", bottleneck = "bottleneck.";
  if (name.starts_with(input)) return nest(0) + "downsample." + name.substr(input.size());
  if (name.starts_with(bottleneck)) return nest(levels - 1) + name.substr(bottleneck.size());
  if (const auto n = numbered("downsamples."))
    return nest(n->first + 1) + "downsample." + n->second;
  if (const auto n = numbered("upsamples."))
    return nest(levels - 2 - n->first) + "upsample." + n->second;
  if (const auto n = numbered("deep_supervision_heads."))
    return nest(n->first + 1) + "super_head." + n->second;
  return "";
}

// In training the reference stacks its outputs, the coarser ones enlarged to the nearest voxel.
at::Tensor stacked(Network& network, const at::Tensor& image) {
  if (!network.is_training()) return network.forward(image);
  std::vector<at::Tensor> outputs = network.forward_all(image);
  for (auto& output : outputs) {
    const auto size = outputs.front().sizes().slice(2);
    output = image.dim() == 5 ? at::upsample_nearest3d(output, size)
                              : at::upsample_nearest2d(output, size);
  }
  return at::stack(outputs, 1);
}

}  // namespace

std::optional<ReferenceNetwork> monai_dynunet(Arguments& a, std::string& why) {
  ReferenceNetwork network = network_named("dynunet", a, 3);
  Node& o = network.options;
  const Json strides = a["strides"];
  o.set("kernels", node_of(a["kernel_size"]));
  o.set("strides", node_of(strides));
  if (const Json& filters = a["filters"]; !filters.is_null()) o.set("filters", node_of(filters));
  set(o, "residual", a, "res_block", false);
  set(o, "up_bias", a, "trans_bias", false);
  set_norm(o, layer(a, "norm_name", kAffineInstance), why);
  set_activation(o, layer(a, "act_name", leaky_relu(0.01)), why);
  (void)a["dropout"];
  for (const Json& first : strides.at(0).is_array() ? strides.at(0) : Json::array({strides.at(0)}))
    if (first != 1) why = "logits smaller than the image";
  Json up = strides;
  up.erase(0);
  if (a["upsample_kernel_size"] != up) why = "upsample_kernel_size other than the strides";
  const int heads = a.get("deep_supervision", false) ? a.get("deep_supr_num", 1) : 0;
  (void)a["deep_supr_num"];
  o.set("deep_supervision", Node(heads));
  if (heads > 0) network.forward = stacked;
  network.as_reference = [levels = static_cast<int>(strides.size())](const NamedTensors& ours) {
    NamedTensors all = ours;
    for (const auto& [name, tensor] : ours)
      if (const std::string second = second_name(name, levels); !second.empty())
        all.emplace_back(second, tensor);
    return all;
  };
  return network;
}

}  // namespace myoseg::testing

#include "tests/models/reference_network.h"

#include <algorithm>
#include <array>
#include <map>

#include "models/encoders/encoder.h"
#include "models/weights/key_layouts.h"
#include "tests/models/reference_monai.h"

namespace myoseg::testing {
namespace {

// The encoder of that name without anything random.
Node encoder_node(const std::string& name) {
  Node encoder(Node::Map{});
  encoder.set("name", Node(name));
  if (name.starts_with("mit_")) encoder.set("drop_path", Node(0));
  return encoder;
}

// What segmentation_models.pytorch's networks have in common; `name` is ours.
std::optional<ReferenceNetwork> smp_network(const std::string& name, Arguments& a,
                                            std::string& why) {
  const auto encoders = names_of<EncoderEntry>();
  const auto encoder = a.get<std::string>("encoder_name", "resnet34");
  if (std::find(encoders.begin(), encoders.end(), encoder) == encoders.end())
    why = "encoder " + encoder;
  if (a.get("encoder_depth", 5) != 5) why = "encoder_depth";
  if (!a["activation"].is_null()) why = "activation";
  if (!a["aux_params"].is_null()) why = "aux_params";
  (void)a["encoder_weights"];  // replaced by the formula's
  ReferenceNetwork network;
  network.io = {a.get("in_channels", 3), a.get("classes", 1)};
  network.options.set("name", Node(name));
  network.options.set("encoder", encoder_node(encoder));
  return network;
}

std::optional<ReferenceNetwork> smp_decoder_network(const std::string& name, Arguments& a,
                                                    std::string& why) {
  auto network = smp_network(name, a, why);
  if (const Json& channels = a["decoder_channels"]; !channels.is_null())
    network->options.set("decoder_channels", node_of(channels));
  const Json& norm = a["decoder_use_batchnorm"];
  if (norm.is_string()) why = "decoder_use_batchnorm " + norm.get<std::string>();
  if (norm == false) network->options.set("decoder_norm", Node("none"));
  return network;
}

std::optional<ReferenceNetwork> smp_unet(const std::string& name, Arguments& a, std::string& why) {
  auto network = smp_decoder_network(name, a, why);
  const auto attention = a.get<std::string>("decoder_attention_type", "none");
  network->options.set("decoder_attention", Node(attention));
  return network;
}

std::optional<ReferenceNetwork> smp_manet(Arguments& a, std::string& why) {
  auto network = smp_decoder_network("manet", a, why);
  network->options.set("pab_channels", Node(a.get("decoder_pab_channels", 64)));
  return network;
}

std::optional<ReferenceNetwork> smp_segformer(Arguments& a, std::string& why) {
  auto network = smp_network("segformer", a, why);
  network->options.set("decoder_channels", Node(a.get("decoder_segmentation_channels", 256)));
  network->options.set("dropout", Node(0));
  if (a.get("upsampling", 4) != 4) why = "upsampling";
  return network;
}

// The reference's logits have a quarter of the image's size, and names of their own.
ReferenceNetwork quarter_size_segformer(const std::string& layout) {
  ReferenceNetwork network;
  network.options.set("name", Node("segformer"));
  network.options.set("dropout", Node(0));
  network.options.set("upsampling", Node("none"));
  network.as_reference = [layout](const NamedTensors& ours) { return to_layout(ours, layout); };
  return network;
}

std::optional<ReferenceNetwork> hf_segformer(Arguments& a, std::string& why) {
  auto network = quarter_size_segformer("hf");
  Node encoder = encoder_node("mit_b0");  // its sizes are the defaults of SegformerConfig
  constexpr std::array<std::array<const char*, 2>, 5> kLists{{{"hidden_sizes", "widths"},
                                                              {"depths", "depths"},
                                                              {"num_attention_heads", "heads"},
                                                              {"mlp_ratios", "mlp_ratios"},
                                                              {"sr_ratios", "sr_ratios"}}};
  for (const auto& [theirs, ours] : kLists)
    if (const Json& list = a[theirs]; !list.is_null()) encoder.set(ours, node_of(list));
  encoder.set("norm_eps", Node(1e-5));  // the reference ignores its own layer_norm_eps
  (void)a["layer_norm_eps"];
  network.options.set("encoder", std::move(encoder));
  network.options.set("decoder_channels", Node(a.get("decoder_hidden_size", 256)));
  network.io = {a.get("num_channels", 3), a.get("num_labels", 2)};
  const auto only = [&](const char* name, const Json& value) {
    if (const Json& given = a[name]; !given.is_null() && given != value) why = name;
  };
  only("num_encoder_blocks", 4);
  only("patch_sizes", {7, 3, 3, 3});
  only("strides", {4, 2, 2, 2});
  only("hidden_act", "gelu");
  only("reshape_last_stage", true);
  for (const char* random : {"hidden_dropout_prob", "attention_probs_dropout_prob",
                             "classifier_dropout_prob", "drop_path_rate", "initializer_range"})
    (void)a[random];
  return network;
}

std::optional<ReferenceNetwork> nvlabs_segformer(Arguments& a, std::string& why) {
  auto network = quarter_size_segformer("nvlabs");
  const auto encoders = names_of<EncoderEntry>();
  const auto backbone = a.get<std::string>("backbone", "");
  if (std::find(encoders.begin(), encoders.end(), backbone) == encoders.end())
    why = "backbone " + backbone;
  (void)a["in_channels"];  // of the decoder: what the backbone has
  network.options.set("encoder", encoder_node(backbone));
  network.options.set("decoder_channels", Node(a.get("embed_dim", 256)));
  network.io = {3, a.get("num_classes", 19)};
  // A layer of the base class of all its decoders.
  network.unused = {{"decode_head.conv_seg.weight", {network.io.classes, 128, 1, 1}},
                    {"decode_head.conv_seg.bias", {network.io.classes}}};
  return network;
}

// By the reference's class as the records name it.
const std::map<std::string, Reader>& readers() {
  static const std::map<std::string, Reader> all{
      {"segmentation_models_pytorch.Unet",
       [](Arguments& a, std::string& why) { return smp_unet("encoder_unet", a, why); }},
      {"segmentation_models_pytorch.UnetPlusPlus",
       [](Arguments& a, std::string& why) { return smp_unet("unetplusplus", a, why); }},
      {"segmentation_models_pytorch.MAnet", smp_manet},
      {"segmentation_models_pytorch.Segformer", smp_segformer},
      {"transformers.SegformerForSemanticSegmentation(SegformerConfig(...))", hf_segformer},
      {"EncoderDecoder(backbone=mit_*, decode_head=SegFormerHead)", nvlabs_segformer},
      {"monai.networks.nets.UNet", monai_unet},
      {"monai.networks.nets.BasicUNet", monai_basic_unet},
      {"monai.networks.nets.UNETR", monai_unetr},
      {"monai.networks.nets.DynUNet", monai_dynunet},
  };
  return all;
}

}  // namespace

std::optional<ReferenceNetwork> reference_network(const Json& reference, std::string& why) {
  const auto cls = reference.at("cls").get<std::string>();
  const auto reader = readers().find(cls);
  if (reader == readers().end()) {
    why = "no network stands for " + cls;
    return std::nullopt;
  }
  Arguments arguments(reference.at("kwargs"));
  why.clear();
  auto network = reader->second(arguments, why);
  if (const auto unknown = arguments.unknown()) why = *unknown;
  if (!why.empty()) return std::nullopt;
  return network;
}

}  // namespace myoseg::testing

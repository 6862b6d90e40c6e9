// Mix Transformers, the encoders of SegFormer (Xie et al., NeurIPS 2021).
#include <ATen/ATen.h>

#include <array>

#include "models/blocks/conv_steps.h"
#include "models/blocks/initialisation.h"
#include "models/blocks/recompute.h"
#include "models/blocks/transformer_layers.h"
#include "models/encoders/encoder.h"
#include "models/encoders/mix_block.h"

namespace myoseg {
namespace {

constexpr std::size_t kStages = 4;

struct MixTransformerOptions {
  std::vector<int> widths, depths;
  std::vector<int> heads{1, 2, 5, 8};
  std::vector<int> mlp_ratios{4, 4, 4, 4};
  std::vector<int> sr_ratios{8, 4, 2, 1};
  double drop_path = 0.1;
  double norm_eps = 1e-6;
  Checkpointing checkpointing = Checkpointing::none;
};

void describe(Fields& f, MixTransformerOptions& o) {
  f("widths", o.widths, between(1, 4096), "Channels of each stage, finest first.");
  f("depths", o.depths, between(1, 256), "Blocks of each stage.");
  f("heads", o.heads, between(1, 4096),
    "Heads of each stage's attention; they share its channels.");
  f("mlp_ratios", o.mlp_ratios, between(1, 64),
    "Hidden channels of each stage's feed-forward part, as a multiple of its channels.");
  f("sr_ratios", o.sr_ratios, between(1, 8),
    "Factor by which each stage's keys and values are reduced in height and width.");
  f("drop_path", o.drop_path, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of samples that skip a residual branch in training: at the last block, growing "
    "linearly from 0 at the first.");
  f("norm_eps", o.norm_eps, kPositive,
    "What is added to the variance in the norms of blocks and stages; Hugging Face has 1e-5.");
  describe_checkpointing(f, o.checkpointing);
  bool complete = true, heads_fit = true, reductions_fit = true;
  for (const auto* list : {&o.widths, &o.depths, &o.heads, &o.mlp_ratios, &o.sr_ratios})
    complete = complete && list->size() == kStages;
  for (std::size_t i = 0; complete && i < kStages; ++i) {
    heads_fit = heads_fit && o.heads[i] > 0 && o.widths[i] % o.heads[i] == 0;
    reductions_fit = reductions_fit && o.sr_ratios[i] <= 8 >> i;
  }
  f.require(complete,
            "widths, depths, heads, mlp_ratios, sr_ratios: four numbers each are needed, one for "
            "each stage");
  f.require(heads_fit, "widths: each must be a multiple of its stage's heads");
  f.require(reductions_fit,
            "sr_ratios: at most 8, 4, 2 and 1, so that an image of 32 x 32 leaves a key");
}

// The published sizes.
struct Size {
  std::array<int, kStages> widths, depths;
};
constexpr std::array<Size, 6> kSizes{{{{32, 64, 160, 256}, {2, 2, 2, 2}},
                                      {{64, 128, 320, 512}, {2, 2, 2, 2}},
                                      {{64, 128, 320, 512}, {3, 4, 6, 3}},
                                      {{64, 128, 320, 512}, {3, 4, 18, 3}},
                                      {{64, 128, 320, 512}, {3, 8, 27, 3}},
                                      {{64, 128, 320, 512}, {3, 6, 40, 3}}}};

template <std::size_t kSize>
struct SizedOptions : MixTransformerOptions {
  SizedOptions() {
    const auto& [w, d] = kSizes[kSize];
    widths.assign(w.begin(), w.end());
    depths.assign(d.begin(), d.end());
  }
};

// Overlapping patches of an image to tokens: proj, norm.
class PatchEmbedding final : public torch::nn::Module {
 public:
  PatchEmbedding(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
    proj_ = register_module("proj", std::make_shared<Conv>(ConvOptions{.in = in,
                                                                       .out = out,
                                                                       .kernel = {kernel},
                                                                       .stride = {stride},
                                                                       .padding = {kernel / 2}}));
    norm_ = register_module("norm", std::make_shared<LayerNorm>(out));
  }
  // (N,C,H,W) -> the patches' image.
  at::Tensor forward(const at::Tensor& image) {
    return conv_layer_norm(*proj_, *norm_, image.contiguous(at::MemoryFormat::ChannelsLast));
  }

 private:
  std::shared_ptr<Conv> proj_;
  std::shared_ptr<LayerNorm> norm_;
};

// One stage's blocks: "0", "1" ...
class MixBlocks final : public torch::nn::Module {
 public:
  MixBlocks(const MixBlockStyle& style, const std::vector<double>& drop_paths,
            Checkpointing checkpointing)
      : checkpointing_(checkpointing) {
    for (const double drop_path : drop_paths)
      blocks_.push_back(register_module(std::to_string(blocks_.size()),
                                        std::make_shared<MixBlock>(style, drop_path)));
  }
  at::Tensor forward(at::Tensor tokens, std::int64_t height, std::int64_t width) {
    for (const auto& block : blocks_)
      tokens =
          run_block(
              checkpointing_, *block, {tokens},
              [=, &block = *block](const std::vector<at::Tensor>& x) -> std::vector<at::Tensor> {
                return {block.forward(x[0], height, width)};
              })
              .front();
    return tokens;
  }

 private:
  Checkpointing checkpointing_;
  std::vector<std::shared_ptr<MixBlock>> blocks_;
};

// patch_embed1..4, then block1, norm1, block2 ... Convolutions start Kaiming-normal by fan-out.
class MixTransformer final : public Encoder, public InitialisedPart {
 public:
  MixTransformer(const MixTransformerOptions& o, std::int64_t in_channels)
      : InitialisedPart(ConvInit::kaiming_normal_fan_out), channels_{in_channels, 0} {
    std::int64_t in = in_channels;
    double blocks = 0;
    for (std::size_t i = 0; i < kStages; ++i) {
      embeddings_.push_back(register_module(
          "patch_embed" + std::to_string(i + 1),
          std::make_shared<PatchEmbedding>(in, o.widths[i], i == 0 ? 7 : 3, i == 0 ? 4 : 2)));
      in = o.widths[i];
      channels_.push_back(in);
      blocks += o.depths[i];
    }
    double before = 0;
    for (std::size_t i = 0; i < kStages; ++i) {
      std::vector<double> drop_paths;
      for (int j = 0; j < o.depths[i]; ++j)
        drop_paths.push_back(o.drop_path * before++ / (blocks - 1));
      const MixBlockStyle style{o.widths[i], o.heads[i], o.mlp_ratios[i], o.sr_ratios[i],
                                o.norm_eps};
      const std::string number = std::to_string(i + 1);
      stages_.push_back(register_module(
          "block" + number, std::make_shared<MixBlocks>(style, drop_paths, o.checkpointing)));
      norms_.push_back(
          register_module("norm" + number, std::make_shared<LayerNorm>(o.widths[i], o.norm_eps)));
    }
  }

  std::vector<at::Tensor> forward(at::Tensor image) override {
    std::vector<at::Tensor> features{
        image, image.new_empty({image.size(0), 0, image.size(2) / 2, image.size(3) / 2})};
    for (std::size_t i = 0; i < kStages; ++i) {
      const at::Tensor patches = embeddings_[i]->forward(features[i == 0 ? 0 : i + 1]);
      const std::int64_t height = patches.size(2), width = patches.size(3);
      const at::Tensor tokens = stages_[i]->forward(tokens_of(patches), height, width);
      features.push_back(image_of((*norms_[i])(tokens), height, width));
    }
    return features;
  }
  [[nodiscard]] const std::vector<std::int64_t>& channels() const override { return channels_; }

 private:
  std::vector<std::int64_t> channels_;
  std::vector<std::shared_ptr<PatchEmbedding>> embeddings_;
  std::vector<std::shared_ptr<MixBlocks>> stages_;
  std::vector<std::shared_ptr<LayerNorm>> norms_;
};

std::shared_ptr<Encoder> make_mix_transformer(const MixTransformerOptions& o,
                                              std::int64_t in_channels) {
  return std::make_shared<MixTransformer>(o, in_channels);
}

template <std::size_t kSize>
constexpr EncoderEntry sized_entry(std::string_view name, std::string_view meaning) {
  return entry<EncoderEntry, SizedOptions<kSize>, make_mix_transformer>(name, meaning);
}

}  // namespace

extern const EncoderEntry kMitB0 =
    sized_entry<0>("mit_b0", "Mix Transformer B0 of SegFormer, 3 million parameters.");
extern const EncoderEntry kMitB1 =
    sized_entry<1>("mit_b1", "Mix Transformer B1 of SegFormer, 13 million parameters.");
extern const EncoderEntry kMitB2 =
    sized_entry<2>("mit_b2", "Mix Transformer B2 of SegFormer, 24 million parameters.");
extern const EncoderEntry kMitB3 =
    sized_entry<3>("mit_b3", "Mix Transformer B3 of SegFormer, 44 million parameters.");
extern const EncoderEntry kMitB4 =
    sized_entry<4>("mit_b4", "Mix Transformer B4 of SegFormer, 61 million parameters.");
extern const EncoderEntry kMitB5 =
    sized_entry<5>("mit_b5", "Mix Transformer B5 of SegFormer, 81 million parameters.");

}  // namespace myoseg

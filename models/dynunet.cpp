// MONAI's `DynUNet`: the U-Net of nnU-Net (Isensee et al., Nature Methods 2021), with kernels and
// strides for each level and axis, plain or residual, and deep supervision.
#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "models/blocks/axis_numbers.h"
#include "models/blocks/dynunet_blocks.h"
#include "models/blocks/initialisation.h"
#include "models/blocks/recompute.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

using Numbers = std::vector<OneOrMany<int>>;  // of each level, finest first

struct DynUnetOptions {
  Numbers kernels{{3}, {3}, {3}, {3}, {3}, {3}};
  Numbers strides{{1}, {2}, {2}, {2}, {2}, {2}};
  std::vector<int> filters;
  AdnStyle style{
      .norm = Norm::instance, .activation = Activation::leaky_relu, .slope = kLeakySlope};
  bool residual = false, up_bias = false;
  int deep_supervision = 0;
  Padding padding = Padding::replicate;
  Checkpointing checkpointing = Checkpointing::none;
};

template <class Holds>
bool all_of(const Numbers& numbers, Holds holds) {
  return std::all_of(numbers.begin(), numbers.end(), [&](const OneOrMany<int>& level) {
    return std::all_of(level.values.begin(), level.values.end(), holds);
  });
}

void describe(Fields& f, DynUnetOptions& o) {
  f("kernels", o.kernels, between(1, 15),
    "Kernel of each level's convolutions, finest first, odd: a number, or one for each axis.");
  f("strides", o.strides, between(1, 8),
    "How many times smaller each level is than the one before it, alike; the first is 1.");
  f("filters", o.filters, between(1, 8192),
    "Channels of the levels; empty: 32, doubling up to 320 (3D) or 512 (2D).");
  describe(f, o.style);
  f("residual", o.residual,
    "Whether the blocks of the encoder add their input (MONAI's res_block).");
  f("up_bias", o.up_bias, "Whether transposed convolutions have biases (MONAI's trans_bias).");
  f("deep_supervision", o.deep_supervision, between(0, 8),
    "How many coarser levels have heads that are trained as well, from the finest on.");
  f("padding", o.padding,
    "How an image is grown to a size that can be divided at every level; the output is cut back.");
  describe_checkpointing(f, o.checkpointing);
  const auto levels = static_cast<int>(o.strides.size());
  f.require(levels >= 3, "strides: at least three levels are needed");
  f.require(o.kernels.size() == o.strides.size(), "kernels: one for each of strides is needed");
  f.require(all_of(o.kernels, [](int n) { return n % 2 == 1; }), "kernels: odd numbers are needed");
  f.require(o.strides.empty() || all_of({o.strides.front()}, [](int n) { return n == 1; }),
            "strides: the first is 1, so that the logits have the image's size");
  f.require(o.filters.empty() || o.filters.size() == o.strides.size(),
            "filters: none, or one for each of strides are needed");
  f.require(o.deep_supervision == 0 || o.deep_supervision < levels - 1,
            "deep_supervision: fewer heads than up blocks are needed");
}

std::vector<std::int64_t> filters_of(const DynUnetOptions& o) {
  if (!o.filters.empty()) return {o.filters.begin(), o.filters.end()};
  const std::int64_t most = o.style.dims == 3 ? 320 : 512;
  std::vector<std::int64_t> filters;
  for (std::size_t i = 0; i < o.strides.size(); ++i)
    filters.push_back(std::min(std::int64_t{32} << std::min<std::size_t>(i, 8), most));
  return filters;
}

// "input_block", "downsamples.0" ..., "bottleneck", "upsamples.0" ... (coarsest first),
// "output_block", "deep_supervision_heads.0" ... (finest first). The reference names all blocks a
// second time, as "skip_layers".
class DynUnet final : public Network, public InitialisedPart {
 public:
  DynUnet(const DynUnetOptions& o, const NetworkIo& io)
      : InitialisedPart(ConvInit::kaiming_normal_leaky),
        style_(o.style),
        in_channels_(io.in_channels),
        padding_(o.padding),
        checkpointing_(o.checkpointing),
        multiple_(
            product_of(level_strides(o.strides, o.strides.size(), o.style.dims), o.style.dims)) {
    const std::vector<std::int64_t> filters = filters_of(o);
    features_ = filters.front();
    make_encoder(o, filters);
    make_decoder(o, filters);
    head_ = register_module("output_block",
                            std::make_shared<DynHead>(style_, filters.front(), io.classes));
    if (o.deep_supervision == 0) return;
    const auto heads =
        register_module("deep_supervision_heads", std::make_shared<torch::nn::Module>());
    for (int i = 0; i < o.deep_supervision; ++i)
      supervised_.push_back(heads->register_module(
          std::to_string(i), std::make_shared<DynHead>(style_, filters[i + 1], io.classes)));
  }

  at::Tensor forward(at::Tensor image) override {
    return crop_to(head_->forward(decoded(image).back()), image);
  }
  // Those of the coarser levels are as small as the levels.
  std::vector<at::Tensor> forward_all(at::Tensor image) override {
    if (supervised_.empty()) return {forward(image)};
    check_input(image, style_.dims, in_channels_);
    check_size(image.sizes().slice(2), /*training=*/true);
    const std::vector<at::Tensor> levels = decoded(image);  // coarsest first
    std::vector<at::Tensor> outputs{head_->forward(levels.back())};
    for (std::size_t i = 0; i < supervised_.size(); ++i)
      outputs.push_back(supervised_[i]->forward(levels[levels.size() - 2 - i]));
    return outputs;
  }
  [[nodiscard]] std::int64_t feature_channels() const override { return features_; }
  at::Tensor features(at::Tensor image) override { return crop_to(decoded(image).back(), image); }
  at::Tensor head(at::Tensor features) override { return head_->forward(features); }
  [[nodiscard]] int dims() const override { return style_.dims; }
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override { return multiple_; }
  // Coarser outputs lie on the voxels of an image only where its size can be divided.
  void check_size(at::IntArrayRef size, bool training) const override {
    if (!training || supervised_.empty()) return;
    for (std::size_t axis = 0; axis < multiple_.size(); ++axis)
      if (size[axis] % multiple_[axis] != 0)
        throw usage_error(
            "dynunet with deep_supervision is trained on sizes that are multiples of [{}], but was "
            "given [{}]: change the size of the training images, model.strides or, to 0, "
            "model.deep_supervision",
            fmt::join(multiple_, ","), fmt::join(size, ","));
  }

 private:
  void make_encoder(const DynUnetOptions& o, const std::vector<std::int64_t>& filters) {
    std::shared_ptr<torch::nn::Module> downsamples;
    for (std::size_t i = 0; i < filters.size(); ++i) {
      const DynConv shape{.in = i == 0 ? in_channels_ : filters[i - 1],
                          .out = filters[i],
                          .kernel = axis_numbers(o.kernels[i], style_.dims, "kernels"),
                          .stride = axis_numbers(o.strides[i], style_.dims, "strides")};
      const auto block = std::make_shared<DynBlock>(style_, shape, o.residual);
      if (i == 1)
        downsamples = register_module("downsamples", std::make_shared<torch::nn::Module>());
      if (i == 0)
        register_module("input_block", block);
      else if (i + 1 < filters.size())
        downsamples->register_module(std::to_string(i - 1), block);
      else
        register_module("bottleneck", block);
      downs_.push_back(block);
    }
  }

  // The reference's up blocks are never residual.
  void make_decoder(const DynUnetOptions& o, const std::vector<std::int64_t>& filters) {
    const auto upsamples = register_module("upsamples", std::make_shared<torch::nn::Module>());
    for (std::size_t i = filters.size() - 1; i > 0; --i) {
      const DynUp::Shape shape{.in = filters[i],
                               .out = filters[i - 1],
                               .kernel = axis_numbers(o.kernels[i], style_.dims, "kernels"),
                               .up = axis_numbers(o.strides[i], style_.dims, "strides"),
                               .up_bias = o.up_bias};
      ups_.push_back(upsamples->register_module(std::to_string(ups_.size()),
                                                std::make_shared<DynUp>(style_, shape)));
    }
  }

  // What each up block gives, coarsest first.
  std::vector<at::Tensor> decoded(const at::Tensor& image) {
    check_input(image, style_.dims, in_channels_);
    std::vector<at::Tensor> skips, levels;
    at::Tensor x = pad_to_multiple(image, multiple_, padding_);
    for (const auto& down : downs_) {
      x = run_block(checkpointing_, *down, x);
      skips.push_back(x);
    }
    skips.pop_back();
    for (const auto& up : ups_) {
      x = run_block(checkpointing_, *up, x, skips.back());
      skips.pop_back();
      levels.push_back(x);
    }
    return levels;
  }

  AdnStyle style_;
  std::int64_t in_channels_, features_ = 0;
  Padding padding_;
  Checkpointing checkpointing_;
  AxisNumbers multiple_;  // of the size
  std::vector<std::shared_ptr<DynBlock>> downs_;
  std::vector<std::shared_ptr<DynUp>> ups_;
  std::shared_ptr<DynHead> head_;
  std::vector<std::shared_ptr<DynHead>> supervised_;
};

std::shared_ptr<Network> make_dynunet(const DynUnetOptions& o, const NetworkIo& io) {
  return std::make_shared<DynUnet>(o, io);
}

}  // namespace

extern const NetworkEntry kDynUnet = entry<NetworkEntry, DynUnetOptions, make_dynunet>(
    "dynunet",
    "MONAI's DynUNet, the architecture of nnU-Net in 2D or 3D, plain or residual, with optional "
    "deep supervision. Its weights fit.");

}  // namespace myoseg

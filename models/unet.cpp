// U-Net (Ronneberger et al., MICCAI 2015) in the form of Kreher et al. 2022, and in its classic
// form.
#include <ATen/ATen.h>

#include "core/fields/one_or_many.h"
#include "models/blocks/axis_numbers.h"
#include "models/blocks/blocks.h"
#include "models/blocks/operations.h"
#include "models/blocks/recompute.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

enum class Order { concat_then_upsample, upsample_then_concat };
constexpr auto choice_names(Order) {
  return std::to_array<std::string_view>({"concat_then_upsample", "upsample_then_concat"});
}

struct UnetOptions {
  int dims = 2;
  std::vector<int> widths{32, 64, 128, 256};
  int bottleneck = 512;
  std::vector<OneOrMany<int>> strides;  // of the down blocks; empty: 2
  int convs_per_block = 2;
  Order order = Order::concat_then_upsample;
  Upsampling upsampling = Upsampling::transposed4;
  Norm norm = Norm::batch;
  Activation activation = Activation::relu;
  double dropout = 0;
  bool conv_bias = true;
  Padding padding = Padding::replicate;
  Checkpointing checkpointing = Checkpointing::none;
};

void describe(Fields& f, UnetOptions& o) {
  f("dims", o.dims, between(2, 3), "Spatial dimensions: 2 for slices, 3 for volumes.");
  f("widths", o.widths, between(2, 4096), "Channels of the down blocks, finest first.");
  f("bottleneck", o.bottleneck, between(2, 8192), "Channels at the coarsest level.");
  f("strides", o.strides, between(1, 8).added_with(Node(Node::List{})),
    "How many times smaller each level is than the one before it, finest first: a number, or one for "
    "each axis, slowest first ([1, 2, 2] where slices are thick); empty: 2 everywhere.");
  f("convs_per_block", o.convs_per_block, between(1, 8), "Convolutions in each block.");
  f("order", o.order,
    "Whether an up block joins the pooled features of its level before upsampling (Kreher 2022), "
    "or the features before pooling after upsampling (Ronneberger 2015).");
  f("upsampling", o.upsampling,
    "Transposed convolution with kernel 4 or 2 that halves the channels, or linear interpolation.");
  f("norm", o.norm, one_of({Norm::batch, Norm::instance, Norm::none}),
    "Normalisation after each convolution.");
  f("activation", o.activation, one_of({Activation::relu, Activation::leaky_relu}),
    "Activation (leaky slope 0.01).");
  f("dropout", o.dropout, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of features zeroed after each activation in training.");
  f("conv_bias", o.conv_bias, "Whether convolutions have biases even when a norm follows.");
  f("padding", o.padding,
    "How an image is grown to a size that can be halved at every level; the output is cut back.");
  describe_checkpointing(f, o.checkpointing);
  f.require(!o.widths.empty() && o.widths.size() <= 8,
            "widths: between 1 and 8 numbers are needed");
  f.require(o.strides.empty() || o.strides.size() == o.widths.size(),
            "strides: none, or one for each of widths is needed");
}

class Down final : public torch::nn::Module {
 public:
  Down(const BlockStyle& style, const UnetOptions& o, std::int64_t in, std::int64_t out,
       const AxisNumbers& stride)
      : order_(o.order), stride_(stride) {
    conv_ = register_module("conv", std::make_shared<ConvStack>(style, o.convs_per_block, in, out));
  }
  // The pooled features first, last what the up block joins.
  std::vector<at::Tensor> forward(const at::Tensor& x) {
    const at::Tensor full = conv_->forward(x);
    const at::Tensor pooled = max_pool(full, stride_);
    if (order_ == Order::concat_then_upsample) return {pooled};
    return {pooled, full};
  }

 private:
  Order order_;
  AxisNumbers stride_;
  std::shared_ptr<ConvStack> conv_;
};

class Up final : public torch::nn::Module {
 public:
  Up(const BlockStyle& style, const UnetOptions& o, std::int64_t in, std::int64_t skip,
     std::int64_t out, const AxisNumbers& stride)
      : concat_first_(o.order == Order::concat_then_upsample) {
    upsample_ = register_module(
        "upsample",
        std::make_shared<Upsample>(o.upsampling, o.dims, concat_first_ ? in + skip : in, stride));
    const std::int64_t joined = upsample_->out() + (concat_first_ ? 0 : skip);
    conv_ =
        register_module("conv", std::make_shared<ConvStack>(style, o.convs_per_block, joined, out));
  }
  at::Tensor forward(const at::Tensor& x, const at::Tensor& skip) {
    if (!concat_first_) return conv_->forward(nullptr, {upsample_->forward(x), skip});
    if (upsample_->conv() != nullptr) return conv_->forward(upsample_->conv(), {x, skip});
    return conv_->forward(upsample_->forward(concat_channels(x, skip)));
  }

 private:
  bool concat_first_;
  std::shared_ptr<Upsample> upsample_;
  std::shared_ptr<ConvStack> conv_;
};

class Unet final : public Network {
 public:
  Unet(const UnetOptions& o, const NetworkIo& io) : options_(o), in_channels_(io.in_channels) {
    const auto strides = level_strides(o.strides, o.widths.size(), o.dims);
    multiple_ = product_of(strides, o.dims);
    const BlockStyle style{o.dims, o.norm, o.activation, o.conv_bias, o.dropout};
    std::int64_t channels = io.in_channels;
    for (std::size_t i = 0; i < o.widths.size(); ++i) {
      downs_.push_back(
          register_module("down" + std::to_string(i + 1),
                          std::make_shared<Down>(style, o, channels, o.widths[i], strides[i])));
      channels = o.widths[i];
    }
    bottleneck_ = register_module(
        "bottleneck",
        std::make_shared<ConvStack>(style, o.convs_per_block, channels, o.bottleneck));
    channels = o.bottleneck;
    for (std::size_t i = o.widths.size(); i-- > 0;) {
      // The up block beside down block i is named after it.
      ups_.push_back(register_module(
          "up" + std::to_string(i + 1),
          std::make_shared<Up>(style, o, channels, o.widths[i], o.widths[i], strides[i])));
      channels = o.widths[i];
    }
    head_ = register_module(
        "head",
        std::make_shared<Conv>(ConvOptions{
            .dims = o.dims, .in = channels, .out = io.classes, .kernel = {1}, .padding = {0}}));
  }

  at::Tensor forward(at::Tensor image) override { return crop_to((*head_)(decoded(image)), image); }
  [[nodiscard]] std::int64_t feature_channels() const override { return options_.widths.front(); }
  at::Tensor features(at::Tensor image) override { return crop_to(decoded(image), image); }
  at::Tensor head(at::Tensor features) override { return (*head_)(features); }
  [[nodiscard]] int dims() const override { return options_.dims; }
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override { return multiple_; }

 private:
  // The finest features, of the size that can be halved at every level.
  at::Tensor decoded(const at::Tensor& image) {
    check_input(image, options_.dims, in_channels_);
    at::Tensor x = pad_to_multiple(image, multiple_, options_.padding);
    std::vector<at::Tensor> skips;
    for (const auto& down : downs_) {
      const auto features = run_block(
          options_.checkpointing, *down, {x},
          [&down = *down](const std::vector<at::Tensor>& in) { return down.forward(in.front()); });
      x = features.front();
      skips.push_back(features.back());
    }
    x = run_block(options_.checkpointing, *bottleneck_, x);
    for (const auto& up : ups_) {
      x = run_block(options_.checkpointing, *up, x, skips.back());
      skips.pop_back();
    }
    return x;
  }

  UnetOptions options_;
  std::int64_t in_channels_;
  AxisNumbers multiple_;  // of the size
  std::vector<std::shared_ptr<Down>> downs_;
  std::shared_ptr<ConvStack> bottleneck_;
  std::vector<std::shared_ptr<Up>> ups_;
  std::shared_ptr<Conv> head_;
};

std::shared_ptr<Network> make_unet(const UnetOptions& o, const NetworkIo& io) {
  return std::make_shared<Unet>(o, io);
}

}  // namespace

extern const NetworkEntry kUnet = entry<NetworkEntry, UnetOptions, make_unet>(
    "unet",
    "U-Net of Kreher et al. 2022 (each up block joins the pooled features, then upsamples); "
    "`order: upsample_then_concat` makes it the classic one of Ronneberger et al. 2015.");

}  // namespace myoseg

// MONAI's `UNet` (Kerfoot et al., STACOM 2018), a U-Net of strided convolutions with residual
// units.
#include <ATen/ATen.h>

#include "core/error.h"
#include "models/blocks/adn_blocks.h"
#include "models/blocks/axis_numbers.h"
#include "models/blocks/recompute.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

struct MonaiUnetOptions {
  std::vector<int> channels{16, 32, 64, 128, 256};
  std::vector<OneOrMany<int>> strides{{2}, {2}, {2}, {2}};
  OneOrMany<int> kernel{3}, up_kernel{3};
  int residual_units = 2;
  AdnStyle style;
  Padding padding = Padding::replicate;
  Checkpointing checkpointing = Checkpointing::none;
};

bool all_odd(const OneOrMany<int>& kernel) {
  for (const int size : kernel.values)
    if (size % 2 == 0) return false;
  return true;
}

void describe(Fields& f, MonaiUnetOptions& o) {
  f("channels", o.channels, between(1, 8192), "Channels of the levels, finest first.");
  f("strides", o.strides, between(1, 8),
    "How many times smaller each level is than the one before it: a number, or one for each axis, "
    "slowest first.");
  f("kernel", o.kernel, between(1, 15),
    "Kernel of the convolutions, odd; one for each axis or all.");
  f("up_kernel", o.up_kernel, between(1, 15), "Kernel of the transposed convolutions, odd.");
  f("residual_units", o.residual_units, between(0, 8),
    "Convolutions in each residual unit; 0: a plain convolution on each level instead.");
  describe(f, o.style);
  f("bias", o.style.bias, "Whether convolutions have biases.");
  f("padding", o.padding,
    "How an image is grown to a size that can be divided at every level; the output is cut back.");
  describe_checkpointing(f, o.checkpointing);
  f.require(o.channels.size() >= 2, "channels: at least two numbers are needed");
  f.require(o.strides.size() + 1 == o.channels.size(),
            "strides: one fewer than channels is needed");
  f.require(all_odd(o.kernel), "kernel: odd numbers are needed");
  f.require(all_odd(o.up_kernel), "up_kernel: odd numbers are needed");
}

// A level: "0" halves the size, "1.submodule" is everything coarser, "2" brings the size back.
class Level final : public ImageModule {
 public:
  // `coarsest`: everything coarser is one block and no level.
  Level(Checkpointing checkpointing, const std::shared_ptr<ImageModule>& down,
        const std::shared_ptr<ImageModule>& coarser, bool coarsest,
        const std::shared_ptr<ImageModule>& up)
      : checkpointing_(checkpointing), coarsest_(coarsest) {
    down_ = register_module("0", down);
    const auto skip = register_module("1", std::make_shared<torch::nn::Module>());
    coarser_ = skip->register_module("submodule", coarser);
    up_ = register_module("2", up);
  }
  at::Tensor forward(const at::Tensor& x) override {
    const at::Tensor y = run_block(checkpointing_, *down_, x);
    const at::Tensor z = coarsest_ ? run_block(checkpointing_, *coarser_, y) : coarser_->forward(y);
    return run_block(checkpointing_, *up_, {y, z},
                     [this](const std::vector<at::Tensor>& parts) -> std::vector<at::Tensor> {
                       return {up_->forward(concat_channels(parts))};
                     })
        .front();
  }

 private:
  Checkpointing checkpointing_;
  bool coarsest_;
  std::shared_ptr<ImageModule> down_, coarser_, up_;
};

// "0", a transposed convolution, and "1", a residual unit.
class UpWithUnit final : public ImageModule {
 public:
  UpWithUnit(const std::shared_ptr<ImageModule>& up, const std::shared_ptr<ImageModule>& unit) {
    up_ = register_module("0", up);
    unit_ = register_module("1", unit);
  }
  at::Tensor forward(const at::Tensor& x) override { return unit_->forward(up_->forward(x)); }

 private:
  std::shared_ptr<ImageModule> up_, unit_;
};

class MonaiUnet final : public Network {
 public:
  MonaiUnet(const MonaiUnetOptions& o, const NetworkIo& io)
      : options_(o),
        in_channels_(io.in_channels),
        strides_(level_strides(o.strides, o.strides.size(), o.style.dims)),
        multiple_(product_of(strides_, o.style.dims)) {
    kernel_ = axis_numbers(o.kernel, o.style.dims, "kernel");
    up_kernel_ = axis_numbers(o.up_kernel, o.style.dims, "up_kernel");
    model_ = register_module("model", level(0, io.in_channels, io.classes));
  }

  at::Tensor forward(at::Tensor image) override {
    check_input(image, options_.style.dims, in_channels_);
    return crop_to(model_->forward(pad_to_multiple(image, multiple_, options_.padding)), image);
  }
  [[nodiscard]] int dims() const override { return options_.style.dims; }
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override { return multiple_; }

 private:
  [[nodiscard]] std::shared_ptr<ImageModule> level(std::size_t i, std::int64_t in,
                                                   std::int64_t out) const {
    const std::int64_t width = options_.channels[i], next = options_.channels[i + 1];
    const bool last = i + 2 == options_.channels.size();
    const auto coarser = last ? down(width, next, std::vector<std::int64_t>(multiple_.size(), 1))
                              : level(i + 1, width, width);
    const std::int64_t joined = width + (last ? next : width);
    return std::make_shared<Level>(options_.checkpointing, down(in, width, strides_[i]), coarser,
                                   last, up(joined, out, strides_[i], i == 0));
  }

  [[nodiscard]] std::shared_ptr<ImageModule> down(std::int64_t in, std::int64_t out,
                                                  const std::vector<std::int64_t>& stride) const {
    const AdnConv shape{.in = in, .out = out, .kernel = kernel_, .stride = stride};
    if (options_.residual_units == 0) return std::make_shared<ConvAdn>(options_.style, shape);
    return std::make_shared<ResidualUnit>(options_.style, shape, options_.residual_units);
  }

  // On the finest level (`top`) the last convolution gives the logits.
  [[nodiscard]] std::shared_ptr<ImageModule> up(std::int64_t in, std::int64_t out,
                                                const std::vector<std::int64_t>& stride,
                                                bool top) const {
    const bool plain = options_.residual_units == 0;
    const auto conv = std::make_shared<ConvAdn>(options_.style, AdnConv{.in = in,
                                                                        .out = out,
                                                                        .kernel = up_kernel_,
                                                                        .stride = stride,
                                                                        .transposed = true,
                                                                        .conv_only = top && plain});
    if (plain) return conv;
    const AdnConv shape{.in = out,
                        .out = out,
                        .kernel = kernel_,
                        .stride = std::vector<std::int64_t>(multiple_.size(), 1)};
    return std::make_shared<UpWithUnit>(
        conv, std::make_shared<ResidualUnit>(options_.style, shape, 1, /*last_conv_only=*/top));
  }

  MonaiUnetOptions options_;
  std::int64_t in_channels_;
  std::vector<AxisNumbers> strides_;
  AxisNumbers multiple_;  // of the size
  AxisNumbers kernel_, up_kernel_;
  std::shared_ptr<ImageModule> model_;
};

std::shared_ptr<Network> make_monai_unet(const MonaiUnetOptions& o, const NetworkIo& io) {
  return std::make_shared<MonaiUnet>(o, io);
}

}  // namespace

extern const NetworkEntry kMonaiUnet = entry<NetworkEntry, MonaiUnetOptions, make_monai_unet>(
    "monai_unet",
    "MONAI's UNet in 2D or 3D: strided convolutions with residual units. Its weights fit.");

}  // namespace myoseg

// MONAI's `BasicUNet`, after the 3D U-Net of Falk et al., Nature Methods 2019: two convolutions a
// level, pooling, four levels.
#include <ATen/ATen.h>

#include <algorithm>

#include "models/blocks/adn_blocks.h"
#include "models/blocks/recompute.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

constexpr std::int64_t kReduction = 16;  // at the coarsest level

// MONAI's modes "deconv" and "nontrainable".
enum class Lifting { transposed, linear };
constexpr auto choice_names(Lifting) {
  return std::to_array<std::string_view>({"transposed", "linear"});
}

struct BasicUnetOptions {
  std::vector<int> features{32, 32, 64, 128, 256, 32};
  Lifting upsampling = Lifting::transposed;
  AdnStyle style{.norm = Norm::instance, .activation = Activation::leaky_relu, .slope = 0.1};
  Padding padding = Padding::replicate;
  Checkpointing checkpointing = Checkpointing::none;
};

void describe(Fields& f, BasicUnetOptions& o) {
  f("features", o.features, between(1, 8192),
    "Channels of the five levels, finest first, and of the last up block.");
  f("upsampling", o.upsampling,
    "Transposed convolution with kernel 2 that halves the channels, or linear interpolation with "
    "the corner voxels' centres kept in place.");
  describe(f, o.style);
  f("bias", o.style.bias, "Whether convolutions have biases.");
  f("padding", o.padding, "How an image below 16 voxels is grown; the output is cut back.");
  describe_checkpointing(f, o.checkpointing);
  f.require(o.features.size() == 6, "features: six numbers are needed");
}

// "conv_0", "conv_1".
class TwoConvs final : public torch::nn::Module {
 public:
  TwoConvs(const AdnStyle& style, std::int64_t in, std::int64_t out) {
    const std::vector<std::int64_t> kernel(style.dims, 3), stride(style.dims, 1);
    first_ = register_module(
        "conv_0", std::make_shared<ConvAdn>(
                      style, AdnConv{.in = in, .out = out, .kernel = kernel, .stride = stride}));
    second_ = register_module(
        "conv_1", std::make_shared<ConvAdn>(
                      style, AdnConv{.in = out, .out = out, .kernel = kernel, .stride = stride}));
  }
  at::Tensor forward(const at::Tensor& x) { return forward(std::vector<at::Tensor>{x}); }
  at::Tensor forward(const std::vector<at::Tensor>& parts) {  // side by side
    return forward_in_row({first_.get(), second_.get()}, parts);
  }

 private:
  std::shared_ptr<ConvAdn> first_, second_;
};

// Halves the size (an odd one loses its last voxel): "convs".
class Down final : public torch::nn::Module {
 public:
  Down(const AdnStyle& style, std::int64_t in, std::int64_t out) {
    convs_ = register_module("convs", std::make_shared<TwoConvs>(style, in, out));
  }
  at::Tensor forward(const at::Tensor& x) { return convs_->forward(max_pool(x, 2)); }

 private:
  std::shared_ptr<TwoConvs> convs_;
};

// Repeats the last voxel where `like` has one more.
at::Tensor grown_to(const at::Tensor& x, const at::Tensor& like) {
  std::vector<std::int64_t> before_after;  // of the last dimension first
  for (std::int64_t d = x.dim() - 1; d >= 2; --d)
    before_after.insert(before_after.end(), {0, like.size(d) - x.size(d)});
  if (std::all_of(before_after.begin(), before_after.end(), [](auto n) { return n == 0; }))
    return x;
  return at::pad(x, before_after, "replicate");
}

// Doubles the size, "upsample.deconv", joins the skip, "convs". Interpolated features get a
// pointwise convolution before, "upsample.preconv", where their channels change.
class UpCat final : public torch::nn::Module {
 public:
  UpCat(const BasicUnetOptions& o, std::int64_t in, std::int64_t skip, std::int64_t out,
        bool halves) {
    const bool transposed = o.upsampling == Lifting::transposed;
    const std::int64_t lifted = halves ? in / 2 : in;
    const auto upsample = register_module("upsample", std::make_shared<torch::nn::Module>());
    ConvOptions conv{.dims = o.style.dims, .in = in, .out = lifted, .kernel = {1}, .padding = {0}};
    if (transposed) {
      conv.kernel = conv.stride = {2};
      conv.transposed = true;
      deconv_ = upsample->register_module("deconv", std::make_shared<Conv>(conv));
    } else if (lifted != in) {
      preconv_ = upsample->register_module("preconv", std::make_shared<Conv>(conv));
    }
    convs_ = register_module("convs", std::make_shared<TwoConvs>(o.style, skip + lifted, out));
  }
  at::Tensor forward(const at::Tensor& x, const at::Tensor& skip) {
    const at::Tensor y =
        deconv_ ? upsample_conv(*deconv_, x) : upsample_aligned(preconv_ ? (*preconv_)(x) : x, 2);
    return convs_->forward({skip, grown_to(y, skip)});
  }

 private:
  std::shared_ptr<Conv> deconv_, preconv_;
  std::shared_ptr<TwoConvs> convs_;
};

class BasicUnet final : public Network {
 public:
  BasicUnet(const BasicUnetOptions& o, const NetworkIo& io)
      : dims_(o.style.dims),
        in_channels_(io.in_channels),
        features_(o.features.back()),
        padding_(o.padding),
        checkpointing_(o.checkpointing) {
    const auto& w = o.features;
    first_ = register_module("conv_0", std::make_shared<TwoConvs>(o.style, in_channels_, w[0]));
    for (std::size_t i = 1; i <= kLevels; ++i)
      downs_.push_back(register_module("down_" + std::to_string(i),
                                       std::make_shared<Down>(o.style, w[i - 1], w[i])));
    for (std::size_t i = kLevels; i > 0; --i) {
      const bool last = i == 1;
      ups_.push_back(register_module(
          "upcat_" + std::to_string(i),
          std::make_shared<UpCat>(o, w[i], w[i - 1], last ? w[kLevels + 1] : w[i - 1], !last)));
    }
    head_ = register_module(
        "final_conv",
        std::make_shared<Conv>(ConvOptions{
            .dims = dims_, .in = w.back(), .out = io.classes, .kernel = {1}, .padding = {0}}));
  }

  at::Tensor forward(at::Tensor image) override { return crop_to((*head_)(decoded(image)), image); }
  [[nodiscard]] std::int64_t feature_channels() const override { return features_; }
  at::Tensor features(at::Tensor image) override { return crop_to(decoded(image), image); }
  at::Tensor head(at::Tensor features) override { return (*head_)(features); }
  [[nodiscard]] int dims() const override { return dims_; }
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override {
    return per_axis(kReduction, dims_);
  }

 private:
  static constexpr std::size_t kLevels = 4;

  // The finest features, as large as the image or as pooling needs it.
  at::Tensor decoded(const at::Tensor& image) {
    check_input(image, dims_, in_channels_);
    std::vector<at::Tensor> levels{run_block(checkpointing_, *first_, large_enough(image))};
    for (const auto& down : downs_)
      levels.push_back(run_block(checkpointing_, *down, levels.back()));
    at::Tensor x = levels.back();
    for (const auto& up : ups_) {
      levels.pop_back();
      x = run_block(checkpointing_, *up, x, levels.back());
    }
    return x;
  }

  // The reference takes sizes that do not divide, but none that pooling leaves nothing of.
  [[nodiscard]] at::Tensor large_enough(const at::Tensor& image) const {
    std::vector<std::int64_t> multiple;
    for (std::int64_t d = 2; d < image.dim(); ++d)
      multiple.push_back(image.size(d) < kReduction ? kReduction : 1);
    return pad_to_multiple(image, multiple, padding_);
  }

  int dims_;
  std::int64_t in_channels_, features_;
  Padding padding_;
  Checkpointing checkpointing_;
  std::shared_ptr<TwoConvs> first_;
  std::vector<std::shared_ptr<Down>> downs_;
  std::vector<std::shared_ptr<UpCat>> ups_;
  std::shared_ptr<Conv> head_;
};

std::shared_ptr<Network> make_basic_unet(const BasicUnetOptions& o, const NetworkIo& io) {
  return std::make_shared<BasicUnet>(o, io);
}

}  // namespace

extern const NetworkEntry kBasicUnet = entry<NetworkEntry, BasicUnetOptions, make_basic_unet>(
    "basic_unet",
    "MONAI's BasicUNet in 2D or 3D: two convolutions a level, pooling. Its weights fit.");

}  // namespace myoseg

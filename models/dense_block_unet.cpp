// U-Net of dense blocks in both paths: the "One Hundred Layers Tiramisu" (FC-DenseNet; Jegou et
// al., CVPR Workshops 2017). No reference weights exist in the formats that are read here, so names
// are our own.
#include <ATen/ATen.h>

#include "core/fields/one_or_many.h"
#include "models/blocks/axis_numbers.h"
#include "models/blocks/blocks.h"
#include "models/blocks/conv_steps.h"
#include "models/blocks/initialisation.h"
#include "models/blocks/operations.h"
#include "models/blocks/recompute.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

struct DenseBlockUnetOptions {
  int dims = 2;
  int growth = 16;
  int stem = 48;
  std::vector<int> layers{5, 5, 5, 5, 5};
  std::vector<OneOrMany<int>> strides;  // of the levels; empty: 2
  int bottleneck = 5;
  Norm norm = Norm::batch;
  Activation activation = Activation::relu;
  double dropout = 0.2;
  Padding padding = Padding::replicate;
  Checkpointing checkpointing = Checkpointing::none;
};

void describe(Fields& f, DenseBlockUnetOptions& o) {
  f("dims", o.dims, between(2, 3), "Spatial dimensions: 2 for slices, 3 for volumes.");
  f("growth", o.growth, between(1, 512), "Channels that each layer of a dense block adds.");
  f("stem", o.stem, between(1, 4096), "Channels of the first convolution.");
  f("layers", o.layers, between(1, 64),
    "Layers of the dense blocks of each level, finest first, in both paths. Published: 67 layers "
    "[5, 5, 5, 5, 5] with bottleneck 5, 103 layers [4, 5, 7, 10, 12] with bottleneck 15.");
  f("strides", o.strides, between(1, 8).added_with(Node(Node::List{})),
    "How many times smaller each level is than the one before it, finest first: a number, or one for "
    "each axis, slowest first ([1, 2, 2] where slices are thick); empty: 2 everywhere.");
  f("bottleneck", o.bottleneck, between(1, 64), "Layers of the dense block at the coarsest level.");
  f("norm", o.norm, one_of({Norm::batch, Norm::instance}),
    "Normalisation before each convolution.");
  f("activation", o.activation, one_of({Activation::relu, Activation::leaky_relu}),
    "Activation (leaky slope 0.01).");
  f("dropout", o.dropout, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of features zeroed after each convolution in training.");
  f("padding", o.padding,
    "How an image is grown to a size that can be halved at every level; the output is cut back.");
  describe_checkpointing(f, o.checkpointing);
  f.require(!o.layers.empty() && o.layers.size() <= 8,
            "layers: between 1 and 8 numbers are needed");
  f.require(o.strides.empty() || o.strides.size() == o.layers.size(),
            "strides: none, or one for each of layers is needed");
}

// What a dense block answers: the additions of its layers alone, or behind its input.
enum class Answer { additions, all };

// Layers that each see the block's input and all that the layers before them added: "0", "1" ...
class DenseBlock final : public torch::nn::Module {
 public:
  DenseBlock(const BlockStyle& style, int count, std::int64_t in, std::int64_t growth,
             Answer answer)
      : in_(in), answer_(answer) {
    for (int i = 0; i < count; ++i)
      layers_.push_back(register_module(
          std::to_string(i), std::make_shared<NormActConv>(style, in + i * growth, growth)));
  }
  at::Tensor forward(at::Tensor x) {
    for (const auto& layer : layers_) x = concat_channels(x, layer->forward(x));
    return answer_ == Answer::all ? x : x.narrow(1, in_, x.size(1) - in_);
  }

 private:
  std::int64_t in_;
  Answer answer_;
  std::vector<std::shared_ptr<NormActConv>> layers_;
};

// Kernels are one wider than the factor, as the paper's 3 of 2, but where the size stays.
std::shared_ptr<Conv> enlarging(int dims, std::int64_t channels, const AxisNumbers& factor) {
  AxisNumbers kernel = factor;
  for (auto& size : kernel) size += size > 1 ? 1 : 0;
  return std::make_shared<Conv>(ConvOptions{.dims = dims,
                                            .in = channels,
                                            .out = channels,
                                            .kernel = kernel,
                                            .stride = factor,
                                            .padding = {0},
                                            .transposed = true});
}

// Starts Kaiming-uniform by fan-in with biases of zero, as the paper does.
class DenseBlockUnet final : public Network, public InitialisedPart {
 public:
  DenseBlockUnet(const DenseBlockUnetOptions& o, const NetworkIo& io)
      : InitialisedPart(ConvInit::kaiming_uniform_fan_in),
        dims_(o.dims),
        strides_(level_strides(o.strides, o.layers.size(), o.dims)),
        in_channels_(io.in_channels),
        padding_(o.padding),
        checkpointing_(o.checkpointing) {
    const BlockStyle style{
        .dims = o.dims, .norm = o.norm, .activation = o.activation, .dropout = o.dropout};
    const std::size_t levels = o.layers.size();
    stem_ = register_module("stem", std::make_shared<Conv>(ConvOptions{
                                        .dims = o.dims, .in = io.in_channels, .out = o.stem}));
    std::int64_t wide = o.stem;
    std::vector<std::int64_t> skips;
    for (std::size_t i = 0; i < levels; ++i) {
      const std::string number = std::to_string(i + 1);
      downs_.push_back(register_module(
          "down" + number,
          std::make_shared<DenseBlock>(style, o.layers[i], wide, o.growth, Answer::all)));
      wide += std::int64_t{o.layers[i]} * o.growth;
      skips.push_back(wide);
      transitions_.push_back(register_module("transition" + number,
                                             std::make_shared<NormActConv>(style, wide, wide, 1)));
    }
    bottleneck_ = register_module(
        "bottleneck",
        std::make_shared<DenseBlock>(style, o.bottleneck, wide, o.growth, Answer::additions));
    std::int64_t added = static_cast<std::int64_t>(o.bottleneck) * o.growth;
    for (std::size_t i = levels; i-- > 0;) {
      // The up block beside down block i is named after it.
      const std::string number = std::to_string(i + 1);
      upsamples_.push_back(
          register_module("upsample" + number, enlarging(o.dims, added, strides_[i])));
      wide = added + skips[i];
      ups_.push_back(register_module(
          "up" + number, std::make_shared<DenseBlock>(style, o.layers[i], wide, o.growth,
                                                      i == 0 ? Answer::all : Answer::additions)));
      added = static_cast<std::int64_t>(o.layers[i]) * o.growth;
    }
    head_ = register_module(
        "head",
        std::make_shared<Conv>(ConvOptions{
            .dims = o.dims, .in = wide + added, .out = io.classes, .kernel = {1}, .padding = {0}}));
  }

  at::Tensor forward(at::Tensor image) override {
    check_input(image, dims_, in_channels_);
    at::Tensor x = (*stem_)(pad_to_multiple(image, size_multiple(), padding_));
    std::vector<at::Tensor> skips;
    for (std::size_t i = 0; i < downs_.size(); ++i) {
      skips.push_back(run_block(checkpointing_, *downs_[i], x));
      x = pooled(*transitions_[i], skips.back(), strides_[i]);
    }
    x = run_block(checkpointing_, *bottleneck_, x);
    for (std::size_t i = 0; i < ups_.size(); ++i) {
      const at::Tensor& skip = skips[skips.size() - 1 - i];
      x = concat_channels(crop_to(upsample_conv(*upsamples_[i], x), skip), skip);
      x = run_block(checkpointing_, *ups_[i], x);
    }
    return crop_to((*head_)(x), image);
  }

  [[nodiscard]] int dims() const override { return dims_; }
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override {
    return product_of(strides_, dims_);
  }

 private:
  [[nodiscard]] at::Tensor pooled(NormActConv& transition, const at::Tensor& x,
                                  const AxisNumbers& stride) const {
    return run_block(checkpointing_, transition, {x},
                     [&](const std::vector<at::Tensor>& in) -> std::vector<at::Tensor> {
                       return {max_pool(transition.forward(in.front()), stride)};
                     })
        .front();
  }

  int dims_;
  std::vector<AxisNumbers> strides_;
  std::int64_t in_channels_;
  Padding padding_;
  Checkpointing checkpointing_;
  std::shared_ptr<Conv> stem_, head_;
  std::vector<std::shared_ptr<DenseBlock>> downs_, ups_;
  std::vector<std::shared_ptr<NormActConv>> transitions_;
  std::shared_ptr<DenseBlock> bottleneck_;
  std::vector<std::shared_ptr<Conv>> upsamples_;
};

std::shared_ptr<Network> make_dense_block_unet(const DenseBlockUnetOptions& o,
                                               const NetworkIo& io) {
  return std::make_shared<DenseBlockUnet>(o, io);
}

}  // namespace

extern const NetworkEntry kDenseBlockUnet =
    entry<NetworkEntry, DenseBlockUnetOptions, make_dense_block_unet>(
        "dense_block_unet",
        "U-Net of dense blocks in both paths (FC-DenseNet, Jegou et al. 2017), 67 layers by "
        "default.");

}  // namespace myoseg

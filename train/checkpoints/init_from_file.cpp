// What of a file of weights goes where in a network.
#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/names.h"
#include "models/weights/key_layouts.h"
#include "models/weights/weights.h"
#include "models/weights/weights_file.h"
#include "train/checkpoints/init_from.h"

namespace myoseg {
namespace {

constexpr std::string_view kEncoder = "encoder.";
constexpr std::string_view kCounter = "num_batches_tracked";

// "'a', 'b', 'c' and 5 more".
std::string some(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> shown;
  for (const std::string& name : names)
    if (shown.size() < kShown) shown.push_back("'" + name + "'");
  return join(shown) +
         (names.size() > kShown ? fmt::format(" and {} more", names.size() - kShown) : "");
}

std::string text_of(at::IntArrayRef shape) { return fmt::format("[{}]", fmt::join(shape, ",")); }

bool begins_with_any(const std::string& name, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return name_begins(name, prefix); });
}

class Initialiser {
 public:
  Initialiser(const NamedTensors& state, const NetworkIo& io, const std::filesystem::path& file,
              const FineTuneOptions& options)
      : state_(state), io_(io), file_(file.string()), options_(options) {}

  InitReport run(const TranslatedKeys& keys) {
    if (keys.tensors.empty()) throw other_network(keys);
    std::map<std::string_view, at::Tensor> given;
    for (const auto& [name, tensor] : keys.tensors) given.emplace(name, tensor);
    report_.layout = keys.layout;
    report_.left_over = keys.left_over;
    report_.useless = keys.useless;
    std::vector<std::string> missing;
    for (const auto& [name, tensor] : state_) {
      const auto found = given.find(name);
      if (left_alone(name)) {
        report_.begin_anew.push_back(name);
      } else if (found != given.end()) {
        place(name, tensor, found->second);
      } else if (name.ends_with(kCounter)) {
        // Files from before PyTorch 0.4.1 have no such counters, and nothing is computed from them.
        continue;
      } else {
        report_.begin_anew.push_back(name);
        missing.push_back(name);
      }
    }
    if (copies_.empty())
      throw data_error("{}: with fine_tune.load={} and fine_tune.anew nothing of it is taken",
                       file_, name_of(options_.load));
    check_whole(missing);
    at::NoGradGuard no_grad;
    for (const auto& [tensor, value] : copies_) tensor.copy_(value);
    report_.loaded = copies_.size();
    return std::move(report_);
  }

 private:
  [[nodiscard]] Error other_network(const TranslatedKeys& keys) const {
    std::vector<std::string> ours;
    for (const auto& [name, tensor] : state_) ours.push_back(name);
    return data_error(
        "{}: holds the weights of another network: it has {}, where this network has {}", file_,
        some(keys.left_over), some(ours));
  }

  [[nodiscard]] bool left_alone(const std::string& name) const {
    return (options_.load == LoadPart::encoder && !name.starts_with(kEncoder)) ||
           begins_with_any(name, options_.anew);
  }

  void place(const std::string& name, const at::Tensor& tensor, const at::Tensor& value) {
    if (value.is_floating_point() != tensor.is_floating_point())
      throw data_error("{}: '{}' holds {} numbers, but the network's are {}", file_, name,
                       value.is_floating_point() ? "floating-point" : "whole",
                       tensor.is_floating_point() ? "floating-point" : "whole");
    if (value.sizes() == tensor.sizes()) {
      copies_.emplace_back(tensor, value);
      return;
    }
    const std::int64_t only = only_difference(tensor, value);
    if (only == 1 && tensor.dim() > 2 && tensor.size(1) == io_.in_channels)
      return place_stem(name, tensor, value);
    if (only < 0 || tensor.size(only) != io_.classes)
      throw data_error(
          "{}: '{}' has the shape {}, but the network's is {}: the file is of a model with other "
          "options",
          file_, name, text_of(value.sizes()), text_of(tensor.sizes()));
    if (!options_.new_head)
      throw data_error(
          "{}: is of a network for {} classes ('{}' has the shape {}), but here are {}; "
          "fine_tune.new_head=true lets the layers that tell classes begin anew",
          file_, value.size(only), name, text_of(value.sizes()), io_.classes);
    report_.begin_anew.push_back(name);
  }

  // The one dimension whose size differs, or -1.
  static std::int64_t only_difference(const at::Tensor& a, const at::Tensor& b) {
    if (a.dim() != b.dim()) return -1;
    std::int64_t only = -1;
    for (std::int64_t d = 0; d < a.dim(); ++d) {
      if (a.size(d) == b.size(d)) continue;
      if (only >= 0) return -1;
      only = d;
    }
    return only;
  }

  // A grey image in all three channels gives what its one channel gives with the sum; scaled
  // repetition keeps the sum too (both as segmentation_models.pytorch does).
  void place_stem(const std::string& name, const at::Tensor& tensor, const at::Tensor& value) {
    const std::int64_t from = value.size(1), to = tensor.size(1);
    if (to != 1 && !options_.repeat_channels)
      throw data_error(
          "{}: '{}' is for {} input channels, but the data have {}; fine_tune.repeat_channels=true "
          "repeats and scales what there is",
          file_, name, from, to);
    at::Tensor adapted;
    if (to == 1) {
      adapted = value.to(at::kDouble).sum(1, /*keepdim=*/true);
    } else {
      const at::Tensor index = at::arange(to, at::kLong).remainder(from);
      adapted = value.to(at::kDouble).index_select(1, index) *
                (static_cast<double>(from) / static_cast<double>(to));
    }
    report_.adapted.push_back(fmt::format("{} from {} input channels to {}, {}", name, from, to,
                                          to == 1 ? "summed" : "repeated and scaled"));
    copies_.emplace_back(tensor, adapted);
  }

  void check_whole(const std::vector<std::string>& missing) const {
    if (options_.load == LoadPart::any) return;
    if (!missing.empty()) {
      const bool only_encoder =
          std::none_of(missing.begin(), missing.end(),
                       [](const std::string& name) { return name.starts_with(kEncoder); });
      throw data_error(
          "{}: has no {}, which the network needs; fine_tune.load={} lets {} begin anew", file_,
          some(missing), only_encoder ? "encoder" : "any",
          only_encoder ? "all but the encoder" : "them");
    }
    if (options_.load == LoadPart::whole && !report_.left_over.empty())
      throw data_error(
          "{}: holds {}, which the network does not have; fine_tune.load=any leaves "
          "them out",
          file_, some(report_.left_over));
  }

  const NamedTensors& state_;
  const NetworkIo& io_;
  std::string file_;
  const FineTuneOptions& options_;
  std::vector<std::pair<at::Tensor, at::Tensor>> copies_;
  InitReport report_;
};

}  // namespace

InitReport init_from(Network& network, const NetworkIo& io, const std::filesystem::path& file,
                     const FineTuneOptions& options) {
  // What the file may have left over may also be of a type that cannot be held.
  Unheld unheld;
  const WeightsFile weights =
      read_weights(file, options.load == LoadPart::whole ? nullptr : &unheld);
  const NamedTensors state = state_of(network);
  InitReport report =
      Initialiser(state, io, file, options).run(translate_keys(weights.tensors, network));
  report.format = weights.format;
  report.left_over.insert(report.left_over.end(), unheld.begin(), unheld.end());
  return report;
}

std::string InitReport::text(const std::filesystem::path& file) const {
  std::string text = fmt::format(
      "{} ({}, {}): {} tensors loaded, {} of them adapted, {} begin "
      "anew, {} left over",
      file.filename().string(), format, layout, loaded, adapted.size(), begin_anew.size(),
      left_over.size());
  for (const std::string& sentence : adapted) text += "\n  adapted: " + sentence;
  if (!begin_anew.empty()) text += "\n  begin anew: " + some(begin_anew);
  if (!left_over.empty()) text += "\n  left over: " + some(left_over);
  if (!useless.empty())
    text +=
        fmt::format("\n  skipped, {} that no prediction needs: {}", useless.size(), some(useless));
  return text;
}

}  // namespace myoseg

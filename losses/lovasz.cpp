// Lovasz-softmax loss and Lovasz hinge (Berman et al., CVPR 2018): the convex closure of one minus
// the intersection over union, of labels that are decided voxel by voxel.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <vector>

#include "losses/loss.h"
#include "losses/voxels/checks.h"
#include "losses/voxels/falling_order.h"
#include "losses/voxels/probabilities.h"

namespace myoseg {
namespace {

enum class LovaszErrors { softmax, hinge };
constexpr auto choice_names(LovaszErrors) {
  return std::to_array<std::string_view>({"softmax", "hinge"});
}
enum class LovaszClasses { present, all };
constexpr auto choice_names(LovaszClasses) {
  return std::to_array<std::string_view>({"present", "all"});
}

struct LovaszOptions {
  LovaszErrors activation = LovaszErrors::softmax;
  bool per_image = false;
  LovaszClasses classes = LovaszClasses::present;
  std::optional<std::int64_t> ignore_label;
};

void describe(Fields& f, LovaszOptions& o) {
  f("activation", o.activation,
    "Errors of the softmax of each class, or hinge errors of all channels together; a single "
    "channel always takes the hinge.");
  f("per_image", o.per_image, "Mean of the images' losses instead of one of the batch.");
  f("classes", o.classes, "With softmax: the mean over the labelled classes or over all.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
}

// How much each error adds to the Jaccard loss when the larger ones are there already; both [P].
at::Tensor added_losses(const at::Tensor& errors, const at::Tensor& truth) {
  const at::NoGradGuard constant;
  const at::Tensor order = falling_order(errors);
  const at::Tensor found = truth.index_select(0, order).to(at::kLong).cumsum(0);
  const at::Tensor all = found.slice(0, -1);
  const at::Tensor missed = at::arange(1, found.numel() + 1, found.options()) - found;
  const at::Tensor jaccard = 1 - (all - found).to(at::kDouble) / (all + missed).to(at::kDouble);
  at::Tensor added = jaccard.clone();
  added.slice(0, 1).sub_(jaccard.slice(0, 0, -1));
  return at::empty_like(errors).index_copy_(0, order, added.to(errors.scalar_type()));
}

// The Lovasz extension of the Jaccard loss at the errors.
at::Tensor extension(const at::Tensor& errors, const at::Tensor& truth) {
  return steady_sum(errors * added_losses(errors, truth));
}

class Lovasz final : public Loss {
 public:
  explicit Lovasz(const LovaszOptions& o) : options_(o) {}

  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    const at::Tensor z = checked_logits(logits, labels);
    const std::int64_t ignored = options_.ignore_label.value_or(kIgnoredLabel);
    const at::Tensor counted = counted_voxels(labels, z.size(1), ignored);
    const bool some_ignored = labels.is_cpu() && counted.logical_not().any().item<bool>();
    const bool hinge = options_.activation == LovaszErrors::hinge || z.size(1) == 1;
    // [N,C,voxels] and [N,voxels].
    const at::Tensor scores = hinge ? z.flatten(2) : probabilities(z);
    const at::Tensor flat = labels.flatten(1);
    std::vector<at::Tensor> losses;
    const std::int64_t parts = options_.per_image ? z.size(0) : 1, size = z.size(0) / parts;
    for (std::int64_t i = 0; i < parts; ++i) {
      at::Tensor s = scores.narrow(0, i * size, size).transpose(0, 1).flatten(1);
      at::Tensor l = flat.narrow(0, i * size, size).flatten();
      if (some_ignored) {
        const at::Tensor kept = l.ne(ignored).nonzero().squeeze(1);
        s = s.index_select(1, kept);
        l = l.index_select(0, kept);
      } else if (!labels.is_cpu()) {
        // Not selected, which would be waited for: an error of 0 adds nothing, nor to other errors.
        const at::Tensor left_out = l.eq(ignored);
        s = s.masked_fill(left_out, hinge ? -1 : 0);
        l = l.masked_fill(left_out, kIgnoredLabel);
      }
      losses.push_back(hinge ? of_hinge(s, l) : of_classes(s, l));
    }
    return as_loss_of(or_nan(at::stack(losses).mean(), labels, z.size(1), ignored), logits);
  }

 private:
  // scores [C,P], labels [P].
  [[nodiscard]] static at::Tensor of_hinge(const at::Tensor& scores, const at::Tensor& labels) {
    if (labels.numel() == 0) return nothing(scores);
    const std::int64_t first = scores.size(0) == 1 ? 1 : 0;
    const at::Tensor classes =
        at::arange(first, first + scores.size(0), labels.options()).unsqueeze(1);
    const at::Tensor truth = classes.eq(labels).flatten();
    const at::Tensor z = scores.flatten();
    return extension(at::relu(1 - at::where(truth, z, -z)), truth);
  }

  [[nodiscard]] at::Tensor of_classes(const at::Tensor& p, const at::Tensor& labels) const {
    // Not p[c], whose backward passes would each make a gradient of the size of p.
    const std::vector<at::Tensor> of_class = p.unbind(0);
    const bool all = options_.classes == LovaszClasses::all;
    std::vector<at::Tensor> losses, counts;
    for (std::int64_t c = 0; c < p.size(0) && labels.numel() > 0; ++c) {
      const at::Tensor truth = labels.eq(c);
      // Whether a class is there is asked on a processor alone: elsewhere it would be waited for.
      if (!all && p.is_cpu() && !truth.any().item<bool>()) continue;
      losses.push_back(extension(at::where(truth, 1 - of_class[c], of_class[c]), truth));
      if (!p.is_cpu()) counts.push_back(truth.any().to(losses.back().scalar_type()));
    }
    if (losses.empty()) return nothing(p);
    if (all || p.is_cpu()) return at::stack(losses).mean();
    const at::Tensor present = at::stack(counts);
    return (at::stack(losses) * present).sum() / present.sum().clamp_min(1);
  }

  // No voxel counts: a loss of 0 without a slope.
  [[nodiscard]] static at::Tensor nothing(const at::Tensor& scores) {
    return steady_sum(scores * 0);
  }

  LovaszOptions options_;
};

std::unique_ptr<Loss> make_lovasz(const LovaszOptions& o) { return std::make_unique<Lovasz>(o); }

}  // namespace

extern const LossEntry kLovasz;
const LossEntry kLovasz = entry<LossEntry, LovaszOptions, make_lovasz>(
    "lovasz", "Lovasz-softmax or Lovasz hinge: a surrogate of the intersection over union.");

}  // namespace myoseg

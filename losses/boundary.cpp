// Boundary loss (Kervadec et al., MIDL 2019): where a class is predicted, weighed by the signed
// distance from its surface. It has no lower bound of its own: add it to a region loss.
#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "losses/loss.h"
#include "losses/voxels/checks.h"
#include "losses/voxels/distance_map.h"
#include "losses/voxels/probabilities.h"

namespace myoseg {
namespace {

struct BoundaryOptions {
  bool include_background = false;
  std::vector<double> spacing;
  std::optional<std::int64_t> ignore_label;
};

void describe(Fields& f, BoundaryOptions& o) {
  f("include_background", o.include_background, "Whether label 0 counts as a class.");
  f("spacing", o.spacing, kPositive,
    "Distance of voxels along each axis, slowest first; empty: 1, so that distances are in "
    "voxels.");
  f("ignore_label", o.ignore_label,
    "Voxels with this label add nothing; for the distances they are of no class.");
}

// The signed distance maps of classes `first`..`end`-1: [N,classes,voxels] in the type of `like`.
at::Tensor distance_maps(const at::Tensor& labels, std::int64_t first, std::int64_t end,
                         const std::array<double, 3>& spacing, at::ScalarType type) {
  const at::Tensor l = labels.cpu().contiguous();
  const std::int64_t samples = l.size(0), classes = end - first, voxels = l[0].numel();
  std::array<std::int64_t, 3> size{1, l.size(-2), l.size(-1)};
  if (l.dim() == 4) size[0] = l.size(1);
  at::Tensor maps = at::empty({samples, classes, voxels}, at::TensorOptions(type));
  AT_DISPATCH_FLOATING_TYPES(type, "distance_maps", [&] {
    parallel_for(static_cast<std::size_t>(samples * classes), [&](std::size_t task) {
      const auto i = static_cast<std::int64_t>(task);
      signed_distance({l.data_ptr<std::int64_t>() + i / classes * voxels, size, spacing},
                      first + i % classes, maps.data_ptr<scalar_t>() + i * voxels);
    });
  });
  return maps.to(labels.device());
}

class Boundary final : public Loss {
 public:
  explicit Boundary(const BoundaryOptions& o) : options_(o) {}

  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    const at::Tensor z = checked_logits(logits, labels);
    const std::int64_t channels = z.size(1);
    const std::int64_t ignored = options_.ignore_label.value_or(kIgnoredLabel);
    const at::Tensor counted = counted_voxels(labels, channels, ignored);
    // A single channel is the class 1.
    const std::int64_t first = channels == 1 || !options_.include_background ? 1 : 0;
    const std::int64_t end = labels_of(channels);
    at::Tensor maps = distance_maps(labels, first, end, spacing(labels.dim() - 1), z.scalar_type());
    if (!counted.all().item<bool>()) maps = maps * counted.flatten(1).unsqueeze(1);
    const at::Tensor p = probabilities(z).narrow(1, channels == 1 ? 0 : first, end - first);
    const at::Tensor voxels = (counted.sum() * (end - first)).clamp_min(1);
    const at::Tensor value = steady_sum(p * maps) / voxels;
    return as_loss_of(or_nan(value, labels, channels, ignored), logits);
  }

 private:
  // By z, y, x.
  [[nodiscard]] std::array<double, 3> spacing(std::int64_t axes) const {
    std::array<double, 3> all{1, 1, 1};
    if (options_.spacing.empty()) return all;
    if (std::ssize(options_.spacing) != axes)
      throw usage_error("boundary: `spacing` has {} numbers, but the images have {} axes",
                        options_.spacing.size(), axes);
    std::copy(options_.spacing.begin(), options_.spacing.end(), all.end() - axes);
    return all;
  }

  BoundaryOptions options_;
};

std::unique_ptr<Loss> make_boundary(const BoundaryOptions& o) {
  return std::make_unique<Boundary>(o);
}

}  // namespace

extern const LossEntry kBoundary;
const LossEntry kBoundary = entry<LossEntry, BoundaryOptions, make_boundary>(
    "boundary", "Probability far outside a class's surface; for a sum with a region loss.");

}  // namespace myoseg

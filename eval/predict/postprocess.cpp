#include "eval/predict/postprocess.h"

#include "core/error.h"

namespace myoseg {

void describe(Fields& f, PostprocessOptions& o) {
  f("hu_range", o.hu_range, kAny.in("HU"),
    "Voxels of the prediction whose scan value lies outside this closed range become background; "
    "null keeps all.");
  f.require(!o.hu_range || (*o.hu_range)[0] < (*o.hu_range)[1],
            "hu_range must be [low, high] with low < high");
}

void postprocess(LabelMap& prediction, const StoredImage& scan, const PostprocessOptions& options) {
  if (const std::string found = difference(prediction.geometry, scan.geometry); !found.empty())
    throw data_error(
        "The prediction and its scan lie on different grids (prediction against scan: {}); "
        "post-process "
        "the prediction on the scan's own grid.",
        found);
  if (!options.hu_range) return;
  const auto [low, high] = *options.hu_range;
  scan.channels.front().visit([&, low = low, high = high](const auto* voxels, const auto& hu_of) {
    for (std::size_t i = 0; i < prediction.voxels.size(); ++i) {
      const double hu = hu_of(voxels[i]);
      // Written so that a voxel without a number (NaN) is removed too.
      if (!(hu >= low && hu <= high)) prediction.voxels[i] = 0;
    }
  });
}

}  // namespace myoseg

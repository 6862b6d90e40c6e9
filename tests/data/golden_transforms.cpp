#include "tests/data/golden_transforms.h"

#include <algorithm>
#include <functional>
#include <map>

#include "data/prepare/orientation.h"
#include "data/prepare/sampling.h"
#include "tests/data/golden_arguments.h"
#include "tests/data/monai_intensity.h"
#include "tests/data/monai_transforms.h"

namespace myoseg::testing {
namespace {

using Size = std::array<std::int64_t, 3>;

void boxed(Subject& s, const Box& box, float fill = 0) {
  for (std::size_t a = 0; a < 3; ++a) {
    s.box_start[a] = box.start[a];
    s.box_end[a] = box.start[a] + box.size[a];
  }
  if (s.image_too) s.image = crop(s.image, box, fill);
  if (s.label_too) s.label = crop(s.label, box);
}

Interpolation method_of(const std::string& mode) {
  if (mode == "trilinear" || mode == "bilinear" || mode == "linear") return Interpolation::linear;
  if (mode == "nearest") return Interpolation::nearest_floor;
  if (mode == "nearest-exact") return Interpolation::nearest;
  if (mode == "area") return Interpolation::area;
  throw NotOffered("mode " + mode);
}

void need_image_only(const Subject& s) {
  if (s.label_too) throw NotOffered("not for labels");
}

void pad(Arguments& a, Subject& s, Size size, bool centred) {
  a.only("mode", {"constant"});
  Box box{{}, size};
  for (std::size_t k = 0; k < 3; ++k) {
    box.size[k] = std::max(size[k], s.image.geometry.size[k]);
    if (centred) box.start[k] = centred_start(s.image.geometry.size[k], box.size[k]);
  }
  boxed(s, box, a.get("value", 0.0f));
}

Size sizes(Arguments& a, const std::string& key, const Geometry& g) {
  Size size = a.triple<std::int64_t>(key, -1);
  for (std::size_t k = 0; k < 3; ++k)
    if (size[k] <= 0) size[k] = g.size[k];
  return size;
}

void resize_to(Arguments& a, Subject& s, const Size& size, const std::string& fallback) {
  need_image_only(s);
  if (a.get("anti_aliasing", false)) throw NotOffered("anti_aliasing by a Gaussian");
  s.image = resize(s.image, size, method_of(a.get<std::string>("mode", fallback)),
                   a.get("align_corners", false) ? Alignment::corners : Alignment::edges);
}

void zoom(Arguments& a, Subject& s) {
  const auto factor = a.triple<double>("zoom", 1);
  const Size before = s.image.geometry.size;
  Size size = before;
  for (std::size_t k = 0; k < 3; ++k)
    size[k] = static_cast<std::int64_t>(static_cast<double>(before[k]) * factor[k]);
  resize_to(a, s, size, "area");
  if (!a.get("keep_size", true)) return;
  Box box{{}, before};
  for (std::size_t k = 0; k < 3; ++k) {
    if (size[k] < before[k]) throw NotOffered("padding by the border's value");
    box.start[k] = (size[k] - before[k]) / 2;
  }
  boxed(s, box);
}

void spacing(Arguments& a, Subject& s) {
  const auto pixdim = a.triple<double>("pixdim", -1);
  std::vector<std::string> modes{"bilinear", "nearest"};
  if (a.given("mode")) {
    const Json& mode = a.raw("mode");
    modes = mode.is_array() ? mode.get<std::vector<std::string>>()
                            : std::vector<std::string>(2, mode.get<std::string>());
  }
  a.only("padding_mode", {"border"});
  if (s.image_too)
    s.image = resample_to_spacing(
        s.image, pixdim,
        modes.front() == "nearest" ? Interpolation::nearest : method_of(modes.front()));
  if (!s.label_too) return;
  if (modes.back() != "nearest") throw NotOffered("labels with mode " + modes.back());
  s.label = resample_to_spacing(s.label, pixdim);
}

void percentiles(Arguments& a, Subject& s) {
  need_image_only(s);
  const std::array<double, 2> to{a.get("b_min", 0.0), a.get("b_max", 1.0)};
  const double lower = a.get("lower", 0.0), upper = a.get("upper", 100.0);
  const bool clip_to = a.get("clip", false), by_channel = a.get("channel_wise", false);
  if (a.get("relative", false)) throw NotOffered("relative percentiles");
  const std::size_t parts = by_channel ? static_cast<std::size_t>(s.image.channels) : 1;
  const std::size_t size = s.image.voxels.size() / parts;
  for (std::size_t p = 0; p < parts; ++p) {
    const auto values = std::span(s.image.voxels).subspan(p * size, size);
    Geometry g;
    g.size = {static_cast<std::int64_t>(size), 1, 1};
    Image part(g, 1);
    std::copy(values.begin(), values.end(), part.voxels.begin());
    map_range(part, {percentile(values, lower), percentile(values, upper)}, to, clip_to);
    std::copy(part.voxels.begin(), part.voxels.end(), values.begin());
  }
}

const std::map<std::string, std::function<void(Arguments&, Subject&)>>& transforms() {
  static const std::map<std::string, std::function<void(Arguments&, Subject&)>> all{
      {"Orientation",
       [](Arguments& a, Subject& s) {
         const auto code = a.get<std::string>("axcodes", "");
         if (s.image_too) s.image = reorient(s.image, code);
         if (s.label_too) s.label = reorient(s.label, code);
       }},
      {"Spacing", spacing},
      {"ScaleIntensityRange",
       [](Arguments& a, Subject& s) {
         need_image_only(s);
         const std::array<double, 2> from{a.get("a_min", 0.0), a.get("a_max", 1.0)};
         map_range(s.image, from, {a.get("b_min", 0.0), a.get("b_max", 1.0)}, a.get("clip", false));
       }},
      {"ScaleIntensityRangePercentiles", percentiles},
      {"ScaleIntensity",
       [](Arguments& a, Subject& s) {
         need_image_only(s);
         fit_range(s.image, {a.get("minv", 0.0), a.get("maxv", 1.0)}, a.get("channel_wise", false));
       }},
      {"NormalizeIntensity",
       [](Arguments& a, Subject& s) {
         need_image_only(s);
         if (a.given("subtrahend") || a.given("divisor")) {
           const double mean = a.get("subtrahend", 0.0), sd = a.get("divisor", 1.0);
           if (a.get("nonzero", false)) throw NotOffered("given mean of non-zero voxels");
           return map_range(s.image, {mean, mean + sd}, {0, 1}, false);
         }
         standardise(s.image, a.get("channel_wise", false), a.get("nonzero", false));
       }},
      {"AdjustContrast",
       [](Arguments& a, Subject& s) {
         need_image_only(s), adjust_contrast(s.image, a.get("gamma", 1.0));
       }},
      {"ThresholdIntensity",
       [](Arguments& a, Subject& s) {
         need_image_only(s);
         const double threshold = a.get("threshold", 0.0);
         if (a.get("cval", 0.0) != threshold) throw NotOffered("a value other than the threshold");
         a.get("above", true) ? clip(s.image, threshold, 1e30) : clip(s.image, -1e30, threshold);
       }},
      {"CropForeground",
       [](Arguments& a, Subject& s) {
         a.only("source_key", {"image"});
         (void)a.given("start_coord_key"), (void)a.given("end_coord_key");
         boxed(s, foreground_box(s.image, 0, a.get<std::int64_t>("margin", 0),
                                 a.get<std::int64_t>("k_divisible", 1)));
       }},
      {"SpatialPad",
       [](Arguments& a, Subject& s) {
         pad(a, s, a.triple<std::int64_t>("spatial_size", 0),
             a.get<std::string>("method", "symmetric") == "symmetric");
       }},
      {"BorderPad",
       [](Arguments& a, Subject& s) {
         const Size border = a.triple<std::int64_t>("spatial_border", 0);
         Size size = s.image.geometry.size;
         for (std::size_t k = 0; k < 3; ++k) size[k] += 2 * border[k];
         pad(a, s, size, true);
       }},
      {"DivisiblePad",
       [](Arguments& a, Subject& s) {
         const Size k = a.triple<std::int64_t>("k", 1);
         Size size = s.image.geometry.size;
         for (std::size_t i = 0; i < 3; ++i) size[i] = (size[i] + k[i] - 1) / k[i] * k[i];
         pad(a, s, size, a.get<std::string>("method", "symmetric") == "symmetric");
       }},
      {"CenterSpatialCrop",
       [](Arguments& a, Subject& s) {
         Size size = sizes(a, "roi_size", s.image.geometry);
         for (std::size_t k = 0; k < 3; ++k) size[k] = std::min(size[k], s.image.geometry.size[k]);
         boxed(s, centred_box(s.image.geometry, size));
       }},
      {"ResizeWithPadOrCrop",
       [](Arguments& a, Subject& s) {
         const Size size = sizes(a, "spatial_size", s.image.geometry);
         a.only("mode", {"constant"});
         boxed(s, centred_box(s.image.geometry, size), a.get("value", 0.0f));
       }},
      {"SpatialCrop",
       [](Arguments& a, Subject& s) {
         const Size centre = a.triple<std::int64_t>("roi_center", 0),
                    size = a.triple<std::int64_t>("roi_size", 0);
         Box box;
         for (std::size_t k = 0; k < 3; ++k) {
           box.start[k] = std::max<std::int64_t>(0, centre[k] - size[k] / 2);
           box.size[k] =
               std::min(s.image.geometry.size[k], centre[k] - size[k] / 2 + size[k]) - box.start[k];
         }
         boxed(s, box);
       }},
      {"Flip",
       [](Arguments& a, Subject& s) {
         std::array<bool, 3> along{};
         for (const int axis : a.axes("spatial_axis"))
           along[static_cast<std::size_t>(axis < 0 ? axis + 3 : axis)] = true;
         if (s.image_too) s.image = flip(s.image, along);
         if (s.label_too) s.label = flip(s.label, along);
       }},
      {"Rotate90",
       [](Arguments& a, Subject& s) {
         const auto plane =
             a.given("spatial_axes") ? a.axes("spatial_axes") : std::vector<int>{0, 1};
         const int k = a.get("k", 1);
         if (s.image_too) s.image = rotate90(s.image, k, plane[0], plane[1]);
         if (s.label_too) s.label = rotate90(s.label, k, plane[0], plane[1]);
       }},
      {"Resize",
       [](Arguments& a, Subject& s) {
         resize_to(a, s, sizes(a, "spatial_size", s.image.geometry), "area");
       }},
      {"Zoom", zoom},
  };
  return all;
}

}  // namespace

void apply_transform(const std::string& name, const Json& kwargs, Subject& subject) {
  const auto found = transforms().find(name);
  if (found == transforms().end()) throw NotOffered("not offered");
  Arguments arguments(kwargs);
  (void)arguments.given("keys"), (void)arguments.given("image_only"),
      (void)arguments.given("allow_missing_keys");
  found->second(arguments, subject);
  arguments.finish();
}

}  // namespace myoseg::testing

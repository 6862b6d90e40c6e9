#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/files.h"
#include "data/io/image_io.h"
#include "data/prepare/orientation.h"
#include "data/prepare/preprocess.h"
#include "data/prepare/to_native.h"
#include "tests/data/cohort/sha256.h"
#include "tests/data/golden_transforms.h"
#include "tests/data/monai_intensity.h"
#include "tests/data/prepare/golden_volume.h"

namespace myoseg {
namespace {

using testing::affine_of;
using testing::element;
using testing::Json;
using testing::NotOffered;
using testing::number;
using testing::percentile;
using testing::Subject;
using testing::Tally;
using testing::volume_of;

void expect_values(const Image& image, const Json& record, double tolerance) {
  const auto& index = record.at("index");
  for (std::size_t i = 0; i < index.size(); ++i)
    EXPECT_NEAR(element(image, index[i].get<std::int64_t>()), number(record.at("value")[i]),
                tolerance)
        << "at " << index[i];
  const auto [mean, sd] = testing::mean_and_sd(image.voxels);
  EXPECT_NEAR(mean, number(record.at("mean")), tolerance);
  EXPECT_NEAR(sd, number(record.at("std")), tolerance);
}

void expect_affine(const Geometry& g, const Json& affine, double tolerance) {
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 4; ++column)
      EXPECT_NEAR(affine_of(g, row, column), affine[row][column].get<double>(), tolerance)
          << row << " " << column;
}

std::array<std::int64_t, 3> size_of(const Json& shape, std::size_t first) {
  return {shape.at(first), shape.at(first + 1), shape.at(first + 2)};
}

TEST(GoldenPreprocessing, Orientation) {
  Tally tally("orientation");
  for (const Json& record : testing::golden_records("preprocessing", "orientation"))
    for (const Json& one : record.at("cases")) {
      SCOPED_TRACE(one.at("input_seed_string").get<std::string>());
      const Geometry g = testing::geometry_of(one.at("affine"), size_of(one.at("shape"), 0));
      const auto values = testing::formula_values(one.at("input_seed_string").get<std::string>(),
                                                  static_cast<std::size_t>(g.voxels()));
      EXPECT_EQ(orientation_code(g), one.at("axcodes").get<std::string>());
      for (std::size_t a = 0; a < 3; ++a)
        EXPECT_NEAR(g.spacing[a], one.at("zooms")[a].get<double>(), 1e-9);
      const Image turned = reorient(volume_of(values, g, 1), "RAS");
      EXPECT_EQ(turned.geometry.size, size_of(one.at("ras_shape"), 0));
      expect_affine(turned.geometry, one.at("ras_affine"), 1e-5);
      for (std::size_t i = 0; i < one.at("ras_first8").size(); ++i)
        EXPECT_NEAR(element(turned, static_cast<std::int64_t>(i)),
                    one.at("ras_first8")[i].get<double>(), 1e-6);
      tally.ran();
    }
}

TEST(GoldenPreprocessing, SmallTransforms) {
  Tally tally("transform_small");
  for (const Json& record : testing::golden_records("preprocessing", "transform_small")) {
    const Json& input = record.at("input");
    Geometry g;
    g.size = size_of(input.at("shape"), 1);
    const int channels = input.at("shape")[0];
    const auto values = testing::formula_values(
        input.at("seed_string").get<std::string>(), static_cast<std::size_t>(g.voxels() * channels),
        input.at("lo").get<double>(), input.at("hi").get<double>());
    for (const Json& one : record.at("cases")) {
      const std::string name = one.at("transform").get<std::string>() + one.at("kwargs").dump();
      SCOPED_TRACE(name);
      Subject subject{volume_of(values, g, channels), {}};
      try {
        testing::apply_transform(one.at("transform"), one.at("kwargs"), subject);
      } catch (const NotOffered& e) {
        tally.cannot_run(name, e.what());
        continue;
      }
      EXPECT_EQ(testing::shape_of(subject.image), one.at("shape").get<std::vector<std::int64_t>>());
      const auto [low, high] =
          std::minmax_element(subject.image.voxels.begin(), subject.image.voxels.end());
      if (!::testing::Test::HasFailure())
        expect_values(subject.image, one, 1e-6 * (*high - *low) + 1e-6);
      tally.ran();
    }
  }
}

// What a record says of the image and the label map after one stage.
void expect_stage(const Json& stage, const Subject& s) {
  const Json &image = stage.at("image"), &label = stage.at("label");
  ASSERT_EQ(testing::shape_of(s.image), image.at("shape").get<std::vector<std::int64_t>>());
  ASSERT_EQ(testing::shape_of(s.label), label.at("shape").get<std::vector<std::int64_t>>());
  expect_affine(s.image.geometry, image.at("affine"), 1e-4);
  expect_affine(s.label.geometry, label.at("affine"), 1e-4);
  const double range = number(image.at("max")) - number(image.at("min")), tolerance = 1e-6 * range;
  expect_values(s.image, image, tolerance);
  const auto [low, high] = std::minmax_element(s.image.voxels.begin(), s.image.voxels.end());
  EXPECT_NEAR(*low, number(image.at("min")), tolerance);
  EXPECT_NEAR(*high, number(image.at("max")), tolerance);
  EXPECT_NEAR(percentile(s.image.voxels, 1), number(image.at("p01")), tolerance);
  EXPECT_NEAR(percentile(s.image.voxels, 50), number(image.at("median")), tolerance);
  EXPECT_NEAR(percentile(s.image.voxels, 99), number(image.at("p99")), tolerance);
  const Json& means = image.at("mean_by_axis1_first8");
  for (std::size_t x = 0; x < means.size(); ++x) {
    double sum = 0;
    for (std::int64_t z = 0; z < s.image.geometry.size[2]; ++z)
      for (std::int64_t y = 0; y < s.image.geometry.size[1]; ++y)
        sum += s.image.at(static_cast<std::int64_t>(x), y, z);
    const auto n = static_cast<double>(s.image.geometry.size[1] * s.image.geometry.size[2]);
    EXPECT_NEAR(sum / n, number(means[x]), tolerance) << "plane " << x;
  }
  for (std::size_t i = 0; i < label.at("index").size(); ++i) {
    if (label.contains("index_is_tie") && label.at("index_is_tie")[i].get<bool>()) continue;
    EXPECT_EQ(element(s.label, label.at("index")[i].get<std::int64_t>()),
              label.at("value")[i].get<int>())
        << "at " << label.at("index")[i];
  }
  if (label.contains("tie_voxels") && label.at("tie_voxels").get<std::int64_t>() > 0) return;
  std::map<std::string, std::int64_t> counts;
  for (const auto v : s.label.voxels) ++counts[std::to_string(v)];
  EXPECT_EQ(counts, (label.at("label_counts").get<std::map<std::string, std::int64_t>>()));
}

TEST(GoldenPreprocessing, CtPipelines) {
  const std::filesystem::path folder = testing::source_folder() / "tests/data/samples/torso_ct";
  Tally tally("preprocess_ct");
  for (const Json& record : testing::golden_records("preprocessing", "preprocess_ct")) {
    SCOPED_TRACE(record.at("fixture").get<std::string>());
    std::map<std::string, std::filesystem::path> files;
    for (const std::string key : {"image", "label"}) {
      const Json& file = record.at("files").at(key);
      files[key] = folder / file.at("name").get<std::string>();
      ASSERT_EQ(testing::sha256(read_file(files[key])), file.at("sha256").get<std::string>());
    }
    Subject s{read_image(files["image"]), read_label_map(files["label"])};
    for (const Json& stage : record.at("stages")) {
      const std::string name = stage.at("stage");
      SCOPED_TRACE(name);
      if (stage.contains("transform")) {
        auto transform = stage.at("transform").get<std::string>();
        transform.pop_back();  // the dictionary form's "d"
        const auto keys = stage.at("kwargs").at("keys").get<std::vector<std::string>>();
        s.image_too = std::count(keys.begin(), keys.end(), "image") > 0;
        s.label_too = std::count(keys.begin(), keys.end(), "label") > 0;
        try {
          testing::apply_transform(transform, stage.at("kwargs"), s);
        } catch (const NotOffered& e) {
          tally.cannot_run(record.at("fixture").get<std::string>() + " from " + name + " on",
                           e.what());
          break;
        }
      }
      expect_stage(stage, s);
      if (stage.contains("bbox_start")) {
        EXPECT_EQ(s.box_start, size_of(stage.at("bbox_start"), 0));
        EXPECT_EQ(s.box_end, size_of(stage.at("bbox_end"), 0));
      }
      tally.ran();
      if (::testing::Test::HasFailure()) break;
    }
  }
}

// The program's own preparation against the pipeline whose steps it has (kim2024's).
TEST(GoldenPreprocessing, PreparedVolume) {
  const std::filesystem::path folder = testing::source_folder() / "tests/data/samples/torso_ct";
  const auto records = testing::golden_records("preprocessing", "preprocess_ct");
  const auto record = std::find_if(records.begin(), records.end(), [](const Json& r) {
    return r.at("fixture") == "ct_pipeline_window_gamma_crop_spacing_ras";
  });
  if (record == records.end()) GTEST_SKIP() << "these records lack the pipeline";
  PreprocessOptions options;
  options.orientation = "RAS";
  options.window_hu = {-57, 164};
  options.gamma = 2;
  options.crop = Crop::foreground;
  options.spacing_mm = {1.5, 1.5, 2.0};
  options.resampling = Resampling::linear;
  options.size.reset();
  const LabelMap label = read_label_map(folder / "example_seg.nii.gz");
  const Prepared prepared =
      preprocess(read_image(folder / "example_ct_sm.nii.gz"), &label, options);
  expect_stage(record->at("stages").back(), {prepared.image, prepared.label});
}

// Of the operations on predictions this floor has the class with the highest score.
TEST(GoldenPreprocessing, Argmax) {
  Tally tally("postprocess");
  for (const Json& record : testing::golden_records("preprocessing", "postprocess")) {
    const auto shape = record.at("logits").at("shape").get<std::vector<std::int64_t>>();
    if (shape.size() != 4) {
      tally.cannot_run(record.at("fixture"), "not three-dimensional");
      continue;
    }
    std::size_t n = 1;
    for (const std::int64_t s : shape) n *= static_cast<std::size_t>(s);
    const auto logits =
        testing::formula_values(record.at("logits").at("seed_string").get<std::string>(), n);
    // The array's last axis is our x: [C, Z, Y, X] -> [Z, C, Y, X].
    Geometry g;
    g.size = {shape[3], shape[2], shape[1]};
    PreprocessOptions options;
    options.size = {{static_cast<int>(shape[3]), static_cast<int>(shape[2])}};
    const auto plane = static_cast<std::size_t>(shape[2] * shape[3]),
               classes = static_cast<std::size_t>(shape[0]);
    std::vector<float> scores;
    for (std::size_t z = 0; z < static_cast<std::size_t>(shape[1]); ++z)
      for (std::size_t c = 0; c < classes; ++c) {
        const auto begin =
            logits.begin() +
            static_cast<std::ptrdiff_t>((c * static_cast<std::size_t>(shape[1]) + z) * plane);
        scores.insert(scores.end(), begin, begin + static_cast<std::ptrdiff_t>(plane));
      }
    ToNative back(sampling_of(g, options));
    back.add(ToNative::dense(scores, static_cast<int>(classes), shape[2], shape[3]), shape[1],
             static_cast<int>(classes));
    const LabelMap map = back.finish();
    const std::string bytes(map.voxels.begin(), map.voxels.end());
    for (const Json& one : record.at("cases")) {
      const std::string op = one.at("op");
      if (op != "AsDiscrete(argmax=True)") {
        tally.cannot_run(op, "belongs to the evaluation");
        continue;
      }
      EXPECT_EQ(fmt::format("{:016x}", testing::fnv1a64(bytes)),
                one.at("fnv1a64_of_uint8").get<std::string>());
      tally.ran();
    }
  }
}

}  // namespace
}  // namespace myoseg

// A small data set in nnU-Net's layout that a test may then break.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "data/dataset/dataset.h"
#include "data/io/image_io.h"
#include "tests/testing/temporary.h"

namespace myoseg::testing {

inline const char* const kDatasetJson =
    R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "psoas": 1, "rectus": 2},
        "numTraining": 3, "file_ending": ".nrrd"})";

class DataSetTest : public ::testing::Test {
 protected:
  // A scan of 4 x 3 x 2 voxels from air to bone, different for every `seed`.
  static Image scan(int seed) {
    Geometry g;
    g.size = {4, 3, 2};
    g.spacing = {1, 1, 5};
    Image image(g, 1);
    for (std::size_t i = 0; i < image.voxels.size(); ++i)
      image.voxels[i] = static_cast<float>(i) * 80 - 1000 + static_cast<float>(seed);
    return image;
  }
  static LabelMap label() {
    LabelMap map(scan(0).geometry, 1);
    map.at(1, 1, 0) = 1;
    map.at(2, 1, 0) = 2;
    return map;
  }
  void json(const std::string& text) { write_file(folder_ / "dataset.json", text); }
  void add_case(const std::string& id, int seed) {
    write_image(folder_ / ("imagesTr/" + id + "_0000.nrrd"), scan(seed));
    write_label_map(folder_ / ("labelsTr/" + id + ".nrrd"), label(), {});
  }
  void add_three_cases() {
    json(kDatasetJson);
    add_case("c", 3);
    add_case("a", 1);
    add_case("b", 2);
  }
  [[nodiscard]] DataOptions options() const {
    DataOptions o;
    o.root = folder_.path();
    return o;
  }
  void expect_error(const DataOptions& o, const std::string& part,
                    ExitCode code = ExitCode::bad_data) {
    try {
      (void)load_dataset(o);
      ADD_FAILURE() << "no error; expected: " << part;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
      EXPECT_EQ(error.code(), code);
    }
  }

  TemporaryFolder folder_;
};

}  // namespace myoseg::testing

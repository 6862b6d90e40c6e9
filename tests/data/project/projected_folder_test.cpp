#include "data/project/projected_folder.h"

#include <gtest/gtest.h>

#include "core/table/table.h"
#include "data/dataset/folds.h"
#include "tests/data/dataset/data_set_fixture.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class ProjectedFolder : public testing::DataSetTest {
 protected:
  fs::path project(const DataOptions& o) {
    const fs::path out = folder_ / "projected";
    write_projected(out, load_dataset(o), o.patient_column, ProjectionOptions{});
    return out;
  }
  static Dataset load(const fs::path& root) {
    DataOptions o;
    o.root = root;
    return load_dataset(o);
  }
};

TEST_F(ProjectedFolder, IsADataSetOfOneSliceImagesWithTheSameCases) {
  add_three_cases();
  write_file(folder_ / "cases.csv", "case,patient,age\na,P1,60\nb,P1,61\nc,P2,62\n");
  write_file(folder_ / kSplitsFile, "[]");
  const fs::path out = project(options());
  const Dataset before = load_dataset(options()), after = load(out);
  EXPECT_EQ(after.name, before.name);
  ASSERT_EQ(after.cases.size(), 3U);
  EXPECT_EQ(after.cases[1].id, "b");
  EXPECT_EQ(after.cases[1].patient, "P1");
  EXPECT_EQ(after.cases[1].attributes.at("age"), "61");
  EXPECT_TRUE(fs::exists(out / kSplitsFile));
  const Image drr = read_image(after.cases[0].images[0]);
  EXPECT_EQ(drr.geometry.size, (std::array<std::int64_t, 3>{4, 2, 1}));
  // 4 x 3 x 2 voxels that grow by 80: of a column of the lower slice the middle one.
  EXPECT_EQ(drr.at(0, 1, 0), 80 * 4 - 1000 + 1);
  const LabelMap flat = read_label(after.cases[0]);
  EXPECT_EQ(flat.voxels, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 2, 0}));
}

TEST_F(ProjectedFolder, HasTheVolumesOfTheMergedLabelsIn3D) {
  add_three_cases();
  LabelMap map = label();
  map.at(1, 2, 0) = 1;  // behind the other: the radiograph does not show it
  write_label_map(folder_ / "labelsTr/a.nrrd", map, {});
  DataOptions o = options();
  o.merge = {{"muscle", {"psoas", "rectus"}}};
  const fs::path out = project(o);
  const Table cases = read_csv(out / "cases.csv");
  EXPECT_EQ(cases.columns, (std::vector<std::string>{"case", "patient", "ct_volume_ml_muscle"}));
  EXPECT_DOUBLE_EQ(cases.number(0, 2), 3 * 5.0 / 1000);
  EXPECT_DOUBLE_EQ(cases.number(1, 2), 2 * 5.0 / 1000);
  const Dataset after = load(out);
  EXPECT_NE(after.labels.find("muscle"), nullptr);
  EXPECT_EQ(read_label(after.cases[0]).voxels, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 1, 0}));
}

TEST_F(ProjectedFolder, ALabelOnAnotherGridAndAColumnOfTheSameNameAreRefused) {
  add_three_cases();
  LabelMap map = label();
  map.geometry.origin[0] += 1;
  write_label_map(folder_ / "labelsTr/b.nrrd", map, {});
  const auto message = [&] {
    try {
      (void)project(options());
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(message().find("case b: "), std::string::npos);
  EXPECT_NE(message().find("does not lie on the grid of"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder_ / "projected/dataset.json"));
  write_label_map(folder_ / "labelsTr/b.nrrd", label(), {});
  write_file(folder_ / "cases.csv", "case,patient,CT_volume_ml_psoas\na,P1,1\nb,P1,1\nc,P2,1\n");
  EXPECT_NE(message().find("has a column ct_volume_ml_psoas"), std::string::npos);
}

}  // namespace
}  // namespace myoseg

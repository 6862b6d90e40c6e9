// The cohort `l3` on disk.
#include "core/hash.h"
#include "data/dataset/dataset.h"
#include "data/io/image_io.h"
#include "tests/data/cohort/cohort_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::correlation;
using testing::files_of;
using testing::message_of;
using testing::numbers_of;
using testing::Settings;

void make(const std::filesystem::path& out, const Settings& settings, std::uint64_t seed = 7) {
  testing::make_cohort("l3", out, settings, seed);
}

Settings small(int subjects, const Settings& more = {}) {
  return testing::small_cohort(subjects, more);
}

// The pictures, labels and table of settings that were published once change with kVersion alone.
TEST(CohortL3, IsTheSameForEver) {
  const testing::TemporaryFolder folder;
  make(folder.path(),
       {{"subjects", Node(2)}, {"size", Node(160)}, {"site", Node("mixed")}, {"readers", Node(2)}});
  Hasher hasher;
  const auto add = [&](const auto& volume) { hasher.add(std::as_bytes(std::span(volume.voxels))); };
  for (const std::string name : {"L3_0001", "L3_0002"}) {
    add(read_image(folder / ("imagesTr/" + name + "_0000.nii.gz")));
    for (const char* reader : {"labelsTr/", "labelsTr_reader2/"})
      add(read_label_map(folder / (reader + name + ".nii.gz")));
  }
  hasher.add(read_file(folder / "cases.csv"));
  EXPECT_EQ(hasher.hex(), "b08b61bbcb4cb0ba942b653f6f9695b1");
}

TEST(CohortL3, ASubjectDoesNotDependOnTheOthers) {
  const testing::TemporaryFolder folder;
  const Settings mixed{{"site", Node("mixed")}};
  make(folder / "all", small(4, mixed));
  Settings later = mixed;
  later.emplace_back("first", Node(3));
  make(folder / "last", small(2, later));
  const auto all = files_of(folder / "all"), last = files_of(folder / "last");
  for (const char* file : {"imagesTr/L3_0003_0000.nii.gz", "labelsTr/L3_0004.nii.gz"})
    EXPECT_TRUE(all.at(file) == last.at(file)) << file;
  const Table some = read_csv(folder / "last/cases.csv");
  EXPECT_EQ(some.rows[1], read_csv(folder / "all/cases.csv").rows[3]);
}

// At the scans' real size: what the paper's experiment is given.
TEST(CohortL3, IsAPlausibleDataSetThatAThresholdDoesNotSolve) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(10)}});
  DataOptions options;
  options.root = folder.path();
  const Dataset dataset = load_dataset(options);
  ASSERT_EQ(dataset.cases.size(), 10U);
  EXPECT_EQ(dataset.labels.labels.at(4).name, "quadratus_lumborum");
  const Table table = read_csv(folder / "cases.csv");
  double dice_sum = 0;
  for (std::size_t i = 0; i < dataset.cases.size(); ++i) {
    const Image image = read_image(dataset.cases[i].images.at(0));
    const LabelMap label = read_label_map(dataset.cases[i].label);
    EXPECT_EQ(difference(image.geometry, label.geometry), "");
    EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{512, 512, 5}));
    EXPECT_EQ(image.geometry.spacing[2], 5);
    EXPECT_GE(image.geometry.spacing[0], 0.6999);
    EXPECT_LE(image.geometry.spacing[0], 0.9001);
    EXPECT_EQ(image.geometry.direction, Geometry{}.direction);

    const double pixel_cm2 = image.geometry.spacing[0] * image.geometry.spacing[1] / 100;
    double threshold = 0, muscle = 0, both = 0;
    for (std::int64_t z = 0; z < 5; ++z) {
      std::array<double, 6> area{};
      for (std::int64_t y = 0; y < 512; ++y)
        for (std::int64_t x = 0; x < 512; ++x) {
          const auto value = label.at(x, y, z);
          ASSERT_LE(value, 5);
          area.at(value) += pixel_cm2;
          if (z == 0 || z == 4) continue;
          const float hu = image.at(x, y, z);
          const bool in_range = hu >= -20 && hu <= 200;
          threshold += in_range, muscle += value > 0, both += in_range && value > 0;
        }
      for (std::size_t l = 1; l < area.size(); ++l)
        if (z == 0 || z == 4) {
          EXPECT_EQ(area.at(l), 0) << "slice " << z;
        } else {
          EXPECT_GT(area.at(l), 2) << "label " << l;  // cm^2, left and right together
          EXPECT_LT(area.at(l), 130) << "label " << l;
        }
    }
    dice_sum += 2 * both / (threshold + muscle);
    EXPECT_GT(both / muscle, 0.88) << "muscle must look like muscle";
    const double height = table.number(i, table.column("height_m"));
    const double smi = table.number(i, table.column("smi"));
    EXPECT_NEAR(muscle * pixel_cm2 / 3 / (height * height), smi, 0.06 * smi);
    EXPECT_GT(smi, 28);
    EXPECT_LT(smi, 72);
  }
  EXPECT_LT(dice_sum / 10, 0.75);
  EXPECT_GT(dice_sum / 10, 0.5);
}

TEST(CohortL3, CovariatesMeanSomething) {
  const testing::TemporaryFolder folder;
  make(folder.path(), small(90, {{"slices", Node(1)}, {"labelled_slices", Node(1)}}));
  const Table t = read_csv(folder / "cases.csv");
  EXPECT_LT(correlation(numbers_of(t, "age"), numbers_of(t, "muscle_hu")), -0.35);
  EXPECT_GT(correlation(numbers_of(t, "bmi"), numbers_of(t, "smi")), 0.1);
  EXPECT_GT(correlation(numbers_of(t, "height_m"), numbers_of(t, "muscle_area_cm2")), 0.4);
  std::array<double, 2> smi{}, count{};
  for (std::size_t i = 0; i < t.rows.size(); ++i) {
    const std::size_t male = t.rows[i][t.column("sex")] == "M" ? 1 : 0;
    smi.at(male) += t.number(i, t.column("smi"));
    count.at(male) += 1;
    const double height = t.number(i, t.column("height_m"));
    EXPECT_NEAR(t.number(i, t.column("weight_kg")) / (height * height),
                t.number(i, t.column("bmi")), 0.01);
  }
  EXPECT_GT(smi[1] / count[1], smi[0] / count[0] + 5);
}

TEST(CohortL3, SiteBIsScannedOtherwise) {
  const testing::TemporaryFolder folder;
  std::map<std::string, double> corner, enhanced;
  for (const std::string site : {"a", "b"}) {
    make(folder / site, small(30, {{"site", Node(site)}}));
    corner[site] = read_image(folder / (site + "/imagesTr/L3_0001_0000.nii.gz")).at(0, 0, 0);
    for (const auto& row : read_csv(folder / (site + "/cases.csv")).rows) {
      EXPECT_EQ(row[2], site);
      enhanced[site] += row.back() == "arterial";
    }
  }
  EXPECT_EQ(corner["a"], -1024);  // a's pictures are round
  EXPECT_GT(corner["b"], -1024);
  EXPECT_GT(enhanced["b"], enhanced["a"]);
}

TEST(CohortL3, ReadersDifferAtTheEdges) {
  const testing::TemporaryFolder folder;
  make(folder.path(), {{"subjects", Node(1)}, {"size", Node(256)}, {"readers", Node(2)}});
  const LabelMap one = read_label_map(folder / "labelsTr/L3_0001.nii.gz");
  const LabelMap two = read_label_map(folder / "labelsTr_reader2/L3_0001.nii.gz");
  double a = 0, b = 0, both = 0;
  for (std::size_t i = 0; i < one.voxels.size(); ++i) {
    a += one.voxels[i] > 0, b += two.voxels[i] > 0;
    both += one.voxels[i] > 0 && two.voxels[i] > 0;
  }
  EXPECT_GT(2 * both / (a + b), 0.90);
  EXPECT_LT(2 * both / (a + b), 0.99);
}

TEST(CohortL3, RefusesStacksWithoutAMiddle) {
  const testing::TemporaryFolder folder;
  const std::string message = message_of([&] {
    make(folder / "x", small(1, {{"slices", Node(4)}}));
  });
  EXPECT_NE(message.find("labelled_slices"), std::string::npos) << message;
}

}  // namespace
}  // namespace myoseg
